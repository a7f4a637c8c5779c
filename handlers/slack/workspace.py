"""The bot in a workspace: what is heard goes into the inbox before it is acknowledged, what is said becomes blocks."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.channel import Place
from bot.model.clock import SystemClock
from bot.model.delivery import NotSent, SendOutcome, Sent
from bot.model.event import Asker, Event, EventKind
from bot.model.messages import Audience, Form, Message, Picture, split
from bot.model.outgoing import Delivery
from bot.model.ports import Inbox
from bot.model.settings import Settings
from bot.model.tasks import Tasks
from handlers.slack import events, home, web
from handlers.slack.blocks import ALT, cut, fits, modal, payload, unadorned
from handlers.slack.events import NAME, Me
from handlers.slack.web import Refused, Unanswered, call

log = logging.getLogger(__name__)

METADATA = "bellwether_delivery"
"""The type of the metadata that carries a delivery's id."""
PICTURE = "chart.png"
FILE_SECONDS = 2.0  # until a file just uploaded can be shown
TRIGGER_SECONDS = 2.5  # a trigger opens a modal for 3 s
KNOWN_SECONDS = 600.0  # how long what a person may do is believed
EARLIER = 86_400.0
"""Seconds our clock may be ahead of Slack's when a history is looked through: one that is out by more makes no secure
connection. It costs little, for a history comes newest first."""
GRACE_SECONDS = 2.0
NOT_HERE = "I am not in this channel. Invite me with /invite @Bellwether, or write to me directly."
APP_PAGE = "https://api.slack.com/apps"


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    admin: bool
    ours: bool  # a member of this workspace, and no bot
    until: float  # on the monotonic clock


