"""What is due to channels at a tick: what sources took back first, then briefs, then what is told at once."""

from __future__ import annotations

from bot.app.application import App
from bot.briefing.alerts import AlertWatch
from bot.briefing.amending import AmendmentWatch, amend_due
from bot.briefing.schedule import alert_due, tell_due
from bot.briefing.service import BriefingService


class Telling:
    """Puts what is due into the outbox; between two ticks it remembers what it has looked at."""

    def __init__(self, app: App, briefing: BriefingService) -> None:
        self._app = app
        self._briefing = briefing
        self._alerts, self._amendments = AlertWatch(), AmendmentWatch()

    async def tell(self) -> None:
        """Tell every channel on an open platform what is due to it. Raises StorageError."""
        store, clock, brief = self._app.store, self._app.clock, self._app.settings.brief
        await amend_due(store, self._briefing, clock, self._amendments)
        await tell_due(store, self._briefing, clock, brief.catch_up)
        await alert_due(store, self._briefing, clock, brief.alerts, self._alerts)
