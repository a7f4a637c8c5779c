"""Names of languages, places and days as the Unicode CLDR has them, by Babel, which is loaded when one is asked for.

Languages go by their ISO 639-1 codes, places by ISO 3166-1 alpha-2; None stands for English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

ENGLISH = "en"
LANGUAGES = frozenset((
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id",
    "it", "ja", "ko", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "sw", "ta", "th",
    "tr", "uk", "ur", "vi", "zh",
))  # fmt: skip
"""What can be asked for."""
_ALSO = {"bengali": "bn", "farsi": "fa"}
"""Names that people use and CLDR does not."""
_WRITING_MARKS = dict.fromkeys(map(ord, "\u200e\u200f"))
"""They say in which direction digits stand, where other digits stand beside them."""
_JOINER = "\u200c"  # within a Persian word, written or not


def language(words: str) -> str | None:
    """The code that a code or a name means (“it”, “Italian”, “italiano”); None: none that is known."""
    folded = words.strip().casefold()
    return folded if folded in LANGUAGES else _languages().get(folded)


@cache
def _languages() -> Mapping[str, str]:
    """Codes by name, in English and in the language itself."""
    own = {(_locale(code).get_language_name(code) or code).casefold(): code for code in LANGUAGES}
    return {**own, **{language_name(code).casefold(): code for code in LANGUAGES}, **_ALSO}


def language_name(code: str) -> str:
    """Its name in English; the code itself where it has none."""
    return str(_locale(ENGLISH).languages.get(code, code))


def place(words: str, code: str) -> str | None:
    """The code of the country or territory that goes by that name in the language, in any case; None: none does."""
    return _places(code).get(words.strip().casefold())


@cache
def _places(code: str) -> Mapping[str, str]:
    """Codes by name; those of three figures are continents and the like."""
    return {name.casefold(): place for place, name in _locale(code).territories.items() if place.isalpha()}


def full_day(day: date, code: str | None) -> str:
    """ "Friday 27 March", “venerdì 27 marzo 2026”, “2026年3月27日金曜日”: a day with all its names."""
    if code in (None, ENGLISH):
        return f"{day:%A} {day.day} {day:%B}"
    from babel.dates import format_date

    return format_date(day, "full", locale=code)


def short_day(day: date, code: str | None) -> str:
    """ "27 Mar", “27. März”, “3月27日”: what stands under a chart."""
    return f"{day.day} {day:%b}" if code in (None, ENGLISH) else _skeleton("MMMd", day, code)


def day_in_figures(day: date, code: str | None) -> str:
    """ "27/3", “27. 3.”, “3/27”: for where a language's letters cannot be drawn."""
    return _skeleton("Md", day, code or "en_GB").translate(_WRITING_MARKS)


def _skeleton(fields: str, day: date, code: str) -> str:
    from babel.dates import format_skeleton

    return str(format_skeleton(fields, day, locale=code))


def _locale(code: str) -> Locale:
    from babel import Locale

    return Locale.parse(code)


@dataclass(frozen=True, slots=True)
class CalendarNames:
    """What a language calls months (1 to 12) and weekdays (0: Monday), lower-cased, wide and abbreviated."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]


@cache
def calendar_names(code: str) -> CalendarNames:
    """The names as they stand in dates and by themselves, without the dots of abbreviations and invisible joiners."""
    locale = _locale(code)
    return CalendarNames(_named(locale.months), _named(locale.days))


def _named(forms: Mapping[str, Mapping[str, Mapping[int, str]]]) -> dict[str, int]:
    widths = (forms[use][width] for use in ("format", "stand-alone") for width in ("wide", "abbreviated"))
    named = ((name.casefold().replace(_JOINER, "").strip(". "), number) for of in widths for number, name in of.items())
    return dict(named)
