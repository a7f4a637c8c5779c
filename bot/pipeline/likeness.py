"""How like an article is to the live signals, and the live signals to one another: one index, in memory.

    article | terms, names weighing more | tf-idf | rare terms' postings → a few signals | exact link, faded by time
    changed signals | their heaviest terms' postings → a few signals each | closest first, while close enough → one

Two groups of texts are linked by their average similarity (average link, UPGMA: Sokal & Michener 1958) *relative to
how alike the texts within each are*: the relative closeness of Chameleon (Karypis, Han & Kumar 1999). So two tight
stories of one kind (a champion's two fights) stay two at a similarity at which the loose ends of one sprawling story
still join, and no chain of half-related stories can grow: a chain is not alike within. A group's inner similarity is
shrunk towards an expected one, since one or two texts say little about it. Document frequencies count stories, not
articles: a word that eighty articles of one story share is still rare.

The more signals there are to be alike by chance, the more likeness is asked: the best of n accidents grows with log n.

Two texts that name the same in their titles within a few days need less likeness to be one story than two that only
happen to name the same somewhere, or whose dates nobody knows.

Headlines alone share a word or two by chance, so a single pair of them is asked for much more than an average of many:
else among unrelated headlines one joins the next, and a stream of them ends in a few heaps.

The constants were tuned coarsely on public sets of news stories, on half of the stories at a time, and on those stories
mixed with headlines of other years. Where signals become one lies near an edge on short texts: a twentieth more or less
moves the figure there by two hundredths.
"""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache, partial
from itertools import islice
from math import log, sqrt
from operator import itemgetter, mul

from bot import lexis
from bot.memo import Memo
from bot.pipeline.cut import Cut, Cuts, cut, key
from bot.retrieval import PRIOR_DOCUMENTS, Counts, names_of, prior, term, terms
from bot.types import Article, Candidate, DatedBy, Finding, Signal, SignalArticle, Stance

BORDER = 0.5
"""The score from which on an article is near enough to a signal to join it, whatever its length."""

TITLE_COUNTS = 1.5  # a title's term counts as one and a half of the body's
NAME_WEIGHS = 1.3  # a term that is part of a name, against one that is not
FIGURE_WEIGHS = 1.3
IDF_POWER = 0.85  # under 1, so that one unheard-of word does not outweigh three telling ones
NAMED = 400  # code points of a text searched for names
TERMS = 64  # of an article, the heaviest
SUM_TERMS = 96  # of a signal, the heaviest
PROBES = 16  # an article's heaviest terms, by which signals are looked up
NEWEST = 32  # signals looked at by one term, the newest first
FINALISTS = 5  # signals whose link is computed exactly
MARKS = 8  # the heaviest terms of a group, where headlines are looked at for a shared rare word
SHRINK = 10.0  # how many pairs of texts the expected inner similarity counts for
HALF_LIFE = 14.0  # days without news after which a signal seems half as near
SOON = 5.0  # days within which two titles that share a name speak of the same days
DAY = 86400  # seconds
FEW = 400  # signals among which accidents do not matter yet
CHANCE = 0.5  # growth of what is asked with the logarithm of their number
NEAR = 6  # signals compared with one that changed, in consolidation
DRIFT = 1.1  # growth of the archive from which on a signal's texts are weighed anew
CROWD = 250  # signals that hold a term from which on it proposes no pair of them
TOLD_TWICE = 1.25  # two signals that readers know as two must be so much more alike to become one
SHOWN = 0.15  # candidates below this score are not worth showing


_PLACES = frozenset(key(stem) for each in lexis.PLACES if (stem := term(each)))
_NO_NAMES = lexis.CALENDAR | lexis.AGENCIES


@cache
def _common() -> Mapping[int, float]:
    """`prior` by key."""
    return {key(each): rate for each, rate in prior().items()}


@dataclass(frozen=True, slots=True)
class Measure:
    """What is expected and asked of texts of a certain length."""

    inner: float  # expected similarity of two texts of one story
    join: float  # closeness, relative to it, at which an article joins
    soon: float  # … where titles of the same days share a name
    merge: float  # … and at which two signals are one
    alone: float  # growth of that for a single pair of texts; it falls with the square root of their number


