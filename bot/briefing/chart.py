"""A row of values drawn as a small PNG, and as a line of text: no more than a picture of strengths needs.

The file is what RFC 2083 asks for at the least: a palette of four colours, one IDAT, no filter.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 34, 12, 22, 30
HIGHEST = 10  # strengths end there
PAPER, INK, GRID, MOVED = range(4)
PALETTE = bytes.fromhex("fffffe334155e2e8f0d97706")
"""Paper, bars and letters, lines, and the bars of days on which it moved."""
LETTER, TALL, SCALE = 3, 5, 2  # points of a letter, and pixels a point

_GLYPHS = {
    "0": "75557", "1": "26227", "2": "71747", "3": "71717", "4": "55711", "5": "74717", "6": "74757", "7": "71122",
    "8": "75757", "9": "75717", "A": "75755", "B": "65656", "C": "74447", "D": "65556", "E": "74647", "F": "74644",
    "G": "74557", "H": "55755", "I": "72227", "J": "11157", "K": "55655", "L": "44447", "M": "57755", "N": "75555",
    "O": "75557", "P": "75744", "Q": "75571", "R": "75655", "S": "74717", "T": "72222", "U": "55557", "V": "55552",
    "W": "55775", "X": "55255", "Y": "55722", "Z": "71247",
}  # fmt: skip
"""By letter its five rows from above, each an octal digit whose three bits are its points."""
_BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: its value, 0 to 10 (0: nothing), what stands under it ("": nothing), and whether it moved on it."""

    value: int
    label: str = ""
    moved: bool = False


def line(values: Sequence[int]) -> str:
    """ "▅▅▆█": the values as a line of text; a blank where there is none."""
    return "".join(_BARS[min(HIGHEST, value) * (len(_BARS) - 1) // HIGHEST] if value > 0 else "·" for value in values)


def png(bars: Sequence[Bar]) -> bytes:
    """The bars as a PNG file; at least one."""
    sheet = _Sheet()
    for value in range(0, HIGHEST + 1, 2):
        sheet.fill(LEFT, _height(value), WIDTH - RIGHT, _height(value) + 1, GRID)
        sheet.write(str(value), LEFT - 8, _height(value) - TALL * SCALE // 2, right=True)
    step = (WIDTH - LEFT - RIGHT) / len(bars)
    wide = max(2, min(48, int(step * 0.7)))
    for at, bar in enumerate(bars):
        middle = int(LEFT + step * (at + 0.5))
        if bar.value > 0:
            start = middle - wide // 2
            sheet.fill(start, _height(min(HIGHEST, bar.value)), start + wide, _height(0), MOVED if bar.moved else INK)
        if bar.value > 0 and wide >= LETTER * SCALE * 2:
            sheet.write(str(bar.value), middle, _height(min(HIGHEST, bar.value)) - TALL * SCALE - 4)
        sheet.write(bar.label.upper(), middle, HEIGHT - BOTTOM + 10)
    return sheet.file()


def _height(value: int) -> int:
    return HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM) // HIGHEST


class _Sheet:
    """Pixels, one byte each."""

    def __init__(self) -> None:
        self._rows = [bytearray(WIDTH) for _ in range(HEIGHT)]

    def fill(self, left: int, top: int, right: int, bottom: int, colour: int) -> None:
        """A rectangle, cut at the edges."""
        left, right = max(0, left), min(WIDTH, right)
        for row in self._rows[max(0, top) : max(0, bottom)]:
            row[left:right] = bytes([colour]) * max(0, right - left)

    def write(self, words: str, x: int, y: int, *, right: bool = False) -> None:
        """Letters and digits, centred at x or ending there; what has no glyph is a blank."""
        size = (LETTER + 1) * SCALE
        x -= len(words) * size if right else len(words) * size // 2
        for at, letter in enumerate(words):
            for row, points in enumerate(_GLYPHS.get(letter, "")):
                for column in range(LETTER):
                    if int(points) >> (LETTER - 1 - column) & 1:
                        left, top = x + at * size + column * SCALE, y + row * SCALE
                        self.fill(left, top, left + SCALE, top + SCALE, INK)

    def file(self) -> bytes:
        pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in self._rows), 9)
        head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
        chunks = ((b"IHDR", head), (b"PLTE", PALETTE), (b"IDAT", pixels), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
