"""Charts: a real PNG with the right bars and names in it, and a line of text that says the same."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageFont

from bot.briefing import chart
from bot.briefing.chart import BOTTOM, HEIGHT, INK, LEFT, MOVED, WIDTH, Bar

UNDER = (LEFT, HEIGHT - BOTTOM + 4, WIDTH, HEIGHT)
"""Where the names of the days stand."""


def picture(bars: list[Bar]) -> Image.Image:
    """What was drawn, its checksums looked at, in red, green and blue."""
    file = chart.png(bars)
    Image.open(BytesIO(file)).verify()
    drawn = Image.open(BytesIO(file))
    assert (drawn.format, drawn.size) == ("PNG", (WIDTH, HEIGHT))
    return drawn.convert("RGB")


def column(drawn: Image.Image, x: float) -> list[Any]:
    return [drawn.getpixel((int(x), y)) for y in range(HEIGHT - BOTTOM)]


def names(drawn: Image.Image) -> list[tuple[int, int]]:
    """The stretches under the bars, from left to right, that hold letters no further apart than within a name."""
    darkness, _ = ImageChops.invert(drawn.crop(UNDER).convert("L")).getprojection()
    inked = [x for x, dark in enumerate(darkness) if dark]
    found: list[tuple[int, int]] = []
    for x in inked:
        if found and x - found[-1][1] < chart.GAP - 4:
            found[-1] = found[-1][0], x
        else:
            found.append((x, x))
    return found


def test_higher_is_longer() -> None:
    """A bar twice as strong is twice as high, in its own colour where the day moved it."""
    drawn = picture([Bar(4, "26 Mar"), Bar(8, "27 Mar", moved=True)])
    first, second = (LEFT + (WIDTH - LEFT - chart.RIGHT) * part for part in (0.25, 0.75))
    ink, moved = column(drawn, first + 40).count(INK), column(drawn, second + 40).count(MOVED)
    assert abs(2 * ink - moved) <= 4
    assert moved > 300


def test_a_day_without_news_has_no_bar() -> None:
    """Neither a bar nor a value."""
    first = (LEFT, 0, WIDTH // 2 - 100, HEIGHT - BOTTOM - 2)
    empty, without = picture([Bar(0), Bar(0)]).crop(first), picture([Bar(0), Bar(5)]).crop(first)
    assert without.getcolors() == empty.getcolors() != picture([Bar(5), Bar(5)]).crop(first).getcolors()


@pytest.mark.parametrize("days", [1, 2, 7, 8, 30, 60])
@pytest.mark.parametrize("name", ["27 Mar", "27. septembra", "9月27日", "27 вересня"])
def test_names_of_days_fit(days: int, name: str) -> None:
    """However many days, as many are named as stand side by side; none is cut off at an edge; the newest is named."""
    found = names(picture([Bar(5, name)] * days))
    assert 1 <= len(found) <= days
    assert all(right - left > 60 for left, right in found)
    assert found[-1][1] < WIDTH - LEFT - 8
    if days < 3:
        assert len(found) == days
    only_the_newest = names(picture([Bar(5)] * (days - 1) + [Bar(5, name)]))
    assert found[-1] == only_the_newest[-1]


def test_names_stand_as_densely_as_they_fit() -> None:
    """All of them where there is room; else every second, every third, and so on, from the newest back."""
    few, many = [Bar(5, "27 Mar")] * 5, [Bar(5, "27 Mar")] * 40
    assert chart._labelled(few) == [0, 1, 2, 3, 4]
    kept = chart._labelled(many)
    step = kept[1] - kept[0]
    assert kept == list(range(39 % step, 40, step))
    assert not chart._fit(many, list(range(39 % (step - 1), 40, step - 1)))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.builds(Bar, st.integers(0, 12), st.text(max_size=12), st.booleans()), min_size=1, max_size=70))
def test_anything_can_be_drawn(bars: list[Bar]) -> None:
    """However many days and whatever their names, the picture is whole."""
    picture(bars)


@pytest.mark.parametrize("letters", ["Zażółć 27 sept.", "Ωραία", "Київ", "Đường", chart.IDEOGRAPHS])
def test_what_is_drawable_has_letters(letters: str) -> None:
    """Every letter of it is in a font that ships with the bot."""
    assert chart.drawable(letters)
    for letter in letters.replace(" ", ""):
        font = chart._font(letters)
        assert bytes(font.getmask(letter)) != bytes(font.getmask("\U0010ffff")), letter


def test_what_no_font_holds_is_left_out() -> None:
    """It is not drawn as a row of boxes."""
    assert not chart.drawable("27 मार्च")
    assert names(picture([Bar(5, "27 मार्च")])) == []


def test_as_text() -> None:
    """Stronger days stand higher; a day without anything is a point."""
    assert chart.line([1, 5, 0, 10]) == "▁▄·█"


def test_pillow_waits_until_a_picture_is_drawn() -> None:
    """It is not loaded with the commands."""
    loaded = "import sys, bot.conversation.commands.charts; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_every_alphabet_has_its_letters() -> None:
    """All that counts as drawable is held by the first font, letter by letter."""
    font = chart._loaded("DejaVuSans.ttf")
    assert isinstance(font, ImageFont.FreeTypeFont)
    missing = bytes(font.getmask("\U0010ffff"))
    drawn = [chr(code) for code in range(33, 0x2100) if chr(code).isalnum() and chart.drawable(chr(code))]
    assert len(drawn) > 900
    assert [each for each in drawn if bytes(font.getmask(each)) == missing] == []
