"""A question answered with the stored sentences that fit it best, or with the word that the sources do not say.

question | taken apart (asking.py) | each sentence: how much of it stands there, in the one before, in the title?
         | holds the sort of thing asked for? names whom it asks about? | enough: cited | else silent, the nearest
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.analysts.lexical import asking
from bot.analysts.lexical.asking import Inquiry, Sort
from bot.analysts.lexical.words import orders
from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.finding import Pick
from bot.model.question import Answer, AnswerPart
from bot.model.signal import Dossier
from bot.text.evidence import cut
from bot.text.term_weights import TermFrequencies

READ_BY = "extractive"
MOST = 3
NEAREST = 2
COVERED = 0.47
"""Share of the question, rare words counting more, that a sentence and what stands around it must hold."""
COUNTLESS = 0.6
"""Share that must be covered where "how many ships" meets no number of ships."""
OWN = 0.2
"""Share that must stand in the sentence itself, or in the one its pronoun points to."""
ABSENT = 7.5
"""The weight of a word asked for that no sentence holds: that of a rare one."""
SAYING_LITTLE = 0.4
"""What is left of the weight of "go" and "take"."""
BEYOND = 0.3
"""Share of what is asked beside the names that must stand there."""
BEFORE, POINTED, EARLIER, TITLE = 0.6, 0.8, 0.3, 0.5
"""What a word counts for that stands in the sentence before (also: where a pronoun points to it), two before, or in the
title."""
PREFERRED = 1.5
"""By how much a sentence with the sort of thing asked for is preferred, and again one that counts what is counted."""
CLOSE = 0.6
"""A further sentence is cited where its score reaches this share of the best one's."""
LONG = 0.15
"""Share of a score that depends on length: a short sentence says a thing more plainly than a long one."""

RUN = 420
"""Characters of two sentences that are quoted as one."""

