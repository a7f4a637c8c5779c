"""What Claude costs, what stops it, and how patient the bot is with it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.analysts.claude.analyst import PENDING, UNUSABLE
from bot.analysts.claude.budget import Budget, CallsBlocked, Usage
from bot.analysts.claude.caching import MINIMUMS, prompt_tokens
from bot.analysts.claude.client import PAUSE, SLOW_TRIES
from bot.analysts.claude.prompts import VERSIONS
from bot.briefing import briefs, translation
from bot.briefing.views import wording
from bot.briefing.views.brief_view import brief_message
from bot.cli.checks import of_cache, of_claude
from bot.model.channel import ChannelSettings
from bot.model.messages import plain
from bot.model.run import Call, Spending
from bot.model.settings import PRICES, AnalystSettings, load
from storage.store import SqlStore
from tests import talk as talking
from tests.bench.claude import output_tokens
from tests.chain import DAY, Chain, chain, chips, gas, more_chips, settings
from tests.clock import MORNING, PATIENCE, FakeClock, skip
from tests.forking import ROOT
from tests.news import news, stories
from tests.servers import claude_brains as brains
from tests.servers.claude import Ask, Brain, Turn, said
from tests.servers.feeds import item

HAIKU, SONNET = (0.10, 0.50, 0.01), (2.0, 10.0, 0.10)


async def read_by(there: Chain) -> list[str]:
    return [member.read_by for signal in await there.signals() for member in signal.articles]


async def brief(there: Chain, signal_bar: int = 6) -> str:
    """The brief as of now, as its reader sees it."""
    given = ChannelSettings(timezone="UTC", bar=signal_bar)
    channel, _ = await there.store.channels.ensure("console", "local", "here", given, there.clock.now())
    edition = await briefs.edition(there.store, channel, there.clock.now().date(), there.clock.now())
    return plain(brief_message(edition, channel))


# --- cost ------------------------------------------------------------------------------------------------------------


def test_a_call_costs_what_the_price_list_says() -> None:
    """In, out, read from the cache; a write to the hour's cache is twice a read of plain input, a batch half of all."""
    usage = Usage(tokens_in=1_000_000, tokens_out=100_000, cache_reads=2_000_000, cache_writes=500_000)
    assert usage.cost(SONNET) == pytest.approx(2.0 + 1.0 + 0.2 + 2.0)
    assert usage.cost(SONNET, batched=True) == pytest.approx(2.6)
    briefly = replace(usage, brief_writes=400_000)
    assert briefly.cost(SONNET) == pytest.approx(2.0 + 1.0 + 0.2 + 0.4 + 1.0)


def test_prices_are_settings() -> None:
    """The settings' price stands before the list's; what nobody knows counts as the dearest."""
    given = load(analyst={"prices": "local-model 0/0/0, claude-haiku-5-5 1/2/0.1"}).analyst
    assert given.price("local-model") == (0, 0, 0)
    assert given.price("claude-haiku-5-5") == (1, 2, 0.1)
    assert given.price("claude-sonnet-5-5") == SONNET
    assert AnalystSettings().price("nobody") == (4, 20, 0.2)
    with pytest.raises(ValueError, match=r"analyst\.prices"):
        load(analyst={"prices": "local-model cheap"})


async def test_every_call_is_stored_with_what_it_cost(store: SqlStore, clock: FakeClock) -> None:
    """Model, step, tokens, cache reads and writes, and dollars are those of the reply's own usage."""
    async with chain(store, clock) as there:
        await there.publish(chips(), gas())
        billed = [usage for ask, usage in there.claude.usages if ask.step == "read"]
        (read,) = [each for each in await store.calls.spent(MORNING) if each.step == "read"]
    assert isinstance(read, Spending)
    assert (read.model, read.calls) == ("claude-haiku-5-5", 2)
    assert read.tokens_in == sum(each["input_tokens"] for each in billed)
    assert read.tokens_out == sum(each["output_tokens"] for each in billed)
    assert read.cache_writes == sum(each["cache_creation_input_tokens"] for each in billed) > 0
    usage = Usage(read.tokens_in, read.tokens_out, read.cache_reads, read.cache_writes)
    assert read.usd == pytest.approx(usage.cost(HAIKU))


