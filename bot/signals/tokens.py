"""A text cut once for all who compare it: its words for wire copies, its terms for linking.

Words and terms are numbers here: they lie side by side in memory where references to strings would lie far apart.
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
"""Code points of a text whose terms are compared: news tells its story first."""


class Tokens(NamedTuple):
    """A title and a text as they are compared."""

    words: array[int]  # a 32-bit hash of each word of the text in order; of the title where there is no text
    title: array[int]  # the keys of the title's content terms in order
    terms: array[int]  # … of the text's first READ code points; none where the text is the title


def key(found: str) -> int:
    """What stands for a term: a hash of 56 bits, so that no two terms of a language share one; below 0 for a figure."""
    hashed = int.from_bytes(blake2b(found.encode("utf-8", "replace"), digest_size=7).digest(), "big")
    return -hashed if found[0].isdigit() else hashed


def tokenise(title: str, text: str, language: str | None) -> Tokens:
    """`language` is ISO 639-1; None: as English."""
    known = _known_in((language or "en")[:2].lower()).__getitem__
    of_title = list(map(known, chunks(title)))
    if text in ("", title):
        return Tokens(_words(of_title), _terms(of_title), array("q"))
    stop = _border(text)
    first, rest = list(map(known, chunks(text[:stop]))), list(map(known, chunks(text[stop:])))
    return Tokens(_words(first + rest), _terms(of_title), _terms(first))


def _border(text: str) -> int:
    """Where the beginning ends: behind the word that READ falls into, if it is written with blanks."""
    at = text.find(" ", READ, READ + LONGEST) if len(text) > READ else READ
    return at if at >= 0 else READ


_Piece = tuple[bytes, bytes]
"""The hashes of a piece's words, and the keys of its terms, as they lie in arrays: joining these is quickest."""


def _words(found: Sequence[_Piece]) -> array[int]:
    return array("I", b"".join([words for words, _ in found]))


def _terms(found: Sequence[_Piece]) -> array[int]:
    return array("q", b"".join([terms for _, terms in found]))


@lru_cache(maxsize=4)
def _known_in(language: str) -> BoundedCache[_Piece]:
    """What stands in a piece."""
    return BoundedCache(partial(_piece, language=language))


def _piece(piece: str, language: str) -> _Piece:
    found = words_of_chunk(piece)
    terms = [key(each) for word in found if (each := term(word, language))]
    return array("I", [crc32(word.encode()) for word in found]).tobytes(), array("q", terms).tobytes()


class TokenCache:
    """The cuts of the articles asked for last, `most` of them."""

    def __init__(self, most: int = 1) -> None:
        self._most = most
        self._known: OrderedDict[int, tuple[Article, Tokens]] = OrderedDict()

    def of(self, article: Article) -> Tokens:
        """The same article, not only an equal one, is cut once."""
        known = self._known.get(article.id)
        if known is not None and known[0] is article:
            return known[1]
        made = tokenise(article.title, article.text, article.language)
        self._known[article.id] = article, made
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return made
