"""Whether what people say reaches the running bot: what it records of its platforms, and the health check reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

KEY = "hearing"
"""Key in `Store.memory` of the JSON that `to_json` writes."""

Hearing = Mapping[str, datetime | None]
"""By the name of each platform that is configured: since when nothing said there reaches the bot; None: it does."""


def to_json(hearing: Hearing) -> str:
    """As it is kept."""
    return json.dumps({name: since and since.isoformat() for name, since in hearing.items()})


def from_json(text: str | None) -> Hearing:
    """What `to_json` wrote; None: nothing was ever kept."""
    return {name: since and datetime.fromisoformat(since) for name, since in json.loads(text or "{}").items()}
