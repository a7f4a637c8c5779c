"""The same conversations on every platform, whole but for the process: what is asked there, and what is answered."""

from __future__ import annotations

import asyncio
import io
import os
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

import pytest

from bot.model.signal import Batch
from bot.model.stores import Store
from handlers.console.keyboard import Pipe
from handlers.console.layout import TYPE, screen
from handlers.console.platform import ConsolePlatform
from tests.changes import grown
from tests.clock import PATIENCE, FakeClock
from tests.handlers import bot as bots
from tests.handlers.bot import Bot
from tests.handlers.telegram.scene import Scene, opened
from tests.servers.slack import Message as SlackMessage
from tests.servers.slack import Slack, our_manifest, slack_server
from tests.servers.telegram_chats import Chat
from tests.servers.telegram_chats import Message as TelegramMessage


@dataclass(frozen=True)
class Heard:
    """What was answered, as it is read there."""

    words: str  # on one line
    buttons: Sequence[str] = field(default=())  # labels; where there are none to press, what is typed instead
    picture: bool = False


class Seat(Protocol):
    """Somebody who was told this morning's brief, and speaks of it where it stands."""

    async def say(self, words: str) -> Heard: ...

    async def press(self, label: str) -> Heard:
        """The button of the last answer whose label begins so."""


def folded(words: str) -> str:
    return " ".join(words.split())


# --- the terminal ----------------------------------------------------------------------------------------------------


@dataclass
class AtTheTerminal:
    bot: Bot
    output: io.StringIO
    keys: int
    last: str = ""

    async def say(self, words: str) -> Heard:
        before = len(self.output.getvalue())
        os.write(self.keys, f"{words}\n".encode())
        # What is typed is repeated first, and each answer ends in an empty line.
        async with asyncio.timeout(PATIENCE):
            while not self.output.getvalue()[before:].endswith("\n\n"):  # noqa: ASYNC110 - as one looks at a screen
                await asyncio.sleep(0.01)
        await self.bot.at_rest()
        self.last = folded(self.output.getvalue()[before:].partition("\n")[2])
        return Heard(self.last, self._typed(), picture="[picture: " in self.last)

    async def press(self, label: str) -> Heard:
        """Where there are no buttons one types what stands there, which begins as its button would."""
        offered = next(
            e.strip() for e in self._typed() if e.strip().lower().startswith(label.lower()) or f"({label}" in e
        )
        return await self.say(offered.partition(" (")[0].strip())

    def _typed(self) -> list[str]:
        return re.findall(r"[a-z ]+ s\d+(?: \([^)]*\))?", self.last.rpartition(TYPE)[2])


@asynccontextmanager
async def at_the_terminal(store: Store, clock: FakeClock) -> AsyncIterator[Seat]:
    read, write = os.pipe()
    output = io.StringIO()
    async with bots.running(store, clock, "console") as bot:
        channel = await bot.known("local", "this terminal")
        terminal = ConsolePlatform(bot.services.inbox, screen(output), Pipe(read), clock.now)
        bot.platforms["console"] = terminal
        await bot.tells(channel.address)
        terminal.listen()
        yield AtTheTerminal(bot, output, write)
        os.close(write)
        await terminal.ended()
        await terminal.close()
    os.close(read)


# --- Slack -----------------------------------------------------------------------------------------------------------


@dataclass
class InSlack:
    """In the thread under the brief, where the bot is mentioned."""

    slack: Slack
    bot: Bot
    root: SlackMessage

    async def say(self, words: str) -> Heard:
        await self.slack.says("ben", "signals", f"@bellwether {words}", thread=self.root)
        return await self._heard()

    async def press(self, label: str) -> Heard:
        last = self._last()
        await self.slack.clicks("ben", last, next(each for each in last.buttons if each.startswith(label)))
        return await self._heard()

    async def _heard(self) -> Heard:
        await self.bot.at_rest()
        last = self._last()
        picture = any(block["type"] in ("image", "data_visualization") for block in last.blocks)
        return Heard(folded(last.words), last.buttons, picture)

    def _last(self) -> SlackMessage:
        seen = (*self.slack.messages("signals", thread=self.root), *self.slack.ephemerals("ben", "signals"))
        return max(seen, key=lambda each: float(each.ts))


