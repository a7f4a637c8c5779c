"""The command `for`: run another channel from the private conversation with the bot.

for            → a button for each channel that the person runs
for c12        → how it is set, with buttons that change it
for @name: bar 5 → the command there; a channel whose readers cannot write hears nothing of it
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.briefing.views.wording import message, para, strong
from bot.conversation.commands.settings import slot_words, state_lines
from bot.conversation.parse import parse
from bot.conversation.request import Command, Request, buttons, choice, refuse, tell
from bot.conversation.running import run
from bot.model.channel import Channel
from bot.model.doors import Role, role_of
from bot.model.echoing import echo
from bot.model.messages import Audience, Choice, Choices, Message, Reply, prefixed

if TYPE_CHECKING:
    from bot.model.ports import Platform

MOST = 12  # channels offered
ALSO = frozenset(("mutes", "watches", "status"))
"""Commands that change nothing and are of use there all the same."""
IN_PRIVATE = "Write that to me in private: there you run your channels."
NONE_RUN = "You run no channel in which I am. Add me to one, and I greet you there."
_MARKED = re.compile(r"(c\d{1,9}|[@#]\S+|[^\s:]+@[^\s:]+)(?:\s+(.+))?", re.IGNORECASE)
_ID = re.compile(r"c(\d{1,9})", re.IGNORECASE)

Table = Callable[[], Mapping[str, Command]]


def command(table: Table) -> Command:
    """The command; `table` gives the commands that it can run elsewhere."""

    async def run_elsewhere(request: Request) -> AsyncIterator[Reply]:
        platform = request.context.platforms.get(request.event.platform)
        if not request.event.private or platform is None:
            yield refuse(IN_PRIVATE)
            return
        async for reply in _elsewhere(request, platform, table()):
            yield reply

    return Command(
        "for",
        "for @channel: bar 5",
        "run another channel from here",
        "In a private conversation: “for” lists the channels that you run, “for @channel” shows how one is set, with "
        "buttons, and “for @channel: mute AI for a week” runs a setting there. It is for who runs that channel, and "
        "for the operator of the bot.",
        run_elsewhere,
        fits=lambda words: not words or ":" in words or bool(re.match(r"c\d+\b|[@#]", words)),
    )


async def _elsewhere(request: Request, platform: Platform, table: Mapping[str, Command]) -> AsyncIterator[Reply]:
    run_by_asker = [each for each in await _others(request, platform) if await _runs(request, platform, each)]
    name, what = _split(request.words)
    channel = await _named(name, run_by_asker, platform) if name else None
    if not name:
        yield _offer(run_by_asker)
    elif channel is None:
        yield refuse(f"You run no channel {echo(name)} in which I am; “for” lists yours.")
    elif what:
        async for reply in _run_there(request, platform, channel, table, what):
            yield reply
    else:
        yield await _menu(request, channel)


def _split(words: str) -> tuple[str, str]:
    """Where, and what there: "@signals: bar 5", "@signals bar 5", "Morning news: bar 5"; "": nothing was said."""
    if marked := _MARKED.fullmatch(words):
        return marked[1].rstrip(":"), marked[2] or ""
    name, _, what = words.partition(":")
    return name.strip(), what.strip()


async def _others(request: Request, platform: Platform) -> list[Channel]:
    """The active channels of this platform in which more than one person reads, and those of platforms on which nobody
    can write to the bot."""
    open_ones = request.context.platforms
    one_way = {name for name, each in open_ones.items() if each.one_way}
    there = [
        each
        for each in await request.store.channels.active()
        if each.platform in one_way or (each.platform == platform.name and not platform.private(each.address))
    ]
    return sorted(there, key=lambda each: each.name.casefold())


async def _runs(request: Request, platform: Platform, channel: Channel) -> bool:
    asker = request.event.asker
    if role_of(asker) is Role.OPERATOR:
        return True
    return channel.platform == platform.name and await platform.administers(channel.address, asker.id)


async def _named(name: str, channels: list[Channel], platform: Platform) -> Channel | None:
    """By its id, its name, or the name under which the platform knows it."""
    if match := _ID.fullmatch(name):
        return next((each for each in channels if each.id == int(match[1])), None)
    folded = name.lstrip("@#").strip("“”\"' ").casefold()
    found = next((each for each in channels if each.name.lstrip("@#").casefold() == folded), None)
    if found is None and (address := await platform.located(name)):
        found = next((each for each in channels if (each.platform, each.address) == (platform.name, address)), None)
    return found


# --- menus -----------------------------------------------------------------------------------------------------------


def _offer(channels: list[Channel]) -> Reply:
    if not channels:
        return tell(NONE_RUN)
    offered = buttons(*(choice(each.name, f"for c{each.id}") for each in channels[:MOST]))
    more = f" “for NAME” finds the other {len(channels) - MOST}." if len(channels) > MOST else ""
    return tell(f"Which channel?{more}", choices=offered)


async def _menu(request: Request, channel: Channel) -> Reply:
    settings = channel.settings
    state = " ".join(await state_lines(request.store, channel, request.now))
    shown = message(
        para(strong(channel.name)),
        para(f"Set to {slot_words(settings)}. {state}"),
        Choices(_switches(channel)),
        para(f"Anything else: “for c{channel.id}: mute AI for a week”.", quiet=True),
    )
    return Reply(prefixed(shown, f"for c{channel.id}: "), Audience.ASKER)


def _switches(channel: Channel) -> tuple[Choice, ...]:
    settings = channel.settings
    bars = [bar for bar in (settings.bar - 1, settings.bar + 1) if 1 <= bar <= 10]
    mosts = [most for most in (settings.most - 1, settings.most + 1) if most >= 1]
    return (
        *(Choice(f"Bar {bar}", f"bar {bar}") for bar in bars),
        *(Choice(f"At most {most}", f"most {most}") for most in mosts),
        *(Choice(f"At {at}", f"at {at}") for at in ("07:00", "08:00", "09:00")),
        Choice("Pause for a week", "pause 7d") if settings.paused_until is None else Choice("Resume", "resume"),
        Choice("Quiet line off", "quiet off") if settings.quiet_line else Choice("Quiet line on", "quiet on"),
        Choice("What is muted", "mutes"),
        Choice("Undo", "undo"),
    )


# --- the command there -----------------------------------------------------------------------------------------------


async def _run_there(
    request: Request, platform: Platform, channel: Channel, table: Mapping[str, Command], what: str
) -> AsyncIterator[Reply]:
    """What the command says there, told here; a change is said there too, where people talk with each other."""
    said = parse(what, table)
    wanted = table.get(said.name) if said.name else None
    if wanted is None or not (wanted.role is Role.ADMIN or wanted.name in ALSO):
        yield refuse(f"“for” is for settings, as in “for {channel.name}: bar 5”; “help” lists them.")
        return
    event = replace(request.event, asker=replace(request.event.asker, may_set=True), replaces=None)
    there = replace(request, event=event, channel=channel, words=said.words)
    home = request.context.platforms.get(channel.platform, platform)
    silent = await home.broadcasts(channel.address)
    async for reply in run(wanted, there, asked=request.event.text.rstrip().endswith("?")):
        if reply.audience is Audience.HOME and not silent:
            yield replace(reply, channel=channel)
            yield tell(f"Done, and said in {channel.name}.")
        else:
            yield replace(reply, message=_told_here(reply.message, channel), audience=Audience.ASKER)


def _told_here(told: Message, channel: Channel) -> Message:
    return prefixed(told, f"for c{channel.id}: ", title=channel.name)
