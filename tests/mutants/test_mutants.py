"""The mutants themselves: the same for the same seed, real Python, and told killed from survived."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutants import __main__ as command
from tests.mutants import trials
from tests.mutants.equivalent import Equivalent, listed
from tests.mutants.points import Mutant, all_mutants, mutants_of, sampled
from tests.mutants.trials import planted, within

ROOT = Path(__file__).parents[2]
CODE = '''"""A module."""

LIMIT = 3
MOST = LIMIT


def grown(size: int, *, most: int = MOST) -> bool:
    """Whether it is large, and no larger than it may be."""
    seen: list[int] = []
    seen.append(size)
    if size > 1 and size <= most:
        return True
    return False
'''
TESTS = '''"""Tests that leave the boundaries open."""

from bot.growth import grown


def test_grown() -> None:
    assert grown(2)
    assert not grown(0)
    assert not grown(4)
'''


ALONE = """import sys

from bot import growth

if __name__ == "__main__":
    sys.exit(7)
"""
TESTS_ALONE = '''"""A test that starts a process, elsewhere and with next to nothing in its environment."""

import subprocess
import sys
from pathlib import Path


def test_alone(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run([sys.executable, "-m", "bot.alone"], env=environment, cwd=tmp_path, check=False)
    assert done.returncode == 7
'''
FILES = {
    "pytest.ini": "[pytest]\naddopts = -p no:hypothesispytest -p no:anyio\n",  # most of the time of pytest's start
    "bot/__init__.py": "",
    "bot/growth.py": CODE,
    "bot/alone.py": ALONE,
    "tests/test_growth.py": TESTS,
    "tests/test_alone.py": TESTS_ALONE,
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project of two modules, one of which runs in a process of its own alone, and their tests."""
    for name, text in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return tmp_path


@pytest.fixture(scope="module")
def ours() -> list[Mutant]:
    """Every mutant of our own code."""
    return list(all_mutants(ROOT))


def changes(source: str) -> set[tuple[str, str, str]]:
    return {(mutant.kind, mutant.before, mutant.after) for mutant in mutants_of("a.py", source.encode())}


def test_what_is_changed() -> None:
    """Comparisons, boundaries, constants, conditions, `and`, `or` and calls for their effect; no text."""
    assert changes(CODE) == {
        ("constant", "3", "4"),
        ("constant", "1", "2"),
        ("constant", "True", "False"),
        ("constant", "False", "True"),
        ("removed", "seen.append(size)", "pass"),
        ("comparison", ">", ">="),
        ("comparison", "<=", "<"),
        ("and/or", "and", "or"),
        ("negated", "size > 1 and size <= most", "(not (size > 1 and size <= most))"),
    }
    assert changes("a = b if c not in d else e\nlog.info('x', 1)\nx: Literal[1]\n") == {
        ("comparison", "not in", "in"),
        ("negated", "c not in d", "(not (c not in d))"),
    }


def test_every_mutant_is_python_and_differs_in_one_place(ours: list[Mutant]) -> None:
    """Each change of a sample of our own code parses, and is what stood there replaced and nothing else."""
    for mutant in sampled(ours, 100, seed=1):
        source = (ROOT / mutant.path).read_bytes()
        changed = mutant.applied(source)
        ast.parse(changed)
        assert source[mutant.start : mutant.end].decode() == mutant.before != mutant.after
        assert len(changed) - len(source) == len(mutant.after.encode()) - len(mutant.before.encode())


def test_a_sample_is_the_same_for_the_same_seed(ours: list[Mutant]) -> None:
    """The seed decides the sample, which has as many of one kind as of another."""
    sample = sampled(ours, 60, seed=5)
    assert sample == sampled(ours, 60, seed=5) != sampled(ours, 60, seed=6)
    kinds = [mutant.kind for mutant in sample]
    assert {kinds.count(kind) for kind in kinds} == {12}


def test_a_mutant_stands_only_while_it_is_tried(tree: Path) -> None:
    """Whatever happens meanwhile, the file is as it was afterwards."""
    mutant = next(mutant for mutant in all_mutants(tree) if mutant.path == "bot/growth.py")

    def stumble() -> None:
        with planted(tree, mutant):
            assert (tree / mutant.path).read_text() != CODE
            raise KeyError

    with pytest.raises(KeyError):
        stumble()
    assert (tree / mutant.path).read_text() == CODE


