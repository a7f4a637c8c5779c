"""Signals are kept whole, found again by anything they carry, and merge without losing anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.model.article import Article
from bot.model.channel import Channel, ChannelSettings
from bot.model.evidence import Evidence
from bot.model.finding import Dimension, Stance
from bot.model.label import CategoryKind, Label
from bot.model.signal import Batch, Revision, Signal, SignalState
from bot.model.source import Publisher
from storage import schema
from storage.store import SqlStore
from tests import make
from tests.clock import MORNING

DAY = timedelta(days=1)


async def articles(store: SqlStore, count: int) -> tuple[Article, ...]:
    """Numbered from 1, each of its own publisher."""
    return await make.stored(
        store,
        *(
            make.article(n, f"{make.TEXT} Number {n}.", sha256=f"{n}", publisher=make.publisher(f"Paper {n}"))
            for n in range(1, count + 1)
        ),
    )


def signal(id: int, *of: Article, **fields: object) -> Signal:
    """A signal of these articles, with a revision for each."""
    revisions = tuple(
        Revision(id, n, MORNING, f"because of {one.id}", Stance.DEVELOPS, make.strength(), one.id)
        for n, one in enumerate(of, 1)
    )
    base = make.signal(id, articles=tuple(make.member(one) for one in of), revisions=revisions)
    return replace(base, **fields)  # type: ignore[arg-type]


async def save(store: SqlStore, *signals: Signal, **fields: object) -> None:
    await store.signals.save(replace(Batch(signals=signals), **fields), MORNING)  # type: ignore[arg-type]


async def channel(store: SqlStore) -> Channel:
    return (await store.channels.ensure("console", "here", "Terminal", ChannelSettings(), MORNING))[0]


async def test_what_is_saved_comes_back(store: SqlStore) -> None:
    """A signal comes back whole and equal, and after a change as it was changed."""
    a, b, c = await articles(store, 3)
    against = make.evidence(c, 2, anchor="9 per cent")
    first = signal(1, a, b, contrary=(against, make.evidence(a, 1)), change_mind="If prices rise.")
    await save(store, first)
    assert await store.signals.get(1) == first
    changed = replace(
        signal(1, b, c, a),
        title="Another claim",
        state=SignalState.DEVELOPING,
        topics=("AI", "chips", "energy"),
        strength=make.strength(4, 2, 1, 2),
    )
    await save(store, changed)
    assert await store.signals.get(1) == changed
    assert await store.signals.get(2) is None


async def test_a_batch_is_kept_together(store: SqlStore) -> None:
    """New and changed signals of one batch are all there, and untouched ones as they were."""
    a, b, c = await articles(store, 3)
    await save(store, one := signal(1, a), two := signal(2, b))
    two = replace(two, analysis="Changed.")
    await save(store, two, three := signal(3, c))
    assert [one, two, three] == [await store.signals.get(n) for n in (1, 2, 3)]
    assert [found async for found in store.signals.every()] == [one, two, three]


async def test_a_members_article_is_the_stored_one(store: SqlStore) -> None:
    """What a member shows of its article is what is stored of it: a copy found later is seen as one."""
    a, b = await articles(store, 2)
    await save(store, signal(1, a, b))
    await save(store, copies=((b.id, a.id),))
    found = await store.signals.get(1)
    assert found is not None
    assert [member.copy_of for member in found.articles] == [None, a.id]


async def test_live_and_latest(store: SqlStore) -> None:
    """Live are all that are not closed; latest come by their last change, page by page."""
    kept = await articles(store, 5)
    closed = {2, 4}
    signals = [
        signal(n, one, changed=MORNING - n * DAY, state=SignalState.CLOSED if n in closed else SignalState.FADING)
        for n, one in enumerate(kept, 1)
    ]
    await save(store, *signals)
    assert {found.id for found in await store.signals.live()} == {1, 3, 5}
    assert [found.id for found in await store.signals.latest(2)] == [1, 2]
    assert await store.signals.latest(2, 3) == (signals[3], signals[4])


async def test_ids_are_given_once(store: SqlStore) -> None:
    """No id is given twice, used or not, saved by this road or another, merged or not."""
    kept = await articles(store, 2)
    assert [await store.signals.next_id() for _ in range(3)] == [1, 2, 3]
    await save(store, signal(7, kept[0]), signal(9, kept[1]))
    assert await store.signals.next_id() == 10
    await save(store, signal(7, *kept), merged=((9, 7),))
    assert await store.signals.next_id() == 11


async def test_search(store: SqlStore) -> None:
    """Found by words of the title, the analysis, categories, actors, publishers and quotes, best first, whatever their
    form; all of the words before any of them; nothing in a search can break it."""
    a, b, c = await articles(store, 3)
    grid = signal(1, a, title="Utilities are rationing grid connections", analysis="…", actors=("Électricité",))
    chips = signal(2, b, title="Chip makers lose", analysis="Grid operators are mentioned.", actors=("Micron",))
    asia = signal(3, c, title="日本の半導体輸出規制", analysis="Ausfuhrbeschränkungen für Halbleiter", actors=())
    await save(store, grid, chips, asia)

    async def find(words: str) -> list[int]:
        return [found.id for found in await store.signals.search(words, 5)]

    assert await find("grids") == [1, 2]
    assert await find("grid ELECTRICITE") == [1]
    assert await find("électricité xyz") == [1]
    assert await find("“Paper 3”") == [3]
    assert (await find("chip makers lost $100bn"))[0] == 2
    assert await find("半導体") == [3]
    assert await find("halbleiter") == [3]
    assert set(await find("who is rationing the ausfuhrbeschrankungen?")) == {1, 3}
    for strange in ('"', "*", "NEAR(", "title:grid AND", "-", "", "' OR 1=1 --", "\ud800", "a" * 5000):
        await find(strange)
    await save(store, replace(grid, title="Something else", actors=()))
    assert await find("rationing") == []


async def test_near(store: SqlStore) -> None:
    """Near is what shares any of the words that few signals carry, best first and no more than asked for; a word that
    most carry brings none of them, unless there is no other."""
    kept = await articles(store, 4)
    of = [
        signal(1, kept[0], title="Copper smelters idle furnaces", analysis="…", actors=("Codelco",)),
        signal(2, kept[1], title="Codelco cuts copper guidance", analysis="Copper.", actors=()),
        signal(3, kept[2], title="Grain harvest fails", analysis="…", actors=("Codelco",)),
        signal(4, kept[3], title="Ports are closing", analysis="…", actors=("Maersk",)),
    ]
    await save(store, *of)

    async def near(words: str, limit: int = 9) -> list[int]:
        return [found.id for found in await store.signals.near(words, limit)]

    assert await near("copper codelco guidance") == [2, 1, 3]
    assert await near("copper codelco guidance", 1) == [2]
    assert await near("maersk zebra") == [4]
    assert await near("zebra") == await near("") == await near("“?!”") == []


async def test_what_most_carry_says_nothing(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a rarer word one that most signals carry does not count; where there is no rarer one, it does, and of the
    many that match the newest are ranked, so that a search does not slow as the archive grows."""
    kept = await articles(store, 6)
    made = [signal(n, one, title=f"Grid item {n}", analysis="…") for n, one in enumerate(kept, 1)]
    await save(store, replace(made[0], title="Grid grid grid"), *made[1:5], replace(made[5], title="Harbour item"))
    monkeypatch.setattr("storage.search._COMMON", 4)
    assert {found.id for found in await store.signals.near("grid harbour", 9)} == {6}
    assert {found.id for found in await store.signals.near("grid", 9)} == {1, 2, 3, 4, 5}
    assert (await store.signals.search("grid", 9))[0].id == 1
    monkeypatch.setattr("storage.search._RANKED", 3)
    assert {found.id for found in await store.signals.search("grid", 9)} == {3, 4, 5}
    assert {found.id for found in await store.signals.near("grid", 9)} == {3, 4, 5}


