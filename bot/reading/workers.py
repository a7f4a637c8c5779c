"""Read foreign bytes in processes of their own, each job bounded in processor time, memory and duration.

job, arguments | a worker takes them | bounded: processor time, memory, duration | result, or Overrun

A worker that oversteps a bound is ended, and the next job finds another one. Workers are started by the first job and
let go when none has come for a while: parsers and their memory are then no part of a bot that waits.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import os
import signal
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

try:
    import resource
except ImportError:  # Windows has no limits of this kind: there the duration alone is bounded
    resource = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from pebble import ProcessPool

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

TOO_LONG = "takes too long to read"
TOO_MUCH = "needs too much memory to be read"
BROKEN = "breaks the program that reads it"
NO_PROCESS = "cannot be read, since this machine gives us no process to read it in"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may take. The largest feeds and pages that we accept (8 MB) take a quarter of it."""

    processor: int = 10  # seconds of processor time
    memory: int = 512_000_000  # bytes beyond what the worker holds before the job
    duration: float = 60.0  # seconds on the clock, also for jobs that wait for something that never comes


LIMITS = Limits()
_JOBS = 500  # that a worker does before another takes its place, since memory of large documents stays with it
REST = 60.0
"""Seconds without a job after which the workers are let go. Two need 0.25 s of processor time to start anew, at a look
every 15 minutes; waiting they would hold 150 MB together (`python -m tests.bench idle`)."""


class Overrun(Exception):
    """The job overstepped a bound, or took its worker with it; `why` says which, as the end of a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Workers(Protocol):
    """Runs jobs beside the event loop."""

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The job's result. Raises what the job raises, and Overrun."""
        ...


@asynccontextmanager
async def open_workers(count: int) -> AsyncIterator[Workers]:
    """So many processes while the context lasts; 0: threads of this process, for texts that are not foreign."""
    if count:
        processes = Processes(count)
        try:
            yield processes
        finally:
            await processes.close()
    else:
        with ThreadPoolExecutor(2, thread_name_prefix="parse") as threads:
            yield Threads(threads)


class Threads:
    """Threads of this process, without bounds."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The job's result. Raises what the job raises."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(job, *args, **kwargs))


class Processes:
    """A pool of processes; see the module's docstring."""

    def __init__(self, count: int, limits: Limits = LIMITS, rest: float = REST) -> None:
        self._count = count
        self._limits = limits
        self._rest = rest
        self._pool: ProcessPool | None = None  # None: no job has come yet, or none for a while
        self._starting = asyncio.Lock()
        self._running = 0  # jobs in hand
        self._waiting: set[Future[Any]] = set()  # for what the pool gives back
        self._closed = False
        self._release: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The job's result; job, arguments and result can be pickled. Raises what the job raises, and Overrun.

        A job whose worker was ended from outside is done once more. If the caller is cancelled, so is the job.
        """
        self._begin()
        try:
            try:
                return await self._once(partial(job, *args, **kwargs))
            except _Lost:
                return await self._once(partial(job, *args, **kwargs))
        except _Lost:
            raise Overrun(BROKEN) from None
        finally:
            self._end()

    async def _once(self, job: partial[T]) -> T:
        from pebble import ProcessExpired

        pool = await self._started()
        try:
            future = pool.schedule(_bounded, args=(self._limits, job), timeout=self._limits.duration)
        except RuntimeError:  # the pool has broken down since its last job
            await self._stop(pool)
            raise _Lost from None
        self._waiting.add(future)
        try:
            found: T | _OutOfMemory = await asyncio.wrap_future(future)
        except TimeoutError:
            raise Overrun(TOO_LONG) from None
        except ProcessExpired as error:
            raise _explained(error.exitcode or 0) from None
        except BrokenProcessPool:
            await self._stop(pool)
            raise _Lost from None
        finally:
            self._waiting.discard(future)
        if isinstance(found, _OutOfMemory):
            raise Overrun(TOO_MUCH)
        return found

    async def _started(self) -> ProcessPool:
        async with self._starting:
            if self._closed:
                raise _Lost
            if self._pool is None:
                try:
                    self._pool = await asyncio.to_thread(_start, self._count)
                except (OSError, ImportError) as error:  # no processes left, or no semaphores at all
                    log.warning("no process can be started: %s", error)
                    raise Overrun(NO_PROCESS) from None
            return self._pool

    async def _stop(self, pool: ProcessPool) -> None:
        """End the pool, and its workers with it, whatever they do."""
        if self._pool is pool:
            self._pool, waiting = None, tuple(self._waiting)
            await asyncio.to_thread(_end, pool)
            for future in waiting:
                with suppress(InvalidStateError):  # it has come to its end
                    future.set_exception(_Lost())

    def _begin(self) -> None:
        self._running += 1
        if self._release:
            self._release.cancel()

    def _end(self) -> None:
        self._running -= 1
        if not self._running:
            self._release = asyncio.get_running_loop().call_later(self._rest, self._let_go)

    def _let_go(self) -> None:
        if self._pool and not self._running:
            ending = asyncio.create_task(self._stop(self._pool))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """End the workers, whatever they do."""
        self._closed = True
        if self._release:
            self._release.cancel()
        if self._pool:
            await self._stop(self._pool)
        for ending in tuple(self._ending):
            await ending


class _Lost(Exception):
    """A worker was ended, and not by its job."""


def _explained(code: int) -> Exception:
    """Why a worker has ended with this exit code (negative: by that signal)."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return Overrun(TOO_LONG)
    if code == -getattr(signal, "SIGKILL", 9):  # as the kernel ends what fills the machine's memory
        return Overrun(TOO_MUCH)
    return _Lost() if code == -signal.SIGTERM else Overrun(BROKEN)


