"""A chat as a page that looks like Telegram's, to see what people see."""

from __future__ import annotations

from html import escape

from tests.servers.telegram_chats import Chat, Message, User
from tests.servers.telegram_rules import Json, units

STYLE = """
body { margin: 0; background: #8aa99b linear-gradient(160deg, #c6d8a4, #86a98f); font: 15px/1.4 system-ui, sans-serif }
main { max-width: 34em; margin: auto; padding: 1em }
.said { width: fit-content; max-width: 85%; margin: .4em 0; white-space: pre-wrap; overflow-wrap: anywhere }
.bubble { background: #fff; border-radius: 12px; padding: .4em .7em; box-shadow: 0 1px 1px #0003 }
.own { margin-left: auto } .own .bubble { background: #effdde }
.who { color: #3a8; font-weight: 600; font-size: 13px }
.reply, blockquote { margin: .2em 0; padding: .1em .5em; border-left: 3px solid #3a8; border-radius: 4px;
  background: #3a81 } .reply { font-size: 13px; max-height: 2.8em; overflow: hidden }
blockquote.expandable { max-height: 4.3em; overflow: hidden; position: relative }
blockquote.expandable::after { content: "⌄"; position: absolute; right: .4em; bottom: 0; color: #3a8 }
.row { display: flex; gap: 4px; margin-top: 4px } .row span { flex: 1; padding: .35em; text-align: center; color: #fff;
  background: #0005; border-radius: 8px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.rich { white-space: normal } .rich p, .rich h3, .rich h4, .rich ul { margin: .4em 0 } .rich h3 { font-size: 18px }
.rich h4 { font-size: 16px } cite { display: block; font-style: normal } td { padding: .2em .5em; vertical-align: top }
details { margin: .3em 0; padding: .3em .6em; background: #0001; border-radius: 8px }
.primary { background: #2a7fd4 !important } .danger { background: #c8463c !important }
.time { float: right; margin: .5em 0 0 .8em; color: #0006; font-size: 11px } a { color: #27c }
.service { margin: .5em auto; padding: 0 .7em; width: fit-content; color: #fff; background: #0004; border-radius: 9px }
"""

TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}


def page(chat: Chat, viewer: User | None = None) -> str:
    """The whole chat; what the viewer said stands on the right."""
    said = "\n".join(_drawn(each, viewer) for each in chat.messages.values() if not each.deleted)
    head = f'<!doctype html><meta charset="utf-8"><title>{escape(chat.title)}</title><style>{STYLE}</style>'
    return f"{head}<main>\n{said}\n</main>\n"


def _drawn(message: Message, viewer: User | None) -> str:
    if message.service:
        return f'<div class="service">{escape(next(iter(message.service)).replace("_", " "))}</div>'
    own = " own" if message.author is viewer else ""
    who = message.sender_chat.title if message.sender_chat else message.author.first_name
    edited = "edited " if message.edited else ""
    time = f'<span class="time">{edited}{message.date // 3600 % 24:02}:{message.date // 60 % 60:02}</span>'
    picture = "<em>[picture]</em><br>" if message.photo is not None else ""
    said = f'<div class="rich">{message.rich}</div>' if message.rich else marked_up(message.words, message.entities)
    body = f"{_reply(message)}{picture}{said}{time}"
    bubble = f'<div class="bubble"><div class="who">{escape(who)}</div>{body}</div>'
    rows = "".join(f'<div class="row">{"".join(map(_button, row))}</div>' for row in message.rows)
    return f'<div class="said{own}">{bubble}{rows}</div>'


def _reply(message: Message) -> str:
    if message.reply_to is None:
        return ""
    words = message.quote["text"] if message.quote else message.reply_to.words
    return f'<div class="reply">{escape(words)}</div>'


def _button(button: Json) -> str:
    style = f' class="{button["style"]}"' if "style" in button else ""
    return f"<span{style}>{escape(button['text'])}{' ↗' if 'url' in button else ''}</span>"


def marked_up(text: str, entities: list[Json]) -> str:
    """A text with its entities as HTML."""
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for each in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        first, last = _tags(each)
        opening.setdefault(each["offset"], []).append(first)
        closing.setdefault(each["offset"] + each["length"], []).insert(0, last)
    drawn, at = [], 0
    for character in text:
        drawn += [*closing.get(at, ()), *opening.get(at, ()), escape(character)]
        at += units(character)
    # A line break after a quotation is the quotation's own.
    return "".join([*drawn, *closing.get(at, ())]).replace("</blockquote>\n", "</blockquote>")


def _tags(entity: Json) -> tuple[str, str]:
    kind = entity["type"]
    if kind == "text_link":
        return f'<a href="{escape(entity["url"])}">', "</a>"
    if kind == "expandable_blockquote":
        return '<blockquote class="expandable">', "</blockquote>"
    tag = TAGS.get(kind)
    return (f"<{tag}>", f"</{tag}>") if tag else ('<a href="#">', "</a>")
