"""Dialogues: what is said, and what is answered, over the real store. No platform is in them: all share these words."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.analysts.extractive import Extractive
from bot.briefing import briefs
from bot.briefing.views import brief_view
from bot.conversation.commands.settings import _overdue
from bot.conversation.commands.sources import _matching
from bot.conversation.commands.table import COMMANDS, NAMES, TABLE
from bot.conversation.parse import lasting, near_miss, parse
from bot.model import times
from bot.model.brief import Brief, Quiet, Unable
from bot.model.channel import FOREVER
from bot.model.delivery import NotSent, Permanent
from bot.model.feed import Entry, FeedDocument, Fetched
from bot.model.finding import Stance, Unread
from bot.model.messages import Audience, Card, Choices, Form, plain
from bot.model.run import RunReport
from bot.model.signal import Batch, Revision
from bot.model.source import Publisher, Source, SourceHealth
from bot.model.stores import Store
from storage.store import open_store
from tests import make
from tests.clock import MORNING, FakeClock
from tests.talk import ANNA, GUEST, Talk, archive, checked, choices, open_talk, told

NEXT = "The next brief comes on Monday 30 March at 07:30 (Europe/Rome)."


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the archive in it, made once and copied for each test."""
    path = tmp_path_factory.mktemp("shelf") / "bellwether.db"

    async def fill() -> None:
        async with open_store(str(path), clock=FakeClock()) as store:
            await open_talk(store, FakeClock())
            await archive(store)

    asyncio.run(fill())
    return path


@pytest.fixture
async def talk(shelf: Path, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Talk]:
    """Somebody in the terminal, with three signals in the archive, of which the brief tells two."""
    path = tmp_path / "bellwether.db"
    shutil.copy(shelf, path)
    async with open_store(str(path), clock=clock) as store:
        yield await open_talk(store, clock)


async def briefed(talk: Talk) -> None:
    """The channel was told its brief this morning."""
    edition = await briefs.edition(talk.store, talk.channel, MORNING.date(), talk.clock.now())
    assert isinstance(edition, Brief)
    await told(talk, edition)
    talk.clock.advance(60)


async def strengthened(talk: Talk, signal_id: int) -> None:
    """The signal has had a development since, which made it stronger by one."""
    signal = await talk.store.signals.get(signal_id)
    assert signal
    strength, now = make.strength(4, 2, 2, 0), talk.clock.now()
    revision = Revision(signal_id, len(signal.revisions) + 1, now, "the port closes", Stance.DEVELOPS, strength)
    new = replace(signal, strength=strength, changed=now, revisions=(*signal.revisions, revision))
    await talk.store.signals.save(Batch(signals=(new,)), now)


# --- which signal is meant -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "why 2", "Why 2?", "why 2!", "/why 2", "/why@BellwetherBot 2", "@Bellwether why 2", "<@U0BELL> why 2",
        "/bellwether why 2", "bellwether, why 2?", "please why 2", "why #2", "why signal 2", "why number 2?", "why s42",
        "WHY S42", "why the second one", "why cranes?", "why the dockers one", "why Nordline", "why is 2?", "explain 2",
    ],
)  # fmt: skip
async def test_one_signal_by_many_names(talk: Talk, said: str) -> None:
    """Number, id, words; any case, address and closing marks: the same answer."""
    await briefed(talk)
    answer = await talk.say(said)
    assert answer.startswith("Driverless cranes are closing Noordhaven as dockers strike s42\n")
    assert talk.heard[-1].signal_id == 42


@pytest.mark.parametrize(
    "said",
    ["strength 1", "why is 1 so strong?", "how strong is the chips one?", "How strong is 1?", "why so strong? s41"],
)
async def test_strength_is_asked_for_in_words(talk: Talk, said: str) -> None:
    """How strong, and why so strong, is the sum read aloud."""
    await briefed(talk)
    assert "8 = 4 consequence + 2 evidence + 2 novelty + 0 corroboration" in await talk.say(said)


@pytest.mark.parametrize("said", ["How strong was the earthquake?", "how strong is the dollar?"])
async def test_how_strong_something_else_is_is_a_question(talk: Talk, said: str) -> None:
    """Of what no signal is about: it is put to the sources, and not to the list of signals."""
    await briefed(talk)
    assert (await talk.say(said, thread="m2", reply_to="m2")).startswith("The sources do not say.")


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("what contradicts 2?", "None of its sources contradicts it."),
        ("who is involved in 2?", "Harbour Union and Nordline."),
        ("what would change our mind about 2", "A second publisher that finds the opposite."),
        ("why did ships pass Noordhaven by?", "“Shipping lines sent 31 vessels past Noordhaven"),
        ("did dockers stop work over cranes at Noordhaven?", "“Dock workers at Noordhaven stopped work"),
    ],
)
async def test_questions_name_their_signal(talk: Talk, said: str, answered: str) -> None:
    """A question names its signal by number or words, whatever was talked about before."""
    await briefed(talk)
    await talk.say("why 1")
    assert (await talk.say(said)).startswith(answered)
    assert talk.heard[-1].signal_id == 42


async def test_of_several_it_asks(talk: Talk) -> None:
    """With several in the brief and none named, it asks, and a button settles it."""
    await briefed(talk)
    assert (await talk.say("why?")).startswith("Which one do you mean?")
    assert list(talk.buttons.values()) == ["why s41", "why s42"]
    assert "Driverless cranes" in await talk.say(
        talk.buttons["2 Driverless cranes are closing Noordhaven as dockers strike"]
    )
    assert "7 = 3 consequence" in await talk.say("strength")
    assert "“Nordline said" in await talk.say("evidence?")


async def test_the_only_one_needs_no_name(talk: Talk) -> None:
    """With one signal in the brief, `why?` is about it."""
    await talk.say("bar 8")
    assert "Nimbus" in await talk.say("brief")
    assert (await talk.say("why?")).startswith("Nimbus Memory’s method")


async def test_what_is_not_there(talk: Talk) -> None:
    """A number or an id that is not there is answered in a sentence, and never with another signal."""
    assert await talk.say("why 1") == (
        "No brief is at hand here, so I do not know number 1; name a signal by its id, such as s42.\n[Brief now] brief"
    )
    await briefed(talk)
    assert await talk.say("why 7") == "There is no number 7 in the brief at hand: it has 2 signals."
    assert await talk.say("why s99") == "There is no s99; “signals” lists the newest."
    assert await talk.say("show the unicorn one") == (
        "No signal goes by “unicorn”; “signals” and a word searches the archive."
    )


async def test_numbers_are_those_of_the_brief_last_seen(talk: Talk) -> None:
    """A brief that was looked at later than the morning's gives the numbers, until the next is told."""
    await briefed(talk)
    await talk.say("bar 5")
    await talk.say("mute s41")
    assert "1  Driverless cranes" in await talk.say("brief")
    assert (await talk.say("why 1")).startswith("Driverless cranes")
    assert (await talk.say("why 2")).startswith("Cities are buying")


async def test_in_a_thread_it_is_the_one_replied_to(talk: Talk) -> None:
    """A reply to a message about one signal is about it; a reply to the brief takes its numbers and quotation."""
    await briefed(talk)
    why = await talk.replies("why 2")
    await talk.sent(why[-1].message, "m1")
    assert "Driverless cranes" in await talk.say("strength", thread="m1")
    assert "“Nordline said" in await talk.say("what does the detour cost?", thread="m1")
    edition = await briefs.edition(talk.store, talk.channel, MORNING.date(), talk.clock.now())
    await talk.sent(brief_view.brief_message(edition, talk.channel), "m2", "brief:2026-03-27")
    assert (await talk.say("why?", thread="m2")).startswith("Which one do you mean?")
    assert (await talk.say("why?", thread="m2", quoted="dockers strike")).startswith("Driverless cranes")
    assert (await talk.say("why 1", thread="m2")).startswith("Nimbus")
    assert "8 = 4" in await talk.say("and how strong?", thread="m2")


async def test_old_buttons_keep_their_meaning(talk: Talk) -> None:
    """Every button of every card types a command that works, by id, in at most 64 bytes."""
    (reply,) = await talk.replies("brief")
    cards = [block for block in reply.message.blocks if isinstance(block, Card)]
    commands = [choice.command for card in cards for choice in card.actions]
    assert commands == ["why s41", "more s41", "why s42", "more s42"]
    for command in commands:
        assert "s41" in await talk.say(command) or "s42" in await talk.say(command)


