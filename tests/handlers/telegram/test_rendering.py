"""Messages as Telegram's text, entities and keyboards: values, checked by the rules that Telegram refuses by."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from telegram import MessageEntity

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
    text,
)
from handlers.telegram.formatting import HARMLESS_AT, cut, inert, units
from handlers.telegram.keyboards import step, step_rows
from handlers.telegram.rendering import MAX_CAPTION, MAX_TEXT, Payload, fits, payload, toast
from tests.handlers.test_contract import CARDS, MESSAGES, QUOTES
from tests.servers.telegram_rules import check_keyboard, formatted, piece

ODD = st.text(st.characters(codec="utf-8"), max_size=300)
LINKS = st.sampled_from(
    (None, "https://a.example/x#:~:text=y", "http://localhost/x", "javascript:x", "https://[bad", "ftp://a.b")
)
RUNS = st.lists(st.builds(Run, ODD, st.booleans(), LINKS), min_size=1, max_size=4).map(tuple)
ANYTHING: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, ODD),
    st.builds(Paragraph, RUNS, st.booleans()),
    st.builds(Bullets, st.lists(RUNS, min_size=1, max_size=4).map(tuple)),
    st.builds(Quote, ODD.filter(bool), st.just((0, 1)), ODD, LINKS, st.none() | ODD),
    st.builds(Picture, st.sampled_from((b"", b"\x89PNG")), ODD),
    CARDS,
    QUOTES,
)
WILD = st.builds(Message, st.lists(ANYTHING, min_size=1, max_size=12).map(tuple), ODD)


def checked(said: Payload) -> str:
    """The text as Telegram would keep it, if it takes it."""
    most = MAX_CAPTION if said.picture else MAX_TEXT
    kept, _ = formatted(said.text, [each.to_dict() for each in said.entities], most, "too long")
    check_keyboard(said.keyboard.to_dict() if said.keyboard else None)
    return kept


@given(WILD)
def test_whatever_an_article_says_telegram_takes_it(message: Message) -> None:
    """Entities lie within the text, nest as they may, begin and end at characters; no limit is exceeded."""
    said = payload(message)
    assume(said.text.strip())
    assert checked(said) == said.text
    assert len(said.entities) <= 100


def test_an_at_calls_nobody_though_its_name_stands_in_the_next_part() -> None:
    """Where the anchor or another run begins between the two."""
    quote = Quote("ask @anna or me@home.example", (5, 9), "Gazette @desk", None)
    said = payload(Message((quote, Paragraph((Run("@"), Run("ben", strong=True)))), "…"))
    mail = f"me{HARMLESS_AT}home.\u2060example"
    assert said.text == f"“ask {HARMLESS_AT}anna or {mail}”\nGazette {HARMLESS_AT}desk\n{HARMLESS_AT}ben"
    bold = [entity for entity in said.entities if entity.type == "bold"]
    assert [said.text[each.offset : each.offset + each.length].strip("\u2060") for each in bold] == ["anna", "ben"]


@given(MESSAGES)
def test_nothing_is_lost(message: Message) -> None:
    """Every word of a message that fits stands in its text, in order."""
    assume(fits(message.blocks))
    shown = payload(message).text
    at = 0
    for words in spoken(message):
        found = shown.find(inert(words).strip(), at)
        assert found >= 0, words
        at = found


def spoken(message: Message) -> list[str]:
    """The words a reader must find."""
    said: list[str] = []
    for block in message.blocks:
        match block:
            case Heading(text=words):
                said.append(words)
            case Paragraph(runs=runs):
                said.append("".join(run.text for run in runs))
            case Bullets(items=items):
                said += ["".join(run.text for run in item) for item in items]
            case Quote():
                said += [block.text, block.source]
            case Card():
                said += [block.title, *block.tags, block.voices, block.delta, block.analysis]
                said += [block.quote.text, block.quote.source] if block.quote else []
    return said


@given(ODD, st.integers(1, 60))
def test_cutting_counts_as_telegram_does(words: str, most: int) -> None:
    """At most so many UTF-16 code units, no character in two, and an ellipsis where something is missing."""
    short = cut(words, most)
    assert units(short) <= most
    assert short == words or (short.endswith("…") and words.startswith(short[:-1]))
    assert units(words) == len(words.encode("utf-16-le")) // 2


def test_a_quotation_has_its_anchor_in_bold_behind_wide_characters() -> None:
    """Offsets count UTF-16 code units: a character beyond the basic plane counts two."""
    quote = Quote("😀 chips fell 😀 by a third", (2, 7), "Times 😀", "https://a.example/x")
    said = payload(Message((Heading("😀😀"), quote), ""))
    shown = {each.type: piece(said.text, each.offset, each.length) for each in said.entities[1:]}
    assert shown == {
        "blockquote": "“😀 chips fell 😀 by a third”\nTimes 😀 ↗",
        "bold": "chips",
        "text_link": "Times 😀 ↗",
    }


def test_a_command_of_ours_can_be_tapped() -> None:
    """It begins with a slash that stays alive; what an article says after one does not."""
    said = payload(Message((Paragraph((Run("mute X", strong=True, command=True), Run(": hides /X"))),), ""))
    assert said.text == "/mute X: hides /\u2060X"


def test_nobody_is_called_by_an_article() -> None:
    """A name after an @ in somebody's words notifies nobody."""
    said = payload(text("Write to @admin, or ann@example.org"))
    assert said.text.startswith("Write to @\u2060admin, or ")


