"""Parse text into a command and its words, durations ("for a week") and references to signals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.model import times
from bot.model.channel import FOREVER
from bot.text import tokenisation
from bot.text.spelling import distance

_ADDRESSED = re.compile(r"^(?:<@[^>]+>|@?bellwether(?:bot)?(?![\w-])|/bellwether(?:@\w+)?(?!\w))[\s,:]*", re.IGNORECASE)
_POLITE = re.compile(r"^(?:please|pls|hey|ok|okay)[\s,]+|[\s,]+(?:please|pls|thanks|thank you)$", re.IGNORECASE)
_FIRST = re.compile(r"/?([^\W\d_]+)(?:@\w+)?[?!.,:;…]*(?:\s+|$)")
_CLOSING = "?!.,;:… "
_STRONG = r"(?:strong|weak|high|low|important|certain)(?:er)?"
_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"why (?:is|was) (?P<words>.*?)\s?(?:so|only|that|not|no) {_STRONG}.*"), "strength"),
    (re.compile(rf"why (?:so|only|not|no) {_STRONG}\W*(?P<words>.*)"), "strength"),
    (re.compile(r"how (?:strong|weak|sure|certain) (?:is|are|about) ?(?P<words>.*)"), "strength"),
    (re.compile(r"how (?:strong|weak) was (?P<words>it|this|that|s?\d+|.* (?:one|signal|story))"), "strength"),
    (re.compile(r"how strong"), "strength"),
    (
        re.compile(r"(?:what(?:'s|’s| is| are) )?the (?:evidence|quotes) (?:for|of|behind|on|in) (?P<words>.*)"),
        "evidence",
    ),
    (re.compile(r"(?:show|give)(?: me| us)? (?:the |your |its )?(?:evidence|quotes|sources)"), "evidence"),
    (re.compile(r"(?:evidence|quotes|sources) (?:for|of|behind|on|in) (?P<words>.*)"), "evidence"),
    (re.compile(r"(?:what|what(?:'s|’s| is)) (?:is )?muted(?: here)?"), "mutes"),
    (re.compile(r"(?:what can you do|what do you do|who are you)"), "help"),
)
"""Phrases that stand for a command without naming it."""

SIGNAL_ID = re.compile(r"(?<!\w)s(\d{1,9})(?![\w.])", re.IGNORECASE)
"""A signal's id: s42."""

