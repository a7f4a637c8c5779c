"""What Slack refuses in a message or a view, as pure functions, and whom a message would ring.

Each check yields Slack's own kind of sentence, `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`.
The limits are those of Slack's reference (docs.slack.dev/reference/block-kit) and of slack_sdk's models. A block or
element that Slack knows and these rules do not is refused too: add it here before the bot uses it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

Surface = Literal["message", "modal", "home"]
Check = Callable[[Any, str], Iterator[str]]

MAX_TEXT = 40_000
MAX_UPDATED_TEXT = 4_000
"""Of `text` in chat.update, which is stricter than chat.postMessage."""
MAX_MESSAGE_BLOCKS, MAX_VIEW_BLOCKS = 50, 100
MAX_MESSAGE_SIZE, BLOCK_SIZE = 13_547, 125
"""Undocumented: blocks of 13,297 characters in two markdown blocks pass, and a divider more takes 125 from that
(slackapi/bolt-js issue 2509)."""
MAX_METADATA_BYTES = 8_000
MAX_VIEW_BYTES = 250_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """What Slack answers instead of ok."""

    error: str
    messages: tuple[str, ...] = field(default=())  # what is wrong, and where


# --- small checks ----------------------------------------------------------------------------------------------------


def _at(what: str, where: str) -> str:
    return f"{what} [json-pointer:{where}]"


def string(most: int, least: int = 1) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield _at("must be a string", where)
        elif len(value) < least:
            yield _at(f"must be more than {least - 1} characters", where)
        elif len(value) > most:
            yield _at(f"must be less than {most + 1} characters", where)

    return check


def one_of(*allowed: Any) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if value not in allowed:
            yield _at(f"must be one of {', '.join(map(str, allowed))}", where)

    return check


def boolean(value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield _at("must be a boolean", where)


def whole(least: int, most: int) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield _at(f"must be an integer from {least} to {most}", where)

    return check


def like(pattern: str) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            yield _at(f"must match {pattern}", where)

    return check


def listing(each: Check, least: int, most: int) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield _at("must be an array", where)
            return
        if len(value) < least:
            yield _at(f"no fewer than {least} items allowed", where)
        if len(value) > most:
            yield _at(f"no more than {most} items allowed", where)
        for number, item in enumerate(value):
            yield from each(item, f"{where}/{number}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object of these fields and no others; `type` is left to `by_type`."""
    known = {"type": one_of_anything, **(optional or {}), **required}

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield _at("must be an object", where)
            return
        for name in required:
            if value.get(name) is None:
                yield _at(f"missing required field: {name}", where)
        for name, inner in value.items():
            if name not in known:
                yield _at(f"no additional properties allowed: {name}", where)
            elif inner is not None:
                yield from known[name](inner, f"{where}/{name}")

    return check


def one_of_anything(value: Any, where: str) -> Iterator[str]:
    yield from ()


def an_object(value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield _at("must be an object", where)


def both(*checks: Check) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        for each in checks:
            yield from each(value, where)

    return check


def exactly_one(*names: str) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, dict) and sum(value.get(name) is not None for name in names) != 1:
            yield _at(f"must have exactly one of {', '.join(names)}", where)

    return check


def any_of(*names: str) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, dict) and not any(value.get(name) for name in names):
            yield _at(f"must have one of {', '.join(names)}", where)

    return check


def by_type(table: Mapping[str, Check], what: str) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind is None:
            yield _at("missing required field: type", where)
        elif kind not in table:
            yield _at(f"unsupported type of {what}: {kind}", where)
        else:
            yield from table[kind](value, where)

    return check


def unique(name: str, among: Callable[[Any], Sequence[Any]]) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        seen: set[str] = set()
        for item in among(value):
            given = item.get(name) if isinstance(item, dict) else None
            if isinstance(given, str) and given in seen:
                yield _at(f"`{name}` “{given}” already exists", where)
            seen.add(str(given))

    return check


def address(*schemes: str) -> Check:
    """A link somebody can follow."""

    def check(value: Any, where: str) -> Iterator[str]:
        yield from string(3000)(value, where)
        if isinstance(value, str) and not _is_address(value, schemes):
            yield _at("must be a valid URL", where)

    return check


def _is_address(value: str, schemes: Sequence[str]) -> bool:
    if re.search(r"[\s<>\x00-\x1f]", value):
        return False
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in schemes and bool(host or (parts.scheme == "mailto" and "@" in parts.path))


