"""A page of HTML laid out as marks of a picture: boxes that stack or stand in a row, and words that wrap in them.

page | lxml | element + rules → Style | words → lines | lines and boxes → Laid | svg

It knows no more of HTML and CSS than the tests' pages use; a rule is named by a tag, a class, or a class in a class.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import groupby
from typing import Any, Literal

from lxml.html import HtmlElement, document_fromstring

from tests.pictures.svg import Face, Mark, Plate, Words, document, moved

LEADING = 1.45  # heights of a line in sizes of its letters
FOOT = 0.35  # of the size, from the middle of a line to the foot of its letters
ROUNDING = 0.01  # pixels by which what just fits may be too wide

INLINE = ("a", "b", "i", "em", "s", "u", "code", "span")  # tags, unless a rule says otherwise

Rules = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Style:
    """How an element is shown. What stands in it inherits its face, and nothing else."""

    face: Face = field(default_factory=Face)
    display: Literal["block", "row", "inline", "chip", "last"] = "block"  # last: at the right end of the last line
    pad: tuple[float, float, float, float] = (0, 0, 0, 0)  # top, right, bottom, left
    above: float = 0
    below: float = 0
    fill: str | None = None  # None: what is behind it shines through
    edge: str | None = None  # None: no line around it
    bar: str | None = None  # the colour of a bar along its left; None: none
    radius: float = 0
    grows: Literal["first", "last", "all"] = "last"  # of a row: which of its children take the room that is left
    gap: float = 0  # of a row: between its children; of a chip: behind it
    before: float = 0  # of a chip: in front of it
    centred: bool = False
    fits: float = 0  # at most this share of the room, and no wider than its words; 0: all the room
    right: bool = False  # stands at the right
    lines: int | None = None  # at most so many, the last with an ellipsis; None: all
    height: float = 0  # at least


@dataclass(frozen=True)
class Laid:
    """Something laid out at (0, 0)."""

    width: float  # that its words need
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Piece:
    """Words in a line, or a chip (a button, a label) in it."""

    words: str
    face: Face
    chip: Style | None = None  # None: plain words

    @property
    def width(self) -> float:
        around = self.chip.pad[1] + self.chip.pad[3] + self.chip.gap + self.chip.before if self.chip else 0
        return self.face.width(self.words) + around

    @property
    def height(self) -> float:
        around = self.chip.pad[0] + self.chip.pad[2] + self.chip.below if self.chip else 0
        return self.face.size * LEADING + around


Line = list[Piece]


def picture(html: str, title: str, rules: Rules, width: float) -> str:
    """The page as SVG, so many pixels wide and as high as it must be."""
    seen = html.rpartition("</style>")[2]
    body = document_fromstring(f"<html><body>{seen}</body></html>").find("body")
    laid = _lay(body, Styles(rules), Style(), width)
    return document(title, width, laid.height, laid.marks)


class Styles:
    """The rules, asked for the style of an element."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def of(self, element: HtmlElement, parent: Style) -> Style:
        """Later rules win over earlier ones."""
        names = {str(element.tag), *(f".{name}" for name in _classes(element))}
        above = {f".{name}" for each in element.iterancestors() for name in _classes(each)}
        names |= {f"{outer} {inner}" for outer in above for inner in names}
        style = Style(parent.face, "inline" if element.tag in INLINE else "block")
        for name, changes in self._rules.items():
            if name in names:
                style = _changed(style, changes)
        return style


def _classes(element: HtmlElement) -> list[str]:
    return (element.get("class") or "").split()


def _changed(style: Style, changes: Mapping[str, Any]) -> Style:
    of_face = {each.name for each in fields(Face)}
    face = replace(style.face, **{name: value for name, value in changes.items() if name in of_face})
    return replace(style, face=face, **{name: value for name, value in changes.items() if name not in of_face})


# --- boxes ---------------------------------------------------------------------------------------------------------


def _lay(element: HtmlElement, styles: Styles, parent: Style, room: float) -> Laid:
    """The element with what is around it, in so much room."""
    style = styles.of(element, parent)
    width = room
    if style.fits:
        needed = _inside(element, styles, style, room * style.fits).width
        width = min(needed + ROUNDING, room * style.fits)
    inner = _inside(element, styles, style, width)
    height = max(inner.height, style.height)
    plates = [*_plates(style, width, height)]
    x = room - width if style.right else 0
    return Laid(inner.width, height + style.above + style.below, moved([*plates, *inner.marks], x, style.above))


def _plates(style: Style, width: float, height: float) -> Iterator[Plate]:
    if style.fill or style.edge:
        yield Plate(0, 0, width, height, style.fill or "none", style.edge, style.radius)
    if style.bar:
        yield Plate(0, 0, 4, height, style.bar, None, 2)


def _inside(element: HtmlElement, styles: Styles, style: Style, width: float) -> Laid:
    top, right, bottom, left = style.pad
    room = width - left - right
    laid = (_row if style.display == "row" else _stack)(element, styles, style, room)
    return Laid(laid.width + left + right, laid.height + top + bottom, moved(laid.marks, left, top))


def _stack(element: HtmlElement, styles: Styles, style: Style, room: float) -> Laid:
    """Boxes below each other; what stands between two boxes is a paragraph."""
    y, width, marks = 0.0, 0.0, list[Mark]()
    for part in _parts(element, styles, style):
        laid = _paragraph(part, style, room) if isinstance(part, list) else _lay(part, styles, style, room)
        marks += moved(laid.marks, 0, y)
        y, width = y + laid.height, max(width, laid.width)
    return Laid(width, y, tuple(marks))


