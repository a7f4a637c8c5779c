"""The terminal: how messages look there, that nothing in them can do harm, and how one talks to it."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from bot.model.delivery import Sent
from bot.model.harmless import one_line
from bot.model.messages import (
    Block,
    Bullets,
    Card,
    Choice,
    Choices,
    Form,
    FormField,
    Heading,
    Message,
    Paragraph,
    Picture,
    Quote,
    Run,
    text,
)
from handlers.console.keyboard import Pipe
from handlers.console.layout import Layout, screen
from handlers.console.platform import ConsolePlatform
from handlers.console.progress import ConsoleProgress
from tests.clock import MORNING, PATIENCE
from tests.handlers.talk import Parrot, delivery

ROOT = Path(__file__).resolve().parents[2]
QUOTE = Quote(
    "If models can run with materially lower memory requirements without losing performance, the cost of serving "
    "each query drops meaningfully",
    (23, 59),
    "Financial Times",
    "https://ft.example/chips#:~:text=If%20models",
)
CARD = Card(
    signal_id=42,
    number=1,
    title="AI infrastructure efficiency breakthroughs collapsing speculative hardware shortage premiums as model "
    "compression reduces per-query memory requirements",
    strength=8,
    trend="↑",
    tags=("economic", "technological", "AI", "US"),
    voices="1 article",
    delta="new",
    analysis="Market repricing of memory chip valuations reveals that investor bets on sustained AI hardware scarcity "
    "were contingent on technical constraints.",
    quote=QUOTE,
    actions=(Choice("Why?", "why s42"), Choice("More …", "more s42")),
)
BRIEF = Message(
    (
        Heading("The Bellwether · Friday 27 March"),
        Paragraph((Run("1 signal · 412 articles from 38 sources · 2 muted"),), quiet=True),
        CARD,
        Paragraph((Run("Composed without a model."),), quiet=True),
    ),
    "The Bellwether",
)
SHOWN = """\
The Bellwether · Friday 27 March
1 signal · 412 articles from 38 sources · 2 muted

1  AI infrastructure efficiency breakthroughs collapsing speculative hardware shortage premiums as
   model compression reduces per-query memory requirements
   ●●●●●●●●○○ 8↑ · economic · technological · AI · US · 1 article · new
   Market repricing of memory chip valuations reveals that investor bets on sustained AI hardware
   scarcity were contingent on technical constraints.
   “If models can run with materially lower memory requirements without losing performance, the cost
   of serving each query drops meaningfully”  Financial Times ↗
   https://ft.example/chips#:~:text=If%20models

Composed without a model.

type why 1 · more 1 · mute AI for 7d · help
"""


def printed(
    message: Message, width: int = 100, *, terminal: bool = False, environ: Mapping[str, str] | None = None
) -> str:
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=terminal or None,
        color_system="256" if terminal else None,
        _environ=environ or {},
    )
    console.print(Text("\n").join(Layout(console).lines(message)), soft_wrap=True)
    return file.getvalue()


# --- how it looks --------------------------------------------------------------------------------------------------


def test_a_brief_looks_like_the_design() -> None:
    """A card has its number, title, dots, tags, voices and delta, analysis, quote and source; hints stand at the end.

    Where there are no hyperlinks, the address stands on a line of its own, unbroken.
    """
    assert printed(BRIEF) == SHOWN


def test_a_terminal_gets_hyperlinks_and_a_bold_anchor() -> None:
    """On a terminal the publisher's name is the link, and the anchor is what the eye lands on."""
    shown = printed(BRIEF, terminal=True)
    assert re.search(
        r"\x1b\]8;id=\d+;https://ft\.example/chips#:~:text=If%20models\x1b\\[^\n]*Financial Times ↗", shown
    )
    assert "\x1b[1mmaterially lower memory requirements\x1b[0m" in shown
    assert "\nhttps://" not in shown


def test_without_a_terminal_there_is_no_escape() -> None:
    """What goes into a file or a pipe is plain text."""
    assert "\x1b" not in printed(BRIEF)


def test_a_terminal_without_hyperlinks_gets_addresses() -> None:
    """Where a terminal knows neither colours nor links, the address is spelled out, as in a pipe."""
    file = io.StringIO()
    console = Console(file=file, width=100, force_terminal=True, color_system=None)
    console.print(Text("\n").join(Layout(console).lines(BRIEF)), soft_wrap=True)
    assert file.getvalue() == SHOWN


def test_no_color_is_respected() -> None:
    """NO_COLOR leaves bold and dim, which are no colours, and takes the colours away."""
    shown = printed(BRIEF, terminal=True, environ={"NO_COLOR": "1"})
    assert "38;5;" not in shown
    assert "\x1b[1m" in shown


