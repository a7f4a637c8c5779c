"""Draws what a Slack holds as one HTML page that looks like Slack, for tests and eyes; it renders, and checks nothing.

`page(slack)` draws every room, ephemeral message, modal and Home tab; `page(messages)` a list of them.
`python -m tests.servers.slack_page FILE.json OUT.html` draws a recorded list: messages and views as they were sent.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from tests.servers.slack import Slack
from tests.servers.slack_world import BOT, Message, View, unescaped

STYLE = """
body { font: 15px/1.47 Lato, "Segoe UI", "Noto Sans", Arial, sans-serif; color: #1d1c1d; background: #fff; margin: 24px; width: 760px; }
h2 { font-size: 18px; border-bottom: 1px solid #ddd; padding-bottom: 8px; margin: 28px 0 12px; }
.message { display: flex; gap: 10px; margin: 10px 0; }
.reply { margin-left: 46px; border-left: 1px solid #ddd; padding-left: 12px; }
.avatar { flex: none; width: 36px; height: 36px; border-radius: 5px; background: #4a154b; color: #fff; text-align: center; line-height: 36px; font-weight: 700; }
.human .avatar { background: #2b7a78; }
.body { flex: 1; min-width: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.who b { font-weight: 900; } .app { font-size: 10px; background: #e8e8e8; color: #616061; border-radius: 2px; padding: 1px 3px; margin-left: 5px; }
.when, .only { font-size: 12px; color: #616061; } .when { margin-left: 6px; }
.block { margin: 6px 0; } .header { font-size: 18px; font-weight: 900; } .row { display: flex; gap: 12px; } .row > :first-child { flex: 1; }
.context { font-size: 13px; color: #616061; } .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 6px; }
.container { border: 1px solid #ddd; border-radius: 8px; padding: 8px 12px; margin: 8px 0; } .fold { font-weight: 700; } .rating { border: 1px solid #ddd; border-radius: 12px; padding: 1px 10px; margin-right: 8px; font-size: 12px; color: #616061; }
table { border-collapse: collapse; margin: 6px 0; } td { border: 1px solid #ddd; padding: 4px 8px; vertical-align: top; }
hr { border: 0; border-top: 1px solid #ddd; margin: 12px 0; }
.quote { border-left: 4px solid #ddd; border-radius: 2px; padding-left: 12px; }
.pre { font-family: monospace; background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; } ul, ol { margin: 0; padding-left: 26px; }
.button, .menu, .field { display: inline-block; border: 1px solid #bbb; border-radius: 4px; padding: 2px 12px; margin: 2px 8px 2px 0; font-size: 13px; font-weight: 700; background: #fff; vertical-align: top; }
.primary { background: #007a5a; color: #fff; border-color: #007a5a; } .danger { color: #e01e5a; border-color: #e01e5a; }
.menu::after { content: " ▾"; color: #616061; } .overflow::after { content: ""; } .menu, .field { font-weight: 400; min-width: 16px; }
.field { display: block; } label { font-weight: 700; display: block; } .hint, .option { font-size: 13px; color: #616061; }
.view { border: 1px solid #ccc; border-radius: 8px; padding: 16px 20px; box-shadow: 0 4px 12px #0002; max-width: 520px; margin: 12px 0; }
.home { max-width: none; box-shadow: none; } .title { font-size: 20px; font-weight: 900; display: block; } .foot { text-align: right; margin-top: 12px; }
a { color: #1264a3; text-decoration: none; } .ring { background: #fff4d6; color: #1264a3; } code { color: #e01e5a; background: #f8f8f8; border: 1px solid #ddd; border-radius: 3px; padding: 0 3px; }
"""  # noqa: E501 - a rule a line


def page(*shown: Slack | Message | View | Iterable[Message | View]) -> str:
    """The HTML of a whole Slack, or of messages and views in the order given."""
    parts = [part for each in shown for part in (_workspace(each) if isinstance(each, Slack) else _things(each))]
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{"".join(parts)}'


def _workspace(slack: Slack) -> list[str]:
    parts = []
    for room in slack.rooms.values():
        if standing := [each for each in room.messages if not each.gone]:
            name = f"@{slack.people[room.im_with].name}" if room.im_with else f"# {room.name}"
            firsts = [each for each in standing if not each.is_reply]
            parts += [f"<h2>{escape(name)}</h2>", *(_thread(slack, first, standing) for first in firsts)]
    views = [*(each for each in slack.views.values() if each.open), *slack.homes.values()]
    return parts + [f"<h2>{escape(slack.people[each.user].real_name)}</h2>{_view(each.shown)}" for each in views]


def _thread(slack: Slack, first: Message, standing: Sequence[Message]) -> str:
    replies = [each for each in standing if each.is_reply and each.thread_ts == first.ts]
    return "".join(
        _message(each.wire(), slack.people[each.user].real_name, each.only_for) for each in (first, *replies)
    )


def _things(shown: Message | View | Iterable[Message | View]) -> list[str]:
    things = [shown] if isinstance(shown, Message | View) else list(shown)
    return [
        _view(each.shown) if isinstance(each, View) else _message(each.wire(), only=each.only_for) for each in things
    ]


def _message(wire: dict[str, Any], who: str = "", only: str | None = None) -> str:
    human = "user" in wire and wire["user"] != BOT.id
    name = who or (str(wire["user"]) if human else BOT.real_name)
    kinds = (
        f"message{' human' if human else ''}{' reply' if wire.get('thread_ts') not in (None, wire.get('ts')) else ''}"
    )
    app = "" if human else '<span class="app">APP</span>'
    note = '<div class="only">Only visible to you</div>' if only else ""
    files = "".join(f'<div class="field">🖼 {escape(each["title"])}</div>' for each in wire.get("files", ()))
    inner = _blocks(wire["blocks"]) if wire.get("blocks") else mrkdwn(wire.get("text", ""))
    edited = '<span class="when">(edited)</span>' if wire.get("edited") else ""
    avatar = f'<div class="avatar">{escape(name.removeprefix("The ")[:1])}</div>'
    heading = f'<div class="who"><b>{escape(name)}</b>{app}{edited}</div>'
    return f'<div class="{kinds}">{avatar}<div class="body">{note}{heading}{inner}{files}</div></div>'


def _view(view: dict[str, Any]) -> str:
    if view["type"] == "home":
        return f'<div class="view home">{_blocks(view["blocks"])}</div>'
    buttons = [f'<span class="button">{_text(view["close"])}</span>' if view.get("close") else ""]
    buttons.append(f'<span class="button primary">{_text(view["submit"])}</span>' if view.get("submit") else "")
    title = f'<span class="title">{_text(view["title"])}</span>'
    return f'<div class="view">{title}{_blocks(view["blocks"])}<div class="foot">{"".join(buttons)}</div></div>'


def _blocks(blocks: Sequence[dict[str, Any]]) -> str:
    return "".join(_block(each) for each in blocks)


def _block(block: dict[str, Any]) -> str:
    match block["type"]:
        case "divider":
            return "<hr>"
        case "header":
            return f'<div class="block header">{_text(block["text"])}</div>'
        case "section":
            return _section(block)
        case "context":
            return f'<div class="block context">{"  ".join(_text(each) for each in block["elements"])}</div>'
        case "actions":
            return f'<div class="block">{"".join(_element(each) for each in block["elements"])}</div>'
        case "input":
            hint = f'<div class="hint">{_text(block["hint"])}</div>' if block.get("hint") else ""
            return f'<div class="block"><label>{_text(block["label"])}</label>{_element(block["element"])}{hint}</div>'
        case "rich_text":
            return f'<div class="block">{"".join(_rich(each) for each in block["elements"])}</div>'
        case "image":
            return f'<div class="block field">🖼 {escape(block["alt_text"])}</div>'
    return _newer(block)


def _newer(block: dict[str, Any]) -> str:
    """Containers are drawn unfolded: what they hold is to be seen."""
    match block["type"]:
        case "container":
            subtitle = f'<div class="context">{_text(block["subtitle"])}</div>' if block.get("subtitle") else ""
            head = f'<div class="fold">▾ {_text(block["title"])}</div>{subtitle}'
            return f'<div class="container">{head}{_blocks(block["child_blocks"])}</div>'
        case "context_actions":
            return f'<div class="block">{"".join(_rating(each) for each in block["elements"])}</div>'
        case "table":
            lines = ("".join(f"<td>{_cell(each)}</td>" for each in row) for row in block["rows"])
            return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
        case "data_visualization":
            return f'<div class="block field">📊 {escape(block["title"])}</div>'
    return f'<div class="block">{mrkdwn(block["text"])}</div>'


def _rating(element: dict[str, Any]) -> str:
    labels = (_text(element[each]["text"]) for each in ("positive_button", "negative_button"))
    return "".join(f'<span class="rating">{label}</span>' for label in labels)


def _cell(cell: dict[str, Any]) -> str:
    return "".join(_rich(each) for each in cell["elements"]) if cell["type"] == "rich_text" else escape(cell["text"])


def _section(block: dict[str, Any]) -> str:
    text = _text(block["text"]) if block.get("text") else ""
    fields = "".join(f"<div>{_text(each)}</div>" for each in block.get("fields", ()))
    beside = f"<div>{_element(block['accessory'])}</div>" if block.get("accessory") else ""
    grid = f'<div class="fields">{fields}</div>' if fields else ""
    return f'<div class="block row"><div>{text}{grid}</div>{beside}</div>'


def _element(element: dict[str, Any]) -> str:
    match element["type"]:
        case "button":
            return f'<span class="button {element.get("style", "")}">{_text(element["text"])}</span>'
        case "overflow":
            lines = "".join(f'<div class="option">{_text(each["text"])}</div>' for each in element["options"])
            return f'<span class="menu overflow">⋯{lines}</span>'
        case "image":
            return f'<span class="field">🖼 {escape(element["alt_text"])}</span>'
        case "radio_buttons" | "checkboxes":
            chosen = [element.get("initial_option"), *element.get("initial_options", ())]
            marks = {True: "◉", False: "○"} if element["type"] == "radio_buttons" else {True: "☑", False: "☐"}
            return "".join(f"<div>{marks[each in chosen]} {_text(each['text'])}</div>" for each in element["options"])
    initial = element.get("initial_option")
    value = initial["text"]["text"] if initial else element.get("initial_value") or element.get("initial_date")
    shown = escape(str(value)) if value else _text(element["placeholder"]) if "placeholder" in element else "&nbsp;"
    return f'<span class="{"field" if "input" in element["type"] else "menu"}">{shown}</span>'


def _rich(part: dict[str, Any]) -> str:
    if part["type"] == "rich_text_list":
        tag = "ol" if part["style"] == "ordered" else "ul"
        return f"<{tag}>{''.join(f'<li>{_inlines(each)}</li>' for each in part['elements'])}</{tag}>"
    kind = {"rich_text_quote": "quote", "rich_text_preformatted": "pre"}.get(part["type"], "")
    return f'<div class="{kind}">{_inlines(part)}</div>'


def _inlines(part: dict[str, Any]) -> str:
    return "".join(_inline(each) for each in part["elements"])


def _inline(part: dict[str, Any]) -> str:
    match part["type"]:
        case "text":
            inner = escape(part["text"])
        case "link":
            inner = f'<a href="{escape(part["url"])}">{escape(part.get("text") or part["url"])}</a>'
        case "emoji":
            inner = f":{escape(part['name'])}:"
        case _:
            inner = (
                f'<span class="ring">@{escape(str(part.get("user_id") or part.get("range") or part["type"]))}</span>'
            )
    for name, tag in (("bold", "b"), ("italic", "i"), ("strike", "s"), ("underline", "u"), ("code", "code")):
        inner = f"<{tag}>{inner}</{tag}>" if part.get("style", {}).get(name) else inner
    return inner


def _text(text: dict[str, Any]) -> str:
    if text["type"] == "image":
        return f"🖼 {escape(text['alt_text'])}"
    return mrkdwn(text["text"]) if text["type"] == "mrkdwn" else escape(text["text"])


def mrkdwn(text: str) -> str:
    """Slack's markup as HTML: bold, italic, struck, code, quotes, links, mentions."""
    html = escape(unescaped(re.sub(r"<([^>]*)>", "\ue000\\1\ue001", text)))
    html = re.sub("\ue000([@!#][^|\ue001]*)(?:\\|([^\ue001]*))?\ue001", _mention, html)
    html = re.sub("\ue000([^|\ue001]*)\\|([^\ue001]*)\ue001", r'<a href="\1">\2</a>', html)
    html = re.sub("\ue000([^\ue001]*)\ue001", r'<a href="\1">\1</a>', html)
    for mark, tag in ((r"\*", "b"), ("_", "i"), ("~", "s"), ("`", "code")):
        html = re.sub(rf"(?<![\w{mark}]){mark}(?=\S)([^\n{mark}]*?\S){mark}(?![\w{mark}])", rf"<{tag}>\1</{tag}>", html)
    return re.sub(r"(?m)(?:^&gt; ?.*\n?)+", _quoted, html)


def _mention(match: re.Match[str]) -> str:
    return f'<span class="ring">{match[2] or match[1].replace("!", "@")}</span>'


def _quoted(match: re.Match[str]) -> str:
    return f'<div class="quote">{re.sub("(?m)^&gt; ?", "", match[0]).rstrip()}</div>'


def main(source: str, target: str) -> None:
    """Draw a JSON list of messages ({"text", "blocks"}) and views ({"type": "modal" | "home"})."""
    recorded = json.loads(Path(source).read_text(encoding="utf-8"))
    parts = [_view(each) if each.get("type") in ("modal", "home") else _message(each) for each in recorded]
    html = f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{"".join(parts)}'
    Path(target).write_text(html, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
