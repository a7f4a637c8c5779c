"""`status`, `sources` and `sources drop` as they mostly are: the chat's own commands, without the rest of the bot.

words of a short command | the database is there, its sources are those of their file | run | print what it replied
                         ↳ anything else: None, and the whole bot is opened

`python -m tests.bench start` prints 0.25 s of processor time for `status`; with the whole bot it takes 0.7.
"""

from __future__ import annotations

import argparse
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from bot.conversation.request import Context
    from bot.model.channel import Channel
    from bot.model.clock import SystemClock
    from bot.model.messages import Reply
    from bot.model.settings import Settings
    from storage.short import Partly

T = TypeVar("T")


def answered(settings: Settings, given: argparse.Namespace) -> int | None:
    """The exit code once it has answered; None: this takes the whole bot, and nothing was said or done."""
    words = _words(given)
    if words is None or given.sample:
        return None
    from bot.cli.jobs import shown
    from storage.short import NotShort

    try:
        replies = _replies(settings, given.job, words)
    except NotShort:
        return None
    return max([shown(reply) for reply in replies])


def _words(given: argparse.Namespace) -> str | None:
    """What is said to the command; None: it is none of the short ones."""
    if given.job == "status" and not given.check:
        return ""
    if given.job == "sources" and given.sources_job in (None, "drop"):
        return f"drop {' '.join(given.name)}" if given.sources_job else ""
    return None


def _replies(settings: Settings, name: str, words: str) -> list[Reply]:
    """What the command replies at last; NotShort where it takes the whole bot."""
    from bot.model.clock import SystemClock
    from bot.model.settings import database_url
    from storage.short import opened

    clock = SystemClock(settings.now)
    with opened(database_url(settings), clock.now()) as store:
        return _at_once(_answer(_context(settings, store, clock), name, words))


async def _answer(context: Context, name: str, words: str) -> list[Reply]:
    from bot.cli.jobs import said_at_terminal
    from bot.conversation.commands import people, sources
    from bot.conversation.request import Request
    from bot.conversation.running import run

    await _check_sources(context, reads=name == "sources")
    channel = await _terminal(context)
    (command,) = (each for each in (*people.COMMANDS, *sources.COMMANDS) if each.name == name)
    event = said_at_terminal(f"{name} {words}".strip(), channel, context.clock.now())
    request = Request(event, channel, context, words)
    return [reply async for reply in run(command, request, asked=False) if reply.final]


def _context(settings: Settings, store: Partly, clock: SystemClock) -> Context:
    """What a short command may use; whatever else it asks for takes the whole bot."""
    from bot.briefing.views.wording import MODELLESS
    from bot.conversation.request import Context
    from bot.model.errors import SettingsError
    from storage.short import NotShort, Partly

    try:
        analyst = Partly(name="claude" if settings.reads_with_model else MODELLESS)
    except SettingsError as error:
        raise NotShort("settings to complain of") from error
    return Context(
        cast("Any", store), cast("Any", analyst), clock, settings, cast("Any", Partly()), cast("Any", Partly())
    )


async def _check_sources(context: Context, *, reads: bool) -> None:
    """NotShort where the stored sources may not be those of their file any more."""
    from bot.reading import source_digest
    from storage.nouns import FOLLOWED
    from storage.short import NotShort

    store, where = context.store, context.settings.sources
    if where.startswith(("http://", "https://")) and not reads and await store.sources.all():
        return  # as the whole bot has it: those known from it stand
    now, memory = source_digest.digest(where), store.memory
    if now is None or now != await memory.recall(source_digest.MEMORY) or not await memory.recall(FOLLOWED):
        raise NotShort("sources to be followed")


async def _terminal(context: Context) -> Channel:
    from handlers.console.place import ADDRESS, CHANNEL_NAME, NAME
    from storage.short import NotShort

    channels: Any = context.store.channels
    channel: Channel | None = await channels.find(NAME, ADDRESS)
    if channel is None or not channel.active or channel.name != CHANNEL_NAME:
        raise NotShort("a terminal that is new")
    return channel


def _at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives that waits for nothing: no event loop needs to be loaded for it."""
    try:
        coroutine.send(None)
    except StopIteration as ended:
        return cast("T", ended.value)
    coroutine.close()
    raise RuntimeError("a short command waits")
