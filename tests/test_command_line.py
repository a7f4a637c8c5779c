"""The command line as a newcomer and an operator meet it: real processes, a real feed server, a real database."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli.arguments import SOURCES, SUBCOMMANDS, parser
from bot.model.fingerprint import fingerprint
from bot.model.version import VERSION
from tests.clock import PATIENCE
from tests.process import Machine, end, ended, shown
from tests.servers.claude import claude_server
from tests.servers.claude_brains import good
from tests.servers.feeds import FeedServer, feed_server, item, rss

STRONG = (
    "<p>Shares in the world's memory chip makers lost $100bn of market value yesterday after Google Research published "
    "a paper showing that AI models can be compressed without losing accuracy. Micron, the largest American producer, "
    "fell 19 per cent.</p><p>“If models can run with materially lower memory requirements without losing performance, "
    "the cost of serving each query drops meaningfully,” said Shawn Kim, an analyst at Morgan Stanley. The ban on the "
    "old contracts ends a market order that had stood for ten years, he said.</p>"
    "<p>Investors had bought memory stocks on the assumption of lasting scarcity. SK Hynix fell 12 per cent in Seoul, "
    "and Samsung lost 9 per cent. The three companies had added $400bn in value since last year, according to Morgan "
    "Stanley. Google said that its method would be free for every company to use.</p>"
)


def strong(**fields: str) -> str:
    return item(
        "Memory chip stocks shed $100bn as AI-driven shortage trade unwinds",
        description=STRONG,
        pubDate="Fri, 27 Mar 2026 06:10:00 GMT",
        **fields,
    )


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server() as opened:
        yield opened


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    home = tmp_path / "home"
    home.mkdir()
    return Machine(home, BELLWETHER_ALLOW_PRIVATE_HOSTS="true", BELLWETHER_PIPELINE__HOST_PAUSE="0")


def reads(machine: Machine, *urls: str) -> Machine:
    """The same account with a sources file of these addresses."""
    path = machine.home / "sources.toml"
    path.write_text("".join(f'[[source]]\nurl = "{url}"\npublisher = "Daily {n}"\n' for n, url in enumerate(urls)))
    machine.environment["BELLWETHER_SOURCES"] = str(path)
    return machine


async def test_run_tells_the_brief_answers_and_leaves(server: FeedServer, machine: Machine) -> None:
    """`run` with piped input: the brief, then each line's answer in order, then 0 at the end of input."""
    server.put("/feed.xml", rss(strong()))
    run = await reads(machine, server.url("/feed.xml")).bellwether("run", typed="why 1\nmute AI for 7d\n", anew=True)
    assert run.code == 0, run.err
    told, why, mute = (run.out.index(words) for words in ("The Bellwether · Friday 27 March", "› why 1", "› mute AI"))
    assert told < run.out.index("Memory chip stocks shed $100bn") < why < mute
    assert "materially lower memory requirements" in run.out
    assert "INFO" not in run.err
    assert "Traceback" not in run.err


async def test_the_terminal_is_told_once_a_day(server: FeedServer, machine: Machine) -> None:
    """Opened again on the same day, the terminal shows the stored brief again, and tells nothing anew."""
    server.put("/feed.xml", rss(strong()))
    first = await reads(machine, server.url("/feed.xml")).bellwether("run")
    again = await machine.bellwether("run")
    assert (first.code, again.code) == (0, 0)
    assert again.out.strip() == first.out.strip()


async def test_brief_as_json_is_what_programs_rely_on(server: FeedServer, machine: Machine) -> None:
    """`brief --json` prints one object of the documented shape, whose quotes stand in it with their offsets."""
    server.put("/feed.xml", rss(strong()))
    brief = await reads(machine, server.url("/feed.xml")).within("brief", "--json")
    said = json.loads(brief.out)
    assert (brief.code, said["version"], said["outcome"], said["date"]) == (0, 1, "brief", "2026-03-27")
    first = said["signals"][0]
    assert first["strength"] == max(1, sum(first["parts"].values()))
    quotes = [quote for article in first["articles"] for quote in article["quotes"]]
    assert quotes
    assert all(quote["anchor"] in quote["text"] and quote["end"] > quote["start"] for quote in quotes)


