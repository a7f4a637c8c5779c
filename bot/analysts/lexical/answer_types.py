"""What sort of thing a question asks for.

"How many …" asks for a number, "which countries …" for names of countries, "which law …" for a law. A word of the
question that only names the sort ("countries", "law", "money") need not stand in a sentence that holds the thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache

from bot.analysts.lexical import foreign_words
from bot.text.word_relations import stems


class AnswerType(StrEnum):
    """What an answer must hold."""

    MONEY = "how much money"
    PRICE = "what does it cost"
    COUNTRY = "which country"
    LAW = "which law"
    ORGANISATION = "which organisation"
    CULPRIT = "who did it"
    OBJECTOR = "who disagrees"
    PAYER = "who pays"
    ACCUSED = "accused of what"
    NEXT = "what happens next"
    IF = "what happens if"
    HOW_MANY = "how many"
    HOW_LONG = "how long"
    HOW_FAR = "how far"
    HOW_OLD = "how old"
    SINCE = "since when"
    WHEN = "when"
    WHO = "who"
    WHERE = "where"
    SAID = "what did … say"
    WHY = "why"
    MATTERS = "why does it matter"
    HOW = "how"
    ANY = "anything"


# --- what a question asks for ----------------------------------------------------------------------------------------

_ASKED = (
    (
        AnswerType.MATTERS,
        r"^(?:(?:and|but|so) )?why (?:is|are|does|do)\b.* (?:matter|(?:so )?(?:important|crucial|significant))\b",
    ),
    (AnswerType.WHY, r"^(?:(?:and|but|so) )?why\b"),
    (AnswerType.MONEY, r"\bhow much (?:money|cash)\b|\b(?:what|which) (?:sum|amount)s?\b"),
    (
        AnswerType.PRICE,
        (
            r"\b(?:how much|what) (?:do|does|did|will|would|is|are|was|were|has|have)\b"
            r".*\b(?:cost|pay|paid|worth|earn|spend|spent)\b"
        ),
    ),
    (AnswerType.COUNTRY, r"\b(?:which|what) (?:\w+ )?(?:countries|country|nations?)\b"),
    (
        AnswerType.LAW,
        r"\b(?:which|what) (?:\w+ )?(?:laws?|acts?|bills?|legislation|statutes?|directives?|treat(?:y|ies))\b",
    ),
    (
        AnswerType.ORGANISATION,
        (
            r"\b(?:which|what) (?:\w+ )?(?:organi[sz]ations?|compan(?:y|ies)|firms?|groups?|bod(?:y|ies)"
            r"|institutions?"
            r"|part(?:y|ies))\b"
        ),
    ),
    (
        AnswerType.OBJECTOR,
        (
            r"\b(?:who|anyone|anybody|someone|which \w+)(?: else)? (?:disagrees?|objects?|opposes|doubts|criticises"
            r"|criticizes|disputes|denies|rejects|contests"
            r"|says? (?:otherwise|the opposite)|"
            r"(?:is|are|was|were|voted|votes) (?:against|opposed|unhappy|sceptical|skeptical))\b"
        ),
    ),
    (
        AnswerType.PAYER,
        (
            r"\bwho(?:'s| is| are| will| would| must| has to| should)? (?:pays?|paid|paying|finances?|funds?|foots?"
            r"|bears?"
            r"|covers?)\b"
        ),
    ),
    (
        AnswerType.ACCUSED,
        (
            r"\bwhat (?:is|are|was|were|has|have) .*\b(?:accused|suspected|guilty|convicted) of\b|\bcharged with\W*$"
            r"|\bwhat (?:are|were) the (?:charges|allegations|accusations)\b"
        ),
    ),
    (AnswerType.IF, r"^(?:and |but )?what (?:happens |would happen |will happen |comes )?(?:if|unless)\b"),
    (
        AnswerType.NEXT,
        r"\bwhat (?:(?:happens|comes|is|will happen|are the) next|next|now|follows)\b|\bhow (?:does|will) it go on\b",
    ),
    (
        AnswerType.CULPRIT,
        (
            r"\bwho (?:carried out|committed|caused|did (?:it|this|that)|killed|murdered|attacked|poisoned|bombed"
            r"|stole"
            r"|hacked|(?:is|was|were|are) (?:behind|responsible for|to blame for|guilty of))\b"
        ),
    ),
    (AnswerType.HOW_OLD, r"\bhow old\b|\b(?:what|which) (?:minimum )?age\b"),
    (AnswerType.HOW_FAR, r"\bhow (?:far|deep|tall|wide)\b(?! (?:did|have|has) .*(?:fall|drop|rise|cut|go))"),
    (AnswerType.HOW_LONG, r"\bhow long\b|\bhow (?:soon|quickly|fast)\b"),
    (
        AnswerType.HOW_MANY,
        (
            r"\bhow (?:much|many|large|big|high|low|often|far|strong)\b"
            r"|\bwhat (?:share|percentage|figure|number|price|proportion)\b"
            r"|\bwhat (?:do|does|did|will|would) .* (?:cost|pay|earn|get)\b"
        ),
    ),
    (AnswerType.SINCE, r"\bsince when\b"),
    (AnswerType.WHEN, r"\bwhen\b|\bwhat (?:day|date|year|time)\b"),
    (AnswerType.WHO, r"\bwho(?:se|m)?\b"),
    (AnswerType.WHERE, r"\bwhere\b|\bwhich (?:city|place|region)\b"),
    (
        AnswerType.SAID,
        (
            r"\bwhat (?:do|does|did|has|have) .*\b(?:say|said|argue|think|claim|tell|warn|fear|expect|promise"
            r"|ask for|call for|demand|want|urge)\b"
        ),
    ),
    (
        AnswerType.HOW,
        r"^(?:and |but |so )?how (?:did|do|does|was|were|is|are|has|have|had|will|can|could|would)\b",
    ),
    (
        AnswerType.WHY,
        r"\bwhy\b|\bfor what reason\b|\bwhat (?:caused|led to|(?:is|was) the (?:cause|reason))\b",
    ),
)
_FOREIGN = (
    (AnswerType.COUNTRY, foreign_words.ASKS_COUNTRY),
    (AnswerType.HOW_LONG, foreign_words.ASKS_HOW_LONG),
    (AnswerType.HOW_MANY, foreign_words.ASKS_HOW_MANY),
    (AnswerType.WHEN, foreign_words.ASKS_WHEN),
    (AnswerType.WHY, foreign_words.ASKS_WHY),
    (AnswerType.SAID, foreign_words.ASKS_SAID),
    (AnswerType.WHO, foreign_words.ASKS_WHO),
    (AnswerType.WHERE, foreign_words.ASKS_WHERE),
)


def _compiled(patterns: Iterable[tuple[AnswerType, str]]) -> tuple[tuple[AnswerType, re.Pattern[str]], ...]:
    return tuple((found, re.compile(pattern, re.IGNORECASE)) for found, pattern in patterns)


_ASKS, _FOREIGN_ASKS = _compiled(_ASKED), _compiled(_FOREIGN)
"""The first that fits, most particular first."""

_NAMED_BY: Mapping[AnswerType, str] = {
    AnswerType.MONEY: "money cash sum amount",
    AnswerType.PRICE: "cost price worth",
    AnswerType.COUNTRY: "country nation",
    AnswerType.LAW: "law act bill legislation statute directive treaty allow permit let govern apply cover",
    AnswerType.ORGANISATION: "organisation organization company firm group body institution",
    AnswerType.CULPRIT: "carry commit cause behind responsible blame guilty",
    AnswerType.OBJECTOR: (
        "disagree object oppose against dispute deny reject contest doubt criticise criticize opposite unhappy"
    ),
    AnswerType.ACCUSED: "accuse suspect guilty convict charge allegation accusation",
    AnswerType.PAYER: "pay paid finance fund foot bear cover bill",
    AnswerType.WHERE: "city place region town",
    AnswerType.HOW_OLD: "age",
    AnswerType.HOW_LONG: "last take continue run stay remain",
    AnswerType.SAID: "call think argue want urge",
    AnswerType.HOW_MANY: "people person",
    AnswerType.WHY: "cause lead reason",
    AnswerType.MATTERS: "matter important crucial significant",
}


def asked_for(question: str, language: str = "en") -> AnswerType:
    """The sort of thing a question asks for; `language` (ISO 639-1) is that in which it is asked."""
    patterns = _ASKS if language == "en" else _FOREIGN_ASKS
    return next((found for found, pattern in patterns if pattern.search(question)), AnswerType.ANY)


@cache
def type_words(wanted: AnswerType) -> frozenset[str]:
    """Stems of the words that only name what is asked for, and need not stand in an answer that holds it."""
    return frozenset(stems(_NAMED_BY.get(wanted, "")))


def kinds_named(wanted: AnswerType, terms: Iterable[str]) -> Mapping[str, AnswerType]:
    """Those of a question's terms that name a sort of thing, with that sort: what is asked for, and countries."""
    found = dict.fromkeys(type_words(AnswerType.COUNTRY), AnswerType.COUNTRY)
    found.update(dict.fromkeys(type_words(wanted), wanted))
    return {stem: found[stem] for stem in terms if stem in found}


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
        AnswerType.SINCE,
        AnswerType.SAID,
        AnswerType.WHY,
        AnswerType.MATTERS,
        AnswerType.OBJECTOR,
        AnswerType.PAYER,
        AnswerType.ACCUSED,
        AnswerType.NEXT,
        AnswerType.IF,
        AnswerType.WHERE,
    }
)
"""Sorts to which a sentence without the thing asked for is no answer."""


OF_ANYTHING = frozenset({AnswerType.OBJECTOR, AnswerType.NEXT})
WORDLESS = OF_ANYTHING | {AnswerType.SINCE, AnswerType.WHEN, AnswerType.WHERE, AnswerType.MONEY, AnswerType.COUNTRY}
"""Sorts that can be asked for without a word of one's own: "when did it happen?", of whatever the headlines tell; and
"who disagrees?", "what happens next?" of the whole text."""
OF_ONE = frozenset(
    {
        AnswerType.LAW,
        AnswerType.MONEY,
        AnswerType.PRICE,
        AnswerType.HOW_MANY,
        AnswerType.HOW_LONG,
        AnswerType.HOW_OLD,
        AnswerType.WHERE,
        AnswerType.WHEN,
    }
)
"""Sorts that are easily taken from what is told of somebody else."""
PRECISE = frozenset({AnswerType.MONEY, AnswerType.COUNTRY, AnswerType.LAW})
"""Sorts that a sentence seldom holds by chance."""
AGENTS = frozenset({AnswerType.WHO, AnswerType.CULPRIT})
"""Sorts that ask who did something."""
