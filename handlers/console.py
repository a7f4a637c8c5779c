"""The terminal as a platform: messages laid out with rich, lines typed by whoever sits there."""

from __future__ import annotations

import asyncio
import codecs
import getpass
import os
import re
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING

from rich.console import Console
from rich.style import Style
from rich.text import Text

from bot.model.clock import SystemClock
from bot.model.delivery import SendOutcome, Sent, Unknown
from bot.model.event import Asker, Event
from bot.model.finding import Dimension
from bot.model.messages import (
    Block,
    Bullets,
    Card,
    Choice,
    Choices,
    Form,
    Heading,
    Message,
    Paragraph,
    Picture,
    Quote,
    Run,
)
from bot.model.outgoing import Delivery
from bot.model.ports import Inbox
from bot.model.settings import Settings
from bot.model.threads import unjoined
from bot.text.cleaning import inert as printable
from bot.text.cleaning import web_address

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

NAME = "console"
ADDRESS = "local"
CHANNEL_NAME = "this terminal"
PROMPT = "› "
TYPE = "type "  # stands before what can be typed, where another platform has buttons
LEAVE = ("quit", "exit")
WIDEST = 100  # columns; longer lines are hard to read
INDENT = 3
DOTS = 10

# Of the 256 colours, whose shades do not depend on a theme: both read well on black and on white.
ACCENT = Style(color="color(166)")
LINKED = Style(color="color(31)")
BOLD = Style(bold=True)
DIM = Style(dim=True)


# --- what may be printed -------------------------------------------------------------------------------------------

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\x07|\x1b\\|$)|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]")


def inert(words: str) -> str:
    """The words without escape sequences, control characters and marks that reorder text; breaks become blanks."""
    spaced = re.sub(r"[\t\n\r\v\f\x85\u2028\u2029]+", " ", _ESCAPES.sub("", words))
    return printable(spaced)


def _link(address: str | None) -> str | None:
    """An address that can stand in an escape sequence; None where it is none of the web's."""
    return web_address(inert(address)) if address else None


# --- layout --------------------------------------------------------------------------------------------------------


