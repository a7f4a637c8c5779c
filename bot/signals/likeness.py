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

What shares one name and nothing that is done is a theme, not a story: two things that happened in one country, or that
concern one technology. Two small signals become one only where acts and objects make them alike too.

The constants were tuned coarsely on public sets of news stories, on half of the stories at a time, and on those stories
mixed with headlines of other years. Where signals become one lies near an edge on short texts: a twentieth more or less
moves the figure there by two hundredths.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from itertools import islice

from bot.model.article import Article, DatedBy
from bot.model.finding import Finding
from bot.model.signal import Candidate, Signal, SignalArticle
from bot.signals.centroids import SHOWN, Cluster, Entry, closeness, days_apart, originals
from bot.signals.tokens import TokenCache, tokenise
from bot.signals.weighing import (
    CROWD,
    IDF_POWER,
    Fingerprint,
    Measure,
    common_terms,
    crowded,
    fingerprint,
    measure,
    tells,
)
from bot.text.term_weights import PRIOR_DOCUMENTS, DocumentFrequencies

BORDER = 0.5
"""The score from which on an article is near enough to a signal to join it, whatever its length."""
PROBES = 16  # an article's heaviest terms, by which signals are looked up
NEWEST = 32  # signals looked at by one term, the newest first
FINALISTS = 5  # signals whose link is computed exactly
SOON = 5.0  # days within which two titles that share a name speak of the same days
NEAR = 6  # signals compared with one that changed, in consolidation
DRIFT = 1.1  # growth of the archive from which on a signal's texts are weighed anew
SMALL = 2  # texts up to which a signal may be alike to another by its theme alone
BEYOND_NAMES = 0.28  # of the inner similarity: what these must add to how alike two texts are


class LiveIndex:
    """The live signals, looked up by rare terms: a look costs nearly the same however many there are."""

    def __init__(self, cuts: TokenCache | None = None) -> None:
        self._cuts = cuts or TokenCache()
        self._entries: dict[int, Entry] = {}
        self._postings: dict[int, dict[int, None]] = {}
        self._frequencies = DocumentFrequencies(common_terms(), IDF_POWER)
        self._last: tuple[Article, tuple[str, ...], Fingerprint, dict[int, float]] | None = None  # about to be indexed

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, signal_id: int) -> bool:
        return signal_id in self._entries

    def add(self, signal: Signal, texts: Mapping[int, Article]) -> None:
        """Index a signal with the texts of its articles; where one is missing its title and quotes stand for it."""
        self.remove(signal.id)
        entry = Entry(signal)
        prints = {m.article_id: self._print_member(m, texts.get(m.article_id), signal) for m in originals(signal)}
        self._frequencies.add({each for text in prints.values() for each in text.terms})
        entry.weighed = len(self._frequencies) + PRIOR_DOCUMENTS
        for article_id, text in prints.items():
            entry.hold(article_id, text, text.vector(self._frequencies))
        self._post(entry)

    def update(self, signal: Signal, article: Article, finding: Finding | None = None) -> None:
        """The signal as it is after `article` joined or opened it; a copy adds nothing to compare with."""
        entry = self._entries.get(signal.id)
        if entry is None:
            entry = Entry(signal, weighed=len(self._frequencies) + PRIOR_DOCUMENTS)
            self._frequencies.add(())
            self._post(entry)
        entry.signal = signal
        new = any(member.article_id == article.id for member in originals(signal))
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
            entry = Entry(signal, weighed=taken.weighed if taken else 0.0)
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

    def _post(self, entry: Entry) -> None:
        self._unpost(entry)
        entry.probes = entry.group.terms[:PROBES]
        for each in entry.probes:
            self._postings.setdefault(each, {})[entry.signal.id] = None
        self._entries[entry.signal.id] = entry

    def _unpost(self, entry: Entry) -> None:
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
            entry = Entry(signal)
            for member in originals(signal):
                held = self._print_member(member, None, signal)
                entry.hold(member.article_id, held, held.vector(self._frequencies))
        asked = measure(len(text.terms))
        return self._candidate(entry, text, closeness(entry, text, vector, asked), asked)

    def _print(self, article: Article, actors: tuple[str, ...]) -> tuple[Fingerprint, dict[int, float]]:
        """The article as it is compared, and its vector; what is looked up is indexed next, so the last is kept."""
        if self._last is None or self._last[0] is not article or self._last[1] != actors:
            text = self._print_article(article, actors)
            self._last = article, actors, text, text.vector(self._frequencies)
        return self._last[2], self._last[3]

    def _print_article(self, article: Article, actors: Sequence[str]) -> Fingerprint:
        text = "" if article.text == article.title else article.text
        published = None if article.dated_by is DatedBy.ARRIVAL else article.published
        found = self._cuts.of(article)
        return fingerprint(article.title, text, article.language, actors, published, found=found)

    def _print_member(self, member: SignalArticle, article: Article | None, signal: Signal) -> Fingerprint:
        if article is not None:
            return self._print_article(article, signal.actors)
        quotes = " ".join(evidence.quote for evidence in member.evidence)
        found = tokenise(member.title, quotes, member.language)
        return fingerprint(member.title, quotes, member.language, signal.actors, member.published, found=found)

    def _finalists(self, vector: Mapping[int, float]) -> list[int]:
        """Signals by the weight of the terms they are found by, a bounded number of them by each term."""
        seen: dict[int, float] = {}
        for each, weight in islice(vector.items(), PROBES):
            for signal_id in islice(reversed(self._postings.get(each, {})), NEWEST):
                seen[signal_id] = seen.get(signal_id, 0.0) + weight
        return heapq.nlargest(FINALISTS, seen, key=seen.__getitem__)

    def _near(self, vector: Mapping[int, float], text: Fingerprint, asked: Measure) -> list[tuple[Entry, float]]:
        entries = map(self._entries.__getitem__, self._finalists(vector))
        return [(entry, closeness(entry, text, vector, asked)) for entry in entries]

    def _candidate(self, entry: Entry, text: Fingerprint, close: float, asked: Measure) -> Candidate:
        apart = days_apart(text.times, entry.times)
        soon = apart is not None and apart <= SOON and tells(text.title_names & entry.title_names)
        common = [each for each in text.named if each in entry.named]
        shared = dict.fromkeys(map(text.named.__getitem__, common)) if tells(common) else ()
        border = min(asked.join, asked.soon * crowded(len(self), entry.group.size)) if soon else asked.join
        return Candidate(entry.signal, _score(close, border), tuple(shared))

    # --- consolidating

    def cluster(self, signal_id: int) -> Cluster:
        """The signal's texts as one, for `consolidate`."""
        return Cluster.of(self._entries[signal_id])

    def reweigh(self, signal_id: int) -> None:
        """Weigh the signal's texts by the frequencies known by now, where these have changed much since."""
        entry = self._entries[signal_id]
        known = len(self._frequencies) + PRIOR_DOCUMENTS
        if entry.weighed < known / DRIFT:
            entry.weigh(self._frequencies)
            self._post(entry)

    def neighbours(self, signal_id: int) -> list[int]:
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


def _score(close: float, border: float) -> float:
    """0 to 1; a half, `BORDER`, at the border."""
    return close / (close + border)