HEADLINE = Measure(inner=0.80, join=0.80, soon=0.30, merge=0.133, alone=1.5)
TEXT = Measure(inner=0.15, join=2.8, soon=1.2, merge=0.7125, alone=0.0)
HEADLINE_TERMS, TEXT_TERMS = 12, 30  # distinct terms up to which, and from which on, these hold


@lru_cache(maxsize=1 << 12)
def measure(length: float) -> Measure:
    """What is asked of texts of so many distinct terms: between the two above by the logarithm of the length."""
    share = (log(max(1.0, length)) - log(HEADLINE_TERMS)) / (log(TEXT_TERMS) - log(HEADLINE_TERMS))
    share = min(1.0, max(0.0, share))
    return Measure(
        *(low + (high - low) * share for low, high in zip(_values(HEADLINE), _values(TEXT), strict=True)),
    )


@lru_cache(maxsize=1 << 12)
def crowded(signals: int, pairs: int) -> float:
    """By how much more likeness is asked among so many signals, where it is an average of so many pairs of texts: an
    average of many strays less, by the square root of their number."""
    return 1.0 + CHANCE * max(0.0, log(max(1, signals) / FEW)) / sqrt(max(1, pairs))


def _values(of: Measure) -> tuple[float, ...]:
    return of.inner, of.join, of.soon, of.merge, of.alone


_Times = tuple[float, float] | None
"""A stretch of time, in days since 1970; None: unknown."""

# --- texts as they are compared ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Print:
    """A text as it is compared: the keys of its terms with their weights before idf, and the names in it."""

    terms: array[int]
    weights: array[float]
    named: Mapping[int, str]  # key of a term of a name → the name as written
    title_names: frozenset[int]  # those of them in the title
    times: _Times  # of publication

    def vector(self, frequencies: Counts[int]) -> dict[int, float]:
        """Unit length, the heaviest terms only and first."""
        weights = map(mul, self.weights, frequencies.weights(self.terms))
        heavy = sorted(zip(self.terms, weights, strict=True), key=itemgetter(1), reverse=True)[:TERMS]
        length = sqrt(sum([weight * weight for _, weight in heavy]))
        return {each: weight / length for each, weight in heavy} if length else {}


def print_of(
    title: str, text: str, language: str | None, actors: Sequence[str], published: datetime | None, *, found: Cut
) -> Print:
    """`found` is the title and the text cut; `actors` come first among the names: they are who the story is about."""
    counts = dict.fromkeys(found.title, TITLE_COUNTS if text else 1.0)
    said = Counter(found.terms)
    for each in counts:
        counts[each] += said.pop(each, 0)
    counts.update(said)
    in_title, in_lead = names_of(title, text[:NAMED])
    named = name_terms((*actors, *in_title, *in_lead), language)
    return Print(
        array("q", counts),
        _weighed(counts, named),
        {each: name for each, name in named.items() if each in counts or name in actors},
        frozenset(name_terms(in_title, language)),
        None if published is None else (published.timestamp() / DAY,) * 2,
    )


def name_terms(found: Iterable[str], language: str | None) -> dict[int, str]:
    """The keys of names' terms that are no common words, each with the first name it stands in."""
    known = _telling_in(language)
    listed: dict[int, str] = {}
    for name in found:
        for each in known[name]:
            listed.setdefault(each, name)
    return listed


@lru_cache(maxsize=4)
def _telling_in(language: str | None) -> Memo[tuple[int, ...]]:
    """The keys of a name's terms that are no common words."""
    return Memo(partial(_telling, language=language))


def _telling(name: str, language: str | None) -> tuple[int, ...]:
    common = prior()
    found = (each for each in terms(name, language) if each not in common and each not in _NO_NAMES)
    return tuple(key(each) for each in found if not each.isdigit())


def tells(shared: Collection[int]) -> bool:
    """Whether shared names say that two stories may be one: a name, or two where they are but well-known places."""
    return len(shared) > 1 or not _PLACES.issuperset(shared)


