"""The question set on the sample edition: floors for right quotes, refusals, and what is read from the record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from bot.app import App
from tests.answers import exam
from tests.answers.exam import Outcome

FLOORS = {"cited": 0.85, "refused": 0.9, "recorded": 0.9}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[App]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("exam")))
        async with AsyncExitStack() as stack:
            yield await exam.opened(stack)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outcomes(app: App) -> list[Outcome]:
    return await exam.sit(app)


def test_the_set_is_large_enough() -> None:
    """At least 120 questions have an answer and 40 have none; half of each list is only for reporting."""
    asked = exam.questions()
    assert sum(each.list != "refuse" for each in asked) >= 120
    assert sum(each.list == "refuse" for each in asked) >= 40
    assert abs(2 * sum(each.half == "reporting" for each in asked) - len(asked)) <= 4


def test_every_question_can_be_judged() -> None:
    """Each says what a right answer holds, but for those that must be refused; none is asked twice of one signal."""
    asked = exam.questions()
    assert all(bool(each.cite or each.says) is (each.list != "refuse") for each in asked)
    assert len({(each.about, each.ask) for each in asked}) == len(asked)


async def test_what_is_to_be_cited_stands_in_the_signal(app: App) -> None:
    """No question asks for a quote that its signal's texts do not hold."""
    texts: dict[str, str] = {}
    async for signal in app.store.signals.every():
        dossier = await app.store.signals.dossier(signal.id)
        assert dossier is not None
        whole = "\n".join(article.text for article in dossier.texts)
        texts |= {(member.link or "").rpartition("/")[2].removesuffix(".html"): whole for member in signal.articles}
    everything = "\n".join(texts.values())
    wanting = [
        q.ask for q in exam.questions() if q.cite and not any(c in texts.get(q.about, everything) for c in q.cite)
    ]
    assert wanting == []


@pytest.mark.parametrize("half", ["tuning", "reporting"])
@pytest.mark.parametrize("list_", FLOORS)
def test_floors(outcomes: list[Outcome], list_: str, half: str) -> None:
    """Of either half 85 % are answered with the right quote, and 90 % of what the sources do not say is refused."""
    assert exam.figures(outcomes)[f"{list_}_{half}"] >= FLOORS[list_]
