"""What the bot asks of Telegram: each method of the Bot API, done to what Telegram holds or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.servers.telegram_chats import (
    ADMINS,
    INSIDE,
    Action,
    Chat,
    Draft,
    Message,
    User,
    Version,
    World,
    dimensions,
    member,
)
from tests.servers.telegram_rich import rich_message
from tests.servers.telegram_rules import (
    NOT_MODIFIED,
    RULES,
    Json,
    Refusal,
    Upload,
    bad,
    check_commands,
    check_keyboard,
    check_language,
    check_url,
    fits,
    formatted,
    limits,
    strict,
    units,
)

TOO_LONG = "message is too long"
TOO_LATE = "query is too old and response timeout expired or query ID is invalid"
QUOTED_KINDS = frozenset(("bold", "italic", "underline", "strikethrough", "spoiler"))
"""Entities that a quote must have as the quoted message has them."""

Method = Callable[[World, Json], Any]


def get_me(world: World, given: Json) -> Json:
    return world.bot.json() | {
        "can_join_groups": world.joins_groups,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def delete_webhook(world: World, given: Json) -> bool:
    if given.get("drop_pending_updates"):
        world.pending.clear()
    return True


# --- sending -------------------------------------------------------------------------------------------------------


def send_message(world: World, given: Json) -> Json:
    text, entities = formatted(given["text"], given.get("entities", ()), _most("sendMessage", "text"), TOO_LONG)
    if not text:
        raise bad("text must be non-empty")
    fields = _sendable(world, given)
    _check_preview(given.get("link_preview_options"))
    preview = given.get("link_preview_options")
    reader = _reader(world, fields["chat"], given)
    return _sent(world, text=text, entities=entities, preview=preview, reader=reader, **fields)


def send_rich_message(world: World, given: Json) -> Json:
    said = rich_message(given["rich_message"])
    fields = _sendable(world, given)
    return _sent(world, text=said.text, entities=said.entities, rich=said.html, **fields)


def send_rich_message_draft(world: World, given: Json) -> bool:
    said = rich_message(given["rich_message"])
    world.drafts.append(Draft(_drafting(world, given), given["draft_id"], said.text, said.entities, said.html))
    return True


def send_photo(world: World, given: Json) -> Json:
    caption, entities = formatted(
        given.get("caption", ""),
        given.get("caption_entities", ()),
        _most("sendPhoto", "caption"),
        "message caption is too long",
    )
    fields = _sendable(world, given)
    picture = _picture(world, given["photo"])
    reader = _reader(world, fields["chat"], given)
    return _sent(world, photo=picture, caption=caption or None, entities=entities, reader=reader, **fields)


def _sent(world: World, **fields: Any) -> Json:
    message = world.write(author=world.bot, **fields)
    if message.reader is None:
        world.discuss(message)
    return message.json()


def _picture(world: World, photo: Upload | str) -> bytes:
    """The bytes of a picture that was sent along, or once before."""
    if isinstance(photo, str):
        return _known_picture(world, photo)
    width, height = dimensions(photo.data)
    if not photo.data.startswith((b"\x89PNG", b"\xff\xd8")):
        raise bad("IMAGE_PROCESS_FAILED")
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return photo.data


def _known_picture(world: World, file_id: str) -> bytes:
    for chat in world.chats.values():
        for message in chat.messages.values():
            if message.photo is not None and message.json()["photo"][0]["file_id"] == file_id:
                return message.photo
    raise bad("wrong file identifier/HTTP URL specified")


def _sendable(world: World, given: Json) -> Json:
    """The fields that all that is sent has in common, by now without anything to refuse."""
    chat = _writable(world, given["chat_id"])
    thread = _topic(chat, given.get("message_thread_id"))
    reply_to, quote = _reply(chat, given.get("reply_parameters"))
    markup = given.get("reply_markup")
    check_keyboard(markup)
    shown = markup if markup and markup.get("inline_keyboard") else None
    silent = bool(given.get("disable_notification"))
    return {
        "chat": chat,
        "thread": thread,
        "reply_to": reply_to,
        "quote": quote,
        "markup": shown,
        "silent": silent,
    }


def _reader(world: World, chat: Chat, given: Json) -> User | None:
    """Who alone is to see it; None: everybody. Refusal where the bot may not whisper to them there now."""
    who = given.get("ephemeral_message_parameters") or {}
    old = {name: given[name] for name in ("receiver_user_id", "callback_query_id") if name in given}
    if who != old:
        raise strict("what Bot API 10.2 and 10.3 are told differs")
    if not who or not world.knows_ephemeral:
        return None
    reader = world.users.get(who["receiver_user_id"])
    if chat.type != "supergroup" or reader is None or chat.status(reader) not in INSIDE:
        raise bad("EPHEMERAL_PEER_INVALID")
    press = world.pressed.get(who.get("callback_query_id", ""))
    pressed = press is not None and press.user is reader and not press.expired
    answered = chat.ephemeral.get((given.get("reply_parameters") or {}).get("ephemeral_message_id", 0))
    if not (pressed or (answered is not None and answered.author is reader) or chat.status(world.bot) in ADMINS):
        raise bad("EPHEMERAL_NOT_ALLOWED")
    return reader


def _whisper(world: World, given: Json) -> Message:
    chat = _writable(world, given["chat_id"])
    message = chat.ephemeral.get(given["ephemeral_message_id"])
    if message is None or message.deleted or message.reader is None or message.reader.id != given["receiver_user_id"]:
        raise bad("message to edit not found")
    return message


def edit_ephemeral_text(world: World, given: Json) -> bool:
    text, entities = formatted(
        given["text"], given.get("entities", ()), _most("editEphemeralMessageText", "text"), TOO_LONG
    )
    _edited(world, _whisper(world, given), text, entities, given)
    return True


def edit_ephemeral_markup(world: World, given: Json) -> bool:
    message = _whisper(world, given)
    _edited(world, message, message.text, message.entities, given)
    return True


def delete_ephemeral(world: World, given: Json) -> bool:
    _whisper(world, given).deleted = True
    return True


def _check_preview(options: Json | None) -> None:
    if options and options.get("url"):
        check_url(options["url"], "link preview URL")


def _most(method: str, name: str) -> int:
    return limits(method, name)[1]


def chat_at(world: World, chat_id: int | str) -> Chat:
    for chat in world.chats.values():
        if chat.id == chat_id or (chat.username and chat.type != "private" and f"@{chat.username}" == chat_id):
            return chat
    raise bad("chat not found")


def _present(world: World, chat_id: int | str) -> Chat:
    """The chat, in which the bot is; Refusal in Telegram's words for why it is not."""
    chat = chat_at(world, chat_id)
    if chat.became is not None:
        raise Refusal(
            400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.became.id
        )
    status = chat.status(world.bot)
    if chat.user is not None and chat.user.id not in world.users:
        raise Refusal(403, "Forbidden: user is deactivated")
    if chat.type == "private" and status == "kicked":
        raise Refusal(403, "Forbidden: bot was blocked by the user")
    kind = "group chat" if chat.type == "group" else f"{chat.type} chat"
    if status == "kicked":
        raise Refusal(403, f"Forbidden: bot was kicked from the {kind}")
    if status not in INSIDE:
        raise Refusal(403, f"Forbidden: bot is not a member of the {kind}")
    return chat


