"""How many questions of the sample edition, and about invented articles, are answered with the right quote, and how
many rightly refused; with --live, those of the sample edition by the real Claude."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import pytest

from bot.model import settings
from tests.answers import asked, exam
from tests.clock import MORNING

BUDGET = 20.0
"""US dollars a day, unless BELLWETHER_ANALYST__DAILY_BUDGET_USD says otherwise: the set costs a fraction of it, of
which the worst case is set aside before each question."""


def run(_argument: Path | None) -> dict[str, object]:
    """Shares by half: what was tuned to and what is only reported. `wrong` lists the questions of the tuning half."""
    with _sample_folder():
        outcomes = asyncio.run(_sat())
    return {**_told(outcomes), **_asked()}


def _asked() -> dict[str, str]:
    """Of the questions of `asked.toml`, how many are answered or refused right, by part and way of asking."""
    sittings = {(part, way): asyncio.run(asked.sit(part, way)) for part in asked.PARTS for way in asked.WAYS}
    return {
        f"asked {part} {way}": f"{sum(each.right for each in outcomes)}/{len(outcomes)}"
        for (part, way), outcomes in sittings.items()
    }


def _told(outcomes: Sequence[exam.Outcome]) -> dict[str, object]:
    wrong = [each.question.ask for each in outcomes if not each.right and each.question.half == "tuning"]
    return {"questions": len(outcomes), **exam.figures(outcomes), "wrong": wrong}


async def _sat() -> list[exam.Outcome]:
    async with AsyncExitStack() as stack:
        return await exam.sit(await exam.opened(stack))


@contextmanager
def _sample_folder() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", folder)
        yield


# --- with a real key -------------------------------------------------------------------------------------------------


def live() -> dict[str, object]:
    """The set answered by the Claude that the environment names; says so where no key is set."""
    if not os.environ.get("ANTHROPIC_API_KEY"):
        return {"live": False, "why": "ANTHROPIC_API_KEY is not set, so no model was asked"}
    with _sample_folder():
        return asyncio.run(_live())


async def _live() -> dict[str, object]:
    given = settings.load()
    if "daily_budget_usd" not in given.analyst.model_fields_set:
        analyst = given.analyst.model_copy(update={"daily_budget_usd": BUDGET})
        given = given.model_copy(update={"analyst": analyst})
    async with AsyncExitStack() as stack:
        app = await exam.opened(stack)
        asking = await stack.enter_async_context(exam.asking_claude(app, given))
        begun = perf_counter()
        outcomes = await exam.sit(asking)
        spent = await app.store.calls.spent(MORNING - timedelta(days=1))
        shortage = await app.store.calls.shortage(MORNING - timedelta(days=1))
        return {
            "live": True,
            **_told(outcomes),
            "unproven": await exam.unproven(app, outcomes),
            "calls": sum(each.calls for each in spent),
            "usd": round(sum(each.usd for each in spent), 4),
            "shortage": shortage.words if shortage else None,
            "seconds": round(perf_counter() - begun, 1),
        }
