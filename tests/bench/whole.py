"""Bench: real feeds served on loopback, through the whole pipeline to a brief, with the audit after it."""

from __future__ import annotations

import asyncio
import os
import resource
import tempfile
import time
from pathlib import Path

from bot.app.application import App
from bot.app.opening import open_app
from bot.briefing import briefs
from bot.briefing.service import local_date
from bot.cli import checks
from bot.model import settings
from bot.model.brief import Brief
from tests.bench.collect import served

EVER = 30 * 365 * 86400  # seconds: whatever a stored feed holds is new enough


def run(argument: Path) -> dict[str, object]:
    """Counts of what became of a folder's feeds; `silent` are those read well of which not one entry was seen.

    Article pages are left out: they lie beyond the folder.
    """
    with served(argument) as urls, tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "sources.toml"
        listed.write_text("".join(f'[[source]]\nurl = "{url}"\npublisher = "P{n}"\n' for n, url in enumerate(urls)))
        os.environ["XDG_DATA_HOME"] = folder
        pipeline = settings.PipelineSettings(pages=False, host_pause=0).model_copy(update={"window": EVER})
        loaded = settings.load(sources=str(listed), allow_private_hosts=True, pipeline=pipeline)
        return asyncio.run(_measured(loaded))


async def _measured(loaded: settings.Settings) -> dict[str, object]:
    async with open_app(loaded) as app:
        started = time.process_time()
        report = await app.pipeline.cycle()
        seconds = time.process_time() - started
        assert report is not None
        channel = await app.terminal()
        edition = await briefs.edition(app.store, channel, local_date(channel, app.clock.now()), app.clock.now())
        checked, wrong = await checks.audit(app.store.signals)
        return {
            "feeds": report.checked,
            "failed": report.failed,
            "failures": list(report.notes),
            "silent": await _silent(app),
            "articles": report.articles,
            "copies": report.copies,
            "findings": report.findings,
            "rejections": report.rejections,
            "unread": report.unread,
            "signals": report.opened - report.merged,
            "outcome": type(edition).__name__.lower(),
            "told": len(edition.items) if isinstance(edition, Brief) else 0,
            "quotes": checked,
            "quotes_wrong": len(wrong),
            "cpu_seconds": round(seconds, 1),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
        }


async def _silent(app: App) -> list[str]:
    health = await app.store.sources.health()
    return [source.url for source in await app.store.sources.all() if not health[source.id].entries]
