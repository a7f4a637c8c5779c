"""Nothing in foreign text acts on a terminal or in a log: every subcommand, every chat command, every line logged."""

from __future__ import annotations

import argparse
import io
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from rich.style import Style
from rich.text import Text

from bot.app.opening import open_app
from bot.cli import jobs, logs
from bot.conversation.commands.table import TABLE
from bot.model.harmless import HarmlessStream, harmless, json_line, one_line, xml_text
from bot.model.settings import load
from handlers.console.layout import screen
from handlers.console.progress import ConsoleProgress
from tests.process import Machine, subcommands
from tests.servers.feeds import FeedServer, feed_server, item, rss

ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What acts on a terminal, or moves text to where it does not stand."""
ESCAPES = "\x1b[2J\x1b]0;mine\x07\x1b]52;c;eA==\x1b\\\x9b31m\x1bc"
HOSTILE = f"{ESCAPES}\r\x08\x00\x85\u202egnp\u2066\u200f"
MARKUP = "[red]alarm[/red] [link=https://evil.example]x[/link]"
IN_XML = "&#x9b;31m&#x202e;gnp&#x2066;&#x200f;&#x85;"
CHIPS = (
    "<p>Nimbus{0} Memory said on Monday that it will close its plant in Kesa{0}, and 4,000 people lose their work. "
    "“The ban on exports ends a market order that stood for ten years,” said Ines{0} Karlsen of Arden{0} Bank.</p>"
)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server() as opened:
        yield opened


@pytest.fixture
def machine(tmp_path: Path, server: FeedServer) -> Machine:
    """Sources whose names, titles, texts, errors and files are hostile."""
    home = tmp_path / "home"
    home.mkdir()
    first = item(
        f"Nimbus{IN_XML} ends its market order in Kesa {MARKUP}", description=CHIPS.format(IN_XML),
        pubDate="Fri, 27 Mar 2026 06:10:00 GMT", author=f"Ines{IN_XML}",
    )  # fmt: skip
    server.put("/feed.xml", rss(first).replace("&amp;#x", "&#x"))
    server.put("/page.html", '<html><link rel="alternate" type="application/rss+xml" href="/x&#x202e;&#x9b;"><body>')
    server.put("/down.xml", status=503)
    name = json.dumps(f"Daily {HOSTILE} {MARKUP}").replace("\\b", "\\u0008").replace("\\r", "\\u000d")
    for n in range(4):
        server.put(f"/quiet{n}.xml", rss(item(f"Cup final {n} ends in a goalless draw")))
    paths = (*(f"/quiet{n}.xml" for n in range(4)), "/feed.xml", "/page.html", "/down.xml", f"/{HOSTILE[-4:]}missing")
    tables = (f"[[source]]\nurl = {json.dumps(server.url(path))}\nname = {name}\n" for path in paths)
    (home / f"s{ESCAPES.replace('/', '')}.toml").write_text("".join(tables).replace("\\u0000", "\\u0001"))
    (home / f"more{ESCAPES}\n.opml").write_text(
        f"<opml><body><outline text='{IN_XML}' xmlUrl='&#x202e;x'/></body></opml>"
    )
    return Machine(
        home,
        BELLWETHER_ALLOW_PRIVATE_HOSTS="true",
        BELLWETHER_PIPELINE__HOST_PAUSE="0",
        BELLWETHER_SOURCES=str(home / f"s{ESCAPES.replace('/', '')}.toml"),
    )


def outputs(server: FeedServer) -> dict[str, tuple[str, ...]]:
    """Every subcommand but `run`, with words that are hostile where it takes any."""
    more = {
        "ask": (f"why {HOSTILE} {MARKUP}",),
        "help": (HOSTILE,),
        "backup": (f"copy{ESCAPES.replace('/', '')}.db",),
        "completion": ("bash",),
        "move": (f"copy{ESCAPES.replace('/', '')}.db", f"moved{ESCAPES.replace('/', '')}.db"),
        "restore": (f"copy{ESCAPES.replace('/', '')}.db",),
        "site": (f"pages{ESCAPES.replace('/', '')}",),
        "sources add": (f"{server.url('/page.html')}?{HOSTILE}",),
        "sources drop": (f"Nobody {HOSTILE}",),
        "sources import": (f"more{ESCAPES}\n.opml",),
    }
    every = {name: tuple(word.replace("\0", "") for word in words) for name, words in subcommands(more).items()}
    return every | {"brief --json": ("brief", "--json"), "sources import, missing": ("sources", "import", HOSTILE[:-9])}


@pytest.mark.parametrize("verbosity", ["", "-vv"])
async def test_no_subcommand_prints_what_acts(server: FeedServer, machine: Machine, verbosity: str) -> None:
    """Of names, titles, texts, errors and files of others, on standard output and standard error."""
    assert (await machine.within("brief")).code == 0
    for name, words in outputs(server).items():
        said = await machine.within(*words, *filter(None, [verbosity]))
        assert not ACTS.search(said.out), (name, ACTS.findall(said.out), said.out)
        assert not ACTS.search(said.err), (name, ACTS.findall(said.err), said.err)
        assert said.out or said.err, name


@pytest.mark.parametrize("words", [["sources", "--x" + HOSTILE], [HOSTILE], ["brief", HOSTILE], ["sources", HOSTILE]])
def test_no_mistake_is_said_back_with_what_acts(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Words that the command line cannot use."""
    from bot.__main__ import main

    with pytest.raises(SystemExit):
        main(words)
    said = capsys.readouterr()
    assert not ACTS.search(said.out + said.err)


