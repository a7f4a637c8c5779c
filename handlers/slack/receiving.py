"""What Slack delivers is put into the inbox before it is acknowledged; Slack delivers again what is not."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.response import BoltResponse

from bot.model.event import Event, EventKind
from handlers.slack import events, web
from handlers.slack.channels import Channels
from handlers.slack.events import NAME
from handlers.slack.home import HomeTab
from handlers.slack.people import People
from handlers.slack.prompts import Suggestions
from handlers.slack.session import Session
from handlers.slack.shortcuts import shortcut
from handlers.slack.unfurling import Unfurling
from handlers.slack.web import Refused, Unanswered
from handlers.slack.windows import Windows

log = logging.getLogger(__name__)

NOT_HERE = "I am not in this channel. Invite me with /invite @Bellwether, or write to me directly."


STRANGER = "I answer only people of {workspace}; ask one of them."


class Receiver:
    """Receives the events of one workspace."""

    def __init__(
        self,
        session: Session,
        channels: Channels,
        people: People,
        windows: Windows,
        home: HomeTab,
        *,
        unfurling: Unfurling,
        suggestions: Suggestions,
    ) -> None:
        self._session = session
        self._channels = channels
        self._people = people
        self._windows = windows
        self._home = home
        self._unfurling = unfurling
        self._suggestions = suggestions

    async def receive(self, body: Mapping[str, Any]) -> BoltResponse:
        """Store what was delivered; the response acknowledges it. Any exception has Slack deliver it again."""
        said: str | dict[str, Any] = ""
        match body.get("type"):
            case "event_callback":
                await self._event(body)
            case "block_actions":
                await self._press(body)
            case "shortcut" | "message_action":
                await self._shortcut(body)
            case "view_submission":
                if event := events.submitted(body, self._session.now()):
                    await self._session.inbox.accept(event)
            case None if body.get("command"):
                said = await self._slash_command(body)
        return BoltResponse(status=200, body=said)

    async def _event(self, body: Mapping[str, Any]) -> None:
        me = self._session.me
        self._suggest(body)
        if events.revoked(body):
            self._session.end("account_inactive")
        elif (opened := events.opened_home(body)) is not None:
            self._session.tasks.start(self._home.draw(opened))
        elif self._unfurling.takes(body):
            self._session.tasks.start(self._unfurling.show(body))
        elif event := events.heard(body, me):
            if event.kind is EventKind.LEFT:
                self._channels.left(event.address)
            if event.addressed or events.within_ours(body, me) or await self._in_our_thread(event):
                await self._session.inbox.accept(event)

    def _suggest(self, body: Mapping[str, Any]) -> None:
        """Remember where the app is an agent, and suggest there what to begin with once somebody opens it."""
        if conversation := events.agents_conversation(body):
            self._suggestions.learn(conversation)
            if events.opens_conversation(body):
                self._suggestions.offer(conversation)

    async def _in_our_thread(self, event: Event) -> bool:
        return event.thread is not None and await self._session.inbox.ours(NAME, event.address, event.thread)

    async def _slash_command(self, body: Mapping[str, Any]) -> str | dict[str, Any]:
        """Store it; the text that its typer is shown at once, none where its answer follows."""
        event = await self._located(events.typed(body, self._session.me, self._session.now()))
        if event is None:
            return {"response_type": "ephemeral", "text": NOT_HERE}
        self._windows.remember(event, body)
        await self._session.inbox.accept(event)
        return ""

    async def _located(self, event: Event) -> Event | None:
        """The event in a channel that the bot is in: its own, or else the conversation with the asker. None: the bot is
        not in its channel, and the command needs that channel."""
        if not event.private and await self._channels.is_inside(event.address):
            return event
        direct = await self._people.direct(event.asker.id)
        if direct == event.address:
            return replace(event, reply_url=None)  # nobody else is there to see the answer
        return events.elsewhere(event, direct) if direct and not events.needs_channel(event) else None

    async def _shortcut(self, body: Mapping[str, Any]) -> None:
        """Store it as said where it was used, if the bot is there, else in the conversation with whoever used it."""
        user = str((body.get("user") or {}).get("id"))
        direct = await self._people.direct(user)
        event = shortcut(body, self._session.me, direct, self._session.now())
        if event is None:
            return
        if not event.private and not await self._channels.is_inside(event.address):
            if direct is None:
                return
            event = events.elsewhere(event, direct)
        await self._session.inbox.accept(event)

    async def _press(self, body: Mapping[str, Any]) -> None:
        if (picked := events.picked_place(body)) is not None:
            self._session.tasks.start(self._home.draw(picked))
            return
        user = str((body.get("user") or {}).get("id"))
        at_home = (body.get("container") or {}).get("type") == "view"
        event = events.pressed(body, await self._people.direct(user) if at_home else None, self._session.now())
        if event is not None and (url := event.reply_url) and (event := await self._located(event)) is None:
            self._session.tasks.start(self._say_in_place(url, NOT_HERE))
        if event is None:
            return
        self._windows.remember(event, body)
        if not await self._session.inbox.accept(event):
            return
        if at_home:
            self._session.tasks.start(self._home.draw_after(event, events.home_of(body)))
        elif url := body.get("response_url"):
            self._session.tasks.start(self._refuse_stranger(user, str(url)))

    async def _refuse_stranger(self, user: str, url: str) -> None:
        """Say to somebody of another workspace, alone, why their press does nothing."""
        person = await self._people.person(user)
        if person is not None and not person.member:
            await self._say_in_place(url, STRANGER.format(workspace=self._session.me.workspace or "this workspace"))

    async def _say_in_place(self, url: str, words: str) -> None:
        """To whoever pressed, alone."""
        try:
            await web.respond(self._session.client, url, {"text": words})
        except (Refused, Unanswered) as error:
            log.debug("a press is not answered: %s", error)
