"""The tests' own Telegram is as strict as Telegram, and the real python-telegram-bot cannot tell them apart."""

from __future__ import annotations

import asyncio
import json
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChatAdministrators,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
    TelegramObject,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ApplicationBuilder
from telegram.request import HTTPXRequest

from bot.model.settings import load
from tests.clock import PATIENCE
from tests.servers import telegram_rules
from tests.servers.telegram import (
    TOKEN,
    Broken,
    Fault,
    Garbled,
    Hang,
    Limited,
    Lost,
    NoConnection,
    Refused,
    Telegram,
    serve,
    telegram_server,
)
from tests.servers.telegram_chats import Chat, User
from tests.servers.telegram_page import page
from tests.servers.telegram_rules import Json


@pytest.fixture(autouse=True)
def time_as_the_library_will_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this every 429 is a deprecation warning too."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with telegram_server() as server:
        yield server


def patient() -> HTTPXRequest:
    """The library's way out, which gives up on no slow machine."""
    return HTTPXRequest(read_timeout=PATIENCE, write_timeout=PATIENCE, connect_timeout=PATIENCE, pool_timeout=PATIENCE)


@asynccontextmanager
async def bot_of(telegram: Telegram, token: str = TOKEN) -> AsyncIterator[Bot]:
    async with Bot(token, base_url=telegram.settings["telegram_api_url"], request=patient()) as bot:
        yield bot


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    async with bot_of(telegram) as opened:
        yield opened


@asynccontextmanager
async def polling(telegram: Telegram, **how: Any) -> AsyncIterator[asyncio.Queue[Any]]:
    """The updates that the library gets by polling as a bot does."""
    builder = ApplicationBuilder().token(TOKEN).base_url(telegram.settings["telegram_api_url"]).job_queue(None)
    app = builder.build()
    assert app.updater is not None
    async with app:
        how.setdefault("error_callback", lambda _: None)
        await app.updater.start_polling(poll_interval=0.01, timeout=30, **how)
        try:
            yield app.update_queue
        finally:
            await app.updater.stop()


def keyboard(**buttons: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data) for label, data in buttons.items()]])


def greeted(telegram: Telegram, name: str = "Anna") -> User:
    """Somebody who has started the bot."""
    user = telegram.user(name, name.lower())
    telegram.starts(user)
    return user


def newest(telegram: Telegram) -> Json:
    return telegram.sent[-1]


