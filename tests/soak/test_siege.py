"""While feeds attack: answers come, the other sources come through, and each offender is named with its reason."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from bot.model.feed import NoPage, PageText
from tests.clock import PATIENCE
from tests.feed_mutations import mutated
from tests.soak.__main__ import fortnight
from tests.soak.attacks import ATTACKS, mutated_page, plain
from tests.soak.stage import Stage, open_stage
from tests.soak.stopping import stopped_amid

SIZE = 6_000
MUTATED, PAGES, PLAIN = 10, 6, 3


async def besieged(stage: Stage, size: int, mutations: int, random: Random) -> list[str]:
    """Serve all attacks, some mutated feeds and some plain ones, and look once; the paths of the plain ones."""
    for number, attack in enumerate(ATTACKS.values()):
        stage.server.put(f"/attack{number}", attack(size))
    for number in range(mutations):
        stage.server.put(f"/mutated{number}", mutated(plain(number, 3).encode(), random))
    for number in range(PLAIN):
        stage.server.put(f"/plain{number}", plain(number, 3))
    kept = [f"/plain{number}" for number in range(PLAIN)]
    attacks = [f"/attack{number}" for number in range(len(ATTACKS))]
    await stage.sources([*attacks, *(f"/mutated{number}" for number in range(mutations)), *kept])
    await stage.look()
    return kept


async def test_a_siege_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Small attacks here, large ones in `make soak`, which holds answers to two seconds."""
    assert len(ATTACKS) >= 18
    async with open_stage(tmp_path / "bellwether.db", workers=1) as stage:
        kept = await besieged(stage, SIZE, MUTATED, Random(7))
        health = await stage.health()
        assert all(each.succeeded_at or (each.error and each.failures == 1) for each in health.values())
        assert [name for name in kept if health[name].error] == []
        assert "fault of ours" not in "".join(each.error or "" for each in health.values())
        said = await stage.ask("sources")
        assert stage.slowest < PATIENCE
        offenders = [name for name, each in health.items() if each.error]
        assert offenders
        assert offenders[0] in said
        before = len(stage.server.requests)
        await stage.look()
        assert len(stage.server.requests) == before
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_stop_amid_a_siege_is_quiet(tmp_path: Path) -> None:
    """The process ends with its workers while they read attacks; `make soak` holds it to ten seconds."""
    stopped = await stopped_amid(tmp_path, 100_000)
    assert stopped.code == 0
    assert "Traceback" not in stopped.err
    assert len([line for line in stopped.err.splitlines() if not line.endswith("…")]) <= 1, stopped.err


async def test_torn_pages_are_read_or_refused(tmp_path: Path) -> None:
    """No damage to a page raises: it is an article's text, or says why not."""
    random = Random(3)
    async with open_stage(tmp_path / "bellwether.db", workers=0) as stage:
        for number in range(PAGES):
            stage.server.put(f"/page{number}", mutated_page(random), type="text/html")
            found = await stage.web.page(stage.server.url(f"/page{number}"))
            assert isinstance(found, PageText | NoPage)


async def test_two_days_among_faults_lose_nothing_and_tell_nothing_twice(tmp_path: Path) -> None:
    """Servers and the chat fail; by the evening every story is stored, and each message stands in the chat once."""
    lived = await fortnight(tmp_path, 2, looks=2, workers=0)
    assert lived["faults_survived"]
    assert lived["messages"]
    assert (lived["lost"], lived["doubled"]) == ([], [])
