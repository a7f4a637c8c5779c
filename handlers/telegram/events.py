"""Translates updates into Events of ours, without I/O; an update that is not for us becomes None."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from bot.text.unlinking import JOINER
from handlers.telegram import ephemeral
from handlers.telegram.addresses import GENERAL, MessageRef

NAME = "telegram"
ALLOWED = ("message", "channel_post", "callback_query", "my_chat_member", "message_reaction")
"""The kinds of updates that are asked for; edited messages are not. In groups reactions come only to an admin."""
MEMBERS = frozenset((ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER))
SAME_FOR_ALL = frozenset(("why", "evidence", "strength", "show"))
"""Commands whose answer is the same for everybody: under a channel's post each is answered once."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account."""

    id: int
    username: str

    def is_named_by(self, words: str) -> bool:
        """Whether the words are "@" and our username."""
        return words.lower() == f"@{self.username.lower()}"


# --- what is said --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that may be for us."""

    event: Event
    chat: Chat
    topic: int | None  # of a forum, GENERAL included; None: it is no forum
    for_us: bool  # False: only if the post on which it comments is ours
    post: tuple[int, int] | None = None  # the (chat, message) of the channel's post on which it comments; None: on none


def heard(update: Update, me: Me) -> Incoming | None:
    """A message or a channel's post with words in it; the address of its event is its chat's."""
    message = update.message or update.channel_post
    if message is None or _is_ignored(message):
        return None
    words = message.text or message.caption or ""
    said, called = _addressed(message, me, words)
    replied = _replied(message)
    to_us = replied is not None and replied.from_user is not None and replied.from_user.id == me.id
    post = _commented(replied)
    addressed = called or to_us or message.chat.type == Chat.PRIVATE
    if said is None or not (addressed or post):
        return None
    topic = (message.message_thread_id if message.is_topic_message else GENERAL) if message.chat.is_forum else None
    event = _said(f"update:{update.update_id}", message, said, replied)
    if (number := ephemeral.number(message)) and message.from_user:  # its sender and we alone see it
        answered = str(MessageRef(number, reader=message.from_user.id))
        event = replace(event, reply_to=answered, unseen=True)
    return Incoming(replace(event, addressed=addressed), message.chat, topic, addressed, post)


def _said(event_id: str, message: Message, words: str, replied: Message | None) -> Event:
    """The message as an event with these words, a reply to a message of anybody's."""
    private = message.chat.type == Chat.PRIVATE
    thread = str(replied.message_id) if replied is not None else None
    return Event(
        platform=NAME,
        id=event_id,
        address=str(message.chat.id),
        channel_name=name_of(message.chat),
        asker=_asker(message),
        text=words,
        at=message.date.astimezone(UTC),
        thread=None if private else thread,
        quoted=message.quote.text if message.quote else None,
        reply_to=None if private else str(message.message_id),
        private=private,
        replied=thread,
    )


def _is_ignored(message: Message) -> bool:
    """Forwards, messages of other bots, and messages without words command nothing."""
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
            if at and not me.is_named_by("@" + whom):
                return None, False
            called = True
            words = f"{name.removeprefix('/')} {words[len(marked) :]}"
        if entity.type == MessageEntity.MENTION and me.is_named_by(marked):
            called = True
            words = words.replace(marked, " ")
    return " ".join(words.replace(JOINER, "").split()), called  # copied from what we said, which holds some


def _replied(message: Message) -> Message | None:
    """The message replied to; every message in a topic formally replies to the topic's opening, which is no reply."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created is not None:
        return None
    return replied


def _commented(replied: Message | None) -> tuple[int, int] | None:
    """The (chat, message) of the channel's post that a message in its discussion group replies to; None: it is none."""
    if replied is None or not replied.is_automatic_forward:
        return None
    origin = replied.forward_origin
    return (origin.chat.id, origin.message_id) if isinstance(origin, MessageOriginChannel) else None


def _asker(message: Message) -> Asker:
    """The person who wrote; an admin who writes in the name of a group or channel is known by that chat's id."""
    if message.sender_chat is not None:
        return Asker(str(message.sender_chat.id), message.author_signature or name_of(message.sender_chat))
    sender = message.from_user
    if sender is None:
        return Asker(str(message.chat.id), name_of(message.chat))
    return Asker(str(sender.id), sender.full_name)


def name_of(chat: Chat) -> str:
    """What people call the chat; its id where it has no name."""
    return chat.title or chat.full_name or str(chat.id)


# --- buttons -------------------------------------------------------------------------------------------------------


def pressed(update: Update, query: CallbackQuery, words: str, address: str, now: datetime) -> Event:
    """A press of a button whose command is `words`, under a message of ours in the channel at `address`."""
    message = query.message
    assert message is not None  # noqa: S101 - the caller has checked it
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
        pressed=on,
    )


# --- coming and going ----------------------------------------------------------------------------------------------


def membership_change(update: Update, change: ChatMemberUpdated, address: str) -> Event | None:
    """That the bot was added to a chat, or can no longer write there; None: neither changed."""
    before = _may_write(change.old_chat_member, change.chat)
    after = _may_write(change.new_chat_member, change.chat)
    private = change.chat.type == Chat.PRIVATE
    if before == after or (after and private):
        return None  # unblocking in a private chat comes with a `start` of its own
    return Event(
        platform=NAME,
        id=f"update:{update.update_id}",
        address=address,
        channel_name=name_of(change.chat),
        asker=Asker(str(change.from_user.id), change.from_user.full_name),
        text="" if after else _how_it_left(change, private=private),
        at=change.date.astimezone(UTC),
        kind=EventKind.JOINED if after else EventKind.LEFT,
        private=private,
    )


def _may_write(member: ChatMember, chat: Chat) -> bool:
    """Whether the bot may write in the chat."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and bool(member.can_send_messages)
    if chat.type == Chat.CHANNEL and isinstance(member, ChatMemberAdministrator):
        return member.can_post_messages is not False
    return member.status in MEMBERS


def _how_it_left(change: ChatMemberUpdated, *, private: bool) -> str:
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
