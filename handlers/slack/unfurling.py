"""Links to our pages become work objects: under the message that has the link, and in full for who asks for more."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.briefing.views.web_links import signal_address, signal_at
from handlers.slack.elements import Json
from handlers.slack.entities import entity, signal_id
from handlers.slack.people import People
from handlers.slack.session import Session
from handlers.slack.web import Refused, Unanswered, call

log = logging.getLogger(__name__)

MOST_LINKS = 5  # of one message; more would bury it
SHARED, ASKED = "link_shared", "entity_details_requested"


class Unfurling:
    """Shows what links to the archive at `address` lead to; None: it has none, and nothing is shown."""

    def __init__(self, session: Session, people: People, address: str | None) -> None:
        self._session = session
        self._people = people
        self._address = address

    def takes(self, body: Mapping[str, Any]) -> bool:
        """Whether the event is of a link or of a work object."""
        return (body.get("event") or {}).get("type") in (SHARED, ASKED)

    async def show(self, body: Mapping[str, Any]) -> None:
        """Show what the event asks for to members of the workspace; what Slack refuses is left: it is an ornament."""
        event = body.get("event") or {}
        if self._address is None or not await self._is_member(event):
            return
        try:
            await (self._unfurl(event) if event.get("type") == SHARED else self._detail(event))
        except (Refused, Unanswered) as error:
            log.debug("a link is not shown: %s", error)

    async def _is_member(self, event: Mapping[str, Any]) -> bool:
        person = await self._people.person(str(event.get("user")))
        return person is not None and person.member

    async def _unfurl(self, event: Mapping[str, Any]) -> None:
        posted = dict.fromkeys(str(each.get("url")) for each in event.get("links") or ())
        found = [made for url in list(posted)[:MOST_LINKS] if (made := await self._at(url))]
        if found:
            await call(
                self._session.client.chat_unfurl(
                    unfurl_id=event.get("unfurl_id"), source=event.get("source"), metadata={"entities": found}
                )
            )

    async def _detail(self, event: Mapping[str, Any]) -> None:
        id_ = signal_id(event.get("external_ref"))
        made = await self._entity(id_, None)
        answer: Json = {"metadata": made} if made else {"error": {"status": "not_found"}}
        await call(self._session.client.entity_presentDetails(trigger_id=str(event.get("trigger_id")), **answer))

    async def _at(self, url: str) -> Json | None:
        return await self._entity(signal_at(self._address or "", url), url)

    async def _entity(self, id_: int | None, posted: str | None) -> Json | None:
        """The signal with that id as a work object; None: there is none."""
        card = await self._session.inbox.card(id_) if id_ is not None else None
        return entity(card, signal_address(self._address or "", card.signal_id), posted) if card else None
