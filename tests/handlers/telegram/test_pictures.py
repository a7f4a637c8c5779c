"""Charts on Telegram: a photo with its words below it, wherever it is asked for, and what becomes of it on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.briefing.chart import Bar, png
from bot.briefing.views.wording import message, para
from bot.model import messages
from bot.model.delivery import DeliveryState, NotSent, Permanent, Sent, Unknown
from bot.model.messages import Bullets, Picture, Run
from bot.model.outgoing import Delivery
from bot.model.stores import Store
from tests.clock import FakeClock
from tests.handlers.telegram.scene import Scene, opened
from tests.servers.telegram import Broken, Fault, Garbled, Limited, Lost, NoConnection, Refused
from tests.servers.telegram_chats import Chat

DRAWN = png([Bar(7, "27 Mar")])


@pytest.fixture
async def scene(store: Store, clock: FakeClock) -> AsyncIterator[Scene]:
    async with opened(store, clock) as scene:
        yield scene


@pytest.fixture
async def group(scene: Scene) -> Chat:
    return await scene.group("Desk", scene.ben, scene.carla, kind="supergroup")


async def delivery(scene: Scene, chat: Chat, *blocks: messages.Block, **fields: object) -> Delivery:
    channel = await scene.channel(chat)
    said = message(*(blocks or (para("s42"), Picture(DRAWN, "strength of s42 by day"))))
    base = Delivery("d1", channel.id, "telegram", channel.address, "notice:x", 1, said, DeliveryState.SENDING)
    return replace(base, **fields)  # type: ignore[arg-type]


async def test_a_chart_is_a_photo(scene: Scene, group: Chat) -> None:
    """It answers who asked; below it stand what it is of, what it shows, what moved it, and the buttons."""
    scene.skip(group)
    asked = scene.telegram.says(scene.ben, group, "/chart s42")
    [said] = await scene.next(group)
    assert (said.photo or b"").startswith(b"\x89PNG")
    assert said.reply_to is asked
    assert said.caption is not None
    lines = said.caption.splitlines()
    assert lines[0] == "Driverless cranes are closing Noordhaven as dockers strike s42"
    assert "strength of s42 by day, " in said.marked("italic")[0]
    assert any("a second publisher confirms" in line for line in lines)
    assert "Ships pass Noordhaven by as strike enters third day" in said.links
    assert list(said.buttons) == ["Why?", "Strength", "Mute …"]


async def test_a_chart_in_a_topic_and_in_a_comment(scene: Scene) -> None:
    """It stands where it was asked for: in the topic of a forum, in the discussion under a channel's post."""
    forum = await scene.group("Forum", scene.ben, kind="supergroup", forum=True)
    topic = scene.telegram.creates_topic(forum, "Chips", scene.anna)
    said = await scene.says(scene.anna, forum, "/chart s41", thread=topic)
    assert (bool(said.photo), said.thread) == (True, topic)
    _, discussion, post = await scene.discussed()
    comment = scene.telegram.comments(scene.ben, post, "/chart 2")
    [said] = await scene.next(discussion)
    assert (bool(said.photo), said.reply_to) == (True, comment)


async def test_a_photo_is_spoken_about_like_any_answer(scene: Scene, group: Chat) -> None:
    """A reply to it is about its signal, and so are its buttons."""
    said = await scene.says(scene.ben, group, "/chart s42")
    assert "Harbour Union" in (await scene.says(scene.carla, group, "who is involved?", reply_to=said)).words
    await scene.pressed(scene.carla, said, "Why?")
    [answer] = await scene.next(group)
    assert answer.reply_to is said
    assert "s42" in answer.words


