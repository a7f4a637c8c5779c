"""Quotes as they are shown: the text itself, its publisher and link; and which of them is shown first.

A quote shown is only ever `Evidence.quote`.
"""

from __future__ import annotations

from dataclasses import replace

from bot.model.article import TextOrigin
from bot.model.evidence import Evidence
from bot.model.finding import Stance
from bot.model.messages import Quote
from bot.model.signal import Signal, SignalArticle
from bot.signals import quoting
from bot.signals.quoting import LONGEST, Quotable
from bot.text import clauses
from bot.text import evidence as proof

# --- quotes --------------------------------------------------------------------------------------------------------


def quote(
    of: Evidence, publisher: str, link: str | None, note: str | None = None, language: str | None = None
) -> Quote:
    """The evidence as shown: its words, its anchor within them, and a link that lands on them."""
    span = (of.anchor_start - of.start, of.anchor_end - of.start)
    return Quote(of.quote, span, publisher, proof.fragment(link, of.quote) if link else None, note, language)


def member_quote(article: SignalArticle, of: Evidence) -> Quote:
    return quote(of, article.publisher.name, article.link, _note(article), article.language)


def contrary_quote(signal: Signal, of: Evidence) -> Quote:
    """A quote that speaks against the signal; its article may have none of its own in it."""
    article = next((each for each in signal.articles if each.article_id == of.article_id), None)
    return member_quote(article, of) if article else quote(of, f"article {of.article_id}", None)


def _note(article: SignalArticle) -> str | None:
    notes = {TextOrigin.SUMMARY: "from the summary", TextOrigin.TITLE: "from the headline"}
    stances = {Stance.CONTRADICTS: "contradicts", Stance.CORRECTS: "corrects"}
    said = [words for words in (notes.get(article.text_from), stances.get(article.stance)) if words]
    return ", ".join(said) or None


def best_quote(signal: Signal) -> Quote | None:
    """The quote that evidences the signal's title best, trimmed to its clause where it is long.

    None: no quote could be cut.
    """
    found = quoting.ranked(signal)
    return trimmed(found[0], signal.title) if found else None


def trimmed(of: Quotable, title: str) -> Quote:
    """A quote of at most LONGEST characters, from clause to clause: the part of the evidence that holds its anchor, or
    its beginning if that says more of the title (without an anchor, if it stands further on)."""
    evidence = of.evidence
    anchor_start, anchor_end = evidence.anchor_start - evidence.start, evidence.anchor_end - evidence.start
    words = evidence.quote
    start, end = _part(words, min(anchor_end, anchor_start + LONGEST), title, of.article.language)
    anchor_start = min(anchor_start, end)
    anchor_end = max(anchor_start, min(anchor_end, end))
    part = Evidence(
        evidence.article_id,
        evidence.start + start,
        evidence.start + end,
        evidence.start + anchor_start,
        evidence.start + anchor_end,
        words[start:end],
    )
    return replace(member_quote(of.article, part), cut=(start > 0, end < len(words)))


def _part(words: str, anchor_end: int, title: str, language: str | None) -> tuple[int, int]:
    """The offsets [start, end) of the part that is shown."""
    start = clauses.clause_start(words, anchor_end, LONGEST)
    end, head = start + clauses.clause_end(words[start:], LONGEST), clauses.clause_end(words, LONGEST)
    said = quoting.support(title, words[:head], language) if start else 0.0
    return (0, head) if said > quoting.support(title, words[start:end], language) else (start, end)
