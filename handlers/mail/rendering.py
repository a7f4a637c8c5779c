"""Messages as the two texts of a mail, plain and HTML. No I/O but the reading of the template.

What can be pressed is left out, since nothing that is said by mail comes back; what is foreign is text and nothing
else: no word of an article becomes markup, or an address that a mail program would follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from bot.model.messages import (
    OPEN,
    Block,
    Bullets,
    Card,
    Choices,
    Form,
    Heading,
    Message,
    Paragraph,
    Picture,
    Quote,
    Run,
)
from bot.text.cleaning import inert, web_address
from bot.text.unlinking import unlinked

if TYPE_CHECKING:  # loaded where something is mailed
    from jinja2 import Environment

HIGHEST = 10
FOOT_MARK = "-- "
"""The line that ends a text and begins what stands below it (RFC 3676, 4.3)."""


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands below a mail: words around the address of a person."""

    before: str
    contact: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}{self.contact}{self.after}"


def shown(words: str) -> str:
    """The words without control characters and marks that reorder text; nothing in them is an address."""
    return unlinked(inert(words))


def dots(card: Card) -> str:
    """ "●●●●●●●●○○" for a card of strength 8."""
    return "●" * card.strength + "○" * (HIGHEST - card.strength)


# --- plain -----------------------------------------------------------------------------------------------------------


def plain_text(message: Message, foot: Foot) -> str:
    """The message as plain text, with `foot` below it."""
    pieces = [piece for block in message.blocks if (piece := _piece(block).strip())]
    return "\n\n".join(pieces or [shown(message.fallback)]) + f"\n\n{FOOT_MARK}\n{foot}\n"


def _piece(block: Block) -> str:
    match block:
        case Heading(text=words):
            return shown(words)
        case Paragraph(runs=runs):
            return _runs(runs)
        case Bullets(items=items):
            return "\n".join(f"- {_runs(item)}" for item in items)
        case Quote():
            return _quotation(block)
        case Card():
            return _card(block)
        case Picture(alt=alt):
            return f"[picture: {shown(alt)}]"
        case Choices() | Form():
            return ""


def _runs(runs: Iterable[Run]) -> str:
    """The runs, neighbours made harmless together: an address may begin in one of them and end in the next."""
    groups = groupby(runs, key=lambda run: run.link)
    return "".join(_linked(shown("".join(run.text for run in group)), link) for link, group in groups)


def _linked(words: str, link: str | None) -> str:
    address = web_address(link)
    return f"{words} <{address}>" if address else words


def _quotation(quote: Quote) -> str:
    opening, closing = quote.marks
    said = f"{opening}{shown(quote.text)}{closing}"
    source = _linked(shown(quote.source), quote.link) + (f" ({shown(quote.note)})" if quote.note else "")
    return "\n".join(f"> {line}".rstrip() for line in (*said.split("\n"), source))


def _card(card: Card) -> str:
    number = str(card.number) if card.number else f"s{card.signal_id}"
    facts = " · ".join((f"{card.strength}{card.trend}", *map(shown, card.facts)))
    address = web_address(card.link)
    lines = (
        f"{number}  {shown(card.title)}\n{dots(card)} {facts}",
        shown(card.news),
        shown(card.analysis),
        _quotation(card.quote) if card.quote else "",
        *map(shown, card.notes),
        f"{OPEN} {address}" if address else "",
    )
    return "\n\n".join(line for line in lines if line)


# --- HTML ------------------------------------------------------------------------------------------------------------


def html(message: Message, foot: Foot) -> str:
    """The message as a page that needs nothing from elsewhere, with `foot` below it."""
    blocks = [block for block in message.blocks if not isinstance(block, (Choices, Form))]
    template = _environment().get_template("message.html")
    return template.render(blocks=blocks, title=message.fallback, foot=foot, open=OPEN)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup, escape

    def finalize(value: object) -> object:
        return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
        auto_reload=False,
    )
    made.filters |= {"web": _address, "dots": dots, "whole": escape}
    return made


def _address(link: str) -> object:
    """The link as it may stand in an attribute; None where it is not of the web."""
    from markupsafe import escape

    address = web_address(link)
    return escape(address) if address else None