async def test_status_shows_todays_and_the_months(store: SqlStore, clock: FakeClock) -> None:
    """By step, with the budget; where nothing was ever paid it is not mentioned."""
    talk = await talking.open_talk(store, clock)
    assert "Claude" not in await talk.say("status")
    for at, usd in ((MORNING, 0.25), (MORNING - timedelta(days=3), 0.5), (MORNING - timedelta(days=40), 7.0)):
        await store.calls.record(Call(at, "claude-haiku-5-5", "read", "end_turn", usd))
    assert "Claude: $0.25 today of $1.00, $0.75 this month (today: read $0.250 in 1 call)." in await talk.say("status")


async def test_the_budget_is_a_hard_ceiling(store: SqlStore, clock: FakeClock) -> None:
    """No call is made that could exceed it; the embedded analyst goes on, the brief says so, and tomorrow is new."""
    async with chain(store, clock, daily_budget_usd=0.012) as there:
        await there.publish(*items(0, 30))
        assert 0.005 < await there.spent() <= 0.012
        assert {"claude", "extractive"} == set(await read_by(there))
        said = await brief(there)
        await there.publish(story(31))
        assert await there.spent() <= 0.012
        asked = len(there.claude.asks)
        there.clock.advance(DAY)
        await there.publish(story(32))
        assert len(there.claude.asks) > asked
    assert "The day’s budget for Claude ($0.01) was reached at 08:30; what it could not pay" in said


async def test_a_day_of_500_articles_costs_less_than_a_dollar(store: SqlStore, clock: FakeClock) -> None:
    """A tenth of the benchmark's day, at its lengths of replies, costs less than a tenth of a dollar."""
    async with chain(store, clock) as there:
        there.claude.output_tokens = output_tokens
        for each in news(50):
            await there.printed(item(each.title, description=each.body), house=each.house)
        await there.publish()
        assert len(there.claude.asks) > 10
        assert await there.spent() < 0.1


async def test_a_budget_of_nothing_asks_nothing(store: SqlStore, clock: FakeClock) -> None:
    """Zero means zero."""
    async with chain(store, clock, daily_budget_usd=0) as there:
        await there.publish(chips())
        assert there.claude.asks == []
        assert await read_by(there) == ["extractive"]


def story(number: int) -> str:
    return items(number, number + 1)[0]


def items(first: int, after: int) -> list[str]:
    return [item(each.title, description=each.body) for each in stories(after)[first:]]


# --- what stops it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("brain", [brains.spent, brains.without_credit], ids=["spend limit", "no credit"])
async def test_the_accounts_limit_stops_it_until_tomorrow(store: SqlStore, clock: FakeClock, brain: Brain) -> None:
    """It is no rate limit: asked once, the operator is told once, the brief says so; a restart does not forget it."""
    async with chain(store, clock) as there:
        there.claude.script(brain)
        await there.publish(chips())
        await there.publish(gas())
        assert len(there.claude.asks) == 1
        assert len(there.alarms) == 1
        assert "Nothing more is asked of Claude until Saturday 28 March" in there.alarms[0]
        assert there.alarms[0] in await brief(there)
    async with chain(store, clock) as again:
        await again.publish(more_chips())
        assert again.claude.asks == []
        again.clock.advance(DAY)
        await again.publish(story(1))
        assert again.claude.asks
        assert again.alarms == []


async def test_a_key_that_is_refused_is_the_operators_to_mend(store: SqlStore, clock: FakeClock) -> None:
    """401 stops the calls and tells the operator; the article is read all the same."""
    async with chain(store, clock) as there:
        there.claude.key = "another"
        await there.publish(chips())
        assert len(there.claude.refusals) == 1
        assert "ANTHROPIC_API_KEY" in there.alarms[0]
        assert await read_by(there) == ["extractive"]


async def test_a_model_nobody_knows_is_the_operators_to_mend(store: SqlStore, clock: FakeClock) -> None:
    """404 names the model."""
    async with chain(store, clock, triage_model="claude-nonesuch") as there:
        await there.publish(chips())
        assert "claude-nonesuch" in there.alarms[0]


async def test_a_request_that_is_rejected_for_its_form_is_the_operators_to_see(
    store: SqlStore, clock: FakeClock
) -> None:
    """400 names the step and the parameter, once a day; the article is read all the same, and calls go on."""
    async with chain(store, clock) as there:
        there.claude.script(brains.misshapen)
        await there.publish(chips())
        await there.publish(gas())
        (told,) = (words for words in there.alarms if "“read”" in words)
        assert "output_config.effort" in told
        assert await read_by(there) == ["extractive", "extractive"]
        there.clock.advance(DAY)
        await there.publish(story(1))
        assert len([words for words in there.alarms if "“read”" in words]) == 2


