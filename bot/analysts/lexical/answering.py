"""Answer a question with the stored sentences that fit it best, or say that the sources do not tell.

question | taken apart (asking.py) | each sentence (passages.py): how much of it stands there, before, in the title?
         | does it hold the sort of thing asked for (type_matching.py), of whom it is asked (acting.py)? | enough: cited
         | else the headlines are tried | else silent, with what came nearest

The constants were tuned with `python -m tests.bench answers` (its tuning half) and the questions of
`tests/answers/invented.toml`: a COVERED of 0.44 answers one more of the first, and two that must be refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.analysts.lexical import acting, asking, counting, future, type_matching
from bot.analysts.lexical.answer_types import MUST, OF_ANYTHING, OF_ONE, PRECISE, WORDLESS, AnswerType
from bot.analysts.lexical.asking import Inquiry
from bot.analysts.lexical.passages import Passage, headlines, sentences
from bot.model.evidence import Evidence
from bot.model.question import Answer, AnswerPart
from bot.model.signal import Dossier
from bot.text.term_weights import TermFrequencies
from bot.text.word_relations import LIGHT, SPELLED, likeness, spelled_alike, stems

READ_BY = "extractive"
MOST = 3
NEAREST = 2
COVERED = 0.47
"""Share of the question, rare words counting more, that a sentence and what stands around it must hold."""
COVERED_PRECISELY = 0.2
"""The same where a sentence holds the money, the country or the law that is asked for."""
COUNTLESS = 0.85
"""Share that must be covered where "how many ships" meets no number of ships."""
OWN = 0.2
"""Share that must stand in the sentence itself, or in the one its pronoun points to."""
ABSENT = 7.5
"""Weight of a question word that occurs in no sentence: that of a rare word."""
SAYING_LITTLE = 0.4
"""Factor on the weight of words that say little, such as "go" and "take"."""
TYPED, TYPED_WEIGHT = 0.85, 2.5
"""What a word that only names the sort of thing asked for counts in a sentence that holds such a thing; its weight."""
BEYOND = 0.3
"""Share of what is asked beside the names that must stand there."""
BEFORE, POINTED, EARLIER, TITLE = 0.6, 0.8, 0.3, 0.5
"""Factors for a word found in the sentence before, there and pointed to by a pronoun, two before, or in the title."""
PREFERRED = 1.5
"""Score factor of a sentence with the sort of thing asked for; applied again where it counts what is counted."""
DONE = 1.3
"""The same of one that speaks of what somebody is asked to have done."""
TOPICAL = 0.3
"""By how much a sentence is preferred that says all that the headlines say."""
NEARLY = 0.75
"""Share of what the fullest answer covers from which one that says plainly why comes before it."""
CLOSE = 0.6
"""A further sentence is cited where its score reaches this share of the best one's."""
LONG = 0.15
"""Share of a score that depends on length: a short sentence says a thing more plainly than a long one."""
SAME = 0.6
"""Share of common words from which a sentence repeats another."""

AGENTS = frozenset({AnswerType.WHO, AnswerType.CULPRIT})
"""Sorts that ask who did something."""

_NOWHERE: frozenset[str] = frozenset()
Likes = Mapping[str, Mapping[str, float]]
"""For each word asked for, the words of the texts that stand for it and how far (0 to 1)."""


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
            scored = _Scale(asked, passages, found).scored()
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


