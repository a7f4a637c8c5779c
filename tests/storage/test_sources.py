"""Sources follow their file, their feeds and their operator, each in what is theirs to say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.model.errors import StorageError
from bot.model.feed import ChangedEntry, Check, Entry, EntryKeys, EntryState, NewEntry
from bot.model.source import Publisher, Source, SourceHealth, SourceOrigin, SourceSpec, SourceState
from storage.store import SqlStore
from tests import make
from tests.clock import MORNING, PATIENCE

A, B, C = (f"https://{name}.example/feed" for name in "abc")
HOUR = timedelta(hours=1)


def spec(url: str = A, **fields: object) -> tuple[SourceSpec, Publisher]:
    return replace(SourceSpec(url, "The " + url[8].upper()), **fields), make.publisher()  # type: ignore[arg-type]


async def one(store: SqlStore, url: str = A, origin: SourceOrigin = SourceOrigin.FILE, **fields: object) -> Source:
    return await store.sources.add(*spec(url, **fields), origin, MORNING)


def new(name: str, state: EntryState = EntryState.WAITING, **fields: object) -> NewEntry:
    entry = replace(Entry(name, guid=name, published=MORNING), **fields)  # type: ignore[arg-type]
    return NewEntry(entry, EntryKeys(name, entry.link, f"print of {name}"), state)


async def urls(store: SqlStore) -> dict[str, SourceState]:
    return {source.url: source.state for source in await store.sources.all()}


async def test_the_file_is_followed(store: SqlStore) -> None:
    """What the file declares is read, as it declares it; what it no longer declares is dropped, and may come back."""
    await store.sources.sync([spec(A), spec(B), spec(A, name="again")], MORNING)
    assert [source.name for source in await store.sources.all()] == ["The A", "The B"]
    first = {source.url: source.id for source in await store.sources.all()}
    await store.sources.sync([spec(B, name="Renamed", weight=2.0, categories=("x",)), spec(C)], MORNING)
    kept = {source.url: source for source in await store.sources.all()}
    assert set(kept) == {B, C}
    assert (kept[B].id, kept[B].name, kept[B].weight, kept[B].categories) == (first[B], "Renamed", 2.0, ("x",))
    await store.sources.sync([spec(A)], MORNING)
    assert {source.url: source.id for source in await store.sources.all()} == {A: first[A]}


async def test_a_list_that_is_the_same_waits_for_no_writer(store: SqlStore) -> None:
    """It is told by its fingerprint, so that a question does not wait, nor 6,000 sources are written again."""
    await store.sources.sync([spec(A), spec(B)], MORNING)
    async with store._database.write():
        await asyncio.wait_for(store.sources.sync([spec(A), spec(B)], MORNING), PATIENCE)


async def test_a_long_list_is_written_by_a_few_statements(store: SqlStore) -> None:
    """However many sources are new, changed and dropped."""
    ran: list[str] = []
    engine = store._database._writer.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: ran.append(given[2]))
    addresses = [f"https://site{number}.example/feed" for number in range(500)]
    await store.sources.sync([spec(url) for url in addresses[:400]], MORNING)
    await store.sources.sync([spec(url, weight=2.0) for url in addresses[100:]], MORNING)
    assert {source.url for source in await store.sources.all()} == set(addresses[100:])
    assert {source.weight for source in await store.sources.all()} == {2.0}
    assert len(ran) < 20


async def test_the_same_list_is_followed_again_after_a_change_from_without(store: SqlStore) -> None:
    """What a source was merged into is dropped by the operator: the list has its own source back."""
    await store.sources.sync([spec(A), spec(B)], MORNING)
    moved, other = await store.sources.all()
    await store.sources.record(Check(SourceHealth(moved.id), moved_to=B), MORNING)
    await store.sources.drop(other.id)
    await store.sources.sync([spec(A), spec(B)], MORNING)
    assert [found.id for found in await store.sources.all()] == [moved.id]


async def test_the_operator_decides_about_theirs(store: SqlStore) -> None:
    """What the operator added the file does not drop; what the operator dropped the file does not bring back."""
    await one(store, A, SourceOrigin.OPERATOR)
    await store.sources.sync([spec(B)], MORNING)
    assert set(await urls(store)) == {A, B}
    (dropped,) = (source for source in await store.sources.all() if source.url == B)
    await store.sources.drop(dropped.id)
    await store.sources.sync([spec(B)], MORNING)
    assert set(await urls(store)) == {A}
    back = await one(store, B, SourceOrigin.OPERATOR)
    assert (back.id, back.state) == (dropped.id, SourceState.ACTIVE)


async def test_adding_twice_is_once(store: SqlStore) -> None:
    """An address added again is the same source; what the second declaration leaves open stays."""
    first = await one(store, A, categories=("x",), language="it")
    again = await store.sources.add(SourceSpec(A), make.publisher(), SourceOrigin.OPERATOR, MORNING)
    assert again == replace(first, origin=SourceOrigin.OPERATOR)


async def test_a_feeds_own_name_and_language(store: SqlStore) -> None:
    """A source without a declared name is called by its host, then by its feed; a declared name always stands."""
    nameless = await one(store, A, name=None)
    named = await one(store, B, language="en")
    assert nameless.name == "a.example"
    for source in (nameless, named):
        await store.sources.record(Check(SourceHealth(source.id), title="Feed title", language="fr"), MORNING)
    found = {source.url: source for source in await store.sources.all()}
    assert (found[A].name, found[A].language) == ("Feed title", "fr")
    assert (found[B].name, found[B].language) == ("The B", "en")


async def test_due(store: SqlStore) -> None:
    """Never asked comes first, then the longest overdue; the gone, the dropped and those with time are not asked."""
    a, b, c = [await one(store, url) for url in (A, B, C)]
    gone, dropped = [await one(store, url) for url in ("https://d.example/", "https://e.example/")]
    later = SourceHealth(b.id, due_at=MORNING - HOUR, etag='"x"', checked_at=MORNING, succeeded_at=MORNING, entries=3)
    await store.sources.record(Check(later), MORNING)
    await store.sources.record(
        Check(SourceHealth(c.id, due_at=MORNING + HOUR, failures=2, error="No."), gone=False), MORNING
    )
    await store.sources.record(Check(SourceHealth(gone.id), gone=True), MORNING)
    await store.sources.drop(dropped.id)
    assert await store.sources.due(MORNING) == ((a, SourceHealth(a.id)), (b, later))
    assert [source.url for source, _ in await store.sources.due(MORNING + HOUR)] == [A, B, C]
    assert (await urls(store))["https://d.example/"] is SourceState.GONE
    health = await store.sources.health()
    assert health[a.id] == SourceHealth(a.id)
    assert (health[c.id].failures, health[c.id].error) == (2, "No.")


async def test_a_clock_that_was_ahead_silences_no_source(store: SqlStore) -> None:
    """What was read a year ahead of now is due, and does not count as read since yesterday."""
    source = await one(store)
    ahead = MORNING + timedelta(days=365)
    checked = SourceHealth(source.id, due_at=ahead + HOUR, checked_at=ahead, succeeded_at=ahead, entries=3)
    await store.sources.record(Check(checked), ahead)
    assert [found.id for found, _ in await store.sources.due(MORNING)] == [source.id]
    assert (await store.runs.look(MORNING - HOUR, MORNING)).checked == 0
    again = SourceHealth(source.id, due_at=MORNING + HOUR, checked_at=MORNING, succeeded_at=MORNING, entries=3)
    await store.sources.record(Check(again), MORNING)
    assert await store.sources.due(MORNING) == ()
    assert (await store.runs.look(MORNING - HOUR, MORNING)).checked == 1


async def test_a_gone_source_stays_gone_until_added(store: SqlStore) -> None:
    """410 is final for the file; only adding it by hand asks again."""
    source = await one(store)
    await store.sources.record(Check(SourceHealth(source.id, due_at=MORNING + HOUR), gone=True), MORNING)
    await store.sources.sync([spec(A)], MORNING)
    assert await urls(store) == {A: SourceState.GONE}
    await one(store, A, SourceOrigin.OPERATOR)
    assert [found.id for found, _ in await store.sources.due(MORNING)] == [source.id]


async def test_a_source_that_the_file_names_again_is_due_at_once(store: SqlStore) -> None:
    """However far off its next look was when the file dropped it."""
    await store.sources.sync([spec(A), spec(B)], MORNING)
    first, _ = await store.sources.all()
    await store.sources.record(Check(SourceHealth(first.id, due_at=MORNING + 24 * HOUR)), MORNING)
    await store.sources.sync([spec(B)], MORNING)
    await store.sources.sync([spec(A), spec(B)], MORNING)
    assert [(source.url, health.due_at) for source, health in await store.sources.due(MORNING)] == [
        (A, None),
        (B, None),
    ]


async def test_a_moved_source_is_still_the_declared_one(store: SqlStore) -> None:
    """A permanent redirect rewrites the address, and the file that still names the old one neither doubles nor
    drops it."""
    await store.sources.sync([spec(A)], MORNING)
    (source,) = await store.sources.all()
    await store.sources.record(Check(SourceHealth(source.id), moved_to=B), MORNING)
    await store.sources.sync([spec(A)], MORNING)
    assert [(found.id, found.url) for found in await store.sources.all()] == [(source.id, B)]
    await store.sources.sync([spec(B)], MORNING)
    assert [(found.id, found.url) for found in await store.sources.all()] == [(source.id, B)]


async def test_moved_to_a_source_that_is_there(store: SqlStore) -> None:
    """Moved to another source's address: that one stays, this one is dropped, at every start again."""
    await store.sources.sync([spec(A), spec(B)], MORNING)
    moved, other = await store.sources.all()
    await store.sources.record(Check(SourceHealth(moved.id), moved_to=B), MORNING)
    for declared in ([spec(A), spec(B)], [spec(A)], [spec(B)]):
        await store.sources.sync(declared, MORNING)
        assert [found.id for found in await store.sources.all()] == [other.id]


