"""Decide whether a new article joins a live signal or opens one, and what it is to that signal.

    finding, article, candidates → decide → Relation

The functions here are pure. Candidates and their scores come from `bot.signals.likeness`; `bot.signals.joining` and
`bot.signals.merging` carry out what was decided.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.article import Article, TextOrigin
from bot.model.finding import Finding, Stance
from bot.model.signal import Candidate, Relation, Signal
from bot.signals.likeness import BORDER
from bot.signals.newness import ACTORS_COMPARED, lead_names, new_actors, new_figures, rare_words
from bot.text.listing import listed
from bot.text.word_lists import contrary

REPEATING = 0.6
"""Candidate score (0 to 1) from which an article without new figures or actors counts as a repetition."""


# --- deciding ------------------------------------------------------------------------------------------------------


def decide(finding: Finding, article: Article, candidates: Sequence[Candidate]) -> Relation:
    """Return which candidate the article joins and with which stance; no signal id if it opens a new signal.

    `candidates` are ordered best first. The article joins the first one that scores at least `BORDER` and shares a name
    with it; an article that is only a headline may share two rare words instead.
    """
    for candidate in candidates:
        if candidate.score < BORDER:
            break
        if shared := _shared(finding, article, candidate):
            why = "shares " + listed(shared)
            return Relation(candidate.signal.id, _stance(finding, candidate), why)
    return Relation(None, Stance.OPENS, _reason_for_none(candidates))


def _reason_for_none(candidates: Sequence[Candidate]) -> str:
    if not candidates:
        return "nothing like it is being followed"
    return f"not near enough to “{candidates[0].signal.title}” (s{candidates[0].signal.id})"


def _shared(finding: Finding, article: Article, candidate: Candidate) -> tuple[str, ...]:
    """Up to three names that both contain, or two rare words if the article is only a headline; else empty."""
    if candidate.shared:
        return lead_names(finding.actors, candidate.shared)
    headline_only = article.text_from is TextOrigin.TITLE or not article.text
    rare = rare_words(article, candidate.signal) if headline_only else []
    return tuple(f"‘{word}’" for word in rare[:2]) if len(rare) > 1 else ()


def taken(finding: Finding, signal: Signal) -> Relation:
    """The relation of the finding's article to a signal it is already known to belong to."""
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
    """Whether the signal itself reports a denial or withdrawal, so that an article saying so does not contradict it."""
    opened = signal.articles[0] if signal.articles else None
    return contrary(signal.title) or (opened is not None and contrary(opened.title))
