"""What the embedded analyst tells on four real mornings, against a reader's judgements: `judged FOLDER [1]`.

FOLDER holds signals.jsonl, stories.jsonl and questions.jsonl; the feeds stand beside it in ../feeds. A number after it
also prints what is behind each figure, a line an item. Ids differ from run to run, so that a judgement is matched to
the signal that holds most of its articles, by title and publisher.

    strength    within one of right, and mean error; a news signal that is gone counts as strength 1
    worth       at bar 6: the share of told signals that are worth 2 or 3, and of the stories worth 3 that are told;
                NDCG with gains 2^worth - 1 at the rank that 30 is among all signals
    stories     signals of several judged articles without a stranger; joins that belong (a signal's articles but one
                that are of its main story); recall (a story's articles but one that stand in one signal)
    labels      of those shown, the share that is right; what was not shown then is right where the judge missed it
    title, quote, anchors, readable, actors, questions    the judge's word where it is about what is shown now, else
                the rules of `tests.bench.judging`
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from pathlib import Path
from typing import Any

from bot.app.application import App
from bot.briefing.views import card_view
from bot.conversation.dispatch import respond
from bot.model.article import Article
from bot.model.brief import BriefItem
from bot.model.event import Asker, Event
from bot.model.messages import Message, plain
from bot.model.question import QuestionRecord
from bot.model.signal import Signal
from bot.text.tokenisation import fold
from tests.answers import exam
from tests.bench import judging
from tests.bench.mornings import lived

BAR = 6
WORTH_TELLING, MUST_TELL = 2, 3
DEEP = 30  # ranks among all signals at which the order is judged
LABELS = ("dimensions", "topics", "places")
Row = Mapping[str, Any]
Share = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """A signal as it stands on the last morning."""

    signal: Signal
    texts: tuple[Article, ...]
    quote: str

    @property
    def articles(self) -> set[tuple[str, str]]:
        return {(member.publisher.name, _plain(member.title)) for member in self.signal.articles}


@dataclass
class Sheet:
    """Figures in the making, and the items behind them."""

    figures: dict[str, object] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)

    def share(self, name: str, outcomes: Iterable[tuple[bool, str]]) -> None:
        """The share of right outcomes, each with what it is about."""
        listed = list(outcomes)
        right = sum(good for good, _ in listed)
        self.figures[name] = f"{right}/{len(listed)} = {right / max(1, len(listed)):.2f}"
        self.items += [f"{name}: {'right' if good else 'WRONG'}: {what}" for good, what in listed]


def run(argument: Path, count: int | None = None) -> dict[str, object]:
    """Every figure of the judgements in the folder; with a number the items behind them are printed too."""
    sheet = asyncio.run(_judged(argument))
    if count:
        print("\n".join(sheet.items))
    return sheet.figures


async def _judged(folder: Path) -> Sheet:
    sheet = Sheet()
    async with lived(folder.parent / "feeds") as app:
        shown = [each async for each in _shown(app)]
        sheet.figures["signals"] = len(shown)
        sheet.figures["articles"] = sum(len(each.signal.articles) for each in shown)
        _signals(sheet, _rows(folder / "signals.jsonl"), shown)
        _stories(sheet, _rows(folder / "stories.jsonl"), shown)
        questions = [(row, _match(row["about"], shown)) for row in _rows(folder / "questions.jsonl")]
        for way in ("alone", "in thread"):
            await _questions(sheet, app, questions, way)
    return sheet


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _plain(title: str) -> str:
    return " ".join(fold(title).split())


async def _shown(app: App) -> Any:
    async for signal in app.store.signals.every():
        dossier = await app.store.signals.dossier(signal.id)
        delta = "new" if len(signal.revisions) == 1 else "since yesterday"
        quote = card_view.card(BriefItem(1, signal, delta), app.clock.now()).quote
        yield Shown(signal, tuple(dossier.texts) if dossier else (), quote.text if quote else "")


def _match(articles: Iterable[Sequence[str]], shown: Iterable[Shown]) -> Shown | None:
    """The signal that holds most of the articles; of those that hold as many, the strongest."""
    wanted = {(publisher, _plain(title)) for publisher, title in articles}
    best = max(shown, key=lambda each: (len(wanted & each.articles), each.signal.strength.total))
    return best if wanted & best.articles else None


# --- signals -------------------------------------------------------------------------------------------------------


def _signals(sheet: Sheet, rows: Sequence[Row], shown: Sequence[Shown]) -> None:
    pairs = [(row, _match(_own(row), shown)) for row in rows]
    _strengths(sheet, pairs)
    there = [(row, each) for row, each in pairs if each is not None]
    gone = [(False, f"{row['shown_title']} is gone") for row, each in pairs if each is None and row["kind"] != "noise"]
    sheet.share("quote evidences the title", [*(_quoted(row, each) for row, each in there), *gone])
    sheet.share("title a claim, whole, its own", [*(_titled(row, each) for row, each in there), *gone])
    sheet.share("actors right", [each for row, now in there for each in _actors(row, now)])
    for kind in LABELS:
        sheet.share(f"{kind} right", [each for row, now in there for each in _labels(kind, row, now)])
    sheet.share("right labels kept", [each for row, now in there for each in _kept(row, now)])
    sheet.share("analysis readable", [*map(_readable, there), *gone])
    evidence = [each for _, now in there for member in now.signal.articles for each in member.evidence]
    sheet.share("anchors", [(judging.anchored(each), f"[{each.anchor}] in “{each.quote}”") for each in evidence])


def _own(row: Row) -> list[Sequence[str]]:
    """The articles that the signal is about."""
    return [each for each in row["articles"] if each[1] not in row["strangers"]] or row["articles"]


def _strengths(sheet: Sheet, pairs: Sequence[tuple[Row, Shown | None]]) -> None:
    errors = []
    for row, each in pairs:
        now = each.signal.strength.total if each else 1
        errors.append(abs(now - row["right_strength"]))
        parts = {name: part.points for name, part in each.signal.strength.parts()} if each else {}
        facts = [fact for _, part in each.signal.strength.parts() for fact in part.facts] if each else []
        what = f"{row['shown_title'][:70]} {parts} for {row['right_parts']} {facts}"
        sheet.items.append(f"strength: {now} for {row['right_strength']}: {what}")
    sheet.figures["strength within one"] = f"{sum(error <= 1 for error in errors)}/{len(errors)}"
    sheet.figures["strength mean error"] = round(sum(errors) / len(errors), 2)


def _quoted(row: Row, now: Shown) -> tuple[bool, str]:
    good = judging.evidences(now.quote, now.signal.title, row["good_quotes_begin"])
    return good, f"“{now.quote}” for {now.signal.title!r}"


def _titled(row: Row, now: Shown) -> tuple[bool, str]:
    if now.signal.title == row["shown_title"]:
        return row["title_is_a_claim"], now.signal.title
    return judging.title_stands(now.signal, now.texts, row["strangers"]), now.signal.title


def _actors(row: Row, now: Shown) -> Iterator[tuple[bool, str]]:
    for rank, actor in enumerate(now.signal.actors):
        known = actor in row["shown_actors"]
        good = actor not in row["false_actors"] if known else judging.acts(actor, now.texts)
        yield (
            good and rank < judging.MOST_ACTORS,
            f"{actor} of {now.signal.title[:50]!r}{'' if known else ' (by rule)'}",
        )


def _labels(kind: str, row: Row, now: Shown) -> Iterator[tuple[bool, str]]:
    for label in getattr(now.signal, kind):
        good = label not in row[f"false_{kind}"] if label in row[f"shown_{kind}"] else label in row["missing"]
        yield good, f"{label} of {now.signal.title[:60]!r}"


def _kept(row: Row, now: Shown) -> Iterator[tuple[bool, str]]:
    for kind in LABELS:
        for label in row[f"shown_{kind}"]:
            if label not in row[f"false_{kind}"]:
                yield label in getattr(now.signal, kind), f"{label} of {now.signal.title[:60]!r}"


def _readable(pair: tuple[Row, Shown]) -> tuple[bool, str]:
    now = pair[1]
    available = sum(len(text.sentences) for text in now.texts)
    why = judging.unreadable(now.signal.analysis, now.quote, now.signal.title, available)
    return why is None, f"{why or ''}: {now.signal.analysis!r}"


# --- stories -------------------------------------------------------------------------------------------------------


def _stories(sheet: Sheet, rows: Sequence[Row], shown: Sequence[Shown]) -> None:
    judged = {(row["publisher"], _plain(row["title"])): row for row in rows}
    held = [(each, [judged[key] for key in each.articles if key in judged]) for each in shown]
    held = [(each, found) for each, found in held if found]
    several = [(each, found) for each, found in held if len(found) > 1]
    sheet.share("several without a stranger", [_without_stranger(each, found) for each, found in several])
    belong = sum(_main(found)[1] - 1 for _, found in several)
    joins = sum(len(found) - 1 for _, found in several)
    sheet.figures["joins that belong"] = f"{belong}/{joins} = {belong / max(1, joins):.2f}"
    sheet.share("recall of joins", _recalled(held, rows))
    _worths(sheet, held, rows, len(shown))


def _main(found: Sequence[Row]) -> tuple[str, int]:
    return Counter(row["story"] for row in found).most_common(1)[0]


def _without_stranger(each: Shown, found: Sequence[Row]) -> tuple[bool, str]:
    titles = [f"{row['title'][:50]} [{row['story']}]" for row in found]
    return len({row["story"] for row in found}) == 1, f"{each.signal.title[:50]!r}: {titles}"


def _recalled(held: Sequence[tuple[Shown, Sequence[Row]]], rows: Sequence[Row]) -> Iterator[tuple[bool, str]]:
    """A line a join that should be: a story's articles but one; right as many as do not stand in a further signal."""
    for story, articles in Counter(row["story"] for row in rows).items():
        places = [[row["title"] for row in found if row["story"] == story] for _, found in held]
        places = [titles for titles in places if titles]
        lost = articles - sum(map(len, places))  # left out altogether
        apart = max(0, len(places) + lost - 1)
        for at in range(articles - 1):
            yield at >= apart, f"{story}: {places}"


