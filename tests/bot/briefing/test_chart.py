"""Charts: a real PNG with the right bars in it, and a line of text that says the same."""

from __future__ import annotations

import struct
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefing import chart
from bot.briefing.chart import HEIGHT, INK, MOVED, WIDTH, Bar


def pixels(png: bytes) -> list[bytes]:
    """The rows of a picture of ours, its every checksum checked."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, dict[bytes, bytes]()
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size]) == (zlib.crc32(kind + data),)
        chunks[kind], at = data, at + 12 + size
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    raw = zlib.decompress(chunks[b"IDAT"])
    assert len(raw) == HEIGHT * (WIDTH + 1)
    return [raw[start + 1 : start + 1 + WIDTH] for start in range(0, len(raw), WIDTH + 1)]


def test_higher_is_longer() -> None:
    """A bar twice as strong is twice as high, in its own colour where the day moved it."""
    rows = pixels(chart.png([Bar(4, "26 Mar"), Bar(8, "27 Mar", moved=True)]))
    ink = sum(row[chart.LEFT + 130] == INK for row in rows)
    moved = sum(row[chart.LEFT + 440] == MOVED for row in rows)
    assert abs(2 * ink - moved) <= 2
    assert moved > 100


@settings(max_examples=30, deadline=None)
@given(st.lists(st.builds(Bar, st.integers(0, 12), st.text(max_size=12), st.booleans()), min_size=1, max_size=70))
def test_anything_can_be_drawn(bars: list[Bar]) -> None:
    """However many days and whatever their names, the picture is whole and holds only our four colours."""
    assert all(max(row) <= MOVED for row in pixels(chart.png(bars)))


def test_as_text() -> None:
    """Stronger days stand higher; a day without anything is a point."""
    assert chart.line([1, 5, 0, 10]) == "▁▄·█"
