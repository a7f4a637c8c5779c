"""Who operates the bot (named in the settings, or whoever said the claim code), and messages to them."""

from __future__ import annotations

import hmac
import json
import logging
import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.model.channel import FOREVER, Channel, ChannelSettings
from bot.model.messages import Choice, Choices, Message, text
from bot.model.outgoing import addressed
from bot.model.ports import Clock, Platform
from bot.model.secrecy import redacted
from bot.model.settings import CHAT_PLATFORMS
from bot.model.stores import Store

log = logging.getLogger(__name__)

CLAIM_CODE = "claim code"
"""Key in `Store.memory` of the code that makes whoever says it an operator; its value is "" once it was used."""
CLAIMED = "operators"
"""Key in `Store.memory` of those who said the code: JSON pairs of platform and id."""
MET = "operators met on "
"""Begins the key in `Store.memory` of the JSON ids of the operators' conversations; the platform's name follows."""
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without letters and digits that look alike
CODE_LETTERS = 10

Person = tuple[str, str]
"""(platform, the person's id there); the platform is "" where the settings name none, which means any."""


class Operators:
    """Knows the operators and writes to them. `platforms` are the open ones by name; the mapping may change."""

    def __init__(self, store: Store, named: Sequence[str], platforms: Mapping[str, Platform], clock: Clock) -> None:
        self._store = store
        self._named = tuple(_person(each) for each in named)
        self._platforms = platforms
        self._clock = clock

    async def known(self) -> tuple[Person, ...]:
        """All operators, those of the settings first."""
        claimed = json.loads(await self._store.memory.recall(CLAIMED) or "[]")
        return tuple(dict.fromkeys((*self._named, *((platform, person) for platform, person in claimed))))

    async def operates(self, platform: str, person: str) -> bool:
        """Whether the person with that id on that platform is an operator."""
        known = await self.known()
        return (platform, person) in known or ("", person) in known

    async def code(self) -> str | None:
        """The code to say to become the operator, the same until it is used; None: the bot has an operator."""
        if await self.known():
            return None
        code = await self._store.memory.recall(CLAIM_CODE)
        if not code:
            letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))
            code = f"{letters[: CODE_LETTERS // 2]}-{letters[CODE_LETTERS // 2 :]}"
            await self._store.memory.keep(CLAIM_CODE, code)
        return code

    async def claim(self, platform: str, person: str, said: str) -> bool | None:
        """Make the person an operator if `said` is the code; whether it was. None: there is no code to say any more."""
        code = await self._store.memory.recall(CLAIM_CODE)
        if not code:
            return None
        if not hmac.compare_digest(_folded(code), _folded(said)):
            return False
        claimed = json.loads(await self._store.memory.recall(CLAIMED) or "[]")
        await self._store.memory.keep(CLAIMED, json.dumps([*claimed, [platform, person]]))
        await self._store.memory.keep(CLAIM_CODE, "")
        if self._store.is_shared and platform in self._platforms:
            await self.meet(self._platforms[platform])
        return True

    async def tell(self, sentence: str, *choices: Choice, once: str | None = None) -> None:
        """Log the sentence as an error, and `write` it."""
        log.error("%s", sentence)
        await self.write(sentence, *choices, once=once)

    async def write(self, sentence: str, *choices: Choice, once: str | None = None) -> None:
        """Send the sentence to every operator who can be reached, with `choices` as buttons.

        `once`: a key under which it is sent only once, across restarts; None: it is sent at every call.
        """
        said = text(redacted(sentence))
        message = replace(said, blocks=(*said.blocks, Choices(choices))) if choices else said
        purpose = f"notice:{once or uuid.uuid4().hex}"
        for person in await self.known():
            for platform in self._of(person):
                if channel := await self.conversation(platform, person[1]):
                    await self._put(channel, purpose, message)
        for channel in await self._met_elsewhere():
            await self._put(channel, purpose, message)

    async def meet(self, platform: Platform) -> None:
        """Let the processes that have not opened this platform write to the operators there, by the one that has."""
        people = [person for name, person in await self.known() if name in ("", platform.name)]
        found = [await self.conversation(platform, person) for person in people]
        ids = sorted(channel.id for channel in found if channel)
        await self._store.memory.keep(f"{MET}{platform.name}", json.dumps(ids))

    async def _met_elsewhere(self) -> list[Channel]:
        """The conversations with operators on platforms that another process has open."""
        if not self._store.is_shared:
            return []
        names = [name for name in CHAT_PLATFORMS if name not in self._platforms]
        ids = [id_ for name in names for id_ in json.loads(await self._store.memory.recall(f"{MET}{name}") or "[]")]
        return [channel for id_ in ids if (channel := await self._store.channels.get(id_))]

    async def _put(self, channel: Channel, purpose: str, message: Message) -> None:
        if not await self._store.outbox.under(channel.id, purpose):
            await self._store.outbox.put(addressed(channel, purpose, 1, message), self._clock.now())

    def _of(self, person: Person) -> Iterator[Platform]:
        platform, _ = person
        return (each for name, each in tuple(self._platforms.items()) if platform in ("", name))

    async def conversation(self, platform: Platform, person: str, name: str = "") -> Channel | None:
        """The private channel of a person, made paused, so that no brief comes there unless they want one.

        `name`: what they are called; "": not known. None: there can be no conversation with them.
        """
        address = await platform.direct(person)
        if address is None:
            return None
        if known := await self._store.channels.find(platform.name, address):
            return known
        settings = replace(ChannelSettings(), paused_until=FOREVER)
        channel, _ = await self._store.channels.ensure(
            platform.name, address, name or person, settings, self._clock.now()
        )
        return channel


def _person(named: str) -> Person:
    """Parse "slack:U042", or an id alone."""
    platform, colon, person = named.partition(":")
    return (platform.lower(), person) if colon else ("", named)


def _folded(code: str) -> bytes:
    return "".join(letter for letter in code.upper() if letter.isalnum()).encode()