async def test_no_chat_command_prints_what_acts(
    server: FeedServer, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the terminal: every command about the hostile signal and sources, on a terminal with colours and links."""
    assert (await machine.within("brief")).code == 0
    monkeypatch.setenv("FORCE_COLOR", "1")
    for name, value in machine.environment.items():
        if name.startswith(("BELLWETHER", "XDG")):
            monkeypatch.setenv(name, value)
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out), logs.opened(argparse.Namespace(quiet=False, verbose=2)):
        async with open_app(load()) as app:
            for name in TABLE:
                for words in (name, f"{name} s1", f"{name} {HOSTILE} {MARKUP}"):
                    await jobs._say(app, words)
    said = out.getvalue()
    assert "market order" in said
    assert MARKUP in said
    assert_ours_alone(said)


def assert_ours_alone(said: str) -> None:
    """The only escape sequences are those of colours and of links to the web, which are ours."""
    bare = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^;\x1b\x07]*;(?:https?://[\x21-\x7e]*)?\x1b\\", "", said)
    assert not ACTS.search(bare), ACTS.findall(bare)


def test_the_printer_is_a_gate_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reaches the console without having been made harmless is made so there; so is the address of a link."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = io.StringIO()
    console = screen(out)
    console.print(Text(f"a{HOSTILE}b", Style(bold=True)), Text("link", Style(link=f"https://x\x07{ESCAPES}")))
    console.print(f"{MARKUP} {HOSTILE}")
    assert_ours_alone(out.getvalue())
    assert MARKUP in out.getvalue()
    assert "8;" not in out.getvalue()


def test_progress_is_harmless() -> None:
    """The name of a step is shown as it stands."""
    out = io.StringIO()
    with ConsoleProgress(screen(out)) as progress:
        progress.step(f"reading {HOSTILE}", 1, 2)
    assert not ACTS.search(out.getvalue())


@pytest.mark.parametrize("form", ["sentence", "text", "json"])
def test_no_line_of_the_log_acts(form: str) -> None:
    """In every form: message, arguments, logger's name, and the error and its traceback."""
    err = io.StringIO()
    with redirect_stderr(err), logs.opened(argparse.Namespace(quiet=False, verbose=2)) as log:
        log.follow("json" if form == "json" else "text", service=form == "text")
        try:
            raise ValueError(f"first\nERROR bot: forged {HOSTILE}")
        except ValueError as error:
            logging.getLogger("bot.x").exception("It failed: %s\nERROR bot: forged", HOSTILE, exc_info=error)
            log.fail(f"It ends: {HOSTILE}\nforged", error)
    said = err.getvalue()
    assert not ACTS.search(said)
    assert "It failed" in said
    assert not re.search(r"^(?:ERROR bot: )?forged", said, re.MULTILINE)


# --- the gate itself -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07a\x1b]8;;https://evil.example\x1b\\link", "alink"),
        ("\x9b31mred \x9d0;title\x9c. \x90q\x1b\\.", "red . ."),
        ("\x1bcreset \x1b(0box \x1b", "reset box "),
        ("\x1b]0;never ended\nnext", "\nnext"),
        ("over\rwrite\x08\x7f\x00", "overwrite"),
        ("\u202egnp.exe\u202c \u2066x\u2069 \u200f\u061c\u2028", "gnp.exe x "),
        ("half \ud83d of one", "half  of one"),
        ("lines\nand\ttabs", "lines\nand\ttabs"),
        ("עברית 日本 é e\u0301 👩\u200d👩\u200d👧", "עברית 日本 é e\u0301 👩\u200d👩\u200d👧"),
    ],
)
def test_what_is_left(text: str, left: str) -> None:
    """Escape sequences go whole, what acts goes, and every language stays."""
    assert harmless(text) == left
    assert harmless(left) == left


def test_one_line_is_one() -> None:
    """Every kind of break becomes a blank."""
    assert one_line("a\r\nb\u2028c\x85d\te\x0bf") == "a b c d e f"


def test_nothing_is_lost_from_what_programs_read() -> None:
    """In JSON and in XML what acts is written as its number, and read as it was."""
    value = {"a": f"{HOSTILE} \U0001f600"}
    assert not ACTS.search(json_line(value))
    assert json.loads(json_line(value)) == value
    assert xml_text("<a b='\u202e\x85'/>") == "<a b='&#8238;&#133;'/>"


def test_a_stream_passes_on_everything_else() -> None:
    """What is asked of it besides writing is asked of the stream beneath."""
    beneath = io.StringIO()
    stream = HarmlessStream(beneath, str.upper)
    assert stream.write("a\x1b[2J") == 5
    stream.writelines(["b", "c\u202e"])
    assert (beneath.getvalue(), stream.isatty(), stream.beneath) == ("ABC", False, beneath)


def test_hostile_text_takes_no_longer() -> None:
    """Twice the text takes about twice the steps: half a megabyte of each is done at once."""
    for piece in ("\x1b]", "\x1b]\n", "\x1b[", "\x9b0;", "\x1bP\x1b", "\u202e", "\x1b "):
        assert not ACTS.search(harmless(piece * (500_000 // len(piece))))
