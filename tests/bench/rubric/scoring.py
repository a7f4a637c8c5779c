"""Score a written signal on what code can see, 0 to 100, part by part; English only.

    title     length, a change and its cause, no headline, no forecast
    analysis  rests on the quotes, adds to them, repeats neither them nor the title, mechanism and consequence, readable
    the rest  reasoning that infers, quotes with their anchors, actors that act

Each part is 0 to 1. The total is their weighted mean, of which the gravest fault takes up to GRAVEST away: a reader
does not forgive an invented figure for good anchors. Whether a claim is true or wise is beyond it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.analysts.claude.checks import Support
from bot.analysts.lexical.assertive import teases
from bot.text.segmentation import sentences
from tests.bench.judging import content
from tests.bench.rubric.vocabulary import (
    ADVICE,
    CAUSE,
    CHANGE,
    CONDITION,
    CONSEQUENCE,
    FORECAST,
    INFERENCE,
    LISTS,
    MECHANISM,
    PRAISE,
    TEASING,
    VAGUE,
    VERB,
)
from tests.bench.rubric.written import Written, WrittenArticle

GRAVEST = 0.6
"""Share of the total that a part of 0 takes away."""
FORGIVEN = 0.5
"""A part met so far or better costs no more than its weight."""
_WORD = re.compile(r"[^\W_](?:[\w’'.-]*[^\W_])?")
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion: how far it is met, 0 to 1, and what it weighs."""

    name: str
    met: float
    weight: int


@dataclass(frozen=True, slots=True)
class Score:
    """The parts of a score; those that cannot be seen (a text is not at hand) are left out."""

    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """0 to 100."""
        mean = sum(part.met * part.weight for part in self.parts) / sum(part.weight for part in self.parts)
        lowest = min(part.met for part in self.parts)
        return round(100 * mean * (1 - GRAVEST * max(0.0, 1 - lowest / FORGIVEN)))

    @property
    def lacking(self) -> str:
        """The parts that are not wholly met, the weakest first, as “name 0.25, …”."""
        weak = sorted((part for part in self.parts if part.met < 1), key=lambda part: part.met)
        return ", ".join(f"{part.name} {part.met:.2g}" for part in weak) or "nothing"


def score(signal: Written) -> Score:
    """The score of a signal."""
    parts = (*_PARTS, *_WITH_TEXTS) if signal.has_texts else _PARTS
    return Score(tuple(Part(name, judge(signal), weight) for name, weight, judge in parts))


# --- measures --------------------------------------------------------------------------------------------------------


def _ramp(value: float, none: float, full: float) -> float:
    """0 at `none` or beyond, 1 at `full` or beyond, straight between."""
    return min(1.0, max(0.0, (value - none) / (full - none)))


def _band(value: float, least: float, low: float, high: float, most: float) -> float:
    """1 from `low` to `high`, falling to 0 at `least` and `most`."""
    return min(_ramp(value, least, low), _ramp(value, most, high))


def _words(text: str) -> list[str]:
    return [each.casefold() for each in _WORD.findall(text)]


def _split(text: str) -> list[str]:
    return [part[start:end] for part in text.split("\n\n") for start, end in sentences(part, "en")]


def _share(of: Iterable[str], held: Iterable[str]) -> float:
    """The share of the words of meaning of `of` that stand in `held`."""
    wanted, there = content(" ".join(of)), content(" ".join(held))
    return len(wanted & there) / max(1, len(wanted))


def _longest_run(text: str, other: str) -> int:
    """Words of the longest run that both texts have in common."""
    one, two = _words(text), _words(other)
    before, longest = [0] * (len(two) + 1), 0
    for word in one:
        row = [0, *(before[at] + 1 if word == each else 0 for at, each in enumerate(two))]
        longest, before = max(longest, *row), row
    return longest


def reading_age(text: str) -> float:
    """The grade of Flesch and Kincaid: school years that a reader needs (Kincaid and others 1975).

    Syllables are counted as groups of vowels, without a silent e at the end.
    """
    said = _words(text)
    syllables = sum(max(1, len(_VOWELS.findall(word.removesuffix("e")))) for word in said)
    return 0.39 * len(said) / max(1, len(_split(text))) + 11.8 * syllables / max(1, len(said)) - 15.59


