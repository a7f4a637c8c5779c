"""Signs that a page is not the article it was asked for: where the request ended, its headings, and what it says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from bot.reading.decoding import decode
from bot.text.tokenisation import fold

_SEEDS = Path(__file__).parents[2] / "seeds"
_LONGEST = 600  # characters; a longer paragraph with such a phrase is an article's that speaks of it
_MOSTLY = 1 / 3  # the share of a text from which paragraphs of a wall make it one


@dataclass(frozen=True, slots=True)
class _Walls:
    """The phrases of `seeds/walls.toml`, folded."""

    heading: re.Pattern[str]  # at the beginning
    sentence: re.Pattern[str]  # anywhere
    paths: frozenset[str]


@cache
def _walls() -> _Walls:
    found = tomllib.loads((_SEEDS / "walls.toml").read_text(encoding="utf-8"))
    heading = re.compile(rf"(?:{_any(found['headings'])})(?!\w)")
    return _Walls(heading, re.compile(_any(found["sentences"])), frozenset(found["paths"]))


def _any(phrases: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(map(fold, phrases), key=len, reverse=True)))


def is_heading(words: str) -> bool:
    """Whether a page with this heading asks for consent, money, a login or a proof, or is missing."""
    return _walls().heading.match(fold(words)) is not None


_CHALLENGE = re.compile(
    r"cdn-cgi/challenge|cf[-_]chl|cf-browser-verification|<title>\s*(?:just a moment|attention required)|"
    r"_incapsula_resource|px-captcha|perimeterx|captcha-delivery\.com|datadome|ddos-guard|sucuri_cloudproxy|"
    r"checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|aws-waf-token|kpsdk|anubis_challenge",
    re.IGNORECASE,
)
_SEEN_OF_ERROR = 64_000  # bytes of an answer that is no feed, in which a challenge shows
_SEEN = 100_000  # characters of a page in which a challenge shows


def is_challenge(markup: str) -> bool:
    """Whether the markup asks a browser to prove that a person sits before it."""
    return _CHALLENGE.search(markup[:_SEEN]) is not None


def holds_challenge(body: bytes, content_type: str | None) -> bool:
    """Whether an answer's body asks for such a proof."""
    return is_challenge(decode(body[:_SEEN_OF_ERROR], content_type).text)


def without_wall(text: str, *, closed: bool) -> str:
    """The text without a wall's paragraphs, which are parted by blank lines.

    Where the page says that it is not free to read (`closed`), or where a third of the text is a wall's, nothing that
    follows the wall's first paragraph is the article's either.
    """
    paragraphs = text.split("\n\n")
    of_wall = [len(each) <= _LONGEST and _walls().sentence.search(fold(each)) is not None for each in paragraphs]
    if not any(of_wall):
        return text
    walled = sum(len(each) for each, wall in zip(paragraphs, of_wall, strict=True) if wall)
    if closed or walled >= _MOSTLY * len(text):
        return "\n\n".join(paragraphs[: of_wall.index(True)])
    return "\n\n".join(each for each, wall in zip(paragraphs, of_wall, strict=True) if not wall)


def ended_elsewhere(asked: str, served: str) -> bool:
    """Whether a request for an article's address ended at a front page, a section, or where walls stand."""
    wanted, found = _parts(asked), _parts(served)
    if wanted == found:
        return False
    host = (urlsplit(served).hostname or "").partition(".")[0]
    newly = set(found[1]) - set(wanted[1])
    if host in _walls().paths or newly & _walls().paths:
        return True
    shorter = found[1] == wanted[1][: len(found[1])] and len(found[1]) < len(wanted[1])
    return shorter and not urlsplit(served).query and (found[0] == wanted[0] or not found[1])


def _parts(address: str) -> tuple[str, tuple[str, ...]]:
    """The host and the parts of the path, without endings such as “.html”."""
    parts = urlsplit(address)
    path = tuple(part.rpartition(".")[0] or part for part in parts.path.casefold().split("/") if part)
    return (parts.hostname or "").removeprefix("www."), path
