"""The one gate for what is printed or logged: nothing in foreign text acts on a terminal or in a log.

An escape sequence moves the cursor, sets a title or fills the clipboard; a line break begins a line that looks like
ours; a mark that reorders text shows an address other than it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TextIO, cast

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?|"
    r"\x1b[ -/]*[0-~]"
)
"""ECMA-48: control sequences, control strings, and escape sequences of two characters and more; each in linear time."""
_BREAKS = re.compile(r"[\t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+")
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and line feed, marks that reorder text, line breaks that only some programs know, and
halves of characters, which cannot be written."""


def harmless(text: str) -> str:
    """The text without escape sequences, control characters and marks that reorder text; its lines stay."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub("", _ESCAPES.sub("", text))


def one_line(text: str) -> str:
    """The same on one line: breaks and tabs become blanks."""
    return harmless(_BREAKS.sub(" ", _ESCAPES.sub("", text)))


def json_line(value: Any) -> str:
    """The value as JSON on one line; what could act on a terminal is escaped, so that nothing of it is lost."""
    return _UNSAFE.sub(_as_json, json.dumps(value, ensure_ascii=False))


def _as_json(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def xml_text(markup: str) -> str:
    """XML in which what could act on a terminal is written as a reference to the character."""
    return _UNSAFE.sub(lambda match: f"&#{ord(match[0])};", markup)


class HarmlessStream:
    """A text stream that passes on what is written to it made harmless, and everything else as it is.

    `beneath` is the stream itself, for a printer that makes escape sequences of its own and looks after foreign text.
    """

    def __init__(self, beneath: TextIO, redact: Callable[[str], str]) -> None:
        self.beneath = beneath
        self._redact = redact

    def write(self, text: str) -> int:
        """Write the text, and return its length as it was given."""
        self.beneath.write(harmless(self._redact(text)))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of the lines."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)


def beneath(stream: Any) -> Any:
    """The stream that a HarmlessStream writes to; any other as it is."""
    return stream.beneath if isinstance(stream, HarmlessStream) else stream


@contextmanager
def harmless_stream(name: Literal["stdout", "stderr"], redact: Callable[[str], str]) -> Iterator[None]:
    """Let the process's stream of that name be harmless while the context lasts; `redact` hides secrets."""
    import sys

    before = getattr(sys, name)
    if before is None:  # a process without a terminal may have been started without it
        yield
        return
    setattr(sys, name, cast("TextIO", HarmlessStream(before, redact)))
    try:
        yield
    finally:
        setattr(sys, name, before)
