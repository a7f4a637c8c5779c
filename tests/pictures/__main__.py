"""Draw the pictures from a run of the sample edition: `make picture`."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from tests.pictures.draw import FOLDER, drawn
from tests.pictures.stage import played

OURS = ("BELLWETHER_", "SLACK_", "TELEGRAM_", "ANTHROPIC_")


def main() -> None:
    """Whatever the settings of the person who draws them say."""
    for name in [each for each in os.environ if each.startswith(OURS)]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        pictures = drawn(asyncio.run(played(Path(folder))))
    FOLDER.mkdir(exist_ok=True)
    for name, svg in pictures.items():
        (FOLDER / name).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
