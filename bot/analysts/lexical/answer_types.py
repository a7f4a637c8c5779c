"""What sort of thing a question asks for, and whether a sentence holds such a thing.

"How many …" asks for a number, "which countries …" for names of countries, "which law …" for a law. A word of the
question that only names the sort ("countries", "law", "money") need not stand in a sentence that holds the thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cache

from bot.analysts.lexical.counting import NUMBER_WORD
from bot.analysts.lexical.word_relations import stems
from bot.model.label import CategoryKind
from bot.text import taxonomy as taxonomies
from bot.text.proper_names import names
from bot.text.taxonomy import Taxonomy


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

_FIGURE = re.compile(rf"\d|\b{NUMBER_WORD}\b|\bnone\b|\bhalf\b|\bdoubled?\b", re.IGNORECASE)
_LENGTH = re.compile(
    rf"(?:\d[\d,.]*|\b{NUMBER_WORD}|\ba)(?:-| )(?:\w+ )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?"
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


PRECISE = frozenset({AnswerType.MONEY, AnswerType.COUNTRY, AnswerType.LAW})
"""Sorts that a sentence seldom holds by chance."""


def gives_cause(sentence: str) -> bool:
    """Whether the sentence says plainly why something is so, and not only after what."""
    return bool(_CAUSE.search(sentence))


def holds(wanted: AnswerType, sentence: str) -> bool:
    """Whether the sentence holds the sort of thing that is asked for."""
    found = HOLDS.get(wanted)
    return found is None or bool(found(sentence))


# --- who is quoted ---------------------------------------------------------------------------------------------------


def unquoted(sentence: str) -> str:
    """The sentence without what is quoted in it: who speaks stands outside."""
    return _QUOTED.sub(" ", sentence)


def quotes(sentence: str) -> bool:
    """Whether somebody is quoted at some length."""
    return any(len(match.group().split()) > 3 for match in _QUOTED.finditer(sentence))
