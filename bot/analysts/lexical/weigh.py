"""Score an article's strength: consequence (how much changes, for how many) and substance (how well supported).

Measure changes to the constants with `python -m tests.bench judged FOLDER`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, islice

from bot.analysts.lexical import deeds
from bot.analysts.lexical.amounts import Amount, meaning, weight
from bot.analysts.lexical.bylines import CAPITAL
from bot.analysts.lexical.lexicon_hits import Hit, Hits
from bot.analysts.lexical.picks import heaviest
from bot.analysts.lexical.prefilter import matches
from bot.analysts.lexical.salience import Sentence
from bot.analysts.lexical.words import ABBREVIATED, TITLE, Scan
from bot.model.article import Article
from bot.model.finding import Part
from bot.text.taxonomy import Spot
from bot.text.word_lists import CALENDAR

_ACT_LEAD, _REACH_LEAD, _BREAK_LEAD, _AMOUNT_LEAD = 1, 0, 2, 3
"""The last sentence (from 0) in which an act, its reach, a break and an amount count as the article's own news."""
_IDLE = 1
REACH_WORDS = {1: "it goes beyond one firm or office", 2: "it reaches a country or beyond"}


def consequence(
    scan: Scan, hits: Hits, spots: Sequence[Spot], found: Sequence[Sentence], chosen: Sequence[Sentence]
) -> Part:
    """Points from 0 to 4: 0 only wording changes, 1 a firm, up to 4 a political or economic order.

    The facts quote the words and figures the points rest on.
    """
    deed = deeds.gravest(scan, hits, spots)
    reach = _heaviest(scan, hits.get("reach", ()), _REACH_LEAD)
    broke = _heaviest(scan, hits.get("break", ()), _BREAK_LEAD)
    amount = _amount(found, chosen)
    facts = _facts(scan, reach, amount, broke)
    grown = (weight(amount) if amount else 0) + _weight(broke) + (_weight(reach) > 1)
    if deed:
        words = _ANOTHER_CLAUSE.sub(" … ", scan.shown(deed.first, deed.stop - deed.first))
        facts.insert(0, f"“{words}”: {_DEED_WORDS[deed.kind]} {_LEVEL_WORDS[max(1, deed.level)]}")
        part = Part(min(4, deed.level + _growth(deed.level, grown)), tuple(facts))
        part = _doubted(scan, part, deed.doubt)
    else:
        idle = amount or (reach and _heaviest(scan, hits.get("act", ()), _ACT_LEAD))
        part = _tentatively(scan, hits, Part(_IDLE if idle else 0, tuple(facts)))
    if part.points > _TALK and is_talk(scan.article):
        return Part(_TALK, (*part.facts, "it asks or comments, and does not report"))
    return part


_ANOTHER_CLAUSE = re.compile(r" (?:as|while|when|after|because|before|since|amid|until) .*(?<= )(?=\S+$)")
"""Where a deed and what it is done to stand in two clauses, what lies between: “shed $62bn as trial ends the gas”."""


def _growth(level: int, grown: int) -> int:
    """The points that scale (money, people, reach, a break with the past) adds to a deed."""
    return 0 if level < 1 else (grown >= _GROWN) + (grown > _GROWN and level < _COUNTRY)


_COUNTRY = 3


def touches(scan: Scan, hits: Hits) -> bool:
    """Whether title or lead contain a listed word for an act or for something larger than a firm."""
    near = _heaviest(scan, hits.get("act", ()), _ACT_LEAD), _heaviest(scan, hits.get("reach", ()), _REACH_LEAD)
    return any(near)


_GROWN = 2
_TALK = 2
_DEED_WORDS = {
    "force": "force",
    "peace": "war or peace",
    "law": "a rule",
    "power": "who holds power",
    "stance": "a stance between states",
    "market": "a market that moves",
    "firm": "what a firm does",
    "probe": "an investigation",
    "crisis": "a calamity",
}
_LEVEL_WORDS = {
    1: "that touches a firm or an office",
    2: "that touches a market or many people",
    3: "that touches a country",
    4: "that touches an order of things",
}


def is_talk(article: Article) -> bool:
    """Whether the headline asks, teases, quotes only or announces talk."""
    title = article.title.strip()
    asks = _ASKS if article.language in {None, "en"} else _ASKS_ABROAD
    return bool(asks.search(title) or _TALKS.search(title))


