"""Bench: what a day of 500 articles costs with Claude, by step; with --live, the chain on real articles.

The day is tests/news.py's, looked at every quarter of an hour by the real chain and the real SDK, from a server on this
machine; people say wishes in free words, and ask about what was found, in conversations of three questions a minute
apart. Tokens are counted: input by the request's bytes (`caching.BYTES_A_TOKEN`), of which what is marked is written to
the cache or read from it as its life and the models' documented minimums allow (`without_cache`: prompts too short for
one); output by OUTPUT below. Prices are those of the settings.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from bot.analysts.claude import caching
from bot.analysts.claude.budget import Usage
from bot.app.opening import open_app
from bot.briefing import briefs
from bot.briefing.service import local_date
from bot.conversation.commands.table import COMMANDS
from bot.model import settings
from bot.model.brief import Brief
from bot.model.run import Spending
from bot.model.settings import PRICES
from bot.model.signal import Signal
from storage.store import open_store
from tests.chain import Chain, chain
from tests.clock import FakeClock
from tests.news import Printed, news
from tests.servers.claude import Ask, Turn
from tests.servers.feeds import item
from tests.talk import Talk, open_talk

ARTICLES = 500
HOURS = 24.0
KNOWN = {each.name: f"{each.usage}: {each.summary}" for each in COMMANDS}
LOOKS_AN_HOUR = 4
OUTPUT = {
    "finding": (430, 0), "rejection": (100, 0), "relate": (70, 0), "compose": (600, 500), "intent": (30, 0),
    "answer": (150, 0),
}  # fmt: skip
"""Tokens of the reply and of the thinking before it, where the model is let think: a finding of two paragraphs, three
quotes and a claim; a rejection of one sentence; a choice of one id with its reason; a title of 25 words, an analysis of
120, two paragraphs of reasoning, labels and what would change our mind, at medium effort; a command; an answer of three
sentences."""
INTENTS = 40
"""Wishes in free words said to the bot within the day."""
QUESTIONS = (
    "why {id} what has changed for those it concerns, and what do they say of it?",
    "and how many of them are there by now?",
    "who gains from it then?",
)
"""One conversation; the questions that follow name nothing, so their meaning is asked for first."""
CONVERSATIONS = range(32, 97, 5)
"""The looks after which one is held: 13 from eight in the morning on, 39 questions."""


def run(argument: Path | None) -> dict[str, object]:
    """The cost of the day in US dollars, by step; `argument` is not used."""
    del argument
    return asyncio.run(_day())


async def _day() -> dict[str, object]:
    clock = FakeClock()
    with tempfile.TemporaryDirectory() as folder:
        async with (
            open_store(f"{folder}/bench.db", clock=clock) as store,
            chain(store, clock, daily_budget_usd=5) as there,
        ):
            there.claude.output_tokens = output_tokens
            begun = perf_counter()
            day = news(ARTICLES, HOURS)
            talk = await open_talk(store, clock)
            talk.context = replace(talk.context, analyst=there.analyst)
            looks = []
            for number in range(int(HOURS * LOOKS_AN_HOUR) + 1):
                looks.append(await _look(there, number, day))
                if number in CONVERSATIONS:
                    await _conversation(talk, await there.signals(), f"{number}")
            for number in range(INTENTS):
                await there.analyst.intent(f"could we have {number} signals at most, please", KNOWN)
            spent = await store.calls.spent(clock.now().replace(year=2000))
            signals = await there.signals()
            return {
                "articles": sum(look["articles"] for look in looks),
                "copies": sum(look["copies"] for look in looks),
                "findings": sum(look["findings"] for look in looks),
                "rejections": sum(look["rejections"] for look in looks),
                "signals": len(signals),
                "told": sum(signal.strength.total >= 6 for signal in signals),
                "questions": sum(len(QUESTIONS) for _ in CONVERSATIONS),
                "usd": round(sum(each.usd for each in spent), 4),
                "usd_if_nothing_is_cached": round(sum(map(_uncached_usd, spent)), 4),
                "cached_share": round(caching.share(spent), 3),
                "without_cache": {step: tokens for step, _, tokens in caching.uncached(spent)},
                "steps": {
                    each.step: {
                        "model": each.model,
                        "calls": each.calls,
                        "tokens_in": each.tokens_in,
                        "tokens_out": each.tokens_out,
                        "cache_reads": each.cache_reads,
                        "cache_writes": each.cache_writes,
                        "cached_share": round(caching.share([each]), 3),
                        "usd": round(each.usd, 4),
                    }
                    for each in spent
                },
                "output_and_thinking": OUTPUT,
                "seconds": round(perf_counter() - begun, 1),
            }


async def _conversation(talk: Talk, signals: Sequence[Signal], thread: str) -> None:
    """Three questions about the weightiest of the newest signals."""
    about = max(signals[-10:], key=lambda signal: signal.strength.total)
    for question in QUESTIONS:
        await talk.say(question.format(id=f"s{about.id}"), thread=thread, reply_to=thread)
        talk.clock.advance(60)


def _uncached_usd(spent: Spending) -> float:
    """What the calls would cost with a model whose minimum for a cache no prompt of ours reaches."""
    tokens = spent.tokens_in + spent.cache_reads + spent.cache_writes
    return Usage(tokens_in=tokens, tokens_out=spent.tokens_out).cost(PRICES[spent.model])


async def _look(there: Chain, number: int, day: Sequence[Printed]) -> Counter[str]:
    """What was printed since the last look, by house, and a look at it."""
    by_house: dict[str, list[str]] = {}
    for n, each in enumerate(day):
        if number <= each.hour * LOOKS_AN_HOUR < number + 1:
            by_house.setdefault(each.house, []).append(item(each.title, description=each.body, guid=f"{n}"))
    for house, printed in by_house.items():
        await there.printed(*printed, house=house)
    there.clock.advance(3_600 / LOOKS_AN_HOUR)
    report = await there.pipeline.cycle()
    assert report is not None
    return Counter({name: getattr(report, name) for name in ("articles", "copies", "findings", "rejections")})


def output_tokens(ask: Ask, turn: Turn) -> tuple[int, int]:
    """(output tokens, of those thinking) of a reply, by the lengths stated above."""
    step = ask.step
    if step == "read":
        step = json.loads(turn.text)["verdict"]
    said, thinking = OUTPUT[step]
    return said + thinking, thinking


# --- with a real key -------------------------------------------------------------------------------------------------


def live() -> dict[str, object]:
    """One look at the starter sources (or BELLWETHER_SOURCES) with the real Claude; says so where no key is set."""
    if not os.environ.get("ANTHROPIC_API_KEY"):
        return {"live": False, "why": "ANTHROPIC_API_KEY is not set, so no model was asked"}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BELLWETHER_DATABASE_URL"] = f"{folder}/live.db"
        return asyncio.run(_live())


async def _live() -> dict[str, object]:
    async with open_app(settings.load()) as app:
        begun = perf_counter()
        report = await app.pipeline.cycle()
        assert report is not None
        channel = await app.terminal()
        edition = await briefs.edition(app.store, channel, local_date(channel, app.clock.now()), app.clock.now())
        spent = await app.store.calls.spent(report.started)
        signals = [signal async for signal in app.store.signals.every()]
        shortage = await app.store.calls.shortage(report.started)
        return {
            "live": True,
            "articles": report.articles,
            "findings": report.findings,
            "rejections": report.rejections,
            "read_by": dict(Counter(member.read_by for signal in signals for member in signal.articles)),
            "composed_by": dict(Counter(signal.composed_by for signal in signals)),
            "told": [item.signal.title for item in edition.items] if isinstance(edition, Brief) else [],
            "usd": round(sum(each.usd for each in spent), 4),
            "cached_share": round(caching.share(spent), 3),
            "without_cache": {step: tokens for step, _, tokens in caching.uncached(spent)},
            "usd_by_step": {each.step: round(each.usd, 4) for each in spent},
            "tokens_out_a_call": {each.step: round(each.tokens_out / each.calls) for each in spent},
            "shortage": shortage.words if shortage else None,
            "seconds": round(perf_counter() - begun, 1),
        }
