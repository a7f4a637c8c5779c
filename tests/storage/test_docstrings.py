"""The store says of itself what it gives and what can go wrong."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import storage.engine

ROOT = Path(storage.engine.__file__).parent


def undocumented(path: Path) -> Iterator[str]:
    """The public functions, classes and methods of a module that say nothing of themselves."""

    def below(parent: ast.AST, name: str) -> Iterator[str]:
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
                if not ast.get_docstring(node):
                    yield f"{name}.{node.name}"
                if isinstance(node, ast.ClassDef):
                    yield from below(node, f"{name}.{node.name}")

    yield from below(ast.parse(path.read_text(encoding="utf-8")), path.stem)


def test_every_public_name_says_what_it_gives() -> None:
    """The migrations, which Alembic calls, aside."""
    modules = [*ROOT.glob("[!_]*.py"), *ROOT.glob("engines/[!_]*.py")]
    assert len(modules) > 15
    assert [name for path in modules for name in undocumented(path)] == []


def test_every_port_says_what_it_raises() -> None:
    """Once a class, for all its methods."""
    ports = [
        node
        for path in ROOT.glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name.startswith("Sql") and node.name != "SqlStore"
    ]
    assert len(ports) > 9
    assert [node.name for node in ports if "raise StorageError" not in (ast.get_docstring(node) or "")] == []
