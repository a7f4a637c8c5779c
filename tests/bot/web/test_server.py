"""The server over a real socket: who may come in, how much, and what goes out with every answer."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from PIL import Image

from bot.model import hearing
from bot.model.channel import ChannelSettings
from bot.model.errors import StorageError
from bot.model.label import CategoryKind, Label
from bot.model.question import QuestionRecord
from bot.model.run import RunReport
from bot.model.signal import Signal
from bot.web.addresses import Site
from bot.web.admission import COOKIE, Gate, RateLimit, client_of, safe_return
from bot.web.door import Door
from bot.web.guarding import Limits
from tests.bot.web.conftest import Served
from tests.clock import MORNING, FakeClock

HTML = {"Accept": "text/html"}


async def test_every_answer_carries_its_guard(served: Served, archive: tuple[Signal, ...]) -> None:
    """A strict policy, no sniffing, no frames, no referrer, and no cookie where no token is asked for."""
    async with served() as client:
        for path in ("/", "/s/1", "/nowhere", "/feed.atom", "/s/1.png", "/robots.txt"):
            headers = (await client.get(path)).headers
            assert headers["Content-Security-Policy"].startswith("default-src 'none';")
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Server"] == "The Bellwether"
            assert "Set-Cookie" not in headers


async def test_what_a_client_has_is_not_sent_again(served: Served, archive: tuple[Signal, ...]) -> None:
    """Its mark comes back as 304; the stylesheet may be kept for ever."""
    async with served() as client:
        first = await client.get("/s/1")
        again = await client.get("/s/1", headers={"If-None-Match": f'"x", {first.headers["ETag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        path = first.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
        style = await client.get(path)
        assert (style.status_code, style.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")


@pytest.mark.parametrize(
    ("request_line", "status", "sentence"),
    [
        ("GET /nowhere", 404, "There is nothing at this address."),
        ("GET /s/999999999999", 404, "There is no signal s999999999999."),
        ("GET /topics/nothing", 404, "There is nothing at this address."),
        ("GET /d/2026-13-01", 404, "There is nothing at this address."),
        ("GET /d/2026-01-01", 404, "Nothing was told on that day."),
        ("GET /search?strength=11", 400, "“strength” is a whole number from 1 to 10."),
        ("GET /search?page=0", 400, "“page” is a whole number from 1 to 10000."),
        ("GET /feed.atom?since=yesterday", 400, "“since” is a date such as 2026-03-27."),
        ("POST /s/1", 405, "These pages can only be read."),
        ("DELETE /", 405, "These pages can only be read."),
    ],
)
async def test_what_cannot_be_is_a_page_of_one_sentence(
    served: Served, archive: tuple[Signal, ...], request_line: str, status: int, sentence: str
) -> None:
    """With the status that fits."""
    async with served() as client:
        response = await client.request(*request_line.split())
        assert response.status_code == status
        assert sentence in response.text


async def test_a_database_that_fails_is_a_page_too(served: Served, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 and a sentence; a fault of ours 500; what went wrong stays in the log."""
    async with served() as client:
        for error, status in ((StorageError("the disk /dev/secret is full"), 503), (ValueError("/dev/secret"), 500)):

            async def broken(*_: object, error: Exception = error) -> None:
                raise error

            monkeypatch.setattr(store.signals, "get", broken)
            response = await client.get("/s/1")
            assert response.status_code == status
            assert "secret" not in response.text


