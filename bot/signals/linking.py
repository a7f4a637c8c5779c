"""Articles join live signals or open one; signals take articles in, become one with others, grow old.

    finding, article | candidates | decide → Relation | open_signal, join or join_copy → Signal    as articles arrive
    live signals     | consolidate → pairs | merge → Signal                                       before a brief

Everything here is from values to values, and the same values give the same. How like is like: `bot.signals.likeness`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.article import Article, TextOrigin
from bot.model.finding import Finding, Stance
from bot.model.signal import Candidate, Relation, Signal
from bot.signals.joining import listed
from bot.signals.likeness import BORDER
from bot.signals.newness import ACTORS_COMPARED, lead_names, new_actors, new_figures, rare_words
from bot.text.word_lists import contrary

REPEATING = 0.6
"""From this score on, an article without new figures or actors repeats what is there."""


# --- deciding ------------------------------------------------------------------------------------------------------


def decide(finding: Finding, article: Article, candidates: Sequence[Candidate]) -> Relation:
    """Which candidate the article joins, by the embedded rule, and what it is to it.

    It joins the best that is near enough (`BORDER`, which stands for a closeness that depends on the text's length) and
    shares a name or actor with it, or, where there is nothing but a headline, a pair of rare words.
    """
    for candidate in candidates:
        if candidate.score < BORDER:
            break
        if shared := _shared(finding, article, candidate):
            why = "shares " + listed(shared)
            return Relation(candidate.signal.id, _stance(finding, candidate), why)
    return Relation(None, Stance.OPENS, _why_none(candidates))


def _why_none(candidates: Sequence[Candidate]) -> str:
    if not candidates:
        return "nothing like it is being followed"
    return f"not near enough to “{candidates[0].signal.title}” (s{candidates[0].signal.id})"


def _shared(finding: Finding, article: Article, candidate: Candidate) -> tuple[str, ...]:
    """Up to three names both carry, or a headline's pair of rare words; empty where they share too little."""
    if candidate.shared:
        return lead_names(finding.actors, candidate.shared)
    headline_only = article.text_from is TextOrigin.TITLE or not article.text
    rare = rare_words(article, candidate.signal) if headline_only else []
    return tuple(f"‘{word}’" for word in rare[:2]) if len(rare) > 1 else ()


def taken(finding: Finding, signal: Signal) -> Relation:
    """What the article of the finding is to a signal that it is known to belong to."""
    return Relation(signal.id, _stance(finding, Candidate(signal, 1.0, ())), "belongs to the same story")


def _stance(finding: Finding, candidate: Candidate) -> Stance:
    if finding.stance is Stance.CORRECTS or (
        finding.stance is Stance.CONTRADICTS and not _is_contrary(candidate.signal)
    ):
        return finding.stance
    if candidate.score < REPEATING:
        return Stance.DEVELOPS
    said = (finding.claim, *finding.consequence.facts, *finding.substance.facts)
    adds = new_actors(finding.actors[:ACTORS_COMPARED], candidate.signal) or new_figures(said, candidate.signal)
    return Stance.DEVELOPS if adds else Stance.REPEATS


def _is_contrary(signal: Signal) -> bool:
    """Whether the signal itself is of a denial or a withdrawal: who tells of the same does not contradict it."""
    opened = signal.articles[0] if signal.articles else None
    return contrary(signal.title) or (opened is not None and contrary(opened.title))