def _worths(sheet: Sheet, held: Sequence[tuple[Shown, Sequence[Row]]], rows: Sequence[Row], signals: int) -> None:
    ranked = sorted(held, key=lambda pair: (-pair[0].signal.strength.total, -pair[0].signal.changed.timestamp()))
    worths = [(each, _worth(found)) for each, found in ranked]
    told = [(each, worth) for each, worth in worths if each.signal.strength.total >= BAR]
    sheet.share("worth telling at bar 6", [(worth >= WORTH_TELLING, _ranked(each, worth)) for each, worth in told])
    must = {row["story"]: row["title"] for row in rows if row["worth"] >= MUST_TELL}
    reached = {row["story"] for each, found in held if each.signal.strength.total >= BAR for row in found}
    sheet.share("must tell reached", [(story in reached, title) for story, title in must.items()])
    deep = round(DEEP * len(held) / signals)
    best = sorted((worth for _, worth in worths), reverse=True)
    sheet.figures["NDCG"] = round(_gain([worth for _, worth in worths[:deep]]) / _gain(best[:deep]), 3)
    sheet.items += [f"rank: {_ranked(each, worth)}" for each, worth in worths]


def _worth(found: Sequence[Row]) -> int:
    """Of a signal's main story."""
    story = _main(found)[0]
    return max(int(row["worth"]) for row in found if row["story"] == story)


