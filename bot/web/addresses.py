"""The addresses of the archive's pages: permanent, readable, and safe as names of files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlsplit

from bot.model.archive import PUBLIC_KINDS
from bot.model.label import CategoryKind, Label

SEGMENTS = {
    CategoryKind.DIMENSION: "dimensions",
    CategoryKind.TOPIC: "topics",
    CategoryKind.PLACE: "places",
    CategoryKind.ACTOR: "actors",
    CategoryKind.PUBLISHER: "publishers",
}
"""The first part of a label's path."""
KINDS = {SEGMENTS[kind]: kind for kind in PUBLIC_KINDS}

FOLDED = (CategoryKind.DIMENSION, CategoryKind.TOPIC, CategoryKind.PLACE)
"""Kinds whose labels are few and in lower case in an address, as “/topics/ai”."""

LONGEST = 200
"""Bytes of a label's part of the path; file systems take 255. What is longer has no page."""

_KEPT = re.compile(r"[^\w.,&'’()+!-]|_|(?<![\s\S])\.")
_CODED = re.compile("~([0-9a-f]+)~|_")


@dataclass(frozen=True, slots=True)
class Site:
    """Where the archive stands, and for whom its pages are written."""

    address: str  # "https://bellwether.example", perhaps with a path; without a slash at its end
    zone: str  # dates are told in it
    static: bool = False  # files on any host: no search, no filters by combination

    @property
    def prefix(self) -> str:
        """What stands before every path in a link; "" at the root of a host."""
        return urlsplit(self.address).path

    def absolute(self, path: str) -> str:
        """The whole address of a path."""
        return self.address + path


def slug(kind: CategoryKind, value: str) -> str:
    """The label's value as one part of a path, not percent-encoded yet: “Morgan Stanley” is “Morgan_Stanley”."""
    word = value.lower() if kind in FOLDED else value
    return _KEPT.sub(lambda found: "_" if found[0] == " " else f"~{ord(found[0]):x}~", word)


def unslugged(part: str) -> str:
    """The value that `slug` made the part of; of a folded kind in lower case."""
    return _CODED.sub(_decoded, part)


def _decoded(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else ord(" ")
    return chr(code) if code <= 0x10FFFF else found[0]


def label_path(label: Label) -> str | None:
    """The path of the label's page, percent-encoded; None: its name is too long for one."""
    part = slug(label.kind, label.value)
    return f"/{SEGMENTS[label.kind]}/{quote(part)}" if part and len(part.encode()) <= LONGEST else None


def day_path(on: date) -> str:
    """The path of the page of what was told on that date."""
    return f"/d/{on.isoformat()}"


def numbered(path: str, page: int) -> str:
    """The path of a numbered page of the list at that path."""
    return f"{path.rstrip('/')}/page/{page}"


def picture_path(strength: int) -> str:
    """The picture that previews of a static copy show of any signal of that strength."""
    return f"/strength/{strength}.png"
