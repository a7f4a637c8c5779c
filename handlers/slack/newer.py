"""Slack's newer blocks, each for what an older one can show as well: folding cards, charts, tables, feedback. No I/O.

A workspace may not have them yet; `abilities` knows which ones Slack has refused, and `sending` what is sent instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.model.messages import Bullets, Card, Choices, Message, Picture, Run
from handlers.slack.abilities import BLOCKS, Feature
from handlers.slack.elements import SAY, Json, cut, plain_text, rich, runs_section, section, texts

TITLE = 150  # characters of a container's title or subtitle
POINTS = 20  # of a chart
POINT_NAME = 20  # characters of a point's name
CHART_TITLE = 50
VERDICTS = frozenset(("useful", "useless"))
"""The commands behind the two buttons of `feedback`."""
ROWS = 99  # of a table, below its head

_PLACE = re.compile(r"/blocks/(\d+)")


# --- which of them ---------------------------------------------------------------------------------------------------


def wanted(message: Message, allowed: Collection[Feature]) -> frozenset[Feature]:
    """Those of the allowed ones that the message would be shown with."""
    return frozenset(feature for block in message.blocks for feature in _of(block) if feature in allowed)


def _of(block: Any) -> tuple[Feature, ...]:
    match block:
        case Card():
            return Feature.CONTAINER, Feature.FEEDBACK
        case Choices(signal_id=int()):
            return (Feature.FEEDBACK,)
        case Bullets(table=True):
            return (Feature.TABLE,)
        case Picture() if charted(block):
            return (Feature.CHART,)
    return ()


def used(blocks: Sequence[Json]) -> frozenset[Feature]:
    """Those among Slack's blocks."""
    return frozenset(feature for feature in BLOCKS if any(block["type"] == feature for block in blocks))


def at_fault(answer: Mapping[str, Any], blocks: Sequence[Json]) -> frozenset[Feature]:
    """Those among the blocks that Slack's refusal points to; all of them, where it points to nothing."""
    told = [*(answer.get("errors") or ()), *((answer.get("response_metadata") or {}).get("messages") or ())]
    places = {int(match[1]) for each in told for match in _PLACE.finditer(str(each))}
    return used([blocks[place] for place in places if place < len(blocks)] if places else blocks)


def flat(blocks: Sequence[Json]) -> Iterator[Json]:
    """The blocks, each container followed by those in it."""
    for block in blocks:
        yield block
        yield from flat(block.get("child_blocks", ()))


# --- each of them ----------------------------------------------------------------------------------------------------


def container(title: str, subtitle: str, inside: list[Json], *, closed: bool) -> Json:
    """Blocks that fold under a title; where the title or the line below it is too long, all of it is inside too."""
    whole = [rich(section(texts(title, bold=True)))] if len(title) > TITLE else []
    whole += [{"type": "context", "elements": [plain_text(subtitle)]}] if len(subtitle) > TITLE else []
    return {
        "type": Feature.CONTAINER.value,
        "title": plain_text(cut(title, TITLE)),
        "subtitle": plain_text(cut(subtitle, TITLE)),
        "is_collapsible": True,
        "default_collapsed": closed,
        "child_blocks": [*whole, *inside],
    }


def feedback(signal_id: int) -> Json:
    """Whether the signal was useful, as two small buttons."""
    return {
        "type": Feature.FEEDBACK.value,
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": f"{SAY}:feedback",
                "positive_button": {"text": plain_text("Useful"), "value": f"useful s{signal_id}"},
                "negative_button": {"text": plain_text("Not useful"), "value": f"useless s{signal_id}"},
            }
        ],
    }


def table(bullets: Bullets) -> Json:
    """The items as rows: what each begins with, and what is said of it."""
    rows = [[rich(runs_section(item[:1])), rich(runs_section(_said(item)))] for item in bullets.items[:ROWS]]
    return {
        "type": Feature.TABLE.value,
        "column_settings": [{"is_wrapped": True}, {"is_wrapped": True}],
        "rows": [[{"type": "raw_text", "text": "Part"}, {"type": "raw_text", "text": "Why"}], *rows],
    }


def _said(item: Sequence[Run]) -> list[Run]:
    """What follows the first run of an item, without the colon between them."""
    return [
        replace(run, text=run.text.removeprefix(": ")) if number == 0 else run for number, run in enumerate(item[1:])
    ]


def charted(picture: Picture) -> bool:
    """Whether Slack can draw what the picture shows."""
    names = [cut(name, POINT_NAME) for name, _ in picture.series]
    return 0 < len(names) <= POINTS and len(set(names)) == len(names) and all(names)


def chart(picture: Picture) -> Json:
    """What the picture shows, drawn by Slack."""
    points = [{"label": cut(name, POINT_NAME), "value": value} for name, value in picture.series]
    title = picture.alt.partition(",")[0]
    return {
        "type": Feature.CHART.value,
        "title": cut(title[:1].upper() + title[1:], CHART_TITLE) or "…",
        "chart": {
            "type": "bar",
            "series": [{"name": "Strength", "data": points}],
            "axis_config": {"categories": [each["label"] for each in points]},
        },
    }