_FOREVER = re.compile(r"\s*\b(?:for\s*ever|for good|always|permanently|indefinitely)$", re.IGNORECASE)
_MARK = re.compile(r"(?:^|\s)(for|until|till|til)\s+", re.IGNORECASE)
_BARE_TIME = re.compile(
    r"today|tonight|tomorrow|(?:over |during )?(?:this|the|next) (?:week|weekend|month)", re.IGNORECASE
)
_TIMELIKE = re.compile(r"\d|\b(?:minute|hour|day|week|month|year)s?\b", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:,|;|\+|&|\band\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A parsed message."""

    name: str | None  # the command's name in lower case; None: free text
    words: str  # what follows the name; all of it if free text
    whole: str  # the message without the bot's name and courtesies
    plain: str = ""  # the message without the bot's name
    asks: bool = False  # whether the command was meant by a phrase that may as well ask: "how strong is the storm?"


@dataclass(frozen=True, slots=True)
class Lasting:
    """Something and until when: "AI for a week"."""

    what: str
    until: datetime  # FOREVER where no time is given
    tail: str  # the time as written, for use in a button's command; "": none
    complaint: str | None = None  # what is wrong with the time; None: nothing


def parse(text: str, names: Iterable[str]) -> Said:
    """The command of `names` that the text begins with, else free text.

    The bot's own name, slashes, case, courtesies and closing marks make no difference.
    """
    whole, plain = bare(text), _ADDRESSED.sub("", " ".join(text.split()), count=1)
    known = set(names)
    folded = " ".join(whole.lower().rstrip(_CLOSING).split())
    for pattern, name in _PHRASES:
        if match := pattern.fullmatch(folded):
            return Said(name, (match.groupdict().get("words") or "").strip(), whole, plain, asks=True)
    first = _FIRST.match(whole)
    if first and first[1].lower() in known:
        return Said(first[1].lower(), trimmed(whole[first.end() :]), whole, plain)
    if whole == "?":
        return Said("help", "", whole, plain)
    return Said(None, whole, whole, plain)


def bare(text: str) -> str:
    """The text without the bot's name before it and courtesies around it."""
    words = " ".join(text.split())
    while (shorter := _POLITE.sub("", _ADDRESSED.sub("", words, count=1))) != words:
        words = shorter
    return words


def content(words: str) -> str:
    """The words without function words, for searching the archive, whose search would match those too."""
    return " ".join(word for word in tokenisation.words(words) if tokenisation.term(word))


def trimmed(words: str) -> str:
    """Without closing punctuation, unless the words contain a web address, whose end it may be."""
    return words.strip() if "://" in words else words.strip().rstrip(_CLOSING)


def lasting(words: str, now: datetime, zone: str) -> Lasting:
    """ "AI for a week", "AI 7d", "AI until friday" → what, and its end; without a time it is for good.

    Names may hold "for": only what can be followed as a time is taken for one. Behind "for" and "until" that is every
    way to write an end; bare at the end a length of time, "tomorrow" or "this week", for "Baltimore Sun" names a paper
    and no Sunday.
    """
    if shorter := _FOREVER.search(words):
        return Lasting(words[: shorter.start()].strip(), FOREVER, "for good")
    marks = list(_MARK.finditer(words))
    for mark in reversed(marks):
        tail, until = words[mark.end() :], mark[1].lower() != "for"
        if end := _end(tail, now, zone, times.until if until else times.through):
            return Lasting(
                words[: mark.start()].strip(),
                end,
                f"until {tail}" if until else tail if _is_length(tail) else f"for {tail}",
            )
    pieces = words.split()
    for size in (3, 2, 1):
        tail = " ".join(pieces[-size:])
        if len(pieces) >= size and _is_bare(tail) and (end := _end(tail, now, zone, times.through)):
            return Lasting(" ".join(pieces[:-size]), end, tail if _is_length(tail) else f"for {tail}")
    return Lasting(words, FOREVER, "", _complaint(words, marks, now, zone))


def _end(tail: str, now: datetime, zone: str, ends: Callable[[str, datetime, str], datetime]) -> datetime | None:
    try:
        return ends(tail, now, zone)
    except ValueError:
        return None


def _is_bare(words: str) -> bool:
    """Whether the words are a time also without "for" or "until" before them."""
    return _is_length(words) or _BARE_TIME.fullmatch(words) is not None


def _is_length(words: str) -> bool:
    try:
        return bool(times.seconds(words))
    except ValueError:
        return False


def _complaint(words: str, marks: list[re.Match[str]], now: datetime, zone: str) -> str | None:
    if not marks:
        return None
    tail = words[marks[-1].end() :]
    if marks[-1][1].lower() == "for" and not _TIMELIKE.search(tail):
        return None
    try:
        times.until(tail, now, zone)
    except ValueError as error:
        return str(error)
    return None


def several(words: str) -> list[str]:
    """ "AI, energy and EU" → its parts. Try the whole as one name first: a name may contain "and"."""
    return [piece for piece in _JOINED.split(words) if piece]


# --- near misses -----------------------------------------------------------------------------------------------------

_ORDINARY = frozenset(
    re.findall(
        r"\w+",
        """
        a all and any are as be but by can could did do does for from good great had has have hello hi how i if in is it
        its let me no not now of ok on one or our she should so tell than thanks that the them then there they this to
        too two was we were what whats when where which who whom whose will with would yes you your
        """,
    )
)
"""Common words that must not be taken for a misspelled command."""


def near_miss(word: str, names: Iterable[str]) -> str | None:
    """The one command that the word misspells; None: it is close to none, or to several.

    The first letter must be right, or swapped with the second: people seldom mistype it otherwise.
    """
    folded = word.lower()
    if len(folded) < 3 or folded in _ORDINARY:
        return None
    scored = sorted((distance(folded, name), name) for name in names if len(name) > 2 and folded[0] in name[:2])
    if not scored:
        return None
    best, name = scored[0]
    allowed = 1 if len(name) < 6 else 2
    next_best, other = scored[1] if len(scored) > 1 else (len(folded), "")
    sure = next_best > best or other.startswith(name)  # "brieff" is as near to the list of briefs as to the brief
    return name if 0 < best <= allowed and sure else None