async def test_brief_tells_nobody(server: FeedServer, machine: Machine) -> None:
    """What `brief` shows is still new to the terminal when `run` tells it."""
    server.put("/feed.xml", rss(strong()))
    await reads(machine, server.url("/feed.xml")).within("brief")
    run = await machine.bellwether("run")
    assert "1 signal" in run.out
    assert "new" in run.out


async def test_quiet_is_zero_with_its_reason_on_one_line(server: FeedServer, machine: Machine) -> None:
    """A morning on which nothing clears the bar is quiet: exit 0, the reason said."""
    server.put("/feed.xml", rss(item("Cup final ends in a goalless draw", description="<p>The match was dull.</p>")))
    brief = await reads(machine, server.url("/feed.xml")).within("brief")
    assert brief.code == 0
    assert brief.out.count("\n") == 1
    assert "Nothing new reached the bar of 6" in brief.out


async def test_unable_is_three(server: FeedServer, machine: Machine) -> None:
    """Where fewer than half of the sources could be read the outcome is unable, exit 3, and not quiet."""
    server.put("/down.xml", status=503)
    brief = await reads(machine, server.url("/down.xml")).within("brief", "--json")
    said = json.loads(brief.out)
    assert (brief.code, said["outcome"]) == (3, "unable")
    assert "0 of 1 source" in said["account"]["reason"]


async def test_without_a_network_the_sample_edition_is_played(machine: Machine) -> None:
    """Nothing reachable and nothing stored: it says so, and plays the sample, labelled, from its own database."""
    machine.environment["BELLWETHER_PIPELINE__TIMEOUT"] = "1s"
    run = await machine.bellwether("--sample", "run", typed="why 1\n")
    assert run.code == 0, run.err
    assert run.out.startswith("This is the sample edition")
    assert "The Bellwether · Friday 27 March" in run.out
    assert "› why 1" in run.out
    (database,) = (machine.home / "data" / "bellwether").glob("*.db")
    assert database.name == f"sample-2026-03-27-{fingerprint()}.db"


async def test_a_second_run_is_refused(server: FeedServer, machine: Machine) -> None:
    """A second `run` on the database leaves with 4 and one sentence; other jobs work beside the first."""
    server.put("/feed.xml", rss(strong()))
    first = await reads(machine, server.url("/feed.xml")).start("run")
    await shown(first.stdout, b"Friday 27 March")
    second, status = await asyncio.gather(machine.bellwether("run"), machine.within("status"))
    assert second.code == 4
    assert second.err.count("\n") == 1
    assert "Another `bellwether run`" in second.err
    assert status.code == 0
    assert (await ended(first)).code == 0


async def test_who_waits_takes_over(server: FeedServer, machine: Machine) -> None:
    """`run --wait` begins when the first is gone, though it was killed and could let go of nothing."""
    server.put("/feed.xml", rss(strong()))
    first = await reads(machine, server.url("/feed.xml")).start("run")
    second = None
    try:
        await shown(first.stdout, b"Friday 27 March")
        second = await machine.start("-v", "run", "--wait")
        await shown(second.stderr, b"waiting for the lease")
        first.kill()
        await first.communicate()
        over = await ended(second)
        assert over.code == 0
        assert "The Bellwether" in over.out
    finally:
        for each in (first, second):
            if each is not None:
                await end(each)


async def test_sigterm_ends_it_cleanly(server: FeedServer, machine: Machine) -> None:
    """SIGTERM during a conversation ends the bot with 0, and the next start needs no repair."""
    server.put("/feed.xml", rss(strong()))
    run = await reads(machine, server.url("/feed.xml")).start("run", anew=True)
    await shown(run.stdout, b"Friday 27 March")
    run.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(run.wait(), PATIENCE) == 0
    assert run.stdin is not None
    run.stdin.close()
    audit = await machine.within("audit")
    assert audit.code == 0, audit.out


