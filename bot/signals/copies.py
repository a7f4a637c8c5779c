"""Wire copies: one text carried by several sources, found whole, cut short, or lightly edited.

    text → 3-word shingles → a sample of their hashes → articles that share some → exact containment → original | None

Containment of shingles is Broder's ("On the resemblance and containment of documents", 1997): the share of the smaller
set that the larger one holds, so that an excerpt of a long text is found as well as the whole. The sample is his too:
hashes divisible by a small number, the same for every text; of a short text all. What is remembered, looked up and
counted is the sample; what it proposes, which is seldom, is verified on all shingles.
Whether a text's words stand in another in order is their longest common subsequence, by the bits of whole numbers
(Hyyrö, "Bit-parallel LCS-length computation revisited", 2004).
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from bot.model.article import Article
from bot.signals.tokens import TokenCache

CONTAINED = 0.5
"""The share of the smaller text's shingles found in the larger from which on it is a copy."""
EDITED = 0.3
"""From this share on, a text is a copy too where its words stand in the other in order: an edit here and there breaks
three shingles each."""
IN_ORDER = 0.75
"""The share of the smaller text's words that must then stand in the larger in the same order."""
SHORT = 20  # words under which only a text equal after folding is a copy
SPEAKING = 4  # words under which not even that is one
WHOLLY = 100  # words up to which all shingles of a text are its sample
SAMPLE = 4  # of a longer one, one shingle in so many is
COMMON = 12  # originals from which on a shingle they share is boilerplate: it proposes nothing and proves nothing
DOUBT = EDITED / SAMPLE / 1.5  # for each word, two thirds of the sampled shingles a copy shares at the least
PROPOSED = 8  # articles verified exactly, those that share most sampled shingles
MOST = 10_000  # articles remembered; beyond it the earliest added are forgotten


@dataclass(frozen=True, slots=True)
class _Known:
    """A text as it is remembered."""

    original: int  # the article it is a copy of, or itself
    publisher: str
    link: str | None
    published: datetime
    whole: int  # hash of the folded text, where it is short; 0: it is not, or too short to be anyone's copy
    words: array[int]  # hashes of the words in order
    sample: array[int]  # hashes of the shingles it is found by, each once; empty for a short text


class CopyIndex:
    """Recent texts, by which a copy is known when it comes; bounded in memory."""

    def __init__(self, cuts: TokenCache | None = None, most: int = MOST) -> None:
        self._cuts = cuts or TokenCache()
        self._most = most
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._short: dict[int, list[int]] = {}  # by hash of the folded text
        self._postings: dict[int, int | list[int]] = {}  # by sampled shingle: the one that holds it, or several
        self._last: _Known | None = None  # looked up and about to be added
        self._last_of: Article | None = None

    def __len__(self) -> int:
        return len(self._known)

    def add(self, article: Article) -> None:
        """Remember a text that later ones may copy; one that is known already is left as it is."""
        if article.id in self._known:
            return
        self._known[article.id] = known = self._read(article)
        if known.whole:
            self._short.setdefault(known.whole, []).append(article.id)
        postings = self._postings
        for each in known.sample:
            if (holders := postings.get(each)) is None:
                postings[each] = article.id
            elif isinstance(holders, int):
                postings[each] = [holders, article.id]
            else:
                holders.append(article.id)
        if len(self._known) > self._most:
            self._forget(next(iter(self._known)))

    def original_of(self, article: Article) -> int | None:
        """The article that this one copies (the first of its copy group); None: it copies none that is remembered.

        A newer version of an article, under the same link of the same publisher or marked as replacing it, is no copy.
        """
        new = self._read(article)
        proposed = self._proposed(new) if new.sample else self._short.get(new.whole, [])
        telling = self._telling(new) if proposed else set[int]()
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
        if known.whole:
            self._short[known.whole].remove(article_id)
            if not self._short[known.whole]:
                del self._short[known.whole]
        for each in known.sample:
            holders = self._postings[each]
            if isinstance(holders, int):
                del self._postings[each]
            else:
                holders.remove(article_id)
                if len(holders) == 1:
                    self._postings[each] = holders[0]

    def _proposed(self, new: _Known) -> list[int]:
        """The articles that share most of the sample, the earliest first among equals; those that share far too little
        to be a copy are none."""
        postings = self._postings
        shared: dict[int, int] = {}
        common = 0
        for each in [each for each in new.sample if each in postings]:
            holders = postings[each]
            if isinstance(holders, int):
                shared[holders] = shared.get(holders, 0) + 1
            elif len(holders) >= COMMON:
                common += 1
            else:
                for article_id in holders:
                    shared[article_id] = shared.get(article_id, 0) + 1
        several = [(each, count) for each, count in shared.items() if count > 1]  # one proves nothing
        likely = [each for each, count in several if _may_copy(new, self._known[each], count, common)]
        return sorted(likely, key=lambda each: (-shared[each], each))[:PROPOSED]

    def _telling(self, new: _Known) -> set[int]:
        """All its shingles but for those of the sample that are boilerplate."""
        postings = self._postings
        common = [each for each in new.sample if isinstance(held := postings.get(each), list) and len(held) >= COMMON]
        return set(_shingles(new.words)).difference(common)

    def _is_version(self, article: Article, other: int) -> bool:
        known = self._known[other]
        same_place = article.link is not None and (article.publisher.key, article.link) == (known.publisher, known.link)
        return same_place or other in (article.id, article.replaces)

    def _read(self, article: Article) -> _Known:
        if self._last is None or self._last_of is not article:
            self._last_of, self._last = article, _known(article, self._cuts.of(article).words)
        return self._last


