"""Articles: immutable texts in their versions, and whether they were analysed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, Update, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.article import Article, ArticleDraft
from bot.model.feed import EntryKeys, StoredEntry
from bot.model.finding import Finding, PassedOver, Reading, Rejection, Unread
from bot.model.source import Publisher
from storage import entries
from storage.columns import storable
from storage.engine import Database
from storage.rows import Values, write
from storage.schema import articles, readings

ATTEMPTS = 3
"""How often the analyst may fail on an article before it is left out."""

_AT_ONCE = 500

_WHOLE: Select[Any] = select(
    articles.c.publisher_key,
    articles.c.publisher_name,
    *(articles.c[each.name] for each in fields(Article) if each.name != "publisher"),
)
"""Whole articles: their publisher's columns, then the noun's other fields in order."""
_UNREAD = (
    _WHOLE.where(articles.c.analysed.is_(None), articles.c.attempts < ATTEMPTS)
    .order_by(articles.c.published, articles.c.id)
    .limit(bindparam("most"))
)
_BY_LINK, _BY_TEXT = (
    _WHOLE.where(
        articles.c.publisher_key == bindparam("publisher"), column.in_(bindparam("values", expanding=True))
    ).order_by(articles.c.version, articles.c.id)
    for column in (articles.c.link, articles.c.sha256)
)


class SqlArticles:
    """bot.model.stores.Articles over SQL; its methods raise StorageError, or a child, where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, source_id: int, keys: Sequence[EntryKeys]) -> tuple[tuple[StoredEntry, EntryKeys], ...]:
        """The source's entries that share a guid, link or fingerprint with any of `keys`, each with its own keys, by
        id.
        """
        async with self._database.read() as connection:
            return await entries.known(connection, source_id, keys)

    async def waiting(self, limit: int) -> tuple[StoredEntry, ...]:
        """At most `limit` entries whose text is to be made, the newest publication first."""
        async with self._database.read() as connection:
            return await entries.waiting(connection, limit)

    async def still_waiting(self, ids: Sequence[int]) -> frozenset[int]:
        """Those of these entries of which an article is yet to be made."""
        async with self._database.read() as connection:
            return await entries.still_waiting(connection, ids)

    async def save(self, entry_id: int, draft: ArticleDraft, now: datetime) -> Article:
        """The article that holds the draft's text: a new one, a new version, or the one that had it already; the entry
        is READ. StorageError where there is no such entry.
        """
        (kept,) = await self.save_all([(entry_id, draft)], now)
        return kept

    async def save_all(self, made: Sequence[tuple[int, ArticleDraft]], now: datetime) -> tuple[Article, ...]:
        """`save` for many (entry, draft) pairs: the articles in their order, all kept or, where an entry is missing,
        none.

        An article without a link is known again by its publisher, title and text. StorageError as `save`.
        """
        if not made:
            return ()
        async with self._database.write() as connection:
            drafts = [draft for _, draft in made]
            versions = await _versions(connection, drafts)
            new, held = _decided(drafts, versions)
            stored = await _insert(connection, new, now)
            kept = [_kept(each, stored) for each in held]
            await entries.read(connection, [(id_, one.id) for (id_, _), one in zip(made, kept, strict=True)])
            return tuple(kept)

    async def skip(self, entry_id: int) -> None:
        """Mark the entry PASSED; StorageError where there is no such entry."""
        async with self._database.write() as connection:
            await entries.passed(connection, entry_id)

    async def unread(self, limit: int) -> tuple[Article, ...]:
        """At most `limit` articles not yet analysed, the oldest publication first, without those the analyst failed on
        thrice.
        """
        async with self._database.read() as connection:
            return tuple(map(article, await connection.execute(_UNREAD, {"most": limit})))

    async def get(self, ids: Sequence[int]) -> Mapping[int, Article]:
        """Articles by id, in the order asked for; an id that is not there is left out."""
        async with self._database.read() as connection:
            return await texts(connection, ids)

    async def since(self, at: datetime) -> tuple[Article, ...]:
        """Analysed articles fetched at that instant or later, in the order they were fetched."""
        query = _WHOLE.where(articles.c.fetched >= at, articles.c.analysed.is_not(None)).order_by(
            articles.c.fetched, articles.c.id
        )
        async with self._database.read() as connection:
            return tuple(map(article, await connection.execute(query)))

    async def passed_over(self, since: datetime) -> tuple[PassedOver, ...]:
        """What was fetched since then and became no finding (rejected, failed on, or not read yet), without its text,
        the newest publication first.
        """
        unread = readings.c.article_id.is_(None) & articles.c.copy_of.is_(None)
        query = (
            select(
                articles.c.title,
                articles.c.publisher_name.label("publisher"),
                articles.c.link,
                articles.c.published,
                readings.c.reason,
                readings.c.words,
                articles.c.trouble,
            )
            .join_from(articles, readings, isouter=True)
            .where(articles.c.fetched >= since, readings.c.reason.is_not(None) | unread)
            .order_by(articles.c.published.desc(), articles.c.id.desc())
        )
        async with self._database.read() as connection:
            return tuple(PassedOver(**row._mapping) for row in await connection.execute(query))


