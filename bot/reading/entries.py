"""Decide which entries of a feed document are new or changed, although ids, links and dates of feeds are unreliable.

document | drop duplicates | match with the stored entries | unchanged, changed, new, too old
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urldefrag

from bot.model.feed import ChangedEntry, Entry, EntryKeys, EntryState, FeedDocument, NewEntry, StoredEntry
from bot.reading.entry_keys import fold, keys

_NEAR, _SAME_HOUR = timedelta(days=2), timedelta(hours=1)  # see rule 1 of `decide`
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_DISTINCTIVE = 12  # words from which two entries do not have the same ones by chance
_ALIKE = 0.5  # Dice coefficient of two titles' words from which they count as alike
WAITING, PASSED = EntryState.WAITING, EntryState.PASSED
_UNREAD = (EntryState.PASSED, EntryState.FORGOTTEN)
NOTED = timedelta(days=30)
"""How long it holds that a FORGOTTEN entry was noted as listed."""
FIRST_UNDATED = 10
"""Undated entries that are read when a source is looked at for the first time: a feed lists its newest first."""
_EDIT = timedelta(minutes=1)  # by which a date of change must have moved on
OWN = "entry-"
"""Prefix of the URL fragment that tells apart entries with the same link."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """An entry with its keys, of the document or of the store."""

    entry: Entry
    keys: EntryKeys
    stored: StoredEntry | None = None  # None: of the document


def decide(
    document: FeedDocument,
    known: Iterable[tuple[StoredEntry, EntryKeys]],
    now: datetime,
    window_seconds: float,
    *,
    its_keys: Sequence[EntryKeys] | None = None,
    first_look: bool = False,
) -> tuple[tuple[NewEntry, ...], tuple[ChangedEntry, ...]]:
    """The new entries of a document, and the known ones that changed.

    `known` are the source's stored entries that share any key with the document's. Two entries are the same where

    1. their words are equal, and so is their id or their link; or, these being different too, their dates lie within
       two days of one another or one is undated (an hour, and undated not at all, for fewer than twelve words: a
       standing headline such as "Rates unchanged" comes again and is another item); else
    2. id and link are both equal (or one of them is, and one side lacks the other): the words were edited; else
    3. only the id or only the link is equal, and the titles are alike.

    For 2 and 3, an id or link that several entries of the document, or of the store, carry with different words is
    ignored. Each known entry is matched once, the surest match first; of two same entries of the document the first one
    is kept (by rule 1 alone: two edited ones stay two). What is left is new: WAITING, or PASSED if it is dated before
    the window of `window_seconds`. Undated and future-dated entries count as dated now; but of an undated archive that
    is looked at for the first time (`first_look`) only what it lists first is news, the rest is PASSED. `its_keys` are
    the keys of the document's entries, if the caller has made them already. In doubt an entry is new: that loses
    nothing, since an article of the same publisher and link becomes a new version of the old one.

    A changed entry is read again (`reread`) where its words or body changed, or where its own date of change moved on,
    unless most of the document's dates moved together: that is a clock, not an edit. One that was PASSED or FORGOTTEN
    is read only when its words changed and its date now lies within the window; that a FORGOTTEN one is still listed is
    noted once a month. The same document twice gives nothing.
    """
    its_keys = its_keys or [keys(entry) for entry in document.entries]
    fresh = _with_own_links(_without_duplicates(list(map(_Seen, document.entries, its_keys))))
    old = [_Seen(stored.entry, its, stored) for stored, its in known]
    matches = _match(fresh, old)
    oldest = now - timedelta(seconds=window_seconds)
    unmatched = [seen for number, seen in enumerate(fresh) if number not in matches]
    undated = [seen.keys for seen in unmatched if _dated(seen.entry) is None]
    archived = set(undated[FIRST_UNDATED:]) if first_look else set()
    new = tuple(
        NewEntry(one.entry, one.keys, PASSED if one.keys in archived or _before(one.entry, oldest) else WAITING)
        for one in unmatched
    )
    pairs = [(fresh[number], old[index]) for number, index in matches.items()]
    moved = sum(_edited_later(seen, was) for seen, was in pairs)
    all_moved = moved > 1 and moved * 2 > len(pairs)
    changed = (_change(seen, was, now, oldest, all_moved) for seen, was in pairs)
    return new, tuple(change for change in changed if change is not None)


def _without_duplicates(seen: list[_Seen]) -> list[_Seen]:
    """The first of the entries that rule 1 takes for the same."""
    by_words: dict[str, list[_Seen]] = {}
    kept: list[_Seen] = []
    for one in seen:
        others = by_words.setdefault(one.keys.fingerprint, [])
        if not any(_same_words(one, other) for other in others):
            others.append(one)
            kept.append(one)
    return kept


def _with_own_links(seen: list[_Seen]) -> list[_Seen]:
    """Give entries that share a link a fragment each, so that no article is taken for a version of another."""
    ambiguous = _ambiguous(seen)
    return [replace(one, entry=_with_fragment(one)) if ("link", one.keys.link) in ambiguous else one for one in seen]


def _with_fragment(one: _Seen) -> Entry:
    return replace(one.entry, link=f"{urldefrag(one.entry.link or '').url}#{OWN}{one.keys.fingerprint[:10]}")


def _match(fresh: list[_Seen], old: list[_Seen]) -> dict[int, int]:
    """Index in `fresh` → index in `old`, one to one: the surest match first, then the nearest date, then in order."""
    ambiguous = _ambiguous(fresh) | _ambiguous(old)
    candidates = []
    for number, index in _sharing(fresh, old, ambiguous):
        if sureness := _sureness(fresh[number], old[index], ambiguous):
            candidates.append((-sureness, _distance(fresh[number], old[index]), number, index))
    matches: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, number, index in sorted(candidates):
        if number not in matches and index not in taken:
            matches[number] = index
            taken.add(index)
    return matches


def _sharing(fresh: list[_Seen], old: list[_Seen], ambiguous: frozenset[tuple[str, str]]) -> set[tuple[int, int]]:
    """Pairs of indices in `fresh` and `old` that share a key."""
    by_key: dict[tuple[str, str], list[int]] = {}
    for index, one in enumerate(old):
        for key in _named(one.keys):
            by_key.setdefault(key, []).append(index)
    return {
        (number, index)
        for number, one in enumerate(fresh)
        for key in _named(one.keys)
        if key not in ambiguous
        for index in by_key.get(key, ())
    }


def _named(its: EntryKeys) -> list[tuple[str, str]]:
    """The keys as (name, value) pairs, those that are absent left out."""
    named = (("guid", its.guid), ("link", its.link), ("words", its.fingerprint))
    return [(name, value) for name, value in named if value is not None]


def _ambiguous(side: Sequence[_Seen]) -> frozenset[tuple[str, str]]:
    """Ids and links that several entries carry, as (name, value). Not fingerprints: rule 1 looks at more than those."""
    counts = Counter(key for one in side for key in _named(one.keys) if key[0] != "words")
    return frozenset(key for key, count in counts.items() if count > 1)


def _same_words(one: _Seen, other: _Seen) -> bool:
    """Whether rule 1 of `decide` holds of two entries whose words are equal."""
    if _shared(one.keys.guid, other.keys.guid) or _shared(one.keys.link, other.keys.link):
        return True
    first, second = _dated(one.entry), _dated(other.entry)
    if first is None or second is None:
        return _distinctive(one.entry) or not (_differ(one, other))
    return abs(first - second) <= (_NEAR if _distinctive(one.entry) else _SAME_HOUR)


def _shared(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _differ(one: _Seen, other: _Seen) -> bool:
    """Whether both have an id, or both have a link, and these differ."""
    pairs = ((one.keys.guid, other.keys.guid), (one.keys.link, other.keys.link))
    return any(first and second and first != second for first, second in pairs)


def _dated(entry: Entry) -> datetime | None:
    return entry.published or entry.updated


def _distinctive(entry: Entry) -> bool:
    """Whether the entry has so many words that another entry would hardly have the same by chance."""
    return _are_distinctive(entry.title, entry.summary or entry.content[:4000])


@lru_cache(maxsize=256)  # a feed of a thousand entries with the same words would ask half a million times
def _are_distinctive(title: str, body: str) -> bool:
    return len(_tokens(title)) + len(_tokens(body)) >= _DISTINCTIVE


def _tokens(markup: str) -> list[str]:
    """Folded words; characters in scripts without blanks between words."""
    folded = fold(markup)
    return list(folded.replace(" ", "")) if _UNSPACED.search(folded) else folded.split()


def _sureness(one: _Seen, was: _Seen, ambiguous: frozenset[tuple[str, str]]) -> int:
    """How sure it is that two entries are one: 3 to 5 by rule 1, 2 by rule 2, 1 by rule 3, 0: they are two."""
    guid, link = _shared(one.keys.guid, was.keys.guid), _shared(one.keys.link, was.keys.link)
    if one.keys.fingerprint == was.keys.fingerprint:
        return 3 + guid + link if _same_words(one, was) else 0
    guid = guid and ("guid", one.keys.guid) not in ambiguous
    link = link and ("link", one.keys.link) not in ambiguous
    if not guid and not link:
        return 0
    if (guid and link) or not _differ(one, was):
        return 2
    return int(_alike(one.entry.title, was.entry.title))


def _alike(one: str, other: str) -> bool:
    """Whether two titles share half of their words (Dice coefficient)."""
    first, second = set(_tokens(one)), set(_tokens(other))
    return bool(first and second) and 2 * len(first & second) >= _ALIKE * (len(first) + len(second))


def _distance(one: _Seen, was: _Seen) -> float:
    """Seconds between the dates of two entries; 0.0 where one is undated."""
    first, second = _dated(one.entry), _dated(was.entry)
    return abs((first - second).total_seconds()) if first and second else 0.0


def _before(entry: Entry, oldest: datetime) -> bool:
    dated = _dated(entry)
    return dated is not None and dated < oldest


def _edited_later(one: _Seen, was: _Seen) -> bool:
    later, earlier = one.entry.updated, was.entry.updated
    return later is not None and earlier is not None and later - earlier >= _EDIT


def _change(one: _Seen, was: _Seen, now: datetime, oldest: datetime, all_moved: bool) -> ChangedEntry | None:
    stored = was.stored
    if stored is None or (one.entry == was.entry and one.keys == was.keys):
        return None
    reworded = one.keys.fingerprint != was.keys.fingerprint
    if stored.state in _UNREAD:
        reread = reworded and not _before(one.entry, oldest)
        if stored.state is EntryState.FORGOTTEN and not reread:
            noted = now - stored.first_seen < NOTED
            return None if noted else ChangedEntry(stored.id, was.entry, was.keys, reread=False)
    else:
        reread = reworded or _new_body(one.entry, was.entry) or (_edited_later(one, was) and not all_moved)
    return ChangedEntry(stored.id, one.entry, one.keys, reread)


def _new_body(entry: Entry, was: Entry) -> bool:
    return bool(entry.content) and entry.content != was.content and fold(entry.content) != fold(was.content)
