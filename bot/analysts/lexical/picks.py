"""Which sentences of an article are its evidence, and where the eye should land in each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.analysts.lexical.amounts import Amount, Unit, amounts, weight
from bot.analysts.lexical.lexicon import Hit
from bot.analysts.lexical.words import Scan
from bot.types import Pick, Span

MOST = 3
DATELINE = re.compile(r"[^.\n]{2,50}\((\w[\w .]{1,30})\)\s*[-–—]\s*")
"""PENANG, Malaysia (Tidewire) - …; the group is the wire."""
ANCHOR_WORDS = 6
LONG = 60  # words; a longer sentence is a poor quote
LONGEST = 400  # characters of a quote that is still read

_FURNITURE = re.compile(
    r"\b(?:subscribe|newsletter|sign up|click here|read more|all rights reserved|copyright|getty images|file photo"
    r"|photograph:|photo by|image:|advertisement|cookies?|follow us|contributed to this report|reporting by|editing by"
    r"|published:?|updated:?|posted:?|share this|terms of use|privacy policy|media contact)\b",
    re.IGNORECASE,
)
_FURNITURE_HINTS = (
    "subscribe", "newsletter", "sign up", "click here", "read more", "reserved", "opyright", "getty", "photo", "mage:",
    "dvertisement", "cookie", "follow us", "contributed", "eporting by", "diting by", "ublished", "pdated", "osted",
    "hare this", "erms of", "rivacy policy", "contact",
)  # fmt: skip
_QUOTED = re.compile(r"[“\"«„][^”\"»“]{15,}[”\"»“]")
_PRONOUN = re.compile(r"[“\"'‘]?(?:He|She|It|They|But|And|That|This|I|We|You|Er|Sie|Il|Elle|Él|Ella)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PLACE, _CENTRAL, _COMMON, _TITLE, _NAMES = 1.3, 1.4, 0.5, 2.0, 0.4
"""What a sentence's place (1, 1/2, 1/3 …), its closeness to the rest, the title's words and its names are worth against
each other: found by trying on halves of the event sentences of ECB+ (Cybulska & Vossen, 2014), and rounded."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with what speaks for it."""

    number: int
    score: float
    stems: frozenset[str]
    amounts: tuple[Amount, ...]  # offsets are into the article's text
    groups: Mapping[str, Sequence[Hit]]  # the lexicon's words in it, by list
    quoted: bool  # it holds direct speech


def sentences(scan: Scan, hits: Sequence[Hit]) -> list[Sentence]:
    """Every sentence that may be quoted, in order; those that talk to a machine reader are not among them."""
    text, spans = scan.article.text, scan.article.sentences
    grouped = _grouped(scan, hits)
    figures = _by_sentence(amounts(text), spans)
    numbers = [n for n, (start, end) in enumerate(spans) if n not in scan.shunned and start < end <= len(text)]
    content = [stem if len(stem) > 3 else "" for stem in scan.stems]
    stems = {number: _content(content, scan.ranges[number]) for number in numbers}
    common = Counter(chain.from_iterable(stems.values()))
    furnished = any(hint in text for hint in _FURNITURE_HINTS)
    weigher = _Weigher(
        scan, _content(content, scan.title), common, max(common.values(), default=1), len(numbers), furnished,
        [word[0].isupper() for word in scan.raw],
    )  # fmt: skip
    spoken = any(mark in text for mark in '“«„"')
    found: list[Sentence] = []
    for number in numbers:
        start, end = spans[number]
        quoted = spoken and _QUOTED.search(text, start, end) is not None
        own, groups = figures.get(number, ()), grouped.get(number, {})
        score = (
            weigher.score(number, stems[number]) + 0.15 * min(len(own), 2) + 0.15 * min(len(groups.get("act", ())), 2)
        )
        found.append(Sentence(number, score, stems[number], own, groups, quoted))
    return found


def _grouped(scan: Scan, hits: Sequence[Hit]) -> dict[int, dict[str, list[Hit]]]:
    by_sentence: dict[int, dict[str, list[Hit]]] = {}
    where = scan.where
    for hit in hits:
        by_sentence.setdefault(where[hit.at], {}).setdefault(hit.group, []).append(hit)
    return by_sentence