# --- patience --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("brain", "waited"),
    [
        (brains.overloaded(), 1.0),
        (brains.limited("7"), 7.0),
        (brains.limited("60"), 60.0),
        (brains.overloaded(503), 1.0),
    ],
    ids=["529", "429 with retry-after", "a minute at most", "503"],
)
async def test_what_passes_is_waited_for(store: SqlStore, clock: FakeClock, brain: Brain, waited: float) -> None:
    """Once overloaded or limited, then well: the reply stands, after the wait that was asked for, and is paid once."""
    async with chain(store, clock) as there:
        there.claude.script(brain, brains.good)
        begun = there.clock.now()
        await there.publish(chips(), later=0)
        assert (there.clock.now() - begun).total_seconds() == pytest.approx(waited)
        assert await read_by(there) == ["claude"]


@pytest.mark.parametrize(
    ("brain", "tries", "rest"),
    [
        (brains.overloaded(), 3, PAUSE),
        (brains.limited("61"), 1, PAUSE),
        (brains.disconnecting(), 3, PAUSE),
        (brains.overloaded(529, **{"x-should-retry": "false"}), 1, 0.0),
    ],
    ids=["overloaded", "more than a minute", "disconnecting", "not to be tried again"],
)
async def test_what_does_not_pass_falls_to_the_embedded_analyst(
    store: SqlStore, clock: FakeClock, brain: Brain, tries: int, rest: float
) -> None:
    """After its tries nobody asks for five minutes and not longer, where it may pass; nothing is lost meanwhile."""
    async with chain(store, clock) as there:
        there.claude.script(brain)
        await there.publish(chips(), later=0)
        assert len(there.claude.asked("read")) == tries
        assert await read_by(there) == ["extractive"]
        there.claude.script(brains.good)
        await there.publish(gas(), later=PAUSE - 1)
        assert ("claude" in await read_by(there)) is (rest < PAUSE)
        await there.publish(more_chips(), later=1)
        assert "claude" in await read_by(there)


@pytest.mark.parametrize(
    "body",
    ["{}", "[]", "null", "<html>busy</html>", '{"content": "words"}', '{"content": [null], "usage": {}}',
     '{"content": [{"type": "text"}], "stop_reason": "end_turn", "usage": {"input_tokens": "many"}}'],
)  # fmt: skip
async def test_an_endpoint_that_answers_in_another_shape_hurts_nobody(
    store: SqlStore, clock: FakeClock, body: str
) -> None:
    """Whatever a server says that is no message: the article is read, the question answered, and the brief says so."""
    async with chain(store, clock) as there:
        there.claude.script(brains.wild(body))
        await there.publish(chips())
        assert await read_by(there) == ["extractive"]
        assert "without a model" in await brief(there)
        dossier = await store.signals.dossier(1)
        assert dossier
        said = [each async for each in there.analyst.answer("How far did Micron fall?", dossier, ())]
        assert (said[-1].final, said[-1].answered_by) == (True, "extractive")


async def test_replies_of_no_use_are_told_where_they_are_the_most(store: SqlStore, clock: FakeClock) -> None:
    """A model too weak for its work: the brief says who read instead."""
    async with chain(store, clock) as there:
        there.claude.script(brains.wrong_shape)
        await there.publish(chips(), gas())
        assert set(await read_by(there)) == {"extractive"}
        assert UNUSABLE in await brief(there)


async def test_one_reply_of_no_use_among_several_is_no_news(store: SqlStore, clock: FakeClock) -> None:
    """The article is read without a model, and its own card says so."""
    async with chain(store, clock) as there:
        there.claude.script(brains.wrong_shape, brains.wrong_shape, brains.good)
        await there.publish(chips(), story(2), story(3))
        assert UNUSABLE not in await brief(there)


async def test_while_it_rests_nobody_waits_for_it(store: SqlStore, clock: FakeClock) -> None:
    """Thirty articles meet an overloaded service a few times, not ninety; the brief says so."""
    async with chain(store, clock) as there:
        there.claude.script(brains.overloaded())
        await there.publish(*items(0, 30))
        assert len(there.claude.asks) < 30
        assert set(await read_by(there)) == {"extractive"}
        assert "Claude was not to be had (it answered 529)" in await brief(there)


