"""Find the words and phrases of the lexicon in a text, with their positions."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from bot.analysts.lexical import deed_lists
from bot.analysts.lexical.deed_lists import DeedLists
from bot.analysts.lexical.token_features import LISTED, showing

if TYPE_CHECKING:  # it asks here for what is listed
    from bot.analysts.lexical.words import Scan
from bot.analysts.lexical.lexicon import Entry, Listed

Hit = tuple[int, Entry]
"""A listed word as it stands in an article: its first token, and what the list says of it."""
Hits = Mapping[str, Sequence[Hit]]
"""By list, in order."""


def hits(scan: Scan) -> Hits:
    """Every listed word of the article; within one list a phrase hides the words inside it."""
    english = scan.article.language in {None, "en"}
    words = scan.words
    listed = [(at, words[at].english if english else words[at].foreign) for at in showing(scan.hints, LISTED)]
    return _hits(scan, [(at, found) for at, found in listed if found])


def deed_hits(scan: Scan, lead: int) -> Hits:
    """The deeds and matters in title and text up to the sentence `lead`, by the lists of the article's language."""
    upto = bisect_right(scan.where, lead)
    lists = deed_lists.load(scan.article.language or "en")
    if lists is not None:
        return _listed_hits(scan, lists, upto)
    return _hits(scan, [(at, word.deeds) for at, word in enumerate(scan.words[:upto]) if word.deeds])


def _listed_hits(scan: Scan, lists: DeedLists, upto: int) -> Hits:
    """Of one list a word counts once: for the longest phrase, and of these for the heaviest."""
    found: defaultdict[str, list[Hit]] = defaultdict(list)
    taken: dict[str, int] = {}
    for at in range(upto):
        for entry in lists.at(scan.raw, at):
            if taken.get(entry.group, 0) <= at:
                taken[entry.group] = at + entry.length
                found[entry.group].append((at, entry))
    return found


def _hits(scan: Scan, places: Iterable[tuple[int, Listed]]) -> Hits:
    found: defaultdict[str, list[Hit]] = defaultdict(list)
    phrases: list[Hit] = []
    words, count = scan.words, len(scan.words)
    for at, listed in places:
        for (within, beside, neighbour), entry in listed.phrases:
            if words[(at + beside) % count].stem == neighbour and _stands(scan, at - within, entry):
                phrases.append((at - within, entry))
        for entry in listed.singles:
            if entry.exact is None or entry.exact[0] == words[at].raw:
                found[entry.group].append((at, entry))
    _add(phrases, found)
    return found


def _stands(scan: Scan, at: int, entry: Entry) -> bool:
    stop = at + entry.length
    if tuple([word.stem for word in scan.words[at:stop]]) != entry.stems:
        return False
    return entry.exact is None or tuple(scan.raw[at:stop]) == entry.exact


def _add(phrases: Iterable[Hit], found: defaultdict[str, list[Hit]]) -> None:
    """Replace words by the phrases that contain them; of overlapping phrases keep the first, then the longest."""
    taken: dict[str, int] = {}
    for at, entry in sorted(phrases, key=lambda hit: (hit[0], -hit[1].length)):
        if taken.get(entry.group, 0) <= at:
            taken[entry.group] = stop = at + entry.length
            others = [hit for hit in found[entry.group] if not at <= hit[0] < stop]
            found[entry.group] = sorted([*others, (at, entry)], key=itemgetter(0))