@asynccontextmanager
async def in_slack(store: Store, clock: FakeClock) -> AsyncIterator[Seat]:
    async with slack_server() as slack:
        slack.install(our_manifest())
        async with bots.running(store, clock, "slack", **slack.settings) as bot:
            bot.delivered = lambda: not slack.unacked
            await bot.at_rest()
            await bot.tells(slack.room("signals").id)
            root = next(each for each in slack.messages("signals") if "2 signals" in each.words)
            yield InSlack(slack, bot, root)


# --- Telegram --------------------------------------------------------------------------------------------------------


@dataclass
class OnTelegram:
    """In a group, each word a reply to what the bot said last."""

    scene: Scene
    group: Chat
    last: TelegramMessage

    async def say(self, words: str) -> Heard:
        self.last = await self.scene.says(self.scene.ben, self.group, words, reply_to=self.last)
        return await self._heard()

    async def press(self, label: str) -> Heard:
        self.scene.skip(self.group)
        await self.scene.pressed(self.scene.ben, self.last, next(e for e in self.last.buttons if e.startswith(label)))
        [self.last] = await self.scene.next(self.group)
        return await self._heard()

    async def _heard(self) -> Heard:
        """Once the bot knows that it said it: nobody replies sooner than that."""
        await self.scene.settled()
        return Heard(folded(self.last.words), list(self.last.buttons), self.last.photo is not None)


@asynccontextmanager
async def on_telegram(store: Store, clock: FakeClock) -> AsyncIterator[Seat]:
    async with opened(store, clock) as scene:
        group = await scene.group("Desk", scene.ben, scene.carla, kind="supergroup")
        [brief] = await scene.brief(group)
        yield OnTelegram(scene, group, brief)


PLACES: Mapping[str, object] = {"console": at_the_terminal, "slack": in_slack, "telegram": on_telegram}


@pytest.fixture(params=PLACES)
async def seat(request: pytest.FixtureRequest, store: Store, clock: FakeClock) -> AsyncIterator[Seat]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(PLACES[request.param](store, clock))  # type: ignore[operator]


# --- conversations ---------------------------------------------------------------------------------------------------


async def test_why(seat: Seat) -> None:
    """By its number the claim and its strongest quotes; then a plain “why?” is about the same, and its buttons too."""
    heard = await seat.say("why 2?")
    assert heard.words.startswith("Driverless cranes are closing Noordhaven as dockers strike")
    assert "“Dock workers at Noordhaven stopped work on Monday" in heard.words
    assert "7 = 3 consequence" in (await seat.say("how strong is it?")).words
    assert (await seat.say("why?")).words.startswith("Driverless cranes are closing Noordhaven as dockers strike")
    assert "$90,000 a ship" in (await seat.press("Evidence")).words


async def test_of_two_it_asks(seat: Seat) -> None:
    """A plain “why?” under a brief of two signals is asked back, and the button settles it."""
    heard = await seat.say("why?")
    assert "Which one do you mean?" in heard.words
    assert len(heard.buttons) >= 2
    assert "Driverless cranes are closing Noordhaven" in (await seat.press("2 ")).words


async def test_a_question_and_what_follows_it(seat: Seat) -> None:
    """It is answered by quotes of the signal's articles; the next ones need not say what they are about."""
    heard = await seat.say("what does the detour cost a ship?")
    assert "“Nordline said the detour costs $90,000 a ship.” Gazette do Sul" in heard.words.replace(" ↗", "")
    assert "Harbour Union and Nordline" in (await seat.say("and who else?")).words
    assert "First seen on" in (await seat.say("what has changed since?")).words
    assert "A second publisher that finds the opposite." in (await seat.say("what would change your mind?")).words
    assert "None of its sources contradicts it." in (await seat.say("what contradicts it?")).words


async def test_what_the_sources_do_not_say(seat: Seat) -> None:
    """It says so, and makes nothing up."""
    assert "The sources do not say." in (await seat.say("who won the cup final in Lisbon?")).words


