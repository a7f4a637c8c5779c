"""How the bot is deployed: an image, a compose file and a systemd unit that ask for no more rights than it needs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import yaml

from bot.cli.arguments import parser

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "seeds" / "deploy"
NOBODY = "10001:10001"


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, its words), comments left out and continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(name, words) for name, _, words in (line.partition(" ") for line in lines if line.strip())]


def last_stage() -> list[tuple[str, str]]:
    found = instructions()
    return found[max(at for at, (name, _) in enumerate(found) if name == "FROM") :]


def words_of(name: str) -> str:
    """The words of the last stage's only instruction of that name."""
    (words,) = [words for each, words in last_stage() if each == name]
    return words


def test_the_image_stands_on_one_base_pinned_by_digest() -> None:
    """Every other stage begins with one that is named above it."""
    bases = [words.split() for name, words in instructions() if name == "FROM"]
    named = {words[-1] for words in bases if "AS" in words}
    outside = [words[0] for words in bases if words[0] not in named]
    assert len(outside) == 1
    assert re.fullmatch(r"python:3\.13\.\d+-slim-\w+@sha256:[0-9a-f]{64}", outside[0])


def test_the_image_runs_as_a_numbered_nobody_and_installs_nothing() -> None:
    """Its data is its own alone; what installs packages is removed; the build's tools stay in the build's stage."""
    ran = " ".join(words for name, words in last_stage() if name == "RUN")
    assert words_of("USER") == NOBODY
    assert "install -d -m 0700 -o 10001 -g 10001 /data" in ran
    assert "pip uninstall --yes" in ran
    assert "pip install" not in ran
    assert words_of("VOLUME") == "/data"
    copied = [words for name, words in last_stage() if name == "COPY"]
    assert copied == ["--from=build /opt/bellwether /opt/bellwether"]
    assert any("uninstall --yes setuptools" in words for name, words in instructions() if name == "RUN")


def test_the_image_says_how_it_fares() -> None:
    """By a subcommand that there is, as there is the one it starts with."""
    check = re.fullmatch(r"--interval=60s .*CMD (\[.*\])", words_of("HEALTHCHECK"))
    assert check
    program, *words = yaml.safe_load(check[1])
    assert [program] == yaml.safe_load(words_of("ENTRYPOINT"))
    assert parser().parse_args(words).check
    assert parser().parse_args(yaml.safe_load(words_of("CMD"))).job == "run"


def test_compose_takes_away_what_is_not_needed() -> None:
    """A root that cannot be written, no capability, no new privilege, and limits; the data is on a volume."""
    composed = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    service: dict[str, Any] = composed["services"]["bellwether"]
    assert service["read_only"] is True
    assert service["user"] == NOBODY
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [each.partition(":")[0] for each in service["tmpfs"]] == ["/tmp"]
    assert [each.rpartition(":")[2] for each in service["volumes"]] == ["/data"]
    assert {"pids_limit", "mem_limit", "restart", "stop_grace_period"} <= set(service)
    assert (DEPLOY / service["build"]).resolve() == ROOT
    assert "privileged" not in service
    assert "ports" not in service  # nothing reaches it from outside


def test_compose_of_several_processes() -> None:
    """Each is given what there is to be done, by a command that there is, with the rights of the one; the image has the
    driver, and two of each are there."""
    composed = yaml.safe_load((DEPLOY / "compose.shared.yaml").read_text(encoding="utf-8"))
    one = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["bellwether"]
    bots = {name: each for name, each in composed["services"].items() if name != "postgres"}
    rights = ("read_only", "user", "cap_drop", "security_opt", "pids_limit", "mem_limit", "stop_grace_period")
    roles = [parser().parse_args(each["command"]).role for each in bots.values()]
    assert roles == [["reader"], ["teller"], ["platform:slack"], ["platform:telegram"]]
    for each in bots.values():
        assert [each[name] for name in rights] == [one[name] for name in rights]
        assert each["deploy"]["replicas"] == 2
        assert (ROOT / each["build"]["args"]["LOCK"]).is_file()
    assert ("ARG", "LOCK=requirements.lock") in instructions()


def unit() -> dict[str, list[str]]:
    """The settings of the unit by name, each with its values in order."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "bellwether.service").read_text(encoding="utf-8").splitlines():
        if not line.startswith(("#", "[")) and line:
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_starts_a_command_that_there_is() -> None:
    """And does not start again what a restart cannot mend."""
    program, *words = shlex.split(unit()["ExecStart"][0])
    assert program == "/opt/bellwether/bin/bellwether"
    assert parser().parse_args(words).job == "run"
    assert unit()["RestartPreventExitStatus"] == ["2 6"]


def test_the_unit_takes_away_what_is_not_needed() -> None:
    """It writes in its own folder only, which nobody else reads, as a user that is nobody else."""
    found = unit()
    strict = {
        "DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes",
        "PrivateTmp": "yes", "PrivateDevices": "yes", "CapabilityBoundingSet": "", "StateDirectoryMode": "0700",
        "RestrictNamespaces": "yes", "LockPersonality": "yes", "RestrictSUIDSGID": "yes", "UMask": "0077",
    }  # fmt: skip
    assert {name: found[name] for name in strict} == {name: [value] for name, value in strict.items()}
    assert found["SystemCallFilter"][0] == "@system-service"
    assert found["RestrictAddressFamilies"] == ["AF_INET AF_INET6 AF_UNIX"]
