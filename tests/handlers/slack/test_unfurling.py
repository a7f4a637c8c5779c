"""Links to our pages in Slack: what they lead to is shown as a work object, to members, where there are pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given, settings
from slack_sdk.models import metadata

from bot.briefing.views.web_links import signal_address
from bot.model.messages import Card
from handlers.slack.entities import entity, signal_id
from tests.handlers.bot import Bot
from tests.handlers.slack.conftest import Open
from tests.handlers.test_contract import CARDS
from tests.servers import slack_rules
from tests.servers.slack import Refused, Slack

PAGES = "https://signals.example/archive"
LINK = f"{PAGES}/s/41"


@pytest.fixture
async def bot(opened: Open, slack: Slack) -> AsyncIterator[Bot]:
    """Whose pages are behind a token: what is shown is taken from the store, and nothing is fetched."""
    slack.domains = ("signals.example",)
    async with opened(web={"address": PAGES, "token": "sesame"}) as running_bot:
        await running_bot.at_rest()
        yield running_bot


def shown(slack: Slack) -> list[dict[str, Any]]:
    return [each for found in slack.unfurled.values() for each in found]


def fields(shown_entity: dict[str, Any]) -> dict[str, str]:
    return {each["key"]: each["value"] for each in shown_entity["entity_payload"]["custom_fields"]}


async def test_a_link_shows_the_signal(slack: Slack, bot: Bot) -> None:
    """Under the message, with its title, strength, analysis and quote; where the bot is, and where it is not."""
    for channel in ("signals", "news"):
        slack.unfurled.clear()
        await slack.says("anna", channel, f"look at {LINK}?from=mail#strength")
        (found,) = await slack.until(lambda: shown(slack))
        stored = await bot.store.signals.get(41)
        assert stored
        assert found["entity_payload"]["attributes"]["title"]["text"] == stored.title
        assert found["url"] == LINK
        assert found["app_unfurl_url"] == f"{LINK}?from=mail#strength"
        assert fields(found)["strength"].startswith(f"{stored.strength.total} of 10")
        assert fields(found)["quote"].startswith("“")


async def test_who_clicks_it_sees_its_details(slack: Slack, bot: Bot) -> None:
    """As it stands now; of one that is no more it is said that it is not found."""
    await slack.says("anna", "signals", LINK)
    (found,) = await slack.until(lambda: shown(slack))
    await slack.opens_entity("ben", found)
    (details,) = await slack.until(lambda: slack.details)
    assert "app_unfurl_url" not in details
    assert fields(details) == fields(found)
    await slack.opens_entity("ben", {**found, "external_ref": {"id": "s999", "type": "signal"}})
    await slack.until(lambda: len(slack.details) == 2)
    assert slack.details[1] == {"status": "not_found"}


async def test_only_pages_of_signals_are_shown(slack: Slack, bot: Bot) -> None:
    """No other page of ours, none of another site, and no signal that there never was."""
    await slack.says("anna", "signals", f"{PAGES}/browse {PAGES}/s/999 https://signals.example/s/41 {PAGES}/s/41/x")
    await slack.says("anna", "signals", LINK)
    await slack.until(lambda: shown(slack))
    assert len(slack.called("chat.unfurl")) == 1


async def test_people_of_other_workspaces_are_shown_nothing(slack: Slack, bot: Bot) -> None:
    """As nothing is answered to them."""
    slack.room("signals").members.add(slack.person("stranger").id)
    await slack.says("stranger", "signals", LINK)
    await slack.says("anna", "signals", f"{PAGES}/s/42")
    await slack.until(lambda: shown(slack))
    assert [each["url"] for each in shown(slack)] == [f"{PAGES}/s/42"]


async def test_without_pages_nothing_is_shown(slack: Slack, opened: Open) -> None:
    """There is no address that could be ours."""
    slack.domains = ("signals.example",)
    async with opened() as bot:
        sent = await slack.says("anna", "signals", LINK)
        await sent.acked()
        await bot.at_rest()
        assert not slack.called("chat.unfurl")


async def test_what_slack_refuses_disturbs_nothing(slack: Slack, bot: Bot) -> None:
    """A preview is an ornament: nobody is told that there is none, and the next one comes."""
    slack.script("chat.unfurl", Refused("cannot_unfurl_url"))
    await slack.says("anna", "signals", LINK)
    await slack.until(lambda: slack.called("chat.unfurl"))
    await slack.says("anna", "signals", f"{PAGES}/s/42")
    await slack.until(lambda: shown(slack))
    assert not slack.unacked


@given(CARDS)
@settings(max_examples=50, deadline=None)
def test_every_card_can_be_shown(card: Card) -> None:
    """As Slack takes it, by the rules of the tests' Slack and by the names in its own library."""
    made = entity(card, signal_address(PAGES, card.signal_id), LINK)
    assert slack_rules.wrong_entity(made) is None
    assert made["entity_type"] in metadata.EntityType
    assert set(made) <= metadata.EntityMetadata.attributes
    assert set(made["entity_payload"]) <= metadata.EntityPayload.attributes
    assert set(made["entity_payload"]["attributes"]) <= metadata.EntityAttributes.attributes
    for field in made["entity_payload"]["custom_fields"]:
        assert set(field) <= metadata.EntityCustomField.attributes
        assert field["type"] in metadata.CustomFieldType
    assert signal_id(made["external_ref"]) == card.signal_id


@pytest.mark.parametrize(
    "reference", [None, "s1", {}, {"id": None}, {"id": "sX"}, {"id": "s" + "9" * 30}, {"id": "s١"}]
)
def test_a_reference_that_is_none_of_ours_is_none(reference: Any) -> None:
    """Whatever Slack sends."""
    assert signal_id(reference) is None
