"""Context-free features of a word as bit flags, computed once per distinct word."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress

from bot.text.cleaning import replace_characters

CAPITAL, SMALL, FIGURE, PAST, DAY, PART, BACK, FURNITURE = (1 << bit for bit in range(8))
"""Marks: it holds a capital; is all in small letters; begins with a digit; looks like a regular English past tense; is
a day of the week or the like, a part of the day or week, a word that looks back; may begin a notice of the page."""

LISTED, LABEL, PAID, SELF, AMOUNT, MONTH, ORDER, ASKED = (1 << bit for bit in range(8))
"""Hints of what it may be part of: a word or phrase of the lexicon; the name of a topic or a place; a notice of who
paid for the text; speaking of oneself; an amount; a date, as its month; an order to a machine; one, where what is asked
for follows."""

_ONLY = {1 << bit: bytes(mark & 1 << bit for mark in range(256)) for bit in range(8)}
"""For `bytes.translate`: of every byte the one bit alone."""


def showing(shown: bytes, bit: int) -> Iterable[int]:
    """The indexes of the tokens with the bit set."""
    alone = shown.translate(_ONLY[bit])
    return compress(range(len(alone)), alone) if bit in alone else ()


def rows(shown: bytes, bit: int, length: int = 1) -> int:
    """How often the bit is set in `length` consecutive tokens."""
    return shown.translate(_ONLY[bit]).count(bytes([bit] * length))


def marks(word: str, lower: str) -> int:
    """The bits of a word and the same in small letters."""
    plain = folded(word)
    return (
        CAPITAL * (word != lower)
        | SMALL * word.islower()
        | FIGURE * (lower < ":")  # digits come before all letters
        | PAST * (word[-2:] == "ed" and len(word) > len("used"))
        | DAY * (lower in _DAYS)
        | PART * (lower in _PARTS)
        | BACK * (lower in _BACK)
        | FURNITURE * (plain in _FURNITURE)
    )


def folded(text: str) -> str:
    """The text in lower case, folded the way re.IGNORECASE compares letters."""
    if not text.isascii():
        text = replace_characters(text, _ALIKE)
    return text.lower()


_ALIKE = {"İ": "i", "ı": "i", "ſ": "s", "\u212a": "k"}
"""Letters that such a pattern takes for those of ASCII."""
_DAYS = frozenset(
    [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "yesterday", "tonight",
        "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "heute", "gestern", "lundi",
        "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "lunes", "martes", "miércoles",
        "jueves", "viernes", "sábado", "domingo", "hoy", "ayer", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì",
        "sabato", "domenica", "oggi", "ieri", "poniedziałek", "wtorek", "środę", "środa", "czwartek", "piątek",
        "sobotę",
        "sobota", "niedzielę", "niedziela", "dziś", "dzisiaj", "wczoraj", "maandag", "dinsdag", "woensdag", "donderdag",
        "vrijdag", "zaterdag", "zondag", "vandaag", "gisteren", "hoje",
        "ontem",
    ]
)  # fmt: skip
_PARTS = frozenset(["morning", "week", "afternoon", "evening"])
_BACK = frozenset(
    [
        "earlier", "previously", "since", "ago", "history", "year", "years", "früher", "zuvor", "seit", "jahren",
        "depuis", "auparavant", "ans", "desde", "anteriormente", "años", "precedenza", "anni", "wcześniej",
        "poprzednio", "temu", "eerder", "geleden", "jaren", "anteriormente", "atrás",
    ]
)  # fmt: skip
_FURNITURE = frozenset(
    [
        "subscribe", "newsletter", "sign", "click", "read", "reserved", "copyright", "getty", "photo", "photograph",
        "image", "advertisement", "cookie", "cookies", "follow", "contributed", "reporting", "editing", "published",
        "updated", "posted", "share", "terms", "privacy", "media",
    ]
)  # fmt: skip
