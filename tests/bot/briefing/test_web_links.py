"""Messages lead to the pages of their signals, where the archive has an address."""

from __future__ import annotations

from typing import Any

import pytest

from bot.briefing.service import BriefingService
from bot.briefing.views import signal_view
from bot.briefing.views.web_links import signal_address, signal_at, with_links
from bot.delivery.outbox import OutboxSender
from bot.model.messages import Card, Message, Paragraph, Run, plain
from bot.model.signal import Batch
from tests import make
from tests.chat import TODAY, Chat, channel, looked, platforms
from tests.clock import MORNING, FakeClock

ADDRESS = "https://signals.example"


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/"])
def test_a_signal_has_one_address(address: str) -> None:
    """With a slash behind the archive's, or without."""
    assert signal_address(address, 42) == "https://signals.example/s/42"


@pytest.mark.parametrize(
    ("url", "id_"),
    [
        (f"{ADDRESS}/a/s/42", 42),
        (f"{ADDRESS}/a/s/42/?from=mail#strength", 42),
        (f"{ADDRESS}/a/s/42x", None),
        (f"{ADDRESS}/a/s/٤٢", None),
        (f"{ADDRESS}/a/s/42/more", None),
        (f"{ADDRESS}/s/42", None),
        ("https://signals.example.evil/a/s/42", None),
        (f"https://evil.example/{ADDRESS}/a/s/42", None),
    ],
)
def test_an_address_is_that_of_a_signal_or_not(url: str, id_: int | None) -> None:
    """Under the archive's own address, path and all, whatever follows behind ? and #."""
    assert signal_at(f"{ADDRESS}/a/", url) == id_
    assert signal_at(f"{ADDRESS}/a", url) == id_


def test_show_leads_to_the_page_only_where_there_is_one() -> None:
    """A line of its own."""
    line = Paragraph((Run("Open ↗", link="https://signals.example/s/42"),))
    assert line in signal_view.signal_message(make.signal(), "UTC", ADDRESS).blocks
    assert "Open" not in plain(signal_view.signal_message(make.signal(), "UTC"))


def test_without_an_address_a_message_stays_as_it_is() -> None:
    """The same."""
    message = Message((), "x")
    assert with_links(message, None) is message


async def test_every_card_of_a_brief_leads_to_its_page(store: Any, clock: FakeClock) -> None:
    """As it is stored, and so as it is sent."""
    await looked(store)
    (kept,) = await make.stored(store, make.article(1))
    signal = make.signal(1, articles=(make.member(kept),))
    await store.signals.save(Batch((make.finding(kept.id),), signals=(signal,)), MORNING)
    chat, here = Chat(), await channel(store)
    service = BriefingService(store, OutboxSender(store, platforms(chat), clock), clock, address=ADDRESS)
    await service.tell(here, TODAY)
    stored = await store.briefs.again(here.id, TODAY)
    cards = [block for message in stored for block in message.blocks if isinstance(block, Card)]
    assert [card.link for card in cards] == ["https://signals.example/s/1"]
