"""Quotes as they are shown: the text itself, its publisher and link; and which of them is shown first.

A quote shown is only ever `Evidence.quote`.
"""

from __future__ import annotations

from bot.briefing.views.wording import first_sentences, originals
from bot.model.article import TextOrigin
from bot.model.evidence import Evidence
from bot.model.finding import Stance
from bot.model.messages import Quote
from bot.model.signal import Signal, SignalArticle
from bot.text import evidence as proof

BEST_QUOTE = 320  # characters; a longer quote stands on a card only where there is no other
LEAST_QUOTE = 60  # characters; a shorter one seldom says anything by itself


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


def best_quote(signal: Signal, *, latest: bool = False) -> Quote | None:
    """The quote of the article that counts most; with `latest`, of the article that last changed the signal.

    Of several, the first of a handy length that does not stand in the analysis anyway. None: no quote could be cut.
    """
    said = first_sentences(signal.analysis)
    changed_by = next((each.article_id for each in reversed(signal.revisions) if each.article_id), None)

    def rank(article: SignalArticle) -> tuple[bool, bool, int, float]:
        whole = article.text_from in (TextOrigin.FEED, TextOrigin.PAGE)
        newest = latest and article.article_id == changed_by
        points = article.consequence.points + article.substance.points
        return not newest, not whole, -points, -article.published.timestamp()

    for article in sorted(originals(signal), key=rank):
        if article.evidence:
            best = min(article.evidence, key=lambda each: (each.quote in said, not _handy(each.quote)))
            return member_quote(article, best)
    return None


def _handy(words: str) -> bool:
    """Whether a quote says enough to stand alone, and no more than a card holds."""
    return LEAST_QUOTE <= len(words) <= BEST_QUOTE
