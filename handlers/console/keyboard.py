"""Lines of standard input: typed at a terminal with line editing, or read from a pipe; both block while they read."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.text import Text

from handlers.console.layout import ACCENT

PROMPT = "› "


class Keyboard:
    """Lines typed at a terminal, with the line editing and the history of readline where Python has it."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt
        self._readline: object | None = None
        with suppress(ImportError):
            import readline

            self._readline = readline

    def read(self) -> str | None:
        """The next line without its line break; None at the end of input."""
        try:
            return input(self._prompt)
        except (EOFError, OSError):
            return None

    def current_line(self) -> str:
        """The prompt and what has been typed after it so far, to be shown again after something was printed."""
        typed = getattr(self._readline, "get_line_buffer", str)()
        return self._prompt.replace("\x01", "").replace("\x02", "") + str(typed)


class Pipe:
    """Lines of a standard input that is not a terminal.

    Read from the file descriptor: a thread left blocked in Python's own buffered reader would keep the interpreter
    from exiting.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._buffer = ""
        self._ended = False

    def read(self) -> str | None:
        """The next line without its line break; None at the end of input."""
        while "\n" not in self._buffer and not self._ended:
            try:
                chunk = os.read(self._descriptor, 65536)
            except OSError:
                chunk = b""
            self._ended = not chunk
            self._buffer += self._decoder.decode(chunk, final=self._ended)
        line, newline, self._buffer = self._buffer.partition("\n")
        return line if line or newline else None

    def current_line(self) -> str:
        """Empty: nothing typed is on the screen."""
        return ""


def styled_prompt(console: Console) -> str:
    """The prompt in colour; its escape codes are marked for readline as taking no room on the line."""
    with console.capture() as rendered:
        console.print(Text("|", ACCENT), end="")
    before, after = rendered.get().split("|")
    return f"\x01{before}\x02{PROMPT}\x01{after}\x02"


@contextmanager
def terminal_modes_restored(interactive: bool) -> Iterator[None]:
    """Restore the terminal's modes at the end: readline changes them while it reads, and the process may end then.

    Does nothing where the input is not `interactive`, and on systems without termios.
    """
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
