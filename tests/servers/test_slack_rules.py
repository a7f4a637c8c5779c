"""What Slack refuses is refused here, with the place where it is wrong; what it takes is taken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.servers import slack_rules as rules


def plain(text: str = "Text", **how: Any) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, **how}


def mrkdwn(text: str = "Text", **how: Any) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, **how}


def section(**how: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(), **how}


def button(**how: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(), "action_id": "a", **how}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "A", value: str = "a", **how: Any) -> dict[str, Any]:
    return {"text": plain(text), "value": value, **how}


def select(**how: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": [option()], **how}


def overflow(count: int, **how: Any) -> dict[str, Any]:
    return {"type": "overflow", "action_id": "o", "options": [option(value=str(n), **how) for n in range(count)]}


def asks(element: dict[str, Any], **how: Any) -> dict[str, Any]:
    return {"type": "input", "label": plain(), "element": element, **how}


def rich(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(parts)}


def said(*inline: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(inline)}


def modal(*blocks: dict[str, Any], **how: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("Mute"), "submit": plain("Mute"), "blocks": list(blocks), **how}


CONFIRM = {"title": plain("Sure?"), "text": mrkdwn(), "confirm": plain("Yes"), "deny": plain("No")}
LONG = "https://example.org/" + "x" * 3000
IMAGE = {"type": "image", "image_url": "https://example.org/x.png"}
LINK = {"type": "link", "url": "https://example.org/a#:~:text=one%20two"}
TEXT = {"type": "text", "text": "Words", "style": {"bold": True}}
LIST = {"type": "rich_text_list", "style": "bullet", "elements": [said(TEXT)]}
QUOTE = {"type": "rich_text_quote", "elements": [TEXT, LINK]}

TAKEN: dict[str, list[Any]] = {
    "every block": [
        {"type": "header", "text": plain("Brief", emoji=True)},
        section(fields=[mrkdwn(), plain()], accessory=button(), block_id="one", expand=True),
        {"type": "context", "elements": [mrkdwn(), plain(), {**IMAGE, "alt_text": "x"}]},
        {"type": "divider"},
        actions(button(style="primary", confirm=CONFIRM, url="https://example.org"), select(), overflow(2)),
        {**IMAGE, "alt_text": "A chart", "title": plain()},
        rich(said(TEXT, LINK, {"type": "emoji", "name": "wave"}), LIST, QUOTE),
        {"type": "markdown", "text": "**bold**"},
        asks({"type": "plain_text_input", "action_id": "t"}),
    ],
    "fields without text": [{"type": "section", "fields": [mrkdwn()]}],
    "text at its limits": [{"type": "header", "text": plain("x" * 150)}, section(text=mrkdwn("x" * 3000))],
    "a button at its limits": [actions(button(text=plain("x" * 75), value="v" * 2000, action_id="i" * 255))],
    "as many as may be": [actions(*(button(action_id=str(n)) for n in range(25)))] * 50,
    "an initial option": [section(accessory=select(initial_option=option()))],
    "a mail address": [section(accessory=button(url="mailto:anna@example.org"))],
    "nothing": [],
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_slack_takes(name: str) -> None:
    """No complaint about blocks within the rules."""
    assert rules.wrong_blocks(TAKEN[name]) == ()


REFUSED: dict[str, tuple[list[Any], str]] = {
    "a block unknown": ([{"type": "banner"}], "/blocks/0"),
    "a block without type": ([{"text": "x"}], "/blocks/0"),
    "no object": (["x"], "/blocks/0"),
    "51 blocks": ([section()] * 51, "/blocks"),
    "a field unknown": ([section(colour="red")], "/blocks/0"),
    "a section without words": ([{"type": "section"}], "/blocks/0"),
    "an empty section": ([section(text=mrkdwn(""))], "/blocks/0/text/text"),
    "a section too long": ([section(text=mrkdwn("x" * 3001))], "/blocks/0/text/text"),
    "11 fields": ([section(fields=[mrkdwn()] * 11)], "/blocks/0/fields"),
    "a field too long": ([section(fields=[mrkdwn("x" * 2001)])], "/blocks/0/fields/0/text"),
    "markup in a header": ([{"type": "header", "text": mrkdwn()}], "/blocks/0/text"),
    "a header too long": ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    "text without type": ([section(text={"text": "x"})], "/blocks/0/text"),
    "emoji in markup": ([section(text=mrkdwn(emoji=True))], "/blocks/0/text"),
    "11 elements in a context": ([{"type": "context", "elements": [mrkdwn()] * 11}], "/blocks/0/elements"),
    "an empty context": ([{"type": "context", "elements": []}], "/blocks/0/elements"),
    "a button in a context": ([{"type": "context", "elements": [button()]}], "/blocks/0/elements/0"),
    "no actions": ([actions()], "/blocks/0/elements"),
    "26 actions": ([actions(*(button(action_id=str(n)) for n in range(26)))], "/blocks/0/elements"),
    "an action twice": ([actions(button(), button())], "/blocks/0"),
    "a typed field among actions": ([actions({"type": "plain_text_input"})], "/blocks/0/elements/0"),
    "a picture among actions": ([actions({**IMAGE, "alt_text": "x"})], "/blocks/0/elements/0"),
    "many picks among actions": ([actions({**select(), "type": "multi_static_select"})], "/blocks/0/elements/0"),
    "a button in an input": ([asks(button())], "/blocks/0/element"),
    "a number asked for in a message": (
        [asks({"type": "number_input", "is_decimal_allowed": False})],
        "/blocks/0/element",
    ),
    "markup on a button": ([actions(button(text=mrkdwn()))], "/blocks/0/elements/0/text"),
    "a label too long": ([actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text"),
    "a value too long": ([actions(button(value="x" * 2001))], "/blocks/0/elements/0/value"),
    "an action_id too long": ([actions(button(action_id="x" * 256))], "/blocks/0/elements/0/action_id"),
    "a block_id too long": ([section(block_id="x" * 256)], "/blocks/0/block_id"),
    "a block_id twice": ([section(block_id="x"), section(block_id="x")], "/blocks"),
    "a style unknown": ([actions(button(style="default"))], "/blocks/0/elements/0/style"),
    "a link to a script": ([actions(button(url="javascript:alert(1)"))], "/blocks/0/elements/0/url"),
    "a link with blanks": ([actions(button(url="https://example.org/a b"))], "/blocks/0/elements/0/url"),
    "a link without host": ([actions(button(url="https:///a"))], "/blocks/0/elements/0/url"),
    "a link too long": ([actions(button(url=LONG))], "/blocks/0/elements/0/url"),
    "half a confirmation": ([actions(button(confirm={"title": plain()}))], "/blocks/0/elements/0/confirm"),
    "one in the overflow": ([section(accessory=overflow(1))], "/blocks/0/accessory/options"),
    "six in the overflow": ([section(accessory=overflow(6))], "/blocks/0/accessory/options"),
    "101 options": ([section(accessory=select(options=[option()] * 101))], "/blocks/0/accessory/options"),
    "no options": ([section(accessory={"type": "static_select", "action_id": "s"})], "/blocks/0/accessory"),
    "an option too long": ([section(accessory=select(options=[option("x" * 76)]))], "/options/0/text/text"),
    "an option's value too long": ([section(accessory=select(options=[option(value="x" * 151)]))], "/options/0/value"),
    "a link in a menu's option": ([section(accessory=select(options=[option(url=LINK["url"])]))], "/options/0"),
    "initially something else": ([section(accessory=select(initial_option=option("B", "b")))], "/blocks/0/accessory"),
    "a placeholder too long": ([section(accessory=select(placeholder=plain("x" * 151)))], "/placeholder/text"),
    "a picture without words": ([IMAGE], "/blocks/0"),
    "a picture from nowhere": ([{"type": "image", "alt_text": "x"}], "/blocks/0"),
    "empty rich text": ([rich()], "/blocks/0/elements"),
    "an empty run": ([rich(said({"type": "text", "text": ""}))], "/elements/0/text"),
    "a run outside a section": ([rich(TEXT)], "/blocks/0/elements/0"),
    "a rich link to nowhere": ([rich(said({"type": "link", "url": "example.org"}))], "/elements/0/url"),
    "a style unknown in rich text": ([rich(said({**TEXT, "style": {"loud": True}}))], "/elements/0/style"),
    "a style as a word": ([rich(said({**TEXT, "style": "bold"}))], "/elements/0/style"),
    "a list of bare runs": ([rich({**LIST, "elements": [TEXT]})], "/blocks/0/elements/0/elements/0"),
    "a list without style": ([rich({"type": "rich_text_list", "elements": [said(TEXT)]})], "/blocks/0/elements/0"),
    "emoji in code": ([rich({"type": "rich_text_preformatted", "elements": [{"type": "emoji", "name": "x"}]})], "/0"),
    "a broadcast to nobody": ([rich(said({"type": "broadcast", "range": "all"}))], "/elements/0/range"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_slack_refuses(name: str) -> None:
    """invalid_blocks, and where."""
    blocks, where = REFUSED[name]
    refusal = rules.wrong_message("Text", blocks)
    assert refusal is not None
    assert refusal.error == "invalid_blocks"
    assert any(f"{where}]" in each for each in refusal.messages), refusal.messages


MESSAGES: dict[str, tuple[dict[str, Any], str | None]] = {
    "text alone": ({"text": "x" * 40_000}, None),
    "blocks alone": ({"text": None, "blocks": [section()]}, None),
    "nothing": ({"text": ""}, "no_text"),
    "blanks": ({"text": " \n"}, "no_text"),
    "no blocks and no text": ({"text": None, "blocks": []}, "no_text"),
    "too long": ({"text": "x" * 40_001}, "msg_too_long"),
    "too long for a change": ({"text": "x" * 4_001, "most_text": rules.MAX_UPDATED_TEXT}, "msg_too_long"),
    "blocks that are none": ({"text": "x", "blocks": {"type": "section"}}, "invalid_blocks"),
    "blocks at the limit": ({"text": "x", "blocks": [section(text=mrkdwn("x" * 2575))] * 5}, None),
    "blocks too long together": (
        {"text": "x", "blocks": [section(text=mrkdwn("x" * 2600))] * 5},
        "msg_blocks_too_long",
    ),
    "metadata": ({"text": "x", "metadata": {"event_type": "brief", "event_payload": {"id": 1}}}, None),
    "no metadata": ({"text": "x", "metadata": {}}, None),
    "metadata that is none": ({"text": "x", "metadata": "brief"}, "invalid_metadata_format"),
    "metadata without payload": ({"text": "x", "metadata": {"event_type": "brief"}}, "invalid_metadata_schema"),
    "metadata with more": (
        {"text": "x", "metadata": {"event_type": "brief", "event_payload": {}, "id": "d1"}},
        "invalid_metadata_schema",
    ),
    "metadata with a flat payload": (
        {"text": "x", "metadata": {"event_type": "brief", "event_payload": "d1"}},
        "invalid_metadata_schema",
    ),
    "metadata too large": (
        {"text": "x", "metadata": {"event_type": "brief", "event_payload": {"id": "x" * 8000}}},
        "metadata_too_large",
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_messages(name: str) -> None:
    """Text, blocks and metadata together."""
    given, error = MESSAGES[name]
    refusal = rules.wrong_message(**given)
    assert (refusal.error if refusal else None) == error


VIEWS: dict[str, tuple[dict[str, Any], str | None]] = {
    "a modal": (modal(asks(select()), private_metadata="x" * 3000, callback_id="mute", notify_on_close=True), None),
    "a hundred blocks": (modal(*[section()] * 100), None),
    "a number asked for": (modal(asks({"type": "number_input", "is_decimal_allowed": False})), None),
    "101 blocks": (modal(*[section()] * 101), "/view/blocks"),
    "a title too long": (modal(section(), title=plain("x" * 25)), "/view/title/text"),
    "a submit too long": (modal(section(), submit=plain("x" * 25)), "/view/submit/text"),
    "a close too long": (modal(section(), close=plain("x" * 25)), "/view/close/text"),
    "metadata too long": (modal(section(), private_metadata="x" * 3001), "/view/private_metadata"),
    "a question without submit": ({**modal(asks(select())), "submit": None}, "/view"),
    "no title": ({**modal(section()), "title": None}, "/view"),
    "markdown": (modal({"type": "markdown", "text": "x"}), "/view/blocks/0"),
    "a Home tab": ({"type": "home", "blocks": [section(accessory={"type": "conversations_select"})]}, None),
    "a Home tab with a title": ({"type": "home", "title": plain(), "blocks": [section()]}, "/view"),
    "a Home tab of another kind": ({"type": "tab", "blocks": [section()]}, "/view"),
    "a number asked for at home": (
        {"type": "home", "blocks": [asks({"type": "number_input", "is_decimal_allowed": False})]},
        "/view/blocks/0/element",
    ),
}


@pytest.mark.parametrize("name", VIEWS)
def test_views(name: str) -> None:
    """Modals and Home tabs: invalid_arguments, and where."""
    view, where = VIEWS[name]
    refusal = rules.wrong_view(view, "modal" if view["type"] == "modal" else "home")
    if where is None:
        assert refusal is None
    else:
        assert refusal is not None
        assert refusal.error == "invalid_arguments"
        assert any(f"{where}]" in each for each in refusal.messages), refusal.messages


def test_a_view_may_not_be_too_large() -> None:
    """250 kB as JSON."""
    view = modal(*[section(fields=[mrkdwn("x" * 2000)] * 10) for _ in range(20)])
    assert len(json.dumps(view)) > rules.MAX_VIEW_BYTES
    refusal = rules.wrong_view(view, "modal")
    assert refusal == rules.Refusal("view_too_large")


RINGS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "plain words": ({"text": "mail anna@example.org, @here and #news"}, ()),
    "a broadcast": ({"text": "<!channel> and <!here|here>"}, ("!channel", "!here")),
    "a group and a person": ({"text": "<!subteam^S0ABC|@desk> <@U0ANNA0001>"}, ("!subteam^S0ABC", "@U0ANNA0001")),
    "escaped": ({"text": "&lt;!channel&gt;"}, ()),
    "a date and a link": ({"text": "<!date^1^{date}|x> <https://example.org|@channel>"}, ()),
    "in a section": ({"blocks": [section(text=mrkdwn("<!everyone>"))]}, ("!everyone",)),
    "in plain text": ({"blocks": [section(text=plain("<!everyone>"))]}, ()),
    "in a context": ({"blocks": [{"type": "context", "elements": [mrkdwn("<@U0BEN00001>")]}]}, ("@U0BEN00001",)),
    "in rich text": ({"blocks": [rich(said({"type": "text", "text": "<!channel>"}))]}, ()),
    "rich mentions": (
        {"blocks": [rich(said({"type": "broadcast", "range": "here"}, {"type": "user", "user_id": "U0ANNA0001"}))]},
        ("!here", "@U0ANNA0001"),
    ),
    "deep in a list": (
        {"blocks": [rich({**LIST, "elements": [said({"type": "usergroup", "usergroup_id": "S1"})]})]},
        ("!subteam^S1",),
    ),
    "bare names parsed in full": ({"text": "hello @channel", "full": True}, ("!channel",)),
}


@pytest.mark.parametrize("name", RINGS)
def test_whom_a_message_rings(name: str) -> None:
    """Mentions and broadcasts are found wherever Slack reads them, and nowhere else."""
    given, expected = RINGS[name]
    assert rules.rings(**given) == expected
