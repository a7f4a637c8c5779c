"""The rubric parts what is of the grade asked for from what is not, and says which part is lacking."""

from __future__ import annotations

import json

import pytest

from bot.model import settings
from tests.bench.rubric import judge, written
from tests.bench.rubric.scoring import reading_age, score
from tests.clock import FakeClock
from tests.servers.claude import claude_server
from tests.servers.claude_brains import good as good_brain

MARGIN = 25
"""Points by which the worst good signal stands above the best bad one, at least; 51 are measured."""
PAGE = """\
← all signals

**Falling fees are emptying the furnaces of Lusaka as scarce ore strips smelters of the
charge they live on**

str 7

## Analysis

The charge was taken for granted.

It means that furnaces are worth less than ore.

## Key actors

Harrow Metals · Zambra

## Source article

Smelters go dark

- "Charges fell below zero in
  May" [below zero]
- "Mines no longer pay" [no longer pay]

### Reasoning from this article

The article shows a charge that changed its sign.

---

## What each part is

Not the signal's.
"""


def test_good_and_bad_are_parted() -> None:
    """Every good signal stands well above every bad one, also in the half on which no constant was set."""
    good, bad = judge.judged(written.good()), judge.judged(written.bad())
    assert len(good) == len(bad) == 30
    assert judge.parted(good[1::2], bad[1::2]) >= MARGIN
    assert judge.parted(good, bad) >= MARGIN


@pytest.mark.parametrize(
    ("fault", "part"),
    [
        ("the headline as the title", "no headline"),
        ("a question as the title", "no headline"),
        ("a forecast as the title", "no forecast"),
        ("a title of six words", "title length"),
        ("a title without a cause", "cause"),
        ("figures and names that stand in no sentence", "supported"),
        ("the analysis copies the quotes", "adds to the quotes"),
        ("the analysis repeats the title", "no repetition"),
        ("about something else than its quotes", "about its quotes"),
        ("praise of a firm", "plain"),
        ("an analysis far too long", "extent"),
        ("sentences that nobody can read", "readable"),
        ("anchors that stand in no quote", "quotes"),
        ("reasoning that repeats the quotes", "reasoning"),
        ("reasoning with names and figures from elsewhere", "reasoning supported"),
        ("actors that do nothing in the article", "actors act"),
    ],
)
def test_fault_is_named(fault: str, part: str) -> None:
    """A fault shows in the part that asks for it."""
    (signal,) = [each for each in written.bad() if each.wrong == fault]
    met = {each.name: each.met for each in score(signal).parts}
    assert met[part] < 0.1
    assert part in score(signal).lacking


def test_page() -> None:
    """A page is read part by part; without the articles' texts, what needs them is not judged."""
    found = written.of_page(PAGE, "page")
    assert found.title.endswith("strips smelters of the charge they live on")
    assert found.analysis == "The charge was taken for granted.\n\nIt means that furnaces are worth less than ore."
    assert found.actors == ("Harrow Metals", "Zambra")
    (article,) = found.articles
    assert article.title == "Smelters go dark"
    assert article.quotes[0] == ("Charges fell below zero in May", "below zero")
    assert article.reasoning == ("The article shows a charge that changed its sign.",)
    assert {"reasoning supported", "actors act"}.isdisjoint(each.name for each in score(found).parts)
    with pytest.raises(ValueError, match="no signal"):
        written.of_page("Nothing here.", "empty")


def test_reading_age_grows_with_words_and_sentences() -> None:
    """Short words in short sentences ask for fewer years than long words in one sentence."""
    assert reading_age("The dog ran. The cat sat.") < 2
    assert reading_age("Institutional reconfigurations necessitate administrative accountability.") > 20


def test_without_a_key_no_model_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key --live says so."""
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    told = judge.live()
    assert told["live"] is False
    assert "ANTHROPIC_API_KEY" in str(told["why"])


async def test_live_signals_stand_beside_score_and_cost(capsys: pytest.CaptureFixture[str]) -> None:
    """With a key, the sample edition's signals are scored as the model wrote them, and their cost is told."""
    clock = FakeClock()
    async with claude_server(good_brain, clock.now) as server:
        given = settings.load(ANTHROPIC_API_KEY=server.key, ANTHROPIC_BASE_URL=server.url, allow_private_hosts=True)
        told = await judge.by_claude(given)
    assert json.loads(json.dumps(told)) == told
    assert told["usd_a_signal"] > 0
    assert " Claude s" in capsys.readouterr().out
