"""Sends messages: posted, edited, or shown to one person; what Slack refuses is sent in a plainer form."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.model.delivery import NotSent, SendOutcome, Sent
from bot.model.messages import Audience, Message, Picture
from bot.model.outgoing import Delivery
from handlers.slack import events, web
from handlers.slack.abilities import Feature
from handlers.slack.activity import Activity
from handlers.slack.blocks import ALT, payload, without_blocks
from handlers.slack.elements import Json, cut
from handlers.slack.newer import at_fault, charted, used, wanted
from handlers.slack.people import People
from handlers.slack.prompts import Suggestions
from handlers.slack.session import Session
from handlers.slack.streams import STREAM, Streams, message_id, unseen
from handlers.slack.web import Refused, Unanswered, call
from handlers.slack.windows import Windows

log = logging.getLogger(__name__)

METADATA = "bellwether_delivery"
"""The type of the message metadata that holds a delivery's id."""
PICTURE_NAME = "chart.png"
FILE_SECONDS = 2.0  # until a file that was just uploaded can be shown
CLOCK_SECONDS = 86_400.0
"""How far our clock may be ahead of Slack's when a message is looked for in the history; further, and no TLS connection
could be made. So wide a margin costs little, because the history comes newest first."""
THREAD_GONE = "thread_not_found"
TOO_LONG = "msg_blocks_too_long"
STILL_STREAMING = "streaming_state_conflict"
STOP_SECONDS = 5.0
"""Until a stream that Slack still shows as growing is ended once more."""
NOT_EDITABLE = ("message_not_found", "cant_update_message", "edit_window_closed")

How = Callable[[Delivery, Mapping[str, Any]], Awaitable[str]]
"""Sends a delivery with these arguments of the Web API; the `ts` of the message."""