async def test_backed_up_and_restored(server: FeedServer, machine: Machine) -> None:
    """A backup beside the database, put back: what was muted since is forgotten, and it is said where that is now."""
    server.put("/feed.xml", rss(strong()))
    await reads(machine, server.url("/feed.xml")).bellwether("run", typed="")
    backup = await machine.within("backup", str(machine.home / "monday.db"))
    assert (backup.code, backup.err) == (0, "")
    assert re.fullmatch(r".*monday\.db holds everything, checked: \d+\.\d MB\.\n", backup.out)
    assert (await machine.within("ask", "mute AI for 7d")).code == 0
    restored = await machine.within("restore", str(machine.home / "monday.db"))
    assert restored.code == 0
    assert re.search(r"is back in place\. What was there before is now .*bellwether\.db\.before-", restored.out)
    assert "Nothing is muted" in (await machine.within("ask", "mutes")).out
    assert (await machine.within("audit")).code == 0
    missing = await machine.within("restore", "nowhere.db")
    assert (missing.code, missing.out) == (5, "")
    assert "There is no file nowhere.db to restore." in missing.err


async def test_moved_and_read_again(server: FeedServer, machine: Machine) -> None:
    """The archive goes on from where it was moved to; read again by the same rules it is the same."""
    server.put("/feed.xml", rss(strong()))
    await reads(machine, server.url("/feed.xml")).within("brief")
    file, moved = machine.home / "data" / "bellwether" / "bellwether.db", machine.home / "moved.db"
    done = await machine.within("move", str(file), f"sqlite:///{moved}")
    assert done.code == 0, done.err
    assert re.search(r"moved\.db: \d+ rows, each compared, and \d+ quotes cut again, in \d+ s\.", done.out)
    machine.environment["BELLWETHER_DATABASE_URL"] = str(moved)
    again = await machine.within("reread", "--since", "2026-03-01")
    assert again.code == 0, again.err
    assert re.fullmatch(
        r"1 article read again in \d+ s \(\d+ a second\): 0 of them otherwise than before, 0 signals revised\.\n",
        again.out,
    )
    refused = await machine.within("move", str(file), str(moved))
    assert (refused.code, refused.out) == (5, "")
    assert "holds something already: name an empty database." in refused.err


async def test_audit_finds_a_quote_that_was_touched(server: FeedServer, machine: Machine) -> None:
    """A stored text that no longer holds a quote is listed, exit 1."""
    import sqlite3

    server.put("/feed.xml", rss(strong()))
    await reads(machine, server.url("/feed.xml")).within("brief")
    assert (await machine.within("audit")).code == 0
    database = sqlite3.connect(machine.home / "data" / "bellwether" / "bellwether.db")
    database.execute("update articles set text = replace(text, 'materially', 'marginally')")
    database.commit()
    database.close()
    audit = await machine.within("audit")
    assert audit.code == 1
    assert "materially lower" in audit.out


async def test_sources_are_checked_added_imported_and_exported(server: FeedServer, machine: Machine) -> None:
    """The operator's whole round over sources; a failing one is said with why, and stops nothing."""
    server.put("/feed.xml", rss(strong()))
    server.put("/gone.xml", status=404)
    reads(machine, server.url("/feed.xml"), server.url("/gone.xml"))
    check = await machine.within("sources", "check")
    assert check.code == 1
    assert "ok      " in check.out
    assert "failed  " in check.out
    server.put("/more.xml", rss(item("One more")))
    added = await machine.within("sources", "add", server.url("/more.xml"))
    assert added.code == 0
    opml = machine.home / "more.opml"
    opml.write_text(f'<opml version="2.0"><body><outline text="x" xmlUrl="{server.url("/opml.xml")}"/></body></opml>')
    imported = await machine.within("sources", "import", str(opml))
    assert (imported.code, imported.out) == (0, "1 source added, 0 read already.\n")
    opml.write_text('<opml version="2.0"><body><outline text="Hub" xmlUrl="rsshub://x"/></body></opml>')
    passed_over = await machine.within("sources", "import", str(opml))
    assert passed_over.code == 1
    assert passed_over.out.startswith("0 sources added, 0 read already, 1 passed over:\nline 1: “Hub”: “rsshub://x” is")
    exported = await machine.within("sources", "export")
    for path in ("/feed.xml", "/more.xml", "/opml.xml"):
        assert server.url(path) in exported.out


