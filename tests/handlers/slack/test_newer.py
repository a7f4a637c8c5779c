"""Slack's newer blocks: what is shown with them, and that nothing is lost where a workspace does not have them."""

from __future__ import annotations

import json
from bisect import bisect_left
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from bot.model.messages import Bullets, Card, Choice, Choices, Message, Paragraph, Picture, Quote, Run, split
from handlers.slack.abilities import BLOCKS, Feature
from handlers.slack.blocks import fits, payload, rendered
from handlers.slack.newer import at_fault, wanted
from tests.handlers.bot import Bot
from tests.handlers.test_contract import MESSAGES
from tests.servers.slack import Message as Said
from tests.servers.slack import Refused, Slack
from tests.servers.slack_rules import rings, wrong_message
from tests.servers.slack_world import words_of

QUOTE = Quote("The port handles 14 per cent of the country’s trade", (0, 8), "Asahi Ledger", "https://a.example/port")
CARD = Card(
    42,
    2,
    "Driverless cranes are closing the port as dockers strike",
    7,
    "↑",
    ("economic", "trade"),
    "2 articles",
    "new",
    "The cranes need no drivers.",
    QUOTE,
    (Choice("Why?", "why s42"), Choice("More …", "more s42")),
)
SUM = Bullets(
    (
        (Run("consequence 3 of 4", strong=True), Run(": a market changes")),
        (Run("evidence 2 of 2", strong=True), Run(": "), Run("figures", link="https://a.example/")),
    ),
    table=True,
)
DAYS = tuple((f"{day} March", day % 10) for day in range(1, 15))
CHART = Picture(b"png", "strength of s42 by day, 1 to 14 March: ▁▂▃, from 1 to 4", DAYS)


def kinds(made: list[dict[str, Any]]) -> list[str]:
    return [each["type"] for each in made]


def told(message: Said) -> list[str]:
    return kinds(message.blocks)


async def answer(slack: Slack, bot: Bot, said: str) -> Said:
    """What is answered to Ben in his direct messages."""
    await slack.says("ben", "@ben", said)
    await bot.at_rest()
    return slack.messages("@ben")[-1]


# --- how they look ---------------------------------------------------------------------------------------------------


def test_a_card_folds_under_its_title_and_strength() -> None:
    """Of several each is folded at first; a single one is open. What it holds is what it held before."""
    one, feedback = rendered([CARD], newer=BLOCKS)
    assert one["title"]["text"] == "2  Driverless cranes are closing the port as dockers strike"
    assert one["subtitle"]["text"] == "●●●●●●●○○○ 7↑ · economic · trade · 2 articles · new"
    assert (one["is_collapsible"], one["default_collapsed"]) == (True, False)
    assert one["child_blocks"] == rendered([CARD])[3:]
    several = rendered([CARD, replace(CARD, signal_id=43)], newer=BLOCKS)
    assert [each["default_collapsed"] for each in several if each["type"] == "container"] == [True, True]
    (buttons,) = feedback["elements"]
    assert (buttons["positive_button"]["value"], buttons["negative_button"]["value"]) == ("useful s42", "useless s42")


def test_a_title_too_long_for_its_place_is_inside_too() -> None:
    """Cut above, whole below."""
    card = replace(CARD, title="word " * 40, tags=("topic " * 30,))
    container, _ = rendered([card], newer=BLOCKS)
    assert container["title"]["text"].endswith("…")
    inside = words_of(container["child_blocks"])
    assert inside[0].strip() == f"2  {card.title.strip()}"
    assert "topic " * 29 in inside[1]
    assert wrong_message("x", [container]) is None


def test_a_sum_is_a_table() -> None:
    """A row a part, with its links; without a colon between the columns."""
    (table,) = rendered([SUM], newer=BLOCKS)
    assert words_of([table]) == ["Part | Why", "consequence 3 of 4 | a market changes", "evidence 2 of 2 | figures"]
    assert kinds(rendered([SUM])) == ["rich_text"]


