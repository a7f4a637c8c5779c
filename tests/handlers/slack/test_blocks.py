"""Messages as Slack's blocks: how they look, that Slack takes them, and that nothing in them is markup."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.messages import (
    Block,
    Bullets,
    Card,
    Choice,
    Choices,
    Form,
    FormField,
    Heading,
    Message,
    Paragraph,
    Picture,
    Quote,
    Run,
    split,
)
from handlers.slack.blocks import filled, fits, modal, payload, rendered, without_blocks
from handlers.slack.elements import address, escaped
from tests.handlers.test_contract import MESSAGES
from tests.servers.slack_rules import rings, wrong_message, wrong_view

QUOTE = Quote(
    "If models can run with materially lower memory requirements, the cost of serving each query drops",
    (23, 59),
    "Financial Times",
    "https://ft.example/chips#:~:text=If%20models",
)
CARD = Card(
    42,
    1,
    "AI efficiency is collapsing the memory shortage premium",
    8,
    "↑",
    ("economic", "AI", "US"),
    "1 article",
    "new",
    "Market repricing reveals it.",
    QUOTE,
    (Choice("Why?", "why s42"), Choice("Evidence", "evidence s42"), Choice("Mute …", "mute from s42")),
)
FORM = Form(
    "Mute something of s42",
    (
        FormField("what", "What to mute", (("AI (topic)", "s42.t1"), ("Micron (actor)", "s42.a1"))),
        FormField("long", "For how long", (("a day", "1d"), ("for good", "for good")), "1d"),
    ),
    "mute {what} {long}",
    "Mute",
)


def test_a_card_looks_like_the_design() -> None:
    """Title in bold, dots and facts in small print, analysis, the quote with its anchor in bold and its link."""
    divider, title, facts, body, buttons = rendered([CARD])
    assert divider == {"type": "divider"}
    assert title["elements"][0]["elements"] == [
        {
            "type": "text",
            "text": "1  AI efficiency is collapsing the memory shortage premium",
            "style": {"bold": True},
        }
    ]
    assert facts["elements"][0]["text"] == "●●●●●●●●○○ 8↑ · economic · AI · US · 1 article · new"
    analysis, quote = body["elements"]
    assert analysis["elements"][0]["text"] == "Market repricing reveals it."
    assert quote["type"] == "rich_text_quote"
    assert quote["elements"] == [
        {"type": "text", "text": "“If models can run with "},
        {"type": "text", "text": "materially lower memory requirements", "style": {"bold": True}},
        {"type": "text", "text": ", the cost of serving each query drops”  "},
        {"type": "link", "url": "https://ft.example/chips#:~:text=If%20models", "text": "Financial Times ↗"},
    ]
    assert [(each["text"]["text"], each["value"]) for each in buttons["elements"]] == [
        ("Why?", "why s42"),
        ("Evidence", "evidence s42"),
        ("Mute …", "mute from s42"),
    ]


def test_everything_there_is_to_say_is_taken() -> None:
    """Every kind of block has a form that Slack takes."""
    message = Message(
        (
            Heading("h" * 200),
            Heading("The Bellwether"),
            Paragraph((Run("2 signals"),), quiet=True),
            Paragraph((Run("Anna", person="U0ANNA0001"), Run(": “why 2”")), quiet=True),
            Paragraph((Run("See "), Run("the page", link="https://a.example/", strong=True)), quiet=True),
            Paragraph((Run(""),)),
            Bullets(((Run("consequence 4", strong=True), Run(": a market")), (Run(""),))),
            QUOTE,
            Choices(tuple(Choice(f"Unmute {n}", f"unmute m{n}") for n in range(60))),
            FORM,
            CARD,
            replace(CARD, quote=None, analysis="", actions=(), number=None),
            Picture(b"", "strength over time"),
        ),
        "all",
    )
    sent = payload(message)
    assert wrong_message(sent["text"], sent["blocks"]) is None
    assert rings(sent["text"], sent["blocks"]) == ("@U0ANNA0001",)


@settings(max_examples=60, deadline=None)
@given(MESSAGES)
def test_slack_takes_every_part(message: Message) -> None:
    """However long a message is, each part it is cut into is one that Slack takes, and rings nobody."""
    for part in split(message, fits):
        sent = payload(part)
        assert wrong_message(sent["text"], sent["blocks"] or None) is None
        assert not rings(sent["text"], sent["blocks"])


HOSTILE = st.text(st.sampled_from("<>&!@#*_~`|:channel hereU0ANNA\u202e\x00\x1b\n"), max_size=40)


@settings(max_examples=60, deadline=None)
@given(HOSTILE)
def test_words_of_articles_are_words(words: str) -> None:
    """No markup, mention, broadcast or control character comes through, wherever an article's words stand."""
    quote = Quote(words or "x", (0, 1), words or "x", f"https://a.example/{words}")
    blocks: tuple[Block, ...] = (
        Heading(words),
        Paragraph((Run(words, strong=True), Run(words, link=words))),
        Paragraph((Run(words),), quiet=True),
        Bullets(((Run(words),),)),
        quote,
        Card(1, 1, words, 5, words, (words,), words, words, words, quote, (Choice(words, "why s1"),)),
        Picture(b"", words),
    )
    for sent in (payload(Message(blocks, words)), without_blocks(Message(blocks, words))):
        assert wrong_message(sent["text"], sent["blocks"] or None) is None
        assert not rings(sent["text"], sent["blocks"])
        assert not any(mark in sent["text"] for mark in "<>\x00\x1b\u202e")


