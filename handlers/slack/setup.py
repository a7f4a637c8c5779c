"""Slack as `bellwether setup` asks for it, and a greeting that shows that the tokens and the channel work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model.messages import Message
from bot.model.settings import Settings
from bot.model.setup import PlatformSetup, Secret

if TYPE_CHECKING:  # loaded where Slack is configured
    from slack_sdk.web.async_client import AsyncWebClient

SETUP = PlatformSetup(
    name="slack",
    title="Slack",
    guide=(
        "At https://api.slack.com/apps choose Create New App, From a manifest, and paste seeds/slack-manifest.yaml.",
        "Basic Information, App-Level Tokens, Generate, with the scope connections:write: that is the xapp- token.",
        "Install App: the Bot User OAuth Token is the xoxb- token.",
    ),
    secrets=(
        Secret("SLACK_APP_TOKEN", "Slack’s app-level token", "xapp-"),
        Secret("SLACK_BOT_TOKEN", "Slack’s bot token", "xoxb-"),
    ),
    key="channels",
    place="In which channels does the brief come? (#signals; others with commas)",
)
UNKNOWN = "Slack knows no such channel that the bot is in or may join: write /invite @Bellwether there"


async def greet(settings: Settings, place: str, message: Message) -> str | None:
    """Say the message in the channel of that name or id, once; why it could not be said, None: it was."""
    import aiohttp

    from handlers.slack import web
    from handlers.slack.blocks import payload

    token = settings.slack_bot_token
    if token is None:
        return "SLACK_BOT_TOKEN is not set"
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=web.CALL_SECONDS)) as session:
        client = web.client(token.get_secret_value(), settings.slack_api_url, session)
        try:
            if (channel := await _channel(client, place)) is None:
                return UNKNOWN
            await web.call(client.chat_postMessage(channel=channel, **payload(message)))
        except web.Refused as refused:
            return UNKNOWN if refused.error in ("channel_not_found", "not_in_channel") else refused.error
        except web.Unanswered as unanswered:
            return str(unanswered)
    return None


async def _channel(client: AsyncWebClient, place: str) -> str | None:
    """The id of the channel, which is joined where the bot is no member; None: there is none. Raises as `web.call`."""
    from handlers.slack import web
    from handlers.slack.channels import all_channels, names_of

    wanted = place.removeprefix("#").lower()
    async for channel in all_channels(client):
        if wanted in names_of(channel):
            if not channel.get("is_member"):
                await web.call(client.conversations_join(channel=str(channel["id"])))
            return str(channel["id"])
    return None
