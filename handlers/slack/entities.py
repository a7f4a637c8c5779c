"""A signal as one of Slack's work objects, for links to our pages. No I/O.

https://docs.slack.dev/messaging/work-objects-implementation names the shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.briefing.views.wording import NAME
from bot.model.messages import Card
from bot.text.unlinking import unlinked
from handlers.slack.elements import Json, address, cut

KIND = "slack#/entities/item"
TYPE = "signal"
TITLE = 250  # characters
VALUE = 2000  # characters of a field


def entity(card: Card, link: str, posted: str | None = None) -> Json:
    """The signal of the card, whose page is `link`; `posted`: the link as somebody wrote it, where it is to unfurl."""
    fields = list(_fields(card))
    title = {"text": _words(card.title, TITLE)}
    attributes = {"title": title, "display_type": "Signal", "display_id": f"s{card.signal_id}", "product_name": NAME}
    payload = {"attributes": attributes, "custom_fields": fields, "display_order": [each["key"] for each in fields]}
    made = {"entity_type": KIND, "url": link, "external_ref": _reference(card), "entity_payload": payload}
    return made if posted is None else {**made, "app_unfurl_url": posted}


def _reference(card: Card) -> Json:
    return {"id": f"s{card.signal_id}", "type": TYPE}


def signal_id(reference: Any) -> int | None:
    """The id in a reference of ours; None: it is none of ours."""
    digits = str(reference.get("id") or "")[1:] if isinstance(reference, dict) else ""
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) < 10 else None


def _fields(card: Card) -> Iterator[Json]:
    yield _field("strength", "Strength", f"{card.strength} of 10 {card.trend}".rstrip())
    if card.tags:
        yield _field("filed", "Filed under", " · ".join(card.tags))
    yield _field("sources", "Told by", card.voices)
    if card.analysis:
        yield {**_field("analysis", "Analysis", card.analysis), "long": True}
    if quote := card.quote:
        opening, closing = quote.marks
        said = {**_field("quote", quote.source, f"{opening}{quote.text}{closing}"), "long": True}
        yield {**said, "link": link} if (link := address(quote.link)) else said


def _field(key: str, label: str, value: str) -> Json:
    return {"key": key, "label": _words(label, 75), "type": "string", "value": _words(value, VALUE)}


def _words(words: str, most: int) -> str:
    """The words, in which Slack finds no address."""
    return cut(unlinked(words), most)
