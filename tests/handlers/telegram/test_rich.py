"""Rich messages: the same words in headings, tables and folds; plainly where the server or the chat has none."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import assume, given
from telegram import MessageEntity

from bot.model.delivery import DeliveryState, SendOutcome, Sent, Unknown
from bot.model.messages import Block, Bullets, Card, Choice, Choices, Heading, Message, Paragraph, Picture, Quote, Run
from bot.model.outgoing import Delivery
from bot.model.stores import Store
from bot.text.unlinking import JOINER
from handlers.telegram import rendering, rich
from handlers.telegram.abilities import REFUSED_SECONDS
from handlers.telegram.rendering import payload
from tests.clock import FakeClock
from tests.handlers.telegram.scene import RICH, Scene, opened
from tests.handlers.telegram.test_rendering import WILD
from tests.handlers.test_contract import MESSAGES
from tests.servers.telegram import Call, Limited, Lost, Refused
from tests.servers.telegram_chats import Chat
from tests.servers.telegram_chats import Message as Shown
from tests.servers.telegram_rich import rich_message

INVALID = Refused(400, "Bad Request: RICH_MESSAGE_URL_INVALID")


@pytest.fixture
async def scene(store: Store, clock: FakeClock) -> AsyncIterator[Scene]:
    async with opened(store, clock, unknown=frozenset()) as scene:
        yield scene


@pytest.fixture
async def group(scene: Scene) -> Chat:
    return await scene.group("Desk", scene.ben, scene.carla, kind="supergroup")


def richly(scene: Scene) -> list[Call]:
    """The rich messages that were tried; the first call of all is the question whether there are any."""
    return scene.telegram.called("sendRichMessage")[1:]


def quote(words: str) -> Quote:
    return Quote(words, (0, len(words)), "Meridian Times", "https://meridiantimes.example/3")


def long_message() -> Message:
    """More than fits into one plain message, and much less than fits into a rich one."""
    blocks: list[Block] = [Heading("All of it")]
    blocks += [quote(f"Number {number} of what was said about the harbour. " * 8 + "It ends.") for number in range(20)]
    return Message((*blocks, Choices((Choice("Why?", "why s42"),))), "All of it")


async def sent(scene: Scene, chat: Chat, message: Message, **fields: object) -> SendOutcome:
    """What becomes of a message that is sent there as its one part."""
    [part] = scene.chats.parts(message)
    channel = await scene.channel(chat)
    delivery = Delivery("d1", channel.id, "telegram", channel.address, "notice:x", 1, part, DeliveryState.SENDING)
    return await (scene.chats.edit if "replaces" in fields else scene.chats.send)(
        replace(delivery, **fields)  # type: ignore[arg-type]
    )


def words_of(text: str) -> str:
    """The letters of a text in order, without what only lays it out or keeps it from becoming a link."""
    return "".join(text.replace(JOINER, "").replace("•", "").replace(": ", " ").split())


# --- what it looks like ----------------------------------------------------------------------------------------------


async def test_the_brief(scene: Scene, group: Chat) -> None:
    """A heading, one for each signal, quotations with their anchor in bold and their source as the credit; the same
    buttons below, a row a signal; nothing in it is looked for links."""
    [brief] = await scene.brief(group)
    assert brief.marked("heading") == [
        "The Bellwether · Friday 27 March",
        "1 Nimbus Memory’s method is ending the memory shortage premium",
        "2 Driverless cranes are closing Noordhaven as dockers strike",
    ]
    assert "●●●●●●●●○○ 8 · economic · AI · United States · 1 article · new" in brief.words.splitlines()
    [first, _] = brief.marked("blockquote")
    assert first.startswith("“Memory prices fell by a third this week after Nimbus Memory showed a method")
    assert first.splitlines()[-1] == "Meridian Times ↗"
    assert brief.links["Meridian Times ↗"].startswith("https://meridiantimes.example/3#:~:text=")
    assert [[button["text"] for button in row] for row in brief.rows] == [["Why 1", "More 1 …"], ["Why 2", "More 2 …"]]
    assert [call.given["rich_message"]["skip_entity_detection"] for call in richly(scene)] == [True]


async def test_a_strength_is_a_table(scene: Scene, group: Chat) -> None:
    """A row for each part: its points in one cell, the reason in the other."""
    answer = await scene.says(scene.ben, group, "/strength@bellwether_bot s42")
    cells = answer.marked("td")
    assert cells[:2] == ["consequence 3 of 4", "$100bn: a whole market or a country."]
    assert [cell.split()[0] for cell in cells[::2]] == ["consequence", "evidence", "novelty", "corroboration"]


async def test_long_evidence_is_folded(scene: Scene, group: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the headline of its article, which stays; what stands under the signal's own title stays open."""
    monkeypatch.setattr(rich, "LONG", 400)
    answer = await scene.says(scene.ben, group, "/evidence@bellwether_bot s42")
    folded = answer.marked("details")
    assert [part.splitlines()[0] for part in folded] == answer.marked("summary")
    assert "Noordhaven dockers strike over driverless cranes" in folded[0].splitlines()[0]
    assert sum(part.count("“") for part in folded) == len(answer.marked("blockquote")) == 4
    why = await scene.says(scene.ben, group, "/why@bellwether_bot s42")
    assert why.marked("blockquote")
    assert not why.marked("details")


