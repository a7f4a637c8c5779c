"""A signal whole: title, strength, analysis, actors, its articles with quotes and reasoning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.briefing.views.quote_view import contrary_quote, member_quote
from bot.briefing.views.web_links import open_line
from bot.briefing.views.wording import (
    MODELLESS,
    actions,
    confidence_words,
    count,
    message,
    originals,
    para,
    paragraphs_of,
    publisher_names,
    shown_title,
    small_heading,
    strong,
    tags,
    without_model,
)
from bot.model import times
from bot.model.article import TextOrigin
from bot.model.finding import Stance
from bot.model.messages import Block, Bullets, Heading, Message, Paragraph, Quote, Run
from bot.model.signal import Signal, SignalArticle
from bot.text.listing import listed

# --- a signal whole ------------------------------------------------------------------------------------------------


def signal_message(signal: Signal, zone: str, address: str | None = None) -> Message:
    """The whole signal, laid out as the reference signal is; dates in the zone, its page below `address`."""
    blocks: list[Block | None] = [
        Heading(shown_title(signal)),
        para(signal.title) if shown_title(signal) != signal.title else None,
        para(_signal_line(signal)),
        para(" · ".join(tags(signal))) if tags(signal) else None,
        open_line(address, signal.id),
        small_heading("Analysis"),
        *(para(words) for words in paragraphs_of(signal.analysis)),
        small_heading("Key actors") if signal.actors else None,
        para(" · ".join(signal.actors)) if signal.actors else None,
        small_heading("Source article" if len(originals(signal)) == 1 else "Source articles"),
        *articles_blocks(originals(signal), zone),
        copies_note(signal),
        *contrary_blocks(signal),
        *_change_mind(signal),
        para(f"Confidence {confidence_words(signal)} First seen {times.full_day(signal.detected_on)}.", quiet=True),
        without_model(signal),
        actions(signal, "why", "strength", "evidence"),
    ]
    return message(*blocks)


def _signal_line(signal: Signal) -> str:
    articles = count(len(originals(signal)), "article")
    return f"str {signal.strength.total} · {times.dated(signal.detected_on)} · {articles} · s{signal.id}"


def articles_blocks(articles: Sequence[SignalArticle], zone: str) -> Iterator[Block]:
    """Each source article with its quotes and the reasoning from it; a note that holds for all stands above them."""
    common = common_note(articles)
    if common:
        yield common
    for article in articles:
        yield headline(article, zone)
        if not common and (partial := partial_note(article)):
            yield partial
        yield from (member_quote(article, each) for each in article.evidence)
        yield from _reasoning(article)


def headline(article: SignalArticle, zone: str) -> Paragraph:
    """The article's headline, linked, its publisher and the day in the zone."""
    there = times.local(article.published, zone)
    return para(strong(article.title, article.link), f" {article.publisher.name}, {times.full_day(there.date())}")


def _reasoning(article: SignalArticle) -> list[Block]:
    """A model's paragraphs; without a model the facts in a list, each “Who says so: Ana Ruiz.”"""
    if not article.reasoning:
        return []
    head = small_heading(reasoning_title(article))
    if article.read_by == MODELLESS:
        return [head, Bullets(tuple(map(fact, article.reasoning)))]
    return [head, *map(para, article.reasoning)]


def reasoning_title(article: SignalArticle) -> str:
    """What stands above its reasoning: a model's paragraphs, or the facts that were found without one."""
    return "Facts of this article" if article.read_by == MODELLESS else "Reasoning from this article"


def fact(words: str) -> tuple[Run, ...]:
    """ "Who says so: Ana Ruiz." with its name in bold; words without a name as they are."""
    name, colon, fact = words.partition(": ")
    return (strong(f"{name}:"), Run(f" {fact}")) if colon else (Run(words),)


def common_note(articles: Sequence[SignalArticle]) -> Paragraph | None:
    """One line for several articles of which only as much could be read, for the same reason; None: they differ."""
    notes = {(article.text_from, article.text_note) for article in articles}
    origin, why = next(iter(notes), (TextOrigin.PAGE, None))
    if len(articles) < 2 or len(notes) > 1 or origin not in _READ_IN_PART:
        return None
    return para(f"Only the {_READ_IN_PART[origin]} of each could be read." + (f" {why}" if why else ""), quiet=True)


_READ_IN_PART = {TextOrigin.SUMMARY: "summary", TextOrigin.TITLE: "headline"}


def partial_note(article: SignalArticle) -> Paragraph | None:
    """That only a part of the article could be read, and why; None: all of it was."""
    if article.text_from not in _READ_IN_PART:
        return para(article.text_note, quiet=True) if article.text_note else None
    why = f" {article.text_note}" if article.text_note else ""
    return para(f"Only the {_READ_IN_PART[article.text_from]} could be read.{why}", quiet=True)


def copies_note(signal: Signal) -> Paragraph | None:
    copies = [each for each in signal.articles if each.stance is Stance.COPY and each not in originals(signal)]
    names = listed(publisher_names(copies))
    return para(f"The same text was also carried by {names}.", quiet=True) if copies else None


def contrary_blocks(signal: Signal) -> list[Block]:
    """What speaks against it: the quotes that do not stand with their article above, and whose articles do."""
    names, quotes = contrary(signal)
    blocks: list[Block] = [para(f"{names}, quoted above.")] if names else []
    return [small_heading("What speaks against it"), *blocks, *quotes] if signal.contrary else []


def contrary(signal: Signal) -> tuple[str, tuple[Quote, ...]]:
    """(the publishers whose contrary quotes stand with their articles, in words, "" for none; the other quotes)."""
    shown = {(each.article_id, each.start): article for article in signal.articles for each in article.evidence}
    above = [shown[each.article_id, each.start] for each in signal.contrary if (each.article_id, each.start) in shown]
    quotes = (contrary_quote(signal, each) for each in signal.contrary if (each.article_id, each.start) not in shown)
    return listed(publisher_names(above)), tuple(quotes)


def _change_mind(signal: Signal) -> list[Block]:
    return [small_heading("What would change our mind"), para(signal.change_mind)] if signal.change_mind else []
