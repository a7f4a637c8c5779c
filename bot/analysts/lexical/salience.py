"""Score how likely each sentence of an article is the one that reports its event.

Measure changes with `python -m tests.bench evidence FILE`.

News tells its event first (the lead is the summary to beat in single-document summarisation), so a sentence's place
among those that are no dates, bylines or scraps counts most. Next comes how close it is to the others, the degree
centrality of Erkan & Radev (2004, LexRank, without its walk), and whether it names whom the article names most often.
How much each counts is learned, see `_PLACE`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import chain
from math import log, sqrt
from operator import or_

from bot.analysts.lexical.amounts import Amount, amounts
from bot.analysts.lexical.lexicon_hits import Hits
from bot.analysts.lexical.token_features import (
    AMOUNT,
    BACK,
    CAPITAL,
    DAY,
    FIGURE,
    FURNITURE,
    MONTH,
    PART,
    PAST,
    SMALL,
    showing,
)
from bot.analysts.lexical.words import Scan
from bot.model.evidence import Span

LONG = 45  # words; a longer sentence is a poor quote
LONGEST = 400  # characters; longer quotes are not read
NO_NEWS = -9.0
"""The score of sentences that cannot be news: dates, bylines, fragments."""

_PLACE, _CENTRAL, _NAMES, _LEADING, _TODAY, _PAST, _FIGURE, _BEFORE = 2.35, 0.45, 1.2, 1.05, 0.45, 0.75, 0.3, 0.4
_SHORT, _SHORTISH, _LENGTHY, _VAGUE, _ASKS, _ASIDE = 0.9, 0.45, 1.05, 0.8, 0.7, 1.2
"""Weights of the features of a sentence, in order. For it: the logarithm of its position, its closeness to the other
sentences, its names, the article's leading names, a day of the week, a past tense, a figure, a look back. Against it:
too short, rather short, too long, a “they” without its noun, a question, brackets.

Conditional logit (McFadden 1974: which sentence of an article is the one) with a unit Gaussian prior, on the event
sentences of ECB+ (Cybulska & Vossen 2014), rounded. The weights are learned on the odd-numbered topics only; the
features were selected by learning on either half and testing on the other. Measure with
`python -m tests.bench evidence FILE`."""
_TITLE = 2.0  # weight of the share of the title's words; set by hand, since ECB+ has no titles

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
_DATED = re.compile(
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b|\d ?[:.] ?\d\d|\d[-/.]\d", re.IGNORECASE
)
_BY = re.compile(r"\W*(?:by|posted|published|updated?|last updated|courtesy of)\b", re.IGNORECASE)
_POSTED = re.compile(r"\W*(?:posted|published|updated|last updated)\b", re.IGNORECASE)
_CREDIT = re.compile(
    r"\W*(?:images?|photos?|photograph|pictures?|illustration|fotos?|bild|imagen|immagine|crédits? photo)"
    r"(?: (?:by|courtesy of)\b|(?: (?:credits?|source))?\s?[:©])|\W*credits?\s?:",
    re.IGNORECASE,
)
"""“(Image credit: Ana Ruiz)”."""
_ON_AIR = re.compile(r"(?:\w[\w’'.-]* ){1,5}(?:has|have) (?:more|the latest|(?:the )?(?:details|story))\.?$")
"""“Ana Ruiz has more.”: what a broadcaster's presenter says, of whose report no more than that can be read."""
_STOPPED = re.compile(r"[.!?…]['’\"”») ]*$")
_LEADS = 3
"""Number of names, each in more than one sentence, that count as the article's leading names."""


@dataclass(slots=True, eq=False)  # not frozen: that makes construction three times as slow
class Said:
    """The particulars found in a sentence."""

    named: set[str]  # its words with a capital but the first, in lower case
    capitals: int  # its words with a capital
    figures: bool  # it holds a figure of any kind
    dated: bool  # it names a day of a month
    today: bool  # it names a day of the week, or a part of this one
    before: bool  # it looks back: “since”, “a year ago”, “in 2019”
    past: bool  # it holds a regular English past tense
    furniture: bool  # one of its words may belong to a notice of the page
    small: bool  # it holds a word in small letters


@dataclass(slots=True, eq=False)  # as above
class Sentence:
    """A sentence with its score and the features it rests on."""

    number: int
    score: float
    stems: set[str]
    sourced: bool  # it holds a word of attribution
    quoted: bool  # it holds direct speech
    said: Said
    text: str  # the whole text of the article
    span: Span
    figures: tuple[Amount, ...] | None  # None: not computed yet, see amounts()

    @property
    def amounts(self) -> tuple[Amount, ...]:
        """The amounts in the sentence, computed on first use; offsets are into the article's text."""
        if self.figures is None:
            self.figures = amounts(self.text, *self.span)
        return self.figures


