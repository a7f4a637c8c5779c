"""Load the system prompts: the files of `bot/analysts/prompts/`, with a version in each name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.text import taxonomy

VERSIONS = {"read": 2, "relate": 2, "compose": 2, "answer": 2, "translate": 2, "intent": 1}
_FOLDER = Path(__file__).parents[1] / "prompts"


@cache
def prompt(step: str) -> str:
    """The system prompt of a step; {topics} in the file is replaced by the taxonomy's topics."""
    words = (_FOLDER / f"{step}.v{VERSIONS[step]}.md").read_text(encoding="utf-8")
    topics = ", ".join(topic.name for topic in taxonomy.load().topics)
    return words.replace("{topics}", topics).strip()