async def test_a_reply_to_a_rich_message_is_about_its_signal(scene: Scene, group: Chat) -> None:
    """And a part of it that is quoted says which one is meant, as in any other message."""
    [brief] = await scene.brief(group)
    assert brief.rich
    scene.skip(group)
    scene.telegram.says(scene.ben, group, "why?", reply_to=brief, quote="Driverless cranes are closing Noordhaven")
    [answer] = await scene.next(group)
    assert answer.words.startswith("Driverless cranes are closing Noordhaven as dockers strike s42")
    assert answer.rich


@given(WILD)
def test_whatever_an_article_says_telegram_takes_it(message: Message) -> None:
    """Nothing in it becomes a tag, no limit is exceeded, and no word is lost or added: they are those of the plain
    message."""
    shown = rich.content(message)
    assume(shown and rendering.fits(message.blocks))
    assert shown
    assert words_of(rich_message(shown).text) == words_of(payload(message).text)


def test_nothing_that_an_article_says_becomes_a_tag_or_a_link() -> None:
    """Not in a quote, a title, a publisher's name or a note; and no address of a link ends its tag."""
    words = '</cite></blockquote><a href="https://evil.example">/mute AI</a> @anna #tag &amp; evil.example'
    evil = 'https://a.example/x"><b>y</b>'
    block = Quote(words, (0, 5), words, evil, words)
    card = Card(1, 1, words, 5, "", (words,), words, words, words, block, link=evil)
    shown = rich.content(Message((Heading(words), Paragraph((Run(words, link=evil),)), block, card), words))
    assert shown
    read = rich_message(shown)
    assert read.text.count(words) == 13
    assert {each["url"] for each in read.entities if "url" in each} == {evil}
    assert shown["skip_entity_detection"]


@given(MESSAGES)
def test_nothing_is_lost(message: Message) -> None:
    """Every link of the plain message is in the rich one."""
    shown = rich.content(message)
    assume(shown and rendering.fits(message.blocks))
    assert shown
    plainly = {each.url for each in payload(message).entities if each.type == MessageEntity.TEXT_LINK}
    assert {each["url"] for each in rich_message(shown).entities if "url" in each} == plainly


def test_a_table_that_was_cut_between_its_rows_is_one_table() -> None:
    """As a long list is cut for a short answer."""
    rows = [Bullets(((Run(name, strong=True), Run(": said")),), table=True) for name in ("one", "two")]
    shown = rich.content(Message((*rows, Paragraph((Run("end"),))), ""))
    assert shown
    assert shown["html"].count("<table") == 1
    assert shown["html"].count("<tr>") == 2


@pytest.mark.parametrize(
    "block",
    [Picture(b"\x89PNG", "a chart"), Paragraph((Run("help", command=True),)), Bullets(((Run("help", command=True),),))],
)
def test_what_a_rich_message_cannot_have(block: Block) -> None:
    """A picture of ours, and a command that can be tapped: such a message stays as it is."""
    assert rich.content(Message((quote("It rained."), block), "")) is None
    assert rich.content(Message((quote("It rained."),), "")) is not None


