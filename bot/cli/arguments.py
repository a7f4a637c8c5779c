"""The words of the command line: the subcommands, what each is for with an example, and what is said of a mistake."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from bot.model.echoing import cut, echo
from bot.model.harmless import harmless
from bot.model.secrecy import redacted
from bot.model.version import VERSION

EPILOG = """\
bellwether COMMAND --help tells more of each, with an example.
Exit codes: 0 well (a brief, or a quiet morning), 1 something to look at, or a wish that was refused, 2 settings or
words that cannot be used, 3 unable to look, 4 another run holds the database, 5 the database cannot be used, 6 no
chat platform is left. Settings: bellwether.toml and BELLWETHER_… in the environment; see docs/settings.md.
"""
UNUSABLE = 2
"""The exit code of words that cannot be used."""

MEANT = {"start": "run", "serve": "run", "remove": "drop", "delete": "drop"}
"""What people write for a subcommand, and how it is called."""
SHELLS = ("bash", "zsh", "fish", "tcsh")
FILES = {
    "bash": "_shtab_compgen_files", "zsh": "_files", "fish": "(__fish_complete_path (commandline -ct))", "tcsh": "f"
}  # fmt: skip
"""How each of them completes a file's name; as `shtab.FILE`, which is not loaded for every command."""
ROLES = ("reader", "teller", "web", "platform:slack", "platform:telegram", "platform:mail")
"""As bot.app.roles has them, which is not loaded for every command."""
_CHOICE = re.compile(r"invalid choice: '(.*)' \(")

Add = Callable[[argparse.ArgumentParser], None]


@dataclass(frozen=True)
class Subcommand:
    """A subcommand, as `--help` shows it."""

    name: str
    summary: str  # one line, in the list
    about: str  # what it is for, in a few sentences
    example: str
    add: Add = lambda _parser: None  # adds its arguments


# --- what there is -------------------------------------------------------------------------------------------------


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wait", action="store_true", help="where another run holds the database, wait for it to end")
    parser.add_argument(
        "--role",
        action="append",
        choices=ROLES,
        metavar="ROLE",
        help="do a part, beside processes that do the rest on one PostgreSQL database; may be given more than once: "
        + ", ".join(ROLES),
    )


