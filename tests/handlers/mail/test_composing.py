"""A mail as it goes over the wire: its headers, both of its texts, and nothing that an article could put into it."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.delivery import DeliveryState
from bot.model.messages import Block, Bullets, Card, Choice, Choices, Message, Paragraph, Picture, Quote, Run
from bot.model.outgoing import Delivery
from handlers.mail.composing import LONGEST_LINE, envelope
from handlers.mail.smtp import on_the_wire
from tests.clock import MORNING
from tests.handlers.test_contract import MESSAGES

ROOT = Path(__file__).resolve().parents[3]
BELL, ANNA, OLGA = "bell@bellwether.example", "anna@readers.example", "olga+bell@office.example"
QUOTE = Quote("Ports closed on Monday, all of them.", (0, 12), "Harbour Post", "https://h.example/1#:~:text=Ports")
LINE_ENDS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


def delivery(*blocks: Block, fallback: str = "The Bellwether: 1 signal") -> Delivery:
    message = Message(blocks or (Paragraph((Run("A word."),)),), fallback)
    return Delivery("d1", 1, "mail", ANNA, "brief:2026-03-27", 1, message, DeliveryState.SENDING, created=MORNING)


def raw(of: Delivery, sender: str = BELL) -> bytes:
    return envelope(of, sender, OLGA, MORNING).content


def parsed(of: Delivery) -> EmailMessage:
    found = message_from_bytes(raw(of), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def body(of: Delivery, kind: str) -> str:
    part = parsed(of).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_headers_say_what_it_is() -> None:
    """From whom, of which list, that no person wrote it, and how to stop it, without a promise that cannot be kept."""
    mail = parsed(delivery())
    assert mail["From"] == "The Bellwether <bell@bellwether.example>"
    assert mail["To"] == ANNA
    assert mail["Reply-To"] == OLGA
    assert mail["Message-ID"] == "<d1@bellwether.example>"
    assert mail["List-Id"] == "The Bellwether <bellwether.bellwether.example>"
    assert mail["List-Unsubscribe"] == "<mailto:olga+bell@office.example?subject=unsubscribe>"
    assert "List-Unsubscribe-Post" not in mail
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == MORNING
    assert mail["Subject"] == "The Bellwether: 1 signal"
    assert f"write to {OLGA}" in body(delivery(), "plain")
    assert f'<a href="mailto:{OLGA}">{OLGA}</a>' in body(delivery(), "html")


def test_a_long_address_stays_an_address() -> None:
    """In one line of each header, as it is, so that programs know it for one."""
    long = "bell@" + "a-long-name." * 12 + "example"
    content = raw(delivery(), sender=long)
    assert f"\r\nList-Id: The Bellwether <bellwether.{long[5:]}>\r\n".encode() in content
    assert f"\r\nMessage-ID: <d1@{long[5:]}>\r\n".encode() in content


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_words_become_a_header(words: str) -> None:
    """Whatever a title holds, the subject is one header, and the mail has the headers it always has."""
    mail = parsed(delivery(fallback=words))
    assert mail.keys() == parsed(delivery()).keys()
    assert not set(str(mail["Subject"])) & set(LINE_ENDS)


@given(MESSAGES)
@settings(max_examples=50, deadline=None)
def test_every_message_can_be_handed_over(message: Message) -> None:
    """In ASCII, in lines no longer than may be, ended by a dot that stands nowhere else; no part of it is empty."""
    wire = on_the_wire(raw(replace(delivery(), message=message)))
    lines = wire.removesuffix(b"\r\n").split(b"\r\n")
    assert wire.isascii()
    assert max(map(len, lines)) <= LONGEST_LINE
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", wire)
    assert lines.index(b".") == len(lines) - 1


def test_a_dot_at_the_beginning_of_a_line_is_doubled() -> None:
    """Or the server would take the rest for commands."""
    assert on_the_wire(b".\r\n.x\ny\rz\r\n") == b"..\r\n..x\r\ny\r\nz\r\n.\r\n"


def test_both_texts_say_the_same() -> None:
    """Card, quote, list and picture; what could be pressed is left out."""
    card = Card(
        7,
        1,
        "Ports close",
        8,
        "↑",
        ("economic",),
        "2 articles",
        "new",
        "A strike.",
        QUOTE,
        link="https://s.example/s/7",
    )
    blocks = (
        card,
        Bullets(((Run("one"),), (Run("two", link="https://two.example/"),))),
        Picture(b"", "its strength by day"),
        Choices((Choice("Undo", "undo"),)),
    )
    plain, page = body(delivery(*blocks), "plain"), body(delivery(*blocks), "html")
    for words in ("Ports close", "●●●●●●●●○○", "8↑ · economic", "A strike.", "its strength by day", "Open ↗"):
        assert words in plain
        assert words in page
    assert "> “Ports closed on Monday, all of them.”\n> Harbour Post <https://h.example/1#:~:text=Ports>" in plain
    assert "“<strong>Ports closed</strong> on Monday, all of them.”" in page
    assert '<a href="https://h.example/1#:~:text=Ports">Harbour Post ↗</a>' in page
    assert "- two <https://two.example/>" in plain
    assert "Undo" not in plain + page


def test_buttons_alone_leave_the_words_of_the_notification() -> None:
    """A mail is never empty."""
    only = delivery(Choices((Choice("Undo", "undo"),)), fallback="Something to undo")
    assert "Something to undo" in body(only, "plain")
    assert "<p>Something to undo</p>" in body(only, "html")


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_words_of_an_article_are_words(kind: str) -> None:
    """No markup, no address that a mail program would follow, none that is no page, no mark that turns text round."""
    evil = '<script>x</script><img src="http://t.example/p.png"> see evil.example \u202etxt\x1b[2J'
    quote = Quote(evil, (0, 5), evil, 'javascript:alert("x")')
    text = body(delivery(Paragraph((Run(evil), Run("evil.", strong=True), Run("example"))), quote), kind)
    assert "evil.example" not in text
    assert "javascript:" not in text
    assert not {"\u202e", "\x1b"} & set(text)
    if kind == "html":
        assert "<script" not in text
        assert "<img" not in text


def test_the_page_needs_nothing_from_elsewhere() -> None:
    """No picture that tells when it was read, no font, no script."""
    page = body(delivery(QUOTE), "html")
    assert not re.search(r"<(?:img|link|script|iframe)|url\(|@import", page)


def test_the_page_has_the_colours_of_the_site() -> None:
    """Written out, since mail programs know no variables: each stands in the site's stylesheet."""
    template = (ROOT / "handlers" / "mail" / "templates" / "message.html").read_text(encoding="utf-8")
    stylesheet = (ROOT / "bot" / "web" / "assets" / "style.css").read_text(encoding="utf-8")
    colours = set(re.findall(r"#[0-9a-f]{6}\b", template))
    assert colours
    assert colours <= set(re.findall(r"#[0-9a-f]{6}\b", stylesheet))
