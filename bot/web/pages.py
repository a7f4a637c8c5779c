"""Every page of the archive as text, from the store's values: the same for the server and for the static copy."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.briefing import chart
from bot.briefing.strength_days import bars, daily, strengths
from bot.briefing.views import wording
from bot.briefing.views.web_links import signal_path
from bot.model import times
from bot.model.archive import ArchiveQuery
from bot.model.label import CategoryKind, Label
from bot.model.signal import Signal
from bot.model.stores import Store
from bot.signals.related import filed_alike
from bot.web import feeds, machine, queries
from bot.web.addresses import (
    FOLDED,
    KINDS,
    SEGMENTS,
    Site,
    day_path,
    label_path,
    numbered,
    picture_path,
    slug,
    unslugged,
)
from bot.web.rendering import render
from bot.web.values import Line, Month, label_links, label_name, line, months, signal_values, timeline

Known = dict[CategoryKind, tuple[Label, ...]]
"""Labels by kind."""

MorningsBeside = tuple[date | None, date | None]
"""The morning before a day and the one after it; None: there is none."""

PER_PAGE = 20
RELATED = 5
SUMMARY = 240  # characters of a page's description
MORNINGS = 60  # days that can be browsed
MOST_LISTED = 40  # labels of a kind that are offered as filters
MOST_ACTORS = 12  # of those of the signals that were found
HTML, ATOM, JSON = "text/html", "application/atom+xml", "application/feed+json"
TITLES = {
    CategoryKind.DIMENSION: "Dimensions",
    CategoryKind.TOPIC: "Topics",
    CategoryKind.PLACE: "Places",
    CategoryKind.PUBLISHER: "Publishers",
}
"""What can be browsed. Of actors there are too many for a list; each signal leads to its own."""
FILED = {
    CategoryKind.DIMENSION: "of this dimension",
    CategoryKind.TOPIC: "on this topic",
    CategoryKind.PLACE: "from this place",
    CategoryKind.ACTOR: "with this actor",
    CategoryKind.PUBLISHER: "reported by this publisher",
}
"""How a label's signals belong to it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer."""

    text: str
    kind: str = HTML  # its media type
    status: int = 200
    moved_to: str | None = None  # the path to go to instead; None: it is here


@dataclass(frozen=True, slots=True)
class _Group:
    id: str
    title: str
    links: tuple[Any, ...]


