"""Messages as Telegram's text with entities, and its keyboards: pure, and whatever an article says stays plain text.

    blocks → pieces of words with marks, in code points → one text, its entities in UTF-16 code units, a keyboard

No parse mode is ever used, so that no word of an article can become markup; a name after an @ calls nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.model.messages import (
    Block,
    Bullets,
    Card,
    Choice,
    Choices,
    Form,
    Heading,
    Message,
    Paragraph,
    Picture,
    Quote,
    Run,
    plain,
)
from bot.text.cleaning import inert as printable

MOST = 4096  # UTF-16 code units of a message
MOST_CAPTION = 1024  # of the words under a picture
MOST_ENTITIES = 100  # of a message; Telegram ignores what comes after
MOST_BUTTONS = 100  # of a keyboard
TOAST = 200  # UTF-16 code units of what is shown over the chat
LABEL = 64  # characters of a button; more is not read on a phone
ROW = 3  # buttons in a row
ROW_LETTERS = 28  # characters of all labels in a row
LONG = 1200  # UTF-16 code units from which an answer folds its quotations
DOTS = 10
ADDRESS = 2048

STEP = "+"
"""How the data of a button begins that goes on in a form: "+", "+0", "+0.2", the options picked so far."""
CANCEL = "+x"
"""The data of the button that takes a form away."""

_SEPARATORS = str.maketrans("", "", "\u2028\u2029")
_CALL = re.compile(r"(?<!\w)@(?=[A-Za-z])")
_STEP = re.compile(r"\+(\d{1,3}(?:\.\d{1,3})*)?")
UNCALLED = "@\u2060"
"""An @ that calls nobody: an invisible character stands behind it."""


# --- words ---------------------------------------------------------------------------------------------------------


def units(words: str) -> int:
    """The length in UTF-16 code units, in which Telegram counts."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def inert(words: str) -> str:
    """Without control characters and marks that reorder text; an @ in it calls nobody."""
    return _CALL.sub(UNCALLED, printable(words).translate(_SEPARATORS))


def inert_parts(parts: Sequence[str]) -> list[str]:
    """As they are inert together: an @ calls too where its name begins in the next part."""
    whole = inert("".join(parts))
    borders = [len(inert("".join(parts[:number]))) for number in range(1, len(parts))]
    return [whole[start:end] for start, end in pairwise((0, *borders, len(whole)))]


def cut(words: str, most: int) -> str:
    """At most so many UTF-16 code units, the last an ellipsis where some are missing."""
    if units(words) <= most:
        return words
    size = 0
    for at, character in enumerate(words):
        size += units(character)
        if size > most - 1:
            return words[:at].rstrip() + "…"
    return words


def address(link: str | None) -> str | None:
    """A link Telegram takes; one too long loses its text fragment. None: it is none of the web's."""
    if not link or not link.lower().startswith(("http://", "https://")):
        return None
    short = link if len(link) <= ADDRESS else link.partition("#")[0]
    try:
        host = urlsplit(short).hostname or ""
    except ValueError:
        return None
    fine = len(short) <= ADDRESS and "." in host.strip(".") and not any(c.isspace() for c in short)
    return short if fine else None


# --- pieces --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A style of part of a text, [start, end) in code points."""

    start: int
    end: int
    kind: str
    url: str | None = None  # None: it is no link