LIVE = re.compile(
    r"(?<!\w)@\w{3,}|(?<![\w/])/\w+|(?<!\w)[#＃]\w*[^\W\d]\w*|(?<![\w$])\$[A-Z]{1,8}(?!\w)"
    r"|\w+://\S|\w\.[^\W\d_]{2,}(?!\w)|\w@\w+|(?<!\d)(?:\d{1,3}\.){3}\d{1,3}(?!\d)"
)
"""What Telegram turns into a mention, a command, a hashtag, a cashtag or a link by itself, and a little more."""


@pytest.mark.parametrize(
    "words",
    [
        "/stop", "Say /mute AI", "(/start@bellwether_bot)", "#breaking", "＃速報", "buy $MU now", "@channel", "@all",
        "see http://evil.example/x", "ftp://evil.example", "evil.example/login", "www.evil.example", "t.me/joinchat",
        "mail ann.bee@mail.evil.example", "tg://resolve?domain=x", "at 127.0.0.1:8080", "https://evil.example#/stop",
    ],
)  # fmt: skip
def test_nothing_an_article_says_is_live(words: str) -> None:
    """No command, hashtag, cashtag, address or mention, wherever the words stand; and they look the same."""
    assert LIVE.search(words)
    quote = Quote(words, (0, len(words)), words, None)
    shown = Card(7, 1, words, 8, "", (words,), words, words, words, quote, ())
    said = payload(Message((Heading(words), Paragraph((Run(words),)), shown, Bullets(((Run(words),),))), "…"))
    assert not LIVE.search(said.text)
    assert said.text.replace("\u2060", "").count(words) == 10
    assert {each.type for each in said.entities} <= {"bold", "blockquote"}


def test_an_anchor_that_ends_within_an_address_keeps_its_place() -> None:
    """The invisible characters move with the words around them."""
    quote = Quote("see evil.example now", (4, 10), "Gazette", None)
    said = payload(Message((quote,), "…"))
    (bold,) = [each for each in said.entities if each.type == "bold"]
    assert piece(said.text, bold.offset, bold.length).replace("\u2060", "") == "evil.e"


def test_what_is_not_live_stays_as_it_is() -> None:
    """Prices, dates, fractions, abbreviations and the ends of sentences hold no invisible characters."""
    words = "It lost $62bn (3.5bn. The U.S. paid) on 27.3.2026, 1/2 of it and/or more: e.g. 1.234.567 kg. No. 5 won"
    assert inert(words) == words


def test_control_characters_and_reordering_marks_are_left_out() -> None:
    """Which would hide words or turn them round."""
    assert inert("a\x00b\u202ec\u2066d\te\nf") == "abcde\nf"


@pytest.mark.parametrize(("length", "kind"), [(200, "blockquote"), (2100, "expandable_blockquote")])
def test_quotations_of_a_long_answer_are_folded(length: int, kind: str) -> None:
    """In a short one they stand open."""
    said = payload(Message((Paragraph((Run("x" * length),)), Quote("word", (0, 4), "Times", None)), ""))
    assert said.entities[0].type == kind


def card(number: int | None, analysis: str = "It is so.", quote: Quote | None = None, id: int = 7) -> Card:
    actions = (
        Choice("Why?", f"why s{id}"),
        Choice("Evidence", f"evidence s{id}"),
        Choice("Mute …", f"mute from s{id}"),
    )
    return Card(id, number, "A title", 8, "↑", ("AI",), "1 article", "new", analysis, quote, actions)


def labels(*blocks: Block) -> list[list[str]]:
    shown = payload(Message(blocks, "")).keyboard
    return [[button.text for button in row] for row in shown.inline_keyboard] if shown else []


def test_the_keyboard() -> None:
    """A row a card, by its number, or its id where it has none; other buttons in rows one can read."""
    assert labels(card(1), card(2)) == [["Why 1", "Evidence 1", "Mute 1 …"], ["Why 2", "Evidence 2", "Mute 2 …"]]
    assert labels(card(None)) == [["Why?", "Evidence", "Mute …"]]
    assert labels(card(None), card(None, id=8))[1] == ["Why s8", "Evidence s8", "Mute s8 …"]
    assert labels(Choices(tuple(Choice(word, word) for word in ("a", "b", "c", "d")))) == [["a", "b", "c"], ["d"]]
    assert labels(Choices((Choice("x" * 90, "x"), Choice("y", "y")))) == [["x" * 63 + "…"], ["y"]]
    assert labels(Heading("none")) == []