def test_everything_there_is_to_say_can_be_shown() -> None:
    """Every kind of block has its form: what buttons, forms and pictures are elsewhere is here something to type."""
    message = Message(
        (
            Paragraph((Run("Analysis", strong=True),)),
            Paragraph((Run("See "), Run("the page", link="https://a.example/"), Run("."))),
            Bullets(((Run("consequence 4", strong=True), Run(": a market")), (Run("evidence 2"),))),
            Quote("It falls", (0, 2), "Gazette", None, "from the summary"),
            Choices((Choice("Why?", "why s1"), Choice("AI for a week", "mute s1.t1 7d"))),
            Form("Mute what?", (FormField("what", "What", (("AI", "s1.t1"),)),), "mute {what} 7d", "Mute"),
            Picture(b"", "strength over time"),
        ),
        "all",
    )
    assert printed(message) == (
        "Analysis\nSee the page.\n• consequence 4: a market\n• evidence 2\n\n"
        "   “It falls”  Gazette (from the summary)\n\ntype why s1 · mute s1.t1 7d (AI for a week)\n\n"
        "Mute what?\nWhat: AI (s1.t1)\ntype mute {what} 7d\n\n[picture: strength over time]\n"
    )


def test_a_command_is_never_broken() -> None:
    """Half a command at the end of a line would be typed wrongly."""
    choices = Choices(tuple(Choice(f"L {n}", f"mute s42.t{n} 7d") for n in range(9)))
    lines = printed(Message((choices,), ""), width=40).splitlines()
    assert len(lines) > 4
    assert all(line.count("mute") == line.count("7d") for line in lines)


# --- nothing in it can do harm ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("[red]alarm[/red] [link=https://x]y[/link] :smile:", "[red]alarm[/red] [link=https://x]y[/link] :smile:"),
        ("\x1b[2J\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07a \x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "a link"),
        ("\x9b31mred\x1bcreset \x1b(0 box", "redreset  box"),
        ("over\rwrite \x08\x7fback\nline\u2028end", "over write back line end"),
        ("\u202egnp.exe\u202c \u2066x\u2069", "gnp.exe x"),
        ("עברית 日本 é e\u0301 👩\u200d👩\u200d👧", "עברית 日本 é e\u0301 👩\u200d👩\u200d👧"),
    ],
)
def test_text_of_articles_is_one_line(hostile: str, shown: str) -> None:
    """Markup is shown as it stands; escape sequences, control characters and reordering marks are gone."""
    assert one_line(hostile) == shown
    assert printed(Message((Heading(hostile),), "")).rstrip("\n") == shown


HOSTILE = st.text(st.characters(codec="utf-8"), max_size=60) | st.text(
    "\x1b[]0123;:mKJ\x9b\x07\\ab\r\n\u202e", max_size=40
)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    words = draw(HOSTILE)
    at = draw(st.integers(0, len(words)))
    quote = Quote(words, (at, draw(st.integers(at, len(words)))), words, "https://a.example/" + words, words)
    blocks: tuple[Block, ...] = (
        Heading(words),
        Paragraph((Run(words, link=words), Run(words, strong=True, link="http://a.example/" + words))),
        Bullets(((Run(words),),)),
        quote,
        Card(1, 1, words, 5, words, (words,), words, words, words, quote, (Choice(words, "why s1"),)),
        Picture(b"", words),
    )
    return Message(blocks, words)


@settings(max_examples=40)
@given(messages(), st.integers(20, 120))
def test_whatever_a_source_writes_cannot_reach_the_terminal(message: Message, width: int) -> None:
    """In a pipe nothing but characters that print; on a terminal no escape but our own colours and links."""
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", printed(message, width))
    own = r"\x1b\[[\d;]*m|\x1b\]8;[\w=]*;[^\x00-\x20\x7f-\x9f]*\x1b\\"
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", re.sub(own, "", printed(message, width, terminal=True)))


@settings(max_examples=40)
@given(messages(), st.integers(20, 120))
def test_lines_fit_the_terminal(message: Message, width: int) -> None:
    """No line is wider than the terminal, or than 100 columns, but for an address or a command that must stay whole."""
    for line in printed(message, width).splitlines():
        assert cell_len(line) <= min(width, 100) or re.search("http|why|mute", line)


# --- the platform ----------------------------------------------------------------------------------------------------


def now() -> datetime:
    return MORNING


def platform(file: io.StringIO, descriptor: int = -1) -> tuple[ConsolePlatform, Parrot]:
    parrot = Parrot()
    parrot.platform = ConsolePlatform(parrot, screen(file), Pipe(descriptor), now)
    return parrot.platform, parrot