async def test_more_offers_the_rest_of_a_signal(talk: Talk) -> None:
    """The card's “More …” leads to all else that can be asked of its signal, each a command by its id."""
    (reply,) = await talk.replies("more s42")
    assert plain(reply.message).startswith("Driverless cranes")
    offered = [
        choice.command for block in reply.message.blocks if isinstance(block, Choices) for choice in block.choices
    ]
    assert offered == [
        "show s42", "evidence s42", "strength s42", "chart s42", "useful s42", "useless s42", "mute from s42",
    ]  # fmt: skip


# --- reading ---------------------------------------------------------------------------------------------------------


async def test_show_and_evidence(talk: Talk) -> None:
    """`show` is the whole signal; a bare number or id shows it too; `evidence` is every quote."""
    await briefed(talk)
    whole = await talk.say("show 2")
    assert whole.splitlines()[:3] == [
        "Driverless cranes are closing Noordhaven as dockers strike",
        "str 7 · 26 March 2026 · 2 articles · s42",
        "economic · social · trade · Netherlands",
    ]
    assert await talk.say("s42") == await talk.say("2") == await talk.say("the second one") == whole
    evidence = await talk.say("evidence 2")
    assert evidence.count("Asahi Ledger\n") + evidence.count("Gazette do Sul\n") == 4


async def test_signals(talk: Talk) -> None:
    """The archive, newest first, or what matches the words."""
    assert [line[:5] for line in (await talk.say("signals")).splitlines()] == ["The n", "- s41", "- s42", "- s43"]
    assert "s43  Cities are buying water rights" in await talk.say("signals water")
    assert await talk.say("signals unicorn") == "No signal matches “unicorn”."


@pytest.mark.parametrize(
    "said",
    ["brief 2026-03-26", "brief yesterday", "brief of thursday", "show me yesterday's brief", "brief 26 march",
     "the brief from last thursday", "brief a day ago", "brief of the 26th of march", "brief thursday, 26 march",
     "what did you tell us yesterday?", "thursday’s brief again"],
)  # fmt: skip
async def test_the_brief_of_a_day_as_it_was_told(talk: Talk, said: str) -> None:
    """A day after `brief` shows what was told on it, and its numbers are then at hand."""
    yesterday = MORNING.date() - timedelta(days=1)
    edition = await briefs.edition(talk.store, talk.channel, MORNING.date(), talk.clock.now())
    assert isinstance(edition, Brief)
    await told(talk, replace(edition, on=yesterday, items=edition.items[1:]))
    talk.clock.advance(60)
    answer = await talk.say(said)
    assert answer.startswith("The Bellwether · Thursday 26 March")
    assert "Nimbus" not in answer
    assert (await talk.say("why 2")).startswith("Driverless")


async def test_a_brief_told_says_what_has_changed_since(talk: Talk) -> None:
    """Under each signal of it: a development and how the strength moved, what it was merged into, or nothing."""
    await briefed(talk)
    before = await talk.say("brief today")
    assert "Since then" not in before
    await strengthened(talk, 42)
    cranes = await talk.store.signals.get(42)
    assert cranes
    after = await talk.say("brief 27 march")
    said = next(line for line in after.splitlines() if line.startswith("Since then"))
    assert said == "Since then: the port closes; 7 → 8."
    assert after.replace(f"{said}\n", "") == before, "word for word as it was told"
    await talk.store.signals.save(Batch(merged=((41, 42),), signals=(cranes,)), talk.clock.now())
    assert f"Since then: it is told with s42, “{cranes.title}”" in await talk.say("brief 27 march")


async def test_a_long_brief_is_shown_ten_signals_at_a_time(talk: Talk) -> None:
    """With buttons for the next and the previous ones, as `signals` has them."""
    edition = await briefs.edition(talk.store, talk.channel, MORNING.date(), talk.clock.now())
    assert isinstance(edition, Brief)
    many = tuple(replace(edition.items[0], number=number) for number in range(1, 13))
    message = brief_view.brief_message(replace(edition, items=many), talk.channel)
    await talk.store.briefs.record(talk.channel, replace(edition, items=many[:1]), (message,), talk.clock.now())
    assert [line[:2] for line in (await talk.say("brief 27 march")).splitlines() if "Nimbus Memory’s method" in line][
        ::9
    ] == ["1 ", "10"]
    rest = await talk.say(talk.buttons["Next 10"])
    assert rest.startswith("The Bellwether · Friday 27 March\n11")
    assert (await talk.say(talk.buttons["Previous 10"])).count("Why?") == 0


async def test_a_calendar_of_what_was_told(talk: Talk) -> None:
    """Signals told, quiet and unable mornings, week by week; any brief is a press away, and so are earlier weeks."""
    assert await talk.say("briefs") == f"No brief was due here yet.\n{NEXT}"
    edition = await briefs.edition(talk.store, talk.channel, MORNING.date(), talk.clock.now())
    assert isinstance(edition, Brief)
    day = timedelta(days=1)
    old, monday = MORNING.date() - 30 * day, MORNING.date() - 4 * day
    for one in (Quiet(old, edition.account), Quiet(monday, edition.account), Unable(monday + day, edition.account)):
        await talk.store.briefs.record(talk.channel, one, (), talk.clock.now())
    await told(talk, edition)
    shown = await talk.say("show me the past briefs")
    assert shown.startswith(
        "The Bellwether · 23 March to 27 March\n1 brief with 2 signals, 1 quiet morning and 1 morning on which I could "
        "not look.\n- Week of 23 Mar: Mon quiet · Tue unable · Fri 2"
    )
    assert talk.buttons == {"Fri 27 Mar": "brief 2026-03-27", "Earlier weeks": "briefs page 2"}
    assert "- Week of 23 Feb: Wed quiet" in await talk.say("briefs page 2")
    assert talk.buttons == {"Later weeks": "briefs page 1"}


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("brief tomorrow", "“tomorrow” is no day"),
        ("brief foo bar", "“foo bar” is no day"),
        ("brief 2026-12-01", "1 December 2026 is still to come. The next brief comes"),
        ("brief monday", "There is no brief of 23 March 2026 here."),
    ],
)
async def test_a_day_without_a_brief(talk: Talk, said: str, answered: str) -> None:
    """It is said, and another brief is not shown in its place."""
    assert (await talk.say(said)).startswith(answered)


async def test_a_quiet_day_is_shown_as_such(talk: Talk) -> None:
    """A morning with nothing to tell is retold in its one line."""
    loud = replace(talk.channel, settings=replace(talk.channel.settings, bar=9))
    quiet = await briefs.edition(talk.store, loud, MORNING.date(), MORNING)
    await talk.store.briefs.record(talk.channel, quiet, (), MORNING)
    assert (await talk.say("brief today")).startswith("Quiet · Friday 27 March.")


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("why 8, not 9?", "8 is its strength, from 1 to 10, and not its number in the brief.",
         "A ninth point would have needed another independent publisher."),
        ("why only an 8 and not a 10", "8 is its strength", "10 points would have needed another independent"),
        ("why 7 rather than 8?", "7 is its strength", "An eighth point would have needed a larger consequence (more"),
        ("why 2, not 9?", "2 is its number in the brief; its strength is 7.", "9 points would have needed"),
        ("why 7, not 10?", "7 is its strength", "It could reach 9 at most"),
        ("why 8, not 11?", "8 is its strength", "Strength ends at 10."),
        ("why 8 instead of 3?", "8 is its strength", "It has more than 3 points."),
    ],
)  # fmt: skip
async def test_what_a_further_point_needs(talk: Talk, said: str, first: str, second: str) -> None:
    """Whether the number is a strength or the brief's, and what one more point would have needed."""
    await briefed(talk)
    answer = (await talk.say(said)).splitlines()
    assert answer[0].startswith(first)
    assert answer[1].startswith(second)


async def test_points_of_the_signal_talked_about(talk: Talk) -> None:
    """What was talked about is meant; with nothing at hand, it asks."""
    await briefed(talk)
    assert (await talk.say("why not a 9?")).startswith("Which one do you mean?")
    await talk.say("why 2")
    assert (await talk.say("why 8, not 9?")).startswith("Its strength is 7, not 8.")


