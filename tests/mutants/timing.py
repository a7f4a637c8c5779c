"""A pytest plugin (`-p tests.mutants.timing`) that writes the processor time of each passing test into a file.

Meanwhile a file beside it, named by the process, says which test runs there, for the processes that the test starts.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import pytest

TIMES_FILE = "MUTANTS_TIMES_FILE"
_TOOK = "processor_seconds"


class Stopwatch:
    """Notes in each report the processor time since the one before, child processes included."""

    def __init__(self, running: Path) -> None:
        self._before = _spent()
        self._running = running

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._running.write_text(item.nodeid, encoding="utf-8")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        spent = _spent()
        vars(report)[_TOOK], self._before = spent - self._before, spent  # xdist sends whatever a report holds
        return report


class Times:
    """Gathers the seconds of each test, set-up and tear-down included; one that did not pass is left out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid] += vars(report)[_TOOK]
        if not report.passed:
            self._failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        passed = {test: seconds for test, seconds in self._seconds.items() if test not in self._failed}
        self._path.write_text(json.dumps(passed), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Measure where the tests run, and gather where the reports arrive: with xdist these are two processes."""
    path = os.environ[TIMES_FILE]
    config.pluginmanager.register(Stopwatch(Path(f"{path}.{os.getpid()}")))
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Times(Path(path)))


def _spent() -> float:
    return sum(os.times()[:4])