def _weighed(counts: Mapping[int, float], named: Collection[int]) -> array[float]:
    """The weights of terms by how often they stand there, before idf."""
    return array(
        "f",
        [
            (1.0 + log(count) if count > 1 else count)
            * (NAME_WEIGHS if each in named else FIGURE_WEIGHS if each < 0 else 1.0)
            for each, count in counts.items()
        ],
    )


# --- groups of texts -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Group:
    """A signal's texts as one: the sum of their unit vectors, and how alike they are."""

    size: int = 0
    own: float = 0.0  # squared length of the sum: size + twice the sum of the similarities within
    length: float = 0.0  # mean number of distinct terms
    terms: array[int] = field(default_factory=lambda: array("q"))  # their keys, the heaviest first
    weights: array[float] = field(default_factory=lambda: array("f"))

    def put(self, vector: Mapping[int, float], length: int) -> None:
        """`vector` has the heaviest terms first."""
        dot = self._add(vector.items())
        self.own += 1.0 + 2.0 * dot
        self.length += (length - self.length) / (self.size + 1)
        self.size += 1

    def take(self, other: _Group) -> None:
        """Take in all texts of the other."""
        self.own += other.own + 2.0 * self._add(zip(other.terms, other.weights, strict=True))
        size = self.size + other.size
        self.length = (self.length * self.size + other.length * other.size) / max(1, size)
        self.size = size

    def summed(self) -> dict[int, float]:
        return dict(zip(self.terms, self.weights, strict=True))

    def _add(self, vector: Iterable[tuple[int, float]]) -> float:
        """The dot product with what was there."""
        if not self.size:
            weighed = dict(vector)
            self._keep(weighed, list(weighed))
            return 0.0
        dot, summed = 0.0, self.summed()
        for each, weight in vector:
            if (before := summed.get(each)) is None:
                summed[each] = weight
            else:
                dot += before * weight
                summed[each] = before + weight
        self._keep(summed, sorted(summed, key=summed.__getitem__, reverse=True)[:SUM_TERMS])
        return dot

    def _keep(self, weighed: Mapping[int, float], heaviest: list[int]) -> None:
        self.terms, self.weights = array("q", heaviest), array("f", map(weighed.__getitem__, heaviest))

    def dot(self, vector: Mapping[int, float]) -> float:
        weights = self.weights
        return sum([vector[each] * weights[at] for at, each in enumerate(self.terms) if each in vector])

    def inner(self, expected: float) -> float:
        """The average similarity within, shrunk towards the expected one."""
        pairs = self.size * (self.size - 1)
        return (max(0.0, self.own - self.size) + SHRINK * expected) / (pairs + SHRINK)


@dataclass(slots=True)
class _Entry:
    """A live signal in the index."""

    signal: Signal
    group: _Group = field(default_factory=_Group)
    prints: dict[int, Print] = field(default_factory=dict)  # by article
    named: frozenset[int] = frozenset()  # keys of the terms of the names in its texts
    title_names: frozenset[int] = frozenset()  # … in its titles
    probes: array[int] = field(default_factory=lambda: array("q"))  # terms it is found by
    times: _Times = None  # of publication
    seen: set[int] | None = None  # every term of its texts; None: not needed yet
    weighed: float = 0.0  # how many documents the frequencies rested on when its first text was weighed

    def unseen(self, found: Iterable[int]) -> list[int]:
        """Those of the terms that none of its texts held so far; from now on they are seen."""
        if self.seen is None:
            self.seen = {each for held in self.prints.values() for each in held.terms}
        new = [each for each in found if each not in self.seen]
        self.seen.update(new)
        return new

    def weigh(self, frequencies: Counts[int]) -> None:
        """Weigh all its texts anew."""
        self.group = _Group()
        self.weighed = len(frequencies) + PRIOR_DOCUMENTS
        for text in self.prints.values():
            self.group.put(text.vector(frequencies), len(text.terms))

    def hold(self, article_id: int, text: Print, vector: Mapping[int, float]) -> None:
        self.group.put(vector, len(text.terms))
        self._show(article_id, text)

    def take(self, other: _Entry) -> None:
        """Hold all texts of the other, none of which it holds, as they were weighed there."""
        self.group.take(other.group)
        self.weighed = min(self.weighed, other.weighed)
        for article_id, text in other.prints.items():
            self._show(article_id, text)

    def _show(self, article_id: int, text: Print) -> None:
        self.prints[article_id] = text
        self.named |= text.named.keys()
        self.title_names |= text.title_names
        self.times = _spanned(self.times, text.times)


