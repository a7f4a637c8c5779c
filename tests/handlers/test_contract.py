"""What every folder in handlers/ promises, whichever platform it speaks to."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import handlers
from bot.app.platforms import platform_module
from bot.model.messages import Block, Bullets, Card, Choice, Choices, Heading, Message, Paragraph, Quote, Run
from bot.model.ports import Platform
from bot.model.settings import load
from tests.handlers.deaf import Deaf

PLATFORMS = [module.name for module in pkgutil.iter_modules(handlers.__path__)]

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "So")), min_size=1, max_size=400)
QUOTES = st.builds(Quote, WORDS, st.just((0, 1)), WORDS, st.none() | st.just("https://a.example/x#:~:text=y"))
CARDS = st.builds(
    Card,
    signal_id=st.integers(1, 99_999),
    number=st.none() | st.integers(1, 50),
    title=WORDS,
    strength=st.integers(1, 10),
    trend=st.sampled_from(("", "↑")),
    tags=st.tuples(WORDS, WORDS),
    voices=WORDS,
    delta=WORDS,
    analysis=WORDS,
    quote=st.none() | QUOTES,
    actions=st.just((Choice("Why?", "why s1"), Choice("Evidence", "evidence s1"))),
)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, WORDS),
    st.builds(Paragraph, st.tuples(st.builds(Run, WORDS), st.builds(Run, WORDS, st.booleans())), st.booleans()),
    st.builds(Bullets, st.lists(st.tuples(st.builds(Run, WORDS)), min_size=1, max_size=5).map(tuple)),
    QUOTES,
    CARDS,
    st.just(Choices((Choice("Undo", "undo"),))),
)
MESSAGES = st.builds(Message, st.lists(BLOCKS, min_size=1, max_size=60).map(tuple), WORDS)


@asynccontextmanager
async def opened(name: str) -> AsyncIterator[Platform]:
    """The platform, in front of its stand-in `tests/servers/<name>.py` where it needs a server.

    Such a file offers `serve() -> AsyncContextManager[dict[str, str]]`: the settings that lead to it.
    """
    async with _served(name) as given, platform_module(name).open_platform(load(**given), Deaf()) as platform:
        yield platform


@asynccontextmanager
async def _served(name: str) -> AsyncIterator[dict[str, Any]]:
    try:
        server = importlib.import_module(f"tests.servers.{name}")
    except ModuleNotFoundError:
        yield {}
        return
    async with server.serve() as given:
        yield given


def test_the_terminal_is_among_them() -> None:
    """Platforms are found by their folders' names."""
    assert "console" in PLATFORMS


@pytest.mark.parametrize("name", PLATFORMS)
async def test_a_platform_is_named_after_its_folder(name: str) -> None:
    """`open_platform(settings, inbox)` opens the platform of that name, and closes it cleanly."""
    async with opened(name) as platform:
        assert platform.name == name


@pytest.mark.parametrize("name", PLATFORMS)
async def test_a_platform_that_is_open_hears(name: str) -> None:
    """What is said there reaches the bot."""
    async with opened(name) as platform:
        assert await platform.hears()


@pytest.mark.parametrize("name", PLATFORMS)
async def test_parts_lose_nothing(name: str) -> None:
    """However a platform must cut a message, every block comes once, whole and in order, and no part is empty."""
    async with opened(name) as platform:

        @settings(max_examples=30, deadline=None)
        @given(MESSAGES)
        def lossless(message: Message) -> None:
            parts = platform.parts(message)
            assert tuple(block for part in parts for block in part.blocks) == message.blocks
            assert all(part.blocks for part in parts)
            assert parts[0].fallback == message.fallback

        lossless()
