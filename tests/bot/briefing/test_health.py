"""When looking fails again and again, the operator hears of it once, and once more when it works."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.briefing.health import HealthMonitor, failure_reason
from bot.model.run import RunReport
from bot.model.stores import Store
from tests.clock import MORNING

WELL = RunReport(MORNING, MORNING, checked=10, failed=1, findings=5)
VAIN = replace(WELL, failed=6)
NOTHING = RunReport(MORNING, MORNING)


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (WELL, None),
        (replace(WELL, failed=5), None),
        (VAIN, "6 of 10 sources could not be read"),
        (replace(WELL, unread=6), "the analysis failed on 6 of 11 articles"),
        (replace(WELL, unread=5), None),
        (replace(WELL, unread=6, languages=(("ja", 6),)), "6 articles in Japanese need a model"),
    ],
)
def test_the_bounds_are_those_of_an_unable_morning(report: RunReport, why: str | None) -> None:
    """More than half of the sources asked, or of the new articles."""
    assert failure_reason(report) == why


async def test_the_operator_is_told_once_and_once_more(store: Store) -> None:
    """After three looks in vain, also over a restart; looks at nothing count for nothing; then that all is well."""
    told: list[str] = []

    async def alarm(sentence: str) -> None:
        told.append(sentence)

    await HealthMonitor(store, alarm).record_report(VAIN)
    await HealthMonitor(store, alarm).record_failure(RuntimeError("the disk is on fire"))
    await HealthMonitor(store, alarm).record_report(NOTHING)
    assert told == []
    for _ in range(3):
        await HealthMonitor(store, alarm).record_report(VAIN)
    assert [sentence[:32] for sentence in told] == ["The bot has looked in vain 3 tim"]
    await HealthMonitor(store, alarm).record_report(WELL)
    await HealthMonitor(store, alarm).record_report(WELL)
    assert told[1:] == ["The sources can be read again; the next brief is weighed as usual."]


async def test_two_looks_in_vain_are_nobody_s_business(store: Store) -> None:
    """A well look in between begins anew."""
    told: list[str] = []

    async def alarm(sentence: str) -> None:
        told.append(sentence)

    for report in (VAIN, VAIN, WELL, VAIN, VAIN):
        await HealthMonitor(store, alarm).record_report(report)
    assert told == []
