"""Tokenise an article once; the other modules of this package work on the resulting Scan."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat

from bot.analysts.lexical import lexicon, markers
from bot.analysts.lexical.amounts import WORDED
from bot.analysts.lexical.lexicon import Listed
from bot.analysts.lexical.token_features import (
    AMOUNT,
    ASKED,
    CAPITAL,
    LABEL,
    LISTED,
    MONTH,
    ORDER,
    PAID,
    SELF,
    folded,
    marks,
    showing,
)
from bot.model.article import Article
from bot.model.evidence import Span
from bot.text import taxonomy
from bot.text.cache import BoundedCache
from bot.text.cleaning import replace_characters
from bot.text.stems import stem
from bot.text.taxonomy import TOKEN, Group
from bot.text.word_lists import may_be_contrary

TITLE = -1
"""The number of the “sentence” that is the title."""
BEGINNING, END = 2000, 800
"""Code points read at the start and the end of a long text. News comes first (in ECB+ six in a thousand quotable
sentences stand further down); the end names the publisher and corrections. Measure the speed with
`python -m tests.bench throughput FILE N`, the choice of sentences with `python -m tests.bench evidence FILE`."""

_MODEL = r"(?:ai|bots?|(?:ai |language )?models?|assistants?|summari[sz]ers?)"
_THIS = r"(?:this|it)"
_ORDERS = re.compile(
    "|".join(
        (
            r"ignore (?:all |any |the |your )*(?:previous|prior|above|earlier) (?:instruction|prompt|rule|order)",
            r"disregard (?:all |any |the |your )*(?:previous |prior |above |earlier )?(?:instruction|prompt|rule)",
            r"(?:system|developer) prompt",
            r"as an ai\b",
            r"language models?,? (?:must|should|please)",
            rf"(?:rate|score|rank|classify|mark) {_THIS}\b.{{0,40}}?(?:\b10\b|\bten\b|highest|maximum)",
            r"strength (?:of )?(?:10|ten)\b|strength\s?[=:]\s?\d",
            r"\byou are now (?:in|an?|the)\b|(?:reply|respond|answer) only with\b",
            r"(?:^|\s)/(?:mute|undo|claim|forget)\b",
            r"(?:delete|forget) all (?:earlier|previous|other) |forward your (?:configuration|settings|tokens?|keys?)",
            r"<https?://[^>]*\||\]\(https?://",
            r"(?:assign|give) (?:this|it) .{0,30}?strength",
            r"<!(?:channel|here|everyone)|@(?:channel|everyone|here)\b",
            r"</?(?:system|assistant|instructions?|user|tool|script)\b|\[/?inst\]",
            rf"(?:new|following|these) instructions? (?:for|to) (?:the |any |all )?{_MODEL}",
            rf"note to (?:the |any |all )?{_MODEL}\b.{{0,20}}?[:,]",
            r"(?:you are|act as) (?:now )?(?:an? )?(?:ai assistant|language model)",
        )
    ),
    re.IGNORECASE,
)
"""Words by which a text talks to its machine reader. They change nothing here: such sentences are not looked at."""

_LONGEST_PARAGRAPH = 8  # sentences

_HINTS = {
    "ignore ": (), "disregard": (), "prompt": (), "instruct": (), "language model": (), "ai assistant": (),
    "as an ai": (), "strength": (), "note to": (), "you are now": (), "only with": (), "forward your": (),
    "<": ("<!", "</", "<system", "<http"), "@": ("@channel", "@here", "@everyone"), "[": ("[inst", "[/inst"),
    "](": ("](http",), "/": ("/mute", "/undo", "/claim", "/forget"),
    " all ": (" all earlier ", " all previous ", " all other "), "rate ": ("rate this", "rate it"),
    "score ": ("score this", "score it"), "rank ": ("rank this", "rank it"), "mark ": ("mark this", "mark it"),
    "classify ": ("classify this", "classify it"),
}  # fmt: skip
"""Every match of _ORDERS contains one of these, and where further ones are listed for it, one of those too. A cheap
test before the expensive pattern."""


_BLANKS = {code: " " for code in range(128) if not chr(code).isalnum()}
_MARKS = dict.fromkeys("‘’“”–—…\u00a0", " ")
"""Marks that are often the only non-ASCII characters of a text."""


@dataclass(frozen=True, slots=True)
class Word:
    """The features of a word that do not depend on its context."""

    marks: int  # bits, see token_features.py
    hints: int  # bits, see token_features.py
    content: str  # its stem where it is a content word; else ""
    english: Listed | None  # what the English word lists hold of it
    foreign: Listed | None  # and those of other languages
    deeds: Listed | None  # and the English lists of deeds and their matters
    labels: Group | None  # the topics and places it may name
    name: str  # in lower case where it may be a name; else ""
    signed: bool  # it may begin a byline
    contrary: bool  # it may be of a denial or a withdrawal
    raw: str
    lower: str
    stem: str


def _word(raw: str) -> Word:
    lower = raw.lower()
    lower = raw if lower == raw else lower  # one text in memory is enough
    stemmed, shown, lists = stem(lower), marks(raw, lower), lexicon.load()
    english, foreign, labels = lists.english.get(stemmed), lists.foreign.get(stemmed), taxonomy.load().group(lower)
    hints = _hints(raw, lower) | LISTED * bool(english or foreign) | LABEL * bool(labels)
    content = "" if len(stemmed) <= len("than") - 1 or stemmed in _EMPTY else stemmed
    name = lower if shown & CAPITAL and lower[2:] else ""
    signed = lower in _SIGNING or not lower.isascii()
    deeds = lists.deeds.get(stemmed)
    against = may_be_contrary(lower)
    return Word(shown, hints, content, english, foreign, deeds, labels, name, signed, against, raw, lower, stemmed)


def _hints(raw: str, lower: str) -> int:
    plain = folded(raw)
    return (
        PAID * bool(markers.PAID_WORD.search(plain))
        | SELF * (raw in _SELF)
        | AMOUNT * (raw.startswith(WORDED) or bool(_DIGIT.search(raw)))
        | MONTH * (lower in _MONTHS)
        | ORDER * (plain == "ai" or bool(_ORDER_PART.search(plain)))
        | ASKED * plain.endswith(_ASKING)
    )


_WORDS = BoundedCache(_word)
ABBREVIATED = re.compile(r"\b(?:[A-Z]\.){2,}\Z")
"""“U.S.”, at the end of what is searched."""
_DIGIT = re.compile(r"\d")
_ORDER_PART = re.compile("ignore|disregard|prompt|instruct|language|assistant|strength")
_ASKING = (
    "note", "forward", "rate", "score", "rank", "mark", "classify", "reply", "respond", "answer", "delete", "forget",
    "now",
)  # fmt: skip
"""How the first word of the shorter of _ORDERS ends,"""
_ASKED = frozenset(["to", "your", "this", "it", "only", "all", "in", "a", "an", "the"])
"""and the second, or after “you are now” the next."""
_SIGNING = frozenset(
    [
        "by", "posted", "published", "update", "updated", "last", "courtesy", "image", "images", "photo", "photos",
        "photograph", "picture", "pictures", "illustration", "credit", "credits", "foto", "fotos", "bild", "imagen",
        "immagine",
    ]
)  # fmt: skip
"""The first token of a byline or a credit, where it is ASCII: of what salience's _BY, _POSTED or _CREDIT matches."""
_MONTHS = frozenset(
    [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "januar",
        "februar", "märz", "mai", "juni", "juli", "oktober", "dezember", "janvier", "février", "mars", "avril", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre", "enero", "febrero", "marzo", "abril", "mayo",
        "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre", "gennaio", "febbraio", "aprile",
        "maggio", "giugno", "luglio", "settembre", "ottobre", "dicembre", "januari", "februari", "maart", "mei",
        "augustus", "janeiro", "fevereiro", "março", "maio", "junho", "julho", "setembro", "outubro", "novembro",
        "dezembro", "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września",
        "października", "listopada", "grudnia",
    ]
)  # fmt: skip
_SELF = frozenset(["I", "me", "my", "myself"])
_EMPTY = frozenset(
    [
        "that", "with", "from", "this", "have", "will", "would", "been", "were", "said", "their", "they", "after",
        "more", "which", "when", "about", "into", "than", "over", "what", "also", "could", "there", "some", "other",
        "befor", "wher", "year",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scan:
    """The tokens of title and text, in parallel sequences."""

    article: Article
    raw: Sequence[str]
    words: Sequence[Word]
    marks: bytes  # bits of each token, see token_features.py
    hints: bytes  # and what it may be part of
    where: Sequence[int]  # the sentence of each token
    ranges: Sequence[Span]  # the tokens [from, to) of sentence n
    title: Span  # the tokens of the title
    shunned: frozenset[int]  # sentences that talk to a machine reader, TITLE among them

    def quotable(self) -> list[int]:
        """The sentences that may be quoted: of the beginning, and none that talks to a machine reader."""
        length, shunned = len(self.article.text), self.shunned
        spans = enumerate(beginning(self.article))
        return [number for number, (start, end) in spans if number not in shunned and start < end <= length]

    def may_hold(self, words: frozenset[str]) -> bool:
        """Whether one of these tokens, as written, stands in title or text; True where not all of it has tokens."""
        whole = not self.shunned and len(self.article.text) <= BEGINNING + END
        return not (whole and words.isdisjoint(self.raw))

    def surface(self, first: int, count: int) -> str:
        """The words of `count` tokens as they stand in the title or the text."""
        text, start, end = self._place(first, count)
        return text[start:end]

    def shown(self, first: int, count: int) -> str:
        """As `surface`, with the last full stop of an abbreviation, which belongs to no token: “U.S.”."""
        text, start, end = self._place(first, count)
        return text[start : end + (ABBREVIATED.search(text, start, end + 1) is not None)]

    def _place(self, first: int, count: int) -> tuple[str, int, int]:
        """Where `count` tokens stand: the title or the text, and their start and end in it."""
        sentence = self.where[first]
        text, start, before = self.article.title, 0, self.title[0]
        if sentence != TITLE:
            text, start, before = self.article.text, self.article.sentences[sentence][0], self.ranges[sentence][0]
        raw = self.raw
        for word in raw[before:first]:  # between two tokens is no letter: the next one found is the next one
            start = text.find(word, start) + len(word)
        start = end = text.find(raw[first], start)
        for word in raw[first : min(first + count, self._stop(sentence))]:
            end = text.find(word, end) + len(word)
        return text, start, end

    def _stop(self, sentence: int) -> int:
        return self.title[1] if sentence == TITLE else self.ranges[sentence][1]


def scan(article: Article) -> Scan:
    """Tokenise title and text; passages that give orders to a machine reader (prompt injection) get no tokens."""
    cut = _cut(article, frozenset())
    shunned = _shunned(article, _suspects(cut))
    return _cut(article, shunned) if shunned else cut


def beginning(article: Article) -> Sequence[Span]:
    """The sentences that begin within BEGINNING."""
    spans = article.sentences
    return spans if len(article.text) <= BEGINNING else spans[: bisect_left(spans, (BEGINNING, 0))]


def begun(article: Article) -> str:
    """The text up to the end of these."""
    spans = beginning(article)
    return article.text if len(spans) == len(article.sentences) else article.text[: spans[-1][1]]


def _cut(article: Article, shunned: frozenset[int]) -> Scan:
    title, text = "" if TITLE in shunned else article.title, _blanked(article.text)
    first_of_end = len(text) - END
    raw = tokens(_blanked(title))
    where = [TITLE] * len(raw)
    ranges: list[Span] = [(0, len(raw))]
    plain = text.isascii()
    for number, (start, end) in enumerate(article.sentences):
        first = len(raw)
        if number not in shunned and (start < BEGINNING or end > first_of_end):
            raw += text[start:end].split() if plain else tokens(text[start:end])
        ranges.append((first, len(raw)))
        where.extend(repeat(number, len(raw) - first))
    words = list(map(_WORDS.__getitem__, raw))
    shown, hinted = bytes([word.marks for word in words]), bytes([word.hints for word in words])
    return Scan(article, raw, words, shown, hinted, where, ranges[1:], ranges[0], shunned)


def _blanked(text: str) -> str:
    """The text with blanks for the marks that often keep it from being ASCII, and where it then is, for everything that
    is no letter or digit; one for one: every offset stays true."""
    if not text.isascii():
        text = replace_characters(text, _MARKS)
    return text.translate(_BLANKS) if text.isascii() else text


def tokens(text: str) -> list[str]:
    """The runs of letters and digits. ASCII text is split at spaces, in a fifth of the pattern's time."""
    return text.translate(_BLANKS).split() if text.isascii() else TOKEN.findall(text)


def orders(text: str) -> bool:
    """Whether the text tries to give orders to a machine reader (prompt injection)."""
    return _hinted(text) and bool(_ORDERS.search(text))


def _hinted(text: str) -> bool:
    lower = text.lower()
    hinted = [further for hint, further in _HINTS.items() if hint in lower]
    return any(not further or any(hint in lower for hint in further) for further in hinted)


def _suspects(cut: Scan) -> set[int]:
    """The sentences in which _ORDERS can match: one cheap test of all before the expensive pattern on each."""
    found = {cut.where[at] for at in showing(cut.hints, ORDER)}
    found |= {cut.where[at] for at in showing(cut.hints, ASKED) if folded("".join(cut.raw[at + 1 : at + 2])) in _ASKED}
    if _is_marked(cut.article.title):
        found.add(TITLE)
    if _is_marked(text := cut.article.text):
        spans = enumerate(cut.article.sentences)
        found.update([number for number, (start, end) in spans if _is_marked(text[start:end])])
    return found


def _is_marked(text: str) -> bool:
    """Whether one of the marks by which a chat gives orders stands in it."""
    if "<" in text or "@" in text or "[" in text or "](" in text:
        return True
    return "/" in text and any(command in text.lower() for command in _HINTS["/"])


def _shunned(article: Article, suspects: Iterable[int]) -> frozenset[int]:
    """What gives orders, and the sentences around it."""
    found: set[int] = set()
    for number in suspects:
        if number == TITLE:
            found.update({TITLE} if orders(article.title) else ())
        elif orders(article.text[slice(*article.sentences[number])]):
            found.update(_paragraph(article, number))
    return frozenset(found)


def _paragraph(article: Article, number: int) -> range:
    """The sentences of the paragraph in which an order stands: its neighbours are its kind. Where a text has hardly a
    paragraph, the sentence alone."""
    first = last = number
    spans, text = article.sentences, article.text
    while first > 0 and "\n" not in text[spans[first - 1][1] : spans[first][0]]:
        first -= 1
    while last + 1 < len(spans) and "\n" not in text[spans[last][1] : spans[last + 1][0]]:
        last += 1
    return range(first, last + 1) if last - first < _LONGEST_PARAGRAPH else range(number, number + 1)
