"""What a reader of a brief asks (`asked.toml`) about invented articles, each alone, and a story in one thread.

The articles are stored as signals and the questions said in a channel, so that what the record answers is asked, too.
"""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from bot.analysts.extractive import Extractive
from bot.model.article import Article
from bot.model.messages import plain
from bot.model.signal import Batch, Signal
from bot.text import language_detection, segmentation
from storage.store import open_store
from tests import make
from tests.answers.exam import Outcome, Question, judge, quoted
from tests.clock import MORNING, FakeClock
from tests.talk import Talk, open_talk

Part = Literal["tuned", "blind"]
PARTS: tuple[Part, ...] = ("tuned", "blind")
Way = Literal["alone", "in thread"]
WAYS: tuple[Way, ...] = ("alone", "in thread")


@cache
def _told() -> Mapping[str, Mapping[str, Sequence[Mapping[str, object]]]]:
    return tomllib.loads(Path(__file__).with_name("asked.toml").read_text(encoding="utf-8"))


def questions(part: Part) -> tuple[Question, ...]:
    return tuple(_question(row) for row in _told()["questions"][part])


def _question(row: Mapping[str, object]) -> Question:
    def several(key: str) -> tuple[str, ...]:
        found = row.get(key, ())
        return tuple(map(str, found)) if isinstance(found, list) else ()

    cite, says = several("cite"), several("says")
    after = str(row["after"]) if "after" in row else None
    list_ = "recorded" if says else "free" if cite else "refuse"
    return Question(list_, "tuning", str(row["of"]), str(row["ask"]), after, cite, says)


def texts(of: str) -> tuple[Article, ...]:
    """The articles of a story, not yet stored."""
    return tuple(_article(of, number, row) for number, row in enumerate(_told()["texts"][of], 1))


def _article(of: str, number: int, row: Mapping[str, object]) -> Article:
    who, text = make.publisher(str(row["publisher"])), str(row["text"]).strip()
    language = language_detection.recognise(text)
    return make.article(
        number,
        text,
        title=str(row["title"]),
        publisher=who,
        link=f"https://{who.key}/{of}",
        sentences=segmentation.sentences(text, language),
        language=language,
    )


# --- asking ----------------------------------------------------------------------------------------------------------


async def sit(part: Part, way: Way) -> list[Outcome]:
    """Every question of a part, each in a thread of its own or all of a story in one."""
    with tempfile.TemporaryDirectory() as folder:
        clock = FakeClock()
        async with open_store(str(Path(folder) / "asked.db"), clock=clock) as store:
            talk = await open_talk(store, clock)
            talk.context = replace(talk.context, analyst=Extractive())
            return await _asked(talk, questions(part), way)


async def _asked(talk: Talk, asked: Iterable[Question], way: Way) -> list[Outcome]:
    ids: dict[str, int] = {}
    outcomes: list[Outcome] = []
    before = ""
    for number, question in enumerate(asked):
        if question.about not in ids:
            ids[question.about] = await _stored(talk, question.about)
        thread = f"{question.about} {number if way == 'alone' else ''}"
        if not await talk.store.questions.thread(talk.channel.id, thread, 1):
            await talk.say(f"why s{ids[question.about]}", thread=thread)
        if question.after and (way == "alone" or question.after != before):
            await talk.say(question.after, thread=thread)
        said = (await talk.replies(question.ask, thread=thread))[-1].message
        before = question.ask
        outcomes.append(Outcome(question, judge(question, said), plain(said), quoted(said)))
    return outcomes


async def _stored(talk: Talk, of: str) -> int:
    """The id of the story's signal, kept with its articles."""
    kept = await make.stored(talk.store, *texts(of))
    await talk.store.signals.save(Batch(readings=tuple(make.finding(each.id) for each in kept)), MORNING)
    signal = _signal(kept[0].id, kept)
    await talk.store.signals.save(Batch(signals=(signal,)), MORNING)
    return signal.id


def _signal(id: int, articles: Sequence[Article]) -> Signal:
    members = tuple(make.member(each, evidence=(make.evidence(each, 0),)) for each in articles)
    return make.signal(
        id,
        MORNING - timedelta(hours=1),
        title=articles[0].title,
        strength=make.strength(2, 2, 2, 0),
        actors=(),
        articles=members,
        revisions=(),
    )


def wrong(outcomes: Iterable[Outcome]) -> list[str]:
    """The questions that are not answered right, each with what was said."""
    return [f"{each.question.ask}: {each.said}" for each in outcomes if not each.right]
