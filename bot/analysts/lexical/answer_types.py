"""What sort of thing a question asks for, and whether a sentence holds such a thing.

"How many …" asks for a number, "which countries …" for names of countries, "which law …" for a law. A word of the
question that only names the sort ("countries", "law", "money") need not stand in a sentence that holds the thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cache

from bot.analysts.lexical.amounts import amounts
from bot.analysts.lexical.word_relations import others, stems
from bot.model.label import CategoryKind
from bot.text import taxonomy as taxonomies
from bot.text.proper_names import names
from bot.text.taxonomy import Taxonomy
from bot.text.tokenisation import term, words


class AnswerType(StrEnum):
    """What an answer must hold."""

    MONEY = "how much money"
    PRICE = "what does it cost"
    COUNTRY = "which country"
    LAW = "which law"
    ORGANISATION = "which organisation"
    CULPRIT = "who did it"
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


# --- what a question asks for ----------------------------------------------------------------------------------------

_ASKED = (
    (AnswerType.MONEY, r"\bhow much (?:money|cash)\b|\b(?:what|which) (?:sum|amount)s?\b"),
    (
        AnswerType.PRICE,
        (
            r"\b(?:how much|what) (?:do|does|did|will|would|is|are|was|were|has|have)\b"
            r".*\b(?:cost|pay|paid|worth|earn|spend|spent)\b"
        ),
    ),
    (AnswerType.COUNTRY, r"\b(?:which|what|how many) (?:\w+ )?(?:countries|country|nations?)\b"),
    (
        AnswerType.LAW,
        r"\b(?:which|what) (?:\w+ )?(?:laws?|acts?|bills?|legislation|statutes?|directives?|treat(?:y|ies))\b",
    ),
    (
        AnswerType.ORGANISATION,
        r"\b(?:which|what) (?:\w+ )?(?:organi[sz]ations?|compan(?:y|ies)|firms?|groups?|bod(?:y|ies)|institutions?)\b",
    ),
    (
        AnswerType.CULPRIT,
        (
            r"\bwho (?:carried out|committed|caused|did (?:it|this|that)|killed|murdered|attacked|poisoned|bombed|stole"
            r"|hacked|(?:is|was|were|are) (?:behind|responsible for|to blame for|guilty of))\b"
        ),
    ),
    (AnswerType.HOW_OLD, r"\bhow old\b|\bwhat age\b"),
    (AnswerType.HOW_FAR, r"\bhow (?:far|deep|tall|wide)\b(?! (?:did|have|has) .*(?:fall|drop|rise|cut|go))"),
    (AnswerType.HOW_LONG, r"\bhow long\b|\bhow (?:soon|quickly|fast)\b|\bwie lange\b"),
    (
        AnswerType.HOW_MANY,
        (
            r"\bhow (?:much|many|large|big|high|low|often|far|strong)\b"
            r"|\bwhat (?:share|percentage|figure|number|price|proportion)\b"
            r"|\bwhat (?:do|does|did|will|would) .* (?:cost|pay|earn|get)\b"
            r"|\bwie ?viele?\b|\bcombien\b|\bcuánt[oa]s?\b|\bquant[oiae]\b"
        ),
    ),
    (AnswerType.WHEN, r"\bwhen\b|\bwhat (?:day|date|year|time)\b|\bwann\b|\bquand\b|\bcuándo\b|\bquando\b"),
    (AnswerType.WHO, r"\bwho(?:se|m)?\b|\bwer\b|\bqui\b|\bquién(?:es)?\b|\bchi\b|\bquem\b"),
    (
        AnswerType.WHERE,
        r"\bwhere\b|\bwhich (?:city|place|region)\b|\bwo\b|\boù\b|\bdónde\b|\bdove\b|\bonde\b",
    ),
    (
        AnswerType.SAID,
        r"\bwhat (?:do|does|did|has|have) .*\b(?:say|said|argue|think|claim|tell|warn|fear|expect|promise)\b",
    ),
    (AnswerType.WHY, r"\bwhy\b|\bfor what reason\b|\bwarum\b|\bpourquoi\b|\bpor qué\b|\bperché\b"),
)
_ASKS = tuple((found, re.compile(pattern, re.IGNORECASE)) for found, pattern in _ASKED)
"""The first that fits, most particular first."""

_NAMED_BY: Mapping[AnswerType, str] = {
    AnswerType.MONEY: "money cash sum amount",
    AnswerType.COUNTRY: "country nation",
    AnswerType.LAW: "law act bill legislation statute directive treaty",
    AnswerType.ORGANISATION: "organisation organization company firm group body institution",
    AnswerType.CULPRIT: "carry commit cause behind responsible blame guilty",
    AnswerType.HOW_MANY: "people person",
}


def asked_for(question: str) -> AnswerType:
    """The sort of thing a question asks for."""
    return next((found for found, pattern in _ASKS if pattern.search(question)), AnswerType.ANY)


@cache
def type_words(wanted: AnswerType) -> frozenset[str]:
    """Stems of the words that only name what is asked for, and need not stand in an answer that holds it."""
    return frozenset(stems(_NAMED_BY.get(wanted, "")))


def kinds_named(wanted: AnswerType, terms: Iterable[str]) -> Mapping[str, AnswerType]:
    """Those of a question's terms that name a sort of thing, with that sort: what is asked for, and countries."""
    found = dict.fromkeys(type_words(AnswerType.COUNTRY), AnswerType.COUNTRY)
    found.update(dict.fromkeys(type_words(wanted), wanted))
    return {stem: found[stem] for stem in terms if stem in found}