def picture(width: int, height: int) -> bytes:
    """A black PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


# --- updates -------------------------------------------------------------------------------------------------------


async def test_the_library_polls(telegram: Telegram) -> None:
    """What somebody says arrives by long polling, once, and is confirmed by asking for the next."""
    anna = telegram.user("Anna")
    async with polling(telegram) as updates:
        telegram.starts(anna, "code")
        telegram.says(anna, anna.chat, "why?")
        texts = [(await updates.get()).message.text for _ in range(2)]
    assert texts == ["/start code", "why?"]
    assert telegram.pending == []
    assert updates.empty()


async def test_what_people_do_has_true_shapes(telegram: Telegram, bot: Bot) -> None:
    """The library reads every update and finds no field in it that it does not know, nor one that is missing."""
    telegram.allowed = frozenset(Update.ALL_TYPES)
    anna, ben = greeted(telegram), telegram.user("Ben")
    desk = telegram.adds_bot(anna, telegram.supergroup("Desk", anna, ben, forum=True, username="desk"), admin=True)
    topic = telegram.creates_topic(desk, "Briefs")
    said = telegram.says(ben, desk, "/why@bellwether_bot 2, @ben: https://a.example 🙂", thread=topic)
    telegram.says(anna, desk, "No.", reply_to=said, quote="@ben")
    telegram.says(anna, desk, "Nobody said this", anonymous=True)
    telegram.edits(ben, said, "/why 3")
    telegram.forwards(anna, anna.chat, said)
    telegram.forwards(ben, desk, anna.chat.last)
    telegram.another_bot_says(desk, "beep")
    telegram.reacts(ben, said, "👍")
    telegram.joins(telegram.user("Cem"), desk)
    telegram.leaves(ben, desk)
    telegram.joins(ben, desk)
    telegram.promotes(anna, ben, desk)
    telegram.demotes(anna, ben, desk)
    talk = telegram.supergroup("Talk", anna)
    channel = telegram.channel("News", anna, discussion=talk)
    telegram.adds_bot(anna, talk, admin=True)
    telegram.adds_bot(anna, channel)
    post = telegram.posts(channel, "Signal one")
    telegram.comments(ben, post, "Why?")
    telegram.edits(anna, post, "Signal two")
    group = telegram.adds_bot(anna, telegram.group("Old", anna))
    telegram.migrates(group)
    await bot.send_message(anna.id, "Here.", reply_markup=keyboard(Why="why s1"))
    telegram.presses(anna, anna.chat.last, "Why")
    telegram.silences_bot(anna, desk)
    telegram.kicks_bot(anna, desk)
    telegram.blocks(anna)
    telegram.unblocks(anna)
    assert {name for update in telegram.sent for name in update if name != "update_id"} == {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "callback_query",
        "my_chat_member",
        "chat_member",
        "message_reaction",
    }
    for update in telegram.sent:
        read = Update.de_json(update, bot)
        assert unknown(read) == []
        assert contains(read.to_dict(), update)


def unknown(read: object) -> list[str]:
    """The fields the library does not know, wherever they are."""
    if isinstance(read, TelegramObject):
        names = {name for each in type(read).__mro__ for name in getattr(each, "__slots__", ())}
        fields = [getattr(read, name) for name in names if not name.startswith("_") and name != "api_kwargs"]
        return [*read.api_kwargs, *unknown(fields)]
    return [name for each in read for name in unknown(each)] if isinstance(read, (list, tuple)) else []


def contains(read: Any, sent: Any) -> bool:
    """Whether all that was sent is in what was read; the library adds some defaults, and leaves empty lists out."""
    if isinstance(sent, dict):
        return all(contains(read.get(name, []), each) for name, each in sent.items())
    if isinstance(sent, list):
        return len(read) == len(sent) and all(map(contains, read, sent))
    return bool(read == sent)


async def test_only_the_kinds_asked_for(telegram: Telegram, bot: Bot) -> None:
    """allowed_updates holds for what happens after it was given; reactions come only where they are named."""
    anna = greeted(telegram)
    telegram.reacts(anna, anna.chat.last, "👍")
    assert [each.message.text for each in await bot.get_updates(timeout=0) if each.message] == ["/start"]
    await bot.get_updates(telegram.sent[-1]["update_id"] + 1, timeout=0, allowed_updates=["message_reaction"])
    telegram.says(anna, anna.chat, "unheard")
    telegram.reacts(anna, anna.chat.last, "👍")
    (update,) = await bot.get_updates(timeout=0)
    assert update.message_reaction is not None


async def test_the_settings_lead_here() -> None:
    """`serve` gives the settings with which a platform finds its server."""
    async with serve() as given:
        settings = load(**given)
        assert settings.telegram_bot_token is not None
        async with Bot(settings.telegram_bot_token.get_secret_value(), str(settings.telegram_api_url)) as bot:
            assert bot.username == "bellwether_bot"


async def test_an_offset_confirms(telegram: Telegram, bot: Bot) -> None:
    """Updates come again until a higher offset is asked for; a negative one leaves so many."""
    anna = greeted(telegram)
    for words in ("one", "two", "three"):
        telegram.says(anna, anna.chat, words)
    first = await bot.get_updates(limit=2)
    assert [each.message.text for each in first if each.message] == ["/start", "one"]
    assert (await bot.get_updates(first[1].update_id))[0].update_id == first[1].update_id
    (last,) = await bot.get_updates(-1)
    assert last.message is not None
    assert last.message.text == "three"
    assert await bot.get_updates(last.update_id + 1, timeout=0) == ()


async def test_two_pollers_conflict(telegram: Telegram, bot: Bot) -> None:
    """A second poller ends the first with 409."""
    async with bot_of(telegram) as other:
        first = asyncio.create_task(bot.get_updates(timeout=30))
        await telegram.until(lambda: telegram.polled)
        second = asyncio.create_task(other.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        greeted(telegram)
        assert len(await second) == 1


async def test_an_update_comes_again(telegram: Telegram) -> None:
    """A confirmed update may be delivered once more, under its old id."""
    anna = telegram.user("Anna")
    async with polling(telegram) as updates:
        telegram.starts(anna)
        first = await updates.get()
        telegram.delivers_again()
        again = await updates.get()
        assert again.update_id == first.update_id
        telegram.says(anna, anna.chat, "next")
        assert (await updates.get()).message.text == "next"


async def test_an_unreadable_update_stops_the_library(telegram: Telegram, caplog: pytest.LogCaptureFixture) -> None:
    """What the library cannot read it asks for again and again, and nothing behind it arrives."""
    anna = telegram.user("Anna")
    async with polling(telegram) as updates:
        telegram.delivers_unreadable()
        telegram.starts(anna)
        await telegram.until(lambda: len(telegram.called("getUpdates")) > 5)
        assert updates.empty()
        assert len(telegram.pending) == 2
        telegram.pending.clear()
    assert "Received data was *not* processed" in caplog.text


# --- privacy -------------------------------------------------------------------------------------------------------


async def heard(telegram: Telegram, *say: tuple[User, Chat, str]) -> list[str]:
    for user, chat, text in say:
        telegram.says(user, chat, text)
    return [update["message"]["text"] for update in telegram.sent if "text" in update.get("message", {})]


async def test_privacy(telegram: Telegram, bot: Bot) -> None:
    """In a group a bot hears commands, mentions and replies to itself; as an admin it hears everything."""
    anna = telegram.user("Anna")
    desk = telegram.adds_bot(anna, telegram.supergroup("Desk", anna))
    said = [(anna, desk, each) for each in ("hello", "/help", "/help@other_bot", "hi @bellwether_bot", "@anna")]
    assert await heard(telegram, *said) == ["/help", "hi @bellwether_bot"]
    sent = await bot.send_message(desk.id, "The brief")
    telegram.says(anna, desk, "why?", reply_to=desk.messages[sent.message_id])
    assert newest(telegram)["message"]["text"] == "why?"
    telegram.another_bot_says(desk, "beep")
    assert (await heard(telegram, (anna, desk, "/mutes")))[-1] == "beep"
    assert (await heard(telegram, (anna, desk, "/mutes@bellwether_bot")))[-1] == "/mutes@bellwether_bot"
    telegram.promotes(anna, telegram.bot, desk)
    assert (await heard(telegram, (anna, desk, "anything")))[-1] == "anything"


async def test_a_bot_without_privacy_hears_all() -> None:
    """Where BotFather has turned privacy off, getMe says so and everything is heard."""
    async with telegram_server(privacy=False) as telegram, bot_of(telegram) as bot:
        anna = telegram.user("Anna")
        group = telegram.adds_bot(anna, telegram.group("Desk", anna))
        assert (await bot.get_me()).can_read_all_group_messages
        assert await heard(telegram, (anna, group, "anything")) == ["anything"]


# --- channels, topics, groups that move ----------------------------------------------------------------------------


async def test_comments_lead_back_to_the_post(telegram: Telegram, bot: Bot) -> None:
    """The bot's own post is forwarded into the discussion group; a comment replies to that, which names the post."""
    anna, ben = telegram.user("Anna"), telegram.user("Ben")
    talk = telegram.supergroup("Talk", anna)
    channel = telegram.channel("News", anna, discussion=talk)
    telegram.adds_bot(anna, channel)
    telegram.adds_bot(anna, talk, admin=True)
    post = await bot.send_message(channel.id, "The brief")
    forward = Update.de_json(newest(telegram), bot).message
    assert forward is not None
    assert forward.is_automatic_forward
    assert forward.forward_origin.to_dict()["message_id"] == post.message_id  # type: ignore[union-attr] # it has one
    telegram.comments(ben, channel.last, "why?")
    comment = Update.de_json(newest(telegram), bot).message
    assert comment is not None
    assert comment.reply_to_message is not None
    assert comment.reply_to_message.message_id == comment.message_thread_id == forward.message_id
    answer = await bot.send_message(talk.id, "Because.", message_thread_id=forward.message_id)
    assert answer.message_thread_id == forward.message_id