def _by_sentence(figures: Sequence[Amount], spans: Sequence[Span]) -> dict[int, tuple[Amount, ...]]:
    starts = [start for start, _ in spans]
    found: dict[int, tuple[Amount, ...]] = {}
    for amount in figures:
        number = bisect_right(starts, amount.start) - 1
        if number >= 0 and amount.end <= spans[number][1]:
            found[number] = (*found.get(number, ()), amount)
    return found


def _content(long: Sequence[str], tokens: Span) -> frozenset[str]:
    """Stems of the longer words: a cheap stand-in for content words."""
    return frozenset(long[tokens[0] : tokens[1]]) - _EMPTY


_EMPTY = frozenset(
    [
        "",
        "that", "with", "from", "this", "have", "will", "would", "been", "were", "said", "their", "they", "after",
        "more", "which", "when", "about", "into", "than", "over", "what", "also", "could", "there", "some", "other",
        "befor", "wher", "year",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Weigher:
    """What an article's sentences are weighed against."""

    scan: Scan
    title: frozenset[str]
    common: Counter[str]  # in how many sentences each stem stands
    most: int  # of these
    count: int  # of sentences
    furnished: bool  # whether there may be page furniture in the text at all
    capitals: Sequence[bool]  # whether each token begins with one

    def score(self, number: int, stems: frozenset[str]) -> float:
        start, end = self.scan.article.sentences[number]
        tokens = self.scan.ranges[number]
        words = tokens[1] - tokens[0]
        names = sum(self.capitals[tokens[0] : tokens[1]])
        shared = len(stems & self.title) / len(self.title) if self.title else 0.0
        score = _PLACE / (number + 1) + self.closeness(stems) + _TITLE * shared + _NAMES * min(names, 8) / 8
        score -= 0.02 * max(0, words - LONG) + 0.5 * (end - start > LONGEST)
        sentence = self.scan.article.text[start:end]
        if self.furnished and _FURNITURE.search(sentence):
            score -= 1.0 if words < 15 else 0.5
        return score - _unfit(sentence, words)

    def closeness(self, stems: frozenset[str]) -> float:
        """How much the sentence shares with the others: a share of the best possible, and a sum."""
        shared = sum([self.common[stem] for stem in stems]) - len(stems)
        return _CENTRAL * shared / (len(stems) + 4) / self.most + _COMMON * min(1.5, shared / (6 * self.count))


def _unfit(sentence: str, words: int) -> float:
    """How much speaks against it: a fragment, a dateline, page furniture, a question, a “they” without its noun."""
    against = 0.6 if words < 7 else 0.0
    if words < 9 and _YEAR.search(sentence):
        against += 1.0
    against += 0.6 * (_PRONOUN.match(sentence) is not None)
    return against + 0.7 * sentence.rstrip().endswith("?")


def choose(found: Sequence[Sentence]) -> list[Sentence]:
    """The best sentence, then those that add most to it: a figure or a statement it lacks rather than its own words."""
    chosen: list[Sentence] = []
    rest = list(found)
    while rest and len(chosen) < MOST:
        best = max(rest, key=lambda sentence: sentence.score + _added(sentence, chosen))
        if chosen and best.score + _added(best, chosen) < _WORTH:
            break
        chosen.append(best)
        rest.remove(best)
    return chosen


_WORTH = 0.25


def _added(sentence: Sentence, chosen: Sequence[Sentence]) -> float:
    if not chosen:
        return 0.0
    overlap = max(len(sentence.stems & other.stems) / (len(sentence.stems) or 1) for other in chosen)
    fresh = 0.5 * (bool(sentence.amounts) and not any(other.amounts for other in chosen))
    spoken = 0.0
    if sentence.quoted and not any(other.quoted for other in chosen):
        spoken = (1.4 if "attribution" in sentence.groups else 0.5) - 0.02 * min(sentence.number, 30)
    return fresh + spoken - 1.2 * overlap


def picks(scan: Scan, chosen: Sequence[Sentence], actors: Sequence[str], *, runs: bool = False) -> tuple[Pick, ...]:
    """The chosen sentences as picks, the best first, each with its anchor; a wire's dateline is trimmed off.

    With `runs`, each takes the sentence after it along where that belongs to it: a correction says what was wrong in
    one sentence and what is right in the next.
    """
    return tuple(
        Pick(
            sentence.number,
            _run_end(scan, sentence.number) if runs else sentence.number,
            opening=_after_dateline(scan, sentence.number),
            anchor=anchor(scan, sentence, actors),
        )
        for sentence in chosen
    )


def _run_end(scan: Scan, number: int) -> int:
    spans, text = scan.article.sentences, scan.article.text
    after = number + 1
    if after >= len(spans) or after in scan.shunned or spans[after][1] - spans[number][0] > LONGEST:
        return number
    return number if "\n" in text[spans[number][1] : spans[after][0]] else after


_LABEL = re.compile(r"(?:Corrections?|Clarification):\s*")


def _after_dateline(scan: Scan, number: int) -> str | None:
    """The first words after “PENANG, Malaysia (Tidewire) - ” or “Correction: ”; None: neither is there."""
    start, end = scan.article.sentences[number]
    match = None
    if number == 0:
        match = DATELINE.match(scan.article.text, start, end) or _LABEL.match(scan.article.text, start, end)
    return " ".join(scan.article.text[match.end() : end].split()[:ANCHOR_WORDS]) if match else None


def anchor(scan: Scan, sentence: Sentence, actors: Sequence[str]) -> str | None:
    """The densest phrase of the sentence, verbatim: the heaviest amount with what it is of, else the listed words that
    stand closest together, else an actor with what it does. None: nothing stands out."""
    start, end = scan.article.sentences[sentence.number]
    text = scan.article.text
    if sentence.amounts:
        return _with_noun(text, heaviest(sentence.amounts), end)
    if dense := _densest(scan, sentence):
        return dense
    if sentence.quoted:
        return None  # what is said stands first; the eye lands there
    at = min((at for name in actors if (at := text.find(name, start, end)) >= 0), default=-1)
    return " ".join(_CLAUSE_END.split(text[at:end], maxsplit=1)[0].split()[:ANCHOR_WORDS]) if at >= 0 else None


_CLAUSE_END = re.compile(r"[,;:.!?”\"“»«()–—]")
_QUALIFIED = re.compile(r"(?:\s(?:of|in|a|an|the|its|their|more|less|fewer|new))+\s(?!(?:in|of)\b)[a-zà-ÿ][\w’'-]+")
_NOUN = re.compile(
    r"\s(?!(?:on|at|by|for|to|of|in|its|and|or|but|as|after|from|with|while|when|that|which|who|is|was|were|are|has|had)\b)"
    r"[a-zà-ÿA-Z][\w’'-]+"
)


def heaviest(figures: Sequence[Amount]) -> Amount:
    """Of several figures the one that says most: by weight, then with a unit rather than without, then the first."""
    return max(figures, key=lambda amount: (weight(amount), amount.unit is not Unit.OTHER))


def _with_noun(text: str, amount: Amount, end: int) -> str:
    """The amount with what it is of: “$100bn in value”, “31% of lorries”, “118 vehicles”."""
    pattern = _NOUN if amount.unit is Unit.OTHER else _QUALIFIED
    match = None if amount.unit is Unit.PEOPLE else pattern.match(text, amount.end, end)
    return text[amount.start : match.end() if match else amount.end]


def _densest(scan: Scan, sentence: Sentence) -> str | None:
    """The window of at most ANCHOR_WORDS words that holds the most weight of listed words, cut to them; it crosses no
    punctuation."""
    marks = sorted({(hit.at, hit.at + hit.length, _heavy(hit)) for hits in sentence.groups.values() for hit in hits})
    marks = [mark for mark in marks if mark[2] > 0]
    windows: list[tuple[int, int, int]] = []
    for number, (first, _, _) in enumerate(marks):
        inside = [mark for mark in marks[number:] if mark[1] - first <= ANCHOR_WORDS]
        stop = max(mark[1] for mark in inside)
        if stop - first > 1:
            windows.append((sum(mark[2] for mark in inside), first, stop))
    for total, first, stop in sorted(windows, key=lambda window: -window[0])[:3]:
        words = scan.surface(first, stop - first)
        if total >= _DENSE and not _CLAUSE_END.search(words):
            return words
    return None


_DENSE = 5


def _heavy(hit: Hit) -> int:
    return hit.weight if hit.group not in ("attribution", "hearsay", "tentative") and hit.weight > 1 else 0