async def test_printing_is_sending() -> None:
    """Each message gets an id of its own; a newer version is printed below; an early version of an answer is not."""
    file = io.StringIO()
    terminal, _ = platform(file)
    assert await terminal.send(delivery(text("one"), "d1")) == Sent("d1")
    assert await terminal.send(delivery(text("gro"), "d2", "reply:e:draft")) == Sent("d2")
    assert await terminal.edit(delivery(text("grown"), "d3", "reply:e")) == Sent("d3")
    assert file.getvalue() == "one\n\ngrown\n\n"


async def test_lines_come_as_they_come() -> None:
    """A line may arrive in pieces, in the middle of a character; nothing is heard before `listen`."""
    read, write = os.pipe()
    file = io.StringIO()
    terminal, parrot = platform(file, read)
    os.write(write, b"caf")
    await asyncio.sleep(0.01)
    assert not parrot.seen
    terminal.listen()
    terminal.listen()
    for piece in (b"f\xc3", b"\xa8\nwhy \x1b[A1", b"\n\n"):
        os.write(write, piece)
        await asyncio.sleep(0.01)
    os.close(write)
    await terminal.ended()
    await terminal.close()
    os.close(read)
    assert file.getvalue() == "› caffè\nheard 'caffè' from local\n\n› why 1\nheard 'why 1' from local\n\n"


async def test_leaving_while_it_waits_for_a_line() -> None:
    """Closed from elsewhere, the terminal lets go of its input at once."""
    read, write = os.pipe()
    terminal, _ = platform(io.StringIO(), read)
    terminal.listen()
    await asyncio.sleep(0.01)
    await terminal.close()
    await terminal.ended()
    os.close(write)
    await asyncio.sleep(0.01)
    os.close(read)


def test_progress_without_a_terminal_is_a_line_a_step() -> None:
    """In a log or a pipe each step is said once, however often it moves."""
    file = io.StringIO()
    with ConsoleProgress(screen(file)) as progress:
        for done in range(40):
            progress.step("Reading the sources", done, 40)
        progress.step("Writing [it] :up:", 0, 0)
    assert file.getvalue() == "Reading the sources (40) …\nWriting [it] :up: …\n"


def test_progress_on_a_terminal_leaves_nothing_behind() -> None:
    """The bars are gone when the brief is printed."""
    file = io.StringIO()
    with ConsoleProgress(Console(file=file, force_terminal=True, width=60)) as progress:
        progress.step("Reading the sources", 3, 40)
    assert "Reading the sources" in file.getvalue()
    assert " 3/40" in file.getvalue()
    assert file.getvalue().endswith("\x1b[2K")


# --- by a process of its own ------------------------------------------------------------------------------------------


def environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "TERM": "xterm-256color", "COLUMNS": "80", **more}


TALK = (sys.executable, "-W", "error", "-m", "tests.handlers.talk")


def talk(typed: bytes, stdout: int = subprocess.PIPE, **more: str) -> subprocess.CompletedProcess[bytes]:
    """A whole conversation by way of a pipe: what came of what was typed."""
    return subprocess.run(
        TALK,
        check=False,
        input=typed,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=PATIENCE,
        env=environment(**more),
        cwd=ROOT,
    )


def test_commands_are_read_line_by_line_from_a_pipe() -> None:
    """Each line is answered before the next is read, blank lines are passed over, and the end of input is the end."""
    done = talk(b"slow\n\n  why 1  \nlast")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == (
        "The brief.\n\n› slow\nheard 'slow' from local\n\n› why 1\nheard 'why 1' from local\n\n"
        "› last\nheard 'last' from local\n\n"
    )


@pytest.mark.parametrize("word", [b"quit", b"EXIT "])
def test_quit_ends(word: bytes) -> None:
    """`quit` and `exit` end the conversation; what follows is not read."""
    done = talk(word + b"\nmore\n")
    assert done.returncode == 0
    assert b"more" not in done.stdout


@pytest.mark.parametrize("stdin", ["</dev/null", "<&-"])
def test_no_input_ends_after_the_brief(stdin: str) -> None:
    """With nothing on standard input, or with none at all, the brief is shown and that is that."""
    shell = ("sh", "-c", f"exec {' '.join(TALK)} {stdin}")
    done = subprocess.run(shell, check=False, capture_output=True, timeout=PATIENCE, env=environment(), cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"The brief.\n\n", b"")


