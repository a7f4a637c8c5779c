"""What becomes of a signal after it was told: a development, a correction, a quote that is lost."""

from __future__ import annotations

from dataclasses import replace

from bot.model.finding import ArticleKind, Stance
from bot.model.signal import Batch, Revision, Signal
from bot.model.stores import Store
from tests import make
from tests.clock import FakeClock


async def grown(store: Store, clock: FakeClock, signal_id: int, why: str = "it grows") -> Signal:
    """The signal, with a development of this moment that leaves its strength as it was."""
    signal = await store.signals.get(signal_id)
    assert signal
    number, article = len(signal.revisions) + 1, signal.articles[-1].article_id
    revision = Revision(signal_id, number, clock.now(), why, Stance.DEVELOPS, signal.strength, article)
    new = replace(signal, changed=clock.now(), revisions=(*signal.revisions, revision))
    await store.signals.save(Batch(signals=(new,)), clock.now())
    return new


async def lost(store: Store, clock: FakeClock, signal_id: int, text: str = "Nothing of it is true.") -> str:
    """The signal's first article has a newer version without its quotes; the first of these."""
    signal = await store.signals.get(signal_id)
    assert signal
    member = signal.articles[0]
    newer = make.article(text=text, publisher=member.publisher, link=member.link, fetched=clock.now())
    await make.stored(store, newer)
    return member.evidence[0].quote


async def corrected(
    store: Store, clock: FakeClock, signal_id: int, headline: str = "Correction: it was half"
) -> Signal:
    """An article of this moment corrects the signal."""
    signal = await store.signals.get(signal_id)
    assert signal
    (article,) = await make.stored(store, make.article(title=headline, link=f"https://k/{clock.now()}", text=headline))
    member = make.member(article, stance=Stance.CORRECTS, kind=ArticleKind.CORRECTION, evidence=())
    number = len(signal.revisions) + 1
    revision = Revision(signal_id, number, clock.now(), "corrected", Stance.CORRECTS, signal.strength, article.id)
    new = replace(
        signal,
        changed=clock.now(),
        articles=(*signal.articles, member),
        revisions=(*signal.revisions, revision),
    )
    await store.signals.save(Batch(readings=(make.finding(article.id),), signals=(new,)), clock.now())
    return new