_POINTS_BACK = re.compile(
    r"^[“\"]?(?:(?:It|He|She|They|This|That|These|Those|Each|Both|Some|Its|His|Her|Their)\b"
    r"|The [a-z]+ (?:said|says|will|would|has|is|was)\b)"
    r"|[”\"],? (?:he|she|they|it) (?:said|says)\b|\b(?:he|she) (?:said|says)\b"
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with the terms in it and around it."""

    article: Article
    number: int
    words: str
    own: frozenset[str]
    before: frozenset[str]
    earlier: frozenset[str]  # of the one before that
    title: frozenset[str]
    points_back: bool
    outside: frozenset[str]  # what is not within quotation marks, there and before


@dataclass(frozen=True, slots=True)
class _Scored:
    sentence: _Sentence
    score: float
    covered: float  # of the whole question, 0 to 1
    answers: bool  # enough of it, with all that it must hold


def answer(question: str, dossier: Dossier, earlier: Sequence[str] = ()) -> Answer:
    """The best sentences of the dossier's texts, each cited; silent with the nearest where none covers the question.

    `earlier` are the thread's questions before this one, the latest last.
    """
    asked = asking.inquiry(question, earlier)
    found = list(_sentences(dossier))
    scored = _scored(asked, found)
    if not scored:
        return Answer((), silent=True, answered_by=READ_BY)
    answering = [each for each in scored if each.answers]
    if not answering:
        nearest = _distinct([each.sentence for each in scored])[:NEAREST]
        return Answer(tuple(map(_part, nearest)), silent=True, answered_by=READ_BY)
    best = answering[0].score
    kept = _distinct([each.sentence for each in answering if each.score >= CLOSE * best])[:MOST]
    return Answer(tuple(map(_part, kept)), answered_by=READ_BY)


def _sentences(dossier: Dossier) -> Iterator[_Sentence]:
    """Every sentence of every text once; copies and sentences that talk to a machine reader left out."""
    seen: set[str] = set()
    for article in dossier.texts:
        if article.copy_of is not None and any(other.id == article.copy_of for other in dossier.texts):
            continue
        title, earlier, before, aside = frozenset(asking.stems(article.title)), _NONE, _NONE, _NONE
        for number in range(len(article.sentences)):
            words = " ".join(article.sentence(number).split())
            own, outside = frozenset(asking.stems(words)), frozenset(asking.stems(asking.unquoted(words)))
            if len(words.split()) > 3 and words not in seen and not orders(words):
                seen.add(words)
                back = bool(_POINTS_BACK.search(words))
                yield _Sentence(article, number, words, own, before, earlier, title, back, outside | aside)
            earlier, before, aside = before, own, outside


_NONE: frozenset[str] = frozenset()


def _scored(asked: Inquiry, found: Sequence[_Sentence]) -> list[_Scored]:
    """Every sentence that holds anything of the question, best first."""
    held = {word for each in found for word in each.own}
    likes = {word: _likes(word, held) for word in asked.terms}
    weights = _weights(likes, found)
    mean = sum(len(each.own) for each in found) / max(1, len(found)) or 1.0
    scored = [score for each in found if (score := _score(asked, each, likes, weights, mean)).covered > 0]
    return sorted(scored, key=lambda each: -each.score)


def _likes(wanted: str, held: set[str]) -> dict[str, float]:
    """The words of the texts that stand for one asked for, and how far."""
    return {word: like for word in held if (like := asking.likeness(wanted, word))}


def _weights(likes: Mapping[str, Mapping[str, float]], found: Sequence[_Sentence]) -> dict[str, float]:
    """Rare words count more; one that stands nowhere counts in full, for what asks about it is not answered."""
    frequencies = TermFrequencies()
    for each in found:
        frequencies.add(each.own)
    return {
        word: _weight(frequencies, like) * (SAYING_LITTLE if word in asking.LIGHT else 1.0)
        for word, like in likes.items()
    }


def _weight(frequencies: TermFrequencies, likes: Mapping[str, float]) -> float:
    """Of the commonest of the words that come nearest to the one asked for."""
    nearest = max(likes.values(), default=0.0)
    return min((frequencies.idf(word) for word, like in likes.items() if like == nearest), default=ABSENT)


def _score(
    asked: Inquiry,
    sentence: _Sentence,
    likes: Mapping[str, Mapping[str, float]],
    weights: Mapping[str, float],
    mean: float,
) -> _Scored:
    whole = sum(weights.values()) or 1.0
    back = POINTED if sentence.points_back else BEFORE
    own = covered = 0.0
    for word, weight in weights.items():
        here, there = _best(likes[word], sentence.own), _best(likes[word], sentence.before)
        own += weight * max(here, there * POINTED if sentence.points_back else 0.0)
        far = max(EARLIER * _best(likes[word], sentence.earlier), TITLE * _best(likes[word], sentence.title))
        covered += weight * max(here, back * there, far)
    own, covered = own / whole, covered / whole
    fitting = asking.fits(asked, sentence.words)
    preferred = (PREFERRED if fitting else 1.0) * (PREFERRED if _exactly(asked, sentence) else 1.0)
    length = 1 - LONG + LONG * len(sentence.own) / mean
    answers = (
        all(likes[word] for word in asked.kind)
        and covered >= COVERED
        and own >= OWN
        and (fitting or asked.sort not in asking.MUST)
        and (covered >= COUNTLESS or not asked.counted or asking.counts(asked, sentence.words))
        and _names_them(asked, sentence, likes)
        and _says_more(asked, sentence, likes, weights)
    )
    return _Scored(sentence, (own + covered) * preferred / length, covered, answers)


def _best(likes: Mapping[str, float], held: frozenset[str]) -> float:
    return max((like for word, like in likes.items() if word in held), default=0.0)


def _exactly(asked: Inquiry, sentence: _Sentence) -> bool:
    """What is counted with its number; who is asked about, speaking."""
    if asked.sort is Sort.HOW_MANY:
        return asking.counts(asked, sentence.words)
    if asked.sort is Sort.SAID:
        return asking.quotes(sentence.words) and bool(sentence.outside.intersection(asked.terms))
    return False


Likes = Mapping[str, Mapping[str, float]]


def _names_them(asked: Inquiry, sentence: _Sentence, likes: Likes) -> bool:
    """Whether each name of the question stands in the sentence or around it."""
    around = sentence.own | sentence.before | sentence.earlier | sentence.title
    return all(any(_best(likes.get(word, {}), around) for word in name) for name in asked.names)


def _says_more(asked: Inquiry, sentence: _Sentence, likes: Likes, weights: Mapping[str, float]) -> bool:
    """Whether something of what is asked about the names or things stands there: they alone are no answer."""
    if asked.sort in (Sort.HOW_FAR, Sort.HOW_OLD):
        return True
    named = asked.things.union(*asked.names)
    beyond = {word: weight for word, weight in weights.items() if word not in named}
    near = sentence.own | sentence.before if sentence.points_back else sentence.own
    said = sum(weight * _best(likes[word], near) for word, weight in beyond.items())
    return not beyond or said >= BEYOND * sum(beyond.values())


def _distinct(found: Sequence[_Sentence]) -> list[_Sentence]:
    """Without sentences most of whose words stand in one already kept."""
    kept: list[_Sentence] = []
    for sentence in found:
        own = set(sentence.words.lower().split())
        if all(len(own & set(other.words.lower().split())) < 0.6 * len(own) for other in kept):
            kept.append(sentence)
    return kept


def _part(sentence: _Sentence) -> AnswerPart:
    """The sentence as evidence, with the one before it where it begins with a pronoun and both are short."""
    article, number = sentence.article, sentence.number
    first = number - 1 if sentence.points_back and number and _together(article, number) <= RUN else number
    found: Evidence | None = cut(article, Pick(first, number))
    return AnswerPart(found.quote if found else sentence.words, (found,) if found else ())


def _together(article: Article, number: int) -> int:
    return article.sentences[number][1] - article.sentences[number - 1][0]
