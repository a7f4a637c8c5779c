"""A pytest plugin (`-p tests.mutants.timing`) that writes how long each passing test took into a file."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

TIMES_FILE = "MUTANTS_TIMES_FILE"


class Times:
    """Seconds a test, set-up and tear-down included; a test that did not pass is left out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid] += report.duration
        if not report.passed:
            self._failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        passed = {test: seconds for test, seconds in self._seconds.items() if test not in self._failed}
        self._path.write_text(json.dumps(passed), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Listen in the process that gathers the reports, not in the workers of xdist."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Times(Path(os.environ[TIMES_FILE])))