async def test_nothing_of_channels_or_people_is_shown(served: Served, store: Any, archive: tuple[Signal, ...]) -> None:
    """Names of channels and people, questions, answers, mutes and settings planted in the store appear nowhere."""
    settings = ChannelSettings(timezone="Pacific/Chatham")
    channel, _ = await store.channels.ensure("slack", "PLANTED-address", "PLANTED-channel", settings, MORNING)
    label = Label(CategoryKind.WORDS, "PLANTED-mute", "PLANTED-mute")
    await store.channels.mute(channel.id, label, MORNING + timedelta(days=7), "PLANTED-person", MORNING)
    await store.channels.judge(channel.id, 1, "PLANTED-judge", True, MORNING)
    asked = QuestionRecord(0, channel.id, "t", "PLANTED-asker", "PLANTED-question", "PLANTED-answer", 1, MORNING, ())
    await store.questions.add(asked)
    await store.memory.keep("PLANTED-memory", "PLANTED-value")
    async with served(is_public=True) as client:
        for path in (
            "/", "/page/1", "/s/1", "/s/2", "/browse", "/search", "/search?q=PLANTEX", "/topics/ai", "/d/2026-03-27",
            "/feed.atom", "/feed.json", "/topics/ai/feed.atom", "/robots.txt", "/sitemap.xml", "/opensearch.xml",
            "/healthz", "/readyz", "/metrics", "/nowhere",
        ):  # fmt: skip
            text = (await client.get(path)).text
            assert "PLANTED" not in text, path
            assert "Chatham" not in text, path


async def test_nothing_a_visitor_sends_is_written(served: Served, tmp_path: Path, archive: tuple[Signal, ...]) -> None:
    """Whatever is asked, and whether the token is known or not, the database stays as it is."""

    def content() -> str:
        with closing(sqlite3.connect(tmp_path / "bellwether.db")) as connection:
            return "\n".join(connection.iterdump())

    before = content()
    async with served(token="sesame", site=Site("http://signals.example", "UTC")) as client:
        await client.post("/login", data={"token": "wrong", "next": "/s/1"})
        await client.post("/login", data={"token": "sesame", "next": "/s/1"})
        for path in ("/", "/s/1", "/search?q=memory", "/feed.atom?topic=AI"):
            assert (await client.get(path)).status_code == 200
    assert content() == before


# --- the token -------------------------------------------------------------------------------------------------------


async def test_a_token_is_asked_for_once(served: Served, archive: tuple[Signal, ...]) -> None:
    """Then a signed cookie opens everything; a wrong word, another's cookie and an altered one open nothing."""
    async with served(token="sesame") as client:
        closed = await client.get("/s/1")
        assert closed.status_code == 401
        assert "memory" not in closed.text
        assert (await client.post("/login", data={"token": "sesam", "next": "/s/1"})).status_code == 401
        opened = await client.post("/login", data={"token": "sesame", "next": "/s/1"})
        assert (opened.status_code, opened.headers["Location"]) == (303, "/s/1")
        cookie = opened.headers["Set-Cookie"]
        assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Secure"))
        assert "sesame" not in cookie
        value = cookie.partition("=")[2].partition(";")[0]
        client.cookies.clear()
        assert (await client.get("/s/1", headers={"Cookie": f"{COOKIE}={value}"})).status_code == 200
        for wrong in (value[:-1] + "x", "9" + value, Gate("other").cookie(MORNING.timestamp()), "", "."):
            assert (await client.get("/s/1", headers={"Cookie": f"{COOKIE}={wrong}"})).status_code == 401
        assert (await client.get("/feed.atom", headers={"Authorization": "Bearer sesame"})).status_code == 200
        assert (await client.get("/feed.atom", headers={"Authorization": "Bearer sesam"})).status_code == 401
        assert (await client.get("/robots.txt")).text == "User-agent: *\nDisallow: /\n"


async def test_a_link_previews_by_its_tags(served: Served, archive: tuple[Signal, ...]) -> None:
    """Title, strength, and a picture of the size that is named, for whoever fetches it as chats do. Behind a token
    nothing is given away, so that the link stands there plainly."""
    asking = {"User-Agent": "TelegramBot (like TwitterBot)"}
    async with served() as client:
        page: Any = html.document_fromstring((await client.get("/s/1", headers=asking)).content)
        tags = dict(zip(page.xpath("//meta/@property"), page.xpath("//meta[@property]/@content"), strict=True))
        assert tags["og:title"] == archive[0].title
        assert tags["og:description"].startswith("Strength 8 of 10. Memory chip makers lost")
        shown = await client.get(tags["og:image"].removeprefix("https://signals.example"), headers=asking)
        size = int(tags["og:image:width"]), int(tags["og:image:height"])
        assert Image.open(BytesIO(shown.content)).size == size
    async with served(token="sesame") as client:
        for path in ("/s/1", "/s/1.png", "/"):
            refused = await client.get(path, headers=asking)
            assert (refused.status_code, "og:" in refused.text) == (401, False)
            assert archive[0].title not in refused.text


