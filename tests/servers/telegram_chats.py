"""What Telegram holds: users, chats and their messages, with their shapes on the wire; and the updates on their way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from tests.clock import MORNING, PATIENCE
from tests.servers.telegram_rules import Json, piece

T = TypeVar("T")

"""Seconds after which a test that waits has failed; none waits that long otherwise."""

ADMINS = ("creator", "administrator")
INSIDE = (*ADMINS, "member", "restricted")
UNLESS_NAMED = frozenset(("chat_member", "message_reaction", "message_reaction_count"))
"""Updates that come only to a bot that names them in allowed_updates."""

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
MEMBER_RIGHTS = (
    *(f"can_send_{what}" for what in ("messages", "audios", "documents", "photos", "videos", "video_notes")),
    *(f"can_send_{what}" for what in ("voice_notes", "polls", "other_messages")),
    *("can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users"),
    *("can_pin_messages", "can_manage_topics"),
)


@dataclass(eq=False, repr=False)
class User:
    id: int
    first_name: str
    username: str | None = None  # None: has none
    language: str | None = None  # None: not said
    is_bot: bool = False
    _chat: Chat | None = None

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        assert self._chat is not None, f"{self.first_name} has no chat with the bot"
        return self._chat

    def __repr__(self) -> str:
        return f"<{self.first_name}>"

    def json(self) -> Json:
        optional = {"username": self.username, "language_code": self.language}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | _given(optional)


@dataclass(eq=False, repr=False)
class Chat:
    id: int
    type: str  # private, group, supergroup or channel
    title: str  # in a private chat the first name of the user
    username: str | None = None
    forum: bool = False
    user: User | None = None  # whose private chat it is; None: not private
    started: bool = False  # private: whether the user has ever written to the bot
    linked: Chat | None = None  # of a channel its discussion group, and the reverse
    members: dict[int, str] = field(default_factory=dict)  # user id → status; who is missing was never there
    topics: dict[int, Message] = field(default_factory=dict)  # of a forum: thread id → the message that opened it
    messages: dict[int, Message] = field(default_factory=dict)  # the deleted ones too
    became: Chat | None = None  # the supergroup this group was upgraded to
    bot: User | None = None  # who receives what is said to the bot alone
    ephemeral: dict[int, Message] = field(default_factory=dict)  # what one person alone sees, or the bot alone
    last_id: int = 0

    def __repr__(self) -> str:
        return f"<{self.type} {self.title}>"

    @property
    def last(self) -> Message:
        """The newest message that is not deleted."""
        return [each for each in self.messages.values() if not each.deleted][-1]

    @property
    def texts(self) -> list[str]:
        """Of all messages with a text that are not deleted."""
        return [each.text for each in self.messages.values() if each.text is not None and not each.deleted]

    def status(self, user: User) -> str:
        return self.members.get(user.id, "left")

    def json(self) -> Json:
        named = "title" if self.user is None else "first_name"
        optional: Json = {"username": self.username, "is_forum": self.forum or None}
        return {"id": self.id, "type": self.type, named: self.title} | _given(optional)


class Version(NamedTuple):
    """What a message was before it was edited."""

    text: str | None
    entities: list[Json]
    markup: Json | None


@dataclass(eq=False, repr=False)
class Message:
    chat: Chat
    id: int
    date: int
    author: User  # who really wrote it
    sender: User | None = None  # whom Telegram names; None: a post of a channel
    sender_chat: Chat | None = None  # where it is sent in the name of a chat
    text: str | None = None  # of a rich message as it reads; None: a picture or a service message
    rich: str | None = None  # a rich message's HTML; None: it is none
    caption: str | None = None
    photo: bytes | None = None
    entities: list[Json] = field(default_factory=list)  # of the text, or of the caption
    markup: Json | None = None  # None: no keyboard
    reply_to: Message | None = None
    quote: Json | None = None  # the part replied to; None: all of it
    thread: int | None = None  # None: not in a topic or a thread
    origin: Json | None = None  # of a forwarded message
    automatic: bool = False  # a channel's post that Telegram forwarded into the discussion group
    service: Json = field(default_factory=dict)
    preview: Json | None = None  # link_preview_options
    silent: bool = False  # sent without a sound
    reader: User | None = None  # who alone sees it: an ephemeral message; None: everybody in the chat
    edited: int | None = None
    versions: list[Version] = field(default_factory=list)  # before each edit, oldest first
    deleted: bool = False
    reactions: dict[int, tuple[str, ...]] = field(default_factory=dict)  # by the id of who reacted

    def __repr__(self) -> str:
        return f"<{self.chat.title} {self.id} {self.author.first_name}: {self.words!r}>"

    @property
    def words(self) -> str:
        """The text or the caption; "" where there is neither."""
        return self.text or self.caption or ""

    @property
    def rows(self) -> list[list[Json]]:
        rows: list[list[Json]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> dict[str, str]:
        """Label → callback data, or the address it opens."""
        return {each["text"]: each.get("callback_data") or each.get("url", "") for row in self.rows for each in row}

    def marked(self, *kinds: str) -> list[str]:
        """The parts of the text with an entity of one of these kinds, in order."""
        return [piece(self.words, each["offset"], each["length"]) for each in self.entities if each["type"] in kinds]

    @property
    def links(self) -> dict[str, str]:
        """Text → address of all text_link entities."""
        found = [each for each in self.entities if each["type"] == "text_link"]
        return {piece(self.words, each["offset"], each["length"]): each["url"] for each in found}

    def json(self, nested: bool = False) -> Json:
        """The message as others see it; one within another has none within."""
        reply = self.reply_to or (self.chat.topics.get(self.thread or 0) if not self.service else None)
        in_text, in_caption = ("entities", "caption_entities")
        paragraphs = [{"type": "paragraph", "text": line} for line in self.words.splitlines()]
        plain = self.text is not None and self.rich is None
        optional: Json = {
            "message_thread_id": self.thread,
            "is_topic_message": (self.chat.forum and self.thread is not None) or None,
            "from": self.sender and self.sender.json(),
            "sender_chat": self.sender_chat and self.sender_chat.json(),
            "forward_origin": self.origin,
            "is_automatic_forward": self.automatic or None,
            "reply_to_message": None if nested or reply is None else reply.json(nested=True),
            "quote": self.quote,
            "edit_date": self.edited,
            "text": self.text if plain else None,
            in_text: (self.entities or None) if plain else None,
            "rich_message": {"blocks": paragraphs} if self.rich is not None else None,
            "caption": self.caption,
            in_caption: (self.entities or None) if self.caption is not None else None,
            "photo": self._sizes() if self.photo is not None else None,
            "link_preview_options": self.preview,
            "reply_markup": self.markup,
        }
        named: Json = {"message_id": self.id}
        if self.reader is not None:
            other = self.reader if self.author.is_bot else self.chat.bot
            named = {"message_id": 0, "ephemeral_message_id": self.id, "receiver_user": other and other.json()}
        return named | {"date": self.date, "chat": self.chat.json()} | _given(optional) | self.service

    def _sizes(self) -> list[Json]:
        width, height = dimensions(self.photo or b"")
        name = {"file_id": f"photo-{self.chat.id}-{self.id}", "file_unique_id": f"unique-{self.chat.id}-{self.id}"}
        return [name | {"width": width, "height": height, "file_size": len(self.photo or b"")}]


def _given(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def dimensions(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels; (0, 0): it is none."""
    if not picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return 0, 0
    return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")