class Pages:
    """Reads the store and nothing else; raises StorageError where that fails."""

    def __init__(self, store: Store, site: Site) -> None:
        self._store = store
        self.site = site

    # --- signals

    async def signal(self, signal_id: int) -> Page:
        """A signal's page; of an absorbed one the way to its survivor."""
        signal = await self._store.signals.get(signal_id)
        if signal is None:
            return self.notice(404, "Not here", f"There is no signal s{signal_id}.")
        if signal.id != signal_id:
            return self.moved(signal_path(signal.id))
        others = await filed_alike(self._store.archive, signal, RELATED)
        return self.signal_page(signal, [self.line(each) for each in others])

    def signal_page(self, signal: Signal, related: Sequence[Line] = ()) -> Page:
        """The page of the signal, which leads on to related ones."""
        values = signal_values(signal, self.site.zone, related)
        words = " ".join(signal.analysis.split())
        summary = words if len(words) <= SUMMARY else words[: SUMMARY - 1].rpartition(" ")[0] + "…"
        size = (chart.WIDTH, chart.HEIGHT)
        shown = picture_path(signal.strength.total) if self.site.static else f"{signal_path(signal.id)}.png"
        return Page(render("signal.html", self.site, signal=values, summary=summary, picture=shown, picture_size=size))

    async def picture(self, signal_id: int) -> bytes | None:
        """The signal's strength over time as a PNG, for previews in chats; None: there is no such signal."""
        signal = await self._store.signals.get(signal_id)
        return None if signal is None else await asyncio.to_thread(picture, signal, self.site.zone)

    # --- lists

    async def front(self) -> Page:
        """The signals that changed last; all of them stand on numbered pages."""
        found = await self._store.archive.page(ArchiveQuery(), PER_PAGE)
        last = last_page(await self._store.archive.count(None))
        return self.front_page([self.line(each) for each in found], last, await self.known())

    def front_page(self, lines: Sequence[Line], last: int, known: Known) -> Page:
        """The archive's first page; `last` is the number of the last numbered page."""
        offered = [
            {"title": str(kind), "filters": label_links(labels[:MOST_LISTED])}
            for kind, labels in known.items()
            if labels
        ]
        return self._latest(
            "All signals",
            lines,
            "/",
            last,
            search=None if self.site.static else {"words": "", "kept": []},
            facets=offered,
            feed=feed_paths("/"),
            nothing="Nothing is stored yet: the first signals come when the sources say something worth saying.",
        )

    async def numbered(self, page: int) -> Page:
        """A numbered page of all signals."""
        lines, last = await self._numbered(None, page)
        return self.numbered_page("All signals", "/", lines, page, last)

    async def _numbered(self, label: Label | None, page: int) -> tuple[list[Line], int]:
        found = await self._store.archive.by_age(label, PER_PAGE, (page - 1) * PER_PAGE)
        return [self.line(each) for each in reversed(found)], last_page(await self._store.archive.count(label))

    def numbered_page(self, title: str, path: str, lines: Sequence[Line], page: int, last: int) -> Page:
        """Signals in the order in which they were first seen, the newest at the top; the oldest page is the first.

        So a page changes only with its signals, however many come after them.
        """
        if not lines:
            return self.nothing_there()
        return self._list(
            title,
            lines,
            months=months(lines, lambda each: each.day),
            page=page,
            canonical=numbered(path, page),
            back=True,
            left=numbered(path, page + 1) if page < last else path,
            left_said="Newer" if page < last else "The latest",
            right=numbered(path, page - 1) if page > 1 else None,
        )

    def _latest(self, title: str, lines: Sequence[Line], path: str, last: int, **shown: Any) -> Page:
        """The signals of a list that changed last, and the way to all of them."""
        values: dict[str, Any] = {
            "months": months(lines, lambda each: each.changed),
            "canonical": path,
            "right": numbered(path, last) if last > 1 else None,
            "right_said": "All of them, by the day they were first seen",
        }
        return self._list(title, lines, **(values | shown))

    async def search(self, params: Mapping[str, str], now: datetime) -> Page:
        """What a question finds, and what it can be narrowed by. Raises BadQuery."""
        known = await self.known()
        query, page = queries.read(params, known), queries.page_number(params)
        found = await self._store.archive.page(query, PER_PAGE + 1, (page - 1) * PER_PAGE)
        lines = [self.line(each) for each in found[:PER_PAGE]]
        offered = {kind: labels[:MOST_LISTED] for kind, labels in known.items()}
        offered[CategoryKind.ACTOR] = common_actors(found[:PER_PAGE])
        today = times.local(now, self.site.zone).date()
        return self._list(
            f"Signals that say “{query.words}”" if query.words else "Search",
            lines,
            months=ungrouped(lines) if query.words else months(lines, lambda each: each.changed),
            page=page,
            canonical=queries.address(query, page=page),
            left=queries.address(query, page=page - 1) if page > 1 else None,
            right=queries.address(query, page=page + 1) if len(found) > PER_PAGE else None,
            back=True,
            search={"words": query.words, "kept": [pair for pair in queries.pairs(query) if pair[0] != "q"]},
            chosen=queries.chosen(query),
            facets=queries.facets(query, offered, today),
            facets_title="Narrow it down",
            open=not query.words,
            feed=feeds_of(query),
            nothing="Nothing in the archive says that. Fewer words, or another filter, may find it.",
        )

    async def label(self, segment: str, part: str, page: int | None = None) -> Page:
        """The signals under a label, or a numbered page of them; by another spelling of its address the way there."""
        label = await self.labelled(segment, part)
        path = label_path(label) if label else None
        if label is None or path is None:
            return self.nothing_there()
        if slug(label.kind, label.value) != part:
            return self.moved(path)
        if page is not None:
            lines, last = await self._numbered(label, page)
            return self.numbered_page(title_of(label), path, lines, page, last)
        found = await self._store.archive.page(ArchiveQuery(labels=(label,)), PER_PAGE)
        return self.label_page(label, path, [self.line(each) for each in found], await self._store.archive.count(label))

    def label_page(self, label: Label, path: str, lines: Sequence[Line], count: int) -> Page:
        """The signals of a label that changed last, and how they lie in time; `count` is how many there are in all."""
        has_feed = not self.site.static or label.kind in TITLES
        return self._latest(
            title_of(label),
            lines,
            path,
            last_page(count),
            back=True,
            said=f"{wording.count(count, 'signal')} {FILED[label.kind]}{', the latest changed first' * (count > 1)}.",
            timeline=timeline(lines),
            feed=feed_paths(path) if has_feed else None,
        )

    async def labelled(self, segment: str, part: str) -> Label | None:
        """The label of an address; None: no signal carries it."""
        kind = KINDS.get(segment)
        if kind is None:
            return None
        if kind not in FOLDED:
            return await self._store.archive.label(kind, unslugged(part))
        labels = await self._store.archive.labels(kind)
        return next((each for each in labels if slug(kind, each.value) == part.lower()), None)

    async def day(self, on: date) -> Page:
        """The signals that were told anywhere on that date."""
        found = await self._store.archive.told_on(on)
        if not found:
            return self.notice(404, times.dated(on), "Nothing was told on that day.")
        days = await self._store.archive.told_dates()
        return self.day_page(on, [self.line(each) for each in found], mornings_beside(on, days))

    def day_page(self, on: date, lines: Sequence[Line], beside: MorningsBeside) -> Page:
        """What was told on that date, the strongest first; never where, or to whom. `beside`: the ones that it leads
        to."""
        earlier, later = beside
        return self._list(
            f"{times.full_day(on)} {on.year}",
            lines,
            months=ungrouped(lines),
            canonical=day_path(on),
            back=True,
            said=f"{wording.count(len(lines), 'signal')} told that day{', the strongest first' * (len(lines) > 1)}.",
            left=day_path(earlier) if earlier else None,
            left_said=times.dated(earlier) if earlier else "",
            right=day_path(later) if later else None,
            right_said=times.dated(later) if later else "",
        )

    async def browse(self) -> Page:
        """All labels, and the mornings."""
        return self.browse_page(await self.known(), await self._store.archive.told_dates())

    def browse_page(self, known: Known, days: Sequence[date]) -> Page:
        """All labels, and the newest of the days."""
        groups = [_Group(SEGMENTS[kind], TITLES[kind], label_links(labels)) for kind, labels in known.items()]
        return Page(render("browse.html", self.site, groups=groups, days=days[:MORNINGS]))

    async def known(self) -> Known:
        """The labels that can be browsed, by kind."""
        return {kind: await self._store.archive.labels(kind) for kind in TITLES}

    def line(self, signal: Signal) -> Line:
        """The signal as lists show it."""
        return line(signal, self.site.zone)

    # --- feeds and machines

    async def feed(self, params: Mapping[str, str], kind: str) -> Page:
        """The feed of what a question finds, newest first. Raises BadQuery."""
        query = queries.read(params, await self.known())
        found = await self._store.archive.page(query, feeds.NEWEST)
        names = [f"“{query.words}”"] if query.words else []
        names += [each.name for each in queries.chosen(query)]
        title = " · ".join(("The Bellwether", *names))
        path = queries.address(query) if queries.pairs(query) else "/"
        paths = feeds_of(query) if queries.pairs(query) else feed_paths("/")
        return self.feed_page(title, path, paths, self.entries(found), kind)

    async def label_feed(self, segment: str, part: str, kind: str) -> Page:
        """The feed of a label."""
        label = await self.labelled(segment, part)
        path = label_path(label) if label else None
        if label is None or path is None:
            return self.nothing_there()
        found = await self._store.archive.page(ArchiveQuery(labels=(label,)), feeds.NEWEST)
        return self.feed_page(
            f"The Bellwether · {label_name(label)}", path, feed_paths(path), self.entries(found), kind
        )

    def entries(self, found: Sequence[Signal]) -> list[feeds.Entry]:
        """The signals as entries, of whichever feed."""
        return [feeds.entry(each, self.site) for each in found]

    def feed_page(
        self, title: str, path: str, paths: Mapping[str, str], entries: Sequence[feeds.Entry], kind: str
    ) -> Page:
        """These entries as a feed of that media type."""
        channel = feeds.Channel(title, path, paths["atom"], paths["json"])
        make = feeds.atom if kind == ATOM else feeds.json_feed
        return Page(make(channel, entries, self.site), kind)

    async def places(self) -> list[machine.Place]:
        """The address of every page that stays where it is, with when it was changed where that is known."""
        found: list[machine.Place] = [("/", None), ("/browse", None)]
        found += [(signal_path(each.signal_id), each.changed) for each in await self._store.archive.stamps()]
        found += [(day_path(on), None) for on in await self._store.archive.told_dates()]
        for labels in (await self.known()).values():
            found += [(path, None) for path in map(label_path, labels) if path]
        return found

    # --- the rest

    def moved(self, path: str) -> Page:
        """A page that only leads elsewhere."""
        return Page(render("moved.html", self.site, path=path), status=301, moved_to=path)

    def nothing_there(self) -> Page:
        """The answer to an address that leads nowhere."""
        return self.notice(404, "Not here", "There is nothing at this address.")

    def notice(self, status: int, title: str, sentence: str) -> Page:
        """A page of one sentence."""
        return Page(render("notice.html", self.site, title=title, sentence=sentence), status=status)

    def _list(self, title: str, lines: Sequence[Line], **shown: Any) -> Page:
        """A page of a list; `shown` is what it has beside its title and its signals."""
        values: dict[str, Any] = {
            "page": 1, "said": None, "back": False, "search": None, "chosen": (), "facets": (), "open": False,
            "facets_title": "Browse by category", "timeline": None, "feed": None, "nothing": "There is nothing yet.",
            "left": None, "left_said": "Newer", "right": None, "right_said": "Older",
        }  # fmt: skip
        return Page(render("list.html", self.site, title=title, count=len(lines), **(values | shown)))


