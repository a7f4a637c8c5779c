"""Translate messages into a channel's language; a quote stays as it is and gets a translation beside it.

    message | texts in another language | analyst.translate | put back, quotes unchanged → Message

A quote's translation is nobody's words: it goes into the quote's note, labelled, outside the quotation marks. Where no
translation can be had, the text stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.model.locales import ENGLISH
from bot.model.messages import Block, Bullets, Card, Heading, Message, Paragraph, Quote, Run
from bot.model.ports import Analyst

OURS = ENGLISH
"""The language in which the bot writes titles, analyses and everything else of its own."""
LABEL = "translation: "


async def translated(message: Message, analyst: Analyst, wanted: str | None) -> Message:
    """The message in the language `wanted` (ISO 639-1; None: English); unchanged if the analyst cannot translate."""
    target = wanted or OURS
    texts = list(dict.fromkeys(_texts(message, target)))
    if not texts or not analyst.translates:
        return message
    said = await analyst.translate(texts, target)
    found = {text: words for text, words in zip(texts, said, strict=True) if words}
    return _put(message, found.get, ours=target != OURS)


# --- which texts ---------------------------------------------------------------------------------------------------


def _texts(message: Message, target: str) -> Iterator[str]:
    for block in message.blocks:
        if target != OURS:
            yield from filter(None, map(str.strip, _own(block)))
        yield from (quote.text for quote in _quotes(block) if (quote.language or OURS) != target)
    if target != OURS and message.fallback.strip():
        yield message.fallback.strip()


def _own(block: Block) -> Iterator[str]:
    """The texts of a block that the bot wrote itself."""
    match block:
        case Heading(text=text):
            yield text
        case Paragraph(runs=runs):
            yield from (run.text for run in runs if _says(run.text))
        case Bullets(items=items):
            yield from (run.text for item in items for run in item if _says(run.text))
        case Card():
            yield from (block.title, block.voices, block.delta, block.analysis)
        case _:
            pass


def _quotes(block: Block) -> Iterator[Quote]:
    match block:
        case Quote():
            yield block
        case Card(quote=Quote() as quote):
            yield quote
        case _:
            pass


def _says(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


# --- put back ------------------------------------------------------------------------------------------------------

Found = Callable[[str], str | None]


def _put(message: Message, found: Found, *, ours: bool) -> Message:
    blocks = tuple(_block(block, found, ours=ours) for block in message.blocks)
    return Message(blocks, _text(message.fallback, found) if ours else message.fallback)


def _block(block: Block, found: Found, *, ours: bool) -> Block:
    match block:
        case Quote():
            return _quote(block, found)
        case Card():
            quote = _quote(block.quote, found) if block.quote else None
            return replace(_card(block, found) if ours else block, quote=quote)
        case Heading() if ours:
            return replace(block, text=_text(block.text, found))
        case Paragraph() if ours:
            return replace(block, runs=_runs(block.runs, found))
        case Bullets() if ours:
            return replace(block, items=tuple(_runs(item, found) for item in block.items))
        case _:
            return block


def _quote(quote: Quote, found: Found) -> Quote:
    words = found(quote.text)
    if not words:
        return quote
    return replace(quote, note=f"{quote.note}; {LABEL}{words}" if quote.note else f"{LABEL}{words}")


def _card(card: Card, found: Found) -> Card:
    return replace(
        card,
        title=_text(card.title, found),
        voices=_text(card.voices, found),
        delta=_text(card.delta, found),
        analysis=_text(card.analysis, found),
    )


def _runs(runs: tuple[Run, ...], found: Found) -> tuple[Run, ...]:
    return tuple(replace(run, text=_text(run.text, found)) for run in runs)


def _text(text: str, found: Found) -> str:
    """The text translated; blanks around it are kept, since they separate one run from the next."""
    core = text.strip()
    words = found(core)
    return text.replace(core, words, 1) if words else text