def _may_copy(new: _Known, known: _Known, shared: int, common: int) -> bool:
    """Whether two that share so many sampled shingles, one at the least, may be one text: where all shingles are
    sampled nothing is left to guess. `common` of the new one's are boilerplate."""
    if len(new.words) <= WHOLLY and len(known.words) <= WHOLLY:
        return shared / min(len(new.sample) - common, len(known.sample)) >= EDITED
    telling = len(new.words) * (1 - common / len(new.sample))
    return shared >= DOUBT * min(telling, len(known.words))


def _known(article: Article, words: array[int]) -> _Known:
    long = len(words) >= SHORT
    return _Known(
        original=article.id if article.copy_of is None else article.copy_of,
        publisher=article.publisher.key,
        link=article.link,
        published=article.published,
        whole=0 if long or len(words) < SPEAKING else crc32(words.tobytes()) or 1,
        words=words,
        sample=_sample(words) if long else array("q"),
    )


def _shingles(words: array[int]) -> Iterator[int]:
    """A hash of every three words in a row: hash() of numbers is the same always."""
    listed = words.tolist()
    return map(hash, zip(listed, listed[1:], listed[2:], strict=False))


def _sample(words: array[int]) -> array[int]:
    """The shingles a text is found by, each once and in order: a short one by all, a longer one by some of them."""
    if len(words) <= WHOLLY:
        return array("q", dict.fromkeys(_shingles(words)))
    return array("q", dict.fromkeys([each for each in _shingles(words) if not each % SAMPLE]))


def _likeness(new: _Known, telling: set[int], known: _Known) -> float:
    """The containment that makes one a copy of the other, of the shingles that tell something; or 0."""
    if not new.sample or not known.sample:
        return 1.0 if new.words == known.words else 0.0
    shingles = set(_shingles(known.words))
    smaller = min(len(telling), len(shingles))
    share = len(telling & shingles) / smaller if smaller else 0.0
    return share if share >= CONTAINED or (share >= EDITED and _in_order(new.words, known.words)) else 0.0


def _in_order(one: array[int], other: array[int]) -> bool:
    return _common_subsequence(one, other) >= IN_ORDER * min(len(one), len(other))


def _common_subsequence(one: array[int], other: array[int]) -> int:
    """How many words of one stand in the other in the same order."""
    places: dict[int, int] = {}  # of each word in `one`, as bits
    for at, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << at
    every = (1 << len(one)) - 1
    open_ = every  # a bit for each word that could not be matched so far
    for word in other:
        if here := places.get(word):
            matched = open_ & here
            open_ = (open_ + matched | open_ - matched) & every
    return len(one) - open_.bit_count()