def sentences(scan: Scan, hits: Hits) -> list[Sentence]:
    """All quotable sentences, in the order of the text."""
    text, spans = scan.article.text, scan.article.sentences
    sourced = {scan.where[at] for at, _ in hits.get("attribution", ())}
    counting = {scan.where[at] for at in showing(scan.hints, AMOUNT)}
    numbers = scan.quotable()
    contents = [word.content for word in scan.words]
    stems = {number: _content(contents, scan.ranges[number]) for number in numbers}
    said = _said(scan, numbers)
    scores = _scores(scan, _content(contents, scan.title), stems, said)
    marks = [mark for mark in '“«„"' if mark in text]
    return [
        Sentence(
            number,
            scores[number],
            stems[number],
            number in sourced,
            bool(marks) and _quotes(text, spans[number], marks),
            said[number],
            text,
            spans[number],
            None if number in counting else (),
        )
        for number in numbers
    ]


def _quotes(text: str, span: Span, marks: Iterable[str]) -> bool:
    """Whether there is direct speech between these; of the marks one must open it."""
    start, end = span
    for mark in marks:
        if text.find(mark, start, end) >= 0:
            return _QUOTED.search(text, start, end) is not None
    return False


def _content(contents: Sequence[str], tokens: Span) -> set[str]:
    """Stems of the longer words, a cheap approximation of the content words."""
    found = set(contents[tokens[0] : tokens[1]])
    found.discard("")
    return found


def _said(scan: Scan, numbers: Iterable[int]) -> dict[int, Said]:
    """The particulars of each sentence by its number, from the token marks; only around figures are words compared."""
    words, where = scan.words, scan.where
    digits = list(showing(scan.marks, FIGURE))
    capitals: defaultdict[int, list[int]] = defaultdict(list)
    for at in showing(scan.marks, CAPITAL):
        capitals[where[at]].append(at)
    months = set(showing(scan.hints, MONTH))
    dated = {where[at] for at in digits if months and _is_day(words[at].lower, at, months)}
    years = {where[at] for at in digits if at and words[at - 1].lower == "in" and _YEAR.fullmatch(words[at].lower)}
    found: dict[int, Said] = {}
    for number in numbers:
        start, end = scan.ranges[number]
        shown = reduce(or_, set(scan.marks[start:end]), 0)
        found[number] = Said(
            {name for at in capitals[number] if at > start and (name := words[at].name)},
            len(capitals[number]),
            shown & FIGURE > 0,
            number in dated,
            shown & DAY > 0 or (shown & PART > 0 and "this" in [word.lower for word in words[start:end]]),
            number in years or shown & BACK > 0,
            shown & PAST > 0,
            shown & FURNITURE > 0,
            shown & SMALL > 0,
        )
    return found


def _is_day(figure: str, at: int, months: set[int]) -> bool:
    """“March 3”, “3rd March”, “3 de marzo”."""
    return len(figure) <= len("23rd") and not months.isdisjoint(range(at - 1, at + 3))


def _closeness(stems: Mapping[int, set[str]]) -> dict[int, float]:
    """The sum of each sentence's cosine similarities with the others, divided by the mean: 1 is average.

    The sum of cosines equals one product with the sum of all vectors, so the time grows with the words and not with
    the pairs of sentences. Words that occur in only one sentence all have the same weight.
    """
    repeated = _repeated(stems.values())
    shared = {number: own & repeated for number, own in stems.items() if own}
    rarity = _rarity(len(stems))
    worth = {stem: rarity[count] for stem, count in Counter(chain.from_iterable(shared.values())).items()}
    alone = {number: rarity[1] * (len(stems[number]) - len(own)) for number, own in shared.items()}
    shares = dict.fromkeys(worth, 0.0)
    lengths: dict[int, float] = {}
    for number, own in shared.items():
        length = lengths[number] = sqrt(alone[number] + sum(map(worth.__getitem__, own)))
        share = 1 / length
        for stem in own:
            shares[stem] += share
    total = {stem: int(worth[stem] * share * _WHOLE) for stem, share in shares.items()}
    close = dict.fromkeys(stems, 0.0)
    for number, own in shared.items():
        length = lengths[number]
        close[number] = (alone[number] / length + sum(map(total.__getitem__, own)) / _WHOLE) / length - 1
    mean = sum(close.values()) / max(1, len(stems)) or 1.0
    return {number: each / mean for number, each in close.items()}


def _repeated(stems: Iterable[set[str]]) -> set[str]:
    """The stems that occur in more than one sentence."""
    seen: set[str] = set()
    again: set[str] = set()
    for own in stems:
        again |= own & seen
        seen |= own
    return again


