"""Messages as rich messages (the Bot API's, since 10.1): headings, quotations, tables, long evidence folded. No I/O.

blocks → HTML of the tags that Telegram lists, every word of an article escaped → InputRichMessage

Telegram is told to find nothing by itself in the text: a quote that holds “/word” or “@name” shows just that.
https://core.telegram.org/bots/api#rich-message-formatting-options
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from html import escape
from itertools import groupby
from typing import Any

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
)
from handlers.telegram.formatting import address, clean
from handlers.telegram.keyboards import MAX_BUTTONS, rows
from handlers.telegram.rendering import LONG, strength_line

MAX_CHARACTERS = 32_768
MAX_BLOCKS = 500  # nested ones, items of lists and rows of tables included


# --- marked-up text --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML, and what Telegram counts of it; `+` puts two together."""

    html: str = ""
    characters: int = 0  # of the text without the tags
    blocks: int = 0

    def __add__(self, other: Markup) -> Markup:
        return Markup(self.html + other.html, self.characters + other.characters, self.blocks + other.blocks)

    def within(self, tag: str, *, attributes: str = "", blocks: int = 0) -> Markup:
        """Between the tags, if there is anything in it; `blocks` are those that the tag itself counts for."""
        if not self.html:
            return self
        opening = f"{tag} {attributes}" if attributes else tag
        html = f"<{opening}>{self.html}</{tag}>"
        return replace(self, html=html, blocks=self.blocks + blocks)


def _joined(pieces: Iterable[Markup]) -> Markup:
    return reduce(Markup.__add__, pieces, Markup())


def _words(words: str, *, bold: bool = False) -> Markup:
    shown = clean(words)
    said = Markup(escape(shown).replace("\n", "<br>"), len(shown))
    return said.within("b") if bold and shown.strip() else said


def _struck(said: Markup) -> Markup:
    return said.within("s")


def _run(run: Run) -> Markup:
    said = _words(run.text, bold=run.strong)
    url = f"tg://user?id={run.person}" if run.person and run.person.isdecimal() else address(run.link)
    return said.within("a", attributes=f'href="{escape(url)}"') if url else said


def _runs(runs: Iterable[Run]) -> Markup:
    """The runs as one text; empty where there are only blanks."""
    given = tuple(runs)
    blank = not "".join(clean(run.text) for run in given).strip()
    return Markup() if blank else _joined(map(_run, given))


# --- blocks ----------------------------------------------------------------------------------------------------------


def _block(block: Block) -> Markup:
    """A block as HTML; empty for blocks that are only buttons, and for what only blanks stand in."""
    match block:
        case Heading(text=words):
            return _titled(words, "h3")
        case Paragraph():
            return _inline(block).within("p", blocks=1)
        case Bullets(items=items, table=True):
            return _joined(map(_row, items)).within("table", attributes="striped", blocks=1)
        case Bullets(items=items):
            return _joined(_runs(item).within("li", blocks=2) for item in items).within("ul", blocks=1)
        case Quote():
            return _quotation(block)
        case Card():
            return _card(block)
        case Picture(alt=alt):
            return _words(f"[picture: {alt}]").within("i").within("p", blocks=1)
        case Form() | Choices():
            return Markup()


def _titled(words: str, tag: str) -> Markup:
    return _words(words.strip()).within(tag, blocks=1)


def _inline(paragraph: Paragraph) -> Markup:
    said = _runs(paragraph.runs)
    return said.within("i") if paragraph.quiet else said


def _row(item: Sequence[Run]) -> Markup:
    """Of an item its name in one cell, what is said of it in the other."""
    said = [replace(each, text=each.text.removeprefix(": ")) for each in item[1:]]
    return (_runs(item[:1]).within("td") + _runs(said).within("td")).within("tr", blocks=1)


def _quotation(quote: Quote) -> Markup:
    """The quote with its anchor in bold, its source as the credit."""
    opening, closing = quote.marks
    start, end = quote.anchor
    words = quote.text
    said = _words(opening + words[:start]) + _words(words[start:end], bold=True) + _words(words[end:] + closing)
    said = _struck(said) if quote.struck else said
    source = _run(Run(quote.source + (" ↗" if address(quote.link) else ""), link=quote.link))
    note = _words(f" ({quote.note})") if quote.note else Markup()
    return (said + (source + note).within("cite")).within("blockquote", blocks=2)


