"""An answer that is being made: what is shown of it meanwhile, and that it is whole at the end, whatever breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.model.delivery import DeliveryState
from bot.model.evidence import Evidence
from bot.model.question import Answer, AnswerPart, QuestionRecord
from bot.model.signal import Dossier
from storage.store import SqlStore
from tests.chain import chain
from tests.clock import FakeClock
from tests.handlers.bot import Bot
from tests.handlers.slack.conftest import Open
from tests.handlers.slack.test_blocks import elements
from tests.servers.claude import Cited, Turn
from tests.servers.slack import Fault, Limited, Lost, Message, NoConnection, Refused, Slack

QUESTION = "@bellwether how much does the detour cost a ship?"
STATEMENTS = ("The detour is long.", "It costs a day.", "It costs fuel, too.")


class Growing:
    """An analyst's answer that grows by one statement whenever it is let; the last one is the whole."""

    def __init__(self, bot: Bot, *, fails: bool = False) -> None:
        self._steps = asyncio.Semaphore(0)
        self._fails = fails
        bot.context.analyst.answer = self.answer  # type: ignore[method-assign]

    def grow(self, steps: int = 1) -> None:
        for _ in range(steps):
            self._steps.release()

    async def answer(self, question: str, dossier: Dossier, history: Sequence[QuestionRecord]) -> AsyncIterator[Answer]:
        article = dossier.texts[0]
        quotes = [Evidence(article.id, a, b, a, b, article.text[a:b]) for a, b in article.sentences]
        parts = [AnswerPart(words, (quotes[n % len(quotes)],)) for n, words in enumerate(STATEMENTS)]
        for shown in range(1, len(parts) + 1):
            await self._steps.acquire()
            yield Answer(tuple(parts[:shown]), final=False, answered_by="test")
        await self._steps.acquire()
        if self._fails:
            raise RuntimeError
        yield Answer(tuple(parts), answered_by="test")


@pytest.fixture
def root(bot: Bot, slack: Slack) -> Message:
    return next(each for each in slack.messages("signals") if "2 signals" in each.words)


async def drafted(bot: Bot, slack: Slack, number: int) -> None:
    """Wait until so many early versions are shown, or left out."""
    channel = await bot.channel(slack.room("signals").id)

    async def concluded() -> bool:
        for event in await bot.store.inbox.open():
            told = await bot.store.outbox.under(channel.id, f"reply:{event.id}:draft")
            return len(told) >= number and all(each.state is DeliveryState.SENT for each in told[:number])
        return False

    await bot.until(concluded)


async def grown(bot: Bot, slack: Slack, growing: Growing, steps: int) -> None:
    """Let the answer grow so far, each step shown before the next."""
    for number in range(1, steps + 1):
        growing.grow()
        await drafted(bot, slack, number)


async def asked(slack: Slack, root: Message) -> None:
    await slack.says("ben", "signals", QUESTION, thread=root)


def whole(message: Message) -> bool:
    """Whether it is the answer, once, with its quotes and buttons, and grows no more."""
    once = all(message.words.count(words) == 1 for words in STATEMENTS)
    return once and "Why?" in message.buttons and "Confidence" in message.words and not message.streaming


# --- the status ------------------------------------------------------------------------------------------------------


async def test_what_is_being_done_stands_under_the_question(slack: Slack, bot: Bot, root: Message) -> None:
    """How many articles are read; gone once the answer is there."""
    growing = Growing(bot)
    await asked(slack, root)
    await slack.until(lambda: slack.status_log)
    assert slack.statuses == {(slack.room("signals").id, root.ts): "is reading 2 articles …"}
    growing.grow(4)
    await bot.at_rest()
    assert slack.statuses == {}
    assert slack.status_log == ["is reading 2 articles …"]


@pytest.mark.parametrize("fault", [Refused("missing_scope"), Refused("not_allowed"), Refused("unknown_method")])
async def test_without_statuses_the_answer_comes_as_ever(slack: Slack, bot: Bot, root: Message, fault: Refused) -> None:
    """Refused once, a status is not tried at the next question; the bot goes on."""
    slack.script("assistant.threads.setStatus", fault)
    growing = Growing(bot)
    await asked(slack, root)
    await slack.until(lambda: slack.called("assistant.threads.setStatus"))
    growing.grow(8)
    await bot.at_rest()
    await asked(slack, root)
    await bot.at_rest()
    assert len(slack.called("assistant.threads.setStatus")) == 1
    assert [whole(each) for each in slack.messages("signals", thread=root)] == [True, True]


# --- the stream ------------------------------------------------------------------------------------------------------


async def test_an_answer_grows_before_the_eyes_of_its_asker(slack: Slack, bot: Bot, root: Message) -> None:
    """Each statement appears once the next has begun; at the end the one message is exactly the answer."""
    growing = Growing(bot)
    await asked(slack, root)
    await grown(bot, slack, growing, 1)
    assert slack.messages("signals", thread=root) == []
    growing.grow()
    await drafted(bot, slack, 2)
    (stream,) = slack.messages("signals", thread=root)
    assert (stream.streaming, stream.sent["recipient_user_id"]) == (True, "U0BEN00001")
    assert [words for words in STATEMENTS if words in stream.words] == [STATEMENTS[0]]
    growing.grow()
    await drafted(bot, slack, 3)
    assert [words for words in STATEMENTS if words in stream.words] == list(STATEMENTS[:2])
    growing.grow()
    await bot.at_rest()
    assert slack.messages("signals", thread=root) == [stream]
    assert whole(stream)
    assert stream.text
    assert not stream.rings
    methods = [each.method for each in slack.calls if "tream" in each.method or each.method == "chat.update"]
    assert methods == ["chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update"]