_TALKS = re.compile(
    r"\?\W*$|^[‘“„'\"«].*[’”'\"»]\W*$|\bexplained\b|(?:\.\.\.|…)\W*$|:\s*[‘“'\"][^‘“]*[’”'\"]$", re.IGNORECASE
)
_ASKS = re.compile(
    r"^(?:why|how|what|who|where|when|is|are|should|will|can|could|does|do|inside|all about|watch|listen|mapping|facing"
    r"|opinion|analysis)\b",
    re.IGNORECASE,
)
_ASKS_ABROAD = re.compile(
    r"^¿|^(?:warum|wieso|weshalb|wie|was|wer|wo|pourquoi|comment|que|qui|por qué|cómo|qué|quién|perché|come"
    r"|che cosa|chi"
    r"|por que|como|quem|o que|waarom|hoe|wat|wie|dlaczego|jak|co|kto)\b",
    re.IGNORECASE,
)


def _tentatively(scan: Scan, hits: Hits, part: Part) -> Part:
    """Take off one point where the title says that it has not happened yet."""
    tentative = _heaviest(scan, hits.get("tentative", ()), TITLE)
    if not tentative or not part.points:
        return part
    return _doubted(scan, Part(part.points - 1, part.facts), tentative)


def _doubted(scan: Scan, part: Part, doubt: Hit | None) -> Part:
    return Part(part.points, (*part.facts, f"“{_words(scan, doubt)}”: not yet so")) if doubt else part


def _facts(scan: Scan, reach: Hit | None, amount: Amount | None, broke: Hit | None) -> list[str]:
    facts: list[str] = []
    if reach:
        facts.append(f"“{_words(scan, reach)}”: {REACH_WORDS[_weight(reach)]}")
    if amount:
        facts.append(f"“{scan.article.text[amount.start : amount.end]}”: {meaning(amount)}")
    if broke:
        facts.append(f"“{_words(scan, broke)}”: a break with how things were")
    return facts


def _heaviest(scan: Scan, hits: Iterable[Hit], last: int) -> Hit | None:
    """The hit of most weight up to the sentence `last`; the first of equals."""
    near = [hit for hit in hits if scan.where[hit[0]] <= last]
    return max(near, key=_weight, default=None)


def _weight(hit: Hit | None) -> int:
    return hit[1].weight if hit else 0


def _words(scan: Scan, hit: Hit) -> str:
    return scan.shown(hit[0], hit[1].length)


def _amount(found: Sequence[Sentence], chosen: Sequence[Sentence]) -> Amount | None:
    """The heaviest figure of the lead and the quotes; None where all weigh 0."""
    quoted = {sentence.number for sentence in chosen}
    near = [a for s in found if s.number <= _AMOUNT_LEAD or s.number in quoted for a in s.amounts]
    best = max(near, key=lambda amount: (weight(amount), amount.value), default=None)
    return best if best and weight(best) else None


# --- substance -----------------------------------------------------------------------------------------------------


def substance(scan: Scan, hits: Hits, found: Sequence[Sentence], chosen: Sequence[Sentence]) -> Part:
    """Points from 0 to 2: how many of these are there, at most 2: named sources, figures, direct statements.

    A direct statement counts where somebody is named who may have made it, and where it is more than a phrase in
    quotation marks. Hearsay scores 0: words like “reportedly” where nobody is named who says so.
    """
    source = _source(scan.article, [*chosen, *found])
    figures = [amount for sentence in chosen for amount in sentence.amounts]
    figure = heaviest(figures) if figures else None
    spoken = next((sentence for sentence in chosen if sentence.quoted and _states(scan.article, sentence)), None)
    heard = [(scan.where[hit[0]], hit) for hit in hits.get("hearsay", ())]
    hearsay = next((hit for sentence in chosen for number, hit in heard if number == sentence.number), None)
    if hearsay and not source:
        return Part(0, (f"“{_words(scan, hearsay)}”: hearsay, with nobody named",))
    facts: list[str] = []
    if source:
        facts.append(f"a named source: {source}")
    if figure:
        facts.append(f"a figure: “{scan.article.text[figure.start : figure.end]}”")
    if spoken and source:
        facts.append("a direct statement in quotation marks")
    return Part(min(2, len(facts)), tuple(facts))


_STATEMENT = re.compile(r"[“„«\"](?:[^”“«»\"\s]+\s+){5,}[^”“«»\"]*[”“»\"]?")
"""Six or more words in quotation marks; the closing mark may be missing where it is in a later sentence."""


def _states(article: Article, sentence: Sentence) -> bool:
    start, end = article.sentences[sentence.number]
    return _STATEMENT.search(article.text, start, end) is not None