async def test_topics(telegram: Telegram, bot: Bot) -> None:
    """In a forum what is said in a topic carries its id, and seems to reply to the topic's beginning."""
    anna = telegram.user("Anna")
    desk = telegram.adds_bot(anna, telegram.supergroup("Desk", anna, forum=True))
    topic = telegram.creates_topic(desk, "Briefs")
    telegram.says(anna, desk, "/start", thread=topic)
    message = Update.de_json(newest(telegram), bot).message
    assert message is not None
    assert (message.is_topic_message, message.message_thread_id) == (True, topic)
    assert message.reply_to_message is not None
    assert message.reply_to_message.forum_topic_created is not None
    await bot.send_message(desk.id, "Here", message_thread_id=topic)
    assert [each.text for each in telegram.told(desk, topic)] == ["Here"]
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(desk.id, "Where?", message_thread_id=topic + 99)


async def test_a_group_becomes_a_supergroup(telegram: Telegram, bot: Bot) -> None:
    """Sends to the old group answer with the new one's id, which its last message named."""
    anna = telegram.user("Anna")
    group = telegram.adds_bot(anna, telegram.group("Desk", anna))
    new = telegram.migrates(group)
    assert [each["message"].get("migrate_to_chat_id") for each in telegram.sent[-2:]] == [new.id, None]
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group.id, "Here?")
    assert moved.value.new_chat_id == new.id
    await bot.send_message(new.id, "Here.")
    assert new.texts == ["Here."]


async def test_who_may_not_be_written_to(telegram: Telegram, bot: Bot) -> None:
    """Blocked, kicked, silenced, never started, gone or unknown: each is refused in Telegram's words."""
    anna, ben, cem = greeted(telegram), telegram.user("Ben"), greeted(telegram, "Cem")
    group = telegram.adds_bot(anna, telegram.group("Small", anna))
    desk = telegram.adds_bot(anna, telegram.supergroup("Desk", anna))
    news = telegram.channel("News", anna)
    telegram.blocks(anna)
    telegram.kicks_bot(anna, group)
    telegram.silences_bot(anna, desk)
    telegram.deactivates(cem)
    for chat_id, error, words in (
        (anna.id, Forbidden, "bot was blocked by the user"),
        (ben.id, Forbidden, "bot can't initiate conversation with a user"),
        (cem.id, Forbidden, "user is deactivated"),
        (group.id, Forbidden, "bot was kicked from the group chat"),
        (news.id, Forbidden, "bot is not a member of the channel chat"),
        (desk.id, BadRequest, "Not enough rights to send text messages to the chat"),
        (-4711, BadRequest, "Chat not found"),
    ):
        with pytest.raises(error, match=words):
            await bot.send_message(chat_id, "Hello?")
    telegram.starts(anna)
    await bot.send_message(anna.id, "Hello.")


# --- what the bot does ---------------------------------------------------------------------------------------------


