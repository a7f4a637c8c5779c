"""What the Bot API server turned out not to know or not to allow, so that it is not asked for again each time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import StrEnum

from telegram import Bot

from handlers.telegram.web import CallFailed, UnknownMethod, call

log = logging.getLogger(__name__)

REFUSED_SECONDS = 3600.0
"""How long the refusal of something in one chat holds."""


class Ability(StrEnum):
    """Something that not every server knows, and not every chat allows."""

    RICH = "sendRichMessage"  # since Bot API 10.1
    RICH_DRAFT = "sendRichMessageDraft"  # since 10.1
    DRAFT = "sendMessageDraft"  # since 9.3
    STYLE = "style"  # of buttons, since 9.4
    EPHEMERAL = "ephemeral_message_parameters"  # since 10.2


class Abilities:
    """What is known to be missing; everything else is tried, and a refusal is remembered here."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now`: a monotonic clock in seconds."""
        self._now = now
        self._missing: set[Ability] = set()
        self._refused: dict[tuple[Ability, int], float] = {}  # → until when it is not tried in the chat

    def has(self, ability: Ability, chat: int | None = None) -> bool:
        """Whether it is worth a try, in the chat if one is named."""
        if ability in self._missing:
            return False
        return chat is None or self._refused.get((ability, chat), 0.0) <= self._now()

    def miss(self, ability: Ability) -> None:
        """The server does not know it: it is not tried again."""
        self._missing.add(ability)

    def refuse(self, ability: Ability, chat: int) -> None:
        """It was refused in the chat: it is not tried there for a while."""
        now = self._now()
        self._refused = {each: until for each, until in self._refused.items() if until > now}
        self._refused[ability, chat] = now + REFUSED_SECONDS

    async def ask(self, bot: Bot) -> None:
        """Find out whether the server knows rich messages, by a call that names no chat: every server refuses it, and
        only one that does not know the method says so."""
        try:
            await call(bot.do_api_request(Ability.RICH.value))
        except UnknownMethod:
            log.info("Telegram's server is older than rich messages: text with quotations is sent instead")
            self.miss(Ability.RICH)
            self.miss(Ability.RICH_DRAFT)
        except CallFailed:
            pass