url = address("http", "https", "mailto")
web_url = address("http", "https")


# --- composition objects ---------------------------------------------------------------------------------------------


def plain_text(most: int) -> Check:
    return by_type({"plain_text": record({"text": string(most)}, {"emoji": boolean})}, "text")


def any_text(most: int) -> Check:
    mrkdwn = record({"text": string(most)}, {"verbatim": boolean})
    return by_type({"plain_text": plain_text(most), "mrkdwn": mrkdwn}, "text")


ACTION_ID = string(255)
CONFIRM = record(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)
DISPATCH = record(
    {"trigger_actions_on": listing(one_of("on_enter_pressed", "on_character_entered"), 1, 2)},
)
FILTER = record(
    {},
    {
        "include": listing(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
SLACK_FILE = both(record({}, {"id": string(255), "url": web_url}), exactly_one("id", "url"))
OPTION = record({"text": plain_text(75), "value": string(150)}, {"description": plain_text(75)})
RICH_OPTION = record({"text": any_text(75), "value": string(150)}, {"description": any_text(75)})
LINKED_OPTION = record({"text": plain_text(75), "value": string(150)}, {"description": plain_text(75), "url": url})
OPTION_GROUP = record({"label": plain_text(75), "options": listing(OPTION, 1, 100)})


def _offered(value: Any) -> list[Any]:
    groups = value.get("option_groups") or [{"options": value.get("options") or []}]
    return [option for group in groups if isinstance(group, dict) for option in group.get("options") or []]


def initially(name: str) -> Check:
    """What is chosen at first must be exactly one of the options."""

    def check(value: Any, where: str) -> Iterator[str]:
        chosen = value.get(name) if isinstance(value, dict) else None
        for each in chosen if isinstance(chosen, list) else [chosen] if chosen else []:
            if each not in _offered(value):
                yield _at(f"{name} must be one of the options", where)

    return check


# --- elements --------------------------------------------------------------------------------------------------------

_CHOICE = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}
_MENU = {**_CHOICE, "placeholder": plain_text(150)}
_MULTI = {**_MENU, "max_selected_items": whole(1, 100)}
_INPUT = {
    "action_id": ACTION_ID,
    "placeholder": plain_text(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH,
}
_ID = like(r"[A-Z0-9]{3,}")
_IDS = listing(_ID, 1, 100)
_DAY, _HOUR = like(r"\d{4}-\d{2}-\d{2}"), like(r"\d{2}:\d{2}")


def _static(extra: Mapping[str, Check], initial: str, kind: Check) -> Check:
    fields = {
        **extra,
        "options": listing(OPTION, 1, 100),
        "option_groups": listing(OPTION_GROUP, 1, 100),
        initial: kind,
    }
    return both(record({}, fields), exactly_one("options", "option_groups"), initially(initial))


def _ticked(initial: str, kind: Check) -> Check:
    fields = {**_CHOICE, initial: kind}
    return both(record({"options": listing(RICH_OPTION, 1, 10)}, fields), initially(initial))


_CONVERSATIONS = {"filter": FILTER, "default_to_current_conversation": boolean}
IMAGE_ELEMENT = both(
    record({"alt_text": string(2000)}, {"image_url": web_url, "slack_file": SLACK_FILE}),
    exactly_one("image_url", "slack_file"),
)

ELEMENTS: Mapping[str, Check] = {
    "button": record(
        {"text": plain_text(75)},
        {
            "action_id": ACTION_ID,
            "url": url,
            "value": string(2000),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "overflow": record({"options": listing(LINKED_OPTION, 2, 5)}, {"action_id": ACTION_ID, "confirm": CONFIRM}),
    "static_select": _static(_MENU, "initial_option", OPTION),
    "multi_static_select": _static(_MULTI, "initial_options", listing(OPTION, 1, 100)),
    "external_select": record({}, {**_MENU, "initial_option": OPTION, "min_query_length": whole(0, 100)}),
    "users_select": record({}, {**_MENU, "initial_user": _ID}),
    "multi_users_select": record({}, {**_MULTI, "initial_users": _IDS}),
    "conversations_select": record(
        {}, {**_MENU, **_CONVERSATIONS, "initial_conversation": _ID, "response_url_enabled": boolean}
    ),
    "multi_conversations_select": record({}, {**_MULTI, **_CONVERSATIONS, "initial_conversations": _IDS}),
    "channels_select": record({}, {**_MENU, "initial_channel": _ID, "response_url_enabled": boolean}),
    "multi_channels_select": record({}, {**_MULTI, "initial_channels": _IDS}),
    "radio_buttons": _ticked("initial_option", RICH_OPTION),
    "checkboxes": _ticked("initial_options", listing(RICH_OPTION, 1, 10)),
    "datepicker": record({}, {**_MENU, "initial_date": _DAY}),
    "timepicker": record({}, {**_MENU, "initial_time": _HOUR, "timezone": string(100)}),
    "datetimepicker": record({}, {**_CHOICE, "initial_date_time": whole(0, 9_999_999_999)}),
    "plain_text_input": record(
        {},
        {
            **_INPUT,
            "initial_value": string(3000, 0),
            "multiline": boolean,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
    ),
    "email_text_input": record({}, {**_INPUT, "initial_value": string(3000, 0)}),
    "url_text_input": record({}, {**_INPUT, "initial_value": string(3000, 0)}),
    "number_input": record(
        {"is_decimal_allowed": boolean},
        {**_INPUT, "initial_value": string(100), "min_value": string(100), "max_value": string(100)},
    ),
    "image": IMAGE_ELEMENT,
}
"""Every element these rules know, wherever it stands."""

_PICKS = {name for name in ELEMENTS if name.endswith("_select") and not name.startswith("multi_")}
_MULTIS = {name for name in ELEMENTS if name.startswith("multi_")}
_TICKS = {"radio_buttons", "checkboxes", "datepicker", "timepicker"}
_TYPED_IN_MODALS = {"email_text_input", "url_text_input", "number_input"}
IN_SECTION = {"button", "overflow", "image"} | _PICKS | _MULTIS | _TICKS
IN_ACTIONS = {"button", "overflow", "datetimepicker"} | _PICKS | _TICKS
IN_INPUT = {"plain_text_input", "datetimepicker"} | _PICKS | _MULTIS | _TICKS | _TYPED_IN_MODALS
NOT_ON: Mapping[Surface, frozenset[str]] = {
    "message": frozenset(_TYPED_IN_MODALS),
    "modal": frozenset(),
    "home": frozenset(_TYPED_IN_MODALS | {"datetimepicker"}),
}


def _elements(allowed: set[str], surface: Surface, what: str) -> Check:
    return by_type({name: ELEMENTS[name] for name in allowed - NOT_ON[surface]}, what)


# --- rich text -------------------------------------------------------------------------------------------------------

_STYLE = record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
_MENTION_STYLE = record(
    {}, dict.fromkeys(("bold", "italic", "strike", "highlight", "client_highlight", "unlink"), boolean)
)
INLINE: Mapping[str, Check] = {
    "text": record({"text": string(MAX_TEXT)}, {"style": _STYLE}),
    "link": record({"url": url}, {"text": string(MAX_TEXT), "unsafe": boolean, "style": _STYLE}),
    "emoji": record({"name": string(255)}, {"unicode": string(255), "skin_tone": whole(1, 6), "style": _STYLE}),
    "user": record({"user_id": _ID}, {"style": _MENTION_STYLE}),
    "channel": record({"channel_id": _ID}, {"style": _MENTION_STYLE}),
    "usergroup": record({"usergroup_id": _ID}, {"style": _MENTION_STYLE}),
    "broadcast": record({"range": one_of("here", "channel", "everyone")}, {"style": _STYLE}),
    "color": record({"value": like(r"#[0-9A-Fa-f]{6}")}, {"style": _STYLE}),
    "date": record(
        {"timestamp": whole(0, 9_999_999_999), "format": string(255)},
        {"url": url, "fallback": string(255), "style": _STYLE},
    ),
}
_INLINES = listing(by_type(INLINE, "rich text element"), 1, 10_000)
_BORDER = {"border": whole(0, 1)}
_RICH_SECTION = record({"elements": _INLINES})
_VERBATIM = listing(by_type({name: INLINE[name] for name in ("text", "link")}, "rich text element"), 1, 10_000)
RICH_PARTS: Mapping[str, Check] = {
    "rich_text_section": _RICH_SECTION,
    "rich_text_quote": record({"elements": _INLINES}, _BORDER),
    "rich_text_preformatted": record({"elements": _VERBATIM}, {**_BORDER, "language": string(50)}),
    "rich_text_list": record(
        {
            "style": one_of("bullet", "ordered"),
            "elements": listing(by_type({"rich_text_section": _RICH_SECTION}, "list item"), 1, 1000),
        },
        {"indent": whole(0, 8), "offset": whole(0, 10_000), **_BORDER},
    ),
}


# --- charts and tables -----------------------------------------------------------------------------------------------

_CATEGORY = string(20)
_POINT = record({"label": _CATEGORY, "value": one_of_anything})
_SERIES = record({"name": string(20), "data": listing(_POINT, 1, 20)})
_AXES = record({"categories": listing(_CATEGORY, 1, 20)}, {"x_label": string(50), "y_label": string(50)})


def _matched(chart: Any, where: str) -> Iterator[str]:
    """Each series has one number for each category, in order."""
    for number, series in enumerate(chart.get("series") or () if isinstance(chart, dict) else ()):
        points = series.get("data") or []
        if [each.get("label") for each in points] != chart["axis_config"].get("categories"):
            yield _at("labels must match the categories of the axis", f"{where}/series/{number}/data")
        if not all(isinstance(each.get("value"), int | float) for each in points):
            yield _at("must be a number", f"{where}/series/{number}/data")


_XY = both(record({"series": listing(_SERIES, 1, 6), "axis_config": _AXES}), _matched)
_SEGMENT = record({"label": _CATEGORY, "value": one_of_anything})
_CHARTS = {"line": _XY, "bar": _XY, "area": _XY, "pie": record({"segments": listing(_SEGMENT, 1, 6)})}
CHART = record({"title": string(50), "chart": by_type(_CHARTS, "chart")}, {"block_id": string(255)})

_CELLS = {
    "raw_text": record({"text": string(MAX_TEXT)}),
    "raw_number": record({"value": one_of_anything}),
    "rich_text": record({"elements": listing(by_type(RICH_PARTS, "rich text"), 1, 1000)}),
}
_COLUMN = record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
TABLE = record(
    {"rows": listing(listing(by_type(_CELLS, "cell"), 1, 20), 1, 100)},
    {"column_settings": listing(_COLUMN, 0, 20), "block_id": string(255)},
)


def at_most_one_table(blocks: Any, where: str) -> Iterator[str]:
    """A message takes one table, and two charts."""
    kinds = [each.get("type") for each in blocks if isinstance(each, dict)] if isinstance(blocks, list) else []
    if kinds.count("table") > 1:
        yield _at("only_one_table_allowed", where)
    if kinds.count("data_visualization") > 2:
        yield _at("no more than 2 charts allowed", where)


# --- feedback --------------------------------------------------------------------------------------------------------

_VERDICT = record({"text": plain_text(75), "value": string(2000)}, {"accessibility_label": string(75)})
_RATED = {
    "feedback_buttons": record({"positive_button": _VERDICT, "negative_button": _VERDICT}, {"action_id": ACTION_ID}),
    "icon_button": record(
        {"icon": one_of("trash"), "text": plain_text(75)}, {"action_id": ACTION_ID, "value": string(2000)}
    ),
}
RATING = record({"elements": listing(by_type(_RATED, "element"), 1, 5)}, {"block_id": string(255)})


# --- blocks ----------------------------------------------------------------------------------------------------------


def blocks_of(surface: Surface) -> Mapping[str, Check]:
    """The blocks that may stand on this surface, by their type."""
    named = {"block_id": string(255)}
    accessory = _elements(IN_SECTION, surface, "accessory")
    section = {"text": any_text(3000), "fields": listing(any_text(2000), 1, 10), "accessory": accessory}
    context = {"image": IMAGE_ELEMENT, "plain_text": any_text(3000), "mrkdwn": any_text(3000)}
    actions = listing(_elements(IN_ACTIONS, surface, "element"), 1, 25)
    question = {"label": plain_text(2000), "element": _elements(IN_INPUT, surface, "element")}
    table: dict[str, Check] = {
        "header": record({"text": plain_text(150)}, named),
        "section": both(record({}, {**section, "expand": boolean, **named}), any_of("text", "fields")),
        "context": record({"elements": listing(by_type(context, "element"), 1, 10)}, named),
        "divider": record({}, named),
        "actions": both(record({"elements": actions}, named), unique("action_id", _its_elements)),
        "image": both(
            record(
                {"alt_text": string(2000)},
                {"image_url": web_url, "slack_file": SLACK_FILE, "title": plain_text(2000), **named},
            ),
            exactly_one("image_url", "slack_file"),
        ),
        "input": record(question, {"hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean, **named}),
        "rich_text": record({"elements": listing(by_type(RICH_PARTS, "rich text"), 1, 1000)}, named),
    }
    if surface == "message":
        held = {name: table[name] for name in _HELD if name in table}
        table["markdown"] = record({"text": string(12_000)}, named)
        table["context_actions"] = RATING
        table["data_visualization"] = CHART
        table["table"] = TABLE
        table["container"] = _container({**held, "table": TABLE})
    return table


_HELD = ("actions", "context", "divider", "header", "image", "input", "rich_text", "section")


def _container(held: Mapping[str, Check]) -> Check:
    """A container of these blocks."""
    fields = {
        "title": plain_text(150),
        "subtitle": any_text(150),
        "width": one_of("narrow", "standard", "wide", "full"),
        "icon": IMAGE_ELEMENT,
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
        "block_id": string(255),
    }
    inside = listing(by_type(held, "child block"), 1, 10)
    return both(record({"child_blocks": inside}, fields), any_of("title"), _folded)


def _folded(container: Any, where: str) -> Iterator[str]:
    if isinstance(container, dict) and container.get("default_collapsed") and not container.get("is_collapsible"):
        yield _at("default_collapsed requires is_collapsible", where)
    if isinstance(container, dict) and container.get("has_header_divider") and container.get("is_collapsible"):
        yield _at("has_header_divider cannot be set when is_collapsible is true", where)


def _its_elements(block: Any) -> Sequence[Any]:
    found = block.get("elements") if isinstance(block, dict) else None
    return found if isinstance(found, list) else ()


def _themselves(blocks: Any) -> Sequence[Any]:
    return (
        [each for each in blocks if isinstance(each, dict) and "block_id" in each] if isinstance(blocks, list) else ()
    )


def _blocks(surface: Surface, least: int) -> Check:
    most = MAX_MESSAGE_BLOCKS if surface == "message" else MAX_VIEW_BLOCKS
    each = by_type(blocks_of(surface), "block")
    return both(listing(each, least, most), unique("block_id", _themselves), at_most_one_table)


_MESSAGE_BLOCKS = _blocks("message", 0)


def wrong_blocks(blocks: Any) -> tuple[str, ...]:
    """What Slack would complain of in a message's blocks."""
    return tuple(_MESSAGE_BLOCKS(blocks, "/blocks"))


def message_size(blocks: Sequence[Any]) -> int:
    """What the blocks weigh against MAX_MESSAGE_SIZE: their characters, and something for each block."""
    inside = sum(len(block.get("child_blocks") or ()) for block in blocks)
    return BLOCK_SIZE * (len(blocks) + inside) + sum(len(text) for block in blocks for text in _texts(block))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


# --- messages --------------------------------------------------------------------------------------------------------


def wrong_message(
    text: str | None, blocks: Any = None, metadata: Any = None, *, most_text: int = MAX_TEXT
) -> Refusal | None:
    """Why Slack would not take this message; None: it would."""
    if metadata not in (None, {}) and (refusal := wrong_metadata(metadata)):
        return refusal
    if blocks:
        if found := wrong_blocks(blocks):
            return Refusal("invalid_blocks", found)
        if message_size(blocks) > MAX_MESSAGE_SIZE:
            return Refusal("msg_blocks_too_long")
    elif blocks is not None and not isinstance(blocks, list):
        return Refusal("invalid_blocks_format")
    if not (text or "").strip() and not blocks:
        return Refusal("no_text")
    if len(text or "") > most_text:
        return Refusal("msg_too_long")
    return None


_METADATA = record({"event_type": like(r"[A-Za-z0-9_.\-]{1,255}"), "event_payload": an_object})


def wrong_metadata(metadata: Any) -> Refusal | None:
    if not isinstance(metadata, dict):
        return Refusal("invalid_metadata_format")
    if found := tuple(_METADATA(metadata, "/metadata")):
        return Refusal("invalid_metadata_schema", found)
    if len(json.dumps(metadata).encode()) > MAX_METADATA_BYTES:
        return Refusal("metadata_too_large")
    return None


# --- work objects ----------------------------------------------------------------------------------------------------

_ENTITY_TYPES = tuple(f"slack#/entities/{each}" for each in ("task", "file", "item", "incident", "content_item"))
_FIELD = record(
    {"key": string(255), "label": string(255), "type": one_of("string"), "value": string(10_000)},
    {"long": boolean, "link": address("http", "https")},
)
_ATTRIBUTES = record(
    {"title": record({"text": string(1000)})},
    {"display_type": string(255), "display_id": string(255), "product_name": string(255)},
)
_ENTITY = record(
    {
        "entity_type": one_of(*_ENTITY_TYPES),
        "url": address("http", "https"),
        "external_ref": record({"id": string(255)}, {"type": string(255)}),
        "entity_payload": record(
            {"attributes": _ATTRIBUTES},
            {"custom_fields": listing(_FIELD, 0, 50), "display_order": listing(string(255), 0, 50)},
        ),
    },
    {"app_unfurl_url": address("http", "https")},
)
"""Those fields of a work object that the bot uses, of the types in slack_sdk.models.metadata."""


def wrong_entity(entity: Any) -> Refusal | None:
    """What Slack has against a work object."""
    if not isinstance(entity, dict):
        return Refusal("invalid_metadata_format")
    found = tuple(_ENTITY(entity, "/metadata"))
    return Refusal("invalid_metadata", found) if found else None


# --- views -----------------------------------------------------------------------------------------------------------

_VIEW = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
_MODAL_VIEW = record(
    {"title": plain_text(24), "blocks": _blocks("modal", 1)},
    {
        "submit": plain_text(24),
        "close": plain_text(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
        **_VIEW,
    },
)
_HOME_VIEW = record({"blocks": _blocks("home", 1)}, _VIEW)


def wrong_view(view: Any, surface: Literal["modal", "home"]) -> Refusal | None:
    """Why Slack would not show this modal or Home tab; None: it would."""
    check = by_type({surface: _MODAL_VIEW if surface == "modal" else _HOME_VIEW}, "view")
    found = [*check(view, "/view")]
    if not found and surface == "modal" and not view.get("submit") and _asks(view["blocks"]):
        found = [_at("submit is required where there is an input block", "/view")]
    if found:
        return Refusal("invalid_arguments", tuple(found))
    if len(json.dumps(view).encode()) > MAX_VIEW_BYTES:
        return Refusal("view_too_large")
    return None


def _asks(blocks: Sequence[Any]) -> bool:
    return any(block["type"] == "input" for block in blocks)


# --- whom it rings ---------------------------------------------------------------------------------------------------

_MARKUP = re.compile(r"<(!(?:channel|here|everyone|group)|!subteam\^\w+|@[UW]\w+)(?:\|[^>]*)?>")
_BARE = re.compile(r"(?<!\w)@(channel|here|everyone|group)\b")


def rings(text: str | None = None, blocks: Any = None, *, full: bool = False) -> tuple[str, ...]:
    """Whom a message would notify, in order: “!channel”, “!here”, “!everyone”, “!subteam^S1”, “@U1”.

    `full`: the message was sent with link_names or parse=full, by which Slack makes mentions of bare names too.
    """
    marked = [text or "", *_mrkdwn(blocks)]
    found = [match[1] for each in marked for match in _MARKUP.finditer(each)]
    if full:
        found += [f"!{match[1]}" for each in marked for match in _BARE.finditer(each)]
    return (*found, *_rich_mentions(blocks))


def _mrkdwn(value: Any) -> Iterator[str]:
    """The texts in blocks in which Slack reads markup."""
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "markdown") and isinstance(value.get("text"), str):
            yield value["text"]
        for inner in value.values():
            yield from _mrkdwn(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _mrkdwn(inner)


def _rich_mentions(value: Any) -> Iterator[str]:
    named: Mapping[str, Callable[[Any], str]] = {
        "broadcast": lambda part: f"!{part['range']}",
        "user": lambda part: f"@{part['user_id']}",
        "usergroup": lambda part: f"!subteam^{part['usergroup_id']}",
    }
    if isinstance(value, dict):
        if name := named.get(str(value.get("type"))):
            yield name(value)
        for inner in value.values():
            yield from _rich_mentions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _rich_mentions(inner)
