"""Whether a question asks what is to come, and whether a sentence says it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.analysts.lexical import foreign_words

_WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_ABOUT_FUTURE = re.compile(
    r"^(?:and |but )?(?:will|shall)\b|\b(?:who|what|when|where|which|how|why)\b.*\b(?:will|going to)\b"
    r"|\b(?-i:tomorrow)\b"
    rf"|\bnext (?:week|month|year|quarter|decade|winter|summer|spring|autumn|{_WEEKDAYS})\b"
    r"|\bin (?:the )?(?:future|coming)\b",
    re.IGNORECASE,
)
_SOON = re.compile(rf"\b(?:tomorrow|next week|next (?:{_WEEKDAYS})|this week)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:next \w+|in (?:the )?(?:future|coming)\b.*|(?:in|by) 20\d\d)\b", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|should|won't|won’t|is to|are to|to be|plans?|planned|expect\w*|due|schedul\w+|forecast\w*"
    r"|intend\w*|vow\w*|set to|could|may|might|propos\w+|aims?|must|going to|promis\w+|pledg\w+|predict\w*"
    rf"|ahead of|until|from (?:next|{_MONTHS})|threaten\w*"
    rf"|(?:begins?|starts?|opens?|ends?|expires?|takes effect|meets?) (?:in|on|at|from) (?:next|{_MONTHS}"
    rf"|(?:{_WEEKDAYS})))\b",
    re.IGNORECASE,
)
_DAY = re.compile(rf"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|{_MONTHS}|tomorrow|next \w+)\b")
_PERIOD = re.compile(rf"\b(?:(?:by|from|until|before) (?:{_MONTHS})|20\d\d|next \w+|coming \w+|by the end)\b")


_FOREIGN_ABOUT = re.compile(foreign_words.ASKS_FUTURE, re.IGNORECASE)
_FOREIGN_AHEAD = re.compile(rf"\b(?:{foreign_words.AHEAD})\b", re.IGNORECASE)
_ORDERED = re.compile(
    r"\b(?:order(?:s|ed)|(?:is|are) (?:now )?\w+ing|demand(?:s|ed)|call(?:s|ed) for|announc\w+|opened an? \w+"
    r"|appeal(?:s|ed)?)\b"
)
"""What somebody has set going: less plainly of the future than “will”."""


def about_future(question: str, language: str = "en") -> bool:
    """Whether it is asked what is to come; `language` (ISO 639-1) is that of the question."""
    return bool((_ABOUT_FUTURE if language == "en" else _FOREIGN_ABOUT).search(question))


def looks_ahead(question: str, sentence: str, language: str = "en") -> bool:
    """Whether the sentence says what is to come, and where the question names a time, also when."""
    if language != "en":
        return bool(_FOREIGN_AHEAD.search(sentence))
    if not _AHEAD.search(sentence):
        return False
    if _SOON.search(question):
        return bool(_DAY.search(sentence))
    return bool(_PERIOD.search(sentence)) or not _LATER.search(question)


def is_ahead(sentence: str) -> bool:
    """Whether the sentence says what is to come."""
    return bool(_AHEAD.search(sentence))


def comes_next(sentence: str) -> bool:
    """Whether the sentence says what is to come, or what somebody has set going."""
    return is_ahead(sentence) or bool(_ORDERED.search(sentence))


def is_planned(sentence: str) -> bool:
    """Whether the sentence says what is to come, and when."""
    return is_ahead(sentence) and bool(_PERIOD.search(sentence) or _DAY.search(sentence))


# --- of whom it is said ----------------------------------------------------------------------------------------------

_APPOSITION = re.compile(
    r", (?:who|which|an?|the|its|his|her|their)\b[^,]{1,80},|, [^,“”]{1,60} (?:says?|said|added|told [^,]{1,30}),"
)
_CLAUSE_ENDS = re.compile(
    r"[;:—–“”\"()]|, (?!(?:\w+ of )?(?:who|whom|whose|which)\b)|\b(?:while|because|after|although|though|whereas|but)\b"
)
_FORETOLD = re.compile(r"(?:expect|forecast|predict|schedul|plann)\w*\b(?P<of>.*?)(?: to | will |$)")
"""“Analysts expect the bank to …”: what is to come is the bank's."""
_WITHOUT_SUBJECT = re.compile(r"(?:^|.*\b(?:and|or|then))\W*(?:also |now |then )?$|^\W*\w+ing\b")
_OPENING = re.compile(r"^\W*(?:\w[\w’'&.-]*\W+){0,6}")


def foretold(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield each clause of a sentence that says what is to come, as the words in which its subject stands and itself.

    Of a clause without a subject of its own (“… and threatened to leave”) it is what the sentence begins with.
    """
    plain = _APPOSITION.sub("", sentence)
    for clause in _CLAUSE_ENDS.split(plain):
        if match := _AHEAD.search(clause):
            subject = clause[: match.start()]
            if _WITHOUT_SUBJECT.match(subject):
                subject = _opening(plain)
            named = _FORETOLD.match(clause[match.start() :])
            yield f"{subject} {named['of']}" if named else subject, clause


_CONDITION = re.compile(r"\b(?:if|unless|in case|provided that)\b[^,;:—]*", re.IGNORECASE)


def unconditional(sentence: str) -> str:
    """The sentence without its conditions: what is so only “if a deal is reached” has not happened."""
    return _CONDITION.sub(" ", sentence)


def _opening(sentence: str) -> str:
    match = _OPENING.match(sentence)
    return match[0] if match else ""
