"""`status` and `sources` say and do the same on a plain connection as with the whole bot."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import short
from bot.model.brief import Account, Near, Quiet
from bot.model.channel import Channel
from bot.model.delivery import Unknown
from bot.model.feed import Check
from bot.model.finding import Unread
from bot.model.label import CategoryKind, Label
from bot.model.messages import text
from bot.model.run import Call, RunReport, Shortage
from bot.model.signal import Batch
from bot.model.source import SourceHealth, SourceState
from bot.text.languages import NEEDS_MODEL
from storage import compiling
from storage.store import SqlStore, open_store
from tests.clock import MORNING, FakeClock
from tests.make import article, stored
from tests.process import Ended, Machine

NOW = MORNING + timedelta(minutes=10)
"""What Machine's clock shows at its start."""
SHORT = ("status", "sources", "sources drop Nobody", "sources drop feed")
SOURCES = """
[[source]]
url = "https://kontor.example/feed"
name = "Kontor"
language = "ja"

[[source]]
url = "https://user:geheim@harbour.example/feed"
name = "Harbour Wire"
category = ["trade"]
"""


def database(machine: Machine) -> str:
    return str(next((machine.home / "data").rglob("bellwether.db")))


@pytest.fixture
async def machine(tmp_path: Path) -> Machine:
    """On which the whole bot has run once."""
    path = tmp_path / "sources.toml"
    path.write_text(SOURCES, encoding="utf-8")
    made = Machine(tmp_path, BELLWETHER_SOURCES=str(path))
    await made.within("status")
    return made


class Both:
    """Runs a command both ways; how the short way ended stands in `codes`, None: it left it to the whole bot."""

    def __init__(self, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.codes: list[int | None] = []
        self._machine = machine
        self._monkeypatch = monkeypatch
        self._answered = short.answered

    async def short(self, *words: str) -> Ended:
        def spied(*given: object) -> int | None:
            self.codes.append(self._answered(*given))  # type: ignore[arg-type] # as it is called
            return self.codes[-1]

        return await self._within(spied, *words)

    async def whole(self, *words: str) -> Ended:
        return await self._within(lambda *_: None, *words)

    async def _within(self, answered: Callable[..., int | None], *words: str) -> Ended:
        self._monkeypatch.setattr(short, "answered", answered)
        ended = await self._machine.within(*words)
        return Ended(ended.code, re.sub(r"\bq\d+", "q", ended.out), ended.err)


@pytest.fixture
def both(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Both:
    return Both(machine, monkeypatch)


async def lived(store: SqlStore) -> None:
    """A morning on which there is something to say in every line of `status`, and more sources than fit a message."""
    channel = await store.channels.find("console", "local")
    assert channel
    harbour, kontor = await store.sources.all()
    failed = SourceHealth(harbour.id, checked_at=MORNING, failures=3, error="it answered with 500")
    await store.sources.record(Check(failed), MORNING)
    read = SourceHealth(kontor.id, "etag", None, MORNING, MORNING, NOW, entries=12)
    await store.sources.record(Check(read, title="Kontor heute"), MORNING)
    await _read(store)
    await store.runs.record(RunReport(MORNING, MORNING, 2, 1, articles=1, unread=1, notes=("One failed.",)))
    nearest = (Near(1, "Copper runs short", 5, "novelty"),)
    await store.briefs.record(
        channel, Quiet(MORNING.date(), Account(1, 2, 1, 1, 0, "nothing new", nearest)), (), MORNING
    )
    await _said(store, channel)


async def _read(store: SqlStore) -> None:
    (one,) = await stored(store, article(language="ja"))
    await store.signals.save(Batch(readings=(Unread(one.id, f"Japanese {NEEDS_MODEL}."),)), NOW)


async def _said(store: SqlStore, channel: Channel) -> None:
    label = Label(CategoryKind.TOPIC, "AI", "AI")
    await store.channels.mute(channel.id, label, NOW + timedelta(days=3), "you", NOW)
    await store.calls.record(Call(MORNING, "claude-haiku-5-5", "read", "end_turn", 0.25, 1000, 200))
    await store.calls.short(Shortage(MORNING, "Claude was not to be had."))


async def test_the_short_way_says_what_the_whole_bot_says(machine: Machine, both: Both) -> None:
    """Of a new database, and of one in which everything that is spoken of happened."""
    for words in SHORT:
        assert await both.short(*words.split()) == await both.whole(*words.split())
    async with open_store(database(machine), clock=FakeClock(NOW)) as store:
        await lived(store)
    await both.whole("status")  # which follows the sources again
    for words in SHORT:
        assert await both.short(*words.split()) == await both.whole(*words.split())
    assert both.codes == [0, 0, 1, 1] * 2


async def test_more_than_fits_is_kept(machine: Machine, both: Both) -> None:
    """As an answer whose rest `more` gives."""
    lines = (f'[[source]]\nurl = "https://s{n}.example/feed"\nname = "Source number {n}"\n' for n in range(80))
    (machine.home / "sources.toml").write_text("".join(lines), encoding="utf-8")
    assert await both.whole("sources") == await both.short("sources")
    async with open_store(database(machine), clock=FakeClock(NOW)) as store:
        first, second = await store.questions.all(None)
    assert (first.rest, first.answer) == (second.rest, second.answer)
    assert (first.question, first.asker, first.at.date(), both.codes) == ("sources", "you", NOW.date(), [0])


async def test_a_source_dropped_the_short_way_stays_dropped(machine: Machine, both: Both) -> None:
    """It is the operator's then: following the file, which the whole bot does next, does not bring it back."""
    done = await both.short("sources", "drop", "Kontor")
    assert "Kontor is not read any more" in done.out
    assert "Kontor" not in (await both.short("sources")).out
    async with open_store(database(machine), clock=FakeClock(NOW)) as store:
        assert [each.state for each in await store.sources.all()] == [SourceState.ACTIVE]
    assert "Kontor" not in (await both.short("sources")).out
    assert both.codes == [0, None, 0]


async def test_what_is_not_as_mostly_takes_the_whole_bot(machine: Machine, both: Both) -> None:
    """A file of sources that was changed; a message that may not have arrived."""
    path = machine.home / "sources.toml"
    path.write_text(SOURCES.replace("Kontor", "Kontor neu"), encoding="utf-8")
    assert "Kontor neu" in (await both.short("sources")).out
    async with open_store(database(machine), clock=FakeClock(NOW)) as store:
        channel = await store.channels.find("console", "local")
        assert channel
        await store.briefs.record(channel, Quiet(MORNING.date(), Account(1, 2, 1, 1)), (text("Quiet."),), MORNING)
        delivery = await store.outbox.claim(NOW, ["console"])
        assert delivery
        await store.outbox.settle(delivery.id, Unknown("It broke off."), None, NOW)
    assert "may or may not have arrived" in (await both.short("status")).out
    assert both.codes == [None, None]


def test_the_statements_are_those_of_the_store() -> None:
    """Changed there, they are to be written anew: `python -m storage.compiling`."""
    assert compiling.TARGET.read_text(encoding="utf-8") == compiling.written()