# --- what a sentence holds -------------------------------------------------------------------------------------------

_NUMBER_WORD = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    r"|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?"
    r"|scores|half|a third|a quarter|a tenth|a fifth)"
)
_NUMBER_WORDED = re.compile(_NUMBER_WORD)
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
_AGE = re.compile(r"(?<!of-)\bage\b|\baged\b|\byears? old\b|, \d\d,|\b\d\d-year-old", re.IGNORECASE)
DATE = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December|(?:Jan|Feb|Aug|Sept|Oct|Nov|Dec)\. \d+|today|yesterday|tomorrow|tonight|(?:19|20)\d\d"
    r"|(?:last|next|this) (?:week|month|year|quarter|season|winter|summer|spring|autumn|night)|on the day"
    r"|(?:in|within|for|after|until) (?:about )?[\w-]+ (?:days|weeks|months|years|decades)"
    r"|in due course|when)\b"
)
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][\w’'-]+|^(?:The )?[A-Z]\w+ [A-Z]\w+")
_PLACE = re.compile(r"\b(?:in|at|near|from|across|of|to|off) (?:the )?[A-Z]\w+")
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]?")
_SPOKEN = re.compile(
    r"[“”\"]|\b(?:said|says|argued?s?|told|called|warn(?:s|ed)|expects?|estimates?|thinks?|finds?|found|spoke"
    r"|considers?|claimed|announced|add(?:s|ed)|insist(?:s|ed)|wrote|writes|den(?:y|ies|ied)|promised|accused|asked"
    r"|demand(?:s|ed)|vowed|feared|believes?|according to|criticised|criticized|praised|rejected|disput(?:es|ed))\b"
)
_CAUSE = re.compile(
    r"\b(?:because|so that|reason|owing|due to|in order|over (?!\d)|amid|blam\w+|accus\w+|caus\w+|thanks to"
    r"|for (?:allegedly )?\w+ing|weil|wegen|aufgrund|parce que|en raison|à cause|porque|por causa|debido a|perché"
    r"|a causa)\b",
    re.IGNORECASE,
)
_BECAUSE = re.compile(
    rf"{_CAUSE.pattern}|\b(?:since|to pay|after|following|prompt\w+|led to|leading to|as (?:it|they|he|she))\b",
    re.IGNORECASE,
)
_CULPRIT = re.compile(
    r"\b(?:culprits?|responsib\w+|blam\w+|accus\w+|suspect\w*|perpetrat\w+|guilty|convicted|behind|charged with"
    r"|carried out by|killed by|caused by)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£¥₹] ?\d|\b(?:dollars?|euros?|pounds?|pence|cents|yen|yuan|rupees?|reais|shillings?|ringgit|francs?"
    r"|kron(?:er|or|a)|øre|pesos?|r(?:o)?ubles?|USD|EUR|GBP)\b",
)
_PRICE = re.compile(rf"{_MONEY.pattern}|\b[A-Z]{{3}} \d|\d ?%|per ?cent|\b(?:million|billion)s?\b|\bfree\b")
_LAW = re.compile(
    r"\b[A-Z][\w’'-]+ (?:(?:of|on|and|for) )?(?:\w+ )?(?:Act|Law|Bill|Code|Charter|Directive|Regulation|Treaty"
    r"|Convention|Statute|Constitution|Ordinance|Decree)\b|\b(?:law|bill|legislation|statute|directive|decree|treaty)\b"
)
_BODY = (
    "Federation|Union|Agency|Ministry|Department|Office|Bank|Group|Organi[sz]ation|Commission|Council|Court|University"
    "|Institute|Party|Committee|Association|Authority|Company|Corp|Inc|Ltd|Foundation|Fund|League|Board|Society"
    "|Confederation|Alliance|Congress|Service|Trust"
)
_ORGANISATION = re.compile(
    rf"\b(?:[A-Z][\w’'&.-]* (?:(?:of|for|and|the) )*){{1,6}}(?:{_BODY})\b|\b(?:{_BODY}) (?:of|for) [A-Z]"
    r"|\b[A-Z]{2,6}\b"
)


