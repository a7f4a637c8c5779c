"""`reread`: stored articles are read again by the embedded analyst of this version, here or on a Dask cluster."""

from __future__ import annotations

import argparse
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from datetime import time as time_of_day

from bot.analysts.extractive import Extractive, read_articles
from bot.app.application import App
from bot.briefing.views.wording import count
from bot.cli.printing import OK, line
from bot.model.article import Article
from bot.model.finding import Reading, Unread
from bot.model.rereading import Read, Wanted
from bot.model.version import VERSION
from bot.pipeline.rereading import Account, Rereader
from bot.reading.workers import Overrun, open_workers
from handlers.console.progress import ConsoleProgress

AHEAD = 2
"""Batches in hand for each process that reads: one that it reads, and the next one."""


async def reread(app: App, given: argparse.Namespace) -> int:
    """Read again what is asked for, and print what that changed."""
    since = datetime.combine(given.since, time_of_day(), UTC) if given.since else None
    began = time.monotonic()
    async with readers(given, min(1, app.settings.pipeline.workers)) as (read, processes):
        rereader = Rereader(
            app.store,
            app.clock,
            read,
            reader=f"the rules of version {VERSION}",
            ahead=AHEAD * processes,
            wires=app.publishers.wires,
        )
        with ConsoleProgress() as progress:
            account, done = await rereader.run(Wanted(Extractive.name, since), progress)
    line(told(account, done, time.monotonic() - began))
    return OK


def told(account: Account, done: int, seconds: float) -> str:
    """What was read, how fast, and what it changed, in sentences."""
    speed = f"{count(done, 'article')} read again in {seconds:.0f} s ({done / max(seconds, 0.001):.0f} a second)"
    whole = f" of {account.articles}, the others in an earlier run" if done < account.articles else ""
    changed = f"{account.otherwise} of them otherwise than before, {count(account.signals, 'signal')} revised."
    said = [f"{speed}{whole}: {changed}"]
    if account.handed:
        said.append(f"{count(account.handed, 'article')} of these days may make a signal: the next look weighs them.")
    if account.stayed:
        said.append(f"{count(account.stayed, 'article')} would make no signal today; they stay as they were read.")
    if account.unread:
        said.append(f"{count(account.unread, 'article')} could not be read again; they stay, too.")
    return " ".join(said)


@asynccontextmanager
async def readers(given: argparse.Namespace, otherwise: int) -> AsyncIterator[tuple[Read, int]]:
    """Who reads, and how many that are at once: as asked for, else so many processes; 0: this one."""
    if given.dask:
        from bot.cli.cluster import open_cluster

        async with open_cluster(given.dask) as cluster:
            yield cluster
        return
    processes = given.workers or otherwise
    async with open_workers(processes) as workers:

        async def one(article: Article) -> Reading:
            try:
                return (await workers.run(read_articles, [article]))[0]
            except Overrun as error:
                return Unread(article.id, error.why)

        async def read(articles: Sequence[Article]) -> Sequence[Reading]:
            try:
                return await workers.run(read_articles, articles)
            except Overrun:  # one of them is too much: the others are read alone
                return [await one(article) for article in articles]

        yield read, max(1, processes)
