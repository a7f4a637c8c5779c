"""Two minds for the question set, to be put behind the wire: one that knows every answer, and one that always lies."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator

from tests.answers.exam import Question
from tests.servers.claude import Ask, Brain, Cited, Turn, said
from tests.servers.claude_brains import SILENT, good, intended

LIES = ("Zephyrine", "417", "zephyrine.example", "Vantor Quill", "nothing of this is so")
"""What stands in what `lying` says, and in no source."""
_FALSE = (
    "Zephyrine Holdings lost $417bn.",
    "See https://zephyrine.example/now for the whole story.",
    "Vantor Quill said that it was over.",
    "A witness said: “nothing of this is so, and it never was”.",
)


def knowing(asked: Iterable[Question]) -> Brain:
    """Points at the sentences that the set says a right answer quotes, where it is shown them; else it is silent."""
    key: dict[str, tuple[str, ...]] = {}
    for question in asked:
        key[_folded(question.ask)] = (*key.get(_folded(question.ask), ()), *question.cite)

    def brain(ask: Ask) -> Turn:
        if ask.step == "intent":
            return said(json.dumps(intended("question")))
        cite = key.get(_folded(ask.data["question"]))
        if cite is None or not ask.sentences:
            return good(ask)  # a question of before, which the set does not ask
        place = next(_places(ask, cite), None)
        if place is None:
            return Turn((Cited(SILENT),))
        document, number = place
        return Turn(
            (Cited("In short: "), Cited(ask.sentences[document][number], ((document, number, number + 1),))),
            thinking="Where does it stand?",
        )

    return brain


def _places(ask: Ask, cite: Iterable[str]) -> Iterator[tuple[int, int]]:
    for document, sentences in enumerate(ask.sentences):
        for number, sentence in enumerate(sentences):
            if any(each in sentence for each in cite):
                yield document, number


def _folded(question: str) -> str:
    return "".join(letter for letter in question.casefold() if letter.isalnum())


def lying(ask: Ask) -> Turn:
    """What stands in no source, each time in another guise: under a true citation, under a forged one, under none."""
    if ask.step == "intent":
        return said(json.dumps(intended("question")))
    guise = zlib.crc32(ask.user.encode())
    lie = _FALSE[guise % len(_FALSE)]
    if not ask.sentences:
        parts = [{"text": lie, "sentences": [0], "inference": bool(guise % 2)}]
        return said(json.dumps({"silent": False, "parts": parts}))
    true = ((0, 0, 1),)
    guises = (
        Turn((Cited(lie, true),)),
        Turn((Cited(lie, true),), forged=True),
        Turn((Cited(lie),)),
        Turn((Cited("In short, "), Cited(lie, true), Cited(f"It follows that {lie[0].lower()}{lie[1:]}"))),
    )
    return guises[guise // len(_FALSE) % len(guises)]
