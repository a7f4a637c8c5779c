"""Serve the archive's pages in the bot's own loop: read-only, within limits, behind a token where one is set.

request | connection cut where it is slow or one too many | who? how often? how large? | token | page | headers, 304
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.model.errors import StorageError
from bot.model.ports import Clock
from bot.web import machine
from bot.web.addresses import SEGMENTS
from bot.web.admission import COOKIE, LASTS, Gate, RateLimit, client_of, safe_return
from bot.web.door import PATHS, Door
from bot.web.guarding import Limits, listening
from bot.web.pages import ATOM, JSON, Page, Pages
from bot.web.queries import BadQuery
from bot.web.rendering import POLICY, icon, render, stylesheet, stylesheet_path

log = logging.getLogger(__name__)

MOST_BODY = 4096  # bytes of what a visitor sends
BODY_SECONDS = 5.0
FOR_EVER = "public, max-age=31536000, immutable"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Server": "The Bellwether",  # the library would name itself, and its version
}
SAID = {
    400: ("Not quite", "What you sent cannot be read."),
    404: ("Not here", "There is nothing at this address."),
    405: ("Not like that", "These pages can only be read."),
    408: ("Too slow", "What you sent did not arrive in time; try again."),
    413: ("Too much", "That is more than these pages take."),
    429: ("A moment, please", "That was a little fast; try again in a few seconds."),
    503: ("Not now", "The archive cannot be read just now; try again in a minute."),
    500: ("Something broke", "That is a fault of ours, and it is in the bot's log."),
}
"""What a visitor is told, by status."""


@dataclass
class Archive:
    """The pages, and who may see them."""

    pages: Pages
    clock: Clock
    door: Door
    gate: Gate | None = None  # None: open to all
    visits: RateLimit = field(default_factory=lambda: RateLimit(10.0, 80, time.monotonic))
    tries: RateLimit = field(default_factory=lambda: RateLimit(0.1, 10, time.monotonic))  # of the token

    def application(self) -> web.Application:
        """The web application; it holds nothing open."""
        made = web.Application(middlewares=[self._guarded], client_max_size=MOST_BODY)
        get = made.router.add_get
        get("/", self._front)
        get("/page/{page:[1-9][0-9]{0,5}}", self._numbered)
        get("/search", self._search)
        get("/s/{id:[0-9]{1,12}}", self._signal)
        get("/signals/{id:s?[0-9]{1,12}}", self._signal_by_name)
        get("/s/{id:[0-9]{1,12}}.png", self._picture)
        get("/d/{day}", self._day)
        get("/browse", self._browse)
        get(r"/{name:feed\.(?:atom|json)}", self._feed)
        kinds = "|".join(SEGMENTS.values())
        get(rf"/{{kind:{kinds}}}/{{label}}", self._label)
        get(rf"/{{kind:{kinds}}}/{{label}}/page/{{page:[1-9][0-9]{{0,5}}}}", self._label)
        get(rf"/{{kind:{kinds}}}/{{label}}/{{name:feed\.(?:atom|json)}}", self._label_feed)
        get("/robots.txt", self._robots)
        get(r"/{name:sitemap(?:-[0-9]{1,4})?\.xml}", self._sitemap)
        get("/opensearch.xml", self._opensearch)
        get(stylesheet_path(), self._stylesheet)
        get("/icon.svg", self._icon)
        made.router.add_post("/login", self._login)
        for path, answer in zip(PATHS, (self.door.alive, self.door.ready, self.door.metrics), strict=True):
            get(path, answer)
        return made

    # --- around every answer

    async def _answered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The answer, failures included; nothing that a visitor sends raises through here."""
        try:
            if refusal := self._refusal(request):
                return refusal
            return await handler(request)
        except web.HTTPException as error:
            return self._failed(error.status)
        except BadQuery as error:
            return _page(self.pages.notice(400, "Not quite", str(error)))
        except StorageError as error:
            log.warning("a page could not be shown: %s", error)
            return self._failed(503)
        except Exception:
            log.exception("a page could not be shown: %s", request.path)
            return self._failed(500)

    @property
    def _guarded(self) -> Middleware:
        @web.middleware
        async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await self._answered(request, handler)
            response.headers.update({name: each for name, each in HEADERS.items() if name not in response.headers})
            response.headers.setdefault("Cache-Control", "private, no-cache" if self.gate else "no-cache")
            return _unless_known(request, response)

        return guarded

    def _refusal(self, request: web.Request) -> web.Response | None:
        """Why the request is not answered: it is too large, too soon, not for this client, or without the token."""
        if (request.content_length or 0) > MOST_BODY:
            return self._failed(413)
        if request.path in PATHS:
            return None if self.door.admits(request) else self._failed(404)
        client = client_of(request.remote or "", request.headers.get("X-Forwarded-For", ""))
        limit = self.tries if request.path == "/login" else self.visits
        if not limit.allows(client):
            return self._failed(429)
        if request.path in {stylesheet_path(), "/icon.svg", "/robots.txt", "/login"} or self._is_known(request):
            return None
        return self._asked_for_token(request.path_qs)

    def _is_known(self, request: web.Request) -> bool:
        if self.gate is None or self.gate.remembers(request.cookies.get(COOKIE, ""), self._now()):
            return True
        kind, _, given = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
        return kind.lower() == "bearer" and self.gate.opens(given.strip())

    def _failed(self, status: int) -> web.Response:
        title, sentence = SAID.get(status, SAID[404])
        response = _page(self.pages.notice(status, title, sentence))
        if status == 429:
            response.headers["Retry-After"] = "5"
        return response

    def _now(self) -> float:
        return self.clock.now().timestamp()

    # --- the token

    def _asked_for_token(self, after: str, *, wrong: bool = False) -> web.Response:
        text = render("login.html", self.pages.site, next=after, wrong=wrong)
        response = _page(Page(text, status=401))
        response.headers["WWW-Authenticate"] = 'Bearer realm="The Bellwether"'
        return response

    async def _login(self, request: web.Request) -> web.Response:
        given = await _form(request)
        after = safe_return(given.get("next", "/"))
        if self.gate is None or not self.gate.opens(given.get("token", "")):
            return self._asked_for_token(after, wrong=True)
        response = web.Response(status=303, headers={"Location": self.pages.site.prefix + after})
        secure = self.pages.site.address.startswith("https://")
        cookie = self.gate.cookie(self._now())
        response.set_cookie(COOKIE, cookie, max_age=LASTS, httponly=True, samesite="Lax", secure=secure, path="/")
        return response

    # --- pages

    async def _front(self, _request: web.Request) -> web.Response:
        return _page(await self.pages.front())

    async def _numbered(self, request: web.Request) -> web.Response:
        return _page(await self.pages.numbered(int(request.match_info["page"])))

    async def _search(self, request: web.Request) -> web.Response:
        return _page(await self.pages.search(request.query, self.clock.now()))

    async def _signal(self, request: web.Request) -> web.Response:
        return self._page_or_move(await self.pages.signal(int(request.match_info["id"])))

    async def _signal_by_name(self, request: web.Request) -> web.Response:
        return self._page_or_move(self.pages.moved(f"/s/{int(request.match_info['id'].removeprefix('s'))}"))

    async def _picture(self, request: web.Request) -> web.Response:
        png = await self.pages.picture(int(request.match_info["id"]))
        return self._failed(404) if png is None else web.Response(body=png, content_type="image/png")

    async def _day(self, request: web.Request) -> web.Response:
        try:
            on = date.fromisoformat(request.match_info["day"])
        except ValueError:
            raise web.HTTPNotFound from None
        return _page(await self.pages.day(on))

    async def _browse(self, _request: web.Request) -> web.Response:
        return _page(await self.pages.browse())

    async def _label(self, request: web.Request) -> web.Response:
        named = request.match_info
        number = int(named["page"]) if "page" in named else None
        return self._page_or_move(await self.pages.label(named["kind"], named["label"], number))

    async def _feed(self, request: web.Request) -> web.Response:
        return _page(await self.pages.feed(request.query, _feed_kind(request)))

    async def _label_feed(self, request: web.Request) -> web.Response:
        named = request.match_info
        return _page(await self.pages.label_feed(named["kind"], named["label"], _feed_kind(request)))

    async def _robots(self, _request: web.Request) -> web.Response:
        return web.Response(text=machine.robots(self.pages.site, is_open=self.gate is None))

    async def _sitemap(self, request: web.Request) -> web.Response:
        text = machine.sitemap(request.match_info["name"], await self.pages.places(), self.pages.site)
        return self._failed(404) if text is None else web.Response(text=text, content_type="application/xml")

    async def _opensearch(self, _request: web.Request) -> web.Response:
        text = render("opensearch.xml", self.pages.site)
        return web.Response(text=text, content_type="application/opensearchdescription+xml")

    async def _stylesheet(self, _request: web.Request) -> web.Response:
        return web.Response(text=stylesheet(), content_type="text/css", headers={"Cache-Control": FOR_EVER})

    async def _icon(self, _request: web.Request) -> web.Response:
        return web.Response(text=icon(), content_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})

    def _page_or_move(self, page: Page) -> web.Response:
        response = _page(page)
        if page.moved_to:
            response.headers["Location"] = self.pages.site.prefix + page.moved_to
        return response