async def test_a_slow_reply_is_given_up_and_booked_at_its_worst(store: SqlStore, clock: FakeClock) -> None:
    """It may have been worked and billed: the ceiling counts it."""
    async with chain(store, clock, brains.hanging) as there:
        published = asyncio.create_task(there.publish(chips()))
        for times in range(1, SLOW_TRIES + 1):
            await there.claude.hanging(times)
            skip(PATIENCE)
        await published
        assert await read_by(there) == ["extractive"]
        spent = await there.spent()
    assert spent > 0.001


async def test_a_call_that_is_abandoned_is_booked(store: SqlStore, clock: FakeClock) -> None:
    """The bot is stopped while it waits for a reply: what may have been worked is counted."""
    async with chain(store, clock, brains.hanging) as there:
        await there.printed(chips())
        task = asyncio.create_task(there.pipeline.cycle())
        await there.claude.hanging(1)
        task.cancel()
        await asyncio.wait({task})
        assert await there.spent() > 0.001


async def test_what_never_left_costs_nothing(store: SqlStore, clock: FakeClock) -> None:
    """Nobody listens at the address: the embedded analyst reads, and nothing is booked."""
    async with chain(store, clock) as gone:
        url = gone.claude.url
    async with chain(store, clock, url=url) as there:
        await there.publish(chips())
        assert await read_by(there) == ["extractive"]
        assert await there.spent() == 0


# --- backfills -------------------------------------------------------------------------------------------------------


async def test_a_backfill_is_read_by_a_batch(store: SqlStore, clock: FakeClock) -> None:
    """Over the number, articles wait for their batch, cost half, and are placed when it has ended; none is lost."""
    async with chain(store, clock, batch_from=5) as there:
        there.claude.batches_take = timedelta(hours=2)
        first = await there.publish(*items(0, 8))
        assert (first.findings, len(there.claude.batches), there.claude.asks) == (0, 1, [])
        waiting = await there.publish()
        assert (waiting.findings, waiting.unread) == (0, 0)
        done = await there.publish(later=2 * 3600)
        assert done.findings == 8
        assert set(await read_by(there)) == {"claude"}
        assert {ask.batched for ask in there.claude.asked("read")} == {True}
        (read,) = [each for each in await store.calls.spent(MORNING) if each.step == "read"]
        usage = Usage(read.tokens_in, read.tokens_out, read.cache_reads, read.cache_writes)
        assert read.usd == pytest.approx(usage.cost(HAIKU, batched=True))


async def test_a_batch_survives_a_restart_and_is_not_waited_for_for_ever(store: SqlStore, clock: FakeClock) -> None:
    """Its id is kept; after hours it is cancelled, and the articles are read one by one."""
    async with chain(store, clock, batch_from=5) as there:
        there.claude.batches_take = timedelta(days=3)
        await there.publish(*items(0, 8))
        held = json.loads(await store.memory.recall(PENDING) or "{}")
        assert len(held["articles"]) == 8
        done = await there.publish(later=7 * 3600)
        (batch,) = there.claude.batches.values()
        assert batch.canceled
        assert done.findings == 8
        assert await store.memory.recall(PENDING)
        await there.publish()
        assert not await store.memory.recall(PENDING)


@pytest.mark.parametrize(
    "failure", [Turn(status=500), Turn(status=429), Turn(hang=True)], ids=["500", "429", "no reply"]
)
async def test_where_no_batch_can_be_made_the_articles_are_read_one_by_one(
    store: SqlStore, clock: FakeClock, failure: Turn
) -> None:
    """At once; a batch that may have been made is booked at its worst."""
    async with chain(store, clock, batch_from=5) as there:
        there.claude.batches_fail = failure
        published = asyncio.create_task(there.publish(*items(0, 8)))
        if failure.hang:
            await there.claude.hanging(1)
            skip(PATIENCE)
        done = await published
        unknown = [each for each in await store.calls.spent(MORNING) if each.step == "read"]
    assert done.findings == 8
    assert (unknown[0].calls > 8) is failure.hang


async def test_a_batch_that_the_budget_does_not_cover_is_not_made(store: SqlStore, clock: FakeClock) -> None:
    """What the day's money may pay for is read, the rest goes without a model."""
    async with chain(store, clock, batch_from=5, daily_budget_usd=0.008) as there:
        await there.publish(*items(0, 8))
        assert there.claude.batches == {}
        assert await there.spent() <= 0.008
        assert len(await read_by(there)) == 8