async def test_sending_and_editing(telegram: Telegram, bot: Bot) -> None:
    """A message is kept as it was sent; an edit without a keyboard takes the keyboard away."""
    anna = greeted(telegram)
    bold = MessageEntity("bold", 0, 4)
    link = MessageEntity("text_link", 5, 6, url="https://a.example/x")
    sent = await bot.send_message(
        anna.id,
        "Bold source",
        entities=[bold, link],
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(anna.chat.last.id, quote="/start"),
        reply_markup=keyboard(Why="why s1"),
    )
    kept = anna.chat.last
    assert (kept.id, kept.text, kept.buttons) == (sent.message_id, "Bold source", {"Why": "why s1"})
    assert (kept.marked("bold"), kept.links) == (["Bold"], {"source": "https://a.example/x"})
    assert kept.quote == {"text": "/start", "position": 0, "is_manual": True}
    assert kept.preview == {"is_disabled": True}
    await bot.edit_message_text("Muted", anna.id, sent.message_id)
    assert (kept.text, kept.buttons, kept.versions[0].text) == ("Muted", {}, "Bold source")
    await bot.edit_message_reply_markup(anna.id, sent.message_id, reply_markup=keyboard(Undo="undo"))
    assert (kept.text, kept.buttons) == ("Muted", {"Undo": "undo"})
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("Muted", anna.id, sent.message_id, reply_markup=keyboard(Undo="undo"))
    await bot.delete_message(anna.id, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("Late", anna.id, sent.message_id)


async def test_buttons(telegram: Telegram, bot: Bot) -> None:
    """A press brings the data and the message; it is answered once and in time; an old screen presses old data."""
    anna = greeted(telegram)
    await bot.send_message(anna.id, "Brief", reply_markup=keyboard(Why="why s1"))
    message = anna.chat.last
    press = telegram.presses(anna, message, "Why")
    query = Update.de_json(newest(telegram), bot).callback_query
    assert query is not None
    assert query.data == "why s1"
    await query.answer("Asked", show_alert=True)
    assert press.answer == {"text": "Asked", "show_alert": True}
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()
    late = telegram.presses(anna, message, "Mute", data="mute s1")
    telegram.expires(late)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(late.id)
    telegram.deletes(message)
    telegram.presses(anna, message, "Why")
    gone = Update.de_json(newest(telegram), bot).callback_query
    assert gone is not None
    assert gone.message is not None
    assert not gone.message.is_accessible


async def test_drafts_and_actions(telegram: Telegram, bot: Bot) -> None:
    """An answer in the making streams in private chats only; elsewhere the bot is typing."""
    anna = greeted(telegram)
    desk = telegram.adds_bot(anna, telegram.supergroup("Desk", anna))
    await bot.send_message_draft(anna.id, 7, "Look")
    await bot.send_message_draft(anna.id, 7, "Looking")
    assert [(each.id, each.text) for each in telegram.drafts] == [(7, "Look"), (7, "Looking")]
    with pytest.raises(BadRequest, match="Textdraft_peer_invalid"):
        await bot.send_message_draft(desk.id, 7, "Look")
    await bot.send_chat_action(desk.id, "typing")
    assert [(each.chat, each.action) for each in telegram.actions] == [(desk, "typing")]


async def test_rich_messages(telegram: Telegram, bot: Bot) -> None:
    """Each block is a line of what is read, styles and blocks are marked; an edit goes from one form to the other; an
    older Telegram knows none of it."""
    anna = greeted(telegram)
    html = (
        '<h3>Title</h3><p>a &amp; <b>b</b><br>c</p><blockquote>“q”<cite><a href="https://a.example/x">S</a></cite>'
        "</blockquote><table><tr><td>one</td><td>1</td></tr></table><details><summary>More</summary><ul><li>x</li></ul>"
        "</details>"
    )
    shown = {"html": html, "skip_entity_detection": True}
    sent = await bot.do_api_request("sendRichMessage", {"chat_id": anna.id, "rich_message": shown})
    assert "text" not in sent
    message = anna.chat.last
    assert message.words.splitlines() == ["Title", "a & b", "c", "“q”", "S", "one", "1", "More", "x"]
    assert (message.marked("heading", "bold"), message.marked("td")) == (["Title", "b"], ["one", "1"])
    assert message.links == {"S": "https://a.example/x"}
    assert html in page(anna.chat)
    await bot.edit_message_text("plain", anna.id, message.id)
    assert (message.rich, message.words) == (None, "plain")
    nothing: Any = None
    await bot.edit_message_text(nothing, anna.id, message.id, api_kwargs={"rich_message": shown})
    assert message.rich == html
    await bot.do_api_request("sendRichMessageDraft", {"chat_id": anna.id, "draft_id": 7, "rich_message": shown})
    assert telegram.drafts[-1].rich == html
    telegram.unknown = frozenset(("sendRichMessage",))
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendRichMessage", {"chat_id": anna.id, "rich_message": shown})
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.edit_message_text(nothing, anna.id, message.id, api_kwargs={"rich_message": shown})


async def test_commands_by_scope(telegram: Telegram, bot: Bot) -> None:
    """Everybody is offered the commands of the narrowest scope that has any, in their language where there are."""
    anna, ben = telegram.user("Anna", language="de"), telegram.user("Ben")
    desk = telegram.adds_bot(anna, telegram.supergroup("Desk", anna, ben))
    await bot.set_my_commands([BotCommand("help", "what there is")])
    await bot.set_my_commands([BotCommand("start", "begin")], BotCommandScopeAllPrivateChats())
    await bot.set_my_commands([BotCommand("los", "anfangen")], BotCommandScopeAllPrivateChats(), "de")
    await bot.set_my_commands([BotCommand("bar", "how strong")], BotCommandScopeChatAdministrators(desk.id))
    menus = [telegram.menu(user, chat) for user in (anna, ben) for chat in (user.chat, desk)]
    assert menus == [["los"], ["bar"], ["start"], ["help"]]
    await bot.delete_my_commands(BotCommandScopeAllPrivateChats())
    assert telegram.menu(ben, ben.chat) == ["help"]
    assert [each.command for each in await bot.get_my_commands()] == ["help"]
    await bot.set_my_description("Reads the news")
    assert telegram.descriptions == {("description", ""): "Reads the news"}


async def test_chats_and_members(telegram: Telegram, bot: Bot) -> None:
    """Who is admin can be asked, and where the channel's discussion is."""
    anna, ben = telegram.user("Anna"), telegram.user("Ben")
    talk = telegram.adds_bot(anna, telegram.supergroup("Talk", anna, ben))
    channel = telegram.adds_bot(anna, telegram.channel("News", anna, discussion=talk))
    assert (await bot.get_chat(channel.id)).linked_chat_id == talk.id
    assert [(await bot.get_chat_member(talk.id, user.id)).status for user in (anna, ben)] == ["creator", "member"]
    admins = await bot.get_chat_administrators(channel.id)
    assert [(each.user.first_name, each.status) for each in admins] == [
        ("Anna", "creator"),
        ("The Bellwether", "administrator"),
    ]
    await bot.leave_chat(talk.id)
    assert newest(telegram)["my_chat_member"]["new_chat_member"]["status"] == "left"


async def test_pictures(telegram: Telegram, bot: Bot) -> None:
    """A picture is uploaded once, and sent again by its id; what is none is refused."""
    anna = greeted(telegram)
    sent = await bot.send_photo(anna.id, picture(40, 20), caption="Strength of s1", reply_markup=keyboard(Why="why s1"))
    assert (sent.photo[0].width, sent.photo[0].height) == (40, 20)
    assert anna.chat.last.photo == picture(40, 20)
    again = await bot.send_photo(anna.id, sent.photo[0].file_id)
    assert anna.chat.messages[again.message_id].photo == picture(40, 20)
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(anna.id, b"no picture")


# --- what is refused -----------------------------------------------------------------------------------------------

BUTTON = {"text": "Why", "callback_data": "why s1"}


def entity(kind: str, offset: int, length: int, **more: Any) -> Json:
    return {"type": kind, "offset": offset, "length": length} | more


def board(*rows: list[Json]) -> Json:
    return {"inline_keyboard": rows}


def text(words: str, *entities: Json, **more: Any) -> tuple[str, Json]:
    return "sendMessage", {"text": words} | ({"entities": entities} if entities else {}) | more


def commands(*each: Json) -> tuple[str, Json]:
    return "setMyCommands", {"chat_id": None, "commands": each}


def rich(html: str, **more: Any) -> tuple[str, Json]:
    return "sendRichMessage", {"rich_message": {"html": html, "skip_entity_detection": True} | more}


EDIT = {"message_id": 2}

REFUSED = {
    "an unknown parameter": (text("x", parse_mode="HTML"), 'sendMessage has no parameter "parse_mode"'),
    "a misspelt parameter": (text("x", reply_makrup=board([BUTTON])), 'has no parameter "reply_makrup"'),
    "an unknown field": (text("x", reply_markup=board([BUTTON | {"colour": "red"}])), 'has no field "colour"'),
    "no chat": (("sendMessage", {"chat_id": None, "text": "x"}), "chat_id is empty"),
    "no text": (("sendMessage", {}), "message text is empty"),
    "an empty text": (text(""), "message text is empty"),
    "nothing but blanks": (text(" \n "), "text must be non-empty"),
    "a chat that is none": (text("x", chat_id="nobody"), "chat not found"),
    "a wrong type": (text("x", disable_notification="maybe"), "can't parse parameter"),
    "a wrong type within": (text("x", link_preview_options={"is_disabled": "yes"}), 'field "is_disabled" must be'),
    "4097 characters": (text("x" * 4097), "message is too long"),
    "2049 emoji": (text("🙂" * 2049), "message is too long"),
    "101 entities": (text("x" * 101, *(entity("bold", at, 1) for at in range(101))), "101 entities"),
    "an entity behind the end": (text("x", entity("bold", 2, 1)), "begins after the end of the text at UTF-16 offset"),
    "an entity too long": (text("x", entity("bold", 0, 2)), "ends after the end of the text at UTF-16 offset 2"),
    "an entity before the text": (text("x", entity("bold", -1, 1)), "incorrect offset -1"),
    "half an emoji first": (
        text("🙂x", entity("bold", 1, 2)),
        "begins in a middle of a UTF-16 symbol at byte offset 4",
    ),
    "half an emoji last": (text("🙂x", entity("bold", 0, 1)), "ends in a middle of a UTF-16 symbol"),
    "an unknown entity": (text("x", entity("loud", 0, 1)), "can't parse MessageEntity: Unsupported type specified"),
    "an entity without a length": (text("x", {"type": "bold", "offset": 0}), 'can\'t find field "length"'),
    "a quotation in a quotation": (
        text("abc", entity("blockquote", 0, 3), entity("expandable_blockquote", 1, 1)),
        "expandable_blockquote can't be inside blockquote",
    ),
    "bold code": (text("abc", entity("bold", 0, 3), entity("code", 1, 1)), "code can't be inside bold"),
    "entities that cross": (text("abc", entity("bold", 0, 2), entity("italic", 1, 2)), "overlap"),
    "a link without an address": (text("x", entity("text_link", 0, 1)), 'Can\'t find field "url"'),
    "a link to nowhere": (text("x", entity("text_link", 0, 1, url="https://")), "URL host is empty"),
    "a link that is none": (text("x", entity("text_link", 0, 1, url="here")), "Wrong HTTP URL"),
    "a link of another kind": (text("x", entity("text_link", 0, 1, url="ftp://a.example")), "Unsupported URL protocol"),
    "65 bytes of data": (text("x", reply_markup=board([BUTTON | {"callback_data": "é" * 33}])), "BUTTON_DATA_INVALID"),
    "no data": (text("x", reply_markup=board([BUTTON | {"callback_data": ""}])), "Text buttons are unallowed"),
    "a button without a text": (text("x", reply_markup=board([{"callback_data": "x"}])), 'can\'t find field "text"'),
    "a button that does two things": (
        text("x", reply_markup=board([BUTTON | {"url": "https://a.example"}])),
        "does one thing",
    ),
    "a button to nowhere": (text("x", reply_markup=board([{"text": "x", "url": "y"}])), "inline keyboard button URL"),
    "an empty row": (text("x", reply_markup=board([BUTTON], [])), "has an empty row"),
    "101 buttons": (text("x", reply_markup=board(*([BUTTON],) * 101)), "reply markup is too long"),
    "nine in a row": (text("x", reply_markup=board([BUTTON] * 9)), "reply markup is too long"),
    "a reply to nothing": (text("x", reply_parameters={"message_id": 99}), "message to be replied not found"),
    "a long quote": (text("x", reply_parameters={"message_id": 1, "quote": "x" * 1025}), "QUOTE_TEXT_INVALID"),
    "a false quote": (text("x", reply_parameters={"message_id": 1, "quote": "stop"}), "QUOTE_TEXT_INVALID"),
    "a quote without its bold": (text("x", reply_parameters={"message_id": 2, "quote": "Bold"}), "QUOTE_TEXT_INVALID"),
    "a topic in a private chat": (text("x", message_thread_id=1), "message thread not found"),
    "1025 characters under a picture": (
        ("sendPhoto", {"photo": "photo-1-1", "caption": "x" * 1025}),
        "message caption is too long",
    ),
    "a rich message without a word": (rich("<p> </p>"), "rich message must be non-empty"),
    "a rich message without content": (("sendRichMessage", {"rich_message": {}}), "rich message must be non-empty"),
    "a rich message in Markdown": (rich("", markdown="# x"), 'has no field "markdown"'),
    "a rich message that is searched for links": (
        ("sendRichMessage", {"rich_message": {"html": "<p>x</p>"}}),
        "skip_entity_detection is not asked for",
    ),
    "a tag that is none": (rich("<p><blink>x</blink></p>"), 'unsupported start tag "blink"'),
    "a tag that is not closed": (rich("<p><b>x</b>"), 'can\'t find end tag corresponding to start tag "p"'),
    "tags that cross": (rich("<p><b>x</p></b>"), 'unmatched end tag "p"'),
    "words outside of a block": (rich("x<p>y</p>"), "text outside of any block"),
    "a style outside of a block": (rich("<b>x</b>"), "<b> stands outside of any block"),
    "a block within a line": (rich("<h3>a<p>x</p></h3>"), 'the block "p" stands within a line'),
    "a cell without a row": (rich("<table><td>x</td></table>"), "<td> stands in table"),
    "an attribute that is none": (rich('<p style="x">x</p>'), "<p> has no attribute style"),
    "a letter that is not listed": (rich("<p>&eacute;</p>"), '"&eacute;" is not among those that are read'),
    "a rich link to nowhere": (rich('<p><a href="https://">x</a></p>'), "URL host is empty"),
    "32769 characters": (rich(f"<p>{'x' * 32_769}</p>"), "RICH_MESSAGE_TOO_LONG"),
    "501 blocks": (rich("<p>x</p>" * 501), "RICH_MESSAGE_TOO_MANY_BLOCKS"),
    "17 levels": (rich(f"{'<details>' * 17}x{'</details>' * 17}"), "RICH_MESSAGE_TOO_DEEP"),
    "a rich draft without a number": (
        ("sendRichMessageDraft", {"draft_id": 0, "rich_message": {"html": "<p>x</p>", "skip_entity_detection": True}}),
        "RANDOM_ID_INVALID",
    ),
    "an edit to both": (
        ("editMessageText", EDIT | {"text": "x", "rich_message": {"html": "<p>x</p>", "skip_entity_detection": True}}),
        "not to both",
    ),
    "a button in a colour that is none": (text("x", reply_markup=board([BUTTON | {"style": "red"}])), "button style"),
    "an unknown picture": (("sendPhoto", {"photo": "photo-1-1"}), "wrong file identifier/HTTP URL specified"),
    "an edit of nothing": (("editMessageText", {"message_id": 99, "text": "x"}), "message to edit not found"),
    "an edit of nobody's": (("editMessageText", {"text": "x"}), "message identifier is not specified"),
    "an edit of another's": (("editMessageText", {"message_id": 1, "text": "x"}), "message can't be edited"),
    "an edit that changes nothing": (
        ("editMessageText", EDIT | {"text": "Bold ", "entities": [entity("bold", 0, 4)]}),
        "message is not modified",
    ),
    "a keyboard as it was": (("editMessageReplyMarkup", EDIT), "message is not modified"),
    "an edit too long": (("editMessageText", EDIT | {"text": "x" * 4097}), "message is too long"),
    "an edit to nothing": (("editMessageText", EDIT | {"text": " "}), "text must be non-empty"),
    "a deletion of nothing": (("deleteMessage", {"message_id": 99}), "message to delete not found"),
    "an unknown action": (("sendChatAction", {"action": "thinking"}), "wrong parameter action in request"),
    "a draft without a number": (("sendMessageDraft", {"draft_id": 0, "text": "x"}), "RANDOM_ID_INVALID"),
    "a draft too long": (("sendMessageDraft", {"draft_id": 1, "text": "x" * 4097}), "message is too long"),
    "an unknown press": (("answerCallbackQuery", {"chat_id": None, "callback_query_id": "1"}), "query is too old"),
    "a capital command": (commands({"command": "Why", "description": "x"}), "BOT_COMMAND_INVALID"),
    "a long command": (commands({"command": "w" * 33, "description": "x"}), "BOT_COMMAND_INVALID"),
    "a command without words": (commands({"command": "why", "description": ""}), "BOT_COMMAND_DESCRIPTION_INVALID"),
    "a wordy command": (commands({"command": "why", "description": "x" * 257}), "BOT_COMMAND_DESCRIPTION_INVALID"),
    "101 commands": (
        commands(*({"command": f"c{number}", "description": "x"} for number in range(101))),
        "BOT_COMMANDS_TOO_MUCH",
    ),
    "an unknown scope": (
        ("setMyCommands", {"chat_id": None, "commands": [], "scope": {"type": "all"}}),
        "unsupported type specified",
    ),
    "an unknown language": (
        ("setMyCommands", {"chat_id": None, "commands": [], "language_code": "deu"}),
        "invalid language code specified",
    ),
    "a long description": (
        ("setMyDescription", {"chat_id": None, "description": "x" * 513}),
        "description is too long",
    ),
    "admins of a private chat": (("getChatAdministrators", {}), "there are no administrators in the private chat"),
    "an unknown member": (("getChatMember", {"user_id": 1}), "invalid user_id specified"),
    "leaving a private chat": (("leaveChat", {}), "chat member status can't be changed in private chats"),
}


@pytest.mark.parametrize("form", ["json", "form"])
@pytest.mark.parametrize("case", REFUSED)
async def test_refused(telegram: Telegram, case: str, form: str) -> None:
    """What Telegram refuses is refused in its words, and what it overlooks too; nothing is kept of it."""
    (method, given), words = REFUSED[case]
    anna = greeted(telegram)
    address = f"{telegram.settings['telegram_api_url']}{TOKEN}"
    async with httpx.AsyncClient(timeout=PATIENCE) as web:
        bold = {"chat_id": anna.id, "text": "Bold", "entities": [entity("bold", 0, 4)]}
        await web.post(f"{address}/sendMessage", json=bold)
        asked = {name: value for name, value in ({"chat_id": anna.id} | given).items() if value is not None}
        if form == "json":
            answer = await web.post(f"{address}/{method}", json=asked)
        else:
            shown = {name: each if isinstance(each, str) else json.dumps(each) for name, each in asked.items()}
            answer = await web.post(f"{address}/{method}", data=shown)
    assert answer.status_code == answer.json()["error_code"] == 400
    assert answer.json()["ok"] is False
    assert words in answer.json()["description"]
    assert anna.chat.texts == ["/start", "Bold"]
    assert telegram.calls[-1].description == answer.json()["description"]


async def test_just_short_enough(telegram: Telegram, bot: Bot) -> None:
    """The longest of everything passes."""
    anna = greeted(telegram)
    widest = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="é" * 32)] * 5] * 20)
    bold = [MessageEntity("bold", at, 1) for at in range(100)]
    await bot.send_message(anna.id, "🙂" * 2048)
    sent = await bot.send_message(anna.id, "x" * 4096, entities=bold, reply_markup=widest)
    await bot.send_message(
        anna.id, "x", reply_parameters=ReplyParameters(sent.message_id, quote="x" * 1024, quote_entities=bold)
    )
    await bot.set_my_commands([BotCommand(f"c{number}", "x" * 256) for number in range(100)])
    assert len(telegram.told(anna.chat)) == 3


