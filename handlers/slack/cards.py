"""A signal's card as Slack's blocks: folded under its title and strength where Slack can, else one below the other."""

from __future__ import annotations

from collections.abc import Collection

from bot.model.messages import OPEN, Card, Run
from bot.text.cleaning import inert
from handlers.slack.abilities import Feature
from handlers.slack.elements import Json, address, plain_text, quotation, rich, rows, run_elements, section, texts
from handlers.slack.newer import container, feedback

MAX_STRENGTH = 10


def card_blocks(card: Card, newer: Collection[Feature], *, closed: bool) -> list[Json]:
    """The card's blocks; `newer`: which newer blocks may be among them; `closed`: whether it is folded at first."""
    rated = [feedback(card.signal_id)] if Feature.FEEDBACK in newer else []
    inside = [*_body(card), *rows(card.actions)]
    if Feature.CONTAINER in newer and inside and not card.struck:  # its title cannot be struck through
        return [container(_title(card), _strength(card), inside, closed=closed), *rated]
    return [
        {"type": "divider"},
        rich(section([*texts(_title(card), bold=True, struck=card.struck)])),
        {"type": "context", "elements": [plain_text(_strength(card))]},
        *inside,
        *rated,
    ]


def _title(card: Card) -> str:
    number = str(card.number) if card.number else f"s{card.signal_id}"
    return f"{number}  {inert(card.title)}"


def _strength(card: Card) -> str:
    """The strength as dots and a number, and what stands beside it in one line."""
    dots = "●" * card.strength + "○" * (MAX_STRENGTH - card.strength)
    return inert(f"{dots} {card.strength}{card.trend} · {' · '.join(card.facts)}")


def _body(card: Card) -> list[Json]:
    told = ((card.news, False), (card.analysis, card.struck))
    said = [section(texts(words, struck=struck)) for words, struck in told if inert(words)]
    quoted = [quotation(card.quote)] if card.quote else []
    opened = [section(run_elements(Run(OPEN, link=card.link)))] if address(card.link) else []
    notes = [section(texts(words, bold=True)) for words in card.notes]
    parts = [*said, *quoted, *notes, *opened]
    return [rich(*parts)] if parts else []
