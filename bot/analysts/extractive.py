"""The embedded analyst: reads, relates, composes and answers without a model, from word lists and the text alone.

It observes and never claims a cause: a title is a real headline, an analysis is sentences it can point to. The same
article always gives the same reading. Of a long text its beginning and its end are looked at (`words.BEGINNING`), so
that it takes hardly longer to read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.analysts.lexical import (
    actors,
    answering,
    claims,
    kinds,
    lexicon,
    lexicon_hits,
    picks,
    salience,
    subjects,
    telling,
    weigh,
)
from bot.analysts.lexical.lexicon_hits import Hits
from bot.analysts.lexical.token_features import LABEL, showing
from bot.analysts.lexical.words import TITLE, Scan, scan
from bot.model.article import Article
from bot.model.finding import ArticleKind, Dimension, Finding, Part, Reading, Stance, Unread
from bot.model.question import Answer, QuestionRecord
from bot.model.signal import Candidate, Composition, Dossier, Relation, Signal
from bot.text import languages
from bot.text import taxonomy as taxonomies

TOPICS, PLACES = 4, 4
"""At most so many are named of one article."""
TITLE_SHARE, LEAD_SHARE = 3, 2
"""A mention in the title or the first sentence counts as so many further down."""

BREATH = 8
"""Articles read before others may speak: some hundredths of a second."""
PLAINLY = 10.0
"""An article that weighs nothing and names nobody is still read where its subject is as plain as this."""


class Extractive:
    """The Analyst that is always there."""

    name = "extractive"
    translates = False
    batches = False

    def __init__(self) -> None:
        self._namer: actors.Namer | None = None  # made when it is first needed: the lists take time to read

    async def ahead(self, waiting: Sequence[Article]) -> Collection[int]:  # noqa: ARG002 - the port names it
        """Nothing need wait: reading costs nothing."""
        return ()

    async def read(self, articles: Sequence[Article]) -> Sequence[Reading]:
        """One reading an article, in order; an article it fails on is Unread, never an exception."""
        readings: list[Reading] = []
        for at, article in enumerate(articles):
            readings.append(self.guarded(article))
            if at % BREATH == BREATH - 1:
                await asyncio.sleep(0)  # a long round of reading must not keep others from speaking
        return readings

    async def relate(self, finding: Finding, article: Article, candidates: Sequence[Candidate]) -> Relation:
        from bot.signals.linking import decide

        return decide(finding, article, candidates)

    async def same(self, one: Signal, other: Signal) -> bool:  # noqa: ARG002 - as above
        """What is alike enough to be found is one."""
        return True

    async def sketch(self, dossier: Dossier) -> Composition:
        return telling.compose(dossier)

    async def compose(self, dossier: Dossier) -> Composition:
        return telling.compose(dossier)

    async def translate(self, texts: Sequence[str], language: str) -> Sequence[str | None]:  # noqa: ARG002 - as above
        return [None] * len(texts)

    async def answer(self, question: str, dossier: Dossier, history: Sequence[QuestionRecord]) -> AsyncIterator[Answer]:
        """One answer, final at once."""
        yield answering.answer(question, dossier, [record.question for record in history])

    def guarded(self, article: Article) -> Reading:
        """One reading; Unread where it fails, or where the language has no word lists."""
        if language := languages.unlisted(article.language, f"{article.title} {article.text}"):
            return Unread(article.id, f"It is in {language}, which {languages.NEEDS_MODEL}.")
        try:
            return self.reading(article)
        except Exception as error:  # noqa: BLE001 - one odd text must not stop a run; the run's report says so
            return Unread(article.id, f"It could not be read ({type(error).__name__}).")

    def reading(self, article: Article) -> Reading:
        """What is found in one article, or why it is left out."""
        seen = _look(article)
        if reason := kinds.reason(seen.cut, seen.kind, seen.sums):
            return kinds.rejection(article, reason)
        sentences = salience.sentences(seen.cut, seen.hits)
        chosen = picks.choose(sentences)
        spots = _spots(seen.cut)
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
        article = seen.cut.article
        taxonomy = taxonomies.load()
        self._namer = self._namer or actors.Namer(taxonomy, lexicon.load())
        named = self._namer.actors(article)
        dimensions = subjects.dimensions(seen.sums)
        topics, places, shown = _labels(seen.cut, spots, taxonomy, dimensions)
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
    """The first look at an article: what every judgement rests on."""

    cut: Scan
    hits: Hits
    stance: Stance | None
    kind: ArticleKind
    sums: dict[str, float]  # by word list


def _look(article: Article) -> _Sight:
    cut = scan(article)
    hits = lexicon_hits.hits(cut)
    stance = claims.stance(article)
    return _Sight(cut, hits, stance, kinds.kind(cut, hits, stance), subjects.scores(cut, hits))


def _spots(cut: Scan) -> Sequence[taxonomies.Spot]:
    """The topics and places that are named in title and text."""
    groups = [(at, group) for at in showing(cut.hints, LABEL) if (group := cut.words[at].labels)]
    found = taxonomies.spots(cut.raw, lambda first, stop: cut.surface(first, stop - first), groups)
    return [spot for spot in found if not (spot.place and _is_money(cut, spot))]


def _is_money(cut: Scan, spot: taxonomies.Spot) -> bool:
    """Whether the place is half of a currency's sign: “US$ 12”, “A$40”."""
    if spot.stop - spot.first > 1 or not cut.raw[spot.first].isupper() or "$" not in cut.article.text:
        return False
    sign = f"{cut.raw[spot.first]}$"
    return sign in cut.article.text and cut.article.text.count(cut.raw[spot.first]) == cut.article.text.count(sign)


def _labels(
    cut: Scan, spots: Sequence[taxonomies.Spot], taxonomy: taxonomies.Taxonomy, dimensions: Sequence[Dimension]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Topics and places: those named in the title or the lead, or more than once; the most named first. And the words
    that named them, as facts.

    Where no topic is named so plainly, the most named one counts if it leans to a dimension of the article.
    """
    sums: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for spot in spots:
        of, sentence = sums[spot.place], cut.where[spot.first]
        of[spot.owner] = of.get(spot.owner, 0) + _SHARES.get(sentence, 1)
    topics, places = _most_named(sums[0], TOPICS), _most_named(sums[1], PLACES)
    leaning = (name for name in sums[0] if (topic := taxonomy.topic(name)) and set(topic.dimensions) & set(dimensions))
    topics = topics or tuple(leaning)[:1]
    return topics, places, (*_shown(cut, spots, topics, place=False), *_shown(cut, spots, places, place=True))


def _shown(cut: Scan, spots: Sequence[taxonomies.Spot], chosen: Sequence[str], *, place: bool) -> Iterator[str]:
    """“memory chip”: of the topic chips; the first words that named it."""
    kind = "place" if place else "topic"
    for owner in chosen:
        first = next(spot for spot in spots if spot.owner == owner and spot.place is place)
        yield f"“{cut.surface(first.first, first.stop - first.first)}”: of the {kind} {owner}"


def _most_named(sums: dict[str, int], most: int) -> tuple[str, ...]:
    best = max(sums.values(), default=0)
    ranked = sorted(sums, key=lambda name: -sums[name])
    return tuple(name for name in ranked if sums[name] >= LEAD_SHARE and sums[name] * 4 >= best)[:most]


_SHARES = {TITLE: TITLE_SHARE, 0: LEAD_SHARE}
