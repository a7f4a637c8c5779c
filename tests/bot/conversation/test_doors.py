"""Who may do what, cell by cell: every command for every role on every platform, through the real conversation."""

from __future__ import annotations

import pytest

from bot.conversation.commands.table import COMMANDS, TABLE
from bot.conversation.running import NO_OPERATOR, NO_SETTINGS, NO_SOURCES
from bot.model.channel import ChannelSettings
from bot.model.doors import DOORS, SERVED, Access, Role, door, opens, role_of, served
from bot.model.event import Asker
from bot.model.settings import CHAT_PLATFORMS
from bot.model.stores import Store
from tests.clock import FakeClock
from tests.talk import Talk, open_talk

ASKERS = {
    Role.READER: Asker("U3", "Rui", may_set=False),
    Role.ADMIN: Asker("U2", "Ada"),
    Role.OPERATOR: Asker("U1", "Ola", operator=True, may_set=False),
}
SAID = {
    "why": "why 1", "show": "show 1", "strength": "strength 1", "evidence": "evidence 1", "useful": "useful 1",
    "useless": "useless 1", "chart": "chart 1", "for": "for c1: bar 5", "claim": "claim ABCDE-FGHIJ", "mute": "mute AI",
    "unmute": "unmute AI", "only": "only AI", "at": "at 07:30", "bar": "bar 6", "most": "most 5", "alert": "alert 9",
    "quiet": "quiet on", "language": "language it", "sources add": "sources add https://news.example/feed",
    "sources drop": "sources drop Nowhere", "allow": "allow c999", "refuse": "refuse c999",
}  # fmt: skip
"""How the command is said, where its name alone is not enough."""


@pytest.fixture
async def talk(store: Store, clock: FakeClock) -> Talk:
    return await open_talk(store, clock)


async def into(talk: Talk, platform: str) -> None:
    """Go on in a channel of that platform."""
    settings = ChannelSettings(timezone="Europe/Rome")
    talk.channel, _ = await talk.store.channels.ensure(platform, "C1", "#desk", settings, talk.clock.now())


def test_every_command_stands_in_the_table_and_no_other() -> None:
    """A command that nobody thought of has no door, and cannot be made."""
    assert {name.split()[0] for name in DOORS} == {command.name for command in COMMANDS}


@pytest.mark.parametrize("name", DOORS)
async def test_each_door_opens_to_its_role_and_those_above(talk: Talk, name: str) -> None:
    """Below the role a refusal and nothing else; from it on an answer, whatever the platform is."""
    for platform in ("console", *CHAT_PLATFORMS):
        for role, asker in ASKERS.items():
            await into(talk, platform)
            said = await talk.say(SAID.get(name, name), asker=asker)
            refused = said in (NO_OPERATOR, NO_SETTINGS, NO_SOURCES)
            assert refused == (role < DOORS[name]), (platform, role, said)
            assert refused == (not opens(asker, name))


@pytest.mark.parametrize("name", [name for name, role in DOORS.items() if role is Role.OPERATOR])
async def test_an_alias_opens_no_door(talk: Talk, name: str) -> None:
    """What goes by several words is closed under each of them, in capitals too."""
    command, _, within = name.partition(" ")
    words = {"drop": ("drop x", "remove x", "DELETE x"), "add": ("add x", "ADD x")}.get(within, ("",))
    for alias in (alias for alias, each in TABLE.items() if each.name == command):
        for word in words:
            said = await talk.say(f"{alias} {word}".strip(), asker=ASKERS[Role.ADMIN])
            assert said in (NO_OPERATOR, NO_SOURCES), (alias, word)


def test_a_door_within_a_command_is_found_by_its_first_word() -> None:
    """And by any other word for it; other words are the command's own."""
    found = [door("sources", words) for words in ("", "add x", "ADD", "remove x", "delete x", "list", "addition")]
    assert found == ["sources", *["sources add"] * 2, *["sources drop"] * 2, "sources", "sources"]


def test_what_somebody_is() -> None:
    """The operator needs no right of the channel."""
    assert [role_of(asker) for asker in ASKERS.values()] == list(Role)


@pytest.mark.parametrize(("role", "allowed"), SERVED)
def test_whom_the_bot_serves(role: Role, allowed: bool | None) -> None:
    """An operator always; others where one has said yes; who runs a channel also where none has said anything."""
    expected = {True: Access.ALLOWED, False: Access.REFUSED, None: Access.UNDECIDED}[allowed]
    if role is Role.OPERATOR or (role is Role.ADMIN and allowed is None):
        expected = Access.ALLOWED
    assert served(role, allowed, claimed=True, claims=False) is expected
    assert served(role, allowed, claimed=False, claims=False) is Access.UNCLAIMED
    assert served(role, allowed, claimed=False, claims=True) is Access.CLAIMING
    assert expected.answered == (expected is Access.ALLOWED)