async def test_a_source_that_needs_a_model_is_named(server: FeedServer, machine: Machine) -> None:
    """Where no model reads, the check says which sources need one, and how many articles in which languages."""
    server.put("/ja.xml", rss(item("政府が半導体の輸出を禁止した"), item("港の労働者がストライキ")))
    check = await reads(machine, server.url("/ja.xml")).within("sources", "check")
    assert "2 entries; in Japanese, which needs a model to be read" in check.out
    assert check.out.endswith("2 articles in Japanese need a model.\n")


async def test_export_is_the_archive_as_json_lines(server: FeedServer, machine: Machine) -> None:
    """One signal a line, each of the shape the brief has."""
    server.put("/feed.xml", rss(strong()))
    await reads(machine, server.url("/feed.xml")).within("brief")
    lines = (await machine.within("export")).out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["s1"]


async def test_the_archive_is_written_as_files(server: FeedServer, machine: Machine) -> None:
    """A page of its signal, with the address of the settings; again, nothing; a file in the way is said."""
    server.put("/feed.xml", rss(strong()))
    await reads(machine, server.url("/feed.xml")).within("brief")
    machine.environment["BELLWETHER_WEB__ADDRESS"] = "https://signals.example"
    wrote = await machine.within("site", "public")
    assert "files in public" in wrote.out
    assert "https://signals.example/s/1" in (machine.home / "public/s/1/index.html").read_text(encoding="utf-8")
    assert "0 written now, 0 removed." in (await machine.within("site", "public")).out
    (machine.home / "taken").write_text("a file", encoding="utf-8")
    refused = await machine.within("site", "taken")
    assert (refused.code, "taken cannot be written" in refused.err) == (1, True)


async def test_what_was_asked_is_exported(server: FeedServer, machine: Machine) -> None:
    """One question a line, with its answer and what it quotes."""
    server.put("/feed.xml", rss(strong()))
    await reads(machine, server.url("/feed.xml")).within("brief")
    assert (await machine.within("export", "--questions")).out == ""
    await machine.within("ask", "why s1")
    (line,) = (await machine.within("export", "--questions")).out.splitlines()
    record = json.loads(line)
    assert (record["question"], record["signal"], record["platform"]) == ("why s1", "s1", "console")
    assert record["quotes"]
    assert all(quote["text"] in record["answer"] for quote in record["quotes"])