def _writable(world: World, chat_id: int | str) -> Chat:
    chat = _present(world, chat_id)
    status = chat.status(world.bot)
    if chat.type == "private" and not chat.started:
        raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
    if chat.type == "channel" and status not in ADMINS:
        raise bad("need administrator rights in the channel chat")
    if status == "restricted":
        raise bad("not enough rights to send text messages to the chat")
    return chat


def _topic(chat: Chat, thread: int | None) -> int | None:
    """A topic of a forum, or the thread under a post in a discussion group; the general topic has no number."""
    if thread is None:
        return None
    opened = chat.topics.get(thread) or chat.messages.get(thread)
    if opened is None or opened.deleted or not (thread in chat.topics or opened.automatic):
        raise bad("message thread not found")
    return thread


def _reply(chat: Chat, parameters: Json | None) -> tuple[Message | None, Json | None]:
    """The message replied to, and the part of it that is quoted."""
    if parameters is None:
        return None, None
    if "ephemeral_message_id" in parameters and len(parameters) == 1:
        if parameters["ephemeral_message_id"] not in chat.ephemeral:
            raise bad("message to be replied not found")
        return None, None
    if "message_id" not in parameters:
        raise bad("can't parse ReplyParameters: can't find field \"message_id\"")
    if parameters.get("chat_id", chat.id) != chat.id:
        raise strict("the bot has no business replying in one chat to another")
    replied = chat.messages.get(parameters["message_id"])
    if replied is None or replied.deleted or replied.service:
        if parameters.get("allow_sending_without_reply"):
            return None, None
        raise bad("message to be replied not found")
    return replied, _quote(replied, parameters) if parameters.get("quote") else None


def _quote(replied: Message, parameters: Json) -> Json:
    if not fits("ReplyParameters", "quote", parameters["quote"]):
        raise bad("QUOTE_TEXT_INVALID")
    text, entities = formatted(
        parameters["quote"], parameters.get("quote_entities", ()), _most("ReplyParameters", "quote"), TOO_LONG
    )
    wanted = [each for each in entities if each["type"] in QUOTED_KINDS]
    found = [at for at in occurrences(replied.words, text) if entities_within(replied, at, units(text)) == wanted]
    if not text or not found:
        raise bad("QUOTE_TEXT_INVALID")
    near = parameters.get("quote_position", 0)
    position = min(found, key=lambda at: abs(at - near))
    return {"text": text, "position": position, "is_manual": True} | ({"entities": wanted} if wanted else {})


