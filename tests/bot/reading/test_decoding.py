"""Bytes become text: by mark, by validity, by what is declared, else by a guess that is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.feed import FeedDocument
from bot.reading.decoding import codec_of, decode
from bot.reading.feeds import parse_feed
from tests.servers.feeds import item, rss

URL = "https://daily.example/feed.xml"
RUSSIAN = "Центральный банк Ории повысил ключевую ставку до 20 процентов в среду, сообщил глава банка."
JAPANESE = "①半導体の輸出が３割増えた、と髙橋大臣が述べた。"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("cp-1251", RUSSIAN),
        ("windows-1251", RUSSIAN),
        ("x-cp1251", RUSSIAN),
        ("KOI8-R", RUSSIAN),
        ("Shift_JIS", JAPANESE),
        ("x-sjis", JAPANESE),
        ("gb2312", "朱镕基说：㐀字也在其中，价格涨了三成"),
        ("gbk", "中央银行提高利率"),
        ("euc-kr", "똠방각하가 금리를 올렸다"),
        ("big5", "中央銀行提高利率"),
        ("iso-8859-1", "“Zölle” sind – so heißt es – gestiegen"),
        ("us-ascii", "“Zölle” sind gestiegen"),
        ("iso-8859-9", "Merkez Bankası faizi yükseltti, şaşırttı"),
        ("tis-620", "ธนาคารกลางขึ้นดอกเบี้ย"),
    ],
)
def test_labels_mean_what_the_web_means(label: str, text: str) -> None:
    """A label stands for the wider encoding that goes by it, vendor letters included, in a header and in a feed."""
    name = codec_of(label)
    assert name is not None
    assert decode(text.encode(name), f"text/html; charset={label}").text == text
    feed = rss(item(text)).replace("UTF-8", label).encode(name)
    document = parse_feed(b"\r\n\n" + feed, None, URL)
    assert isinstance(document, FeedDocument)
    assert document.entries[0].title == text
    assert document.remarks == ()


@pytest.mark.parametrize(
    "label", ["no-such", "idna", "hex", "base64", "unicode_escape", "utf-7", "rot13", "undefined", ""]
)
def test_what_is_no_encoding_of_text_is_unknown(label: str) -> None:
    """A server may name a codec that is none, or none that is harmless; then the rest decides."""
    assert codec_of(label) is None
    assert decode("Größe".encode("cp1252"), f"text/html; charset={label}").text == "Größe"


def test_a_few_broken_bytes_leave_utf_8() -> None:
    """One bad byte, or a text cut off within a letter, costs that letter and no other; the remark counts them."""
    whole = RUSSIAN.encode()
    bad = decode(whole[:40] + b"\xd0" + whole[40:], "text/xml; charset=windows-1251")
    assert bad.encoding == "utf-8"
    assert bad.text == f"{whole[:40].decode()}\ufffd{whole[40:].decode()}"
    assert bad.remarks == ("broken letters (1)",)
    within = decode("Größe von Wänden und Türen für Öfen".encode() + b"\xc3", None)
    assert within.text == "Größe von Wänden und Türen für Öfen\ufffd"


def test_without_a_declaration_it_is_guessed_and_said() -> None:
    """By its letters where there are enough; a feed's remark names the guess."""
    feed = rss(item(f"{RUSSIAN} {RUSSIAN}")).replace(' encoding="UTF-8"', "").encode("cp1251")
    document = parse_feed(feed, "text/xml", URL)
    assert isinstance(document, FeedDocument)
    assert document.entries[0].title == f"{RUSSIAN} {RUSSIAN}"
    assert document.remarks == ("its encoding had to be guessed (cp1251)",)
    assert decode("Größe".encode("cp1252"), None).text == "Größe"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_marks_and_wide_letters(encoding: str) -> None:
    """With a byte order mark or without one."""
    document = parse_feed(rss(item("Größe")).encode(encoding), None, URL)
    assert isinstance(document, FeedDocument)
    assert document.entries[0].title == "Größe"


def test_of_two_declarations_the_one_that_was_chosen_counts() -> None:
    """Servers say ISO-8859-1 and UTF-8 where nobody told them; a document that says otherwise was written so."""
    body = f'<?xml version="1.0" encoding="windows-1251"?><a>{RUSSIAN}</a>'.encode("cp1251")
    for header in ("text/xml; charset=iso-8859-1", "text/xml; charset=utf-8", "text/xml"):
        assert RUSSIAN in decode(body, header).text


@given(st.binary(max_size=400), st.sampled_from([None, "text/html; charset=cp-1251", "text/xml; charset=hex"]))
def test_any_bytes_are_a_text(body: bytes, content_type: str | None) -> None:
    """Nothing raises, and what is valid UTF-8 stays as it is."""
    decoded = decode(body, content_type)
    assert isinstance(decoded.text, str)
    assert decode(decoded.text.encode("utf-8", "replace"), None) is not None
