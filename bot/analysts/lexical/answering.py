"""A question answered with the stored sentences that fit it best, or with the word that the sources do not say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.analysts.lexical.amounts import amounts
from bot.analysts.lexical.words import orders
from bot.evidence import cut
from bot.retrieval import coverage, rank, terms
from bot.types import Answer, AnswerPart, Article, Dossier, Evidence, Pick

READ_BY = "extractive"
MOST = 3
NEAREST = 2
COVERED = 0.5
"""Share of the question's content words that a sentence and its article's title must hold to count as an answer."""
PREFERRED = 1.6
"""By how much a sentence of the kind asked for (a name for “who”, a figure for “how much”) is preferred."""
CLOSE = 0.55
"""A further sentence is cited where its score reaches this share of the best one's."""

_WHO = re.compile(r"\bwho(?:se|m)?\b|\bwer\b|\bqui\b|\bquién(?:es)?\b|\bchi\b|\bquem\b", re.IGNORECASE)
_WHEN = re.compile(r"\bwhen\b|\bwhat (?:day|date|year|time)\b|\bwann\b|\bquand\b|\bcuándo\b|\bquando\b", re.IGNORECASE)
_HOW_MUCH = re.compile(
    r"\bhow (?:much|many|large|big|far|high|low|long|often)\b|\bwhat (?:share|percentage|figure|number|price|cost)\b"
    r"|\bwie ?viele?\b|\bcombien\b|\bcuánt[oa]s?\b|\bquant[oiae]\b",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\bwhere\b|\bwhich (?:country|city|place|region)\b|\bwo\b|\boù\b|\bdónde\b|\bdove\b|\bonde\b", re.IGNORECASE
)
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][\w’'-]+")
_DATE = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December|today|yesterday|tomorrow|(?:last|next|this) (?:week|month|year|quarter)|(?:19|20)\d\d"
    r"|in \w+ (?:days|weeks|months|years))\b"
)
_PLACE = re.compile(r"\b(?:in|at|near|from|across|of) (?:the )?[A-Z]\w+")
_FRAME = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how|much|many|is|are|was|were|do|does|did|has|have|had|will|would|can|could"
    r"|should|the|a|an|it|this|that|there|article|articles|source|sources|say|says|said|tell|me|us|about|please|signal|exactly)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    article: Article
    number: int
    words: str


def answer(question: str, dossier: Dossier, earlier: Sequence[str] = ()) -> Answer:
    """The best sentences of the dossier's texts, each cited; silent with the nearest where none covers the question.

    `earlier` are the thread's questions before this one, the latest last: a question that has hardly a word of its own
    (“and in Germany?”) is read after the one before it.
    """
    found = list(_candidates(dossier))
    asked = _in_their_words(_in_context(question, earlier), found)
    scored = _scored(question, asked, found)
    if not scored:
        return Answer((), silent=True, answered_by=READ_BY)
    best = scored[0][0]
    fitting = [c for score, c in scored if score >= CLOSE * best and _covers(asked, c)]
    kept = _distinct(fitting)[:MOST]
    if not kept:
        nearest = _distinct([candidate for _, candidate in scored])[:NEAREST]
        return Answer(tuple(_part(candidate) for candidate in nearest), silent=True, answered_by=READ_BY)
    return Answer(tuple(_part(candidate) for candidate in kept), answered_by=READ_BY)


def _in_context(question: str, earlier: Sequence[str]) -> str:
    own = _FRAME.sub(" ", question)
    return f"{earlier[-1]} {question}" if earlier and len(re.findall(r"\w{3,}", own)) < 2 else question


def _in_their_words(asked: str, found: Sequence[_Candidate]) -> str:
    """The question with irregular verbs as the texts have them: “lose” becomes “lost” where only that stands there."""
    held = {word for candidate in found for word in re.findall(r"\w+", candidate.words.lower())}

    def told(match: re.Match[str]) -> str:
        word = match.group().lower()
        return _PAST[word] if word in _PAST and word not in held and _PAST[word] in held else match.group()

    return re.sub(r"\w+", told, asked)


_PAST = {
    "lose": "lost", "fall": "fell", "rise": "rose", "buy": "bought", "sell": "sold", "pay": "paid", "make": "made",
    "take": "took", "win": "won", "grow": "grew", "begin": "began", "leave": "left", "find": "found", "hold": "held",
    "keep": "kept", "build": "built", "spend": "spent", "send": "sent", "bring": "brought", "lead": "led",
    "meet": "met",
    "give": "gave", "go": "went", "come": "came", "become": "became", "write": "wrote", "speak": "spoke", "die": "died",
}  # fmt: skip


def _candidates(dossier: Dossier) -> Iterator[_Candidate]:
    """Every sentence of every text once; copies and sentences that talk to a machine reader left out."""
    seen: set[str] = set()
    for article in dossier.texts:
        if article.copy_of is not None and any(other.id == article.copy_of for other in dossier.texts):
            continue
        for number in range(len(article.sentences)):
            words = " ".join(article.sentence(number).split())
            if len(words.split()) > 3 and words not in seen and not orders(words):
                seen.add(words)
                yield _Candidate(article, number, words)


def _scored(question: str, asked: str, found: Sequence[_Candidate]) -> list[tuple[float, _Candidate]]:
    ranked = rank(asked, [candidate.words for candidate in found])
    scored = [(score * _preference(question, found[at].words), found[at]) for at, score in ranked]
    return sorted(scored, key=lambda pair: -pair[0])


def _preference(question: str, words: str) -> float:
    """More for a sentence that holds the kind of thing asked for."""
    wanted: tuple[tuple[re.Pattern[str], Callable[[str], object]], ...] = (
        (_HOW_MUCH, _has_amount),
        (_WHEN, _DATE.search),
        (_WHO, _NAME.search),
        (_WHERE, _PLACE.search),
    )
    return next((PREFERRED if holds(words) else 1.0 for pattern, holds in wanted if pattern.search(question)), 1.0)


def _has_amount(words: str) -> bool:
    return bool(amounts(words))


def _covers(asked: str, candidate: _Candidate) -> bool:
    """Whether enough of the question stands in the sentence; what the title says need not be said again, and a name
    alone is no answer to what is asked about it."""
    core, beyond_names = _FRAME.sub(" ", asked), _FRAME.sub(" ", _NAME.sub(" ", asked))
    if terms(beyond_names) and coverage(beyond_names, candidate.words) < COVERED / 2:
        return False
    own = coverage(core, candidate.words)
    return own >= COVERED / 2 and coverage(core, f"{candidate.article.title} {candidate.words}") >= COVERED


def _distinct(found: Sequence[_Candidate]) -> list[_Candidate]:
    """Without sentences most of whose words stand in one already kept."""
    kept: list[_Candidate] = []
    for candidate in found:
        own = set(candidate.words.lower().split())
        if all(len(own & set(other.words.lower().split())) < 0.6 * len(own) for other in kept):
            kept.append(candidate)
    return kept


def _part(candidate: _Candidate) -> AnswerPart:
    evidence: Evidence | None = cut(candidate.article, Pick(candidate.number, candidate.number))
    return AnswerPart(candidate.words, (evidence,) if evidence else ())
