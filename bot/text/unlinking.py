"""Words that a chat client would turn into links by itself, made plain text by an invisible character.

Telegram and Slack look for addresses of the web and of mail in whatever is sent. A word joiner (U+2060) is part of no
address: where one stands, none is found, and a reader sees the same words.
"""

from __future__ import annotations

import re

JOINER = "\u2060"

_SCHEME = re.compile(r"(?<=\w:)(?=//)")
_HOST = re.compile(r"(?<=\w\.)(?=[^\W\d_]{2})")
_NUMERIC_HOST = re.compile(r"(?<=\d\.)(?=\d{1,3}\.\d{1,3}\.\d)")
_MAIL = re.compile(r"(?<=[\w.+-]@)(?=\w)")
_JOINTS = (_SCHEME, _HOST, _NUMERIC_HOST, _MAIL)


def unlinked(words: str) -> str:
    """The words with a joiner in every address of the web or of mail; words without any are as they were."""
    for pattern in _JOINTS:
        words = pattern.sub(JOINER, words)
    return words