class Workspace:
    """Speaks in one workspace."""

    name = NAME

    def __init__(self, settings: Settings, inbox: Inbox, client: AsyncWebClient, me: Me) -> None:
        self._settings = settings
        self._inbox = inbox
        self._client = client
        self._me = me
        self._now = SystemClock(settings.now).now
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._tasks = Tasks()
        self._people: dict[str, _Person] = {}
        self._inside: set[str] = set()
        self._directs: dict[str, str] = {}
        self._triggers: dict[str, tuple[str, float]] = {}

    # --- saying

    def parts(self, message: Message) -> tuple[Message, ...]:
        return split(message, fits)

    async def send(self, delivery: Delivery) -> SendOutcome:
        """Post it; to its asker alone where it is theirs, as a window where it is a form just asked for."""
        form = next((block for block in delivery.message.blocks if isinstance(block, Form)), None)
        if form and (trigger := self._trigger(delivery)) and await self._opened(delivery, form, trigger):
            return Sent(f"window:{delivery.id}")
        to_one = delivery.audience is Audience.ASKER and delivery.asker and not events.is_direct(delivery.address)
        return await self._outcome(delivery, self._whisper if to_one else self._post)

    async def edit(self, delivery: Delivery) -> SendOutcome:
        """Replace the message; where it is gone, post it anew."""
        return await self._outcome(delivery, self._update)

    async def _outcome(self, delivery: Delivery, how: Any) -> SendOutcome:
        try:
            return Sent(await self._adorned(delivery, how))
        except Unanswered as unanswered:
            return unanswered.outcome
        except Refused as refused:
            if refused.error in web.TOKEN_ENDED:
                self.end(refused.error)
                return NotSent(web.TOKEN_ENDED[refused.error])
            return web.permanent(refused.error)

    async def _adorned(self, delivery: Delivery, how: Any) -> str:
        """Said with its blocks; where Slack refuses those, with its pictures once more a little later (a file is not
        known everywhere at once), then without pictures, and at last as plain text."""
        message = delivery.message
        files = await self._uploaded(message)
        pictured = [payload(message, files), payload(message, files)] if files else []
        for number, form in enumerate([*pictured, payload(message)]):
            await asyncio.sleep(FILE_SECONDS if number == 1 else 0)
            try:
                return str(await how(delivery, form))
            except Refused as refused:
                if refused.error not in web.FORM_REFUSED:
                    raise
                log.error("Slack refuses the blocks of %s: %s", delivery.purpose, refused.answer)
        return str(await how(delivery, unadorned(message)))

    async def _uploaded(self, message: Message) -> Mapping[bytes, str]:
        """The ids of the message's pictures as files; one that cannot be had as one is told in words."""
        found: dict[bytes, str] = {}
        for picture in (block for block in message.blocks if isinstance(block, Picture) and block.png):
            try:
                found[picture.png] = await web.upload(self._client, picture.png, PICTURE, cut(picture.alt, ALT))
            except (Refused, Unanswered) as error:
                log.warning("a picture is not uploaded: %s", error)
        return found

    async def _post(self, delivery: Delivery, said: Mapping[str, Any]) -> str:
        answer = await call(
            self._client.chat_postMessage(
                channel=delivery.address,
                thread_ts=delivery.reply_to,
                metadata=_metadata(delivery),
                unfurl_links=False,
                unfurl_media=False,
                **said,
            )
        )
        return str(answer["ts"])

    async def _update(self, delivery: Delivery, said: Mapping[str, Any]) -> str:
        try:
            answer = await call(
                self._client.chat_update(
                    channel=delivery.address, ts=delivery.replaces or "", metadata=_metadata(delivery), **said
                )
            )
        except Refused as refused:
            if refused.error not in ("message_not_found", "cant_update_message", "edit_window_closed"):
                raise
            return await self._post(delivery, said)
        return str(answer["ts"])

    async def _whisper(self, delivery: Delivery, said: Mapping[str, Any]) -> str:
        """To the asker alone; in their own conversation with us where they are not in the channel."""
        asker = delivery.asker or ""
        try:
            answer = await call(
                self._client.chat_postEphemeral(
                    channel=delivery.address, user=asker, thread_ts=delivery.reply_to, **said
                )
            )
        except Refused as refused:
            direct = await self.direct(asker) if refused.error == "user_not_in_channel" else None
            if direct is None:
                raise
            return await self._post(replace(delivery, address=direct, reply_to=None), said)
        return str(answer["message_ts"])

    # --- windows

    def _trigger(self, delivery: Delivery) -> str | None:
        """What opens a window for the event that the delivery answers; it works once, and not for long."""
        trigger, until = self._triggers.pop(delivery.purpose, ("", 0.0))
        return trigger if time.monotonic() < until else None

    def _keep_trigger(self, event: Event, body: Mapping[str, Any]) -> None:
        now = time.monotonic()
        self._triggers = {purpose: kept for purpose, kept in self._triggers.items() if kept[1] > now}
        self._triggers[f"reply:{event.id}"] = (str(body.get("trigger_id")), now + TRIGGER_SECONDS)

    async def _opened(self, delivery: Delivery, form: Form, trigger: str) -> bool:
        kept = events.metadata(delivery.address, delivery.reply_to, form.command)
        try:
            view = modal(form, kept)
            await call(self._client.views_open(trigger_id=trigger, view=view))
        except (Refused, Unanswered) as error:
            log.info("no window for %s: %s", delivery.purpose, error)
            return False
        return True

    # --- finding out

    async def find(self, delivery: Delivery) -> Sent | NotSent | None:
        """By the delivery's id, which every message carries; what one person saw stands in no history."""
        if delivery.replaces:
            return NotSent("the message can be replaced once more")
        if delivery.audience is Audience.ASKER and not events.is_direct(delivery.address):
            return None
        oldest = f"{delivery.created.timestamp() - EARLIER:.6f}" if delivery.created else "0"
        try:
            async for message in self._history(delivery, oldest):
                kept = message.get("metadata") or {}
                if kept.get("event_type") == METADATA and kept.get("event_payload", {}).get("id") == delivery.id:
                    return Sent(str(message["ts"]))
        except (Refused, Unanswered) as error:
            log.warning("the history of %s cannot be read: %s", delivery.address, error)
            return None
        return NotSent("it is not in the channel's history")

    def _history(self, delivery: Delivery, oldest: str) -> AsyncIterator[Mapping[str, Any]]:
        where: dict[str, Any] = {"channel": delivery.address, "oldest": oldest, "limit": web.PAGE}
        where["include_all_metadata"] = True

        def ask(cursor: str | None) -> Any:
            if delivery.reply_to:
                return self._client.conversations_replies(ts=delivery.reply_to, cursor=cursor, **where)
            return self._client.conversations_history(cursor=cursor, **where)

        return web.pages(ask, "messages")

    async def direct(self, person: str) -> str | None:
        """The conversation with a person of the workspace."""
        if not person.startswith(("U", "W")):
            return None
        if person not in self._directs:
            try:
                answer = await call(self._client.conversations_open(users=[person]))
            except (Refused, Unanswered) as error:
                log.warning("no conversation with %s: %s", person, error)
                return None
            self._directs[person] = str(answer["channel"]["id"])
        return self._directs[person]

    def guards(self, _address: str, /) -> bool:
        """A workspace's own members alone can speak to us."""
        return False

    async def introduce(self, event: Event) -> Event | None:
        if event.kind is EventKind.JOINED:
            return replace(event, channel_name=await self._place_name(event.address))
        person = await self._person(event.asker.id)
        if person is not None and not person.ours:
            return None
        by_members = self._settings.slack.settings_by == "members"
        may_set = event.private or (by_members if person is None else by_members or person.admin)
        if event.id.startswith(events.FROM_HOME) and not event.private:
            may_set = may_set and event.address in {place.address for place in await self._shared(event.asker.id)}
        name = person.name if person else event.asker.name
        there = event.channel_name
        if there == event.address:
            there = name if event.private else await self._place_name(event.address)
        return replace(event, asker=Asker(event.asker.id, name, may_set=may_set), channel_name=there)

    async def _person(self, user: str) -> _Person | None:
        """None: Slack does not say now."""
        known = self._people.get(user)
        if known is not None and time.monotonic() < known.until:
            return known
        try:
            found = (await call(self._client.users_info(user=user)))["user"]
        except (Refused, Unanswered) as error:
            log.warning("who %s is cannot be found out: %s", user, error)
            return known
        profile = found.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or found.get("real_name") or found.get("name")
        stranger = found.get("is_stranger") or found.get("team_id") not in (None, self._me.team)
        person = _Person(
            name=str(name or user),
            admin=bool(found.get("is_admin") or found.get("is_owner")),
            ours=not (stranger or found.get("is_bot") or found.get("deleted")),
            until=time.monotonic() + KNOWN_SECONDS,
        )
        self._people[user] = person
        return person

    async def _place_name(self, address: str) -> str:
        try:
            channel = (await call(self._client.conversations_info(channel=address)))["channel"]
        except (Refused, Unanswered):
            return address
        return f"#{channel['name']}" if channel.get("name") else address

    async def _is_inside(self, address: str) -> bool:
        """Whether we are in the channel; where Slack does not say, yes."""
        if address in self._inside:
            return True
        try:
            channel = (await call(self._client.conversations_info(channel=address)))["channel"]
        except Refused:
            return False
        except Unanswered:
            return True
        if channel.get("is_im") or channel.get("is_member"):
            self._inside.add(address)
            return True
        return False

    # --- hearing

    async def hear(self, body: Mapping[str, Any]) -> BoltResponse:
        """Keep what was delivered; what is returned acknowledges it, and an exception has it delivered again."""
        said: str | dict[str, Any] = ""
        match body.get("type"):
            case "event_callback":
                await self._hear_event(body)
            case "block_actions":
                await self._hear_press(body)
            case "view_submission":
                if event := events.submitted(body, self._now()):
                    await self._inbox.accept(event)
            case None if body.get("command"):
                said = await self._hear_typed(body)
        return BoltResponse(status=200, body=said)

    async def _hear_event(self, body: Mapping[str, Any]) -> None:
        if events.revoked(body):
            self.end("account_inactive")
        elif (opened := events.opened_home(body)) is not None:
            self._tasks.start(self._draw_home(opened))
        elif event := events.heard(body, self._me):
            if event.kind is EventKind.LEFT:
                self._inside.discard(event.address)
            if event.addressed or events.within_ours(body, self._me) or await self._is_ours(event):
                await self._inbox.accept(event)

    async def _is_ours(self, event: Event) -> bool:
        return event.thread is not None and await self._inbox.ours(NAME, event.address, event.thread)

    async def _hear_typed(self, body: Mapping[str, Any]) -> str | dict[str, Any]:
        event = events.typed(body, self._me, self._now())
        if not await self._is_inside(event.address):
            return {"response_type": "ephemeral", "text": NOT_HERE}
        self._keep_trigger(event, body)
        await self._inbox.accept(event)
        return ""

    async def _hear_press(self, body: Mapping[str, Any]) -> None:
        if (picked := events.picked_place(body)) is not None:
            self._tasks.start(self._draw_home(picked))
            return
        user = str((body.get("user") or {}).get("id"))
        at_home = (body.get("container") or {}).get("type") == "view"
        event = events.pressed(body, await self.direct(user) if at_home else None, self._now())
        if event is None:
            return
        self._keep_trigger(event, body)
        if await self._inbox.accept(event) and at_home:
            self._tasks.start(self._draw_home_after(event, events.home_of(body)))

    # --- the Home tab

    async def _draw_home_after(self, event: Event, shown: events.Home) -> None:
        await self._inbox.worked(event)
        await self._draw_home(shown)

    async def _draw_home(self, opened: events.Home) -> None:
        try:
            places = await self._shared(opened.user)
            place = next((each for each in places if each.address == opened.place), places[0] if places else None)
            panel = await self._inbox.panel(NAME, place.address) if place else None
            view = home.view(places, place, panel)
            await call(self._client.views_publish(user_id=opened.user, view=view))
        except (Refused, Unanswered) as error:
            log.warning("the Home tab of %s cannot be drawn: %s", opened.user, error)

    async def _shared(self, user: str) -> tuple[Place, ...]:
        """The channels in which both the person and we are."""
        theirs = {each["id"] async for each in self._conversations(user=user)}
        return tuple(each for each in await self._inbox.places(NAME) if each.address in theirs)

    def _conversations(self, **whose: str) -> AsyncIterator[Mapping[str, Any]]:
        def ask(cursor: str | None) -> Any:
            return self._client.users_conversations(
                types="public_channel,private_channel", exclude_archived=True, limit=web.PAGE, cursor=cursor, **whose
            )

        return web.pages(ask, "channels")

    # --- where we are

    async def settle_in(self) -> None:
        """Join what the settings name, and learn what happened while we were away: added here, removed there."""
        try:
            await self._join_named()
            there = {str(each["id"]): str(each.get("name") or each["id"]) async for each in self._conversations()}
        except (Refused, Unanswered) as error:
            log.warning("where the bot is in Slack cannot be found out now: %s", error)
            return
        known = {place.address for place in await self._inbox.places(NAME) if not events.is_direct(place.address)}
        for address in there.keys() - known:
            await self._inbox.accept(self._moved(address, EventKind.JOINED, ""))
        for address in known - there.keys():
            await self._inbox.accept(self._moved(address, EventKind.LEFT, "it was removed while it was not running"))

    def _moved(self, address: str, kind: EventKind, how: str) -> Event:
        asker = Asker(self._me.user, "")
        return Event(NAME, f"away:{uuid.uuid4().hex}", address, address, asker, how, self._now(), kind=kind)

    async def _join_named(self) -> None:
        wanted = {name.removeprefix("#").lower() for name in self._settings.slack.channels}
        if not wanted:
            return

        def ask(cursor: str | None) -> Any:
            kinds = "public_channel,private_channel"
            return self._client.conversations_list(types=kinds, exclude_archived=True, limit=web.PAGE, cursor=cursor)

        async for channel in web.pages(ask, "channels"):
            names = {str(channel.get("name", "")).lower(), str(channel["id"]).lower()} & wanted
            wanted -= names
            if names and not channel.get("is_member"):
                await self._join(str(channel["id"]), str(channel.get("name")))
        for name in sorted(wanted):
            log.error("Slack knows no channel “%s”; invite the bot there if it is private.", name)

    async def _join(self, address: str, name: str) -> None:
        try:
            await call(self._client.conversations_join(channel=address))
        except Refused as refused:
            log.error("The bot cannot join #%s by itself (%s): invite it there.", name, refused.error)

    # --- the end

    def end(self, error: str) -> None:
        """The token is of no use any more."""
        if not self._ended.done():
            reason = web.TOKEN_ENDED.get(error, error)
            self._ended.set_result(
                f"{reason}. Install the app again at {APP_PAGE}, set the new tokens and start again."
            )

    async def ended(self) -> str:
        return await asyncio.shield(self._ended)

    async def close(self) -> None:
        await self._tasks.close(GRACE_SECONDS)


def _metadata(delivery: Delivery) -> dict[str, Any]:
    return {"event_type": METADATA, "event_payload": {"id": delivery.id}}
