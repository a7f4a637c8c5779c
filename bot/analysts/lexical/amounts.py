"""Find the amounts in a text (money, percentages, people, things) and grade their size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    MONEY = "money"
    PERCENT = "percent"
    PEOPLE = "people"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure at text[start:end]; `value` is in US dollars (rough rates), per cent, people or things, by `unit`."""

    start: int
    end: int
    unit: Unit
    value: float


_NUMBER = re.compile(r"\d[\d,.]*(?:(?<=\d)[ \u00a0\u202f]\d{3}(?![\d,.]))*")
_CURRENCY = re.compile(r"(?:US|A|C|HK|NZ|S|R)?([$€£¥₹])\s?$|\b(USD|EUR|GBP|CHF|JPY|CNY)\s$")
_SCALE = (
    r"trillions?|tn|billions?|bln|bn|millions?|mln|mn|m|k|thousand|crore|lakh|Milliarden|Mrd\.?|Millionen|Mio\.?"
    r"|milliards?|miliard(?:[ioy]|ów)?|milion(?:[iey]|ów)?|mil (?:millones|milhões)|millones|bilhões|milhões"
    r"|miljard(?:en)?|miljoen(?:en)?|mld|tys\.?"
)
_SCALE_BEHIND = re.compile(rf"(?:[\s\u00a0-]?({_SCALE})(?![^\W\d_]))?", re.IGNORECASE)
_PERCENT = r"%|per ?cent\b|percentage points?|Prozent\b|pour cent\b|por c[ie]+nto\b|per cento\b|procent\b|proc\."
_MONEY = (
    r"(?:US |American |Canadian )?dollars?|euros?|pounds?|yen|yuan|francs?|rupees?|Euro|Dollar|dólares|dollari|dolarów"
    r"|złotych|zł"
)
_PEOPLE = (
    r"people|jobs|workers|employees|staff|residents|patients|students|customers|users|voters|soldiers|troops|refugees"
    r"|migrants|households|homes|families|deaths|passengers|Menschen|Stellen|personnes|emplois|personas|empleos"
    r"|persone|pessoas|mensen|banen|werknemers|posti|empregos|dipendenti|trabajadores|trabalhadores|salariés|osób|ludzi"
    r"|pracowników|miejsc pracy|etatów|Beschäftigte|Häuser|maisons|casas|case|huizen|domów|mieszkańców"
)
_UNIT = re.compile(
    rf"(?:[\s\u00a0-]?(?P<percent>{_PERCENT})|[\s\u00a0](?:d[ei]\s|d[’'])?(?P<money>{_MONEY})\b"
    rf"|[\s\u00a0](?:[a-z]+[\s\u00a0]){{0,2}}?(?P<people>{_PEOPLE})\b)?"
)
_COUNT_WORDS = {
    "half": 0.5, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twenty": 20, "several": 3, "dozens": 36, "tens": 30, "hundreds": 300,
}  # fmt: skip
WORDED = ("thousand", "million", "billion", "trillion")
_WORDED_AMOUNT = re.compile(rf"(?:{'|'.join(WORDED)})s?\b")
_COUNT_BEFORE = re.compile(
    r"\b(half an?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twenty|several|dozens of|tens of|hundreds of)\s$"
)
_LONGEST_COUNT_BEFORE = 13  # characters of the longest match of _COUNT_BEFORE, its trailing space included
_SCALE_FACTORS = {
    "t": 1e12, "tn": 1e12, "b": 1e9, "bn": 1e9, "bln": 1e9, "m": 1e6, "mn": 1e6, "mln": 1e6, "k": 1e3, "crore": 1e7,
    "lakh": 1e5, "mil": 1e9, "mrd": 1e9, "mio": 1e6, "thousand": 1e3, "bilhões": 1e9, "mld": 1e9, "tys": 1e3,
}  # fmt: skip
_SCALE_STARTS = {
    "trill": 1e12, "billi": 1e9, "milli": 1e6, "millo": 1e6, "mil m": 1e9, "thous": 1e3, "milhõ": 1e6, "milio": 1e6,
    "miljo": 1e6,
}  # fmt: skip
_DOLLARS_PER_UNIT = {"¥": 0.01, "₹": 0.012, "JPY": 0.01, "CNY": 0.14}
"""Rough exchange rates to the US dollar; other currencies count 1:1, exact enough for the grades of `weight`."""