async def test_dossier(store: SqlStore) -> None:
    """A dossier holds the whole texts of all that the signal rests on, the contrary included, each once."""
    a, b, c = await articles(store, 3)
    await save(store, whole := signal(1, a, b, contrary=(make.evidence(c), make.evidence(a))))
    dossier = await store.signals.dossier(1)
    assert dossier is not None
    assert (dossier.signal, dossier.texts) == (whole, (a, b, c))
    assert await store.signals.dossier(9) is None


async def test_labels_and_who_carries_them(store: SqlStore) -> None:
    """Everything a signal carries is a label, once; and leads back to the signals that carry it, newest first."""
    a, b, c = await articles(store, 3)
    await save(
        store,
        signal(1, a, changed=MORNING - DAY, places=("IT",), topics=("AI",)),
        signal(2, b, changed=MORNING, places=("US",), topics=("IT",), dimensions=(Dimension.SOCIAL,)),
        signal(3, c, changed=MORNING - 9 * DAY, places=("IT",), topics=()),
    )
    labels = await store.signals.labels()
    assert len(labels) == len(set(labels))
    assert Label(CategoryKind.PUBLISHER, "paper2.example", "Paper 2") in labels
    assert Label(CategoryKind.DIMENSION, "social", "social") in labels

    async def carriers(kind: CategoryKind, value: str) -> list[int]:
        return [s.id for s in await store.signals.carrying(Label(kind, value, value), MORNING - 2 * DAY)]

    assert await carriers(CategoryKind.PLACE, "IT") == [1]
    assert await carriers(CategoryKind.TOPIC, "IT") == [2]
    assert await carriers(CategoryKind.ACTOR, "Micron") == await carriers(CategoryKind.ACTOR, "micron") == [2, 1]
    assert await carriers(CategoryKind.PUBLISHER, "paper1.example") == [1]
    assert await carriers(CategoryKind.SIGNAL, "2") == [2]
    assert await carriers(CategoryKind.SIGNAL, "nonsense") == []


