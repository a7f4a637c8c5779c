"""How many questions of the sample edition are answered with the right quote, and how many rightly refused."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.answers import exam


def run(_argument: Path | None) -> dict[str, object]:
    """Shares by half: what was tuned to and what is only reported. `wrong` lists the questions of the tuning half."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", folder)
        outcomes = asyncio.run(_sat())
    wrong = [each.question.ask for each in outcomes if not each.right and each.question.half == "tuning"]
    return {"questions": len(outcomes), **exam.figures(outcomes), "wrong": wrong}


async def _sat() -> list[exam.Outcome]:
    async with AsyncExitStack() as stack:
        return await exam.sit(await exam.opened(stack))