async def test_more(seat: Seat, store: Store) -> None:
    """A long answer is short enough to read, and `more` gives the rest, until there is none."""
    signal = await store.signals.get(42)
    assert signal
    (first, *_) = signal.articles[0].evidence
    long = [f"Paragraph {number}. {'It goes on. ' * 40}" for number in range(12)]
    quotes = tuple(
        replace(first, end=first.start + len(words), anchor_end=first.start + 9, quote=words) for words in long
    )
    told = replace(signal.articles[0], evidence=quotes)
    await store.signals.save(Batch(signals=(replace(signal, articles=(told, *signal.articles[1:])),)), signal.changed)
    heard = [await seat.say("evidence s42")]
    while "There is more" in heard[-1].words:
        heard.append(await seat.say("more"))
    whole = " ".join(each.words for each in heard)
    assert len(heard) > 1
    assert [whole.count(f"Paragraph {number}.") for number in range(12)] == [1] * 12


async def test_a_chart(seat: Seat) -> None:
    """A picture where pictures are shown, and in words what it shows and what moved it."""
    heard = await seat.say("chart 2")
    assert heard.picture
    assert "a second publisher confirms (Gazette do Sul)" in heard.words
    heard = await seat.say("chart AI")
    assert heard.picture
    assert "Nimbus Memory’s method is ending the memory shortage premium" in heard.words


async def test_why_it_was_not_told(seat: Seat) -> None:
    """The real reason, from the record; also why it was quiet, where it was not."""
    said = (await seat.say("why did I not get the water rights story?")).words
    assert "5" in said
    assert "below the bar" in said
    assert "told here today" in (await seat.say("why did I not get the cranes?")).words
    assert "never seen" in (await seat.say("why did I not get the moon landing?")).words
    assert "was not quiet" in (await seat.say("why was it quiet today?")).words


async def test_forget(seat: Seat, store: Store) -> None:
    """What was asked is gone, and with it what the talk was about; there is nothing to forget twice."""
    await seat.say("why 2?")
    await seat.say("what does the detour cost a ship?")
    assert len(await store.questions.all(9)) == 2
    assert "Forgotten: 2 questions of this thread with the answers." in (await seat.say("forget")).words
    assert await store.questions.all(9) == ()
    assert "Nothing of this thread is kept." in (await seat.say("forget")).words
    assert "Which one do you mean?" in (await seat.say("why?")).words


async def test_looking_back_and_ahead(seat: Seat, store: Store, clock: FakeClock) -> None:
    """A brief told, with what has changed since; all of them; what a watch would have told, without making it."""
    clock.advance(600)
    await grown(store, clock, 42, "the port closes")
    heard = await seat.say("brief today")
    assert "2 signals" in heard.words
    assert heard.words.count("Since then: ") == 1
    assert "Fri 2" in (await seat.say("show me the past briefs")).words
    assert "that would have told 3 pieces of news about trade, of 1 signal" in (await seat.say("watch trade?")).words
    assert "Nothing is watched here." in (await seat.say("what are you watching?")).words


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("hi", "one brief in the morning"),
        ("thanks", "You are welcome."),
        ("help", "“mute AI for a week” hides what you do not want"),
        ("bar 7?", "The bar is 6 here. Of the 3 signals of the last 30 days 2 reach it; 2 would reach 7."),
        ("stop sending me copper stuff", "belongs to minerals here, all of which is hidden"),
        ("can you send this at 9 instead?", "With 09:00 Europe/Rome, mon-fri: the next brief comes"),
        ("too many", "A brief holds at most 5 signals here."),
        ("what did I miss", "2 signals"),
        ("tell me a joke", "Jokes I cannot tell"),
        ("tell me when tungsten is mentioned", "In the last 30 days that would have told nothing about “tungsten”."),
        ("why 8, not 9?", "A ninth point would have needed another independent publisher."),
        ("brief yesterday", "There is no brief of 26 March 2026 here."),
        ("signals", "The newest signals:"),
    ],
)
async def test_in_plain_words(seat: Seat, said: str, answered: str) -> None:
    """What people say is understood wherever they say it, changes nothing, and is never refused as unknown."""
    assert answered in (await seat.say(said)).words
