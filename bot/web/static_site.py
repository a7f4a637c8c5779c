"""Write the archive as files for any host: the same pages at the same addresses, only those that have changed.

stamps of all signals → what each page is made of | other than last time? → load, render → temporary file → its place

The record of what each page was made of is a file beside them, written last: a run that is cut off is made up for by
the next one. No page is ever seen half written.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from urllib.parse import unquote

from bot.briefing import chart
from bot.briefing.views.web_links import signal_path
from bot.model.archive import Stamp
from bot.model.fingerprint import fingerprint
from bot.model.label import Label
from bot.model.stores import Store
from bot.signals.related import LATEST, RELATING, nearest
from bot.web import feeds, machine
from bot.web.addresses import day_path, label_path, numbered, picture_path
from bot.web.pages import (
    ATOM,
    JSON,
    PER_PAGE,
    RELATED,
    TITLES,
    Known,
    Page,
    Pages,
    feed_paths,
    last_page,
    mornings_beside,
    title_of,
)
from bot.web.rendering import icon, stylesheet, stylesheet_path
from bot.web.values import Line, label_name

RECORD = "made-of.json"
"""The name of the record; it holds no more than hashes."""
FEEDS = ("feed.atom", "feed.json")
FOLDERS = ("static/", "strength/")
"""Paths that are files as they are, by their names and by their folders."""
AT_ONCE = 200  # signals in memory


@dataclass(frozen=True, slots=True)
class Written:
    """What a run has done."""

    pages: int  # how many there are
    written: int  # of those, now
    removed: int


@dataclass(frozen=True)
class _Contents:
    """What the archive holds, by ids and stamps alone."""

    stamps: Mapping[int, Stamp]
    latest: tuple[int, ...]  # all ids, the latest changed first
    filed: Mapping[Label, tuple[int, ...]]
    told: Mapping[date, tuple[int, ...]]
    aliases: Mapping[int, int]

    @cached_property
    def known(self) -> Known:
        """Labels that can be browsed, by kind and name."""
        ordered = sorted(self.filed, key=lambda each: (each.name.casefold(), each.value))
        return {kind: tuple(label for label in ordered if label.kind is kind) for kind in TITLES}

    def newest(self, ids: Iterable[int], most: int) -> tuple[int, ...]:
        """The ids of those that changed last."""
        return tuple(sorted(ids, key=lambda each: (self.stamps[each].changed, each), reverse=True)[:most])

    def mark(self, *made_of: object, ids: Iterable[int] = ()) -> str:
        """A hash of what a page is made of: values, and signals as they are now."""
        whole = f"{made_of} {','.join([self._marks[each] for each in ids])}"
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    @cached_property
    def _marks(self) -> Mapping[int, str]:
        return {
            id_: f"{id_}:{each.changed.timestamp()}:{each.revision}:{each.composed_upto}"
            for id_, each in self.stamps.items()
        }

    def related(self, ids: Iterable[int]) -> Mapping[int, tuple[int, ...]]:
        """By id the related signals, found among all that is filed."""
        carried: dict[int, dict[Label, tuple[int, ...]]] = defaultdict(dict)
        for label, carriers in self.filed.items():
            if label.kind in RELATING and len(carriers) > 1:
                latest = carriers[-LATEST:]
                for each in carriers:
                    carried[each][label] = latest
        return {id_: nearest(id_, carried[id_], RELATED) for id_ in ids if id_ in carried}


@dataclass(frozen=True, slots=True)
class _Listed:
    """A page that shows signals in lines."""

    path: str
    ids: tuple[int, ...]
    label: Label | None  # None: of all signals
    number: int | None  # None: the latest changed
    count: int  # signals of the whole list
    on: date | None = None  # a morning


@dataclass
class StaticSite:
    """Writes one archive into one folder."""

    store: Store
    pages: Pages
    folder: Path
    _before: dict[str, str] = field(default_factory=dict)
    _now: dict[str, str] = field(default_factory=dict)
    _written: int = 0

    async def write(self) -> Written:
        """Write what has changed since the last time, and take away what is no more. Raises OSError, StorageError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._before, self._now, self._written = _read(self.folder / RECORD), {}, 0
        contents = await self._contents()
        stale = [each for each in contents.stamps if self._is_stale(signal_path(each), contents.mark(ids=(each,)))]
        lists = [each for each in _lists(contents) if self._is_stale(each.path, _mark_of(each, contents))]
        lines = await self._signals(stale, contents)
        lists.sort(key=lambda each: each.ids)  # so that neighbours show the same signals, whose lines are at hand
        for each in lists:
            await self._load(each.ids, lines)
            self._put(each.path, self._list(each, lines, contents).text)
        await self._feeds(contents)
        self._others(contents)
        removed = self._remove()
        _replace(self.folder / RECORD, json.dumps(self._now, indent=0).encode())
        return Written(len(self._now), self._written, removed)

    async def _contents(self) -> _Contents:
        archive = self.store.archive
        stamps = {each.signal_id: each for each in await archive.stamps()}
        found = _Contents(stamps, (), await archive.filed(), await archive.told(), await archive.aliases())
        return _Contents(stamps, found.newest(stamps, len(stamps)), found.filed, found.told, found.aliases)

    # --- signals

    async def _signals(self, stale: Sequence[int], contents: _Contents) -> dict[int, Line]:
        """Write the pages of these signals; the lines of them and of those they lead to."""
        lines: dict[int, Line] = {}
        related = contents.related(stale)
        waiting = iter(stale)
        while chunk := list(islice(waiting, AT_ONCE)):
            signals = await self.store.archive.some(chunk)
            lines |= {signal.id: self.pages.line(signal) for signal in signals}
            await self._load({other for each in chunk for other in related.get(each, ())}, lines)
            for signal in signals:
                shown = [lines[each] for each in related.get(signal.id, ()) if each in lines]
                self._put(signal_path(signal.id), self.pages.signal_page(signal, shown).text)
        return lines

    async def _load(self, ids: Iterable[int], lines: dict[int, Line]) -> None:
        """Add the lines of these signals, where they are not there yet."""
        missing = sorted(set(ids) - lines.keys())
        if missing:
            lines |= {signal.id: self.pages.line(signal) for signal in await self.store.archive.some(missing)}

    def _list(self, listed: _Listed, lines: Mapping[int, Line], contents: _Contents) -> Page:
        shown = [lines[each] for each in listed.ids if each in lines]
        if listed.on is not None:
            beside = mornings_beside(listed.on, contents.told)
            return self.pages.day_page(listed.on, sorted(shown, key=lambda each: -each.strength), beside)
        if listed.number is not None:
            label, last = listed.label, last_page(listed.count)
            title, path = (title_of(label), _path(label)) if label else ("All signals", "/")
            return self.pages.numbered_page(title, path, shown, listed.number, last)
        if listed.label is None:
            return self.pages.front_page(shown, last_page(listed.count), contents.known)
        return self.pages.label_page(listed.label, listed.path, shown, listed.count)

    # --- the rest

    async def _feeds(self, contents: _Contents) -> None:
        every: list[tuple[str, str, Iterable[int]]] = [("The Bellwether", "/", contents.latest)]
        every += [
            (f"The Bellwether · {label_name(label)}", _path(label), ids)
            for label, ids in contents.filed.items()
            if label.kind in TITLES and label_path(label)
        ]
        for title, path, ids in every:
            newest = contents.newest(ids, feeds.NEWEST)
            paths = feed_paths(path)
            stale = [each for each in paths.values() if self._is_stale(each, contents.mark(title, ids=newest))]
            if stale:
                whole = {signal.id: signal for signal in await self.store.archive.some(newest)}
                entries = self.pages.entries([whole[each] for each in newest])
                for kind, each in ((ATOM, paths["atom"]), (JSON, paths["json"])):
                    self._put(each, self.pages.feed_page(title, path, paths, entries, kind).text)

    def _others(self, contents: _Contents) -> None:
        """Pages that depend on no single signal, what machines ask for, pictures and the stylesheet."""
        days = sorted(contents.told, reverse=True)
        moved = ((signal_path(absorbed), signal_path(into)) for absorbed, into in contents.aliases.items())
        texts = {
            **{path: self.pages.moved(there).text for path, there in moved},
            "/browse": self.pages.browse_page(contents.known, days).text,
            "/404.html": self.pages.nothing_there().text,
            "/robots.txt": machine.robots(self.pages.site, is_open=True),
            "/icon.svg": icon(),
            stylesheet_path(): stylesheet(),
            **self._sitemaps(contents),
        }
        for path, text in texts.items():
            self._put_if_new(path, text.encode())
        for strength in range(1, 11):
            path = picture_path(strength)
            if self._is_stale(path, contents.mark(strength)):
                self._put(path, chart.png((chart.Bar(strength, moved=True),)))

    def _sitemaps(self, contents: _Contents) -> dict[str, str]:
        places: list[machine.Place] = [("/", None), ("/browse", None)]
        places += [(signal_path(id_), each.changed) for id_, each in contents.stamps.items()]
        places += [(day_path(on), None) for on in sorted(contents.told)]
        places += [(path, None) for label in contents.filed if label.kind in TITLES and (path := label_path(label))]
        parts = range(1, -(-len(places) // machine.AT_ONCE) + 1) if len(places) > machine.AT_ONCE else ()
        names = ["sitemap.xml", *(f"sitemap-{number}.xml" for number in parts)]
        made = ((name, machine.sitemap(name, places, self.pages.site)) for name in names)
        return {f"/{name}": text for name, text in made if text is not None}

    # --- files

    @cached_property
    def _made_by(self) -> str:
        """A mark of the code and of where the site stands: a page that another one has made is written again."""
        return hashlib.sha256(f"{fingerprint()} {self.pages.site}".encode()).hexdigest()[:12]

    def _is_stale(self, path: str, mark: str) -> bool:
        """Note what the page is made of; whether that is not what it was made of last time."""
        self._now[path] = mark = f"{self._made_by}.{mark}"
        return self._before.get(path) != mark or not _file(self.folder, path).exists()

    def _put_if_new(self, path: str, content: bytes) -> None:
        if self._is_stale(path, hashlib.sha256(content).hexdigest()[:16]):
            self._put(path, content)

    def _put(self, path: str, content: str | bytes) -> None:
        _replace(_file(self.folder, path), content.encode() if isinstance(content, str) else content)
        self._written += 1

    def _remove(self) -> int:
        """Take away the files of pages that are no more; only files that an earlier run has made."""
        gone = [_file(self.folder, path) for path in self._before if path not in self._now]
        ours = [file for file in gone if file.resolve().is_relative_to(self.folder.resolve())]
        for file in ours:
            file.unlink(missing_ok=True)
        return len(ours)


def _lists(contents: _Contents) -> Iterable[_Listed]:
    """Every list there is: of all signals, of each label, of each morning; the latest changed, and numbered pages."""
    yield from _list_pages("/", None, tuple(contents.stamps), contents)
    for label, ids in contents.filed.items():
        if path := label_path(label):
            yield from _list_pages(path, label, ids, contents)
    for on, ids in contents.told.items():
        yield _Listed(day_path(on), tuple(each for each in ids if each in contents.stamps), None, None, len(ids), on)


def _list_pages(path: str, label: Label | None, ids: Sequence[int], contents: _Contents) -> Iterable[_Listed]:
    yield _Listed(path, contents.newest(ids, PER_PAGE), label, None, len(ids))
    last = last_page(len(ids))
    for number in range(1, last + 1) if last > 1 else ():
        part = ids[(number - 1) * PER_PAGE : number * PER_PAGE]
        yield _Listed(numbered(path, number), tuple(reversed(part)), label, number, len(ids))


def _mark_of(listed: _Listed, contents: _Contents) -> str:
    """What a list is made of: its signals, and of the whole list no more than it shows."""
    if listed.number is not None:
        return contents.mark(listed.number < last_page(listed.count), ids=listed.ids)
    labels = contents.known if listed.path == "/" else ()
    beside = mornings_beside(listed.on, contents.told) if listed.on else ()
    return contents.mark(listed.count, labels, beside, ids=listed.ids)


def _path(label: Label) -> str:
    return label_path(label) or "/"


def _file(folder: Path, path: str) -> Path:
    """Where a path is kept: a page in a folder of its own, so that any host finds it; anything with an ending as it
    is."""
    plain = unquote(path).strip("/")
    is_file = plain.rpartition("/")[2] in FEEDS or plain.startswith(FOLDERS) or ("/" not in plain and "." in plain)
    return folder / plain if is_file else folder / plain / "index.html"


def _read(record: Path) -> dict[str, str]:
    """The record of the last run; an empty one where there is none that can be read, and everything is written."""
    try:
        found = json.loads(record.read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(path): str(mark) for path, mark in found.items()} if isinstance(found, dict) else {}


def _replace(path: Path, content: bytes) -> None:
    """Write the file beside its place first, so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
