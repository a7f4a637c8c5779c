"""Parse a question: what sort of thing it asks for, about whom, and in which words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.analysts.lexical import answer_types, counting, future
from bot.analysts.lexical.answer_types import AnswerType, type_words
from bot.analysts.lexical.word_relations import stems
from bot.text.proper_names import names
from bot.text.tokenisation import term, terms


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is looked for. A question of names alone has no terms beside them."""

    text: str  # the question, with the one before where it goes on from that
    type: AnswerType
    terms: tuple[str, ...]  # stems of what it says, each once, the names' included
    names: tuple[frozenset[str], ...]  # the stems of each name in it
    things: frozenset[str]  # of "how many …": stems of what is counted
    persons: bool  # whether those are persons
    kind: frozenset[str]  # of "which ports …", "how much water …": the stem of what is asked for
    typed: Mapping[str, AnswerType]  # of the terms those that only name a sort of thing, with that sort
    ahead: bool  # whether it asks what is to come
    said: frozenset[str] = frozenset()  # where it goes on from the one before: the stems of its own words


_FRAME = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how|much|many|long|far|old|often|large|big|is|are|was|were|be|been|do|does"
    r"|did|has|have|had|will|would|can|could|should|the|a|an|it|this|that|there|article|articles|source|sources|say|says"
    r"|said|tell|tells|told|think|thinks|me|us|about|please|signal|exactly|happen|happens|happened|anything|anyone|any|thing"
    r"|things|else|and|but|so|instead|compared|true|really|average|affected|affects?|involved|concerned"
    r"|(?<=\bthe )(?:two|three))\b",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"\b(?:what|how) about (.+)", re.IGNORECASE)
_KIND = re.compile(r"\b(?:which|how much) ([\w'’-]+)", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:and|but|or|also|und|et|y|e)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|has|have|had|will|would|can|could|should"
    r"|wer|wie|wann|wo|warum|was|qui|que|quoi|quand|où|pourquoi|combien|quién|qué|cuándo|dónde|cuánt[oa]s?|chi|che|quando"
    r"|dove|perché|quant[oiae]|quem|onde)\b",
    re.IGNORECASE,
)
FEW = 2  # content words under which a question that goes on needs the one before to be understood


def readings(question: str, earlier: Sequence[str] = ()) -> tuple[Inquiry, ...]:
    """What the question may mean, the likeliest first; `earlier` are the thread's questions before it, the latest last.

    A question stands for itself; one that says nothing by itself ("how many?") goes on from the one before. "And in
    Germany?" goes on if that is answered, and else stands for itself.
    """
    own = len(terms(core(question)))
    alone = inquiry(question)
    if not earlier or own >= FEW or _TOPIC.search(question):
        return (alone,)
    elliptic = _GOES_ON.match(question) or not _ASKS.search(question)
    if own and not elliptic:
        return (alone,)
    joined = _joined(question, earlier[-1])
    return (joined, alone) if own else (joined,)


def inquiry(question: str) -> Inquiry:
    """The question taken apart, by itself."""
    match = _TOPIC.search(question)
    return _inquiry(core(match[1]), "") if match else _inquiry(core(question), question)


def _joined(question: str, before: str) -> Inquiry:
    """The question as going on from the one before: its name takes the place of the other's."""
    sort = question if answer_types.asked_for(question) is not AnswerType.ANY else before
    named = names(_lowered(question))
    if not named:
        own = f"{core(before)} {core(question)}"
    else:
        for name in names(_lowered(before)):
            before = before.replace(name, " ")
        own = " ".join((core(before), *named))
    return replace(_inquiry(own, sort), said=frozenset(stems(core(question))))


def _inquiry(own: str, asked: str) -> Inquiry:
    wanted = answer_types.asked_for(asked)
    said = tuple(dict.fromkeys((*stems(own), *((term("age"),) if wanted is AnswerType.HOW_OLD else ()))))
    return Inquiry(
        text=asked,
        type=wanted,
        terms=said,
        names=tuple(found for name in names(_lowered(own)) if (found := frozenset(terms(name)))),
        things=counting.counted(asked),
        persons=counting.counts_persons(asked),
        kind=frozenset(_kind(own, asked)) - type_words(wanted),
        typed=answer_types.kinds_named(wanted, said),
        ahead=future.about_future(asked),
    )


def core(question: str) -> str:
    """The question without the words that only ask."""
    return _FRAME.sub(" ", question.replace("’", "'").replace("'s ", " "))


def _lowered(question: str) -> str:
    """The first word is capitalised for its place alone."""
    return question[:1].lower() + question[1:]


def _kind(own: str, question: str) -> list[str]:
    match = _KIND.search(question)
    return [stem for stem in stems(match[1]) if stem in stems(own)] if match else []


def fits(asked: Inquiry, sentence: str) -> bool:
    """Whether the sentence holds the sort of thing that is asked for."""
    return answer_types.holds(asked.type, sentence)


def counts(asked: Inquiry, sentence: str) -> bool:
    """Whether the sentence puts a number to what is counted: "how many ships" and "14 ships"."""
    return counting.counts(asked.things, sentence)


def satisfied(asked: Inquiry, sentence: str) -> frozenset[str]:
    """The words naming a sort of thing that need not stand in the sentence: it holds such a thing."""
    return frozenset(stem for stem, sort in asked.typed.items() if _has(asked, sort, sentence))


def _has(asked: Inquiry, sort: AnswerType, sentence: str) -> bool:
    return counts(asked, sentence) if sort is AnswerType.HOW_MANY else answer_types.holds(sort, sentence)
