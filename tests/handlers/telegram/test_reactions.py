"""A reaction to what the bot told is a verdict: kept without a word, replaced by another, taken back with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.model.stores import Store
from tests.clock import FakeClock
from tests.handlers.telegram.scene import Scene, opened
from tests.servers.telegram_chats import Chat, Message


@pytest.fixture
async def scene(store: Store, clock: FakeClock) -> AsyncIterator[Scene]:
    async with opened(store, clock, unknown=frozenset()) as scene:
        yield scene


@pytest.fixture
async def group(scene: Scene) -> Chat:
    """A supergroup in which the bot is an admin."""
    chat = scene.telegram.supergroup("Desk", scene.anna, scene.ben, scene.carla)
    scene.telegram.adds_bot(scene.anna, chat, admin=True)
    await scene.next(chat)
    return chat


async def verdicts(scene: Scene, signal: int | None = None) -> tuple[int, int]:
    """(useful, useless), once all that was done is heard."""
    await scene.settled()
    return await scene.store.channels.verdicts(signal)


async def why(scene: Scene, chat: Chat) -> Message:
    return await scene.says(scene.ben, chat, "/why@bellwether_bot s42")


async def test_a_thumb_is_a_verdict(scene: Scene, group: Chat) -> None:
    """On the message's signal; each reader has one, the newer one; taken off, it is taken back. Nothing is said."""
    answer = await why(scene, group)
    told = len(scene.telegram.told(group))
    scene.telegram.reacts(scene.ben, answer, "👍")
    assert await verdicts(scene, 42) == (1, 0)
    scene.telegram.reacts(scene.carla, answer, "👎")
    assert await verdicts(scene, 42) == (1, 1)
    scene.telegram.reacts(scene.ben, answer, "👎")
    assert await verdicts(scene, 42) == (0, 2)
    scene.telegram.reacts(scene.ben, answer)
    scene.telegram.reacts(scene.carla, answer)
    assert await verdicts(scene) == (0, 0)
    assert len(scene.telegram.told(group)) == told


@pytest.mark.parametrize(
    ("shown", "counted"),
    [
        (("❤",), (1, 0)),
        (("❤\ufe0f",), (1, 0)),
        (("🥱",), (0, 1)),
        (("😢",), (0, 0)),
        (("👍", "😱"), (1, 0)),
        (("👍", "👎"), (0, 1)),
    ],
)
async def test_their_kin(scene: Scene, group: Chat, shown: tuple[str, ...], counted: tuple[int, int]) -> None:
    """Applause and boredom are verdicts; sorrow and fright are about the news. Of several the last one counts."""
    scene.telegram.reacts(scene.ben, await why(scene, group), *shown)
    assert await verdicts(scene, 42) == counted


async def test_one_more_reaction_changes_nothing(scene: Scene, group: Chat) -> None:
    """A verdict stays when something else is added, and when only that is taken off."""
    answer = await why(scene, group)
    for shown in (("👍",), ("👍", "😢"), ("👍",)):
        scene.telegram.reacts(scene.ben, answer, *shown)
        assert await verdicts(scene, 42) == (1, 0)


async def test_on_a_brief(scene: Scene, group: Chat) -> None:
    """It is about each of its signals; a verdict in words on one of them replaces that one."""
    [brief] = await scene.brief(group)
    scene.telegram.reacts(scene.ben, brief, "👍")
    assert await verdicts(scene) == (2, 0)
    scene.telegram.says(scene.ben, group, "/useless@bellwether_bot s42")
    assert await verdicts(scene, 42) == (0, 1)
    assert await verdicts(scene, 41) == (1, 0)


async def test_on_what_tells_no_signal(scene: Scene, group: Chat) -> None:
    """Help, a question which one is meant, and what people say to each other are no signals."""
    [brief] = await scene.brief(group)
    scene.skip(group)
    scene.telegram.says(scene.ben, group, "why?", reply_to=brief)
    [menu] = await scene.next(group)
    assert len(menu.buttons) > 1
    greeting = scene.telegram.told(group)[0]
    own = scene.telegram.says(scene.ben, group, "look at that")
    for message in (menu, greeting, own):
        scene.telegram.reacts(scene.carla, message, "👍")
    assert await verdicts(scene) == (0, 0)


async def test_in_private(scene: Scene) -> None:
    """There nothing has to be allowed first."""
    await scene.starts(scene.anna)
    [brief] = await scene.brief(scene.anna.chat)
    scene.telegram.reacts(scene.anna, brief, "👎")
    assert await verdicts(scene) == (0, 2)


async def test_an_admin_in_the_name_of_the_group(scene: Scene, group: Chat) -> None:
    """Counts as one reader."""
    answer = await why(scene, group)
    scene.telegram.reacts(scene.anna, answer, "👍", anonymous=True)
    assert await verdicts(scene, 42) == (1, 0)


async def test_where_the_bot_is_no_admin(scene: Scene) -> None:
    """Telegram tells it of no reactions; the words still work."""
    chat = await scene.group("Desk", scene.ben, kind="supergroup")
    scene.telegram.reacts(scene.ben, await why(scene, chat), "👍")
    assert await verdicts(scene) == (0, 0)


async def test_a_channel_that_is_not_served(scene: Scene, group: Chat) -> None:
    """Once an operator has refused it, or it was left, a reaction there is passed over without a word to anybody."""
    answer = await why(scene, group)
    channel = await scene.channel(group)
    operator = len(scene.telegram.told(scene.anna.chat))
    for changed in (replace(channel, allowed=False), replace(channel, active=False)):
        await scene.store.channels.save(changed)
        told = len(scene.telegram.told(group))
        scene.telegram.reacts(scene.ben, answer, "👍")
        assert await verdicts(scene) == (0, 0)
        scene.telegram.reacts(scene.ben, answer)
        assert await verdicts(scene) == (0, 0)
        assert len(scene.telegram.told(group)) == told
        assert (await scene.channel(group)).active == changed.active
    assert len(scene.telegram.told(scene.anna.chat)) == operator


async def test_a_reaction_that_comes_twice(scene: Scene, group: Chat) -> None:
    """Is kept once, in the order in which they were given."""
    answer = await why(scene, group)
    scene.telegram.reacts(scene.ben, answer, "👍")
    await scene.settled()
    up = scene.telegram.sent[-1]
    scene.telegram.reacts(scene.ben, answer, "👎")
    await scene.settled()
    scene.telegram.delivers_again(up)
    await scene.telegram.until(lambda: not scene.telegram.again)
    assert await verdicts(scene, 42) == (0, 1)
