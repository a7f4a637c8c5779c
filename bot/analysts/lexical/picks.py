"""Choose the sentences of an article that are quoted as evidence, and a phrase to highlight (anchor) in each.

1. The sentence with the best score of salience.py.
2. The next best, with a penalty for words it shares with the first (maximal marginal relevance, Carbonell & Goldstein
   1998).
3. The next best, with a bonus for names, figures and dates the first two lack: where those miss the event (a punning
   opening, background), it is usually in a sentence that says who, how much and when. Names as event markers follow
   Filatova & Hatzivassiloglou (2004), counting only new particulars follows Gillick & Favre (2009) and Lin & Bilmes
   (2011).
4. One that adds a direct statement, a source or a figure, only where the three have none.

Measure changes with `python -m tests.bench evidence FILE`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from bot.analysts.lexical.amounts import Amount, Unit, weight
from bot.analysts.lexical.lexicon_hits import Hits
from bot.analysts.lexical.salience import LONGEST, NO_NEWS, Sentence
from bot.analysts.lexical.words import Scan, beginning
from bot.model.evidence import Span
from bot.model.finding import Pick
from bot.text.datelines import end_of_dateline
from bot.text.word_lists import stopwords

EVENT, MOST = 3, 4
ANCHOR_WORDS = 6
_REPEATS = 0.3
_REPEATS_LAST = _WHO = _HOW_MUCH = _WHEN = 1.0
_FIGURES, _CONTEXT = 0.6, 0.4
"""Penalties: _REPEATS (second) and _REPEATS_LAST (third) times the share of words repeated from a chosen sentence.
Bonuses of the third: new names, an amount where there is none, a day of a month, any figure, a look back. Round values
set by hand, from a wide range in which few choices change on either half of ECB+'s topics. Measure with
`python -m tests.bench evidence FILE`."""
_NEW_NAMES = 4  # number of new names that earns the full bonus
_MOST_EXTRA = _WHO + _HOW_MUCH + _WHEN + _FIGURES + _CONTEXT + _REPEATS_LAST
_MOST_LOST = 1.01 * _REPEATS
"""The most that bonuses and penalties can change between two sentences, for the third (_MOST_EXTRA) and before it
(_MOST_LOST). Sentences further below the best score cannot win and are skipped."""


def choose(found: Sequence[Sentence]) -> list[Sentence]:
    """Choose up to EVENT sentences that most likely report the news, then perhaps one that adds what they lack."""
    chosen: list[Sentence] = []
    rest = [sentence for sentence in found if sentence.score > NO_NEWS] or list(found)
    while rest and len(chosen) < EVENT:
        last = len(chosen) + 1 == EVENT
        least = max([sentence.score for sentence in rest]) - (_MOST_EXTRA if last else _MOST_LOST)
        near = [each for each in rest if each.score >= least]
        lacking = _lacking(chosen) if last else None
        worth = [_worth_last(each, chosen, lacking) if lacking else _worth(each, chosen) for each in near]
        best = near[worth.index(max(worth))]
        chosen.append(best)
        rest.remove(best)
    if (further := _further(rest, _lacking(chosen))) is not None:
        chosen.append(further)
    return chosen


def _further(rest: Sequence[Sentence], lacking: _Lacking) -> Sentence | None:
    """The best of the rest by score plus what it adds; None where none adds anything."""
    most = _SPEECH * lacking.speech + _SOURCE * lacking.source + _FIGURE * lacking.amount
    least = max([sentence.score for sentence in rest], default=0.0) - most  # what scores less cannot catch up
    near = [sentence for sentence in rest if sentence.score >= least]
    further = max(near, key=lambda sentence: sentence.score + _added(sentence, lacking), default=None)
    return further if further and _added(further, lacking) > 0 else None


class _Lacking(NamedTuple):
    """Which particulars none of the chosen sentences has."""

    speech: bool
    source: bool
    amount: bool


def _lacking(chosen: Sequence[Sentence]) -> _Lacking:
    return _Lacking(
        not any(other.quoted for other in chosen),
        not any(other.sourced for other in chosen),
        not any(other.amounts for other in chosen),
    )


def _worth(sentence: Sentence, chosen: Sequence[Sentence]) -> float:
    return sentence.score - _REPEATS * _overlap(sentence, chosen)


def _worth_last(sentence: Sentence, chosen: Sequence[Sentence], lacking: _Lacking) -> float:
    """The worth of a candidate for the third place: its score, repetition and new particulars."""
    said = sentence.said
    new = said.named.difference(*[other.said.named for other in chosen])
    amount = lacking.amount and bool(sentence.amounts)
    particulars = _WHO * min(len(new), _NEW_NAMES) / _NEW_NAMES + _HOW_MUCH * amount + _WHEN * said.dated
    context = _FIGURES * said.figures + _CONTEXT * said.before
    return sentence.score + particulars + context - _REPEATS_LAST * _overlap(sentence, chosen)


def _overlap(sentence: Sentence, chosen: Sequence[Sentence]) -> float:
    own = sentence.stems
    return max([len(own & other.stems) for other in chosen]) / len(own) if chosen and own else 0.0


def _added(sentence: Sentence, lacking: _Lacking) -> float:
    """The bonus for a direct statement, a source or a figure that none of the chosen sentences has."""
    spoken = _SPEECH * (lacking.speech and sentence.quoted)
    named = _SOURCE * (lacking.source and sentence.sourced)
    return spoken + named + _FIGURE * (lacking.amount and bool(sentence.amounts))


_SPEECH, _SOURCE, _FIGURE = 3.0, 1.0, 1.0
"""Bonuses for a direct statement, a source and a figure, set by hand; see `python -m tests.bench evidence FILE`."""


def picks(
    scan: Scan, hits: Hits, chosen: Sequence[Sentence], actors: Sequence[str], *, runs: bool = False
) -> tuple[Pick, ...]:
    """The chosen sentences as picks, the best first, each with its anchor and without a news agency's dateline.

    With `runs`, each takes the sentence after it along where that belongs to it: a correction says what was wrong in
    one sentence and what is right in the next.
    """
    told = telling(hits)
    return tuple(
        Pick(
            sentence.number,
            _run_end(scan, sentence.number) if runs else sentence.number,
            opening=_after_dateline(scan, sentence.number),
            anchor=anchor(scan, sentence, told, actors),
        )
        for sentence in chosen
    )


def _run_end(scan: Scan, number: int) -> int:
    spans, text = beginning(scan.article), scan.article.text
    after = number + 1
    if after >= len(spans) or after in scan.shunned or spans[after][1] - spans[number][0] > LONGEST:
        return number
    return number if "\n" in text[spans[number][1] : spans[after][0]] else after


_LABEL = re.compile(r"(?:Corrections?|Clarification):\s*")


def _after_dateline(scan: Scan, number: int) -> str | None:
    """The first words after “PENANG, Malaysia (Tidewire) - ” or “Correction: ”; None where there is neither."""
    start, end = scan.article.sentences[number]
    if number:
        return None
    label = _LABEL.match(scan.article.text, start, end)
    begin = label.end() if label else end_of_dateline(scan.article.text, start, end)
    return " ".join(scan.article.text[begin:end].split()[:ANCHOR_WORDS]) if begin > start else None


def anchor(scan: Scan, sentence: Sentence, told: Sequence[_Mark], actors: Sequence[str]) -> str | None:
    """A phrase of the sentence, verbatim, for the eye to land on: the heaviest amount with what it is of, else the
    listed words that stand closest together, else what is said in quotation marks, else an actor with what it does,
    else where its first clause ends. `told` are the article's `telling` words.

    It cuts no name, ends on a word that tells, not before the noun of its last adjective, and is no mere opening. None:
    nothing stands out.
    """
    start, end = span = scan.article.sentences[sentence.number]
    text, language = scan.article.text, scan.article.language
    for found in _candidates(scan, sentence, told, actors):
        at = text.find(found, start, end)
        first, stop = even(text, at, at + len(found), span, language)
        if stop > first and (first > start or text.count(" ", start, end) < OPENING):
            return text[first:stop]
    return None


OPENING = 8
"""Number of words up to which the opening of a sentence is most of that sentence."""


def _candidates(scan: Scan, sentence: Sentence, told: Sequence[_Mark], actors: Sequence[str]) -> Iterator[str]:
    start, end = scan.article.sentences[sentence.number]
    text = scan.article.text
    if sentence.amounts:
        yield _with_noun(text, heaviest(sentence.amounts), end)
    if dense := _densest(scan, told, scan.ranges[sentence.number]):
        yield dense
    if sentence.quoted and (said := _QUOTED.search(text, start, end)):
        yield _few(said[1])
    at = min((at for name in actors if (at := text.find(name, start, end)) >= 0), default=-1)
    if at >= 0:
        acts = _few(_CLAUSE_END.split(text[at:end], maxsplit=1)[0])
        yield acts if " " in acts else _ending_with(text[start : at + len(acts)])
    clauses = [words for words in _CLAUSE_END.split(text[start:end]) if words.count(" ") >= ANCHOR_WORDS]
    yield from (" ".join(words.split(" ")[-ANCHOR_WORDS + 1 :]) for words in clauses)


def _ending_with(words: str) -> str:
    """The last words of what ends with a name: “diverted 14 ships from Marrowick”."""
    return " ".join(_CLAUSE_END.split(words)[-1].split(" ")[-ANCHOR_WORDS:]).strip()


def _few(words: str) -> str:
    """The first words; where more follow, up to a border within them."""
    listed = words.split(" ")
    kept = listed[:ANCHOR_WORDS]
    borders = [at for at, word in enumerate(kept) if at > 1 and word.lower() in _BORDERS]
    return " ".join(kept[: borders[-1]] if borders and len(listed) > ANCHOR_WORDS else kept)


_BORDERS = frozenset(
    [
        "for", "of", "to", "in", "on", "at", "by", "with", "from", "and", "or", "as", "that", "which", "who", "after",
        "für", "von", "zu", "mit", "und", "dass", "pour", "de", "à", "avec", "et", "que", "para", "con", "y", "per",
        "di", "e", "che", "com", "voor", "van", "met", "en", "dat", "dla", "na", "do", "od", "z", "i", "że", "która",
        "które", "który",
    ]
)  # fmt: skip
_QUOTED = re.compile(r"[“„«\"]([^”“«»\"]{12,})")
_NAME_GOES_ON = re.compile(r"(?:[ -]| of (?:the )?)[A-ZÀ-Þ][\w’'-]*")
_NAME_BEFORE = re.compile(r"[A-ZÀ-Þ][\w’'-]*(?:[ -]| of (?:the )?)$")
_ONE_MORE = re.compile(r"\s[\w’'-]+")
_ONE_BEFORE = re.compile(r"[\w’'-]+\s$")
_LAST_WORD = re.compile(r"[\w’'-]+$")
_FIRST_WORD = re.compile(r"[\w’'-]+\s+")


def even(text: str, first: int, stop: int, span: Span, language: str | None = "en") -> tuple[int, int]:
    """The range [first, stop) without light words at its ends, and extended over a name that it would cut."""
    light = stopwords(language or "en")
    while match := _NAME_GOES_ON.match(text, stop, span[1]) if _is_up(text, first, stop) else None:
        stop = match.end()
    stop = _to_its_noun(text, (first, stop), span[1], light) if language in {"en", None} else stop
    while first > span[0] and text[first].isupper() and (before := _NAME_BEFORE.search(text, span[0], first)):
        first = before.start()
    while (last := _LAST_WORD.search(text, first, stop)) and last[0].lower() in light and last.start() > first:
        stop = first + len(text[first : last.start()].rstrip())
    while (opening := _FIRST_WORD.match(text, first, stop)) and opening[0].strip().lower() in light:
        first = opening.end()
    if " " not in text[first:stop] and not text[first].isdigit() and (match := _ONE_MORE.match(text, stop, span[1])):
        stop = match.end() if match[0].strip().lower() not in light else stop
    if " " not in text[first:stop] and not text[first].isdigit():
        before = _ONE_BEFORE.search(text, span[0], first)
        first = before.start() if before and before[0].strip().lower() not in light else first
    return first, stop


_LEADS_TO_A_NOUN = re.compile(r"(?:\w[’']s|[a-z]{3}(?:ic|al|ive|ous|ary|ful|less|able|ible))$")
_NAMES_A_KIND = re.compile(r"\b[Tt]he [A-ZÀ-Þ][\w’'-]*$")
_SMALL_WORD = re.compile(r" ([a-z][\w’'-]+)")


def _to_its_noun(text: str, anchor: Span, end: int, light: Collection[str]) -> int:
    """The end of the anchor, moved by a word where that is what its last is about: “a diplomatic | solution”, “Ruiz’s |
    visit”, “the Ruiz | government”; a word that may be a verb (“the Pentagon says”) is none."""
    more = _SMALL_WORD.match(text, anchor[1], end)
    if more is None or more[1] in light:
        return anchor[1]
    kind = _NAMES_A_KIND.search(text, *anchor) and not more[1].endswith(("s", "ed"))
    return more.end() if kind or _LEADS_TO_A_NOUN.search(text, *anchor) else anchor[1]


def _is_up(text: str, first: int, stop: int) -> bool:
    """Whether the last word begins with a capital."""
    last = _LAST_WORD.search(text, first, stop)
    return last is not None and last[0][0].isupper()


_CLAUSE_END = re.compile(r"[,;:!?”\"“»«()–—]|(?<!\b[A-Z])\.")  # no full stop of an initial
_QUALIFIED = re.compile(r"(?:\s(?:of|in|a|an|the|its|their|more|less|fewer|new))+\s(?!(?:in|of)\b)[a-zà-ÿ][\w’'-]+")
_NOUN = re.compile(
    r"\s(?!(?:on|at|by|for|to|of|in|its|and|or|but|as|after|from|with|while|when|that|which|who|is|was|were|are|has|had)\b)"
    r"[a-zà-ÿA-Z][\w’'-]+"
)


def heaviest(figures: Sequence[Amount]) -> Amount:
    """The most telling figure: by weight, then one with a unit, then the first."""
    return max(figures, key=lambda amount: (weight(amount), amount.unit is not Unit.OTHER))


def _with_noun(text: str, amount: Amount, end: int) -> str:
    """The amount with the noun it measures: “$100bn in value”, “31% of lorries”, “118 vehicles”."""
    pattern = _NOUN if amount.unit is Unit.OTHER else _QUALIFIED
    match = None if amount.unit is Unit.PEOPLE else pattern.match(text, amount.end, end)
    return text[amount.start : match.end() if match else amount.end]


class _Mark(NamedTuple):
    """A listed word or phrase: the tokens [first, stop), and its weight."""

    first: int
    stop: int
    weight: int


def telling(hits: Hits) -> Sequence[_Mark]:
    """The listed words of some weight that tell what happened, in order; the same for every sentence of an article."""
    found = {
        _Mark(at, at + entry.length, entry.weight)
        for group, listed in hits.items()
        if group not in _UNTELLING and not group.startswith(("deed ", "matter "))
        for at, entry in listed
        if entry.weight > 1
    }
    return sorted(found)


def _densest(scan: Scan, told: Sequence[_Mark], tokens: Span) -> str | None:
    """The window of at most ANCHOR_WORDS words that holds the most weight of listed words, cut to them; it crosses no
    punctuation."""
    start, end = tokens
    marks = [mark for mark in told if start <= mark.first < end]
    windows: list[tuple[int, int, int]] = []
    for number, (first, _, _) in enumerate(marks):
        inside = [mark for mark in marks[number:] if mark.stop - first <= ANCHOR_WORDS]
        stop = max([mark.stop for mark in inside])
        if stop - first > 1:
            windows.append((sum([mark.weight for mark in inside]), first, stop))
    for total, first, stop in sorted(windows, key=lambda window: -window[0])[:3]:
        if total >= _DENSE and not _CLAUSE_END.search(words := scan.surface(first, stop - first)):
            return words
    return None


_DENSE = 5
_UNTELLING = frozenset(["attribution", "hearsay", "tentative"])