async def test_signals_in_pages(talk: Talk) -> None:
    """The first page has items; a button leads to the next ten, and back; words stay with it."""
    survivor = await talk.store.signals.get(41)
    assert survivor
    many = [
        replace(survivor, id=number, title=f"Signal {number} of the quarry " + "and its long, long title " * 5)
        for number in range(100, 125)
    ]
    await talk.store.signals.save(Batch(signals=tuple(many)), MORNING)
    seen: list[str] = []
    answer = await talk.say("signals quarry")
    while True:
        seen += [line.split()[1] for line in answer.splitlines() if line.startswith("- s")]
        if "Next 10" not in talk.buttons:
            break
        answer = await talk.say(talk.buttons["Next 10"])
    assert answer.startswith("Signals 21 to 25:")
    assert sorted(seen) == [f"s{number}" for number in range(100, 125)]
    assert talk.buttons == {"Previous 10": "signals page 2 quarry"}
    first = (await talk.say("signals")).splitlines()
    assert len([line for line in first if line.startswith("- s")]) == 10
    assert await talk.say("signals page 99 quarry") == "No signal matches “quarry”."


async def test_more_names_its_answer(talk: Talk) -> None:
    """“More” under an old answer gives that one's rest, not another's; a bare `more` goes on with the last."""
    for number in (41, 42):
        signal = await talk.store.signals.get(number)
        assert signal
        (first, *_) = signal.articles[0].evidence
        quotes = tuple(
            replace(first, end=first.start + len(words), anchor_end=first.start + 9, quote=words)
            for words in (f"Of {number} paragraph {n}. {'It goes on. ' * 40}" for n in range(9))
        )
        told_now = replace(signal.articles[0], evidence=quotes)
        await talk.store.signals.save(
            Batch(signals=(replace(signal, articles=(told_now, *signal.articles[1:])),)), signal.changed
        )
    await talk.say("evidence s41")
    old = talk.buttons["More"]
    assert old == "more q1"
    await talk.say("evidence s42")
    assert "Of 41 paragraph" in await talk.say(old)
    assert "Of 42" not in await talk.say(old)
    assert await talk.say("more q99") == "There is no more: no answer is kept here."


async def test_a_double_press_is_answered_once(talk: Talk) -> None:
    """The same button pressed again at once says nothing; later, by another, or another button, it is answered."""
    assert await talk.say("why s41", pressed="m1")
    assert not await talk.replies("why s41", pressed="m1")
    assert await talk.replies("why s41", pressed="m1", asker=GUEST)
    assert await talk.replies("why s42", pressed="m1")
    assert await talk.replies("why s41", pressed="m1")
    talk.clock.advance(60)
    assert await talk.replies("why s41", pressed="m1")


@pytest.mark.parametrize(
    "said", ["{}", "mute {}", "signals {}", "show {}", "at {}", "pause {}", "help {}", "chart {}", "unmute {}",
             "bar {}", "language {}", "sources drop {}", "why did I not get {}", "mute AI until {}", "wyh {}"],
)  # fmt: skip
async def test_no_senseless_message_is_echoed(talk: Talk, said: str) -> None:
    """What is said back of four thousand characters is short."""
    await talk.say("mute AI")
    answer = await talk.say(said.format("qwx" * 1365))
    assert "qwx" * 40 not in answer
    answer = await talk.say(said.format("q w x " * 680))
    assert "q w x " * 20 not in answer


async def test_brief_looks_and_tells_nothing(talk: Talk) -> None:
    """`brief` is for whoever asks, and records nothing as told; after the morning's it says what was told."""
    first = await talk.say("brief")
    assert first.splitlines()[:2] == ["The Bellwether · Friday 27 March", "2 signals · 3 articles from 4 sources"]
    assert talk.heard[-1].audience is Audience.ASKER
    assert await talk.store.briefs.told(talk.channel.id) == {}
    await briefed(talk)
    assert "1 article · told today" in await talk.say("brief")


async def test_verdicts(talk: Talk) -> None:
    """A verdict is kept, a newer one replaces it, and `status` counts them."""
    await briefed(talk)
    assert await talk.say("useful 2") == (
        "Noted: “Driverless cranes are closing Noordhaven as dockers strike” was useful to you. "
        "So far 1 found it useful, 0 useless."
    )
    assert "was useless to you. So far 0 found it useful, 1 useless." in await talk.say("useless 2")
    assert "Verdicts: 0 useful, 1 useless." in await talk.say("status")


# --- mutes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "muted", "days"),
    [
        ("mute AI for a week", "AI", 7), ("mute AI 7d", "AI", 7), ("Mute ai for 2w.", "AI", 14),
        ("mute AI", "AI", None),
        ("mute AI for good", "AI", None), ("/mute technology 1d", "technological", 1),
        ("mute Nordline 3d", "Nordline", 3),
        ("mute “Asahi Ledger” 3d", "Asahi Ledger", 3), ("mute s42.a1 7d", "Harbour Union", 7),
        ("mute s42.u2", "Gazette do Sul", None), ("mute s42.d2 1d", "social", 1), ("mute s42.p1", "Netherlands", None),
        ("mute s42.t1 a week", "trade", 7), ("hide water for 12h", "water", 0.5),
        ("mute EU", "European Union (with its 27 members)", None),
    ],
)  # fmt: skip
async def test_muting(talk: Talk, said: str, muted: str, days: float | None) -> None:
    """A category, actor, publisher or reference is muted, for as long as was said, and Undo is offered."""
    now = talk.clock.now()
    answer = await talk.say(said)
    assert answer.startswith(f"Muted {muted} ")
    assert talk.buttons == {"Undo": "undo 1"}
    assert talk.heard[-1].audience is Audience.HOME
    (mute,) = await talk.store.channels.mutes(talk.channel.id, now)
    assert mute.until == (FOREVER if days is None else now + timedelta(days=days))


async def test_a_place_goes_by_its_name_in_the_channels_language(talk: Talk) -> None:
    """“Saksa” is Germany in a Finnish channel, and nothing in one that speaks English."""
    assert (await talk.say("mute Saksa")).startswith("Muted “Saksa” ")
    await talk.say("undo")
    settings = replace(talk.channel.settings, language="fi")
    await talk.store.channels.save(replace(talk.channel, settings=settings))
    assert (await talk.say("mute Saksa")).startswith("Muted Germany ")


async def test_a_mute_says_what_it_would_have_hidden(talk: Talk) -> None:
    """How many signals of the last week carry it, and which."""
    assert await talk.say("mute AI until friday") == (
        "Muted AI until Friday 3 April.\n"
        "It would have hidden 1 signal of the last 7 days: Nimbus Memory’s method is ending the memory shortage "
        "premium (8).\n[Undo] undo 1"
    )
    assert "It would have hidden 1 signal of the last 7 days: Driverless cranes" in await talk.say("mute EU 1d")
    assert "1 signal of the last 7 days, none of them at or above the bar of 6: Cities" in await talk.say("mute water")
    assert "It would have hidden nothing of the last 7 days." in await talk.say("mute health")


async def test_a_mute_acts_at_once(talk: Talk) -> None:
    """What is muted is not in the brief that is looked at a moment later, and is counted."""
    assert "Nimbus" in await talk.say("brief")
    await talk.say("mute AI")
    after = await talk.say("brief")
    assert "Nimbus" not in after
    assert "1 signal · 3 articles from 4 sources · 1 muted" in after


@pytest.mark.parametrize("said", ["mute trump", "mute “trump”", "mute words trump", "/mute Trump."])
async def test_any_words_can_be_muted(store: Store, clock: FakeClock, said: str) -> None:
    """Seen before or not: as words, which is said, with an end; the list shows them, and their name ends it."""
    talk = await open_talk(store, clock)
    answer = await talk.say(said)
    assert answer.lower().startswith("muted “trump” until sunday 26 april, 09:30.")
    assert "hatever says the words is hidden." in answer
    assert talk.buttons == {"Undo": "undo 1"}
    assert "rump”, until Sunday 26 April, 09:30 (words; muted by Anna)" in await talk.say("mutes")
    assert (await talk.say("unmute trump")).lower().startswith("unmuted “trump”: it is heard here again.")
    assert (await talk.say("mute trump for good")).lower().startswith("muted “trump” for good.")


