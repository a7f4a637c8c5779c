"""Calls of Slack's Web API: how each can end, and what its errors mean for a channel or for the whole bot."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.model.delivery import NotSent, Permanent, Unknown

Answer = AsyncSlackResponse

log = logging.getLogger(__name__)

CALL_SECONDS = 30
OUT_OF_REACH = "Slack cannot be reached: is there a network?"
NO_ANSWER = "Slack gave no answer"
OK = 200
PAGE = 200
PAGES = 50  # of one list, at most

CHANNEL_ENDED = {
    "channel_not_found": "Slack knows no such channel, or not for the bot",
    "not_in_channel": "the bot is not in the channel",
    "is_archived": "the channel is archived",
    "is_inactive": "the channel is archived",
    "cannot_dm_bot": "the other is a bot",
    "user_disabled": "the person left the workspace",
    "restricted_action": "the workspace lets only some people post there",
    "restricted_action_read_only_channel": "the channel is read-only",
    "restricted_action_thread_only_channel": "only threads are allowed there",
    "restricted_action_non_threadable_channel": "no threads are allowed there",
    "restricted_action_thread_locked": "the thread is locked",
}
"""Errors after which nothing more is sent to the channel, in words for the operator."""

TOKEN_ENDED = {
    "token_revoked": "its token was revoked",
    "token_expired": "its token has expired",
    "account_inactive": "the app was removed, or its workspace closed",
    "invalid_auth": "its token is not valid",
    "not_authed": "its token is missing",
    "not_allowed_token_type": "its token is of the wrong kind",
    "missing_scope": "its token lacks a scope: install the app again from the manifest",
    "team_access_not_granted": "the workspace has not granted the app access",
}
"""Errors after which nothing more is sent at all, in words for the operator."""

PERHAPS_DONE = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
"""Errors after which, as Slack says, the call may have taken effect all the same."""

MOVING = frozenset({"team_added_to_org", "org_login_required"})
"""Errors while Slack moves the workspace into an organisation; they pass by themselves."""

BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments"})
"""Errors that refuse the blocks of a message; its plain text may still be taken."""


class Refused(Exception):
    """Slack understood the call and refuses it; `error` is its code."""

    def __init__(self, error: str, answer: Mapping[str, Any]) -> None:
        super().__init__(error)
        self.error = error
        self.answer = answer


class Unanswered(Exception):
    """The call got no usable answer; `outcome` is what that means for a message it was to send."""

    def __init__(self, outcome: NotSent | Unknown) -> None:
        super().__init__(outcome.why)
        self.outcome = outcome


async def call(work: Awaitable[Answer]) -> Answer:
    """What Slack answers; raises Refused or Unanswered."""
    try:
        async with asyncio.timeout(CALL_SECONDS):
            return await work
    except SlackApiError as error:
        raise _refusal(error) from None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        log.debug("a call of Slack failed: %r", error)
        raise Unanswered(NotSent(OUT_OF_REACH)) from None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        log.debug("a call of Slack failed: %r", error)
        raise Unanswered(Unknown(NO_ANSWER)) from None


def _refusal(error: SlackApiError) -> Refused | Unanswered:
    answer = error.response
    if not isinstance(answer, AsyncSlackResponse):
        return Unanswered(Unknown("Slack's answer cannot be read"))
    data = answer.data if isinstance(answer.data, dict) else {}
    code = str(data.get("error") or "")
    if answer.status_code == 429 or code in ("ratelimited", "rate_limited"):
        return Unanswered(NotSent("Slack asks to slow down", _seconds(answer.headers)))
    if code in MOVING:
        return Unanswered(NotSent("Slack is moving the workspace just now"))
    if answer.status_code >= 500 or code in PERHAPS_DONE or not code:
        return Unanswered(Unknown(f"Slack answered {answer.status_code} {code}".strip()))
    return Refused(code, data)


async def respond(client: AsyncWebClient, url: str, message: Mapping[str, Any]) -> None:
    """Post to the response URL of a slash command or a press, to whoever typed or pressed alone. It needs no membership
    in the channel, and takes five messages within half an hour. Raises Refused or Unanswered, as `call` does."""
    hook = AsyncWebhookClient(url, timeout=CALL_SECONDS, session=client.session, retry_handlers=[])
    body = {**message, "response_type": "ephemeral", "replace_original": False}
    try:
        async with asyncio.timeout(CALL_SECONDS):
            answer = await hook.send_dict(body)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise Unanswered(NotSent(OUT_OF_REACH)) from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise Unanswered(Unknown(NO_ANSWER)) from None
    if answer.status_code == 429:
        raise Unanswered(NotSent("Slack asks to slow down", _seconds(answer.headers)))
    if answer.status_code >= 500:
        raise Unanswered(Unknown(f"Slack answered {answer.status_code}"))
    if answer.status_code != OK:
        raise Refused(_hook_error(answer.body), {})


def _hook_error(body: str) -> str:
    """The error code in the answer of a response URL, which is JSON or the plain code."""
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body.strip() or "unknown_error"


def _seconds(headers: Mapping[str, Any]) -> float:
    """The Retry-After header in seconds, in whatever case its name is written; 30 where it is missing or no number."""
    found = {name.lower(): value for name, value in headers.items()}.get("retry-after")
    value = found[0] if isinstance(found, list) else found
    try:
        return float(value) if value is not None else 30.0
    except ValueError:
        return 30.0


def permanent(error: str) -> Permanent:
    """A refusal that will not change: of the channel, or of this one message."""
    if error in CHANNEL_ENDED:
        return Permanent(CHANNEL_ENDED[error])
    return Permanent(f"Slack refuses the message: {error}", message_only=True)


async def upload(client: AsyncWebClient, data: bytes, name: str, words: str) -> str:
    """Give Slack a file that only messages of ours show; its id. `words` tell of it. Raises as `call` does."""
    place = await call(client.files_getUploadURLExternal(filename=name, length=len(data), alt_txt=words))
    try:
        async with asyncio.timeout(CALL_SECONDS), aiohttp.request("POST", place["upload_url"], data=data) as answer:
            if answer.status != OK:
                raise Unanswered(NotSent(f"the upload answered {answer.status}"))
    except (aiohttp.ClientError, TimeoutError):
        raise Unanswered(NotSent("the upload failed")) from None
    await call(client.files_completeUploadExternal(files=[{"id": str(place["file_id"]), "title": name}]))
    return str(place["file_id"])


async def pages(ask: Callable[[str | None], Awaitable[Answer]], key: str) -> AsyncIterator[Mapping[str, Any]]:
    """The items of a list that comes in pages, under `key`; `ask` requests one page and is given its cursor (None: the
    first). Raises as `call` does."""
    cursor: str | None = None
    for _ in range(PAGES):
        answer = await call(ask(cursor))
        for each in answer.get(key) or ():
            yield each
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return
    raise Unanswered(Unknown("the list is longer than can be looked through"))


def client(token: str, base_url: str | None, session: aiohttp.ClientSession) -> AsyncWebClient:
    """The library's client, which never repeats a call by itself: a message could be posted twice."""
    address = base_url or AsyncWebClient.BASE_URL
    return AsyncWebClient(token, base_url=address, session=session, timeout=CALL_SECONDS, retry_handlers=[])