_WHOLE = 1 << 16
"""Scale of fixed-point weights: sums of integers over sets do not depend on the order of iteration."""


@lru_cache(maxsize=256)
def _rarity(sentences: int) -> tuple[int, ...]:
    """The squared inverse document frequency, times _WHOLE, indexed by the number of sentences with the word."""
    return (0, *(int((log((sentences + 1) / count) + 0.3) ** 2 * _WHOLE) for count in range(1, sentences + 1)))


def _leading(said: Iterable[Said]) -> frozenset[str]:
    """The names in the most sentences, at least two; see _LEADS."""
    named = Counter(chain.from_iterable([each.named for each in said]))
    ranked = sorted([(-count, name) for name, count in named.items() if count > 1])
    return frozenset([name for _, name in ranked[:_LEADS]])


def _scores(scan: Scan, title: set[str], stems: Mapping[int, set[str]], said: Mapping[int, Said]) -> dict[int, float]:
    """The score of each sentence; NO_NEWS for those that cannot be news."""
    text, spans = scan.article.text, scan.article.sentences
    closeness, leading = _closeness(stems), _leading(said.values())
    scores = dict.fromkeys(said, NO_NEWS)
    for rank, number in enumerate(_news(scan, said)):
        each, (start, end), (first, stop) = said[number], spans[number], scan.ranges[number]
        shared = len(stems[number] & title) / len(title) if title else 0.0
        score = _CENTRAL * closeness[number] + _TITLE * shared - _PLACE * _log(rank + 1)
        sentence = text[start:end]
        if each.furniture and _FURNITURE.search(sentence) and any(hint in text for hint in _FURNITURE_HINTS):
            score -= 1.0 if stop - first < 15 else 0.5
        opening = scan.raw[first] if stop > first else ""
        scores[number] = score + _events(each, leading) - _unfit(sentence, stop - first, opening)
    return scores


def _events(said: Said, leading: frozenset[str]) -> float:
    """The part of the score for signs of an event: who, when, a past tense, a figure."""
    score = _NAMES * min(said.capitals, 6) / 6 + _LEADING * len(said.named & leading) / _LEADS
    return score + _TODAY * said.today + _PAST * said.past + _FIGURE * said.figures + _BEFORE * said.before


_log = lru_cache(maxsize=1024)(log)


def _unfit(sentence: str, words: int, opening: str) -> float:
    """The penalty for a fragment, a very long sentence, an aside, a question, a “they” without its noun."""
    against = _SHORT if words < 7 else _SHORTISH if words < 11 else _LENGTHY if words > LONG else 0.0
    against += _VAGUE * (opening in _PRONOUNS and _PRONOUN.match(sentence) is not None) + _ASIDE * ("(" in sentence)
    return against + _ASKS * ("?" in sentence and sentence.rstrip().endswith("?")) + (len(sentence) > LONGEST)


_PRONOUNS = frozenset(
    [
        "He", "She", "It", "They", "But", "And", "That", "This", "I", "We", "You", "Er", "Sie", "Il", "Elle", "Él",
        "Ella",
    ]
)  # fmt: skip
"""First tokens of the matches of _PRONOUN."""


def _news(scan: Scan, said: Mapping[int, Said]) -> Sequence[int]:
    """The sentences other than dates, bylines and fragments, in order; all of them where no others exist."""
    return [number for number, each in said.items() if not _is_scrap(scan, number, each)] or list(said)


def _is_scrap(scan: Scan, number: int, said: Said) -> bool:
    first, stop = scan.ranges[number]
    if (words := stop - first) < 4 or (not said.small and _is_row(scan.raw[first:stop])):
        return True
    signed = scan.words[first].signed
    if words <= _SHORT_HANDOVER and scan.words[stop - 1].lower in _HANDED_OVER and _ON_AIR.match(_of(scan, number)):
        return True
    if not signed and (words > 16 or not said.figures):
        return False
    sentence = _of(scan, number)
    if words > 16:
        return _POSTED.match(sentence) is not None and not _STOPPED.search(sentence)
    if signed and (_BY.match(sentence) or _CREDIT.match(sentence)):
        return True
    dated = said.figures and _YEAR.search(sentence) and _DATED.search(sentence)
    return bool(dated and not _STOPPED.search(sentence))


_SHORT_HANDOVER = 9  # words
_HANDED_OVER = frozenset(["more", "latest", "details", "story"])


def _of(scan: Scan, number: int) -> str:
    start, end = scan.article.sentences[number]
    return scan.article.text[start:end]


def _is_row(words: Iterable[str]) -> bool:
    """Whether it is a table row, without words in small letters: “HD THE HOME STORE INC. 225.86 -12.99”."""
    return sum(word.isdigit() for word in words) >= _ROW


_ROW = 3