class _Scale:
    """Measures the passages by one reading of the question; `texts` are the passages by which words are weighed."""

    def __init__(self, asked: Inquiry, passages: Sequence[Passage], texts: Sequence[Passage]) -> None:
        self._asked, self._passages = asked, passages
        held = frozenset(word for each in (*texts, *passages) for word in each.own)
        named = frozenset(word for name in asked.names for word in name)
        self._likes: Likes = {
            word: _likes(word, held - (frozenset(asked.terms) - {word}), name=word in named) for word in asked.terms
        }
        self._weights = _weights(self._likes, texts or passages)
        self._weights.update(dict.fromkeys(asked.typed, TYPED_WEIGHT))
        self._whole = sum(self._weights.values()) or 1.0
        self._mean = sum(len(each.own) for each in passages) / max(1, len(passages)) or 1.0
        self._topic = frozenset(word for each in passages for word in each.title)
        self._planned = asked.type is AnswerType.NEXT and any(future.is_ahead(each.words) for each in passages)
        self._said = asked.type is AnswerType.SAID and bool(asked.doers)

    def scored(self) -> list[_Scored]:
        """Every passage that holds anything of the question, best first; of answers to "why" what says so plainly."""
        found = [scored for each in self._passages if (scored := self._score(each)).covered > 0]
        enough = NEARLY * max((each.covered for each in found if each.answers), default=0.0)
        return sorted(found, key=lambda each: (not self._says_plainly(each, enough), -each.score))

    def _says_plainly(self, scored: _Scored, enough: float) -> bool:
        return scored.answers and scored.covered >= enough and self._tells_cause(scored.passage)

    def _score(self, passage: Passage) -> _Scored:
        own, covered = self._held(passage)
        length = 1 - LONG + LONG * len(passage.own) / self._mean
        score = (own + covered) * self._preference(passage) / length
        return _Scored(passage, score, covered, self._answers(passage, own, covered))

    def _held(self, passage: Passage) -> tuple[float, float]:
        """The shares of the question that stand in the passage itself, and in it or around it."""
        if not self._weights:  # "when did it happen?": of whatever the headlines tell
            topical = self._asked.type in OF_ANYTHING or bool(passage.own & self._topic)
            placed = topical and asking.fits(self._asked, passage.words)
            return (TYPED, TYPED) if placed and self._asked.type in WORDLESS else (0.0, 0.0)
        there = POINTED if passage.points_back else BEFORE
        earlier = BEFORE if self._tells_cause(passage) else EARLIER
        satisfied = asking.satisfied(self._asked, passage.words)
        story = passage.story if self._explains(passage) else _NOWHERE
        own = covered = 0.0
        for word, weight in self._weights.items():
            typed = TYPED if word in satisfied else 0.0
            here = max(typed, self._best(word, passage.own))
            before = self._best(word, passage.before)
            far = max(earlier * self._best(word, passage.earlier), TITLE * self._best(word, passage.title | story))
            own += weight * max(here, before * POINTED if passage.points_back else 0.0)
            covered += weight * max(here, there * before, far)
        return own / self._whole, covered / self._whole

    def _tells_cause(self, passage: Passage) -> bool:
        """Whether it is asked why, and the passage says so: of what stands before it, which it need not name again."""
        asked = self._asked
        return asked.type is AnswerType.WHY and type_matching.gives_cause(passage.words, asked.language)

    def _says_why(self, passage: Passage) -> bool:
        """Whether it is no headline, in which “to stop …” is the future, or one that says after what, or why."""
        return passage.number is not None or self._tells_cause(passage) or "after" in passage.words.lower().split()

    def _explains(self, passage: Passage) -> bool:
        """Whether the passage names a reason as such: it may be that of what was told well before."""
        return self._tells_cause(passage) and type_matching.explains(passage.words, self._asked.language)

    def _speaks(self, passage: Passage) -> bool:
        """Whether somebody of the question's names says something in the passage, or a pronoun that means them."""
        return (
            asking.fits(self._asked, passage.words)
            and self._names_them(passage)
            and acting.speaks(passage.words, self._is_named, pronouns=self._is_meant(passage))
        )

    def _is_meant(self, passage: Passage) -> bool:
        """Whether a pronoun in the passage may mean whom the question names."""
        near = passage.before | passage.outside
        return any(self._best(word, near) for name in self._asked.names for word in name)

    def _is_named(self, stem: str) -> bool:
        named = self._asked.doers or self._asked.names
        return any(stem in self._likes.get(word, ()) for name in named for word in name)

    def _best(self, word: str, held: frozenset[str]) -> float:
        return max((like for other, like in self._likes[word].items() if other in held), default=0.0)

    def _preference(self, passage: Passage) -> float:
        fitting = PREFERRED if asking.fits(self._asked, passage.words) else 1.0
        exactly = PREFERRED if self._exactly(passage) else 1.0
        topical = len(passage.own & self._topic) / len(self._topic) if self._topic else 0.0
        done = DONE if any(self._best(verb, passage.own) for verb in self._asked.verbs) else 1.0
        return fitting * exactly * done * (1 + TOPICAL * topical)

    def _exactly(self, passage: Passage) -> bool:
        """What is counted with its number; who is asked about, speaking; a cause that is
        said to be one; who did what is asked about, doing it."""
        asked = self._asked
        if asked.type is AnswerType.HOW_MANY:
            return asking.counts(asked, passage.words)
        if asked.type is AnswerType.SAID:
            return type_matching.quotes(passage.words) and bool(passage.outside.intersection(asked.terms))
        if asked.type is AnswerType.NEXT:
            return future.is_planned(passage.words)
        if asked.type is AnswerType.WHERE:
            return type_matching.is_there(passage.words)
        if asked.type is AnswerType.WHEN:
            return type_matching.is_dated(passage.words)
        if self._tells_cause(passage):
            return True
        return asked.type in AGENTS and acting.does(passage.words, self._doing) is not asked.passive

    def _doing(self, stem: str) -> bool:
        """Whether the stem of a sentence is the verb that the question asks about: its first word."""
        first = self._asked.terms[:1]
        return bool(first) and stem in self._likes[first[0]]

    # --- what an answer must hold ---

    def _answers(self, passage: Passage, own: float, covered: float) -> bool:
        return (
            covered >= (COVERED_PRECISELY if self._precise(passage) else COVERED)
            and (own >= OWN or self._tells_cause(passage))
            and self._goes_on(passage)
            and self._is_of_the_sort(passage, covered)
            and self._is_of_them(passage)
            and self._says_what_is_done(passage)
            and self._says_more(passage)
        )

    def _is_of_the_sort(self, passage: Passage, covered: float) -> bool:
        """Whether the passage holds the sort of thing asked for, and of what is counted, measured or planned."""
        asked = self._asked
        return (
            all(self._likes[word] for word in asked.kind)
            and (asked.type not in MUST or asking.fits(asked, passage.words))
            and (asked.type is not AnswerType.WHY or self._says_why(passage))
            and (not asked.ahead or future.looks_ahead(asked.text, passage.words, asked.language))
            and (not self._planned or future.is_ahead(passage.words))
            and self._counts(passage, covered)
            and not counting.measures_another(asked.measured, passage.words)
        )

    def _is_of_them(self, passage: Passage) -> bool:
        """Whether it is told of those whom the question names, and they do, say or are what is asked."""
        asked = self._asked
        return (
            self._names_them(passage)
            and self._is_theirs(passage)
            and (not asked.act or any(likeness(asked.act, word) for word in passage.near))
            and (not self._said or self._speaks(passage))
            and (not asked.identity or acting.introduces(passage.words, self._is_named))
        )

    def _is_theirs(self, passage: Passage) -> bool:
        """Whether a passage that does not name whom it is asked about tells of nobody else: “Zambia shipped …” below a
        headline with Kalanga in it is no answer about Kalanga. What a text begins with is about the headline's."""
        asked = self._asked
        missing = [name for name in asked.doers if not any(self._best(word, passage.near) for word in name)]
        if missing and asked.type is AnswerType.HOW_OLD:
            return False
        if asked.type not in OF_ONE or not missing or not passage.number:
            return True
        actors = acting.subjects(passage.words, passage.article.text)
        return not any(frozenset(stems(name)).isdisjoint(asked.terms) for name in actors)

    def _precise(self, passage: Passage) -> bool:
        return (
            self._asked.type in PRECISE
            and self._asked.type in self._asked.typed.values()
            and asking.fits(self._asked, passage.words)
        )

    def _counts(self, passage: Passage, covered: float) -> bool:
        """Whether what is counted stands there with its number, or nearly all of the question does; of persons the
        number alone will do, for a text about people is full of figures."""
        asked = self._asked
        by_the_way = covered >= COUNTLESS and not asked.persons
        return by_the_way or not asked.things or asking.counts(asked, passage.words)

    def _says_what_is_done(self, passage: Passage) -> bool:
        """Of "who founded it?": whether the passage speaks of founding at all, and not only of what was founded."""
        asked = self._asked
        if asked.type is AnswerType.LAW and asked.deed and asked.deed not in asked.typed and asked.deed not in LIGHT:
            return self._best(asked.deed, passage.own) > 0
        if asked.type not in AGENTS or not asked.terms or asked.terms[0] in LIGHT or asked.terms[0] in asked.typed:
            return True
        if asked.deed == asked.terms[0] and acting.undergoes(passage.words, self._doing):
            return asked.type is AnswerType.CULPRIT and type_matching.blames(passage.words)
        return self._best(asked.terms[0], passage.own if asked.deed else passage.near) > 0

    def _goes_on(self, passage: Passage) -> bool:
        """Whether the passage itself has a word of a question that goes on from the one before."""
        said = [word for word in self._asked.said if word in self._likes]
        satisfied = asking.satisfied(self._asked, passage.words)
        return not said or any(word in satisfied or self._best(word, passage.own) for word in said)

    def _names_them(self, passage: Passage) -> bool:
        """Whether each name of the question stands in the passage or around it."""
        return all(
            any(self._best(word, passage.around) for word in name if word in self._likes) for name in self._asked.names
        )

    def _says_more(self, passage: Passage) -> bool:
        """Whether something of what is asked about the names or things stands there: they alone are no answer."""
        asked = self._asked
        if asked.type in (AnswerType.HOW_FAR, AnswerType.HOW_OLD):
            return True
        named = asked.things.union(asked.typed, *asked.names)
        if asked.type in PRECISE:  # “which law allows it?”: a law, named where the rest is told
            named |= LIGHT
        beyond = {word: weight for word, weight in self._weights.items() if word not in named}
        said = sum(weight * self._best(word, self._told(passage)) for word, weight in beyond.items())
        least = BEYOND / 2 if asked.type is AnswerType.LAW else BEYOND
        return not beyond or said >= least * sum(beyond.values())

    def _told(self, passage: Passage) -> frozenset[str]:
        """Where what is asked may stand: with the passage, for a speech or a cause before it, for a reason or an
        objection anywhere above it; what people who are counted do, in the headline too."""
        if self._asked.type is AnswerType.OBJECTOR or self._explains(passage):
            return passage.around | passage.story
        if self._asked.type is AnswerType.HOW_MANY and self._asked.persons:
            return passage.near | passage.title
        return passage.own | passage.before if self._said or self._tells_cause(passage) else passage.near


def _likes(wanted: str, held: Iterable[str], *, name: bool) -> dict[str, float]:
    """How far each of the words stands for the one asked for; a word that is asked for itself stands for no other."""
    found = {word: like for word in held if (like := likeness(wanted, word))}
    if name:
        found.update({word: SPELLED for word in held if word not in found and spelled_alike(wanted, word)})
    return found


def _weights(likes: Likes, texts: Sequence[Passage]) -> dict[str, float]:
    """Rare words count more; one that stands nowhere counts in full, for what asks about it is not answered."""
    frequencies = TermFrequencies()
    for each in texts:
        frequencies.add(each.own)
    return {
        word: _weight(frequencies, like) * (SAYING_LITTLE if word in LIGHT else 1.0) for word, like in likes.items()
    }


def _weight(frequencies: TermFrequencies, likes: Mapping[str, float]) -> float:
    """Of the commonest of the words that come nearest to the one asked for."""
    nearest = max(likes.values(), default=0.0)
    return min((frequencies.idf(word) for word, like in likes.items() if like == nearest), default=ABSENT)


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
