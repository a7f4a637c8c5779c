"""Leave out the words around a command's argument that say nothing about it: "7 from now on please" is "7"."""

from __future__ import annotations

import re

from bot.conversation.request import Command

_MUCH = r"(?: (?:a lot|so much|very much|in advance|again|all|everyone|mate|bot|buddy|dear|my friend|team|bellwether))*"
_SMILEY = r"(?:[:;]-?[)D(P]|<3|[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f?)+"
_CLOSING = re.compile(
    r"[\s,.;!]+(?:"
    rf"(?:please|pls|plz|(?:many )?thanks|thank (?:you|u)|thx|cheers|danke|merci|gracias|grazie){_MUCH}"
    r"|for (?:me|us)|if (?:you (?:can|could|would|may|like|please|don.t mind)|possible)"
    r"|if that(?:.s| is) (?:ok|okay|possible)"
    r"|(?:will|would|could|can) you|when you can|as soon as possible|asap|ok|okay|alright|all right"
    r"|from (?:now|here|today)(?: on(?:wards?)?)?|(?:starting|beginning) (?:now|today)|going forward|henceforth"
    r"|as of (?:now|today)|in (?:the )?future|for now|for the (?:time being|moment)|until further notice"
    rf"|{_SMILEY})[.!…]*$",
    re.IGNORECASE,
)
"""Courtesies and "from now on": never a part of what is muted, or of when."""
_INNER = re.compile(r"[\s,]+(?:please|pls|plz),?(?=\s+(?:for|until|till|from|on|at)\b)", re.IGNORECASE)
"""A courtesy before the time: "AI please for a week"."""
_BESIDE_VALUE = re.compile(
    r"^(?:to|at|is|of|=|only|just|max(?:imum)?|about|around)\s+"
    r"|[\s,]+(?:instead(?: of \w+)?|now|again|then|here|only|max(?:imum)?|at most|too|as well|always|again"
    r"|(?:or|and) (?:higher|more|above|stronger|better|over|up)|signals?|items?|stories|points?"
    r"|(?:a|per|each|every) (?:brief|day|morning)|(?:in|for|on) (?:this|the|our) (?:channel|chat|group)"
    r"|(?:would be|is|are|will be)(?: (?:great|good|nice|better|best|enough|perfect|fine|plenty|ok|okay))?)$",
    re.IGNORECASE,
)
"""What people put beside a number or a time; left out only where the words do not fit the command otherwise."""


def without_fillers(words: str, command: Command) -> str:
    """The words without courtesies, and without what stands beside a value where they then fit the command."""
    words = _trimmed(_CLOSING, _INNER.sub("", words))
    if command.fits(words) or not command.takes_value:
        return words
    bare = _trimmed(_CLOSING, _trimmed(_BESIDE_VALUE, words))
    return bare if command.fits(bare) else words


def _trimmed(pattern: re.Pattern[str], words: str) -> str:
    while (shorter := pattern.sub("", words)) and shorter != words:
        words = shorter
    return words
