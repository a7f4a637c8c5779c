"""Messages independent of a platform: blocks that each platform renders in its own way."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from bot.model.channel import Channel
from bot.model.evidence import Span

if TYPE_CHECKING:  # loaded where a message is stored or read: `help` does neither
    from pydantic import GetCoreSchemaHandler, TypeAdapter

QUOTATION_MARKS = ("“", "„", "«", "»", "‘", '"', "”")

OPEN = "Open ↗"
"""What the link to a signal's page is called."""

MAX_COMMAND_BYTES = 64
"""Of a button's command, in UTF-8 (Telegram's callback_data)."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text in one style."""

    text: str
    strong: bool = False
    link: str | None = None  # None: no link
    person: str | None = None  # the platform's id of a person, who is mentioned by it; None: no mention
    command: bool = False  # begins with the name of a command, which can be tapped where a platform knows commands


@dataclass(frozen=True, slots=True)
class Heading:
    """A title line."""

    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    runs: tuple[Run, ...]
    quiet: bool = False  # small print: accounts, footnotes
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of items."""

    items: tuple[tuple[Run, ...], ...]
    table: bool = False  # each item's first run names what the others tell: a table, where the platform has tables
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim words of an article; `anchor` is [start, end) within `text`."""

    text: str
    anchor: Span
    source: str  # the publisher's name
    link: str | None  # with a text fragment, where the article has a link
    note: str | None = None  # "from the summary", a labelled translation …; None: nothing to add
    language: str | None = None  # ISO 639-1, of the words; None: not recognised
    cut: tuple[bool, bool] = (False, False)  # whether its sentence begins before it, and goes on behind it
    struck: bool = False  # it no longer stands in its article, and is shown struck through
    kind: Literal["quote"] = "quote"

    @property
    def marks(self) -> tuple[str, str]:
        """What to put before and after it: quotation marks, unless its own words begin with one, and outside them an
        ellipsis where its sentence is cut.
        """
        opening, closing = ("", "") if self.text.startswith(QUOTATION_MARKS) else ("“", "”")
        before, behind = self.cut
        return ("… " if before else "") + opening, closing + (" …" if behind else "")


class Style(StrEnum):
    """How a button stands out, where a platform can show it."""

    PLAIN = "plain"
    PRIMARY = "primary"  # what most readers came for
    DANGER = "danger"  # deletes something, or shuts somebody out


_STYLES = {
    "start": Style.PRIMARY,
    "allow": Style.PRIMARY,
    "refuse": Style.DANGER,
    "forget": Style.DANGER,
    "sources drop": Style.DANGER,
}
"""By the command that a button types; those of all others are plain."""

_ELSEWHERE = re.compile(r"for c\d+: ")
"""How a command begins that is for another channel."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: a label and the command it types, with ids and never names, in at most 64 bytes."""

    label: str
    command: str

    def __post_init__(self) -> None:
        if len(self.command.encode()) > MAX_COMMAND_BYTES:
            raise ValueError(f"a button's command is longer than {MAX_COMMAND_BYTES} bytes: {self.command!r}")

    @property
    def style(self) -> Style:
        """By what its command does."""
        words = _ELSEWHERE.sub("", self.command, count=1).split()
        named = _STYLES.get(" ".join(words[:2])) or _STYLES.get(" ".join(words[:1]))
        return named or Style.PLAIN


@dataclass(frozen=True, slots=True)
class Choices:
    """Buttons in a row."""

    choices: tuple[Choice, ...]
    signal_id: int | None = None  # the signal they are all about, on which a verdict can be given; None: no one signal
    kind: Literal["choices"] = "choices"


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form: one of several options, each (label, word in the command)."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str | None = None  # the word chosen by default; None: the reader must choose


@dataclass(frozen=True, slots=True)
class Form:
    """Several choices at once; the chosen words are put into `command` ("mute {what} {long}")."""

    title: str
    fields: tuple[FormField, ...]
    command: str
    submit: str
    kind: Literal["form"] = "form"


@dataclass(frozen=True, slots=True)
class Card:
    """A signal, compact."""

    signal_id: int
    number: int | None  # in the brief at hand; None: not in one
    title: str
    strength: int
    trend: str  # "↑" momentum, "" none
    tags: tuple[str, ...]
    voices: str  # "3 articles, 2 publishers"
    delta: str
    analysis: str
    quote: Quote | None  # None: no quote could be cut
    actions: tuple[Choice, ...] = ()
    link: str | None = None  # its page on the web; None: the archive has no address
    struck: bool = False  # its claim was corrected: title and analysis are shown struck through
    notes: tuple[str, ...] = ()  # what was taken back of it since it was told, a line each
    kind: Literal["card"] = "card"

    @property
    def facts(self) -> tuple[str, ...]:
        """What stands beside the strength in one line; a delta that tells nothing but "new" is among it."""
        return tuple(each for each in (*self.tags, self.voices, "" if self.news else self.delta) if each)

    @property
    def news(self) -> str:
        """What happened since the channel was last told, a line of its own; "" where nothing is told of that."""
        return self.delta[:1].upper() + self.delta[1:] if ": " in self.delta else ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image."""

    png: bytes
    alt: str  # what it shows, in words
    series: tuple[
        tuple[str, int], ...
    ] = ()  # what it shows, as names and values, for platforms that draw by themselves
    kind: Literal["picture"] = "picture"

    __pydantic_config__: ClassVar = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}


class _ByKind:
    """Tells pydantic to choose among the types of a union by their `kind`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        from pydantic import Field

        return handler.generate_schema(Annotated[source, Field(discriminator="kind")])