async def test_blanks_around_a_text_go(telegram: Telegram, bot: Bot) -> None:
    """Telegram takes the blanks off, those before it up to the first entity, and moves and cuts the entities."""
    anna = greeted(telegram)
    await bot.send_message(
        anna.id, " \n\r🙂 Bold  \n", entities=[MessageEntity("bold", 6, 6), MessageEntity("italic", 11, 1)]
    )
    assert (anna.chat.last.text, anna.chat.last.marked("bold")) == ("🙂 Bold", ["Bold"])
    assert [(each["type"], each["offset"]) for each in anna.chat.last.entities] == [("bold", 3)]
    await bot.send_message(anna.id, "  Bold", entities=[MessageEntity("bold", 1, 5)])
    assert (anna.chat.last.text, anna.chat.last.marked("bold")) == (" Bold", [" Bold"])


async def test_tokens_and_methods(telegram: Telegram, bot: Bot) -> None:
    """A token of another bot is unauthorized, what is no token or no method is not found."""
    async with httpx.AsyncClient(timeout=PATIENCE) as web:
        for token, code in (("654321:" + "B" * 35, 401), ("1:x", 404)):
            assert (await web.get(f"{telegram.settings['telegram_api_url']}{token}/getMe")).status_code == code
    with pytest.raises(InvalidToken):
        async with bot_of(telegram, "654321:" + "B" * 35):
            pass
    with pytest.raises(TelegramError, match="not found"):
        await bot.do_api_request("sendEverything")