class LiveIndex:
    """The live signals, looked up by rare terms: a look costs nearly the same however many there are."""

    def __init__(self, cuts: Cuts | None = None) -> None:
        self._cuts = cuts or Cuts()
        self._entries: dict[int, _Entry] = {}
        self._postings: dict[int, dict[int, None]] = {}
        self._frequencies = Counts(_common(), IDF_POWER)
        self._last: tuple[Article, tuple[str, ...], Print, dict[int, float]] | None = None  # about to be indexed

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, signal_id: int) -> bool:
        return signal_id in self._entries

    def add(self, signal: Signal, texts: Mapping[int, Article]) -> None:
        """Index a signal with the texts of its articles; where one is missing its title and quotes stand for it."""
        self.remove(signal.id)
        entry = _Entry(signal)
        prints = {m.article_id: self._print_member(m, texts.get(m.article_id), signal) for m in _originals(signal)}
        self._frequencies.add({each for text in prints.values() for each in text.terms})
        entry.weighed = len(self._frequencies) + PRIOR_DOCUMENTS
        for article_id, text in prints.items():
            entry.hold(article_id, text, text.vector(self._frequencies))
        self._post(entry)

    def update(self, signal: Signal, article: Article, finding: Finding | None = None) -> None:
        """The signal as it is after `article` joined or opened it; a copy adds nothing to compare with."""
        entry = self._entries.get(signal.id)
        if entry is None:
            entry = _Entry(signal, weighed=len(self._frequencies) + PRIOR_DOCUMENTS)
            self._frequencies.add(())
            self._post(entry)
        entry.signal = signal
        new = any(member.article_id == article.id for member in _originals(signal))
        if new and article.id not in entry.prints:
            text, vector = self._print(article, finding.actors if finding else ())
            self._frequencies.extend(entry.unseen(text.terms))
            entry.hold(article.id, text, vector)
            self._post(entry)

    def merge(self, signal: Signal, absorbed: int) -> None:
        """The surviving signal as it is after it took in the signal `absorbed`, whose texts go over to it."""
        taken, entry = self._entries.get(absorbed), self._entries.get(signal.id)
        self.remove(absorbed)
        if entry is None:
            entry = _Entry(signal, weighed=taken.weighed if taken else 0.0)
        entry.signal = signal
        if taken and entry.prints.keys().isdisjoint(taken.prints):
            entry.take(taken)
        elif taken:
            for article_id, text in taken.prints.items():
                if article_id not in entry.prints:
                    entry.hold(article_id, text, text.vector(self._frequencies))
        self._post(entry)

    def remove(self, signal_id: int) -> None:
        """Forget a signal; one that is not there is no error."""
        if (entry := self._entries.pop(signal_id, None)) is not None:
            self._unpost(entry)

    def _post(self, entry: _Entry) -> None:
        self._unpost(entry)
        entry.probes = entry.group.terms[:PROBES]
        for each in entry.probes:
            self._postings.setdefault(each, {})[entry.signal.id] = None
        self._entries[entry.signal.id] = entry

    def _unpost(self, entry: _Entry) -> None:
        for each in entry.probes:
            holders = self._postings[each]
            holders.pop(entry.signal.id, None)
            if not holders:
                del self._postings[each]

    # --- looking up

    def candidates(self, finding: Finding, article: Article) -> tuple[Candidate, ...]:
        """The live signals most like the article, at most FINALISTS, best first; `BORDER` is near enough to join."""
        text, vector = self._print(article, finding.actors)
        asked = measure(len(text.terms))
        near = [
            (entry, close) for entry, close in self._near(vector, text, asked) if _score(close, asked.soon) >= SHOWN
        ]
        found = [self._candidate(entry, text, close, asked) for entry, close in near]
        found.sort(key=lambda candidate: (-candidate.score, candidate.signal.id))
        return tuple(candidate for candidate in found if candidate.score >= SHOWN)

    def compare(self, signal: Signal, finding: Finding, article: Article) -> Candidate:
        """One signal, live or not (of one that is not indexed titles and quotes are compared), against an article."""
        text, vector = self._print(article, finding.actors)
        entry = self._entries.get(signal.id)
        if entry is None:
            entry = _Entry(signal)
            for member in _originals(signal):
                held = self._print_member(member, None, signal)
                entry.hold(member.article_id, held, held.vector(self._frequencies))
        asked = measure(len(text.terms))
        return self._candidate(entry, text, _closeness(entry, text, vector, asked), asked)

    def _print(self, article: Article, actors: tuple[str, ...]) -> tuple[Print, dict[int, float]]:
        """The article as it is compared, and its vector; what is looked up is indexed next, so the last is kept."""
        if self._last is None or self._last[0] is not article or self._last[1] != actors:
            text = self._print_article(article, actors)
            self._last = article, actors, text, text.vector(self._frequencies)
        return self._last[2], self._last[3]

    def _print_article(self, article: Article, actors: Sequence[str]) -> Print:
        text = "" if article.text == article.title else article.text
        published = None if article.dated_by is DatedBy.ARRIVAL else article.published
        found = self._cuts.of(article)
        return print_of(article.title, text, article.language, actors, published, found=found)

    def _print_member(self, member: SignalArticle, article: Article | None, signal: Signal) -> Print:
        if article is not None:
            return self._print_article(article, signal.actors)
        quotes = " ".join(evidence.quote for evidence in member.evidence)
        found = cut(member.title, quotes, member.language)
        return print_of(member.title, quotes, member.language, signal.actors, member.published, found=found)

    def _finalists(self, vector: Mapping[int, float]) -> list[int]:
        """Signals by the weight of the terms they are found by, a bounded number of them by each term."""
        seen: dict[int, float] = {}
        for each, weight in islice(vector.items(), PROBES):
            for signal_id in islice(reversed(self._postings.get(each, {})), NEWEST):
                seen[signal_id] = seen.get(signal_id, 0.0) + weight
        return heapq.nlargest(FINALISTS, seen, key=seen.__getitem__)

    def _near(self, vector: Mapping[int, float], text: Print, asked: Measure) -> list[tuple[_Entry, float]]:
        entries = map(self._entries.__getitem__, self._finalists(vector))
        return [(entry, _closeness(entry, text, vector, asked)) for entry in entries]

    def _candidate(self, entry: _Entry, text: Print, close: float, asked: Measure) -> Candidate:
        apart = _apart(text.times, entry.times)
        soon = apart is not None and apart <= SOON and tells(text.title_names & entry.title_names)
        common = [each for each in text.named if each in entry.named]
        shared = dict.fromkeys(map(text.named.__getitem__, common)) if tells(common) else ()
        border = min(asked.join, asked.soon * crowded(len(self), entry.group.size)) if soon else asked.join
        return Candidate(entry.signal, _score(close, border), tuple(shared))

    # --- consolidating

    def cluster(self, signal_id: int) -> Cluster:
        """The signal's texts as one, for `consolidate`."""
        return Cluster.of(self._entries[signal_id])

    def freshen(self, signal_id: int) -> None:
        """Weigh the signal's texts by the frequencies known by now, where these have changed much since."""
        entry = self._entries[signal_id]
        known = len(self._frequencies) + PRIOR_DOCUMENTS
        if entry.weighed < known / DRIFT:
            entry.weigh(self._frequencies)
            self._post(entry)

    def beside(self, signal_id: int) -> list[int]:
        """The signals that share its heaviest terms, those that share most first; a term that so many hold that it
        says nothing proposes none."""
        entry = self._entries[signal_id]
        shared: dict[int, float] = {}
        for each, weight in zip(entry.probes, entry.group.weights, strict=False):
            holders = self._postings.get(each, {})
            if len(holders) <= CROWD:
                for other in islice(reversed(holders), NEWEST):
                    shared[other] = shared.get(other, 0.0) + weight
        shared.pop(signal_id, None)
        return heapq.nlargest(NEAR, shared, key=shared.__getitem__)


