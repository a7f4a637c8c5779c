"""What every test stands on: an injected clock, the real store on a real file, and no way out of this machine."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck

from tests.clock import FakeClock

# A change is judged by the same examples each time, and how long one takes says nothing; `make torture` searches on.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile(
    "search", max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck)
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

gc.set_threshold(
    100_000, 10, 10
)  # as the bot itself runs; with Python's default the collector takes 8 % of the suite's time


def pytest_collection_finish() -> None:
    """What was loaded until now stays: without it the collector, which pytest runs six times at its end, is done at
    once (3 s a process)."""
    gc.freeze()


LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at its newest schema with nothing in it, made once, for each test to copy."""
    from storage.engine import located
    from storage.migrate import to_head

    path = tmp_path_factory.mktemp("empty") / "bellwether.db"
    to_head(located(str(path)))
    return path


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    from tests.servers import postgres

    with postgres.running(testrun_uid) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[Any]:
    """A database of this process."""
    from tests.servers import postgres

    with postgres.reused(postgres_server) as made:
        yield made


class Compiled(dict[Any, Any]):
    """Statements that were compiled for one database, for all that are of its kind: the key but for its dialect."""

    @staticmethod
    def _rest(key: tuple[Any, ...]) -> tuple[Any, ...]:
        dialect, *rest = key
        assert dialect.name in {"sqlite", "postgresql"}, "the first of a key is no longer the dialect"
        return (dialect.name, *rest)

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(self._rest(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(self._rest(key), compiled)


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """What was compiled for one test's database is not compiled again for the next one's (an eighth of their time)."""
    from sqlalchemy.ext.asyncio import create_async_engine

    create = partial(create_async_engine, execution_options={"compiled_cache": Compiled()})
    with pytest.MonkeyPatch.context() as patch:
        for engine in ("sqlite", "postgresql"):
            patch.setattr(f"storage.engines.{engine}.create_async_engine", create)
        yield


@pytest.fixture(scope="session", autouse=True)
def certificates_read_once() -> Iterator[None]:
    """All clients share a TLS context: each would read the same certificates anew, which takes it 20 ms."""
    create = ssl.create_default_context

    @cache
    def made(environment: tuple[str | None, ...], *args: Any, **given: Any) -> ssl.SSLContext:
        return create(*args, **given)

    def shared(*args: Any, **given: Any) -> ssl.SSLContext:
        return made((os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")), *args, **given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", shared)
        yield


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock, empty_database: Path) -> AsyncIterator[Any]:
    from storage.store import open_store

    path = tmp_path / "bellwether.db"
    shutil.copy(empty_database, path)
    async with open_store(f"sqlite+aiosqlite:///{path}", clock=clock) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches beyond this machine is wrong, and says so."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for each test, made by who writes in it: to make one for all takes a quarter of a plain test's time."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, homes: Iterator[Path]) -> None:
    """No setting of the person who runs the tests reaches them, and no test touches that person's folders."""
    import os

    for name in list(os.environ):
        if name.startswith(("BELLWETHER_", "SLACK_", "TELEGRAM_", "ANTHROPIC_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("BELLWETHER_PIPELINE__WORKERS", "0")  # tests of the workers ask for them
    home = next(homes)
    monkeypatch.setenv("XDG_DATA_HOME", f"{home}-data")
    monkeypatch.setenv("XDG_CONFIG_HOME", f"{home}-config")