def _page(page: Page) -> web.Response:
    return web.Response(text=page.text, content_type=page.kind, status=page.status)


async def _form(request: web.Request) -> Mapping[str, str]:
    """The fields of a form. What is no form has none: the library's own reading fails where a visitor names an
    encoding that there is not, and writes what he uploads to a file."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ConnectionError, web.RequestPayloadError):  # it broke off, or is not packed as it says
        raise web.HTTPBadRequest from None
    return dict(parse_qsl(body.decode("utf-8", "replace")))


def _feed_kind(request: web.Request) -> str:
    return ATOM if request.match_info["name"] == "feed.atom" else JSON


def _unless_known(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """The answer with its mark, packed where the client can unpack; 304 where the client has it already."""
    if not isinstance(response, web.Response) or response.status != 200 or not isinstance(response.body, bytes):
        return response
    mark = f'W/"{hashlib.sha256(response.body).hexdigest()[:24]}"'
    response.headers["ETag"] = mark
    known = {each.strip() for each in request.headers.get("If-None-Match", "").split(",")}
    if mark in known:
        kept = {name: each for name, each in response.headers.items() if not name.startswith("Content-T")}
        return web.Response(status=304, headers=kept)
    if response.content_type != "image/png":
        response.enable_compression()
    return response


@asynccontextmanager
async def serving(archive: Archive, listen: str, limits: Limits | None = None) -> AsyncIterator[str]:
    """Serve on "host:port" while the context lasts; yields the address. Raises OSError where that is taken.

    `limits`: of connections; None: the usual.
    """
    async with listening(archive.application(), listen, limits or Limits()) as address:
        yield address
