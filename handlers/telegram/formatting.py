"""Text with styles, and its measures: lengths in UTF-16 code units, words of articles made harmless.

No parse mode of Telegram is ever used here, so that no word of an article can become markup (in `rich`, which has to
send HTML, every word is escaped).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlsplit

from telegram import MessageEntity

from bot.text.cleaning import inert as printable
from bot.text.unlinking import JOINER, unlinked

MAX_ENTITIES = 100  # of a message; Telegram ignores any more
MAX_ADDRESS = 2048  # characters of a link

_SEPARATORS = str.maketrans("", "", "\u2028\u2029")
_LIVE = re.compile(r"(?<!\w)(?:[@/#＃](?=\w)|\$(?=[A-Z]))")
"""What begins a mention, a command, a hashtag or a cashtag, wherever Telegram finds one by itself."""
HARMLESS_AT = f"@{JOINER}"
"""An @ that mentions nobody: an invisible character (word joiner) follows it."""


# --- words ---------------------------------------------------------------------------------------------------------


def units(words: str) -> int:
    """The length in UTF-16 code units, in which Telegram counts."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def clean(words: str) -> str:
    """The text without control characters and marks that reorder text."""
    return printable(words).translate(_SEPARATORS)


def inert(words: str) -> str:
    """The text cleaned; nothing in it is a mention, a command, a hashtag, a cashtag or an address."""
    return unlinked(_LIVE.sub(rf"\g<0>{JOINER}", clean(words)))


def inert_parts(parts: Sequence[str]) -> list[str]:
    """Each part as it is when all are made inert as one text: an @ may end one part, and its name begin the next."""
    whole = inert("".join(parts))
    places = [at for at, character in enumerate(whole) if character != JOINER]
    seen = (len(inert("".join(parts[:number])).replace(JOINER, "")) for number in range(1, len(parts)))
    borders = [places[count] if count < len(places) else len(whole) for count in seen]
    return [whole[start:end] for start, end in pairwise((0, *borders, len(whole)))]


def cut(words: str, most: int) -> str:
    """The beginning of the text in at most `most` UTF-16 code units, with an ellipsis at its end where it was cut."""
    if units(words) <= most:
        return words
    size = 0
    for at, character in enumerate(words):
        size += units(character)
        if size > most - 1:
            return words[:at].rstrip() + "…"
    return words


def address(link: str | None) -> str | None:
    """The link as Telegram takes it: without its fragment where it is too long; None where it is not http or https."""
    if not link or not link.lower().startswith(("http://", "https://")):
        return None
    short = link if len(link) <= MAX_ADDRESS else link.partition("#")[0]
    try:
        host = urlsplit(short).hostname or ""
    except ValueError:
        return None
    fine = len(short) <= MAX_ADDRESS and "." in host.strip(".") and not any(c.isspace() for c in short)
    return short if fine else None


# --- text with styles -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Style:
    """A style of the part [start, end) of a text, in code points."""

    start: int
    end: int
    kind: str  # of a MessageEntity
    url: str | None = None  # None: not a link


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text and its styles; `+` puts two together."""

    text: str = ""
    styles: tuple[Style, ...] = ()

    def __add__(self, other: FormattedText) -> FormattedText:
        by = len(self.text)
        moved = tuple(replace(style, start=style.start + by, end=style.end + by) for style in other.styles)
        return FormattedText(self.text + other.text, self.styles + moved)

    def styled(self, kind: str, url: str | None = None) -> FormattedText:
        """With one more style on all of it but the spaces around it, listed before the styles inside it."""
        start = len(self.text) - len(self.text.lstrip())
        end = len(self.text.rstrip())
        return FormattedText(self.text, (Style(start, end, kind, url), *self.styles)) if start < end else self

    def shortened(self, end: int) -> FormattedText:
        """The first `end` code points, followed by an ellipsis."""
        text = self.text[:end].rstrip()
        kept = tuple(
            replace(style, end=min(style.end, len(text)))
            for style in self.styles
            if style.start < min(style.end, len(text))
        )
        return FormattedText(text + "…", kept)

    def stripped(self) -> FormattedText:
        """Without spaces around it: Telegram would remove them, and its entities would then be misplaced."""
        lead = len(self.text) - len(self.text.lstrip())
        text = self.text.strip()
        moved = (
            replace(style, start=max(style.start - lead, 0), end=min(style.end - lead, len(text)))
            for style in self.styles
        )
        return FormattedText(text, tuple(style for style in moved if style.start < style.end))


def entities(formatted: FormattedText) -> tuple[MessageEntity, ...]:
    """The styles as entities, positions in UTF-16 code units; an entity comes before those inside it."""
    offsets = [0]
    for character in formatted.text:
        offsets.append(offsets[-1] + units(character))
    ordered = sorted(formatted.styles, key=lambda style: (style.start, -style.end))
    return tuple(
        MessageEntity(style.kind, offsets[style.start], offsets[style.end] - offsets[style.start], url=style.url)
        for style in ordered[:MAX_ENTITIES]
    )
