"""Answer a question with the stored sentences that fit it best, or say that the sources do not tell.

question | parsed (asking.py) | each sentence (passages.py): how much of it stands there, before, in the title
         (question_match.py)? | does it hold the sort of thing asked for, of whom it is asked (answer_checks.py)?
         | the best are cited | else the headlines are tried | else silent, with what came nearest
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.analysts.lexical import acting, asking, future, type_matching
from bot.analysts.lexical.answer_checks import AnswerChecks
from bot.analysts.lexical.answer_types import AGENTS, AnswerType
from bot.analysts.lexical.asking import Inquiry
from bot.analysts.lexical.passages import Passage, headlines, sentences
from bot.analysts.lexical.question_match import QuestionMatch
from bot.model.evidence import Evidence
from bot.model.question import Answer, AnswerPart
from bot.model.signal import Dossier

READ_BY = "extractive"
MOST = 3
NEAREST = 2
PREFERRED = 1.5
"""Score factor of a sentence with the sort of thing asked for; applied again where it counts what is counted."""
DONE = 1.3
"""The same of one that speaks of what somebody is asked to have done."""
TOPICAL = 0.3
"""By how much a sentence is preferred that says all that the headlines say."""
OPENING = 1.1
"""Score factor of the sentence with which an article opens, since news comes first, and of one that holds the whole
question by itself."""
WHOLE = 0.99
"""Share of the question from which it is the whole."""
NEARLY = 0.75
"""Share of what the fullest answer covers from which one that says plainly why comes before it."""
CLOSE = 0.6
"""A further sentence is cited where its score reaches this share of the best one's."""
LONG = 0.15
"""Share of a score that depends on length: a short sentence says a thing more plainly than a long one."""
SAME = 0.6
"""Share of common words from which a sentence repeats another.

These constants were tuned with `python -m tests.bench answers`, on its tuning half.
"""


@dataclass(frozen=True, slots=True)
class _Scored:
    passage: Passage
    score: float
    covered: float  # of the whole question, 0 to 1
    answers: bool  # enough of it, with all that it must hold


def answer(question: str, dossier: Dossier, earlier: Sequence[str] = (), shown: Collection[Evidence] = ()) -> Answer:
    """The best sentences of the dossier's texts, each cited; silent with the nearest where none covers the question.

    `earlier` are the thread's questions before this one, the latest last; `shown` is what was quoted in it, which is
    quoted again only where it is the best.
    """
    languages = {each.language for each in dossier.texts if each.language}
    readings = asking.readings(question, earlier, sorted(languages))
    found = tuple(sentences(dossier))
    nearest: list[AnswerPart] = []
    for passages in (found, tuple(headlines(dossier))):
        for asked in readings:
            scored = _Scorer(asked, passages, found).scored()
            answering = [each for each in scored if each.answers]
            if answering:
                close = [each.passage for each in answering if each.score >= CLOSE * answering[0].score]
                return Answer(_unseen(_parts(close, MOST), shown), answered_by=READ_BY)
            if not nearest and passages is found:
                nearest = list(_parts([each.passage for each in scored], NEAREST))
    return Answer(tuple(nearest), silent=True, answered_by=READ_BY)


def objections(dossier: Dossier) -> tuple[Evidence, ...]:
    """What somebody objects in the dossier's texts; empty: nobody does."""
    said = answer("Who disagrees?", dossier)
    return () if said.silent else tuple(cite for part in said.parts for cite in part.cites)


def _unseen(parts: tuple[AnswerPart, ...], shown: Collection[Evidence]) -> tuple[AnswerPart, ...]:
    """Without what was quoted before, but for the best."""
    seen = {(each.article_id, each.end) for each in shown}
    fresh = (part for part in parts[1:] if not any((each.article_id, each.end) in seen for each in part.cites))
    return (*parts[:1], *fresh)


# --- scoring ---------------------------------------------------------------------------------------------------------


class _Scorer:
    """Ranks the passages by one reading of the question; `texts` are the passages by which words are weighed."""

    def __init__(self, asked: Inquiry, passages: Sequence[Passage], texts: Sequence[Passage]) -> None:
        self._asked, self._passages = asked, passages
        self._match = QuestionMatch(asked, passages, texts)
        self._checks = AnswerChecks(self._match, passages)
        self._mean = sum(len(each.own) for each in passages) / max(1, len(passages)) or 1.0

    def scored(self) -> list[_Scored]:
        """Every passage that holds anything of the question, best first; of answers to "why" what says so plainly."""
        found = [scored for each in self._passages if (scored := self._score(each)).covered > 0]
        enough = NEARLY * max((each.covered for each in found if each.answers), default=0.0)
        return sorted(found, key=lambda each: (not self._says_plainly(each, enough), -each.score))

    def _says_plainly(self, scored: _Scored, enough: float) -> bool:
        return scored.answers and scored.covered >= enough and self._match.tells_cause(scored.passage)

    def _score(self, passage: Passage) -> _Scored:
        own, covered = self._match.shares(passage)
        length = 1 - LONG + LONG * len(passage.own) / self._mean
        score = (own + covered) * self._preference(passage, own) / length
        return _Scored(passage, score, covered, self._checks.answers(passage, own, covered))

    def _preference(self, passage: Passage, own: float) -> float:
        topic = self._match.topic
        fitting = PREFERRED if asking.fits(self._asked, passage.words) else 1.0
        exactly = PREFERRED if self._exactly(passage) else 1.0
        topical = len(passage.own & topic) / len(topic) if topic else 0.0
        done = DONE if any(self._match.best(verb, passage.own) for verb in self._asked.verbs) else 1.0
        opening = OPENING if passage.number == 0 or own >= WHOLE else 1.0
        return fitting * exactly * done * opening * (1 + TOPICAL * topical)

    def _exactly(self, passage: Passage) -> bool:
        """Whether it holds the very thing: the number of what is counted, the speech of whom it asks, a calendar date,
        a cause named as one, or the doer doing what is asked about."""
        asked = self._asked
        if asked.type is AnswerType.HOW_MANY:
            return asking.counts(asked, passage.words)
        if asked.type is AnswerType.SAID:
            return type_matching.quotes(passage.words) and bool(passage.outside.intersection(asked.terms))
        if asked.type is AnswerType.NEXT:
            return future.is_planned(passage.words)
        if asked.type is AnswerType.HOW:
            return type_matching.says_how(passage.words)
        if asked.type is AnswerType.WHERE:
            return type_matching.is_there(passage.words)
        if asked.type is AnswerType.WHEN:
            return type_matching.is_dated(passage.words)
        if self._match.tells_cause(passage):
            return True
        return asked.type in AGENTS and acting.does(passage.words, self._match.is_deed) is not asked.passive


# --- what is shown ---------------------------------------------------------------------------------------------------


def _parts(found: Sequence[Passage], most: int) -> tuple[AnswerPart, ...]:
    """At most so many of them, none of which says again what another says, and no sentence twice."""
    kept: list[Passage] = []
    for passage in found:
        if len(kept) < most and not any(_again(passage, other) for other in kept):
            kept.append(passage.alone if any(map(passage.follows, kept)) else passage)
    return tuple(each.part() for each in kept)


def _again(passage: Passage, other: Passage) -> bool:
    """Whether a passage is quoted with the other anyway, or most of its words stand in the other."""
    if other.quotes(passage):
        return True
    own = set(passage.words.lower().split())
    return len(own & set(other.words.lower().split())) >= SAME * len(own)
