"""What a passage must hold to answer a question: enough of it, the sort of thing asked for, and of whom it is asked.

The constants were tuned with `python -m tests.bench answers` (its tuning half) and the questions of
`tests/answers/invented.toml`: a COVERED of 0.44 answers one more of the first, and two that must be refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.analysts.lexical import acting, asking, counting, future, type_matching
from bot.analysts.lexical.answer_types import AGENTS, MUST, OF_ONE, PRECISE, AnswerType
from bot.analysts.lexical.passages import Passage
from bot.analysts.lexical.question_match import QuestionMatch
from bot.text.word_relations import LIGHT, is_place, likeness, stems

COVERED = 0.47
"""Share of the question, rare words counting more, that a sentence and what stands around it must hold."""
COVERED_PRECISELY = 0.2
"""The same where a sentence holds the money, the country or the law that is asked for."""
COUNTLESS = 0.85
"""Share that must be covered where "how many ships" meets no number of ships."""
OWN = 0.2
"""Share that must stand in the sentence itself, or in the one its pronoun points to."""
LEAD = 3
"""Sentences with which an article opens, of whom and what its headline tells, too."""
FULLY = 0.85
"""Share of "why do they wear masks?" that must stand in a sentence of which a mere “to …” is taken for the reason."""
BEYOND = 0.3
"""Share of what is asked beside the names that must stand there."""
INSIDE = 0.5
"""The same of what is asked about the future that a clause about the future must hold."""
TIMES = frozenset(stems("next week month year quarter today tomorrow day soon future time end"))
"""Stems of words that only say when."""


class AnswerChecks:
    """Decides which of the passages answer a reading of the question."""

    def __init__(self, match: QuestionMatch, passages: Sequence[Passage]) -> None:
        self._match, self._asked = match, match.asked
        self._planned = self._asked.type is AnswerType.NEXT and any(future.is_ahead(each.words) for each in passages)
        self._said = self._asked.type is AnswerType.SAID and bool(self._asked.doers)

    def answers(self, passage: Passage, own: float, covered: float) -> bool:
        """Whether the passage answers; `own` and `covered` are the shares that `QuestionMatch.shares` gives of it."""
        return (
            covered >= (COVERED_PRECISELY if self._precise(passage) else COVERED)
            and (own >= OWN or self._is_cause_of_what_was_told(passage))
            and self._goes_on(passage)
            and (self._is_of_the_sort(passage, covered) or self._says_to_what_end(passage, own))
            and self._is_of_them(passage)
            and self._says_what_is_done(passage)
            and self._says_more(passage)
        )

    def _is_cause_of_what_was_told(self, passage: Passage) -> bool:
        """Whether the passage gives a reason as such, or one that a pronoun ties to the sentence before."""
        return self._match.explains(passage) or (self._match.tells_cause(passage) and passage.points_back)

    def _says_to_what_end(self, passage: Passage, own: float) -> bool:
        """Of "why do they wear masks?": whether a sentence that holds nearly all of it says for what purpose."""
        asks_why = self._asked.type is AnswerType.WHY and not self._asked.ahead and passage.number is not None
        return asks_why and own >= FULLY and type_matching.says_purpose(passage.words)

    def _precise(self, passage: Passage) -> bool:
        return (
            self._asked.type in PRECISE
            and self._asked.type in self._asked.typed.values()
            and asking.fits(self._asked, passage.words)
        )

    def _goes_on(self, passage: Passage) -> bool:
        """Whether the passage itself has a word of a question that goes on from the one before."""
        said = [word for word in self._asked.said if word in self._match.likes]
        satisfied = asking.satisfied(self._asked, passage.words)
        return not said or any(word in satisfied or self._match.best(word, passage.own) for word in said)

    # --- the sort of thing ---

    def _is_of_the_sort(self, passage: Passage, covered: float) -> bool:
        """Whether the passage holds the sort of thing asked for, and of what is counted, measured or planned."""
        asked = self._asked
        return (
            all(self._match.likes[word] for word in asked.kind)
            and (asked.type not in MUST or asking.fits(asked, passage.words))
            and (asked.type is not AnswerType.WHY or self._says_why(passage))
            and (not asked.ahead or future.looks_ahead(asked.text, passage.words, asked.language))
            and (not self._planned or future.is_ahead(passage.words))
            and self._counts(passage, covered)
            and not counting.measures_another(asked.measured, passage.words)
        )

    def _says_why(self, passage: Passage) -> bool:
        """Whether it is no headline, in which “to stop …” is the future, or one that says after what, or why."""
        if passage.number is not None or self._match.tells_cause(passage):
            return True
        return "after" in passage.words.lower().split()

    def _counts(self, passage: Passage, covered: float) -> bool:
        """Whether what is counted stands there with its number, or nearly all of the question does; of persons the
        number alone will do, for a text about people is full of figures."""
        asked = self._asked
        by_the_way = covered >= COUNTLESS and not asked.persons
        return by_the_way or not asked.things or asking.counts(asked, passage.words)

    # --- of whom it is asked ---

    def _is_of_them(self, passage: Passage) -> bool:
        """Whether it is told of those whom the question names, and they do, say or are what is asked."""
        asked = self._asked
        return (
            self._names_them(passage)
            and self._is_theirs(passage)
            and (not (asked.ahead or self._is_asked_for_plans()) or self._is_their_future(passage))
            and (not asked.closed or self._is_so(passage))
            and (not asked.act or any(likeness(asked.act, word) for word in passage.near))
            and (not self._said or self._speaks(passage))
            and (asked.type is not AnswerType.WHO or asked.identity or self._tells_of_another(passage))
            and (not asked.identity or acting.introduces(passage.words, self._match.is_named))
        )

    def _tells_of_another(self, passage: Passage) -> bool:
        """Of "who is Orban's opponent?": whether somebody stands there beside those whom the question names."""
        return not self._asked.names or acting.names_another(passage.words, self._match.is_named)

    def _names_them(self, passage: Passage) -> bool:
        """Whether each name of the question stands in the passage or around it."""
        return all(
            any(self._match.best(word, passage.around) for word in name if word in self._match.likes)
            for name in self._asked.names
        )

    def _is_theirs(self, passage: Passage) -> bool:
        """Whether a passage that does not name whom it is asked about tells of nobody else: “Zambia shipped …” below a
        headline with Kalanga in it is no answer about Kalanga. What a text begins with is about the headline's."""
        asked = self._asked
        missing = [name for name in asked.doers if not any(self._match.best(word, passage.near) for word in name)]
        if missing and asked.type is AnswerType.HOW_OLD:
            return False
        if asked.type not in OF_ONE or not missing or not passage.number:
            return True
        actors = acting.subjects(passage.words, passage.article.text)
        return not any(frozenset(stems(name)).isdisjoint(asked.terms) for name in actors)

    def _is_their_future(self, passage: Passage) -> bool:
        """Whether what is to come is so of whom or what it is asked: the subject of that clause, or within it."""
        asked = self._asked
        if asked.language != "en":
            return True
        clauses = future.foretold(passage.words)
        if asked.subject:
            return any(self._is_about(subject, asked.subject, passage) for subject, _ in clauses)
        weights = {word: weight for word, weight in self._match.weights.items() if word not in LIGHT | TIMES}
        least = INSIDE * sum(weights.values())
        held = (self._held(clause, passage) for _, clause in clauses)
        return any(self._weight(weights, each) >= least and self._is_done_in(each) for each in held)

    def _is_asked_for_plans(self) -> bool:
        """Whether somebody is asked for plans who can have them: of a country its ministers may speak."""
        return self._asked.planned and bool(self._asked.subject) and not any(map(is_place, self._asked.subject))

    def _is_so(self, passage: Passage) -> bool:
        """Whether the passage says it of what is or was, and not only in a condition."""
        plain = future.unconditional(passage.words)
        held = frozenset(stems(plain, self._asked.language)) if plain != passage.words else passage.own
        weights = self._match.weights
        return self._weight(weights, held) >= OWN * sum(weights.values()) or held == passage.own

    def _is_done_in(self, held: frozenset[str]) -> bool:
        """Whether these stems have the verb of "who will buy it?"."""
        deed = self._asked.deed
        return not deed or deed in LIGHT or deed in self._asked.typed or self._match.best(deed, held) > 0

    def _is_about(self, words: str, wanted: Collection[str], passage: Passage) -> bool:
        held = self._held(words, passage)
        return any(self._match.best(word, held) for word in wanted)

    def _held(self, words: str, passage: Passage) -> frozenset[str]:
        """The stems of some words of the passage, and of what a pronoun with which they begin may mean."""
        held = frozenset(stems(words, self._asked.language))
        if not acting.begins_with_pronoun(words):
            return held
        return held | passage.before if passage.points_back else held | passage.own

    def _weight(self, weights: Mapping[str, float], held: frozenset[str]) -> float:
        return sum(weight * self._match.best(word, held) for word, weight in weights.items())

    def _speaks(self, passage: Passage) -> bool:
        """Whether somebody of the question's names says something in the passage, or a pronoun that means them."""
        said = passage.spoken or passage.words
        return (
            asking.fits(self._asked, said)
            and (bool(passage.spoken) or self._names_them(passage))
            and acting.speaks(said, self._match.is_named, pronouns=self._is_meant(passage))
        )

    def _is_meant(self, passage: Passage) -> bool:
        """Whether a pronoun in the passage may mean whom the question names."""
        near = passage.before | passage.outside
        persons = [name for name in (*self._asked.names, self._asked.subject) if not any(map(is_place, name))]
        return any(self._match.best(word, near) for name in persons for word in name)

    # --- what is told of them ---

    def _says_what_is_done(self, passage: Passage) -> bool:
        """Of "who founded it?": whether the passage speaks of founding at all, and not only of what was founded."""
        asked, best = self._asked, self._match.best
        if asked.type is AnswerType.LAW and asked.deed and asked.deed not in asked.typed and asked.deed not in LIGHT:
            return best(asked.deed, passage.own) > 0
        if asked.type not in AGENTS or not asked.terms or asked.terms[0] in LIGHT or asked.terms[0] in asked.typed:
            return True
        if asked.deed == asked.terms[0] and acting.undergoes(passage.words, self._match.is_deed):
            return asked.type is AnswerType.CULPRIT and type_matching.blames(passage.words)
        return best(asked.terms[0], passage.own if asked.deed else passage.near) > 0

    def _says_more(self, passage: Passage) -> bool:
        """Whether something of what is asked about the names or things stands there: they alone are no answer."""
        asked = self._asked
        if asked.type in (AnswerType.HOW_FAR, AnswerType.HOW_OLD):
            return True
        named = asked.things.union(asked.typed, *asked.names)
        if asked.type in PRECISE:  # “which law allows it?”: a law, named where the rest is told
            named |= LIGHT
        beyond = {word: weight for word, weight in self._match.weights.items() if word not in named}
        said = sum(weight * self._match.best(word, self._told(passage)) for word, weight in beyond.items())
        least = BEYOND / 2 if asked.type is AnswerType.LAW else BEYOND
        return not beyond or said >= least * sum(beyond.values())

    def _told(self, passage: Passage) -> frozenset[str]:
        """Where what is asked may stand: with the passage, for a speech or a cause before it, for a reason or an
        objection anywhere above it; what people who are counted do, in the headline too."""
        if self._asked.type is AnswerType.OBJECTOR or self._match.explains(passage):
            return passage.around | passage.story
        if self._asked.type is AnswerType.HOW_MANY and self._asked.persons:
            return passage.near | passage.title if (passage.number or 0) < LEAD else passage.near
        return passage.own | passage.before if self._said or self._match.tells_cause(passage) else passage.near
