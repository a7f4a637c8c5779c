"""A question taken apart: what sort of thing it asks for, about whom, and in which other words that may be told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from bot.analysts.lexical.amounts import amounts
from bot.text.proper_names import names
from bot.text.tokenisation import term, terms, words


class Sort(StrEnum):
    """What an answer must hold."""

    HOW_MANY = "how many"
    HOW_LONG = "how long"
    HOW_FAR = "how far"
    HOW_OLD = "how old"
    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    SAID = "what did … say"
    WHY = "why"
    ANY = "anything"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is looked for. A question of names alone has no terms beside them."""

    sort: Sort
    terms: tuple[str, ...]  # stems of what it says, each once, the names' included
    names: tuple[frozenset[str], ...]  # the stems of each name in it
    things: frozenset[str]  # of "how many …": stems of what is counted
    counted: frozenset[str]  # those, and other words for them
    kind: frozenset[str]  # of "which ports …": the stem of what is asked for


_SORTS = (
    (Sort.HOW_OLD, r"\bhow old\b|\bwhat age\b"),
    (Sort.HOW_FAR, r"\bhow (?:far|deep|tall|wide)\b(?! (?:did|have|has) .*(?:fall|drop|rise|cut|go))"),
    (Sort.HOW_LONG, r"\bhow long\b|\bhow (?:soon|quickly|fast)\b|\bwie lange\b"),
    (
        Sort.HOW_MANY,
        (
            r"\bhow (?:much|many|large|big|high|low|often|far|strong)\b"
            r"|\bwhat (?:share|percentage|figure|number|price|proportion)\b"
            r"|\bwhat (?:do|does|did|will|would) .* (?:cost|pay|earn|get)\b"
            r"|\bwie ?viele?\b|\bcombien\b|\bcuánt[oa]s?\b|\bquant[oiae]\b"
        ),
    ),
    (Sort.WHEN, r"\bwhen\b|\bwhat (?:day|date|year|time)\b|\bwann\b|\bquand\b|\bcuándo\b|\bquando\b"),
    (Sort.WHO, r"\bwho(?:se|m)?\b|\bwer\b|\bqui\b|\bquién(?:es)?\b|\bchi\b|\bquem\b"),
    (Sort.WHERE, r"\bwhere\b|\bwhich (?:country|city|place|region)\b|\bwo\b|\boù\b|\bdónde\b|\bdove\b|\bonde\b"),
    (Sort.SAID, r"\bwhat (?:do|does|did|has|have) .*\b(?:say|said|argue|think|claim|tell|warn|fear|expect|promise)\b"),
    (Sort.WHY, r"\bwhy\b|\bfor what reason\b|\bwarum\b|\bpourquoi\b|\bpor qué\b|\bperché\b"),
)
_SORTED = tuple((sort, re.compile(pattern, re.IGNORECASE)) for sort, pattern in _SORTS)
_FRAME = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how|much|many|long|far|old|often|large|big|is|are|was|were|be|been|do|does"
    r"|did|has|have|had|will|would|can|could|should|the|a|an|it|this|that|there|article|articles|source|sources|say|says"
    r"|said|tell|tells|told|think|thinks|me|us|about|please|signal|exactly|happen|happens|happened|anything|anyone|any|thing"
    r"|things|else|and|but|so|instead|compared|true|really|average|affected|affects?|involved|concerned)\b",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"\b(?:what|how) about (.+)", re.IGNORECASE)
_COUNTED = re.compile(r"\bhow many ([\w'’-]+(?: [\w'’-]+)?)", re.IGNORECASE)
_KIND = re.compile(r"\bwhich ([\w'’-]+)", re.IGNORECASE)

