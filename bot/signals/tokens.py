"""Tokenise an article once for both users: its words for detecting wire copies, its terms for linking.

Words and terms are kept as integer hashes in arrays, which are compact and faster to go through than strings.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache, partial
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

from bot.model.article import Article
from bot.text.cache import LONGEST, BoundedCache
from bot.text.tokenisation import chunks, term, words_of_chunk

READ = 1200
"""Code points at the start of a text whose terms are compared; news puts the story first.

Measured by `python -m tests.bench linking FILE` (ecb-short, ecb-full, headlines)."""


class Tokens(NamedTuple):
    """The hashed words and terms of a title and a text."""

    words: array[int]  # 32-bit hash of each word of the text in order; of the title if there is no text
    title: array[int]  # keys of the title's content terms in order
    terms: array[int]  # keys of the terms in the text's first READ code points; empty if the text is the title


def key(found: str) -> int:
    """The integer key of a term: a 56-bit hash, wide enough to make collisions unlikely; negative for a figure."""
    hashed = int.from_bytes(blake2b(found.encode("utf-8", "replace"), digest_size=7).digest(), "big")
    return -hashed if found[0].isdigit() else hashed


def tokenise(title: str, text: str, language: str | None) -> Tokens:
    """Hash the words and terms of a title and text; `language` is ISO 639-1, None is treated as English."""
    keys = _keys_in((language or "en")[:2].lower()).__getitem__
    of_title = chunks(title)
    if text in ("", title):
        return Tokens(_words(of_title), _terms(map(keys, of_title)), array("q"))
    stop = _border(text)
    first, rest = chunks(text[:stop]), chunks(text[stop:])
    return Tokens(_words(first + rest), _terms(map(keys, of_title)), _terms(map(keys, first)))


def _border(text: str) -> int:
    """Offset at which the compared start ends: the first blank from READ on, or READ in text without blanks."""
    at = text.find(" ", READ, READ + LONGEST) if len(text) > READ else READ
    return at if at >= 0 else READ


def _words(pieces: Iterable[str]) -> array[int]:
    return array("I", b"".join(map(_WORD_HASHES.__getitem__, pieces)))  # joining bytes is faster than joining arrays


def _terms(keys: Iterable[bytes]) -> array[int]:
    return array("q", b"".join(keys))


def _word_hashes(piece: str) -> bytes:
    """The array bytes of a chunk's word hashes."""
    return array("I", [crc32(word.encode()) for word in words_of_chunk(piece)]).tobytes()


_WORD_HASHES = BoundedCache(_word_hashes)


@lru_cache(maxsize=4)
def _keys_in(language: str) -> BoundedCache[bytes]:
    """Cache of the array bytes of a chunk's term keys, for one language."""
    return BoundedCache(partial(_keys, language=language))


def _keys(piece: str, language: str) -> bytes:
    return array("q", [key(each) for word in words_of_chunk(piece) if (each := term(word, language))]).tobytes()


class TokenCache:
    """The tokens of the last `most` articles, so that copy detection and linking tokenise each only once."""

    def __init__(self, most: int = 1) -> None:
        self._most = most
        self._known: OrderedDict[int, tuple[Article, Tokens]] = OrderedDict()

    def of(self, article: Article) -> Tokens:
        """The article's tokens; cached by object identity, since an equal id may come with a changed text."""
        known = self._known.get(article.id)
        if known is not None and known[0] is article:
            return known[1]
        made = tokenise(article.title, article.text, article.language)
        self._known[article.id] = article, made
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return made

    def clear(self) -> None:
        """Forget all of them."""
        self._known.clear()