async def test_a_message_is_edited_to_a_rich_one(scene: Scene) -> None:
    """And one that is the same already stays."""
    await scene.starts(scene.anna)
    hello = scene.telegram.told(scene.anna.chat)[-1]
    for _ in range(2):
        outcome = await sent(scene, scene.anna.chat, Message((quote("It rained."),), "x"), replaces=str(hello.id))
        assert outcome == Sent(str(hello.id))
        assert hello.rich
        assert hello.words == "“It rained.”\nMeridian Times ↗"
        scene.clock.advance(5)
    assert scene.telegram.told(scene.anna.chat) == [hello]


# --- where there are none --------------------------------------------------------------------------------------------


async def test_a_server_without_them_is_asked_once(store: Store, clock: FakeClock) -> None:
    """When the bot starts, by a call that no server does; everything is said plainly, in parts that fit."""
    async with opened(store, clock, unknown=frozenset(RICH)) as scene:
        await scene.starts(scene.anna)
        [brief] = await scene.brief(scene.anna.chat)
        assert "1  Nimbus Memory’s method is ending the memory shortage premium" in brief.marked("bold")
        assert len(scene.chats.parts(long_message())) > 1
        assert [call.status for call in scene.telegram.called("sendRichMessage")] == [404]


async def test_they_can_be_switched_off(store: Store, clock: FakeClock) -> None:
    """`[telegram] rich = false`: for people whose app cannot show them."""
    async with opened(store, clock, unknown=frozenset(), telegram={"rich": False}) as scene:
        await scene.starts(scene.anna)
        [brief] = await scene.brief(scene.anna.chat)
        assert brief.rich is None
        assert not scene.telegram.called("sendRichMessage")


async def test_a_server_that_forgets_them(scene: Scene) -> None:
    """What was meant to be one rich message comes plainly, in as many as it takes: every word once and in order, the
    later ones without a sound; and they are not tried again."""
    await scene.starts(scene.anna)
    scene.telegram.unknown = frozenset(RICH)
    await arrived_in_parts(scene)
    assert len(richly(scene)) == 1
    assert len(scene.chats.parts(long_message())) > 1
    await scene.brief(scene.anna.chat)
    assert len(richly(scene)) == 1


async def arrived_in_parts(scene: Scene) -> list[Shown]:
    before = len(scene.telegram.told(scene.anna.chat))
    outcome = await sent(scene, scene.anna.chat, long_message())
    parts = scene.telegram.told(scene.anna.chat)[before:]
    assert outcome == Sent(str(parts[0].id))
    assert len(parts) > 1
    assert [part.silent for part in parts] == [False] + [True] * (len(parts) - 1)
    whole = rich.content(long_message())
    assert whole
    assert words_of("".join(part.words for part in parts)) == words_of(rich_message(whole).text)
    assert "Why?" in parts[-1].buttons
    return parts


