"""Rank a signal's quotes by how well they support its title, and tell whether a sentence makes sense alone.

A quote ranks higher the more of the title's terms it contains, as they are or as words that newspapers use for them,
weighted by rarity, and higher if the title is its article's headline.
A quote that needs the sentences around it (an aside, a question, a pronoun without its name) ranks
lower.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from bot.model.article import TextOrigin
from bot.model.evidence import Evidence
from bot.model.finding import Stance
from bot.model.signal import Signal, SignalArticle
from bot.signals import strength
from bot.text import term_weights, tokenisation, word_relations

LONGEST = 320
"""Characters up to which a sentence reads well on a card."""
SHORTEST = 45
"""Characters from which a quote usually makes sense by itself."""

_HEADLINE, _FIRST, _WHOLE = 0.1, 0.12, 0.1
"""Added to the share of the title that a quote covers (0 to 1) if: the title is its article's headline; it is its
article's first quote; it comes from a full text and not a summary. Set by judgement: in ten of eleven signals that a
reader judged, the quote shown supports the title (`python -m tests.bench judged FOLDER`)."""
_ASIDE, _POINTS_BACK, _REPEATS, _LENGTH, _AGAINST = 0.6, 0.2, 1.2, 0.2, 0.8
"""Subtracted if: it depends on the sentence before it; only by a pronoun, and it says something of the title, which
stands above it and mostly names who is meant; it only repeats the title word for word (more than the share it then has:
any other that stands alone says more); it is too long or too short; its article contradicts or corrects the signal."""
_TITLE_SHOWN, _COMPLETES = 160, 0.4
"""A longer title is shown cut: then a quote that repeats it completes it, and less is subtracted."""
_SAME_HEADLINE, _SAID_AGAIN = 0.9, 0.6
_MARKS = 8  # characters by which a quote that repeats the title may differ in length (punctuation)

_DAYS = (
    "week|month|year|morning|time|spring|summer|autumn|winter|woche|jahr|monat|sommer|semaine|année|mois|fois|semana|mes"
    "|año|vez|settimana|mese|anno|volta|ano|mês|jaar|maand|keer"
)
_CONJUNCTIONS = {
    "en": "but and yet so or nor meanwhile still however also besides instead then thus therefore moreover",
    "de": "aber doch und oder denn jedoch dagegen zudem allerdings",
    "fr": "mais et ou or donc cependant toutefois pourtant",
    "es": "pero y o además también entonces",
    "it": "ma e ed o però tuttavia inoltre anche",
    "pt": "mas e ou porém também contudo",
    "nl": "maar en of echter ook",
    "pl": "ale i a jednak także",
}
_PRONOUNS = {
    "en": "he she it they this that these those his her its their another others",
    "de": "er sie es dies diese dieser dieses ihr ihre",
    "fr": "il elle ils elles cela ceci ce cette ces son sa ses leur",
    "es": "él ella ellos ellas esto eso este esta estos estas su sus",
    "it": "lui lei loro questo questa questi queste ciò",
    "pt": "ele ela eles elas isso isto este esta seu sua",
    "nl": "hij zij ze dit dat deze",
    "pl": "on ona to ten ta",
}
"""First words of sentences that depend on the one before: what joins them to it, and pronouns for a name in it."""
_FIRST_WORD = re.compile(rf"[\W_]*([^\W\d_]++)(?:['’]\w+)?(?!\s(?:{_DAYS})\b)", re.IGNORECASE)
_ASIDES = (
    r"\d{1,3},\s",  # “44, has worked …”
    "for now|even so|in addition|in fact|of course|after all|as a result|for example|for instance|by contrast|indeed",
    "zum beispiel|im gegenteil|in der tat|en outre|en effet|par exemple|en revanche|sin embargo|por ejemplo|en cambio",
    "per esempio|ad esempio|in effetti|al contrario|por exemplo|no entanto|bijvoorbeeld|daarentegen",
)
_ASIDE_START = re.compile(rf"[\W_]*(?:{_ASIDES[0]}|(?:{'|'.join(_ASIDES[1:])})\b)", re.IGNORECASE)
_FRAGMENT = re.compile(r"[\W_]*[a-zà-ÿ](?![A-Z])")  # a lower-case start, but not “iPhone sales fall”
_REFERENCE = re.compile(r"https?://|\bet al\b")  # a link or a work that is cited: nothing that is said


class Quotable(NamedTuple):
    """A quote with the article it was cut from."""

    article: SignalArticle
    evidence: Evidence


@lru_cache(maxsize=1 << 10)  # a quote is ranked, and then asked again whether it may stand in the analysis
def hangs(words: str, language: str | None = None) -> bool:
    """Whether a sentence depends on those around it: an aside, a question, a fragment, half a quotation.

    `language` is ISO 639-1; None is treated as English.
    """
    opening = _opening(words)
    if opening in _listed(_CONJUNCTIONS, language) or opening in _listed(_PRONOUNS, language):
        return True
    if words.rstrip(' ”"’»').endswith(("?", ":")) or _is_halved(words):
        return True
    refers = ("://" in words or "et al" in words) and _REFERENCE.search(words)
    return bool(refers or _ASIDE_START.match(words) or _FRAGMENT.match(words))


def _is_halved(words: str) -> bool:
    """Whether a quotation is left open, or was opened before."""
    return words.count("“") != words.count("”") or words.count("«") != words.count("»") or words.count('"') % 2 == 1


def _opening(words: str) -> str:
    """The first word, in small letters; "" for none, and for a demonstrative before a time ("this week")."""
    first = _FIRST_WORD.match(words)
    return first[1].lower() if first else ""


def _points_back(words: str, language: str | None) -> bool:
    """Whether the sentence depends on others only by a pronoun at its beginning."""
    first = _FIRST_WORD.match(words)
    if not first or _opening(words) not in _listed(_PRONOUNS, language):
        return False
    return not hangs(f"X{words[first.end(1) :]}", language)


def _listed(by_language: Mapping[str, str], language: str | None) -> frozenset[str]:
    return _word_set(by_language.get(language or "en", ""))


@cache
def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def ranked(signal: Signal) -> tuple[Quotable, ...]:
    """All quotes of the signal's supporting articles (of all its articles if none supports it), best first."""
    members = strength.supporters(signal.articles) or signal.articles
    found = [
        (base + _worth(signal.title, member, evidence, number), Quotable(member, evidence))
        for member in members
        if member.evidence
        for base in (_base(signal.title, member),)
        for number, evidence in enumerate(member.evidence)
    ]
    found.sort(key=lambda pair: (-pair[0], pair[1].article.published, pair[1].evidence.start))
    return tuple(each for _, each in found)


