"""The stored pictures are what the bot says today: drawn again, not a letter differs."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.pictures.draw import FOLDER, drawn
from tests.pictures.flow import picture
from tests.pictures.stage import played

WORDS = "{http://www.w3.org/2000/svg}text"


async def test_the_pictures_are_what_the_bot_says(tmp_path: Path) -> None:
    """Where this fails because what the bot says has changed: `make picture`, look at them, and commit them."""
    pictures = drawn(await played(tmp_path))
    assert {path.name for path in FOLDER.iterdir()} == set(pictures)
    for name, svg in pictures.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == svg, f"{name} is out of date: run `make picture`"


@pytest.mark.parametrize("stored", sorted(FOLDER.glob("*.svg")), ids=lambda path: path.name)
def test_a_picture_needs_nothing_else(stored: Path) -> None:
    """It is well-formed, and names no address but that of its own language: no font, no script, no other picture."""
    text = stored.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.find(".//{*}title") is not None
    assert text.replace("http://www.w3.org/2000/svg", "").count("://") == 0


def lines(html: str, width: float, **rules: dict[str, object]) -> list[str]:
    root = ElementTree.fromstring(picture(html, "", {f".{name}": rule for name, rule in rules.items()}, width))
    return ["".join(line.itertext()) for line in root.iter(WORDS)]


def test_words_wrap_where_there_is_no_room() -> None:
    """Between words only, whatever face they have; every word is there once."""
    words = "a <b>bold</b>er claim about the memory chips that nobody needs"
    found = lines(words, 100)
    assert len(found) > 2
    assert " ".join(found) == "a bolder claim about the memory chips that nobody needs"


def test_what_is_folded_ends_in_an_ellipsis() -> None:
    """At most so many lines of it."""
    found = lines(f'<div class="folded">{"word " * 50}</div>', 120, folded={"lines": 2})
    assert len(found) == 2
    assert found[-1].endswith("…")
