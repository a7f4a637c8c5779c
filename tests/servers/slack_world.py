"""The workspace that the tests' Slack holds: people, rooms, messages, views, and what was asked of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, Literal, Protocol, TypeVar

from tests.clock import PATIENCE, FakeClock
from tests.servers.slack_rules import rings

"""Seconds after which a wait fails the test: never spent where all is well."""
TEAM, OTHER_TEAM, APP = "T0ACME0001", "T0OTHER001", "A0BELL0001"
ENTERPRISE = "E0ACME0001"
BOT_TOKEN, APP_TOKEN = "xoxb-1111-2222-acme", "xapp-1-A0BELL0001-3333-acme"
VERIFICATION = "verification-token"
TRIGGER_SECONDS = 3

T = TypeVar("T")


class Now(Protocol):
    def now(self) -> datetime: ...


@dataclass
class Person:
    """Somebody, human or bot."""

    id: str
    name: str  # the handle: what follows the @
    real_name: str
    admin: bool = False
    owner: bool = False
    guest: bool = False
    team: str = TEAM
    bot_id: str | None = None  # None: a human
    zone: str = "Europe/Rome"
    gone: bool = False  # deactivated
    enterprise: str | None = None  # of the organisation they belong to; None: to none

    def wire(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "team_id": self.team,
            "name": self.name,
            "deleted": self.gone,
            "real_name": self.real_name,
            "tz": self.zone,
            "profile": {
                "real_name": self.real_name,
                "display_name": self.name if self.bot_id else self.real_name.split()[0],
                "team": self.team,
                **({"bot_id": self.bot_id, "api_app_id": APP} if self.bot_id else {}),
            },
            "is_admin": self.admin or self.owner,
            "is_owner": self.owner,
            "is_primary_owner": self.owner,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            "is_bot": self.bot_id is not None,
            "is_app_user": False,
            "is_stranger": self.team != TEAM,
            "updated": 1_700_000_000,
            **({"enterprise_user": self._in_enterprise()} if self.enterprise else {}),
        }

    def _in_enterprise(self) -> dict[str, Any]:
        names = {"id": self.id, "enterprise_id": self.enterprise, "enterprise_name": "Acme Group", "teams": [self.team]}
        return {**names, "is_admin": False, "is_owner": False}


BOT = Person("U0BELL0001", "bellwether", "The Bellwether", bot_id="B0BELL0001")
PEOPLE = (
    BOT,
    Person("U0OLGA0001", "olga", "Olga Moreau", owner=True, admin=True),
    Person("U0ANNA0001", "anna", "Anna Lind", admin=True),
    Person("U0BEN00001", "ben", "Ben Okafor"),
    Person("U0CARLA001", "carla", "Carla Ruiz", zone="America/New_York"),
    Person("U0GUIDO001", "guido", "Guido Guest", guest=True),
    Person("U0STRANGE1", "stranger", "Stella Strange", team=OTHER_TEAM),
    Person("U0COLLEAG1", "colleague", "Cleo League", admin=True, team=OTHER_TEAM, enterprise=ENTERPRISE),
    Person("U0DEPLOY01", "deploybot", "Deploy Bot", bot_id="B0DEPLOY01"),
)


@dataclass(eq=False)
class Message:
    """A message that stands (or stood) in a room, as the platform holds it."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None  # None: not in a thread, and nobody has answered it
    parent_user: str | None = None  # who began the thread; None: it is no reply
    metadata: dict[str, Any] | None = None
    edited: dict[str, str] | None = None  # None: never
    bot_id: str | None = None  # None: a human said it
    subtype: str | None = None
    only_for: str | None = None  # the one user who sees it; None: all in the room
    unseen: bool = False  # not even they: Slack shows an ephemeral message in a thread only where it has replies
    broadcast: bool = False  # a reply that is shown in the room too
    files: list[dict[str, Any]] = field(default_factory=list)
    sent: dict[str, Any] = field(default_factory=dict)  # the parameters it was sent with
    gone: bool = False  # deleted
    team: str = TEAM  # the author's workspace
    state: dict[str, dict[str, Any]] = field(default_factory=dict)  # block_id → action_id → what is picked in it
    streaming: bool = False  # it grows until its stream is stopped

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def shown(self) -> bool:
        """Whether it stands in the room itself."""
        return not self.is_reply or self.broadcast

    @property
    def rings(self) -> tuple[str, ...]:
        """Whom it notifies by name or by broadcast, as slack_rules.rings says it."""
        full = bool(self.sent.get("link_names")) or self.sent.get("parse") == "full"
        return rings(self.text, self.blocks, full=full)

    @property
    def buttons(self) -> tuple[str, ...]:
        """The labels of its buttons, in order."""
        return tuple(each["text"]["text"] for each in elements_of(self.blocks) if each["type"] == "button")

    @property
    def words(self) -> str:
        """What a reader sees, without markup: the blocks' text where there are blocks, else the text."""
        return "\n".join(words_of(self.blocks)) if self.blocks else self.text

    def wire(self, *, metadata: bool = False) -> dict[str, Any]:
        optional: dict[str, Any] = {
            "thread_ts": self.thread_ts,
            "parent_user_id": self.parent_user,
            "subtype": "thread_broadcast" if self.broadcast else self.subtype,
            "edited": self.edited,
            "bot_id": self.bot_id,
            "app_id": APP if self.bot_id == BOT.bot_id else None,
            "blocks": self.blocks or None,
            "files": self.files or None,
            "metadata": self.metadata if metadata else None,
            "user_team": self.team if self.team != TEAM else None,
        }
        given = {name: deepcopy(value) for name, value in optional.items() if value is not None}
        return {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": self.team, **given}


@dataclass(eq=False)
class Room:
    id: str
    name: str  # "" in a direct message
    private: bool = False
    members: set[str] = field(default_factory=set)
    archived: bool = False
    im_with: str | None = None  # the human of a direct message with the bot; None: a channel
    several: bool = False  # a direct conversation of several people with the bot
    gone: bool = False  # deleted
    messages: list[Message] = field(default_factory=list)  # deleted ones included

    @property
    def kind(self) -> Literal["channel", "group", "im", "mpim"]:
        if self.several:
            return "mpim"
        return "im" if self.im_with else "group" if self.private else "channel"

    @property
    def told_name(self) -> str:
        """As interactions and slash commands name it."""
        return {"im": "directmessage", "group": "privategroup"}.get(self.kind, self.name)

    @property
    def standing(self) -> list[Message]:
        return [each for each in self.messages if not each.gone and each.only_for is None]

    def find(self, ts: str) -> Message | None:
        return next((each for each in self.standing if each.ts == ts), None)

    def replies(self, ts: str) -> list[Message]:
        return [each for each in self.standing if each.is_reply and each.thread_ts == ts]

    def wire(self) -> dict[str, Any]:
        common = {"id": self.id, "created": 1_700_000_000, "is_archived": self.archived, "is_im": self.kind == "im"}
        if self.im_with:
            return {**common, "user": self.im_with, "is_org_shared": False, "is_user_deleted": False}
        return {
            **common,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_mpim": self.several,
            "is_private": self.private,
            "is_member": BOT.id in self.members,
            "is_general": self.name == "general",
            "is_shared": False,
            "is_ext_shared": False,
            "creator": "U0OLGA0001",
            "num_members": len(self.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


@dataclass(eq=False)
class View:
    """A modal somebody has in front of them, or their Home tab."""

    id: str
    user: str
    shown: dict[str, Any]  # as it was given, with the ids that Slack fills in
    hash: str
    root: str
    previous: str | None = None  # the view it lies upon; None: the first
    open: bool = True
    state: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)  # block_id → what the last submission was told

    @property
    def blocks(self) -> list[dict[str, Any]]:
        blocks: list[dict[str, Any]] = self.shown["blocks"]
        return blocks

    @property
    def title(self) -> str:
        return str(self.shown.get("title", {}).get("text", ""))

    @property
    def buttons(self) -> tuple[str, ...]:
        return tuple(each["text"]["text"] for each in elements_of(self.blocks) if each["type"] == "button")

    @property
    def words(self) -> str:
        return "\n".join(filter(None, (self.title, *words_of(self.blocks))))

    def wire(self) -> dict[str, Any]:
        filled = {"private_metadata": "", "callback_id": "", "external_id": "", "title": None, "submit": None}
        return {
            **filled,
            "close": None,
            "clear_on_close": False,
            "notify_on_close": False,
            **deepcopy(self.shown),
            "id": self.id,
            "team_id": TEAM,
            "app_id": APP,
            "bot_id": BOT.bot_id,
            "app_installed_team_id": TEAM,
            "hash": self.hash,
            "root_view_id": self.root,
            "previous_view_id": self.previous,
            "state": {"values": deepcopy(self.state)},
        }


Place = Message | View
"""Where somebody can click."""


@dataclass
class Trigger:
    user: str
    at: datetime
    view: View | None  # the modal in which it arose; None: elsewhere
    used: bool = False
    expired: bool = False


@dataclass
class ResponseUrl:
    """Where a slash command or a click may be answered without a token: five times within half an hour."""

    user: str
    room: Room
    message: Message | None  # None: a slash command
    at: datetime
    left: int = 5


@dataclass(frozen=True)
class Called:
    """One call of the Web API, answered or not."""

    method: str
    params: dict[str, Any]
    token: str | None  # None: none was given


# --- faults: what a scripted call meets instead of its answer -----------------------------------------------------


@dataclass(frozen=True)
class Lost:
    """The call is accepted and done, then the connection breaks without an answer."""


@dataclass(frozen=True)
class Refused:
    """Slack says no. `fields` stand beside the error."""

    error: str
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Limited:
    """Too many requests."""

    retry_after: int = 30


@dataclass(frozen=True)
class Broken:
    """A server error; `accepted`: the call is done nevertheless."""

    status: int = 500
    accepted: bool = False


@dataclass(frozen=True)
class Hang:
    """Never answered; `accepted`: the call is done nevertheless."""

    accepted: bool = False


@dataclass(frozen=True)
class NoConnection:
    """The connection breaks before the call is accepted. For one that is refused outright: `Slack.unreachable()`."""


Fault = Lost | Refused | Limited | Broken | Hang | NoConnection | None
"""None: that call is answered as it should be."""


# --- the workspace ------------------------------------------------------------------------------------------------


class Workspace:
    """State, and waiting for it to change."""

    def __init__(self, clock: Now | None = None) -> None:
        self.clock: Now = clock or FakeClock()
        self.bot = BOT
        self.people: dict[str, Person] = {each.id: each for each in PEOPLE}
        self.rooms: dict[str, Room] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.calls: list[Called] = []
        self.domains: tuple[str, ...] = ()  # whose links the app unfurls
        self.shared: dict[str, list[str]] = {}  # unfurl id → the links in the message
        self.unfurled: dict[str, list[dict[str, Any]]] = {}  # unfurl id → the work objects shown under it
        self.entity_triggers: dict[str, dict[str, Any]] = {}  # trigger → the reference of the work object clicked
        self.details: list[dict[str, Any]] = []  # what was shown to who clicked, in order
        self.agent = False  # whether the manifest makes the app an agent
        self.lacking: set[str] = set()  # methods and types of blocks that this workspace does not have
        self.statuses: dict[tuple[str, str], str] = {}  # room, thread → what the bot is shown to be doing there
        self.status_log: list[str] = []  # all that was ever shown so
        self.prompts: dict[str, dict[str, str]] = {}  # room → title → message, of the prompts suggested there
        self.looked_at: dict[str, str] = {}  # person → the room they have before them
        self.enterprise = False  # True: the workspace belongs to the organisation ENTERPRISE
        self.faults: dict[str, list[Fault]] = {}
        self.complaints: list[str] = []  # what the bot did that Slack would not understand: fails the test at its end
        self.closing = asyncio.Event()
        self._changed = asyncio.Event()
        self._numbers = count(1)
        self._last = 0
        everyone = [each.id for each in PEOPLE if each.team == TEAM and each is not BOT and not each.guest]
        self.add_room("general", members=everyone)
        self.add_room("signals", members=[*everyone, "guido", BOT.id])
        self.add_room("news", members=["anna", "ben", "deploybot"])
        self.add_room("board", private=True, members=["olga", "anna", BOT.id])
        self.add_room("secret", private=True, members=["olga", "carla"])
        self.add_room("attic", archived=True, members=["anna", BOT.id])

    # --- looking things up

    def person(self, named: str | Person) -> Person:
        """By id or handle."""
        if isinstance(named, Person):
            return named
        found = self.people.get(named) or next((each for each in self.people.values() if each.name == named), None)
        assert found, f"there is nobody called {named}"
        return found

    def room(self, named: str | Room) -> Room:
        """By id, by name, or `@handle`: that person's direct messages with the bot."""
        if isinstance(named, Room):
            return named
        if named.startswith("@"):
            return self.direct(named[1:])
        name = named.removeprefix("#")
        found = self.rooms.get(named) or next((each for each in self.rooms.values() if each.name == name), None)
        assert found, f"there is no room called {named}"
        return found

    def messages(
        self, channel: str | Room, *, by: str | Person | None = BOT, thread: str | Message | None = None
    ) -> list[Message]:
        """What stands in the room, oldest first.

        `by`: what one author said (None: everything); `thread`: only the replies to that message.
        """
        room = self.room(channel)
        found = room.replies(thread.ts if isinstance(thread, Message) else thread) if thread else room.standing
        if by is not None:
            found = [each for each in found if not (each.subtype or "").endswith("_join")]
        return [each for each in found if by is None or each.user == self.person(by).id]

    def ephemerals(self, user: str | Person, channel: str | Room | None = None) -> list[Message]:
        """What only that user sees, oldest first; in one room, or in all. Not what is in a thread without replies."""
        rooms = [self.room(channel)] if channel else self.rooms.values()
        who = self.person(user).id
        return [
            each for room in rooms for each in room.messages if each.only_for == who and not (each.gone or each.unseen)
        ]

    def home(self, user: str | Person) -> View | None:
        """That user's Home tab; None: none was published."""
        return self.homes.get(self.person(user).id)

    def modal(self, user: str | Person) -> View | None:
        """The modal on top of that user's screen; None: none is open."""
        mine = [each for each in self.views.values() if each.open and each.user == self.person(user).id]
        return mine[-1] if mine else None

    @property
    def rung(self) -> tuple[str, ...]:
        """Whom the bot's messages notify, ephemeral and deleted ones included: nobody is rung by chance."""
        said = [each for room in self.rooms.values() for each in room.messages if each.bot_id == self.bot.bot_id]
        return tuple(whom for each in said for whom in each.rings)

    def called(self, method: str) -> list[Called]:
        return [each for each in self.calls if each.method == method]

    # --- changing it

    def add_person(self, handle: str, real_name: str, **how: Any) -> Person:
        """Somebody new; `how` are the fields of Person."""
        person = Person(f"U0{_letters(handle)}{next(self._numbers):04}", handle, real_name, **how)
        self.people[person.id] = person
        return person

    def add_room(
        self, name: str, *, members: Iterable[str | Person] = (), private: bool = False, archived: bool = False
    ) -> Room:
        room = Room(f"C0{_letters(name)}{next(self._numbers):04}", name, private)
        room.members = {self.person(each).id for each in members}
        room.archived = archived
        self.rooms[room.id] = room
        return room

    def direct(self, user: str | Person) -> Room:
        """The direct messages of that user with the bot, opened where there are none yet."""
        who = self.person(user)
        for room in self.rooms.values():
            if room.im_with == who.id:
                return room
        room = Room(f"D0{_letters(who.name)}{next(self._numbers):04}", "", True, {who.id, BOT.id}, im_with=who.id)
        self.rooms[room.id] = room
        return room

    def together(self, *users: str | Person) -> Room:
        """A new direct conversation of these people with the bot."""
        who = [self.person(each) for each in users]
        name = "--".join(("mpdm", *(each.name for each in who), BOT.name)) + "-1"
        room = Room(f"C0MPDM{next(self._numbers):05}", name, True, {BOT.id, *(each.id for each in who)}, several=True)
        self.rooms[room.id] = room
        return room

    def stamp(self) -> str:
        """A new message id: the time of the clock, later than any before."""
        self._last = max(self._last + 1, int(self.clock.now().timestamp() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06}"

    def number(self) -> int:
        return next(self._numbers)

    def trigger(self, user: str, view: View | None = None) -> str:
        name = f"{self.number()}.{self.number()}.{self.number():032x}"
        self.triggers[name] = Trigger(user, self.clock.now(), view)
        return name

    def expire_triggers(self) -> None:
        """As if three seconds had gone by since each of them arose."""
        for each in self.triggers.values():
            each.expired = True

    def named(self, blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The blocks with the ids that Slack fills in where none are given."""
        filled = deepcopy(list(blocks))
        for block in flat(filled):
            block.setdefault("block_id", f"b{self.number()}")
        for element in elements_of(filled):
            if element["type"] != "image":
                element.setdefault("action_id", f"a{self.number()}")
        return filled

    # --- waiting

    def change(self) -> None:
        """Wake whoever waits."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def flush(self) -> None:
        """Send the bot the events that its own doings caused."""

    async def until(self, predicate: Callable[[], T], patience: float = PATIENCE) -> T:
        """The predicate's first true answer, asked after every change; AssertionError where none comes."""
        try:
            async with asyncio.timeout(patience):
                while not (found := predicate()):
                    await self._changed.wait()
                return found
        except TimeoutError:
            raise AssertionError(f"Slack waited in vain; so far: {self.told()}") from None

    def told(self) -> str:
        """The last calls and what stands, for a failure's message."""
        calls = ", ".join(each.method for each in self.calls[-12:]) or "no call"
        last = [f"{room.name or room.im_with}: {each.text!r}" for room in self.rooms.values() for each in room.messages]
        return f"calls {calls}; messages {last[-6:]}; complaints {self.complaints}"


def _letters(name: str) -> str:
    """Of an id: four capitals."""
    return "".join(filter(str.isalnum, name.upper()))[:4].encode("ascii", "ignore").decode().ljust(4, "X")


# --- reading blocks -----------------------------------------------------------------------------------------------


def flat(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, each container followed by those in it."""
    return [each for block in blocks for each in (block, *flat(block.get("child_blocks", ())))]


def elements_of(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The elements one can click, pick or fill, in reading order."""
    found: list[dict[str, Any]] = []
    for block in flat(blocks):
        match block["type"]:
            case "actions" | "context_actions":
                found += block["elements"]
            case "section" if block.get("accessory"):
                found.append(block["accessory"])
            case "input":
                found.append(block["element"])
    return [each for each in found if each["type"] != "image"]


_LINK = re.compile(r"<(?:[^|>]*\|)?([^>]*)>")


_WORDED = (
    "label", "title", "subtitle", "child_blocks", "text", "fields", "element", "elements", "accessory", "placeholder",
)  # fmt: skip
"""The fields in which a reader finds words, in reading order."""
_UNWORDED = ("context_actions", "data_visualization")


def words_of(value: Any) -> list[str]:
    """The texts a reader sees in blocks, one a line, rich text joined and mrkdwn's links and escapes undone."""
    if isinstance(value, list):
        return [line for each in value for line in words_of(each)]
    if not isinstance(value, dict) or value.get("type") in _UNWORDED:
        return []
    match value.get("type"):
        case "mrkdwn" | "markdown":
            return [unescaped(_LINK.sub(r"\1", value["text"]))]
        case "plain_text" | "raw_text":
            return [str(value["text"])]
        case "rich_text_section" | "rich_text_quote" | "rich_text_preformatted":
            return ["".join(_inline(part) for part in value["elements"])]
        case "image":
            return [str(value["alt_text"])]
        case "table":
            return [" | ".join(" ".join(words_of(cell)) for cell in row) for row in value["rows"]]
    return [line for name in _WORDED for line in words_of(value.get(name))]


def _inline(part: dict[str, Any]) -> str:
    match part["type"]:
        case "text":
            return str(part["text"])
        case "link":
            return str(part.get("text") or part["url"])
        case "emoji":
            return f":{part['name']}:"
        case "date":
            return str(part.get("fallback") or part["timestamp"])
    return f"@{part.get('user_id') or part.get('range') or part.get('channel_id') or part.get('usergroup_id') or ''}"


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
