"""Which topics and places an article is about: those that its title or several of its words carry.

mentions in title and text | how much each says: in the title, in the first sentence, further down, in passing
| for places: is the news set there, or is it only somebody's origin? (place_context.py)
| the most named, of which each is carried by more than a stray word

Measure with `python -m tests.bench judged FOLDER`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.analysts.lexical import place_context
from bot.analysts.lexical.lexicon_hits import Hits
from bot.analysts.lexical.token_features import LABEL, showing
from bot.analysts.lexical.words import TITLE, Scan
from bot.model.finding import Dimension
from bot.text import taxonomy as taxonomies
from bot.text.word_lists import word_set

TOPICS, PLACES = 4, 4
"""Maximum number of topics and of places given for one article."""
_IN_TITLE, _IN_LEAD = 3, 2
"""How many mentions in the body one mention in the title, or in the first sentence, counts as."""
_LEAST, _CARRIED = 2, 3
"""The sum from which a topic or a place is one: that of a mention in the first sentence. A topic foreign to the
article's first dimension needs more: a title that says it, or a further word."""
_IN_NAME = _IN_BIOGRAPHY = 0
"""What a place counts for in a name, and where it says where a person lives or comes from."""
_SPOKEN_OF = 3
"""A place that neither the title nor the first sentence is about needs at least this part of what the most named one
has, a third, and two different words or three mentions. Tuned by `python -m tests.bench judged FOLDER`."""
_NEAR_BEST = 4
"""A label needs at least this part of what the most named one has: a quarter."""

_OFFICES = word_set("minister ministers secretary ambassador envoy commissioner astronaut captain")
_FORMER = word_set("former ex late retired longtime then")


class Labels(NamedTuple):
    """Topics and places, the most named first, and facts that quote the words which named them."""

    topics: tuple[str, ...]
    places: tuple[str, ...]
    shown: tuple[str, ...]


def spots(cut: Scan) -> Sequence[taxonomies.Spot]:
    """The mentions of topics and places in the title and the text."""
    groups = [(at, group) for at in showing(cut.hints, LABEL) if (group := cut.words[at].labels)]
    found = taxonomies.spots(cut.raw, lambda first, stop: cut.surface(first, stop - first), groups)
    return [spot for spot in found if not (spot.place and _is_money(cut, spot))]


def _is_money(cut: Scan, spot: taxonomies.Spot) -> bool:
    """Whether a one-word place is always part of a currency sign in this text: “US$ 12”, “A$40”."""
    if spot.stop - spot.first > 1 or not cut.raw[spot.first].isupper() or "$" not in cut.article.text:
        return False
    sign = f"{cut.raw[spot.first]}$"
    return sign in cut.article.text and cut.article.text.count(cut.raw[spot.first]) == cut.article.text.count(sign)


def labels(
    cut: Scan, found: Sequence[taxonomies.Spot], dimensions: Sequence[Dimension], actors: Collection[str]
) -> Labels:
    """The topics and places of an article. `dimensions` are what its words lean to, best first."""
    topics = _topics(cut, [spot for spot in found if not spot.place], dimensions)
    places = _places(cut, [spot for spot in found if spot.place], actors)
    shown = (*_shown(cut, found, topics, place=False), *_shown(cut, found, places, place=True))
    return Labels(topics, places, shown)


def _topics(cut: Scan, found: Sequence[taxonomies.Spot], dimensions: Sequence[Dimension]) -> tuple[str, ...]:
    """The topics that the title, or several different words, carry; of the first sentence's those of the dimensions."""
    sums: dict[str, int] = {}
    leading, said = set(), set()
    for spot in found:
        share = _SHARES.get(cut.where[spot.first], 1)
        share = 1 if share > 1 and _is_office(cut, spot) else share
        words = (spot.owner, cut.words[spot.first].stem, spot.stop - spot.first)
        if share == 1 and words in said:
            continue  # a word that comes again says nothing more
        said.add(words)
        leading.update([spot.owner] if share > 1 else [])
        sums[spot.owner] = sums.get(spot.owner, 0) + share
    first = {name: total for name, total in sums.items() if total >= _CARRIED or name in leading}
    carried = [name for name in first if sums[name] >= _CARRIED or _leans(name, dimensions[:1])]
    carried = carried or [name for name in first if _leans(name, dimensions)][:1]
    return _most_named({name: first[name] for name in carried}, TOPICS)