@pytest.mark.parametrize(
    ("environment", "words", "code", "said"),
    [
        (
            {"BELLWETHER_BRIEF__BAR": "44"},
            ["status"],
            2,
            "BELLWETHER_BRIEF__BAR is “44”; write a whole number from 1 to 10.",
        ),
        ({"BELLWETHER_SOURCES": "nowhere.toml"}, ["status"], 2, "nowhere.toml"),
        ({"BELLWETHER_DATABASE_URL": "/dev/null/x.db"}, ["status"], 5, "/dev/null"),
        ({"BELLWETHER_ANALYST__KIND": "claude"}, ["status"], 2, "ANTHROPIC_API_KEY"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, ["run"], 6, "Slack"),
    ],
)
async def test_errors_are_one_sentence(
    machine: Machine, environment: dict[str, str], words: list[str], code: int, said: str
) -> None:
    """What cannot be used is one sentence on standard error with what to do, its own exit code, never a traceback."""
    machine.environment.update(environment)
    failed = await (machine.bellwether if words == ["run"] else machine.within)(*words)
    assert failed.code == code, failed.err
    assert said in failed.err
    assert "Traceback" not in failed.err
    assert failed.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["brif"], "there is no “brif”; did you mean `bellwether brief`?"),
        (["start"], "there is no “start”; did you mean `bellwether run`?"),
        (["why", "1"], '“why” is said to the bot, as in: bellwether ask "why …"'),
        (["xyzzy"], "there is no “xyzzy”; `bellwether --help` shows what there is."),
        (["sources", "ad", "x"], "there is no “ad”; did you mean `bellwether sources add`?"),
        (["brief", "--jsn"], "“--jsn” means nothing to `bellwether brief`; did you mean --json?"),
        (["doctor", "now"], "“now” means nothing to `bellwether doctor`; `bellwether doctor --help` shows what does."),
        (
            ["sources", "add"],
            "something is missing; write it as in: bellwether sources add https://example.org/feed.xml",
        ),
        (["run", "--wait=3"], "that cannot be used; write it as in: bellwether run"),
    ],
)
def test_a_mistyped_word_gets_one_sentence(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what may be meant, or how it is written; the exit code is that of words that cannot be used."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"bellwether: {said}\n"


@pytest.mark.parametrize("words", [[each.name] for each in SUBCOMMANDS] + [["sources", each.name] for each in SOURCES])
def test_each_subcommand_says_what_it_is_for(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """With an example that the command line itself takes."""
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    example = shown.partition("Example: ")[2].strip()
    assert example.startswith(" ".join(("bellwether", *words)).removesuffix(" list"))
    parser().parse_args(shlex.split(re.split(r" \|\| | > ", example)[0])[1:])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["ask", ""], 2, "there is nothing to answer"),
        (["ask", " ", " "], 2, "there is nothing to answer"),
        (["ask", "bar 77"], 1, "The bar is a strength from 1 to 10"),
        (["ask", "at half past"], 1, "neither a time of day"),
        (["setup"], 2, "setup asks questions, and this is no terminal"),
        (["help", "nope"], 1, "There is no command “nope”"),
        (["help", "mute"], 0, "mute"),
        (["sources", "add", "nonsense"], 1, "is no address"),
        (["sources", "add", "http://127.0.0.1:9/feed"], 1, "was not added"),
        (["sources", "drop", "Nobody"], 1, "No source is called “Nobody”"),
        (["sources", "import", "gone.opml"], 2, "There is no sources file gone.opml."),
        (["brief", "--sample"], 0, "The Bellwether"),
    ],
)
async def test_exit_codes_are_true(machine: Machine, words: list[str], code: int, said: str) -> None:
    """What was not done is not 0; options of all subcommands may stand behind one."""
    ended = await machine.within(*words)
    assert ended.code == code, ended
    assert said in " ".join((ended.out + ended.err).split())


async def test_version_and_help_need_nothing(machine: Machine) -> None:
    """`--version`, `--help` and no words at all work before anything is set up."""
    version, usage, nothing = await asyncio.gather(
        *(machine.bellwether(*words, anew=True) for words in (("--version",), ("--help",), ()))
    )
    assert version.out == f"bellwether {VERSION}\n"
    assert (usage.code, nothing.code) == (0, 2)
    assert not (machine.home / "data").exists()


async def test_doctor_says_what_to_do(server: FeedServer, machine: Machine) -> None:
    """Each thing looked at is one line; what is wrong comes with what to do, and the exit code is 1."""
    server.put("/feed.xml", rss(strong()))
    reads(machine, server.url("/feed.xml"))
    machine.environment["SLACK_BOT_TOKEN"] = "xoxb-1"
    doctor = await machine.within("doctor")
    assert doctor.code == 1
    assert "SLACK_APP_TOKEN is not set" in doctor.out
    assert "bellwether run" in doctor.out
    for about in ("settings", "database", "sources", "Telegram", "Claude"):
        assert about in doctor.out


