"""Check what a model writes against the text it rests on: find figures, names, addresses and quotations not in it.

This does not prove that a sentence is true, only that it adds no figure, name, address or quotation of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from bot.analysts.lexical.amounts import figures
from bot.analysts.lexical.assertive import may_begin_with_a_name
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
"""Text in quotation marks; a quotation may begin or end in another sentence."""
_TERM = 1  # so many words in quotation marks are a term, not somebody's words
ECHO_WORDS, ECHO_SHARE = 6, 0.6
"""A sentence of so many words, such a share of whose runs of RUN words stand in the prompt, is copied from it."""
RUN = 4
_DIGITS = re.compile(r"\d+")
_PIECE = re.compile(r"[^\W_]+")
_SMALL = re.compile(r"(?<![^\W_])[^\W\d_A-ZÀ-ÖØ-Þ]\w+")
_COMMON_ENDINGS = (
    "ing", "ings", "ed", "ly", "tion", "tions", "sion", "sions", "ment", "ments", "ity", "ness", "ance", "ence", "ism",
    "ies", "ency", "ancy", "ure", "ures",
)  # fmt: skip
"""Endings of common words: the capital of a sentence's first word does not make it a name."""


@dataclass(frozen=True)
class Support:
    """The text that sentences must rest on, and names they may use besides."""

    said: str  # the cited sentences, joined
    allowed: tuple[str, ...] = ()  # names that need not be in them: publishers, other spellings
    beside: str = ""  # more text of the same articles: a word in lower case there is no name
    prompt: str = ""  # what the model was told: a weak one repeats the examples in it as if they were its findings
    openers: bool = True  # whether the first word of a sentence may count as a name
    taxonomy: taxonomies.Taxonomy = field(default_factory=taxonomies.load)

    def unsupported(self, sentence: str) -> tuple[str, ...]:
        """The figures, names, addresses and quotations of the sentence that are in nothing it may rest on."""
        found = [match.group() for match in _ADDRESS.finditer(sentence)]
        found += [written for value, written in figures(sentence).items() if value not in self._figures]
        found += self._echoes(sentence)
        return tuple(dict.fromkeys((*found, *self._strange_names(sentence), *self._strange_quotes(sentence))))

    def _echoes(self, sentence: str) -> tuple[str, ...]:
        """The sentence itself, if it is one of the prompt's and not of the cited text."""
        runs = _runs(sentence)
        if len(runs) <= ECHO_WORDS - RUN:
            return ()
        copied = (runs & _prompt_runs(self.prompt)) - self._said_runs
        return (sentence,) if len(copied) >= ECHO_SHARE * len(runs) else ()

    def _strange_quotes(self, sentence: str) -> Iterable[str]:
        for match in _QUOTED.finditer(sentence):
            quoted = next(group for group in match.groups() if group is not None)
            run = words(quoted)
            if len(run) > _TERM and f" {' '.join(run)} " not in self._said_words:
                yield quoted.strip()

    def _strange_names(self, sentence: str) -> Iterable[str]:
        for name in names(sentence, beside=f"{self.said} {self.beside}"):
            pieces = _pieces(name) or [""]
            if _opens(sentence, name) and self._is_common(pieces[0], sentence):
                pieces = pieces[1:]
            if not all(piece in self._known for piece in pieces) and not self._labelled(name):
                yield name

    def _is_common(self, opener: str, sentence: str) -> bool:
        """Whether the sentence's first word has its capital from where it stands."""
        if not self.openers or opener.endswith(_COMMON_ENDINGS) or opener in self._small:
            return True
        return not may_begin_with_a_name(sentence)

    def _labelled(self, name: str) -> bool:
        label = self.taxonomy.label(name.partition("-")[0])
        return label is not None and (label.kind, label.value) in self._labels

    # What stands in the text, for each sentence that rests on it; found when it is asked for.

    @cached_property
    def _figures(self) -> frozenset[float]:
        return frozenset(figures(self.said))

    @cached_property
    def _said_runs(self) -> frozenset[tuple[str, ...]]:
        return _runs(self.said)

    @cached_property
    def _said_words(self) -> str:
        return f" {' '.join(words(self.said))} "

    @cached_property
    def _known(self) -> frozenset[str]:
        """The words of all that names may be from, and those of which a word is put together."""
        whole = " ".join((self.said, *self.allowed))
        return frozenset((*words(whole), *words(" ".join(_PIECE.findall(whole)))))

    @cached_property
    def _small(self) -> frozenset[str]:
        """Words seen in lower case."""
        return frozenset(words(" ".join(_SMALL.findall(f"{self.said} {self.beside}"))))

    @cached_property
    def _labels(self) -> frozenset[tuple[CategoryKind, str]]:
        """The topics and places of the cited sentences: "American" supports "US"."""
        seen = self.taxonomy.scan(self.said)
        topics = {(CategoryKind.TOPIC, name) for name, _ in seen.topics}
        places = {(CategoryKind.PLACE, code) for code, _ in seen.places}
        return frozenset(topics | places)

    def supported(self, words: str, language: str | None = None) -> str:
        """The text without the sentences that have something unsupported; paragraphs are kept."""
        paragraphs = (self._supported(paragraph, language) for paragraph in words.split("\n\n"))
        return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)

    def _supported(self, paragraph: str, language: str | None) -> str:
        spans = segmentation.sentences(paragraph, language)
        sentences = (paragraph[start:end] for start, end in spans)
        return " ".join(plain(each) for each in sentences if not self.unsupported(each))


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of RUN words."""
    found = words(text)
    return frozenset(zip(*(found[at:] for at in range(RUN)), strict=False))


_prompt_runs = cache(_runs)  # there are six prompts


def _pieces(name: str) -> list[str]:
    """The folded words of a name that have a capital: of "AI-driven" only the first."""
    capital = [piece for piece in _PIECE.findall(name) if any(map(str.isupper, piece))]
    return [word for piece in capital for word in words(piece)]


def _opens(sentence: str, name: str) -> bool:
    return sentence.lstrip("“\"'‘(").startswith(name)


def plain(words: str) -> str:
    """The text on one line, without invisible characters (controls, marks of reading direction)."""
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in words).split())


def addresses(words: str) -> frozenset[str]:
    """The pieces of a text between blanks that are or contain an address or markup."""
    return frozenset(each for each in words.split() if _ADDRESS.search(each))


def figures_of(words: str) -> list[str]:
    """The runs of digits in a text, sorted: a translation may write thousands and decimals in its own way."""
    return sorted(_DIGITS.findall(words))


def complaints(fields: Sequence[tuple[str, str, Support]]) -> list[str]:
    """For each (name, text, support) with something unsupported one sentence that asks the model to correct it."""
    found = []
    for name, written, support in fields:
        if strange := support.unsupported(written):
            found.append(
                f"{name}: {', '.join(f'‘{each}’' for each in strange)} stands in none of the sentences it may rest on; "
                "leave it out, or point at the sentence that says it."
            )
    return found