def test_too_much_for_blocks_is_plain_text() -> None:
    """A paragraph longer than any message with blocks may be loses nothing."""
    words = "word " * 3000
    sent = payload(Message((Paragraph((Run(words),)),), "long"))
    assert sent["blocks"] == []
    assert len(sent["text"]) > 14_000


def test_the_mute_window() -> None:
    """What to mute must be picked; how long stands at a first choice; the command is filled from both."""
    view = modal(FORM, "{}")
    assert wrong_view(view, "modal") is None
    what, long = view["blocks"]
    assert "initial_option" not in what["element"]
    assert long["element"]["initial_option"]["value"] == "1d"
    assert filled(FORM.command, {"what": "s42.a1", "long": "for good"}) == "mute s42.a1 for good"
    assert filled(FORM.command, {"long": "1d"}) == "mute"


@pytest.mark.parametrize(
    ("link", "taken"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("https://a.example/x#:~:text=" + "y" * 4000, "https://a.example/x"),
        ("https://a.example/" + "y" * 4000, None),
        ("javascript:alert(1)", None),
        ("https://a.example/ x", "https://a.example/%20x"),
        (None, None),
    ],
)
def test_links(link: str | None, taken: str | None) -> None:
    """A text fragment that makes a link too long is left out; what is no address of the web is no link."""
    assert address(link) == taken


def test_escaping() -> None:
    """The three characters that matter to Slack's parser."""
    assert escaped("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


@pytest.mark.parametrize("words", ["<!channel>", "<@U123>", "http://evil.example/x", "ann@evil.example", "*bold* _it_"])
def test_nothing_an_article_says_is_live(words: str) -> None:
    """In blocks it is text, which Slack does not parse; where it does, no mark, mention or address is left."""
    card = replace(CARD, title=words, analysis=words, quote=replace(QUOTE, text=words, anchor=(0, len(words))))
    sent = payload(Message((Heading(words), Paragraph((Run(words),)), card), words))
    kinds = {each["type"] for each in elements(sent["blocks"])}
    assert not kinds & {"mrkdwn", "broadcast", "user", "usergroup", "channel"}
    links = [each["url"] for each in elements(sent["blocks"]) if each["type"] == "link"]
    assert all(link.startswith("https://ft.example/") for link in links)
    for parsed in (sent["text"], without_blocks(Message((Paragraph((Run(words),)),), words))["text"]):
        assert not re.search(r"<|://|\w@\w|\w\.[a-z]{2}", parsed)


def elements(value: Any) -> list[dict[str, Any]]:
    """Every object with a type in the blocks."""
    if isinstance(value, list):
        return [each for part in value for each in elements(part)]
    if not isinstance(value, dict):
        return []
    own = [value] if isinstance(value.get("type"), str) else []
    return own + [each for part in value.values() for each in elements(part)]


def test_a_card_leads_to_its_page() -> None:
    """Where the archive has an address; nothing else is changed by it."""
    linked = rendered([replace(CARD, link="https://signals.example/s/42")])
    assert linked[3]["elements"][-1]["elements"] == [
        {"type": "link", "url": "https://signals.example/s/42", "text": "Open ↗"}
    ]
    linked[3]["elements"].pop()
    assert linked == rendered([CARD])