async def test_labels_are_kept_once(store: SqlStore) -> None:
    """A label is there once however many signals carry it, and bears the name it was given last."""
    a, b = await articles(store, 2)
    await save(store, signal(1, a), signal(2, b))
    renamed = replace(make.member(a), publisher=Publisher(a.publisher.key, "Paper One"))
    async with store._database.write() as connection:
        await connection.execute(update(schema.articles).values(publisher_name="Paper One"))
    await save(store, replace(signal(1, a), articles=(renamed,), title="Told anew"))
    named = [label.name for label in await store.signals.labels() if label.value == a.publisher.key]
    assert named == ["Paper One"]


async def test_what_was_stored_since(store: SqlStore) -> None:
    """The signals of later writings, whole and without the closed ones; an absorbed one counts as its survivor."""
    a, b, c = await articles(store, 3)
    await save(store, signal(1, a), signal(2, b))
    _, first = await store.signals.changed(0)
    assert await store.signals.changed(None) == ((), first)
    assert await store.signals.changed(first) == ((), first)
    await save(store, third := signal(3, c))
    found, second = await store.signals.changed(first)
    assert found == (third,)
    assert second > first
    await save(store, signal(2, b), merged=((3, 2),))
    (survivor,), last = await store.signals.changed(second)
    assert (survivor.id, len(survivor.articles)) == (2, 1)
    await save(store, replace(signal(1, a), state=SignalState.CLOSED))
    assert (await store.signals.changed(last))[0] == ()


async def test_audit(store: SqlStore) -> None:
    """Every stored quote comes with its article's text, members' and contrary ones, over any number of signals."""
    kept = await articles(store, 3)
    of = [(n, kept[n % 3]) for n in range(1, 61)]
    signals = [signal(n, one, contrary=(make.evidence(one, 1),)) for n, one in of]
    await save(store, *signals)
    rows = [row async for row in store.signals.audit()]
    assert len(rows) == 120
    for row in rows:
        evidence = row.evidence
        assert row.text[evidence.start : evidence.end] == evidence.quote
        assert (row.text, row.sha256) == (kept[evidence.article_id - 1].text, kept[evidence.article_id - 1].sha256)
    assert {row.signal_id for row in rows} == set(range(1, 61))


async def test_a_walk_that_is_left_holds_nothing(store: SqlStore) -> None:
    """A walk through the archive that is broken off leaves no connection open."""
    kept = await articles(store, 2)
    await save(store, *(signal(n, one) for n, one in enumerate(kept, 1)))
    for _ in range(10):
        async for _row in store.signals.audit():
            break
    assert len(await store.signals.live()) == 2


# --- merging -------------------------------------------------------------------------------------------------------


async def test_merged_as_the_survivor_says(store: SqlStore) -> None:
    """The given whole survivor is what stands; the absorbed id leads to it for ever, through any chain."""
    a, b, c = await articles(store, 3)
    await save(store, signal(1, a), signal(2, b), signal(3, c))
    await save(store, two := signal(2, b, c), merged=((3, 2),))
    assert await store.signals.get(3) == two
    await save(store, one := signal(1, a, b, c), merged=((2, 1),))
    assert [await store.signals.get(n) for n in (1, 2, 3)] == [one, one, one]
    assert await store.signals.live() == (one,)
    assert [row.signal_id async for row in store.signals.audit()] == [1, 1, 1]
    assert await store.signals.search("memory", 9) == (one,)
    dossier = await store.signals.dossier(3)
    assert dossier is not None
    assert dossier.signal == one


async def test_a_chain_in_one_batch(store: SqlStore) -> None:
    """Merges that follow on one another in a batch end at the last survivor."""
    a, b, c = await articles(store, 3)
    await save(store, signal(1, a), signal(2, b), signal(3, c))
    await save(store, whole := signal(1, a, b, c), merged=((3, 2), (2, 1)))
    assert [await store.signals.get(n) for n in (1, 2, 3)] == [whole] * 3


