"""Suggests what to ask next, in the conversation that a person has with the bot as one of Slack's agents."""

from __future__ import annotations

import logging
import re

from bot.model.messages import Card, Choices, Message
from bot.model.outgoing import Delivery
from handlers.slack.abilities import Feature
from handlers.slack.events import is_direct
from handlers.slack.session import Session
from handlers.slack.web import Refused, Unanswered, call

log = logging.getLogger(__name__)

Prompts = tuple[tuple[str, str], ...]
"""What is to be read, and what is said when it is pressed."""

AT_FIRST: Prompts = (
    ("What do the sources say?", "signals"),
    ("Brief now", "brief"),
    ("What can you do?", "help"),
)
ABOUT: Prompts = (
    ("Who says so?", "evidence {}"),
    ("What would change your mind?", "why {} what would change your mind?"),
    ("How strong is it?", "strength {}"),
    ("What else is going on?", "signals"),
)
"""About a signal: each names it, because a prompt begins a conversation of its own."""

_SIGNAL = re.compile(r"\bs\d+\b")


def prompts(message: Message) -> Prompts:
    """What can be asked after this message: about its signal, where it is about one."""
    about = {name for block in message.blocks for name in _signals(block)}
    if len(about) != 1:
        return AT_FIRST
    (name,) = about
    return tuple((title, said.format(name)) for title, said in ABOUT)


def _signals(block: object) -> list[str]:
    match block:
        case Choices(choices=choices):
            return [match[0] for each in choices if (match := _SIGNAL.search(each.command))]
        case Card(signal_id=number):
            return [f"s{number}"]
    return []


class Suggestions:
    """The suggestions in the conversations of one workspace. All of them may fail without consequence."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._agents: set[str] = set()  # addresses of the conversations in which the app is an agent

    def learn(self, address: str) -> None:
        """The app is an agent in the conversation."""
        self._agents.add(address)

    def offer(self, address: str) -> None:
        """Suggest what to begin with."""
        self._session.tasks.start(self._set(address, AT_FIRST))

    def offer_after(self, delivery: Delivery) -> None:
        """Suggest what to ask after this answer, where the app is an agent."""
        if is_direct(delivery.address) and delivery.address in self._agents and delivery.asker:
            self._session.tasks.start(self._set(delivery.address, prompts(delivery.message)))

    async def _set(self, address: str, suggested: Prompts) -> None:
        """Without a thread: Slack shows an agent's under its newest message there."""
        if not self._session.abilities.has(Feature.PROMPTS):
            return
        told = [{"title": title, "message": said} for title, said in suggested]
        try:
            await call(self._session.client.assistant_threads_setSuggestedPrompts(channel_id=address, prompts=told))
        except Refused as refused:
            self._session.abilities.refused(Feature.PROMPTS, refused.error)
        except Unanswered as unanswered:
            log.debug("nothing is suggested: %s", unanswered)
