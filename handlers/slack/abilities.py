"""Which of Slack's newer features are used: each until Slack refuses it, and then again after a day."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.slack import web

log = logging.getLogger(__name__)

REFUSED_FOR = timedelta(days=1)
"""How long a refusal holds; by then the workspace, its plan or the app's manifest may have changed."""
KIND_REFUSED = "channel_type_not_supported"

OF_THIS_CALL = frozenset(
    (
        *web.CHANNEL_ENDED, *web.TOKEN_ENDED, "invalid_thread_ts", "thread_not_found", "message_not_found",
        "message_not_in_streaming_state", "message_not_owned_by_app", "msg_too_long", "team_not_found",
        "user_not_found",
    )
) - {"missing_scope"}  # fmt: skip
"""Refusals of one message, thread or person, or of the whole token; all others are refusals of the feature."""


class Feature(StrEnum):
    """What a workspace, its plan or an app's manifest may lack; blocks are called by Slack's name for their type."""

    STATUS = "assistant.threads.setStatus"
    STREAM = "chat.startStream"
    PROMPTS = "assistant.threads.setSuggestedPrompts"
    FEEDBACK = "context_actions"
    CONTAINER = "container"
    CHART = "data_visualization"
    TABLE = "table"


BLOCKS = frozenset((Feature.FEEDBACK, Feature.CONTAINER, Feature.CHART, Feature.TABLE))
"""Those that are blocks of a message."""


class Abilities:
    """What Slack has refused, and until when that is believed."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._until: dict[tuple[Feature, str], datetime] = {}
        """By feature, and by what the addresses begin with ("": any): channels, people and response URLs may differ."""

    def has(self, feature: Feature, address: str = "") -> bool:
        """Whether the feature is worth a try; in messages to that address, where it matters."""
        now = self._now()
        return all(self._until.get((feature, kind), now) <= now for kind in ("", address[:1]))

    def blocks(self, address: str) -> frozenset[Feature]:
        """The newer blocks that are worth a try in messages to that address."""
        return frozenset(each for each in BLOCKS if self.has(each, address))

    def refused(self, feature: Feature, error: str, address: str = "") -> None:
        """Slack refused a call of the feature with this error; it is left alone unless only that call was at fault."""
        if error in OF_THIS_CALL:
            return
        kind = address[:1] if error == KIND_REFUSED or feature in BLOCKS else ""
        self._until[feature, kind] = self._now() + REFUSED_FOR
        log.info("Slack does not take %s here (%s); it is done without", feature, error)
