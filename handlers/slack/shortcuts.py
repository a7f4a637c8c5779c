"""Translates the shortcuts of seeds/slack-manifest.yaml that people use into Events of ours. No I/O."""

from __future__ import annotations

from datetime import datetime

from bot.model.event import Event
from handlers.slack.events import NAME, Json, Me, is_direct, plain_text, presser, reply_url

ASK_SOURCES, BRIEF_NOW = "ask_sources", "brief_now"
"""The callback ids of the shortcuts in seeds/slack-manifest.yaml."""
ABOUT = 300
"""Characters of a message that are asked about."""


def shortcut(body: Json, me: Me, direct: str | None, now: datetime) -> Event | None:
    """A shortcut that was used: of a message, what the sources say about it, to whoever asked alone; of the workspace,
    the brief, in the conversation with them at the address `direct`. None: it is not ours, or there is nowhere to
    answer."""
    name = body.get("callback_id")
    if name == ASK_SOURCES and (words := _about(body, me)):
        return _event(body, str((body.get("channel") or {}).get("id")), words, now)
    if name == BRIEF_NOW and direct is not None:
        return _event(body, direct, "brief", now)
    return None


def _about(body: Json, me: Me) -> str:
    """The question about the words of the message; "" where it has none."""
    words = plain_text(str((body.get("message") or {}).get("text") or ""), me)
    if len(words) > ABOUT:
        words = words[:ABOUT].rpartition(" ")[0] or words[:ABOUT]
    return f"what do the sources say about {words}?" if words else ""


def _event(body: Json, address: str, words: str, now: datetime) -> Event:
    return Event(
        platform=NAME,
        id=f"shortcut:{body.get('trigger_id')}",
        address=address,
        channel_name=address,
        asker=presser(body),
        text=words,
        at=now,
        private=is_direct(address),
        unseen=True,
        reply_url=reply_url(body),
    )
