"""A group of texts as one summed vector: how close two groups are in content and in time.

Two groups are compared by their average similarity (average link, UPGMA: Sokal & Michener 1958) divided by how similar
the texts within each are: the relative closeness of Chameleon (Karypis, Han & Kumar 1999). So two tight stories of one
kind (a champion's two fights) stay apart at a similarity at which the loose ends of one broad story still join, and no
chain of half-related stories can grow, because the texts of a chain are not similar to each other. A group's inner
similarity is shrunk towards an expected value, since one or two texts say little about it.
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt

from bot.model.finding import Stance
from bot.model.signal import Signal, SignalArticle
from bot.signals import acts
from bot.signals.weighing import PLACES, SUM_TERMS, Fingerprint, Measure, Times, common_terms, topic_keys
from bot.text.term_weights import PRIOR_DOCUMENTS, DocumentFrequencies

# Measured by `python -m tests.bench linking FILE` (ecb-short, ecb-full, headlines); FEW_NAMES to MARKS, which only
# consolidation uses, also by `python -m tests.bench judged FOLDER`.
FEW_NAMES = 1  # terms of names up to which two clusters may share only a theme; one event mostly shares more
LEAST_SHARED = 2  # terms other than names that two clusters of one event must share
TITLE_SHARED = 2  # terms of each one's titles that the other's texts must contain;
SHORT_TITLE = 3  # terms of a title up to which one is enough
RARE_SHARED = 2  # rare words in the titles of both that make up for a shared name
FEW_TITLES = 2  # texts of a cluster up to which its titles are read together for the act they report
SOON_AFTER = 3.0  # days within which two titles that report one act, or name the same, may be of one event
MARKS = 8  # heaviest terms of a cluster among which a shared rare word is looked for
SHRINK = 10.0  # how many pairs of texts the expected inner similarity counts as
HALF_LIFE = 14.0  # days between texts after which closeness is halved
SHOWN = 0.15  # candidates below this score are left out


# --- groups of texts -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Centroid:
    """The sum of the unit vectors of a group's texts, and how similar these are to each other."""

    size: int = 0
    own: float = 0.0  # squared length of the sum: size + twice the sum of the similarities within
    length: float = 0.0  # mean number of distinct terms
    terms: array[int] = field(default_factory=lambda: array("q"))  # their keys, the heaviest first
    weights: array[float] = field(default_factory=lambda: array("f"))

    def put(self, vector: Mapping[int, float], length: int) -> None:
        """Add one text: its unit vector, heaviest terms first, and its number of distinct terms."""
        dot = self._add(vector.items())
        self.own += 1.0 + 2.0 * dot
        self.length += (length - self.length) / (self.size + 1)
        self.size += 1

    def take(self, other: Centroid) -> None:
        """Add all texts of the other group."""
        self.own += other.own + 2.0 * self._add(zip(other.terms, other.weights, strict=True))
        size = self.size + other.size
        self.length = (self.length * self.size + other.length * other.size) / max(1, size)
        self.size = size

    def summed(self) -> dict[int, float]:
        return dict(zip(self.terms, self.weights, strict=True))

    def _add(self, vector: Iterable[tuple[int, float]]) -> float:
        """Add a vector to the sum; return its dot product with the sum before."""
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
        """Average similarity of the group's texts to each other, shrunk towards `expected`."""
        pairs = self.size * (self.size - 1)
        return (max(0.0, self.own - self.size) + SHRINK * expected) / (pairs + SHRINK)


@dataclass(slots=True)
class Entry:
    """A live signal in the index."""

    signal: Signal
    group: Centroid = field(default_factory=Centroid)
    prints: dict[int, Fingerprint] = field(default_factory=dict)  # by article id
    named: frozenset[int] = frozenset()  # keys of the terms of the names in its texts
    title_names: frozenset[int] = frozenset()  # the same for its titles only
    probes: array[int] = field(default_factory=lambda: array("q"))  # terms under which the index lists it
    times: Times = None  # from the first to the last publication
    seen: set[int] | None = None  # every term of its texts; None: not computed yet
    weighed: float = 0.0  # number of documents in the frequencies when its texts were weighed

    def unseen(self, found: Iterable[int]) -> list[int]:
        """Return the terms that none of its texts contained so far, and mark them as seen."""
        if self.seen is None:
            self.seen = {each for held in self.prints.values() for each in held.terms}
        new = [each for each in found if each not in self.seen]
        self.seen.update(new)
        return new

    def weigh(self, frequencies: DocumentFrequencies[int]) -> None:
        """Recompute the group's vector from all texts with these frequencies."""
        self.group = Centroid()
        self.weighed = len(frequencies) + PRIOR_DOCUMENTS
        for text in self.prints.values():
            self.group.put(text.vector(frequencies), len(text.terms))

    def hold(self, article_id: int, text: Fingerprint, vector: Mapping[int, float]) -> None:
        self.group.put(vector, len(text.terms))
        self._show(article_id, text)

    def take(self, other: Entry) -> None:
        """Add all texts of the other entry with their weights as they are; no text may be in both."""
        self.group.take(other.group)
        self.weighed = min(self.weighed, other.weighed)
        for article_id, text in other.prints.items():
            self._show(article_id, text)

    def _show(self, article_id: int, text: Fingerprint) -> None:
        self.prints[article_id] = text
        self.named |= text.named.keys()
        self.title_names |= text.title_names
        self.times = spanned(self.times, text.times)