@pytest.mark.parametrize("given", [False, True])
async def test_a_survivor_that_is_not_given_loses_nothing(store: SqlStore, given: bool) -> None:
    """Where only the pair is given, the survivor takes over all members, evidence, labels and revisions."""
    a, b, c = await articles(store, 3)
    one = signal(1, a, b)
    two = signal(2, b, c, actors=("TSMC",), contrary=(make.evidence(a, 2),), changed=MORNING + DAY)
    await save(store, one, *(() if given else (two,)))
    await save(store, *((two,) if given else ()), merged=((2, 1),))
    found = await store.signals.get(2)
    assert found is not None
    assert found.id == 1
    assert [member.article_id for member in found.articles] == [a.id, b.id, c.id]
    assert (found.actors, found.contrary) == (("Micron", "Google", "TSMC"), two.contrary)
    assert [revision.number for revision in found.revisions] == [1, 2, 3, 4]
    assert found.changed == MORNING + DAY


async def test_an_old_id_saved_again_is_absorbed_again(store: SqlStore) -> None:
    """A signal given under an id that is an alias already never rises again: it joins the survivor."""
    a, b, c = await articles(store, 3)
    await save(store, signal(1, a), signal(2, b))
    await save(store, merged=((2, 1),))
    await save(store, signal(2, b, c))
    assert [found.id for found in await store.signals.latest(9)] == [1]
    found = await store.signals.get(2)
    assert found is not None
    assert [member.article_id for member in found.articles] == [a.id, b.id, c.id]


async def test_mutes_and_verdicts_follow(store: SqlStore) -> None:
    """A mute of an absorbed signal mutes the survivor; the longer of two mutes and the newer of two verdicts stand."""
    a, b = await articles(store, 2)
    await save(store, signal(1, a), signal(2, b))
    here = await channel(store)
    there = (await store.channels.ensure("console", "there", "Other", ChannelSettings(), MORNING))[0]
    one, two = (Label(CategoryKind.SIGNAL, str(n), f"s{n}") for n in (1, 2))
    await store.channels.mute(here.id, one, MORNING + DAY, "Ann", MORNING)
    await store.channels.mute(here.id, two, MORNING + 2 * DAY, "Ann", MORNING)
    await store.channels.mute(there.id, two, MORNING + DAY, "Bob", MORNING)
    await store.channels.judge(here.id, 1, "ann", True, MORNING)
    await store.channels.judge(here.id, 2, "ann", False, MORNING + DAY)
    await store.channels.judge(there.id, 2, "bob", True, MORNING)
    await save(store, merged=((2, 1),))
    for where, until in ((here, MORNING + 2 * DAY), (there, MORNING + DAY)):
        (mute,) = await store.channels.mutes(where.id, MORNING)
        assert (mute.label.value, mute.until) == ("1", until)
    assert await store.channels.verdicts(2) == await store.channels.verdicts() == (1, 1)
    again = await store.channels.mute(here.id, two, MORNING + 5 * DAY, "Ann", MORNING)
    assert again.label.value == "1"
    assert len(await store.channels.mutes(here.id, MORNING)) == 1


async def test_evidence_may_quote_an_article_twice(store: SqlStore) -> None:
    """Several quotes of one article, even the same one as member's and as contrary, keep their order."""
    (a,) = await articles(store, 1)
    quotes = tuple(make.evidence(a, n) for n in (2, 0, 1))
    whole = make.signal(1, articles=(make.member(a, evidence=quotes),), contrary=quotes[:1], revisions=())
    await save(store, whole)
    found = await store.signals.get(1)
    assert found is not None
    assert (found.articles[0].evidence, found.contrary) == (quotes, quotes[:1])
    assert all(isinstance(quote, Evidence) for quote in found.contrary)


async def test_closed_signals_by_their_actors(store: SqlStore) -> None:
    """For each list of names the closed signals that carry one of them, the latest first; live ones never."""
    kept = await make.stored(store, *(make.article(n, f"Text {n}.", sha256=f"{n}") for n in range(1, 5)))
    one, two, live, other = (
        make.signal(
            1, articles=(make.member(kept[0], evidence=()),), actors=("Micron Technology",), state=SignalState.CLOSED
        ),
        make.signal(
            2,
            articles=(make.member(kept[1], evidence=()),),
            actors=("Bank of Japan", "Micron"),
            state=SignalState.CLOSED,
        ),
        make.signal(3, articles=(make.member(kept[2], evidence=()),), actors=("Micron",)),
        make.signal(4, articles=(make.member(kept[3], evidence=()),), actors=("Nordkern",), state=SignalState.CLOSED),
    )
    assert await store.signals.closed([("Micron",)], 3) == ((),)
    await store.signals.save(Batch(signals=(one, two, live, other)), MORNING)
    found = await store.signals.closed([("micron",), (), ("Bank of Japan", "Nordkern"), ("·",), ("Bank",)], 3)
    assert [[signal.id for signal in each] for each in found] == [[2, 1], [], [4, 2], [], [2]]
    assert found[0][0] == two
    assert [signal.id for signal in (await store.signals.closed([("Micron",)], 1))[0]] == [2]