def test_a_chart_is_drawn_by_slack() -> None:
    """Up to twenty days, each with its name; a longer one, or one whose days cannot be told apart, is a picture."""
    (chart,) = rendered([CHART], newer=BLOCKS)
    assert chart["title"] == "Strength of s42 by day"
    assert [each["value"] for each in chart["chart"]["series"][0]["data"]] == [value for _, value in DAYS]
    for series in ((), tuple((f"{day}", 1) for day in range(21)), (("Monday", 1), ("Monday", 2))):
        picture = replace(CHART, series=series)
        assert kinds(rendered([picture], files={b"png": "F1"}, newer=BLOCKS)) == ["image"]
        assert wanted(Message((picture,), ""), BLOCKS) == frozenset()


def test_a_verdict_is_asked_once() -> None:
    """What the small buttons ask is not asked by large ones besides; about no signal nothing is asked."""
    row = Choices((Choice("Why?", "why s42"), Choice("Useful", "useful s42"), Choice("Useless", "useless s42")), 42)
    buttons, feedback = rendered([row], newer=BLOCKS)
    assert [each["value"] for each in buttons["elements"]] == ["why s42"]
    assert feedback["type"] == "context_actions"
    assert len(rendered([row])[0]["elements"]) == 3
    assert kinds(rendered([Choices((Choice("Help", "help"),))], newer=BLOCKS)) == ["actions"]


@settings(max_examples=60, deadline=None)
@given(MESSAGES)
def test_slack_takes_every_part_with_them(message: Message) -> None:
    """However long a message is, the parts it was cut into are taken, and ring nobody."""
    for part in split(message, fits):
        sent = payload(part, newer=BLOCKS)
        assert wrong_message(sent["text"], sent["blocks"] or None) is None
        assert not rings(sent["text"], sent["blocks"])


def test_what_is_too_long_with_them_is_sent_without() -> None:
    """A message that only just fits is not cut to plain text for their sake."""
    filled = [(Paragraph((Run("w" * length),)), replace(CARD, title="title " * 40)) for length in range(13_000)]
    message = Message(filled[bisect_left(filled, True, key=lambda blocks: not fits(blocks)) - 1], "long")
    assert "container" not in kinds(payload(message, newer=BLOCKS)["blocks"])
    assert payload(message, newer=BLOCKS) == payload(message)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("unsupported type: container [json-pointer:/blocks/0/type]", {Feature.CONTAINER}),
        ("must be less than 151 characters [json-pointer:/blocks/2/rows/0]", {Feature.TABLE}),
        ("failed to match all allowed schemas [json-pointer:/blocks/3]", set()),
        ("[json-pointer:/blocks/99]", set()),
        ("no reason", {Feature.CONTAINER, Feature.FEEDBACK, Feature.TABLE}),
    ],
)
def test_which_block_is_at_fault(said: str, found: set[Feature]) -> None:
    """The one that Slack points to."""
    blocks = rendered([CARD, SUM, Choices((Choice("Help", "help"),))], newer=BLOCKS)
    assert kinds(blocks) == ["container", "context_actions", "table", "actions"]
    assert at_fault({"response_metadata": {"messages": [f"[ERROR] {said}"]}}, blocks) == found
    assert at_fault({"errors": [said]}, blocks) == found


# --- in a workspace --------------------------------------------------------------------------------------------------


async def test_they_are_used(slack: Slack, bot: Bot) -> None:
    """A brief folds, its sum is a table, its chart is drawn without a file."""
    brief = next(each for each in slack.messages("signals") if "2 signals" in each.words)
    assert [kind for kind in told(brief) if kind in BLOCKS] == ["container", "context_actions"] * 2
    assert "Memory prices fell" in brief.words
    assert "table" in told(await answer(slack, bot, "strength s42"))
    assert "data_visualization" in told(await answer(slack, bot, "chart s42"))
    assert slack.files == {}


