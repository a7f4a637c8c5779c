"""Texts as they arrive become texts as they are kept: normalised, without control and reordering characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import quote


def replace_characters(text: str, marks: Mapping[str, str]) -> str:
    """The text with each character that is a key of `marks` replaced by its value.

    One `replace` a mark: `str.translate` takes many times as long over text that is not ASCII.
    """
    for mark, other in marks.items():
        if mark in text:
            text = text.replace(mark, other)
    return text


# --- cleaning ------------------------------------------------------------------------------------------------------

DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # control
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0"  # of no width
    "\u200e\u200f\u202a-\u202e\u2066-\u206f"  # bidirectional
    "\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffc\ufffe\uffff"  # no characters at all, and their like
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"  # invisible tags
)
_JOINED_SCRIPTS = "\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af"
_JOINERS = re.compile(f"(?<![{_JOINED_SCRIPTS}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED_SCRIPTS}])")
_WITHIN_LINE = re.compile("[^\\S\n\u2029]+")
_PARAGRAPH = re.compile("(?: ?\n){2,} ?| ?\u2029\\s*")
_MOST_MARKS = 30
"""Combining marks on one letter, more than any language writes; putting n of them in order takes n² steps (Unicode
Standard Annex 15, stream-safe text format)."""
_MARKED = re.compile(f"[^\\w\\s\x00-\u02ff]{{{_MOST_MARKS + 1},}}")
"""Where so many may stand: no mark is a letter, and none stands among the first characters."""
_BLANKS = re.compile(r"\s+")


def clean(text: str) -> str:
    """The text as it is stored: NFC, one blank between words, "\\n\\n" between paragraphs, nothing invisible.

    Control, bidirectional and zero-width characters go. The joiners U+200C and U+200D are spelling in Arabic, Indic,
    Khmer, Myanmar and Mongolian script and stay between two letters of these; anywhere else they go. A single line
    break is a blank. Cleaning twice is cleaning once.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _MARKED.sub(_with_few_marks, _JOINERS.sub("", DROPPED.sub("", text)))
    text = _WITHIN_LINE.sub(" ", unicodedata.normalize("NFC", text))
    paragraphs = (_BLANKS.sub(" ", piece).strip() for piece in _PARAGRAPH.split(text))
    return "\n\n".join(piece for piece in paragraphs if piece)


def _with_few_marks(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for letter in run[0]:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def one_line(text: str) -> str:
    """The text cleaned, without paragraphs."""
    return clean(text).replace("\n\n", " ")


def web_address(link: str | None) -> str | None:
    """The address, with characters percent-encoded that could end it or change its meaning; None: not http or https."""
    if not link or not link.lower().startswith(("http://", "https://")):
        return None
    return quote(link, safe="%/:=&?~#+!$,;'@()*[]")


_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def inert(words: str) -> str:
    """The words without control characters (but line feeds) and without marks that reorder text: safe to show."""
    if words.isprintable():
        return words
    return "".join(c for c in words if c == "\n" or not (unicodedata.category(c) in ("Cc", "Cs") or c in _REORDERING))
