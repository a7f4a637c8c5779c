"""What goes wrong between the bot and Telegram: limits, lost answers, no network, the unreadable, a revoked token."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from bot.briefing.service import local_date
from bot.delivery.doubts import Doubts
from bot.delivery.operators import Operators
from bot.delivery.outbox import OutboxSender
from bot.model.delivery import DeliveryState, Permanent, Sent, Unknown
from bot.model.errors import PlatformError, PlatformUnreachable, StorageFull
from bot.model.messages import text
from bot.model.outgoing import Delivery
from bot.model.settings import load
from bot.model.stores import Store
from handlers.telegram import events
from handlers.telegram.pace import PATIENCE as LONGEST_WAIT
from handlers.telegram.pace import Pace
from handlers.telegram.platform import diagnose, open_platform
from tests.chat import faulty, states, until
from tests.clock import PATIENCE, FakeClock
from tests.handlers.deaf import Deaf
from tests.handlers.telegram.scene import Scene, opened, running
from tests.servers.telegram import (
    Broken,
    Fault,
    Garbled,
    Limited,
    Lost,
    NoConnection,
    Refused,
    telegram_server,
)
from tests.servers.telegram_chats import Chat


@pytest.fixture
async def scene(store: Store, clock: FakeClock) -> AsyncIterator[Scene]:
    async with opened(store, clock) as scene:
        yield scene


async def delivery(scene: Scene, chat: Chat, words: str = "hello", **fields: object) -> Delivery:
    channel = await scene.channel(chat)
    return Delivery(
        "d1",
        channel.id,
        "telegram",
        channel.address,
        "notice:x",
        1,
        text(words),
        DeliveryState.SENDING,
        **fields,  # type: ignore[arg-type]
    )


async def failed(scene: Scene, chat: Chat) -> bool:
    """Whether the brief was tried and waits to be tried again."""
    [told] = await scene.store.outbox.under((await scene.channel(chat)).id, "brief:2026-03-27")
    return told.state is DeliveryState.PENDING and told.error is not None


# --- sending ----------------------------------------------------------------------------------------------------------


async def test_a_limit_is_waited_out(scene: Scene) -> None:
    """What Telegram asks to be sent later is sent later, and once."""
    await scene.starts(scene.anna)
    scene.telegram.script("sendMessage", Limited(30))
    channel = await scene.channel(scene.anna.chat)
    await scene.briefing.tell(channel, local_date(channel, scene.clock.now()))
    await scene.telegram.until(lambda: [call for call in scene.telegram.called("sendMessage") if call.status is None])
    await until(lambda: failed(scene, scene.anna.chat))
    assert len(scene.telegram.told(scene.anna.chat)) == 1
    scene.clock.advance(31)
    scene.sender.wake()
    await scene.sender.wait_idle("telegram")
    assert len(scene.telegram.told(scene.anna.chat)) == 2


@pytest.mark.parametrize("fault", [Lost(), Garbled(), Broken(502), Broken(502, kept=True), NoConnection()], ids=str)
async def test_what_may_have_landed_is_never_sent_twice(scene: Scene, fault: Fault) -> None:
    """Where the answer to a send is lost, its fate is unknown, and Telegram shows no history to look it up."""
    await scene.starts(scene.anna)
    scene.telegram.script("sendMessage", fault)
    outcome = await scene.chats.send(await delivery(scene, scene.anna.chat))
    assert isinstance(outcome, Unknown)
    assert await scene.chats.find(await delivery(scene, scene.anna.chat)) is None


async def test_a_brief_that_may_not_have_arrived(scene: Scene) -> None:
    """It is said in that chat, with a button that shows it there, and to the operator, once, though we start anew."""
    await scene.starts(scene.anna)
    group = await scene.group("Desk", scene.ben)
    scene.skip(scene.anna.chat)
    scene.skip(group)
    scene.telegram.script("sendMessage", Broken(502))
    channel = await scene.channel(group)
    await scene.briefing.tell(channel, local_date(channel, scene.clock.now()))
    [notice] = await scene.next(group)
    assert notice.words == "Today’s brief may not have arrived."
    [told] = await scene.next(scene.anna.chat)
    assert told.words.startswith("Whether the brief of Friday 27 March arrived in Desk on Telegram is not known: ")
    operators = Operators(scene.store, (f"telegram:{scene.anna.id}",), {"telegram": scene.chats}, scene.clock)
    doubts = Doubts(scene.store, operators, scene.clock)
    async with OutboxSender(scene.store, {"telegram": scene.chats}, scene.clock, doubt=doubts.say).running():
        await scene.settled()
    assert [each.words for each in scene.telegram.told(scene.anna.chat)].count(told.words) == 1
    scene.telegram.presses(scene.ben, notice, "Show it")
    await scene.telegram.until(lambda: notice.words.startswith("The Bellwether · Friday 27 March"))
    assert notice.markup
    assert notice.markup["inline_keyboard"][0][0]["text"] == "Why 1"
    assert len(scene.telegram.told(group)) == 2


async def test_the_operator_is_told_of_a_doubt_in_their_own_chat_once(scene: Scene) -> None:
    """The line with the button is enough."""
    await scene.starts(scene.anna)
    scene.skip(scene.anna.chat)
    scene.telegram.script("sendMessage", Lost())
    channel = await scene.channel(scene.anna.chat)
    await scene.briefing.tell(channel, local_date(channel, scene.clock.now()))
    _, notice = await scene.next(scene.anna.chat, 2)
    assert notice.words == "Today’s brief may not have arrived."
    said = await scene.says(scene.anna, scene.anna.chat, "brief 2026-03-26")
    assert said.words == "There is no brief of 26 March 2026 here."
    assert not [each for each in scene.telegram.told(scene.anna.chat) if each.words.startswith("Whether")]


async def test_without_a_network_nothing_is_lost(scene: Scene) -> None:
    """A send that cannot begin is not sent, and goes later."""
    await scene.starts(scene.anna)
    await scene.telegram.down()
    scene.skip(scene.anna.chat)
    channel = await scene.channel(scene.anna.chat)
    await scene.briefing.tell(channel, local_date(channel, scene.clock.now()))
    await until(lambda: failed(scene, scene.anna.chat))
    await scene.telegram.up()

    async def sent() -> bool:
        """A first try after the outage may meet a connection that has not come up yet, and be repeated later."""
        scene.clock.advance(60)
        scene.sender.wake()
        return await states(scene.store, channel) == ["sent"]

    await until(sent)


async def test_a_chat_that_is_gone_is_left(scene: Scene) -> None:
    """Whose account is gone, or who blocked us unheard, is left, and the operator told."""
    await scene.starts(scene.anna)
    group = await scene.group("Desk")
    scene.skip(scene.anna.chat)
    group.members[scene.telegram.bot.id] = "kicked"
    channel = await scene.channel(group)
    await scene.briefing.tell(channel, local_date(channel, scene.clock.now()))
    [notice] = await scene.next(scene.anna.chat)
    assert "Nothing can be said in Desk on Telegram any more" in notice.words
    assert not (await scene.channel(group)).active


async def test_a_message_that_is_refused_leaves_the_chat_be(scene: Scene) -> None:
    """A refusal of this one message says nothing of the chat."""
    await scene.starts(scene.anna)
    scene.telegram.script("sendMessage", Refused(400, "Bad Request: message is unlucky"))
    outcome = await scene.chats.send(await delivery(scene, scene.anna.chat))
    assert outcome == Permanent("Telegram refuses the message: Message is unlucky", message_only=True)


async def test_entities_that_are_refused(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """The words arrive all the same."""
    await scene.starts(scene.anna)
    scene.skip(scene.anna.chat)
    scene.telegram.script("sendMessage", Refused(400, "Bad Request: can't parse MessageEntity: something new"))
    assert isinstance(await scene.chats.send(await delivery(scene, scene.anna.chat)), Sent)
    [said] = await scene.next(scene.anna.chat)
    assert (said.words, said.entities) == ("hello", [])
    assert "refuses the form" in caplog.text


async def test_an_edit_that_changes_nothing_or_comes_too_late(scene: Scene) -> None:
    """An edit may be repeated; where its message is gone, it is posted."""
    await scene.starts(scene.anna)
    scene.skip(scene.anna.chat)
    await scene.chats.send(await delivery(scene, scene.anna.chat))
    [said] = await scene.next(scene.anna.chat)
    again = await delivery(scene, scene.anna.chat, "hello", replaces=str(said.id))
    assert await scene.chats.edit(again) == Sent(str(said.id))
    assert not said.versions
    scene.telegram.deletes(said)
    assert isinstance(await scene.chats.edit(again), Sent)
    assert scene.anna.chat.last.words == "hello"


# --- limits -----------------------------------------------------------------------------------------------------------


async def test_thirty_messages_to_a_group(scene: Scene) -> None:
    """Twenty a minute and group, one a second and chat: all arrive, and no limit is ever exceeded."""
    group = await scene.group("Desk")
    await scene.starts(scene.anna)
    channel = await scene.channel(group)
    scene.skip(group)
    for number in range(30):
        await scene.store.outbox.put(
            Delivery(
                f"n{number}", channel.id, "telegram", channel.address, f"notice:{number}", 1, text(f"{number}"),
                DeliveryState.PENDING,
            ),
            scene.clock.now(),
        )  # fmt: skip
    scene.sender.wake()
    await scene.next(group, 12)
    private = await scene.says(scene.anna, scene.anna.chat, "/mutes")
    assert "Nothing is muted" in private.words

    async def all_there() -> bool:
        scene.clock.advance(5)
        scene.sender.wake()
        return await scene.store.outbox.idle("telegram")

    await until(all_there)
    assert [each.words for each in scene.telegram.told(group)][-30:] == [str(number) for number in range(30)]
    assert scene.telegram.limits.exceeded == []


async def test_a_turn_that_is_far_is_not_waited_for() -> None:
    """A group that has had its twenty holds nobody up: its turn is named, and another chat's comes at once."""
    clock = FakeClock()
    pace = Pace(now=lambda: clock.now().timestamp(), sleep=clock.sleep)
    for _ in range(20):
        assert await pace.turn(-1) == 0
    begun = clock.now()
    assert LONGEST_WAIT < await pace.turn(-1) < 61
    assert await pace.turn(5) == 0
    assert clock.now() == begun
    for chat in range(6, 60):
        assert await pace.turn(chat) == 0
    assert (clock.now() - begun).total_seconds() >= 1