# --- faults --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error", "kept"),
    [
        (Lost(), NetworkError, True),
        (Garbled(), TelegramError, True),
        (Broken(502), NetworkError, False),
        (Broken(504, kept=True), NetworkError, True),
        (NoConnection(), NetworkError, False),
        (Limited(7), RetryAfter, False),
        (Refused(400, "Bad Request: CHAT_RESTRICTED"), BadRequest, False),
        (Refused(500, "Internal Server Error"), NetworkError, False),
    ],
)
async def test_faults(telegram: Telegram, bot: Bot, fault: Fault, error: type[TelegramError], kept: bool) -> None:
    """Each fault is what the library takes it for, and whether the message is there is another question."""
    anna = greeted(telegram)
    telegram.script("sendMessage", fault, None)
    with pytest.raises(error) as raised:
        await bot.send_message(anna.id, "one")
    assert isinstance(raised.value, BadRequest) == (error is BadRequest)
    await bot.send_message(anna.id, "two")
    assert [each.text for each in telegram.told(anna.chat)] == (["one", "two"] if kept else ["two"])
    assert len(telegram.called("sendMessage")) == 2


async def test_an_answer_that_never_comes(telegram: Telegram, bot: Bot) -> None:
    """A call that hangs is given up by the library in its own time, and may be by whoever waits."""
    anna = greeted(telegram)
    telegram.script("sendMessage", Hang())
    with pytest.raises(TimedOut):
        await bot.send_message(anna.id, "one", read_timeout=0.05)
    assert telegram.told(anna.chat) == []


