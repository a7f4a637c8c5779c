"""The bot's day with its archive on PostgreSQL: what it does on a file it does there, seen from outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.process import Machine
from tests.servers.feeds import feed_server, rss
from tests.test_command_line import strong


async def test_the_whole_day(tmp_path: Path, postgres_database: Any) -> None:
    """Read, told once, asked why, muted, and looked after: brief, quotes and checks, all from the server."""
    machine = Machine(
        tmp_path,
        BELLWETHER_DATABASE_URL=postgres_database.emptied(),
        BELLWETHER_ALLOW_PRIVATE_HOSTS="true",
        BELLWETHER_PIPELINE__HOST_PAUSE="0",
    )
    async with feed_server() as server:
        server.put("/feed.xml", rss(strong()))
        sources = tmp_path / "sources.toml"
        sources.write_text(f'[[source]]\nurl = "{server.url("/feed.xml")}"\npublisher = "Daily"\n')
        machine.environment["BELLWETHER_SOURCES"] = str(sources)
        run = await machine.bellwether("run", typed="why 1\nmute AI for 7d\n")
        assert run.code == 0, run.err
        told, why, mute = (run.out.index(words) for words in ("Memory chip stocks shed", "› why 1", "› mute AI"))
        assert told < why < mute
        assert "materially lower memory requirements" in run.out[why:mute]
        again = await machine.bellwether("run", typed="mutes\nsearch memory chips\n")
        assert again.out.count("The Bellwether · Friday 27 March") == 1
        assert "AI" in again.out.partition("› mutes")[2]
        said = json.loads((await machine.within("brief", "--json")).out)
        assert (said["outcome"], said["account"]["muted"]) == ("quiet", 1)
        audit = await machine.within("audit")
        assert (audit.code, audit.out.splitlines()[-1]) == (0, "The database is whole.")
        assert (await machine.within("status", "--check")).code == 0
        assert "PostgreSQL: version" in (await machine.within("doctor")).out
