"""How it begins on Telegram, and who is served: start, being added, access, topics, leaving, moving."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.briefing.service import local_date
from bot.delivery.access import ASKED, UNCLAIMED
from bot.delivery.operators import Operators
from bot.model.channel import FOREVER
from bot.model.stores import Store
from tests.clock import FakeClock
from tests.handlers.telegram.scene import Scene, opened
from tests.servers.telegram import Telegram
from tests.servers.telegram_chats import User


@pytest.fixture
async def scene(store: Store, clock: FakeClock) -> AsyncIterator[Scene]:
    async with opened(store, clock) as scene:
        yield scene


async def test_start_in_private(scene: Scene) -> None:
    """`/start` says once what the bot does, when the next brief comes and how to change it; briefs begin with it."""
    greeting = await scene.starts(scene.anna)
    assert "sends one brief in the morning" in greeting.words
    assert "The next brief comes" in greeting.words
    assert "“at 07:30 Europe/Rome mon-fri” changes when" in greeting.words
    assert greeting.buttons == {"Brief now": "brief", "Help": "help"}
    assert greeting.preview == {"is_disabled": True}
    channel = await scene.channel(scene.anna.chat)
    assert (channel.name, channel.active) == ("Anna", True)
    assert channel.settings.paused_until != FOREVER


async def test_other_words_in_private_begin_no_brief(scene: Scene) -> None:
    """Who only asks is answered, and gets no brief for it."""
    answer = await scene.says(scene.anna, scene.anna.chat, "mutes")
    assert "Nothing is muted" in answer.words
    assert (await scene.channel(scene.anna.chat)).settings.paused_until == FOREVER


async def test_added_to_a_group(scene: Scene) -> None:
    """It greets once, however often Telegram says that it came."""
    group = await scene.group("Desk", scene.ben)
    await scene.settled()
    scene.telegram.promotes(scene.anna, scene.telegram.bot, group)
    await scene.settled()
    [greeting] = scene.telegram.told(group)
    assert "reads many sources" in greeting.words
    assert (await scene.channel(group)).name == "Desk"


async def test_added_to_a_channel(scene: Scene) -> None:
    """In a channel it greets; its admins may command by posts, and the operator has the answer in private."""
    await scene.starts(scene.anna)
    channel = await scene.group("Signals", kind="channel")
    scene.telegram.posts(channel, "/bar 7")
    [answer] = await scene.next(scene.anna.chat)
    assert "The bar is 7 now" in answer.words
    assert "Changed by Signals." in answer.words


async def test_commands_are_registered_by_who_may_use_them(store: Store, clock: FakeClock) -> None:
    """Members of a group are offered what they may use there, its admins the settings too, a person all."""
    async with opened(store, clock, introduced=True) as scene:
        group = await scene.group("Desk", scene.ben)
    offered = {user.first_name: scene.telegram.menu(user, group) for user in (scene.anna, scene.ben)}
    assert "why" in offered["Ben"]
    assert "mute" not in offered["Ben"]
    assert {"why", "mute", "at"} <= set(offered["Anna"])
    private = scene.telegram.menu(scene.ben, scene.ben.chat)
    assert {"claim", "mute", "why"} <= set(private)
    assert "allow" not in private
    assert scene.telegram.descriptions["description", ""].startswith("A morning brief")


# --- access -----------------------------------------------------------------------------------------------------------


async def test_unclaimed_it_serves_nobody(store: Store, clock: FakeClock) -> None:
    """Until the operator has said the code printed at the first start, nobody is served; then they are."""
    async with opened(store, clock, claimed=False) as scene:
        code = await Operators(store, (), {}, clock).code()
        assert (await scene.starts(scene.ben)).words == UNCLAIMED
        assert (await scene.starts(scene.anna)).words == UNCLAIMED
        claimed = await scene.says(scene.anna, scene.anna.chat, f"/claim {code}")
        assert "You operate this bot from now on" in claimed.words
        assert "reads many sources" in (await scene.starts(scene.anna)).words
        assert (await scene.says(scene.ben, scene.ben.chat, "why 1")).words == ASKED


async def test_a_stranger_is_allowed(scene: Scene) -> None:
    """An unknown chat gets one sentence, the operator Allow and Refuse; the notice becomes what was decided."""
    await scene.starts(scene.anna)
    scene.skip(scene.anna.chat)
    assert (await scene.starts(scene.ben)).words == ASKED
    [notice] = await scene.next(scene.anna.chat)
    assert "Ben wants to use the bot on Telegram." in notice.words
    scene.telegram.says(scene.ben, scene.ben.chat, "hello?")
    await scene.settled()
    assert scene.telegram.told(scene.ben.chat)[1:] == []
    scene.skip(scene.ben.chat)
    await scene.pressed(scene.anna, notice, "Allow")
    [greeting] = await scene.next(scene.ben.chat)
    assert "The next brief comes" in greeting.words
    await scene.telegram.until(lambda: "“Ben” is served from now on." in notice.words)
    assert list(notice.buttons) == ["Refuse"]
    assert "Nothing is muted" in (await scene.says(scene.ben, scene.ben.chat, "/mutes")).words


async def test_a_group_is_refused(scene: Scene) -> None:
    """Refused, the bot keeps silent in a group a stranger brought it to."""
    await scene.starts(scene.anna)
    scene.skip(scene.anna.chat)
    group = scene.telegram.group("Elsewhere", scene.ben)
    scene.telegram.adds_bot(scene.ben, group)
    [sentence] = await scene.next(group)
    [notice] = await scene.next(scene.anna.chat)
    assert (sentence.words, "Ben added the bot to “Elsewhere”" in notice.words) == (ASKED, True)
    await scene.pressed(scene.anna, notice, "Refuse")
    scene.telegram.says(scene.ben, group, "/why 1")
    await scene.settled()
    assert len(scene.telegram.told(group)) == 1
    assert not (await scene.channel(group)).active


async def test_chats_named_in_the_settings_are_served_at_once(store: Store, clock: FakeClock) -> None:
    """A chat of the settings is greeted and served, without anybody's leave."""

    def before(telegram: Telegram, ben: User) -> None:
        for name in ("open_desk", "other_desk"):
            telegram.adds_bot(ben, telegram.supergroup(name, ben, username=name))

    async with opened(store, clock, before=before, telegram={"chats": "@open_desk, @nowhere"}) as scene:
        named, other = (each for each in scene.telegram.chats.values() if each.type == "supergroup")
        assert "reads many sources" in (await scene.next(named))[0].words
        assert (await scene.next(other))[0].words == ASKED
        assert "Nothing is muted" in (await scene.says(scene.ben, named, "/mutes")).words
        await scene.settled()
        assert len(scene.telegram.told(named)) == 2


