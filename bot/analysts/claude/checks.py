"""What a model writes is held against the text it points at: numbers, names and quotations that stand nowhere there
are found.

Not a proof that a sentence is true; a proof that it brings in no figure, name, address or quotation of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.analysts.lexical.amounts import figures
from bot.model.label import CategoryKind
from bot.text import segmentation
from bot.text import taxonomy as taxonomies
from bot.text.proper_names import names
from bot.text.tokenisation import words

_ADDRESS = re.compile(r"https?:|www\.|\w\.(?:com|org|net|io|example)\b|\]\(|<[!@#/a-z]|@\w{2,}", re.IGNORECASE)
_QUOTED = re.compile(
    r"""“([^”]*)(?:”|$) | ^([^“]*)” | "([^"]+)" | «([^»]*)(?:»|$) | „([^“”]*)(?:[“”]|$)
        | (?<!\w)‘([^‘]*?)(?:’(?!\w)|$)""",
    re.VERBOSE,
)
"""What stands in quotation marks; a quotation may begin or end in another sentence."""
_TERM = 1  # words in quotation marks that are a word's use, not somebody's words
_DIGITS = re.compile(r"\d+")
_PIECE = re.compile(r"[^\W_]+")
_SMALL = re.compile(r"(?<![^\W_])[^\W\d_A-ZÀ-ÖØ-Þ]\w+")
_COMMON_ENDINGS = (
    "ing", "ings", "ed", "ly", "tion", "tions", "sion", "sions", "ment", "ments", "ity", "ness", "ance", "ence", "ism",
    "ies", "ency", "ancy", "ure", "ures",
)  # fmt: skip
"""Of words that open a sentence and are no names; a capital says nothing there."""


@dataclass(frozen=True)
class Support:
    """The words a claim may rest on, and what may be named beside them."""

    said: str  # the sentences pointed at, one after the other
    allowed: tuple[str, ...] = ()  # names that need not stand in them: publishers, and others' spellings of what does
    beside: str = ""  # more text of the same articles: what stands in small letters there is no name
    openers: bool = True  # whether a lone word that opens a sentence may be taken for a name
    taxonomy: taxonomies.Taxonomy = field(default_factory=taxonomies.load)

    def strange(self, sentence: str) -> tuple[str, ...]:
        """Figures, names, addresses and quotations of the sentence that stand in nothing it may rest on, as they are
        written."""
        found = [match.group() for match in _ADDRESS.finditer(sentence)]
        known = figures(self.said)
        found += [written for value, written in figures(sentence).items() if value not in known]
        return tuple(dict.fromkeys((*found, *self._strange_names(sentence), *self._strange_quotes(sentence))))

    def _strange_quotes(self, sentence: str) -> Iterable[str]:
        said = f" {' '.join(words(self.said))} "
        for match in _QUOTED.finditer(sentence):
            quoted = next(group for group in match.groups() if group is not None)
            run = words(quoted)
            if len(run) > _TERM and f" {' '.join(run)} " not in said:
                yield quoted.strip()

    def _strange_names(self, sentence: str) -> Iterable[str]:
        whole = " ".join((self.said, *self.allowed))
        there = frozenset((*words(whole), *words(" ".join(_PIECE.findall(whole)))))
        small = frozenset(words(" ".join(_SMALL.findall(f"{self.said} {self.beside}"))))
        labels = self._labels()
        for name in names(sentence, beside=f"{self.said} {self.beside}"):
            pieces = _pieces(name) or [""]
            plain = not self.openers or pieces[0].endswith(_COMMON_ENDINGS) or pieces[0] in small
            if _opens(sentence, name) and plain:
                pieces = pieces[1:]
            if not all(piece in there for piece in pieces) and not self._labelled(name, labels):
                yield name

    def _labels(self) -> frozenset[tuple[CategoryKind, str]]:
        """The topics and places of what is said: "American" supports "US"."""
        seen = self.taxonomy.scan(self.said)
        topics = {(CategoryKind.TOPIC, name) for name, _ in seen.topics}
        places = {(CategoryKind.PLACE, code) for code, _ in seen.places}
        return frozenset(topics | places)

    def _labelled(self, name: str, labels: frozenset[tuple[CategoryKind, str]]) -> bool:
        label = self.taxonomy.label(name.partition("-")[0])
        return label is not None and (label.kind, label.value) in labels

    def kept(self, words: str, language: str | None = None) -> str:
        """The text without the sentences that bring in something of their own; its paragraphs stay."""
        paragraphs = (self._sound(paragraph, language) for paragraph in words.split("\n\n"))
        return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)

    def _sound(self, paragraph: str, language: str | None) -> str:
        spans = segmentation.sentences(paragraph, language)
        sentences = (paragraph[start:end] for start, end in spans)
        return " ".join(plain(each) for each in sentences if not self.strange(each))


def _pieces(name: str) -> list[str]:
    """The folded words of a name that are written with a capital: of "AI-driven" only the first."""
    capital = [piece for piece in _PIECE.findall(name) if any(map(str.isupper, piece))]
    return [word for piece in capital for word in words(piece)]


def _opens(sentence: str, name: str) -> bool:
    return sentence.lstrip("“\"'‘(").startswith(name)


def plain(words: str) -> str:
    """On one line, without the invisible: marks that turn the reading direction, controls."""
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in words).split())


def addresses(words: str) -> frozenset[str]:
    """What in a text is, or holds, an address or markup, between blanks."""
    return frozenset(each for each in words.split() if _ADDRESS.search(each))


def figures_of(words: str) -> list[str]:
    """The runs of digits in a text, in order of size: how a translation writes thousands and decimals is its own."""
    return sorted(_DIGITS.findall(words))


def complaints(fields: Sequence[tuple[str, str, Support]]) -> list[str]:
    """What is to be asked about, a sentence a field that brings in something of its own."""
    found = []
    for name, written, support in fields:
        if strange := support.strange(written):
            found.append(
                f"{name}: {', '.join(f'‘{each}’' for each in strange)} stands in none of the sentences it may rest on; "
                "leave it out, or point at the sentence that says it."
            )
    return found