def _card(card: Card) -> Markup:
    number = str(card.number) if card.number else f"s{card.signal_id}"
    title, analysis = _words(f"{number}  {card.title}".strip()), _words(card.analysis.strip())
    lines = (_words(strength_line(card)), _words(card.news.strip()), _struck(analysis) if card.struck else analysis)
    return _joined(
        (
            (_struck(title) if card.struck else title).within("h4", blocks=1),
            *(line.within("p", blocks=1) for line in lines),
            _quotation(card.quote) if card.quote else Markup(),
            *(_words(words, bold=True).within("p", blocks=1) for words in card.notes),
            _run(Run(OPEN, link=card.link)).within("p", blocks=1) if address(card.link) else Markup(),
        )
    )


# --- whole messages --------------------------------------------------------------------------------------------------


def worthy(blocks: Sequence[Block]) -> bool:
    """Whether the message gains by it: it has a card, a quotation or a table, and neither a picture nor a command to
    tap, which a rich message cannot have."""
    gains = any(isinstance(block, (Card, Quote)) or _is_table(block) for block in blocks)
    return gains and not any(isinstance(block, Picture) or _has_command(block) for block in blocks)


def _has_command(block: Block) -> bool:
    match block:
        case Paragraph(runs=runs):
            return any(run.command for run in runs)
        case Bullets(items=items):
            return any(run.command for item in items for run in item)
        case _:
            return False


def fits(blocks: Sequence[Block]) -> bool:
    """Whether the blocks fit into one rich message with its keyboard."""
    body, buttons = _body(blocks), sum(map(len, rows(blocks)))
    return body.characters <= MAX_CHARACTERS and body.blocks <= MAX_BLOCKS and buttons <= MAX_BUTTONS


def content(message: Message) -> dict[str, Any] | None:
    """The message as an InputRichMessage; None: it gains nothing by being rich, or does not fit."""
    if not (worthy(message.blocks) and fits(message.blocks)):
        return None
    return {"html": _body(message.blocks).html, "skip_entity_detection": True}


def _body(blocks: Sequence[Block]) -> Markup:
    whole = tuple(_with_whole_tables(blocks))
    plainly = _joined(map(_block, whole))
    return plainly if plainly.characters <= LONG else _joined(_folded(whole))


def _with_whole_tables(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, each table in one piece: a long list may have been cut into its items."""
    for is_table, group in groupby(blocks, key=_is_table):
        if is_table:
            yield Bullets(
                tuple(item for block in group if isinstance(block, Bullets) for item in block.items), table=True
            )
        else:
            yield from group


def _is_table(block: Block) -> bool:
    return isinstance(block, Bullets) and block.table


def _folded(blocks: Sequence[Block]) -> Iterator[Markup]:
    """The blocks with quotations folded under the title before them; what stands under the first block stays open."""
    at = 0
    while at < len(blocks):
        title, under = blocks[at], _evidence(blocks[at + 1 :])
        if at and under and isinstance(title, Paragraph) and _begins_strong(title):
            summary = _inline(title).within("summary")
            yield (summary + _joined(map(_block, under))).within("details", blocks=2)
            at += len(under)
        else:
            yield _block(title)
        at += 1


def _begins_strong(paragraph: Paragraph) -> bool:
    return any(run.strong for run in paragraph.runs[:1])


def _evidence(blocks: Sequence[Block]) -> Sequence[Block]:
    """The quotations with which the blocks begin, and the small print among them; empty where there are none."""
    until = next((at for at, block in enumerate(blocks) if not _is_evidence(block)), len(blocks))
    found = blocks[:until]
    return found if any(isinstance(block, Quote) for block in found) else ()


def _is_evidence(block: Block) -> bool:
    return isinstance(block, Quote) or (isinstance(block, Paragraph) and block.quiet)