def _countries(sentence: str) -> bool:
    """Whether a country is named as such: not by its capital or as an adjective alone."""
    return any(_is_country(each) for each in names(f"so {sentence}"))


def _is_country(name: str) -> bool:
    label = taxonomy().label(name)
    place = taxonomy().place(label.value) if label and label.kind is CategoryKind.PLACE else None
    short = name.replace(".", "")
    return place is not None and (name in place.name or place.name in name or short.isupper() or name in _COMMON_NAMES)


_COMMON_NAMES = frozenset({"Britain", "England", "Scotland", "Wales", "America", "Holland", "Burma", "Turkey"})


@cache
def taxonomy() -> Taxonomy:
    return taxonomies.load()


HOLDS: Mapping[AnswerType, Callable[[str], object]] = {
    AnswerType.MONEY: _MONEY.search,
    AnswerType.PRICE: _PRICE.search,
    AnswerType.COUNTRY: _countries,
    AnswerType.LAW: _LAW.search,
    AnswerType.ORGANISATION: _ORGANISATION.search,
    AnswerType.CULPRIT: _CULPRIT.search,
    AnswerType.HOW_MANY: _FIGURE.search,
    AnswerType.HOW_LONG: _LENGTH.search,
    AnswerType.HOW_FAR: _DISTANCE.search,
    AnswerType.HOW_OLD: _AGE.search,
    AnswerType.WHEN: DATE.search,
    AnswerType.WHO: _NAME.search,
    AnswerType.WHERE: _PLACE.search,
    AnswerType.SAID: _SPOKEN.search,
    AnswerType.WHY: _BECAUSE.search,
}
MUST = frozenset(
    {
        AnswerType.MONEY,
        AnswerType.PRICE,
        AnswerType.COUNTRY,
        AnswerType.LAW,
        AnswerType.HOW_MANY,
        AnswerType.HOW_LONG,
        AnswerType.HOW_FAR,
        AnswerType.HOW_OLD,
        AnswerType.WHEN,
        AnswerType.SAID,
        AnswerType.WHY,
    }
)
"""Sorts to which a sentence without the thing asked for is no answer."""


def gives_cause(sentence: str) -> bool:
    """Whether the sentence says plainly why something is so, and not only after what."""
    return bool(_CAUSE.search(sentence))


def holds(wanted: AnswerType, sentence: str) -> bool:
    """Whether the sentence holds the sort of thing that is asked for."""
    found = HOLDS.get(wanted)
    return found is None or bool(found(sentence))


# --- counting --------------------------------------------------------------------------------------------------------

_COUNTED = re.compile(r"\bhow many ([\w'’-]+(?: [\w'’-]+)?)", re.IGNORECASE)
_VERB = re.compile(r"(?:were|was|are|is|have|has|had|will|would|could|can|do|does|did|of)\b", re.IGNORECASE)
_NO_NOUN = re.compile(r"the|an?|it|in|at|for|of|to|on|by|from|with|him|her|them|this|that|his|their|its", re.IGNORECASE)
_PLURAL = re.compile(r"\w+s$|people$|children$|men$|women$", re.IGNORECASE)
_PEOPLE = frozenset(stems("people person man woman child"))
_PERSON = re.compile(
    r"(?:\w{3,}(?:ers|ors|ists|ians|eers|ees)|people|men|women|children|\w*men|students|patients|residents|migrants"
    r"|tenants|pupils|soldiers|troops|officials|deaths|victims|members|families)"
)
_NO_PERSONS = re.compile(
    r"(?:papers|numbers|orders|containers|quarters|letters|met(?:er|re)s|kilomet(?:er|re)s|cent(?:er|re)s|waters|borders"
    r"|towers|powers|matters|others|offers|tankers|sensors|reactors|trees|degrees|fees|tractors|motors|errors|factors)"
)
_REACH_BEHIND, _REACH_BEFORE = 4, 3
"""Words behind and before a number among which what it counts is looked for: "14 ships", "killed thousands"."""