async def test_no_network(telegram: Telegram) -> None:
    """While it is down nothing connects, and polling goes on afterwards with what was said meanwhile."""
    anna = greeted(telegram)
    async with polling(telegram) as updates, bot_of(telegram) as bot:
        await updates.get()
        port = telegram.port
        await telegram.down()
        with pytest.raises(NetworkError, match="ConnectError"):
            await bot.send_message(anna.id, "Hello?")
        telegram.says(anna, anna.chat, "Are you there?")
        await telegram.up()
        assert telegram.port == port
        assert (await updates.get()).message.text == "Are you there?"


async def test_limits() -> None:
    """One message a second a chat, twenty a minute a group, thirty a second in all; edits count, typing does not."""
    now = [100.0]
    async with telegram_server(monotonic=lambda: now[0], limited=True) as telegram, bot_of(telegram) as bot:
        people = [greeted(telegram, f"P{number}") for number in range(31)]
        group = telegram.adds_bot(people[0], telegram.group("Desk", people[0]))
        await bot.send_message(people[0].id, "one")
        await bot.send_chat_action(people[0].id, "typing")
        with pytest.raises(RetryAfter) as limited:
            await bot.send_message(people[0].id, "two")
        assert limited.value.retry_after == timedelta(seconds=1)
        for user in people[1:30]:
            await bot.send_message(user.id, "one")
        with pytest.raises(RetryAfter):
            await bot.send_message(people[30].id, "one")
        for number in range(20):
            now[0] += 1
            await bot.send_message(group.id, str(number))
        now[0] += 1
        with pytest.raises(RetryAfter) as limited:
            await bot.edit_message_text("edited", group.id, group.last.id)
        assert limited.value.retry_after == timedelta(seconds=40)
        assert [each.partition(":")[0] for each in telegram.limits.exceeded] == [
            "more than 1 in 1 s",
            "more than 30 in 1 s",
            "more than 20 in 60 s",
        ]


