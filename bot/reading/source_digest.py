"""Whether the sources still are those of their file, told without reading what it says."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bot.model.version import VERSION

MEMORY = "sources file"
"""Key in `Store.memory` of the digest of what the sources were made from last."""
_SEEDS = Path(__file__).parents[2] / "seeds"
_STARTER, _PUBLISHERS = _SEEDS / "sources.toml", _SEEDS / "publishers.toml"


def digest(where: str) -> str | None:
    """SHA-256 of the file of sources (`where`, "" for the starter sources), the publishers' list and the version.

    None: the file is on the web, or cannot be read.
    """
    if where.startswith(("http://", "https://")):
        return None
    try:
        parts = [path.read_bytes() for path in (Path(where).expanduser() if where else _STARTER, _PUBLISHERS)]
    except OSError:
        return None
    found = hashlib.sha256(f"{VERSION}\n{where}\n".encode())
    for part in parts:
        found.update(part)
    return found.hexdigest()
