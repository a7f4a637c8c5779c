"""A process that opens the terminal, shows one message, and repeats what is typed: for tests from outside."""

from __future__ import annotations

import asyncio
import signal
import sys

from bot.model import settings
from bot.model.delivery import DeliveryState
from bot.model.event import Event
from bot.model.messages import Message, text
from bot.model.outgoing import Delivery
from handlers.console.platform import ConsolePlatform, open_platform
from tests.handlers.deaf import Deaf


def delivery(message: Message, id: str = "d1", purpose: str = "notice") -> Delivery:
    return Delivery(id, 1, "console", "local", purpose, 1, message, DeliveryState.SENDING)


class Parrot(Deaf):
    """An inbox that answers at once, but to “slow”."""

    def __init__(self) -> None:
        self.platform: ConsolePlatform | None = None
        self.seen: set[str] = set()

    async def accept(self, event: Event) -> bool:
        assert event.id not in self.seen
        self.seen.add(event.id)
        return True

    async def worked(self, event: Event) -> None:
        await asyncio.sleep(0.1 if event.text == "slow" else 0)
        await self.say(f"heard {event.text!r} from {event.address}")

    async def say(self, words: str) -> None:
        assert self.platform
        await self.platform.send(delivery(text(words)))


async def main() -> None:
    """Talk; SIGUSR1 has something said that nobody asked for."""
    parrot, unasked = Parrot(), set[asyncio.Task[None]]()
    asyncio.get_running_loop().add_signal_handler(
        signal.SIGUSR1, lambda: unasked.add(asyncio.create_task(parrot.say("an unasked word")))
    )
    async with open_platform(settings.load(), parrot) as platform:
        parrot.platform = platform
        await platform.send(delivery(text("The brief.")))
        platform.listen()
        await platform.ended()
        await asyncio.gather(*unasked)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(130)