# Words that newspapers use for one another; matched by their stems, and worth less than the word itself.
_SAME = """
cost price pay paid fee worth charge spend spent earn wage salary income
job post work position role
worker people staff employee labour labor
people person resident inhabitant
employ work hire people
firm company group maker manufacturer producer business operator
manufacturer maker producer
manufacture make build produce
ship vessel boat
truck lorry vehicle
cut reduce lower fall shrink slash
rise increase grow climb up
fall drop decline lose lost sink down
lose lost shed
deny dispute contradict reject
dispute contest challenge
decide decision rule ruling order adopt vote verdict
regulator commission authority watchdog
stop halt suspend idle
delay postpone defer late re-phase
fear warn worry
end settle settlement agreement conclude
settlement agreement deal
build construct
plant factory site
buy purchase acquire
buyer customer
competitor rival
find found discover
choose chose pick select
share stock
error mistake wrong
divert redirect reroute
dead die died death
tenant resident renter
patient people
doctor physician
farmer grower
insurance cover policy
household family home
document paper plan report
strike walkout stoppage
minister ministry government
president chair chairman head
yield rate
wait queue delay
copy replicate offer
withdraw cancel pull
develop build write
happen occur
machine system equipment
leave left
begin began start
hold held
keep kept
give gave
take took
make made
grow grew
rise rose
fall fell
buy bought
sell sold
win won
send sent
bring brought
lead led
meet met
go went
come came
become became
write wrote
speak spoke
lend lent
shut close
"""
PAST = {
    "lose": "lost", "fall": "fell", "rise": "rose", "buy": "bought", "sell": "sold", "pay": "paid", "make": "made",
    "take": "took", "win": "won", "grow": "grew", "begin": "began", "leave": "left", "find": "found", "hold": "held",
    "keep": "kept", "build": "built", "spend": "spent", "send": "sent", "bring": "brought", "lead": "led",
    "meet": "met", "give": "gave", "go": "went", "come": "came", "become": "became", "write": "wrote",
    "speak": "spoke", "choose": "chose", "drive": "drove", "shut": "shut", "draw": "drew", "know": "knew",
    "see": "saw", "think": "thought", "break": "broke", "teach": "taught", "run": "ran", "get": "got",
}  # fmt: skip
"""Irregular verbs: what they are in print."""


@cache
def _others() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _SAME.strip().splitlines():
        stems = {term(word) or word for word in line.split()}
        for stem in stems:
            found.setdefault(stem, set()).update(stems - {stem})
    return {stem: frozenset(others) for stem, others in found.items()}


@cache
def _forms() -> Mapping[str, frozenset[str]]:
    """Irregular forms, both ways."""
    pairs = [(term(one) or one, term(past) or past) for one, past in PAST.items()]
    return {stem: frozenset({other}) for pair in pairs for stem, other in (pair, pair[::-1])}


LIGHT = frozenset(terms("go come take took part put give want need do set bring turn"))
"""Stems of words that say little by themselves."""


def likeness(wanted: str, held: str) -> float:
    """How far a word that stands in a text is the one asked for: 1 itself, less for a form, a relative, a synonym."""
    if wanted == held:
        return 1.0
    if held in _forms().get(wanted, ()):
        return 1.0
    if _relatives(wanted, held):
        return 0.85
    return 0.7 if held in _others().get(wanted, ()) else 0.0


def _relatives(one: str, other: str) -> bool:
    """ "manufacture" and "manufacturer", "insurer" and "insurance": the same but for how they end."""
    if one[:4] != other[:4] or {one, other} in _STRANGERS:
        return False
    return not _bases(one).isdisjoint(_bases(other))


@lru_cache(maxsize=1 << 14)
def _bases(stem: str) -> frozenset[str]:
    """The stem, and what is left of it without a suffix that makes one word of another."""
    most = 2 if len(stem) < 7 else 6
    ends = (ending for ending in _ENDINGS if stem.endswith(ending) and len(ending) <= most)
    return frozenset((stem, *(stem[: -len(end)] for end in ends if len(stem) - len(end) >= 4)))


_ENDINGS = (
    "er", "or", "ed", "ing", "ment", "ion", "tion", "ation", "al", "ern", "an", "ian", "ity", "ive", "ly", "anc", "enc",
    "ant", "ent", "ist", "abl", "e", "at", "y",
)  # fmt: skip
_STRANGERS = ({"found", "founder"}, {"port", "portal"}, {"form", "former"}, {"part", "party"}, {"organ", "organist"})
"""Words that only look akin."""
_FOUNDED = re.compile(r"\bfound(?:ed|s)\b", re.IGNORECASE)


def stems(text: str) -> list[str]:
    """The content terms of a text; to found a firm is not to find one."""
    return terms(_FOUNDED.sub("founder", text))


def inquiry(question: str, earlier: Sequence[str] = ()) -> Inquiry:
    """The question taken apart. One that has hardly a word of its own (“and in Germany?”) goes on from the one before,
    and its name takes the place of the other's."""
    own = core(question)
    asked = question
    if match := _TOPIC.search(question):
        own, asked = core(match[1]), ""
    elif earlier and len(terms(own)) < 2:
        before = earlier[-1]
        if named := names(_lowered(question)):
            for name in names(_lowered(before)):
                before = before.replace(name, " ")
            own = " ".join((core(before), *named))
        else:
            own = f"{core(before)} {own}"
        asked = question if _sort(question) is not Sort.ANY else before
    sort = _sort(asked)
    called = tuple(found for name in names(_lowered(own)) if (found := frozenset(terms(name))))
    said = (*stems(own), *((term("age"),) if sort is Sort.HOW_OLD else ()))
    return Inquiry(sort, tuple(dict.fromkeys(said)), called, *_counted(asked), frozenset(_kind(own, asked)))