@pytest.mark.parametrize(
    ("lacking", "said", "instead"),
    [("table", "strength s42", "rich_text"), ("data_visualization", "chart s42", "image"),
     ("context_actions", "why s42", "actions")],
)  # fmt: skip
async def test_what_a_workspace_lacks_is_shown_as_ever(
    slack: Slack, bot: Bot, lacking: str, said: str, instead: str
) -> None:
    """Once refused it is not tried with the next message; the others are kept; nothing is doubled."""
    slack.lacking.add(lacking)
    for number in (1, 2):
        shown = await answer(slack, bot, said)
        assert lacking not in told(shown)
        assert instead in told(shown)
        assert len(slack.messages("@ben")) == number
    sent = [each.params for each in slack.called("chat.postMessage") if each.params["channel"] == slack.room("@ben").id]
    tried = [each for each in sent if f'"type": "{lacking}"' in json.dumps(each["blocks"])]
    assert len(tried) == 1
    kept = {"table": "context_actions", "data_visualization": "context_actions", "context_actions": "actions"}[lacking]
    assert kept in told(shown)


async def test_a_workspace_without_folding_cards(slack: Slack, bot: Bot) -> None:
    """A brief is as it was; what is not to blame is kept."""
    slack.lacking.add("container")
    await bot.tells(slack.room("board").id)
    brief = slack.messages("board")[-1]
    assert "container" not in told(brief)
    assert told(brief).count("context_actions") == 2
    assert "Memory prices fell" in brief.words


async def test_a_refusal_that_names_no_block(slack: Slack, bot: Bot) -> None:
    """All newer ones are left then."""
    slack.script("chat.postMessage", Refused("invalid_blocks"))
    shown = await answer(slack, bot, "strength s42")
    assert not {"table", "context_actions"} & set(told(shown))
    assert "3 of 4" in shown.words


@pytest.mark.parametrize(
    "fault",
    [
        Refused("msg_blocks_too_long"),
        Refused("invalid_blocks", {"errors": ["must be a valid URL [json-pointer:/blocks/0/elements]"]}),
    ],
)
async def test_a_refusal_they_are_not_to_blame_for(slack: Slack, bot: Bot, fault: Refused) -> None:
    """The message is sent without them, and the next one with them."""
    slack.script("chat.postMessage", fault)
    assert "table" not in told(await answer(slack, bot, "strength s42"))
    assert "table" in told(await answer(slack, bot, "strength s41"))


async def test_a_response_url_that_does_not_take_them(slack: Slack, bot: Bot) -> None:
    """What is said in channels is none of its affair; nothing is doubled."""
    slack.script("response_url", Refused("invalid_blocks"))
    await slack.slash("ben", "signals", "strength s42")
    await bot.at_rest()
    (whispered,) = slack.ephemerals("ben", "signals")
    assert "table" not in told(whispered)
    assert "7 = 3 consequence" in whispered.words
    assert "table" in told(await answer(slack, bot, "strength s42"))


async def test_a_verdict_is_given_by_a_small_button(slack: Slack, bot: Bot) -> None:
    """Under a card of the brief and under an answer; whoever pressed is told, alone."""
    brief = next(each for each in slack.messages("signals") if "2 signals" in each.words)
    await slack.rates("ben", brief, good=True, nth=1)
    await bot.at_rest()
    assert "was useful to you. So far 1 found it useful, 0 useless." in slack.ephemerals("ben", "signals")[-1].words
    await slack.says("anna", "signals", "why 2", thread=brief)
    await bot.at_rest()
    await slack.rates("anna", slack.messages("signals", thread=brief)[-1], good=False)
    await bot.at_rest()
    assert "So far 1 found it useful, 1 useless." in slack.ephemerals("anna", "signals")[-1].words
    assert await bot.store.channels.verdicts(42) == (1, 1)