def test_the_quickest_tests_are_asked_while_they_fit() -> None:
    """Tests are asked in their order as long as their seconds fit in the budget, and one always is."""
    seconds = {"a": 3.0, "b": 1.0, "c": 2.0}
    assert within(["a", "b", "c"], seconds, 4.5) == ["a", "b"]
    assert within(["a"], seconds, 1.0) == ["a"]
    assert within([], seconds, 1.0) == []


def test_an_equivalent_mutant_is_known_by_its_line() -> None:
    """The number of the line does not matter, its text and the change do."""
    mutant = mutants_of("a.py", b"\n\nx = a < b\n")[0]
    known = Equivalent("a.py", "x = a < b", "<", "<=", "never equal")
    assert known.covers(mutant)
    assert not Equivalent("a.py", "x = a < c", "<", "<=", "never equal").covers(mutant)
    assert not Equivalent("a.py", "x = a < b", "<", ">", "never equal").covers(mutant)


def test_of_the_same_changes_on_a_line_one_can_be_named() -> None:
    """Counted from the left, line by line; without a number all of them are meant."""
    found = [each for each in mutants_of("a.py", b"x = f(1, 2, 1)\ny = f(1)\n") if each.before == "1"]
    assert [(each.line, each.nth) for each in found] == [(1, 1), (1, 2), (2, 1)]
    assert str(found[1]) == "a.py:1 constant: 1 → 2 (the 2. on the line)"
    second = Equivalent("a.py", "x = f(1, 2, 1)", "1", "2", "the same", nth=2)
    assert [second.covers(each) for each in found] == [False, True, False]
    assert [replace(second, nth=0).covers(each) for each in found] == [True, True, False]


def test_what_is_listed_as_equivalent_has_its_reason() -> None:
    """Each entry says why no test can notice it, and none is there twice."""
    assert all(each.reason and each.before != each.after for each in listed())
    assert len(set(listed())) == len(listed())


def test_what_is_listed_as_equivalent_is_not_sampled(
    ours: list[Mutant], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listed mutant makes room for the next one; the rest of the sample stays, and an entry that is gone is named."""
    monkeypatch.setattr(command, "all_mutants", lambda _: ours)
    taken = command.chosen(ROOT, 0, 120)
    assert len(taken) == 120
    assert not any(each.covers(mutant) for mutant in taken for each in listed())
    assert len(set(sampled(ours, 120, seed=0)) - set(taken)) < 30
    assert command.chosen(ROOT, 0, 120) == taken
    assert all("no longer in the code" in line for line in capsys.readouterr().err.splitlines())


def test_killed_is_told_from_survived(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A test that fails kills, also by a process that it starts; boundaries that no test asks about live, and are named
    with file, line and change; the tree is as it was, and too small a share is an error. A constant is asked of those
    who use what is made of it, and not of a process that merely imports it."""
    code = command.main(
        ["bot/growth.py:3", "bot/growth.py:11", "bot/alone.py:6", "--root", str(tree), "--workers", "1"]
    )
    said = capsys.readouterr().out
    assert code == 1
    assert "bot/growth.py:11 comparison: > → >=  (lived; 1 of 1 tests)\n    if size > 1 and size <= most:" in said
    assert "bot/growth.py:11 comparison: <= → <  (lived" in said
    assert "75% of 8 noticed: 6 killed, 0 never ended, 2 lived, 0 reached by no test" in said
    assert (tree / "bot/growth.py").read_text() == CODE


def test_a_mutant_that_never_ends_is_ended(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutant that spins runs into the limit of processor time, which counts as noticed."""
    monkeypatch.setattr(trials, "START", 1.0)
    (tree / "bot/growth.py").write_text(CODE.replace("    return False", "    while True:\n        size += 1"))
    fate, _ = trials.asked(tree, ["tests/test_growth.py::test_grown"], 0.0) or (None, "")
    assert fate is trials.Fate.NEVER_ENDED
