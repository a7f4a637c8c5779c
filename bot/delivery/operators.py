"""Who operates the bot: named in the settings, or whoever said the claim code; and how they are told."""

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
from bot.model.stores import Store

log = logging.getLogger(__name__)

CLAIM_CODE = "claim code"
"""The name in memory of the code that makes whoever says it the operator; "" once it was used."""
CLAIMED = "operators"
"""The name in memory of those who said it, as JSON pairs of platform and id."""
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no letter that is taken for another
CODE_LETTERS = 10

Person = tuple[str, str]
"""A platform ("" where the settings do not say: any) and the person's id there."""


class Operators:
    """Who they are, and word to them. `platforms` are those that are open; it may grow and shrink."""

    def __init__(self, store: Store, named: Sequence[str], platforms: Mapping[str, Platform], clock: Clock) -> None:
        self._store = store
        self._named = tuple(_person(each) for each in named)
        self._platforms = platforms
        self._clock = clock

    async def known(self) -> tuple[Person, ...]:
        """Those of the settings first."""
        claimed = json.loads(await self._store.memory.recall(CLAIMED) or "[]")
        return tuple(dict.fromkeys((*self._named, *((platform, person) for platform, person in claimed))))

    async def operates(self, platform: str, person: str) -> bool:
        known = await self.known()
        return (platform, person) in known or ("", person) in known

    async def code(self) -> str | None:
        """What to say to become the operator, the same until it was said; None: the bot has one."""
        if await self.known():
            return None
        code = await self._store.memory.recall(CLAIM_CODE)
        if not code:
            letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))
            code = f"{letters[: CODE_LETTERS // 2]}-{letters[CODE_LETTERS // 2 :]}"
            await self._store.memory.keep(CLAIM_CODE, code)
        return code

    async def claim(self, platform: str, person: str, said: str) -> bool | None:
        """Whether the code was right, and so made them the operator; None: there is nothing to claim any more."""
        code = await self._store.memory.recall(CLAIM_CODE)
        if not code:
            return None
        if not hmac.compare_digest(_folded(code), _folded(said)):
            return False
        claimed = json.loads(await self._store.memory.recall(CLAIMED) or "[]")
        await self._store.memory.keep(CLAIMED, json.dumps([*claimed, [platform, person]]))
        await self._store.memory.keep(CLAIM_CODE, "")
        return True

    async def tell(self, sentence: str, *choices: Choice, once: str | None = None) -> None:
        """Write it into the log, and to every operator who can be reached, with buttons where something is asked.

        `once`: a name under which it is told once, though we die and begin again; None: it is told whenever this is
        called.
        """
        log.error("%s", sentence)
        said = text(sentence)
        message = replace(said, blocks=(*said.blocks, Choices(choices))) if choices else said
        for person in await self.known():
            for platform in self._of(person):
                if channel := await self._direct(platform, person[1]):
                    await self._put(channel, f"notice:{once or uuid.uuid4().hex}", message)

    async def _put(self, channel: Channel, purpose: str, message: Message) -> None:
        if not await self._store.outbox.under(channel.id, purpose):
            await self._store.outbox.put(addressed(channel, purpose, 1, message), self._clock.now())

    def _of(self, person: Person) -> Iterator[Platform]:
        platform, _ = person
        return (each for name, each in tuple(self._platforms.items()) if platform in ("", name))

    async def _direct(self, platform: Platform, person: str) -> Channel | None:
        """The operator's own conversation with the bot, in which no brief comes unless they want one."""
        address = await platform.direct(person)
        if address is None:
            return None
        if known := await self._store.channels.find(platform.name, address):
            return known
        settings = replace(ChannelSettings(), paused_until=FOREVER)
        channel, _ = await self._store.channels.ensure(platform.name, address, person, settings, self._clock.now())
        return channel


def _person(named: str) -> Person:
    """ "slack:U042", or an id alone."""
    platform, colon, person = named.partition(":")
    return (platform.lower(), person) if colon else ("", named)


def _folded(code: str) -> bytes:
    return "".join(letter for letter in code.upper() if letter.isalnum()).encode()
