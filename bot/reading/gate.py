"""The gate between an entry and its page: a page becomes the article's text only where it is that article."""

from __future__ import annotations

from bot.model.feed import PageText
from bot.reading.walls import is_heading
from bot.text.tokenisation import terms

CARRIED = 0.35
"""Share of the telling words of title and summary that a page's text holds from which it is taken for the article.

On 91 real pages five true ones lie below it, which their own headings identify; of 8,100 pairs of a page with another
page's title and summary 2 % lie above it.
"""
_HEADED = 0.6  # share of the telling words of the title that one of the page's own headings holds
_SURE = 0.5  # where there are doubts: share of the words in the text, beside the heading
_LEAST_WORDS = 3  # telling words; with fewer nothing can be compared

NOT_THE_ARTICLE = "The article’s page shows something else; this is the feed’s summary."


def refusal(title: str, summary: str, page: PageText) -> str | None:
    """Why the page is not the article that an entry names, as a sentence for a person; None: it is.

    `title` and `summary` are plain text. Where the page itself gives doubts (its address ended elsewhere, its headings
    are a wall's) its text and a heading must both carry the entry's words; otherwise either is enough.
    """
    named, said = set(terms(title)), set(terms(f"{title} {summary}"))
    doubted = page.elsewhere or (bool(page.headings) and all(map(is_heading, page.headings)))
    if len(said) < _LEAST_WORDS:
        return NOT_THE_ARTICLE if doubted else None
    headed = any(_share(named, heading) >= _HEADED for heading in page.headings)
    if headed is not doubted:  # the heading alone decides, and the text need not be taken apart
        return None if headed else NOT_THE_ARTICLE
    carried = _share(said, page.text)
    return None if carried >= (_SURE if doubted else CARRIED) else NOT_THE_ARTICLE


def _share(wanted: set[str], text: str) -> float:
    return len(wanted & set(terms(text))) / len(wanted) if wanted else 0.0
