"""How far a cycle is, on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console

from bot.model.harmless import one_line
from handlers.console.layout import ACCENT, screen

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


class ConsoleProgress:
    """Progress bars on a terminal, otherwise one line for each step."""

    def __init__(self, console: Console | None = None) -> None:
        """With no `console`, standard error is written to."""
        self._console = console or screen(sys.stderr)
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}
        self._announced: set[str] = set()

    def __enter__(self) -> ConsoleProgress:
        if self._console.is_terminal:
            self._bars = _bars(self._console)
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
        self._tasks.clear()

    def step(self, name: str, done: int, total: int) -> None:
        """Show that `done` of `total` of the step `name` are done; outside `with`, or without a terminal, only that the
        step has begun."""
        if self._bars is None:
            self._announce(name, total)
            return
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(one_line(name), total=total)
        self._bars.update(self._tasks[name], completed=done, total=total)

    def _announce(self, name: str, total: int) -> None:
        if name not in self._announced:
            self._announced.add(name)
            self._console.print(f"{one_line(name)} ({total}) …" if total else f"{one_line(name)} …")


def _bars(console: Console) -> Bars:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    return Progress(
        SpinnerColumn(style=ACCENT),
        TextColumn("{task.description}", markup=False),
        BarColumn(complete_style=ACCENT, finished_style=ACCENT),
        MofNCompleteColumn(),
        console=console,
        transient=True,
    )