async def test_where_somebody_waits_nothing_is_put_off(store: SqlStore, clock: FakeClock) -> None:
    """At a terminal the articles are read at once, whatever it costs."""
    async with chain(store, clock, batch_from=5) as there:
        await there.printed(*items(0, 8))
        report = await there.pipeline.cycle(eager=True)
        assert report is not None
        assert (report.findings, len(there.claude.batches)) == (8, 0)


# --- what is opened --------------------------------------------------------------------------------------------------


async def test_the_sdk_is_imported_only_when_claude_is_asked(tmp_path: Path) -> None:
    """Opening the bot without a key imports nothing of Claude; with one it still imports no SDK."""
    code = (
        "import asyncio, os, sys\n"
        "from bot.model import settings\n"
        "from bot.app.opening import open_app\n"
        "async def main():\n"
        "    async with open_app(settings.load()): pass\n"
        "for key in ('', 'some-key'):\n"
        "    os.environ['ANTHROPIC_API_KEY'] = key\n"
        "    asyncio.run(main())\n"
        "    print([name for name in ('anthropic', 'bot.analysts.claude.analyst') if name in sys.modules])\n"
    )
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert out.decode().split("\n") == ["[]", "['bot.analysts.claude.analyst']", ""]


# --- languages -------------------------------------------------------------------------------------------------------

GERMAN = (
    "<p>Der Bundestag hat am Freitag ein Gesetz beschlossen, das neue Gasheizungen in Wohnungen ab dem nächsten Jahr "
    "verbietet. Betroffen sind nach Angaben des Ministeriums 310.000 Haushalte, und der Markt verliert 2 Milliarden "
    "Euro im Jahr.</p><p>„Niemand wird frieren“, sagte die Ministerin Ida Krog nach der Abstimmung.</p>"
)


def german() -> str:
    return item("Bundestag verbietet neue Gasheizungen in Wohnungen", description=GERMAN)


async def told(there: Chain, language: str | None = None) -> str:
    given = ChannelSettings(timezone="UTC", bar=1, language=language)
    channel, _ = await there.store.channels.ensure("console", language or "-", "here", given, there.clock.now())
    edition = await briefs.edition(there.store, channel, there.clock.now().date(), there.clock.now())
    return plain(await translation.translated(brief_message(edition, channel), there.analyst, language))


async def test_a_quote_in_another_language_has_a_translation_beside_it(store: SqlStore, clock: FakeClock) -> None:
    """The quote stays as it is, inside its marks; the translation is labelled and outside of them."""
    async with chain(store, clock) as there:
        await there.publish(german())
        said = await told(there)
        again = await told(there)
        (signal,) = await there.signals()
        assert len(there.claude.asked("translate")) == 1
    quote = next(each.quote for each in signal.articles[0].evidence if f"“{each.quote}”" in said)
    assert f"; translation: {brains.translated(quote, 'en')})" in said
    assert said == again


async def test_a_channels_language_is_that_of_its_brief(store: SqlStore, clock: FakeClock) -> None:
    """What is ours is in the channel's language; the quotes stay, each with its translation; figures stay."""
    async with chain(store, clock) as there:
        await there.publish(chips())
        plainly, italian = await told(there), await told(there, "it")
        (signal,) = await there.signals()
    title = wording.shown_title(signal)
    assert f"1  {title}" in plainly
    assert f"1  {title}" not in italian
    assert f"1  {brains.translated(title, 'it')}" in italian
    quote = next(each.quote for each in signal.articles[0].evidence if f"“{each.quote}”" in plainly)
    assert f"“{quote}”" in italian
    assert f"; translation: {brains.translated(quote, 'it')})" in italian


@pytest.mark.parametrize("brain", [brains.refusing, brains.wrong_shape, brains.hostile, brains.overloaded()])
async def test_a_translation_that_cannot_be_had_leaves_the_text(
    store: SqlStore, clock: FakeClock, brain: Brain
) -> None:
    """What adds an address, loses a figure or is no reply is not shown; the brief is told all the same."""
    async with chain(store, clock) as there:
        await there.publish(chips())
        there.claude.brains["translate"] = brain
        (signal,) = await there.signals()
        said = await told(there, "it")
    assert signal.title in said
    assert "evil" not in said


