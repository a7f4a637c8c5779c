"""Setting up: each token is tried as it is given, only what was taken is written, and what is there already stays."""

from __future__ import annotations

import socket
import stat
from collections import deque
from collections.abc import AsyncIterator, Collection, Sequence
from pathlib import Path
from typing import Any

import pytest
from dotenv import dotenv_values
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from pydantic import SecretStr

from bot.cli.setup import choosing
from bot.cli.setup.files import keep_secrets, keep_settings
from bot.cli.setup.interview import Interview, hello, masked, modules
from bot.cli.setup.terminal import TerminalDialogue
from bot.model.settings import CHAT_PLATFORMS, Settings, load
from bot.reading import sources
from handlers.mail import setup as mail_setup
from handlers.slack import setup as slack_setup
from handlers.telegram import setup as telegram_setup
from tests.servers.claude import claude_server
from tests.servers.claude_brains import good
from tests.servers.mail import PASSWORD, READERS, USER, MailStandIn, mail_server
from tests.servers.ports import bound
from tests.servers.slack import Slack, our_manifest, slack_server
from tests.servers.telegram import TOKEN, Telegram, telegram_server

YES, NO = "yes", "no"
BOT_TOKEN = "Telegram’s bot token"


class Scripted:
    """A person who answers by what the question begins with, each time with the next of their answers, else Enter."""

    def __init__(self, answers: dict[str, Sequence[str]]) -> None:
        self.answers = {begins: deque(given) for begins, given in answers.items()}
        self.said: list[str] = []
        self.asked: list[str] = []

    @property
    def screen(self) -> str:
        return "\n".join((*self.said, *self.asked))

    def say(self, words: str) -> None:
        self.said.append(words)

    async def ask(self, question: str, default: str = "") -> str:
        return self._next(question) if self._next(question, peek=True) else default

    async def secret(self, question: str) -> str:
        return self._next(question)

    async def confirm(self, question: str, *, default: bool) -> bool:
        return {YES: True, NO: False, "": default}[self._next(question)]

    async def choose(
        self, question: str, offered: Sequence[tuple[str, str]], chosen: Collection[str]
    ) -> tuple[str, ...]:
        picked = self._next(question)
        return tuple(picked.split(",")) if picked else tuple(chosen)

    def _next(self, question: str, *, peek: bool = False) -> str:
        if not peek:
            self.asked.append(question)
        waiting = next((given for begins, given in self.answers.items() if question.startswith(begins)), None)
        if not waiting:
            return ""
        return waiting[0] if peek else waiting.popleft()


Answers = dict[str, Sequence[str]]


async def interviewed(settings: Settings, folder: Path, answers: Answers | None = None) -> tuple[Scripted, Settings]:
    """The dialogue as it went, and the settings at its end."""
    dialogue = Scripted(answers or {})
    interview = Interview(dialogue, settings, folder)
    await interview.run()
    return dialogue, interview.settings


def leading(**server: Any) -> Settings:
    """Settings that lead to the tests' servers and hold no secret."""
    return load(**{name: value for name, value in server.items() if name.endswith("_url")})