async def texts(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, Article]:
    """Whole articles by id, in the order asked for; an id that is not there is left out."""
    wanted = list(dict.fromkeys(ids))
    found: dict[int, Article] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = _WHOLE.where(articles.c.id.in_(wanted[start : start + _AT_ONCE]))
        found.update({one.id: one for one in map(article, await connection.execute(query))})
    return {id_: found[id_] for id_ in wanted if id_ in found}


async def keep_readings(
    connection: AsyncConnection, given: Sequence[Reading], copies: Sequence[tuple[int, int]], now: datetime
) -> None:
    """Mark what was read as analysed and keep what was said; what was not counts one failure more."""
    said = {reading.article_id: reading for reading in given if not isinstance(reading, Unread)}
    failed = [reading for reading in given if isinstance(reading, Unread)]
    if said:
        ids = list(said)
        await write(connection, readings, [reading_row(reading, now) for reading in said.values()])
        await connection.execute(update(articles).where(articles.c.id.in_(ids)).values(analysed=now))
    if copies:
        of = {"copy_of": bindparam("original"), "analysed": now}
        await connection.execute(_one().values(**of), [{"article": copy, "original": o} for copy, o in copies])
    if failed:
        again = {"attempts": articles.c.attempts + 1, "trouble": bindparam("why")}
        await connection.execute(_one().values(**again), [{"article": f.article_id, "why": f.why} for f in failed])


def reading_row(reading: Finding | Rejection, now: datetime) -> Values:
    """What was said of an article, as a row of `readings`."""
    if isinstance(reading, Rejection):
        return reading.article_id, reading.read_by, now, reading.reason, reading.words, None
    return reading.article_id, reading.read_by, now, None, None, reading


def _one() -> Update:
    return update(articles).where(articles.c.id == bindparam("article"))


# --- versions: what a draft is of, and what there is of it -----------------------------------------------------------

_Key = tuple[str, str | None, str | None, str | None]
"""Publisher and link, or where there is no link publisher, text and title: drafts of one key are one article."""


@dataclass(slots=True)
class _New:
    """A version about to be written; `replaces` is the stored or new version before it."""

    draft: ArticleDraft
    version: int
    replaces: Article | _New | None


def _key(draft: ArticleDraft) -> _Key:
    if draft.link is not None:
        return draft.publisher.key, draft.link, None, None
    return draft.publisher.key, None, draft.sha256, draft.title


