"""The parser of XML that feedparser is given: the standard library's, handing on whole runs of text.

Left to itself it hands on a piece for every line and entity, a million in a hundred feeds, and feedparser spends half
of its time on them.
"""

from __future__ import annotations

from xml.parsers.expat import XMLParserType
from xml.sax.expatreader import ExpatParser


class BufferedParser(ExpatParser):
    _parser: XMLParserType  # made by `reset`; the stubs do not show it

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = 65536


def create_parser() -> BufferedParser:
    """What `xml.sax.make_parser` looks for in a module it is given the name of."""
    return BufferedParser()
