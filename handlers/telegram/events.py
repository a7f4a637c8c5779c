"""What Telegram delivers, translated: updates become Events of ours. Pure; what is not for us becomes None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
    MessageEntity,
    MessageOriginChannel,
    Update,
)

from bot.model.event import Asker, Event, EventKind

NAME = "telegram"
ALLOWED = ("message", "channel_post", "callback_query", "my_chat_member")
"""The kinds of updates we ask for; that a message was edited is none of them."""
GENERAL = 1
"""The number of a forum's general topic in an address; on the wire it has none."""
INSIDE = frozenset((ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER))
SAME_FOR_ALL = frozenset(("why", "evidence", "strength", "show"))
"""Commands whose answer is everybody's: under a channel's post each is answered once."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who we are."""

    id: int
    username: str

    def named(self, words: str) -> bool:
        return words.lower() == f"@{self.username.lower()}"


@dataclass(frozen=True, slots=True)
class Where:
    """A place in Telegram, as a channel's address: "-1001", "-1001:77" for a topic of a forum."""

    chat: int
    topic: int | None = None  # None: none was chosen

    @property
    def thread(self) -> int | None:
        """The topic on the wire."""
        return None if self.topic == GENERAL else self.topic

    @property
    def address(self) -> str:
        return str(self.chat) if self.topic is None else f"{self.chat}:{self.topic}"


def where(address: str) -> Where:
    chat, _, topic = address.partition(":")
    return Where(int(chat), int(topic) if topic else None)


@dataclass(frozen=True, slots=True)
class Ref:
    """A message, as a delivery's ref: "12" in the channel itself, "-1002/12" in its discussion group."""

    message: int
    chat: int | None = None  # None: the channel's own

    def __str__(self) -> str:
        return str(self.message) if self.chat is None else f"{self.chat}/{self.message}"


def ref(words: str) -> Ref | None:
    """None: it is no message's (a draft, a toast)."""
    chat, slash, message = words.rpartition("/")
    if not message.isdecimal() or not (chat.removeprefix("-").isdecimal() or not slash):
        return None
    return Ref(int(message), int(chat) if slash else None)


# --- what is said --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heard:
    """Something said that may be for us."""

    event: Event
    chat: Chat
    topic: int | None  # of a forum, GENERAL included; None: it is no forum
    meant: bool  # False: it is for us only if the post it comments is ours
    post: tuple[int, int] | None = None  # the (chat, message) of a channel's post it comments; None: it does not


def heard(update: Update, me: Me) -> Heard | None:
    """A message or a post that commands or asks; its event stands in the chat it was said in."""
    message = update.message or update.channel_post
    if message is None or _foreign(message):
        return None
    words = message.text or message.caption or ""
    said, called = _addressed(message, me, words)
    replied = _replied(message)
    to_us = replied is not None and replied.from_user is not None and replied.from_user.id == me.id
    post = _commented(replied)
    private = message.chat.type == Chat.PRIVATE
    meant = private or called or to_us
    if said is None or not (meant or post):
        return None
    topic = (message.message_thread_id if message.is_topic_message else GENERAL) if message.chat.is_forum else None
    thread = str(replied.message_id) if replied is not None else None
    event = Event(
        platform=NAME,
        id=f"update:{update.update_id}",
        address=str(message.chat.id),
        channel_name=name_of(message.chat),
        asker=_asker(message),
        text=said,
        at=message.date.astimezone(UTC),
        thread=None if private else thread,
        quoted=message.quote.text if message.quote else None,
        reply_to=None if private else str(message.message_id),
        private=private,
        addressed=private or called,
        replied=thread,
    )
    return Heard(event, message.chat, topic, meant, post)


def _foreign(message: Message) -> bool:
    """What commands nothing: forwards, other bots' words, what has no words."""
    sender = message.from_user
    bot = sender is not None and sender.is_bot and message.sender_chat is None
    forwarded = message.forward_origin is not None or bool(message.is_automatic_forward)
    return bot or forwarded or message.via_bot is not None or not (message.text or message.caption)