# --- the title -------------------------------------------------------------------------------------------------------


def _length(signal: Written) -> float:
    return _band(len(_words(signal.title)), 8, 12, 28, 34)


def _change(signal: Written) -> float:
    return float(bool(CHANGE.search(signal.title)))


def _cause(signal: Written) -> float:
    return float(bool(CAUSE.search(signal.title)))


def _no_headline(signal: Written) -> float:
    """It copies no headline or sentence of an article, and is not set, numbered or parted as headlines are."""
    title, words = signal.title, _WORD.findall(signal.title)
    copied = max((_overlap(title, each) for each in _sources(signal)), default=0.0)
    capitals = sum(each[0].isupper() for each in words) / max(1, len(words))
    marked = bool(re.search(r"[:!?…|]| [–—-] ", title)) or teases(title) or bool(TEASING.search(title))
    found = min(_ramp(copied, 0.9, 0.65), _ramp(capitals, 0.7, 0.5), 0.0 if marked else 1.0)
    return min(found, 0.6) if re.search(r"\d", title) else found


def _overlap(title: str, sentence: str) -> float:
    return _share([title], [sentence]) if len(content(title)) > 2 else 0.0


def _sources(signal: Written) -> list[str]:
    return [words for each in signal.articles for words in (each.title, *each.sentences, *(q for q, _ in each.quotes))]


def _no_forecast(signal: Written) -> float:
    """No forecast in the title; in the analysis, none without a condition or an inference in its sentence."""
    if FORECAST.search(signal.title):
        return 0.0
    return 1.0 if not _bare_forecasts(signal.analysis) else 0.3 / _bare_forecasts(signal.analysis)


def _bare_forecasts(text: str) -> int:
    return sum(bool(FORECAST.search(each)) and not CONDITION.search(each) for each in _split(text))


# --- what carries it -------------------------------------------------------------------------------------------------


def _support(articles: Sequence[WrittenArticle]) -> Support:
    said = " ".join(words for each in articles for words in (each.title, *each.sentences, *(q for q, _ in each.quotes)))
    return Support(said, tuple(each.publisher for each in articles), beside=said, openers=False)


def _supported(signal: Written) -> float:
    """No figure, name or quotation of title and analysis but those of the articles."""
    support = _support(signal.articles)
    strange = [each for words in (signal.title, *_split(signal.analysis)) for each in support.unsupported(words)]
    return 1.0 if not strange else 0.4 / len(strange)


def _about_quotes(signal: Written) -> float:
    """Title and analysis speak of what the quotes speak of."""
    quotes = [quote for quote, _ in signal.quotes]
    return min(
        _ramp(_share([signal.title], [*quotes, *(each.title for each in signal.articles)]), 0.05, 0.2),
        _ramp(_share(quotes, [signal.title, signal.analysis]), 0.05, 0.2),
    )


# --- the analysis ----------------------------------------------------------------------------------------------------


def _adds(signal: Written) -> float:
    """Most of it stands in no sentence of the articles, and it copies none of them."""
    own = 1 - _share([signal.analysis], _sources(signal))
    copied = max((_longest_run(signal.analysis, each) for each in _sources(signal)), default=0)
    return min(_ramp(own, 0.25, 0.6), _ramp(copied, 13, 8))


def _no_repetition(signal: Written) -> float:
    """Neither the title nor itself again."""
    run = _longest_run(signal.analysis, signal.title)
    said = [content(each) for each in _split(signal.analysis)]
    again = max((_common(one, two) for at, one in enumerate(said) for two in said[at + 1 :]), default=0.0)
    title = max((_common(content(signal.title), each) for each in said), default=0.0)
    return min(_ramp(run, 10, 6), _ramp(again, 0.9, 0.6), _ramp(title, 0.95, 0.7))


def _common(one: frozenset[str], other: frozenset[str]) -> float:
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer > 2 else 0.0


