"""Mutants that no test can notice, each with the reason: they are not counted."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.points import Mutant, shown

LISTED = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True)
class Equivalent:
    """A change that keeps the behaviour, found by the text of its line: numbers of lines move.

    Where a line can be changed so at several points, `nth` says which of them is meant, from 1 on the left; 0: all.
    """

    path: str
    line: str
    before: str
    after: str
    reason: str
    nth: int = 0

    def covers(self, mutant: Mutant) -> bool:
        return self.nth in {0, mutant.nth} and (self.path, self.line, self.before, self.after) == (
            mutant.path,
            mutant.whole_line,
            shown(mutant.before),
            shown(mutant.after),
        )


def listed(path: Path = LISTED) -> list[Equivalent]:
    """The list, in the order of the file."""
    return [Equivalent(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", [])]
