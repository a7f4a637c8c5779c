"""Messages as Telegram sends them: one text, its entities, an inline keyboard, perhaps a picture. No I/O.

blocks → text with styles (positions in code points) → text and entities (in UTF-16 code units), keyboard
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from telegram import InlineKeyboardMarkup, MessageEntity

from bot.model.messages import (
    OPEN,
    Block,
    Bullets,
    Card,
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
from handlers.telegram.formatting import (
    MAX_ENTITIES,
    FormattedText,
    address,
    cut,
    entities,
    inert,
    inert_parts,
    units,
)
from handlers.telegram.keyboards import MAX_BUTTONS, keyboard, rows

MAX_TEXT = 4096  # UTF-16 code units of a message
MAX_CAPTION = 1024  # UTF-16 code units of the text under a picture
MAX_TOAST = 200  # UTF-16 code units
LONG = 2000  # UTF-16 code units from which on a message's quotations are folded: three open quotes fit a “why?”
MAX_STRENGTH = 10


# --- formatted text ------------------------------------------------------------------------------------------------


def _text(words: str, *, bold: bool = False) -> FormattedText:
    return _plain(inert(words), bold=bold)


def _plain(words: str, *, bold: bool) -> FormattedText:
    piece = FormattedText(words)
    return piece.styled(MessageEntity.BOLD) if bold else piece


def _struck(piece: FormattedText) -> FormattedText:
    return piece.styled(MessageEntity.STRIKETHROUGH)


def _run(run: Run, words: str) -> FormattedText:
    """The run, whose words were made inert before."""
    piece = _plain(f"/{words}" if run.command else words, bold=run.strong)
    if run.person and run.person.isdecimal():
        return piece.styled(MessageEntity.TEXT_LINK, f"tg://user?id={run.person}")
    url = address(run.link)
    return piece.styled(MessageEntity.TEXT_LINK, url) if url else piece


def _runs(runs: Iterable[Run]) -> FormattedText:
    given = tuple(runs)
    return _joined(list(map(_run, given, inert_parts([run.text for run in given]))), "")


def _joined(pieces: Sequence[FormattedText], between: str) -> FormattedText:
    whole = FormattedText()
    for number, piece in enumerate(pieces):
        whole = whole + (FormattedText(between) if number else FormattedText()) + piece
    return whole


def _quotation(quote: Quote, kind: str) -> FormattedText:
    """The quote with its anchor in bold, its source below."""
    opening, closing = quote.marks
    start, end = quote.anchor
    words = quote.text
    before, anchor, after = inert_parts((opening + words[:start], words[start:end], words[end:] + closing))
    said = FormattedText(before) + _plain(anchor, bold=True) + FormattedText(after)
    said = _struck(said) if quote.struck else said
    source = _runs([Run(quote.source + (" ↗" if address(quote.link) else ""), link=quote.link)])
    return (
        (said + FormattedText("\n") + source + (_text(f" ({quote.note})") if quote.note else FormattedText()))
        .stripped()
        .styled(kind)
    )


# --- blocks --------------------------------------------------------------------------------------------------------


def _piece(block: Block, kind: str) -> FormattedText:
    """A block as text; its quotations are entities of `kind`. Empty for blocks that are only buttons."""
    match block:
        case Heading(text=words):
            return _text(words, bold=True)
        case Paragraph(runs=runs, quiet=quiet):
            return _runs(runs).styled(MessageEntity.ITALIC) if quiet else _runs(runs)
        case Bullets(items=items):
            return _joined([FormattedText("• ") + _runs(item) for item in items], "\n")
        case Quote():
            return _quotation(block, kind)
        case Card():
            return _card(block)
        case Picture(png=png, alt=alt):
            return _text(alt if png else f"[picture: {alt}]").styled(MessageEntity.ITALIC)
        case Form() | Choices():
            return FormattedText()


def _card(card: Card) -> FormattedText:
    number = str(card.number) if card.number else f"s{card.signal_id}"
    title, analysis = _text(f"{number}  {card.title}", bold=True), _text(card.analysis)
    lines = [
        _struck(title) if card.struck else title,
        _text(strength_line(card)),
        _text(card.news),
        _struck(analysis) if card.struck else analysis,
        _quotation(card.quote, MessageEntity.BLOCKQUOTE) if card.quote else FormattedText(),
        *(_text(words, bold=True) for words in card.notes),
        _runs([Run(OPEN, link=card.link)]) if address(card.link) else FormattedText(),
    ]
    return _joined([each for line in lines if (each := line.stripped()).text], "\n")


def strength_line(card: Card) -> str:
    """The strength of a card as dots and as a number, and the facts beside it."""
    dots = "●" * card.strength + "○" * (MAX_STRENGTH - card.strength)
    return f"{dots} {card.strength}{card.trend} · {' · '.join(card.facts)}"


def _body(blocks: Sequence[Block]) -> FormattedText:
    """All blocks as one text, each in a paragraph of its own; in a long text quotations are folded."""
    plainly = [_piece(block, MessageEntity.BLOCKQUOTE) for block in blocks]
    folds = sum(units(piece.text) for piece in plainly) > LONG
    pieces = [_piece(block, MessageEntity.EXPANDABLE_BLOCKQUOTE) for block in blocks] if folds else plainly
    whole, before = FormattedText(), None
    for block, piece in zip(blocks, pieces, strict=True):
        said = piece.stripped()
        if not said.text:
            continue
        between = "" if before is None else "\n" if _adjacent(before, block) else "\n\n"
        whole, before = whole + FormattedText(between) + said, block
    return whole


def _adjacent(before: Block, block: Block) -> bool:
    """Whether two blocks stand together without a blank line; Telegram shows a quotation with space around it."""
    after = isinstance(before, Quote) and isinstance(block, Paragraph) and not any(run.strong for run in block.runs[:1])
    return _is_title(before) or isinstance(block, Quote) or after


def _is_title(block: Block) -> bool:
    """Whether the block is the title of what follows: a heading, or a paragraph all of which is strong."""
    return isinstance(block, Heading) or (isinstance(block, Paragraph) and all(run.strong for run in block.runs))


# --- whole messages ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Payload:
    """What a message is sent as."""

    text: str
    entities: tuple[MessageEntity, ...]
    keyboard: InlineKeyboardMarkup | None
    picture: bytes | None = None  # a PNG whose caption the text is; None: the text stands alone
    rich: dict[str, Any] | None = None  # an InputRichMessage to send in place of the text; None: the text is sent
    silent: bool = False  # makes no sound


def fits(blocks: Sequence[Block]) -> bool:
    """Whether the blocks fit into one message, which has one picture at most."""
    body = _body(blocks)
    buttons = sum(map(len, rows(blocks)))
    if len(_pictures(blocks)) > 1:
        return False
    return units(body.text) <= _room(blocks) and len(body.styles) <= MAX_ENTITIES and buttons <= MAX_BUTTONS


def payload(message: Message) -> Payload:
    """The message as it is sent; a single block that is longer than a message is cut, and ends in an ellipsis."""
    body, most = _body(message.blocks), _room(message.blocks)
    if units(body.text) > most:
        body = _body([_shortened(block, units(body.text) - most) for block in message.blocks])
    if units(body.text) > most:
        body = body.shortened(len(cut(body.text, most)) - 1)
    text = body.text or cut(inert(message.fallback).strip(), most) or "…"
    picture = next(iter(_pictures(message.blocks)), None)
    return Payload(text, entities(body), keyboard(rows(message.blocks)), picture, silent=message.silent)


def without_picture(message: Message) -> Message:
    """The message with its pictures replaced by their descriptions."""
    blocks = (replace(block, png=b"") if isinstance(block, Picture) else block for block in message.blocks)
    return replace(message, blocks=tuple(blocks))


def _pictures(blocks: Sequence[Block]) -> list[bytes]:
    return [block.png for block in blocks if isinstance(block, Picture) and block.png]


def _room(blocks: Sequence[Block]) -> int:
    """How many UTF-16 code units of text Telegram allows with the blocks."""
    return MAX_CAPTION if _pictures(blocks) else MAX_TEXT


def _shortened(block: Block, by: int) -> Block:
    """The block shortened by so many UTF-16 code units: a card loses the end of its analysis, rather than its quote."""
    if not isinstance(block, Card):
        return block
    return replace(block, analysis=cut(block.analysis, max(units(block.analysis) - by, 2)))


def toast(message: Message) -> str | None:
    """The message as a toast, a few words shown over the chat for a moment; None: it is too long, or more than text."""
    if any(not isinstance(block, (Heading, Paragraph)) for block in message.blocks):
        return None
    words = inert(plain(message)).strip()
    return words if 0 < units(words) <= MAX_TOAST else None
