"""What the surroundings of a name tell: that it is only a place there, or the title of a work in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.model.evidence import Span

_WHERE = re.compile(r"\b(?:in|at|near|outside|around)(?: the| rural| \w+ern)? $", re.IGNORECASE)
_WHITHER = re.compile(r"\b(?:to|from|via|towards)(?: the| rural| \w+ern)? $", re.IGNORECASE)
_PREPOSITIONS = (
    "in", "at", "near", "outside", "around", "to", "from", "via", "towards", " the", " rural", "ern",
)  # fmt: skip
"""Every match of _WHERE or _WHITHER ends in one of these, which is cheaper to test."""
_QUOTED = re.compile(r"[“„\"]([A-ZÀ-Þ\d][^“”„\"\n]{0,79})[”“\"]|«\s?([A-ZÀ-Þ\d][^«»\n]{0,79}?)\s?»")
_SINGLY_QUOTED = re.compile(r"[‘'](?<![^\s(][‘'])([A-ZÀ-Þ\d][^‘’'\n]{1,59})[’'](?!\w)")
_BODY = re.compile(
    r"\s?(?:group|party|movement|network|militia|brigade|coalition|alliance|company|organi[sz]ation|agency|gruppe|partei"
    r"|groupe|parti|grupo|partido|gruppo|partito|groep|partij)\b",
    re.IGNORECASE,
)
"""Behind a quoted name that is no work: “Islamic State” group."""
_NOUN = re.compile(
    r" (?!(?:and|or|but|in|on|to|at|of|by|with|for|as|after|over|amid|from|who|that|when|while|will|would|can|could|may"
    r"|not|now|again|too|cut|won|lost|sold|bought|made|fell|rose|shut|hit|left|took|gave|got|put|set|met|ran|saw"
    r"|administration|government|family|party|campaign|team|regime|officials?|ally|lawyer|executive|chief|boss)\b)"
    r"(?:certified|approved|compliant|branded|listed|backed|led|owned|based|[a-z]{3,}(?<![sd]))(?![\w’'])"
)
_AGED = re.compile(
    r", (?:an? \d{1,2}[- ]years?[- ]old\b|eine? \d{1,2}-jährige|une? [\w ]{3,30} de \d{1,2} ans"
    r"|una? [\w ]{3,30} de \d{1,2} años"
    r"|un[ao']? ?[\w ]{3,30} di \d{1,2} anni|uma? [\w ]{3,30} de \d{1,2} anos|een \d{1,2}-jarige)"
)
_LONG_WORD = 3  # characters up to which a word of a title may be small
_MOST_WORDS = 9


class Context(NamedTuple):
    """Headline and text of an article, each with where titles of works stand in it."""

    title: str
    text: str
    title_works: Sequence[Span]
    text_works: Sequence[Span]
    english: bool


def of(title: str, text: str, language: str | None, *, cased: bool) -> Context:
    """`cased`: the headline capitalises every word, so that what it quotes need not be a title."""
    return Context(title, text, () if cased else works(title), works(text), language in {"en", None})


def may_act(name: str, context: Context) -> bool:
    """Whether it stands anywhere but as a place, as the title of a work, or before a noun, and is no private name."""
    title, text = context.title, context.text
    named = [
        only_inside(name, words, spans)
        for words, spans in ((title, context.title_works), (text, context.text_works))
        if name in words
    ]
    if (named and all(named)) or (context.english and only_modifies(name, title, text)):
        return False
    return not is_private(name, title, text) and not only_where(name, text)


def only_where(name: str, text: str) -> bool:
    """Whether every mention of the name is a location or destination, and one a location: “its plant in Kumamoto”."""
    here = False
    for at in _mentions(name, text):
        before = text[max(0, at - 24) : at]
        if before.isascii() and not before.rstrip().lower().endswith(_PREPOSITIONS):
            return False  # cheap test before the expensive patterns
        if _WHERE.search(before):
            here = True
        elif not _WHITHER.search(before):
            return False
    return here


def works(text: str) -> Sequence[Span]:
    """Where titles of works stand: short passages in quotation marks that capitalise every long word."""
    matches = list(_QUOTED.finditer(text)) if any(mark in text for mark in '“„«"') else []
    if "‘" in text or " '" in text or text[:1] == "'":
        matches += _SINGLY_QUOTED.finditer(text)
    found = [(match.start(), match.end(), match[match.lastindex or 0]) for match in matches]
    return [(start, end) for start, end, words in found if _is_title(words) and not _BODY.match(text, end)]


def only_inside(name: str, text: str, spans: Sequence[Span]) -> bool:
    """Whether the name stands in the text, and only within the spans."""
    places = list(_mentions(name, text)) if spans else []
    return bool(places) and all(any(start < at < end for start, end in spans) for at in places)


def only_modifies(name: str, title: str, text: str) -> bool:
    """Whether one word of the headline, that the text does not say, only stands before a noun there: “Merino wool”."""
    if " " in name or not text or name in text:
        return False
    return any(_NOUN.match(title, at + len(name)) for at in _mentions(name, title))


def is_private(name: str, title: str, text: str) -> bool:
    """Whether the text brings somebody in by an age, and the headline does not: “Ana Ruiz, a 23-year-old nurse”."""
    at = text.find(name)
    return at >= 0 and _AGED.match(text, at + len(name)) is not None and name.rsplit(" ", 1)[-1] not in title


def _is_title(words: str) -> bool:
    parts = words.rstrip(",.").split()
    if not parts or len(parts) > _MOST_WORDS or words.rstrip(",")[-1:] in "!?;:":
        return False
    return all(part[0].isupper() or part[0].isdigit() or len(part) <= _LONG_WORD for part in (parts[0] * 2, *parts))


def _mentions(name: str, text: str) -> Iterator[int]:
    at, length = text.find(name), len(name)
    while at >= 0:
        if not (text[at - 1 : at].isalnum() or text[at + length : at + length + 1].isalnum()):
            yield at
        at = text.find(name, at + length)