def _row(element: HtmlElement, styles: Styles, style: Style, room: float) -> Laid:
    """Boxes beside each other."""
    children = list(element)
    free = room - style.gap * (len(children) - 1)
    natural = [_lay(each, styles, style, free).width for each in children]
    widths = _shared(natural, free, style.grows)
    x, height, marks = 0.0, 0.0, list[Mark]()
    for child, width in zip(children, widths, strict=True):
        laid = _lay(child, styles, style, width)
        marks += moved(laid.marks, x, 0)
        x, height = x + width + style.gap, max(height, laid.height)
    return Laid(room, height, tuple(marks))


def _shared(natural: Sequence[float], free: float, grows: str) -> list[float]:
    if grows == "all":
        return [free / len(natural)] * len(natural)
    growing = 0 if grows == "first" else len(natural) - 1
    left = free - sum(width for number, width in enumerate(natural) if number != growing)
    return [left if number == growing else width for number, width in enumerate(natural)]


def _parts(element: HtmlElement, styles: Styles, style: Style) -> Iterator[list[Piece] | HtmlElement]:
    """Runs of pieces, and the boxes between them."""
    for boxes, run in groupby(_contents(element, styles, style), lambda each: not isinstance(each, Piece)):
        found = list(run)
        if boxes:
            yield from found
        elif any(each.words.strip() for each in found):
            yield found


def _contents(element: HtmlElement, styles: Styles, style: Style) -> Iterator[Piece | HtmlElement]:
    if element.text:
        yield Piece(element.text, style.face)
    for child in element:
        of_child = styles.of(child, style)
        if child.tag == "br":
            yield Piece("\n", style.face)
        elif of_child.display in ("chip", "last"):
            yield Piece("".join(child.itertext()), of_child.face, of_child)
        elif of_child.display == "inline":
            yield from _contents(child, styles, of_child)
        else:
            yield child
        if child.tail:
            yield Piece(child.tail, style.face)


# --- lines ---------------------------------------------------------------------------------------------------------


def _paragraph(pieces: Sequence[Piece], style: Style, room: float) -> Laid:
    at_end = [each for each in pieces if each.chip and each.chip.display == "last"]
    lines = _shortened(_lines([each for each in pieces if each not in at_end], room), style.lines)
    if at_end and lines and _width([*lines[-1], *at_end]) > room:
        lines.append([])
    y, width, marks = 0.0, 0.0, list[Mark]()
    for number, line in enumerate(lines, 1):
        ending = at_end if number == len(lines) else []
        height = max((each.height for each in (*line, *ending)), default=style.face.size * LEADING)
        start = (room - _width(line)) / 2 if style.centred else 0
        marks += moved(_drawn(line, height), start, y)
        marks += moved(_drawn(ending, height), room - _width(ending), y)
        y, width = y + height, max(width, _width([*line, *ending]))
    return Laid(width, y, tuple(marks))


def _lines(pieces: Sequence[Piece], room: float) -> list[Line]:
    """Greedily; a word longer than a line stands alone in it."""
    lines: list[Line] = [[]]
    for word in _words(pieces):
        if word[0].words == "\n":
            lines.append([])
        elif not word[0].words.isspace() and lines[-1] and _width([*lines[-1], *word]) > room:
            lines.append(list(word))
        elif lines[-1] or not word[0].words.isspace() or word[0].face.mono:
            lines[-1] += word
    kept = lines if lines[-1] or len(lines) == 1 else lines[:-1]  # a break at the end begins no line
    return [_trimmed(line) for line in kept]


def _trimmed(line: Line) -> Line:
    """Without blanks at its end."""
    while line and line[-1].words.isspace():
        line = line[:-1]
    return line


def _words(pieces: Sequence[Piece]) -> Iterator[Line]:
    """What must stay in one line: a chip, a line break, blanks, or a word with all its faces."""
    word: Line = []
    for piece in pieces:
        for words in [piece.words] if piece.chip else re.findall(r"\n|[^\S\n]+|\S+", piece.words):
            if piece.chip or words.isspace():
                yield from ([word] if word else [])
                yield [replace(piece, words=words)]
                word = []
            else:
                word.append(replace(piece, words=words))
    if word:
        yield word


def _shortened(lines: list[Line], most: int | None) -> list[Line]:
    if most is None or len(lines) <= most:
        return lines
    kept = [list(line) for line in lines[:most]]
    kept[-1][-1] = replace(kept[-1][-1], words=kept[-1][-1].words.rstrip() + " …")
    return kept


def _width(line: Sequence[Piece]) -> float:
    return sum(each.width for each in line)


def _drawn(line: Sequence[Piece], height: float) -> tuple[Mark, ...]:
    """Words of one line in as few marks as can be, its chips each on a plate."""
    x, marks = 0.0, list[Mark]()
    for chip, run in groupby(line, lambda each: each.chip):
        pieces = list(run)
        middle = height / 2
        for each in pieces if chip else ():
            marks += moved(_chip(each, chip, middle), x + chip.before, 0)
            x += each.width
        if not chip:
            spans = [(face, "".join(one.words for one in same)) for face, same in groupby(pieces, lambda one: one.face)]
            marks.append(Words(x, middle + pieces[0].face.size * FOOT, tuple((words, face) for face, words in spans)))
            x += _width(pieces)
    return tuple(marks)


def _chip(piece: Piece, style: Style, middle: float) -> list[Mark]:
    top, right, bottom, left = style.pad
    letters = piece.face.width(piece.words)
    height = piece.face.size * LEADING + top + bottom
    y = middle - height / 2
    plates = moved(_plates(style, letters + left + right, height), 0, y)
    return [*plates, Words(left, middle + piece.face.size * FOOT, ((piece.words, piece.face),))]