def counted(question: str) -> frozenset[str]:
    """Of "how many …": the stems of what is counted; empty: it is not said."""
    match = _COUNTED.search(question)
    if not match or _VERB.match(match[1]):
        return frozenset()
    first, _, second = match[1].partition(" ")
    if _PLURAL.fullmatch(first):
        return frozenset(stems(first))
    return frozenset() if not second or _NO_NOUN.fullmatch(second) else frozenset(stems(match[1]))


def counts_persons(question: str) -> bool:
    """Whether it is asked how many people, workers or children there are."""
    match = _COUNTED.search(question)
    return match is not None and is_person(match[1].split()[0].lower())


def counts(things: frozenset[str], sentence: str) -> bool:
    """Whether the sentence puts a number to what is counted, under this name or another; where it is not said what is
    counted, whether there is a figure at all."""
    if not things:
        return bool(amounts(sentence, 0, len(sentence)))
    found = words(sentence)
    numbers = [at for at, word in enumerate(found) if word[0].isdigit() or _NUMBER_WORDED.fullmatch(word)]
    return any(_named(things, _around(found, at)) for at in numbers)


def _around(found: list[str], at: int) -> list[str]:
    return [*found[max(0, at - _REACH_BEFORE) : at], *found[at + 1 : at + 1 + _REACH_BEHIND]]


def _named(things: frozenset[str], near: list[str]) -> bool:
    wanted = things.union(*(others(stem) for stem in things))
    if any((term(word) or word) in wanted for word in near):
        return True
    return not things.isdisjoint(_PEOPLE) and any(map(is_person, near))


def is_person(word: str) -> bool:
    """Whether a word in the plural means persons, told by its ending: "miners", "refugees"."""
    return bool(_PERSON.fullmatch(word)) and not _NO_PERSONS.fullmatch(word)


# --- who is quoted ---------------------------------------------------------------------------------------------------


def unquoted(sentence: str) -> str:
    """The sentence without what is quoted in it: who speaks stands outside."""
    return _QUOTED.sub(" ", sentence)


def quotes(sentence: str) -> bool:
    """Whether somebody is quoted at some length."""
    return any(len(match.group().split()) > 3 for match in _QUOTED.finditer(sentence))


# --- the future ------------------------------------------------------------------------------------------------------

_WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_ABOUT_FUTURE = re.compile(
    r"^(?:and |but )?(?:will|shall)\b|\b(?:who|what|when|where|which|how|why)\b.*\b(?:will|going to)\b|\btomorrow\b"
    rf"|\bnext (?:week|month|year|quarter|decade|winter|summer|spring|autumn|{_WEEKDAYS})\b"
    r"|\bin (?:the )?(?:future|coming)\b",
    re.IGNORECASE,
)
_SOON = re.compile(rf"\b(?:tomorrow|next week|next (?:{_WEEKDAYS})|this week)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:next \w+|in (?:the )?(?:future|coming)\b.*|(?:in|by) 20\d\d)\b", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|won't|won’t|is to|are to|to be|plans?|planned|expect\w*|due|schedul\w+|forecast\w*"
    r"|intend\w*|vow\w*|set to|could|may|might|propos\w+|aims?|must|going to|promis\w+|pledg\w+|predict\w*"
    rf"|ahead of|until|from (?:next|{_MONTHS}))\b",
    re.IGNORECASE,
)
_DAY = re.compile(rf"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|{_MONTHS}|tomorrow|next \w+)\b")
_PERIOD = re.compile(rf"\b(?:(?:by|from|until|before) (?:{_MONTHS})|20\d\d|next \w+|coming \w+|by the end)\b")


PRECISE = frozenset({AnswerType.MONEY, AnswerType.COUNTRY, AnswerType.LAW})
"""Sorts that a sentence seldom holds by chance."""


def about_future(question: str) -> bool:
    """Whether it is asked what is to come."""
    return bool(_ABOUT_FUTURE.search(question))


def looks_ahead(question: str, sentence: str) -> bool:
    """Whether the sentence says what is to come, and where the question names a time, also when."""
    if not _AHEAD.search(sentence):
        return False
    if _SOON.search(question):
        return bool(_DAY.search(sentence))
    return bool(_PERIOD.search(sentence)) or not _LATER.search(question)