def test_an_output_nobody_reads_any_more_ends() -> None:
    """`bellwether run | head`: when the reader has gone, the bot leaves without a word of complaint."""
    read, write = os.pipe()
    os.close(read)
    done = talk(b"", stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_old_encoding_is_no_error() -> None:
    """Where the output cannot show a character, something else stands in its place."""
    done = talk("caffè\n".encode("latin-1"), PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"The brief." in done.stdout


@dataclass
class Terminal:
    """The other side of a pseudo-terminal with the bot at it."""

    master: int
    process: subprocess.Popen[bytes]
    seen: str = ""

    def until(self, words: str, seconds: float = PATIENCE) -> str:
        """What was shown up to and with the words, which must come."""
        end = time.monotonic() + seconds
        while words not in self.seen:
            ready, _, _ = select.select([self.master], [], [], max(end - time.monotonic(), 0))
            assert ready, f"{words!r} did not come after {self.seen!r}"
            self.seen += self._read()
        before, found, self.seen = self.seen.partition(words)
        return before + found

    def _read(self) -> str:
        try:
            return os.read(self.master, 65536).decode(errors="replace")
        except OSError as error:
            raise AssertionError(f"the terminal closed after {self.seen!r}") from error

    def type(self, words: str) -> None:
        os.write(self.master, words.encode())


@contextmanager
def at_a_terminal(**more: str) -> Iterator[tuple[Terminal, int]]:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        TALK, stdin=slave, stdout=slave, stderr=slave, env=environment(**more), cwd=ROOT, start_new_session=True
    )
    try:
        yield Terminal(master, process), slave
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


def test_one_talks_at_a_terminal() -> None:
    """The brief, a prompt, an answer, a prompt; a message that comes meanwhile leaves what was typed; Ctrl-D ends."""
    with at_a_terminal() as (terminal, _):
        assert "The brief." in terminal.until("› ")
        terminal.type("help\n")
        terminal.until("heard 'help' from local")
        terminal.until("› ")
        terminal.type("why")
        terminal.until("why")
        terminal.process.send_signal(signal.SIGUSR1)
        assert "\x1b[K" in terminal.until("an unasked word")
        assert terminal.until("› \x1b[0mwhy")
        terminal.type(" 1\n")
        terminal.until("heard 'why 1' from local")
        terminal.until("› ")
        terminal.type("\x1b[A\n")  # the arrow up: the line before, once more
        terminal.until("heard 'why 1' from local")
        terminal.until("› ")
        terminal.type("\x04")
        assert terminal.process.wait(PATIENCE) == 0


def test_ctrl_c_leaves_the_terminal_as_it_was() -> None:
    """Interrupted while it waits for a line, the bot ends at once, and the shell echoes what is typed as before."""
    with at_a_terminal() as (terminal, slave):
        before = termios.tcgetattr(slave)
        terminal.until("› ")
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.process.wait(PATIENCE) == 130
        terminal.until("\r\n")  # the shell's prompt begins a line of its own
        assert termios.tcgetattr(slave)[3] == before[3]


def test_a_terminal_is_never_told_to_mark_what_is_pasted(tmp_path: Path) -> None:
    """Whatever readline is told elsewhere, no mode of the terminal is switched on: it would stay on where the bot is
    killed while it reads."""
    wished = tmp_path / "inputrc"
    wished.write_text("set enable-bracketed-paste on\n")
    with at_a_terminal(INPUTRC=str(wished)) as (terminal, _):
        shown = terminal.until("› ")
        terminal.type("help\n")
        shown += terminal.until("heard 'help' from local") + terminal.until("› ")
        terminal.type("\x04")
        assert terminal.process.wait(PATIENCE) == 0
    assert not re.search(r"\x1b\[\?\d+h", shown)


@pytest.mark.parametrize("typed", [True, False])
def test_a_terminal_on_one_side_alone_is_no_conversation(typed: bool) -> None:
    """Typed at a terminal with the output in a file, or the other way round: lines are read and repeated as from a
    pipe, without a prompt that waits."""
    master, slave = pty.openpty()
    read, write = os.pipe()
    one, other = (slave, subprocess.PIPE) if typed else (read, slave)
    process = subprocess.Popen(TALK, stdin=one, stdout=other, stderr=subprocess.PIPE, env=environment(), cwd=ROOT)
    os.write(master if typed else write, b"why 1\n\x04" if typed else b"why 1\n")
    os.close(read)
    os.close(write)
    terminal = Terminal(master, process)
    try:
        if typed:
            out, complaint = process.communicate(timeout=PATIENCE)
            assert (out.decode(), complaint) == ("The brief.\n\n› why 1\nheard 'why 1' from local\n\n", b"")
        else:
            assert "› why 1" in terminal.until("heard 'why 1' from local")
            assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.communicate()
        os.close(master)
        os.close(slave)


async def test_what_is_closed_runs_on_nowhere() -> None:
    """Once the terminal is closed no task of it is left, and nothing more is printed."""
    read, write = os.pipe()
    file = io.StringIO()
    terminal, _ = platform(file, read)
    terminal.listen()
    await asyncio.sleep(0)
    await terminal.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    os.close(write)
    os.close(read)


def test_a_card_leads_to_its_page() -> None:
    """Its address is spelled out where the console shows no hyperlinks."""
    shown = Message((replace(CARD, link="https://signals.example/s/42"),), "")
    assert "   Open ↗ https://signals.example/s/42\n" in printed(shown)
