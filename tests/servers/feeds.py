"""A feed server on a real socket that evolves, fails and lies as it is told, and remembers what it was asked.

    async with feed_server() as server:
        server.put("/feed.xml", rss(item("One")), etag='"1"')
        server.script("/odd.xml", Answer(status=503), Answer(b"<rss…"))   # one after the other, the last stays
        server.redirect("/old.xml", "/feed.xml")
        await web.feed(source_at(server.url("/feed.xml")), …)
        assert server.seen("/feed.xml")[0].headers["user-agent"] …

`python -m tests.servers.feeds FOLDER [PORT]` serves a folder's files from a process of its own, /N being the Nth.
"""

from __future__ import annotations

import asyncio
import gzip
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from pathlib import Path

from tests.clock import MORNING, PATIENCE

RSS = "application/rss+xml"


@dataclass(frozen=True)
class Answer:
    """One answer; what is not said is as a well-behaved server has it."""

    body: bytes | str | Callable[[int], bytes | str] = b""  # a callable is given the number of the visit, from 1
    status: int = 200
    type: str | None = RSS  # None: no Content-Type
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None  # None: none is sent, and If-None-Match has no effect
    modified: str | None = None  # Last-Modified
    gzip: bool = False
    drip: float | None = None  # seconds between two bytes; None: all at once
    cut: int | None = None  # bytes after which the connection breaks off; None: the whole body
    hang: bool = False  # never answers

    def encoded(self, visit: int) -> bytes:
        body = self.body(visit) if callable(self.body) else self.body
        data = body.encode() if isinstance(body, str) else body
        return gzip.compress(data) if self.gzip else data


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]  # names in small letters


class FeedServer:
    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.port = 0
        self._answers: dict[str, list[Answer]] = {}
        self._visits: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._asked = asyncio.Condition()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def put(self, path: str, body: bytes | str | Callable[[int], bytes | str] = b"", **how: object) -> None:
        """Answer `path` with this from now on; `how` are the fields of Answer."""
        self._answers[path] = [replace(Answer(body), **how)]  # type: ignore[arg-type] # fields by name

    def script(self, path: str, *answers: Answer) -> None:
        """Answer with these in turn; the last one stays."""
        self._answers[path] = list(answers)

    def redirect(self, path: str, to: str, status: int = 301) -> None:
        self.put(path, status=status, headers={"Location": to})

    def seen(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    async def asked(self, times: int) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(PATIENCE), self._asked:
            await self._asked.wait_for(lambda: len(self.requests) >= times)

    # --- the wire

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while request := await _read_request(reader):
                self.requests.append(request)
                async with self._asked:
                    self._asked.notify_all()
                if not await self._answer(request, writer):
                    break
        except (ConnectionError, asyncio.CancelledError):
            pass  # the other side left, or the server closes: asyncio would log a cancelled connection as an error
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Send what is due; False: the connection ends here."""
        waiting = self._answers.get(request.path, [Answer("nothing here", 404, "text/plain")])
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        visit = self._visits[request.path] = self._visits.get(request.path, 0) + 1
        if answer.hang:
            await asyncio.Event().wait()
        unchanged = (answer.etag and request.headers.get("if-none-match") == answer.etag) or (
            answer.modified and request.headers.get("if-modified-since") == answer.modified
        )
        status = 304 if unchanged else answer.status
        body = b"" if unchanged else answer.encoded(visit)
        writer.write(_head(answer, status, len(body)))
        body = body if answer.cut is None else body[: answer.cut]
        if answer.drip is None:
            writer.write(body)
        for byte in body if answer.drip is not None else b"":
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(answer.drip or 0)
        await writer.drain()
        return answer.cut is None

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return Request(first.split(" ")[1], {name.lower(): value.strip() for name, _, value in pairs})


def _head(answer: Answer, status: int, length: int) -> bytes:
    headers = {"Content-Length": str(length), "Date": format_datetime(MORNING, usegmt=True)}
    optional = {
        "Content-Type": answer.type,
        "ETag": answer.etag,
        "Last-Modified": answer.modified,
        "Content-Encoding": "gzip" if answer.gzip else None,
    }
    headers |= {name: value for name, value in optional.items() if value} | answer.headers
    lines = [f"HTTP/1.1 {status} As told", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")


@asynccontextmanager
async def feed_server(port: int = 0) -> AsyncIterator[FeedServer]:
    """A FeedServer on loopback (every 127.x.y.z, as if they were many hosts) while the context lasts."""
    server = FeedServer()
    listening = await asyncio.start_server(server.connected, "0.0.0.0", port, limit=1 << 20)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await server.close()


@asynccontextmanager
async def feed_server_apart() -> AsyncIterator[FeedServer]:
    """As `feed_server`, in a thread with a loop of its own: the caller's loop does not wait for what is sent."""
    ready: Future[tuple[FeedServer, Callable[[], object]]] = Future()

    async def serve() -> None:
        async with feed_server() as server:
            ended, loop = asyncio.Event(), asyncio.get_running_loop()
            ready.set_result((server, lambda: loop.call_soon_threadsafe(ended.set)))
            await ended.wait()

    with ThreadPoolExecutor(1) as thread:
        serving = asyncio.wrap_future(thread.submit(asyncio.run, serve()))
        async with asyncio.timeout(PATIENCE):
            server, end = await asyncio.wrap_future(ready)
        try:
            yield server
        finally:
            end()
            await serving


# --- feeds to serve ------------------------------------------------------------------------------------------------


def item(title: str, **fields: str | None) -> str:
    """An RSS item; fields by name: link, guid, pubDate, description, or any other element. None leaves one out."""
    slug = "-".join(title.lower().split())
    given = {
        "title": title,
        "link": f"https://daily.example/{slug}",
        "guid": f"id-{slug}",
        "pubDate": format_datetime(MORNING),
        "description": f"What the daily has to say of {title}.",
    }
    pieces = (f"<{name}>{escape(text)}</{name}>" for name, text in (given | fields).items() if text is not None)
    return f"<item>{''.join(pieces)}</item>"


def rss(*items: str, head: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>The Daily</title><link>https://daily.example/</link>{head}{''.join(items)}</channel></rss>"
    )


def bomb(megabytes: int) -> bytes:
    """A gzip of so many megabytes of blanks: about a thousandth of that on the wire."""
    return gzip.compress(b" " * megabytes * 1_000_000)


# --- a folder, from a process of its own ---------------------------------------------------------------------------


async def serve_folder(paths: Iterable[Path], port: int = 0) -> None:
    """Serve each file under /0, /1 … with an ETag until standard input ends; print the port first (0: any)."""
    async with feed_server(port) as server:
        for number, path in enumerate(paths):
            data = path.read_bytes()
            server.put(f"/{number}", data, type="application/xml", etag=f'"{sha256(data).hexdigest()[:16]}"')
        print(server.port, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(
        serve_folder(sorted(each for each in Path(sys.argv[1]).iterdir() if each.is_file()), *map(int, sys.argv[2:]))
    )
