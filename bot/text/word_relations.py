"""How far one word stands for another: the same word, an irregular form, a relative, a synonym."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from bot.text import synonyms
from bot.text import taxonomy as taxonomies
from bot.text.tokenisation import fold, term, terms

PAST = {
    "lose": "lost", "fall": "fell", "rise": "rose", "buy": "bought", "sell": "sold", "pay": "paid", "make": "made",
    "take": "took", "win": "won", "grow": "grew", "begin": "began", "leave": "left", "find": "found", "hold": "held",
    "keep": "kept", "build": "built", "spend": "spent", "send": "sent", "bring": "brought", "lead": "led",
    "meet": "met", "give": "gave", "go": "went", "come": "came", "become": "became", "write": "wrote",
    "speak": "spoke", "choose": "chose", "drive": "drove", "shut": "shut", "draw": "drew", "know": "knew",
    "shrink": "shrank", "strike": "struck", "steal": "stole", "throw": "threw", "catch": "caught", "feel": "felt",
    "flee": "fled", "fly": "flew", "freeze": "froze", "deal": "dealt", "seek": "sought", "fight": "fought",
    "bear": "bore", "drink": "drank", "sink": "sank", "tear": "tore", "swear": "swore", "hear": "heard",
    "see": "saw", "think": "thought", "break": "broke", "teach": "taught", "run": "ran", "get": "got",
}  # fmt: skip
"""Irregular verbs: what they are in print."""
_PARTICIPLES = """
take taken, give given, know known, see seen, break broken, write written, speak spoken, choose chosen, drive
driven, draw drawn, begin begun, shrink shrunk, strike stricken, steal stolen, throw thrown, fly flown, freeze
frozen, bear borne, drink drunk, sink sunk, swear sworn, go gone, do done, show shown, ride ridden, hide hidden,
forbid forbidden
"""


@cache
def _forms() -> Mapping[str, frozenset[str]]:
    """Irregular forms, both ways."""
    pairs = [(term(one) or one, term(past) or past) for one, past in PAST.items()]
    pairs += [(term(one), term(past)) for one, past in (each.split() for each in _PARTICIPLES.split(","))]
    found: dict[str, set[str]] = {}
    for one, past in pairs:
        found.setdefault(one, set()).add(past)
        found.setdefault(past, set()).add(one)
    return {stem: frozenset(others) for stem, others in found.items()}


LIGHT = frozenset(
    terms("go come take took part put give want need do set bring turn use used next other may might call")
)
"""Stems of words that say little by themselves."""


SAME_PLACE = 0.85


def is_place(stem: str) -> bool:
    """Whether it is the stem of a country's or a region's name, or of what belongs to it: "Spain", "Spanish"."""
    return stem in places()


@cache
def places() -> Mapping[str, str]:
    """Codes of places by the stems of their one-word names."""
    found: dict[str, str] = {}
    for place in taxonomies.load().places:
        for word in (place.name, *place.words):
            if word.isalpha():
                found.setdefault(term(fold(word)) or word, place.code)
    return {**found, "usa": "US", "uk": "GB"}


SPELLED = 0.95


def spelled_alike(one: str, other: str) -> bool:
    """Whether two names may be one in two spellings: “Zelensky” and “Zelenskiy”."""
    common = min(len(one), len(other)) - 1
    return common >= 6 and abs(len(one) - len(other)) <= 2 and one[:common] == other[:common]


def likeness(wanted: str, held: str) -> float:
    """How far a word that stands in a text is the one asked for: 1 itself, less for a form, a relative, a synonym."""
    if wanted == held:
        return 1.0
    if held in _forms().get(wanted, ()) or wanted + wanted[-1:] == held or held + held[-1:] == wanted:
        return 1.0  # “boycott” and what is left of “boycotted” differ by a letter that is doubled before an ending
    if (place := places().get(wanted)) and place == places().get(held):
        return SAME_PLACE
    if _relatives(wanted, held) or held.removeprefix("un") == wanted:
        return 0.85
    alike = _forms().get(wanted, frozenset()) | {wanted}
    return 0.7 if any(held in synonyms.of(each) for each in alike) else 0.0


def nearest(wanted: str, held: frozenset[str]) -> float:
    """The highest likeness, 0 to 1, of a wanted stem to one of those in `held`; 0 if none stands for it."""
    if wanted in held:
        return 1.0
    near = _known_for(wanted) & held
    if (start := wanted[:_START]) in _starts(held):
        near |= {each for each in held if each.startswith(start)}
    return max([likeness(wanted, each) for each in near]) if near else 0.0


_START = 4  # letters that a word and its relatives have in common


@lru_cache(maxsize=1 << 6)  # a quote is compared with all words of a title, one after the other
def _starts(held: frozenset[str]) -> frozenset[str]:
    return frozenset([each[:_START] for each in held])


@lru_cache(maxsize=1 << 12)
def _known_for(wanted: str) -> frozenset[str]:
    """Every stem that may stand for the wanted one; those that begin like it are left out."""
    alike = _forms().get(wanted, frozenset()) | {wanted}
    others = {each for form in alike for each in synonyms.of(form)}
    same_place = _place_stems().get(places().get(wanted, ""), ())
    return frozenset({*alike, *others, *same_place, f"un{wanted}", wanted[:-1]})  # “war” of “warr(ed)”


@cache
def _place_stems() -> Mapping[str, frozenset[str]]:
    """The stems of one-word names by the code of their place."""
    found: dict[str, set[str]] = {}
    for stem, code in places().items():
        found.setdefault(code, set()).add(stem)
    return {code: frozenset(stems) for code, stems in found.items()}


def _relatives(one: str, other: str) -> bool:
    """ "manufacture" and "manufacturer", "insurer" and "insurance": the same but for how they end."""
    if one[:_START] != other[:_START] or {one, other} in _STRANGERS:
        return False
    return not _bases(one).isdisjoint(_bases(other))


@lru_cache(maxsize=1 << 12)
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
_WRITTEN = (
    (re.compile(r"\bfound(?:ed|s)\b", re.IGNORECASE), "founder"),
    (re.compile(r"\b(?:U\.S\.(?:A\.)?|USA?|United States(?: of America)?)(?!\w)"), "Usa"),
    (re.compile(r"\b(?:U\.K\.|UK|United Kingdom)(?!\w)"), "Uk"),
    (re.compile(r"\bEuropean Union\b"), "EU"),
    (re.compile(r"\b(?:CEO|[Cc]hief [Ee]xecutive(?: [Oo]fficer)?)\b"), "ceo"),
    (re.compile(r"\b(?:CFO|[Cc]hief [Ff]inancial [Oo]fficer|[Ff]inance [Cc]hief)\b"), "cfo"),
    (re.compile(r"\b(?:IPO|[Ii]nitial [Pp]ublic [Oo]ffering|stock market (?:listing|debut|flotation))\b"), "ipo"),
    (re.compile(r"\b(?:GDP|[Gg]ross [Dd]omestic [Pp]roduct)\b"), "gdp"),
    (re.compile(r"\bsign(?:s|ed|ing)? up\b"), "register"),
    (re.compile(r"\b(?:lay|lays|laid|laying) off\b|\blay-?offs?\b"), "layoff"),
    (re.compile(r"\bstep(?:s|ped|ping)? down\b"), "resign"),
    (re.compile(r"\bcall(?:s|ed|ing)? off\b"), "cancel"),
    (re.compile(r"\b(?:put|puts|putting) off\b"), "postpone"),
    (re.compile(r"\bturn(?:s|ed|ing)? down\b"), "reject"),
    (re.compile(r"\b(?:go|goes|going|went) public\b"), "ipo"),
    (re.compile(r"\b(?:AI|[Aa]rtificial [Ii]ntelligence)\b"), "AI"),
    (re.compile(r"\bWHO\b|\bWorld Health Organi[sz]ation\b"), "Whorganisation"),
)
"""What would be taken for another word, or for none, by its letters alone, and names that are written in two ways."""


def stems(text: str, language: str = "en") -> list[str]:
    """The content terms of a text; to found a firm is not to find one, and the US is not us.

    `language` is ISO 639-1. Of a text in another language than English the stems as in English stand there as well, so
    that names are found from either.
    """
    text = one_spelling(text)
    return terms(text) if language == "en" else [*terms(text, language), *terms(text)]


def one_spelling(text: str) -> str:
    """The text with each of _WRITTEN in the one spelling that is compared."""
    for pattern, written in _WRITTEN:
        text = pattern.sub(written, text)
    return text
