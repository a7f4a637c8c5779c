"""Answer "why 8, not 9?": whether the 8 is a strength or a brief's number, and what a ninth point would have needed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.briefing.views.wording import actions, message, para, strong, sum_words
from bot.conversation.answer_view import about_line
from bot.conversation.keeping import kept
from bot.conversation.meaning import Meant, Scene, ask_which, at_hand, gather, numbered_signals
from bot.conversation.request import Request, tell
from bot.model.messages import Reply
from bot.model.signal import Signal
from bot.signals.strength import MAXIMUM
from bot.text.listing import listed

_SO = r"(?:(?:is|was) (?:it|this|that|this one) |only |just |an? |its |the )*"
_NUMBER = r"(?:an? )?(?P<wanted>\d{1,2})(?: points?)?"
_HAS = r"(?:strength (?:of )?)?(?P<has>\d{1,2})(?: points?)?"
_ASKED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"why {_SO}{_HAS},? (?:and |but )?(?:not|rather than|instead of|no) {_NUMBER}",
        rf"(?:and )?why {_SO}not {_NUMBER}",
        rf"what would (?:it|this) (?:need|take) (?:for|to (?:be|get to|reach)) {_NUMBER}",
    )
)
_MOST = 10
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NEEDS = {
    "consequence": "a larger consequence (more that changes, for more people)",
    "evidence": "firmer evidence (named sources, figures, direct statements)",
    "corroboration": "another independent publisher",
}
"""What one more point of a part asks for; novelty is judged once, when a signal opens."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The number that a signal is said to have, and the one that was expected."""

    has: int | None  # None: it was not named
    wanted: int


def asked(words: str) -> Asked | None:
    """What the words ask about points; None: they do not."""
    folded = " ".join(words.lower().split()).strip(" ?!.")
    match = next((found for pattern in _ASKED if (found := pattern.fullmatch(folded))), None)
    if match is None:
        return None
    has = match.groupdict().get("has")
    return Asked(int(has) if has else None, int(match["wanted"]))


async def answer(points: Asked, request: Request) -> AsyncIterator[Reply]:
    """The reply about the signal that is meant, or the question which one is."""
    scene = await gather(request)
    meant = await _meant(points, scene, request)
    if meant.signal is None:
        yield meant.ask or tell("Name a signal: “strength 1”, or “strength s42”.")
        return
    signal = meant.signal
    shown = message(
        para(*_which_number(points, signal, scene)),
        para(needed(signal, points.wanted)),
        para(strong(sum_words(signal.strength))),
        about_line(signal),
        actions(signal, "strength", "why", "evidence"),
    )
    yield await kept(request, shown, signal_id=signal.id)


async def _meant(points: Asked, scene: Scene, request: Request) -> Meant:
    """The signal talked about, else the one of the brief with that strength, else the one with that number."""
    there = await numbered_signals(request, scene)
    if scene.thread is None and scene.talked_about is None and points.has is not None:
        alike = [pair for pair in there if pair[1].strength.total == points.has]
        alike = alike or [pair for pair in there if pair[0] == points.has]
        if len(alike) == 1:
            return Meant(alike[0][1])
        if alike:
            return Meant(None, ask=ask_which(alike, "strength"))
    return await at_hand(request, scene, "strength")


def _which_number(points: Asked, signal: Signal, scene: Scene) -> tuple[str]:
    """What the number that was named is."""
    total, has = signal.strength.total, points.has
    if has is None:
        return (f"Its strength is {total}.",)
    if has == total:
        return (f"{has} is its strength, from 1 to {_MOST}, and not its number in the brief.",)
    if scene.numbers.get(has) == signal.id:
        return (f"{has} is its number in the brief; its strength is {total}.",)
    return (f"Its strength is {total}, not {has}.",)


def needed(signal: Signal, wanted: int) -> str:
    """What the signal would have needed for that strength, in a sentence."""
    total = signal.strength.total
    room = {name: MAXIMUM[name] - part.points for name, part in signal.strength.parts() if name in _NEEDS}
    if wanted > _MOST:
        return f"Strength ends at {_MOST}."
    if wanted <= total:
        return f"It has {wanted} points already." if wanted == total else f"It has more than {wanted} points."
    if wanted - total > sum(room.values()):
        most = total + sum(room.values())
        return f"It could reach {most} at most: its novelty was judged when it was first seen, and does not rise."
    needs = [_NEEDS[name] for name in _NEEDS if room[name] > 0]
    article = "An" if wanted == 8 else "A"
    which = f"{article} {_ORDINALS[wanted - 1]} point" if wanted == total + 1 else f"{wanted} points"
    return f"{which} would have needed {listed(needs, 'or')}."
