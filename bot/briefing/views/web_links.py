"""Where a signal stands on the web, and the links to it in messages."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.model.messages import OPEN, Block, Card, Message, Paragraph, Run

_PAGE = re.compile(r"/s/([0-9]{1,9})")


def signal_path(signal_id: int) -> str:
    """The path of its page, the same for ever: "/s/42"."""
    return f"/s/{signal_id}"


def signal_address(address: str, signal_id: int) -> str:
    """Its page under the archive's own address."""
    return address.rstrip("/") + signal_path(signal_id)


def signal_at(address: str, url: str) -> int | None:
    """The id in the address of a signal's page, whatever follows it behind ? and #; None: it is no such page."""
    page = url.partition("#")[0].partition("?")[0].rstrip("/")
    found = _PAGE.fullmatch(page.removeprefix(address.rstrip("/"))) if page.startswith(address.rstrip("/")) else None
    return int(found[1]) if found else None


def with_links(message: Message, address: str | None) -> Message:
    """The message whose cards lead to their signals' pages; None: the archive has no address, and none does."""
    if address is None:
        return message
    return replace(message, blocks=tuple(_linked(block, address) for block in message.blocks))


def _linked(block: Block, address: str) -> Block:
    return replace(block, link=signal_address(address, block.signal_id)) if isinstance(block, Card) else block


def open_line(address: str | None, signal_id: int) -> Paragraph | None:
    """A line that leads to the signal's page; None: the archive has no address."""
    return None if address is None else Paragraph((Run(OPEN, link=signal_address(address, signal_id)),))
