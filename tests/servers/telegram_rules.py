"""The rules of the Bot API for the methods the bot uses: what is refused, and in which words.

The names, types and lengths are in telegram_methods.toml. Where Telegram overlooks a mistake (an unknown parameter, a
101st entity, an empty row of buttons, wrongly nested entities) it is refused here, so that a test sees it; refusals of
that kind say so: “… (Telegram lets this pass)”.

`python -m tests.servers.telegram_rules FILE.json` compares the rules with the Bot API as data, prints what differs, and
exits with 1 if anything does.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, takewhile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

RULES: Json = tomllib.loads(Path(__file__).with_name("telegram_methods.toml").read_text(encoding="utf-8"))
METHODS: dict[str, Json] = RULES["methods"]
TYPES: dict[str, Json] = RULES["types"]

ENTITIES_MOST = 100
BUTTONS_MOST = 100
ROW_MOST = 8
COMMANDS_MOST = 100
ACTIONS_OF_BUTTONS = ("url", "callback_data", "switch_inline_query", "switch_inline_query_current_chat", "copy_text")
BUTTON_STYLES = frozenset(("primary", "success", "danger"))
STYLES = frozenset(("bold", "italic", "underline", "strikethrough", "spoiler"))
BLOCKQUOTES = frozenset(("blockquote", "expandable_blockquote"))
CODES = frozenset(("code", "pre"))
SCHEMES = frozenset(("http", "https", "tg", "ton", "tonsite"))
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


class Refusal(Exception):
    """The call is answered with an error."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters  # of the answer: retry_after (seconds), migrate_to_chat_id


