"""`python -m tests.bench claude --judge [FILE]`: score signals written by hand, by the embedded analyst, or in a file.

Constants of the rubric were set on the odd half of good.toml and bad.toml (first, third …); the even half is reported.
With --live and a key, the sample edition is read and composed by Claude, and each signal stands beside its score.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pytest

from bot.app.application import App
from bot.app.opening import open_app
from bot.app.sample_edition import replay_sample
from bot.model import settings
from bot.model.run import Spending
from bot.model.settings import BriefSettings
from tests.answers import exam
from tests.bench.rubric import written
from tests.bench.rubric.scoring import Score, score
from tests.bench.rubric.written import Written
from tests.clock import MORNING

Judged = tuple[Written, Score]
BUDGET = 20.0
"""US dollars a day with --live, unless BELLWETHER_ANALYST__DAILY_BUDGET_USD says otherwise."""


def judged(signals: Sequence[Written]) -> list[Judged]:
    """Each signal with its score."""
    return [(each, score(each)) for each in signals]


def parted(good: Sequence[Judged], bad: Sequence[Judged]) -> int:
    """Points between the worst of the good and the best of the bad; negative: they are not parted."""
    return min(of.total for _, of in good) - max(of.total for _, of in bad)


def run(files: Sequence[Path] = ()) -> dict[str, object]:
    """Print every signal beside its score; returns the totals by origin."""
    good, bad = judged(written.good()), judged(written.bad())
    ours, _ = asyncio.run(_sample(None))
    pages = judged([written.of_page(path.read_text(encoding="utf-8"), path.name) for path in files])
    for name, group in (("good", good), ("bad", bad), ("embedded analyst", ours), ("file", pages)):
        _print(name, group)
    return {
        "odd": _half(good[::2], bad[::2]),
        "even": _half(good[1::2], bad[1::2]),
        "margin": parted(good, bad),
        "embedded": _spread(ours),
        "weakest_parts_of_embedded": _weakest(ours),
        "files": {signal.name: of.total for signal, of in pages},
    }


def _print(name: str, group: Sequence[Judged]) -> None:
    for signal, of in sorted(group, key=lambda pair: -pair[1].total):
        fault = f" [{signal.wrong}]" if signal.wrong else ""
        print(f"{of.total:3} {name} {signal.name}{fault}: {signal.title}\n    lacking: {of.lacking}")


def _half(good: Sequence[Judged], bad: Sequence[Judged]) -> dict[str, object]:
    return {"good": _spread(good), "bad": _spread(bad), "margin": parted(good, bad)}


def _spread(group: Sequence[Judged]) -> dict[str, object]:
    totals = [of.total for _, of in group]
    if not totals:
        return {"signals": 0}
    return {"signals": len(totals), "lowest": min(totals), "median": median(totals), "highest": max(totals)}


def _weakest(group: Sequence[Judged]) -> dict[str, float]:
    """The mean of each part that is not wholly met, the lowest first."""
    names = dict.fromkeys(part.name for _, of in group for part in of.parts)
    met = {name: [part.met for _, of in group for part in of.parts if part.name == name] for name in names}
    means = {name: round(sum(each) / len(each), 2) for name, each in met.items()}
    return dict(sorted(((name, mean) for name, mean in means.items() if mean < 1), key=lambda pair: pair[1]))


# --- the sample edition ----------------------------------------------------------------------------------------------


def live() -> dict[str, object]:
    """The sample edition by the Claude that the environment names; says so where no key is set."""
    if not os.environ.get("ANTHROPIC_API_KEY"):
        return {"live": False, "why": "ANTHROPIC_API_KEY is not set, so no model was asked"}
    return asyncio.run(by_claude(settings.load()))


async def by_claude(given: settings.Settings) -> dict[str, Any]:
    """Print the signals that Claude makes of the sample edition, each beside its score; returns spread and cost."""
    begun = perf_counter()
    signals, spent = await _sample(given)
    _print("Claude", signals)
    usd = sum(each.usd for each in spent)
    return {
        "live": True,
        "claude": _spread(signals),
        "weakest_parts": _weakest(signals),
        "usd": round(usd, 4),
        "usd_a_signal": round(usd / max(1, len(signals)), 4),
        "usd_by_step": {each.step: round(each.usd, 4) for each in spent},
        "seconds": round(perf_counter() - begun, 1),
    }


async def _sample(real: settings.Settings | None) -> tuple[list[Judged], Sequence[Spending]]:
    """The sample edition's signals that may be told, judged, and what they cost; `real`: settings with a key."""
    with _own_folder():
        async with AsyncExitStack() as stack:
            given = settings.load(now=MORNING, brief=BriefSettings(timezone="UTC"))
            app = await stack.enter_async_context(open_app(given, sample=True))
            if real is not None:
                app = await stack.enter_async_context(_with_claude(app, real))
            await replay_sample(app)
            found = [signal async for signal in app.store.signals.every()]
            told = [signal for signal in found if signal.strength.total >= given.brief.bar]
            return judged([await _written(app, signal.id) for signal in told]), await _spent(app)


@contextmanager
def _own_folder() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", folder)
        yield


def _with_claude(app: App, real: settings.Settings) -> AbstractAsyncContextManager[App]:
    """The same edition, read, composed and answered by Claude."""
    if "daily_budget_usd" not in real.analyst.model_fields_set:
        analyst = real.analyst.model_copy(update={"daily_budget_usd": BUDGET})
        real = real.model_copy(update={"analyst": analyst})
    return exam.asking_claude(app, real)


async def _written(app: App, signal_id: int) -> Written:
    dossier = await app.store.signals.dossier(signal_id)
    assert dossier is not None
    return written.of_signal(dossier.signal, {article.id: article for article in dossier.texts})


async def _spent(app: App) -> Sequence[Spending]:
    return await app.store.calls.spent(MORNING.replace(year=2000))
