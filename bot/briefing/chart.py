"""A row of values as a picture of bars, and as a line of text.

The picture is drawn to be read on a telephone: at a third of its width the letters are still those of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a heavy library, which is loaded when a picture is drawn
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 1200, 600  # pixels
LEFT, RIGHT, TOP, BOTTOM = 80, 40, 56, 76
LETTERS = 36  # the height of the letters, in pixels
GAP = 28  # pixels between two labels
MARGIN = 16  # pixels between a label and the edge
HIGHEST = 10  # strengths end there
Colour = tuple[int, int, int]
"""Red, green, blue."""
PAPER, INK, GRID, MOVED = (255, 255, 255), (51, 65, 85), (226, 232, 240), (217, 119, 6)
"""The background; bars and letters; lines; the bars of days on which it moved."""
SHADES = 14  # of letters, whose edges lie between ink and what they are written on

IDEOGRAPHS = "一三二五六周四土年日月木水火週金금년목수월일토화"
"""What dates are written with in Chinese, Japanese and Korean."""
_ALPHABETS = re.compile(r"[ -~\u00a0-\u024f\u0370-\u037f\u0384-\u038a\u038e-\u03a1\u03a3-\u0525\u1e00-\u1ef9–—’]*")
_DATE = re.compile(rf"[ -~{IDEOGRAPHS}]*")
_FONTS = Path(__file__).parents[2] / "seeds" / "fonts"
_BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: its value, 0 to 10 (0: nothing), its name, written where there is room, and whether it moved on it."""

    value: int
    label: str = ""
    moved: bool = False


def line(values: Sequence[int]) -> str:
    """ "▅▅▆█": the values as a line of text; a point where there is none."""
    return "".join(_BARS[min(HIGHEST, value) * (len(_BARS) - 1) // HIGHEST] if value > 0 else "·" for value in values)


def drawable(label: str) -> bool:
    """Whether the fonts that ship with the bot hold all its letters."""
    return bool(_ALPHABETS.fullmatch(label) or _DATE.fullmatch(label))


def png(bars: Sequence[Bar]) -> bytes:
    """The bars as a PNG file of WIDTH by HEIGHT pixels; at least one. A label that is not `drawable` is left out."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    _grid(draw)
    for place, bar in zip(_places(len(bars)), bars, strict=True):
        if bar.value > 0:
            draw.rectangle((place.left, _height(bar.value), place.right, _height(0)), MOVED if bar.moved else INK)
    for at in _valued(bars):
        _write(draw, str(bars[at].value), _places(len(bars))[at].middle, _height(bars[at].value) - 8, "ms")
    for at in _labelled(bars):
        _write(draw, bars[at].label, _middle(bars, at), HEIGHT - BOTTOM + MARGIN, "ma")
    file = BytesIO()
    picture.quantize(palette=_palette(), dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


@cache
def _palette() -> Image:
    """The colours that a picture holds. Naming them makes a picture in 11 milliseconds of processor time, having them
    found in it in 46 (`python -m timeit -s "from bot.briefing.chart import Bar, png" "png((Bar(8), Bar(5)))"`)."""
    from PIL import Image

    shades = [_between(ground, INK, step / (SHADES - 1)) for ground in (PAPER, GRID) for step in range(SHADES)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in (*shades, MOVED) for part in colour])
    return palette


def _between(one: Colour, other: Colour, share: float) -> Colour:
    """The colour at that share of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


# --- where things stand ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a bar stands, in pixels from the left."""

    left: int
    right: int  # the last pixel of it

    @property
    def middle(self) -> int:
        return (self.left + self.right) // 2


@cache
def _places(count: int) -> tuple[_Place, ...]:
    step = _step(count)
    wide = max(2, min(120, int(step * 0.7)))
    starts = (int(LEFT + step * (at + 0.5)) - wide // 2 for at in range(count))
    return tuple(_Place(start, start + wide - 1) for start in starts)


def _step(count: int) -> float:
    """Pixels from one bar to the next."""
    return (WIDTH - LEFT - RIGHT) / count


def _height(value: int) -> int:
    """Pixels from the top."""
    return HEIGHT - BOTTOM - min(HIGHEST, value) * (HEIGHT - TOP - BOTTOM) // HIGHEST


def _valued(bars: Sequence[Bar]) -> Iterator[int]:
    """The bars whose values are written: all, or where they stand too close the highest and the newest."""
    if _wide(str(HIGHEST)) + 6 <= _step(len(bars)):
        yield from (at for at, bar in enumerate(bars) if bar.value > 0)
        return
    highest, newest = max(range(len(bars)), key=lambda at: bars[at].value), len(bars) - 1
    yield from (highest,) if bars[highest].value > 0 else ()
    if bars[newest].value > 0 and (newest - highest) * _step(len(bars)) >= _wide(str(HIGHEST)) + GAP:
        yield newest


def _labelled(bars: Sequence[Bar]) -> list[int]:
    """The bars whose labels are written: as many as fit side by side, evenly, the newest among them."""
    newest_first = [at for at, bar in enumerate(bars) if bar.label and drawable(bar.label)][::-1]
    for every in range(1, len(newest_first) + 1):
        kept = newest_first[::every][::-1]
        if _fit(bars, kept):
            return kept
    return []


def _fit(bars: Sequence[Bar], kept: Sequence[int]) -> bool:
    edges = [(_middle(bars, at), _wide(bars[at].label) / 2) for at in kept]
    return all(one + half + GAP <= other - its_half for (one, half), (other, its_half) in pairwise(edges))


def _middle(bars: Sequence[Bar], at: int) -> float:
    """Where a label's middle stands: under its bar, but within the picture."""
    half = _wide(bars[at].label) / 2
    return max(half + MARGIN, min(WIDTH - half - MARGIN, _places(len(bars))[at].middle))


# --- drawing ---------------------------------------------------------------------------------------------------------


def _grid(draw: ImageDraw) -> None:
    for value in range(0, HIGHEST + 1, 2):
        draw.line((LEFT, _height(value), WIDTH - RIGHT, _height(value)), GRID if value else INK, 2)
        _write(draw, str(value), LEFT - MARGIN, _height(value), "rm")


def _write(draw: ImageDraw, words: str, x: float, y: float, anchor: str) -> None:
    """`anchor` says which point of the words x and y are:
    https://pillow.readthedocs.io/en/stable/handbook/text-anchors.html"""
    draw.text((x, y), words, INK, _font(words), anchor)


def _wide(words: str) -> float:
    """Pixels."""
    return _font(words).getlength(words)


def _font(words: str) -> FreeTypeFont:
    return _loaded("DejaVuSans.ttf" if _ALPHABETS.fullmatch(words) else "NotoSansCJK-Dates.otf")


@cache
def _loaded(name: str) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(_FONTS / name, LETTERS, layout_engine=ImageFont.Layout.BASIC)
