"""Shows an answer while it grows, as one of Slack's streams.

    early versions  | the statements that will not change any more → startStream, then appendStream with the new ones
    the whole answer | stopStream → chat.update (see `sending`): the message is the answer, whatever the stream showed

Slack ends a stream by itself after some minutes, and a stream that breaks is ended by the whole answer all the same.
"""

from __future__ import annotations

import logging

from bot.model.delivery import NotSent, Sent, Unknown
from bot.model.messages import Message, Paragraph
from bot.model.outgoing import Delivery
from handlers.slack.abilities import Feature
from handlers.slack.blocks import MAX_BLOCKS, rendered
from handlers.slack.elements import Json
from handlers.slack.session import Session
from handlers.slack.web import Refused, Unanswered, call

log = logging.getLogger(__name__)

STREAM = "stream:"
"""How the ref of a message begins that is a stream; the id of the message follows."""
UNSEEN = "draft:"
"""How the ref of an early version begins that nobody was shown."""


def message_id(ref: str | None) -> str | None:
    """The id of the message behind a ref; None: there is no message."""
    return None if ref is None or ref.startswith(UNSEEN) else ref.removeprefix(STREAM)


def unseen(delivery: Delivery) -> Sent:
    """The outcome for an early version that is not shown: the whole answer follows."""
    return Sent(f"{UNSEEN}{delivery.id}")


def settled(message: Message) -> list[Json]:
    """The blocks of a growing answer that stay as they are: all before its last statement, which may still grow."""
    stated = [n for n, block in enumerate(message.blocks) if isinstance(block, Paragraph) and not block.quiet]
    return rendered(message.blocks[: stated[-1]]) if len(stated) > 1 else []


class Streams:
    """The streams of one workspace."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._shown: dict[str, list[Json]] = {}  # the id of a message that is a stream → the blocks it has shown

    async def show(self, delivery: Delivery) -> Sent | Unknown | None:
        """Show an answer's early version; None: not as a stream."""
        if delivery.replaces is None or delivery.replaces.startswith(UNSEEN):
            return await self._begin(delivery) if self._streamable(delivery) else None
        if not delivery.replaces.startswith(STREAM):
            return None
        await self._add(delivery.address, delivery.replaces.removeprefix(STREAM), settled(delivery.message))
        return Sent(delivery.replaces)

    def _streamable(self, delivery: Delivery) -> bool:
        """A stream answers a message, for one person before all others."""
        in_thread = delivery.reply_to is not None and delivery.asker is not None
        return in_thread and self._session.abilities.has(Feature.STREAM, delivery.address)

    async def _begin(self, delivery: Delivery) -> Sent | Unknown | None:
        if not (blocks := settled(delivery.message)):
            return unseen(delivery)
        try:
            answer = await call(
                self._session.client.chat_startStream(
                    channel=delivery.address,
                    thread_ts=delivery.reply_to or "",
                    recipient_team_id=self._session.me.team,
                    recipient_user_id=delivery.asker,
                    chunks=[_chunk(blocks)],
                )
            )
        except Refused as refused:
            self._session.abilities.refused(Feature.STREAM, refused.error, delivery.address)
            return None
        except Unanswered as unanswered:
            return unseen(delivery) if isinstance(unanswered.outcome, NotSent) else unanswered.outcome
        self._shown[str(answer["ts"])] = blocks
        return Sent(f"{STREAM}{answer['ts']}")

    async def _add(self, address: str, ts: str, blocks: list[Json]) -> None:
        """Add what is new; where what was shown has changed, or is not known, the whole answer will put it right."""
        shown = self._shown.get(ts)
        if shown is None or blocks[: len(shown)] != shown or not len(shown) < len(blocks) <= MAX_BLOCKS:
            return
        try:
            new = _chunk(blocks[len(shown) :])
            await call(self._session.client.chat_appendStream(channel=address, ts=ts, chunks=[new]))
            self._shown[ts] = blocks
        except (Refused, Unanswered) as error:
            log.debug("a stream shows no more: %s", error)
            self._shown.pop(ts)

    async def stop(self, address: str, ref: str | None) -> None:
        """End the stream, if the ref is that of one; one that has ended already is fine. Raises Unanswered."""
        if ref is None or not ref.startswith(STREAM):
            return
        ts = ref.removeprefix(STREAM)
        self._shown.pop(ts, None)
        try:
            await call(self._session.client.chat_stopStream(channel=address, ts=ts))
        except Refused as refused:
            log.debug("a stream has ended already: %s", refused)


def _chunk(blocks: list[Json]) -> Json:
    return {"type": "blocks", "blocks": blocks}
