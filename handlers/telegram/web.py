"""Calls of the Bot API: how each can end, and the library set up so that it never repeats one by itself."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any, TypeVar

import httpx
from telegram import Bot, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.model.delivery import NotSent, Permanent, Unknown
from bot.reading.transport import trusted_authorities

log = logging.getLogger(__name__)

T = TypeVar("T")

READ_SECONDS = 25.0  # with less, messages that did arrive would be taken for lost
CONNECT_SECONDS = 10.0
POOL_SECONDS = 5.0
CONNECTIONS = 48
POLL_SECONDS = 25  # how long Telegram holds a poll open while there are no updates
RETRY_SECONDS, RETRY_MOST = 0.5, 60.0  # before the next poll, after the first failure and at most

CHAT_ENDED = (
    "chat not found",
    "not enough rights to send text messages",
    "have no rights to send a message",
    "need administrator rights in the channel chat",
    "chat_write_forbidden",
    "chat_restricted",
    "peer_id_invalid",
    "user_deactivated",
)
"""Refusals, as Telegram words them, after which nothing more is tried in the chat."""

NOT_MODIFIED = "message is not modified"
NO_TOPIC = ("message thread not found", "topic_deleted", "topic_closed")
NOT_EDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
)


class CallFailed(Exception):
    """The call did not succeed; each way it can fail is a subclass."""


class Refused(CallFailed):
    """Telegram understood the call and refuses it, in these words."""

    def __init__(self, words: str, *, shut_out: bool = False) -> None:
        super().__init__(words)
        self.shut_out = shut_out  # the bot was blocked or removed, or the account is gone

    def says(self, *words: str) -> bool:
        """Whether one of the words (in small letters) is in the refusal."""
        return any(each in str(self).lower() for each in words)


class UnknownMethod(Refused):
    """The server does not know the method: it speaks an older Bot API."""


class Moved(CallFailed):
    """The group became a supergroup, with another id."""

    def __init__(self, chat: int) -> None:
        super().__init__(f"the group is {chat} now")
        self.chat = chat


class Revoked(CallFailed):
    """The token is not valid (any more)."""


class Unanswered(CallFailed):
    """The call got no usable answer; `outcome` is what that means for a message it was to send."""

    def __init__(self, outcome: NotSent | Unknown) -> None:
        super().__init__(outcome.why)
        self.outcome = outcome


async def best_effort(work: Awaitable[Any]) -> None:
    """Make a call whose failure changes nothing."""
    try:
        await call(work)
    except CallFailed as error:
        log.debug("a call of no consequence failed: %s", error)


async def call(work: Awaitable[T]) -> T:
    """What Telegram answers; raises Refused, Moved, Revoked or Unanswered.

    A method that the library has, and the server has not, ends like a token that is not valid: in Revoked.
    """
    try:
        return await work
    except ChatMigrated as error:
        raise Moved(error.new_chat_id) from None
    except RetryAfter as error:
        raise Unanswered(NotSent("Telegram asks to slow down", seconds(error.retry_after))) from None
    except Forbidden as error:
        raise Refused(error.message, shut_out=True) from None
    except EndPointNotFound as error:
        raise UnknownMethod(error.message) from None
    except InvalidToken:
        raise Revoked("Telegram does not take the token") from None  # the library's words hold it
    except BadRequest as error:
        raise Refused(error.message) from None
    except TelegramError as error:
        log.debug("a call of Telegram failed: %r", error.__cause__ or error)
        raise Unanswered(_unanswered(error)) from None


def _unanswered(error: TelegramError) -> NotSent | Unknown:
    """What is known of a message whose call got no answer: not sent, or perhaps sent."""
    cause = error.__cause__
    if isinstance(cause, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)):
        return NotSent("Telegram cannot be reached: is there a network?")
    if isinstance(error, Conflict):
        return NotSent("another copy of the bot asks for news with the same token; stop one of them")
    if isinstance(error, TimedOut):
        return Unknown("Telegram gave no answer in time")
    if isinstance(error, NetworkError):
        return Unknown("Telegram gave no answer")
    return Unknown("Telegram’s answer cannot be read")


def seconds(wait: float | timedelta) -> float:
    """A wait as the library gives it (either type, by its version), in seconds."""
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def permanent(refused: Refused) -> Permanent:
    """A refusal as an outcome: of everything in the chat, or of this one message only."""
    if refused.shut_out or refused.says(*CHAT_ENDED):
        return Permanent(f"Telegram says: {refused}")
    return Permanent(f"Telegram refuses the message: {refused}", message_only=True)


# --- the library ---------------------------------------------------------------------------------------------------


class Polling(HTTPXRequest):
    """Requests for long polling: an update that the library cannot parse becomes an empty one, or it would be delivered
    again for ever."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        answer: dict[str, Any] = HTTPXRequest.parse_json_payload(payload)
        if isinstance(found := answer.get("result"), list):
            answer["result"] = [_readable(each) for each in found if isinstance(each, dict) and "update_id" in each]
        return answer


def _readable(update: dict[str, Any]) -> dict[str, Any]:
    try:
        Update.de_json(update, None)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the next one is wanted
        log.error("Telegram's update %s cannot be read and is passed over: %r", update["update_id"], error)
        return {"update_id": update["update_id"]}
    return update


def bot(token: str, base_url: str | None) -> Bot:
    """The library's client, which never repeats a call by itself: a message could be sent twice."""
    os.environ.setdefault(
        "PTB_TIMEDELTA", "true"
    )  # the library's future behaviour; without it, it warns at each rate limit
    waits: dict[str, Any] = {
        "read_timeout": READ_SECONDS,
        "connect_timeout": CONNECT_SECONDS,
        "pool_timeout": POOL_SECONDS,
        "httpx_kwargs": {"verify": trusted_authorities()},
    }
    address: dict[str, Any] = {"base_url": base_url} if base_url else {}
    return Bot(
        token,
        request=HTTPXRequest(connection_pool_size=CONNECTIONS, **waits),
        get_updates_request=Polling(connection_pool_size=1, **waits),
        **address,
    )
