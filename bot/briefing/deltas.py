"""What is new about a signal since a channel was told of it, in words; and what is news at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.briefing.inputs import Inputs, local_day
from bot.briefing.views.wording import count
from bot.model import times
from bot.model.brief import Told
from bot.model.finding import Stance
from bot.model.signal import Revision, Signal, SignalArticle, SignalState
from bot.signals import quoting

FRESH = timedelta(hours=48)
"""A signal opened so recently is news to a channel never told it, though nothing changed since its last slot."""

_NEWS = frozenset({Stance.OPENS, Stance.DEVELOPS, Stance.CONTRADICTS, Stance.CORRECTS})


TOLD_TODAY = "told today"
"""The delta of what the channel was told earlier on the same date."""


@dataclass(frozen=True, slots=True)
class Change:
    """A signal that has something to say to this channel, and what."""

    signal: Signal
    delta: str


# --- what is news to a channel --------------------------------------------------------------------------------------


def delta_of(signal: Signal, inputs: Inputs) -> str | None:
    """What is new in the signal for this channel, in words; None: nothing, so it is not told."""
    if signal.state is SignalState.CLOSED:
        return None
    told = inputs.told.get(signal.id)
    return since_told(signal, told, inputs) if told else _never_told(signal, inputs)


def since_told(signal: Signal, told: Told, inputs: Inputs) -> str | None:
    """Told before: only a stated change brings it back."""
    changes = material(signal, told.at)
    if told.on == inputs.on and not changes:
        return TOLD_TODAY
    if not changes:
        return None
    opening = f"since {times.day_words(told.on, inputs.on)}"
    return _joined(opening, signal, changes, told.strength)


def changed_since(signal: Signal, at: datetime, strength: int) -> str | None:
    """What is new in the signal since that instant, when it had that strength: "“…” (Asahi Ledger); 6 → 7".

    None: nothing. A strength that moved without news is said by itself.
    """
    if changes := material(signal, at):
        return _phrase(signal, changes, strength)
    return None if strength == signal.strength.total else f"{strength} → {signal.strength.total}"


def _never_told(signal: Signal, inputs: Inputs) -> str | None:
    opened = local_day(signal.opened, inputs)
    if opened == inputs.on or signal.opened > inputs.since:
        return "new"
    opening = f"{'' if inputs.first else 'new here, '}first seen {times.day_words(opened, inputs.on)}"
    if changes := material(signal, inputs.weighed):
        own = [each for each in signal.revisions if each.brought_from is None]
        before = [each.strength.total for each in own if each.at <= inputs.weighed]
        return _joined(opening, signal, changes, before[-1] if before else None)
    recent = signal.opened > min(inputs.weighed, inputs.now - FRESH)
    return opening if inputs.first or recent else None


def material(signal: Signal, after: datetime) -> list[Revision]:
    """The revisions after that instant that are news: a development, a contradiction, a correction, another voice.

    A repetition by a publisher that adds no corroboration is none, and neither is a copy, a recomputation or a reading
    again. Of what a merge brought in, the merge's own revision speaks.
    """
    return [each for each in news(signal) if each.at > after]


def news(signal: Signal) -> list[Revision]:
    """All revisions of the signal that were news when they came."""
    own = [each for each in signal.revisions if each.brought_from is None]
    pairs = zip((None, *own), own, strict=False)
    return [each for before, each in pairs if is_news(each, before)]


def to_compose(signal: Signal, bar: int) -> bool:
    """Whether the signal's text should be written anew: it may be told, and something was added that it lacks.

    Another voice that only repeats adds nothing to the text; what it adds to the strength is shown beside it.
    """
    if signal.strength.total < bar or signal.state is SignalState.CLOSED:
        return False
    upto = signal.composed_upto
    if upto is None:
        return True
    later = [each for each in signal.revisions if each.number > upto]
    return any(each.stance in _NEWS and each.brought_from is None for each in later)


def is_news(revision: Revision, before: Revision | None) -> bool:
    """Whether the revision, after the one before it (None: it is the first), tells something new."""
    if revision.stance in _NEWS or revision.stance in (Stance.COPY, Stance.REREAD) or before is None:
        return revision.stance in _NEWS
    return revision.strength.corroboration.points > before.strength.corroboration.points


def _joined(opening: str, signal: Signal, changes: Sequence[Revision], before: int | None) -> str:
    """ "since Tuesday: “…” (Asahi Ledger, a second publisher), and 2 more reports; 6 → 7"."""
    return f"{opening}: {_phrase(signal, changes, before)}"


def _phrase(signal: Signal, changes: Sequence[Revision], before: int | None) -> str:
    """What happened, in a phrase, and how the strength moved.

    The latest change, or the one that speaks against the signal; how many more there were; and the strength where it
    moved from `before`.
    """
    said = [_happened(signal, each) for each in changes]
    happened = list(dict.fromkeys(said))
    against = [words for each, words in zip(changes, said, strict=True) if each.stance in _AGAINST]
    phrase = (against or happened)[-1]
    if more := len(happened) - 1:
        phrase += f", and {count(more, 'more report')}"
    after = signal.strength.total
    moved = f"; {before} → {after}" if before is not None and before != after else ""
    return f"{phrase}{moved}"


def _happened(signal: Signal, revision: Revision) -> str:
    """What happened, in the words of the article that told it: its headline, or where the signal has that for its
    title, a quote of it. Where there is neither, why the signal was revised.

    Another publisher "confirms" only where its article repeats; one that tells more is only said to be another voice.
    """
    why = revision.why.rstrip(".")
    member = next((each for each in signal.articles if each.article_id == revision.article_id), None)
    if member is None or revision.stance is Stance.REPEATS or (said := _said(signal, member)) is None:
        return why
    name = member.publisher.name
    if revision.stance in _AGAINST:
        return f"{name} {revision.stance} it: {said}"
    another = _ANOTHER.match(why)
    voice = f"{name}, {another[1]}" if another else name
    return f"{said} ({voice})" if said else f"{voice}{',' if another else ''} reports it as quoted below"


_AGAINST = (Stance.CONTRADICTS, Stance.CORRECTS)
_ANOTHER = re.compile(r"((?:a \w+|another) publisher) confirms \([^)]*\)")
LONGEST_SAID = 180  # characters; more is no longer read as a line


def _said(signal: Signal, member: SignalArticle) -> str | None:
    """The article's news in its own words; "": just what the card quotes; None: it has no words that fit a line."""
    title = " ".join(member.title.split())
    own = [title] if title.casefold() not in ("", signal.title.casefold()) and len(title) <= LONGEST_SAID else []
    if own and member.stance not in _AGAINST:
        return title  # without ranking the signal's quotes
    shown = [each.evidence for each in quoting.ranked(signal)[:1]]
    others = [f"“{' '.join(each.quote.split())}”" for each in member.evidence if each not in shown]
    told = [*(each for each in others[:1] if len(each) <= LONGEST_SAID), *own]
    return next(iter(told), "" if member.evidence and not others else None)


def since_words(since: datetime, inputs: Inputs) -> str:
    local = times.local(since, inputs.channel.settings.timezone)
    day = "today" if local.date() == inputs.on else f"on {times.day_words(local.date(), inputs.on)}"
    return f"since {local:%H:%M} {day}"
