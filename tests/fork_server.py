"""Start processes with the bot's modules already loaded: this process loads them once, and forks one for each request.

    python -m tests.fork_server SOCKET

    request | fork, which waits for the process and tells how it ended | fork: the process, as `python -m` runs it

`tests/forking.py` is the other side. The process has a request's working directory, environment and standard streams,
and none of what happened here: no thread runs, no signal is handled, and the modules do nothing when they are loaded.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import socket
import sys
import threading
import time
from importlib import import_module
from typing import Any

FILES = 4
"""Of a request: standard input, output and error, and where the process's number and its exit code are told."""
LONGEST = 1 << 18  # bytes of a request
LOADED = (
    "alembic.command",
    "apscheduler.schedulers.asyncio",
    "bot.analysts.lexical.telling",
    "bot.app.running",
    "bot.cli.checks",
    "bot.cli.jobs",
    "bot.cli.logs",
    "bot.pipeline.cycle",
    "bot.reading.feeds",
    "bot.reading.fetcher",
    "bot.reading.pages",
    "bot.reading.plain_xml",
    "bot.reading.sample",
    "bot.signals.consolidation",
    "feedparser",
    "handlers.console.platform",
    "handlers.slack.platform",
    "handlers.telegram.platform",
    "storage.migrate",
    "storage.store",
    "tests.crash.clock",
    "tests.talk",
    "trafilatura",
)
"""What a process is likely to load; whatever else it needs, and its own module, it loads itself."""


def next_process(requests: socket.socket) -> dict[str, Any]:
    """The request for which this is the process: returns in each process that is asked for, and nowhere else."""
    while True:
        said, files, *_ = socket.recv_fds(requests, LONGEST, FILES)
        if not said:
            sys.exit()  # whoever asked has gone
        if os.fork() == 0:
            requests.close()
            return _born(json.loads(said), files)
        for each in files:
            os.close(each)


def _born(request: dict[str, Any], files: list[int]) -> dict[str, Any]:
    *streams, told = files
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if process := os.fork():
        for each in streams:
            os.close(each)
        os.write(told, f"{process}\n".encode())
        _, status = os.waitpid(process, 0)
        os.write(told, f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    os.close(told)
    for number, each in enumerate(streams):
        os.dup2(each, number)
        os.close(each)
    return request


def become(request: dict[str, Any]) -> None:
    """Take on what the request says, and run its module as the main one."""
    if request["alone"]:
        os.setsid()
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    sys.argv = ["", *request["words"]]
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here waits for those that wait for the processes
    for name in LOADED:
        import_module(name)
    assert threading.active_count() == 1, "a module that is loaded starts a thread"
    gc.freeze()  # the collector does not touch, and so does not copy, what is shared
    become(next_process(socket.socket(fileno=int(sys.argv[1]))))
