"""What Slack refuses in an app's manifest, of the parts that ours has; limits as in Slack's schema of manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.servers.slack_rules import boolean, like, listing, one_of, record, string

PROMPTS = 4
_BOT_SCOPES = listing(string(50), 1, 255)
_EVENTS = listing(string(50), 0, 100)

_PROMPT = record({"title": string(1000), "message": string(10_000)})
_AGENT = record({}, {"agent_description": string(300), "suggested_prompts": listing(_PROMPT, 0, PROMPTS)})
_SHORTCUT = record(
    {"name": string(24), "type": one_of("message", "global"), "callback_id": string(255), "description": string(150)}
)
_COMMAND = record(
    {"command": like(r"/[a-z0-9_-]{1,31}"), "description": string(2000)},
    {"usage_hint": string(1000), "should_escape": boolean},
)
_HOME = record(
    {},
    dict.fromkeys(("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"), boolean),
)
_FEATURES = record(
    {},
    {
        "agent_view": _AGENT,
        "app_home": _HOME,
        "bot_user": record({"display_name": string(80)}, {"always_online": boolean}),
        "shortcuts": listing(_SHORTCUT, 1, 10),
        "slash_commands": listing(_COMMAND, 1, 50),
        "unfurl_domains": listing(string(255), 0, 5),
    },
)
_SETTINGS = record(
    {},
    {
        "event_subscriptions": record({}, {"bot_events": _EVENTS}),
        "interactivity": record({"is_enabled": boolean}),
        "org_deploy_enabled": boolean,
        "socket_mode_enabled": boolean,
        "token_rotation_enabled": boolean,
    },
)
_DISPLAY = record(
    {"name": string(35)},
    {
        "description": string(140),
        "background_color": like(r"#(?:[0-9a-fA-F]{3}){1,2}"),
        "long_description": string(4000),
    },
)
_MANIFEST = record(
    {"display_information": _DISPLAY},
    {
        "features": _FEATURES,
        "oauth_config": record({}, {"scopes": record({}, {"bot": _BOT_SCOPES})}),
        "settings": _SETTINGS,
    },
)


def wrong_manifest(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """What Slack would not take in the manifest, or would leave without effect."""
    return (*_MANIFEST(manifest, ""), *_contradictions(manifest))


def _contradictions(manifest: Mapping[str, Any]) -> Iterator[str]:
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    events = settings.get("event_subscriptions", {}).get("bot_events", ())
    scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ())
    if len(set(events)) < len(events):
        yield "an event is named twice"
    if "agent_view" in features and "assistant:write" not in scopes:
        yield "an agent needs the scope assistant:write"
    if "app_context_changed" in events and "agent_view" not in features:
        yield "only an agent is told of app_context_changed"
    if features.get("shortcuts") and not settings.get("interactivity", {}).get("is_enabled"):
        yield "shortcuts need interactivity"
    names = [each["callback_id"] for each in features.get("shortcuts", ())]
    if len(set(names)) < len(names):
        yield "two shortcuts have one callback_id"
