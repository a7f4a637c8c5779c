"""Articles are immutable; another text is another version; none is doubled and none is lost."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.article import Article
from bot.model.errors import StorageError
from bot.model.feed import Check, Entry, EntryKeys, EntryState, NewEntry
from bot.model.finding import Rejection, Unread
from bot.model.signal import Batch
from bot.model.source import SourceHealth, SourceOrigin, SourceSpec
from storage.store import SqlStore
from tests import make
from tests.clock import MORNING

HOUR = timedelta(hours=1)


async def entry(store: SqlStore, name: str, link: str | None = None) -> int:
    source = await store.sources.add(SourceSpec("https://a.example/"), make.publisher(), SourceOrigin.FILE, MORNING)
    new = NewEntry(Entry(name), EntryKeys(name, link, name[:64]), EntryState.WAITING)
    (stored,) = await store.sources.record(Check(SourceHealth(source.id), new=(new,)), MORNING)
    return stored.id


def draft(text: str = make.TEXT, **fields: object) -> Article:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return replace(make.article(0, text), sha256=sha256, **fields)  # type: ignore[arg-type]


async def test_an_article_comes_back_as_it_went(store: SqlStore) -> None:
    """Text, sentences and all else come back exactly, and the entry is read."""
    given = draft("Zwei Sätze. “Drei” 𝒙 — 漢字。", language=None, text_note="No page.", weight=0.5)
    saved = await store.articles.save(await entry(store, "a"), given, MORNING)
    assert saved == replace(given, id=saved.id, fetched=MORNING)
    assert await store.articles.get([saved.id, 99]) == {saved.id: saved}
    assert await store.articles.waiting(9) == ()
    ((read, _),) = await store.articles.known(1, [EntryKeys("a", None, "a")])
    assert (read.state, read.article_id) == (EntryState.READ, saved.id)


async def test_the_same_text_is_the_same_article(store: SqlStore) -> None:
    """A second entry with the text of an article of the same publisher and link points at that article."""
    first = await store.articles.save(await entry(store, "a"), draft(), MORNING)
    again = await store.articles.save(await entry(store, "b"), draft(), MORNING + HOUR)
    assert again == first
    elsewhere = await store.articles.save(await entry(store, "c"), draft(publisher=make.publisher("Other")), MORNING)
    assert elsewhere.id != first.id


async def test_another_text_is_another_version(store: SqlStore) -> None:
    """A corrected article stands beside the old one, as its next version; an older text seen again is that version."""
    texts = ["One text.", "Another text.", "A third text.", "Another text."]
    saved = [
        await store.articles.save(await entry(store, f"{n}"), draft(text), MORNING) for n, text in enumerate(texts)
    ]
    first, second, third, again = saved
    assert [(one.version, one.replaces) for one in saved[:3]] == [(1, None), (2, first.id), (3, second.id)]
    assert again == second
    assert (await store.articles.get([first.id]))[first.id].text == "One text."
    assert third.text == "A third text."


async def test_without_a_link(store: SqlStore) -> None:
    """Without a link the same publisher, title and text is the same article, and anything else is another."""
    first = await store.articles.save(await entry(store, "a"), draft(link=None), MORNING)
    same = await store.articles.save(await entry(store, "b"), draft(link=None), MORNING)
    other = await store.articles.save(await entry(store, "c"), draft(link=None, title="Another title"), MORNING)
    changed = await store.articles.save(await entry(store, "d"), draft("Other text.", link=None), MORNING)
    assert same == first
    assert len({first.id, other.id, changed.id}) == 3
    assert (changed.version, changed.replaces) == (1, None)


async def test_ids_and_links_as_long_as_a_feed_may_give_them(store: SqlStore) -> None:
    """Neither is cut: the entry is known again by each, and another text at the link is its next version."""
    parts = (hashlib.sha256(str(n).encode()).hexdigest() for n in range(62))  # no engine can make it shorter
    long = f"https://a.example/{''.join(parts)}"
    id_ = await entry(store, long, long)
    for known in (EntryKeys(long, None, "none"), EntryKeys(None, long, "none")):
        assert [one.id for one, _ in await store.articles.known(1, [known])] == [id_]
    first = await store.articles.save(id_, draft(link=long), MORNING)
    assert await store.articles.save(id_, draft(link=long), MORNING) == first
    assert (await store.articles.save(id_, draft("Corrected.", link=long), MORNING)).replaces == first.id


async def test_an_entry_that_is_not_there(store: SqlStore) -> None:
    """A text for an unknown entry is refused, and not kept."""
    await entry(store, "a")
    with pytest.raises(StorageError, match="There is no entry 99"):
        await store.articles.save(99, draft(), MORNING)
    assert await store.articles.get([1]) == {}


async def test_skipping(store: SqlStore) -> None:
    """An entry with nothing to read is passed and does not wait any more."""
    await store.articles.skip(await entry(store, "a"))
    assert await store.articles.waiting(9) == ()


async def test_waiting_newest_first(store: SqlStore) -> None:
    """The newest publication is read first; an undated entry counts from when it was seen."""
    source = await store.sources.add(SourceSpec("https://a.example/"), make.publisher(), SourceOrigin.FILE, MORNING)
    dates = {"old": MORNING - 9 * HOUR, "undated": None, "new": MORNING - HOUR, "ahead": MORNING + HOUR}
    new = tuple(NewEntry(Entry(n, published=d), EntryKeys(n, None, n), EntryState.WAITING) for n, d in dates.items())
    await store.sources.record(Check(SourceHealth(source.id), new=new), MORNING)
    waiting = await store.articles.waiting(3)
    assert [one.entry.title for one in waiting] == ["ahead", "undated", "new"]


async def test_unread_until_analysed(store: SqlStore) -> None:
    """The oldest publication is analysed first; a finding, a rejection or being a copy ends it."""
    dates = (MORNING, MORNING - HOUR, MORNING - 2 * HOUR, MORNING - 3 * HOUR)
    a, b, c, d = await make.stored(
        store, *(make.article(n, f"Text {n}.", sha256=f"{n}", published=at) for n, at in enumerate(dates, 1))
    )
    assert [one.id for one in await store.articles.unread(3)] == [d.id, c.id, b.id]
    assert await store.articles.since(MORNING - 9 * HOUR) == ()
    rejection = Rejection(b.id, "sport", "It is a match report.", "extractive")
    await store.signals.save(Batch(readings=(make.finding(a.id), rejection), copies=((c.id, a.id),)), MORNING)
    assert [one.id for one in await store.articles.unread(9)] == [d.id]
    analysed = await store.articles.since(MORNING - 9 * HOUR)
    assert {one.id: one.copy_of for one in analysed} == {a.id: None, b.id: None, c.id: a.id}
    assert await store.articles.since(MORNING) == ()


async def test_given_up_after_three(store: SqlStore) -> None:
    """An article the analyst failed on is offered three times in all; a success counts whenever it comes."""
    a, b = await make.stored(store, make.article(1, "A."), make.article(2, "B.", sha256="b"))
    for times in range(3):
        assert [one.id for one in await store.articles.unread(9)] == [a.id, b.id], times
        await store.signals.save(Batch(readings=(Unread(a.id, "No answer."),)), MORNING)
    assert [one.id for one in await store.articles.unread(9)] == [b.id]
    await store.signals.save(Batch(readings=(make.finding(a.id),)), MORNING)
    assert [one.id for one in await store.articles.since(MORNING - 9 * HOUR)] == [a.id]


async def test_passed_over(store: SqlStore) -> None:
    """What became part of nothing is told with its reason, the newest publication first: rejected in which words, or
    not read and with what trouble. A finding and a copy are not among it, and nothing fetched before then."""
    ages = {"found": 1, "rejected": 5, "copy": 3, "failed": 4, "waiting": 2, "old": 1}
    found, rejected, copy, failed, waiting, old = await make.stored(
        store,
        *(
            make.article(
                n,
                f"Text {n}.",
                sha256=f"{n}",
                title=title,
                published=MORNING - hours * HOUR,
                fetched=MORNING - (30 * HOUR if title == "old" else HOUR),
            )
            for n, (title, hours) in enumerate(ages.items(), 1)
        ),
    )
    readings = (
        make.finding(found.id),
        Rejection(rejected.id, "sport", "It is a match report.", "extractive"),
        Unread(failed.id, "No answer."),
        Rejection(old.id, "thin", "Too short.", "extractive"),
    )
    await store.signals.save(Batch(readings=readings, copies=((copy.id, found.id),)), MORNING)
    over = await store.articles.passed_over(MORNING - 24 * HOUR)
    assert [(one.title, one.reason, one.words, one.trouble) for one in over] == [
        ("waiting", None, None, None),
        ("failed", None, None, "No answer."),
        ("rejected", "sport", "It is a match report.", None),
    ]
    assert (over[0].publisher, over[0].link) == (waiting.publisher.name, waiting.link)
    assert over[0].published == waiting.published
    earliest = await store.articles.passed_over(MORNING - 31 * HOUR)
    assert earliest[0].title == "old"


async def test_read_again_replaces_the_reading(store: SqlStore) -> None:
    """A second reading of an article stands in the first one's place."""
    from sqlalchemy import select

    from storage.schema import readings

    (a,) = await make.stored(store, make.article())
    await store.signals.save(Batch(readings=(Rejection(a.id, "thin", "Too short.", "extractive"),)), MORNING)
    finding = make.finding(a.id)
    await store.signals.save(Batch(readings=(finding,)), MORNING)
    async with store._database.read() as connection:
        (row,) = (await connection.execute(select(readings))).all()
    assert (row.finding, row.reason, row.words) == (finding, None, None)


