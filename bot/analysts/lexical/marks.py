"""What one word shows by itself, whatever stands around it, as bits: asked once of each distinct word."""

from __future__ import annotations

CAPITAL, FIGURE, PAST, DAY, PART, BACK, FURNITURE, ORDER = (1 << bit for bit in range(8))
"""It holds a capital; begins with a digit; looks like a regular English past tense; is a day of the week or the like, a
part of the day or week, a word that looks back; may begin a notice of the page; may be of an order to a machine."""

LISTED, LABEL = (1 << bit for bit in range(2))
"""Hints of what it may be part of: it is listed in the lexicon; it may begin the name of a topic or a place."""

only = {1 << bit: bytes(mark & 1 << bit for mark in range(256)) for bit in range(8)}
"""For `bytes.translate`: of every mark the one bit alone."""


def marks(word: str, lower: str) -> int:
    """The bits of a word and the same in small letters."""
    plain = lower if word.isascii() else word.translate(ALIKE).lower()
    return (
        CAPITAL * (word != lower)
        | FIGURE * (lower < ":")  # digits come before all letters
        | PAST * (word[-2:] == "ed" and len(word) > len("used"))
        | DAY * (lower in _DAYS)
        | PART * (lower in _PARTS)
        | BACK * (lower in _BACK)
        | FURNITURE * (plain in _FURNITURE)
        | ORDER * (plain == "ai" or plain.endswith(_ORDER_ENDS) or any(part in plain for part in _ORDER_PARTS))
    )


ALIKE = {ord("İ"): "i", ord("ı"): "i", ord("ſ"): "s", 0x212A: "k"}
"""Letters that a pattern which ignores case takes for those of ASCII."""
_DAYS = frozenset(
    [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "yesterday", "tonight",
        "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "heute", "gestern", "lundi",
        "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "lunes", "martes", "miércoles",
        "jueves", "viernes", "sábado", "domingo", "hoy", "ayer", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì",
        "sabato", "domenica", "oggi", "ieri",
    ]
)  # fmt: skip
_PARTS = frozenset(["morning", "week", "afternoon", "evening"])
_BACK = frozenset(
    [
        "earlier", "previously", "since", "ago", "history", "year", "years", "früher", "zuvor", "seit", "jahren",
        "depuis", "auparavant", "ans", "desde", "anteriormente", "años", "precedenza", "anni",
    ]
)  # fmt: skip
_FURNITURE = frozenset(
    [
        "subscribe", "newsletter", "sign", "click", "read", "reserved", "copyright", "getty", "photo", "photograph",
        "image", "advertisement", "cookie", "cookies", "follow", "contributed", "reporting", "editing", "published",
        "updated", "posted", "share", "terms", "privacy", "media",
    ]
)  # fmt: skip
_ORDER_PARTS = ("ignore", "disregard", "prompt", "instruct", "language", "assistant", "strength")
_ORDER_ENDS = (
    "note", "forward", "rate", "score", "rank", "mark", "classify", "reply", "respond", "answer", "delete", "forget",
)  # fmt: skip
