"""The pictures of the README and the docs: what stands on each platform, by its page in the tests, as SVG."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

from rich.console import Console
from rich.segment import Segment
from rich.style import Style

from bot.model.messages import Message
from handlers.console.layout import Layout
from tests.pictures.flow import Rules, picture
from tests.pictures.stage import Scene
from tests.servers import slack_page, telegram_page

FOLDER = Path(__file__).resolve().parents[2] / "seeds" / "pictures"
COLUMNS = 92  # of the terminal
SHOWN = 3  # messages of the Telegram chat: the brief, a question, its answer

SLACK: Rules = {
    "body": {"fill": "#ffffff", "edge": "#d7d7d7", "radius": 12, "pad": (20, 26, 20, 22)},
    ".message": {"display": "row", "gap": 12},
    ".avatar": {"display": "block", "fill": "#4a154b", "radius": 6, "pad": (8, 13, 8, 13)}
    | {"color": "#ffffff", "bold": True, "centred": True},
    "b": {"bold": True},
    "i": {"italic": True},
    "a": {"color": "#1264a3"},
    ".app": {"display": "chip", "fill": "#e8e8e8", "radius": 2, "pad": (0, 4, 0, 4), "before": 6}
    | {"size": 10, "color": "#616061"},
    ".who": {"below": 2},
    ".block": {"above": 4, "below": 4},
    ".header": {"size": 18, "bold": True},
    ".context": {"size": 13, "color": "#616061"},
    "hr": {"above": 10, "below": 8, "fill": "#dddddd", "height": 1},
    ".quote": {"above": 4, "bar": "#dddddd", "pad": (0, 0, 0, 16)},
    ".row": {"display": "row", "grows": "first", "gap": 12},
    ".button": {"display": "chip", "edge": "#bbbbbb", "radius": 5, "pad": (4, 12, 4, 12), "gap": 8, "below": 4}
    | {"size": 13, "bold": True},
    ".primary": {"fill": "#007a5a", "color": "#ffffff"},
    ".menu": {
        "display": "chip",
        "edge": "#bbbbbb",
        "radius": 5,
        "pad": (4, 12, 4, 12),
        "gap": 8,
        "below": 4,
        "size": 13,
    },
    ".ring": {"color": "#1264a3"},
    ".container": {"display": "block", "edge": "#dddddd", "radius": 8, "pad": (8, 12, 6, 12), "above": 8},
    ".fold": {"bold": True},
    ".rating": {"display": "chip", "edge": "#dddddd", "radius": 10, "pad": (2, 10, 2, 10), "gap": 8, "below": 4}
    | {"size": 12, "color": "#616061"},
}

TELEGRAM: Rules = {
    "body": {"fill": "#a8c2a0", "radius": 12, "pad": (14, 14, 14, 14)},
    ".said": {"fits": 0.94, "above": 5, "below": 5},
    ".own": {"right": True},
    ".bubble": {"fill": "#ffffff", "radius": 12, "pad": (8, 14, 8, 14)},
    ".own .bubble": {"fill": "#e4fbd2"},
    ".who": {"size": 13, "bold": True, "color": "#2f8f6b"},
    "b": {"bold": True},
    "i": {"italic": True},
    "em": {"italic": True},
    "a": {"color": "#2374c6"},
    "blockquote": {"above": 4, "below": 4, "bar": "#35a07a", "fill": "#eaf5f0", "radius": 4, "pad": (4, 10, 4, 14)},
    ".expandable": {"lines": 3},
    "h3": {"above": 4, "below": 6, "size": 18, "bold": True},
    "h4": {"above": 10, "below": 4, "size": 16, "bold": True},
    "p": {"above": 3, "below": 3},
    "li": {"above": 2, "below": 2, "pad": (0, 0, 0, 14)},
    "cite": {"display": "block", "above": 2},
    ".reply": {"above": 2, "below": 3, "bar": "#35a07a", "fill": "#d6f0d4", "radius": 4, "pad": (3, 10, 3, 14)}
    | {"size": 13, "lines": 2},
    ".time": {"display": "last", "size": 11, "color": "#8a9a8a", "pad": (0, 0, 0, 12)},
    ".row": {"display": "row", "grows": "all", "gap": 4, "above": 4},
    ".row span": {"display": "block", "fill": "#7d9c7f", "radius": 8, "pad": (5, 6, 5, 6), "centred": True, "lines": 1}
    | {"color": "#ffffff", "size": 14},
    ".service": {"size": 13, "centred": True},
}

TERMINAL: Rules = {
    "body": {"fill": "#1f2328", "radius": 10, "pad": (18, 22, 18, 22), "color": "#e6e6e6", "mono": True, "size": 13},
    ".line": {"height": 13 * 1.45},
    ".bold": {"bold": True},
    ".dim": {"color": "#9198a1"},
    ".color-166": {"color": "#f0883e"},
    ".color-31": {"color": "#58a6ff"},
}


def drawn(scene: Scene) -> dict[str, str]:
    """Each picture by the name of its file."""
    newest = dict(list(scene.telegram.messages.items())[-SHOWN:])
    chat = telegram_page.page(replace(scene.telegram, messages=newest), scene.reader)
    return {
        "slack.svg": picture(slack_page.page(scene.slack), "A brief in Slack", SLACK, 760),
        "telegram.svg": picture(chat, "A brief on Telegram, and the answer to “why?”", TELEGRAM, 520),
        "terminal.svg": picture(_terminal_page(scene.terminal), "A brief in the terminal", TERMINAL, 790),
    }


def _terminal_page(message: Message) -> str:
    console = Console(width=COLUMNS, force_terminal=True, color_system="truecolor", highlight=False, file=io.StringIO())
    lines = ("".join(_spans(line.render(console))) for line in Layout(console).lines(message))
    return "".join(f'<div class="line">{line}</div>' for line in lines)


def _spans(segments: Iterable[Segment]) -> Iterator[str]:
    for segment in segments:
        words = escape(segment.text.rstrip("\n"))
        yield f'<span class="{_classes(segment.style)}">{words}</span>'


def _classes(style: Style | None) -> str:
    if style is None:
        return ""
    colour = f"color-{style.color.number}" if style.color else ""
    return " ".join(name for name in (colour, "dim" if style.dim else "", "bold" if style.bold else "") if name)