async def test_many_at_once_are_as_one_after_another(store: SqlStore) -> None:
    """Texts kept in one transaction come out as if kept singly: versions, the same text again, links and none."""
    drafts = [
        draft("One text."),
        draft("Another text."),
        draft("One text."),
        draft("One text.", publisher=make.publisher("Other")),
        draft("Bare text.", link=None),
        draft("Bare text.", link=None),
        draft("Bare text.", link=None, title="Another title"),
        draft("A third text."),
    ]
    made = [(await entry(store, f"{n}"), each) for n, each in enumerate(drafts)]
    together = await store.articles.save_all(made, MORNING)
    first, second, again, elsewhere, bare, same, titled, third = together
    assert (again, same) == (first, bare)
    assert len({first.id, second.id, elsewhere.id, bare.id, titled.id, third.id}) == 6
    assert [(one.version, one.replaces) for one in (first, second, third)] == [(1, None), (2, first.id), (3, second.id)]
    assert await store.articles.get([one.id for one in together]) == {one.id: one for one in together}
    assert await store.articles.waiting(9) == ()
    assert await store.articles.save_all([], MORNING) == ()


async def test_many_with_an_unknown_entry(store: SqlStore) -> None:
    """Where one of the entries is unknown none of the texts is kept."""
    known = await entry(store, "a")
    with pytest.raises(StorageError, match="There is no entry 99"):
        await store.articles.save_all([(known, draft("One text.")), (99, draft("Two.", link=None))], MORNING)
    assert await store.articles.get([1, 2]) == {}
    assert len(await store.articles.waiting(9)) == 1


async def test_what_was_fetched_at_the_very_moment_is_since_then(store: SqlStore) -> None:
    """The instant that is asked for belongs to what is asked for."""
    saved = await store.articles.save(await entry(store, "a"), draft(), MORNING)
    await store.signals.save(Batch((Rejection(saved.id, "thin", "Too thin.", "extractive"),)), MORNING)
    assert [one.id for one in await store.articles.since(MORNING)] == [saved.id]
    assert await store.articles.since(MORNING + timedelta(seconds=1)) == ()
