"""The databases that can keep the store, and what holds of a file alone."""

from __future__ import annotations

import pytest

ENGINES = ("sqlite", "postgresql")

of_a_file = pytest.mark.parametrize("engine", ["sqlite"])
"""A test of what only a database that is a file has."""
