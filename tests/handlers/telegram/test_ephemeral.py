"""What concerns one person in a group is shown to that person alone, where Telegram has a way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.model.stores import Store
from tests.clock import FakeClock
from tests.handlers.telegram.scene import Scene, opened
from tests.servers.telegram_chats import Chat, Message, User


@pytest.fixture
async def scene(store: Store, clock: FakeClock) -> AsyncIterator[Scene]:
    async with opened(store, clock) as scene:
        yield scene


async def desk(scene: Scene, *, admin: bool = False) -> Chat:
    """A supergroup of Anna's with Ben in it."""
    chat = scene.telegram.supergroup("Desk", scene.anna, scene.ben)
    scene.telegram.adds_bot(scene.anna, chat, admin=admin)
    await scene.next(chat)
    return chat


async def whispered(scene: Scene, user: User, chat: Chat, count: int = 1) -> Message:
    """The last of so many messages that the user alone sees."""
    await scene.telegram.until(lambda: len(scene.telegram.whispered(user, chat)) >= count)
    return scene.telegram.whispered(user, chat)[-1]


async def asked_to_mute(scene: Scene, chat: Chat) -> Message:
    """The menu that Anna gets for “Mute …” under a signal of the brief."""
    [brief] = await scene.brief(chat)
    scene.telegram.presses(scene.anna, brief, "More 1 …")
    [more] = await scene.next(chat)
    scene.telegram.presses(scene.anna, more, next(label for label in more.buttons if label.startswith("Mute")))
    return await whispered(scene, scene.anna, chat)


async def test_as_an_admin_it_answers_who_asked_alone(scene: Scene) -> None:
    """Help is for Ben: nobody else sees it, and the group's history does not grow."""
    chat = await desk(scene, admin=True)
    before = len(scene.telegram.told(chat))
    scene.telegram.says(scene.ben, chat, "/help@bellwether_bot")
    assert "mute" in (await whispered(scene, scene.ben, chat)).words
    assert len(scene.telegram.told(chat)) == before


async def test_where_telegram_refuses_it_everybody_sees_it(scene: Scene) -> None:
    """As before: a reply to who asked; and for a while nothing else is tried."""
    chat = await desk(scene)
    for number in (1, 1):
        answer = await scene.says(scene.ben, chat, "/mutes@bellwether_bot")
        assert "muted here" in answer.words
        refused = [call for call in scene.telegram.called("sendMessage") if "EPHEMERAL" in call.description]
        assert len(refused) == number
    assert not scene.telegram.whispered(scene.ben, chat)


async def test_a_command_nobody_else_saw_is_answered_so(store: Store, clock: FakeClock) -> None:
    """The menu of a group has help and its like sent to the bot alone; the answer may be too, without any rights."""
    async with opened(store, clock, introduced=True) as scene:
        chat = await desk(scene)
        scene.telegram.whispers(scene.ben, chat, "/help")
        assert "mute" in (await whispered(scene, scene.ben, chat)).words
    offered = scene.telegram.commands["all_group_chats", ""]
    assert {each["command"] for each in offered if each.get("is_ephemeral")} == {"help", "mutes", "status", "sources"}
    private = scene.telegram.commands["all_private_chats", ""]
    assert not any(each.get("is_ephemeral") for each in private)


async def test_a_menu_is_whispered_and_its_change_is_said(scene: Scene) -> None:
    """“Mute …” is Anna's alone, step by step; what she mutes is said to all, and the menu is gone."""
    chat = await desk(scene)
    form = await asked_to_mute(scene, chat)
    first = next(iter(form.buttons))
    scene.telegram.presses(scene.anna, form, first)
    await scene.telegram.until(lambda: form.versions)
    scene.skip(chat)
    scene.telegram.presses(scene.anna, form, next(iter(form.buttons)))
    [said] = await scene.next(chat)
    assert "Changed by Anna" in said.words
    await scene.telegram.until(lambda: form.deleted)


async def test_cancel_deletes_a_whispered_menu(scene: Scene) -> None:
    """As it does any other."""
    chat = await desk(scene, admin=True)
    form = await asked_to_mute(scene, chat)
    await scene.pressed(scene.anna, form, "Cancel")
    assert form.deleted


async def test_an_older_bot_api_shows_it_to_all(store: Store, clock: FakeClock) -> None:
    """It overlooks what it does not know: then it is as it was."""

    def older(telegram: object, _ben: User) -> None:
        telegram.knows_ephemeral = False  # type: ignore[attr-defined]

    async with opened(store, clock, before=older) as scene:
        chat = await desk(scene, admin=True)
        answer = await scene.says(scene.ben, chat, "/help@bellwether_bot")
        assert "mute" in answer.words