def mornings_beside(on: date, days: Iterable[date]) -> MorningsBeside:
    """The nearest of the days before and after that one."""
    listed = list(days)
    before, after = (each for each in listed if each < on), (each for each in listed if each > on)
    return max(before, default=None), min(after, default=None)


def common_actors(signals: Iterable[Signal]) -> tuple[Label, ...]:
    """The actors whom most of the signals name, those first whom the first of them name."""
    named = Counter(actor for signal in signals for actor in signal.actors)
    return tuple(Label(CategoryKind.ACTOR, actor, actor) for actor, _ in named.most_common(MOST_ACTORS))


def ungrouped(lines: Sequence[Line]) -> tuple[Month, ...]:
    """A list without headings."""
    return (Month("", tuple(lines)),) if lines else ()


def last_page(count: int) -> int:
    """The number of the last numbered page of so many signals."""
    return max(1, -(-count // PER_PAGE))


def title_of(label: Label) -> str:
    """The label's name, as a title begins."""
    name = label_name(label)
    return name[:1].upper() + name[1:]


def feed_paths(path: str) -> dict[str, str]:
    """The addresses of both feeds of a page."""
    under = path.rstrip("/")
    return {"atom": f"{under}/feed.atom", "json": f"{under}/feed.json"}


def feeds_of(query: ArchiveQuery) -> dict[str, str]:
    """The addresses of both feeds of a question."""
    return {name: queries.address(query, path) for name, path in feed_paths("/").items()}


def picture(signal: Signal, zone: str) -> bytes:
    """The signal's strength by day up to its last change, as a PNG."""
    moves = strengths(signal, zone)
    last = times.local(signal.changed, zone).date()
    values = daily(moves, last)
    first = max(last, moves[0][0] if moves else last) - timedelta(days=len(values) - 1)
    return chart.png(bars(values, first, {on for on, _, _ in moves}, None))
