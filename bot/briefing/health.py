"""Tell the operator once when the bot cannot read its sources any more, and once when it can again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.briefing.views.wording import count
from bot.model.errors import BellwetherError
from bot.text import languages

if TYPE_CHECKING:
    from bot.model.ports import NotifyOperator
    from bot.model.run import RunReport
    from bot.model.stores import Store

FAILED_CYCLES = 3
"""Failed cycles in a row before the operator is told."""
MEMORY = "looks in vain"
"""Key in `Store.memory` of the JSON pair [failed cycles in a row, whether the operator was told]."""


def failure_reason(report: RunReport) -> str | None:
    """Why a cycle counts as failed, in words for a person; None: it does not.

    The limits are those of an `Unable` morning: more than half of the sources, or of the articles read, failed.
    """
    read = report.findings + report.rejections + report.unread
    if 2 * report.failed > report.checked:
        return f"{report.failed} of {count(report.checked, 'source')} could not be read"
    if (words := languages.unread_words(report.languages)) and 2 * sum(number for _, number in report.languages) > read:
        return words
    if 2 * report.unread > read:
        return f"the analysis failed on {report.unread} of {count(read, 'article')}"
    return None


def account(report: RunReport) -> str:
    """What a cycle found, in words: "38 sources asked, 2 failed; 41 new articles, 3 signals opened, 5 changed"."""
    found = f"{count(report.checked, 'source')} asked, {report.failed} failed; {count(report.articles, 'new article')}"
    failed = f"; the analysis failed on {report.unread}" if report.unread else ""
    return f"{found}, {count(report.opened, 'signal')} opened, {report.changed} changed{failed}"


class HealthMonitor:
    """Counts failed cycles in a row. The count is stored, so that it survives a restart."""

    def __init__(self, store: Store, notify: NotifyOperator) -> None:
        self._store = store
        self._notify = notify

    async def record_report(self, report: RunReport) -> None:
        """Count a cycle that ended. One in which no source was due and nothing was read changes nothing."""
        if report.checked or report.unread:
            await self._record(failure_reason(report))

    async def record_failure(self, error: BaseException) -> None:
        """Count a cycle that raised an exception."""
        why = str(error) if isinstance(error, BellwetherError) else "by a fault of ours; the log says more"
        await self._record(f"the look broke off ({why.rstrip('.')})")

    async def _record(self, why: str | None) -> None:
        cycles, told = json.loads(await self._store.memory.recall(MEMORY) or "[0, false]")
        if why is None:
            if told:
                await self._notify("The sources can be read again; the next brief is weighed as usual.")
            if cycles:
                await self._store.memory.keep(MEMORY, json.dumps([0, False]))
            return
        cycles += 1
        if cycles >= FAILED_CYCLES and not told:
            await self._notify(
                f"The bot has looked in vain {cycles} times: {why}. No brief is told until it can look again; "
                "“sources” and `bellwether doctor` say more."
            )
            told = True
        await self._store.memory.keep(MEMORY, json.dumps([cycles, told]))