def _addressed(message: Message, me: Me, words: str) -> tuple[str | None, bool]:
    """The words without the bot's name, and whether it is called; None: a command for another bot."""
    marks = message.parse_entities() if message.text else message.parse_caption_entities()
    called = False
    for entity, marked in marks.items():
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            name, at, whom = marked.partition("@")
            if at and not me.named("@" + whom):
                return None, False
            called = True
            words = f"{name.removeprefix('/')} {words[len(marked) :]}"
        if entity.type == MessageEntity.MENTION and me.named(marked):
            called = True
            words = words.replace(marked, " ")
    return " ".join(words.split()), called


def _replied(message: Message) -> Message | None:
    """The message replied to; that a topic's messages all seem to reply to its opening is no reply."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return None
    return replied


def _commented(replied: Message | None) -> tuple[int, int] | None:
    """The channel's post that a message in its discussion group replies to."""
    if replied is None or not replied.is_automatic_forward:
        return None
    origin = replied.forward_origin
    return (origin.chat.id, origin.message_id) if isinstance(origin, MessageOriginChannel) else None


def _asker(message: Message) -> Asker:
    """A person; a group's admin in the group's name, or a channel, by the chat they speak for."""
    if message.sender_chat is not None:
        return Asker(str(message.sender_chat.id), message.author_signature or name_of(message.sender_chat))
    sender = message.from_user
    if sender is None:
        return Asker(str(message.chat.id), name_of(message.chat))
    return Asker(str(sender.id), sender.full_name)


def name_of(chat: Chat) -> str:
    return chat.title or chat.full_name or str(chat.id)


# --- buttons -------------------------------------------------------------------------------------------------------


def pressed(update: Update, query: CallbackQuery, words: str, address: str, now: datetime) -> Event:
    """A button that types these words; it stands on a message of ours in the channel at that address."""
    message = query.message
    assert message is not None  # noqa: S101 - whoever calls has looked
    private = message.chat.type == Chat.PRIVATE
    on = str(message.message_id)
    once = message.chat.type == Chat.CHANNEL and words.partition(" ")[0] in SAME_FOR_ALL
    return Event(
        platform=NAME,
        id=f"press:{message.chat.id}:{on}:{words}" if once else f"update:{update.update_id}",
        address=address,
        channel_name=name_of(message.chat),
        asker=Asker(str(query.from_user.id), query.from_user.full_name),
        text=words,
        at=now,
        thread=None if private else on,
        reply_to=None if private else on,
        private=private,
        unseen=True,
        replied=on,
    )


# --- coming and going ----------------------------------------------------------------------------------------------


def moved(update: Update, change: ChatMemberUpdated, address: str) -> Event | None:
    """That we were let into a chat, or can speak there no more; None: neither."""
    before = _speaks(change.old_chat_member, change.chat)
    after = _speaks(change.new_chat_member, change.chat)
    private = change.chat.type == Chat.PRIVATE
    if before == after or (after and private):
        return None  # who unblocks us in private says `start` with it
    return Event(
        platform=NAME,
        id=f"update:{update.update_id}",
        address=address,
        channel_name=name_of(change.chat),
        asker=Asker(str(change.from_user.id), change.from_user.full_name),
        text="" if after else _gone(change, private=private),
        at=change.date.astimezone(UTC),
        kind=EventKind.JOINED if after else EventKind.LEFT,
        private=private,
    )


def _speaks(member: ChatMember, chat: Chat) -> bool:
    """Whether we may speak in the chat."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and bool(member.can_send_messages)
    if chat.type == Chat.CHANNEL and isinstance(member, ChatMemberAdministrator):
        return member.can_post_messages is not False
    return member.status in INSIDE


def _gone(change: ChatMemberUpdated, *, private: bool) -> str:
    if private:
        return "it was blocked"
    if change.new_chat_member.status == ChatMember.RESTRICTED:
        return "it may not write there any more"
    kind = "channel" if change.chat.type == Chat.CHANNEL else "group"
    return f"it was removed from the {kind}"


def migration(update: Update) -> tuple[int, int] | None:
    """A group that became a supergroup: (its old id, its new id)."""
    message = update.message
    if message is None:
        return None
    if message.migrate_to_chat_id:
        return message.chat.id, message.migrate_to_chat_id
    if message.migrate_from_chat_id:
        return message.migrate_from_chat_id, message.chat.id
    return None