def _places(cut: Scan, found: Sequence[taxonomies.Spot], actors: Collection[str]) -> tuple[str, ...]:
    """The places that title or first sentence name, and those that the text goes on to speak of."""
    sums: dict[str, int] = {}
    leading, words = set(), set()
    titled = any(cut.where[spot.first] == TITLE for spot in found)
    pairs = place_context.words_of_names(actors) if found else frozenset()
    for spot in found:
        share = _place_share(cut, spot, pairs, titled=titled)
        leading.update([spot.owner] if share > 1 else [])
        words.update([(spot.owner, cut.words[spot.first].lower)] if share else [])
        sums[spot.owner] = sums.get(spot.owner, 0) + share
    best = max(sums.values(), default=0)
    named = Counter(owner for owner, _ in words)
    spoken = {name for name, total in sums.items() if named[name] > 1 or total >= _CARRIED}
    return _most_named(
        {name: sums[name] for name in sums if name in leading or (name in spoken and sums[name] * _SPOKEN_OF >= best)},
        PLACES,
    )


def _place_share(cut: Scan, spot: taxonomies.Spot, pairs: Collection[tuple[str, str]], *, titled: bool) -> int:
    """What one mention of a place counts for, by where it stands and what is said around it."""
    share = _SHARES.get(cut.where[spot.first], 1)
    if place_context.is_part_of_name(cut, spot, pairs):
        return _IN_NAME
    if share != _IN_LEAD:
        return share
    if place_context.is_biography(cut, spot):
        return _IN_BIOGRAPHY
    weak = (
        place_context.is_origin(cut, spot, titled=titled)
        or place_context.is_nationality(cut, spot)
        or (titled and place_context.is_dateline(cut, spot))
    )
    return 1 if weak else share


_SHARES = {TITLE: _IN_TITLE, 0: _IN_LEAD}


def _most_named(sums: Mapping[str, int], most: int) -> tuple[str, ...]:
    best = max(sums.values(), default=0)
    ranked = sorted(sums, key=lambda name: -sums[name])
    return tuple(name for name in ranked if sums[name] >= _LEAST and sums[name] * _NEAR_BEST >= best)[:most]


def supported(dimensions: Sequence[Dimension], topics: Sequence[str], hits: Hits) -> tuple[Dimension, ...]:
    """The first dimension, and of the others those to which a topic leans or, where there is no topic, which two
    different strong words carry."""
    return tuple(
        dimension
        for rank, dimension in enumerate(dimensions)
        if not rank or any(_leans(name, [dimension]) for name in topics) or (not topics and _is_strong(hits, dimension))
    )


def _is_strong(hits: Hits, dimension: Dimension) -> bool:
    return len({entry.opening for _, entry in hits.get(dimension, ()) if entry.weight >= _STRONG}) > 1


_STRONG = 2


def _leans(name: str, dimensions: Collection[Dimension]) -> bool:
    topic = taxonomies.load().topic(name)
    return topic is not None and not set(topic.dimensions).isdisjoint(dimensions)


def _is_office(cut: Scan, spot: taxonomies.Spot) -> bool:
    """Whether it is only somebody's office (“Foreign Minister Ana Ruiz”) or what somebody was (“a former captain”)."""
    last, following = cut.words[spot.stop - 1], place_context.neighbour(cut, spot, spot.stop)
    before = [place_context.neighbour(cut, spot, spot.first - back).lower() for back in (1, 2)]
    return (last.lower in _OFFICES and following[:1].isupper()) or not _FORMER.isdisjoint(before)


def _shown(cut: Scan, found: Sequence[taxonomies.Spot], chosen: Sequence[str], *, place: bool) -> Iterator[str]:
    """Yield one fact per label, quoting its first mention: “memory chip”: of the topic chips."""
    kind = "place" if place else "topic"
    for owner in chosen:
        first = next(spot for spot in found if spot.owner == owner and spot.place is place)
        yield f"“{cut.shown(first.first, first.stop - first.first)}”: of the {kind} {owner}"
