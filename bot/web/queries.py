"""What a visitor asks of the archive: the words behind the question mark of an address, read and written.

A filter is a plain link: the address of the same question with one thing more, or less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from bot.model import times
from bot.model.archive import PUBLIC_KINDS, ArchiveQuery
from bot.model.label import CategoryKind, Label
from bot.web.values import label_name

MOST_WORDS = 200  # characters of a search that are looked for
STRENGTHS = (8, 7, 6, 5)
SPANS = (("the last week", 7), ("the last month", 30), ("the last year", 365))
MOST_PAGES = 10_000


class BadQuery(Exception):
    """The address asks for something that cannot be; its text is the sentence for the visitor."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that can be chosen, or is."""

    name: str
    path: str  # of the same question with it, or without it


@dataclass(frozen=True, slots=True)
class Facet:
    """Filters of one kind."""

    title: str
    filters: tuple[Filter, ...]


def read(params: Mapping[str, str], known: Mapping[CategoryKind, tuple[Label, ...]]) -> ArchiveQuery:
    """The question of an address. Raises BadQuery. `known` are the labels that may be asked for by any case."""
    labels = tuple(
        _label(kind, params[str(kind)], known.get(kind, ())) for kind in PUBLIC_KINDS if params.get(str(kind))
    )
    return ArchiveQuery(
        words=" ".join(params.get("q", "").split())[:MOST_WORDS],
        labels=labels,
        at_least=_number(params, "strength", 10),
        since=_day(params, "since"),
        until=_day(params, "until"),
    )


def page_number(params: Mapping[str, str]) -> int:
    """Which page of a list is asked for, from 1 on. Raises BadQuery."""
    return _number(params, "page", MOST_PAGES)


def _label(kind: CategoryKind, word: str, known: tuple[Label, ...]) -> Label:
    """The label of that value in any case; one that no signal carries, where there is none."""
    same = (each for each in known if word.casefold() in (each.value.casefold(), each.name.casefold()))
    return next(same, Label(kind, word, word))


def _number(params: Mapping[str, str], name: str, most: int) -> int:
    given = params.get(name) or "1"
    if not (given.isascii() and given.isdecimal()) or not 1 <= int(given[:9]) <= most:
        raise BadQuery(f"“{name}” is a whole number from 1 to {most}.")
    return int(given)


def _day(params: Mapping[str, str], name: str) -> date | None:
    given = params.get(name)
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadQuery(f"“{name}” is a date such as 2026-03-27.") from None


# --- writing -------------------------------------------------------------------------------------------------------


def address(query: ArchiveQuery, path: str = "/search", page: int = 1) -> str:
    """The address that asks this."""
    asked = pairs(query) + ([("page", str(page))] if page > 1 else [])
    return f"{path}?{urlencode(asked)}" if asked else path


def pairs(query: ArchiveQuery) -> list[tuple[str, str]]:
    """The question as names and values of an address."""
    given = [("q", query.words), *((str(each.kind), each.value) for each in query.labels)]
    given.append(("strength", str(query.at_least) if query.at_least > 1 else ""))
    given += [(name, on.isoformat() if on else "") for name, on in (("since", query.since), ("until", query.until))]
    return [(name, value) for name, value in given if value]


def chosen(query: ArchiveQuery) -> tuple[Filter, ...]:
    """What narrows the list now, each with the address without it."""
    found = [
        (label_name(each), replace(query, labels=tuple(other for other in query.labels if other != each)))
        for each in query.labels
    ]
    if query.at_least > 1:
        found.append((f"strength {query.at_least} or more", replace(query, at_least=1)))
    if query.since:
        found.append((f"since {times.dated(query.since)}", replace(query, since=None)))
    if query.until:
        found.append((f"until {times.dated(query.until)}", replace(query, until=None)))
    return tuple(Filter(name, address(without)) for name, without in found)


def facets(query: ArchiveQuery, known: Mapping[CategoryKind, tuple[Label, ...]], today: date) -> tuple[Facet, ...]:
    """What the list can be narrowed by further; a kind that is chosen already is left out."""
    taken = {each.kind for each in query.labels}
    found = [
        Facet(str(kind), tuple(_with(query, label) for label in sorted(labels, key=label_name)))
        for kind in PUBLIC_KINDS
        if kind not in taken and (labels := known.get(kind))
    ]
    strong = [Filter(f"{least} or more", address(replace(query, at_least=least))) for least in STRENGTHS]
    recent = [Filter(name, address(replace(query, since=today - timedelta(days=back)))) for name, back in SPANS]
    if query.at_least == 1:
        found.append(Facet("strength", tuple(strong)))
    if query.since is None:
        found.append(Facet("time", tuple(recent)))
    return tuple(found)


def _with(query: ArchiveQuery, label: Label) -> Filter:
    return Filter(label_name(label), address(replace(query, labels=(*query.labels, label))))
