"""Entries of feeds whose ids, links and dates lie: by what one is known again, and what a document brings that is new.

document | twins out | known entries | same, changed, new, passed over
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urldefrag, urlsplit, urlunsplit

from bot.model.feed import ChangedEntry, Entry, EntryKeys, EntryState, FeedDocument, NewEntry, StoredEntry

# --- keys ----------------------------------------------------------------------------------------------------------

_TRACKING = re.compile(
    r"(?:utm_|at_|ns_|mc_|pk_|mtm_|hsa_|__hs|_hs|vero_|oly_|wt\.)\w*|"
    r"(?:fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igsh|igshid|li_fat_id|s_kwcid|_ga|_gl|ncid|"
    r"ocid|cmpid|cmp|icid|ito|xtor|sr_share|smid|smtyp|partner|emc|feedtype|sref|traffic_source|srnd|guccounter|"
    r"guce_referrer|guce_referrer_sig|spm|ref_src|rss|feature)",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MARKUP = re.compile(r"<[^<>]*>")
_WORDS = re.compile(r"[^\W_]+")
_TELLS = 4000  # characters of a body that are folded
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


def canonical_link(url: str | None) -> str | None:
    """The address without what does not matter to it; None where it is no http(s) address.

    Scheme and host are folded, the default port, the fragment and parameters that only track (utm_*, fbclid, gclid …)
    go, the rest of the query is sorted. AMP addresses are left alone: they are pages of their own.
    """
    try:
        parts = urlsplit((url or "").strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not host:
        return None
    netloc = f"[{host}]" if ":" in host else host
    netloc += f":{port}" if port and port != _DEFAULT_PORTS[scheme] else ""
    pieces = (piece for piece in parts.query.split("&") if piece)
    query = "&".join(sorted(piece for piece in pieces if not _TRACKING.fullmatch(piece.partition("=")[0])))
    return urlunsplit((scheme, netloc, parts.path or "/", query, ""))


def link_key(url: str | None) -> str | None:
    """The canonical link, further folded for comparing: https, no "www.", no closing slash; None for a site's root,
    which says nothing about an entry."""
    if (link := canonical_link(url)) is None:
        return None
    scheme, netloc, path, query, _ = urlsplit(link)
    path = path.rstrip("/")
    if not path and not query:
        return None
    return urlunsplit(("https", netloc.removeprefix("www.") if scheme else netloc, path, query, ""))


def keys(entry: Entry) -> EntryKeys:
    """By what the entry may be known again: its id, its link folded for comparing, and the fingerprint of its words.

    The fingerprint is of the folded title and summary (of the body where there is no summary), without markup, case,
    punctuation and blanks; of id and link where there are no words at all.
    """
    body = entry.summary or entry.content[:_TELLS]
    # Beyond what tells entries apart a change still counts, but the folding would cost more than it finds.
    words = f"{fold(entry.title)}\n{fold(body[:_TELLS])}{' '.join(body[_TELLS:].split())}"
    guid = entry.guid.strip() if entry.guid else None
    if words == "\n":
        words = f"{guid}\n{entry.link}"
    return EntryKeys(guid or None, link_key(entry.link), hashlib.sha256(words.encode("utf-8", "replace")).hexdigest())


def fold(markup: str) -> str:
    text = html.unescape(_MARKUP.sub(" ", html.unescape(markup))) if "&" in markup else _MARKUP.sub(" ", markup)
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))


# --- what is new ---------------------------------------------------------------------------------------------------

_NEAR, _SAME_HOUR = timedelta(days=2), timedelta(hours=1)
_TELLING = 12  # words that hardly come together twice
_ALIKE = 0.5  # Dice's coefficient of two titles' words
_EDIT = timedelta(minutes=1)
OWN = "entry-"
"""Opens the fragment that tells apart entries of one link."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """An entry with its keys, whether of the document or of the store."""

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
) -> tuple[tuple[NewEntry, ...], tuple[ChangedEntry, ...]]:
    """What a document brings that is not known: new entries, and known ones that changed.

    `known` are the source's entries that share any key with the document's. Two entries are the same where

    1. their words are equal, and so is their id or their link; or, these being different too, their dates lie within
       two days of one another or one is undated (an hour, and undated not at all, for fewer than twelve words: a
       standing headline such as "Rates unchanged" comes again and is another item); else
    2. id and link are both equal (or one of them is, and one side lacks the other): the words were edited; else
    3. only the id or only the link is equal, and the titles are alike.

    For 2 and 3, an id or link that several entries of the document, or of the store, carry with different words says
    nothing. Each known entry is taken once, the surest match first; within the document the first of two same entries
    stands (rule 1 alone: edited twins are two). What is left is new: WAITING, or PASSED where it is dated before the
    window. Undated and future-dated entries are as of now. `its_keys` are the keys of the document's entries, where the
    caller has made them already. In doubt an entry is new: that loses nothing, since an
    article of the same publisher and link becomes a new version of the old.

    A changed entry is read again where its words or body changed, or where its own date of change moved on (unless
    most of the document's moved together: that is a clock, not an edit). One that was PASSED is read only when its
    words changed and its date now lies within the window. The same document twice decides nothing.
    """
    its_keys = its_keys or [keys(entry) for entry in document.entries]
    fresh = _with_own_links(_without_twins(list(map(_Seen, document.entries, its_keys))))
    old = [_Seen(stored.entry, its, stored) for stored, its in known]
    matches = _match(fresh, old)
    oldest = now - timedelta(seconds=window_seconds)
    new = tuple(
        NewEntry(seen.entry, seen.keys, EntryState.PASSED if _before(seen.entry, oldest) else EntryState.WAITING)
        for number, seen in enumerate(fresh)
        if number not in matches
    )
    pairs = [(fresh[number], old[index]) for number, index in matches.items()]
    moved = sum(_edited_later(seen, was) for seen, was in pairs)
    clockwork = moved > 1 and moved * 2 > len(pairs)
    changed = (_change(seen, was, oldest, clockwork) for seen, was in pairs)
    return new, tuple(change for change in changed if change is not None)


def _without_twins(seen: list[_Seen]) -> list[_Seen]:
    by_words: dict[str, list[_Seen]] = {}
    kept: list[_Seen] = []
    for one in seen:
        others = by_words.setdefault(one.keys.fingerprint, [])
        if not any(_same_words(one, other) for other in others):
            others.append(one)
            kept.append(one)
    return kept


def _with_own_links(seen: list[_Seen]) -> list[_Seen]:
    """Where several entries carry one link, each gets a fragment of its own: no article is a version of another."""
    worn = _worn(seen)
    return [replace(one, entry=_owning(one)) if ("link", one.keys.link) in worn else one for one in seen]


def _owning(one: _Seen) -> Entry:
    return replace(one.entry, link=f"{urldefrag(one.entry.link or '').url}#{OWN}{one.keys.fingerprint[:10]}")


def _match(fresh: list[_Seen], old: list[_Seen]) -> dict[int, int]:
    """Index in `fresh` → index in `old`, one to one, the surest first, then nearest by date, then in order."""
    worn = _worn(fresh) | _worn(old)
    candidates = []
    for number, index in _sharing(fresh, old, worn):
        if sureness := _sureness(fresh[number], old[index], worn):
            candidates.append((-sureness, _distance(fresh[number], old[index]), number, index))
    matches: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, number, index in sorted(candidates):
        if number not in matches and index not in taken:
            matches[number] = index
            taken.add(index)
    return matches


def _sharing(fresh: list[_Seen], old: list[_Seen], worn: frozenset[tuple[str, str]]) -> set[tuple[int, int]]:
    by_key: dict[tuple[str, str], list[int]] = {}
    for index, one in enumerate(old):
        for key in _named(one.keys):
            by_key.setdefault(key, []).append(index)
    return {
        (number, index)
        for number, one in enumerate(fresh)
        for key in _named(one.keys)
        if key not in worn
        for index in by_key.get(key, ())
    }


def _named(its: EntryKeys) -> list[tuple[str, str]]:
    """Fingerprints are never worn: equal words are judged by more than a key."""
    named = (("guid", its.guid), ("link", its.link), ("words", its.fingerprint))
    return [(name, value) for name, value in named if value is not None]


def _worn(side: Sequence[_Seen]) -> frozenset[tuple[str, str]]:
    """Ids and links that several entries of one side carry, by name and value."""
    counts = Counter(key for one in side for key in _named(one.keys) if key[0] != "words")
    return frozenset(key for key, count in counts.items() if count > 1)


def _same_words(one: _Seen, other: _Seen) -> bool:
    """Rule 1, of two entries whose words are equal."""
    if _shared(one.keys.guid, other.keys.guid) or _shared(one.keys.link, other.keys.link):
        return True
    first, second = _dated(one.entry), _dated(other.entry)
    if first is None or second is None:
        return _telling(one.entry) or not (_differ(one, other))
    return abs(first - second) <= (_NEAR if _telling(one.entry) else _SAME_HOUR)


def _shared(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _differ(one: _Seen, other: _Seen) -> bool:
    """Whether ids or links are there on both sides, and differ."""
    pairs = ((one.keys.guid, other.keys.guid), (one.keys.link, other.keys.link))
    return any(first and second and first != second for first, second in pairs)


def _dated(entry: Entry) -> datetime | None:
    return entry.published or entry.updated


def _telling(entry: Entry) -> bool:
    """Whether the entry has so many words that another entry would hardly have the same by chance."""
    return len(_tokens(entry.title)) + len(_tokens(entry.summary or entry.content[:4000])) >= _TELLING


def _tokens(markup: str) -> list[str]:
    """Folded words; where a script writes no blanks, characters."""
    folded = fold(markup)
    return list(folded.replace(" ", "")) if _UNSPACED.search(folded) else folded.split()


def _sureness(one: _Seen, was: _Seen, worn: frozenset[tuple[str, str]]) -> int:
    """How sure it is that two entries are one: 0 not at all; see `decide` for the rules."""
    guid, link = _shared(one.keys.guid, was.keys.guid), _shared(one.keys.link, was.keys.link)
    if one.keys.fingerprint == was.keys.fingerprint:
        return 3 + guid + link if _same_words(one, was) else 0
    guid = guid and ("guid", one.keys.guid) not in worn
    link = link and ("link", one.keys.link) not in worn
    if not guid and not link:
        return 0
    if (guid and link) or not _differ(one, was):
        return 2
    return int(_alike(one.entry.title, was.entry.title))


def _alike(one: str, other: str) -> bool:
    first, second = set(_tokens(one)), set(_tokens(other))
    return bool(first and second) and 2 * len(first & second) >= _ALIKE * (len(first) + len(second))


def _distance(one: _Seen, was: _Seen) -> float:
    first, second = _dated(one.entry), _dated(was.entry)
    return abs((first - second).total_seconds()) if first and second else 0.0


def _before(entry: Entry, oldest: datetime) -> bool:
    dated = _dated(entry)
    return dated is not None and dated < oldest


def _edited_later(one: _Seen, was: _Seen) -> bool:
    later, earlier = one.entry.updated, was.entry.updated
    return later is not None and earlier is not None and later - earlier >= _EDIT


def _change(one: _Seen, was: _Seen, oldest: datetime, clockwork: bool) -> ChangedEntry | None:
    stored = was.stored
    if stored is None or (one.entry == was.entry and one.keys == was.keys):
        return None
    reworded = one.keys.fingerprint != was.keys.fingerprint
    if stored.state is EntryState.PASSED:
        reread = reworded and not _before(one.entry, oldest)
    else:
        reread = reworded or _new_body(one.entry, was.entry) or (_edited_later(one, was) and not clockwork)
    return ChangedEntry(stored.id, one.entry, one.keys, reread)


def _new_body(entry: Entry, was: Entry) -> bool:
    return bool(entry.content) and entry.content != was.content and fold(entry.content) != fold(was.content)
