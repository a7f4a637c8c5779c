"""No secret is shown or logged: every setting and address that holds one, every command, every verbosity.

Whatever is secret here has “hush” in it, and that word occurs nowhere else.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import redirect_stderr
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli import logs
from bot.conversation.commands.table import TABLE
from bot.delivery.operators import Operators
from bot.model.delivery import DeliveryState
from bot.model.feed import Check, Entry, FeedDocument, Fetched, Offered
from bot.model.messages import plain, text
from bot.model.outgoing import Delivery
from bot.model.secrecy import Redactor, is_secret_name, public_address, redacted, without_userinfo
from bot.model.settings import load
from bot.model.source import Publisher, SourceHealth, SourceOrigin, SourceSpec
from bot.model.stores import Store
from handlers.slack.platform import open_platform as open_slack
from handlers.telegram.platform import open_platform as open_telegram
from tests.chat import Chat, platforms
from tests.clock import PATIENCE, FakeClock
from tests.handlers.deaf import Deaf
from tests.process import Ended, Machine, ended, subcommands
from tests.servers.feeds import FeedServer, feed_server, item, rss
from tests.talk import Talk, open_talk

HUSH = "hush"
TOKENS = {
    "SLACK_BOT_TOKEN": "xoxb-hush-bot",
    "SLACK_APP_TOKEN": "hush of another form",
    "TELEGRAM_BOT_TOKEN": "12345:hush-telegram",
    "ANTHROPIC_API_KEY": "hush-anthropic",
    "BELLWETHER_MAIL__PASSWORD": "hush of the mail",
}
PROXIES = {"HTTPS_PROXY": "http://proxy-user:hush-proxy@127.0.0.1:9", "all_proxy": "http://hush:hush@127.0.0.1:9"}
VERBOSITIES = ((), ("-q",), ("-v",), ("-vv",))


def whispered(url: str) -> str:
    """The address with a name, a password and a key in it."""
    return url.replace("//", "//hush-user:hush%20pass@") + "?page=1&api_key=hush-key&feedToken=hush&sig=hush#auth=hush"


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server() as opened:
        yield opened


@pytest.fixture
def machine(tmp_path: Path, server: FeedServer) -> Machine:
    """An account with every secret setting set, and private feeds that answer, fail, refuse, and are no feeds."""
    home = tmp_path / "home"
    home.mkdir()
    server.put("/feed.xml", rss(item("Ports close as cranes stop", link="/articles/1", description="<p>Closed.</p>")))
    server.put("/broken.xml", "<rss><channel><item")
    server.put("/down.xml", status=503)
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body></body></html>'
    server.put("/page.html", page, type="text/html")
    server.redirect("/moved.xml", "/feed.xml?token=hush")
    paths = ("/feed.xml", "/broken.xml", "/down.xml", "/page.html", "/missing.xml", "/moved.xml")
    urls = [*(whispered(server.url(path)) for path in paths), whispered("http://127.0.0.1:9/refused.xml")]
    (home / "sources.toml").write_text("".join(f'[[source]]\nurl = "{url}"\n' for url in urls))
    (home / "more.opml").write_text(
        '<opml><body><outline text="x" xmlUrl="https://u:hush@h:port/x"/>'
        f'<outline text="{whispered("http://127.0.0.1:9/a").replace("&", "&amp;")}" '
        f'xmlUrl="{whispered("http://127.0.0.1:9/a").replace("&", "&amp;")}"/></body></opml>'
    )
    return Machine(
        home,
        BELLWETHER_ALLOW_PRIVATE_HOSTS="true",
        BELLWETHER_PIPELINE__HOST_PAUSE="0",
        BELLWETHER_SOURCES=str(home / "sources.toml"),
        ANTHROPIC_BASE_URL=server.url("/claude").replace("//", "//u:hush@"),
        SLACK_API_URL=server.url("/slack/"),
        TELEGRAM_API_URL=server.url("/telegram/bot"),
        **TOKENS,
        **PROXIES,
    )


def commands(server: FeedServer) -> dict[str, tuple[str, ...]]:
    """Every subcommand but `run`, with the words that it needs."""
    more = {
        "ask": ("status",),
        "backup": ("copy.db",),
        "completion": ("bash",),
        "move": ("copy.db", "postgresql://reader:hush@127.0.0.1:9/nowhere"),
        "restore": ("copy.db",),
        "site": ("public",),
        "sources add": (whispered(server.url("/page.html")),),
        "sources drop": (whispered(server.url("/moved.xml")),),
        "sources import": ("more.opml",),
    }
    return subcommands(more)


def silent(ended: Ended, *, of: str, whole: bool = False) -> None:
    """Nothing secret was said; `whole`: but in what is written to be read by a program that needs it."""
    assert HUSH not in ended.err, (of, ended.err)
    assert whole or HUSH not in ended.out, (of, ended.out)


@pytest.mark.parametrize("verbosity", VERBOSITIES, ids=lambda flags: "".join(flags) or "plain")
async def test_no_subcommand_shows_a_secret(server: FeedServer, machine: Machine, verbosity: tuple[str, ...]) -> None:
    """Of a setting, an address or a proxy, on standard output or standard error."""
    for name, words in commands(server).items():
        said = await machine.within(*words, *verbosity)
        silent(said, of=name, whole=name == "sources export")
        assert "Traceback" not in said.err or verbosity in (("-v",), ("-vv",))


async def test_an_export_of_sources_says_that_it_holds_secrets(server: FeedServer, machine: Machine) -> None:
    """No reader could read the feeds without; on standard error, so that the file is what it should be."""
    said = await machine.within("sources", "export")
    assert "hush%20pass" in said.out
    assert said.err == "Keep this file to yourself: it holds the password or the key of 7 sources.\n"


@pytest.mark.parametrize(
    "settings",
    [
        {"BELLWETHER_DATABASE_URL": "postgresql://bot:hush@db.example/bellwether"},
        {"BELLWETHER_SOURCES": "https://u:hush@127.0.0.1:9/list.opml?token=hush"},
        {"ANTHROPIC_BASE_URL": "ftp://u:hush@claude.example/?key=hush"},
        {"TELEGRAM_API_URL": "u:hush@telegram.example"},
        {"BELLWETHER_NOW": "https://u:hush@clock.example"},
    ],
    ids=lambda given: next(iter(given)),
)
@pytest.mark.parametrize("verbosity", VERBOSITIES, ids=lambda flags: "".join(flags) or "plain")
async def test_settings_that_cannot_be_used(
    machine: Machine, settings: Mapping[str, str], verbosity: tuple[str, ...]
) -> None:
    """What is wrong with a setting is said without what is secret in it."""
    machine.environment |= settings
    said = await machine.within("sources", *verbosity)
    silent(said, of=str(settings))
    assert said.code in (2, 5)


async def test_words_that_cannot_be_used(machine: Machine) -> None:
    """Nor is it said back by the parser of the command line."""
    for words in (["https://u:hush@x.example"], ["sources", "list", "--key=hush"], ["brief", "?token=hush"]):
        with pytest.raises(SystemExit):
            await machine.within(*words)


async def test_a_running_bot_logs_no_secret(server: FeedServer, machine: Machine) -> None:
    """`run` at -vv, with platforms that answer nothing of use."""
    run = await machine.start("run", "-vv")
    assert run.stderr
    logged = ""
    async with asyncio.timeout(PATIENCE):
        while not all(f"{name} cannot be reached" in logged for name in ("Slack", "Telegram")):
            logged += (await run.stderr.readline()).decode()
    run.send_signal(signal.SIGTERM)
    said = await ended(run)
    assert "DEBUG" in logged
    silent(Ended(said.code, said.out, logged + said.err), of="run")


# --- the platforms' libraries ----------------------------------------------------------------------------------------


async def test_no_log_of_a_library_shows_a_token() -> None:
    """Not even the most talkative one: the token is in every address of Telegram's, and in every call of Slack's."""
    from tests.servers.slack import slack_server
    from tests.servers.slack_world import APP_TOKEN, BOT_TOKEN
    from tests.servers.telegram import TOKEN, telegram_server

    out = io.StringIO()
    with redirect_stderr(out), logs.opened(argparse.Namespace(quiet=False, verbose=2)):
        async with telegram_server() as telegram, open_telegram(load(**telegram.settings), Deaf()):
            await telegram.until(lambda: telegram.polled)
        async with slack_server() as slack, open_slack(load(**slack.settings), Deaf()):
            pass
    said = out.getvalue()
    assert "getMe" in said
    assert "auth.test" in said
    assert not any(token in said for token in (TOKEN, BOT_TOKEN, APP_TOKEN))


# --- the chat --------------------------------------------------------------------------------------------------------


@pytest.fixture
async def talk(store: Store, clock: FakeClock) -> Talk:
    """A conversation about private feeds, one of which fails with its address in the reason."""
    talk = await open_talk(store, clock)
    url = whispered("https://desk.example/feed.xml")
    for n, name in enumerate((None, f"Feed {url}")):
        spec, publisher = SourceSpec(f"{url}{n}", name), Publisher("desk.example", "Desk")
        source = await store.sources.add(spec, publisher, SourceOrigin.OPERATOR, clock.now())
        health = SourceHealth(source.id, checked_at=clock.now(), failures=3, error=f"{url} sends an empty answer.")
        await store.sources.record(Check(health), clock.now())
    error = f"Telegram cannot take {url}"
    dead = Delivery("d1", talk.channel.id, "console", "local", "brief:2026-03-27", 1, text("x"), DeliveryState.DEAD)
    await store.outbox.put(replace(dead, error=error), clock.now())
    return talk


async def test_no_command_in_the_chat_shows_a_secret(talk: Talk) -> None:
    """Of every command with every reply, its links and its buttons included."""
    for name in TABLE:
        for words in (name, f"{name} 1", f"{name} add x", f"{name} {whispered('https://a.example/x')}"):
            replies = await talk.replies(words)
            assert HUSH not in repr(replies), words


async def test_the_list_links_only_what_everybody_may_follow(talk: Talk) -> None:
    """A private feed stands there by its name, without a link, and says why it fails."""
    said = await talk.say("sources")
    assert "desk.example: failing, 3 times in a row: https://…@desk.example/feed.xml?page=1&api_key=…" in said


async def test_adding_dropping_and_choosing(talk: Talk) -> None:
    """What is said back of an address is without its secrets; where only the whole one would do, it is asked for."""
    url = whispered("https://site.example/")
    feeds = [url.replace("/?", f"/{n}.xml?") for n in "ab"]
    talk.web.offers[url] = Offered(tuple(feeds))
    for n, feed in enumerate(feeds):
        talk.web.known[feed] = Fetched(
            FeedDocument((Entry(f"News {n}", link=f"https://x/{n}"),)), None, None, None, None
        )
    replies = await talk.replies(f"sources add {url}")
    assert HUSH not in repr(replies)
    assert "Write “sources add” with its whole address." in plain(replies[-1].message)
    added = await talk.replies(f"sources add {feeds[0]}")
    dropped = await talk.replies(f"sources drop {feeds[0]}")
    assert HUSH not in repr((added, dropped))
    assert "Adding its address brings it back." in plain(dropped[-1].message)


async def test_operators_are_told_without_secrets(store: Store, clock: FakeClock, talk: Talk) -> None:
    """Whatever goes wrong, with whatever in its reason."""
    await Operators(store, ("chat:U1",), platforms(Chat()), clock).write(f"It failed at {whispered('https://x.org')}.")
    channel = await store.channels.find("chat", "DU1")
    assert channel
    claimed = await store.outbox.claim(clock.now(), ["chat"])
    assert claimed
    assert plain(claimed.message).startswith("It failed at https://…@x.org?page=1&api_key=…")


# --- what is a secret ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("https://user:pass@host/feed", "https://…@host/feed"),
        ("https://token@host/feed", "https://…@host/feed"),
        ("https://user:p/a?s#s@host/feed", "https://…@host/feed"),
        ("user:pass@example.org/feed", "…@example.org/feed"),
        ("see “https://u:p@host/a”, or https://u:p@host/b.", "see “https://…@host/a”, or https://…@host/b."),
        ("https://x/f?api_key=1&b=2&author=me&feedToken=9", "https://x/f?api_key=…&b=2&author=me&feedToken=…"),
        ("https://x/f?a=1&amp;key=2#access_token=3", "https://x/f?a=1&amp;key=…#access_token=…"),
        ("https://x/f?%74oken=abc", "https://x/f?%74oken=…"),
        ("https://x/f?feed=" + "0123456789abcdef" * 2, "https://x/f?feed=…"),
        ("https://x/go?to=https%3A%2F%2Fu%3Ap%40host%2Ff", "https://x/go?to=https%3A%2F%2F…@host%2Ff"),
        ("https://x/podcast/private/0123-4567-89ab-cdef.rss", "https://x/podcast/private/….rss"),
        ("POST https://api.telegram.org/bot123456:" + "A" * 35 + "/getMe", "POST https://api.telegram.org/bot…/getMe"),
        ("{'token': 'abc', 'channel': 'C1'}", "{'token': '…', 'channel': 'C1'}"),
        ("(b'Authorization', b'Basic dXNlcjpw')", "(b'Authorization', b'Basic …')"),
        ("xoxb-1-2-abcdefgh and xapp-1-abcdefgh and sk-ant-api03-abcdefghijkl", "… and … and …"),
    ],
)
def test_what_is_hidden(words: str, shown: str) -> None:
    """Names and passwords, keys, tokens of a known form; by the rest of an address one knows which it is."""
    assert redacted(words) == shown
    assert redacted(shown) == shown


@pytest.mark.parametrize(
    "words",
    [
        "https://medium.com/feed/@joe",
        "https://host:8080/@joe/rss",
        "https://mastodon.example/@a@b.example.rss",
        "https://www.youtube.com/feeds/videos.xml?channel_id=UC1234567890abcdefghijkl",
        "https://www.youtube.com/feeds/videos.xml?playlist_id=PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf",
        "https://x/search?q=keyword&author=me&passage=3&category=tokens&sort=signal",
        "mailto:joe@example.org",
        "Ratio 3:2 and me@example.org, at 10:30 @ the port",
        "https://x/f?feed=rss2&id=f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    ],
)
def test_what_is_public_stays(words: str) -> None:
    """An address that anybody may know is shown whole."""
    assert redacted(words) == words


def test_a_hostile_text_is_looked_through_in_linear_time() -> None:
    """Twice the text takes no more than about twice the steps: a megabyte of each is done at once."""
    for piece in ("//a:x", "//", "?key", "%2F%2Fa", "a:b@", "authorization ", "'token", "https://u:p/"):
        assert len(redacted(piece * (1_000_000 // len(piece)))) > 0


def test_names_of_parameters() -> None:
    """By their words, however they are joined."""
    secret = ("key", "api_key", "apiKey", "APIKEY", "X-Amz-Signature", "auth", "rss_token", "feedtoken", "pass", "sid")
    public = ("keyword", "author", "passage", "monkey", "signal", "category", "tokens_of", "design", "q", "")
    assert [name for name in secret if not is_secret_name(name)] == []
    assert [name for name in public if is_secret_name(name)] == []


def test_values_that_were_named() -> None:
    """As they are and as they stand in an address; what is too short to be told from other words is not looked for."""
    redact = Redactor(["p%40ss word", "abc", "longer p%40ss word"])
    assert redact("it was p%40ss word, p@ss word, longer p@ss word; abc") == "it was …, …, …; abc"


def test_addresses_for_everybody() -> None:
    """An address in which nothing is secret, or none; and one without a name and a password."""
    assert public_address("https://x.org/feed") == "https://x.org/feed"
    assert public_address("https://u:p@x.org/feed") is None
    assert without_userinfo("https://u:p@x.org/feed?a=b@c") == "https://x.org/feed?a=b@c"
