"""The people of the workspace: who they are, and the conversation with each."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model import times
from handlers.slack.session import Session
from handlers.slack.web import Refused, Unanswered, call

log = logging.getLogger(__name__)

KNOWN_SECONDS = 600.0  # how long what Slack said of a person is remembered


@dataclass(frozen=True, slots=True)
class Person:
    """A person as Slack describes them."""

    name: str
    admin: bool  # an admin or owner of the workspace
    member: bool  # of this workspace or its organisation; False also for bots and deleted accounts
    zone: str | None  # the IANA name of their time zone; None: Slack does not say
    until: float  # when this must be asked again, on the monotonic clock


class People:
    """Asks Slack about people, and remembers the answers."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._people: dict[str, Person] = {}
        self._directs: dict[str, str] = {}  # person → address of the conversation with them

    async def person(self, user: str) -> Person | None:
        """Who the user is; None: Slack does not say now, and never did."""
        known = self._people.get(user)
        if known is not None and time.monotonic() < known.until:
            return known
        try:
            found = (await call(self._session.client.users_info(user=user)))["user"]
        except (Refused, Unanswered) as error:
            log.warning("who %s is cannot be found out: %s", user, error)
            return known
        person = self._people[user] = self._described(user, found)
        return person

    def _described(self, user: str, found: Mapping[str, Any]) -> Person:
        profile = found.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or found.get("real_name") or found.get("name")
        me, organisation = self._session.me, found.get("enterprise_user") or {}
        here = found.get("team_id") in (None, me.team) and not found.get("is_stranger")
        colleague = me.enterprise is not None and organisation.get("enterprise_id") == me.enterprise
        rank = found if here else organisation if colleague else {}  # an admin elsewhere is none here
        return Person(
            name=str(name or user),
            admin=bool(rank.get("is_admin") or rank.get("is_owner")),
            member=(here or colleague) and not (found.get("is_bot") or found.get("deleted")),
            zone=_zone(found.get("tz")),
            until=time.monotonic() + KNOWN_SECONDS,
        )

    async def direct(self, user: str) -> str | None:
        """The address of the conversation with the user; None: there can be none, or Slack does not say now."""
        if not user.startswith(("U", "W")):
            return None
        if user not in self._directs:
            try:
                answer = await call(self._session.client.conversations_open(users=[user]))
            except (Refused, Unanswered) as error:
                log.warning("no conversation with %s: %s", user, error)
                return None
            self._directs[user] = str(answer["channel"]["id"])
        return self._directs[user]


def _zone(name: object) -> str | None:
    try:
        return times.zone_name(str(name)) if name else None
    except ValueError:
        return None
