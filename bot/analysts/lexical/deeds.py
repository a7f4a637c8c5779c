"""Find what an article says was done to what, and grade how far that reaches.

    title and lead | deeds and matters of one kind | near each other in a sentence | the gravest

One word says little: “strike” is a walkout, a raid or a hit at bowling. So a deed counts for what it is done to (a
strike *on a power plant*), and only the few that say it all count alone (“invasion”). The lists are [deed.…] and
[matter.…] of seeds/lexicon.toml, and for other languages than English those of seeds/deeds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from bot.analysts.lexical.deed_lists import AGAINST_LIST, HOSTILE_LIST
from bot.analysts.lexical.lexicon import Entry
from bot.analysts.lexical.lexicon_hits import Hit, Hits, deed_hits
from bot.analysts.lexical.words import TITLE, Scan
from bot.text.stems import stem
from bot.text.taxonomy import Spot

KINDS = ("force", "peace", "law", "power", "stance", "market", "firm", "probe", "crisis")
LEAD = 1
"""The last sentence (from 0) in which a deed counts as the article's own news."""
NEAR = {"power": 5, "stance": 6, "firm": 8, "market": 7, "probe": 7, "law": 8, "force": 8, "peace": 8, "crisis": 1}
"""Maximum tokens between a deed and its matter, by kind. Measure with `python -m tests.bench judged FOLDER`."""
FURTHER = 2
"""Tokens more in other languages, whose articles and verbs at the end of a clause part the two further."""
STATE, THREAT = 4, 3
"""Levels of force against a state, and of the threat of it."""
AGAINST = frozenset(["on", "against", "into", "the", "of", "to", "strike", "attack"])
_HOSTILE = ("strike", "attack", "bomb", "invade", "hammer", "threaten", "pound", "shell", "blockade")
HOSTILE = frozenset(map(stem, _HOSTILE))
_THREATEN = stem("threaten")
DOUBT = 5
"""Number of tokens before a deed that are searched for a word saying that it is not done yet."""


class Deed(NamedTuple):
    """The tokens [first, stop) in which something is done, and how far it reaches: 1 a firm … 4 an order of things."""

    level: int
    kind: str
    first: int
    stop: int
    doubt: Hit | None = None  # the word that says it is not done yet


def gravest(scan: Scan, hits: Hits, spots: Sequence[Spot]) -> Deed | None:
    """The deed of the highest level in title and lead, the first of equals; None where there is none."""
    told = deed_hits(scan, LEAD)
    found = [deed for kind in KINDS for deed in _of_kind(scan, told, kind)]
    found += _against_states(scan, told, spots)
    doubts = _near(scan, [*hits.get("tentative", ()), *told.get("tentative", ())])
    weighed = [_doubted(deed, scan, doubts) for deed in found] if doubts else found
    asked = next((deed.doubt for deed in weighed if deed.doubt and scan.where[deed.first] == TITLE), None)
    if asked:  # what the title holds for possible the lead does not make certain
        weighed = [deed if deed.doubt else _lessened(deed, asked) for deed in weighed]
    return max(weighed, key=lambda deed: (deed.level, -deed.first), default=None)


def _doubted(deed: Deed, scan: Scan, doubts: Sequence[Hit]) -> Deed:
    """The deed, one level lower where a word just before or in it says that it has not happened yet."""
    for hit in doubts:
        if deed.first - DOUBT <= hit[0] < deed.stop and scan.where[hit[0]] == scan.where[deed.first]:
            return _lessened(deed, hit)
    return deed


def _lessened(deed: Deed, doubt: Hit) -> Deed:
    return deed._replace(level=deed.level - 1, doubt=doubt)


def _of_kind(scan: Scan, hits: Hits, kind: str) -> Iterator[Deed]:
    deeds = _near(scan, hits.get(f"deed {kind}", ()))
    matters = _near(scan, hits.get(f"matter {kind}", ())) if deeds else []
    near = NEAR[kind] + (0 if scan.article.language in {None, "en"} else FURTHER)
    for at, deed in deeds:
        if deed.weight:
            yield Deed(deed.weight, kind, at, at + deed.length)
        for other, matter in matters:
            first, stop = min(at, other), max(at + deed.length, other + matter.length)
            apart = stop - first - deed.length - matter.length
            if 0 <= apart <= near and scan.where[at] == scan.where[other]:
                yield Deed(max(matter.weight, deed.weight), kind, first, stop)


def _near(scan: Scan, hits: Sequence[Hit]) -> list[Hit]:
    return [hit for hit in hits if scan.where[hit[0]] <= LEAD]


def _against_states(scan: Scan, hits: Hits, spots: Sequence[Spot]) -> Iterator[Deed]:
    """“strikes on Iran”, “attack Iran”: force named right before a country, and not merely in it."""
    states = {spot.first: spot.stop for spot in spots if spot.place}
    light = {at for at, _ in hits.get(AGAINST_LIST, ())}
    for at, blow, level in _blows(scan, hits):
        if (first := _object(scan, at + blow.length, states, light)) is not None:
            yield Deed(level, "force", at, states[first])


def _blows(scan: Scan, hits: Hits) -> Iterator[tuple[int, Entry, int]]:
    """Where force is named, the entry of its list, and the level it has against a state."""
    for at, deed in _near(scan, hits.get("deed force", ())):
        if deed.opening in HOSTILE:
            yield at, deed, THREAT if deed.opening == _THREATEN else STATE
    for at, blow in _near(scan, hits.get(HOSTILE_LIST, ())):
        yield at, blow, blow.weight


def _object(scan: Scan, after: int, states: Collection[int], light: Collection[int]) -> int | None:
    """Where the country stands that follows in the same sentence with at most two words such as “on the” between.

    `light` are the places of such words in languages other than English.
    """
    for at in range(after, min(after + 3, len(scan.raw))):
        if at in states:
            return at if scan.where[at] == scan.where[after - 1] else None
        if scan.words[at].lower not in AGAINST and at not in light:
            return None
    return None