@dataclass(frozen=True, slots=True)
class Piece:
    """Words with their marks."""

    words: str = ""
    marks: tuple[Mark, ...] = ()

    def __add__(self, other: Piece) -> Piece:
        by = len(self.words)
        moved = tuple(replace(mark, start=mark.start + by, end=mark.end + by) for mark in other.marks)
        return Piece(self.words + other.words, self.marks + moved)

    def marked(self, kind: str, url: str | None = None) -> Piece:
        """All of it, but for blanks around it, in one more style, outside those it has."""
        start = len(self.words) - len(self.words.lstrip())
        end = len(self.words.rstrip())
        return Piece(self.words, (Mark(start, end, kind, url), *self.marks)) if start < end else self

    def upto(self, end: int) -> Piece:
        """The first code points of it, an ellipsis behind them."""
        words = self.words[:end].rstrip()
        kept = tuple(
            replace(mark, end=min(mark.end, len(words)))
            for mark in self.marks
            if mark.start < min(mark.end, len(words))
        )
        return Piece(words + "…", kept)

    def stripped(self) -> Piece:
        """Without blanks around it, which Telegram would take away and move the entities."""
        lead = len(self.words) - len(self.words.lstrip())
        words = self.words.strip()
        moved = (
            replace(mark, start=max(mark.start - lead, 0), end=min(mark.end - lead, len(words))) for mark in self.marks
        )
        return Piece(words, tuple(mark for mark in moved if mark.start < mark.end))


def _text(words: str, *, bold: bool = False) -> Piece:
    return _plain(inert(words), bold=bold)


def _plain(words: str, *, bold: bool) -> Piece:
    piece = Piece(words)
    return piece.marked(MessageEntity.BOLD) if bold else piece


def _run(run: Run, words: str) -> Piece:
    """The run with its words made inert."""
    piece = _plain(words, bold=run.strong)
    if run.person and run.person.isdecimal():
        return piece.marked(MessageEntity.TEXT_LINK, f"tg://user?id={run.person}")
    url = address(run.link)
    return piece.marked(MessageEntity.TEXT_LINK, url) if url else piece


def _runs(runs: Iterable[Run]) -> Piece:
    given = tuple(runs)
    return _joined(list(map(_run, given, inert_parts([run.text for run in given]))), "")


def _joined(pieces: Sequence[Piece], between: str) -> Piece:
    whole = Piece()
    for number, piece in enumerate(pieces):
        whole = whole + (Piece(between) if number else Piece()) + piece
    return whole


def _quotation(quote: Quote, kind: str) -> Piece:
    """The quote with its anchor in bold, and whose it is."""
    opening, closing = quote.marks
    start, end = quote.anchor
    words = quote.text
    before, anchor, after = inert_parts((opening + words[:start], words[start:end], words[end:] + closing))
    said = Piece(before) + _plain(anchor, bold=True) + Piece(after)
    source = _runs([Run(quote.source + (" ↗" if address(quote.link) else ""), link=quote.link)])
    return (
        (said + Piece("\n") + source + (_text(f" ({quote.note})") if quote.note else Piece())).stripped().marked(kind)
    )


# --- blocks --------------------------------------------------------------------------------------------------------


def _piece(block: Block, kind: str) -> Piece:
    """A block in words; `kind` is that of its quotations."""
    match block:
        case Heading(text=words):
            return _text(words, bold=True)
        case Paragraph(runs=runs, quiet=quiet):
            return _runs(runs).marked(MessageEntity.ITALIC) if quiet else _runs(runs)
        case Bullets(items=items):
            return _joined([Piece("• ") + _runs(item) for item in items], "\n")
        case Quote():
            return _quotation(block, kind)
        case Card():
            return _card(block)
        case Picture(png=png, alt=alt):
            return _text(alt if png else f"[picture: {alt}]").marked(MessageEntity.ITALIC)
        case Form() | Choices():
            return Piece()


def _card(card: Card) -> Piece:
    number = str(card.number) if card.number else f"s{card.signal_id}"
    facts = " · ".join(each for each in (*card.tags, card.voices, card.delta) if each)
    dots = "●" * card.strength + "○" * (DOTS - card.strength)
    lines = [
        _text(f"{number}  {card.title}", bold=True),
        _text(f"{dots} {card.strength}{card.trend} · {facts}"),
        _text(card.analysis),
        _quotation(card.quote, MessageEntity.BLOCKQUOTE) if card.quote else Piece(),
    ]
    return _joined([each for line in lines if (each := line.stripped()).words], "\n")