async def test_a_refused_one_is_said_plainly(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """And so is what follows in the chat within the hour, without a try; later they are tried again."""
    caplog.set_level(logging.ERROR)
    await scene.starts(scene.anna)
    scene.telegram.script("sendRichMessage", INVALID)
    first = Message((quote("It rained."),), "x")
    for tries in (1, 1, 2):
        assert isinstance(await sent(scene, scene.anna.chat, first), Sent)
        assert len(richly(scene)) == tries
        scene.clock.advance(REFUSED_SECONDS / 2 + 1)
    shown = scene.telegram.told(scene.anna.chat)[-3:]
    assert [message.words for message in shown] == ["“It rained.”\nMeridian Times ↗"] * 3
    assert [message.rich is None for message in shown] == [True, True, False]


async def test_a_limit_in_the_middle_is_waited_out(scene: Scene) -> None:
    """What has begun is finished: nothing is said twice, and nothing is left out."""
    await scene.starts(scene.anna)
    scene.telegram.unknown = frozenset(RICH)
    scene.telegram.script("sendMessage", None, Limited(3), Limited(1))
    await arrived_in_parts(scene)


async def test_what_is_lost_in_the_middle_is_not_said_twice(scene: Scene) -> None:
    """Whether the rest arrived is not known, and that is said; the same where Telegram lets it wait too long, or takes
    the beginning and not the rest."""
    await scene.starts(scene.anna)
    scene.telegram.unknown = frozenset(RICH)
    unsure = "only the beginning of the message has arrived"
    for faults, why in (
        ([None, Lost()], "Telegram gave no answer"),
        ([None, *[Limited(60)] * 9], unsure),
        ([None, Refused(400, "Bad Request: something new")], unsure),
    ):
        before = len(scene.telegram.told(scene.anna.chat))
        scene.telegram.script("sendMessage", *faults)
        outcome = await sent(scene, scene.anna.chat, long_message()) if before == 1 else await again(scene)
        assert outcome == Unknown(why)
        scene.telegram.heal("sendMessage")
        assert len(scene.telegram.told(scene.anna.chat)) - before in (1, 2)
        scene.clock.advance(60)


async def again(scene: Scene) -> SendOutcome:
    """The long message once more, as it was cut while the server still knew rich messages."""
    channel = await scene.channel(scene.anna.chat)
    delivery = Delivery("d2", channel.id, "telegram", channel.address, "x", 1, long_message(), DeliveryState.SENDING)
    return await scene.chats.send(delivery)


async def test_a_rich_message_whose_answer_is_lost_is_not_said_again(scene: Scene) -> None:
    """Neither richly nor plainly."""
    await scene.starts(scene.anna)
    scene.telegram.script("sendRichMessage", Lost())
    assert await sent(scene, scene.anna.chat, long_message()) == Unknown("Telegram gave no answer")
    assert len(scene.telegram.told(scene.anna.chat)) == 2


async def test_who_blocked_the_bot_is_not_tried_twice(scene: Scene) -> None:
    """That nothing can be said in a chat does not depend on the form."""
    await scene.starts(scene.anna)
    scene.telegram.blocks(scene.anna)
    before = len(scene.telegram.called("sendMessage"))
    assert not isinstance(await sent(scene, scene.anna.chat, Message((quote("It rained."),), "x")), Sent)
    assert len(scene.telegram.called("sendMessage")) == before


async def test_what_one_person_alone_sees_stays_plain(scene: Scene) -> None:
    """In a supergroup: ephemeral messages have no rich form."""
    chat = scene.telegram.supergroup("Desk", scene.anna, scene.ben)
    scene.telegram.adds_bot(scene.anna, chat, admin=True)
    await scene.next(chat)
    scene.telegram.says(scene.ben, chat, "/brief@bellwether_bot")
    await scene.telegram.until(lambda: scene.telegram.whispered(scene.ben, chat))
    assert scene.telegram.whispered(scene.ben, chat)[-1].rich is None


# --- while it grows --------------------------------------------------------------------------------------------------

ASKED = "who said that the shortage was a choice of method?"


@pytest.mark.parametrize(
    ("unknown", "drafts", "actions"),
    [
        (frozenset[str](), {True}, False),
        (frozenset({"sendRichMessageDraft"}), {False}, False),
        (frozenset({"sendRichMessageDraft", "sendMessageDraft"}), set[bool](), True),
    ],
    ids=["rich", "plain", "typing"],
)
async def test_an_answer_that_grows(
    store: Store, clock: FakeClock, unknown: frozenset[str], drafts: set[bool], actions: bool
) -> None:
    """It is shown in the form it will have; else as text; else “typing…” is shown. What the server does not know is
    tried once."""
    async with opened(store, clock, unknown=unknown) as scene:
        await scene.starts(scene.anna)
        for _ in range(2):
            answer = await scene.says(scene.anna, scene.anna.chat, ASKED)
            assert answer.rich
            scene.clock.advance(60)
        assert {draft.rich is not None for draft in scene.telegram.drafts} == drafts
        assert bool(scene.telegram.actions) == actions
        for method in unknown:
            assert len(scene.telegram.called(method)) == 1


async def test_a_refused_draft_is_shown_plainly(scene: Scene) -> None:
    """And for an hour no other is tried."""
    await scene.starts(scene.anna)
    scene.telegram.script("sendRichMessageDraft", INVALID)
    await scene.says(scene.anna, scene.anna.chat, ASKED)
    scene.clock.advance(60)
    await scene.says(scene.anna, scene.anna.chat, ASKED)
    assert len(scene.telegram.called("sendRichMessageDraft")) == 1
    assert [draft.rich for draft in scene.telegram.drafts] == [None, None]
