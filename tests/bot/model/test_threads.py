"""Calls nobody waits for any more keep nothing waiting."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from bot.model.threads import LONG, beside, in_daemon_thread
from tests.clock import PATIENCE


async def test_what_the_work_returns_or_raises() -> None:
    """Its value is ours, and so is its error."""
    assert await in_daemon_thread(lambda: 42, "work") == 42
    with pytest.raises(OSError, match="no such name"):
        await in_daemon_thread(lambda: (_ for _ in ()).throw(OSError("no such name")), "work")


async def test_what_was_given_up_is_not_heard() -> None:
    """A call that is cancelled leaves its thread to itself, and the answer that comes too late hurts nobody."""
    go = threading.Event()
    waiting = asyncio.create_task(in_daemon_thread(go.wait, "work"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go.set()
    await in_daemon_thread(lambda: None, "after")


async def test_long_texts_are_worked_on_beside_the_loop() -> None:
    """A short one costs no thread; either way the value is ours."""
    here = threading.get_ident()
    assert await beside(LONG - 1, threading.get_ident) == here
    assert await beside(LONG, threading.get_ident) != here
    assert await beside(LONG, sorted, [2, 1], reverse=True) == [2, 1]


def test_a_call_that_hangs_does_not_keep_the_process() -> None:
    """A process whose call never returns ends all the same."""
    hangs = (
        "import asyncio, threading\n"
        "from bot.model.threads import in_daemon_thread\n"
        "async def main():\n"
        "    task = asyncio.create_task(in_daemon_thread(threading.Event().wait, 'hang'))\n"
        "    await asyncio.sleep(0)\n"
        "    task.cancel()\n"
        "asyncio.run(main())\n"
    )
    assert subprocess.run([sys.executable, "-c", hangs], timeout=PATIENCE, check=False).returncode == 0
