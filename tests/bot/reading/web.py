"""The real fetcher, pointed at a server of the tests."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

from bot.model import settings as settings_module
from bot.model.settings import PipelineSettings
from bot.reading.fetcher import HttpFetcher, open_fetcher
from tests.clock import FakeClock


def web(clock: FakeClock, *, private: bool = True, **pipeline: Any) -> AbstractAsyncContextManager[HttpFetcher]:
    """Settings of the pipeline may be given unvalidated: no test waits for a whole second."""
    settings = settings_module.load(allow_private_hosts=private)
    chosen = PipelineSettings(workers=0).model_copy(update=pipeline)
    return open_fetcher(settings.model_copy(update={"pipeline": chosen}), clock)
