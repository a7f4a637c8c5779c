"""Words as Slack's text: rich text and plain text, buttons, and small print. No I/O.

Words of articles travel in rich text and plain text, which Slack does not parse: nothing in them becomes a link, a
mention or a broadcast. Only the fallback is parsed, and there the three characters that matter are escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.model.messages import Choice, Quote, Run
from bot.text.cleaning import inert, web_address
from bot.text.unlinking import unlinked

Json = dict[str, Any]

CONTEXT = 10  # elements of a context block
BUTTONS = 25  # elements of a row of actions
LABEL = 75  # of a button or an option
ADDRESS = 3000

SAY = "say"
"""How the action id of a button begins whose value is a command."""

# --- words ---------------------------------------------------------------------------------------------------------


def escaped(words: str) -> str:
    """The text for where Slack parses it: nothing in it is markup, a mention, a broadcast or an address."""
    return unlinked(inert(words)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(words: str, most: int) -> str:
    """The beginning of the text in at most `most` characters, with an ellipsis at its end where it was cut."""
    words = inert(words)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def address(link: str | None) -> str | None:
    """The link as Slack takes it: without its fragment where it is too long; None where it is not http or https."""
    whole = web_address(link)
    short = whole if whole is None or len(whole) <= ADDRESS else whole.partition("#")[0]
    return short if short and len(short) <= ADDRESS else None


# --- rich text -----------------------------------------------------------------------------------------------------


def texts(words: str, *, bold: bool = False, struck: bool = False) -> list[Json]:
    words = inert(words)
    style = {name: True for name, there in (("bold", bold), ("strike", struck)) if there}
    return [{"type": "text", "text": words, **({"style": style} if style else {})}] if words else []


def run_elements(run: Run) -> list[Json]:
    if run.person:
        return [{"type": "user", "user_id": run.person}]
    url = address(run.link)
    if url is None or not inert(run.text):
        return texts(run.text, bold=run.strong)
    return [{"type": "link", "url": url, "text": inert(run.text), **({"style": {"bold": True}} if run.strong else {})}]


def section(elements: list[Json]) -> Json:
    return {"type": "rich_text_section", "elements": elements or [{"type": "text", "text": " "}]}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def runs_section(runs: Iterable[Run]) -> Json:
    return section([element for run in runs for element in run_elements(run)])


def quotation(quote: Quote) -> Json:
    """The quote with its anchor in bold, followed by its source."""
    opening, closing = quote.marks
    start, end = quote.anchor
    words, struck = quote.text, quote.struck
    elements = [
        *texts(opening + words[:start], struck=struck),
        *texts(words[start:end], bold=True, struck=struck),
        *texts(words[end:] + closing + "  ", struck=struck),
        *run_elements(Run(quote.source + (" ↗" if address(quote.link) else ""), link=quote.link)),
        *(texts(f" ({quote.note})") if quote.note else []),
    ]
    return {"type": "rich_text_quote", "elements": elements}


# --- plain text, and buttons ------------------------------------------------------------------------------------------


def plain_text(words: str) -> Json:
    return {"type": "plain_text", "text": inert(words) or " ", "emoji": False}


def context(runs: Sequence[Run]) -> Json:
    elements = [_small(run) for run in runs if run.person or inert(run.text)]
    return {"type": "context", "elements": elements[:CONTEXT] or [plain_text(" ")]}


def _small(run: Run) -> Json:
    return {"type": "mrkdwn", "text": f"<@{run.person}>"} if run.person else plain_text(run.text)


def rows(choices: Sequence[Choice]) -> list[Json]:
    buttons = [button(choice.label, choice.command, f"{SAY}:{number}") for number, choice in enumerate(choices)]
    return [
        {"type": "actions", "elements": buttons[start : start + BUTTONS]} for start in range(0, len(buttons), BUTTONS)
    ]


def button(label: str, value: str, action: str) -> Json:
    text = {"type": "plain_text", "text": cut(label, LABEL) or "…", "emoji": False}
    return {"type": "button", "text": text, "value": value, "action_id": action}
