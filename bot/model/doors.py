"""Who may do what, and whom the bot serves: two tables, and nothing else decides it.

What somebody is to a channel, its platform says: on Slack its members run it, in a Telegram group its admins (the
settings `settings_by` turn that round), in a private conversation whoever talks there, and at the terminal everything
is the operator's, who sits at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from bot.model.event import Asker


class Role(IntEnum):
    """What somebody is to a channel; each may do what those before may."""

    READER = 1  # whoever may ask there
    ADMIN = 2  # whoever may change the channel's settings
    OPERATOR = 3  # whoever operates the bot


# --- who may do what -----------------------------------------------------------------------------------------------

_READERS = (
    "show", "why", "strength", "evidence", "signals", "brief", "briefs", "useful", "useless", "more", "chart", "mutes",
    "watches", "for", "sources", "status", "start", "claim", "forget", "help",
)  # fmt: skip
_ADMINS = (
    "mute", "unmute", "undo", "only", "at", "bar", "most", "pause", "resume", "alert", "quiet", "language",
    "watch", "unwatch",
)  # fmt: skip
_OPERATORS = ("questions", "allow", "refuse", "sources add", "sources drop")

DOORS: Mapping[str, Role] = {
    **dict.fromkeys(_READERS, Role.READER),
    **dict.fromkeys(_ADMINS, Role.ADMIN),
    **dict.fromkeys(_OPERATORS, Role.OPERATOR),
}
"""The least role for each command, and for what a command does with a certain first word.

“for” runs another channel: whoever uses it needs to run that one, which its platform is asked, or to be the operator.
“claim” makes an operator of whoever knows the code.
"""

_SAME = {"remove": "drop", "delete": "drop"}
"""Words for another word of the table."""


def door(command: str, words: str = "") -> str:
    """The key in DOORS of a command with the words behind it."""
    first = next(iter(words.lower().split()), "")
    within = f"{command} {_SAME.get(first, first)}"
    return within if within in DOORS else command


def role_of(asker: Asker) -> Role:
    """What the asker is to the channel they speak in."""
    return Role.OPERATOR if asker.operator else Role.ADMIN if asker.may_set else Role.READER


def opens(asker: Asker, name: str) -> bool:
    """Whether the door of that key in DOORS is open to the asker."""
    return role_of(asker) >= DOORS[name]


# --- whom the bot serves -------------------------------------------------------------------------------------------


class Access(StrEnum):
    """What is decided about one event."""

    ALLOWED = "open"
    CLAIMING = "claiming"  # a claim of the bot, answered while it has no operator; nothing else is
    UNCLAIMED = "unclaimed"  # the bot has no operator yet
    UNDECIDED = "unknown"  # no operator has decided about the channel
    REFUSED = "refused"  # an operator has refused the channel

    @property
    def answered(self) -> bool:
        """Whether the event gets its answer."""
        return self in (Access.ALLOWED, Access.CLAIMING)


SERVED: Mapping[tuple[Role, bool | None], Access] = {
    (Role.READER, True): Access.ALLOWED,
    (Role.READER, None): Access.UNDECIDED,
    (Role.READER, False): Access.REFUSED,
    (Role.ADMIN, True): Access.ALLOWED,
    (Role.ADMIN, None): Access.ALLOWED,
    (Role.ADMIN, False): Access.REFUSED,
    (Role.OPERATOR, True): Access.ALLOWED,
    (Role.OPERATOR, None): Access.ALLOWED,
    (Role.OPERATOR, False): Access.ALLOWED,
}
"""Where strangers can write to the bot and it has an operator: by what the asker is, and by what an operator has
decided about the channel (None: nothing). An admin is here who runs a channel that is served, and writes in private."""


def served(role: Role, allowed: bool | None, *, claimed: bool, claims: bool) -> Access:
    """What is decided; `claimed`: whether the bot has an operator; `claims`: whether this says that it wants to be."""
    if not claimed:
        return Access.CLAIMING if claims else Access.UNCLAIMED
    return SERVED[role, allowed]