async def test_muted_words_hide_and_are_counted(talk: Talk) -> None:
    """What says the words side by side, in title, headline or quote, is not told and counted as muted."""
    assert "hidden 1 signal of the last 7 days: Driverless cranes" in await talk.say("mute driverless cranes")
    assert "1 signal · 3 articles from 4 sources · 1 muted" in await talk.say("brief")
    assert "hidden nothing" in await talk.say("mute cranes driverless for 3d")


async def test_a_slip_in_a_mute_offers_the_name(talk: Talk) -> None:
    """The words are muted as typed, and the name that they misspell is a button, with the same time."""
    assert (await talk.say("mute Nordlin for a week")).startswith("Muted “Nordlin” until Friday 3 April, 09:30.")
    assert talk.buttons["Mute Nordline"] == "mute s42.a2 a week"
    assert (await talk.say(talk.buttons["Mute Nordline"])).startswith("Muted Nordline until Friday 3 April")


@pytest.mark.parametrize("said", ["mute blorp", "mute smoke", "mute bratwurst", "mute show tunes"])
async def test_nothing_is_offered_that_shares_only_letters(talk: Talk, said: str) -> None:
    """A word that is near no name is offered none."""
    await talk.say(said)
    assert talk.buttons == {"Undo": "undo 1"}


async def test_a_word_that_widens_says_so(talk: Talk) -> None:
    """A word that stands for a category of another name says what is hidden, and the word alone is a button."""
    answer = await talk.say("mute lithium for 2w")
    assert answer.startswith(
        "Muted minerals until Friday 10 April, 09:30. “lithium” belongs to minerals here, all of which is hidden."
    )
    assert talk.buttons == {"Undo": "undo 1", "Only “lithium”": "mute words lithium 2w"}
    await talk.say("undo")
    assert (await talk.say("mute words lithium 2w")).startswith("Muted “lithium” until Friday 10 April")
    await talk.say("mute technology")
    assert talk.buttons == {"Undo": "undo 3"}


async def test_several_are_muted_together(talk: Talk) -> None:
    """A list holds names and words; each lasts as long as its kind."""
    assert (await talk.say("mute AI and blorp")).startswith(
        "Muted AI for good and “blorp” until Sunday 26 April, 09:30."
    )
    assert (await talk.say("mute AI, water and Nordline for 7d")).startswith("Muted AI, water and Nordline until")
    assert len(await talk.store.channels.mutes(talk.channel.id, MORNING)) == 4


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("mute AI for the weekend", "Monday 30 March"), ("mute AI this weekend", "Monday 30 March"),
        ("mute AI for tomorrow", "Sunday 29 March"), ("mute AI tomorrow", "Sunday 29 March"),
        ("mute AI for today", "Saturday 28 March"), ("mute AI until friday", "Friday 3 April"),
        ("mute AI for monday", "Tuesday 31 March"), ("mute AI until the weekend", "Saturday 28 March"),
        ("mute AI for next week", "Monday 6 April"), ("mute AI until next week", "Monday 30 March"),
        ("pause for the weekend", "Monday 30 March"), ("pause tomorrow", "Sunday 29 March"),
        ("pause until friday", "Friday 3 April"), ("pause for the rest of the week", "Monday 30 March"),
        ("pause for 3 april", "Saturday 4 April"),
    ],
)  # fmt: skip
async def test_for_a_time_lasts_as_long_as_that_time(talk: Talk, said: str, until: str) -> None:
    """“For” a day ends when the day does, “until” a day as it begins."""
    assert f" until {until}." in (await talk.say(said)).splitlines()[0]


@pytest.mark.parametrize("said", ["mute s42", "mute 2", "mute it", "mute this for good", "mute the cranes one"])
async def test_muting_a_signal(talk: Talk, said: str) -> None:
    """A signal is muted by id, number, words, or as the one talked about."""
    await briefed(talk)
    await talk.say("why 2")
    assert (await talk.say(said)).startswith("Muted “Driverless cranes are closing Noordhaven as dockers strike”")


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("mute AI until hell", "“hell” is no time I can follow"),
        ("mute AI for 99999d", "“99999d” is no time I can follow"),
        ("mute AI until 1 march 2020", "“1 march 2020” is over already"),
        ("mute everything", "“pause” stops the brief here"),
        ("mute for 7d", "“pause” stops the brief here"),
        ("mute s42.a9", "s42 carries no a9"),
        ("mute s99.a1", "There is no s99"),
        ("mute s99", "There is no s99"),
        ("mute", "Say what to mute"),
        ("mute it all, all the time and then some more of it", "I know no category"),
        ("mute *", "I know no category"),
        ("mute yourself", "“pause” stops the brief here"),
    ],
)
async def test_mutes_that_are_refused(talk: Talk, said: str, answered: str) -> None:
    """What cannot be muted is refused in a sentence, and nothing changes."""
    assert (await talk.say(said)).startswith(answered)
    assert await talk.store.channels.mutes(talk.channel.id, MORNING) == ()


async def test_muting_from_a_signal(talk: Talk) -> None:
    """The card's button offers what the signal carries and for how long, as a form that ends in a command."""
    answer = await talk.say("mute from s42")
    assert "economic, social, trade, Netherlands, Harbour Union, Nordline, Asahi Ledger, Gazette do Sul" in answer
    form = next(block for block in talk.heard[-1].message.blocks if isinstance(block, Form))
    what, long = form.fields
    filled = form.command.format(what=dict(what.options)["Nordline (actor)"], long=dict(long.options)["a week"])
    assert filled == "mute s42.a2 7d"
    assert (await talk.say(filled)).startswith("Muted Nordline until Friday 3 April")
    assert (await talk.say(form.command.format(what="s42", long="for good"))).startswith("Muted “Driverless")


async def test_mutes_and_unmute(talk: Talk) -> None:
    """Each mute is listed with its end and a button; unmuting one says so, unmuting a stranger says what is muted."""
    assert await talk.say("mutes") == "Nothing is muted here."
    assert await talk.say("unmute AI") == "Nothing is muted here."
    await talk.say("mute AI for 7d")
    await talk.say("mute EU")
    listed = await talk.say("mutes")
    assert "- AI, until Friday 3 April, 09:30 (topic; muted by Anna)" in listed
    assert "- European Union, for good (place; muted by Anna)" in listed
    assert (await talk.say("unmute Norway")).startswith("“Norway” is not muted here; muted are: AI, European Union.")
    assert (await talk.say("unmute eu")).startswith("Unmuted European Union: it is heard here again.")
    await talk.say("mutes")
    assert (await talk.say(talk.buttons["Unmute AI"])).startswith("Unmuted AI")
    await talk.say("mute AI, water 1d")
    assert (await talk.say("unmute all")).startswith("Unmuted AI and water.")


async def test_undo(talk: Talk) -> None:
    """Undo takes back the last change, whatever it was, and then the one before; it says the state."""
    await talk.say("bar 8")
    await talk.say("mute AI for 7d")
    assert (await talk.say("undo")).splitlines()[:2] == [
        "Undone: muted AI until Friday 3 April, 09:30.",
        f"The bar is 8, a brief holds at most 5 signals, nothing is muted. {NEXT}",
    ]
    assert "Undone: set the bar to 8." in await talk.say("undo")
    assert (await talk.settings()).bar == 6
    assert await talk.say("undo") == "There is nothing to undo here."


async def test_an_old_undo_button_takes_back_its_own_change_alone(talk: Talk) -> None:
    """Where something has changed since, it says what, and offers to take that back first."""
    await talk.say("bar 8")
    old = talk.buttons["Undo"]
    await talk.say("mute AI for 7d")
    since = "Since then Anna muted AI until Friday 3 April, 09:30, today at 08:30: that is taken back first."
    assert (await talk.say(old)).splitlines()[0] == since
    assert (await talk.settings()).bar == 8
    assert "Undone: muted AI" in await talk.say(talk.buttons["Undo that"])
    assert "Undone: set the bar to 8." in await talk.say(old)
    assert await talk.say(old) == "That is undone already: set the bar to 8."
    assert (await talk.settings()).bar == 6


