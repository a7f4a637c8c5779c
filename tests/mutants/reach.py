"""Which tests reach a line: one run of the suite under coverage, a context a test, kept until the code changes.

Processes that a test starts are measured too, under the name of that test.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from coverage import CoverageData

from tests.forking import ANEW
from tests.mutants.points import ROOTS, Mutant
from tests.mutants.timing import TIMES_FILE

CHILD = """
import os, pathlib
running = pathlib.Path("{times}." + str(os.getppid()))
if running.exists():
    import coverage
    test = running.read_text(encoding="utf-8") + "|run"
    coverage.Coverage(config_file="{config}", data_suffix=True, context=test, auto_data=True).start()
"""
"""What Python runs as it starts (`sitecustomize`) where a test may start it, as long as the suite is measured."""


class Reach:
    """The tests that reach each line, and the seconds of processor time each of them takes."""

    def __init__(self, root: Path, data: CoverageData, seconds: dict[str, float]) -> None:
        self.seconds = seconds
        self._root = root
        self._lines: dict[str, dict[int, set[str]]] = {}
        self._size: Counter[str] = Counter()
        for path in data.measured_files():
            lines = self._lines.setdefault(_inside(root, Path(path)), {})
            for line, contexts in data.contexts_by_lineno(path).items():
                lines.setdefault(line, set()).update(self._tests(contexts))
        for lines in self._lines.values():
            for tests in lines.values():
                self._size.update(tests)
        self._loads = {path: _loads(root / path) for path in self._lines if (root / path).exists()}

    def _tests(self, contexts: Iterable[str]) -> set[str]:
        names = {context.rpartition("|")[0] for context in contexts}
        return {name for name in names if name in self.seconds}

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests that reach the mutant, those that run least of the code first: they are the most likely to notice.

        A line that only importing runs is reached by the tests that run what it defines; else by those whose own
        processes import it, and by all tests that reach its module.
        """
        lines = self._lines.get(mutant.path, {})
        found = self._users(mutant) if mutant.at_import else set[str]()
        found = found or self._at(lines, range(mutant.first, mutant.last + 1))
        if not found and mutant.at_import:
            found = self._at(lines, lines)
        return sorted(found, key=lambda test: (self._size[test], test))

    def _at(self, lines: dict[int, set[str]], wanted: Iterable[int]) -> set[str]:
        return set().union(*(lines.get(line, ()) for line in wanted))

    def _users(self, mutant: Mutant) -> set[str]:
        """The tests that run what the mutant's statement defines, or what other definitions make of it."""
        found, seen, waiting = set[str](), set[tuple[str, int]](), [(mutant.path, mutant.first)]
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            inside, names = _defined((self._root / place[0]).read_bytes(), place[1])
            found |= self._at(self._lines.get(place[0], {}), inside)
            for path, line, statement in self._reading(names, place[0]):
                if statement is None:
                    found |= self._at(self._lines[path], (line,))
                else:
                    waiting.append((path, statement))
        return found

    def _reading(self, names: Iterable[str], own: str) -> Iterator[tuple[str, int, int | None]]:
        """Where the names are read, as (path, line, statement) of `_reads`; private ones in their own module alone."""
        for path, loads in self._loads.items():
            for name in names:
                if path == own or not name.startswith("_"):
                    yield from ((path, line, statement) for line, statement in loads.get(name, ()))


def _inside(root: Path, path: Path) -> str:
    """The path within the tree: a process that did not begin there names the whole path, of the copy of its day."""
    tails = (Path(*path.parts[at:]) for at in range(path.is_absolute(), len(path.parts)))
    return next((tail.as_posix() for tail in tails if (root / tail).exists()), path.as_posix())


