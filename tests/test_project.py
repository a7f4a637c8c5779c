"""What a newcomer finds beside the code is true: the example of secrets, the hooks, the workflow, the templates."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import SecretStr

from bot.model.settings import Settings, load

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
FORMS = sorted(each for each in (ROOT / ".github" / "ISSUE_TEMPLATE").iterdir() if each.name != "config.yml")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_the_example_of_secrets_names_each_of_them() -> None:
    """Every secret by its name, each left out until it is filled in, and nothing else."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = [line.removeprefix("#").removesuffix("=") for line in lines if line.endswith("=")]
    secrets = [str(field.validation_alias) for field in Settings.model_fields.values() if field.validation_alias]
    for section, key in (("mail", "password"), ("web", "token")):
        assert isinstance(getattr(load(**{section: {key: "x"}}), section).model_dump()[key], SecretStr)
        secrets.append(f"BELLWETHER_{section}__{key}".upper())
    assert sorted(named) == sorted(secrets)
    assert [line for line in lines if line and not line.startswith("#")] == []


def recipe(target: str) -> list[str]:
    """The commands of a target, without their silencing @."""
    block = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert block
    return [line.strip().removeprefix("@").replace("$(BIN)", ".venv/bin") for line in block[1].splitlines()]


def test_the_hooks_check_what_make_test_checks() -> None:
    """The same tools, from the same environment; none is fetched from elsewhere."""
    [local] = read(".pre-commit-config.yaml")["repos"]
    assert local["repo"] == "local"
    assert {hook["language"] for hook in local["hooks"]} == {"system"}
    entries = [hook["entry"] for hook in local["hooks"]]
    *first, beside = recipe("test")
    assert beside.endswith("types suite")
    for command in (*first, *recipe("types"), *recipe("suite")):
        assert any(command.startswith(entry) for entry in entries), command


@pytest.mark.parametrize(("length", "passes"), [(1, True), (72, True), (73, False)])
def test_a_subject_has_at_most_72_characters(tmp_path: Path, length: int, passes: bool) -> None:
    """Characters, not bytes; what stands below it is not counted."""
    message = tmp_path / "message"
    message.write_text("é" * length + "\n\n" + "because " * 20, encoding="utf-8")
    ran = subprocess.run([ROOT / ".ci" / "subject", message], capture_output=True, check=False)
    assert (ran.returncode == 0) is passes


def test_the_workflow_runs_what_ci_runs() -> None:
    """On the oldest Python that is promised, and on the image's."""
    job = read(".github/workflows/test.yml")["jobs"]["test"]
    assert ".ci/run" in [step.get("run") for step in job["steps"]]
    oldest = PYPROJECT["project"]["requires-python"].removeprefix(">=")
    image = re.search(r"FROM python:(\d+\.\d+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert image
    assert job["strategy"]["matrix"]["python"] == [oldest, image[1]]


def test_the_updates_are_of_what_there_is() -> None:
    """Python, the workflow and the image."""
    assert {each["package-ecosystem"] for each in read(".github/dependabot.yml")["updates"]} == {
        "pip",
        "github-actions",
        "docker",
    }


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_a_form_for_issues_asks_something(form: Path) -> None:
    """It has a name, a line about it, and fields with distinct ids and labels."""
    read_form = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert read_form["name"]
    assert read_form["description"]
    fields = read_form["body"]
    assert len({field["id"] for field in fields}) == len(fields)
    assert all(field["attributes"]["label"] for field in fields)
