"""The terminal as a platform: messages are printed on standard output, commands are typed on standard input."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from rich.console import Console

from bot.model.clock import SystemClock
from bot.model.delivery import SendOutcome, Sent, Unknown
from bot.model.event import Asker, Event
from bot.model.harmless import one_line
from bot.model.messages import Message
from bot.model.outgoing import Delivery
from bot.model.ports import Inbox
from bot.model.settings import Settings
from bot.model.threads import in_daemon_thread
from handlers.console.keyboard import PROMPT, Keyboard, Pipe, styled_prompt, terminal_modes_restored
from handlers.console.layout import laid_out, screen
from handlers.console.place import ADDRESS, CHANNEL_NAME, NAME

QUIT_WORDS = ("quit", "exit")


@asynccontextmanager
async def open_platform(settings: Settings, inbox: Inbox) -> AsyncIterator[ConsolePlatform]:
    """The terminal this process was started in; its modes are restored at the end."""
    console = screen(sys.stdout)
    interactive = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    lines = Keyboard(styled_prompt(console)) if interactive else Pipe(0)
    with terminal_modes_restored(interactive):
        platform = ConsolePlatform(inbox, console, lines, SystemClock(settings.now).now)
        try:
            yield platform
        finally:
            await platform.close()


class ConsolePlatform:
    """Prints what is sent, and reads what is typed once `listen` was called."""

    name = NAME
    one_way = False
    amends = False

    def __init__(self, inbox: Inbox, console: Console, lines: Keyboard | Pipe, now: Callable[[], datetime]) -> None:
        self._inbox = inbox
        self._console = console
        self._lines = lines
        self._now = now
        self._printing = asyncio.Lock()
        self._ended = asyncio.Event()
        self._reading = False
        self._listening: asyncio.Task[None] | None = None

    def parts(self, message: Message) -> tuple[Message, ...]:
        """Always one part: a terminal scrolls."""
        return (message,)

    async def send(self, delivery: Delivery) -> SendOutcome:
        """Print the message; an early version of an answer is skipped, for the whole answer follows."""
        if delivery.draft:
            return Sent(delivery.id)
        try:
            async with self._printing:
                await asyncio.to_thread(self._print, delivery.message)
        except OSError as error:
            self._output_closed()
            return Unknown(f"the terminal is gone: {error}")
        return Sent(delivery.id)

    async def edit(self, delivery: Delivery) -> SendOutcome:
        """Print the newer version below: what was printed cannot be changed."""
        return await self.send(delivery)

    async def find(self, delivery: Delivery) -> None:
        """None: what was printed cannot be read back."""

    async def introduce(self, event: Event) -> Event:
        """The event as it is: whoever uses this terminal is known."""
        return event

    async def direct(self, person: str) -> None:
        """None: there is only one person, and only one conversation."""

    def guards(self, _address: str, /) -> bool:
        """False: whoever uses this terminal runs the bot."""
        return False

    def private(self, _address: str, /) -> bool:
        """False: it has nobody else to be kept from."""
        return False

    async def broadcasts(self, _address: str, _reply_to: str | None = None, /) -> bool:
        """False: there is one person, who writes too."""
        return False

    async def administers(self, _address: str, _person: str, /) -> bool:
        """True: it is their terminal."""
        return True

    async def located(self, _name: str, /) -> None:
        """None: there is one channel only."""

    def working(self, _event: Event, _doing: str, /) -> None:
        """Nothing: the prompt comes back with the answer."""

    async def hears(self) -> bool:
        """True: what is typed waits until it is read."""
        return True

    async def ended(self) -> str:
        """Wait for the end of input, `quit`, or the terminal's going away; why it ended."""
        await self._ended.wait()
        return "the input has ended"

    def listen(self) -> None:
        """Begin to read what is typed; called after the brief was printed, so that answers stand below it."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Stop reading, and leave the line of the prompt."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening})
        if self._reading:
            self._leave_prompt()

    async def _listen(self) -> None:
        try:
            while (line := await self._next_line()) is not None and line.lower() not in QUIT_WORDS:
                if line:
                    event = self._event(line)
                    await self._inbox.accept(event)
                    await self._inbox.worked(event)
        except OSError:
            self._output_closed()
        finally:
            self._ended.set()

    async def _next_line(self) -> str | None:
        self._reading = True
        line = await in_daemon_thread(self._lines.read, "bellwether-input")
        self._reading = False
        if line is None:
            self._leave_prompt()
            return None
        words = one_line(line).strip()
        if words and isinstance(self._lines, Pipe):
            await asyncio.to_thread(self._write, f"{PROMPT}{words}\n")  # a pipe's lines are on no screen yet
        return words

    def _leave_prompt(self) -> None:
        """Begin a new line below the prompt, where nothing more will be typed."""
        if isinstance(self._lines, Keyboard):
            with suppress(OSError):
                self._write("\n")

    def _event(self, words: str) -> Event:
        """The typed line as an event; its random id was never seen before, not even before a restart."""
        return Event(
            platform=NAME,
            id=uuid.uuid4().hex,
            address=ADDRESS,
            channel_name=CHANNEL_NAME,
            asker=Asker("terminal", _user_name(), operator=True),
            text=words,
            at=self._now(),
        )

    def _print(self, message: Message) -> None:
        """Print above the prompt: the line being typed is cleared, and written again below the message."""
        typed = self._lines.current_line() if self._reading else ""
        clear = "\r\x1b[K" if typed else ""
        self._write(f"{clear}{laid_out(self._console, message)}\n{typed}")

    def _write(self, words: str) -> None:
        self._console.file.write(words)
        self._console.file.flush()

    def _output_closed(self) -> None:
        """Nobody reads the output any more: send the rest to the null device, so that the interpreter's last flush
        does not fail on a broken pipe."""
        with suppress(OSError, ValueError):
            devnull = os.open(os.devnull, os.O_WRONLY)
            os.dup2(devnull, self._console.file.fileno())
            os.close(devnull)
        self._ended.set()


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "you"