_FIRST_YEAR, _LAST_YEAR = 1500, 2199


def amounts(text: str, start: int, end: int) -> tuple[Amount, ...]:
    """The amounts within text[start:end] in order, without years, dates, times and version numbers.

    Each contains a digit or one of WORDED; callers rely on this to skip texts.
    """
    found = [amount for match in _NUMBER.finditer(text, start, end) if (amount := _amount(text, match))]
    if text.find("illion", start, end) >= 0 or text.find("housand", start, end) >= 0:
        found += _worded_amounts(text, start, end, found)
        found.sort(key=lambda amount: amount.start)
    return tuple([amount for amount in found if start <= amount.start and amount.end <= end])


def _amount(text: str, match: re.Match[str]) -> Amount | None:
    start, digits = match.start(), match[0].rstrip(",.")
    end = start + len(digits)
    if text[start - 1 : start].isalpha() or (value := _number(digits)) is None:
        return None
    before = _CURRENCY.search(text, max(0, start - 5), start) if _may_follow_currency(text, start) else None
    scale = _SCALE_BEHIND.match(text, end) if _may_precede_scale(text, end) else None
    times = _scale_factor(scale.group(1)) if scale and scale.group(1) else 1.0
    end = scale.end() if scale and times > 1 else end
    return _with_unit(text, start, end, value * times, before)


def _may_follow_currency(text: str, start: int) -> bool:
    """Cheap test whether _CURRENCY can match before the figure."""
    last = text[start - 1 : start]
    return last in _CURRENCY_ENDS or last == "\n" or (last.isspace() and text[start - 2 : start - 1] in _CURRENCY_ENDS)


def _may_precede_scale(text: str, end: int) -> bool:
    """Cheap test whether _SCALE_BEHIND can match a scale behind the figure."""
    after = text[end : end + 1]
    if after == "-" or after.isspace():
        after = text[end + 1 : end + 2]
    return after.lower() in _SCALE_INITIALS


_CURRENCY_ENDS = frozenset("$€£¥₹DRPFY")
"""Each match of _CURRENCY ends with one of these characters, white space apart."""
_SCALE_INITIALS = frozenset("tbmkcl")
"""Each match of _SCALE begins with one of these letters, in lower case."""
_UNIT_STARTS = frozenset("-%pP")
"""Each match of _UNIT that is not empty begins with one of these or with white space."""


def _with_unit(text: str, start: int, end: int, value: float, before: re.Match[str] | None) -> Amount | None:
    if before:
        return Amount(
            before.start(), end, Unit.MONEY, value * _DOLLARS_PER_UNIT.get(before.group(1) or before.group(2), 1.0)
        )
    after = text[end : end + 1]
    match = _UNIT.match(text, end) if after.isspace() or after in _UNIT_STARTS else None
    if match and match.lastgroup:
        unit = Unit(match.lastgroup)
        return Amount(start, match.end(), unit, value)
    plain = (
        value < 100
        or (end - start == 4 and value.is_integer() and _FIRST_YEAR <= value <= _LAST_YEAR)
        or text[end : end + 1] in (":", "/")
    )
    return None if plain or text[start - 1 : start] in (":", "/", "-") else Amount(start, end, Unit.OTHER, value)


def _number(digits: str) -> float | None:
    """Parse a number: 1,200 and 1.200 are thousands, 1.2 and 1,2 decimals; None for anything else (1.2.3)."""
    if digits.isascii() and digits.isdigit():
        return float(digits)
    if re.fullmatch(r"\d{1,3}(?:[,.\s]\d{3})+", digits):
        return float(re.sub(r"[,.\s]", "", digits))
    try:
        return float(digits.replace(",", "." if digits.count(",") == 1 and "." not in digits else ""))
    except ValueError:
        return None


