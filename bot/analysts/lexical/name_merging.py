"""Bring the forms of one actor's name together: surname and full name, acronym and what it stands for, spellings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from bot.text.name_forms import same_name

_ACRONYM = re.compile(r"\(([A-Z][A-Za-z0-9&]{1,7})\)")
_LINKS = frozenset(["of", "for", "the", "de", "del", "della", "di", "da", "do", "du", "des", "la", "and", "&", "für"])
_INITIAL_ROOM = 90  # characters before an acronym in which what it stands for is looked for


def merged(sums: Mapping[str, float], acronyms: Mapping[str, str]) -> dict[str, float]:
    """The weights by name, where each actor has one name: the surname's goes to the full name, the acronym's to what it
    abbreviates, and of “Micron Technology” and “Micron”, or of two spellings, the lighter one's to the heavier."""
    found = dict(sums)
    _gather_parts(found, acronyms)
    longer = _by_last_word(sums)
    for name in sorted(sums, key=lambda name: -sums[name]):
        target = acronyms.get(name) or longer.get(name)
        if target and target in found and name in found and target != name:
            found[target] += found.pop(name)
    _fold_heads(found)
    _fold_spellings(found)
    return found


def _gather_parts(found: dict[str, float], acronyms: Mapping[str, str]) -> None:
    """Give an acronym what parts of its long form weigh, where that was not found whole: “Harbour and Border …”."""
    for letters, full in acronyms.items():
        parts = [name for name in found if name != letters and name in full] if full not in found else []
        for part in parts:
            found[letters] = found.get(letters, 0.0) + found.pop(part)


def _by_last_word(sums: Mapping[str, float]) -> dict[str, str]:
    """Map each last word (a surname) to the heaviest full name that ends in it."""
    found: dict[str, str] = {}
    for full in sums:
        first, _, last = full.rpartition(" ")
        if first and sums[full] > sums.get(found.get(last, ""), -1.0):
            found[last] = full
    return found


def _fold_heads(found: dict[str, float]) -> None:
    for name in [name for name in found if " " in name]:
        head = name.split(" ", 1)[0]
        if head in found and name in found and not _LINKS.intersection(name.split(" ")):
            keep, drop = (head, name) if found[head] > found[name] else (name, head)
            found[keep] += found.pop(drop)


def _fold_spellings(found: dict[str, float]) -> None:
    """Bring two spellings of one name together; only names alike in length and first letter are compared."""
    alike: dict[tuple[str, int], list[str]] = {}
    for name in found:
        alike.setdefault((name[0], name.count(" ")), []).append(name)
    for names in alike.values():
        ranked = sorted(names, key=lambda name: -found[name]) if len(names) > 1 else []
        for at, name in enumerate(ranked):
            twin = next((other for other in ranked[:at] if other in found and same_name(name, other)), None)
            if twin:
                found[twin] += found.pop(name)


def acronyms(text: str, names: Collection[str]) -> dict[str, str]:
    """Map acronyms in brackets to the name before them: “European Central Bank (ECB)”, “Alternative for Germany (AfD)”.

    The capitals before it must begin with its letters, or one of `names` stands right before it and shares two.
    """
    found: dict[str, str] = {}
    for match in _ACRONYM.finditer(text) if "(" in text else ():
        letters, before = match[1], text[max(0, match.start() - _INITIAL_ROOM) : match.start()].rstrip()
        if full := next(chain(_spelt_out(letters, before.split()), _right_before(letters, before, names)), ""):
            found[letters] = full
    return found


def _spelt_out(letters: str, words: list[str]) -> Iterator[str]:
    words = words[-len(letters) * 2 :]
    capitals = [at for at, word in enumerate(words) if word[:1].isupper()][-len(letters) :]
    if len(capitals) == len(letters) and "".join(words[at][0] for at in capitals) == letters:
        yield " ".join(words[capitals[0] :])


def _right_before(letters: str, before: str, names: Collection[str]) -> Iterator[str]:
    """The longest of the names that ends there and shares two of the letters, in whatever language's order."""
    for name in sorted(names, key=len, reverse=True):
        if " " in name and before.endswith(name) and (before[: -len(name)] or " ")[-1] == " ":
            initials = Counter(word[0].upper() for word in name.split(" "))
            if (initials & Counter(letters.upper())).total() > 1:
                yield name
