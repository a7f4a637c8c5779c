"""A Telegram channel is run from the private chat of who runs it: its readers never see a setting."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.conversation.commands import elsewhere
from bot.model.stores import Store
from handlers.telegram import sending
from tests.clock import FakeClock
from tests.handlers.telegram.scene import Scene, opened
from tests.servers.telegram_chats import Chat


@pytest.fixture
async def scene(store: Store, clock: FakeClock) -> AsyncIterator[Scene]:
    async with opened(store, clock, unknown=frozenset()) as scene:
        yield scene


@pytest.fixture
async def signals(scene: Scene) -> Chat:
    """Anna's channel @signals; she and Ben have begun to talk with the bot."""
    chat = scene.telegram.channel("Signals", scene.anna, username="signals")
    scene.telegram.adds_bot(scene.anna, chat)
    await scene.next(chat)
    await scene.starts(scene.anna)
    scene.telegram.starts(scene.ben)
    await scene.next(scene.ben.chat)
    return chat


async def bar(scene: Scene, chat: Chat) -> int:
    return (await scene.channel(chat)).settings.bar


async def test_a_setting_from_the_private_chat(scene: Scene, signals: Chat) -> None:
    """By the @name, the title or the id; answered there, with the channel's name; the channel sees nothing."""
    posts = len(scene.telegram.told(signals))
    for number, name in enumerate(("@signals", "Signals", f"c{(await scene.channel(signals)).id}"), 3):
        said = await scene.says(scene.anna, scene.anna.chat, f"for {name}: bar {number}")
        assert said.words.startswith("Signals\n\nThe bar is")
        assert await bar(scene, signals) == number
    assert len(scene.telegram.told(signals)) == posts


async def test_undo_under_it_is_of_the_channel(scene: Scene, signals: Chat) -> None:
    """Its buttons name the channel, and act there."""
    said = await scene.says(scene.anna, scene.anna.chat, "/for @signals: bar 3")
    await scene.pressed(scene.anna, said, "Undo")
    await scene.settled()
    assert await bar(scene, signals) == 6


async def test_the_menu(scene: Scene, signals: Chat) -> None:
    """`for` offers the channels that one runs, a channel its settings, a setting is changed by its button."""
    menu = await scene.says(scene.anna, scene.anna.chat, "for")
    assert menu.words == "Which channel?"
    scene.skip(scene.anna.chat)
    scene.telegram.presses(scene.anna, menu, "Signals")
    [shown] = await scene.next(scene.anna.chat)
    assert "The bar is 6" in shown.words
    scene.telegram.presses(scene.anna, shown, "Bar 7")
    await scene.settled()
    assert await bar(scene, signals) == 7
    assert len(scene.telegram.told(signals)) == 1


@pytest.mark.parametrize(
    ("further", "words"), [(0, "Which channel?"), (2, "Which channel? “for NAME” finds the other 2.")]
)
async def test_channels_that_do_not_fit_are_found_by_name(
    scene: Scene, signals: Chat, monkeypatch: pytest.MonkeyPatch, further: int, words: str
) -> None:
    """Only where there are more than the menu offers is it said how to reach the others."""
    monkeypatch.setattr(elsewhere, "MOST", 1)
    for number in range(further):
        chat = scene.telegram.channel(f"Desk {number}", scene.anna, username=f"desk{number}")
        scene.telegram.adds_bot(scene.anna, chat)
        await scene.next(chat)
    await scene.settled()
    scene.skip(scene.anna.chat)
    assert (await scene.says(scene.anna, scene.anna.chat, "for")).words == words


async def test_it_is_for_who_runs_the_channel(scene: Scene, signals: Chat) -> None:
    """Ben does not: he is told so. Made an admin, he may, though his private chat was never allowed."""
    await scene.settled()
    scene.telegram.says(scene.ben, scene.ben.chat, "for @signals: bar 3")
    await scene.settled()
    assert await bar(scene, signals) == 6
    scene.clock.advance(600)
    scene.telegram.promotes(scene.anna, scene.ben, signals)
    said = await scene.says(scene.ben, scene.ben.chat, "for @signals: bar 3")
    assert "The bar is 3 now" in said.words
    assert "Changed by Ben" in said.words