async def test_moved_to_a_dropped_source(store: SqlStore) -> None:
    """Moved to the address of a dropped source: it is read again, so that nothing is lost."""
    await store.sources.sync([spec(A), spec(B)], MORNING)
    moved, other = await store.sources.all()
    await store.sources.sync([spec(A)], MORNING)
    await store.sources.record(Check(SourceHealth(moved.id), moved_to=B), MORNING)
    assert [found.id for found in await store.sources.all()] == [other.id]
    await store.sources.sync([spec(A)], MORNING)
    assert [found.id for found in await store.sources.all()] == [other.id]


async def test_a_check_is_kept_whole(store: SqlStore) -> None:
    """Health, new entries and changed ones are kept together; those that wait for a text are returned."""
    source = await one(store)
    check = Check(SourceHealth(source.id, etag='"1"'), new=(new("a"), new("b", EntryState.PASSED), new("c")))
    first = await store.sources.record(check, MORNING)
    assert [(entry.entry.title, entry.state, entry.first_seen) for entry in first] == [
        ("a", EntryState.WAITING, MORNING),
        ("c", EntryState.WAITING, MORNING),
    ]
    assert await store.articles.waiting(9) == first
    mended = ChangedEntry(first[0].id, Entry("A!"), EntryKeys("a2", "https://a.example/1", "p2"), reread=False)
    assert await store.sources.record(Check(SourceHealth(source.id, etag='"2"'), changed=(mended,)), MORNING) == ()
    ((entry, keys),) = await store.articles.known(source.id, [EntryKeys(None, "https://a.example/1", "-")])
    assert (entry.entry, keys, entry.fingerprint) == (mended.entry, mended.keys, "p2")
    assert (await store.sources.health())[source.id].etag == '"2"'


