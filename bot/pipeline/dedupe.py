"""Wire copies: one text carried by several sources, found whole, cut short, or lightly edited.

    text → 3-word shingles → a sample of their hashes → articles that share some → exact containment → original | None

Containment of shingles is Broder's ("On the resemblance and containment of documents", 1997): the share of the smaller
set that the larger one holds, so that an excerpt of a long text is found as well as the whole. The sample is his too:
hashes divisible by a small number, the same for every text. What the sample proposes is verified on all shingles.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import repeat
from operator import and_
from zlib import crc32

from bot.retrieval import words
from bot.types import Article

CONTAINED = 0.5
"""The share of the smaller text's shingles found in the larger from which on it is a copy."""
EDITED = 0.3
"""From this share on, a text is a copy too where its words stand in the other in order: an edit here and there breaks
three shingles each."""
IN_ORDER = 0.75
"""The share of the smaller text's words that must then stand in the larger in the same order."""
SHORT = 25  # words under which only a text equal after folding is a copy
SPEAKING = 4  # words under which not even that is one
WHOLLY = 100  # shingles up to which a text is indexed by all of them
SAMPLE = 4  # of a longer one, one shingle in so many is indexed
COMMON = 12  # originals from which on a shingle they share is boilerplate: it proposes nothing and proves nothing
DOUBT = EDITED / SAMPLE / 3  # a third of the sampled shingles a copy would share at the least: fewer, and it is none
PROPOSED = 8  # articles verified exactly, those that share most sampled shingles
MOST = 10_000  # articles remembered; beyond it the earliest added are forgotten
_MASK = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Known:
    """A text as it is remembered."""

    original: int  # the article it is a copy of, or itself
    publisher: str
    link: str | None
    published: datetime
    whole: int  # hash of the folded text
    words: array[int]  # hashes of the words in order
    shingles: array[int]  # hashes of the shingles, each once; empty for a short text


class CopyIndex:
    """Recent texts, by which a copy is known when it comes; bounded in memory."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._short: dict[int, list[int]] = {}  # by hash of the folded text
        self._postings: dict[int, list[int]] = {}  # by sampled shingle
        self._last: _Known | None = None  # looked up and about to be added
        self._last_of: Article | None = None

    def __len__(self) -> int:
        return len(self._known)

    def add(self, article: Article) -> None:
        """Remember a text that later ones may copy; one that is known already is left as it is."""
        if article.id in self._known:
            return
        self._known[article.id] = known = self._read(article)
        for place, key in _places(self._short, self._postings, known):
            place.setdefault(key, []).append(article.id)
        if len(self._known) > self._most:
            self._forget(next(iter(self._known)))

    def original_of(self, article: Article) -> int | None:
        """The article that this one copies (the first of its copy group); None: it copies none that is remembered.

        A newer version of an article, under the same link of the same publisher or marked as replacing it, is no copy.
        """
        new = self._read(article)
        telling, proposed = self._proposed(new) if new.shingles else (set[int](), self._short.get(new.whole, []))
        found = [
            (_likeness(new, telling, self._known[each]), -place, each)
            for place, each in enumerate(proposed)
            if not self._is_version(article, each)
        ]
        best = max(found, default=None)
        return self._known[best[2]].original if best and best[0] > 0 else None

    def forget_before(self, instant: datetime) -> None:
        """Forget the texts published before then."""
        for article_id in [each for each, known in self._known.items() if known.published < instant]:
            self._forget(article_id)

    def _forget(self, article_id: int) -> None:
        known = self._known.pop(article_id)
        for place, key in _places(self._short, self._postings, known):
            place[key].remove(article_id)
            if not place[key]:
                del place[key]

    def _proposed(self, new: _Known) -> tuple[set[int], list[int]]:
        """The shingles that tell something, and the articles that share most sampled ones, the earliest first among
        equals; those that share far too few to be a copy are none."""
        shared: dict[int, int] = {}
        common: list[int] = []
        get = self._postings.get
        for each in new.shingles:
            if (holders := get(each)) is not None:
                if len(holders) >= COMMON:
                    common.append(each)
                    continue
                for article_id in holders:
                    shared[article_id] = shared.get(article_id, 0) + 1
        telling = set(new.shingles).difference(common)
        least = {each: DOUBT * min(len(telling), len(self._known[each].shingles)) for each in shared}
        likely = [each for each, count in shared.items() if count >= least[each]]
        return telling, sorted(likely, key=lambda each: (-shared[each], each))[:PROPOSED]

    def _is_version(self, article: Article, other: int) -> bool:
        known = self._known[other]
        same_place = article.link is not None and (article.publisher.key, article.link) == (known.publisher, known.link)
        return same_place or other in (article.id, article.replaces)

    def _read(self, article: Article) -> _Known:
        if self._last is None or self._last_of is not article:
            self._last_of, self._last = article, _known(article)
        return self._last


_Place = tuple[dict[int, list[int]], int]


def _places(short: dict[int, list[int]], postings: dict[int, list[int]], known: _Known) -> list[_Place]:
    """Where a text is found: a very short one as a whole, others by their shingles, long ones by a sample of them."""
    if not known.shingles:
        return [(short, known.whole)] if known.whole else []
    whole = len(known.shingles) <= WHOLLY
    return [(postings, each) for each in known.shingles if whole or each % SAMPLE == 0]


def _known(article: Article) -> _Known:
    found = words(article.text or article.title)
    hashes = array("I", map(_hash, found))
    whole = (crc32(" ".join(found).encode()) or 1) if len(found) >= SPEAKING else 0
    shingles = _shingles(hashes) if len(found) >= SHORT else array("I")
    original = article.id if article.copy_of is None else article.copy_of
    return _Known(original, article.publisher.key, article.link, article.published, whole, hashes, shingles)


def _shingles(hashes: array[int]) -> array[int]:
    """A 32-bit hash of every three words in a row, each once."""
    triples = zip(hashes, hashes[1:], hashes[2:], strict=False)
    return array(
        "I", dict.fromkeys(map(and_, map(hash, triples), repeat(_MASK)))
    )  # hash() of numbers is the same always


@lru_cache(maxsize=1 << 16)
def _hash(word: str) -> int:
    return crc32(word.encode())


def _likeness(new: _Known, telling: set[int], known: _Known) -> float:
    """The containment that makes one a copy of the other, of the shingles that tell something; or 0."""
    if not new.shingles or not known.shingles:
        return 1.0 if new.words == known.words else 0.0
    smaller = min(len(telling), len(known.shingles))
    share = len(telling.intersection(known.shingles)) / smaller if smaller else 0.0
    return share if share >= CONTAINED or (share >= EDITED and _in_order(new.words, known.words)) else 0.0


def _in_order(one: array[int], other: array[int]) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    matched = sum(block.size for block in matcher.get_matching_blocks())
    return matched >= IN_ORDER * min(len(one), len(other))
