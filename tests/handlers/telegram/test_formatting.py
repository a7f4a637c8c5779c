"""Which addresses Telegram takes as links."""

from __future__ import annotations

import pytest

from handlers.telegram.formatting import MAX_ADDRESS, address

BASE = "https://daily.example/"


def long(length: int, more: str = "") -> str:
    """An address of so many characters."""
    return f"{BASE}{'a' * (length - len(BASE) - len(more))}{more}"


@pytest.mark.parametrize("length", [MAX_ADDRESS - 1, MAX_ADDRESS])
def test_an_address_as_long_as_may_be_is_whole(length: int) -> None:
    """With its fragment, by which the reader lands on the sentence."""
    for link in (long(length), long(length, "#:~:text=One"), f"{long(length)}#:~:text=One"):
        kept = address(link)
        assert kept == (link if len(link) <= MAX_ADDRESS else link.partition("#")[0])


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "mailto:a@daily.example",
        "https://daily",
        "https://daily.example/a b",
        "https://[daily",
        long(MAX_ADDRESS + 1),
    ],
)
def test_what_telegram_would_refuse_is_no_link(link: str | None) -> None:
    """The message goes without it: a refused link would cost all of it."""
    assert address(link) is None
