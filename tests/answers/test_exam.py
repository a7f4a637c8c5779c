"""The question set on the sample edition: floors for right quotes, refusals, and what is read from the record; and the
same set with Claude, whose every word is held against the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from bot.app.application import App
from tests.answers import exam, minds
from tests.answers.exam import Outcome, Question
from tests.chain import settings
from tests.servers.claude import ClaudeServer, claude_server

AMPLE = 1_000.0  # US dollars a day: a worst case is set aside before each call
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


@pytest.mark.parametrize("before", [None, "What did each day of the strike cost?"])
async def test_how_many_dockers(app: App, before: str | None) -> None:
    """A question of one word of its own is answered, alone and after another."""
    asked = Question("free", "tuning", "marrowick-dockers-walk-out", "How many dockers?", before, cite=("1,150",))
    (outcome,) = await exam.sit(app, [asked], sitting=f"dockers after {before}")
    assert outcome.right, outcome.said


# --- with Claude, over the wire --------------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def known(app: App) -> AsyncIterator[tuple[list[Outcome], ClaudeServer]]:
    """The set put to a Claude that knows the answers, over the real SDK and a real socket."""
    async with (
        claude_server(minds.knowing(exam.questions()), app.clock.now) as server,
        exam.asking_claude(app, settings(server, daily_budget_usd=AMPLE)) as asked,
    ):
        yield await exam.sit(asked, sitting="known"), server


async def test_what_a_mind_knows_reaches_the_reader(known: tuple[list[Outcome], ClaudeServer]) -> None:
    """A model that points at the right sentences loses none of its answers on the way, and none of its silences."""
    outcomes, server = known
    assert [each.question.ask for each in outcomes if not each.right] == []
    assert server.refusals == []


async def test_a_question_the_record_answers_costs_no_call(known: tuple[list[Outcome], ClaudeServer]) -> None:
    """A plain “why?” and its like are read out: the model hears of none of them."""
    _, server = known
    put = {ask.data.get("question", ask.data.get("said")) for ask in server.asks}
    asked = {each.ask for each in exam.questions() if each.list == "recorded"}
    assert put
    assert not put & asked


async def test_every_quote_shown_stands_in_the_store(app: App, known: tuple[list[Outcome], ClaudeServer]) -> None:
    """Each answer of the set that quotes, quotes verbatim."""
    outcomes, _ = known
    assert sum(bool(each.quotes) for each in outcomes) >= 120
    assert await exam.unproven(app, outcomes) == []


async def test_no_lie_reaches_the_reader(app: App) -> None:
    """Whatever a model invents, under a true citation, a forged one or none, is not shown; what is quoted is true."""
    async with (
        claude_server(minds.lying, app.clock.now) as server,
        exam.asking_claude(app, settings(server, daily_budget_usd=AMPLE)) as asked,
    ):
        outcomes = await exam.sit(asked, list(exam.questions())[::2], sitting="lied to")
    assert len(server.asks) >= 60
    assert [each.said for each in outcomes if any(lie in each.said for lie in minds.LIES)] == []
    assert await exam.unproven(app, outcomes) == []
