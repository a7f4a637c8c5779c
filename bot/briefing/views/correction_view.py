"""What was taken back of what was told: in a sentence, and in the messages that told it, which stay readable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.briefing.views.wording import shown_title
from bot.model.brief import Correction
from bot.model.messages import Block, Card, Message, Quote
from bot.text.listing import listed


def together(corrections: Iterable[Correction]) -> tuple[tuple[Correction, ...], ...]:
    """The corrections in groups that are said in one sentence: the quotes that one article has lost."""
    groups: dict[object, list[Correction]] = {}
    for each in corrections:
        key = (each.signal_id, each.evidence.article_id) if each.evidence else each.cause
        groups.setdefault(key, []).append(each)
    return tuple(map(tuple, groups.values()))


def words(group: Sequence[Correction]) -> str:
    """What was taken back, in a sentence that stands by itself."""
    one = group[0]
    where = f"“{shown_title(one)}” (s{one.signal_id})"
    if one.evidence is None:
        return f"{one.publisher.name} has corrected {where}: “{one.words}”."
    changed = f"{one.publisher.name} has changed its article"
    return f"{changed}: {_quotes(group)}, quoted here in {where}, no longer stand in it."


def reason(group: Sequence[Correction]) -> str:
    """What was taken back, in a sentence that stands below it."""
    one = group[0]
    if one.evidence is None:
        return f"{one.publisher.name} corrects it: “{one.words}”."
    return f"{one.publisher.name} has changed its article: {_quotes(group)} no longer stand in it."


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
    return replace(block, quote=quote, struck=block.struck or not gone, notes=(*block.notes, line))


def _struck(quote: Quote, gone: Iterable[str]) -> Quote:
    """The quote, struck where it is one of those that are gone, or a part of it."""
    return replace(quote, struck=quote.struck or any(quote.text in each for each in gone))