class Sender:
    """Sends the deliveries of one workspace."""

    def __init__(
        self, session: Session, people: People, windows: Windows, activity: Activity, suggestions: Suggestions
    ) -> None:
        self._session = session
        self._people = people
        self._windows = windows
        self._activity = activity
        self._suggestions = suggestions
        self._streams = Streams(session)

    async def send(self, delivery: Delivery) -> SendOutcome:
        """Post it; as a window where it is a form that was just asked for; to its asker alone where it is for them."""
        if await self._windows.show(delivery):
            return Sent(f"window:{delivery.id}")
        if delivery.draft and _ephemeral(delivery):
            return unseen(delivery)  # an ephemeral message cannot be edited: only the whole answer is sent
        if delivery.draft and (shown := await self._streams.show(delivery)):
            return shown
        return await self._say(delivery, self._show if _ephemeral(delivery) else self._post)

    async def edit(self, delivery: Delivery) -> SendOutcome:
        """Replace the message; where there is none any more, or was none yet, post it."""
        if _ephemeral(delivery) or message_id(delivery.replaces) is None:
            return await self.send(delivery)
        if delivery.draft and (shown := await self._streams.show(delivery)):
            return shown
        return await self._say(delivery, self._update)

    async def _say(self, delivery: Delivery, how: How) -> SendOutcome:
        """Send it; what an answer is accompanied by ends before it, and begins after it."""
        if not delivery.draft:
            self._activity.ended(delivery.purpose, answered_there=not _ephemeral(delivery))
        outcome = await self._outcome(delivery, how)
        if isinstance(outcome, Sent) and not delivery.draft:
            self._suggestions.offer_after(delivery)
        return outcome

    async def find(self, delivery: Delivery) -> Sent | NotSent | None:
        """Whether the delivery is in the channel's history, by its id in the metadata; None: that cannot be known, for
        an ephemeral message is in no history."""
        if _ephemeral(delivery):
            return None
        if message_id(delivery.replaces):
            return NotSent("the message can be replaced once more")
        try:
            return await self._in_history(delivery)
        except Refused as refused:
            if delivery.reply_to and refused.error == THREAD_GONE:  # it was posted without the thread, if at all
                return await self.find(replace(delivery, reply_to=None))
            log.warning("the history of %s cannot be read: %s", delivery.address, refused)
        except Unanswered as error:
            log.warning("the history of %s cannot be read: %s", delivery.address, error)
        return None

    async def _in_history(self, delivery: Delivery) -> Sent | NotSent:
        begun: str | None = None
        async for message in self._history(delivery):
            kept = message.get("metadata") or {}
            if kept.get("event_type") == METADATA and kept.get("event_payload", {}).get("id") == delivery.id:
                return Sent(str(message["ts"]))
            if delivery.draft and delivery.reply_to and self._is_unfinished(message, delivery):
                begun = str(message["ts"])
        return Sent(f"{STREAM}{begun}") if begun else NotSent("it is not in the channel's history")

    def _is_unfinished(self, message: Mapping[str, Any], delivery: Delivery) -> bool:
        """Whether it is a stream of the bot's that was begun in the thread: of all that it says there, only a stream
        has no metadata until it is ended."""
        own = message.get("bot_id") == self._session.me.bot
        return own and not message.get("metadata") and message.get("ts") != delivery.reply_to

    def _history(self, delivery: Delivery) -> AsyncIterator[Mapping[str, Any]]:
        """The messages since the delivery was made, in its channel or thread, newest first in a channel."""
        oldest = f"{delivery.created.timestamp() - CLOCK_SECONDS:.6f}" if delivery.created else "0"
        where: dict[str, Any] = {"channel": delivery.address, "oldest": oldest, "limit": web.PAGE}
        where["include_all_metadata"] = True

        def ask(cursor: str | None) -> Any:
            client = self._session.client
            if delivery.reply_to:
                return client.conversations_replies(ts=delivery.reply_to, cursor=cursor, **where)
            return client.conversations_history(cursor=cursor, **where)

        return web.pages(ask, "messages")

    # --- forms of a message

    async def _outcome(self, delivery: Delivery, how: How) -> SendOutcome:
        try:
            return Sent(await self._simplified(delivery, how))
        except Unanswered as unanswered:
            return unanswered.outcome
        except Refused as refused:
            if refused.error in web.TOKEN_ENDED:
                self._session.end(refused.error)
                return NotSent(web.TOKEN_ENDED[refused.error])
            return web.permanent(refused.error)

    async def _simplified(self, delivery: Delivery, how: How) -> str:
        """Sent with Slack's newer blocks; where it refuses any, without those, which are then remembered."""
        abilities = self._session.abilities
        where = delivery.reply_to or "" if _has_url(delivery) else delivery.address
        while newer := wanted(delivery.message, abilities.blocks(where)):
            files = await self._uploaded(delivery.message, newer)
            form = payload(delivery.message, files, newer)
            try:
                return await how(delivery, form)
            except Refused as refused:
                if refused.error not in web.BLOCKS_REFUSED:
                    raise
                faulty = _at_fault(refused, form["blocks"], pictured=bool(files))
                for feature in faulty:
                    abilities.refused(feature, refused.error, where)
                if not faulty:
                    break
        return await self._as_ever(delivery, how)

    async def _as_ever(self, delivery: Delivery, how: How) -> str:
        """Sent with the older blocks; where Slack refuses them: with its pictures once more a little later (a file is
        not known everywhere at once), then without pictures, and at last as plain text."""
        message = delivery.message
        files = await self._uploaded(message)
        pictured = [payload(message, files), payload(message, files)] if files else []
        for number, form in enumerate([*pictured, payload(message)]):
            await asyncio.sleep(FILE_SECONDS if number == 1 else 0)
            try:
                return await how(delivery, form)
            except Refused as refused:
                if refused.error not in web.BLOCKS_REFUSED:
                    raise
                log.error("Slack refuses the blocks of %s: %s", delivery.purpose, refused.answer)
        return await how(delivery, without_blocks(message))

    async def _uploaded(self, message: Message, newer: Collection[Feature] = ()) -> Mapping[bytes, str]:
        """The message's pictures with the ids of their files, without those that Slack draws by itself; a picture that
        could not be uploaded is missing."""
        found: dict[bytes, str] = {}
        for picture in (block for block in message.blocks if isinstance(block, Picture) and block.png):
            if Feature.CHART in newer and charted(picture):
                continue
            try:
                found[picture.png] = await web.upload(
                    self._session.client, picture.png, PICTURE_NAME, cut(picture.alt, ALT)
                )
            except (Refused, Unanswered) as error:
                log.warning("a picture is not uploaded: %s", error)
        return found

    # --- calls

    async def _post(self, delivery: Delivery, said: Mapping[str, Any]) -> str:
        """Post it in its thread; where the thread's first message was deleted, in the channel."""
        try:
            answer = await call(
                self._session.client.chat_postMessage(
                    channel=delivery.address,
                    thread_ts=delivery.reply_to,
                    metadata=_metadata(delivery),
                    unfurl_links=False,
                    unfurl_media=False,
                    **said,
                )
            )
        except Refused as refused:
            if delivery.reply_to is None or refused.error != THREAD_GONE:
                raise
            return await self._post(replace(delivery, reply_to=None), said)
        return str(answer["ts"])

    async def _update(self, delivery: Delivery, said: Mapping[str, Any]) -> str:
        """Replace the message by this; a stream is ended by it."""
        await self._streams.stop(delivery.address, delivery.replaces)
        ts = message_id(delivery.replaces) or ""
        try:
            answer = await call(
                self._session.client.chat_update(channel=delivery.address, ts=ts, metadata=_metadata(delivery), **said)
            )
        except Refused as refused:
            if refused.error == STILL_STREAMING:
                raise Unanswered(NotSent("Slack has not ended the stream yet", STOP_SECONDS)) from None
            if refused.error not in NOT_EDITABLE:
                raise
            return await self._post(delivery, said)
        return str(answer["ts"])

    async def _show(self, delivery: Delivery, said: Mapping[str, Any]) -> str:
        """To the asker alone: by the response URL of what they typed or pressed; where there is none, or it is used up,
        as an ephemeral message."""
        if not _has_url(delivery):
            return await self._show_in_channel(delivery, said)
        try:
            await web.respond(self._session.client, delivery.reply_to or "", said)
        except Refused as refused:
            if refused.error in web.BLOCKS_REFUSED:
                raise
            log.debug("no response to %s: %s", delivery.purpose, refused)
            return await self._show_in_channel(replace(delivery, reply_to=None), said)
        return f"response:{delivery.id}"

    async def _show_in_channel(self, delivery: Delivery, said: Mapping[str, Any]) -> str:
        """In the thread only where the question was asked inside it; in the conversation with the asker where they
        are not in the channel."""
        if events.is_direct(delivery.address):
            return await self._post(delivery, said)
        asker, thread = delivery.asker or "", delivery.reply_to if events.inside_thread(delivery) else None
        try:
            answer = await call(
                self._session.client.chat_postEphemeral(channel=delivery.address, user=asker, thread_ts=thread, **said)
            )
        except Refused as refused:
            if thread and refused.error == THREAD_GONE:
                return await self._show_in_channel(replace(delivery, reply_to=None), said)
            direct = await self._people.direct(asker) if refused.error == "user_not_in_channel" else None
            if direct is None:
                raise
            return await self._post(replace(delivery, address=direct, reply_to=None), said)
        return str(answer["message_ts"])


def _at_fault(refused: Refused, blocks: Sequence[Json], *, pictured: bool) -> Collection[Feature]:
    """The newer blocks that are to blame for the refusal: not those of a message that is only too long, and not for
    sure where a file may not be known everywhere yet."""
    faulty = at_fault(refused.answer, blocks)
    unsure = pictured and faulty == used(blocks)
    return () if refused.error == TOO_LONG or unsure else faulty


def _ephemeral(delivery: Delivery) -> bool:
    """Whether the asker alone sees it, in a channel or by a response URL; it cannot be edited, and is in no history."""
    if delivery.audience is not Audience.ASKER or delivery.asker is None:
        return False
    return _has_url(delivery) or not events.is_direct(delivery.address)


def _has_url(delivery: Delivery) -> bool:
    return (delivery.reply_to or "").startswith(("http://", "https://"))


def _metadata(delivery: Delivery) -> dict[str, Any]:
    return {"event_type": METADATA, "event_payload": {"id": delivery.id}}