class Layout:
    """Messages as lines that fit the console; links as hyperlinks, or spelled out where there are none."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = max(min(console.width, WIDEST), 20)
        self._hyperlinks = console.is_terminal and console.color_system is not None  # a dumb terminal knows none

    def lines(self, message: Message) -> list[Text]:
        """The whole message; a line of what can be typed stands at its end where it has cards."""
        lines: list[Text] = []
        before: Block | None = None
        for block in message.blocks:
            if before is not None and _apart(before, block):
                lines.append(Text())
            lines += self._block(block)
            before = block
        cards = [block for block in message.blocks if isinstance(block, Card) and block.actions]
        return [*lines, Text(), *self._row(_hints(cards[0]), Text(TYPE, DIM))] if cards else lines

    def _block(self, block: Block) -> Iterable[Text]:
        match block:
            case Heading(text=words):
                return self._wrap(Text(inert(words), BOLD + ACCENT))
            case Paragraph(runs=runs, quiet=quiet):
                return self._wrap(self._runs(runs, DIM if quiet else Style()))
            case Bullets(items=items):
                return [line for item in items for line in self._wrap(self._runs(item), Text("• ", ACCENT))]
            case Quote():
                return self._quote(block)
            case Choices(choices=choices):
                return self._row([_choice(choice) for choice in choices], Text(TYPE, DIM))
            case Form():
                return self._form(block)
            case Card():
                return self._card(block)
            case Picture(alt=alt):
                return self._wrap(Text(f"[picture: {inert(alt)}]", DIM))

    def _card(self, card: Card) -> list[Text]:
        number = str(card.number) if card.number else f"s{card.signal_id}"
        head = Text(number.ljust(INDENT - 1) + " ", BOLD + ACCENT)
        facts = Text.assemble(
            ("●" * card.strength, ACCENT),
            ("○" * (DOTS - card.strength), DIM),
            (f" {card.strength}{inert(card.trend)}", BOLD),
            (inert("".join(f" · {each}" for each in (*card.tags, card.voices, card.delta) if each)), DIM),
        )
        under = Text(" " * INDENT)
        return [
            *self._wrap(Text(inert(card.title), BOLD), head),
            *self._wrap(facts, under),
            *self._wrap(Text(inert(card.analysis)), under),
            *(self._quote(card.quote) if card.quote else ()),
        ]

    def _quote(self, block: Quote) -> list[Text]:
        start, end = block.anchor
        opening, closing = block.marks
        words = Text.assemble(
            opening,
            inert(block.text[:start]),
            (inert(block.text[start:end]), BOLD),
            inert(block.text[end:]),
            f"{closing}  ",
            self._linked(block.source + (" ↗" if block.link else ""), block.link),
            (f" ({inert(block.note)})" if block.note else "", DIM),
        )
        under = Text(" " * INDENT)
        lines = self._wrap(words, under)
        address = _link(block.link)
        # Unbroken, however long: it is there to be copied.
        return lines if self._hyperlinks or not address else [*lines, under + Text(address)]

    def _form(self, form: Form) -> list[Text]:
        lines = self._wrap(Text(inert(form.title), BOLD))
        for each in form.fields:
            options = [Text(inert(f"{label} ({word})")) for label, word in each.options]
            lines += self._row(options, Text(f"{inert(each.label)}: "))
        return [*lines, *self._row([Text(inert(form.command), ACCENT)], Text(TYPE, DIM))]

    def _runs(self, runs: Sequence[Run], style: Style | None = None) -> Text:
        base = style or Style()
        pieces = [
            self._linked(run.text, run.link, base + BOLD if run.strong else base)
            if run.link
            else Text(inert(run.text), base + BOLD if run.strong else base)
            for run in runs
        ]
        return Text.assemble(*pieces)

    def _linked(self, words: str, address: str | None, style: Style | None = None) -> Text:
        link = _link(address)
        base = style or Style()
        return Text(inert(words), base + LINKED + Style(link=link) if link else base + DIM)

    def _row(self, pieces: Iterable[Text], first: Text) -> list[Text]:
        """Pieces side by side, broken only between them: half a command on a line would be typed wrongly."""
        lines = [first]
        for number, piece in enumerate(pieces):
            between = Text(" · " if number else "", DIM)
            if number and lines[-1].cell_len + 3 + piece.cell_len > self._width:
                lines.append(Text(" " * first.cell_len))
                between = Text()
            lines[-1] = Text.assemble(lines[-1], between, piece)
        return lines

    def _wrap(self, text: Text, first: Text | None = None) -> list[Text]:
        """Lines within the width; the first begins with `first`, the others are indented as far."""
        indent = first.cell_len if first else 0
        lines = text.wrap(self._console, max(self._width - indent, 10))
        for line in lines:
            line.rstrip()
        heads = [first or Text(), *[Text(" " * indent)] * (len(lines) - 1)]
        return [Text.assemble(head, line) for head, line in zip(heads, lines, strict=True)]


def _apart(before: Block, block: Block) -> bool:
    """Whether an empty line stands between two blocks."""
    if isinstance(before, Heading):
        return not isinstance(block, Paragraph)
    if _is_title(before):
        return False
    return not isinstance(block, Bullets)


def _is_title(block: Block) -> bool:
    """A paragraph all of which is strong stands over what follows it."""
    return isinstance(block, Paragraph) and all(run.strong for run in block.runs)


def _choice(choice: Choice) -> Text:
    """What a button would be, as what to type: its command, and its label where that says more."""
    said = choice.label.strip(" ?….").lower() in choice.command.lower()
    return Text.assemble((inert(choice.command), ACCENT), ("" if said else f" ({inert(choice.label)})", DIM))


def _hints(card: Card) -> list[Text]:
    """What can be typed about a card, said once for all cards, with the number that a reader sees."""
    named = str(card.number) if card.number else f"s{card.signal_id}"
    words = [inert(each.command).replace(f"s{card.signal_id}", named) for each in card.actions]
    kinds = {each.value for each in Dimension}
    tag = next((inert(each) for each in card.tags if each not in kinds), None)
    mute = [f"mute {tag} for 7d"] if tag else []
    return [Text(word, ACCENT) for word in (*words, *mute, "help")]


# --- input ---------------------------------------------------------------------------------------------------------


class _Keyboard:
    """Lines typed at a terminal, with the line editing and the history of readline where Python has it."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt
        self._readline: object | None = None
        with suppress(ImportError):
            import readline

            # Its bracketed paste leaves the terminal changed if we must go while it waits.
            readline.parse_and_bind("set enable-bracketed-paste off")
            self._readline = readline

    def read(self) -> str | None:
        """The next line; None at the end of input."""
        try:
            return input(self._prompt)
        except (EOFError, OSError):
            return None

    def typed(self) -> str:
        """The prompt and what has been typed after it so far."""
        so_far = getattr(self._readline, "get_line_buffer", str)()
        return self._prompt.replace("\x01", "").replace("\x02", "") + str(so_far)