@pytest.mark.parametrize(
    "fault",
    [Refused("unknown_method"), Refused("missing_scope"), Refused("not_allowed"), Refused("channel_type_not_supported"),
     Refused("invalid_blocks"), Refused("invalid_chunks"), Refused("feature_not_enabled")],
)  # fmt: skip
async def test_without_streams_the_draft_is_edited(slack: Slack, bot: Bot, root: Message, fault: Refused) -> None:
    """Refused once, no stream is tried at the next answer."""
    slack.script("chat.startStream", fault)
    growing = Growing(bot)
    for number in (1, 2):
        await asked(slack, root)
        await grown(bot, slack, growing, 3)
        growing.grow()
        await bot.at_rest()
        assert len(slack.messages("signals", thread=root)) == number
    assert len(slack.called("chat.startStream")) == 1
    assert all(each.edited and whole(each) for each in slack.messages("signals", thread=root))


async def test_a_person_slack_does_not_stream_to(slack: Slack, bot: Bot, root: Message) -> None:
    """A refusal of one person is none of the feature."""
    slack.script("chat.startStream", Refused("team_not_found"))
    growing = Growing(bot)
    for _ in range(2):
        await asked(slack, root)
        await grown(bot, slack, growing, 3)
        growing.grow()
        await bot.at_rest()
    assert len(slack.called("chat.startStream")) == 2
    assert all(whole(each) for each in slack.messages("signals", thread=root))


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("chat.startStream", Limited(retry_after=1)),
        ("chat.appendStream", Refused("message_not_in_streaming_state")),
        ("chat.appendStream", Limited(retry_after=1)),
        ("chat.appendStream", Lost()),
        ("chat.stopStream", Refused("message_not_in_streaming_state")),
    ],
)
async def test_a_stream_that_breaks_ends_as_the_whole_answer(
    slack: Slack, bot: Bot, root: Message, method: str, fault: Fault
) -> None:
    """One message, whole; nothing is doubled, and nothing is lost."""
    slack.script(method, fault)
    growing = Growing(bot)
    await asked(slack, root)
    await grown(bot, slack, growing, 3)
    if method == "chat.stopStream":
        slack.ends_streams()
    growing.grow()
    await bot.at_rest()
    (found,) = slack.messages("signals", thread=root)
    assert whole(found)


@pytest.mark.parametrize(
    ("method", "fault"),
    [("chat.startStream", Lost()), ("chat.stopStream", Lost()), ("chat.stopStream", NoConnection()),
     ("chat.update", Lost()), ("chat.update", Refused("streaming_state_conflict"))],
)  # fmt: skip
async def test_what_becomes_of_a_stream_is_looked_up(  # noqa: PLR0917 - fixtures, and two parameters
    slack: Slack, bot: Bot, root: Message, clock: FakeClock, method: str, fault: Fault
) -> None:
    """Begun or ended without an answer from Slack, it is found and ended: the answer is there once."""
    slack.script(method, fault)
    growing = Growing(bot)
    await asked(slack, root)
    await grown(bot, slack, growing, 1)
    growing.grow()
    await slack.until(lambda: slack.called("chat.startStream"))
    growing.grow(2)

    async def settled() -> bool:
        clock.advance(1)
        bot.services.sender.wake()
        return not await bot.store.inbox.open() and await bot.store.outbox.idle("slack")

    await bot.until(settled)
    (found,) = slack.messages("signals", thread=root)
    assert whole(found)


async def test_a_stream_that_outlives_the_bot_is_ended_by_the_next(slack: Slack, opened: Open) -> None:
    """Killed while the answer grew: after the restart the same message becomes the answer."""
    async with opened() as bot:
        await bot.at_rest()
        await bot.tells(slack.room("signals").id)
        root = slack.messages("signals")[-1]
        growing = Growing(bot)
        await asked(slack, root)
        await grown(bot, slack, growing, 3)
    (stream,) = slack.messages("signals", thread=root)
    assert stream.streaming
    async with opened() as bot:
        Growing(bot).grow(4)
        await bot.at_rest()
    assert slack.messages("signals", thread=root) == [stream]
    assert whole(stream)


async def test_an_answer_that_fails_leaves_no_half_of_it(slack: Slack, bot: Bot, root: Message) -> None:
    """What was shown is replaced by an apology."""
    growing = Growing(bot, fails=True)
    await asked(slack, root)
    await grown(bot, slack, growing, 3)
    growing.grow()
    await bot.at_rest()
    (found,) = slack.messages("signals", thread=root)
    assert "Something went wrong while answering this" in found.words
    assert not any(words in found.words for words in STATEMENTS)
    assert not found.streaming


async def test_an_answer_of_claude_s(slack: Slack, bot: Bot, root: Message, store: SqlStore, clock: FakeClock) -> None:
    """Through its own library and Slack's: three statements, each with its sentence, in one message."""
    places = ((0, 0, 1), (0, 1, 2), (1, 0, 1))
    parts = [Cited(words, (place,)) for words, place in zip(STATEMENTS, places, strict=True)]
    async with chain(store, clock) as there:
        there.claude.brains["answer"] = lambda _ask: Turn(tuple(parts))
        bot.context.analyst.answer = there.analyst.answer  # type: ignore[method-assign]
        await asked(slack, root)
        await bot.at_rest()
    (found,) = slack.messages("signals", thread=root)
    assert whole(found)
    assert len([each for each in elements(found.blocks) if each["type"] == "rich_text_quote"]) == len(STATEMENTS)