def _closeness(entry: _Entry, text: Print, vector: Mapping[int, float], asked: Measure) -> float:
    """Average link of the text and the signal's, relative to the inner similarities, faded by the time between."""
    within = sqrt(entry.group.inner(asked.inner) * asked.inner)
    return entry.group.dot(vector) / max(1, entry.group.size) / within * _fading(_apart(text.times, entry.times))


def _score(close: float, border: float) -> float:
    """0 to 1; a half, `BORDER`, at the border."""
    return close / (close + border)


def _apart(one: _Times, other: _Times) -> float | None:
    """The days between two stretches of time, 0 where they touch; None where either is unknown."""
    return None if one is None or other is None else max(0.0, other[0] - one[1], one[0] - other[1])


def _spanned(one: _Times, other: _Times) -> _Times:
    """Both stretches as one; one that is unknown adds nothing."""
    if one is None or other is None:
        return other if one is None else one
    return min(one[0], other[0]), max(one[1], other[1])


def _fading(apart: float | None) -> float:
    """What is left of likeness after so many days without news."""
    return 1.0 if apart is None else float(0.5 ** (apart / HALF_LIFE))


def _originals(signal: Signal) -> list[SignalArticle]:
    return [member for member in signal.articles if member.stance is not Stance.COPY]


# --- consolidation -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Cluster:
    """One or more signals on their way to being one."""

    signal_ids: list[int]
    summed: dict[int, float]
    group: _Group
    named: frozenset[int]
    times: _Times
    rare: frozenset[int] | None = None  # rare words among its heaviest terms; None: not asked for yet

    @classmethod
    def of(cls, entry: _Entry) -> Cluster:
        summed = entry.group.summed()
        group = _Group(entry.group.size, entry.group.own, entry.group.length)
        return cls([entry.signal.id], summed, group, entry.named, entry.times)

    @property
    def marks(self) -> frozenset[int]:
        if self.rare is None:
            self.rare = _marks(self.summed)
        return self.rare

    def dot(self, other: Cluster) -> float:
        small, large = self.summed, other.summed
        if len(small) > len(large):
            small, large = large, small
        return sum([large[each] * weight for each, weight in small.items() if each in large])

    def take(self, other: Cluster, dot: float) -> None:
        mine, theirs = self.group, other.group
        size = mine.size + theirs.size
        length = (mine.length * mine.size + theirs.length * theirs.size) / max(1, size)
        self.group = _Group(size, mine.own + theirs.own + 2.0 * dot, length)
        for each, weight in other.summed.items():
            self.summed[each] = self.summed.get(each, 0.0) + weight
        self.named |= other.named
        self.times = _spanned(self.times, other.times)
        self.rare = None
        self.signal_ids += other.signal_ids