async def _versions(connection: AsyncConnection, drafts: Sequence[ArticleDraft]) -> dict[_Key, list[Article | _New]]:
    """The versions there are of what the drafts are of, oldest first; without a link: the very same text."""
    found: dict[_Key, list[Article | _New]] = {_key(draft): [] for draft in drafts}
    by_link: dict[str, list[str]] = {}
    by_text: dict[str, list[str]] = {}
    for publisher, link, sha256, _ in found:
        (by_link if link is not None else by_text).setdefault(publisher, []).append(link or sha256 or "")
    for query, sought in ((_BY_LINK, by_link), (_BY_TEXT, by_text)):
        for publisher, values in sought.items():  # a statement each: of several together SQLite uses no index
            for start in range(0, len(values), _AT_ONCE):
                asked = {"publisher": publisher, "values": values[start : start + _AT_ONCE]}
                for known in map(article, await connection.execute(query, asked)):
                    if (known.link is None) == (query is _BY_TEXT) and _key(known) in found:
                        found[_key(known)].append(known)
    return found


def _decided(
    drafts: Sequence[ArticleDraft], versions: dict[_Key, list[Article | _New]]
) -> tuple[list[_New], list[Article | _New]]:
    """The versions to write, in order, and for each draft the one that holds its text."""
    new: list[_New] = []
    held: list[Article | _New] = []
    for draft in drafts:
        known = versions[_key(draft)]
        same = next((one for one in reversed(known) if _sha256(one) == draft.sha256), None)
        if same is None:
            last = known[-1] if known else None
            same = _New(draft, last.version + 1 if last else 1, last)
            new.append(same)
            known.append(same)
        held.append(same)
    return new, held


def _sha256(one: Article | _New) -> str:
    return one.draft.sha256 if isinstance(one, _New) else one.sha256


async def _insert(connection: AsyncConnection, new: Sequence[_New], now: datetime) -> dict[int, Article]:
    """The new versions written, by the identity of what they were; one after another where two are of one thing."""
    stored: dict[int, Article] = {}
    rest = list(new)
    while rest:
        wave = [one for one in rest if not isinstance(one.replaces, _New) or id(one.replaces) in stored]
        last = await connection.scalar(select(func.max(articles.c.id))) or 0
        rows = [_row(one, _earlier(one, stored), now) for one in wave]
        await connection.execute(insert(articles), rows)
        # Asked for afterwards: RETURNING in the order of the rows would be a statement a row in SQLite.
        ids = await connection.scalars(select(articles.c.id).where(articles.c.id > last).order_by(articles.c.id))
        stored.update({id(one): _as_kept(id_, row) for id_, row, one in zip(ids, rows, wave, strict=True)})
        rest = [one for one in rest if id(one) not in stored]
    return stored


def _earlier(one: _New, stored: Mapping[int, Article]) -> int | None:
    return stored[id(one.replaces)].id if isinstance(one.replaces, _New) else one.replaces.id if one.replaces else None


def _kept(one: Article | _New, stored: Mapping[int, Article]) -> Article:
    return stored[id(one)] if isinstance(one, _New) else one


_PLAIN = (
    "source_id", "link", "title", "text", "sentences", "sha256", "published", "dated_by", "language", "text_from",
    "text_note", "weight",
)  # fmt: skip


def _row(one: _New, replaces: int | None, now: datetime) -> dict[str, Any]:
    plain = {name: getattr(one.draft, name) for name in _PLAIN}
    return {
        **{name: storable(value) if isinstance(value, str) else value for name, value in plain.items()},
        "dated_by": one.draft.dated_by,
        "text_from": one.draft.text_from,
        "publisher_key": storable(one.draft.publisher.key),
        "publisher_name": storable(one.draft.publisher.name),
        "fetched": now,
        "attempts": 0,
        "version": one.version,
        "replaces": replaces,
    }


def _as_kept(id_: int, row: Mapping[str, Any]) -> Article:
    publisher = Publisher(row["publisher_key"], row["publisher_name"])
    rest = {name: row[name] for name in (*_PLAIN, "version", "replaces")}
    instants = {"published": row["published"].astimezone(UTC), "fetched": row["fetched"].astimezone(UTC)}
    return Article(**{**rest, **instants}, id=id_, publisher=publisher)


def article(row: Sequence[Any]) -> Article:
    """The article of a row of `_WHOLE`."""
    key, name, source_id, *rest = row
    return Article(source_id, Publisher(key, name), *rest)