async def test_only(talk: Talk) -> None:
    """The channel hears of what is named alone, until `only off`; an unknown word changes nothing."""
    assert (await talk.say("only water, EU")).splitlines()[:2] == [
        "From now on this channel hears of water and European Union (with its 27 members) alone.",
        "Of the last 7 days that is 2 signals.",
    ]
    assert "Nimbus" not in await talk.say("brief")
    assert "This channel hears of water and European Union alone." in await talk.say("mutes")
    assert "so nothing has changed" in await talk.say("only blorp")
    assert [label.value for label in (await talk.settings()).only] == ["water", "EU"]
    assert "“only off” ends that" in await talk.say("only")
    assert (await talk.say("only off")).startswith("This channel hears of everything again.")
    assert await talk.say("only off") == "This channel hears of everything already."
    assert "“only” takes categories" in await talk.say("only s42")


# --- when and how much -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "first_line"),
    [
        ("at 07:00", "The next brief comes on Monday 30 March at 07:00 (Europe/Rome)."),
        ("at 18:30", "The next brief comes on Friday 27 March at 18:30 (Europe/Rome)."),
        ("at 08:00 New York daily", "The next brief comes on Friday 27 March at 08:00 (America/New_York)."),
        ("at sat-sun 9am", "The next brief comes on Saturday 28 March at 09:00 (Europe/Rome)."),
        ("at tokyo", "The next brief comes on Monday 30 March at 07:30 (Asia/Tokyo)."),
        ("at 6.15 in London on mon, wed and fri", "The next brief comes on Monday 30 March at 06:15 (Europe/London)."),
        ("at 8 in the morning", "The next brief comes on Monday 30 March at 08:00 (Europe/Rome)."),
        ("at 07:30 on mondays and thursdays", "The next brief comes on Monday 30 March at 07:30 (Europe/Rome)."),
        ("at half past six every day", "The next brief comes on Saturday 28 March at 06:30 (Europe/Rome)."),
        ("at 9 instead please", "The next brief comes on Friday 27 March at 09:00 (Europe/Rome)."),
        ("at quarter to nine in the evening", "The next brief comes on Friday 27 March at 20:45 (Europe/Rome)."),
        ("at daily", "The next brief comes on Saturday 28 March at 07:30 (Europe/Rome)."),
    ],
)
async def test_when_the_brief_comes(talk: Talk, said: str, first_line: str) -> None:
    """A time, a zone and weekdays in any order; the answer is the next brief in local time."""
    assert (await talk.say(said)).splitlines()[0] == first_line
    assert talk.buttons == {"Undo": "undo 1"}


async def test_when_the_brief_comes_is_kept(talk: Talk) -> None:
    """What is not named stays; `at` alone says the next one; a date that has had its brief is passed over."""
    await talk.say("at 06:15 America/New_York mon-sun")
    kept = await talk.settings()
    assert (kept.at, kept.timezone, kept.days) == (time(6, 15), "America/New_York", times.DAYS)
    await talk.say("at 07:30 rome")
    assert (await talk.settings()).days == times.DAYS
    assert (await talk.say("at")).startswith("The next brief comes on Saturday 28 March at 07:30 (Europe/Rome).")
    await briefed(talk)
    assert (await talk.say("at 20:00")).startswith("The next brief comes on Saturday 28 March at 20:00")
    assert (await talk.say("at 20:00")).startswith("It is set so already.")


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("at 25:00", "“25:00” is not a time of day: write 07:30."),
        ("at noonish", "“noonish” is neither a time of day, nor a zone, nor weekdays"),
        ("at 07:30 EST", "“EST” is neither"),
        ("bar 11", "The bar is a strength from 1 to 10: “bar 6”."),
        ("bar high", "The bar is a strength from 1 to 10: “bar 6”."),
        ("bar", "The bar is 6: signals of at least that strength are told here."),
        ("most 0", "A brief holds 1 to 50 signals: “most 5”."),
        ("most", "A brief holds at most 5 signals here."),
        ("bar 6", "The bar is 6 already."),
        ("most 5", "It is 5 already."),
        ("pause until yesterday", "“until yesterday” is no time I can follow"),
        ("pause for a second", "“for a second” is over before the next brief"),
        ("resume", f"The brief is not paused here. {NEXT}"),
        ("quiet", "A quiet morning says nothing here"),
        ("quiet off", "“quiet” is off already."),
    ],
)
async def test_settings_that_change_nothing(talk: Talk, said: str, answered: str) -> None:
    """What is wrong, asked for, or so already is one sentence, and there is nothing to undo."""
    before = await talk.settings()
    assert (await talk.say(said)).startswith(answered)
    assert await talk.settings() == before
    assert await talk.say("undo") == "There is nothing to undo here."


async def test_bar_most_quiet(talk: Talk) -> None:
    """A changed setting says the new state and the old."""
    assert (await talk.say("bar 8")).startswith(
        "The bar is 8 now: signals of at least that strength are told here (it was 6)."
    )
    assert (await talk.say("most 1")).startswith("A brief holds at most 1 signal here now (it was 5).")
    assert (await talk.say("quiet on")).startswith("A quiet morning says so here in one line now.")
    kept = await talk.settings()
    assert (kept.bar, kept.most, kept.quiet_line) == (8, 1, True)


async def test_pause_and_resume(talk: Talk) -> None:
    """A pause says its end and the next brief; without an end it lasts until `resume`."""
    assert (await talk.say("pause 7d")).splitlines()[:2] == [
        "The brief is paused here until Friday 3 April, 09:30.",
        "The next brief comes on Monday 6 April at 07:30 (Europe/Rome).",
    ]
    assert (await talk.say("pause until monday")).splitlines()[1] == NEXT
    assert (await talk.say("pause")).startswith("The brief is paused here until “resume”.")
    assert "The brief is paused here; “resume” starts it again." in await talk.say("status")
    assert (await talk.say("resume")).startswith(f"The brief comes here again. {NEXT}")
    paused_until = (await talk.settings()).paused_until
    assert paused_until is not None  # what fell into the pause stays in it
    assert paused_until <= talk.clock.now()


async def test_an_earlier_time_tells_today_at_once(talk: Talk) -> None:
    """Where `at` is moved to before now and today was not told, today's brief comes now; told, it comes no more."""
    await talk.say("at 18:30")
    talk.clock.advance(24 * 3600)  # it is Saturday 28 March, 08:30 in Rome
    assert (await talk.say("at 08:00 daily")).startswith("Today’s brief comes now.")
    talk.clock.advance(7 * 3600)  # past catching up
    assert (await talk.say("at 09:00")).startswith("The next brief comes on Sunday 29 March at 09:00 (Europe/Rome).")


async def test_a_slot_that_fell_into_a_pause_is_not_now(talk: Talk) -> None:
    """Resumed after the slot of the day, or with a time within the pause, today's brief comes no more."""
    await talk.say("at 18:30 daily")
    await talk.say("pause")
    talk.clock.advance(10 * 3600)  # it is Friday 27 March, 18:30 and some seconds in Rome
    tomorrow = "The next brief comes on Saturday 28 March at 18:30 (Europe/Rome)."
    assert (await talk.say("resume")).startswith(f"The brief comes here again. {tomorrow}")
    assert "comes now" not in await talk.say("at 18:00")
    assert "comes now" not in await talk.say("at 18:30")
    talk.clock.advance(600)
    assert (await talk.say("at 18:35")).startswith("Today’s brief comes now.")  # this slot came after the pause


@pytest.mark.parametrize(
    ("since", "late", "comes"), [(0, 3600, True), (0, 3601, False), (-60, 60, True), (1, 60, False)]
)
async def test_a_slot_that_has_just_passed_is_caught_up(talk: Talk, since: int, late: int, comes: bool) -> None:
    """Within the time of catching up, its last second included, in a channel that is there since the slot or before."""
    slot = MORNING.replace(hour=6, minute=0)
    channel = await talk.store.channels.get(1)
    assert channel is not None
    settings = replace(channel.settings, at=time(6), timezone="UTC", paused_until=None)
    channel = replace(channel, created=slot + timedelta(seconds=since), settings=settings)
    assert await _overdue(talk.store, channel, slot + timedelta(seconds=late), 3600.0) is comes


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["mute AI", "unmute AI", "only AI", "at 08:00", "bar 7", "pause", "resume", "undo"])
async def test_settings_are_for_those_who_may(talk: Talk, said: str) -> None:
    """Who may not set is refused in one sentence, alone, and nothing changes; asking is open to all."""
    answer = await talk.say(said, asker=GUEST)
    assert answer == "Only those who run this channel may change its settings; asking is open to all."
    assert talk.heard[-1].audience is Audience.ASKER
    assert (await talk.settings()).bar == 6
    assert await talk.store.channels.mutes(talk.channel.id, MORNING) == ()
    assert "Nimbus" in await talk.say("why s41", asker=GUEST)