def consolidate(
    signals: Iterable[Signal], index: LiveIndex, told: Collection[int] = (), *, beyond: bool = False
) -> tuple[tuple[int, int], ...]:
    """What among the signals is one: (absorbed, survivor) pairs, the survivor the older id; nothing is ever split.

    The closest two clusters become one, again and again, while they are close enough for how alike each is within, and
    share a name. `told` are signals some channel was told of: two of them ask for more. With `beyond`, each of the
    signals may also become one with any other of the index: what has not changed need not be looked at again. The same
    input gives the same.
    """
    return _Consolidation(sorted({signal.id for signal in signals}), index, frozenset(told), beyond).run()


class _Consolidation:
    def __init__(self, chosen: list[int], index: LiveIndex, told: frozenset[int], beyond: bool) -> None:
        chosen = [each for each in chosen if each in index]
        for each in chosen:
            index.freshen(each)
        self._told = told
        self._signals = len(index) if beyond else len(chosen)
        among = None if beyond else set(chosen)
        self._clusters: dict[int, Cluster] = {each: index.cluster(each) for each in chosen}
        self._near: dict[int, dict[int, float]] = {each: {} for each in chosen}  # pairs, with their dot products
        self._heap: list[tuple[float, int, int]] = []
        self._last: dict[tuple[int, int], float] = {}  # how close a pair was when it was last weighed
        for one in chosen:
            for other in index.beside(one):
                if among is None or other in among:
                    self._pair(one, other, index)

    def _pair(self, one: int, other: int, index: LiveIndex) -> None:
        if other in self._near[one]:
            return
        if other not in self._clusters:
            self._clusters[other] = index.cluster(other)
        left, right = self._clusters[one], self._clusters[other]
        if _share_a_name(left, right):
            self._bind(one, other, left.dot(right))
            self._weigh(one, other, share=True)

    def _bind(self, one: int, other: int, dot: float) -> None:
        self._near.setdefault(one, {})[other] = dot
        self._near.setdefault(other, {})[one] = dot

    def run(self) -> tuple[tuple[int, int], ...]:
        while self._heap:
            close, one, other = heapq.heappop(self._heap)
            if one in self._clusters and other in self._clusters and -close == self._last[one, other]:
                self._join(one, other)
        return tuple(
            (absorbed, survivor)
            for survivor, cluster in sorted(self._clusters.items())
            for absorbed in sorted(cluster.signal_ids)
            if absorbed != survivor
        )

    def _weigh(self, one: int, other: int, *, share: bool = False) -> None:
        """`share`: it is known that they share a name."""
        low, high = min(one, other), max(one, other)
        left, right = self._clusters[low], self._clusters[high]
        close = self._close(left, right, self._near[low][high]) if share or _share_a_name(left, right) else 0.0
        self._last[low, high] = close
        if close >= 1.0:
            heapq.heappush(self._heap, (-close, low, high))

    def _close(self, left: Cluster, right: Cluster, dot: float) -> float:
        """Average link relative to the inner similarities and to what is asked; from 1 on the two are one."""
        sizes = left.group.size * right.group.size
        if not sizes:
            return 0.0
        asked = measure(max(left.group.length, right.group.length))
        within = sqrt(left.group.inner(asked.inner) * right.group.inner(asked.inner))
        border = asked.merge * crowded(self._signals, sizes) * (1.0 + asked.alone / sqrt(sizes))
        close = dot / sizes / within / border * _fading(_apart(left.times, right.times))
        both_told = not self._told.isdisjoint(left.signal_ids) and not self._told.isdisjoint(right.signal_ids)
        return close / TOLD_TWICE if both_told else close

    def _join(self, one: int, other: int) -> None:
        """The dot product of a sum is the sum of the dot products: only those not known yet are multiplied out."""
        kept, gone = self._clusters[one], self._clusters.pop(other)
        mine, theirs = self._near[one], self._near.pop(other)
        dots: dict[int, float] = {}
        for each in sorted({*mine, *theirs} - {one, other}):
            beside = self._clusters[each]
            dots[each] = (mine[each] if each in mine else kept.dot(beside)) + (
                theirs[each] if each in theirs else gone.dot(beside)
            )
            self._near[each].pop(other, None)
        kept.take(gone, mine[other])
        self._near[one] = {}
        for each, dot in dots.items():
            self._bind(one, each, dot)
            self._weigh(one, each)


def _share_a_name(left: Cluster, right: Cluster) -> bool:
    """A name that tells; or one of the rare words that mark both, with any shared name, or between headlines, which
    name many things in small letters."""
    shared = left.named & right.named
    if tells(shared):
        return True
    headlines = max(left.group.length, right.group.length) < HEADLINE_TERMS
    return (bool(shared) or headlines) and not left.marks.isdisjoint(right.marks)


def _marks(summed: dict[int, float]) -> frozenset[int]:
    common = _common()
    return frozenset(each for each in heapq.nlargest(MARKS, summed, key=summed.__getitem__) if each not in common)
