"""The taxonomy of topics and places: find those a text names, and the label a person means by a word."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from bot.model.finding import Dimension
from bot.model.label import CategoryKind, Label
from bot.text.spelling import is_slip

Named = tuple[tuple[str, tuple[str, ...]], ...]
"""(topic name or place code, the words found for it as written), the most often named first."""

BEGUN = 3  # letters of a name from which its beginning stands for it
OFFERED = 3
ENUMERATED = 3  # places from which a list in a headline says that an article goes round them

_SEEDS = Path(__file__).parents[2] / "seeds"
TOKEN = re.compile(r"[^\W_]+")
"""A run of letters and digits; texts and the taxonomy's phrases are both split into these."""
_ADJECTIVES = ("ese", "ish", "ench", "utch", "ech", "iss")
"""Endings of adjectives of nations that are not their people's name with an -s left off, as “German” is."""
_AND = re.compile(r"\.?(?:,? (?:and|or|und|oder|et|ou|y|e|o|en|i|oraz|&)|,) ", re.IGNORECASE)
"""What may stand between two members of a list."""
_BETWEEN = re.compile(r"[\s‐‑–\-]+")
_DIMENSION_ALIASES = {
    "society": Dimension.SOCIAL, "socioeconomic": Dimension.SOCIAL, "tech": Dimension.TECHNOLOGICAL,
    "technology": Dimension.TECHNOLOGICAL, "science": Dimension.TECHNOLOGICAL, "economy": Dimension.ECONOMIC,
    "economics": Dimension.ECONOMIC, "business": Dimension.ECONOMIC, "environment": Dimension.ENVIRONMENTAL,
    "ecological": Dimension.ENVIRONMENTAL, "politics": Dimension.POLITICAL, "policy": Dimension.POLITICAL,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    dimensions: tuple[Dimension, ...]
    aliases: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A country, or a region where it has members."""

    code: str
    name: str
    words: tuple[str, ...]
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One word or phrase of a topic or place, tokenised like a text."""

    owner: str  # topic name or place code; "": a phrase from [ignore]
    place: bool
    tokens: tuple[str, ...]
    written: str  # with blanks and hyphens normalised; in lower case unless exact
    exact: bool  # contains an upper-case letter, so it matches only as written


class Clue(NamedTuple):
    """How to find a phrase quickly: by its presumably rarest word, then by a neighbour, before comparing all of it."""

    within: int  # index of the rarest word in the phrase
    beside: int  # offset of the neighbour from it, 1 or -1; 0: the phrase is a single word
    neighbour: str


class Group(NamedTuple):
    """What one token may indicate: phrases of which it is the rarest word, and single words."""

    phrases: tuple[tuple[Clue, _Phrase], ...]
    words: tuple[_Phrase, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """The topics and places a text names."""

    topics: Named
    places: Named


class Spot(NamedTuple):
    """One mention of a topic or place in a text."""

    owner: str  # the topic's name or the place's code
    place: bool
    first: int  # the mention is tokens [first, stop)
    stop: int


@dataclass(frozen=True)
class Taxonomy:
    """Topics, places and regions, with the words and phrases that indicate them."""

    topics: tuple[Topic, ...]
    places: tuple[Place, ...]
    _index: Mapping[str, Group] = field(repr=False)  # by token
    _labels: Mapping[str, Label] = field(repr=False)
    _place_words: frozenset[str] = field(repr=False)

    @cached_property
    def _topics_by_name(self) -> Mapping[str, Topic]:
        return {topic.name: topic for topic in self.topics}

    @cached_property
    def _places_by_code(self) -> Mapping[str, Place]:
        return {place.code: place for place in self.places}

    def group(self, token: str) -> Group | None:
        """What a lower-case token may indicate; None: nothing."""
        return self._index.get(token)

    def scan(self, text: str) -> Scan:
        """The topics and places the text names, in one pass."""
        topics: dict[str, list[str]] = {}
        places: dict[str, list[str]] = {}
        for spot, start, end in self._mentions(text):
            (places if spot.place else topics).setdefault(spot.owner, []).append(text[start:end])
        return Scan(_ranked(topics), _ranked(places))

    def enumerated(self, text: str) -> frozenset[str]:
        """Codes of the places that the text names in a list of ENUMERATED or more: “Peru, Chile and Brazil”."""
        if "," not in text:
            return frozenset()
        runs: list[list[str]] = [[]]
        ended = 0
        for spot, start, end in self._mentions(text):
            if spot.place:
                if not _AND.fullmatch(text, ended, start):
                    runs.append([])
                runs[-1].append(spot.owner)
                ended = end
        return frozenset(code for run in runs if len(set(run)) >= ENUMERATED for code in run)

    def _mentions(self, text: str) -> Iterator[tuple[Spot, int, int]]:
        """Yield each mention with where it starts and ends in the text."""
        tokens = [m.span() for m in TOKEN.finditer(text)]
        raw = [text[start:end] for start, end in tokens]

        def between(first: int, stop: int) -> str:
            return text[tokens[first][0] : tokens[stop - 1][1]]

        groups = ((at, group) for at, word in enumerate(raw) if (group := self.group(word.lower())))
        for spot in spots(raw, between, groups):
            yield spot, tokens[spot.first][0], tokens[spot.stop - 1][1]

    def topic(self, name: str) -> Topic | None:
        return self._topics_by_name.get(name)

    def place(self, code: str) -> Place | None:
        return self._places_by_code.get(code)

    def members(self, code: str) -> tuple[str, ...]:
        """Codes of a region's countries, including those of nested regions; empty for a country or unknown code."""
        seen: dict[str, None] = {}
        queue = [code]
        while queue:
            place = self.place(queue.pop(0))
            new = [member for member in (place.members if place else ()) if member not in seen]
            seen.update(dict.fromkeys(new))
            queue.extend(new)
        return tuple(seen)

    def is_place(self, word: str) -> bool:
        """Whether the word names a country or region, as label() would say."""
        return word.lower() in self._place_words

    def is_demonym(self, word: str, code: str) -> bool:
        """Whether a word of the place with that code is its adjective or names its people: “French”, “German”."""
        place = self.place(code)
        return place is not None and word != place.name and (f"{word}s" in place.words or word.endswith(_ADJECTIVES))

    def label(self, word: str) -> Label | None:
        """The dimension, topic or place with that name, code, alias or word, in any case; None if there is none."""
        return self._labels.get(_key(word))

    def nearest(self, word: str, known: Iterable[Label] = ()) -> tuple[Label, ...]:
        """At most OFFERED labels whose names the word may misspell, begins, or is a word of, nearest first.

        Considered are the taxonomy's labels and `known`: actors, publishers and other labels that signals carry.
        """
        names: dict[str, Label] = {key: label for key, label in self._labels.items() if len(key) > 1}
        for label in known:
            names[_key(label.name)] = label
        wanted = _key(word)
        if not wanted:
            return ()
        scored = ((_likeness(wanted, key), key) for key in names)
        best = sorted((pair for pair in scored if pair[0]), key=lambda pair: (-pair[0], pair[1]))
        return tuple({(names[key].kind, names[key].value): names[key] for _, key in best}.values())[:OFFERED]


def spots(raw: Sequence[str], between: Callable[[int, int], str], groups: Iterable[tuple[int, Group]]) -> list[Spot]:
    """Every named topic and place of a text given as its tokens (runs of letters and digits), in order.

    `groups` are (token index, what the token may indicate); `between(first, stop)` returns the text from token `first`
    up to token `stop`. Of overlapping matches of one kind only the longest counts. Phrases of [ignore] take part, so
    that they suppress shorter matches, but are not returned.
    """
    found: list[tuple[int, int, _Phrase]] = []
    for at, (phrases, words) in groups:
        for (within, beside, neighbour), phrase in phrases:
            if raw[(at + beside) % len(raw)].lower() == neighbour:
                first, stop = at - within, at - within + len(phrase.tokens)
                lower = tuple(map(str.lower, raw[first:stop]))
                if lower == phrase.tokens and _as_written(between(first, stop), phrase):
                    found.append((first, stop, phrase))
        if words:
            found += [(at, at + 1, word) for word in words if not word.exact or raw[at] == word.written]
    found.sort(key=lambda match: match[0] - match[1])
    kept = [*_longest(found, place=False), *_longest(found, place=True)]
    return [Spot(phrase.owner, phrase.place, first, stop) for first, stop, phrase in kept if phrase.owner]


def _longest(found: list[tuple[int, int, _Phrase]], *, place: bool) -> list[tuple[int, int, _Phrase]]:
    """The matches of one kind that overlap no longer one; the same tokens may count for several owners.

    `found` must be ordered longest first.
    """
    taken: dict[int, tuple[int, int]] = {}
    kept: list[tuple[int, int, _Phrase]] = []
    for match in found:
        i, stop, phrase = match
        if phrase.place is not place:
            continue
        run = (i, stop)
        if stop - i == 1:
            if taken.setdefault(i, run) == run:
                kept.append(match)
        elif all(taken.get(at, run) == run for at in range(i, stop)):
            taken.update(dict.fromkeys(range(i, stop), run))
            kept.append(match)
    return sorted(kept, key=lambda match: match[0])


def _as_written(words: str, phrase: _Phrase) -> bool:
    even = _normalised(words)
    return (even if phrase.exact else even.lower()) == phrase.written


def _normalised(words: str) -> str:
    return _BETWEEN.sub(" ", words.replace("’", "'"))


def _key(word: str) -> str:
    """The form in which labels are looked up: folded, without quotes, closing punctuation and a leading “the”."""
    plain = _normalised(word.strip().strip("“”\"'‘’«».,;:!?").casefold()).strip()
    return plain.removeprefix("the ")


def _ranked(hits: Mapping[str, list[str]]) -> Named:
    """Ordered by how often each was named, the first mentioned first among equals."""
    return tuple((name, tuple(words)) for name, words in sorted(hits.items(), key=lambda pair: -len(pair[1])))


def _likeness(a: str, b: str) -> float:
    """How near a name is to the typed word: 1 for a slip of the pen, else the share (0 to 1) of it that the word is.

    0 for names that share only letters with it: near is what it may misspell, begins, or is a word of.
    """
    if is_slip(a, b):
        return 1.0
    whole = len(a) > 2 and a in b.split()
    return len(a) / len(b) if whole or (len(a) >= BEGUN and b.startswith(a)) else 0.0


# --- loading ---------------------------------------------------------------------------------------------------------


@cache
def load() -> Taxonomy:
    """The taxonomy that ships with the bot."""
    return parse((_SEEDS / "taxonomy.toml").read_text("utf-8"))


def parse(text: str) -> Taxonomy:
    """A taxonomy from TOML: [[topic]] name, dimensions, aliases, words; [[place]] code, name, words; [[region]] the
    same and members; [ignore] places, topics. A word in lower case matches in any case, others as written."""
    tables = tomllib.loads(text)
    topics = tuple(_topic(table) for table in tables.get("topic", ()))
    places = tuple(_place(table) for table in (*tables.get("place", ()), *tables.get("region", ())))
    ignored = [
        _phrase("", word, place=kind == "places") for kind, words in tables.get("ignore", {}).items() for word in words
    ]
    labels = _labelled(topics, places)
    words = frozenset(key for key, label in labels.items() if label.kind is CategoryKind.PLACE)
    return Taxonomy(topics, places, _indexed(topics, places, ignored), labels, words)


def _topic(table: Mapping[str, Any]) -> Topic:
    dimensions = tuple(Dimension(name) for name in table.get("dimensions", ()))
    return Topic(table["name"], dimensions, tuple(table.get("aliases", ())), tuple(table.get("words", ())))


def _place(table: Mapping[str, Any]) -> Place:
    return Place(table["code"], table["name"], tuple(table.get("words", ())), tuple(table.get("members", ())))


def _indexed(topics: Iterable[Topic], places: Iterable[Place], ignored: Iterable[_Phrase]) -> dict[str, Group]:
    phrases = [*ignored]
    phrases += [_phrase(topic.name, word, place=False) for topic in topics for word in topic.words]
    phrases += [_phrase(place.code, word, place=True) for place in places for word in (place.name, *place.words)]
    phrases = [phrase for phrase in dict.fromkeys(phrases) if phrase.tokens]
    longer: dict[str, list[tuple[Clue, _Phrase]]] = {}
    words: dict[str, list[_Phrase]] = {}
    for phrase, clue in zip(phrases, clues([phrase.tokens for phrase in phrases]), strict=True):
        token = phrase.tokens[clue.within]
        if len(phrase.tokens) > 1:
            longer.setdefault(token, []).append((clue, phrase))
        else:
            words.setdefault(token, []).append(phrase)
    return {token: Group(tuple(longer.get(token, ())), tuple(words.get(token, ()))) for token in {**longer, **words}}


def clues(phrases: Sequence[Sequence[str]]) -> list[Clue]:
    """One clue per phrase; long words, and words in few of the phrases, are taken to be rarer in texts."""
    times = Counter(word for phrase in phrases for word in phrase)
    found: list[Clue] = []
    for words in phrases:
        within = min(range(len(words)), key=lambda at: times[words[at]] / len(words[at]) ** 2)
        beside = 0 if len(words) == 1 else -1 if within else 1
        found.append(Clue(within, beside, words[within + beside]))
    return found


def _phrase(owner: str, word: str, *, place: bool) -> _Phrase:
    pieces = [m.span() for m in TOKEN.finditer(word)]
    inner = word[pieces[0][0] : pieces[-1][1]] if pieces else ""
    exact = inner != inner.lower()
    return _Phrase(owner, place, tuple(TOKEN.findall(inner.lower())), _normalised(inner), exact)


def _labelled(topics: tuple[Topic, ...], places: tuple[Place, ...]) -> dict[str, Label]:
    """Labels by every way to name them; on a clash dimensions win over topics over places, and names over words."""
    named: list[tuple[str, Label]] = [
        (dimension.value, Label(CategoryKind.DIMENSION, dimension.value, dimension.value)) for dimension in Dimension
    ]
    topic_labels = [(topic, Label(CategoryKind.TOPIC, topic.name, topic.name)) for topic in topics]
    place_labels = [(place, Label(CategoryKind.PLACE, place.code, place.name)) for place in places]
    named += [(topic.name, label) for topic, label in topic_labels]
    named += [(word, label) for place, label in place_labels for word in (place.name, place.code)]
    named += [(alias, label) for topic, label in topic_labels for alias in topic.aliases]
    named += [
        (alias, Label(CategoryKind.DIMENSION, dimension.value, dimension.value))
        for alias, dimension in _DIMENSION_ALIASES.items()
    ]
    named += [(word, label) for place, label in place_labels for word in place.words]
    labels: dict[str, Label] = {}
    for word, label in named:
        labels.setdefault(_key(word), label)
    return labels
