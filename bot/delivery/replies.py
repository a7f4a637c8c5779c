"""Turn a reply to an event into deliveries: where it goes, what it answers, and the parts its platform takes."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.model.channel import Channel
from bot.model.event import Event
from bot.model.messages import Audience, Message, Paragraph, Reply, Run, prefixed
from bot.model.outgoing import Delivery, addressed
from bot.model.ports import Platform
from bot.model.secrecy import redacted

ASKED = 200  # characters of a question that are repeated
_ID = re.compile(r"\s(?:s\d+(?:\.[a-z]\d+)?|q\d+)\b")
REPLY = "reply:"
"""Prefix of the purpose of a delivery that answers an event; the event's id follows."""


def purpose_of(event: Event) -> str:
    """The purpose of the deliveries that answer the event."""
    return REPLY + event.id


def message_of(event: Event, reply: Reply) -> Message:
    """The reply's message; it repeats the question where others in the channel could not see it asked."""
    if not event.unseen or event.private or audience_of(event, reply) is not Audience.THREAD:
        return reply.message
    asked = Paragraph((Run(event.asker.name, person=event.asker.id), Run(f" asked “{_shown(event.text)}”")), quiet=True)
    return replace(reply.message, blocks=(asked, *reply.message.blocks))


def _shown(asked: str) -> str:
    """What was asked, cut where it is long, without the ids of a button's command: the answer names its signal."""
    words = redacted(_ID.sub("", asked))
    return words if len(words) <= ASKED else f"{words[: ASKED - 1].rstrip()}…"


def audience_of(event: Event, reply: Reply) -> Audience:
    """Who sees the reply: the asker alone if the event has a reply URL, except for what the whole channel must know.

    In a private conversation there is nobody else who must know it.
    """
    if event.reply_url and (event.private or reply.audience is Audience.THREAD):
        return Audience.ASKER
    return reply.audience


def answering(delivery: Delivery, event: Event, reply: Reply) -> Delivery:
    """The delivery, sent to the reply's audience and in the event's thread.

    A reply to HOME goes to no thread, except in a private conversation, where nobody reads along outside of it.
    """
    audience = audience_of(event, reply) if reply.channel is None else Audience.HOME
    threaded = audience is not Audience.HOME or (event.private and reply.channel is None)
    return replace(
        delivery,
        audience=audience,
        reply_to=event.reply_url or event.reply_to if threaded else None,
        asker=event.asker.id,
    )


def deliveries(platform: Platform, event: Event, channel: Channel, reply: Reply, first: int) -> list[Delivery]:
    """The reply in the parts its platform takes, numbered from `first`; only the first part replaces a message."""
    home = audience_of(event, reply) is Audience.HOME and reply.channel is None
    to = reply.channel or channel
    return [
        replace(
            answering(addressed(to, purpose_of(event), first + number, message), event, reply),
            replaces=None if number else reply.replaces or (event.replaces if home else None),
        )
        for number, message in enumerate(platform.parts(message_of(event, reply)))
    ]


def in_private(delivery: Delivery, event: Event, to: Channel) -> Delivery:
    """An answer of a channel in a private conversation: it names the channel, and so do its buttons' commands."""
    told = prefixed(delivery.message, f"for c{delivery.channel_id}: ", title=event.channel_name)
    return replace(addressed(to, delivery.purpose, delivery.part, told), audience=Audience.ASKER, asker=delivery.asker)