def _defined(source: bytes, line: int) -> tuple[range, set[str]]:
    """The lines of the function whose head stands at `line`, and the names that the statement there gives a value."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno == line:
            return range(node.body[0].lineno, (node.end_lineno or line) + 1), set()
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.lineno == line:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            return range(0), {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return range(0), set()


def _loads(path: Path) -> dict[str, set[tuple[int, int | None]]]:
    """For each name that a module reads, also as an attribute, the lines and statements of `_reads`."""
    loads: dict[str, set[tuple[int, int | None]]] = {}
    for name, line, statement in _reads(ast.parse(path.read_bytes()), 0):
        loads.setdefault(name, set()).add((line, statement))
    return loads


def _reads(node: ast.AST, statement: int | None) -> Iterator[tuple[str, int, int | None]]:
    """Each name read in a node, with its line, and the line where the statement begins that importing runs; None: it
    is read in the body of a function."""
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield node.id if isinstance(node, ast.Name) else node.attr, node.lineno, statement
    body: list[ast.stmt] = node.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []
    for part in ast.iter_child_nodes(node):
        if statement is None or part in body:
            yield from _reads(part, None)
        else:
            yield from _reads(part, part.lineno if isinstance(part, ast.stmt) else statement)


def reach(root: Path, cache: Path, workers: int) -> Reach:
    """What the tests under `root` reach, kept in `cache`: measured are test modules that changed since, or the whole
    suite where anything else did."""
    cache.mkdir(parents=True, exist_ok=True)
    data, times, known = cache / "coverage", cache / "times.json", cache / "digests.json"
    now = _digests(root)
    before: dict[str, str] = json.loads(known.read_text()) if known.exists() else {}
    seconds: dict[str, float] = json.loads(times.read_text()) if before else {}
    changed = {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}
    if changed:
        known.unlink(missing_ok=True)
        some = all(map(_is_test, changed)) and bool(before)
        measured = sorted(changed & now.keys()) if some else ["tests"]
        seconds = {test: took for test, took in seconds.items() if some and test.partition("::")[0] not in changed}
        times.write_text(json.dumps(seconds | _measured(root, data, measured, workers, more=some)))
        known.write_text(json.dumps(now))
    kept = CoverageData(str(data))
    kept.read()
    return Reach(root, kept, json.loads(times.read_text()))


def _digests(root: Path) -> dict[str, str]:
    """By path, a digest of each module of the application and its tests."""
    paths = (path for room in (*ROOTS, "tests") for path in sorted((root / room).rglob("*.py")))
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if "mutants" not in path.parts
    }


def _is_test(path: str) -> bool:
    return path.rpartition("/")[2].startswith("test_")


def _measured(root: Path, data: Path, tests: Sequence[str], workers: int, *, more: bool) -> dict[str, float]:
    """Run tests under coverage, with `more` on top of what the data hold; the seconds of each that passes."""
    if not tests:
        return {}
    config = data.with_name("settings.ini")  # combining eats what begins as the data file does
    config.write_text(f"[run]\nsource = {','.join(ROOTS)}\nrelative_files = true\ndata_file = {data}\n")
    times = data.with_name("new.json")
    times.unlink(missing_ok=True)
    words = ["-n", str(workers), "-p", "tests.mutants.timing", "-p", "no:cacheprovider", "--ignore", "tests/mutants"]
    words += ["--cov", f"--cov-config={config}", "--cov-context=test", "--cov-report=", *(["--cov-append"] * more)]
    (root / "sitecustomize.py").write_text(CHILD.format(times=times, config=config), encoding="utf-8")
    home = f"{root}{os.pathsep}{Path(__file__).parents[2]}"
    with data.with_name("suite.log").open("w", encoding="utf-8") as log:
        subprocess.run(
            [sys.executable, "-m", "pytest", *words, *tests],
            cwd=root,
            env={**os.environ, "PYTHONPATH": home, TIMES_FILE: str(times), ANEW: "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    (root / "sitecustomize.py").unlink()
    for running in times.parent.glob(f"{times.name}.*"):
        running.unlink()
    if not times.exists():
        raise SystemExit(f"The suite could not be run under coverage: see {log.name}.")
    found: dict[str, float] = json.loads(times.read_text())
    return found