async def test_a_translation_keeps_the_figures(store: SqlStore, clock: FakeClock) -> None:
    """One that says 400 for 100 is asked about once, and left out."""

    def wrong(ask: Ask) -> Turn:
        return said(brains.good(ask).text.replace("100", "400"))

    async with chain(store, clock) as there:
        await there.publish(chips())
        there.claude.brains["translate"] = wrong
        shown = await told(there, "it")
        assert len(there.claude.asked("translate")) == 2
    assert "400" not in shown


async def test_language_is_a_command(store: SqlStore, clock: FakeClock) -> None:
    """With Claude it is set, and answers follow it; an unknown one is refused; without Claude it says it cannot."""
    talk = await talking.open_talk(store, clock)
    (signal, *_) = await talking.archive(store)
    assert "needs Claude" in await talk.say("language it")
    assert "I know no language “klingon”" in await talk.say("language klingon")
    async with chain(store, clock) as there:
        talk.context = replace(talk.context, analyst=there.analyst)
        assert "are in Italian now" in await talk.say("language Italian")
        assert (await talk.settings()).language == "it"
        why = await talk.say(f"why s{signal.id}")
        assert "translation: " in why
        assert brains.translated(f"s{signal.id}: {signal.title}", "it").split(": ")[1] in why
        assert "are in English now" in await talk.say("language off")
        assert (await talk.settings()).language is None


# --- doctor ----------------------------------------------------------------------------------------------------------


async def test_doctor_says_where_no_cache_forms(store: SqlStore, clock: FakeClock) -> None:
    """The share of the week's input that was cached, and each step whose calls neither wrote nor read a cache."""
    app = SimpleNamespace(store=store, clock=clock)
    assert await of_cache(app) is None  # type: ignore[arg-type] # only what it looks at
    for step, reads in (("read", 300), ("translate", 0)):
        call = Call(clock.now(), "claude-haiku-5-5", step, "end_turn", 0.1, tokens_in=50, cache_reads=reads)
        await store.calls.record(call)
    found = await of_cache(app)  # type: ignore[arg-type] # as above
    assert found is not None
    assert found.well
    assert found.what.startswith("75% of the week’s input was read from it; no cache forms for translate, some ")
    assert found.what.endswith("(claude-haiku-5-5 caches from 512 on)")
    assert "read," not in found.what
    call = Call(clock.now(), "local-model", "intent", "end_turn", 0.0, tokens_in=50)
    await store.calls.record(call)
    found = await of_cache(app)  # type: ignore[arg-type] # as above
    assert found is not None
    assert "(from how many on local-model caches is not known)" in found.what


@pytest.mark.parametrize("step", VERSIONS)
def test_every_prompt_is_long_enough_for_a_cache(step: str) -> None:
    """With the models of the price list, and a tenth to spare: what is shorter is never cached, and nothing says so."""
    for model in PRICES:
        assert prompt_tokens(step) >= 1.1 * MINIMUMS[model]


async def test_doctor_asks_what_the_models_can_do(store: SqlStore, clock: FakeClock) -> None:
    """Each model in use is named with its state and price; an unknown one is wrong, but for another's endpoint."""
    async with chain(store, clock, answer_model="claude-nonesuch") as there:
        local = settings(there.claude, answer_model="claude-nonesuch")
        given = local.model_copy(update={"anthropic_base_url": None})
        app = SimpleNamespace(context=SimpleNamespace(analyst=there.analyst), settings=given, sample=False)
        found = {each.about: each async for each in of_claude(app)}  # type: ignore[arg-type] # only what it looks at
        elsewhere = SimpleNamespace(context=app.context, settings=local, sample=False)
        lenient = [each.well async for each in of_claude(elsewhere)]  # type: ignore[arg-type] # as above
    assert found["Claude claude-haiku-5-5"].well
    assert "$0.1/$0.5/$0.01 a million tokens" in found["Claude claude-haiku-5-5"].what
    assert not found["Claude claude-nonesuch"].well
    assert all(lenient)


async def test_what_was_put_aside_is_free_again_to_the_last_bit(store: SqlStore, clock: FakeClock) -> None:
    """When no call is under way any more, one that cannot be paid for is refused at once, and waits for nobody."""

    async def alarm(words: str) -> None:
        """Nobody is told."""

    budget = Budget(store, clock, AnalystSettings(daily_budget_usd=1.0), "UTC", alarm)
    async with budget.reserve(0.1), budget.reserve(0.2), budget.reserve(0.3):
        assert await budget.remaining() == pytest.approx(0.4)
    assert await budget.remaining() == 1.0
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(CallsBlocked):
            async with budget.reserve(1.1):
                """It is not to be had."""
