"""Whether a question asks what is to come, and whether a sentence says it."""

from __future__ import annotations

import re

from bot.analysts.lexical import foreign_words

_WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_ABOUT_FUTURE = re.compile(
    r"^(?:and |but )?(?:will|shall)\b|\b(?:who|what|when|where|which|how|why)\b.*\b(?:will|going to)\b|\btomorrow\b"
    rf"|\bnext (?:week|month|year|quarter|decade|winter|summer|spring|autumn|{_WEEKDAYS})\b"
    r"|\bin (?:the )?(?:future|coming)\b",
    re.IGNORECASE,
)
_SOON = re.compile(rf"\b(?:tomorrow|next week|next (?:{_WEEKDAYS})|this week)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:next \w+|in (?:the )?(?:future|coming)\b.*|(?:in|by) 20\d\d)\b", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|won't|won’t|is to|are to|to be|plans?|planned|expect\w*|due|schedul\w+|forecast\w*"
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
