"""The built-in analyst: implements the Analyst port with word lists and rules, without a language model.

It only quotes: titles are published headlines and analyses are sentences of the articles, so that every statement can
be traced. The same article always gives the same reading. Of a long text only the beginning and the end are read
(`words.BEGINNING`), to bound the time per article. Speed: `python -m tests.bench throughput FILE N`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from bot.model.article import Article
from bot.model.finding import ArticleKind, Finding, Part, Reading, Stance, Unread
from bot.model.intent import Intent
from bot.model.question import Answer, QuestionRecord
from bot.model.signal import Candidate, Composition, Dossier, Relation, Signal
from bot.text import languages
from bot.text import taxonomy as taxonomies

if TYPE_CHECKING:  # the rules are loaded when the first article is read: most commands read none
    from bot.analysts.lexical import actors, salience
    from bot.analysts.lexical.lexicon_hits import Hits
    from bot.analysts.lexical.words import Scan

BREATH = 8
"""Articles read between two yields to the event loop: a few hundredths of a second of work, however long they are."""
PLAINLY = 10.0
"""An article without consequence, support or listed acts is kept only where its best dimension scores at least this.

Measure with `python -m tests.bench categories FILE`.
"""


def read_articles(articles: Sequence[Article]) -> list[Reading]:
    """One reading an article, in order, by the embedded analyst of this process: a function for other processes to
    run, whose articles and readings can be pickled."""
    reader = _reader_here()
    return [reader.guarded(article) for article in articles]


@cache
def _reader_here() -> Extractive:
    return Extractive()


class Extractive:
    """The Analyst that needs no configuration, and the fallback of every other."""

    name = "extractive"
    translates = False
    understands = False
    batches = False

    def __init__(self) -> None:
        self._namer: actors.Namer | None = None  # created on first use: loading the word lists is slow

    async def ahead(self, waiting: Sequence[Article]) -> Collection[int]:  # noqa: ARG002 - named by the port
        """Return nothing: reading is cheap here, so no article needs to be queued ahead of time."""
        return ()

    async def read(self, articles: Sequence[Article]) -> Sequence[Reading]:
        """Return one reading per article, in order. An article that fails becomes Unread; nothing is raised."""
        readings: list[Reading] = []
        for at, article in enumerate(articles):
            if self._namer is None:  # the rules are loaded now, which takes a second
                readings.append(await asyncio.to_thread(self.guarded, article))
            else:
                readings.append(self.guarded(article))
            if at % BREATH == BREATH - 1:
                await asyncio.sleep(0)  # yield to the event loop, so that a long batch does not block other tasks
        return readings

    async def relate(self, finding: Finding, article: Article, candidates: Sequence[Candidate]) -> Relation:
        from bot.signals.linking import decide

        return decide(finding, article, candidates)

    async def same(self, one: Signal, other: Signal) -> bool:  # noqa: ARG002 - as above
        """Return True: candidates come from a similarity search, and there is no further evidence to decide by."""
        return True

    async def sketch(self, dossier: Dossier) -> Composition:
        from bot.analysts.lexical import telling

        return telling.compose(dossier)

    async def compose(self, dossier: Dossier) -> Composition:
        from bot.analysts.lexical import telling

        return telling.compose(dossier)

    async def translate(self, texts: Sequence[str], language: str) -> Sequence[str | None]:  # noqa: ARG002 - as above
        return [None] * len(texts)

    async def intent(self, said: str, commands: Mapping[str, str]) -> Intent | None:  # noqa: ARG002 - as above
        """Return None: what people ask for in plain words is known to the conversation's own lexicon."""
        return None

    async def answer(self, question: str, dossier: Dossier, history: Sequence[QuestionRecord]) -> AsyncIterator[Answer]:
        """Yield exactly one, final answer."""
        from bot.analysts.lexical import answering

        shown = [cite for record in history for cite in record.cited]
        yield answering.answer(question, dossier, [record.question for record in history], shown)

    def guarded(self, article: Article) -> Reading:
        """Read one article; return Unread where its language has no word lists or where reading raises."""
        if language := languages.unlisted(article.language, f"{article.title} {article.text}"):
            return Unread(article.id, f"It is in {language}, which {languages.NEEDS_MODEL}.")
        try:
            return self.reading(article)
        except Exception:  # noqa: BLE001 - one malformed text must not stop a run; the run report lists it
            return Unread(article.id, "It could not be read, by a fault of ours.")

    def reading(self, article: Article) -> Reading:
        """Read one article: a Finding, or a Rejection with the reason why it is left out."""
        from bot.analysts.lexical import claims, kinds, labels, picks, salience, weigh

        seen = _look(article)
        if reason := kinds.reason(seen.cut, seen.kind, seen.sums):
            return kinds.rejection(article, reason)
        if claims.says_nothing(article):
            return kinds.rejection(article, "nothing structural")
        sentences = salience.sentences(seen.cut, seen.hits)
        chosen = picks.choose(sentences)
        spots = labels.spots(seen.cut)
        weight = weigh.consequence(seen.cut, seen.hits, spots, sentences, chosen)
        support = weigh.substance(seen.cut, seen.hits, sentences, chosen)
        empty = not weight.points and not support.points and not weigh.touches(seen.cut, seen.hits)
        if empty and max(seen.sums.values()) < PLAINLY:
            return kinds.rejection(article, "nothing structural")
        return self._finding(seen, spots, chosen, weight, support)

    def _finding(
        self,
        seen: _Sight,
        spots: Sequence[taxonomies.Spot],
        chosen: Sequence[salience.Sentence],
        weight: Part,
        support: Part,
    ) -> Finding:
        from bot.analysts.lexical import actors, claims, labels, lexicon, picks, subjects, telling

        article = seen.cut.article
        self._namer = self._namer or actors.Namer(taxonomies.load(), lexicon.load())
        named = self._namer.actors(seen.cut)
        dimensions = subjects.dimensions(seen.sums)
        topics, places, shown = labels.labels(seen.cut, spots, dimensions, named)
        dimensions = labels.supported(dimensions, topics, seen.hits)
        reasoning = telling.reasoning(seen.cut, named, chosen, weight, support, labels=shown)
        if weight.points:
            weight = replace(weight, facts=(*weight.facts, *shown))
        return Finding(
            article_id=article.id,
            claim=claims.claim(article),
            dimensions=dimensions,
            topics=topics,
            places=places,
            actors=named,
            picks=picks.picks(seen.cut, seen.hits, chosen, named, runs=seen.stance is Stance.CORRECTS),
            reasoning=reasoning,
            consequence=weight,
            substance=support,
            kind=seen.kind,
            read_by=self.name,
            stance=seen.stance,
        )


@dataclass(frozen=True, slots=True)
class _Sight:
    """The results of scanning an article that all later steps share."""

    cut: Scan
    hits: Hits
    stance: Stance | None
    kind: ArticleKind
    sums: dict[str, float]  # score by word list, see subjects.scores


def _look(article: Article) -> _Sight:
    from bot.analysts.lexical import claims, deeds, kinds, labels, lexicon_hits, subjects
    from bot.analysts.lexical.words import scan

    cut = scan(article)
    hits = lexicon_hits.hits(cut)
    stance = claims.stance(cut)
    sums = subjects.scores(cut, hits)
    if article.language not in {None, "en"}:
        sums = subjects.with_deed(sums, deeds.gravest(cut, hits, labels.spots(cut)))
    return _Sight(cut, hits, stance, kinds.kind(cut, hits, stance), sums)
