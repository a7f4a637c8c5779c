"""Tokenise an article once for both users: its words for detecting wire copies, its terms for linking.

Words and terms are kept as integer hashes in arrays, which are compact and faster to go through than strings.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Sequence
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
    known = _piece_cache((language or "en")[:2].lower()).__getitem__
    of_title = list(map(known, chunks(title)))
    if text in ("", title):
        return Tokens(_words(of_title), _terms(of_title), array("q"))
    stop = _border(text)
    first, rest = list(map(known, chunks(text[:stop]))), list(map(known, chunks(text[stop:])))
    return Tokens(_words(first + rest), _terms(of_title), _terms(first))


def _border(text: str) -> int:
    """Offset at which the compared start ends: the first blank from READ on, or READ in text without blanks."""
    at = text.find(" ", READ, READ + LONGEST) if len(text) > READ else READ
    return at if at >= 0 else READ


_Piece = tuple[bytes, bytes]
"""The array bytes of a chunk's word hashes and of its term keys; joining bytes is faster than joining arrays."""


def _words(found: Sequence[_Piece]) -> array[int]:
    return array("I", b"".join([words for words, _ in found]))


def _terms(found: Sequence[_Piece]) -> array[int]:
    return array("q", b"".join([terms for _, terms in found]))


@lru_cache(maxsize=4)
def _piece_cache(language: str) -> BoundedCache[_Piece]:
    """Cache of the hashed words and terms by chunk, for one language."""
    return BoundedCache(partial(_piece, language=language))


def _piece(piece: str, language: str) -> _Piece:
    found = words_of_chunk(piece)
    terms = [key(each) for word in found if (each := term(word, language))]
    return array("I", [crc32(word.encode()) for word in found]).tobytes(), array("q", terms).tobytes()


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
