"""Nouns with sensible contents, for tests that care about one field of them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from bot.model.article import Article, DatedBy, TextOrigin
from bot.model.evidence import Evidence, Span
from bot.model.feed import Check, Entry, EntryKeys, EntryState, NewEntry
from bot.model.finding import ArticleKind, Dimension, Finding, Part, Pick, Stance
from bot.model.signal import Confidence, ConfidenceLevel, Revision, Signal, SignalArticle, SignalState, Strength
from bot.model.source import Publisher, SourceHealth, SourceOrigin, SourceSpec
from bot.model.stores import Store
from tests.clock import MORNING

TEXT = (
    "Memory chip makers lost $100bn in value on Thursday after Google published a paper. "
    "“If models can run with materially lower memory requirements, the cost of serving each query drops,” "
    "said an analyst at Morgan Stanley. Micron fell 9 per cent in New York."
)


def publisher(name: str = "Meridian Times") -> Publisher:
    return Publisher(name.lower().replace(" ", "") + ".example", name)


def spans(text: str) -> tuple[Span, ...]:
    """A crude split, enough for made-up texts: after a full stop and a blank."""
    return tuple(m.span() for m in re.finditer(r"\S.*?(?:[.!?]”?(?=\s|$)|$)", text, re.DOTALL) if m.group())


def article(id: int = 1, text: str = TEXT, **fields: Any) -> Article:
    base = Article(
        id=id,
        source_id=1,
        publisher=publisher(),
        link=f"https://meridian.example/{id}",
        title="Memory chip stocks shed $100bn as shortage trade unwinds",
        text=text,
        sentences=spans(text),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        published=MORNING - timedelta(hours=2),
        dated_by=DatedBy.FEED,
        language="en",
        text_from=TextOrigin.FEED,
        text_note=None,
        weight=1.0,
        fetched=MORNING - timedelta(hours=1),
    )
    return replace(base, **fields)


def finding(article_id: int = 1, **fields: Any) -> Finding:
    base = Finding(
        article_id=article_id,
        claim="Efficiency gains are collapsing the memory shortage premium",
        dimensions=(Dimension.ECONOMIC, Dimension.TECHNOLOGICAL),
        topics=("AI", "chips"),
        places=("US",),
        actors=("Micron", "Google", "Morgan Stanley"),
        picks=(Pick(1, 1, anchor="materially lower memory requirements"),),
        reasoning=("The article reports a fall of $100bn.",),
        consequence=Part(3, ("$100bn",)),
        substance=Part(2, ("named source: Morgan Stanley",)),
        kind=ArticleKind.NEWS,
        read_by="extractive",
    )
    return replace(base, **fields)


def evidence(of: Article | None = None, sentence: int = 1, anchor: str = "") -> Evidence:
    of = of or article()
    start, end = of.sentences[sentence]
    quote = of.text[start:end]
    at = start + quote.index(anchor)
    return Evidence(of.id, start, end, at, at + len(anchor or quote), quote)


def member(of: Article | None = None, **fields: Any) -> SignalArticle:
    of = of or article()
    base = SignalArticle(
        article_id=of.id,
        title=of.title,
        publisher=of.publisher,
        link=of.link,
        published=of.published,
        joined=of.fetched,
        stance=Stance.OPENS,
        reasoning=("The article reports a fall of $100bn.",),
        evidence=(evidence(of, 0),),
        consequence=Part(3, ("$100bn",)),
        substance=Part(2, ("named source",)),
        kind=ArticleKind.NEWS,
        read_by="extractive",
        language=of.language,
        text_from=of.text_from,
    )
    return replace(base, **fields)


def strength(consequence: int = 3, evidence: int = 2, novelty: int = 2, corroboration: int = 0) -> Strength:
    return Strength(
        Part(consequence, ("$100bn",)), Part(evidence, ("named source",)), Part(novelty), Part(corroboration)
    )


def signal(id: int = 42, now: datetime = MORNING, **fields: Any) -> Signal:
    base = Signal(
        id=id,
        title="Efficiency gains are collapsing the memory shortage premium",
        analysis="Memory chip makers lost $100bn. Micron fell 9 per cent.",
        dimensions=(Dimension.ECONOMIC, Dimension.TECHNOLOGICAL),
        topics=("AI", "chips"),
        places=("US",),
        actors=("Micron", "Google"),
        strength=strength(),
        confidence=Confidence(ConfidenceLevel.MODERATE, "a single publisher"),
        state=SignalState.NEW,
        opened=now,
        changed=now,
        detected_on=now.date(),
        composed_by="extractive",
        articles=(member(),),
        revisions=(Revision(id, 1, now, "first seen", Stance.OPENS, strength(), 1),),
    )
    return replace(base, **fields)


async def stored(store: Store, *articles: Article) -> tuple[Article, ...]:
    """The articles kept in the store, under the ids it gives them (1, 2, 3 … in a new store), analysed by nobody yet.

    Each comes from one source of its publisher; a signal can be saved once its members are stored.
    """
    kept: list[Article] = []
    for (publisher, fetched), group in groupby(articles, key=lambda one: (one.publisher, one.fetched)):
        spec = SourceSpec(f"https://{publisher.key}/feed", publisher.name)
        source = await store.sources.add(spec, publisher, SourceOrigin.FILE, fetched)
        its = [replace(one, source_id=source.id) for one in group]
        check = Check(SourceHealth(source.id), new=tuple(map(_listed, its)))
        waiting = await store.sources.record(check, fetched)
        kept += await store.articles.save_all([(e.id, one) for e, one in zip(waiting, its, strict=True)], fetched)
    return tuple(kept)


def _listed(one: Article) -> NewEntry:
    """The entry of a feed that the article is made of."""
    keys = EntryKeys(None, one.link, one.sha256)
    return NewEntry(Entry(one.title, link=one.link, published=one.published), keys, EntryState.WAITING)