async def test_sources_are_the_operators(talk: Talk) -> None:
    """Anybody sees what is read; the operator alone changes it."""
    assert "4 sources of 4 publishers, 0 failing." in await talk.say("sources", asker=GUEST)
    for said in ("sources add https://new.example/feed", "sources drop Gazette"):
        assert (await talk.say(said, asker=GUEST)).startswith("Only the operator of this bot may change what it reads")
    assert len(await talk.store.sources.all()) == 4


async def test_a_change_says_who_made_it(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where others are listening, a changed setting is said in the channel with who changed it."""
    assert "Changed by" not in await talk.say("bar 7")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:x")
    from bot.model.settings import load

    talk.context = replace(talk.context, settings=load())
    assert "Changed by Anna." in await talk.say("bar 8", thread="t1")
    assert talk.heard[-1].audience is Audience.HOME


# --- what is read ----------------------------------------------------------------------------------------------------


async def test_sources_fail_first(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list begins with what fails, and why; no source is compared with the others, who may be thousands."""
    (gazette,) = [each for each in await talk.store.sources.all() if each.name == "Gazette do Sul"]
    failing = SourceHealth(gazette.id, checked_at=MORNING, failures=3, error="The server answered 503.")
    from bot.model.feed import Check

    await talk.store.sources.record(Check(failing), MORNING)
    with monkeypatch.context() as patched:
        patched.setattr(Source, "__eq__", None)  # whoever compares two raises
        listed = (await talk.say("sources")).splitlines()
    assert listed[0] == "4 sources of 4 publishers, 1 failing."
    assert listed[1] == "- Gazette do Sul: failing, 3 times in a row: The server answered 503."
    assert listed[2] == "- Asahi Ledger: 9 entries, read at 08:30"
    assert "failing: Gazette do Sul. “sources” says why." in await talk.say("status")


async def test_adding_a_source(talk: Talk) -> None:
    """The feed is read first; what it holds is said; what cannot be read or is there already is not added."""
    url = "https://news.lumo.example/feed.xml?a=b&c"
    entries = (Entry("Old news", published=MORNING - timedelta(days=3)), Entry("New news", published=MORNING))
    talk.web.known[url] = Fetched(FeedDocument(entries, "Lumo News", "en"), None, None, None, None)
    answer = await talk.say(f"sources add <{url}>")
    assert "Added Lumo News" in answer
    assert "2 entries, the newest of Friday 27 March: “New news”. It is read from the next look on." in answer
    assert [reply.final for reply in talk.heard] == [False, True]
    assert url in [each.url for each in await talk.store.sources.all()]
    assert await talk.say(f"sources add {url}") == "Lumo News is read already, from that address."
    assert await talk.say("sources add https://gone.example/feed") == (
        "https://gone.example/feed was not added. The server answered 404: there is nothing at this address."
    )
    assert (await talk.say("sources add gone")).startswith("“gone” is no address")
    assert await talk.say("sources add") == "Write “sources add URL” or “sources drop NAME”."


async def test_a_source_that_needs_a_model_says_so(talk: Talk) -> None:
    """When it is added, and in the list; by the feed's own word for its language, else by its titles."""
    talk.context = replace(talk.context, analyst=Extractive())
    url = "https://news.kesa.example/feed.xml"
    document = FeedDocument((Entry("政府が半導体の輸出を禁止した", published=MORNING),), "Kesa Shimbun", None)
    talk.web.known[url] = Fetched(replace(document, language="ja"), None, None, None, None)
    added = await talk.say(f"sources add {url}")
    assert "It is in Japanese, which needs a model to be read" in added
    assert ": not asked yet; in Japanese, which needs a model to be read" in await talk.say("sources")
    talk.web.known["https://other.example/feed"] = Fetched(document, None, None, None, None)
    assert "It is in Japanese" in await talk.say("sources add https://other.example/feed")
    assert (await talk.say("sources")).count("in Japanese, which needs a model") == 2


async def test_what_could_not_be_read_is_counted(talk: Talk) -> None:
    """In the status and above the sources: how many articles of the last day, and in which languages."""
    (kept,) = await make.stored(talk.store, make.article(99, "政府。", sha256="99", language="ja", fetched=MORNING))
    why = "It is in Japanese, which needs a model to be read."
    await talk.store.signals.save(Batch(readings=(Unread(kept.id, why),)), MORNING)
    assert "- Not read: 1 article in Japanese needs a model." in await talk.say("status")
    assert "1 article in Japanese needs a model." in (await talk.say("sources")).splitlines()[0]


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("daily", [1]), ("“Daily”", [1]), ("https://b.example/feed", [2]), ("#2", [2]), ("daily mirror", [2]),
        ("mirror", [2]), ("house", [1, 2]), ("https://c.example/feed", []), ("#3", []),
    ],
)  # fmt: skip
def test_a_source_goes_by_its_name_its_address_or_a_part(said: str, ids: list[int]) -> None:
    """Where the words are all of a name or an address, that source is meant, and none whose name holds them."""
    house = Publisher("house.example", "House")
    known = [
        Source(number, f"https://{host}.example/feed", name, house, None, (), 1.0)
        for number, (host, name) in enumerate((("a", "Daily"), ("b", "Daily Mirror")), 1)
    ]
    assert [each.id for each in _matching(said, known)] == ids


async def test_dropping_a_source(talk: Talk) -> None:
    """By name or a part of it; of several it asks with buttons that carry ids."""
    assert (await talk.say("sources drop asahi")).startswith("Asahi Ledger is not read any more.")
    assert await talk.say("sources drop asahi") == "No source is called “asahi”; “sources” lists them."
    assert (await talk.say("sources drop er")).startswith("Which one is to be dropped?")
    assert (await talk.say(talk.buttons["Kesa Courier"])).startswith("Kesa Courier is not read any more.")
    assert [each.name for each in await talk.store.sources.all()] == ["Gazette do Sul", "Meridian Times"]


# --- the bot ---------------------------------------------------------------------------------------------------------


async def test_status(talk: Talk) -> None:
    """The last look, the last brief and its outcome, why it was quiet, the next brief, and what did not arrive."""
    assert "Last look: none yet." in await talk.say("status")
    await talk.store.runs.record(RunReport(MORNING, MORNING, checked=4, failed=1, articles=3, opened=2, changed=1))
    quiet = await briefs.edition(
        talk.store, replace(talk.channel, settings=replace(talk.channel.settings, bar=9)), MORNING.date(), MORNING
    )
    assert isinstance(quiet, Quiet)
    await talk.store.briefs.record(talk.channel, quiet, (), MORNING)
    status = await talk.say("status")
    assert (
        "- Last look: today at 08:30: 4 sources asked, 1 failed; 3 new articles, 2 signals opened, 1 changed." in status
    )
    assert (
        "- Last brief: today, quiet: Nothing new reached the bar of 9 since 07:30 on Thursday. Nearest: Nimbus"
        in status
    )
    assert NEXT in status
    why = await talk.say("why was it quiet today?")
    assert why.startswith("Quiet · Friday 27 March. Nothing new reached the bar of 9 since 07:30 on Thursday.")


async def test_status_tells_of_what_did_not_arrive(talk: Talk) -> None:
    """A delivery that is dead is in `status`, with the reason."""
    await briefed(talk)
    for outcome in (NotSent("busy"), Permanent("The chat was deleted.")):
        claimed = await talk.store.outbox.claim(talk.clock.now(), ["console"])
        assert claimed is not None
        await talk.store.outbox.settle(claimed.id, outcome, talk.clock.now(), talk.clock.now())
    status = await talk.say("status")
    assert (
        "Brief of Friday 27 March to this terminal could not be delivered: The chat was deleted. “brief” shows it as of"
        in status
    )


