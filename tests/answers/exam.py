"""The questions of `questions.toml` put to the sample edition as a reader puts them, and which were answered right.

An answer is right where it quotes a sentence the question names, says what the record holds, or refuses where it must.
"""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from bot.analysts.claude.analyst import open_claude
from bot.app.application import App
from bot.app.opening import open_app
from bot.app.sample_edition import replay_sample
from bot.briefing.service import BriefingService, local_date
from bot.conversation.answer_view import HEADLINE_ALONE
from bot.conversation.dispatch import respond
from bot.delivery.outbox import OutboxSender, notify_by_log
from bot.model.event import Asker, Event
from bot.model.messages import Message, Paragraph, Quote, plain
from bot.model.question import QuestionRecord
from bot.model.settings import BriefSettings, Settings, load

MORNING = datetime(2026, 3, 27, 7, 40, tzinfo=UTC)
REFUSAL = "The sources do not say."

Half = Literal["tuning", "reporting"]


@dataclass(frozen=True, slots=True)
class Question:
    """One question, and what a right answer to it holds: one of `cite` in a quote, one of `says` anywhere."""

    list: str  # "free", "follow", "recorded", "refuse"
    half: Half
    about: str  # an article of the signal talked about, by its page's name; "": nothing is at hand
    ask: str
    after: str | None = None  # asked in the same thread before it; None: nothing was
    cite: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    question: Question
    right: bool
    said: str  # the whole answer, as plain text
    quotes: tuple[str, ...] = ()  # what was shown as verbatim


def questions() -> tuple[Question, ...]:
    """Of each list every second question is only reported."""
    told = tomllib.loads(Path(__file__).with_name("questions.toml").read_text(encoding="utf-8"))
    return tuple(_question(name, at, row) for name, rows in told.items() for at, row in enumerate(rows))


def _question(name: str, at: int, row: Mapping[str, object]) -> Question:
    def several(key: str) -> tuple[str, ...]:
        found = row.get(key, ())
        return tuple(map(str, found)) if isinstance(found, list) else ()

    after = str(row["after"]) if "after" in row else None
    half: Half = "reporting" if at % 2 else "tuning"
    return Question(name, half, str(row["about"]), str(row["ask"]), after, several("cite"), several("says"))


def judge(question: Question, said: Message) -> bool:
    """Whether the answer is right."""
    words = plain(said)
    if question.list == "refuse":
        return words.startswith(REFUSAL)
    if question.says:
        return any(each in words for each in question.says)
    cited = (*quoted(said), *headlines(said))
    return not words.startswith(REFUSAL) and any(each in words for each in question.cite for words in cited)


def quoted(said: Message) -> tuple[str, ...]:
    """What a message shows as verbatim words of a text."""
    return tuple(block.text for block in said.blocks if isinstance(block, Quote))


def headlines(said: Message) -> tuple[str, ...]:
    """The headlines that a message cites as such."""
    runs = (block.runs for block in said.blocks if isinstance(block, Paragraph))
    return tuple(each[-1].text for each in runs if each[0].text.endswith(HEADLINE_ALONE))


async def unproven(app: App, outcomes: Iterable[Outcome]) -> list[str]:
    """What was shown as a quote and stands in no stored article."""
    dossiers = [await app.store.signals.dossier(signal.id) async for signal in app.store.signals.every()]
    texts = {article.text for dossier in dossiers if dossier for article in dossier.texts}
    quotes = dict.fromkeys(quote for each in outcomes for quote in each.quotes)
    return [quote for quote in quotes if not any(quote in text for text in texts)]


async def opened(stack: AsyncExitStack, settings: Settings | None = None) -> App:
    """The sample edition lived through to its last morning, at which the terminal is told its brief."""
    loaded = settings or load(now=MORNING, brief=BriefSettings(timezone="UTC"))
    app = await stack.enter_async_context(open_app(loaded, sample=True))
    await replay_sample(app)
    channel = await app.terminal()
    await BriefingService(app.store, OutboxSender(app.store, {}, app.clock), app.clock).tell(
        channel, local_date(channel, MORNING)
    )
    return app


@asynccontextmanager
async def asking_claude(app: App, settings: Settings) -> AsyncIterator[App]:
    """The same edition, read by the embedded analyst, with its questions answered by Claude."""
    async with open_claude(settings, app.store, app.clock, notify_by_log) as claude:
        yield replace(app, context=replace(app.context, analyst=claude))


async def sit(app: App, asked: Iterable[Question] | None = None, sitting: str = "first") -> list[Outcome]:
    """Every question asked in a thread of its own, in which its signal has been talked about."""
    ids = {Path(m.link or "").stem: signal.id async for signal in app.store.signals.every() for m in signal.articles}
    channel = await app.terminal()
    found = []
    for number, question in enumerate(asked if asked is not None else questions()):
        thread = f"{sitting} {number}"
        if question.about:
            record = QuestionRecord(0, channel.id, thread, "local", "why", "…", ids[question.about], app.clock.now())
            await app.store.questions.add(record)
        if question.after:
            await _said(app, question.after, thread, f"{sitting} {number} before")
        said = await _said(app, question.ask, thread, f"{sitting} {number}")
        found.append(Outcome(question, judge(question, said), plain(said), quoted(said)))
    return found


async def _said(app: App, words: str, thread: str, name: str) -> Message:
    asker = Asker("local", "you", operator=True)
    event = Event("console", f"exam {name}", "local", "", asker, words, app.clock.now(), thread=thread)
    replies = [reply async for reply in respond(event, await app.terminal(), app.context)]
    return replies[-1].message


def share(outcomes: Sequence[Outcome], half: Half) -> float:
    """The share of right ones in a half; 1 where nothing was asked."""
    right = [each.right for each in outcomes if each.question.half == half]
    return sum(right) / len(right) if right else 1.0


def figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Right citations, refusals, and right readings of the record, each by half."""
    lists = {"cited": ("free", "follow"), "refused": ("refuse",), "recorded": ("recorded",)}
    halves: tuple[Half, ...] = ("tuning", "reporting")
    return {
        f"{name}_{half}": round(share([each for each in outcomes if each.question.list in names], half), 3)
        for name, names in lists.items()
        for half in halves
    }
