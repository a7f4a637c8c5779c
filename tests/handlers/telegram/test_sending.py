"""How loud and how coloured messages are: no sound for what follows or replaces, blue and red buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.model.delivery import DeliveryState, Sent
from bot.model.messages import Choice, Choices, Message, Paragraph, Picture, Run, Style, prefixed, split, text
from bot.model.outgoing import Delivery
from bot.model.stores import Store
from tests.clock import FakeClock
from tests.handlers.telegram.scene import Scene, opened
from tests.servers.telegram import Refused
from tests.servers.telegram_chats import Chat
from tests.servers.test_telegram import picture


@pytest.fixture
async def scene(store: Store, clock: FakeClock) -> AsyncIterator[Scene]:
    async with opened(store, clock) as scene:
        yield scene


async def sent(scene: Scene, chat: Chat, message: Message, **fields: str) -> Sent:
    channel = await scene.channel(chat)
    delivery = Delivery("d1", channel.id, "telegram", channel.address, "notice:x", 1, message, DeliveryState.SENDING)
    delivery = replace(delivery, **fields)  # type: ignore[arg-type]
    outcome = await (scene.chats.edit(delivery) if delivery.replaces else scene.chats.send(delivery))
    assert isinstance(outcome, Sent)
    return outcome


# --- sound -----------------------------------------------------------------------------------------------------------


def test_later_parts_are_silent() -> None:
    """Of a message in several parts the first makes a sound; one that is whole does."""
    message = text("one", "two", "three")
    parts = split(message, lambda blocks: len(blocks) < 2)
    assert [part.silent for part in parts] == [False, True, True]
    assert split(message, lambda blocks: True) == (message,)


async def test_a_long_message_rings_once(scene: Scene) -> None:
    """A text in several parts, and a picture that is a later part."""
    await scene.starts(scene.anna)
    long = Message(tuple(Paragraph((Run(f"{number} " + "so it is said. " * 150),)) for number in range(3)), "long")
    for part in scene.chats.parts(long):
        await sent(scene, scene.anna.chat, part)
    await sent(scene, scene.anna.chat, Message((Picture(picture(40, 40), "a line"),), "a line", silent=True))
    told = scene.telegram.told(scene.anna.chat)[1:]
    assert [message.silent for message in told] == [False, *[True] * (len(told) - 1)]
    assert len(told) >= 3
    assert told[-1].photo


async def test_what_replaces_a_message_that_is_gone_makes_no_sound(scene: Scene) -> None:
    """A correction is no news: where the message it changes cannot be edited any more, it is posted silently."""
    await scene.starts(scene.anna)
    hello = scene.telegram.told(scene.anna.chat)[-1]
    scene.telegram.deletes(hello)
    await sent(scene, scene.anna.chat, text("So it is now."), replaces=str(hello.id))
    [told] = scene.telegram.told(scene.anna.chat)
    assert (told.words, told.silent) == ("So it is now.", True)


# --- buttons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "style"),
    [
        ("start", Style.PRIMARY),
        ("allow c12", Style.PRIMARY),
        ("for c3: refuse c12", Style.DANGER),
        ("forget", Style.DANGER),
        ("sources drop Gazette do Sul", Style.DANGER),
        ("sources", Style.PLAIN),
        ("why s42", Style.PLAIN),
        ("", Style.PLAIN),
    ],
)
def test_a_button_stands_out_by_what_it_does(command: str, style: Style) -> None:
    """What most came for, and what deletes something or shuts somebody out; also where it acts in another channel."""
    assert Choice("x", command).style is style
    assert Choice("x", f"for c7: {command}").style is style or command.startswith("for")


def test_a_prefix_keeps_the_style() -> None:
    """As in what is said in private of a channel."""
    message = prefixed(Message((Choices((Choice("Refuse", "refuse c1"),)),), ""), "for c3: ")
    [block] = message.blocks
    assert isinstance(block, Choices)
    assert block.choices[0].style is Style.DANGER


async def asked_to_allow(scene: Scene) -> list[dict[str, str]]:
    """The buttons with which the operator is asked about Ben's chat."""
    await scene.starts(scene.anna)
    scene.skip(scene.anna.chat)
    scene.telegram.starts(scene.ben)
    [asked] = await scene.next(scene.anna.chat)
    return [button for row in asked.rows for button in row]


async def test_the_operator_sees_which_button_shuts_out(scene: Scene) -> None:
    """Allow is blue and Refuse is red."""
    assert [(button["text"], button["style"]) for button in await asked_to_allow(scene)] == [
        ("Allow", "primary"),
        ("Refuse", "danger"),
    ]


async def test_where_colours_are_refused_buttons_stay(scene: Scene) -> None:
    """The same buttons come plainly, once; colours are not tried again."""
    scene.telegram.script("sendMessage", Refused(400, "Bad Request: invalid button style specified"))
    await scene.starts(scene.anna)
    tried = len(scene.telegram.called("sendMessage"))
    assert tried == 2
    assert len(scene.telegram.told(scene.anna.chat)) == 1
    buttons = await asked_to_allow(scene)
    assert [button["text"] for button in buttons] == ["Allow", "Refuse"]
    assert not any("style" in button for button in buttons)
