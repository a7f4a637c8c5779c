"""Reading on a Dask cluster (https://distributed.dask.org) that runs elsewhere, with this version installed there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.analysts.extractive import read_articles
from bot.model.article import Article
from bot.model.errors import SettingsError
from bot.model.finding import Reading
from bot.model.rereading import Read
from bot.model.version import VERSION, version

if TYPE_CHECKING:
    from distributed import Client

ANSWERS = 10.0
"""Seconds in which a scheduler must answer."""

AGAIN = "run the same command again, and it goes on where it was."


@asynccontextmanager
async def open_cluster(address: str) -> AsyncIterator[tuple[Read, int]]:
    """What reads on the cluster whose scheduler is at the address, and how many threads of workers there are.

    SettingsError where Dask is not installed here, none answers there, or its workers have another version of us.
    """
    try:
        from distributed import Client, KilledWorker
        from distributed.client import FutureCancelledError
    except ImportError:
        raise SettingsError(
            "Dask is not installed: pip install --require-hashes --no-deps -r requirements-dask.lock"
        ) from None
    client = Client(address, asynchronous=True, timeout=ANSWERS)
    try:
        try:
            await client
        except (OSError, ValueError) as error:
            raise SettingsError(f"No Dask scheduler answers at {address} ({error}): see that it runs there.") from None
        await _refuse_others(client, address)

        async def read(articles: Sequence[Article]) -> Sequence[Reading]:
            try:
                said: Sequence[Reading] = await client.submit(read_articles, articles, pure=False)
            except (FutureCancelledError, KilledWorker, OSError) as error:
                raise SettingsError(f"The Dask cluster at {address} was lost ({error}): {AGAIN}") from None
            return said

        yield read, sum((await client.nthreads()).values())
    finally:
        await client.close()


async def _refuse_others(client: Client, address: str) -> None:
    """SettingsError where there is no worker, or one has none of this version's rules."""
    try:
        versions = set((await client.run(version)).values())
    except ImportError:
        versions = {"none"}
    if not versions:
        raise SettingsError(f"The Dask cluster at {address} has no workers: start some.")
    if versions != {VERSION}:
        raise SettingsError(
            f"The workers of the Dask cluster at {address} must have version {VERSION} of The Bellwether, and have "
            f"{' and '.join(sorted(versions))}: install it there."
        )