def _body(blocks: Sequence[Block]) -> Piece:
    """All that is read, each block in a paragraph of its own; in a long answer quotations are folded."""
    plainly = [_piece(block, MessageEntity.BLOCKQUOTE) for block in blocks]
    folds = sum(units(piece.words) for piece in plainly) > LONG
    pieces = [_piece(block, MessageEntity.EXPANDABLE_BLOCKQUOTE) for block in blocks] if folds else plainly
    whole, before = Piece(), None
    for block, piece in zip(blocks, pieces, strict=True):
        said = piece.stripped()
        if not said.words:
            continue
        between = "" if before is None else "\n" if _close(before, block) else "\n\n"
        whole, before = whole + Piece(between) + said, block
    return whole


def _close(before: Block, block: Block) -> bool:
    """Whether two blocks stand together without a blank line; a quotation brings its own distance."""
    after = isinstance(before, Quote) and isinstance(block, Paragraph) and not any(run.strong for run in block.runs[:1])
    return _heads(before) or isinstance(block, Quote) or after


def _heads(block: Block) -> bool:
    """Whether it is the head of what follows."""
    return isinstance(block, Heading) or (isinstance(block, Paragraph) and all(run.strong for run in block.runs))


# --- keyboards -----------------------------------------------------------------------------------------------------

Rows = tuple[tuple[Choice, ...], ...]


def rows(blocks: Sequence[Block]) -> Rows:
    """The buttons of a message: a row for each card, then the others; of a form those of its first field."""
    made: list[tuple[Choice, ...]] = []
    several = sum(isinstance(block, Card) for block in blocks) > 1
    for block in blocks:
        match block:
            case Card(actions=actions) if actions:
                made.append(tuple(_of_card(block, action, several=several) for action in actions))
            case Choices(choices=choices):
                made += _packed(choices)
            case Form():
                made += step_rows(block, ())
    return tuple(made)


def _of_card(card: Card, action: Choice, *, several: bool) -> Choice:
    """ "Why?" of the second card is "Why 2", its "Mute …" is "Mute 2 …" """
    if not several and not card.number:
        return action
    number = str(card.number) if card.number else f"s{card.signal_id}"
    label = action.label.removesuffix("?")
    base = label.removesuffix("…").rstrip()
    return Choice(f"{base} {number}" + (" …" if label.endswith("…") else ""), action.command)


def _packed(choices: Iterable[Choice]) -> Iterator[tuple[Choice, ...]]:
    """In rows that can be read on a phone."""
    row: list[Choice] = []
    for choice in choices:
        letters = sum(len(each.label) for each in row) + len(choice.label)
        if row and (len(row) == ROW or letters > ROW_LETTERS):
            yield tuple(row)
            row = []
        row.append(choice)
    if row:
        yield tuple(row)


def keyboard(of: Rows) -> InlineKeyboardMarkup | None:
    """None: there are no buttons. What is beyond Telegram's hundred is left out."""
    left, made = MOST_BUTTONS, []
    for row in of:
        shown = [InlineKeyboardButton(cut(inert(each.label), LABEL).strip() or "…", None, each.command) for each in row]
        made.append(shown[:left])
        left -= len(made[-1])
    made = [row for row in made if row]
    return InlineKeyboardMarkup(made) if made else None


# --- forms ---------------------------------------------------------------------------------------------------------


def step_rows(form: Form, picks: Sequence[int]) -> list[tuple[Choice, ...]]:
    """The options of the field that comes after those picked, each a step on; then the way back and out."""
    field = form.fields[len(picks)]
    taken = "".join(f"{pick}." for pick in picks)
    options = [Choice(label, f"{STEP}{taken}{number}") for number, (label, _) in enumerate(field.options)]
    back = [Choice("‹ Back", STEP + ".".join(map(str, picks[:-1])))] if picks else []
    return [*_packed(options), (*back, Choice("Cancel", CANCEL))]