def occurrences(words: str, part: str) -> list[int]:
    """Where a part stands in a text, in UTF-16 code units."""
    last = units(words) - units(part)
    whole = words.encode("utf-16-le")
    sought = part.encode("utf-16-le")
    return [at for at in range(last + 1) if whole[2 * at : 2 * at + len(sought)] == sought]


def entities_within(message: Message, offset: int, length: int) -> list[Json]:
    """The entities a quote of this part keeps, cut to it."""
    kept = []
    for each in message.entities:
        start, stop = max(each["offset"], offset), min(each["offset"] + each["length"], offset + length)
        if each["type"] in QUOTED_KINDS and start < stop:
            kept.append({"type": each["type"], "offset": start - offset, "length": stop - start})
    return kept


def send_chat_action(world: World, given: Json) -> bool:
    chat = _writable(world, given["chat_id"])
    if chat.type == "channel":
        raise bad("chat actions can't be sent to channel chats")
    if given["action"] not in RULES["actions"]:
        raise bad("wrong parameter action in request")
    thread = _topic(chat, given.get("message_thread_id"))
    world.actions.append(Action(chat, given["action"], thread))
    return True


def send_message_draft(world: World, given: Json) -> bool:
    text, entities = formatted(
        given.get("text", ""), given.get("entities", ()), _most("sendMessageDraft", "text"), TOO_LONG
    )
    world.drafts.append(Draft(_drafting(world, given), given["draft_id"], text, entities))
    return True


def _drafting(world: World, given: Json) -> Chat:
    """The private chat in which a draft is shown."""
    chat = _writable(world, given["chat_id"])
    if chat.type != "private":
        raise bad("TEXTDRAFT_PEER_INVALID")
    if given["draft_id"] == 0:
        raise bad("RANDOM_ID_INVALID")
    _topic(chat, given.get("message_thread_id"))
    return chat


# --- editing -------------------------------------------------------------------------------------------------------


def edit_message_text(world: World, given: Json) -> Json:
    if "rich_message" in given and "sendRichMessage" not in world.unknown:  # an older Bot API overlooks it
        return _edit_rich_message(world, given)
    if not given.get("text"):
        raise bad("message text is empty")
    text, entities = formatted(given["text"], given.get("entities", ()), _most("editMessageText", "text"), TOO_LONG)
    if not text:
        raise bad("text must be non-empty")
    _check_preview(given.get("link_preview_options"))
    message = _editable(world, given)
    if message.text is None:
        raise bad("there is no text in the message to edit")
    return _edited(world, message, text, entities, given)


def _edit_rich_message(world: World, given: Json) -> Json:
    if given.get("text"):
        raise strict("a message is edited to a text or to a rich message, not to both")
    said, message = rich_message(given["rich_message"]), _editable(world, given)
    if message.text is None:
        raise bad("there is no text in the message to edit")
    return _edited(world, message, said.text, said.entities, given, rich=said.html)


def edit_message_reply_markup(world: World, given: Json) -> Json:
    message = _editable(world, given)
    kept = {"link_preview_options": message.preview} if message.preview else {}
    return _edited(world, message, message.text, message.entities, given | kept, rich=message.rich)


def _editable(world: World, given: Json) -> Message:
    if "chat_id" not in given or "message_id" not in given:
        raise bad("message identifier is not specified")
    message = _writable(world, given["chat_id"]).messages.get(given["message_id"])
    if message is None or message.deleted:
        raise bad("message to edit not found")
    if message.author is not world.bot:
        raise bad("message can't be edited")
    return message


def _edited(
    world: World, message: Message, text: str | None, entities: list[Json], given: Json, *, rich: str | None = None
) -> Json:
    """Edit; a keyboard that is not given again is taken away."""
    check_keyboard(given.get("reply_markup"))
    markup = given.get("reply_markup") or {}
    shown = markup if markup.get("inline_keyboard") else None
    preview = given.get("link_preview_options")
    before = (message.text, message.entities, message.rich, message.markup, message.preview)
    if (text, entities, rich, shown, preview) == before:
        raise bad(NOT_MODIFIED)
    message.versions.append(Version(message.text, message.entities, message.markup))
    message.text, message.entities, message.rich = text, entities, rich
    message.markup, message.preview = shown, preview
    message.edited = world.date()
    return message.json()


def delete_message(world: World, given: Json) -> bool:
    chat = _present(world, given["chat_id"])
    message = chat.messages.get(given["message_id"])
    if message is None or message.deleted:
        raise bad("message to delete not found")
    own = message.author is world.bot or chat.type == "private"
    if not own and chat.status(world.bot) not in ADMINS:
        raise bad("message can't be deleted")
    message.deleted = True
    return True


