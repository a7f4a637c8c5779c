"""Record the README's picture from a real run of the sample edition: `make picture`."""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from bot.app import open_app, play_sample
from bot.briefing import briefs
from bot.briefing.service import local_date
from bot.briefing.views.brief_view import brief_message
from bot.model import settings
from handlers.console.layout import Layout

PICTURE = Path(__file__).resolve().parent.parent / "seeds" / "sample" / "brief.svg"
MORNING = datetime(2026, 3, 27, 7, 40, tzinfo=UTC)
WIDTH = 92


async def record() -> str:
    """The sample's brief as the terminal shows it, as SVG."""
    loaded = settings.load(now=MORNING, brief=settings.BriefSettings(timezone="UTC", most=3))
    async with open_app(loaded, sample=True) as app:
        await play_sample(app)
        channel = await app.terminal()
        now = app.clock.now()
        edition = await briefs.edition(app.store, channel, local_date(channel, now), now)
    console = Console(
        record=True, width=WIDTH, force_terminal=True, color_system="truecolor", highlight=False, file=io.StringIO()
    )
    console.print(Text("\n").join(Layout(console).lines(brief_message(edition, channel))), soft_wrap=True)
    return console.export_svg(title="bellwether run", theme=MONOKAI)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder
        PICTURE.write_text(asyncio.run(record()), encoding="utf-8")
