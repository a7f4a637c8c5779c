"""The sentences and headlines of a signal that may answer a question, with the stems in and around each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.analysts.lexical.type_matching import unquoted
from bot.analysts.lexical.words import orders
from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.finding import Pick
from bot.model.question import AnswerPart
from bot.model.signal import Dossier
from bot.text.datelines import end_of_dateline
from bot.text.evidence import cut
from bot.text.languages import LISTED
from bot.text.word_relations import stems

RUN = 420
"""Maximum length, in characters, of two sentences that are quoted together."""
LEAST_WORDS = 4
"""Words below which a sentence or headline is never an answer."""
FAR = 6
"""Sentences before one among which the event may stand whose reason it gives."""
OPENING = 6
"""Words by which the place behind a dateline is found."""

_POINTS_BACK = re.compile(
    r"^[“\"]?(?:It|He|She|They|This|That|These|Those|Each|Both|Some|Its|His|Her|Their)\b"
    r"|[”\"],? (?:he|she|they|it) (?:said|says)\b|\b(?:he|she) (?:said|says)\b"
)
_SAME_PARAGRAPH = re.compile(r"^[“\"]?The [a-z]+ (?:said|says|will|would|has|is|was)\b")
"""Points back only to what stands in the same paragraph."""
_LINK = re.compile(
    r"(?:Read (?:more|also|next)|See also|More on this|Related|Also read|Watch|Listen|Sign up)\b.{0,20}[:|]|\[[^\]]*\]$"
    r"|Read more\b|\((?:Image|Photo|Picture) credit\b",
    re.IGNORECASE,
)
"""Lines of a page that are no part of what is told."""
_ASKS = re.compile(
    r"\?|^\W*(?:what|why|how|who|when|where|which|is|are|was|were|will|can|could|should|do|does|did)\b", re.IGNORECASE
)
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, or a headline, with the stems in it and around it."""

    article: Article
    number: int | None  # of the sentence in its text; None: it is the headline
    words: str
    own: frozenset[str]
    before: frozenset[str] = _NONE  # of the sentence before
    earlier: frozenset[str] = _NONE  # of the one before that
    story: frozenset[str] = _NONE  # of the last FAR sentences before it, those two among them
    title: frozenset[str] = _NONE
    points_back: bool = False  # a pronoun in it means what stands before
    outside: frozenset[str] = _NONE  # what is not within quotation marks, there and before
    spoken: str = ""  # where it goes on with what somebody is quoted to say: the sentence that says who

    @property
    def near(self) -> frozenset[str]:
        """What stands in it, and before it where a pronoun points there."""
        return self.own | self.before if self.points_back else self.own

    @property
    def around(self) -> frozenset[str]:
        return self.own | self.before | self.earlier | self.title

    @property
    def first(self) -> int | None:
        """The sentence with which the quote of it begins: the one before where a pronoun points there."""
        number = self.number
        if not self.points_back or not number:
            return number
        return number - 1 if self._length(number - 1, number) <= RUN else number

    def _length(self, first: int, last: int) -> int:
        return self.article.sentences[last][1] - self.article.sentences[first][0]

    @property
    def alone(self) -> Passage:
        """The same without the sentence before."""
        return replace(self, points_back=False)

    def quotes(self, other: Passage) -> bool:
        """Whether the other's sentence is quoted with this one."""
        if self.article.id != other.article.id or self.first is None or self.number is None:
            return self == other
        return other.number is not None and self.first <= other.number <= self.number

    def follows(self, other: Passage) -> bool:
        """Whether the sentence before, with which this one would be quoted, is quoted with the other."""
        return self.first != self.number and self.number is not None and other.quotes(replace(self, number=self.first))

    def part(self) -> AnswerPart:
        """The sentence as evidence, without a dateline; a headline as what it is."""
        if self.number is None or self.first is None:
            return AnswerPart(self.article.title, headline=self.article.id)
        found: Evidence | None = cut(
            self.article, Pick(self.first, self.number, opening=_opening(self.article, self.first))
        )
        return AnswerPart(found.quote if found else self.words, (found,) if found else ())


def _opening(article: Article, number: int) -> str | None:
    """The first words behind a dateline; None without one."""
    start, end = article.sentences[number]
    begin = end_of_dateline(article.text, start, end) if number == 0 else start
    return " ".join(article.text[begin:end].split()[:OPENING]) if begin > start else None


def sentences(dossier: Dossier) -> Iterator[Passage]:
    """Every sentence of every text once; copies, lines that only link, questions, and sentences that talk to a machine
    reader left out."""
    seen: set[str] = set()
    for article in _originals(dossier):
        for passage in _of(article):
            words = passage.words
            if len(words.split()) >= LEAST_WORDS and words not in seen and not orders(words) and words[-1] != "?":
                seen.add(words)
                yield passage


def _of(article: Article) -> Iterator[Passage]:
    language = _language(article)
    title, aside, last = frozenset(stems(article.title, language)), _NONE, -1
    told: list[frozenset[str]] = []
    speech = _Speech()
    for number in range(len(article.sentences)):
        words = " ".join(article.sentence(number).split())
        if _LINK.match(words):
            continue
        own, outside = frozenset(stems(words, language)), frozenset(stems(unquoted(words), language))
        back = last == number - 1 and _points_back(words, article, number)
        said = words[end_of_dateline(words, 0, len(words)) if number == 0 else 0 :]
        earlier, before = (_NONE, _NONE, *told)[-2:]
        story = _NONE.union(*told[-FAR:])
        spoken = speech.goes_on(words)
        yield Passage(article, number, said, own, before, earlier, story, title, back, outside | aside, spoken)
        told.append(own)
        aside, last = outside, number


class _Speech:
    """Follows who is quoted from one sentence to the next."""

    def __init__(self) -> None:
        self._speaker = ""  # the sentence that says who is quoted
        self._open = False  # whether the quotation has not ended

    def goes_on(self, words: str) -> str:
        """The sentence that says who speaks in this one; "": it says so itself, or nobody is quoted."""
        quoted = self._open or words[:1] in _OPENS
        says_who = len(unquoted(words if words[:1] in _OPENS or not self._open else f"“{words}").split()) >= SPEAKING
        if says_who or not quoted:
            self._speaker = words if says_who and any(mark in words for mark in '“”"') else ""
        self._open = quoted and not words.endswith(("”", '"')) and words.rfind("”") <= words.rfind("“")
        return "" if says_who or not quoted else self._speaker


_OPENS = frozenset('“"')
SPEAKING = 2
"""Words outside the quotation marks from which a sentence says who speaks."""


def _language(article: Article) -> str:
    return article.language if article.language in LISTED else "en"


def _points_back(words: str, article: Article, number: int) -> bool:
    if _POINTS_BACK.search(words):
        return True
    gap = article.text[article.sentences[number - 1][1] : article.sentences[number][0]] if number else ""
    return "\n" not in gap and _SAME_PARAGRAPH.match(words) is not None


def headlines(dossier: Dossier) -> Iterator[Passage]:
    """The headlines that say something; questions, and what talks to a machine reader, are left out."""
    for article in _originals(dossier):
        words = " ".join(article.title.split())
        if len(words.split()) >= LEAST_WORDS and not _ASKS.search(words) and not orders(words):
            yield Passage(article, None, words, own := frozenset(stems(words, _language(article))), outside=own)


def _originals(dossier: Dossier) -> Iterator[Article]:
    ids = {each.id for each in dossier.texts}
    return (each for each in dossier.texts if each.copy_of is None or each.copy_of not in ids)