def _mechanism(signal: Written) -> float:
    return _ramp(len(MECHANISM.findall(signal.analysis)), 0, 4)


def _consequence(signal: Written) -> float:
    return _ramp(len(CONSEQUENCE.findall(signal.analysis)), 0, 2)


def _extent(signal: Written) -> float:
    return _band(len(_words(signal.analysis)), 25, 50, 130, 200)


def _plain(signal: Written) -> float:
    """No list, praise, advice, teasing or empty words."""
    text = f"{signal.title}. {signal.analysis}"
    faults = sum(len(each.findall(text)) for each in (LISTS, PRAISE, ADVICE, TEASING))
    return min(_ramp(faults, 3, 0), _ramp(len(VAGUE.findall(text)), 4, 1))


def _readable(signal: Written) -> float:
    """Whole sentences of prose: neither a telegram's nor such as nobody can read."""
    return _band(reading_age(signal.analysis), 3, 8, 20, 34)


# --- reasoning, quotes, actors ---------------------------------------------------------------------------------------


def _reasoning(signal: Written) -> float:
    """One to three paragraphs an article that infer and do not copy."""
    return min((_reasons(article) for article in signal.articles), default=0.0)


def _reasons(article: WrittenArticle) -> float:
    if not 1 <= len(article.reasoning) <= 3:
        return 0.0
    said = "\n\n".join(article.reasoning)
    held = (*article.sentences, *(quote for quote, _ in article.quotes))
    copied = max((_longest_run(said, words) for words in held), default=0)
    infers = _ramp(len(INFERENCE.findall(said)), 0, 2)
    return min(_ramp(len(_words(said)), 10, 50), infers, _ramp(copied, 13, 8))


def _reasoning_supported(signal: Written) -> float:
    """No figure or name in the reasoning but those of its article."""
    strange = [
        each
        for article in signal.articles
        for paragraph in article.reasoning
        for sentence in _split(paragraph)
        for each in _support([article]).unsupported(sentence)
    ]
    return 1.0 if not strange else 0.4 / len(strange)


def _quotes(signal: Written) -> float:
    """Two quotes or more, at most three an article, each with its anchor in it."""
    anchored = [anchor in quote and anchor != quote for quote, anchor in signal.quotes]
    many = len(anchored) <= 3 * len(signal.articles)
    return _ramp(len(anchored), 0, 2) * sum(anchored) / max(1, len(anchored)) * (1.0 if many else 0.5)


def _actors(signal: Written) -> float:
    """The share of the actors that do something in the articles; at most five."""
    text = " ".join(_sources(signal))
    acting = [_acts(name, text) for name in signal.actors]
    return sum(acting) / max(1, len(acting)) * (1.0 if len(acting) <= 5 else 0.5)


def _acts(name: str, text: str) -> bool:
    """Whether it is the subject of a verb, or somebody's words are given as its own."""
    behind = rf"{re.escape(name)}(?:,[^,.]+,)?(?: (?:now|also|again|no longer|\w+ly))* {VERB}\b"
    return bool(re.search(rf"{behind}|\b(?:said|told) {re.escape(name)}", text))


Judge = Callable[[Written], float]
_PARTS: tuple[tuple[str, int, Judge], ...] = (
    ("title length", 5, _length),
    ("change", 6, _change),
    ("cause", 8, _cause),
    ("no headline", 8, _no_headline),
    ("no forecast", 7, _no_forecast),
    ("supported", 12, _supported),
    ("about its quotes", 8, _about_quotes),
    ("adds to the quotes", 8, _adds),
    ("no repetition", 6, _no_repetition),
    ("mechanism", 6, _mechanism),
    ("consequence", 4, _consequence),
    ("extent", 4, _extent),
    ("plain", 5, _plain),
    ("readable", 4, _readable),
    ("reasoning", 6, _reasoning),
    ("quotes", 6, _quotes),
)
_WITH_TEXTS: tuple[tuple[str, int, Judge], ...] = (
    ("reasoning supported", 4, _reasoning_supported),
    ("actors act", 3, _actors),
)
"""What needs the articles' texts."""