def test_a_cookie_ends() -> None:
    """After its time, and with its token."""
    gate = Gate("sesame")
    cookie = gate.cookie(1000.0)
    assert gate.remembers(cookie, 1001.0)
    assert not gate.remembers(cookie, 1000.0 + 31 * 86400)
    assert not Gate("sesame2").remembers(cookie, 1001.0)


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/s/1?a=b", "/s/1?a=b"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("", "/"),
    ],
)
def test_the_token_leads_nowhere_else(path: str, there: str) -> None:
    """The way back is a path within, or the front page."""
    assert safe_return(path) == there


# --- limits ----------------------------------------------------------------------------------------------------------


def test_a_client_that_asks_too_fast_has_to_wait() -> None:
    """Each by itself; and those remembered are limited in number."""
    now = [0.0]
    limit = RateLimit(1.0, 2, lambda: now[0], most=2)
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    assert limit.allows("b")
    now[0] = 1.0
    assert [limit.allows("a") for _ in range(2)] == [True, False]
    assert limit.allows("c")
    assert limit.allows("d")
    assert limit.allows("a")  # forgotten, for want of room


def test_behind_a_proxy_the_client_is_whom_it_names() -> None:
    """Only a proxy on this machine is believed, and only its own word, the last."""
    assert client_of("127.0.0.1", "1.1.1.1, 2.2.2.2") == "2.2.2.2"
    assert client_of("9.9.9.9", "1.1.1.1") == "9.9.9.9"
    assert client_of("127.0.0.1", "") == "127.0.0.1"


async def test_too_many_and_too_large_requests_are_refused(served: Served) -> None:
    """With a page each; and the token can be tried less often than pages be read."""
    async with served(visits=RateLimit(0.0, 2, lambda: 0.0), tries=RateLimit(0.0, 1, lambda: 0.0)) as client:
        assert (await client.post("/login", content=b"x" * 5000)).status_code == 413
        statuses = [(await client.get("/")).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        assert (await client.post("/login", data={})).status_code == 401
        refused = await client.post("/login", data={})
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": f"{FORM}; charset=foo"}, b"token=x", 401),
        ({"Content-Type": FORM}, b"token=\xff&next", 401),
        (
            {"Content-Type": "multipart/form-data; boundary=b"},
            b"--b\r\nContent-Disposition: x\r\n\r\n",
            401,
        ),
        ({"Content-Type": FORM, "Content-Encoding": "gzip"}, b"token=x", 400),
    ],
)
async def test_what_is_no_form_is_no_fault_of_ours(
    served: Served, caplog: pytest.LogCaptureFixture, headers: dict[str, str], body: bytes, status: int
) -> None:
    """It holds no token, and nothing of it is written: to no file, and not to the log."""
    async with served(token="sesame") as client:
        assert (await client.post("/login", headers=headers, content=body)).status_code == status
    assert [each for each in caplog.records if each.name.startswith("bot")] == []


@pytest.mark.parametrize("ends", [False, True])
async def test_a_form_that_never_comes_whole_is_let_go(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *, ends: bool
) -> None:
    """Whether the client waits, and is told that it took too long, or goes away."""
    monkeypatch.setattr("bot.web.server.BODY_SECONDS", 0.05)
    said = b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoken"
    async with served(token="sesame") as client:
        heard = await _closed(str(client.base_url), said, ends=ends)
    assert ends or b" 408 " in heard.partition(b"\r\n")[0]
    assert [each for each in caplog.records if each.name.startswith("bot")] == []


