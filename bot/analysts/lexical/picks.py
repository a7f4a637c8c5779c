"""Which sentences of an article are its evidence, and where the eye should land in each.

    sentences that may be news | place, closeness to the rest, names, day … | the three likeliest | one that adds

News tells its event first (the lead is the summary to beat in single-document summarisation), so a sentence's place
among those that are no dates, bylines or scraps counts most; what else counts is learned, see `_PLACE`. The fourth
adds a direct statement, somebody named or a figure where the three have none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log

from bot.analysts.lexical.amounts import Amount, Unit, amounts, weight
from bot.analysts.lexical.lexicon import Hit
from bot.analysts.lexical.words import Scan
from bot.types import Pick, Span

EVENT, MOST = 3, 4
DATELINE = re.compile(r"[^.\n]{2,50}\((\w[\w .]{1,30})\)\s*[-–—]\s*")
"""PENANG, Malaysia (Tidewire) - …; the group is the wire."""
ANCHOR_WORDS = 6
LONG = 45  # words; a longer sentence is a poor quote
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
_DAY = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|today|yesterday|tonight"
    r"|this (?:morning|week|afternoon|evening))\b"
)
_DATED = re.compile(
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b|\d ?[:.] ?\d\d|\d[-/.]\d", re.IGNORECASE
)
_BY = re.compile(r"\W*(?:by|posted|published|updated?|last updated|courtesy of)\b", re.IGNORECASE)
_STOPPED = re.compile(r"[.!?…]['’\"”») ]*$")
_PLACE, _CENTRAL, _COMMON, _NAMES, _TODAY = 2.4, 1.7, 1.3, 1.2, 0.75
_SHORT, _SHORTISH, _LENGTHY, _VAGUE, _ASKS, _ASIDE = 1.4, 0.6, 0.45, 0.9, 0.5, 0.7
"""What is for and against a sentence: the logarithm of its place, its closeness to the rest (a share, a sum), its
names, a day of the week; too short, rather short, too long, a “they” without its noun, a question, brackets.

Conditional logit (McFadden 1974: which sentence of an article is the one), a little shrunk, on the event sentences of
ECB+ (Cybulska & Vossen 2014). Learned on the odd-numbered topics and tried on the even ones, and the other way round,
it is right at once in .83 and within three in .97 of the articles; then learned on all and rounded."""
_TITLE = 2.0  # the share of the title's words in it: by judgement, for that set has no titles


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
        [word[0].isupper() for word in scan.raw], _ranks(scan, numbers),
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
    ranks: Mapping[int, int]  # the place of a sentence among those that may be news, from 0

    def score(self, number: int, stems: frozenset[str]) -> float:
        if number not in self.ranks:
            return _NO_NEWS
        start, end = self.scan.article.sentences[number]
        tokens = self.scan.ranges[number]
        words = tokens[1] - tokens[0]
        names = sum(self.capitals[tokens[0] : tokens[1]])
        shared = len(stems & self.title) / len(self.title) if self.title else 0.0
        score = (
            self.closeness(stems) + _TITLE * shared + _NAMES * min(names, 6) / 6 - _PLACE * log(self.ranks[number] + 1)
        )
        sentence = self.scan.article.text[start:end]
        if self.furnished and _furnished(sentence):
            score -= 1.0 if words < 15 else 0.5
        return score + _TODAY * _today(sentence) - _unfit(sentence, words) - (end - start > LONGEST)

    def closeness(self, stems: frozenset[str]) -> float:
        """How much the sentence shares with the others: a share of the best possible, and a sum."""
        shared = sum([self.common[stem] for stem in stems]) - len(stems)
        return _CENTRAL * shared / (len(stems) + 4) / self.most + _COMMON * min(1.5, shared / (6 * self.count))


def _furnished(sentence: str) -> bool:
    """Whether page furniture stands in it; a cheap look comes before the dear one."""
    lower = sentence.lower()
    return any(hint in lower for hint in _FURNITURE_HINTS) and _FURNITURE.search(sentence) is not None


def _today(sentence: str) -> bool:
    hinted = "day" in sentence or "this " in sentence or "tonight" in sentence
    return hinted and _DAY.search(sentence) is not None


def _unfit(sentence: str, words: int) -> float:
    """How much speaks against it: a fragment, a very long sentence, an aside, a question, a “they” without its noun."""
    against = _SHORT if words < 7 else _SHORTISH if words < 11 else _LENGTHY if words > LONG else 0.0
    against += _VAGUE * (_PRONOUN.match(sentence) is not None) + _ASIDE * ("(" in sentence)
    return against + _ASKS * sentence.rstrip().endswith("?")


def _ranks(scan: Scan, numbers: Sequence[int]) -> dict[int, int]:
    """The places of the sentences that may be news: no dates, bylines or scraps stand among them."""
    text, spans = scan.article.text, scan.article.sentences
    news = [n for n in numbers if not _is_scrap(text[spans[n][0] : spans[n][1]], scan.ranges[n])]
    return {number: rank for rank, number in enumerate(news or numbers)}


def _is_scrap(sentence: str, tokens: Span) -> bool:
    words = tokens[1] - tokens[0]
    if words < 4 or words > 16:
        return words < 4
    if _BY.match(sentence):
        return True
    return bool(_YEAR.search(sentence) and _DATED.search(sentence) and not _STOPPED.search(sentence))


_NO_NEWS = -9.0


def choose(found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that most likely report the article's news, at most EVENT; then one that adds what they lack."""
    chosen: list[Sentence] = []
    rest = [sentence for sentence in found if sentence.score > _NO_NEWS] or list(found)
    while rest and len(chosen) < EVENT:
        best = max(rest, key=lambda sentence: sentence.score - _REPEATS * _overlap(sentence, chosen))
        chosen.append(best)
        rest.remove(best)
    further = max(rest, key=lambda sentence: sentence.score + _added(sentence, chosen), default=None)
    if further and _added(further, chosen) > 0:
        chosen.append(further)
    return chosen


_REPEATS = 0.3


def _overlap(sentence: Sentence, chosen: Sequence[Sentence]) -> float:
    shares = [len(sentence.stems & other.stems) / (len(sentence.stems) or 1) for other in chosen]
    return max(shares, default=0.0)


def _added(sentence: Sentence, chosen: Sequence[Sentence]) -> float:
    """What a sentence adds that none of the chosen has: a direct statement, somebody who says so, a figure."""
    spoken = 3.0 * (sentence.quoted and not any(other.quoted for other in chosen))
    named = 1.0 * ("attribution" in sentence.groups and not any("attribution" in other.groups for other in chosen))
    return spoken + named + 1.0 * (bool(sentence.amounts) and not any(other.amounts for other in chosen))


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
