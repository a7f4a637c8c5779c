"""What was taken back of what was told: in a sentence, and in the messages that told it, which stay readable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.briefing.views.wording import shown_title
from bot.model.brief import Correction
from bot.model.messages import Block, Card, Message, Quote
from bot.text.listing import listed


def together(corrections: Iterable[Correction]) -> tuple[tuple[Correction, ...], ...]:
    """The corrections in groups that are said in one sentence: what one article takes back of one signal."""
    groups: dict[tuple[int, int], list[Correction]] = {}
    for each in corrections:
        groups.setdefault((each.signal_id, each.by), []).append(each)
    return tuple(map(tuple, groups.values()))


def words(group: Sequence[Correction]) -> str:
    """What was taken back, in a sentence that stands by itself."""
    return _said(group, f"“{shown_title(group[0])}” (s{group[0].signal_id})")


def reason(group: Sequence[Correction]) -> str:
    """What was taken back, in a sentence that stands below it."""
    return _said(group, None)


def _said(group: Sequence[Correction], where: str | None) -> str:
    name, quotes = group[0].publisher.name, [each for each in group if each.evidence]
    claim = next((each for each in group if each.evidence is None), None)
    gone = f"{_quotes(quotes)}{f', quoted here in {where},' if where and not claim else ''} no longer stand in it"
    if claim is None:
        return f"{name} has changed its article: {gone}."
    corrected = f"{name} has corrected {where}" if where else f"{name} corrects it"
    return f"{corrected}: “{claim.words}”{f'; {gone}' if quotes else ''}."


def _quotes(group: Sequence[Correction]) -> str:
    """The quotes in words; what another of them holds is not said twice."""
    said = list(dict.fromkeys(each.words for each in group))
    whole = [one for one in said if not any(one in other and one != other for other in said)]
    return "the words " + listed([f"“{each}”" for each in whole])


def amended(message: Message, group: Sequence[Correction], line: str) -> Message:
    """The message with what was taken back struck through, and `line` below it."""
    ids = {each for one in group for each in (one.signal_id, *one.known_as)}
    return replace(message, blocks=tuple(_amended(block, ids, group, line) for block in message.blocks))


def _amended(block: Block, ids: Iterable[int], group: Sequence[Correction], line: str) -> Block:
    if not isinstance(block, Card) or block.signal_id not in ids:
        return block
    gone = [each.evidence.quote for each in group if each.evidence]
    quote = _struck(block.quote, gone) if block.quote else None
    corrected = any(each.evidence is None for each in group)
    return replace(block, quote=quote, struck=block.struck or corrected, notes=(*block.notes, line))


def _struck(quote: Quote, gone: Iterable[str]) -> Quote:
    """The quote, struck where it is one of those that are gone, or a part of it."""
    return replace(quote, struck=quote.struck or any(quote.text in each for each in gone))