def closeness(entry: Entry, text: Fingerprint, vector: Mapping[int, float], asked: Measure) -> float:
    """Average similarity of the text and the signal's texts, relative to the inner similarities, faded by time."""
    within = sqrt(entry.group.inner(asked.inner) * asked.inner)
    return entry.group.dot(vector) / max(1, entry.group.size) / within * fading(days_apart(text.times, entry.times))


def days_apart(one: Times, other: Times) -> float | None:
    """Days between two time spans, 0 if they overlap; None if either is unknown."""
    return None if one is None or other is None else max(0.0, other[0] - one[1], one[0] - other[1])


def spanned(one: Times, other: Times) -> Times:
    """The span that covers both; an unknown one is ignored."""
    if one is None or other is None:
        return other if one is None else one
    return min(one[0], other[0]), max(one[1], other[1])


def fading(apart: float | None) -> float:
    """Factor from 0 to 1 on closeness for texts so many days apart; 1 if unknown."""
    return 1.0 if apart is None else float(0.5 ** (apart / HALF_LIFE))


def originals(signal: Signal) -> list[SignalArticle]:
    return [member for member in signal.articles if member.stance is not Stance.COPY]


# --- consolidation -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Cluster:
    """One or more signals that consolidation has joined so far."""

    signal_ids: list[int]
    summed: dict[int, float]
    group: Centroid
    named: frozenset[int]
    times: Times
    titled: frozenset[int]  # keys of the terms of the titles
    title_names: frozenset[int]  # keys of those that are of names
    rare: frozenset[int] | None = None  # rare words among its heaviest terms; None: not computed yet
    told: acts.TitleAct | None = None  # what its titles say; None: not computed yet

    @classmethod
    def of(cls, entry: Entry) -> Cluster:
        summed = entry.group.summed()
        group = Centroid(entry.group.size, entry.group.own, entry.group.length)
        titled = frozenset(each for text in entry.prints.values() for each in text.terms[: text.titled])
        return cls([entry.signal.id], summed, group, entry.named, entry.times, titled, entry.title_names)

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

    def is_theme(self, other: Cluster, least: float) -> bool:
        """Whether the two share only a theme (a name, a place) and not what happened.

        Two events in one country, or about one technology, share a name but no acts or objects; and what happened is
        said in a title, so that hardly a word of it stands in a text about something else. `least` is what the shared
        terms other than names must contribute to the dot product.
        """
        if not (self._tells_title_of(other) and other._tells_title_of(self)):
            return True
        shared = [each for each in self.summed if each in other.summed and each not in PLACES]
        names = self.named & other.named
        beyond = [self.summed[each] * other.summed[each] for each in shared if each not in names]
        if len(shared) - len(beyond) > FEW_NAMES:
            return False
        return len(beyond) < LEAST_SHARED or sum(beyond) < least

    def _tells_title_of(self, other: Cluster) -> bool:
        """Whether its texts contain enough of the terms of the other's titles."""
        told = len([each for each in other.titled if each in self.summed])
        return told >= TITLE_SHARED or (told > 0 and len(other.titled) <= SHORT_TITLE)

    def shares_rare_words(self, other: Cluster) -> bool:
        """Whether the titles of both hold the same rare words, figures and well-known places aside.

        Not where each title names somebody or some place of its own: two strikes of dockers are of one kind, not one.
        """
        common = common_terms()
        if self.title_names - PLACES and other.title_names - PLACES:
            return False
        shared = [each for each in self.titled & other.titled if each > 0 and each not in common]
        return len([each for each in shared if each not in PLACES]) >= RARE_SHARED

    def shares_title_name(self, other: Cluster) -> bool:
        """Whether the titles of both name the same within days, well-known places and topics ("AI") aside."""
        shared = (self.title_names & other.title_names) - PLACES - topic_keys()
        return bool(shared) and self._soon(other)

    def _soon(self, other: Cluster) -> bool:
        """Whether the two are known to be of the same days."""
        apart = days_apart(self.times, other.times)
        return apart is not None and apart <= SOON_AFTER

    @property
    def title_act(self) -> acts.TitleAct:
        if self.told is None:
            self.told = acts.of_titles(self.titled)
        return self.told

    def tells_same_act(self, other: Cluster) -> bool:
        """Whether the titles of both report one act within days; not where each names somebody that the other does not.

        Only of clusters of few texts, whose titles together still say one thing.
        """
        if max(self.group.size, other.group.size) > FEW_TITLES or not self._soon(other):
            return False
        mine, theirs = self.title_names - PLACES, other.title_names - PLACES
        strangers = bool(mine and theirs) and mine.isdisjoint(theirs)
        return not strangers and self.title_act.is_same(other.title_act)

    def take(self, other: Cluster, dot: float) -> None:
        mine, theirs = self.group, other.group
        size = mine.size + theirs.size
        length = (mine.length * mine.size + theirs.length * theirs.size) / max(1, size)
        self.group = Centroid(size, mine.own + theirs.own + 2.0 * dot, length)
        for each, weight in other.summed.items():
            self.summed[each] = self.summed.get(each, 0.0) + weight
        self.named |= other.named
        self.titled |= other.titled
        self.title_names |= other.title_names
        self.times = spanned(self.times, other.times)
        self.rare = self.told = None
        self.signal_ids += other.signal_ids


def _marks(summed: dict[int, float]) -> frozenset[int]:
    common = common_terms()
    return frozenset(each for each in heapq.nlargest(MARKS, summed, key=summed.__getitem__) if each not in common)
