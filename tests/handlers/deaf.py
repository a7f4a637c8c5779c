"""An inbox nobody speaks to."""

from __future__ import annotations

from bot.model.channel import Place
from bot.model.event import Event
from bot.model.messages import Card, Panel
from bot.model.outgoing import Spoken


class Deaf:
    """Takes what it is given and answers nothing."""

    async def accept(self, event: Event) -> bool:
        return True

    async def worked(self, event: Event) -> None:
        return None

    async def places(self, platform: str) -> tuple[Place, ...]:
        return ()

    async def ours(self, platform: str, address: str, thread: str) -> bool:
        return False

    async def panel(self, platform: str, address: str) -> Panel | None:
        return None

    async def card(self, signal_id: int) -> Card | None:
        return None

    async def spoken(self, platform: str, address: str, ref: str) -> Spoken | None:
        return None

    async def addresses(self, platform: str) -> tuple[str, ...]:
        return ()

    async def moved(self, platform: str, before: str, after: str) -> None:
        return None
