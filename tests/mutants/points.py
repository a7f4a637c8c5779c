"""Where a source text can be changed at one point, and how: every such change is a `Mutant`."""

from __future__ import annotations

import ast
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path

ROOTS = ("bot", "storage", "handlers")
SKIPPED = ("storage/migrations/versions/",)
"""Migrations that have been released are never changed again."""
COMPARISONS = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"), ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: (r"not\s+in", "in"), ast.Is: ("is", "is not"),
    ast.IsNot: (r"is\s+not", "is"),
}  # fmt: skip
"""For each comparison, the pattern of its operator in the source and the operator that takes its place."""
LOGGERS = ("log", "logger", "logging", "_log")
"""Removing a line of a log changes nothing that is promised."""


@dataclass(frozen=True)
class Mutant:
    """One change: the bytes `start:end` of the file become `after`; `first` to `last`: its statement."""

    path: str
    kind: str
    line: int
    start: int
    end: int
    before: str
    after: str
    first: int
    last: int
    whole_line: str
    at_import: bool  # whether importing the module runs it: it stands in the body of no function
    nth: int = 1  # which of the same changes on its line it is, from the left

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.after.encode() + source[self.end :]

    def __str__(self) -> str:
        which = f" (the {self.nth}. on the line)" if self.nth > 1 else ""
        return f"{self.path}:{self.line} {self.kind}: {shown(self.before)} → {shown(self.after)}{which}"


def shown(code: str) -> str:
    """Code on one line, shortened to 80 characters."""
    flat = " ".join(code.split())
    return flat if len(flat) <= 80 else f"{flat[:79]}…"


class Points(ast.NodeVisitor):
    """Collects the mutants of one file in `found`."""

    def __init__(self, path: str, source: bytes) -> None:
        self.found: list[Mutant] = []
        self._path, self._source = path, source
        self._lines = source.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))
        self._statement = (1, 1)
        self._bodies: list[range] = []  # lines of the bodies of functions

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.stmt):
            body: list[ast.stmt] = getattr(node, "body", [])
            last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno or node.lineno
            self._statement = (node.lineno, last)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self._bodies.append(range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1))
        super().visit(node)

    def generic_visit(self, node: ast.AST) -> None:
        """Visit the parts of a node, but not annotations, nor formatted strings (no exact positions before 3.12)."""
        own = self._statement
        for name, value in ast.iter_fields(node):
            if name not in ("annotation", "returns"):
                for part in value if isinstance(value, list) else [value]:
                    if isinstance(part, ast.AST) and not isinstance(part, ast.JoinedStr):
                        self.visit(part)
                        self._statement = own if isinstance(part, ast.stmt) else self._statement

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """A class without its decorators: whether it is frozen or has slots is seen by mypy, or by nobody."""
        for part in node.body:
            self.visit(part)

    def visit_keyword(self, node: ast.keyword) -> None:
        """An argument, but not zip's `strict`: the guard of what never happens."""
        if node.arg != "strict":
            self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            pattern, after = COMPARISONS[type(operator)]
            self._between("comparison", left, right, rf"(?<![<>=!\w]){pattern}(?![<>=\w])", after)
            left = right
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        before, after = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._between("and/or", left, right, rf"\b{before}\b", after)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self._whole("constant", node, str(not node.value))
        elif isinstance(node.value, int | float):
            self._whole("constant", node, repr(node.value + 1))

    def visit_If(self, node: ast.If | ast.While | ast.IfExp) -> None:
        if ast.unparse(node.test) != "TYPE_CHECKING":
            self._negated(node.test)
            self.generic_visit(node)

    visit_While = visit_IfExp = visit_If  # noqa: N815 - the names that are looked for

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self._negated(test)
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        value = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(value, ast.Call):
            if ast.unparse(value.func).split(".")[0] in LOGGERS:
                return
            self._whole("removed", node, "pass")
        if not isinstance(value, ast.Constant):  # a docstring, or the dots of a protocol
            self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign | ast.Continue | ast.Break | ast.Raise | ast.Delete) -> None:
        self._whole("removed", node, "pass")
        self.generic_visit(node)

    visit_Continue = visit_Break = visit_Raise = visit_Delete = visit_AugAssign  # noqa: N815 - as above

    def visit_Assign(self, node: ast.Assign) -> None:
        if isinstance(node.targets[0], ast.Attribute | ast.Subscript):
            self._whole("removed", node, "pass")
        self.generic_visit(node)

    def _negated(self, node: ast.expr) -> None:
        start, end = self._span(node)
        self._add("negated", start, end, f"(not ({self._source[start:end].decode()}))")

    def _whole(self, kind: str, node: ast.expr | ast.stmt, after: str) -> None:
        self._add(kind, *self._span(node), after)

    def _between(self, kind: str, left: ast.expr, right: ast.expr, pattern: str, after: str) -> None:
        """Replace the operator that stands between two operands."""
        start, end = self._span(left)[1], self._span(right)[0]
        matches = list(re.finditer(pattern.encode(), self._source[start:end]))
        if len(matches) == 1:
            self._add(kind, start + matches[0].start(), start + matches[0].end(), after)

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.lineno - 1] + node.col_offset, self._starts[node.end_lineno - 1] + node.end_col_offset

    def _add(self, kind: str, start: int, end: int, after: str) -> None:
        line = self._source.count(b"\n", 0, start) + 1
        before, text = self._source[start:end].decode(), self._lines[line - 1].decode().strip()
        at_import = not any(line in body for body in self._bodies)
        place = (self._path, kind, line, start, end)
        self.found.append(Mutant(*place, before, after, *self._statement, text, at_import))


def mutants_of(path: str, source: bytes) -> list[Mutant]:
    """Every mutant of one file, in the order of its text."""
    points = Points(path, source)
    points.visit(ast.parse(source))
    found = sorted(points.found, key=lambda mutant: (mutant.start, mutant.kind, mutant.end))
    return list(_numbered(found))


def _numbered(found: Iterable[Mutant]) -> Iterator[Mutant]:
    """The mutants with their `nth`, given in the order of the text."""
    same: Counter[tuple[int, str, str]] = Counter()
    for mutant in found:
        change = mutant.line, mutant.before, mutant.after
        same[change] += 1
        yield replace(mutant, nth=same[change])


def all_mutants(root: Path) -> Iterator[Mutant]:
    """The mutants of all modules under `root` that belong to the application, in the order of their paths."""
    for path in sorted(found for room in ROOTS for found in (root / room).rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if not name.startswith(SKIPPED):
            yield from mutants_of(name, path.read_bytes())


def sampled(mutants: Iterable[Mutant], count: int, seed: int) -> list[Mutant]:
    """`count` mutants, each kind as often as the others while it lasts; the same for the same seed and code.

    Each has its place by the digest of the seed, its line and its change: where some code changes, the rest of the
    sample stays.
    """
    kinds: dict[str, list[tuple[bytes, Mutant]]] = {}
    times: Counter[str] = Counter()
    for mutant in mutants:
        same = f"{seed} {mutant.path} {mutant.whole_line} {mutant.before} {mutant.after}"
        place = hashlib.sha256(f"{same} {times[same]}".encode()).digest()
        times[same] += 1
        kinds.setdefault(mutant.kind, []).append((place, mutant))
    left = [sorted(found, key=itemgetter(0), reverse=True) for _, found in sorted(kinds.items())]
    taken: list[Mutant] = []
    while len(taken) < count and any(left):
        taken += [found.pop()[1] for found in left if found][: count - len(taken)]
    return taken
