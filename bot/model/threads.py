"""Threads beside the event loop: for calls that may never return, and for long texts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

LONG = 50_000
"""Characters of text from which work on them, some hundredths of a second, is done in a thread."""


async def beside(size: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work` returns for texts of `size` characters, so done that other tasks go on meanwhile.

    Only who awaits it may touch what `work` changes.
    """
    if size >= LONG:
        return await asyncio.to_thread(work, *args, **kwargs)
    await asyncio.sleep(0)
    return work(*args, **kwargs)


async def in_daemon_thread(work: Callable[[], T], name: str) -> T:
    """Run `work` in a daemon thread called `name`; returns what it returns, raises what it raises.

    If the awaiting task is cancelled, the call runs on and its outcome is dropped.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[T] = loop.create_future()

    def settle(value: T | None, error: BaseException | None) -> None:
        if outcome.done():
            return
        if error is not None:
            outcome.set_exception(error)
        else:
            outcome.set_result(value)  # type: ignore[arg-type] # without an error there is a value

    def run() -> None:
        value, fault = None, None
        try:
            value = work()
        except BaseException as error:  # noqa: BLE001 - raised again in the awaiting task
            fault = error
        with suppress(RuntimeError):  # the loop has closed meanwhile
            loop.call_soon_threadsafe(settle, value, fault)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await outcome