# --- hearing ----------------------------------------------------------------------------------------------------------


async def test_an_unreadable_update_is_passed_over(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """What the library cannot read is skipped once, and what comes with it and after it is heard."""
    scene.telegram.delivers_unreadable()
    greeting = await scene.starts(scene.anna)
    assert "reads many sources" in greeting.words
    await scene.settled()
    assert "cannot be read and is passed over" in caplog.text
    assert len(scene.telegram.called("getUpdates")) < 12


async def test_an_update_is_handled_once(scene: Scene) -> None:
    """However often it comes."""
    await scene.starts(scene.anna)
    scene.telegram.delivers_again()
    await scene.says(scene.anna, scene.anna.chat, "/mutes")
    assert len(scene.telegram.told(scene.anna.chat)) == 2


async def test_what_was_not_kept_is_asked_for_again(store: Store, clock: FakeClock) -> None:
    """An update is confirmed only when it is kept: with a full disk for a moment nothing is lost."""
    full = faulty(store, "inbox", "accept", 2, StorageFull("The disk is full."))
    async with opened(full, clock) as scene:
        assert "reads many sources" in (await scene.starts(scene.anna)).words


async def test_what_cannot_be_understood_is_passed_over(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours in one update does not stop the next."""
    heard, faults = events.heard, [ValueError("oops")]
    monkeypatch.setattr(
        events, "heard", lambda *given: (_ for _ in ()).throw(faults.pop()) if faults else heard(*given)
    )
    scene.telegram.says(scene.anna, scene.anna.chat, "/mutes")
    assert "reads many sources" in (await scene.starts(scene.anna)).words
    assert "is passed over" in caplog.text
    caplog.clear()


async def test_hours_without_a_network(scene: Scene) -> None:
    """Polling goes on when the network is back, and what was said meanwhile is answered; it was not tried hotly."""
    await scene.starts(scene.anna)
    begun = scene.clock.now()
    await scene.telegram.down()

    async def late() -> bool:
        return (scene.clock.now() - begun).total_seconds() > 4 * 3600

    await until(late)
    scene.telegram.says(scene.anna, scene.anna.chat, "/mutes")
    scene.skip(scene.anna.chat)
    await scene.telegram.up()
    assert "Nothing is muted" in (await scene.next(scene.anna.chat))[0].words


async def test_another_copy_polls(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """Telegram ends our poll for another's: it is said in the log, and polling goes on."""
    caplog.set_level(logging.WARNING)
    scene.telegram.script("getUpdates", Refused(409, "Conflict: terminated by other getUpdates request"))
    await scene.starts(scene.anna)
    await scene.says(scene.anna, scene.anna.chat, "/mutes")
    assert "another copy of the bot asks for news with the same token" in caplog.text


async def test_a_restart_in_the_middle(store: Store, clock: FakeClock) -> None:
    """What was said while the bot was down is answered when it is back."""
    async with telegram_server(now=clock.now) as telegram:
        anna = telegram.user("Anna")
        operators = (f"telegram:{anna.id}",)
        async with running(store, clock, load(**telegram.settings), operators):
            telegram.starts(anna)
            await telegram.until(lambda: telegram.told(anna.chat))
        telegram.says(anna, anna.chat, "/mutes")
        async with running(store, clock, load(**telegram.settings), operators):
            await telegram.until(lambda: len(telegram.told(anna.chat)) == 2)
        telegram.says(anna, anna.chat, "/bar 5")
        async with running(store, clock, load(**telegram.settings), operators) as (_, _, sender):
            await telegram.until(lambda: len(telegram.told(anna.chat)) == 3)
            await sender.wait_idle("telegram")
    assert "The bar is 5 now" in telegram.told(anna.chat)[-1].words


# --- the token --------------------------------------------------------------------------------------------------------


async def test_a_revoked_token_ends_it(scene: Scene) -> None:
    """`ended` says why and what to do."""
    scene.telegram.script("getUpdates", Refused(401, "Unauthorized"))
    scene.telegram.starts(scene.anna)
    async with asyncio.timeout(PATIENCE):
        assert "Get a new one from @BotFather" in await scene.chats.ended()


async def test_a_token_telegram_does_not_take() -> None:
    """It does not open, and says what to do; nowhere is the token shown."""
    async with telegram_server() as telegram:
        settings = load(**telegram.settings | {"telegram_bot_token": "1:" + "B" * 35})
        with pytest.raises(PlatformError, match="does not take TELEGRAM_BOT_TOKEN: copy it again") as refused:
            async with open_platform(settings, Deaf()):
                pass
        assert "BBB" not in str(refused.value)
        found = [each async for each in diagnose(settings)]
        assert [(each.about, each.well) for each in found] == [("Telegram token", False)]


async def test_telegram_out_of_reach_at_the_start() -> None:
    """It does not open, and says that it is Telegram that cannot be reached."""
    async with telegram_server() as telegram:
        await telegram.down()
        with pytest.raises(PlatformUnreachable, match="Telegram cannot be reached: is there a network"):
            async with open_platform(load(**telegram.settings), Deaf()):
                pass
        [found] = [each async for each in diagnose(load(**telegram.settings))]
    assert (found.about, found.well) == ("Telegram", False)
    assert found.what == "cannot be reached: is there a network?"
    assert "BotFather" not in found.advice


async def test_what_telegram_does_not_take_of_its_introduction() -> None:
    """That the commands could not be registered keeps the bot from nothing."""
    async with telegram_server() as telegram:
        telegram.script("setMyCommands", Refused(400, "Bad Request: no"), Broken(502), Limited(3))
        async with open_platform(load(**telegram.settings), Deaf()):
            await telegram.until(lambda: telegram.polled)


# --- doctor -----------------------------------------------------------------------------------------------------------


async def test_doctor() -> None:
    """Whose token it is, what is heard in groups, and the chats of the settings."""
    async with telegram_server() as telegram:
        group = telegram.supergroup("Desk", telegram.user("Anna"), username="desk")
        telegram.adds_bot(telegram.user("Ben"), group)
        settings = load(**telegram.settings, telegram={"chats": "@desk, -100999"})
        found = {each.about: (each.well, each.what) async for each in diagnose(settings)}
    assert found == {
        "Telegram token": (True, "@bellwether_bot"),
        "Telegram groups": (True, "in groups it hears commands, mentions and replies to it"),
        "Telegram chat @desk": (True, "Desk"),
        "Telegram chat -100999": (False, "Chat not found"),
    }


async def test_a_bot_that_may_join_no_group_is_well_all_the_same() -> None:
    """It may be wanted in private conversations alone: doctor finds no fault, and says how groups are allowed."""
    async with telegram_server() as telegram:
        telegram.joins_groups = False
        found = [each async for each in diagnose(load(**telegram.settings))]
    assert [(each.about, each.well) for each in found] == [("Telegram token", True), ("Telegram groups", True)]
    assert "/setjoingroups" in found[1].advice
