"""Merge two signals about the same story into one, which keeps the older id."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.model.finding import ArticleKind, Stance
from bot.model.signal import Revision, Signal, SignalArticle
from bot.signals.joining import added_words, change_words, count_voices, grown, labels_with, weighed
from bot.signals.newness import NOTHING_NEW
from bot.text.listing import listed

# --- becoming one --------------------------------------------------------------------------------------------------


def merge(survivor: Signal, absorbed: Signal, now: datetime, *, wire: Collection[str] = ()) -> Signal:
    """Return the two signals as one under the lower id, whichever argument has it.

    Members are ordered by when they joined; an article in both is kept once. The absorbed signal's opening article gets
    the stance its own text has to the survivor. The absorbed revisions are appended after the survivor's, whose numbers
    stay, and marked `brought_from` so that they are not taken for news; a last revision says what the merge brought.
    """
    survivor, absorbed = sorted((survivor, absorbed), key=lambda signal: signal.id)
    came = _newcomers(survivor, absorbed)
    members = tuple(sorted((*survivor.articles, *came), key=lambda member: (member.joined, member.article_id)))
    voiced = [member for member in came if member.stance is not Stance.COPY]
    voices = count_voices(survivor.articles), count_voices(members)
    stance = _merged_stance(survivor, voiced, absorbed.actors, voices)
    why = _merge_reason(survivor, absorbed, voiced, voices)
    of = voiced[0].article_id if len(voiced) == 1 else None
    revisions = (*survivor.revisions, *_moved(survivor, absorbed))
    revised = partial(Revision, survivor.id, at=now, why=why, stance=stance, article_id=of)
    return replace(
        survivor,
        articles=members,
        opened=min(survivor.opened, absorbed.opened),
        detected_on=min(survivor.detected_on, absorbed.detected_on),
        contrary=grown(survivor.contrary, absorbed.contrary),
        **labels_with(survivor, absorbed),
        **weighed(members, survivor.strength.novelty, revisions, revised, wire),
    )


def _newcomers(survivor: Signal, absorbed: Signal) -> list[SignalArticle]:
    held = {member.article_id for member in survivor.articles}
    own = {each.article_id: each.stance for each in absorbed.revisions}
    return [
        replace(member, stance=_stance_to_survivor(member, own.get(member.article_id)))
        for member in absorbed.articles
        if member.article_id not in held
    ]


def _stance_to_survivor(member: SignalArticle, own: Stance | None) -> Stance:
    """The stance of an absorbed member to the survivor: an opening article contradicts, corrects or develops it."""
    if member.stance is not Stance.OPENS:
        return member.stance
    if own in (Stance.CONTRADICTS, Stance.CORRECTS):
        return own
    return Stance.CORRECTS if member.kind is ArticleKind.CORRECTION else Stance.DEVELOPS


def _moved(survivor: Signal, absorbed: Signal) -> tuple[Revision, ...]:
    return tuple(
        replace(each, signal_id=survivor.id, number=number, brought_from=each.brought_from or absorbed.id)
        for number, each in enumerate(absorbed.revisions, len(survivor.revisions) + 1)
    )


def _merged_stance(
    survivor: Signal, came: Sequence[SignalArticle], actors: Sequence[str], voices: tuple[int, int]
) -> Stance | None:
    """The merge's stance to the survivor, as if one article had brought it all; None if no article but copies came."""
    if not came:
        return None
    if against := [member.stance for member in came if member.stance in (Stance.CONTRADICTS, Stance.CORRECTS)]:
        return against[0]
    adds = any(added_words(survivor, member, actors) != NOTHING_NEW for member in came)
    return Stance.DEVELOPS if voices[1] > voices[0] or adds else Stance.REPEATS


def _merge_reason(survivor: Signal, absorbed: Signal, came: Sequence[SignalArticle], voices: tuple[int, int]) -> str:
    """ "a second publisher confirms (Asahi Ledger) and adds figures, so far followed as s57"."""
    if len(came) == 1:
        return f"{change_words(survivor, came[0], absorbed.actors, voices)}, so far followed as s{absorbed.id}"
    known = {publisher.key for publisher in survivor.publishers}
    new = [publisher.name for publisher in absorbed.publishers if publisher.key not in known]
    told = f"s{absorbed.id}, “{absorbed.title}”, is the same story"
    return f"{told}: {listed(new)} {'confirms' if len(new) == 1 else 'confirm'}" if new else told