async def test_limits_are_counted_where_they_are_not_kept() -> None:
    """Without enforcement all passes, and what Telegram would have said is on record."""
    async with telegram_server(monotonic=lambda: 100.0) as telegram, bot_of(telegram) as bot:
        anna = greeted(telegram)
        for words in ("one", "two"):
            await bot.send_message(anna.id, words)
    assert telegram.limits.exceeded == [f"more than 1 in 1 s: chat {anna.id}"]


async def test_waiting_in_vain(telegram: Telegram) -> None:
    """What a test waits for and never comes fails the test, with what did happen."""
    greeted(telegram)
    with pytest.raises(AssertionError, match="in vain; so far:\nAnna: '/start'"):
        await telegram.until(lambda: False, patience=0.01)


# --- rules and pages -----------------------------------------------------------------------------------------------


def as_api() -> Json:
    """The rules as if they were the Bot API."""

    def described(owner: str, rule: Json) -> Json:
        ours = rule.get("required", {}) | rule.get("optional", {})
        fields = [
            {
                "name": name,
                "types": ours[name].split(" or ") if name in ours else ["Thing"],
                "required": name in rule.get("required", {}),
                "description": f"So long: {rule.get('length', {}).get(name, 'any')}.",
            }
            for name in (*ours, *rule.get("left_out", ()))
        ]
        return {"name": owner, "fields": fields}

    rules = {"methods": telegram_rules.METHODS, "types": telegram_rules.TYPES}
    api: Json = {kind: {each: described(each, rule) for each, rule in rules[kind].items()} for kind in rules}
    kinds = ", ".join(f"“{each}” (so)" for each in telegram_rules.RULES["entities"])
    field(api, "types", "MessageEntity", "type")["description"] = kinds
    field(api, "methods", "sendChatAction", "action")["description"] = ", ".join(telegram_rules.RULES["actions"])
    return api


def field(api: Json, kind: str, owner: str, name: str) -> Json:
    found: Json = next(each for each in api[kind][owner]["fields"] if each["name"] == name)
    return found


def test_the_rules_are_compared_with_the_bot_api() -> None:
    """Where the Bot API says something else than the rules, it is said what."""
    api = as_api()
    assert telegram_rules.differences(api) == []
    field(api, "methods", "sendMessage", "text")["description"] = "1-5000 characters"
    field(api, "methods", "sendMessage", "entities")["required"] = True
    field(api, "types", "InlineKeyboardButton", "style")["name"] = "colour"
    field(api, "methods", "sendPhoto", "photo")["types"] = ["String"]
    del api["methods"]["getChat"]
    assert sorted(telegram_rules.differences(api)) == [
        "InlineKeyboardButton.colour: not in the rules",
        "InlineKeyboardButton.style: not in the Bot API",
        "getChat is not among the methods",
        "sendMessage.entities: required there only",
        "sendMessage.text: length 1-4096 characters here, 1-5000 characters there",
        "sendPhoto.photo: InputFile or String here, String there",
    ]


async def test_a_page_of_a_chat(telegram: Telegram, bot: Bot) -> None:
    """A chat can be looked at: bubbles, entities as they nest, and buttons."""
    anna = greeted(telegram)
    entities = [MessageEntity("expandable_blockquote", 3, 12), MessageEntity("bold", 3, 6)]
    await bot.send_message(anna.id, "🙂 <bold> quote", entities=entities, reply_markup=keyboard(Why="why s1"))
    drawn = page(anna.chat, anna)
    assert '🙂 <blockquote class="expandable"><b>&lt;bold&gt;</b> quote</blockquote>' in drawn
    assert "<span>Why</span>" in drawn
    assert '<div class="said own"><div class="bubble"><div class="who">Anna</div>' in drawn