def member(user: User, status: str) -> Json:
    """A user as a ChatMember."""
    shape: Json = {"status": status, "user": user.json()}
    if status == "creator":
        shape |= {"is_anonymous": False}
    elif status == "administrator":
        shape |= {"can_be_edited": False, "is_anonymous": False, "can_promote_members": False}
        shape |= dict.fromkeys(ADMIN_RIGHTS, True)
    elif status == "restricted":
        shape |= {"is_member": True, "until_date": 0} | dict.fromkeys(MEMBER_RIGHTS, False)
    elif status == "kicked":
        shape |= {"until_date": 0}
    return shape


class Draft(NamedTuple):
    """A preview of an answer that is being written, in a private chat."""

    chat: Chat
    id: int
    text: str  # "": a placeholder says that the bot is thinking
    entities: list[Json]
    rich: str | None = None  # HTML; None: it is no rich message


class Action(NamedTuple):
    """“typing…” and its like."""

    chat: Chat
    action: str
    thread: int | None


@dataclass(eq=False, repr=False)
class Press:
    """A button somebody pressed, and what the bot showed for it."""

    id: str
    user: User
    message: Message
    data: str
    answer: Json | None = None  # text, show_alert; None: not answered yet, the button still spins
    expired: bool = False

    def __repr__(self) -> str:
        return f"<{self.user.first_name} pressed {self.data!r}: {self.answer}>"


