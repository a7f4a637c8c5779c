"""Which of a signal's quotes evidences its title, and which of its sentences can stand by themselves.

A quote is the better evidence the more of the title's content terms and names stand in it, rare ones counting more;
first come quotes of the article whose headline the title is. What only makes sense beside the sentences around it (an
aside, a question, a pronoun without the name it stands for) comes last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from bot.model.article import TextOrigin
from bot.model.evidence import Evidence
from bot.model.finding import Stance
from bot.model.signal import Signal, SignalArticle
from bot.signals import strength
from bot.text import term_weights, tokenisation

LONGEST = 320
"""Characters of a sentence that reads well on a card."""
SHORTEST = 45
"""Characters of a quote; a shorter one seldom says anything by itself."""

_HEADLINE, _FIRST, _WHOLE = 0.5, 0.12, 0.1
"""Added to the share of the title that a quote says (0 to 1): its article's headline is the title; it is the first of
its article's quotes; it was cut from a whole text, not a summary. By judgement: of twelve signals that a reader judged,
eleven show a quote that evidences their title."""
_ASIDE, _REPEATS, _LENGTH, _AGAINST = 0.6, 0.4, 0.2, 0.8
"""Taken away: it hangs on what stood before it; it says the title's very words and no more; it is too long or too
short; its article contradicts the signal."""
_SAME_HEADLINE, _SAID_AGAIN = 0.9, 0.6
_MARKS = 8  # characters by which a quote of the title's very words may be longer or shorter: stops, quotation marks

_DAYS = (
    "week|month|year|morning|time|spring|summer|autumn|winter|woche|jahr|monat|sommer|semaine|année|mois|fois|semana|mes"
    "|año|vez|settimana|mese|anno|volta|ano|mês|jaar|maand|keer"
)
_HANGING = {
    "en": "but and yet so or nor meanwhile still however also besides instead then thus therefore moreover he she it"
    " they this that these those his her its their another others",
    "de": "aber doch und oder denn jedoch dagegen zudem allerdings er sie es dies diese dieser dieses ihr ihre",
    "fr": "mais et ou or donc cependant toutefois pourtant il elle ils elles cela ceci ce cette ces son sa ses leur",
    "es": "pero y o además también entonces él ella ellos ellas esto eso este esta estos estas su sus",
    "it": "ma e ed o però tuttavia inoltre anche lui lei loro questo questa questi queste ciò",
    "pt": "mas e ou porém também contudo ele ela eles elas isso isto este esta seu sua",
    "nl": "maar en of echter ook hij zij ze dit dat deze",
    "pl": "ale i a jednak także on ona to ten ta",
}
"""First words of sentences that hang on the one before: what joins them, and pronouns whose name stands there."""
_FIRST_WORD = re.compile(rf"[\W_]*([^\W\d_]++)(?:['’]\w+)?(?!\s(?:{_DAYS})\b)", re.IGNORECASE)
_ASIDES = (
    r"\d{1,3},\s",  # “44, has worked …”
    "for now|even so|in addition|in fact|of course|after all|as a result|for example|for instance|by contrast|indeed",
    "zum beispiel|im gegenteil|in der tat|en outre|en effet|par exemple|en revanche|sin embargo|por ejemplo|en cambio",
    "per esempio|ad esempio|in effetti|al contrario|por exemplo|no entanto|bijvoorbeeld|daarentegen",
)
_ASIDE_START = re.compile(rf"[\W_]*(?:{_ASIDES[0]}|(?:{'|'.join(_ASIDES[1:])})\b)", re.IGNORECASE)
_FRAGMENT = re.compile(r"[\W_]*[a-zà-ÿ](?![A-Z])")  # “iPhone sales fall” is none
_PAIRS = (("“", "”"), ("«", "»"))


class Quotable(NamedTuple):
    """A quote with the article it was cut from."""

    article: SignalArticle
    evidence: Evidence


def hangs(words: str, language: str | None = None) -> bool:
    """Whether a sentence needs those around it: an aside, a question, a fragment, half a quotation.

    `language` is ISO 639-1; None: as in English.
    """
    halved = any(words.count(opening) != words.count(closing) for opening, closing in _PAIRS) or words.count('"') % 2
    asks = words.rstrip(' ”"’»').endswith("?")
    first = _FIRST_WORD.match(words)
    joined = first is not None and first[1].lower() in _hanging(language or "en")
    return bool(joined or _ASIDE_START.match(words) or _FRAGMENT.match(words) or halved or asks)


@cache
def _hanging(language: str) -> frozenset[str]:
    return frozenset(_HANGING.get(language, "").split())


def ranked(signal: Signal) -> tuple[Quotable, ...]:
    """Every quote of the articles that speak for the signal (of all, where none does), best evidence of its title
    first."""
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
    """At most so many quotes, the best first, none of which says again what one before it says; each publisher's best
    comes before another's second."""
    chosen: list[Quotable] = []
    for each in _by_turns(ranked(signal)):
        said = [other.evidence.quote for other in chosen]
        if len(chosen) < most and not repeats(each.evidence.quote, said, each.article.language):
            chosen.append(each)
    return tuple(chosen)


def _by_turns(found: Sequence[Quotable]) -> list[Quotable]:
    """Each publisher's best, then each one's second, and so on; the very best stays first."""
    turns: dict[str, int] = {}
    numbered = []
    for at, each in enumerate(found):
        turn = turns.get(each.article.publisher.key, 0)
        turns[each.article.publisher.key] = turn + 1
        numbered.append((turn, at, each))
    return [each for _, _, each in sorted(numbered, key=lambda entry: entry[:2])]


def repeats(words: str, said: Iterable[str], language: str | None = None) -> bool:
    """Whether most of what the words say stands in one of the others, or the other way round."""
    own = _content(words, language)
    others = (_content(other, language) for other in said)
    return any(len(own & other) >= _SAID_AGAIN * (min(len(own), len(other)) or 1) for other in others)


@lru_cache(maxsize=1 << 12)
def _content(words: str, language: str | None) -> frozenset[str]:
    return frozenset(tokenisation.terms(words, language))


def _base(title: str, member: SignalArticle) -> float:
    """What speaks for every quote of the article."""
    value = _HEADLINE * is_headline(title, member)
    value += _WHOLE * (member.text_from in (TextOrigin.FEED, TextOrigin.PAGE))
    return value - _AGAINST * (member.stance in (Stance.CONTRADICTS, Stance.CORRECTS))


def _worth(title: str, member: SignalArticle, evidence: Evidence, number: int) -> float:
    """What speaks for one of them; `number` is its place among its article's quotes."""
    words, language = evidence.quote, member.language
    value = share(title, words, language)
    value += _FIRST * (number == 0)
    value -= _ASIDE * hangs(words, language)
    value -= _REPEATS * _same(title, words)
    return value - _LENGTH * (not SHORTEST <= len(words) <= LONGEST)


def _same(title: str, words: str) -> bool:
    near = abs(len(title) - len(words)) <= _MARKS
    return near and tokenisation.words(words) == tokenisation.words(title)


def is_headline(title: str, member: SignalArticle) -> bool:
    """Whether the title is the article's headline, perhaps without what is no part of it."""
    return share(title, member.title, member.language) >= _SAME_HEADLINE


def share(title: str, words: str, language: str | None) -> float:
    """The share, 0 to 1, of the title's content terms that stand in the words, rare ones counting more."""
    held = _content(words, language)
    return sum([weight for each, weight in term_weights.query_weights(title, language).items() if each in held])