def written(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    made = tmp_path / "here"
    made.mkdir()
    monkeypatch.chdir(made)
    return made


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with slack_server() as server:
        server.install(our_manifest())
        yield server


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with telegram_server() as server:
        yield server


# --- skipping --------------------------------------------------------------------------------------------------------


async def test_who_only_presses_enter_changes_nothing(folder: Path) -> None:
    """Each step says where to get what it asks for; nothing is written, and the bot works in the terminal."""
    dialogue, after = await interviewed(load(), folder)
    assert written(folder) == []
    assert after == load()
    for words in (
        "api.slack.com/apps",
        "seeds/slack-manifest.yaml",
        "@BotFather",
        "console.anthropic.com",
        "bellwether run",
    ):
        assert words in dialogue.screen


def test_every_chat_platform_brings_its_own_step() -> None:
    """By its folder's name; what it asks for are settings, and its secrets are kept out of the log."""
    assert tuple(each.SETUP.name for each in modules()) == CHAT_PLATFORMS
    for setup in (each.SETUP for each in modules()):
        table = type(getattr(load(), setup.name)).model_fields
        assert {setup.key, *(each.key for each in setup.questions)} <= set(table)
        for each in setup.secrets:
            field = table[each.path[1]] if each.path[1:] else Settings.model_fields[each.path[0]]
            assert field.annotation == SecretStr | None


# --- tokens ----------------------------------------------------------------------------------------------------------


async def test_a_refused_token_is_said_and_not_kept(slack: Slack, folder: Path) -> None:
    """It is asked for again; the one that Slack takes is kept, in a file that is its owner's alone."""
    good_token, app_token = slack.settings["slack_bot_token"], slack.settings["slack_app_token"]
    answers: Answers = {
        "Slack’s app-level": [app_token, app_token],
        "Slack’s bot": ["xoxb-wrong", good_token],
        "Keep": [NO],
    }
    dialogue, after = await interviewed(leading(**slack.settings), folder, answers)
    assert "wrong  Slack bot token: Slack does not take it" in dialogue.screen
    assert "ok     Slack bot token" in dialogue.screen
    kept = dotenv_values(folder / ".env")
    assert kept == {"SLACK_APP_TOKEN": app_token, "SLACK_BOT_TOKEN": good_token}
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    assert after.chat_platforms == ("slack",)
    assert load().slack_bot_token == after.slack_bot_token


async def test_what_is_set_is_shown_by_its_end_and_kept_by_enter(slack: Slack, folder: Path) -> None:
    """Run again: no secret stands whole on the screen, and nothing is written."""
    settings = load(**slack.settings)
    dialogue, after = await interviewed(settings, folder, {"Say hello": [NO]})
    assert after == settings
    assert written(folder) == []
    for token in (slack.settings["slack_bot_token"], slack.settings["slack_app_token"]):
        assert token not in dialogue.screen
        assert f"now {masked(token)}; Enter keeps it" in dialogue.screen


def test_a_short_secret_is_not_shown_at_all() -> None:
    """Four of its characters would be a good part of it."""
    assert masked("0123456789abcde") == "set"
    assert masked("0123456789abcdef") == "…cdef"


async def test_a_platform_that_does_not_answer_is_said_and_can_be_kept(folder: Path) -> None:
    """The token was not tried: the person decides."""
    settings = load(telegram_api_url="http://127.0.0.1:9/bot")
    dialogue, after = await interviewed(settings, folder, {BOT_TOKEN: [TOKEN], "Keep": [YES]})
    assert "the token was not tried" in dialogue.screen
    assert dotenv_values(folder / ".env") == {"TELEGRAM_BOT_TOKEN": TOKEN}
    assert after.chat_platforms == ("telegram",)


async def test_what_the_environment_sets_too_is_said(
    telegram: Telegram, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would go first, and the new token would seem to have no effect."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:old")
    settings = load(**telegram.settings | {"telegram_bot_token": None})
    dialogue, _ = await interviewed(settings, folder, {BOT_TOKEN: [TOKEN]})
    assert "TELEGRAM_BOT_TOKEN is set in the environment too" in dialogue.screen


async def test_claudes_key_is_tried(folder: Path) -> None:
    """By asking what the models can do, which costs nothing; a key that is refused is not kept."""
    async with claude_server(good) as server:
        settings = load(anthropic_base_url=server.url)
        answers: Answers = {"Claude’s key": ["sk-ant-wrong", server.key], "Keep": [NO]}
        dialogue, after = await interviewed(settings, folder, answers)
        assert server.asks == []
    assert "wrong  Claude" in dialogue.screen
    assert "ok     Claude" in dialogue.screen
    assert dotenv_values(folder / ".env") == {"ANTHROPIC_API_KEY": server.key}
    assert after.anthropic_api_key is not None


# --- settings --------------------------------------------------------------------------------------------------------


async def test_when_is_asked_until_it_is_a_time_and_a_zone(folder: Path) -> None:
    """What is wrong is said as the chat says it; comments and other keys of the file stay."""
    path = folder / "bellwether.toml"
    path.write_text('# ours\n[brief]\nbar = 7 # high\nat = "06:00"\n')
    answers: Answers = {"Time of day": ["half past", "8.15"], "Time zone": ["Nowhere", "rome"]}
    dialogue, after = await interviewed(load(), folder, answers)
    assert "“half past” is not a time of day" in dialogue.screen
    assert "“Nowhere” is not a time zone" in dialogue.screen
    text = path.read_text()
    assert text.startswith("# ours\n[brief]\nbar = 7 # high\n")
    assert load().brief == after.brief
    assert (after.brief.timezone, f"{after.brief.at:%H:%M}", after.brief.bar) == ("Europe/Rome", "08:15", 7)


async def test_the_chosen_interests_become_a_list(folder: Path) -> None:
    """Of the starter sources; chosen again it is written again, and all of it can be read."""
    _, after = await interviewed(load(), folder, {"What": ["economic,political"]})
    listed = sources.read(Path(after.sources))
    assert 0 < len(listed) < len(sources.read_starter())
    assert all({"economic", "political"} & set(each.categories) for each in listed)
    assert set(listed) <= set(sources.read_starter())
    _, again = await interviewed(load(), folder, {"What": ["technological"]})
    assert len(sources.read(Path(again.sources))) == choosing.count(["technological"]) < len(listed)
    dialogue, same = await interviewed(load(), folder)
    assert same.sources == again.sources
    assert "Kept in" not in dialogue.screen


@pytest.mark.parametrize("named", [True, False])
async def test_a_list_of_ones_own_stays(folder: Path, *, named: bool) -> None:
    """Whether the settings name it, or it only stands in the way."""
    own = folder / choosing.FILE
    own.write_text('[[source]]\nurl = "https://example.org/feed"\n')
    settings = load(sources=str(own)) if named else load()
    dialogue, after = await interviewed(settings, folder, {"What": ["economic"]})
    assert own.read_text() == '[[source]]\nurl = "https://example.org/feed"\n'
    assert after == settings
    assert ("it stays as it is" if named else "is there already and is not read") in dialogue.screen


# --- mail ------------------------------------------------------------------------------------------------------------


def by_mail(server: MailStandIn, *passwords: str) -> Answers:
    """What a person says who has that server, and tries these passwords."""
    return {
        "Mail server": ["smtp example", "127.0.0.1"],
        "The address that": [USER],
        "Encryption": ["none"],
        "Port": [str(server.port)],
        "To which addresses": [", ".join(READERS)],
        "The password": passwords,
        "Keep": [NO],
    }


async def test_mail_is_signed_in_before_it_is_kept(folder: Path) -> None:
    """The password that the server refuses is said and asked for again, and nothing else has to be typed anew; then
    each reader may have a first mail, laid out as every mail is."""
    async with mail_server() as server:
        dialogue, after = await interviewed(load(), folder, by_mail(server, "guess", PASSWORD))
    assert "“smtp example” cannot be used; write the name of a mail server" in dialogue.screen
    assert "wrong  Mail server: 127.0.0.1" in dialogue.screen
    assert f"lets us in as {USER}" in dialogue.screen
    assert dotenv_values(folder / ".env") == {"BELLWETHER_MAIL__PASSWORD": PASSWORD}
    assert load().mail == after.mail
    assert (after.mail.user, after.mail.addresses) == (USER, READERS)
    assert [each.recipient for each in server.mails] == list(READERS)
    for kind in ("plain", "html"):
        body = server.mails[0].body(kind)
        assert "it works, and this is where the brief will come" in body
        assert "To get no more of it, write to" in body
        assert "“help”" not in body
    assert server.mails[0].mail["List-Unsubscribe"]
    assert f"Said in {READERS[0]}." in dialogue.screen
    assert "claim CODE" not in dialogue.screen


async def test_mail_that_is_not_taken_can_be_left(folder: Path) -> None:
    """Nothing is written then, and the rest is asked all the same."""
    async with mail_server() as server:
        dialogue, after = await interviewed(load(), folder, by_mail(server, "guess") | {"Try again": [NO]})
    assert (after, written(folder), server.mails) == (load(), [], [])
    assert "When the brief comes" in dialogue.screen


async def test_a_first_mail_that_is_refused_is_said(folder: Path) -> None:
    """With the server's own words; and so is what lacks in the settings."""
    async with mail_server(RCPT=["550 5.1.1 no such mailbox"]) as server:
        settings = load(mail={**server.settings["mail"], "addresses": [READERS[0]]})
        dialogue, _ = await interviewed(settings, folder)
        assert f"Not said in {READERS[0]}: the mail server says 550 5.1.1 no such mailbox." in dialogue.screen
    message = hello(load(), one_way=True)
    assert "no sender" in (await mail_setup.greet(load(mail={"server": "x.example"}), "a@b.example", message) or "")


# --- pages -----------------------------------------------------------------------------------------------------------


async def test_where_pages_are_served_is_tried(folder: Path) -> None:
    """By binding it: a port that is taken is said, and another one asked for; then they are served there."""
    with socket.create_server(("127.0.0.1", 0)) as taken, bound() as free:
        places = [f"127.0.0.1:{held.getsockname()[1]}" for held in (taken, free)]
        address = "https://signals.example"
        answers: Answers = {
            "Where to listen": ["nowhere", *places],
            "The address at which": ["signals.example", address],
            "A token": ["", "sesame"],
            "Keep": [NO],
        }
        dialogue, after = await interviewed(load(), folder, answers)
    assert "“nowhere” cannot be used; write where to listen, such as “127.0.0.1:8080”." in dialogue.screen
    assert f"wrong  Pages: {places[0]} cannot be used (address already in use)" in dialogue.screen
    assert f"ok     Pages: {places[1]} is free" in dialogue.screen
    assert load().web == after.web
    assert (after.web.listen, after.web.address) == (places[1], address)
    assert dotenv_values(folder / ".env") == {"BELLWETHER_WEB__TOKEN": "sesame"}


@pytest.mark.parametrize(
    ("host", "token", "is_said"), [("0.0.0.0", "", True), ("0.0.0.0", "x", False), ("127.0.0.1", "", False)]
)
async def test_pages_that_anybody_can_read_are_said(folder: Path, host: str, token: str, *, is_said: bool) -> None:
    """Where the machine can be reached and no token is asked for."""
    answers: Answers = {"Where to listen": [f"{host}:0"], "A token": [token]}
    dialogue, _ = await interviewed(load(), folder, answers)
    assert ("without a token whoever reaches this machine can read them" in dialogue.screen) == is_said


async def test_pages_that_are_served_now_are_not_in_their_own_way(folder: Path) -> None:
    """Setting up again beside a running bot: its port is not tried, and Enter keeps all of it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = load(web={"listen": f"127.0.0.1:{taken.getsockname()[1]}"})
        dialogue, after = await interviewed(settings, folder)
        assert after == settings
        _, after = await interviewed(settings, folder, {"A token": ["sesame"]})
        assert after.web.token is not None
    assert "wrong" not in dialogue.screen


# --- a greeting ------------------------------------------------------------------------------------------------------


async def test_hello_is_said_where_the_brief_will_come(slack: Slack, folder: Path) -> None:
    """The channel is asked for until it is a name; the bot joins it, and greets once."""
    answers: Answers = {"In which channels": ["#two words", "#signals, #nowhere"]}
    dialogue, after = await interviewed(load(**slack.settings), folder, answers)
    assert "“#two words” cannot be used; write names or ids of channels, such as “#signals”." in dialogue.screen
    (said,) = slack.messages("signals")
    assert "it works, and this is where the brief will come" in said.text
    assert "Said in #signals." in dialogue.screen
    assert "Not said in #nowhere: Slack knows no such channel" in dialogue.screen
    assert load().slack == after.slack


async def test_hello_is_said_on_telegram(telegram: Telegram, folder: Path) -> None:
    """Beside a bot that runs: no update is taken from it. A chat that the bot is not in is named."""
    anna = telegram.user("Anna")
    desk = telegram.adds_bot(anna, telegram.supergroup("Desk", anna, username="desk"), admin=True)
    settings = load(**telegram.settings, telegram={"chats": ("@desk", "-100999")})
    dialogue, _ = await interviewed(settings, folder)
    assert "Said in @desk." in dialogue.screen
    assert "Not said in -100999" in dialogue.screen
    assert "it works" in desk.texts[-1]
    assert not telegram.called("getUpdates")


@pytest.mark.parametrize(
    ("module", "variable"), [(slack_setup, "SLACK_BOT_TOKEN"), (telegram_setup, "TELEGRAM_BOT_TOKEN")]
)
async def test_without_a_token_nobody_is_greeted(module: Any, variable: str) -> None:
    """It is said which one lacks."""
    assert await module.greet(load(), "#signals", hello(load(), one_way=False)) == f"{variable} is not set"


# --- files -----------------------------------------------------------------------------------------------------------


def test_secrets_take_the_place_of_their_lines(tmp_path: Path) -> None:
    """A commented line is its variable's; what else stands there stays; any value is read back as it was."""
    path = tmp_path / ".env"
    path.write_text("# Slack\n#SLACK_BOT_TOKEN=\nexport OTHER=1\nTELEGRAM_BOT_TOKEN=old\n")
    odd = 'a\'b \\ "c" #d'
    keep_secrets(path, {"SLACK_BOT_TOKEN": "xoxb-1", "TELEGRAM_BOT_TOKEN": "1:new", "ANTHROPIC_API_KEY": odd})
    lines = path.read_text().splitlines()
    assert lines[:4] == ["# Slack", "SLACK_BOT_TOKEN=xoxb-1", "export OTHER=1", "TELEGRAM_BOT_TOKEN=1:new"]
    assert dotenv_values(path)["ANTHROPIC_API_KEY"] == odd
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [".env"]


def test_settings_keep_what_a_person_wrote(tmp_path: Path) -> None:
    """A new section is added, a known key changed in its place; the folder is made."""
    path = tmp_path / "new" / "bellwether.toml"
    keep_settings(path, {("sources",): "a.toml"})
    path.write_text(f"# mine\n{path.read_text()}\n[slack] # where\nchannels = []\n")
    keep_settings(path, {("slack", "channels"): ["#signals"], ("brief", "at"): "08:00"})
    text = path.read_text()
    assert text.startswith('# mine\nsources = "a.toml"\n')
    assert '[slack] # where\nchannels = ["#signals"]\n' in text
    assert '[brief]\nat = "08:00"' in text


# --- the terminal ----------------------------------------------------------------------------------------------------


async def test_it_is_asked_in_a_real_terminal() -> None:
    """Typed, kept by Enter, hidden, answered by y, and marked with the space bar."""
    with create_pipe_input() as keys:
        dialogue = TerminalDialogue(input=keys, output=DummyOutput())
        for typed in (" #signals \r", "\r", "xoxb-1\r", "y", " \r"):
            keys.send_text(typed)
        assert await dialogue.ask("Where?") == "#signals"
        assert await dialogue.ask("When?", "07:30") == "07:30"
        assert await dialogue.secret("Token?") == "xoxb-1"
        assert await dialogue.confirm("Sure?", default=False)
        assert await dialogue.choose("What?", [("a", "A"), ("b", "B")], ["a", "b"]) == ("b",)