def step(form: Form, data: str) -> Rows | str | None:
    """What a step of a form leads to: the keyboard of the next field, or the whole command. None: it fits no more."""
    match = _STEP.fullmatch(data)
    if match is None:
        return None
    picks = [int(each) for each in match[1].split(".")] if match[1] else []
    fields = form.fields[: len(picks)]
    if len(picks) > len(form.fields) or any(
        pick >= len(field.options) for pick, field in zip(picks, fields, strict=True)
    ):
        return None
    if len(picks) < len(form.fields):
        return tuple(step_rows(form, picks))
    command = form.command
    for pick, field in zip(picks, form.fields, strict=True):
        command = command.replace(f"{{{field.name}}}", field.options[pick][1])
    return command


def is_step(data: str) -> bool:
    """Whether a button goes on in a form, or takes it away."""
    return data.startswith(STEP)


# --- whole messages ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """What a message is sent with."""

    text: str
    entities: tuple[MessageEntity, ...]
    keyboard: InlineKeyboardMarkup | None
    picture: bytes | None = None  # a PNG whose caption the text is; None: the text stands alone


def fits(blocks: Sequence[Block]) -> bool:
    """Whether they are one message to Telegram, with one picture at the most."""
    body = _body(blocks)
    buttons = sum(map(len, rows(blocks)))
    if len(_pictures(blocks)) > 1:
        return False
    return units(body.words) <= _room(blocks) and len(body.marks) <= MOST_ENTITIES and buttons <= MOST_BUTTONS


def payload(message: Message) -> Said:
    """The message's text, its entities, its keyboard and its picture; a single block longer than a message ends in an
    ellipsis."""
    body, most = _body(message.blocks), _room(message.blocks)
    if units(body.words) > most:
        body = _body([_shortened(block, units(body.words) - most) for block in message.blocks])
    if units(body.words) > most:
        body = body.upto(len(cut(body.words, most)) - 1)
    text = body.words or cut(inert(message.fallback).strip(), most) or "…"
    picture = next(iter(_pictures(message.blocks)), None)
    return Said(text, entities(body), keyboard(rows(message.blocks)), picture)


def without_picture(message: Message) -> Message:
    """The same with its pictures in words."""
    blocks = (replace(block, png=b"") if isinstance(block, Picture) else block for block in message.blocks)
    return replace(message, blocks=tuple(blocks))


def _pictures(blocks: Sequence[Block]) -> list[bytes]:
    return [block.png for block in blocks if isinstance(block, Picture) and block.png]


def _room(blocks: Sequence[Block]) -> int:
    """UTF-16 code units of text that go with the blocks."""
    return MOST_CAPTION if _pictures(blocks) else MOST


def _shortened(block: Block, by: int) -> Block:
    """A card gives up the end of its analysis, rather than its quote."""
    if not isinstance(block, Card):
        return block
    return replace(block, analysis=cut(block.analysis, max(units(block.analysis) - by, 2)))


def entities(piece: Piece) -> tuple[MessageEntity, ...]:
    """The marks in UTF-16 code units, those that hold others first."""
    places = [0]
    for character in piece.words:
        places.append(places[-1] + units(character))
    ordered = sorted(piece.marks, key=lambda mark: (mark.start, -mark.end))
    return tuple(
        MessageEntity(mark.kind, places[mark.start], places[mark.end] - places[mark.start], url=mark.url)
        for mark in ordered[:MOST_ENTITIES]
    )


def toast(message: Message) -> str | None:
    """The message as what is shown over the chat for a moment; None: it is too long for that, or has buttons."""
    if any(not isinstance(block, (Heading, Paragraph)) for block in message.blocks):
        return None
    words = inert(plain(message)).strip()
    return words if 0 < units(words) <= TOAST else None