async def test_a_private_conversation_begins_with_start(talk: Talk) -> None:
    """The brief comes to one person once they say so, and not for a morning before."""
    await talk.store.channels.save(replace(talk.channel, settings=replace(talk.channel.settings, paused_until=FOREVER)))
    assert "paused here" in await talk.say("at", private=True)
    assert NEXT in await talk.say("start", private=True)
    assert talk.channel.settings.paused_until == FOREVER
    kept = await talk.store.channels.get(talk.channel.id)
    assert kept
    assert kept.settings.paused_until is not None
    assert kept.settings.paused_until <= talk.clock.now()


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("I think they are right, more or less", False),
        ("Bob, have you seen this", False),
        ("did the price fall?", True),
        ("why so weak", False),
        ("why 1 so weak", True),
        ("strength 1", True),
        ("mutes", False),
        ("help", False),
        ("#2", True),
        ("3", False),
    ],
)
async def test_people_may_talk_with_each_other(talk: Talk, said: str, heard: bool) -> None:
    """In a thread of ours, what is not addressed to us is answered where it names the brief or has an answer."""
    await briefed(talk)
    assert bool(await talk.replies(said, addressed=False)) is heard


async def test_start_and_claim(talk: Talk) -> None:
    """`start` says what the bot does here and when; a claim takes the code that was printed, once."""
    assert NEXT in await talk.say("/start")
    assert await talk.say("claim 1234") == "You operate this bot already."
    assert (await talk.say("claim 1234", asker=GUEST)).startswith("This bot has its operator")
    await talk.store.memory.keep("claim code", "1234")
    assert (await talk.say("claim 999", asker=GUEST)).startswith("That is not the code")
    assert (await talk.say("/claim 1234", asker=GUEST)).startswith("You operate this bot from now on.")
    assert (await talk.say("claim 1234", asker=replace(GUEST, id="U3"))).startswith("This bot has its operator")


async def test_help(talk: Talk) -> None:
    """`help` is five sentences with buttons; `help all` lists what one may use; `help mute` tells all of one."""
    said = (await talk.say("help")).splitlines()[0]
    assert said.count(". ") == 4
    assert talk.buttons == {
        "Brief now": "brief", "Mute …": "mute", "When …": "at", "Sources": "sources", "All commands": "help all",
    }  # fmt: skip
    listed = await talk.say("help all")
    usable = [command for command in COMMANDS if command.name != "claim"]
    assert all(f"- {command.usage}: {command.summary}" in listed for command in usable)
    assert "A region hides its members too." in await talk.say("help mute")
    assert await talk.say("help mtue") == (
        "There is no command “mtue”; “help all” lists what there is.\n[help mute] help mute"
    )
    assert "Say a command or a question" in await talk.say("  ")


async def test_each_sees_the_commands_they_may_use(talk: Talk) -> None:
    """The operator's are the operator's to see; who may not set sees no settings; `claim` is for who is none yet."""
    guest = await talk.say("help all", asker=GUEST)
    assert "- why [signal]" in guest
    assert "- claim CODE" in guest
    assert not any(f"- {name}" in guest for name in ("mute X", "bar 6", "allow", "questions"))
    member = await talk.say("help all", asker=replace(GUEST, may_set=True))
    assert "- mute X" in member
    assert "- allow" not in member


@pytest.mark.parametrize(
    ("said", "now", "would", "button"),
    [
        ("bar 7?", "The bar is 6 here.", "Of the 3 signals of the last 30 days 2 reach it; 2 would reach 7.", "bar 7"),
        ("bar 8?", "The bar is 6 here.", "2 reach it; 1 would reach 8.", "bar 8"),
        ("most 1?", "A brief holds at most 5 signals here.", "Of the 1 brief of the last 30 days 1 held more than 1.",
         "most 1"),
        ("most 9?", "A brief holds at most 5 signals here.", "0 had to leave something out.", "most 9"),
        ("only AI?", "This channel hears of everything.", "Of the last 30 days 1 signal is about AI.", "only AI"),
        ("only off?", "This channel hears of everything.", "", "only off"),
        ("mute AI?", "AI is not muted here.", "hidden 1 signal of the last 30 days: Nimbus", "mute AI"),
        ("mute AI for a week?", "AI is not muted here.", "hidden 1 signal of the last 30 days", "mute AI for a week"),
        ("mute trump?", "“trump” is not muted here.", "hidden nothing of the last 30 days.", "mute trump"),
        ("daily?", "The brief comes at 07:30 Europe/Rome, mon-fri.", "the next brief comes on Saturday", "at daily"),
        ("at 9?", "The brief comes at 07:30 Europe/Rome, mon-fri.", "With 09:00 Europe/Rome", "at 9"),
        ("alert 8?", "Nothing is told here at once.", "1 signal would have reached 8.", "alert 8"),
        ("pause for a week?", "The next brief comes on", "would last until Friday 3 April", "pause for a week"),
        ("quiet on?", "A quiet morning says nothing here.", "1 morning on record in the last 30 days 0", "quiet on"),
        ("resume?", "The next brief comes on", "", "resume"),
        ("language it?", "Briefs and answers here are in English.", "needs Claude", "language it"),
        ("useful 1?", "Asking changes nothing; the button does it.", "", "useful 1"),
        ("forget?", "Asking changes nothing; the button does it.", "", "forget"),
        ("undo?", "Asking changes nothing; the button does it.", "", "undo"),
        ("can you mute AI?", "AI is not muted here.", "hidden 1 signal", "mute AI"),
    ],
)  # fmt: skip
async def test_what_ends_in_a_question_mark_changes_nothing(
    talk: Talk, said: str, now: str, would: str, button: str
) -> None:
    """It says what is set and what it would have told lately, with a button that sets it."""
    await briefed(talk)
    before = await talk.settings()
    answer = await talk.say(said)
    assert answer.startswith(now)
    assert would in answer
    assert button in talk.buttons.values()
    assert await talk.settings() == before
    assert await talk.store.channels.mutes(talk.channel.id, MORNING) == ()
    assert await talk.store.channels.verdicts() == (0, 0)


async def test_a_wrong_value_is_refused_also_as_a_question(talk: Talk) -> None:
    """What cannot be set is said as it is without the question mark."""
    assert await talk.say("bar 70?") == "The bar is a strength from 1 to 10: “bar 6”."
    assert (await talk.say("bar?")).startswith("The bar is 6")
    assert (await talk.say("mute?")).startswith("Say what to mute")


async def test_hi_greets_and_start_begins(talk: Talk) -> None:
    """A greeting begins nothing; the daily brief begins by the button under it, or by `start`."""
    await talk.store.channels.save(replace(talk.channel, settings=replace(talk.channel.settings, paused_until=FOREVER)))
    assert "The daily brief has not begun here yet." in await talk.say("hi", private=True)
    assert (await talk.settings()).paused_until == FOREVER
    assert NEXT in await talk.say(talk.buttons["Start the daily brief"], private=True)
    assert (await talk.settings()).paused_until != FOREVER
    assert NEXT in await talk.say("hello", private=True)
    assert talk.buttons == {"Brief now": "brief", "Help": "help"}


async def test_an_offer_for_who_may_not_set_is_refused(talk: Talk) -> None:
    """Asking is open to all; what they may not do is not offered them."""
    for said in ("too many", "most 3?"):
        answer = await talk.say(said, asker=GUEST)
        assert answer.startswith("A brief holds at most 5 signals here.")
        assert answer.endswith("Only those who run this channel may change its settings; asking is open to all.")


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("status foo", "“status” takes no words, so I do not know what “foo” is to do."),
        ("resume tomorrow", "“resume” takes no words"),
        ("undo that slide", "“undo” takes back the last change here, and not “that slide”."),
        ("mutes yesterday", "“mutes” takes no words"),
    ],
)
async def test_words_too_many_are_not_dropped(talk: Talk, said: str, answered: str) -> None:
    """A command with words that it does not take is not run: the words are said back, with the command as a button."""
    await talk.say("bar 8")
    assert (await talk.say(said)).startswith(answered)
    assert list(talk.buttons.values()) == [said.split(maxsplit=1)[0]]
    assert (await talk.settings()).bar == 8


async def test_help_leads_on(talk: Talk) -> None:
    """“Mute …” and “When …” offer something to press."""
    await talk.say("mute")
    assert len(talk.buttons) == 3
    assert (await talk.say(next(iter(talk.buttons.values())))).startswith("Muted ")
    await talk.say("at")
    assert talk.buttons["At 08:30"] == "at 08:30"