def _start(count: int) -> ProcessPool:
    """A pool with its workers started anew ("spawn"): a copy of a process that runs threads may hang at any lock.

    A process that forks on request (a fork server) would spare a worker's start, 0.12 s of processor time, and hold
    30 to 80 MB for good.
    """
    from pebble import ProcessPool

    resource_tracker.ensure_running()  # now, since its start unblocks the signal that is blocked next
    pool = ProcessPool(count, _JOBS, _prepare, context=multiprocessing.get_context("spawn"))
    with _interrupts_blocked():
        if pool.active:  # asking for it starts it
            return pool
    raise OSError("its workers have ended at once")


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block SIGINT in this thread, and so for good in the threads and processes that it starts: Ctrl-C is for us."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


# --- in the worker -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _OutOfMemory:
    """The job's memory did not suffice."""


def _prepare() -> None:
    """Make the process one that says nothing, holds none of our streams, ends at once, and leaves no core file."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    logging.disable()
    warnings.simplefilter("ignore")
    gc.set_threshold(100_000, 10, 10)  # as in the bot itself; see `bot.__main__`
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    if resource:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bounded(limits: Limits, job: Callable[[], T]) -> T | _OutOfMemory:
    """Do the job within the limits; the process is ended by SIGXCPU where it takes too long."""
    try:
        with _limited(limits):
            return job()
    except MemoryError:
        return _OutOfMemory()


@contextmanager
def _limited(limits: Limits) -> Iterator[None]:
    if not resource:
        yield
        return
    bounds = [(resource.RLIMIT_CPU, int(time.process_time()) + 1 + limits.processor)]
    if held := _address_space():
        bounds.append((resource.RLIMIT_AS, held + limits.memory))
    before = [(kind, resource.getrlimit(kind)) for kind, _ in bounds]
    for (kind, bound), (_, (_, hard)) in zip(bounds, before, strict=True):
        resource.setrlimit(kind, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))
    try:
        yield
    finally:
        for kind, limit in before:
            resource.setrlimit(kind, limit)


def _address_space() -> int | None:
    """Bytes that this process has mapped; None where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
