"""The Home tab: a picker of channels, the settings of the picked one, and its signals."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence

from bot.model.channel import Place
from bot.model.event import Event
from bot.model.messages import Panel, text
from handlers.slack.blocks import MAX_VIEW_BLOCKS, OPTIONS, rendered
from handlers.slack.channels import Channels
from handlers.slack.elements import LABEL, Json, cut
from handlers.slack.events import DIRECT, HERE, HOME_PLACE, NAME, Home
from handlers.slack.session import Session
from handlers.slack.web import Refused, Unanswered, call

log = logging.getLogger(__name__)

NOWHERE = text(
    "The Bellwether is in none of your channels yet.",
    "Invite it to one with /invite @Bellwether, and its brief comes there; or write “start” to it in Messages, and it "
    "comes to you.",
)


class HomeTab:
    """Draws the Home tabs of people. That one cannot be drawn is logged, and changes nothing else."""

    def __init__(self, session: Session, channels: Channels) -> None:
        self._session = session
        self._channels = channels

    async def draw_after(self, event: Event, shown: Home) -> None:
        """Draw it again once the event, a press in it, was worked."""
        await self._session.inbox.worked(event)
        await self.draw(shown)

    async def draw(self, shown: Home) -> None:
        """Draw the tab of a person with the channel that is picked in it, or else the first of theirs."""
        try:
            places = await self._channels.shared_with(shown.user)
            place = next((each for each in places if each.address == shown.place), places[0] if places else None)
            panel = await self._session.inbox.panel(NAME, place.address) if place else None
            drawn = view(places, place, panel)
            await call(self._session.client.views_publish(user_id=shown.user, view=drawn))
        except (Refused, Unanswered) as error:
            log.warning("the Home tab of %s cannot be drawn: %s", shown.user, error)


def view(places: Sequence[Place], place: Place | None, panel: Panel | None) -> Json:
    """The whole tab as Slack's view, showing `place`; how to begin, where it or its `panel` is None."""
    blocks = _picker(places, place) if places else []
    if panel is None or place is None:
        blocks += rendered(NOWHERE.blocks)
    else:
        blocks += [*rendered(panel.settings.blocks, scope=HERE), {"type": "divider"}]
        blocks += rendered(panel.signals.blocks, scope=DIRECT)
    shown = {"place": place.address} if place else {}
    return {"type": "home", "private_metadata": json.dumps(shown), "blocks": blocks[:MAX_VIEW_BLOCKS]}


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
