"""Claude as an Analyst: it reads, links, composes and answers, is asked again once, and never has to be believed.

    article | noise? dropped | read | wrong or strange? asked once more | what is strange struck out → Finding …
    finding | candidates offered | one of them, or none                                              → Relation
    signal  | quotes laid before it | title, analysis, what would change our mind, what speaks against it → Composition

Where a reply cannot be used, or nothing may be asked, the embedded analyst does the step, and what it did says so.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.analysts.claude import answering, composing, reading, relating, translating
from bot.analysts.claude.budget import Budget
from bot.analysts.claude.client import TIMEOUT, Client
from bot.analysts.claude.requests import Ability, Outcome, Replied, Request, Unavailable
from bot.analysts.extractive import Extractive
from bot.model.article import Article
from bot.model.finding import Finding, Reading, Rejection
from bot.model.ports import Clock, NotifyOperator
from bot.model.question import Answer, QuestionRecord
from bot.model.settings import Settings
from bot.model.signal import Candidate, Composition, Dossier, Relation, Signal
from bot.model.stores import Store
from bot.signals import linking

BATCH_FROM = 300
"""From so many waiting articles on, they are read by a batch, at half the price and in the background."""
BATCH_WAIT = timedelta(hours=6)
"""How long a batch is waited for; then its articles are read one by one."""
PENDING = "claude.batch"
"""The name in memory of the batch under way."""
REMEMBERED = 2_000  # translations
UNCLEAR = frozenset({"nothing structural"})
"""Reasons for which the embedded analyst leaves an article out and Claude is asked all the same."""


class Claude:
    """The Analyst with a model; `notify` tells the operator what only they can mend."""

    name = reading.NAME
    translates = True
    batches = True

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        notify: NotifyOperator,
        *,
        timeout: float = TIMEOUT,
        batch_from: int = BATCH_FROM,
    ) -> None:
        self._settings = settings.analyst
        self._store = store
        self._clock = clock
        self._embedded = Extractive()
        self._budget = Budget(store, clock, settings.analyst, settings.brief.timezone, notify)
        self._client = Client(settings, self._budget, clock, timeout=timeout)
        self._batch_from = batch_from
        self._ready: dict[int, Outcome] = {}  # first replies that came by a batch, by article
        self._said: dict[tuple[str, str], str | None] = {}  # translations by text and language
        self._one: dict[tuple[tuple[int, int], ...], bool] = {}  # pairs of signals, by ids and numbers of articles
        self._by_numbers = False  # whether the answering model has no citations

    async def close(self) -> None:
        await self._client.close()

    async def abilities(self) -> tuple[Ability, ...]:
        """What the models endpoint says of each model in use."""
        given = self._settings
        models = dict.fromkeys((given.triage_model, given.analysis_model, given.answer_model))
        return tuple([await self._client.ability(model) for model in models])

    # --- reading

    async def read(self, articles: Sequence[Article]) -> Sequence[Reading]:
        """One reading an article, in order; several are asked about at once."""
        return await asyncio.gather(*map(self._read, articles))

    async def _read(self, article: Article) -> Reading:
        if noise := self._noise(article):
            return noise
        outcome = await self._first_reply(article)
        found = reading.draft(outcome, article)
        if found.wrong and not isinstance(outcome, Unavailable):
            again = reading.draft(await self._client.say(self._question(article, found.wrong)), article)
            found = again if again.reading else found
        return found.reading or self._embedded.guarded(article)

    def _noise(self, article: Article) -> Rejection | None:
        """What is plainly no news is left out before any model is asked."""
        seen = self._embedded.guarded(article)
        return seen if isinstance(seen, Rejection) and seen.reason not in UNCLEAR else None

    def _question(self, article: Article, wrong: Sequence[str] = ()) -> Request:
        return reading.request(article, self._settings.triage_model, wrong)

    async def _first_reply(self, article: Article) -> Outcome:
        ready = self._ready.pop(article.id, None)
        return ready if ready is not None else await self._client.say(self._question(article))

    # --- relating

    async def relate(self, finding: Finding, article: Article, candidates: Sequence[Candidate]) -> Relation:
        """One of the candidates offered, or none; a new version of an article belongs where the earlier one is."""
        if not candidates or article.replaces is not None:
            return linking.decide(finding, article, candidates)
        model, wrong = self._settings.triage_model, tuple[str, ...]()
        for _ in range(2):
            outcome = await self._client.say(relating.request(finding, article, candidates, model, wrong))
            relation, why = relating.chosen(outcome, finding, article, candidates)
            if relation:
                return relation
            if isinstance(outcome, Unavailable):
                break
            wrong = (why,)
        return linking.decide(finding, article, candidates)

    async def same(self, one: Signal, other: Signal) -> bool:
        """Asked once for a pair as it stands; where there is no answer, what is alike enough to be found is one."""
        pair = tuple((signal.id, len(signal.articles)) for signal in sorted((one, other), key=lambda each: each.id))
        if pair not in self._one:
            elder, younger = sorted((one, other), key=lambda each: each.id)
            outcome = await self._client.say(relating.request_same(elder, younger, self._settings.triage_model))
            found = relating.same(outcome, elder)
            if found is None:
                return True
            self._one[pair] = found
        return self._one[pair]

    # --- composing

    async def sketch(self, dossier: Dossier) -> Composition:
        return composing.sketch(dossier)

    async def compose(self, dossier: Dossier) -> Composition:
        """The signal's text; what it cannot be had for now stays as it was, and is asked for again."""
        laid = composing.sheet(dossier)
        if not laid.quoted:
            return replace(composing.sketch(dossier), settled=True)
        model, found = self._settings.analysis_model, composing.Draft(None)
        for _ in range(2):
            outcome = await self._client.say(composing.request(dossier, laid, model, found.wrong))
            if isinstance(outcome, Unavailable):
                return found.composition or composing.sketch(dossier)
            again = composing.draft(outcome, dossier, laid)
            found = again if again.composition else replace(found, wrong=again.wrong)
            if not found.wrong:
                break
        return found.composition or replace(composing.sketch(dossier), settled=True)

    # --- answering

    async def answer(self, question: str, dossier: Dossier, history: Sequence[QuestionRecord]) -> AsyncIterator[Answer]:
        """The answer as it grows, every statement with its sentences; without a model where there is none to be had."""
        held = answering.shelf(dossier)
        final: Answer | None = None
        if held.articles and not self._by_numbers:
            async for said in self._cited(question, held, history):
                final = said if said.final else None
                if final is None:
                    yield said
        elif held.articles:
            final = await self._numbered(question, held, history)
        if final is not None and not final.silent:
            yield final
            return
        async for said in self._embedded.answer(question, dossier, history):
            # Where Claude finds no answer, what the words find is what came nearest.
            yield said if final is None else replace(final, parts=said.parts)

    async def _cited(
        self, question: str, held: answering.Shelf, history: Sequence[QuestionRecord]
    ) -> AsyncIterator[Answer]:
        """Ends with a final answer, or without one where none is to be had."""
        asked = answering.request(question, held, history, self._settings.answer_model)
        shown, outcome = 0, None
        async for outcome in self._client.stream(asked):
            if isinstance(outcome, Replied) and not outcome.whole:
                growing = answering.answer(outcome, held)
                if len(growing.parts) > shown:
                    shown = len(growing.parts)
                    yield growing
        if isinstance(outcome, Unavailable) or outcome is None:
            return
        if isinstance(outcome, Replied):
            said = answering.answer(outcome, held)
            if not said.silent or outcome.text.strip().startswith(answering.SILENT):
                yield said
                return
        if said_by_numbers := await self._numbered(question, held, history):
            without = isinstance(outcome, Replied) and not any(piece.citations for piece in outcome.pieces)
            self._by_numbers = without or self._by_numbers
            yield said_by_numbers

    async def _numbered(self, question: str, held: answering.Shelf, history: Sequence[QuestionRecord]) -> Answer | None:
        model, wrong = self._settings.answer_model, tuple[str, ...]()
        for _ in range(2):
            outcome = await self._client.say(answering.request_numbered(question, held, history, model, wrong))
            if isinstance(outcome, Unavailable):
                return None
            found = answering.numbered(outcome.text, held) if isinstance(outcome, Replied) else outcome.why
            if isinstance(found, Answer):
                return found
            wrong = (found,)
        return None

    # --- translating

    async def translate(self, texts: Sequence[str], language: str) -> Sequence[str | None]:
        """Each text in the language; what was translated before is not paid for again."""
        new = [text for text in dict.fromkeys(texts) if (text, language) not in self._said and text.strip()]
        for start in range(0, len(new), translating.AT_ONCE):
            await self._translate(dict(enumerate(new[start : start + translating.AT_ONCE])), language)
        return [self._said.get((text, language)) for text in texts]

    async def _translate(self, texts: Mapping[int, str], language: str) -> None:
        wrong: tuple[str, ...] = ()
        for _ in range(2):
            outcome = await self._client.say(translating.request(texts, language, self._settings.triage_model, wrong))
            found, why = translating.translations(outcome, texts)
            if len(self._said) > REMEMBERED:
                self._said.clear()
            self._said.update({(texts[n], language): words for n, words in found.items()})
            texts = {n: text for n, text in texts.items() if n not in found}
            if not texts or isinstance(outcome, Unavailable):
                return
            wrong = (why,)

    # --- backfills

    async def ahead(self, waiting: Sequence[Article]) -> Collection[int]:
        """Where many articles wait, they are read by a batch; they are left out of the rounds until it has ended."""
        held = await self._store.memory.recall(PENDING)
        if held:
            return await self._pending(json.loads(held), {article.id for article in waiting})
        asking = [article for article in waiting if self._noise(article) is None]
        if len(asking) <= self._batch_from:
            return ()
        return await self._submitted(asking)

    async def _submitted(self, asking: Sequence[Article]) -> Collection[int]:
        """As many as today's budget covers, the newest first."""
        newest = sorted(asking, key=lambda article: article.published, reverse=True)
        questions = [self._question(article) for article in newest]
        room = await self._client.room_for(questions)
        if room <= self._batch_from:
            return ()
        named = {str(article.id): question for article, question in zip(newest[:room], questions, strict=False)}
        batch = await self._client.submit(named)
        if batch is None:
            return ()
        ids = [article.id for article in newest[:room]]
        self._budget.pledge(self._client.worst_of_batch(questions[:room]))
        held = {"id": batch, "articles": ids, "at": self._clock.now().isoformat(), "usd": self._budget.pledged}
        await self._store.memory.keep(PENDING, json.dumps(held))
        return ids

    async def _pending(self, held: Mapping[str, Any], waiting: Collection[int]) -> Collection[int]:
        """The articles of the batch under way; none once its replies are here, or it took too long.

        One that was given up is followed to its end all the same: what was worked of it is billed.
        """
        batch: str = held["id"]
        self._budget.pledge(held["usd"])
        if await self._client.ended(batch):
            replies = await self._client.results(batch, "read", self._settings.triage_model)
            self._ready = {int(name): outcome for name, outcome in replies.items() if int(name) in waiting}
            self._budget.pledge(0.0)
            await self._store.memory.keep(PENDING, "")
            return ()
        if self._clock.now() - datetime.fromisoformat(held["at"]) < BATCH_WAIT:
            ids: list[int] = held["articles"]
            return ids
        if not held.get("given_up"):
            await self._client.cancel(batch)
            await self._store.memory.keep(PENDING, json.dumps({**held, "given_up": True}))
        return ()


@asynccontextmanager
async def open_claude(settings: Settings, store: Store, clock: Clock, notify: NotifyOperator) -> AsyncIterator[Claude]:
    """Claude while the context lasts; nothing is asked, and no SDK imported, before there is something to ask."""
    claude = Claude(settings, store, clock, notify)
    try:
        yield claude
    finally:
        await claude.close()