async def test_reading_again(store: SqlStore) -> None:
    """An entry whose text changed waits again, whatever it was."""
    source = await one(store)
    (first,) = await store.sources.record(Check(SourceHealth(source.id), new=(new("a"),)), MORNING)
    await store.articles.save(first.id, make.article(0, source_id=source.id), MORNING)
    assert await store.articles.waiting(9) == ()
    changed = ChangedEntry(first.id, Entry("A!"), EntryKeys("a", None, "p2"), reread=True)
    (again,) = await store.sources.record(Check(SourceHealth(source.id), changed=(changed,)), MORNING)
    assert (again.id, again.state, again.entry.title) == (first.id, EntryState.WAITING, "A!")


async def test_known_by_any_key(store: SqlStore) -> None:
    """An entry is found by its id, its link or its fingerprint, and only within its source."""
    a, b = await one(store, A), await one(store, B)
    entries = tuple(new(f"n{n}", link=f"https://x.example/{n}") for n in range(3))
    for source in (a, b):
        await store.sources.record(Check(SourceHealth(source.id), new=entries), MORNING)
    asked = [
        EntryKeys("n0", None, "?"),
        EntryKeys("?", "https://x.example/1", "?"),
        EntryKeys(None, None, "print of n2"),
    ]
    for keys, title in zip(asked, ("n0", "n1", "n2"), strict=True):
        ((entry, _),) = await store.articles.known(a.id, [keys])
        assert (entry.source_id, entry.entry.title) == (a.id, title)
    many = [*asked, *(EntryKeys(f"g{n}", f"l{n}", f"f{n}") for n in range(1500))]
    assert len(await store.articles.known(a.id, many)) == 3
    assert await store.articles.known(a.id, []) == ()


async def test_bad_input_is_kept(store: SqlStore) -> None:
    """A lone surrogate or a NUL in a feed costs one character, never the check."""
    source = await one(store)
    bad = new("a", content="b\ud800c\x00d", link="https://x.example/\udfff")
    (kept,) = await store.sources.record(Check(SourceHealth(source.id), new=(bad,)), MORNING)
    assert (kept.entry.content, kept.entry.link) == ("b\ufffdc\ufffdd", "https://x.example/\ufffd")
    assert await store.articles.known(source.id, [bad.keys]) != ()


async def test_a_check_of_nothing(store: SqlStore) -> None:
    """A check of a source that is not there is refused in a sentence."""
    with pytest.raises(StorageError, match="There is no source 7"):
        await store.sources.record(Check(SourceHealth(7)), MORNING)
