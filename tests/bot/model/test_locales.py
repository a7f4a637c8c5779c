"""Names of languages, places and days, in many languages."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from bot.briefing import chart
from bot.briefing.strength_days import day_label
from bot.model import locales
from bot.text import taxonomy

FRIDAY = date(2026, 3, 27)
LONGER = {"AG", "BA", "HK", "KN", "MM", "MO", "PS", "ST", "TT", "VC"}
"""Places whose names CLDR shortens ("St. Kitts & Nevis") or explains ("Hong Kong SAR China")."""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("it", "it"), ("Italian", "it"), ("ITALIANO", "it"), (" DE ", "de"), ("Deutsch", "de"), ("日本語", "ja"),
        ("Bengali", "bn"), ("bangla", "bn"), ("klingon", None), ("", None), ("xx", None),
    ],
)  # fmt: skip
def test_languages_go_by_code_and_name(words: str, code: str | None) -> None:
    """In English and in themselves, in any case; what is unknown is no language."""
    assert locales.language(words) == code


def test_every_language_has_its_own_name() -> None:
    """By which it is found again."""
    names = {locales.language_name(code) for code in locales.LANGUAGES}
    assert len(names) == len(locales.LANGUAGES)
    assert {locales.language(name) for name in names} == locales.LANGUAGES
    assert locales.language_name("it") == "Italian"


@pytest.mark.parametrize(
    ("language", "full", "short"),
    [
        (None, "Friday 27 March", "27 Mar"),
        ("en", "Friday 27 March", "27 Mar"),
        ("it", "venerdì 27 marzo 2026", "27 mar"),
        ("de", "Freitag, 27. März 2026", "27. März"),
        ("ja", "2026年3月27日金曜日", "3月27日"),
        ("uk", "п'ятниця, 27 березня 2026 р.", "27 бер."),
    ],
)
def test_days(language: str | None, full: str, short: str) -> None:
    """As they are written in each language, its order and its dots included."""
    said = locales.full_day(FRIDAY, language).replace("\u202f", " ").replace("ʼ", "'").replace("’", "'")
    assert (said, locales.short_day(FRIDAY, language)) == (full, short)


@pytest.mark.parametrize("language", [None, *sorted(locales.LANGUAGES)])
def test_every_language_names_the_days_of_a_chart(language: str | None) -> None:
    """In letters that our fonts hold, or in figures; each day by another name."""
    named = [day_label(date(2026, month, day), language) for month in range(1, 13) for day in (1, 27)]
    assert all(map(chart.drawable, named))
    assert len(set(named)) == len(named)
    assert all("27" in name for name in named[1::2])


def test_places_go_by_their_names_in_a_language() -> None:
    """In any case; a name of another language is none."""
    assert [locales.place(name, "fi") for name in ("Saksa", "japani", "Germany")] == ["DE", "JP", None]


def test_the_taxonomy_knows_places_by_their_english_names() -> None:
    """By those of CLDR, which Babel brings; a few are written out or left bare."""
    known = taxonomy.load()
    codes = {each.code for each in known.places if len(each.code) == 2 and not each.members}
    found = {code: known.label(name) for name, code in locales._places("en").items() if code in codes}
    assert len(found) == len(codes) > 190
    assert {code for code, label in found.items() if label is None or label.value != code} == LONGER


def test_babel_waits_until_a_name_is_asked_for() -> None:
    """English days need none of it."""
    loaded = (
        "import sys; from datetime import date; import bot.app.running; from bot.model import locales;"
        "locales.full_day(date(2026, 3, 27), None), locales.short_day(date(2026, 3, 27), 'en');"
        "sys.exit('babel' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
