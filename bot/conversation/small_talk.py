"""Answer small talk with one warm sentence of what the bot is and can do, instead of looking it up in the sources."""

from __future__ import annotations

import re
from collections.abc import Mapping

TALK = (
    "I am only a bot that reads the news and sends one brief in the morning, but it is good to hear from you: ask me "
    "about a signal, or say what to change."
)
"""The answer to talk of no particular kind."""
CLOCK = "the clock"
"""Stands for saying what time it is."""

SENTENCES: Mapping[str, str] = {
    "talk": TALK,
    "who": "I am The Bellwether, a bot: I read many news sources around the clock, send one brief in the morning, "
    "and answer what you ask about it.",
    "how are you": "Very well, thank you: I am a bot, I never tire of reading the news, and you can ask me about it or "
    "about the brief at any time.",
    "are you there": "I am here and reading: one brief comes in the morning, and you can ask me about it at any time.",
    "goodbye": "Until soon: I go on reading meanwhile, and you can ask me about the brief whenever you like.",
    "good wishes": "Thank you, and the same to you: I go on reading the news, so that your brief is worth reading.",
    "kindness": "That is kind of you: I am a bot that reads the news and sends one brief in the morning, and it is "
    "good to be of use.",
    "joke": "Jokes I cannot tell, but I read the news for you, send one brief in the morning, and answer what you "
    "ask about it.",
    "weather": "I cannot see out of the window: I read the news, send one brief in the morning, and answer what you "
    "ask about it.",
    "sorry": "No harm done: ask me about the brief, or say what to change.",
}
"""By the meanings of seeds/requests.toml."""

_ABOUT_BOT = re.compile(
    r"(?:(?:so|and|but|well|hey|ok|okay|hi|hello)[, ]+)*"
    r"(?:(?:are|were|do|did|have|can|could|will|would|should|must|don.t|aren.t) you\b"
    r"|(?:who|what|where|when|why|how|which)\b.{0,20}?\b(?:you|your|yourself)\b"
    r"|(?:is|was|does|has) your\b|am i\b)",
    re.IGNORECASE,
)
_ABOUT_NEWS = re.compile(
    r"\b(?:know|known|tell|told|find|found|say|said|mean|see|seen|read|hear|heard|report|think|explain|show|have|got"
    r"|sources?|evidence|sure|certain|confident|about|conclude|quote|cite)\b",
    re.IGNORECASE,
)


def is_about_bot(words: str) -> bool:
    """Whether a question is put about the bot itself ("do you dream?"), and not through it about the news ("do you know
    who won?").
    """
    return _ABOUT_BOT.match(words) is not None and _ABOUT_NEWS.search(words) is None