class World:
    """The state of Telegram, as far as one bot can see it."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: MORNING, privacy: bool = True) -> None:
        self.now = now
        self.privacy = privacy  # in groups the bot sees only what is meant for it
        self.unknown: frozenset[str] = frozenset()  # methods that a Bot API older than today's does not know
        self.knows_ephemeral = True  # False: a Bot API older than 10.2, which overlooks what it does not know
        self.joins_groups = True  # False: forbidden by /setjoingroups
        self.bot = User(123456, "The Bellwether", "bellwether_bot", is_bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.drafts: list[Draft] = []
        self.actions: list[Action] = []
        self.pressed: dict[str, Press] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}  # (scope, language) → what was registered
        self.descriptions: dict[tuple[str, str], str] = {}  # (which of the two, language) → text
        self.pending: list[Json] = []  # updates the bot has not confirmed
        self.again: list[Json] = []  # confirmed ones that come again
        self.sent: list[Json] = []  # all updates there ever were
        self.allowed: frozenset[str] | None = None  # None: all but UNLESS_NAMED
        self._last_update = 871_000_000
        self._last_user = 5_000
        self._last_chat = 10_000
        self._last_private = 0
        self._change = asyncio.Event()

    # --- waiting

    def changed(self) -> None:
        """Wake all who wait: something happened."""
        self._change.set()
        self._change = asyncio.Event()

    async def change(self) -> None:
        await self._change.wait()

    async def until(self, predicate: Callable[[], T], patience: float = PATIENCE) -> T:
        """What the predicate says as soon as it is true, asked again at each change; else the test fails."""
        try:
            async with asyncio.timeout(patience):
                while not (found := predicate()):
                    await self.change()
        except TimeoutError:
            raise AssertionError(f"waited {patience:.0f} s in vain; so far:\n{self.account()}") from None
        return found

    def account(self) -> str:
        """What there is to know when a test waited in vain."""
        said = [f"{chat.title}: {text!r}" for chat in self.chats.values() for text in chat.texts]
        return "\n".join([*said, f"{len(self.pending)} updates not fetched"])

    # --- users and chats

    def user(self, first_name: str, username: str | None = None, language: str | None = "en") -> User:
        """Somebody new, with a private chat in which nothing was said yet."""
        self._last_user += 1
        user = User(self._last_user, first_name, username, language)
        user._chat = Chat(user.id, "private", first_name, username, user=user)
        user._chat.members = {user.id: "member", self.bot.id: "member"}
        self.users[user.id] = user
        self.chats[user.id] = user._chat
        return user

    def other_bot(self, first_name: str, username: str) -> User:
        self._last_user += 1
        bot = self.users[self._last_user] = User(self._last_user, first_name, username, is_bot=True)
        return bot

    def group(self, title: str, owner: User, *members: User) -> Chat:
        """A basic group; the bot is not in it."""
        self._last_chat += 1
        return self._opened(Chat(-self._last_chat, "group", title), owner, members)

    def supergroup(
        self, title: str, owner: User, *members: User, forum: bool = False, username: str | None = None
    ) -> Chat:
        self._last_chat += 1
        chat = Chat(-1_000_000_000_000 - self._last_chat, "supergroup", title, username, forum)
        return self._opened(chat, owner, members)

    def channel(self, title: str, owner: User, discussion: Chat | None = None, username: str | None = None) -> Chat:
        """A channel, its posts discussed in a supergroup or nowhere."""
        self._last_chat += 1
        chat = Chat(-1_000_000_000_000 - self._last_chat, "channel", title, username, linked=discussion)
        if discussion is not None:
            discussion.linked = chat
        return self._opened(chat, owner, ())

    def _opened(self, chat: Chat, owner: User, members: Iterable[User]) -> Chat:
        chat.members = {owner.id: "creator"} | {each.id: "member" for each in members}
        self.chats[chat.id] = chat
        return chat

    # --- messages

    def write(self, chat: Chat, author: User, **fields: Any) -> Message:
        """Keep a new message of anybody's; `fields` as in Message."""
        in_name_of = fields.pop("sender_chat", chat if chat.type == "channel" else None)
        sender = fields.pop("sender", None if chat.type == "channel" else author)
        message = Message(
            chat, self._next_id(chat), self.date(), author, sender=sender, sender_chat=in_name_of, **fields
        )
        message.thread = message.thread or _thread(message)
        kept = chat.messages if message.reader is None else chat.ephemeral
        kept[message.id] = message
        self.changed()
        return message

    def date(self) -> int:
        return int(self.now().timestamp())

    def _next_id(self, chat: Chat) -> int:
        """Private chats and basic groups count together, supergroups and channels each for itself."""
        if chat.type in ("private", "group"):
            self._last_private += 1
            return self._last_private
        chat.last_id += 1
        return chat.last_id

    def discuss(self, post: Message) -> None:
        """Telegram itself forwards what is posted in a channel into its discussion group, where there is one."""
        if post.chat.type != "channel" or post.chat.linked is None:
            return
        service = self.users.setdefault(777000, User(777000, "Telegram"))
        origin = {"type": "channel", "date": post.date, "chat": post.chat.json(), "message_id": post.id}
        copied = {"text": post.text, "caption": post.caption, "photo": post.photo, "entities": post.entities}
        copied["rich"] = post.rich
        forward = self.write(post.chat.linked, service, sender_chat=post.chat, origin=origin, automatic=True, **copied)
        self.tell(forward)

    def forward_of(self, post: Message) -> Message:
        """A channel's post as it stands in the discussion group."""
        assert post.chat.linked is not None, f"{post.chat.title} has no discussion group"
        return next(
            each
            for each in post.chat.linked.messages.values()
            if each.automatic and each.origin and each.origin["message_id"] == post.id
        )

    # --- updates

    def update(self, kind: str, payload: Json) -> None:
        """An update on its way to the bot, if it wants that kind."""
        wanted = kind in self.allowed if self.allowed is not None else kind not in UNLESS_NAMED
        if wanted:
            self._last_update += 1
            update = {"update_id": self._last_update, kind: payload}
            self.pending.append(update)
            self.sent.append(update)
            self.changed()

    def tell(self, message: Message, edited: bool = False) -> None:
        """The bot gets to know of a message, if it may see it."""
        if self.hears(message):
            kind = "channel_post" if message.chat.type == "channel" else "message"
            self.update(f"edited_{kind}" if edited else kind, message.json())

    def hears(self, message: Message) -> bool:
        """Whether the bot sees a message: https://core.telegram.org/bots/features#privacy-mode."""
        chat, status = message.chat, message.chat.status(self.bot)
        if message.author is self.bot or status not in INSIDE:
            return False
        if chat.type in ("private", "channel") or not self.privacy or status in ADMINS or message.service:
            return True
        return self._meant(message)

    def _meant(self, message: Message) -> bool:
        """Whether a message in a group is for the bot: a reply to it, a mention, a command."""
        if message.reply_to is not None and message.reply_to.author is self.bot:
            return True
        own = f"@{self.bot.username}"
        for command in message.marked("bot_command"):
            _, _, addressee = command.partition("@")
            if addressee in ("", self.bot.username) and (addressee or self._spoke_last(message)):
                return True
        return own in message.marked("mention")

    def _spoke_last(self, message: Message) -> bool:
        """A command that names no bot is for the bot that spoke last; where none did, for all."""
        bots = [each.author for each in message.chat.messages.values() if each.author.is_bot]
        return not bots or bots[-1] is self.bot


def _thread(message: Message) -> int | None:
    """In supergroups a reply belongs to the thread of what it replies to."""
    replied = message.reply_to
    if replied is None or message.chat.type != "supergroup":
        return None
    return replied.thread if message.chat.forum else replied.thread or replied.id
