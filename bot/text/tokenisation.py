"""Words and terms of a text: folded, split, stemmed; what linking, wire copies and answers compare."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache, partial
from itertools import chain
from typing import TypeVar

from bot.text import word_lists
from bot.text.cache import BoundedCache, cached
from bot.text.cleaning import replace_characters
from bot.text.stems import stem

K = TypeVar("K")

_PUNCTUATION = (
    {"‘": "'", "’": "'", "‛": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
    | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", "")
)
_MARKS = re.compile("[\u0300-\u036f]+")
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[a-z](?:\.[a-z])+(?![^\W_])\.?|\d+(?:[.,]\d+)+|[{_UNSPACED}]+|[^\W_{_UNSPACED}]+(?:'[^\W_]+)*")
_ASCII_WORD = re.compile(r"[a-z](?:\.[a-z])+(?![a-z0-9])\.?|\d+(?:[.,]\d+)+|[a-z0-9]+(?:'[a-z0-9]+)*")
_UNSPACED_ANYWHERE = re.compile(rf"[{_UNSPACED}]")
_SPECIAL = re.compile(rf"['.,{_UNSPACED}]")
BLANKED = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) in "'.,")}


def fold(text: str) -> str:
    """The text without typographic differences: case, accents, invisible characters, kinds of quotes and dashes."""
    return " ".join(_folded(text).split())


def _folded(text: str) -> str:
    """The text folded, but with its blanks as they are."""
    if not text.isascii():
        text = replace_characters(text, _PUNCTUATION)
        if not text.isascii():
            text = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text)))
    return text.casefold()


def words(text: str) -> list[str]:
    """The folded words in order: "Fed's" is "fed", "U.S." is "us", "1,000" is "1000".

    Of scripts written without blanks, each pair of neighbouring characters is a word.
    """
    return list(chain.from_iterable(map(_WORDS.__getitem__, chunks(text))))


def chunks(text: str) -> list[str]:
    """The folded text split at blanks and at marks that belong to no word.

    Chunks are nearly words, and the same ones come again, so what is computed from a chunk can be cached.
    """
    text = _folded(text)
    if text.isascii():
        text = text.translate(BLANKED)
    return text.replace(", ", "  ").replace(". ", "  ").split()  # replacing by the same length is quicker


def words_of_chunk(chunk: str) -> tuple[str, ...]:
    """The words of one chunk."""
    if chunk.isascii():
        found = _ASCII_WORD.findall(chunk)
    else:
        found = _WORD.findall(chunk)
        if _UNSPACED_ANYWHERE.search(chunk):
            return tuple(part for word in found for part in (_word_parts(word) if _SPECIAL.search(word) else (word,)))
    return tuple(part for word in found for part in ((word,) if word.isalnum() else _word_parts(word)))


_WORDS = BoundedCache(words_of_chunk)


@cached(1 << 12)
def _word_parts(word: str) -> tuple[str, ...]:
    if word[0].isdigit():
        return (re.sub(r",(?=\d{3}(?!\d))", "", word),)
    if "'" in word:
        head, _, tail = word.rpartition("'")
        return (head.replace("'", "") if tail == "s" else _elided(word),)
    if "." in word:
        return (word.replace(".", ""),)
    return tuple(word[at : at + 2] for at in range(max(1, len(word) - 1)))


def _elided(word: str) -> str:
    """ "l'accord" and "d'oro" are what follows; "o'neill" and "don't" are one word."""
    head, _, tail = word.partition("'")
    return tail if head in word_lists.ELISIONS else word.replace("'", "")


def terms(text: str, language: str | None = None) -> list[str]:
    """The content terms in order, stemmed lightly; numbers are kept. `language` is ISO 639-1; None: as English."""
    known = _terms_in((language or "en")[:2].lower())
    return list(chain.from_iterable(map(known.__getitem__, chunks(text))))


@lru_cache(maxsize=4)
def _terms_in(language: str) -> BoundedCache[tuple[str, ...]]:
    """The content terms of a chunk, cached."""
    return BoundedCache(partial(_terms, language=language))


def _terms(chunk: str, language: str) -> tuple[str, ...]:
    return tuple(found for word in words_of_chunk(chunk) if (found := term(word, language)))


@cached(1 << 12)
def term(word: str, language: str = "en") -> str:
    """The stem of a folded word; "" where it is a stopword or a single letter."""
    if len(word) < 2 or word in word_lists.stopwords(language):
        return "" if not word.isdigit() else word
    return word if word[0].isdigit() else stem(word, language)