Block = Annotated[Heading | Paragraph | Bullets | Quote | Choices | Form | Card | Picture, _ByKind()]


@dataclass(frozen=True, slots=True)
class Message:
    """Blocks in order, and the plain text that stands for them in a notification."""

    blocks: tuple[Block, ...]
    fallback: str
    silent: bool = False  # makes no sound, where a platform can do that: a later part of a longer message


def to_json(message: Message) -> str:
    """The message as JSON, as the outbox stores it."""
    return _adapter().dump_json(message).decode()


def from_json(text: str) -> Message:
    """The message that `to_json` wrote. Raises pydantic.ValidationError where the text is none."""
    return _adapter().validate_json(text)


@cache
def _adapter() -> TypeAdapter[Message]:
    from pydantic import TypeAdapter

    return TypeAdapter(Message)


def text(*words: str) -> Message:
    """A message of plain paragraphs."""
    return Message(tuple(Paragraph((Run(w),)) for w in words), " ".join(words))


def prefixed(message: Message, prefix: str, title: str = "") -> Message:
    """The message with `prefix` before each button's command, without those that become too long.

    `title`: said before all the rest, quietly; "": nothing is.
    """
    head = (Paragraph((Run(title),), quiet=True),) if title else ()
    return replace(message, blocks=(*head, *(_prefixed(block, prefix) for block in message.blocks)))


def _prefixed(block: Block, prefix: str) -> Block:
    def longer(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        fitting = (each for each in choices if len((prefix + each.command).encode()) <= MAX_COMMAND_BYTES)
        return tuple(replace(each, command=prefix + each.command) for each in fitting)

    match block:
        case Choices(choices=choices):
            return replace(block, choices=longer(choices))
        case Card(actions=actions):
            return replace(block, actions=longer(actions))
        case Form(command=command):
            return replace(block, command=prefix + command)
        case _:
            return block


def plain(message: Message) -> str:
    """The whole message as plain text, for fallbacks, logs and tests."""
    return "\n".join(line for block in message.blocks for line in _lines(block))


def _lines(block: Block) -> list[str]:
    match block:
        case Heading(text=words):
            return [words]
        case Paragraph(runs=runs):
            return ["".join(run.text for run in runs)]
        case Bullets(items=items):
            return ["- " + "".join(run.text for run in item) for item in items]
        case Quote():
            opening, closing = block.marks
            return [f"{opening}{block.text}{closing} {block.source}" + (f" ({block.note})" if block.note else "")]
        case Choices(choices=choices):
            return [f"[{choice.label}] {choice.command}" for choice in choices]
        case Form():
            return [block.title]
        case Card():
            return _card_lines(block)
        case Picture(alt=alt):
            return [f"[picture: {alt}]"]


def _card_lines(card: Card) -> list[str]:
    head = f"{card.number}  {card.title}" if card.number else f"s{card.signal_id}  {card.title}"
    line = " · ".join((f"{card.strength}{card.trend}", *card.facts))
    said = [each for each in (card.news, card.analysis) if each]
    opened = [f"{OPEN} {card.link}"] if card.link else []
    return [head, line, *said, *(_lines(card.quote) if card.quote else []), *card.notes, *opened]


def split(message: Message, fits: Callable[[Sequence[Block]], bool]) -> tuple[Message, ...]:
    """The message cut between blocks into parts for which `fits` is true.

    A heading stays with the block after it, unless the two do not fit into one part. A block that does not fit by
    itself is a part of its own, which the platform must cut. The first part keeps the message's fallback; the others
    add their number to it, and are silent.
    """
    if fits(message.blocks):
        return (message,)
    parts: list[list[Block]] = [[]]
    for block in message.blocks:
        if not parts[-1] or fits([*parts[-1], block]):
            parts[-1].append(block)
            continue
        moved = _headings_at_end(parts[-1])
        while moved and not fits([*moved, block]):
            moved = moved[1:]
        if moved:
            del parts[-1][-len(moved) :]
        parts.append([*moved, block])
    return tuple(_part(message, blocks, number, len(parts)) for number, blocks in enumerate(parts, 1))


def _headings_at_end(blocks: Sequence[Block]) -> list[Block]:
    start = len(blocks)
    while start and isinstance(blocks[start - 1], Heading):
        start -= 1
    return list(blocks[start:])


def _part(message: Message, blocks: Sequence[Block], number: int, count: int) -> Message:
    if number == 1:
        return replace(message, blocks=tuple(blocks))
    return Message(tuple(blocks), f"{message.fallback} ({number}/{count})", silent=True)


@dataclass(frozen=True, slots=True)
class Panel:
    """A channel's settings and signals, for platforms with a place for them (Slack's Home)."""

    settings: Message  # when, how much, what is muted; its buttons act in the channel
    signals: Message  # the latest; its buttons answer where the reader is


class Audience(StrEnum):
    """Who sees a reply."""

    THREAD = "thread"  # everyone, where it was asked
    ASKER = "asker"  # the asker only, if the platform can do that
    HOME = "home"  # everyone, in the channel itself rather than a thread


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to an event. A draft (`final` False) is replaced by the replies after it, up to the next final one."""

    message: Message
    audience: Audience = Audience.THREAD
    replaces: str | None = None  # the platform's id of the message to edit; None: a new message
    final: bool = True  # False: more of the same answer is coming
    signal_id: int | None = None  # what it was about, for the next question here; None: no one signal
    refused: bool = False  # what was asked for was not done; on the command line an exit code of its own
    channel: Channel | None = None  # where it is said to everyone; None: where the event was
