"""The Analyst port with Claude; every reply is checked against the texts, and asked for once more if it fails.

    article | drop plain noise | read | invalid or unsupported? ask once more | remove what is unsupported → Finding …
    finding | offer candidates | one of them, or none                                                     → Relation
    signal  | number its quotes | title, analysis, what would change our mind, what speaks against it  → Composition

If a reply cannot be used, or no call may be made, the embedded analyst does the step and is named as its author.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.analysts.claude import answering, composing, intents, reading, relating, translating
from bot.analysts.claude.budget import Budget
from bot.analysts.claude.client import ClaudeClient
from bot.analysts.claude.requests import ModelInfo, Outcome, Replied, Request, Unavailable
from bot.analysts.extractive import Extractive
from bot.model.article import Article
from bot.model.finding import Finding, Reading, Rejection
from bot.model.intent import Intent
from bot.model.ports import Clock, NotifyOperator
from bot.model.question import Answer, QuestionRecord
from bot.model.settings import Settings
from bot.model.signal import Candidate, Composition, Dossier, Relation, Signal
from bot.model.stores import Store
from bot.signals import linking

BATCH_FROM = 300
"""If more articles than this wait, they are read by a batch: in the background, at half the price."""
BATCH_WAIT = timedelta(hours=6)
"""How long to wait for a batch; after that its articles are read one by one."""
PENDING = "claude.batch"
"""Key in `Store.memory` of the batch in progress, as JSON; its value is "" when there is none."""
INTENT_WITHIN = 10.0
"""Seconds within which it must be known what words mean, since somebody waits for an answer; or else `timeout`."""
UNUSABLE = "Claude’s replies could not be used; what came then was read without a model."
CACHED = 2_000  # translations kept in memory
UNCLEAR = frozenset({"nothing structural"})
"""Reasons of the embedded analyst's rejections that do not keep an article from Claude."""
WEIGHTY = 3
"""Points of consequence in the embedded analyst's reading from which a model's rejection is doubted."""


def _is_noise(seen: Reading) -> bool:
    """Whether the embedded analyst's reading is that it is plainly no news, so that no call is spent on it."""
    return isinstance(seen, Rejection) and seen.reason not in UNCLEAR


def _weighs(seen: Reading) -> bool:
    return isinstance(seen, Finding) and seen.consequence.points >= WEIGHTY