_NAME = rf"{CAPITAL}[\w’'&.-]*+(?: (?:of |de |for |van |von )?{CAPITAL}[\w’'&-]*+)*+"
"""Possessive quantifiers (“*+”) prevent backtracking: what follows a name never begins within it."""
_SAID = "said|says|wrote|writes|warned|warns|argued|argues|added|explained|noted|stated"
_SAID_ELSEWHERE = (
    "sagte|sagt|erklärte|dijo|ha detto|disse|a déclaré|zei|zegt|powiedział|powiedziała|oświadczył|oświadczyła"
    "|dodał|dodała"
)
_SHOWED = (
    "confirmed|denied|denies|announced|published|estimated|estimates|expects|expected|found|finds|showed|shows|reported"
    "|ruled|predicted|calculated|concluded|decided|teilte mit|anunció|annonce|ha annunciato|anunciou|ogłosił|ogłosiła"
    "|potwierdził|potwierdziła|poinformował|poinformowała"
)
_TOLD = "told|tells"
_NOT_A_SOURCE = r"(?!(?:that|it|he|she|they|there|if|when|in|on|at|to|as)\b)"
_INVERTED = rf"(?<=[,.!?”\"’'»–—] )(?:{_SAID})"
"""“…,” said Ruth. Where nothing closes before the verb, what follows it is what was said: “Barrot said Marseille …”."""
_BY = "according to|published by|compiled by|laut|selon|según|secondo|segundo|volgens|według|zdaniem"
_AFTER_OPENINGS = tuple(f"{_SAID}|{_SAID_ELSEWHERE}|{_BY}".split("|"))
_AFTER = re.compile(
    rf"\b(?:{_INVERTED}|{_SAID_ELSEWHERE}|{_BY}),?\s(?:{_NOT_A_SOURCE}[a-zà-ÿąćęłńśźż’'-]+,?\s){{0,5}}?({_NAME})"
)
_SELDOM_A_ROLE = (
    "has|have|had|also|now|later|then|again|never|once|first|still|who|that|and|or|but|[a-z]+ly|[a-z]+sel(?:f|ves)"
)
_BEFORE = re.compile(
    rf"({_NAME})(?:,[^,.;“”]{{0,70}},)?(?:\s(?:{_SELDOM_A_ROLE})\b){{0,2}}(?P<role>\s(?!(?:{_SELDOM_A_ROLE})\b)[a-z]+)?"
    rf"(?:\s(?:{_SELDOM_A_ROLE})){{0,2}}\s(?:(?P<said>{_SAID}|{_SAID_ELSEWHERE}|{_TOLD})|{_SHOWED})\b"
)
_ARTICLE = re.compile(r"^(?:The|An?) ")
_NOBODY = frozenset(
    [
        "He", "She", "It", "They", "We", "I", "You", "This", "That", "The", "But", "And", "Nobody", "Officials",
        "People", "Er", "Sie", "Es", "Il", "Elle", "Él", "Ella", "One", "Some", "Many", "Others", "Critics", "Analysts",
        "Experts",
    ]
)  # fmt: skip


SOURCES = 10
"""Number of sentences searched for a source; sources are usually named early."""


def _source(article: Article, among: Iterable[Sentence]) -> str | None:
    """The named source, if any: “said Ruth Castellanos”, “European leaders said”, “Google Research paper published”."""
    sourced = (sentence for sentence in among if sentence.sourced)
    for sentence in islice(sourced, SOURCES):
        start, end = article.sentences[sentence.number]
        words = article.text[start:end]
        for match in chain(matches(_AFTER, _AFTER_OPENINGS, words), _BEFORE.finditer(words)):
            if name := _name_in(match):
                return name
    return None


def _name_in(match: re.Match[str]) -> str | None:
    """The name that a match of _AFTER or _BEFORE found, with its role where it speaks; None: it can be no source."""
    name = match[1].removesuffix("’s").removesuffix("'s").rstrip(",")
    name = _ARTICLE.sub("", name if ABBREVIATED.search(name) else name.rstrip("."))
    if not _is_somebody(name):
        return None
    found = match.groupdict()
    role = found["role"] if found.get("said") and found["role"] and not match[0].startswith(f"{match[1]},") else ""
    return name + role


def _is_somebody(name: str) -> bool:
    """Whether the name can be a source: not a day, a month or a pronoun."""
    first = name.split(" ", 1)[0]
    return first not in _NOBODY and not all(word.lower().rstrip(".") in CALENDAR for word in name.split(" "))
