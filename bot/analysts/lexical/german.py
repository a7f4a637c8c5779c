"""Which capitalised words of a German text are names, since every noun is capitalised there.

A word behind an article, a possessive or an adjective is a common noun. A name has none of these before it (“Nordkern
baut”), stands behind a common noun (“der Netzbetreiber Nordkern”), begins with a capitalised adjective (“Deutsche
Bank”), or is spelt as no common noun is (“SAP”). Where none of this decides, a single word is a name only if it occurs
twice or is the subject of a verb, and is no common noun of the word lists.
"""

from __future__ import annotations

import re
from collections.abc import Container

from bot.text.stems import stem

_NOUN_BEHIND_DETERMINER = re.compile(
    r"\b(?i:der|die|das|den|dem|des|ein|eine[nmrs]?|k?eine?[nmrs]?|dies\w+|jede[nmrs]?|meine?[nmrs]?|seine?[nmrs]?"
    r"|ihre?[nmrs]?|unsere?[nmrs]?|alle[nr]?|viele[nr]?|mehrere[nr]?|einige[nr]?|\d[\d.,]*|im|am|zum|zur|vom|beim|ins|ans|pro)"
    r"\s+(?:[a-zäöüß-]+(?:e|en|er|es|em)\s+){0,2}([A-ZÄÖÜ][\w-]+)"
)
_VERBS = (
    "sagt|sagte|teilt|teilte|baut|will|wollen|wird|hat|hatte|plant|kündigt|kündigte|streicht|verkauft|kauft|übernimmt"
    "|fordert|forderte|warnt|warnte|erklärt|erklärte|meldet|meldete|schließt|senkt|erhöht|verliert|gewinnt|stoppt|zahlt"
    "|verklagt|investiert|halbiert|verbietet|lehnt|droht|einigt|bestätigt|bestreitet|dementiert"
)
_NOUN_SUFFIX = re.compile(
    r".+(?:ungen|ung|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|tät|täten|ismus|ment|nis|nisse|tum|ling|linge"
    r"|chen|lein|werke|arbeiter|hersteller|betreiber|sprecher|sprecherin|minister|ministerin|zahlen|preise|kosten)$"
)
_COMMON_NOUNS = frozenset(
    [
        "milliarden", "milliarde", "millionen", "million", "prozent", "euro", "dollar", "uhr", "jahr", "jahre",
        "jahren", "tag", "tage", "tagen", "woche", "wochen", "monat", "monate", "monaten", "mitte", "ende", "anfang",
        "menschen", "angaben", "teile", "teil", "seit", "medien", "berichten", "kritiker", "experten", "behörden",
        "streik", "krieg", "leute", "kinder", "frauen", "männer", "arbeit", "geld", "beginn", "grund",
    ]
)  # fmt: skip
_CAPITALISED_ADJECTIVE = re.compile(r"(?:.+(?:sche|liche|ige|ale|ive|äre)|Neue|Grüne|Rote|Vereinte|Erste)[nrsm]?$")
_FEDERAL_BODY = re.compile(
    r"(?:Bundes|Landes|Reichs)(?:tag|rat|regierung|bank|wehr|\w*gericht(?:shof)?|\w*amt|\w*agentur|\w*ministerium|anwaltschaft)s?$"
)


_ROLE_NOUN = re.compile(
    r"(?:.+-)?\w*(?:chef|präsident|direktor|minister|kanzler|sprecher|ökonom|analyst|leiter|gründer|manager|kommissar"
    r"|richter|professor|hersteller|anbieter|betreiber|händler|konkurrent|partner)(?:in)?$"
    r"|(?:.+-)?\w*(?:vorsitzende[rn]?|vorstand|konzern|firma|unternehmen|gewerkschaft|partei|behörde|expert(?:e|in)"
    r"|abgeordnete[rn]?|tochter|rivale|riese)$",
    re.IGNORECASE,
)
"""Common nouns that stand before a name: “EZB-Präsidentin Christine Lagarde”, “Chipkonzern Oxlade”."""


class Names:
    """Tells names from common nouns in one German text; `known` are the stems of the foreign words of the lexicon."""

    def __init__(self, title: str, text: str, known: Container[str]) -> None:
        self._known = known
        self._title_and_text = f"{title}\n{text}"
        self._nouns = {match[1] for match in _NOUN_BEHIND_DETERMINER.finditer(self._title_and_text)}

    def cut(self, name: str) -> str | None:
        """The name without the common nouns around it; None where it is no name."""
        words = name.split(" ")
        if len(words) > 1 and _CAPITALISED_ADJECTIVE.match(words[0]):
            return name
        first, last = 0, len(words)
        while first < last and self._is_noun(words[first]):
            first += 1
        while first < last and self._is_noun(words[last - 1]):
            last -= 1
        bare = words[first:last]
        if len(bare) != 1 or (first and words[first - 1][:1].isupper()):  # behind its noun: what that is called
            return " ".join(bare) or None
        return bare[0] if self._acts(bare[0]) else None

    def _is_noun(self, word: str) -> bool:
        if _ROLE_NOUN.match(word):
            return True
        if _is_spelt_as_name(word):
            return False
        return (
            word in self._nouns
            or word.lower() in _COMMON_NOUNS
            or word[:1].islower()
            or _NOUN_SUFFIX.match(word) is not None
        )

    def _acts(self, word: str) -> bool:
        """Whether a single word is spelt as a name, or occurs twice or before a verb and is no known common noun."""
        if _is_spelt_as_name(word):
            return True
        found = re.findall(rf"(?<!\w){re.escape(word)}(?!\w)(?: ({_VERBS})\b)?", self._title_and_text)
        return stem(word.lower()) not in self._known and (len(found) > 1 or any(found))


def _is_spelt_as_name(word: str) -> bool:
    """Whether it has a capital or a digit inside, as no common noun has, or names a federal body: “Bundesbank”."""
    return any(char.isupper() or char.isdigit() for char in word[1:]) or _FEDERAL_BODY.match(word) is not None
