"""What a picture is made of, and how it is written: words and rectangles as SVG, with text as text, a mark a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

SANS = "Helvetica, Arial, 'Liberation Sans', sans-serif"
MONO = "Menlo, Consolas, 'DejaVu Sans Mono', monospace"

# Advance widths of Helvetica in thousandths of its size (Adobe's font metrics): whatever sans-serif font a reader's
# browser takes, lines break nearly where it would break them.
WIDTHS = {
    letter: width
    for width, letters in {
        191: "'",
        222: "ijl‘’",
        260: "|",
        278: " !,./:;I[\\]ft·",
        333: "()-`r“”„",
        355: '"•',
        389: "*",
        500: "Jckszvxy",
        556: "#$_?0123456789Labdeghnopqu–€«»",
        584: "+<=>~",
        604: "●○",
        611: "FTZ",
        667: "&ABEKPSVXY",
        722: "CDHNRUw",
        778: "GOQ",
        833: "Mm",
        889: "%",
        944: "W",
        1000: "…—↗→",
    }.items()
    for letter in letters
}
OTHER = 600  # thousandths, of any other letter
BOLDER = 1.09  # how much wider bold letters are
MONOSPACED = 0.602  # of the size, each letter


@dataclass(frozen=True)
class Face:
    """How words look; words in a box look as the box does unless they say otherwise."""

    size: float = 15
    color: str = "#1d1c1d"
    bold: bool = False
    italic: bool = False
    mono: bool = False

    def width(self, words: str) -> float:
        """About how wide the words are, in pixels."""
        if self.mono:
            return len(words) * MONOSPACED * self.size
        thousandths = sum(WIDTHS.get(letter, OTHER) for letter in words)
        return thousandths / 1000 * self.size * (BOLDER if self.bold else 1)

    @property
    def attributes(self) -> dict[str, str]:
        return {
            "font-size": f"{self.size:g}",
            "fill": self.color,
            **({"font-weight": "700"} if self.bold else {}),
            **({"font-style": "italic"} if self.italic else {}),
            **({"font-family": MONO} if self.mono else {}),
        }


@dataclass(frozen=True)
class Words:
    """A line of text from `x` on, `y` at its foot; each span in a face of its own."""

    x: float
    y: float
    spans: tuple[tuple[str, Face], ...]

    def moved(self, x: float, y: float) -> Words:
        return replace(self, x=self.x + x, y=self.y + y)

    def svg(self) -> str:
        first = self.spans[0][1]
        inner = "".join(_span(words, face, first) for words, face in self.spans)
        return f'<text x="{self.x:.1f}" y="{self.y:.1f}"{_given(first.attributes)}>{inner}</text>'


@dataclass(frozen=True)
class Plate:
    """A rectangle behind what follows it."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    edge: str | None = None  # None: no line around it
    radius: float = 0

    def moved(self, x: float, y: float) -> Plate:
        return replace(self, x=self.x + x, y=self.y + y)

    def svg(self) -> str:
        size = f'width="{self.width:.1f}" height="{self.height:.1f}"'
        edge = f' stroke="{self.edge}"' if self.edge else ""
        round_ = f' rx="{self.radius:g}"' if self.radius else ""
        return f'<rect x="{self.x:.1f}" y="{self.y:.1f}" {size}{round_} fill="{self.fill}"{edge}/>'


Mark = Words | Plate


def document(title: str, width: float, height: float, marks: Sequence[Mark]) -> str:
    """The whole picture; `title` is what is read aloud for it."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{SANS}" role="img">'
    )
    return "\n".join([head, f"<title>{escape(title)}</title>", *(mark.svg() for mark in marks), "</svg>", ""])


def moved(marks: Iterable[Mark], x: float, y: float) -> tuple[Mark, ...]:
    return tuple(mark.moved(x, y) for mark in marks)


def _span(words: str, face: Face, first: Face) -> str:
    usual = DEFAULTS | first.attributes
    differing = {name: value for name, value in (DEFAULTS | face.attributes).items() if usual[name] != value}
    return f"<tspan{_given(differing)}>{_kept(words)}</tspan>" if differing else _kept(words)


DEFAULTS = {"font-weight": "400", "font-style": "normal", "font-family": SANS}


def _kept(words: str) -> str:
    """Escaped, with no-break spaces where SVG would swallow blanks."""
    return escape(re.sub("^ +| {2,}", lambda blanks: "\u00a0" * len(blanks[0]), words), quote=False)


def _given(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items())