async def _closed(url: str, said: bytes, *, ends: bool = False) -> bytes:
    """What a client reads that says so much and then waits, until it is cut off; `ends`: it says that no more comes."""
    host, _, port = url.removeprefix("http://").rstrip("/").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(said)
    if ends:
        writer.write_eof()
    try:
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_a_slow_client_is_cut_off(served: Served, said: bytes) -> None:
    """One that does not finish its first request in time; the read ends because the server ends it."""
    async with served(limits=Limits(head=0.05)) as client:
        assert await _closed(str(client.base_url), said) == b""


async def test_no_connection_lasts_for_ever(served: Served) -> None:
    """However busy it is."""
    async with served(limits=Limits(whole=0.1)) as client:
        said = b"GET /icon.svg HTTP/1.1\r\nHost: x\r\n\r\n"
        assert b"200 OK" in await _closed(str(client.base_url), said)


async def test_a_connection_too_many_is_closed(served: Served) -> None:
    """As it comes, without an answer."""
    async with served(limits=Limits(most=0)) as client:
        assert await _closed(str(client.base_url), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") == b""


# --- the operator's door ---------------------------------------------------------------------------------------------


async def test_the_door_tells_how_the_bot_is(served: Served, store: Any, clock: FakeClock) -> None:
    """Alive; ready once there was a look and every platform is open; and figures that Prometheus can read."""
    from prometheus_client.parser import text_string_to_metric_families

    async with served() as client:
        assert (await client.get("/healthz")).text == "alive\n"
        ready = await client.get("/readyz")
        assert ready.status_code == 503
        assert ready.text == "database: ok\nsources: the sources were never read\nslack: not open\n"
        await store.runs.record(RunReport(MORNING, MORNING))
        assert "sources: ok\n" in (await client.get("/readyz")).text
        families = {each.name: each for each in text_string_to_metric_families((await client.get("/metrics")).text)}
        assert families["bellwether_last_look_timestamp_seconds"].samples[0].value == MORNING.timestamp()
        assert families["bellwether_platform_open"].samples[0].labels == {"platform": "slack"}
        assert {f"bellwether_{name}" for name in ("looks", "articles", "signals", "sends", "sources")} <= set(families)
        sends = {each.labels["outcome"]: each.value for each in families["bellwether_sends"].samples}
        assert sends == {"pending": 0, "sending": 0, "sent": 0, "unknown": 0, "dead": 0}
        times = {each.name: each.value for each in families["bellwether_answer_seconds"].samples}
        assert (times["bellwether_answer_seconds_count"], times["bellwether_answer_seconds_sum"]) == (0, 0)


@pytest.mark.parametrize(
    ("minutes", "slack"), [(9, "ok"), (11, "nothing said there reaches the bot since 2026-03-27 07:19 UTC")]
)
async def test_a_platform_that_is_open_and_not_heard_is_not_ready(
    served: Served, store: Any, clock: FakeClock, minutes: int, slack: str
) -> None:
    """By the same rule as `status --check`: a connection may come back by itself, for ten minutes."""
    await store.runs.record(RunReport(MORNING, MORNING))
    heard = {"slack": MORNING - timedelta(minutes=minutes), "telegram": None}
    await store.memory.keep(hearing.KEY, hearing.to_json(heard))
    opened: Any = dict.fromkeys(heard)
    async with served(door=Door(store, clock, 900, opened, tuple(heard), is_public=False)) as client:
        ready = await client.get("/readyz")
        assert ready.text == f"database: ok\nsources: ok\nslack: {slack}\ntelegram: ok\n"
        assert ready.status_code == (200 if slack == "ok" else 503)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_the_door_is_closed_to_others(served: Served, path: str) -> None:
    """To whoever comes through a proxy; unless the settings open it. A token does not open it, nor close it."""
    forwarded = {"X-Forwarded-For": "203.0.113.7"}
    async with served(token="sesame") as client:
        assert (await client.get(path, headers=forwarded)).status_code == 404
        assert (await client.get(path)).status_code in (200, 503)
    async with served(is_public=True) as client:
        assert (await client.get(path, headers=forwarded)).status_code in (200, 503)