def _sort(question: str) -> Sort:
    return next((sort for sort, pattern in _SORTED if pattern.search(question)), Sort.ANY)


def core(question: str) -> str:
    """The question without the words that only ask."""
    return _FRAME.sub(" ", question.replace("’", "'").replace("'s ", " "))


def _lowered(question: str) -> str:
    """The first word is capitalised for its place alone."""
    return question[:1].lower() + question[1:]


def _kind(own: str, question: str) -> list[str]:
    match = _KIND.search(question)
    return [stem for stem in stems(match[1]) if stem in stems(own)] if match else []


def _counted(question: str) -> tuple[frozenset[str], frozenset[str]]:
    match = _COUNTED.search(question)
    said = frozenset(stems(match[1])) if match else frozenset()
    return said, said.union(*(_others().get(stem, frozenset()) for stem in said))


# --- what an answer must hold ----------------------------------------------------------------------------------------

_NUMBER_WORD = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    r"|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|half|a third|a quarter|a tenth|a fifth)"
)
_FIGURE = re.compile(rf"\d|\b{_NUMBER_WORD}\b|\bnone\b|\bhalf\b|\bdoubled?\b", re.IGNORECASE)
_LENGTH = re.compile(
    rf"(?:\d[\d,.]*|\b{_NUMBER_WORD}|\ba)(?:-| )(?:\w+ )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?"
    r"|years?|decades?)\b",
    re.IGNORECASE,
)
_DISTANCE = re.compile(
    r"\d[\d,.]*[ -]?(?:km|kilomet(?:re|er)s?|miles?|met(?:re|er)s?|m|feet|micromet(?:re|er)s?)\b|\bhalf\b"
    r"|\d ?(?:%|per ?cent)",
    re.IGNORECASE,
)
_AGE = re.compile(r"\bage\b|\baged\b|\byears? old\b|, \d\d,|\b\d\d-year-old", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December|today|yesterday|tomorrow|tonight|(?:19|20)\d\d"
    r"|(?:last|next|this) (?:week|month|year|quarter|season|winter|summer|spring|autumn|night)"
    r"|(?:in|within|for|after|until) (?:about )?[\w-]+ (?:days|weeks|months|years|decades)"
    r"|in due course|when)\b"
)
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][\w’'-]+|^(?:The )?[A-Z]\w+ [A-Z]\w+")
_PLACE = re.compile(r"\b(?:in|at|near|from|across|of|to|off) (?:the )?[A-Z]\w+")
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]?")
_SPOKEN = re.compile(
    r"[“”\"]|\b(?:said|says|argued?s?|told|called|warned|expects?|estimates?|thinks?|finds?|spoke|considers?)\b"
)
_BECAUSE = re.compile(r"\b(?:because|since|so that|reason|owing|due to|in order|to pay|after)\b", re.IGNORECASE)

_HOLDS: Mapping[Sort, Callable[[str], object]] = {
    Sort.HOW_MANY: _FIGURE.search,
    Sort.HOW_LONG: _LENGTH.search,
    Sort.HOW_FAR: _DISTANCE.search,
    Sort.HOW_OLD: _AGE.search,
    Sort.WHEN: _DATE.search,
    Sort.WHO: _NAME.search,
    Sort.WHERE: _PLACE.search,
    Sort.SAID: _SPOKEN.search,
    Sort.WHY: _BECAUSE.search,
}
MUST = frozenset({Sort.HOW_MANY, Sort.HOW_LONG, Sort.HOW_FAR, Sort.HOW_OLD, Sort.WHEN})
"""Sorts to which a sentence without the thing asked for is no answer."""


def fits(asked: Inquiry, sentence: str) -> bool:
    """Whether the sentence holds the sort of thing that is asked for."""
    holds = _HOLDS.get(asked.sort)
    return holds is None or bool(holds(sentence))


def counts(asked: Inquiry, sentence: str) -> bool:
    """Whether the sentence puts a number to what is counted: "how many ships" and "14 ships"."""
    if not asked.counted:
        return bool(amounts(sentence, 0, len(sentence)))
    found = words(sentence)
    numbers = [at for at, word in enumerate(found) if word[0].isdigit() or re.fullmatch(_NUMBER_WORD, word)]
    return any((term(word) or word) in asked.counted for at in numbers for word in found[at + 1 : at + 5])


def unquoted(sentence: str) -> str:
    """The sentence without what is quoted in it: who speaks stands outside."""
    return _QUOTED.sub(" ", sentence)


def quotes(sentence: str) -> bool:
    """Whether somebody is quoted at some length."""
    return any(len(match.group().split()) > 3 for match in _QUOTED.finditer(sentence))