@pytest.mark.parametrize(
    ("said", "button"),
    [
        ("make it shorter", "bar 7"), ("send me only AI", "only AI"), ("only AI news please", "only AI"),
        ("I'm away until monday", "pause until monday"), ("we are on holiday next week", "pause next week"),
        ("add Reuters", "sources"), ("what about 2?", "evidence s42"),
    ],
)  # fmt: skip
async def test_further_requests(talk: Talk, said: str, button: str) -> None:
    """Each is offered as a command, or answered."""
    await briefed(talk)
    before = await talk.settings()
    await talk.say(said)
    assert button in talk.buttons.values()
    assert await talk.settings() == before


async def test_what_is_not_understood_is_said(talk: Talk) -> None:
    """A statement that neither requests nor asks is answered by a sentence, and never by “The sources do not say”."""
    await briefed(talk)
    await talk.say("why 2")
    assert (await talk.say("my cat is called Ferdinand and he likes tuna")).startswith("I am not sure what you would")
    assert talk.buttons == {"Why?": "why s42", "Help": "help", "Brief now": "brief"}


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("mtue AI", "mute AI"),
        ("muet AI for 7d", "mute AI for 7d"),
        ("statsu", "status"),
        ("shwo 2", "show 2"),
        ("wyh 1", "why 1"),
    ],
)
async def test_a_slip_is_offered_mended(talk: Talk, said: str, offered: str) -> None:
    """A mistyped command does nothing and is no question: the command it is near is a button."""
    assert "Did you mean" in await talk.say(said)
    assert talk.buttons == {offered: offered}


@pytest.mark.parametrize("said", ["graph 2", "frobnicate"])
async def test_unknown_commands(talk: Talk, said: str) -> None:
    """A word that is no command and names nothing is said to be unknown, with the nearest there are."""
    assert (await talk.say(said)).startswith(f"I do not know “{said}”, and no signal goes by it.")
    assert talk.buttons == {"Help": "help", "Brief now": "brief"}


@pytest.mark.parametrize("said", ["most of the ships pass Noordhaven by?", "only why did ships pass Noordhaven by?"])
async def test_questions_that_begin_with_a_command(talk: Talk, said: str) -> None:
    """A question that begins with a command's name changes no setting."""
    await talk.say(said)
    assert await talk.say("undo") == "There is nothing to undo here."


async def test_a_merged_signal_answers_to_both_its_ids(talk: Talk) -> None:
    """Ids are for ever: the absorbed signal's id leads to the survivor."""
    survivor = await talk.store.signals.get(41)
    assert survivor is not None
    await talk.store.signals.save(Batch(signals=(survivor,), merged=((43, 41),)), MORNING)
    assert (await talk.say("why s43")).startswith("Nimbus Memory’s method")


# --- the words themselves --------------------------------------------------------------------------------------------


def test_every_command_explains_itself() -> None:
    """Each has a usage that begins with its name, a summary of one line and details; no word means two commands."""
    assert len(TABLE) == sum(1 + len(command.aliases) for command in COMMANDS)
    for command in COMMANDS:
        assert command.usage.split()[0] == command.name
        assert len(command.summary) < 80
        assert command.details.endswith((".", "”"))


@pytest.mark.parametrize(
    ("words", "what", "tail"),
    [
        ("AI for a week", "AI", "a week"), ("AI 7d", "AI", "7d"), ("AI until friday", "AI", "until friday"),
        ("Centre for Policy", "Centre for Policy", ""), ("Baltimore Sun", "Baltimore Sun", ""),
        ("Centre for Policy for 2 weeks", "Centre for Policy", "2 weeks"), ("AI for good", "AI", "for good"),
        ("AI till 3 april", "AI", "until 3 april"), ("AI two weeks", "AI", "two weeks"),
        ("AI for tomorrow", "AI", "for tomorrow"),
    ],
)  # fmt: skip
def test_how_long(words: str, what: str, tail: str) -> None:
    """A name may hold "for" and end in a weekday's name; only what can be a time is taken for one."""
    found = lasting(words, MORNING, "UTC")
    assert (found.what, found.tail) == (what, tail)
    again = lasting(f"{what} {tail}".strip(), MORNING, "UTC")
    assert (again.what, again.until) == (found.what, found.until)


@pytest.mark.parametrize("word", ["how", "who", "what", "shoes", "cost", "wat", "is", "barn owl"])
def test_ordinary_words_are_no_slips(word: str) -> None:
    """A word of its own is left alone."""
    assert near_miss(word, NAMES) is None


def test_addresses_keep_their_marks() -> None:
    """Closing marks go, but not out of an address."""
    assert parse("sources add https://a.example/?q=why?", TABLE).words == "add https://a.example/?q=why?"
    assert parse("why 2?!", TABLE).words == "2"


@given(said=st.text(max_size=60))
@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_is_taken_apart(said: str) -> None:
    """Whatever is said is a known command or free text, and nothing of it raises."""
    found = parse(said, TABLE)
    assert found.name is None or found.name in TABLE
    lasting(found.words, MORNING, "UTC")


@pytest.mark.parametrize(
    "said",
    [
        "mute {0} for {1}", "why s999999999999999999999", "mute s1.a99999999999", "bar 999999999999", "sources drop [",
        "only (",
        "unmute *", "signals \" OR 1=1 --", "signals NEAR(", "why \x00", "mute 😀 for 7d", "at ٧:٣٠", "help \ud800",
        "mute " + "x" * 5000, "sources add http://[", "#", "why #", "s", "?!", "sources add https://",
        "why -1", "most 1e3",
    ],
)  # fmt: skip
async def test_hostile_words(talk: Talk, said: str) -> None:
    """Nothing that can be typed breaks an answer or changes a setting."""
    before = await talk.settings()
    assert await talk.say(said)
    assert await talk.settings() == before
    assert all(len(each.command.encode()) <= 64 for each in choices(talk.heard[-1].message))


async def test_two_at_once(talk: Talk) -> None:
    """Questions beside each other get each their own answer."""
    one, two = await asyncio.gather(talk.say("why s41", asker=ANNA), talk.say("why s42", asker=ANNA))
    assert one.startswith("Nimbus")
    assert two.startswith("Driverless")
    await checked(talk.store)


async def test_a_few_words_name_what_there_is(talk: Talk) -> None:
    """Words that ask nothing list the signals that go by them; the one found is then talked about."""
    assert (await talk.say("chips")).startswith("1 signal about “chips”:\n- s41  Nimbus Memory’s method")
    assert (await talk.say("what is related?")).startswith("Nothing else in the archive is related to it.")
    assert "s41" in (await talk.say("mute")).splitlines()[0]
    assert (await talk.say("related to s42?")).splitlines()[0] in (
        "Nothing else in the archive is related to it.",
        "Nearest to it in the archive:",
    )


async def test_alert(talk: Talk) -> None:
    """Told at once from a strength on, from now on; the settings say so; off ends it."""
    assert (await talk.say("alert")).startswith("Nothing is told here at once.")
    said = await talk.say("alert 9")
    assert said.startswith("From now on a signal that reaches 9 is told here at once, at most 3 alerts a day.")
    settings = await talk.settings()
    assert (settings.alert, settings.alert_from) == (9, talk.clock.now() - timedelta(seconds=1))
    assert (await talk.say("alert")).startswith("Signals that reach 9 are told here at once.")
    assert await talk.say("alert 9") == "It is 9 already."
    assert "from 1 to 10" in await talk.say("alert loud")
    assert "What reaches 9 is told at once." in await talk.say("status")
    assert (await talk.say("alert off")).startswith("Nothing is told here at once any more.")
    assert await talk.say("alert off") == "Nothing is told here at once, as it is."
    assert (await talk.settings()).alert is None


async def test_of_several_that_words_may_name_the_last_talked_about_is_meant(talk: Talk) -> None:
    """“Why is it economic?” fits two signals; after a question about one of them it is about that one."""
    assert "Which one do you mean?" in await talk.say("why is it economic?", thread="fresh")
    await talk.say("why s42", thread="t9")
    assert "Which one do you mean?" not in await talk.say("why is it economic?", thread="t9")
