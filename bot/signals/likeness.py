"""In-memory index of the live signals: which signals resemble an article, and which resemble one another.

    article         → tf-idf vector → postings of its heaviest terms → a few signals → exact similarity → candidates
    changed signals → postings of their heaviest terms → a few neighbours each, for `bot.signals.consolidation`

Document frequencies count signals, not articles: a word shared by eighty articles of one story is still rare.

The similarity itself is in `bot.signals.centroids`, term weights and thresholds in `bot.signals.weighing`. The
constants were tuned on public sets of news stories, half of the stories at a time, and on those stories mixed with
headlines of other years. To measure a change to one: `python -m tests.bench linking FILE`, with FILE each of
ecb-short, ecb-full and headlines.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
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
"""Score (0 to 1) from which an article is near enough to join a signal; fixed by `_score`, whatever the text length."""
# The next six are measured by `python -m tests.bench linking FILE` (ecb-short, ecb-full, headlines).
PROBES = 16  # heaviest terms of a text or signal that are looked up in the postings
NEWEST = 32  # signals considered per term, the newest first
FINALISTS = 5  # signals per article whose similarity is computed exactly
SOON = 5.0  # days within which two texts whose titles share a name need less similarity
NEAR = 6  # signals compared with each changed one during consolidation
ARCHIVED = 1000  # closed signals whose fingerprints are kept: the newest of a name are asked for again and again
DRIFT = 1.1  # growth factor of the document count from which a signal's texts are weighed again
# The next two are measured by that command and by `python -m tests.bench judged FOLDER`.
SMALL = 2  # texts in a signal up to which consolidation checks that more than a theme is shared
BEYOND_NAMES = 0.28  # share of the inner similarity that terms other than names must contribute

_Holders = int | dict[int, None]
"""The one signal that holds a term, or several in the order in which they came to hold it: a dictionary for each term,
most of which one signal holds, would be as large as all else in the postings."""


class LiveIndex:
    """The live signals by their heaviest terms; the cost of a lookup hardly grows with the number of signals."""

    def __init__(self, cuts: TokenCache | None = None) -> None:
        self._cuts = cuts or TokenCache()
        self._entries: dict[int, Entry] = {}
        self._postings: dict[int, _Holders] = {}
        self._frequencies = DocumentFrequencies(common_terms(), IDF_POWER)
        self._archived: dict[tuple[int, datetime], Mapping[int, Fingerprint]] = {}  # by id and last change
        self._last: tuple[Article, tuple[str, ...], Fingerprint, dict[int, float]] | None = None  # about to be indexed

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, signal_id: int) -> bool:
        return signal_id in self._entries

    def add(self, signal: Signal, texts: Mapping[int, Article]) -> None:
        """Index a signal with its texts, by article id; a missing text is replaced by its title and quotes."""
        self.remove(signal.id)
        entry = Entry(signal)
        prints = {m.article_id: self._print_member(m, texts.get(m.article_id), signal) for m in originals(signal)}
        self._frequencies.add({each for text in prints.values() for each in text.terms})
        entry.weighed = len(self._frequencies) + PRIOR_DOCUMENTS
        for article_id, text in prints.items():
            entry.hold(article_id, text, text.vector(self._frequencies))
        self._post(entry)

    def update(self, signal: Signal, article: Article, finding: Finding | None = None) -> None:
        """Index the signal as it is after `article` joined or opened it; the text of a wire copy is not added."""
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
        """Index the surviving signal after a merge: move the texts of the signal with id `absorbed` to it."""
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

    def settle(self) -> None:
        """Drop what helps only while articles join: it is made again with the first that does."""
        for entry in self._entries.values():
            entry.seen = None

    def remove(self, signal_id: int) -> None:
        """Remove a signal from the index; no error if it is not there."""
        if (entry := self._entries.pop(signal_id, None)) is not None:
            self._unpost(entry)

    def _post(self, entry: Entry) -> None:
        self._unpost(entry)
        entry.probes = entry.group.terms[:PROBES]
        postings, signal_id = self._postings, entry.signal.id
        for each in entry.probes:
            if (holders := postings.get(each)) is None:
                postings[each] = signal_id
            elif isinstance(holders, int):
                postings[each] = {holders: None, signal_id: None}
            else:
                holders[signal_id] = None
        self._entries[entry.signal.id] = entry

    def _unpost(self, entry: Entry) -> None:
        postings, signal_id = self._postings, entry.signal.id
        for each in entry.probes:
            holders = postings[each]
            if isinstance(holders, int):
                del postings[each]
            else:
                del holders[signal_id]
                if len(holders) == 1:
                    (postings[each],) = holders

    # --- looking up

    def candidates(self, finding: Finding, article: Article) -> tuple[Candidate, ...]:
        """The live signals most similar to the article, best first, at most FINALISTS, each scoring at least SHOWN."""
        text, vector = self._print(article, finding.actors)
        asked = measure(len(text.terms))
        near = [
            (entry, close) for entry, close in self._near(vector, text, asked) if _score(close, asked.soon) >= SHOWN
        ]
        found = [self._candidate(entry, text, close, asked) for entry, close in near]
        found.sort(key=lambda candidate: (-candidate.score, candidate.signal.id))
        return tuple(candidate for candidate in found if candidate.score >= SHOWN)

    def compare(self, signal: Signal, finding: Finding, article: Article) -> Candidate:
        """Score one signal against an article; of a signal that is not indexed, titles and quotes are compared."""
        text, vector = self._print(article, finding.actors)
        entry = self._entries.get(signal.id)
        if entry is None:
            entry = Entry(signal)
            for article_id, held in self._print_archived(signal).items():
                entry.hold(article_id, held, held.vector(self._frequencies))
        asked = measure(len(text.terms))
        return self._candidate(entry, text, closeness(entry, text, vector, asked), asked)

    def _print(self, article: Article, actors: tuple[str, ...]) -> tuple[Fingerprint, dict[int, float]]:
        """The article's fingerprint and vector; the last is kept, as an article is looked up and then indexed."""
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

    def _print_archived(self, signal: Signal) -> Mapping[int, Fingerprint]:
        """Fingerprints of the titles and quotes of a signal that is not indexed, by article id."""
        version = signal.id, signal.changed
        if version not in self._archived:
            if len(self._archived) >= ARCHIVED:
                self._archived.clear()
            self._archived[version] = {m.article_id: self._print_member(m, None, signal) for m in originals(signal)}
        return self._archived[version]

    def _finalists(self, vector: Mapping[int, float]) -> list[int]:
        """Ids of the FINALISTS signals with most weight in shared terms, from at most NEWEST signals per term."""
        seen: dict[int, float] = {}
        for each, weight in islice(vector.items(), PROBES):
            for signal_id in _newest(self._postings.get(each)):
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
        """The signal as a cluster that `consolidate` may change; the index itself is not changed."""
        return Cluster.of(self._entries[signal_id])

    def reweigh(self, signal_id: int) -> None:
        """Weigh the signal's texts by the current document frequencies, if the document count has grown by DRIFT."""
        entry = self._entries[signal_id]
        known = len(self._frequencies) + PRIOR_DOCUMENTS
        if entry.weighed < known / DRIFT:
            entry.weigh(self._frequencies)
            self._post(entry)

    def neighbours(self, signal_id: int) -> list[int]:
        """Ids of at most NEAR signals that share its heaviest terms, most shared weight first.

        Terms that more than CROWD signals hold are skipped: sharing one says nothing.
        """
        entry = self._entries[signal_id]
        shared: dict[int, float] = {}
        for each, weight in zip(entry.probes, entry.group.weights, strict=False):
            holders = self._postings.get(each)
            if isinstance(holders, int) or (holders and len(holders) <= CROWD):
                for other in _newest(holders):
                    shared[other] = shared.get(other, 0.0) + weight
        shared.pop(signal_id, None)
        return heapq.nlargest(NEAR, shared, key=shared.__getitem__)


def _newest(holders: _Holders | None) -> Iterable[int]:
    """Of the signals that hold a term those that are considered, the newest first."""
    if holders is None:
        return ()
    return (holders,) if isinstance(holders, int) else islice(reversed(holders), NEWEST)


def _score(close: float, border: float) -> float:
    """Map a closeness to 0 to 1 so that `border` maps to `BORDER`, one half."""
    return close / (close + border)
