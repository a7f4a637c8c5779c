"""Whether the bot can still look: after several looks in vain the operator is told, once, and once more when it can."""

from __future__ import annotations

import json

from bot.briefing.views.wording import count
from bot.delivery.outbox import Alarm
from bot.model.run import RunReport
from bot.model.stores import Store
from bot.text import languages

LOOKS = 3
"""In vain, one after the other, before the operator is told."""
MEMORY = "looks in vain"
"""The name in memory of how many there were, and whether they were told."""


def in_vain(report: RunReport) -> str | None:
    """Why nothing can be concluded from a look, by the bounds of an unable morning; None: it was well."""
    read = report.findings + report.rejections + report.unread
    if 2 * report.failed > report.checked:
        return f"{report.failed} of {count(report.checked, 'source')} could not be read"
    if (words := languages.unread_words(report.languages)) and 2 * sum(number for _, number in report.languages) > read:
        return words
    if 2 * report.unread > read:
        return f"the analysis failed on {report.unread} of {count(read, 'article')}"
    return None


class Watch:
    """Counts looks in vain; the count outlives the process."""

    def __init__(self, store: Store, alarm: Alarm) -> None:
        self._store = store
        self._alarm = alarm

    async def saw(self, report: RunReport) -> None:
        """A look at nothing (no source was due) changes nothing."""
        if report.checked or report.unread:
            await self._note(in_vain(report))

    async def failed(self, error: BaseException) -> None:
        """A look that broke off."""
        await self._note(f"the look broke off ({type(error).__name__}: {error})")

    async def _note(self, why: str | None) -> None:
        looks, told = json.loads(await self._store.memory.recall(MEMORY) or "[0, false]")
        if why is None:
            if told:
                await self._alarm("The sources can be read again; the next brief is weighed as usual.")
            if looks:
                await self._store.memory.keep(MEMORY, json.dumps([0, False]))
            return
        looks += 1
        if looks >= LOOKS and not told:
            await self._alarm(
                f"The bot has looked in vain {looks} times: {why}. No brief is told until it can look again; “sources” "
                "and `bellwether doctor` say more."
            )
            told = True
        await self._store.memory.keep(MEMORY, json.dumps([looks, told]))
