"""The Home tab: a picker of channels, and how the one picked is set. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.model.channel import Place
from bot.model.messages import Panel, text
from handlers.slack.blocks import LABEL, MOST_IN_VIEW, OPTIONS, Json, cut, rendered
from handlers.slack.events import DIRECT, HERE, HOME_PLACE

NOWHERE = text(
    "The Bellwether is in none of your channels yet.",
    "Invite it to one with /invite @Bellwether, and its brief comes there; or write “start” to it in Messages, and it "
    "comes to you.",
)


def view(places: Sequence[Place], place: Place | None, panel: Panel | None) -> Json:
    """The whole tab; with no `place` or `panel`, how to begin."""
    blocks = _picker(places, place) if places else []
    if panel is None or place is None:
        blocks += rendered(NOWHERE.blocks)
    else:
        blocks += [*rendered(panel.settings.blocks, scope=HERE), {"type": "divider"}]
        blocks += rendered(panel.signals.blocks, scope=DIRECT)
    shown = {"place": place.address} if place else {}
    return {"type": "home", "private_metadata": json.dumps(shown), "blocks": blocks[:MOST_IN_VIEW]}


def _picker(places: Sequence[Place], chosen: Place | None) -> list[Json]:
    options = [_option(each) for each in places[:OPTIONS]]
    initial = next((each for each in options if chosen and each["value"] == chosen.address), None)
    select = {
        "type": "static_select",
        "action_id": HOME_PLACE,
        "placeholder": {"type": "plain_text", "text": "Choose a channel", "emoji": False},
        "options": options,
        **({"initial_option": initial} if initial else {}),
    }
    return [{"type": "actions", "block_id": HOME_PLACE, "elements": [select]}]


def _option(place: Place) -> Json:
    return {
        "text": {"type": "plain_text", "text": cut(place.name, LABEL) or place.address, "emoji": False},
        "value": place.address,
    }
