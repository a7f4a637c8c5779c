"""Short invented articles and the questions about them (`invented.toml`), put to the embedded analyst."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.analysts.lexical import answering
from bot.model.article import Article
from bot.model.question import Answer
from bot.model.signal import Dossier
from tests import make


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what a right answer holds; with neither `cite` nor `headline` it must be refused."""

    of: str  # the name of the articles it is about
    ask: str
    after: str = ""  # asked in the same thread before; "": nothing was
    cite: tuple[str, ...] = ()
    headline: str = ""

    @property
    def answerable(self) -> bool:
        return bool(self.cite or self.headline)


@cache
def _told() -> Mapping[str, Mapping[str, Sequence[Mapping[str, object]]]]:
    return tomllib.loads(Path(__file__).with_name("invented.toml").read_text(encoding="utf-8"))


def questions(part: str) -> tuple[Question, ...]:
    """Those of `first` or of `second`."""
    return tuple(_question(row) for row in _told()["questions"][part])


def _question(row: Mapping[str, object]) -> Question:
    cite = row.get("cite", ())
    several = tuple(map(str, cite)) if isinstance(cite, list) else ()
    return Question(
        str(row["of"]), str(row["ask"]), str(row.get("after", "")), several, headline=str(row.get("headline", ""))
    )


def dossier(name: str) -> Dossier:
    """The articles of that name as one signal."""
    rows = _told()["texts"][name]
    texts = tuple(_article(number, row) for number, row in enumerate(rows, 1))
    return Dossier(make.signal(title=texts[0].title, articles=tuple(map(make.member, texts))), texts)


def _article(number: int, row: Mapping[str, object]) -> Article:
    publisher, text = make.publisher(str(row["publisher"])), str(row["text"]).strip()
    return make.article(number, text, title=str(row["title"]), publisher=publisher, sha256=f"{number}")


def put(question: Question) -> Answer:
    """What the embedded analyst answers."""
    return answering.answer(question.ask, dossier(question.of), [question.after] if question.after else [])


def right(question: Question, said: Answer) -> bool:
    """Whether the answer quotes or names what it must, or is silent where it must be."""
    if not question.answerable:
        return said.silent
    if said.silent:
        return False
    if question.headline:
        return any(question.headline in part.text for part in said.parts if part.headline is not None)
    quotes = [cite.quote for part in said.parts for cite in part.cites]
    return any(each in quote for each in question.cite for quote in quotes)


def wrong(part: str) -> list[str]:
    """The questions of a part that are not answered right, each with what was said."""
    outcomes = [(question, put(question)) for question in questions(part)]
    return [f"{q.ask}: {_shown(said)}" for q, said in outcomes if not right(q, said)]


def _shown(said: Answer) -> str:
    return f"{'silent' if said.silent else 'said'}: {' | '.join(part.text for part in said.parts)}"