def strongest(signal: Signal, most: int) -> tuple[Quotable, ...]:
    """At most `most` quotes without repetitions, taking each publisher's best before anyone's second best."""
    chosen: list[Quotable] = []
    for each in _by_turns(ranked(signal)):
        said = [other.evidence.quote for other in chosen]
        if len(chosen) < most and not repeats(each.evidence.quote, said, each.article.language):
            chosen.append(each)
    return tuple(chosen)


def _by_turns(found: Sequence[Quotable]) -> list[Quotable]:
    """Reorder ranked quotes: each publisher's best, then each one's second, and so on."""
    turns: dict[str, int] = {}
    numbered = []
    for at, each in enumerate(found):
        turn = turns.get(each.article.publisher.key, 0)
        turns[each.article.publisher.key] = turn + 1
        numbered.append((turn, at, each))
    return [each for _, _, each in sorted(numbered, key=lambda entry: entry[:2])]


def repeats(words: str, said: Iterable[str], language: str | None = None) -> bool:
    """Whether the words and one of the texts in `said` share most content terms of the shorter of the two."""
    own = _content(words, language)
    others = (_content(other, language) for other in said)
    return any(len(own & other) >= _SAID_AGAIN * (min(len(own), len(other)) or 1) for other in others)


@lru_cache(maxsize=1 << 12)
def _content(words: str, language: str | None) -> frozenset[str]:
    return frozenset(tokenisation.terms(words, language))


def _base(title: str, member: SignalArticle) -> float:
    """The part of a quote's rank that is the same for all quotes of the article."""
    value = _HEADLINE * is_headline(title, member)
    value += _WHOLE * (member.text_from in (TextOrigin.FEED, TextOrigin.PAGE))
    return value - _AGAINST * (member.stance in (Stance.CONTRADICTS, Stance.CORRECTS))


def _worth(title: str, member: SignalArticle, evidence: Evidence, number: int) -> float:
    """The part of the rank of one quote by itself; `number` is its index among its article's quotes."""
    words, language = evidence.quote, member.language
    said = support(title, words, language)
    value = said + _FIRST * (number == 0)
    if hangs(words, language):
        value -= _POINTS_BACK if said and _points_back(words, language) else _ASIDE
    value -= (_REPEATS if len(title) <= _TITLE_SHOWN else _COMPLETES) * _same(title, words)
    return value - _LENGTH * (not SHORTEST <= len(words) <= LONGEST)


def _same(title: str, words: str) -> bool:
    near = abs(len(title) - len(words)) <= _MARKS
    return near and tokenisation.words(words) == tokenisation.words(title)


def is_headline(title: str, member: SignalArticle) -> bool:
    """Whether the title is the article's headline, allowing for small differences."""
    return share(title, member.title, member.language) >= _SAME_HEADLINE


def share(title: str, words: str, language: str | None) -> float:
    """The share (0 to 1) of the title's content terms that occur in the words, weighted by rarity."""
    held = _content(words, language)
    return sum([weight for each, weight in term_weights.query_weights(title, language).items() if each in held])


@lru_cache(maxsize=1 << 12)
def support(title: str, words: str, language: str | None) -> float:
    """The share (0 to 1) of the title that the words say, in the same or in other words."""
    if language not in {None, "en"}:
        return share(title, words, language)
    held = _content(words, language)
    weights = term_weights.query_weights(title, language)
    return sum([weight * word_relations.nearest(each, held) for each, weight in weights.items()])
