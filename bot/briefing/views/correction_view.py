"""What was taken back of what was told: in a sentence, and in the messages that told it, which stay readable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.briefing.views.wording import ended, quoted, shown_title
from bot.model.brief import Correction
from bot.model.messages import Block, Card, Message, Quote
from bot.text.listing import listed

MOST_QUOTES = 2
"""Quotes that are named word for word; of more it is said how many."""


def together(corrections: Iterable[Correction]) -> tuple[tuple[Correction, ...], ...]:
    """The corrections in groups that are said in one sentence: what one article takes back of one signal."""
    groups: dict[tuple[int, int], list[Correction]] = {}
    for each in corrections:
        groups.setdefault((each.signal_id, each.by), []).append(each)
    return tuple(map(tuple, groups.values()))


def words(group: Sequence[Correction]) -> str:
    """What was taken back, in a sentence that stands by itself."""
    claim, gone = _parts(group)
    name, where = group[0].publisher.name, f"“{shown_title(group[0])}” (s{group[0].signal_id})"
    if claim is None:
        return f"{name} has changed its article: {_lost(gone)}, quoted here in {where}, no longer stand in it."
    corrected = f"{name} has corrected {where}: {quoted(claim.words)}"
    return f"{corrected}; {_lost(gone)} no longer stand in it." if gone else ended(corrected)


def reason(group: Sequence[Correction], *, shown: bool = False) -> str:
    """What was taken back, in a short sentence that stands below it; `shown`: a quote above is seen to be struck."""
    claim, gone = _parts(group)
    name = group[0].publisher.name
    if claim:
        return ended(f"{name} corrects it: {quoted(claim.words)}")
    lost = "the words struck through" if shown else _lost(gone)
    return f"{name} has changed its article: {lost} no longer stand in it."


def _parts(group: Sequence[Correction]) -> tuple[Correction | None, list[Correction]]:
    """(the correction of the claim, the quotes that are gone)."""
    return next((each for each in group if each.evidence is None), None), [each for each in group if each.evidence]


def _lost(gone: Sequence[Correction]) -> str:
    """The first quotes in words, and how many more; what another of them holds is not said twice."""
    said = list(dict.fromkeys(each.words for each in gone))
    whole = [one for one in said if not any(one in other and one != other for other in said)]
    more = [f"{len(whole) - MOST_QUOTES} more"] if len(whole) > MOST_QUOTES else []
    named = [quoted(each).rstrip(".") for each in whole[:MOST_QUOTES]]
    return f"the words {listed([*named, *more])}"


def strikes(message: Message, group: Sequence[Correction]) -> bool:
    """Whether a quote that the message shows is one of those that are gone, or a part of it."""
    cards = (block for block in message.blocks if isinstance(block, Card) and block.signal_id in _ids(group))
    return any(card.quote and _struck(card.quote, _gone(group)).struck for card in cards)


def amended(message: Message, group: Sequence[Correction], line: str) -> Message:
    """The message with what was taken back struck through, and `line` below it."""
    return replace(message, blocks=tuple(_amended(block, group, line) for block in message.blocks))


def _amended(block: Block, group: Sequence[Correction], line: str) -> Block:
    if not isinstance(block, Card) or block.signal_id not in _ids(group):
        return block
    quote = _struck(block.quote, _gone(group)) if block.quote else None
    corrected = any(each.evidence is None for each in group)
    return replace(block, quote=quote, struck=block.struck or corrected, notes=(*block.notes, line))


def _ids(group: Sequence[Correction]) -> frozenset[int]:
    return frozenset(each for one in group for each in (one.signal_id, *one.known_as))


def _gone(group: Sequence[Correction]) -> list[str]:
    return [each.evidence.quote for each in group if each.evidence]


def _struck(quote: Quote, gone: Iterable[str]) -> Quote:
    return replace(quote, struck=quote.struck or any(quote.text in each for each in gone))
