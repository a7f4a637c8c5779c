"""On a Dask cluster articles are read as they are here; where there is none that can, a sentence says so."""

from __future__ import annotations

import asyncio
import socket

import pytest
from distributed import LocalCluster

from bot.analysts.extractive import read_articles
from bot.cli import cluster
from bot.cli.cluster import open_cluster
from bot.model.errors import SettingsError
from tests import make
from tests.clock import PATIENCE


async def test_read_as_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The readings are those of this process, in order; workers of another version, or none, are refused."""
    articles = [make.article(1), make.article(2, "The cup final ended in a goalless draw on Sunday.")]
    where = {"processes": False, "dashboard_address": None, "protocol": "tcp", "asynchronous": True}
    async with asyncio.timeout(PATIENCE), LocalCluster(n_workers=1, threads_per_worker=2, **where) as local:
        async with open_cluster(local.scheduler_address) as (read, threads):
            assert threads == 2
            assert list(await read(articles)) == read_articles(articles)
        monkeypatch.setattr(cluster, "VERSION", "9.9")
        with pytest.raises(SettingsError, match=r"must have version 9\.9 of The Bellwether, and have 0\."):
            async with open_cluster(local.scheduler_address):
                pass
        await local.scale(0)
        await local
        with pytest.raises(SettingsError, match="has no workers"):
            async with open_cluster(local.scheduler_address):
                pass


async def test_none_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens, and at what is no address."""
    monkeypatch.setattr(cluster, "ANSWERS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for address in (f"tcp://127.0.0.1:{port}", "nonsense"):
        with pytest.raises(SettingsError, match=f"No Dask scheduler answers at {address}"):
            async with open_cluster(address):
                pass