def _brief(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as one JSON object, for programs")


def _ask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", help="a command or a question, as you would say it in the chat")


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--questions", action="store_true", help="instead what was asked, and what was answered")


def _site(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where to write it; what else lies there is left alone")


def _status(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only whether a running bot has looked lately (0, else 1)")


def _help(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="the command to tell about; none: the list")


def _url(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", help="the address of a feed, a page, a site, a channel or a project")


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="+", help="its name, as “bellwether sources” shows it, or its address")


def _file(parser: argparse.ArgumentParser) -> None:
    file = parser.add_argument("file", type=Path, help="an OPML or TOML file")
    file.complete = FILES  # type: ignore[attr-defined] # read by shtab


def _shell(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="the shell to write it for")


def _to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the file to write; an earlier backup of that name is replaced")


def _from(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a file that `bellwether backup` wrote")


def _move(parser: argparse.ArgumentParser) -> None:
    source = parser.add_argument("source", metavar="FROM", help="a file, or postgresql://user@server/name")
    target = parser.add_argument("target", metavar="TO", help="the same; nothing may be there, or half of this archive")
    source.complete = target.complete = FILES  # type: ignore[attr-defined] # read by shtab


def _reread(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="only what was published since then")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=_positive, metavar="N", help="processes that read (1)")
    where.add_argument("--dask", metavar="ADDRESS", help="read on the Dask cluster whose scheduler is there")


def _positive(words: str) -> int:
    if (number := int(words)) < 1:
        raise ValueError
    return number


def _sources(parser: argparse.ArgumentParser) -> None:
    _add_all(parser, SOURCES, dest="sources_job", metavar="WHAT")


SOURCES = (
    Subcommand("list", "all of them (the default)", "Lists what is read, those that fail first.", "bellwether sources"),
    Subcommand(
        "check",
        "ask each one now and say how it fares",
        "Asks every source now. The exit code is 1 where one fails.",
        "bellwether sources check",
    ),
    Subcommand(
        "add",
        "read one more feed",
        "Finds the feed, reads it, says what it holds, and adds it. What cannot be read is not added (exit code 1).",
        "bellwether sources add https://example.org/feed.xml",
        _url,
    ),
    Subcommand(
        "drop",
        "read one no more",
        "Ends reading a source. What was read of it stays.",
        "bellwether sources drop Example Times",
        _name,
    ),
    Subcommand(
        "import",
        "read all that an OPML or TOML file names",
        "Adds every source of the file that is not read yet.",
        "bellwether sources import feeds.opml",
        _file,
    ),
    Subcommand(
        "export",
        "as OPML, on standard output",
        "Writes all sources as OPML, as other feed readers take it.",
        "bellwether sources export > feeds.opml",
    ),
)

SUBCOMMANDS = (
    Subcommand(
        "run",
        "read the sources, tell the briefs, answer; until stopped",
        "Runs the bot: in Slack, on Telegram and by mail where they are set up, otherwise in this terminal. Stop it "
        "with Ctrl-C, or by SIGTERM.",
        "bellwether run",
        _run,
    ),
    Subcommand(
        "setup",
        "ask what is needed, try it, and write it down",
        "Asks for the tokens of Slack, Telegram and Claude and for a mail server, and tries each; when the brief "
        "comes, what is read, and where the pages are served. Writes .env and bellwether.toml here. Every question "
        "can be skipped, and all of it run again.",
        "bellwether setup",
    ),
    Subcommand(
        "brief",
        "look once and show the brief as of now, without telling anybody",
        "Reads the sources once and shows the brief as it would be now. Nothing of it counts as told.",
        "bellwether brief --json > brief.json",
        _brief,
    ),
    Subcommand(
        "ask",
        "one command or question",
        "Says one thing to the bot, as you would in the chat, and prints the answer.",
        'bellwether ask "why 1"',
        _ask,
    ),
    Subcommand(
        "sources", "what is read, and how it fares", "Shows or changes what is read.", "bellwether sources", _sources
    ),
    Subcommand(
        "audit",
        "cut every stored quote again and compare, and check the file",
        "Proves every stored quote: cuts it again out of its stored article and compares. Checks that the database "
        "itself is whole. The exit code is 1, with the list, where it is not, or a quote differs.",
        "bellwether audit",
    ),
    Subcommand(
        "export",
        "the archive as JSON lines",
        "Writes the archive, a signal a line, oldest first.",
        "bellwether export > archive.jsonl",
        _export,
    ),
    Subcommand(
        "site",
        "the archive as pages, for any web server",
        "Writes the archive into a folder: pages, feeds and a sitemap, as files. Next time only what changed is "
        "written.",
        "bellwether site public",
        _site,
    ),
    Subcommand(
        "backup",
        "a checked copy of the database, while the bot runs",
        "Copies the database to a file that only you can read, checks the copy, then gives it its name. The bot may "
        "run meanwhile.",
        "bellwether backup bellwether-monday.db",
        _to,
    ),
    Subcommand(
        "restore",
        "put a backup back; stop the bot first",
        "Checks the backup, keeps what is there now in a file beside it, and puts the backup in its place. It is "
        "refused while the bot runs (exit code 4).",
        "bellwether restore bellwether-monday.db",
        _from,
    ),
    Subcommand(
        "move",
        "copy the archive to another database; stop the bot first",
        "Copies everything from one database to another, from a file to PostgreSQL or back, compares every row there "
        "and cuts every quote again. What was interrupted goes on where it was. It is refused while the bot runs (exit "
        "code 4).",
        "bellwether move bellwether.db postgresql://bellwether@server/bellwether",
        _move,
    ),
    Subcommand(
        "reread",
        "read the stored articles again, by the rules of this version; the bot may run meanwhile",
        "Reads again what the embedded analyst has read, and revises the signals where that changes their quotes, "
        "labels or strength; what a model has read stays. Nobody is told anything anew. What was interrupted goes on "
        "where it was.",
        "bellwether reread --since 2026-01-01 --workers 2",
        _reread,
    ),
    Subcommand(
        "doctor",
        "check settings, database, sources and tokens, each with what to do",
        "Looks at everything that can be wrong, and says of each what to do. The exit code is 1 where something is.",
        "bellwether doctor",
    ),
    Subcommand(
        "status",
        "the last run, the last brief, the next one, and what fails",
        "Shows how the bot is doing.",
        "bellwether status --check || systemctl restart bellwether",
        _status,
    ),
    Subcommand(
        "help",
        "the commands one can type to the bot",
        "Lists what can be said in the chat, or tells all about one command.",
        "bellwether help mute",
        _help,
    ),
    Subcommand(
        "completion",
        "a script by which the shell completes what you type",
        "Writes a completion script for bash, zsh, fish or tcsh to standard output.",
        "bellwether completion bash > ~/.local/share/bash-completion/completions/bellwether",
        _shell,
    ),
)


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    top = Parser(
        prog="bellwether",
        description="A morning brief, composed for you when the sources say something worth saying.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        example="bellwether run",
    )
    top.add_argument("--version", action="version", version=f"bellwether {VERSION}")
    _add_common(top, behind=False)
    _add_all(top, SUBCOMMANDS, dest="job", metavar="COMMAND")
    return top


def _add_common(parser: argparse.ArgumentParser, *, behind: bool = True) -> None:
    """Options that may stand before a subcommand and `behind` it, where only what is given counts."""
    unsaid, none = (argparse.SUPPRESS, argparse.SUPPRESS) if behind else (False, 0)
    parser.add_argument(
        "-v", "--verbose", action="count", default=none,
        help="show more of what happens, tracebacks included; -vv: what libraries say, too",
    )  # fmt: skip
    parser.add_argument("-q", "--quiet", action="store_true", default=unsaid, help="log nothing but errors")
    parser.add_argument(
        "--sample", action="store_true", default=unsaid,
        help="the bundled fictional edition, from a database of its own",
    )  # fmt: skip


def _add_all(parser: argparse.ArgumentParser, subcommands: Iterable[Subcommand], **naming: str) -> None:
    jobs = parser.add_subparsers(**naming, parser_class=Parser)  # type: ignore[call-overload] # its types want literals
    for each in subcommands:
        made = jobs.add_parser(
            each.name,
            help=each.summary,
            description=each.about,
            epilog=f"Example: {each.example}",
            example=each.example,
        )
        _add_common(made)
        each.add(made)


# --- mistakes ------------------------------------------------------------------------------------------------------


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence for a person."""

    def __init__(self, *args: Any, example: str, **named: Any) -> None:
        super().__init__(*args, **named)
        self.example = example

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As argparse does, but for words it does not know, which are an error of the subcommand they stand behind."""
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            self.exit(UNUSABLE, f"bellwether: {self._unknown_argument(rest[0])}\n")
        return found, rest

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and exit."""
        wrong = _CHOICE.search(message)
        lacking = "something is missing" if "required" in message or "expected" in message else "that cannot be used"
        said = self._unknown_word(wrong[1]) if wrong else f"{lacking}; write it as in: {self.example}"
        self.exit(UNUSABLE, f"bellwether: {said}\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        """As argparse does, which calls this for all that it prints; of an argument nothing acts on a terminal."""
        super()._print_message(harmless(redacted(message)), file)

    def _unknown_argument(self, word: str) -> str:
        near = difflib.get_close_matches(word, self._option_string_actions, n=1)
        hint = f"did you mean {near[0]}?" if near else f"`{self.prog} --help` shows what does."
        return f"{echo(word)} means nothing to `{self.prog}`; {hint}"

    def _unknown_word(self, word: str) -> str:
        """That there is no such subcommand, with what may be meant."""
        names = [name for action in self._actions for name in action.choices or ()]
        near = MEANT.get(word.lower()) or next(iter(difflib.get_close_matches(word.lower(), names, n=1)), None)
        if near in names:
            return f"there is no {echo(word)}; did you mean `{self.prog} {near}`?"
        if names == [each.name for each in SUBCOMMANDS] and _is_said_to_bot(word):
            return f'{echo(word)} is said to the bot, as in: bellwether ask "{cut(word)} …"'
        return f"there is no {echo(word)}; `{self.prog} --help` shows what there is."


def _is_said_to_bot(word: str) -> bool:
    from bot.conversation.commands.table import TABLE

    return word.lower() in TABLE