def answer_callback_query(world: World, given: Json) -> bool:
    press = world.pressed.get(given["callback_query_id"])
    if press is None or press.expired or press.answer is not None:
        raise bad(TOO_LATE)
    if not fits("answerCallbackQuery", "text", given.get("text", "")):
        raise bad("MESSAGE_TOO_LONG")
    if given.get("url"):
        raise bad("URL_INVALID")
    press.answer = {name: value for name, value in given.items() if name != "callback_query_id"}
    return True


# --- commands and descriptions -------------------------------------------------------------------------------------


def set_my_commands(world: World, given: Json) -> bool:
    check_commands(given["commands"])
    world.commands[_scope(world, given)] = given["commands"]
    return True


def delete_my_commands(world: World, given: Json) -> bool:
    world.commands.pop(_scope(world, given), None)
    return True


def get_my_commands(world: World, given: Json) -> list[Json]:
    return world.commands.get(_scope(world, given), [])


def _scope(world: World, given: Json) -> tuple[str, str]:
    """The key under which a list of commands is kept: ("chat:-1001", "de")."""
    language = given.get("language_code", "")
    check_language(language)
    scope = given.get("scope") or {"type": "default"}
    if "chat_id" not in scope:
        return scope["type"], language
    chat = chat_at(world, scope["chat_id"])
    if chat.type == "channel" or (chat.type == "private" and scope["type"] != "chat"):
        raise bad(f"can't use specified scope in {chat.type} chats")
    named = [scope["type"], str(chat.id), *([str(scope["user_id"])] if "user_id" in scope else [])]
    return ":".join(named), language


def set_my_description(world: World, given: Json) -> bool:
    return _describe(world, "setMyDescription", "description", given)


def set_my_short_description(world: World, given: Json) -> bool:
    return _describe(world, "setMyShortDescription", "short_description", given)


def _describe(world: World, method: str, name: str, given: Json) -> bool:
    language, text = given.get("language_code", ""), given.get(name, "")
    check_language(language)
    if not fits(method, name, text):
        raise bad(f"bot {name.replace('_', ' ')} is too long")
    world.descriptions[name, language] = text
    return True


# --- chats and members ---------------------------------------------------------------------------------------------


def get_chat(world: World, given: Json) -> Json:
    chat = _present(world, given["chat_id"])
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    full = {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    return chat.json() | full | ({"linked_chat_id": chat.linked.id} if chat.linked else {})


def get_chat_member(world: World, given: Json) -> Json:
    chat = _present(world, given["chat_id"])
    if given["user_id"] not in world.users:
        raise bad("invalid user_id specified")
    if chat.type == "channel" and chat.status(world.bot) not in ADMINS:
        raise bad("member list is inaccessible")
    user = world.users[given["user_id"]]
    return member(user, chat.status(user))


def get_chat_administrators(world: World, given: Json) -> list[Json]:
    chat = _present(world, given["chat_id"])
    if chat.type == "private":
        raise bad("there are no administrators in the private chat")
    admins = [world.users[id_] for id_, status in chat.members.items() if status in ADMINS]
    return [member(each, chat.status(each)) for each in admins if not each.is_bot or each is world.bot]


def leave_chat(world: World, given: Json) -> bool:
    chat = _present(world, given["chat_id"])
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    change_member(world, chat, world.bot, world.bot, "left")
    return True


def change_member(world: World, chat: Chat, by: User, user: User, status: str) -> None:
    """A user's standing in a chat changes; of its own the bot always hears, of others' as an admin."""
    before = chat.status(user)
    chat.members[user.id] = status
    change = {
        "chat": chat.json(),
        "from": by.json(),
        "date": world.date(),
        "old_chat_member": member(user, before),
        "new_chat_member": member(user, status),
    }
    if user is world.bot:
        world.update("my_chat_member", change)
    elif chat.status(world.bot) in ADMINS:
        world.update("chat_member", change)
    world.changed()


CALLS: dict[str, Method] = {
    "getMe": get_me,
    "deleteWebhook": delete_webhook,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendChatAction": send_chat_action,
    "sendMessageDraft": send_message_draft,
    "sendRichMessage": send_rich_message,
    "sendRichMessageDraft": send_rich_message_draft,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "editEphemeralMessageText": edit_ephemeral_text,
    "editEphemeralMessageReplyMarkup": edit_ephemeral_markup,
    "deleteEphemeralMessage": delete_ephemeral,
    "answerCallbackQuery": answer_callback_query,
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
    "setMyDescription": set_my_description,
    "setMyShortDescription": set_my_short_description,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "leaveChat": leave_chat,
}
"""All methods but getUpdates, which waits."""