async def test_a_named_group_that_the_bot_is_in_is_greeted(store: Store, clock: FakeClock) -> None:
    """Nobody has to add it again: it was there before the settings named the group."""

    def before(telegram: Telegram, ben: User) -> None:
        telegram.supergroup("Desk", ben, username="open_desk").members[telegram.bot.id] = "member"

    async with opened(store, clock, before=before, telegram={"chats": "@open_desk"}) as scene:
        (named,) = (each for each in scene.telegram.chats.values() if each.type == "supergroup")
        assert "reads many sources" in (await scene.next(named))[0].words


# --- topics ----------------------------------------------------------------------------------------------------------


async def test_the_brief_goes_to_the_topic_of_its_set_up(scene: Scene) -> None:
    """An admin's first command in a topic chooses it; what others say elsewhere does not; `/start` chooses anew."""
    forum = await scene.group("Forum", scene.ben, kind="supergroup", forum=True)
    news, talk = scene.telegram.creates_topic(forum, "News"), scene.telegram.creates_topic(forum, "Talk")
    answer = await scene.says(scene.ben, forum, "/mutes", thread=talk)
    assert answer.thread == talk
    await scene.says(scene.anna, forum, "/bar 6", thread=news)
    await scene.says(scene.anna, forum, "/mutes", thread=talk)
    for message in await scene.brief(forum, news):
        assert message.thread == news
    await scene.says(scene.anna, forum, "/start", thread=talk)
    changed = await scene.says(scene.anna, forum, "/bar 5", thread=news)
    assert changed.thread == talk
    assert (await scene.channel(forum, talk)).settings.bar == 5


