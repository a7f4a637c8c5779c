"""Names that stand in an article without acting in it: who wrote, reports or publishes it, and titles of works."""

from __future__ import annotations

import re
from functools import lru_cache
from string import digits

from bot.analysts.lexical.prefilter import matches
from bot.analysts.lexical.words import Scan
from bot.text.datelines import DATELINE

CAPITAL = r"[A-ZÀ-ÖØ-ÞŠŽČĆĐŁŚŻŹĄĘŐŰİ]"
NAME_WORD = rf"(?:{CAPITAL}[\w&’'\-]*(?:\.{CAPITAL}[\w.]*)?|[a-z]{{1,2}}{CAPITAL}\w+)"
_CREDITS = (
    "Reporting", "Writing", "Editing", "Compiled", "Additional reporting", "Photo", "Photos", "Photograph",
    "Photographs", "Photography", "Illustration", "Words",
)  # fmt: skip
_REPORTS = (
    r"(?:reports|reported|has (?:more|details|the (?:latest|story))|talks? (?:to|with)|talked (?:to|with)"
    r"|speaks? (?:to|with)|spoke (?:to|with)|interviews|joins us|asks what)\b"
)
_REPORTING = re.compile(rf" {_REPORTS}")
_FULL_NAME = re.compile(rf"{NAME_WORD}(?: {NAME_WORD})+$")
_NAME_ROOM = 60  # characters before such a verb in which a name ends
_INTERVIEWED = re.compile(
    r"\b(?:talks? (?:to|with)|talked (?:to|with)|speaks? (?:to|with)|spoke (?:to|with)|interviews|im Gespräch mit"
    rf"|entretien avec|entrevista con|entrevista com|intervista con|in gesprek met) ({NAME_WORD}(?: {NAME_WORD})+)"
)
_INTERVIEW_OPENINGS = (
    "talk", "speak", "spoke", "interviews", "im Gespräch mit", "entretien avec", "entrevista co", "intervista con",
    "in gesprek met",
)  # fmt: skip
_WORK = re.compile(
    r"\b(?:episode|season|sequel|narration|trailer|adaptation|remake|filming|premiere|finale|Folge|Staffel|épisode|saison"
    r"|episodio|temporada|stagione|episódio|aflevering|seizoen)(?: \w+)? (?:of|to|for|von|de|di|do|da|van)"
    rf" (?:[Tt]he |[Aa] )?({NAME_WORD}(?: {NAME_WORD})*)"
)
_WORK_OPENINGS = (
    "episode", "season", "sequel", "narration", "trailer", "adaptation", "remake", "filming", "premiere", "finale",
    "Folge", "Staffel", "épisode", "saison", "episodio", "temporada", "stagione", "episódio", "aflevering", "seizoen",
)  # fmt: skip
_CREDIT = re.compile(
    r"(?:[Ii]mage|[Pp]hoto(?:graph)?|[Pp]icture|Crédit|Crédito|Credito|Foto|Bild|Fotografía|Fotografia|©)"
    r"(?: credits?| photo| foto| da imagem)?s?(?:\s?:\s*| ?©\s*| (?:by|de|di|von|door)\s+|(?<=©)\s*)"
    rf"({NAME_WORD}(?: {NAME_WORD})*)"
)
_CREDIT_HINTS = ("redit:", "rédit", "hoto:", "hotograph:", "Foto", "Bild:", "©")
_BYLINE = re.compile(
    rf"(?:^\s*By |\b(?:{'|'.join(_CREDITS)}) by )"
    rf"({NAME_WORD}(?: {NAME_WORD})*(?:(?:, | and ){NAME_WORD}(?: {NAME_WORD})*)*)",
    re.MULTILINE,
)


_OPENERS = frozenset(
    [
        "talk", "talks", "talked", "speak", "speaks", "spoke", "interviews", "Gespräch", "entretien", "entrevista",
        "intervista", "gesprek", *_WORK_OPENINGS,
    ]
)  # fmt: skip
"""Tokens of which each match of _INTERVIEWED or _WORK holds one."""


def barred_in(scan: Scan, agencies: frozenset[str]) -> frozenset[str]:
    """Names that are in the text without acting in it, in lower case: the publisher, agencies, who wrote it."""
    article = scan.article
    publisher = article.publisher.name.lower().removeprefix("the ")
    text = article.text
    dateline = DATELINE.match(article.text)
    wire = dateline.group(1).lower() if dateline else publisher
    title = article.title.lower()
    names = {publisher, f"the {publisher}", wire, *[agency for agency in agencies if agency not in title]}
    found = _reporters(text)
    if scan.may_hold(_OPENERS):
        found += [match[1] for match in matches(_INTERVIEWED, _INTERVIEW_OPENINGS, text)]
        names.update([match[1].lower() for match in matches(_WORK, _WORK_OPENINGS, text)])
    names.update([re.split("[’']s ", name)[-1].lower() for name in found])  # “Meridian’s Ines Okafor”
    if _credits(text):
        for match in _BYLINE.finditer(text):
            names.update(name.strip().lower() for name in re.split(", | and ", match.group(1)))
    if any(map(text.__contains__, _CREDIT_HINTS)):
        names.update(words.lower() for match in _CREDIT.finditer(text) for words in (match[0], match[1]))
    return frozenset(names)


def _reporters(text: str) -> list[str]:
    """The full names right before a verb of reporting; the verb is searched first because that is cheap."""
    before = (text[max(0, match.start() - _NAME_ROOM) : match.start()] for match in _REPORTING.finditer(text))
    return [found[0] for words in before if (found := _FULL_NAME.search(words))]


@lru_cache(maxsize=1 << 12)
def is_own(name: str, publisher: str) -> bool:
    """Whether the name is the publisher's own, or that of a part of its house: “Meridian Verify” of the Meridian."""
    first, *rest = _parts(publisher)
    said = name.lower().split(" ", 1)[0]
    house = said == first or (first.endswith(_HOUSES) and first.removesuffix("news").removesuffix("post") == said)
    return house and (len(rest) == 0 or name.isupper() or rest[0] in _TAILS or name.lower() == publisher.lower())


@lru_cache(maxsize=1 << 8)
def _parts(publisher: str) -> tuple[str, ...]:
    """The words of a publisher's name, in small letters."""
    return tuple(publisher.lower().removeprefix("the ").lstrip(digits).replace(".", " ").split(" "))


_HOUSES = ("news", "post")
_TAILS = frozenset(["com", "co", "org", "net", "news", "example", "de", "fr", "es", "it", "nl", "pt", "uk"])


def _credits(text: str) -> bool:
    """Cheap test whether _BYLINE can match."""
    begun = text.startswith("By ") or "\nBy " in text
    return begun or any(piece.endswith(_CREDITS) for piece in text.split(" by ")[:-1])
