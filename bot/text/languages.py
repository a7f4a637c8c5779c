"""Which languages can be read from word lists alone, and how it is said which of them need a model."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.model import locales
from bot.text.listing import listed

LISTED = frozenset({"en", "de", "es", "fr", "it", "nl", "pl", "pt"})
"""The languages that there are word lists for (seeds/lexicon.toml, seeds/deeds, word_lists): these are read without a
model."""

NEEDS_MODEL = "needs a model to be read"
"""How it is said that a text could not be read for want of word lists; what was kept as the reason is counted by it."""
UNKNOWN = "a language that is not known here"

_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_SAMPLE = 1000  # characters
_MOSTLY = 0.5


def name(code: str | None) -> str:
    """ "Japanese" for "ja"; None, or a code without a name here: that the language is not known."""
    found = locales.language_name(code) if code else UNKNOWN
    return UNKNOWN if found == code else found


def unlisted(code: str | None, text: str) -> str | None:
    """The name of the text's language where there are no word lists for it; None: it can be read.

    `code` is ISO 639-1, None where it was not recognised: then a text in another script than the Latin one cannot be
    read.
    """
    if code is not None:
        return None if code in LISTED else name(code)
    letters = _LETTER.findall(text[:_SAMPLE])
    latin = sum(map(bool, map(_LATIN.match, letters)))
    return UNKNOWN if letters and latin < _MOSTLY * len(letters) else None


def unread_words(counts: Iterable[tuple[str | None, int]]) -> str | None:
    """ "12 articles in Japanese and Arabic need a model": (code, articles) of what could not be read for its language,
    the most first. None: nothing."""
    found = sorted(((number, name(code)) for code, number in counts if number), key=lambda each: (-each[0], each[1]))
    if not found:
        return None
    total = sum(number for number, _ in found)
    names = list(dict.fromkeys(each for _, each in found))
    one = total == 1
    return f"{total} {'article' if one else 'articles'} in {listed(names)} {'needs' if one else 'need'} a model"


def document_language(code: str | None, titles: Iterable[str]) -> tuple[str | None, str | None]:
    """The language of a feed, by its own word, else by its titles: (code, name) where there are no word lists for it,
    else (None, None)."""
    from bot.text.language_detection import recognise  # only what reads texts needs its patterns

    words = " . ".join(titles)
    known = (code or "")[:2].lower() or recognise(words)
    found = unlisted(known, words)
    return (known, found) if found else (None, None)
