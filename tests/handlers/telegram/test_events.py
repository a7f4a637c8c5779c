"""Updates become events: values, from the shapes that Telegram delivers."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.model.event import Asker, EventKind
from handlers.telegram.addresses import ChatAddress, MessageRef, parse_address, parse_ref
from handlers.telegram.events import Me, heard, membership_change, migration
from tests.servers.telegram_people import marks

ME = Me(123456, "bellwether_bot")
ANNA = {"id": 5001, "is_bot": False, "first_name": "Anna", "last_name": "Ricci"}
BOT = {"id": 123456, "is_bot": True, "first_name": "The Bellwether", "username": "bellwether_bot"}
OTHER = {"id": 9, "is_bot": True, "first_name": "Helper", "username": "helper_bot"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Desk"}
FORUM = GROUP | {"is_forum": True}
PRIVATE = {"id": 5001, "type": "private", "first_name": "Anna"}
CHANNEL = {"id": -1009, "type": "channel", "title": "Signals"}


def message(text: str, chat: dict[str, Any] = GROUP, **fields: Any) -> Update:
    shape = {"message_id": 7, "date": 1774596600, "chat": chat, "from": ANNA, "text": text, "entities": marks(text)}
    kind = "channel_post" if chat is CHANNEL else "message"
    update = Update.de_json({"update_id": 42, kind: shape | fields}, None)
    assert update
    return update


def replied(**fields: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 1774596500, "chat": GROUP, "from": BOT, "text": "The brief"} | fields


def test_a_command_in_a_group() -> None:
    """It is answered as a reply; whose it is, and under which id it is kept, says the update."""
    found = heard(message("/why@bellwether_bot 2"), ME)
    assert found
    event = found.event
    assert (event.id, event.address, event.channel_name) == ("update:42", "-1001", "Desk")
    assert (event.text, event.reply_to, event.thread, event.private) == ("why 2", "7", None, False)
    assert event.asker == Asker("5001", "Anna Ricci")


def test_words_in_private() -> None:
    """All are for us, and are answered plainly."""
    found = heard(message("why did it fall?", PRIVATE, reply_to_message=replied()), ME)
    assert found
    assert (found.event.private, found.event.reply_to, found.event.thread) == (True, None, None)
    assert found.event.replied == "3"


@pytest.mark.parametrize(
    "update",
    [
        message("nice weather"),
        message("/mute@helper_bot AI"),
        message("see /why"),
        message("/mute AI", **{"from": OTHER}),
        message("/mute AI", via_bot=OTHER),
        message("/mute AI", forward_origin={"type": "hidden_user", "date": 1, "sender_user_name": "Eve"}),
        message("why?", reply_to_message=replied(**{"from": ANNA})),
        message("hm", FORUM, message_thread_id=3, is_topic_message=True,
                reply_to_message=replied(forum_topic_created={"name": "News", "icon_color": 1})),
    ],
)  # fmt: skip
def test_what_is_not_for_us(update: Update) -> None:
    """Others' talk, commands of other bots, what bots say, forwards, and a topic's opening that looks like a reply."""
    assert heard(update, ME) is None


def test_a_mention_and_a_reply() -> None:
    """A mention addresses us, and so does a reply to us."""
    named, answered = (
        heard(message("well @bellwether_bot, why 2"), ME),
        heard(message("hm", reply_to_message=replied()), ME),
    )
    assert named
    assert (named.event.text, named.event.addressed) == ("well , why 2", True)
    assert answered
    assert (answered.event.addressed, answered.event.thread, answered.event.replied) == (True, "3", "3")


def test_who_speaks_in_the_name_of_a_chat() -> None:
    """An anonymous admin is the group, a post the channel."""
    nobody = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    admin = heard(message("/bar 7", **{"from": nobody}, sender_chat=GROUP), ME)
    post = heard(message("/bar 7", CHANNEL, **{"from": None}, sender_chat=CHANNEL), ME)
    assert admin
    assert admin.event.asker.id == "-1001"
    assert post
    assert post.event.asker == Asker("-1009", "Signals")


def test_topics() -> None:
    """Of a forum the topic is known; the general one has a number of ours."""
    news = heard(message("/why 1", FORUM, message_thread_id=77, is_topic_message=True), ME)
    general = heard(message("/why 1", FORUM), ME)
    assert news
    assert general
    assert (news.topic, general.topic) == (77, 1)
    assert (ChatAddress(-1001, 77).thread, ChatAddress(-1001, 1).thread) == (77, None)


@pytest.mark.parametrize("address", ["-1001", "5001", "-1001:77", "-1001:1"])
def test_an_address_and_its_place(address: str) -> None:
    """One is the other."""
    assert str(parse_address(address)) == address


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("12", MessageRef(12)),
        ("-1002/12", MessageRef(12, -1002)),
        ("draft:12", None),
        ("toast:ab", None),
        ("", None),
        ("/12", None),
    ],
)
def test_a_ref_and_its_message(words: str, meant: MessageRef | None) -> None:
    """What is no message's is none."""
    assert parse_ref(words) == meant
    assert meant is None or str(meant) == words


def changed(old: str, new: str, chat: dict[str, Any] = GROUP, **fields: Any) -> tuple[Update, Any]:
    change = {
        "chat": chat,
        "from": ANNA,
        "date": 1774596600,
        "old_chat_member": {"status": old, "user": BOT, "until_date": 0},
        "new_chat_member": {"status": new, "user": BOT, "until_date": 0} | fields,
    }
    update = Update.de_json({"update_id": 43, "my_chat_member": change}, None)
    assert update
    return update, update.my_chat_member


@pytest.mark.parametrize(
    ("old", "new", "chat", "kind", "how"),
    [
        ("left", "member", GROUP, EventKind.JOINED, ""),
        ("member", "left", GROUP, EventKind.LEFT, "it was removed from the group"),
        ("member", "kicked", PRIVATE, EventKind.LEFT, "it was blocked"),
    ],
)
def test_coming_and_going(old: str, new: str, chat: dict[str, Any], kind: EventKind, how: str) -> None:
    """That we came says who brought us, that we went how."""
    event = membership_change(*changed(old, new, chat), "-1001")
    assert event
    assert (event.kind, event.text, event.asker.name) == (kind, how, "Anna Ricci")


def test_neither_coming_nor_going() -> None:
    """A member who is made admin stays; who unblocks us says `start` with it."""
    assert membership_change(*changed("left", "kicked"), "-1001") is None
    assert membership_change(*changed("kicked", "member", PRIVATE), "5001") is None


def test_a_group_that_moves() -> None:
    """Both of its messages say the same."""
    assert migration(message("", migrate_to_chat_id=-1007)) == (-1001, -1007)
    assert migration(message("", migrate_from_chat_id=-5)) == (-5, -1001)
    assert migration(message("hello")) is None