def _scale_factor(scale: str) -> float:
    word = scale.lower().rstrip(".")
    if word.startswith(("milliard", "miliard", "miljard", "mil milh")):
        return 1e9
    return _SCALE_FACTORS.get(word) or _SCALE_STARTS.get(word[:5], 1.0)


def _worded_amounts(text: str, first: int, last: int, found: list[Amount]) -> Iterator[Amount]:
    """Yield amounts written as words, such as “two million people”, except where `found` already covers them."""
    covered = {amount.end for amount in found} | {i for amount in found for i in range(amount.start, amount.end + 1)}
    for match in _WORDED_AMOUNT.finditer(text, first, last):
        at = match.start()
        if at in covered or text[at - 1 : at].isalnum() or text[at - 1 : at] == "_":
            continue
        said = _COUNT_BEFORE.search(text, max(0, at - _LONGEST_COUNT_BEFORE), at)
        count = _COUNT_WORDS.get(said.group(1).split(" ")[0], 1.0) if said else 1.0
        start = said.start() if said else at
        if (amount := _with_unit(text, start, match.end(), count * _scale_factor(match.group()), None)) is not None:
            yield amount


_SPELT_NUMBERS = {
    "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0, "nine": 9.0,
    "ten": 10.0, "eleven": 11.0, "twelve": 12.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0,
    "sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0,
}  # fmt: skip
_SPELT_NUMBER = re.compile(rf"\b({'|'.join(_SPELT_NUMBERS)})(?:[\s-]({_SCALE})(?![^\W\d_]))?\b", re.IGNORECASE)


def figures(text: str) -> dict[float, str]:
    """Map the value of every number in the text to its first spelling; years, dates and small numbers included.

    "$100bn" is 1e11 and "four" is 4; of a version such as "1.2.3" each part counts as a number.
    """
    found: dict[float, str] = {}
    for match in _NUMBER.finditer(text):
        digits = match.group().rstrip(",.")
        end = match.start() + len(digits)
        scale = _SCALE_BEHIND.match(text, end)
        times, end = (_scale_factor(scale.group(1)), scale.end()) if scale and scale.group(1) else (1.0, end)
        whole = _number(digits)
        for value in [whole] if whole is not None else map(float, re.findall(r"\d+", digits)):
            found.setdefault(round(value * times, 6), text[match.start() : end])
    for match in _SPELT_NUMBER.finditer(text):
        times = _scale_factor(match.group(2)) if match.group(2) else 1.0
        found.setdefault(round(_SPELT_NUMBERS[match.group(1).lower()] * times, 6), match.group())
    return found


def weight(amount: Amount) -> int:
    """Grade an amount: 2 the size of a market or a nation, 1 that of a large firm or a town, 0 less.

    The thresholds, by judgement: $1bn and $50bn, 1,000 and 1,000,000 people, a share of a fifth. What they do to the
    strength of signals is printed by `python -m tests.bench judged FOLDER`.
    """
    match amount.unit:
        case Unit.MONEY:
            return (amount.value >= 1e9) + (amount.value >= 5e10)
        case Unit.PEOPLE:
            return (amount.value >= 1e3) + (amount.value >= 1e6)
        case Unit.PERCENT:
            return int(amount.value >= 20)
        case Unit.OTHER:
            return 0


_MARKET, _FIRM, _COUNTRY, _TOWN, _SHARE = MEANINGS = (
    "an amount of market size", "an amount that weighs on a large firm", "as many people as a country counts",
    "people in their thousands", "a share of a fifth or more",
)  # fmt: skip
"""The grades of `weight` in words for a reader."""


def meaning(amount: Amount) -> str:
    """Which of MEANINGS the amount has; its `weight` must be 1 or 2."""
    large = weight(amount) > 1
    match amount.unit:
        case Unit.MONEY:
            return _MARKET if large else _FIRM
        case Unit.PEOPLE:
            return _COUNTRY if large else _TOWN
        case _:
            return _SHARE