def _ranked(each: Shown, worth: int) -> str:
    parts = "".join(str(part.points) for _, part in each.signal.strength.parts())
    facts = [fact for fact in each.signal.strength.consequence.facts if ": of the " not in fact]
    return f"strength {each.signal.strength.total} ({parts}), worth {worth}: {each.signal.title[:90]} {facts}"


def _gain(worths: Sequence[int]) -> float:
    return sum((2**worth - 1) / log2(rank + 2) for rank, worth in enumerate(worths)) or 1.0


# --- questions -----------------------------------------------------------------------------------------------------


async def _questions(sheet: Sheet, app: App, questions: Sequence[tuple[Row, Shown | None]], way: str) -> None:
    """Each asked in a thread of its own, or all of a signal in one."""
    answered, refused = [], []
    for number, (row, now) in enumerate(questions):
        if now is None:
            answered.append((False, f"{row['question']} (its signal is gone)"))
            continue
        thread = f"judged {number}" if way == "alone" else f"judged of s{now.signal.id}"
        said = await _ask(app, row["question"], now.signal.id, thread, f"{way} {number}")
        words, cited = plain(said), (*exam.quoted(said), *exam.headlines(said))
        about = f"{row['question']} ({row['right_answer']}): {words[:400]!r}"
        if row["unanswerable"]:
            refused.append((words.startswith(judging.REFUSED), about))
        else:
            answered.append((judging.answered(row["right_answer"], row["question"], words, cited), about))
    sheet.share(f"answered {way}", answered)
    sheet.share(f"refused {way}", refused)


async def _ask(app: App, question: str, signal_id: int, thread: str, name: str) -> Message:
    channel = await app.terminal()
    if not await app.store.questions.thread(channel.id, thread, 1):
        record = QuestionRecord(0, channel.id, thread, "local", "why", "…", signal_id, app.clock.now())
        await app.store.questions.add(record)
    asker = Asker("local", "you", operator=True)
    event = Event("console", f"judged {name}", "local", "", asker, question, app.clock.now(), thread=thread)
    replies = [reply async for reply in respond(event, channel, app.context)]
    return replies[-1].message
