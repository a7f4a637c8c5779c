"""Which capitalised words of a German text are names, since every noun is capitalised there.

A noun betrays itself by what stands before it: an article, a possessive, an adjective. A name stands bare (“Nordkern
baut”), behind such a noun (“der Netzbetreiber Nordkern”), begins with a capitalised adjective (“Deutsche Bank”), or is
written as no noun is (“SAP”). Where neither is seen, a word must come twice, or act.
"""

from __future__ import annotations

import re
from collections.abc import Container

from bot.text.stems import stem

_DETERMINED = re.compile(
    r"\b(?i:der|die|das|den|dem|des|ein|eine[nmrs]?|k?eine?[nmrs]?|dies\w+|jede[nmrs]?|meine?[nmrs]?|seine?[nmrs]?"
    r"|ihre?[nmrs]?|unsere?[nmrs]?|alle[nr]?|viele[nr]?|mehrere[nr]?|einige[nr]?|\d[\d.,]*|im|am|zum|zur|vom|beim|ins|ans|pro)"
    r"\s+(?:[a-zäöüß-]+(?:e|en|er|es|em)\s+){0,2}([A-ZÄÖÜ][\w-]+)"
)
_ACTS = (
    "sagt|sagte|teilt|teilte|baut|will|wollen|wird|hat|hatte|plant|kündigt|kündigte|streicht|verkauft|kauft|übernimmt"
    "|fordert|forderte|warnt|warnte|erklärt|erklärte|meldet|meldete|schließt|senkt|erhöht|verliert|gewinnt|stoppt|zahlt"
    "|verklagt|investiert|halbiert|verbietet|lehnt|droht|einigt|bestätigt|bestreitet|dementiert"
)
_NOUN = re.compile(
    r".+(?:ungen|ung|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|tät|täten|ismus|ment|nis|nisse|tum|ling|linge"
    r"|chen|lein|werke|arbeiter|hersteller|betreiber|sprecher|sprecherin|minister|ministerin|zahlen|preise|kosten)$"
)
_COMMON = frozenset(
    [
        "milliarden", "milliarde", "millionen", "million", "prozent", "euro", "dollar", "uhr", "jahr", "jahre",
        "jahren", "tag", "tage", "tagen", "woche", "wochen", "monat", "monate", "monaten", "mitte", "ende", "anfang",
        "menschen", "angaben", "teile", "teil", "seit", "medien", "berichten", "kritiker", "experten", "behörden",
        "streik", "krieg", "leute", "kinder", "frauen", "männer", "arbeit", "geld", "beginn", "grund",
    ]
)  # fmt: skip
_ADJECTIVE = re.compile(r"(?:.+(?:sche|liche|ige|ale|ive|äre)|Neue|Grüne|Rote|Vereinte|Erste)[nrsm]?$")
_FEDERAL = re.compile(
    r"(?:Bundes|Landes|Reichs)(?:tag|rat|regierung|bank|wehr|\w*gericht(?:shof)?|\w*amt|\w*agentur|\w*ministerium|anwaltschaft)s?$"
)


_ROLE = re.compile(
    r"(?:.+-)?\w*(?:chef|präsident|direktor|minister|kanzler|sprecher|ökonom|analyst|leiter|gründer|manager|kommissar"
    r"|richter|professor|hersteller|anbieter|betreiber|händler|konkurrent|partner)(?:in)?$"
    r"|(?:.+-)?\w*(?:vorsitzende[rn]?|vorstand|konzern|firma|unternehmen|gewerkschaft|partei|behörde|expert(?:e|in)"
    r"|abgeordnete[rn]?|tochter|rivale|riese)$",
    re.IGNORECASE,
)
"""“EZB-Präsidentin Christine Lagarde”, “Chipkonzern Oxlade”."""


class Names:
    """What is known of the nouns of one text; `known` are words of other languages in the lexicon, as stems."""

    def __init__(self, title: str, text: str, known: Container[str]) -> None:
        self._known = known
        self._both = f"{title}\n{text}"
        self._nouns = {match[1] for match in _DETERMINED.finditer(self._both)}

    def cut(self, name: str) -> str | None:
        """The name without the nouns before it; None: it is none."""
        words = name.split(" ")
        if len(words) > 1 and _ADJECTIVE.match(words[0]):
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
        if _ROLE.match(word):
            return True
        if _is_written(word):
            return False
        return word in self._nouns or word.lower() in _COMMON or word[:1].islower() or _NOUN.match(word) is not None

    def _acts(self, word: str) -> bool:
        """Whether a single word comes twice, stands before a verb, or is written as no noun is."""
        if _is_written(word):
            return True
        found = re.findall(rf"(?<!\w){re.escape(word)}(?!\w)(?: ({_ACTS})\b)?", self._both)
        return stem(word.lower()) not in self._known and (len(found) > 1 or any(found))


def _is_written(word: str) -> bool:
    """As no common noun is: with a capital or a figure inside, or the name of an office of state."""
    return any(char.isupper() or char.isdigit() for char in word[1:]) or _FEDERAL.match(word) is not None
