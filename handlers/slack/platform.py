"""Opens Slack as a platform: tries the tokens, connects by Socket Mode; and checks both for `doctor`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.errors import PlatformError, PlatformUnreachable
from bot.model.messages import Message, split
from bot.model.ports import Inbox
from bot.model.run import Diagnosis
from bot.model.settings import Settings
from handlers.slack import web
from handlers.slack.blocks import fits
from handlers.slack.events import NAME, Me
from handlers.slack.session import APP_PAGE
from handlers.slack.web import Refused, Unanswered, call
from handlers.slack.workspace import Workspace

SCOPES = (
    "app_mentions:read", "assistant:write", "channels:history", "channels:join", "channels:read", "chat:write",
    "commands", "files:write", "groups:history", "groups:read", "im:history", "im:write", "links:read", "links:write",
    "mpim:history", "mpim:read", "users:read",
)  # fmt: skip
"""The bot scopes of seeds/slack-manifest.yaml."""
FOR_LINKS = frozenset(("links:read", "links:write"))
"""Those without which only links to our pages stay plain; needed where the pages have an address."""
FOR_PROMPTS = frozenset(("assistant:write",))
"""What an app that was made before Slack had agents goes on without: no questions are suggested."""
CONNECT_SECONDS = 20.0
CLOSE_SECONDS = 3.0
AMENDS = Workspace.amends
"""Whether what was said there can be changed afterwards, whichever process has said it."""


def cut(message: Message) -> tuple[Message, ...]:
    """Parts that each fit into one message of Slack, whichever process sends them."""
    return split(message, fits)


# --- opening -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def open_platform(settings: Settings, inbox: Inbox) -> AsyncIterator[Workspace]:
    """The workspace of the tokens, connected; PlatformError, a sentence to show a person, where they cannot be used,
    and PlatformUnreachable where Slack cannot be reached."""
    bot_token, app_token = _tokens(settings)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=web.CALL_SECONDS)) as session:
        client = web.client(bot_token, settings.slack_api_url, session)
        me = await _identity(client)
        await _socket_allowed(client, app_token)
        platform: Workspace

        async def receive(request: AsyncBoltRequest) -> BoltResponse:
            return await platform.receive(request.body)

        # Without a name the library makes one from the source lines of the whole call stack, which it reads for that.
        app = AsyncApp(name="bellwether", client=client, before_authorize=receive)
        platform = Workspace(settings, inbox, app.client, me)
        async with _listening(app, app_token, platform):
            await platform.load()
            try:
                yield platform
            finally:
                await platform.close()


def _tokens(settings: Settings) -> tuple[str, str]:
    bot, app = settings.slack_bot_token, settings.slack_app_token
    if bot is None or app is None:
        lacking = "SLACK_BOT_TOKEN" if bot is None else "SLACK_APP_TOKEN"
        raise PlatformError(f"Slack needs two tokens, and {lacking} is not set: set both, or neither.", platform=NAME)
    return bot.get_secret_value(), app.get_secret_value()


async def _identity(client: Any) -> Me:
    """Who the bot is; PlatformError where its token is refused, PlatformUnreachable where nothing usable answers."""
    try:
        answer = await call(client.auth_test())
    except Refused as refused:
        raise PlatformError(_token_words("SLACK_BOT_TOKEN", "xoxb-", refused.error), platform=NAME) from None
    except Unanswered as unanswered:
        raise PlatformUnreachable(str(unanswered), platform=NAME) from None
    return Me(
        user=str(answer["user_id"]),
        bot=str(answer.get("bot_id") or ""),
        team=str(answer["team_id"]),
        workspace=str(answer.get("team") or ""),
        enterprise=answer.get("enterprise_id"),
    )


async def _socket_allowed(client: Any, app_token: str) -> None:
    """PlatformError where the app-level token opens no connection by Socket Mode; PlatformUnreachable as above."""
    try:
        await call(client.apps_connections_open(app_token=app_token))
    except Refused as refused:
        raise PlatformError(_token_words("SLACK_APP_TOKEN", "xapp-", refused.error), platform=NAME) from None
    except Unanswered as unanswered:
        raise PlatformUnreachable(str(unanswered), platform=NAME) from None


def _token_words(variable: str, prefix: str, error: str) -> str:
    if error in ("forbidden_access_type", "socket_mode_disabled", "not_allowed"):
        return f"Slack refuses Socket Mode ({error}): turn it on under Socket Mode at {APP_PAGE}."
    return (
        f"Slack does not take {variable} ({error}): it begins with {prefix} and is found at {APP_PAGE}; "
        "`bellwether doctor` checks it."
    )


@asynccontextmanager
async def _listening(app: AsyncApp, app_token: str, platform: Workspace) -> AsyncIterator[None]:
    """Connected by Socket Mode; the library renews the connection by itself."""
    handler = AsyncSocketModeHandler(app, app_token, web_client=app.client)
    renew = handler.client.issue_new_wss_url

    async def renewed() -> str:
        try:
            return await renew()
        except SlackApiError as error:
            if (code := error.response.get("error")) in web.TOKEN_ENDED:
                platform.end(str(code))
            raise

    handler.client.issue_new_wss_url = renewed  # type: ignore[method-assign] # the library would retry a revoked token for ever
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await handler.connect_async()
    except TimeoutError:
        await handler.close_async()
        raise PlatformUnreachable("Slack’s Socket Mode cannot be reached: is there a network?", platform=NAME) from None
    platform.hears_while(handler.client.is_connected)
    try:
        yield
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):  # the other side may not answer the closing handshake
                await handler.close_async()


# --- doctor --------------------------------------------------------------------------------------------------------


async def diagnose(settings: Settings) -> AsyncIterator[Diagnosis]:
    """Check the tokens, the scopes and Socket Mode."""
    try:
        bot_token, app_token = _tokens(settings)
    except PlatformError as error:
        yield Diagnosis("Slack", False, str(error).partition(":")[0], "set both, or neither")
        return
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=web.CALL_SECONDS)) as session:
        client = web.client(bot_token, settings.slack_api_url, session)
        try:
            for found in (*await _of_bot_token(client, settings.web.address), await _of_app_token(client, app_token)):
                yield found
        except Unanswered as unanswered:
            yield Diagnosis(
                "Slack",
                False,
                str(unanswered).removeprefix("Slack "),
                "the tokens were not tried; ask again once there is a network",
            )


async def _of_bot_token(client: AsyncWebClient, pages: str | None) -> tuple[Diagnosis, ...]:
    """What there is to say of the token and its scopes. Raises Unanswered."""
    try:
        answer = await call(client.auth_test())
    except Refused as refused:
        advice = f"copy it again from OAuth & Permissions at {APP_PAGE}"
        return (Diagnosis("Slack bot token", False, f"Slack does not take it ({refused.error})", advice),)
    found = Diagnosis("Slack bot token", True, f"{answer.get('user')} in {answer.get('team')}")
    return found, _of_scopes(answer.headers, FOR_PROMPTS | (FOR_LINKS if pages is None else frozenset()))


async def _of_app_token(client: AsyncWebClient, app_token: str) -> Diagnosis:
    """Whether the token opens Socket Mode. Raises Unanswered."""
    try:
        await call(client.apps_connections_open(app_token=app_token))
    except Refused as refused:
        advice = f"turn Socket Mode on, and make an app-level token with connections:write, at {APP_PAGE}"
        return Diagnosis("Slack app token", False, f"Slack does not take it ({refused.error})", advice)
    return Diagnosis("Slack app token", True, "Socket Mode can be used")


def _of_scopes(headers: Mapping[str, Any], spared: Collection[str]) -> Diagnosis:
    found = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes") or ""
    granted = {scope.strip() for scope in str(found).split(",")}
    missing = [scope for scope in SCOPES if scope not in granted and scope not in spared]
    if missing:
        advice = f"paste seeds/slack-manifest.yaml into App Manifest at {APP_PAGE} and install the app again"
        return Diagnosis("Slack scopes", False, f"missing: {', '.join(missing)}", advice)
    if not granted >= FOR_PROMPTS:
        return Diagnosis(
            "Slack scopes", True, "all that are needed; with assistant:write it could suggest questions, too"
        )
    return Diagnosis("Slack scopes", True, "all that are needed")
