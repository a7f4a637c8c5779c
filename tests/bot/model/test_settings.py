"""Settings: every key from the file and the environment, and every complaint at once."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path

import pytest

from bot.model import setting_values, settings


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_need_nothing() -> None:
    """With nothing set the bot runs: the terminal, the starter sources, the embedded analyst."""
    loaded = settings.load()
    assert (loaded.brief.at, loaded.brief.bar, loaded.pipeline.every) == (time(7, 30), 6, 900)
    assert loaded.chat_platforms == ()


def test_the_environment_overrides_the_file(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key set in both places has the environment's value; the file's other keys stand."""
    (elsewhere / "bellwether.toml").write_text('[brief]\nat = "06:45"\nbar = 7\n[pipeline]\nevery = "5m"\n')
    monkeypatch.setenv("BELLWETHER_BRIEF__AT", "08:15")
    monkeypatch.setenv("BELLWETHER_BRIEF__DAYS", "mon,wed")
    loaded = settings.load()
    assert (loaded.brief.at, loaded.brief.bar, loaded.pipeline.every) == (time(8, 15), 7, 300)
    assert loaded.brief.days == ("mon", "wed")


def test_secrets_come_from_a_dotenv_file_too(elsewhere: Path) -> None:
    """A `.env` file sets what the environment would; tokens never show in a printed setting."""
    (elsewhere / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\nBELLWETHER_BRIEF__BAR=8\nUNRELATED=1\n")
    loaded = settings.load()
    assert loaded.chat_platforms == ("slack",)
    assert loaded.brief.bar == 8
    assert "xoxb-1" not in repr(loaded)


def test_everything_wrong_is_said_at_once(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One start names every setting that cannot be used, misspelt names included."""
    (elsewhere / "bellwether.toml").write_text("[brief]\nbarr = 7\n[breif]\nbar = 7\n")
    monkeypatch.setenv("BELLWETHER_BRIEF__TIMEZONE", "Mars/Olympus")
    monkeypatch.setenv("BELLWETHER_BRIEF__BAR", "44")
    monkeypatch.setenv("BELLWETHER_BRIFF__BAR", "4")
    with pytest.raises(ValueError, match="BRIFF") as caught:
        settings.load()
    said = str(caught.value)
    assert said.splitlines() == [
        "BELLWETHER_BRIFF__BAR is no setting of The Bellwether; did you mean BELLWETHER_BRIEF?",
        "bellwether.toml, line 3: breif is no setting of The Bellwether; did you mean brief?",
        "BELLWETHER_BRIEF__TIMEZONE is “Mars/Olympus”; write a time zone by its city, such as “Europe/Rome”",
        "BELLWETHER_BRIEF__BAR is “44”; write a whole number from 1 to 10",
        "bellwether.toml, line 2: barr is no setting of The Bellwether; did you mean bar?",
    ]


def test_a_broken_settings_file_is_named(elsewhere: Path) -> None:
    """A file that is no TOML is one sentence with its path."""
    (elsewhere / "bellwether.toml").write_text("[brief\n")
    with pytest.raises(ValueError, match=r"bellwether\.toml"):
        settings.load()


def test_a_named_file_must_exist(monkeypatch: pytest.MonkeyPatch, elsewhere: Path) -> None:
    """BELLWETHER_CONFIG that names nothing is said, not passed over."""
    monkeypatch.setenv("BELLWETHER_CONFIG", str(elsewhere / "gone.toml"))
    with pytest.raises(ValueError, match=r"gone\.toml"):
        settings.load()


WRONG = {
    "[brief]\nat = 15": "line 2: at is 15; write a time of day, such as “07:30”",
    '[brief]\nat = "15"': "line 2: at is “15”; write a time of day, such as “07:30”",
    '[brief]\n# early\nat = "25:00"': "line 3: at is “25:00”; write a time of day, such as “07:30”",
    '[brief]\ntimezone = "Rom"': "line 2: timezone is “Rom”; write a time zone by its city, such as “Europe/Rome”",
    "[brief]\ntimezone = 1": "line 2: timezone is 1; write a time zone by its city, such as “Europe/Rome”",
    '[brief]\ndays = ["mon", "xyz"]': "days is [\"mon\", \"xyz\"]; write weekdays, such as “mon-fri” or “mon,wed”",
    "[brief]\ndays = []": "line 2: days is []; write weekdays, such as “mon-fri” or “mon,wed”",
    "[brief]\nbar = 11": "line 2: bar is 11; write a whole number from 1 to 10",
    "[brief]\nbar = 6.5": "line 2: bar is 6.5; write a whole number from 1 to 10",
    "[brief]\nbar = true": "line 2: bar is true; write a whole number from 1 to 10",
    'brief.bar = "six"': "line 1: bar is “six”; write a whole number from 1 to 10",
    "[brief]\nmost = 0": "line 2: most is 0; write a whole number from 1 to 50",
    "[brief]\nalerts = -1": "line 2: alerts is -1; write a whole number of at least 0",
    "[brief]\ncatch_up = 6": f"line 2: catch_up is 6; write {setting_values.LENGTH.words}",
    '[pipeline]\nevery = "1ms"': f"line 2: every is “1ms”; write {setting_values.LENGTH.words}",
    '[pipeline]\nevery = "15"': f"line 2: every is “15”; write {setting_values.LENGTH.words}",
    "[pipeline]\nevery = 900": f"line 2: every is 900; write {setting_values.LENGTH.words}",
    '[pipeline]\nevery = "0s"': f"line 2: every is “0s”; write {setting_values.LENGTH.words}",
    "[pipeline]\npages = 7": "line 2: pages is 7; write true or false",
    "[pipeline]\nhost_pause = -1": "line 2: host_pause is -1; write a number of at least 0",
    "[pipeline]\nhost_pause = inf": "line 2: host_pause is inf; write a number of at least 0",
    "[pipeline]\nin_flight = 900": "line 2: in_flight is 900; write a whole number from 1 to 64",
    '[analyst]\nkind = "gpt"': "line 2: kind is “gpt”; write “auto”, “claude” or “extractive”",
    '[analyst]\nprices = {m = [1]}': "line 2: prices is [1]; write models with three prices each",
    '[slack]\nchannels = ["a b"]': "line 2: channels is [\"a b\"]; write names or ids of channels, such as “#signals”",
    '[mail]\naddresses = ["anna"]': "line 2: addresses is [\"anna\"]; write mail addresses, such as “anna@",
    '[mail]\nserver = "smtp.example.org:587"': "line 2: server is “smtp.example.org:587”; write the name of a mail",
    '[mail]\nsender = "a@b.example, c@d.example"': "line 2: sender is “a@b.example, c@d.example”; write a mail",
    "[telegram]\nchats = [true]": "line 2: chats is [true]; write ids and names of chats",
    '[telegram]\nchats = "https://t.me/desk"': "line 2: chats is “https://t.me/desk”; write ids and names of chats",
    '[operator]\nusers = ["me"]': "line 2: users is [\"me\"]; write ids of people, such as “slack:U042ABCDE”",
    'brief = "daily"': "line 1: brief is “daily”; write a table: [brief], and its keys on the lines below it",
    "sources = 3": "line 1: sources is 3; write text in quotation marks",
    "[brief]\nat = 07:30": "line 2 is no TOML; write key = value, with text in quotation marks, as in name = \"Times\"",
    "[brief": "line 1 is no TOML; write key = value",
    "[brief]\nbar = 6\nbar = 7": "line 3 sets something a second time; keep one of the two",
    "[brief]\nbar = 6\n[brief]": "line 3 sets something a second time; keep one of the two",
    "barr": "line 1 is no TOML",
    "[brief]\nbarr = 6": "line 2: barr is no setting of The Bellwether; did you mean bar?",
    "[colours]\nbar = 6": "line 1: colours is no setting of The Bellwether",
}  # fmt: skip


@pytest.mark.parametrize("file", WRONG)
def test_a_complaint_says_where_and_what_to_write(elsewhere: Path, file: str) -> None:
    """One sentence of ours: the file and the line, what is there, what to write; never the words of a library."""
    (elsewhere / "bellwether.toml").write_text(file, encoding="utf-8")
    with pytest.raises(ValueError, match="bellwether") as caught:
        settings.load()
    [said] = str(caught.value).splitlines()
    assert said.startswith("bellwether.toml, ")
    assert WRONG[file] in said
    assert not re.search(r"[Ii]nput should|[Ee]rror|[Vv]alid|pydantic", said)


def test_a_complaint_names_the_environment(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable where it is one, in whatever case; in `.env`, its line; what is secret is not shown."""
    (elsewhere / ".env").write_text("# mine\nexport BELLWETHER_BRIEF__AT=half past\n")
    monkeypatch.setenv("bellwether_brief__bar", "0")
    monkeypatch.setenv("SLACK_API_URL", "slack.example")
    with pytest.raises(ValueError, match="half past") as caught:
        settings.load()
    assert str(caught.value).splitlines() == [
        ".env, line 2: BELLWETHER_BRIEF__AT is “half past”; write a time of day, such as “07:30”",
        "bellwether_brief__bar is “0”; write a whole number from 1 to 10",
        "SLACK_API_URL is “slack.example”; write an address that begins with http:// or https://",
    ]


def test_files_that_cannot_be_read(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each in a sentence: a folder, another encoding, one that is not there."""
    (elsewhere / "latin.toml").write_bytes(b'sources = "caf\xe9"')
    for name, words in (
        (".", r"cannot be read: is it a file, and may you read it\?"),
        ("latin.toml", "is not in UTF-8; save it so"),
        ("gone.toml", "there is no file gone.toml, which BELLWETHER_CONFIG names"),
    ):
        monkeypatch.setenv("BELLWETHER_CONFIG", name)
        with pytest.raises(ValueError, match=words):
            settings.load()
    monkeypatch.delenv("BELLWETHER_CONFIG")
    (elsewhere / ".env").write_bytes(b"BELLWETHER_SOURCES=caf\xe9")
    with pytest.raises(ValueError, match=r"\.env is not in UTF-8"):
        settings.load()


def test_what_means_the_same_is_taken(elsewhere: Path) -> None:
    """Ids as whole numbers, lists of weekdays, a time of TOML's own."""
    (elsewhere / "bellwether.toml").write_text(
        '[telegram]\nchats = [-100123, "@desk"]\n[brief]\ndays = ["mon", "wed"]\nat = 06:45:00\n'
        '[operator]\nusers = [5001, "slack:U0OLGA0001"]\n[pipeline]\nevery = "2 hours"\nhost_pause = 0.5\n'
    )
    loaded = settings.load()
    assert loaded.telegram.chats == ("-100123", "@desk")
    assert loaded.operator.users == ("5001", "slack:U0OLGA0001")
    assert (loaded.brief.days, loaded.brief.at) == (("mon", "wed"), time(6, 45))
    assert (loaded.pipeline.every, loaded.pipeline.host_pause) == (7200, 0.5)
