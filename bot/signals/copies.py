"""Detect wire copies: one agency text published by several sources, in full, shortened or lightly edited.

    text → 3-word shingles → a sample of their hashes → articles that share some → exact containment → original | None

Containment is the share of the smaller text's shingles that the larger text contains, so an excerpt is found as well as
the whole (Broder, "On the resemblance and containment of documents", 1997). The sample is Broder's too: the hashes
divisible by SAMPLE; all of them for a short text. Candidates are found by the sample and verified on all shingles.
Word order is compared by the longest common subsequence, computed bit-parallel (Hyyrö, "Bit-parallel LCS-length
computation revisited", 2004).

The constants are measured by `python -m tests.bench copies FILE`.
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
"""Containment (0 to 1) from which a text is a copy."""
EDITED = 0.3
"""Containment from which a text is a copy if its words also appear in the other in order (IN_ORDER).

It is lower than CONTAINED because each edited word breaks three shingles."""
IN_ORDER = 0.75
"""Share of the smaller text's words that must then appear in the larger in the same order."""
SHORT = 20  # texts with fewer words are copies only if equal after folding
SPEAKING = 4  # texts with fewer words are never copies
WHOLLY = 100  # words up to which the sample is all shingles of a text
SAMPLE = 4  # in a longer text, one shingle in this many is sampled
KEPT_BITS = (1 << 30) - 1
"""What is kept of a sampled shingle's hash: 30 bits, since a larger int takes half as much again of the memory."""
COMMON = 12  # texts holding a shingle from which it is boilerplate and ignored
DOUBT = EDITED / SAMPLE / 1.5  # least sampled shingles shared per word; two thirds of the expected, as samples vary
PROPOSED = 8  # articles verified on all shingles: those that share most sampled ones
MOST = 10_000  # articles remembered; beyond this the earliest added are dropped


@dataclass(frozen=True, slots=True)
class _Known:
    """What is remembered of an article."""

    original: int  # the article it is a copy of, or itself
    publisher: str
    link: str | None
    published: datetime
    whole: int  # hash of the folded text if it has SPEAKING to SHORT - 1 words; else 0
    words: array[int]  # hashes of the words in order
    sample: array[int]  # distinct hashes of the sampled shingles, KEPT_BITS of each; empty for a short text


class CopyIndex:
    """Recent texts, against which new articles are checked for being copies; holds at most `most` of them."""

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
        """Remember a text that later ones may copy; does nothing if the article is known already."""
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
        """Id of the article that this one copies (the first of its group of copies); None if it is no copy.

        A newer version of an article (same publisher and link, or marked as replacing it) is not a copy of it.
        """
        new = self._read(article)
        proposed = self._proposed(new) if new.sample else self._short.get(new.whole, [])
        telling = self._informative(new) if proposed else set[int]()
        found = [
            (_likeness(new, telling, self._known[each]), -place, each)
            for place, each in enumerate(proposed)
            if not self._is_version(article, each)
        ]
        best = max(found, default=None)
        return self._known[best[2]].original if best and best[0] > 0 else None

    def forget_before(self, instant: datetime) -> None:
        """Drop the texts published before `instant`."""
        old = [each for each, known in self._known.items() if known.published < instant]
        for article_id in old:
            self._forget(article_id)
        if old:
            self._postings = dict(self._postings)  # without the room of what was dropped: half of ten megabytes

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
        """Ids of at most PROPOSED articles that share most sampled shingles and may be the original, most first."""
        postings = self._postings
        shared: dict[int, int] = {}
        common = 0
        for holders in map(postings.get, new.sample):
            if holders is None:
                continue
            if isinstance(holders, int):
                shared[holders] = shared.get(holders, 0) + 1
            elif len(holders) >= COMMON:
                common += 1
            else:
                for article_id in holders:
                    shared[article_id] = shared.get(article_id, 0) + 1
        several = [(each, count) for each, count in shared.items() if count > 1]  # sharing a single one is chance
        likely = [each for each, count in several if _may_copy(new, self._known[each], count, common)]
        return sorted(likely, key=lambda each: (-shared[each], each))[:PROPOSED]

    def _informative(self, new: _Known) -> set[int]:
        """All shingles of the text except the sampled ones known to be boilerplate."""
        postings = self._postings
        common = {each for each in new.sample if isinstance(held := postings.get(each), list) and len(held) >= COMMON}
        found = set(_shingles(new.words))
        return {each for each in found if each & KEPT_BITS not in common} if common else found

    def _is_version(self, article: Article, other: int) -> bool:
        known = self._known[other]
        same_place = article.link is not None and (article.publisher.key, article.link) == (known.publisher, known.link)
        return same_place or other in (article.id, article.replaces)

    def _read(self, article: Article) -> _Known:
        if self._last is None or self._last_of is not article:
            self._last_of, self._last = article, _known(article, self._cuts.of(article).words)
        return self._last


def _may_copy(new: _Known, known: _Known, shared: int, common: int) -> bool:
    """Whether two texts that share `shared` (at least 1) sampled shingles may be copies.

    `common` is how many of the new text's sampled shingles are boilerplate. For two short texts the sample is complete,
    so the test is exact; for longer ones it is an estimate.
    """
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
        sample=_sample(words) if long else array("I"),
    )


def _shingles(words: array[int]) -> Iterator[int]:
    """A hash of every three consecutive words; hash() of ints does not vary between processes."""
    listed = words.tolist()
    return map(hash, zip(listed, listed[1:], listed[2:], strict=False))


def _sample(words: array[int]) -> array[int]:
    """The distinct sampled shingles in text order: all up to WHOLLY words, else one in SAMPLE."""
    chosen = _shingles(words) if len(words) <= WHOLLY else [each for each in _shingles(words) if not each % SAMPLE]
    return array("I", dict.fromkeys([each & KEPT_BITS for each in chosen]))


def _likeness(new: _Known, telling: set[int], known: _Known) -> float:
    """Containment, ignoring boilerplate, if it makes one text a copy of the other; else 0."""
    if not new.sample or not known.sample:
        return 1.0 if new.words == known.words else 0.0
    shingles = set(_shingles(known.words))
    smaller = min(len(telling), len(shingles))
    share = len(telling & shingles) / smaller if smaller else 0.0
    return share if share >= CONTAINED or (share >= EDITED and _in_order(new.words, known.words)) else 0.0


def _in_order(one: array[int], other: array[int]) -> bool:
    return _common_subsequence(one, other) >= IN_ORDER * min(len(one), len(other))


def _common_subsequence(one: array[int], other: array[int]) -> int:
    """Length in words of the longest common subsequence."""
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