def bad(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


def strict(description: str) -> Refusal:
    """Of what Telegram overlooks or repairs without a word."""
    return bad(f"{description} (Telegram lets this pass)")


@dataclass(frozen=True)
class Upload:
    """A file that came with the call."""

    name: str
    data: bytes


# --- parameters ----------------------------------------------------------------------------------------------------


def read(method: str, given: Mapping[str, Any]) -> Json:
    """The parameters of a call by their types; they come as text in a form, or as they are in JSON. Refusal."""
    rule = METHODS[method]
    kinds = rule.get("required", {}) | rule.get("optional", {})
    for name in given:
        if name not in kinds:
            raise strict(f'{method} has no parameter "{name}"')
    for name in rule.get("required", {}):
        if name not in given or given[name] == "":
            raise bad("message text is empty" if name == "text" else f"{name} is empty")
    return {name: _value(kinds[name], value, f'parameter "{name}"') for name, value in given.items()}


def _value(kind: str, value: Any, what: str) -> Any:
    if isinstance(value, str) and not _fits(kind, value):
        value = _decoded(kind, value, what)
    _check(kind, value, what)
    return value


def _fits(kind: str, value: str) -> bool:
    """Text stays text where text may stand, but for a number where a number may stand too."""
    return "String" in kind.split(" or ") and not ("Integer" in kind and re.fullmatch(r"-?\d+", value))


def _decoded(kind: str, value: str, what: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {what} as JSON: {kind} expected") from None


def _check(kind: str, value: Any, what: str) -> None:
    """Refusal where the value, or anything in it, is not of the kind."""
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            raise bad(f"{what} must be of type Array")
        for each in value:
            _check(kind.removeprefix("Array of "), each, what)
    elif kind == "BotCommandScope":
        _check_object(_scope_type(value), value)
    elif isinstance(value, dict):
        _check_object(_alternative(kind, value, what), value)
    elif not any(_is_plain(each, value) for each in kind.split(" or ")):
        raise bad(f"{what} must be of type {kind}")


def _is_plain(kind: str, value: Any) -> bool:
    plain = {"Integer": int, "String": str, "Boolean": bool, "InputFile": Upload}
    return kind in plain and type(value) is plain[kind]


def _alternative(kind: str, value: Json, what: str) -> str:
    """Which of the types a value means to be: the only one, or the one whose required fields it has."""
    types = [each for each in kind.split(" or ") if each in TYPES]
    if len(types) == 1:
        return types[0]
    for each in types:
        if TYPES[each].get("required", {}).keys() <= value.keys():
            return each
    raise bad(f"{what} must be of type {kind}")


def _scope_type(value: Any) -> str:
    types = {_scope_word(name): name for name in TYPES if name.startswith("BotCommandScope")}
    if not isinstance(value, dict) or value.get("type") not in types:
        raise bad("can't parse BotCommandScope: unsupported type specified")
    return types[value["type"]]


def _scope_word(type_name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type_name.removeprefix("BotCommandScope")).lower()


def _check_object(type_name: str, value: Json) -> None:
    rule = TYPES[type_name]
    kinds = rule.get("required", {}) | rule.get("optional", {})
    for name in rule.get("required", {}):
        if name not in value:
            raise bad(f"can't parse {type_name}: can't find field \"{name}\"")
    for name, each in value.items():
        if name not in kinds:
            raise strict(f'{type_name} has no field "{name}"')
        _check(kinds[name], each, f'field "{name}"')


def limits(owner: str, name: str) -> tuple[int, int]:
    """The least and the most length of a parameter of a method, or of a field of a type."""
    rule = METHODS.get(owner) or TYPES[owner]
    least, _, most = rule["length"][name].split(" ")[0].partition("-")
    return int(least), int(most)


def fits(owner: str, name: str, text: str) -> bool:
    least, most = limits(owner, name)
    in_bytes = (METHODS.get(owner) or TYPES[owner])["length"][name].endswith("bytes")
    return least <= (len(text.encode()) if in_bytes else units(text)) <= most


# --- text with entities --------------------------------------------------------------------------------------------


def units(text: str) -> int:
    """The length in UTF-16 code units, in which Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def piece(text: str, offset: int, length: int) -> str:
    """The part of a text that begins at a code unit and has so many of them."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def formatted(text: str, entities: Iterable[Json], most: int, too_long: str) -> tuple[str, list[Json]]:
    """A text as Telegram keeps it: control characters out, blanks around it off, entities moved and cut with it."""
    given = sorted(entities, key=lambda each: (each["offset"], -each["length"]))
    _check_entities(given)
    cleaned, places = _cleaned(text)
    spans = [(_place(each, text, places), each) for each in given if each["length"]]
    first = min((start for (start, _), _ in spans), default=units(cleaned))
    lead = sum(1 for _ in takewhile(lambda at: cleaned[at] in " \n", range(min(first, len(cleaned)))))
    kept = cleaned[lead:].rstrip(" \n")
    end = units(kept)
    if end > most:
        raise bad(too_long)
    return kept, list(_moved(spans, lead, end))


def _moved(spans: list[tuple[tuple[int, int], Json]], lead: int, end: int) -> Iterator[Json]:
    for (start, stop), entity in spans:
        offset, last = start - lead, min(stop - lead, end)
        if offset < last:
            yield entity | {"offset": offset, "length": last - offset}


def _cleaned(text: str) -> tuple[str, dict[int, int]]:
    """The text without control characters, and where each place between its characters went, in code units."""
    places, old, new, kept = {}, 0, 0, []
    for character in text:
        places[old] = new
        stays = _stays(character)
        kept.append(stays)
        old += units(character)
        new += units(stays)
    return "".join(kept), places | {old: new}


def _stays(character: str) -> str:
    if character == "\r" or "\u2028" <= character <= "\u202e":
        return ""
    return " " if character < " " and character != "\n" else character


def _place(entity: Json, text: str, places: dict[int, int]) -> tuple[int, int]:
    start, stop, end = entity["offset"], entity["offset"] + entity["length"], max(places)
    if start > end:
        raise bad(f"entity begins after the end of the text at UTF-16 offset {start}")
    if start not in places:
        raise bad(f"entity begins in a middle of a UTF-16 symbol at byte offset {_bytes_to(text, start)}")
    if stop > end:
        raise bad(f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {stop}")
    if stop not in places:
        where = f"ends in a middle of a UTF-16 symbol at byte offset {_bytes_to(text, stop)}"
        raise bad(f"entity beginning at UTF-16 offset {start} {where}")
    return places[start], places[stop]


def _bytes_to(text: str, offset: int) -> int:
    """UTF-8 bytes up to the end of the character that holds this code unit."""
    return len(piece(text, 0, offset + 1).encode())


def _check_entities(entities: list[Json]) -> None:
    if len(entities) > ENTITIES_MOST:
        raise strict(f"{len(entities)} entities, of which all after the hundredth would be ignored")
    for entity in entities:
        _check_entity(entity)
    for outer, inner in combinations(entities, 2):
        if inner["offset"] < outer["offset"] + outer["length"]:
            _check_nesting(outer, inner)


def _check_entity(entity: Json) -> None:
    if entity["type"] not in RULES["entities"]:
        raise bad("can't parse MessageEntity: Unsupported type specified")
    for name in ("offset", "length"):
        if entity[name] < 0:
            raise bad(f"receive an entity with incorrect {name} {entity[name]}")
    if entity["type"] == "text_link":
        if "url" not in entity:
            raise bad("can't parse MessageEntity: Can't find field \"url\"")
        check_url(entity["url"], "entity URL")


def _check_nesting(outer: Json, inner: Json) -> None:
    """Two entities that have characters in common: one holds the other, and may.

    https://core.telegram.org/bots/api#messageentity
    """
    kinds = {outer["type"], inner["type"]}
    if inner["offset"] + inner["length"] > outer["offset"] + outer["length"]:
        raise strict(f"{outer['type']} and {inner['type']} overlap at UTF-16 offset {inner['offset']}")
    clash = (
        kinds <= BLOCKQUOTES
        or outer["type"] in CODES
        or (kinds & CODES and kinds & STYLES)
        or not kinds & (STYLES | BLOCKQUOTES)
        or len(kinds) == 1
    )
    if clash:
        raise strict(f"{inner['type']} can't be inside {outer['type']} at UTF-16 offset {inner['offset']}")


def check_url(url: str, what: str) -> None:
    """Refusal unless Telegram takes it for a link."""
    parts = urlsplit(url if "://" in url or not url else f"http://{url}")
    if not parts.hostname:
        raise bad(f"{what} '{url}' is invalid: URL host is empty")
    if parts.scheme not in SCHEMES:
        raise bad(f"{what} '{url}' is invalid: Unsupported URL protocol")
    web = parts.scheme in ("http", "https")
    if web and (re.search(r"\s", url) or "." not in parts.hostname.strip(".")):
        raise bad(f"{what} '{url}' is invalid: Wrong HTTP URL")


# --- keyboards and commands ----------------------------------------------------------------------------------------


def check_keyboard(markup: Json | None) -> None:
    """Refusal where an inline keyboard could not be shown."""
    rows = (markup or {}).get("inline_keyboard", [])
    for row in rows:
        if not row:
            raise strict("an inline keyboard has an empty row")
        if len(row) > ROW_MOST:
            raise bad("reply markup is too long")
        for button in row:
            _check_button(button)
    if sum(map(len, rows)) > BUTTONS_MOST:
        raise bad("reply markup is too long")


def _check_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad("inline keyboard button text is empty")
    actions = [name for name in ACTIONS_OF_BUTTONS if name in button and button[name] != ""]
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if button.get("style", "primary") not in BUTTON_STYLES:
        raise bad("can't parse inline keyboard button: invalid button style specified")
    if len(actions) > 1:
        raise strict(f"an inline keyboard button does one thing, not {' and '.join(actions)}")
    if "url" in button:
        check_url(button["url"], "inline keyboard button URL")
    if "callback_data" in button and not fits("InlineKeyboardButton", "callback_data", button["callback_data"]):
        raise bad("BUTTON_DATA_INVALID")
    if "copy_text" in button and not fits("CopyTextButton", "text", button["copy_text"]["text"]):
        raise bad("BUTTON_COPY_TEXT_INVALID")


def check_commands(commands: list[Json]) -> None:
    if len(commands) > COMMANDS_MOST:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", each["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not fits("BotCommand", "description", each["description"]):
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    if len({each["command"] for each in commands}) < len(commands):
        raise strict("a command is there twice")


def check_language(code: str) -> None:
    if not re.fullmatch(r"([a-z]{2})?", code):
        raise bad("invalid language code specified")


# --- compared with the Bot API as data -----------------------------------------------------------------------------


def differences(api: Json) -> list[str]:
    """Where the rules say something else than the Bot API, which is {"methods": {…}, "types": {…}}."""
    found = list(_word_differences(api))
    for kind, rules in (("methods", METHODS), ("types", TYPES)):
        for name, rule in rules.items():
            if name in api[kind]:
                found += _rule_differences(name, rule, api[kind][name].get("fields", []))
            elif rule.get("newer") is not True:
                found.append(f"{name} is not among the {kind}")
    return found


def _word_differences(api: Json) -> Iterator[str]:
    def words(kind: str, owner: str, field: str) -> str:
        return next(str(each["description"]) for each in api[kind][owner]["fields"] if each["name"] == field)

    theirs = {
        "entities": set(re.findall(r"[“\"](\w+)[”\"] \(", words("types", "MessageEntity", "type"))),
        "actions": set(
            re.findall(r"\b(typing|(?:upload|record|choose|find)_\w+)\b", words("methods", "sendChatAction", "action"))
        ),
    }
    for name, listed in theirs.items():
        if different := listed ^ set(RULES[name]):
            yield f"{name}: {', '.join(sorted(different))}"


def _rule_differences(owner: str, rule: Json, fields: list[Json]) -> Iterator[str]:
    theirs = {each["name"]: each for each in fields}
    newer = rule.get("newer", ())
    listed = rule.get("required", {}) | rule.get("optional", {})
    ours = {name: kind for name, kind in listed.items() if newer is True or name not in newer or name in theirs}
    for name in sorted(theirs.keys() ^ (ours.keys() | set(rule.get("left_out", ())))):
        yield f"{owner}.{name}: {'not in the rules' if name in theirs else 'not in the Bot API'}"
    for name in sorted(ours.keys() & theirs.keys()):
        field = theirs[name]
        if not set(ours[name].split(" or ")) <= set(field["types"]):
            yield f"{owner}.{name}: {ours[name]} here, {' or '.join(field['types'])} there"
        if (name in rule.get("required", {})) != field["required"] and not (newer and name in newer):
            yield f"{owner}.{name}: required {'here' if not field['required'] else 'there'} only"
        length = re.search(r"\d+-\d+ (?:characters|bytes)", field["description"])
        if (length and length[0]) != rule.get("length", {}).get(name):
            yield f"{owner}.{name}: length {rule.get('length', {}).get(name)} here, {length and length[0]} there"
    for name in set(rule.get("left_out", ())) & theirs.keys():
        if theirs[name]["required"]:
            yield f"{owner}.{name}: required, and left out"


if __name__ == "__main__":
    found = differences(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    print("\n".join(found) or "The rules agree with the Bot API.")
    sys.exit(bool(found))