async def test_somebody_served_who_runs_nothing(store: Store, clock: FakeClock) -> None:
    """Carla's chat is allowed; she runs no channel, and hears no name of one."""
    async with opened(store, clock, telegram={"chats": "5003"}) as scene:
        chat = scene.telegram.channel("Signals", scene.anna, username="signals")
        scene.telegram.adds_bot(scene.anna, chat)
        await scene.next(chat)
        await scene.starts(scene.carla)
        said = await scene.says(scene.carla, scene.carla.chat, "for")
        assert "You run no channel in which I am" in said.words
        said = await scene.says(scene.carla, scene.carla.chat, "for @signals: bar 3")
        assert "signals” in which I am; “for” lists yours." in said.words
        assert (await scene.channel(chat)).settings.bar == 6


async def test_what_is_no_setting_is_refused(scene: Scene, signals: Chat) -> None:
    """Only settings are run elsewhere, and only from a private chat."""
    said = await scene.says(scene.anna, scene.anna.chat, "for @signals: sources drop everything")
    assert said.words.startswith("“for” is for settings")
    group = await scene.group("Desk", scene.ben)
    said = await scene.says(scene.anna, group, "/for @signals: bar 3")
    assert said.words.startswith("Write that to me in private")
    assert await bar(scene, signals) == 6


async def test_a_group_is_told_what_changed(scene: Scene) -> None:
    """In a group people talk with each other: the change is said there, and to who made it that it was."""
    group = await scene.group("Desk", scene.ben)
    await scene.starts(scene.anna)
    scene.skip(group)
    said = await scene.says(scene.anna, scene.anna.chat, "for Desk: bar 4")
    assert said.words == "Done, and said in Desk."
    [told] = await scene.next(group)
    assert "The bar is 4 now" in told.words
    assert "Changed by Anna" in told.words


async def test_no_setting_is_answered_by_a_post(scene: Scene, signals: Chat) -> None:
    """Typed as a post it is done, and the operator, who need not have posted it, is told in private."""
    posts = len(scene.telegram.told(signals))
    scene.skip(scene.anna.chat)
    scene.telegram.posts(signals, "/bar@bellwether_bot 4")
    [said] = await scene.next(scene.anna.chat)
    assert said.words.startswith("Signals\n\nThe bar is 4 now")
    scene.telegram.posts(signals, "/help@bellwether_bot")
    [said] = await scene.next(scene.anna.chat)
    assert said.words.startswith("Signals\n\n")
    await scene.settled()
    assert len(scene.telegram.told(signals)) == posts


async def test_a_question_mark_changes_nothing_there(scene: Scene, signals: Chat) -> None:
    """“for @channel: bar 7?” says what is set there and what 7 would have told, with a button that sets it there."""
    asked = await scene.says(scene.anna, scene.anna.chat, "for @signals: bar 7?")
    assert "The bar is 6 here." in asked.words
    assert await bar(scene, signals) == 6
    scene.skip(scene.anna.chat)
    await scene.pressed(scene.anna, asked, "Bar 7")
    await scene.next(scene.anna.chat)
    assert await bar(scene, signals) == 7


async def test_a_menu_under_a_post_goes_on_in_private(scene: Scene, signals: Chat) -> None:
    """“Mute …” under the channel's brief: its steps are in Anna's private chat, its mute is the channel's."""
    [brief] = await scene.brief(signals)
    posts = len(scene.telegram.told(signals))
    scene.skip(scene.anna.chat)
    scene.telegram.presses(scene.anna, brief, "Why 1", data="mute from s41")
    [menu] = await scene.next(scene.anna.chat)
    await scene.pressed(scene.anna, menu, "AI (topic)")
    await scene.pressed(scene.anna, menu, "a week")
    await scene.settled()
    mutes = await scene.store.channels.mutes((await scene.channel(signals)).id, scene.clock.now())
    assert [each.label.name for each in mutes] == ["AI"]
    assert len(scene.telegram.told(signals)) == posts


async def test_who_never_wrote_to_it_is_told_to(scene: Scene, signals: Chat) -> None:
    """Telegram lets no bot begin a private chat: an admin who presses under a post reads over the chat what to do."""
    [brief] = await scene.brief(signals)
    scene.telegram.promotes(scene.anna, scene.carla, signals)
    answer = await scene.pressed(scene.carla, brief, "Why 1", data="mute from s41")
    assert answer["text"] == sending.WRITE_FIRST
