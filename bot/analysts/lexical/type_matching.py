"""Whether a sentence holds the sort of thing that a question asks for: a number, a country, a cause, a speaker."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from bot.analysts.lexical import foreign_words, future
from bot.analysts.lexical.answer_types import AnswerType
from bot.analysts.lexical.counting import NUMBER_WORD
from bot.model.label import CategoryKind
from bot.text import taxonomy as taxonomies
from bot.text.proper_names import names
from bot.text.taxonomy import Taxonomy

_CALENDAR = (
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September"
    "|October|November|December"
)
_FIGURE = re.compile(rf"\d|\b{NUMBER_WORD}\b|\bnone\b|\bhalf\b|\bdoubled?\b", re.IGNORECASE)
_DATED = re.compile(
    rf"\b(?:(?:{_CALENDAR}|Jan|Feb|Aug|Sept|Oct|Nov|Dec)\.? \d\d?|\d\d? (?:{_CALENDAR})|(?:19|20)\d\d)\b"
)
"""Figures that say when, and not how many."""
_DAY_OR_MONTH = re.compile(rf"\b(?:{_CALENDAR}|today|yesterday|tomorrow)\b")
_IF = re.compile(r"\b(?:if|unless|otherwise|threat\w*|should (?:it|they|the|no)|in case|without a)\b", re.IGNORECASE)
_LENGTH = re.compile(
    rf"(?:\d[\d,.]*|\b{NUMBER_WORD}|\ba)(?:-| )(?:\w+ )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?"
    r"|years?|decades?)\b"
    rf"|\b(?:until|till|through) (?:the )?(?:(?:end|middle|start) of )?(?:next \w+|{_CALENDAR}|\d{{4}})",
    re.IGNORECASE,
)
_DISTANCE = re.compile(
    r"\d[\d,.]*[ -]?(?:km|kilomet(?:re|er)s?|miles?|met(?:re|er)s?|m|feet|micromet(?:re|er)s?)\b|\bhalf\b"
    r"|\d ?(?:%|per ?cent)",
    re.IGNORECASE,
)
_RANKED = re.compile(
    rf"\b(?:first|\w+est|most|least|only)\b[^.,;]{{0,60}} (?:in|for) (?:about )?(?:{_LENGTH.pattern})", re.IGNORECASE
)
"""“The deadliest in 80 years” does not say how long something lasts."""
_AGE = re.compile(
    rf"(?<!of-)\bages? (?:limit |of |to |was |is |from )*(?:\d|{NUMBER_WORD})|\baged\b|\byears? old\b|, \d\d,"
    r"|\b\d\d-year-old",
    re.IGNORECASE,
)
DATE = re.compile(
    rf"\b(?:{_CALENDAR}|(?:Jan|Feb|Aug|Sept|Oct|Nov|Dec)\. \d+|today|yesterday|tomorrow|tonight|(?:19"
    rf"|20)\d\d(?! Act| Law)"
    r"|(?:last|next|this) (?:week|month|year|quarter|season|winter|summer|spring|autumn|night)|on the day"
    r"|(?:in|within|for|after|until) (?:about )?[\w-]+ (?:days|weeks|months|years|decades)"
    r"|\w+ (?:days?|weeks?|months?|years?|decades?|centuries) (?:ago|earlier|later)|in due course|when)\b"
)
_BEGINS = re.compile(
    r"\b(?:since|began|begun|beg[iu]ns?|started|starts|launched|opened|ago|in force|first|stopped|halted|suspended"
    r"|closed|shut|banned|frozen|entered|went|walked out)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][\w’'-]+|^(?:The )?[A-Z]\w+ [A-Z]\w+")
_PLACE = re.compile(
    r"\b(?:in|at|near|from|across|of|to|off|departing|leaving|reached|reaching"
    r"|left) (?:the )?[A-Z]\w+"
)
_RIGHT_THERE = re.compile(
    rf"\b(?:in|at|near|off|outside|across|departing|leaving|reached) (?:the )?(?!{_CALENDAR})[A-Z][\w-]+(?![’'])"
)
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]?")
_SPOKEN = re.compile(
    r"[“”\"]|\b(?:said|says?|argued?s?|told|called|call(?:s|ing)? (?:for|on)|urg(?:e|es|ed|ing)|warn(?:s|ed)?"
    r"|vows?|pledg(?:es|ed|ing)|promises|promising|threatens?|wants?|fears|intends?|hopes?"
    r"|expects?|estimates?|thinks?|finds?|found|spoke"
    r"|considers?|claimed|announced|add(?:s|ed)|insist(?:s|ed)|wrote|writes|den(?:y|ies|ied)|promised|accused"
    r"|ask(?:s|ed)"
    r"|declined|doubts?|demand(?:s|ed|ing)?|vowed|feared|believes?|according to|criticised|criticized|praised"
    r"|rejected"
    r"|disput(?:es|ed))\b"
)
_CAUSE = re.compile(
    r"\b(?:because|so that|reasons?|attribut\w+|owing|due to|in order|led to|leads to|cit(?:es|ed|ing)"
    r"|(?:push|driv|fuel|sen[dt])\w* (?:[a-z]+ )?(?:up|down|higher|lower)|over (?!\d|(?:the |an? )?(?-i:[A-Z])"
    r"|(?:the )?(?:past|last"
    r"|next|course|years?|weekend|river|sea|border|water))|amid|blam\w+|accus\w+|caus\w+|thanks to"
    r"|for (?:allegedly )?\w+ing|in (?:response|protest|retaliation|line with)|triggered by|result of|stems? from"
    r"|on suspicion|suspected of|into whether|(?:drivers?|factors?) (?:of|for|behind)"
    r"|driven by|on (?:the )?grounds)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|reasons?|owing|due to|blam\w+|caus\w+|attribut\w+|explain\w*|triggered|result of|stems? from"
    r"|driven by"
    r"|put (?:it|this|the \w+) down to)\b",
    re.IGNORECASE,
)
_BECAUSE = re.compile(
    rf"{_CAUSE.pattern}|\b(?:since|to pay|after|following|prompt\w+|led to|leading to|as (?:it|they|he|she)"
    r"|for (?:\w+ ){1,3}(?:drills?|exercises|reasons?|purposes?|repairs?|maintenance)|to (?:avoid|boost|curb|cut"
    r"|help|keep|make|prevent|protect|save|secure|stop|reduce|raise|force|fight|ease))\b",
    re.IGNORECASE,
)
_CULPRIT = re.compile(
    r"\b(?:culprits?|responsib\w+|blam\w+|accus\w+|suspect\w*|perpetrat\w+|guilty|convicted|behind|charged with"
    r"|carried out by|killed by|caused by)\b",
    re.IGNORECASE,
)
_OBJECTS = re.compile(
    r"\b(?:den(?:y|ies|ied)|disput(?:es|ed)|reject(?:s|ed)?|oppos(?:e|es|ed)|object(?:s|ed) to|disagree\w*|doubts?"
    r"|doubted"
    r"|contest(?:s|ed)|contradict\w*|critici[sz]\w+|condemn\w*|denounc\w+|slam(?:s|med)|rebuk\w+"
    r"|(?:is|are|was|were|voted?|votes|speaks?|spoke|came out|protest\w*|rall\w+) against"
    r"|sceptical|skeptical|disappointed|displeased|less sure|hit back|pushed? back|(?:appeal|fight"
    r"|challenge)s? (?:against|it|the|this)|challeng(?:es|ed) (?:it|the|this|that|a)"
    r"|refus(?:e|es|ed)|call(?:s|ed) (?:it|the [\w ]+|this|that) [“\"])",
    re.IGNORECASE,
)
_PAYS = re.compile(
    r"\b(?:pa(?:y|ys|id|ying)|fund(?:s|ed|ing)?|financ(?:e|es|ed|ing)|foots?|footing|bears? (?:the|half)|reimburs\w+"
    r"|compensat\w+|subsidi[sz]\w+|lends?|waiv\w+|shoulders?|costs? (?!of\b|is\b|are\b)(?:the )?\w+|covers? (?:the"
    r"|half|\w+ per)"
    r"|at the expense|set aside|charged?)\b",
    re.IGNORECASE,
)
_ACCUSED = re.compile(
    r"\b(?:accus\w+|alleg\w+|suspect\w*|suspicion|charg(?:es?|ed|ing)\b(?! (?:[A-Z$€£]|\d))|indict\w+|convict\w+|guilty"
    r"|investigat\w+|(?:examin\w+|looking into|inquiry into|is|question is) whether|claims)\b",
    re.IGNORECASE,
)
_BY_MEANS = re.compile(r"\b(?:by|after|through|using|via|with the help of|thanks to|in a|when)\b", re.IGNORECASE)
_BY_DOING = re.compile(r"\b(?:by|after|through|from) \w+ing\b|\busing\b", re.IGNORECASE)
_MATTERS = re.compile(
    r"\b(?:most|key|crucial\w*|critical\w*|vital|importan\w+|essential|significan\w+|main|largest|biggest|only|because"
    r"|depends?|rel(?:y|ies) on|means? that|could (?:change|end|set|open|cost)|backbone|lifeline|turning point)\b",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"\bto (?!(?:the|an?|its?|his|her|their|be|have|do|this|that|these|those|\w+ing)\b)[a-z]{3,}\b"
    r"|\bfor (?:\w+ )?\w+(?:ion|ing|ity|ment|safety)\b"
)
_MONEY = re.compile(
    r"[$€£¥₹] ?\d|\bRs\.? ?\d|\b(?:lakh|crore|dollars?|euros?|pounds?|pence|cents|yen|yuan|rupees?|reais|shillings?"
    r"|ringgit|francs?"
    r"|kron(?:er|or|a)|øre|pesos?|r(?:o)?ubles?|USD|EUR|GBP)\b",
)
_PRICE = re.compile(rf"{_MONEY.pattern}|\b[A-Z]{{3}} \d|\d ?%|per ?cent|\b(?:million|billion)s?\b|\bfree\b")
_LAW = re.compile(
    r"\b[A-Z][\w’'-]+ (?:(?:of|on|and|for) )?(?:\w+ )?(?:Act|Law|Bill|Code|Charter|Directive|Regulation|Treaty"
    r"|Convention|Statute|Constitution|Ordinance|Decree)\b|\b(?:law|bill|legislation|statute|directive|decree"
    r"|treaty)\b"
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
    AnswerType.OBJECTOR: _OBJECTS.search,
    AnswerType.PAYER: _PAYS.search,
    AnswerType.ACCUSED: _ACCUSED.search,
    AnswerType.HOW: _BY_MEANS.search,
    AnswerType.NEXT: future.comes_next,
    AnswerType.IF: _IF.search,
    AnswerType.HOW_MANY: lambda sentence: _FIGURE.search(_DATED.sub(" ", sentence)),
    AnswerType.HOW_LONG: lambda sentence: _LENGTH.search(_RANKED.sub(" ", sentence)),
    AnswerType.HOW_FAR: _DISTANCE.search,
    AnswerType.HOW_OLD: _AGE.search,
    AnswerType.WHEN: DATE.search,
    AnswerType.SINCE: lambda sentence: DATE.search(sentence) and _BEGINS.search(sentence),
    AnswerType.WHO: _NAME.search,
    AnswerType.WHERE: lambda sentence: _PLACE.search(sentence) or _countries(sentence),
    AnswerType.SAID: _SPOKEN.search,
    AnswerType.WHY: _BECAUSE.search,
    AnswerType.MATTERS: _MATTERS.search,
}
_FOREIGN_HOLDS: Mapping[AnswerType, re.Pattern[str]] = {
    wanted: re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE if wanted is AnswerType.WHY else 0)
    for wanted, pattern in (
        (AnswerType.MONEY, foreign_words.MONEY),
        (AnswerType.PRICE, foreign_words.MONEY),
        (AnswerType.HOW_MANY, foreign_words.NUMBER_WORD),
        (AnswerType.HOW_LONG, foreign_words.LENGTH),
        (AnswerType.WHEN, foreign_words.DATES),
        (AnswerType.WHERE, rf"(?:{foreign_words.PLACE_BEFORE}) [A-ZÀ-Þ]\w+"),
        (AnswerType.SAID, foreign_words.SPOKEN),
        (AnswerType.WHY, foreign_words.CAUSE),
    )
}


def gives_cause(sentence: str, language: str = "en") -> bool:
    """Whether the sentence says plainly why something is so, and not only after what."""
    return bool((_CAUSE if language == "en" else _FOREIGN_HOLDS[AnswerType.WHY]).search(sentence))


def explains(sentence: str, language: str = "en") -> bool:
    """Whether the sentence names a reason as such: “the reason, they said, was …”, “the board blamed …”."""
    return bool((_REASON if language == "en" else _FOREIGN_HOLDS[AnswerType.WHY]).search(sentence))


def says_purpose(sentence: str) -> bool:
    """Whether the sentence says to what end something is done: “they wear masks to hide their faces”."""
    return bool(_PURPOSE.search(sentence))


def blames(sentence: str) -> bool:
    """Whether the sentence says who is held to have done something."""
    return bool(_CULPRIT.search(sentence))


def is_dated(sentence: str) -> bool:
    """Whether the sentence names a day, a month or a year, and does not only say “when” or “two years ago”."""
    return bool(_DATED.search(sentence) or _DAY_OR_MONTH.search(sentence))


def says_how(sentence: str) -> bool:
    """Whether the sentence says by doing what something came about."""
    return bool(_BY_DOING.search(sentence))


def is_there(sentence: str) -> bool:
    """Whether the sentence names a place where something is, and not only whence or of what it is."""
    return bool(_RIGHT_THERE.search(sentence))


def holds(wanted: AnswerType, sentence: str, language: str = "en") -> bool:
    """Whether the sentence holds the sort of thing that is asked for; `language` is that of the question."""
    found = HOLDS.get(wanted)
    foreign = _FOREIGN_HOLDS.get(wanted) if language != "en" else None
    return found is None or bool(found(sentence)) or (foreign is not None and bool(foreign.search(sentence)))


# --- who is quoted ---------------------------------------------------------------------------------------------------


def unquoted(sentence: str) -> str:
    """The sentence without what is quoted in it: who speaks stands outside."""
    return _QUOTED.sub(" ", sentence)


def quotes(sentence: str) -> bool:
    """Whether somebody is quoted at some length."""
    return any(len(match.group().split()) > 3 for match in _QUOTED.finditer(sentence))