def test_a_card_that_is_too_long_keeps_its_quote() -> None:
    """It gives up the end of its analysis."""
    long = card(1, "a sentence " * 500, Quote("what was said", (0, 4), "Times", None))
    said = payload(Message((long,), ""))
    assert units(said.text) <= MAX_TEXT
    assert "…\n“what was said”\nTimes" in said.text


def test_a_block_longer_than_a_message_ends_in_an_ellipsis() -> None:
    """There is no other way to say it in one message."""
    said = payload(Message((Heading("😀" * 5000),), ""))
    assert said.text.endswith("😀…")
    assert units(said.text) <= MAX_TEXT
    [bold] = said.entities
    assert piece(said.text, bold.offset, bold.length) == said.text[:-1]


@pytest.mark.parametrize("strong", range(MAX_TEXT - 12, MAX_TEXT + 8))
def test_no_mark_lies_beyond_a_cut_text(strong: int) -> None:
    """Of a block that is cut, what is bold behind the cut leaves no mark, and what reaches over it ends with it."""
    runs = (Run("x" * strong), Run("bold one", strong=True), Run(" and "), Run("y" * 99, strong=True))
    said = payload(Message((Paragraph(runs),), ""))
    assert units(said.text) <= MAX_TEXT
    assert said.text.endswith("…")
    ends = [entity.offset + entity.length for entity in said.entities]
    assert all(end < units(said.text) for end in ends)
    assert all(entity.length > 0 for entity in said.entities)
    assert len(ends) == (strong < MAX_TEXT - 1)


def test_splitting_is_exact() -> None:
    """A message of the greatest length is one; a letter more, and it is two, each card whole."""
    assert fits([Heading("x" * MAX_TEXT)])
    assert not fits([Heading("x" * (MAX_TEXT + 1))])
    half = Paragraph((Run("x" * (MAX_TEXT // 2)),))
    assert not fits([half, half])
    assert not fits([card(each) for each in range(1, 35)])


def test_no_more_than_a_hundred_styles() -> None:
    """Telegram ignores the styles after the hundredth: a message has no more, and what has is cut."""

    def styled(many: int) -> list[Paragraph]:
        return [Paragraph(tuple(Run("x", strong=number % 2 == 0) for number in range(2 * many - 1)))]

    assert fits(styled(100))
    assert not fits(styled(101))
    assert len(payload(Message(tuple(styled(101)), "")).entities) == 100


def test_entities_are_in_order() -> None:
    """Those that hold others come first."""
    said = payload(Message((card(1, quote=Quote("what was said", (0, 4), "Times", "https://a.example/")),), ""))
    starts = [(each.offset, -each.length) for each in said.entities]
    assert all(a <= b for a, b in pairwise(starts))
    assert {each.type for each in said.entities} == {
        MessageEntity.BOLD, MessageEntity.BLOCKQUOTE, MessageEntity.TEXT_LINK,
    }  # fmt: skip


# --- forms -----------------------------------------------------------------------------------------------------------

FORM = Form(
    "Mute",
    (
        FormField("what", "What", (("AI (topic)", "s7.t0"), ("this signal", "s7"))),
        FormField("long", "How long", (("a day", "1d"), ("for good", "for good"))),
    ),
    "mute {what} {long}",
    "Mute",
)


def test_a_form_is_filled_step_by_step() -> None:
    """First what, then how long, with a way back and out; then it is a command."""
    assert labels(FORM) == [["AI (topic)", "this signal"], ["Cancel"]]
    second = step(FORM, "+1")
    assert isinstance(second, tuple)
    assert [[(each.label, each.command) for each in row] for row in second] == [
        [("a day", "+1.0"), ("for good", "+1.1")],
        [("‹ Back", "+"), ("Cancel", "+x")],
    ]
    assert step(FORM, "+1.1") == "mute s7 for good"
    assert step(FORM, "+0.0") == "mute s7.t0 1d"
    assert step(FORM, "+") == tuple(step_rows(FORM, ()))


@pytest.mark.parametrize("data", ["+9", "+0.9", "+0.0.0", "+x", "+-1", "mute", "+0."])
def test_a_step_that_fits_no_more(data: str) -> None:
    """A button of another form leads nowhere."""
    assert step(FORM, data) is None


def test_what_is_shown_over_the_chat() -> None:
    """A few words; nothing with buttons, and nothing that would be cut."""
    assert toast(text("Noted.")) == "Noted."
    assert toast(text("x" * 201)) is None
    assert toast(Message((Heading("a"), Choices((Choice("b", "b"),))), "")) is None


def test_a_card_leads_to_its_page() -> None:
    """In its last line, where the archive has an address."""
    said = payload(Message((replace(card(1), link="https://signals.example/s/7"),), ""))
    assert said.text.endswith("\nOpen ↗")
    assert [each.url for each in said.entities if each.url] == ["https://signals.example/s/7"]
    assert "Open" not in payload(Message((card(1),), "")).text
