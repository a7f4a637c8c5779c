"""A process that writes until it is killed: checks with two entries, their articles, a signal for each article."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from dataclasses import replace

from bot.model.article import Article
from bot.model.feed import Check, Entry, EntryKeys, EntryState, NewEntry, StoredEntry
from bot.model.signal import Batch
from bot.model.source import SourceHealth, SourceOrigin, SourceSpec
from bot.model.stores import Store
from storage.store import open_store
from tests import make
from tests.clock import MORNING, FakeClock


async def read(store: Store, entry: StoredEntry) -> Article:
    text = f"{make.TEXT} {entry.fingerprint}"
    draft = make.article(0, text, link=entry.entry.link, source_id=entry.source_id)
    return await store.articles.save(
        entry.id, replace(draft, sha256=hashlib.sha256(text.encode()).hexdigest()), MORNING
    )


async def main(path: str) -> None:
    async with open_store(path, clock=FakeClock()) as store:
        source = await store.sources.add(
            SourceSpec("https://a.example/feed"), make.publisher(), SourceOrigin.FILE, MORNING
        )
        for round_ in range(10_000):
            names = [f"{round_}-{n}" for n in range(2)]
            new = tuple(
                NewEntry(Entry(name, link=f"https://a.example/{name}"), EntryKeys(name, None, name), EntryState.WAITING)
                for name in names
            )
            await store.sources.record(Check(SourceHealth(source.id), new=new), MORNING)
            for entry in await store.articles.waiting(10):
                article = await read(store, entry)
                signal = make.signal(await store.signals.next_id(), articles=(make.member(article),), revisions=())
                await store.signals.save(Batch(readings=(make.finding(article.id),), signals=(signal,)), MORNING)
                print(article.id, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
