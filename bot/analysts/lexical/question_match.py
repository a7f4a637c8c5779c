"""How much of a question stands in a passage and around it, words that mean the same counting less than the word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.analysts.lexical import asking, type_matching
from bot.analysts.lexical.answer_types import OF_ANYTHING, WORDLESS, AnswerType
from bot.analysts.lexical.asking import Inquiry
from bot.analysts.lexical.passages import Passage
from bot.text.term_weights import TermFrequencies
from bot.text.word_relations import LIGHT, SPELLED, likeness, spelled_alike

ABSENT = 7.5
"""Weight of a question word that occurs in no sentence: that of a rare word."""
SAYING_LITTLE = 0.4
"""Factor on the weight of words that say little, such as "go" and "take"."""
TYPED, TYPED_WEIGHT = 0.85, 2.5
"""What a word that only names the sort of thing asked for counts in a sentence that holds such a thing; its weight."""
BEFORE, POINTED, EARLIER, TITLE = 0.6, 0.8, 0.3, 0.5
"""Factors for a word found in the sentence before, there and pointed to by a pronoun, two before, or in the title.

These constants were tuned with `python -m tests.bench answers`, on its tuning half.
"""

_NOWHERE: frozenset[str] = frozenset()
Likes = Mapping[str, Mapping[str, float]]
"""For each word asked for, the words of the texts that stand for it and how far (0 to 1)."""


class QuestionMatch:
    """One reading of a question beside the passages that may answer it; words are weighed by `texts`."""

    def __init__(self, asked: Inquiry, passages: Sequence[Passage], texts: Sequence[Passage]) -> None:
        self.asked = asked
        held = frozenset(word for each in (*texts, *passages) for word in each.own)
        named = frozenset(word for name in asked.names for word in name)
        self.likes: Likes = {
            word: _likes(word, held - (frozenset(asked.terms) - {word}), name=word in named) for word in asked.terms
        }
        self.weights = _weights(self.likes, texts or passages)
        self.weights.update(dict.fromkeys(asked.typed, TYPED_WEIGHT))
        self._whole = sum(self.weights.values()) or 1.0
        self.topic = frozenset(word for each in passages for word in each.title)

    def best(self, word: str, held: frozenset[str]) -> float:
        """How far the word asked for stands among these stems: 1 itself, less for what means it, 0 not at all."""
        return max((like for other, like in self.likes[word].items() if other in held), default=0.0)

    def shares(self, passage: Passage) -> tuple[float, float]:
        """The shares of the question that stand in the passage itself, and in it or around it."""
        if not self.weights:  # "when did it happen?": of whatever the headlines tell
            return self._wordless(passage)
        satisfied = asking.satisfied(self.asked, passage.words)
        own = covered = 0.0
        for word, weight in self.weights.items():
            typed = TYPED if word in satisfied else 0.0
            here = max(typed, self.best(word, passage.own))
            before = self.best(word, passage.before)
            own += weight * max(here, before * POINTED if passage.points_back else 0.0)
            covered += weight * max(here, self._beside(passage, word, before))
        return own / self._whole, covered / self._whole

    def _wordless(self, passage: Passage) -> tuple[float, float]:
        topical = self.asked.type in OF_ANYTHING or bool(passage.own & self.topic)
        placed = topical and asking.fits(self.asked, passage.words)
        return (TYPED, TYPED) if placed and self.asked.type in WORDLESS else (0.0, 0.0)

    def _beside(self, passage: Passage, word: str, before: float) -> float:
        """What a word counts that stands in the sentences before, or in the title."""
        there = POINTED if passage.points_back else BEFORE
        earlier = BEFORE if self.tells_cause(passage) else EARLIER
        story = passage.story if self.explains(passage) else _NOWHERE
        far = max(earlier * self.best(word, passage.earlier), TITLE * self.best(word, passage.title | story))
        return max(there * before, far)

    def tells_cause(self, passage: Passage) -> bool:
        """Whether it is asked why, and the passage says so: of what stands before it, which it need not name again."""
        asked = self.asked
        return asked.type is AnswerType.WHY and type_matching.gives_cause(passage.words, asked.language)

    def explains(self, passage: Passage) -> bool:
        """Whether the passage names a reason as such: it may be that of what was told well before."""
        return self.tells_cause(passage) and type_matching.explains(passage.words, self.asked.language)

    def is_named(self, stem: str) -> bool:
        """Whether a stem of the texts is of a name in the question: of whom it asks, or else of any."""
        named = self.asked.doers or self.asked.names
        return any(stem in self.likes.get(word, ()) for name in named for word in name)

    def is_deed(self, stem: str) -> bool:
        """Whether the stem of a sentence is the verb that the question asks about: its first word."""
        first = self.asked.terms[:1]
        return bool(first) and stem in self.likes[first[0]]


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