async def test_a_list_of_sources_on_the_web_is_followed(server: FeedServer, machine: Machine) -> None:
    """BELLWETHER_SOURCES may be an address; while it can't be had, what is known from it is read on."""
    server.put("/feed.xml", rss(strong()))
    server.put("/list.toml", f'[[source]]\nurl = "{server.url("/feed.xml")}"\n', type="text/plain")
    machine.environment["BELLWETHER_SOURCES"] = server.url("/list.toml")
    first = await machine.within("brief", "--json")
    assert json.loads(first.out)["outcome"] == "brief"
    server.put("/list.toml", status=503)
    asked = len(server.seen("/list.toml"))
    told = await machine.within("ask", "sources")
    assert (told.code, len(server.seen("/list.toml"))) == (0, asked)
    again = await machine.within("brief", "--json")
    assert (again.code, json.loads(again.out)["account"]["sources"]) == (0, 1)


async def test_a_list_of_sources_that_was_never_had_is_an_error(server: FeedServer, machine: Machine) -> None:
    """With nothing known, an address that gives no list is one sentence and exit 2."""
    server.put("/list.toml", status=404)
    machine.environment["BELLWETHER_SOURCES"] = server.url("/list.toml")
    failed = await machine.within("brief")
    assert (failed.code, failed.err.count("\n")) == (2, 1)
    assert "/list.toml" in failed.err or "404" in failed.err


async def test_claude_in_the_whole_process(server: FeedServer, machine: Machine) -> None:
    """By ANTHROPIC_BASE_URL: the brief is composed by Claude, a question answered with its quote, the cost is told."""
    server.put("/feed.xml", rss(strong()))
    async with claude_server(good) as claude:
        reads(machine, server.url("/feed.xml"))
        machine.environment |= {"ANTHROPIC_BASE_URL": claude.url, "ANTHROPIC_API_KEY": claude.key}
        brief = json.loads((await machine.within("brief", "--json")).out)
        answer = await machine.within("ask", "why s1 how far did SK Hynix fall in Seoul?")
        status, doctor = await machine.within("ask", "status"), await machine.within("doctor")
        assert {ask.step for ask in claude.asks} == {"read", "compose", "answer"}
        assert claude.refusals == []
    (signal,) = brief["signals"]
    assert (signal["composed_by"], signal["articles"][0]["read_by"]) == ("claude", "claude")
    assert "SK Hynix fell 12 per cent in Seoul" in answer.out
    assert re.search(r"Claude: \$0\.0\d today of \$1\.00", status.out)
    assert "ok     Claude claude-sonnet-5-5: active; $2.0/$10.0/$0.1 a million tokens" in doctor.out
    assert (await machine.within("audit")).code == 0


PAGE = "<html><head><title>{n}</title></head><body><article><h1>{n}</h1>{body}</article></body></html>"


@pytest.mark.parametrize("requests", [1, 3, 4])
async def test_killed_at_any_moment_it_goes_on(server: FeedServer, machine: Machine, requests: int) -> None:
    """Killed while it reads, the next start continues: each article once, none lost, every quote standing."""
    firms = ("Calder", "Norvik", "Tamasek")
    for firm in firms:
        body = STRONG.replace("Micron", firm).replace("Google", f"{firm} Labs").replace("$100bn", f"${len(firm)}0bn")
        server.put(f"/{firm}.html", PAGE.format(n=f"{firm} sheds value", body=body), type="text/html", drip=None)
    items = [
        item(f"{firm} sheds value as shortage trade unwinds", link=server.url(f"/{firm}.html"), description="Short.")
        for firm in firms
    ]
    server.put("/feed.xml", rss(*items), etag='"1"')
    first = await reads(machine, server.url("/feed.xml")).start("run")
    await server.asked(requests)
    first.kill()
    await ended(first)
    second = await machine.within("brief")
    assert second.code == 0, second.err
    signals = [json.loads(line) for line in (await machine.within("export")).out.splitlines()]
    links = sorted(article["link"] for signal in signals for article in signal["articles"])
    assert links == sorted(server.url(f"/{firm}.html") for firm in firms)
    assert (await machine.within("audit")).code == 0