async def test_what_does_not_fit_below_a_photo_follows_it(scene: Scene, group: Chat) -> None:
    """A caption holds 1024 characters: what is longer is a message of its own, and nothing is lost."""
    long = tuple((Run(f"Day {n}: {'it moved. ' * 12}"),) for n in range(9))
    whole = message(para("s42"), Picture(DRAWN, "strength of s42 by day"), Bullets(long))
    first, second = scene.chats.parts(whole)
    for part in (first, second):
        assert isinstance(await scene.chats.send(await delivery(scene, group, *part.blocks)), Sent)
    photo, words = scene.telegram.told(group)[-2:]
    assert photo.photo == DRAWN
    assert photo.caption == "s42\n\nstrength of s42 by day"
    assert [f"Day {n}:" in words.words for n in range(9)] == [True] * 9


@pytest.mark.parametrize(
    "refusal",
    [
        "Bad Request: not enough rights to send photos to the chat",
        "Bad Request: IMAGE_PROCESS_FAILED",
        "Bad Request: PHOTO_INVALID_DIMENSIONS",
    ],
)
async def test_where_pictures_are_not_taken(scene: Scene, group: Chat, refusal: str) -> None:
    """Words stand for it, the rest is said as ever."""
    scene.telegram.script("sendPhoto", Refused(400, refusal))
    said = await scene.says(scene.ben, group, "/chart s42")
    assert said.photo is None
    assert "[picture: strength of s42 by day, " in said.words
    assert "a second publisher confirms" in said.words
    assert list(said.buttons) == ["Why?", "Strength", "Mute …"]


async def test_a_picture_whose_form_is_refused(scene: Scene, group: Chat) -> None:
    """It is shown without entities and buttons."""
    scene.telegram.script("sendPhoto", Refused(400, "Bad Request: can't parse MessageEntity"))
    said = await scene.says(scene.ben, group, "/chart s42")
    assert said.photo
    assert (said.buttons, said.entities) == ({}, [])


@pytest.mark.parametrize("fault", [Lost(), Garbled(), Broken(502), NoConnection()], ids=str)
async def test_a_photo_that_may_have_landed(scene: Scene, group: Chat, fault: Fault) -> None:
    """Its fate is unknown, as a message's, and it is not sent again as words."""
    scene.telegram.script("sendPhoto", fault)
    before = len(scene.telegram.called("sendMessage"))
    assert isinstance(await scene.chats.send(await delivery(scene, group)), Unknown)
    assert len(scene.telegram.called("sendPhoto")) == 1
    assert len(scene.telegram.called("sendMessage")) == before


async def test_a_photo_that_was_not_sent(scene: Scene, group: Chat) -> None:
    """A limit is said with its time; without a network it is not sent; both go later."""
    scene.telegram.script("sendPhoto", Limited(30))
    assert await scene.chats.send(await delivery(scene, group)) == NotSent("Telegram asks to slow down", 30.0)
    await scene.telegram.down()
    scene.clock.advance(60)
    assert isinstance(await scene.chats.send(await delivery(scene, group)), NotSent)


async def test_a_photo_to_who_is_gone(scene: Scene, group: Chat) -> None:
    """Kicked is kicked: it is not tried again as words."""
    scene.telegram.kicks_bot(scene.anna, group)
    await scene.settled()
    before = len(scene.telegram.called("sendMessage"))
    outcome = await scene.chats.send(await delivery(scene, group))
    assert isinstance(outcome, Permanent)
    assert not outcome.message_only
    assert len(scene.telegram.called("sendMessage")) == before


async def test_no_message_becomes_a_photo(scene: Scene, group: Chat) -> None:
    """What would replace a message by a picture, or a picture by words, is posted."""
    words = await scene.chats.send(await delivery(scene, group, para("hello")))
    assert isinstance(words, Sent)
    scene.clock.advance(5)
    photo = await scene.chats.edit(await delivery(scene, group, replaces=words.ref))
    assert isinstance(photo, Sent)
    assert scene.telegram.told(group)[-1].photo == DRAWN
    scene.clock.advance(5)
    assert isinstance(await scene.chats.edit(await delivery(scene, group, para("later"), replaces=photo.ref)), Sent)
    assert scene.telegram.told(group)[-1].text == "later"