class Claude:
    """The Analyst with a model; `notify` tells the operator what only they can repair."""

    name = reading.NAME
    translates = True
    understands = True
    batches = True

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Clock,
        notify: NotifyOperator,
        *,
        timeout: float | None = None,
        batch_from: int = BATCH_FROM,
    ) -> None:
        self._settings = settings.analyst
        self._store = store
        self._clock = clock
        self._embedded = Extractive()
        self._budget = Budget(store, clock, settings.analyst, settings.brief.timezone, notify)
        self._client = ClaudeClient(settings, self._budget, clock, timeout=timeout)
        self._meant_within = INTENT_WITHIN if timeout is None else timeout
        self._batch_from = batch_from
        self._ready: dict[int, Outcome] = {}  # first replies that came by a batch, by article id
        self._translations: dict[tuple[str, str], str | None] = {}  # by (text, language)
        self._same_story: dict[tuple[tuple[int, int], ...], bool] = {}  # by ((signal id, its number of articles), …)
        self._by_numbers = False  # whether the answering model cannot cite, so that it is asked for sentence numbers

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def model_infos(self) -> tuple[ModelInfo, ...]:
        """What Anthropic's models endpoint says of each model in use."""
        given = self._settings
        models = dict.fromkeys((given.triage_model, given.analysis_model, given.answer_model))
        return tuple([await self._client.model_info(model) for model in models])

    # --- reading

    async def read(self, articles: Sequence[Article]) -> Sequence[Reading]:
        """One reading an article, in order; several requests are made at once.

        If most replies of those that were asked for cannot be used, the next brief says so.
        """
        usable: list[bool] = []
        readings = await asyncio.gather(*(self._read(article, usable) for article in articles))
        if sum(usable) < len(usable) / 2:
            await self._budget.note_outage(UNUSABLE)
        return readings

    async def _read(self, article: Article, usable: list[bool]) -> Reading:
        seen = self._embedded.guarded(article)
        if _is_noise(seen):
            return seen
        outcome = await self._first_reply(article)
        found = reading.draft(outcome, article)
        if found.wrong and not isinstance(outcome, Unavailable):
            again = reading.draft(await self._client.send(self._question(article, found.wrong)), article)
            found = again if again.reading else found
        if found.reading or not isinstance(outcome, Unavailable):  # else the outage is noted by itself
            usable.append(found.reading is not None)
        if isinstance(found.reading, Rejection) and _weighs(seen):
            return await self._doubted(found.reading, article)
        return found.reading or seen

    async def _doubted(self, rejection: Rejection, article: Article) -> Reading:
        """The stronger model's reading where the small one rejects what the embedded analyst finds weighty."""
        outcome = await self._client.send(reading.request(article, self._settings.analysis_model))
        return reading.draft(outcome, article).reading or rejection

    def _question(self, article: Article, wrong: Sequence[str] = ()) -> Request:
        return reading.request(article, self._settings.triage_model, wrong)

    async def _first_reply(self, article: Article) -> Outcome:
        ready = self._ready.pop(article.id, None)
        return ready if ready is not None else await self._client.send(self._question(article))

    # --- relating

    async def relate(self, finding: Finding, article: Article, candidates: Sequence[Candidate]) -> Relation:
        """One of the candidates offered, or none; a new version of an article joins the signal of the earlier one."""
        if not candidates or article.replaces is not None:
            return linking.decide(finding, article, candidates)
        model, wrong = self._settings.triage_model, tuple[str, ...]()
        for _ in range(2):
            outcome = await self._client.send(relating.request(finding, article, candidates, model, wrong))
            relation, why = relating.chosen(outcome, finding, article, candidates)
            if relation:
                return relation
            if isinstance(outcome, Unavailable):
                break
            wrong = (why,)
        return linking.decide(finding, article, candidates)

    async def same(self, one: Signal, other: Signal) -> bool:
        """Whether two signals tell one story; asked once until either grows. Without a reply: yes, they are alike."""
        pair = tuple((signal.id, len(signal.articles)) for signal in sorted((one, other), key=lambda each: each.id))
        if pair not in self._same_story:
            elder, younger = sorted((one, other), key=lambda each: each.id)
            outcome = await self._client.send(relating.request_same(elder, younger, self._settings.triage_model))
            found = relating.same(outcome, elder)
            if found is None:
                return True
            self._same_story[pair] = found
        return self._same_story[pair]

    # --- composing

    async def sketch(self, dossier: Dossier) -> Composition:
        """A text for the signal without a call."""
        return composing.sketch(dossier)

    async def compose(self, dossier: Dossier) -> Composition:
        """The signal's text; if Claude is unavailable the sketch, which is not `settled` and so is asked for again."""
        sheet = composing.numbered_quotes(dossier)
        if not sheet.quoted:
            return replace(composing.sketch(dossier), settled=True)
        model, found = self._settings.analysis_model, composing.Draft(None)
        for _ in range(2):
            outcome = await self._client.send(composing.request(dossier, sheet, model, found.wrong))
            if isinstance(outcome, Unavailable):
                return found.composition or composing.sketch(dossier)
            again = composing.draft(outcome, dossier, sheet)
            found = again if again.composition else replace(found, wrong=again.wrong)
            if not found.wrong:
                break
        return found.composition or replace(composing.sketch(dossier), settled=True)

    # --- answering

    async def answer(self, question: str, dossier: Dossier, history: Sequence[QuestionRecord]) -> AsyncIterator[Answer]:
        """The answer as it grows, each statement with its sentences; by the embedded analyst as a fallback."""
        sources = answering.answer_sources(dossier)
        final: Answer | None = None
        if sources.articles and not self._by_numbers:
            async for said in self._cited(question, sources, history):
                final = said if said.final else None
                if final is None:
                    yield said
        elif sources.articles:
            final = await self._numbered(question, sources, history)
        if final is not None and not final.silent:
            yield final
            return
        async for said in self._embedded.answer(question, dossier, history):
            # If Claude finds no answer, what the embedded analyst finds is shown as what came nearest.
            yield said if final is None else replace(final, parts=said.parts)

    async def _cited(
        self, question: str, sources: answering.AnswerSources, history: Sequence[QuestionRecord]
    ) -> AsyncIterator[Answer]:
        """The answer with citations as it grows; it ends with a final one, or without if no reply can be used."""
        asked = answering.request(question, sources, history, self._settings.answer_model)
        shown, outcome = 0, None
        async for outcome in self._client.stream(asked):
            if isinstance(outcome, Replied) and not outcome.whole:
                growing = answering.answer(outcome, sources)
                if len(growing.parts) > shown:
                    shown = len(growing.parts)
                    yield growing
        if isinstance(outcome, Unavailable) or outcome is None:
            return
        if isinstance(outcome, Replied):
            said = answering.answer(outcome, sources)
            if not said.silent or outcome.text.strip().startswith(answering.SILENT):
                yield said
                return
        if said_by_numbers := await self._numbered(question, sources, history):
            without = isinstance(outcome, Replied) and not any(piece.citations for piece in outcome.pieces)
            self._by_numbers = without or self._by_numbers
            yield said_by_numbers

    async def _numbered(
        self, question: str, sources: answering.AnswerSources, history: Sequence[QuestionRecord]
    ) -> Answer | None:
        """The answer by sentence numbers; None: no reply can be used."""
        model, wrong = self._settings.answer_model, tuple[str, ...]()
        for _ in range(2):
            outcome = await self._client.send(answering.request_numbered(question, sources, history, model, wrong))
            if isinstance(outcome, Unavailable):
                return None
            found = answering.numbered(outcome.text, sources) if isinstance(outcome, Replied) else outcome.why
            if isinstance(found, Answer):
                return found
            wrong = (found,)
        return None

    # --- translating

    async def translate(self, texts: Sequence[str], language: str) -> Sequence[str | None]:
        """Each text in `language` (ISO 639-1), in order; None: none to be had. Earlier translations are cached."""
        new = [text for text in dict.fromkeys(texts) if (text, language) not in self._translations and text.strip()]
        for start in range(0, len(new), translating.AT_ONCE):
            await self._translate(dict(enumerate(new[start : start + translating.AT_ONCE])), language)
        return [self._translations.get((text, language)) for text in texts]

    async def _translate(self, texts: Mapping[int, str], language: str) -> None:
        wrong: tuple[str, ...] = ()
        for _ in range(2):
            outcome = await self._client.send(translating.request(texts, language, self._settings.triage_model, wrong))
            found, why = translating.translations(outcome, texts)
            if len(self._translations) > CACHED:
                self._translations.clear()
            self._translations.update({(texts[n], language): words for n, words in found.items()})
            texts = {n: text for n, text in texts.items() if n not in found}
            if not texts or isinstance(outcome, Unavailable):
                return
            wrong = (why,)

    # --- understanding

    async def intent(self, said: str, commands: Mapping[str, str]) -> Intent | None:
        """What the words mean, by the small model; None: there is no usable reply in time."""
        try:
            async with asyncio.timeout(self._meant_within):
                return await self._intent(said, commands)
        except TimeoutError:
            return None

    async def _intent(self, said: str, commands: Mapping[str, str]) -> Intent | None:
        wrong: tuple[str, ...] = ()
        for _ in range(2):
            outcome = await self._client.send(intents.request(said, commands, self._settings.triage_model, wrong))
            found = intents.intent(outcome, commands)
            if isinstance(found, Intent):
                return found
            if isinstance(outcome, Unavailable):
                break
            wrong = (found,)
        return None

    # --- backfills

    async def ahead(self, waiting: Sequence[Article]) -> Collection[int]:
        """If many articles wait, submit a batch; returns the ids of those in the batch in progress, to be left out."""
        record = await self._store.memory.recall(PENDING)
        if record:
            return await self._pending(json.loads(record), {article.id for article in waiting})
        asking = [article for article in waiting if not _is_noise(self._embedded.guarded(article))]
        if len(asking) <= self._batch_from:
            return ()
        return await self._submitted(asking)

    async def _submitted(self, asking: Sequence[Article]) -> Collection[int]:
        """Submit as many as today's budget covers, the newest first; returns their ids."""
        newest = sorted(asking, key=lambda article: article.published, reverse=True)
        questions = [self._question(article) for article in newest]
        room = await self._client.affordable(questions)
        if room <= self._batch_from:
            return ()
        named = {str(article.id): question for article, question in zip(newest[:room], questions, strict=False)}
        batch = await self._client.submit(named)
        if batch is None:
            return ()
        ids = [article.id for article in newest[:room]]
        self._budget.reserve_for_batch(self._client.worst_batch_cost(questions[:room]))
        record = {
            "id": batch,
            "articles": ids,
            "at": self._clock.now().isoformat(),
            "usd": self._budget.reserved_for_batch,
        }
        await self._store.memory.keep(PENDING, json.dumps(record))
        return ids

    async def _pending(self, record: Mapping[str, Any], waiting: Collection[int]) -> Collection[int]:
        """The ids of the articles in the batch in progress; none once its replies are here, or after BATCH_WAIT.

        A batch that was given up is still followed to its end, because what was done of it is billed.
        """
        batch: str = record["id"]
        self._budget.reserve_for_batch(record["usd"])
        if await self._client.ended(batch):
            replies = await self._client.results(batch, "read", self._settings.triage_model)
            self._ready = {int(name): outcome for name, outcome in replies.items() if int(name) in waiting}
            self._budget.reserve_for_batch(0.0)
            await self._store.memory.keep(PENDING, "")
            return ()
        if self._clock.now() - datetime.fromisoformat(record["at"]) < BATCH_WAIT:
            ids: list[int] = record["articles"]
            return ids
        if not record.get("given_up"):
            await self._client.cancel(batch)
            await self._store.memory.keep(PENDING, json.dumps({**record, "given_up": True}))
        return ()


@asynccontextmanager
async def open_claude(settings: Settings, store: Store, clock: Clock, notify: NotifyOperator) -> AsyncIterator[Claude]:
    """Claude while the context lasts; the SDK is imported, and a connection opened, at the first call only."""
    claude = Claude(settings, store, clock, notify)
    try:
        yield claude
    finally:
        await claude.close()