class _Pipe:
    """Lines of a standard input that is no terminal.

    Read from the descriptor: a thread left waiting in Python's own buffer would stop the interpreter from ending.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._ended = False

    def read(self) -> str | None:
        """The next line; None at the end of input."""
        while "\n" not in self._rest and not self._ended:
            try:
                chunk = os.read(self._descriptor, 65536)
            except OSError:
                chunk = b""
            self._ended = not chunk
            self._rest += self._decode.decode(chunk, final=self._ended)
        line, newline, self._rest = self._rest.partition("\n")
        return line if line or newline else None

    def typed(self) -> str:
        """Nothing stands on the screen that we would have to put back."""
        return ""


# --- the platform --------------------------------------------------------------------------------------------------


class ConsolePlatform:
    """Says what is to be said on standard output, and hears what is typed once `listen` is called."""

    name = NAME

    def __init__(self, inbox: Inbox, console: Console, keys: _Keyboard | _Pipe, now: Callable[[], datetime]) -> None:
        self._inbox = inbox
        self._console = console
        self._keys = keys
        self._now = now
        self._printing = asyncio.Lock()
        self._ended = asyncio.Event()
        self._waiting = False
        self._listening: asyncio.Task[None] | None = None

    def parts(self, message: Message) -> tuple[Message, ...]:
        """Whole: a terminal scrolls."""
        return (message,)

    async def send(self, delivery: Delivery) -> SendOutcome:
        """Print the message; an early version of an answer is passed over, for the whole one follows."""
        if delivery.draft:
            return Sent(delivery.id)
        try:
            async with self._printing:
                await asyncio.to_thread(self._print, delivery.message)
        except OSError as error:
            self._gone()
            return Unknown(f"the terminal is gone: {error}")
        return Sent(delivery.id)

    async def edit(self, delivery: Delivery) -> SendOutcome:
        """Print the newer version: what was printed stays printed."""
        return await self.send(delivery)

    async def find(self, delivery: Delivery) -> None:
        """What was printed cannot be read back."""

    async def introduce(self, event: Event) -> Event:
        """Whoever sits there is known."""
        return event

    async def direct(self, person: str) -> None:
        """There is nobody else."""

    def guards(self, _address: str, /) -> bool:
        """Whoever sits here runs the bot."""
        return False

    async def ended(self) -> str:
        """Wait for the end of input, `quit`, or the terminal's going away."""
        await self._ended.wait()
        return "the input has ended"

    def listen(self) -> None:
        """Begin to read what is typed; not before the brief was shown, so that answers come after it."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening})
        if self._waiting:
            self._new_line()

    async def _listen(self) -> None:
        try:
            while (line := await self._line()) is not None and line.lower() not in LEAVE:
                if line:
                    event = self._event(line)
                    await self._inbox.accept(event)
                    await self._inbox.worked(event)
        except OSError:
            self._gone()
        finally:
            self._ended.set()

    async def _line(self) -> str | None:
        self._waiting = True
        line = await unjoined(self._keys.read, "bellwether-input")
        self._waiting = False
        if line is None:
            self._new_line()
            return None
        words = inert(line).strip()
        if words and isinstance(self._keys, _Pipe):
            await asyncio.to_thread(self._write, f"{PROMPT}{words}\n")
        return words

    def _new_line(self) -> None:
        """Leave the line of the prompt, where nothing more will be typed."""
        if isinstance(self._keys, _Keyboard):
            with suppress(OSError):
                self._write("\n")

    def _event(self, words: str) -> Event:
        """Ids are unique for ever: what is typed after a restart was not seen before."""
        return Event(
            platform=NAME,
            id=uuid.uuid4().hex,
            address=ADDRESS,
            channel_name=CHANNEL_NAME,
            asker=Asker("terminal", _user(), operator=True),
            text=words,
            at=self._now(),
        )

    def _print(self, message: Message) -> None:
        with self._console.capture() as laid_out:
            self._console.print(Text("\n").join(Layout(self._console).lines(message)), soft_wrap=True)
        typed = self._keys.typed() if self._waiting else ""
        clear = "\r\x1b[K" if typed else ""
        self._write(f"{clear}{laid_out.get()}\n{typed}")

    def _write(self, words: str) -> None:
        self._console.file.write(words)
        self._console.file.flush()

    def _gone(self) -> None:
        """Nobody reads any more: let nothing be flushed into a broken pipe when the interpreter ends."""
        with suppress(OSError, ValueError):
            devnull = os.open(os.devnull, os.O_WRONLY)
            os.dup2(devnull, self._console.file.fileno())
            os.close(devnull)
        self._ended.set()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "you"


@asynccontextmanager
async def open_platform(settings: Settings, inbox: Inbox) -> AsyncIterator[ConsolePlatform]:
    """The terminal this process was started in; at the end it is left as it was found."""
    console = screen(sys.stdout)
    interactive = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    keys = _Keyboard(_prompt(console)) if interactive else _Pipe(0)
    with _kept_as_it_is(interactive):
        platform = ConsolePlatform(inbox, console, keys, SystemClock(settings.now).now)
        try:
            yield platform
        finally:
            await platform.close()


def show(message: Message) -> None:
    """Print a message on standard output, for the command line's jobs beside `run`."""
    console = screen(sys.stdout)
    console.print(Text("\n").join(Layout(console).lines(message)), soft_wrap=True)


