"""What people do on Telegram, and what the bot gets to know of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.servers.telegram_calls import change_member, entities_within, occurrences
from tests.servers.telegram_chats import ADMINS, INSIDE, Chat, Message, Press, User, Version, World
from tests.servers.telegram_rules import Json, units

COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?(?!\w)")
MENTION = re.compile(r"(?<![\w@/])@[A-Za-z]\w{2,31}")
LINK = re.compile(r"https?://\S+")


class People(World):
    """Each thing that is done returns what came of it; who does it comes first."""

    # --- saying

    def says(
        self,
        user: User,
        chat: Chat,
        text: str,
        *,
        reply_to: Message | None = None,
        quote: str | None = None,
        thread: int | None = None,
        entities: list[Json] | None = None,
        anonymous: bool = False,
    ) -> Message:
        """A message; `quote` is the part of `reply_to` it quotes, `thread` a topic's id.

        Commands, mentions and links are marked as Telegram marks them, unless `entities` are given. `anonymous`: an
        admin in the name of the group.
        """
        assert chat.status(user) in INSIDE, f"{user.first_name} is not in {chat.title}"
        assert chat.type != "channel", "one posts in a channel"
        assert not anonymous or chat.status(user) in ADMINS, f"{user.first_name} is no admin of {chat.title}"
        if chat.type == "private":
            assert chat.status(self.bot) in INSIDE, f"{user.first_name} has blocked the bot"
            chat.started = True
        message = self.write(
            chat,
            user,
            text=text,
            entities=marks(text) if entities is None else entities,
            reply_to=reply_to,
            quote=_quoted(reply_to, quote) if reply_to and quote else None,
            thread=thread,
            **(self._anonymous(chat) if anonymous else {}),
        )
        self.tell(message)
        return message

    def whispers(self, user: User, chat: Chat, text: str) -> Message:
        """A command that is seen by its sender and the bot alone, as the bot's menu of commands may ask for."""
        assert chat.type == "supergroup", "only a supergroup has them"
        assert chat.status(user) in INSIDE, f"{user.first_name} is not in {chat.title}"
        chat.bot = self.bot
        message = self.write(chat, user, text=text, entities=marks(text), reader=user)
        self.update("message", message.json())
        return message

    def whispered(self, user: User, chat: Chat) -> list[Message]:
        """What the bot has said in the chat to this user alone, and not deleted."""
        found = [each for each in chat.ephemeral.values() if each.author is self.bot and each.reader is user]
        return [each for each in found if not each.deleted]

    def _anonymous(self, chat: Chat) -> Json:
        nobody = self.users.setdefault(1087968824, User(1087968824, "Group", "GroupAnonymousBot", is_bot=True))
        return {"sender": nobody, "sender_chat": chat}

    def starts(self, user: User, payload: str = "") -> Message:
        """“Start” in the private chat, or a link t.me/bellwether_bot?start=PAYLOAD; it also ends a block."""
        if user.chat.status(self.bot) == "kicked":
            self.unblocks(user)
        return self.says(user, user.chat, f"/start {payload}".strip())

    def edits(self, user: User, message: Message, text: str) -> Message:
        """A user edits a message of their own, or an admin a post in a channel."""
        assert message.author is user or message.chat.status(user) in ADMINS, "one edits one's own messages"
        message.versions.append(Version(message.text, message.entities, message.markup))
        message.text, message.entities, message.edited = text, marks(text), self.date()
        self.tell(message, edited=True)
        return message

    def deletes(self, message: Message) -> None:
        """Of which Telegram tells a bot nothing."""
        message.deleted = True
        self.changed()

    def forwards(self, user: User, chat: Chat, message: Message, thread: int | None = None) -> Message:
        """A copy that says where it comes from."""
        assert chat.status(user) in INSIDE, f"{user.first_name} is not in {chat.title}"
        if message.chat.type == "channel":
            origin = {"type": "channel", "chat": message.chat.json(), "message_id": message.id}
        else:
            origin = {"type": "user", "sender_user": message.author.json()}
        origin = message.origin or (origin | {"date": message.date})
        fields = {"text": message.text, "caption": message.caption, "photo": message.photo}
        forward = self.write(chat, user, origin=origin, entities=message.entities, thread=thread, **fields)
        self.tell(forward)
        return forward

    def another_bot_says(
        self, chat: Chat, text: str, bot: User | None = None, reply_to: Message | None = None
    ) -> Message:
        """A message of another bot, which this bot gets to see whatever its privacy."""
        bot = bot or self.other_bot("Helper", "helper_bot")
        message = self.write(chat, bot, text=text, entities=marks(text), reply_to=reply_to)
        self.update("message", message.json())
        return message

    def presses(self, user: User, message: Message, label: str, data: str | None = None) -> Press:
        """A button; with `data` one that is not there any more, but still was on this user's screen."""
        if data is None:
            assert label in message.buttons, f"no button “{label}” among {list(message.buttons)}"
            data = message.buttons[label]
            assert not data.startswith(("http://", "https://", "tg://")), f"“{label}” opens {data}"
        press = Press(str(4_000_000_000 + len(self.pressed)), user, message, data)
        self.pressed[press.id] = press
        gone = {"chat": message.chat.json(), "message_id": message.id, "date": 0}
        query = {
            "id": press.id,
            "from": user.json(),
            "message": gone if message.deleted else message.json(),
            "chat_instance": str(message.chat.id),
            "data": data,
        }
        self.update("callback_query", query)
        return press

    def reacts(self, user: User, message: Message, *emoji: str, anonymous: bool = False) -> None:
        """With these, and no others any more; none: what was there is taken off. A bot hears of it in private chats,
        and as an admin. `anonymous`: an admin in the name of the group."""
        chat = message.chat
        assert chat.type != "channel", "in a channel reactions have no names"
        assert chat.status(user) in INSIDE, f"{user.first_name} is not in {chat.title}"
        before = message.reactions.get(user.id, ())
        message.reactions[user.id] = emoji
        if chat.type == "private" or chat.status(self.bot) in ADMINS:
            who = {"actor_chat": chat.json()} if anonymous else {"user": user.json()}
            reaction = {"chat": chat.json(), "message_id": message.id, "date": self.date()} | who
            self.update("message_reaction", reaction | {"old_reaction": _emoji(before), "new_reaction": _emoji(emoji)})

    # --- channels

    def posts(self, channel: Chat, text: str, user: User | None = None) -> Message:
        """A post by one of the channel's admins."""
        author = user or next(self.users[id_] for id_, status in channel.members.items() if status in ADMINS)
        post = self.write(channel, author, text=text, entities=marks(text))
        self.tell(post)
        self.discuss(post)
        return post

    def comments(self, user: User, post: Message, text: str, reply_to: Message | None = None) -> Message:
        """A comment under a channel's post, or a reply to another comment: a message in the discussion group.

        With privacy mode on, a bot that is no admin of that group hears of a comment only where it is meant by it.
        """
        forward = self.forward_of(post)
        forward.chat.members.setdefault(user.id, "member")
        return self.says(user, forward.chat, text, reply_to=reply_to or forward, thread=forward.id)

    # --- coming and going

    def adds_bot(self, user: User, chat: Chat, admin: bool = False) -> Chat:
        """To a group or a channel, where a bot is always an admin."""
        status = "administrator" if admin or chat.type == "channel" else "member"
        change_member(self, chat, user, self.bot, status)
        if chat.type != "channel":
            self._arrives(user, chat, self.bot)
        return chat

    def joins(self, user: User, chat: Chat) -> None:
        change_member(self, chat, user, user, "member")
        if chat.type != "channel":
            self._arrives(user, chat, user)

    def _arrives(self, by: User, chat: Chat, user: User) -> None:
        arrival = self.write(chat, by, service={"new_chat_members": [user.json()]})
        self.tell(arrival)

    def leaves(self, user: User, chat: Chat) -> None:
        change_member(self, chat, user, user, "left")
        if chat.type != "channel":
            self.tell(self.write(chat, user, service={"left_chat_member": user.json()}))

    def kicks_bot(self, user: User, chat: Chat) -> None:
        change_member(self, chat, user, self.bot, "kicked")

    def silences_bot(self, user: User, chat: Chat) -> None:
        """It stays, but may not write."""
        change_member(self, chat, user, self.bot, "restricted")

    def blocks(self, user: User) -> None:
        change_member(self, user.chat, user, self.bot, "kicked")

    def unblocks(self, user: User) -> None:
        change_member(self, user.chat, user, self.bot, "member")

    def deactivates(self, user: User) -> None:
        """The account is gone."""
        del self.users[user.id]

    def promotes(self, user: User, whom: User, chat: Chat) -> None:
        change_member(self, chat, user, whom, "administrator")

    def demotes(self, user: User, whom: User, chat: Chat) -> None:
        change_member(self, chat, user, whom, "member")

    # --- what becomes of groups

    def creates_topic(self, chat: Chat, name: str, user: User | None = None) -> int:
        """The id of a new topic of a forum."""
        assert chat.forum, f"{chat.title} is no forum"
        author = user or self.users[next(iter(chat.members))]
        opened = self.write(chat, author, service={"forum_topic_created": {"name": name, "icon_color": 7322096}})
        opened.thread = opened.id
        chat.topics[opened.id] = opened
        self.tell(opened)
        return opened.id

    def migrates(self, group: Chat, user: User | None = None) -> Chat:
        """A group becomes a supergroup, with another id and nobody's messages in it."""
        author = user or self.users[next(iter(group.members))]
        new = self.supergroup(group.title, author)
        new.members = dict(group.members)
        self.tell(self.write(group, author, service={"migrate_to_chat_id": new.id}))
        group.became = new
        self.tell(self.write(new, author, service={"migrate_from_chat_id": group.id}))
        return new

    # --- what goes wrong on the way

    def delivers_unreadable(self) -> None:
        """An update with fields of the wrong types, as a new version of the Bot API might bring one."""
        chat = {"id": 1, "type": "private", "first_name": "Nobody"}
        self.update("message", {"message_id": 1, "date": "yesterday", "chat": chat, "text": ["not", "text"]})

    def delivers_again(self, update: Json | None = None) -> None:
        """An update (the last one, unless named) comes once more under its old id, confirmed or not."""
        self.again.append(update or self.sent[-1])
        self.changed()

    def expires(self, press: Press) -> None:
        """The time to answer it has passed."""
        press.expired = True

    # --- what people see

    def menu(self, user: User, chat: Chat) -> list[str]:
        """The commands this user is offered in this chat: of the narrowest scope that has any.

        https://core.telegram.org/bots/api#determining-list-of-commands
        """
        admin = chat.status(user) in ADMINS
        if chat.type == "private":
            scopes: Iterable[str] = (f"chat:{chat.id}", "all_private_chats", "default")
        else:
            scopes = (
                f"chat_member:{chat.id}:{user.id}",
                *([f"chat_administrators:{chat.id}"] if admin else []),
                f"chat:{chat.id}",
                *(["all_chat_administrators"] if admin else []),
                "all_group_chats",
                "default",
            )
        for scope in scopes:
            for language in (user.language or "", ""):
                if found := self.commands.get((scope, language)):
                    return [each["command"] for each in found]
        return []

    def told(self, chat: Chat, thread: int | None = None) -> list[Message]:
        """What the bot has said in a chat, or in one topic of it, and not deleted."""
        own = [each for each in chat.messages.values() if each.author is self.bot and not each.deleted]
        return [each for each in own if not each.service and thread in (None, each.thread)]


def marks(text: str) -> list[Json]:
    """What Telegram marks by itself in a text."""
    found = [
        (kind, match)
        for kind, pattern in (("bot_command", COMMAND), ("mention", MENTION), ("url", LINK))
        for match in pattern.finditer(text)
    ]
    return sorted(
        (
            {"type": kind, "offset": units(text[: match.start()]), "length": units(match[0])}
            for kind, match in found
            if kind == "url" or not any(other[0] == "url" and _inside(match, other[1]) for other in found)
        ),
        key=lambda each: each["offset"],
    )


def _emoji(shown: Iterable[str]) -> list[Json]:
    return [{"type": "emoji", "emoji": each} for each in shown]


def _inside(inner: re.Match[str], outer: re.Match[str]) -> bool:
    return outer.start() <= inner.start() and inner.end() <= outer.end()


def _quoted(replied: Message, part: str) -> Json:
    places = occurrences(replied.words, part)
    assert places, f"“{part}” is not in “{replied.words}”"
    entities = entities_within(replied, places[0], units(part))
    return {"text": part, "position": places[0], "is_manual": True} | ({"entities": entities} if entities else {})