async def test_a_topic_that_is_gone(scene: Scene) -> None:
    """A brief whose topic was deleted comes in the general one."""
    forum = await scene.group("Forum", kind="supergroup", forum=True)
    news = scene.telegram.creates_topic(forum, "News")
    await scene.says(scene.anna, forum, "/mutes", thread=news)
    scene.telegram.deletes(forum.topics[news])
    for message in await scene.brief(forum, news):
        assert message.thread is None
    assert (await scene.channel(forum, 1)).active


# --- leaving and moving ----------------------------------------------------------------------------------------------


async def test_blocked(scene: Scene) -> None:
    """Blocked, it stops there and keeps the settings; `start` brings everything back."""
    await scene.starts(scene.anna)
    await scene.says(scene.anna, scene.anna.chat, "/bar 8")
    scene.telegram.blocks(scene.anna)
    await scene.settled()
    assert not (await scene.channel(scene.anna.chat)).active
    await scene.starts(scene.anna)
    channel = await scene.channel(scene.anna.chat)
    assert (channel.active, channel.settings.bar) == (True, 8)


async def test_removed_from_a_group(scene: Scene) -> None:
    """The operator is told once, the settings are kept, and being added again goes on with them."""
    await scene.starts(scene.anna)
    group = await scene.group("Desk", scene.ben)
    await scene.says(scene.anna, group, "/bar 9")
    scene.skip(scene.anna.chat)
    scene.telegram.kicks_bot(scene.ben, group)
    [notice] = await scene.next(scene.anna.chat)
    assert notice.words.startswith("The bot speaks no more in Desk on Telegram: it was removed from the group.")
    scene.skip(group)
    scene.telegram.adds_bot(scene.anna, group)
    await scene.next(group)
    assert (await scene.channel(group)).settings.bar == 9


async def test_silenced(scene: Scene) -> None:
    """Where it may not write any more it has left, too."""
    group = await scene.group("Desk")
    scene.telegram.silences_bot(scene.anna, group)
    await scene.settled()
    assert not (await scene.channel(group)).active


async def test_a_group_that_becomes_a_supergroup_keeps_everything(scene: Scene) -> None:
    """Its settings, its mutes and what it was told go with it; commands go on there."""
    group = await scene.group("Desk", scene.ben)
    before = await scene.channel(group)
    await scene.says(scene.anna, group, "/mute AI")
    new = scene.telegram.migrates(group)
    await scene.settled()
    assert (await scene.channel(new)).id == before.id
    assert "AI" in (await scene.says(scene.anna, new, "/mutes")).words
    assert len([each for each in await scene.store.channels.of("telegram") if each.name == "Desk"]) == 1


async def test_a_send_that_meets_the_move_follows_it(scene: Scene) -> None:
    """Where the bot did not hear of the move, the answer to its send tells; the brief arrives in the supergroup."""
    group = await scene.group("Desk")
    before = await scene.channel(group)
    new = scene.telegram.supergroup("Desk", scene.anna)
    new.members = dict(group.members)
    group.became = new
    await scene.briefing.tell(before, local_date(before, scene.clock.now()))
    assert "The Bellwether" in (await scene.next(new))[0].words
    await scene.sender.wait_idle("telegram")
    assert (await scene.channel(new)).id == before.id