def screen(file: IO[str]) -> Console:
    """A console that takes no text for markup; what the file's encoding lacks is replaced, never an error."""
    if isinstance(file, TextIOWrapper) and "utf" not in file.encoding.lower():
        file.reconfigure(errors="replace")
    return Console(file=file, highlight=False, markup=False, emoji=False)


def _prompt(console: Console) -> str:
    """The prompt; readline must be told which characters take no room."""
    with console.capture() as rendered:
        console.print(Text("|", ACCENT), end="")
    before, after = rendered.get().split("|")
    return f"\x01{before}\x02{PROMPT}\x01{after}\x02"


@contextmanager
def _kept_as_it_is(interactive: bool) -> Iterator[None]:
    """Put the terminal's modes back: readline changes them while it waits, and we may leave meanwhile."""
    try:
        import termios
    except ImportError:
        yield
        return
    if not interactive:
        yield
        return
    modes = termios.tcgetattr(0)
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(0, termios.TCSADRAIN, modes)


# --- progress ------------------------------------------------------------------------------------------------------


class ConsoleProgress:
    """How far a cycle is: bars on a terminal, else one line a step, on standard error."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or screen(sys.stderr)
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}
        self._named: set[str] = set()

    def __enter__(self) -> ConsoleProgress:
        if self._console.is_terminal:
            self._bars = _bars(self._console)
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
        self._tasks.clear()

    def step(self, name: str, done: int, total: int) -> None:
        """`done` of `total` of the step `name`; without `with`, or with no terminal, only its beginning is said."""
        if self._bars is None:
            self._say(name, total)
            return
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(inert(name), total=total)
        self._bars.update(self._tasks[name], completed=done, total=total)

    def _say(self, name: str, total: int) -> None:
        if name not in self._named:
            self._named.add(name)
            self._console.print(f"{inert(name)} ({total}) …" if total else f"{inert(name)} …")


def _bars(console: Console) -> Bars:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    return Progress(
        SpinnerColumn(style=ACCENT),
        TextColumn("{task.description}", markup=False),
        BarColumn(complete_style=ACCENT, finished_style=ACCENT),
        MofNCompleteColumn(),
        console=console,
        transient=True,
    )
