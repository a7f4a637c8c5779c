"""Two halves of labelled data, the same everywhere: what is learned or set on the first is reported on the second too.

An ECB+ story goes by the parity of its topic's number (odd: the first half), so that no topic stands in both, and its
two stories of one kind stand in one; anything else by a hash. Figures that differ much between the halves are a sign
of constants that fit single items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar
from zlib import crc32

_TOPIC = re.compile(r"(\d+)(?:ecb|plus)$")
Item = TypeVar("Item")


def second(name: str) -> bool:
    """Whether what bears this name (a story, a title) belongs to the second half."""
    topic = _TOPIC.match(name)
    return int(topic[1]) % 2 == 0 if topic else crc32(name.encode()) % 2 == 1


def halves(items: Sequence[Item], names: Sequence[str]) -> tuple[list[Item], list[Item]]:
    """The items of the first half and of the second, in order."""
    sides: tuple[list[Item], list[Item]] = ([], [])
    for item, name in zip(items, names, strict=True):
        sides[second(name)].append(item)
    return sides
