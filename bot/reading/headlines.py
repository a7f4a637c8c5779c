"""Headlines without their publisher's name, and texts that are no news at all: errors, notices of moving, tests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.reading.publishers import fold

_TAIL = re.compile(r"\A(?P<head>.*\S)(?:\s+[-–—·•»]\s+|\s*\|\s*)(?P<name>\S.{0,58}\S)\Z")
_OPENING = re.compile(r"\A([^:|]{2,60}?)\s*(?::|\||\s[-–—]\s)\s+")
_LEAST = 2  # words that are left


def without_publisher(title: str, names: Iterable[str | None], link: str | None = None) -> str:
    """The title without “ - Arn Courier”, “| Vale Times” or “Vale Times: ”, where that is one of the names.

    `names` are what the feed and the site call the publisher; the host of the `link` is one too. Case, accents and an
    opening “the” do not count. A title of which less than two words would be left stays as it is.
    """
    known = {folded for name in names if name and (folded := fold(name))}
    known |= {fold(host), fold(host.rpartition(".")[0])} if (host := _host(link)) else set()
    plain = title.strip()
    while (match := _TAIL.match(plain)) and fold(match["name"]) in known:
        plain = match["head"]
    if (match := _OPENING.match(plain)) and fold(match[1]) in known:
        plain = plain[match.end() :]
    return plain if len(plain.split()) >= _LEAST or not known else title.strip()


def _host(link: str | None) -> str:
    try:
        return (urlsplit(link or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


_NO_NEWS = re.compile(
    r"""
    (?:rss[- ]?)?bridge\ returned\ error\b.* | .{0,60}bridge:?\ (?:error|exception)\b[:\s]*\d.*
    | (?:http\ )?error\ [45]\d\d\b.{0,40}
    | (?:this|the|our|your)?\s*(?:rss\s|atom\s|news\s)*feed\ (?:
        has\ (?:been\ )?(?:moved|discontinued|disabled|retired|changed)
        | (?:is|was)\ (?:no\ longer|not)\ (?:available|supported|updated|in\ use)
        | not\ found | moved | discontinued | unavailable
      )\b.{0,80}
    | (?:we\ have|we've)\ moved\ (?:our|this)\ (?:rss\s|news\s)*feed\b.*
    | please\ update\ your\ (?:feed|rss|subscription|bookmark)\b.*
    | dieser\ (?:rss-?)?feed\ (?:ist|wurde)\ (?:umgezogen|verschoben|eingestellt)\b.*
    | ce\ flux\ (?:rss\ )?(?:a\ été|n'est\ plus)\b.*
    | este\ (?:feed|canal)(?:\ rss)?\ (?:ha\ sido|se\ ha|foi|ya\ no)\b.*
    | questo\ feed\ (?:rss\ )?(?:è\ stato|non\ è)\b.*
    | (?:this\ is\ (?:a|only\ a|just\ a)\ )?test(?:ing)?
      (?:\ (?:post|article|item|entry|message|page|story|headline))?(?:\ (?:please\ )?ignore|\ only)?[\s\d.:!#-]*
    | testbeitrag[\s\d]* | hello\ world[!.]? | lorem\ ipsum\b.* | untitled(?:\ (?:post|document|article))?
    | (?:no|keine|aucune)\ (?:items?|entries|results?|articles?)(?:\ found)?[.!]?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST = 200  # characters of a title that can be such


def is_no_news(title: str) -> bool:
    """Whether an entry with this title tells of the feed itself: an error of what makes it, its moving, a test."""
    return len(title) <= _LONGEST and _NO_NEWS.fullmatch(title.strip()) is not None
