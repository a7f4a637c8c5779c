"""Commands about what is read: sources, sources add URL, sources drop NAME."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.briefing.views.wording import MODELLESS, count, message, para, strong
from bot.conversation.keeping import LIST, kept
from bot.conversation.request import Command, Request, buttons, choice, refuse, say, tell
from bot.model import times
from bot.model.echoing import echo
from bot.model.messages import Audience, Bullets, Reply, Run
from bot.model.secrecy import public_address, redacted
from bot.model.source import Source, SourceHealth, SourceState
from bot.text.languages import NEEDS_MODEL, unlisted, unread_words

_ADD = re.compile(r"add\s+<?(?P<url>\S+?)>?(?:\s.*)?", re.IGNORECASE)
_DROP = re.compile(r"(?:drop|remove|delete)\s+(?P<name>.+)", re.IGNORECASE)
_OFFERED = 6
LONG_ADDRESS = 120  # characters of an address from which it is not said back
LATELY = timedelta(days=1)
"""How far back articles are counted that could not be read."""


async def sources(request: Request) -> AsyncIterator[Reply]:
    """The list with its health; `add` and `drop` change it."""
    changing = re.match(r"(?:add|drop|remove|delete)\b", request.words, re.IGNORECASE)
    if match := _ADD.fullmatch(request.words):
        from bot.conversation.commands.adding import add  # with all that a feed can be, which the list needs not

        async for reply in add(request, match["url"]):
            yield reply
    elif match := _DROP.fullmatch(request.words):
        yield await _drop(request, match["name"])
    elif changing:
        yield refuse("Write “sources add URL” or “sources drop NAME”.")
    else:
        yield await _list(request)


# --- the list --------------------------------------------------------------------------------------------------------


async def _list(request: Request) -> Reply:
    store = request.store
    found, health = await store.sources.all(), await store.sources.health()
    if not found:
        return tell("There are no sources; the operator adds one with “sources add URL”.")
    failing, rest = _parted(found, health)
    publishers = len({each.publisher.key for each in found})
    look = await store.runs.look(request.now - LATELY, request.now)
    unread = f" {words}." if (words := unread_words(look.languages)) else ""
    head = f"{count(len(found), 'source')} of {count(publishers, 'publisher')}, {len(failing)} failing.{unread}"
    items = tuple(_line(each, health_of(each, health), request) for each in (*failing, *rest))
    return await kept(
        request,
        message(para(head), *(Bullets((item,)) for item in items)),
        limit=LIST,
        audience=Audience.ASKER,
    )


def _parted(found: Sequence[Source], health: Mapping[int, SourceHealth]) -> tuple[list[Source], list[Source]]:
    """The sources that fail, and the rest."""
    parted: tuple[list[Source], list[Source]] = [], []
    for each in found:
        parted[not health_of(each, health).failures].append(each)
    return parted


def health_of(source: Source, health: Mapping[int, SourceHealth]) -> SourceHealth:
    return health.get(source.id, SourceHealth(source.id))


def _line(source: Source, health: SourceHealth, request: Request) -> tuple[Run, ...]:
    publisher = f" ({source.publisher.name})" if source.publisher.name.casefold() not in source.name.casefold() else ""
    fared = fares(source, health, request.now, request.zone)
    language = unlisted(source.language, "") if without_model(request) else None
    needs = f"; in {language}, which {NEEDS_MODEL}" if language else ""
    return strong(source.name, public_address(source.url)), Run(f"{publisher}: {fared}{needs}")


def fares(source: Source, health: SourceHealth, now: datetime, zone: str) -> str:
    """How a source fares, in words."""
    if source.state is SourceState.GONE:
        return "gone for good, says its server"
    if health.checked_at is None:
        return "not asked yet"
    if health.failures:
        times = count(health.failures, "time")
        return f"failing, {times} in a row: {redacted(health.error or 'it did not answer')}"
    at = _at(health.succeeded_at or health.checked_at, now, zone)
    return f"{count(health.entries, 'entry')}, read {at}"


def _at(instant: datetime, now: datetime, zone: str) -> str:
    there, today = times.local(instant, zone), times.local(now, zone).date()
    day = times.day_words(there.date(), today)
    return f"at {there:%H:%M}" if day == "today" else f"on {day} at {there:%H:%M}"


def without_model(request: Request) -> bool:
    """Whether articles are read by the embedded analyst, which knows the languages it has word lists for."""
    return request.context.analyst.name == MODELLESS


# --- dropping --------------------------------------------------------------------------------------------------------


async def _drop(request: Request, name: str) -> Reply:
    chosen = _matching(name, await request.store.sources.all())
    if not chosen:
        return refuse(f"No source is called {echo(name)}; “sources” lists them.")
    if len(chosen) > 1:
        offered = buttons(*(choice(each.name, f"sources drop #{each.id}") for each in chosen[:_OFFERED]))
        return refuse("Which one is to be dropped?", choices=offered)
    source = chosen[0]
    await request.store.sources.drop(source.id)
    address = public_address(source.url) if len(source.url) <= LONG_ADDRESS else None
    how = f"“sources add {address}”" if address else "Adding its address"
    return say(f"{source.name} is not read any more. What was read of it stays. {how} brings it back.")


def _matching(name: str, known: Sequence[Source]) -> list[Source]:
    """By #id, by address, by name, else by a part of the name or the publisher's."""
    wanted = name.strip().strip("“”\"'<>")
    if re.fullmatch(r"#\d+", wanted):
        return [each for each in known if each.id == int(wanted[1:])]
    from bot.text import tokenisation

    folded = tokenisation.fold(wanted)
    exact = [
        each
        for each in known
        if folded == tokenisation.fold(each.name) or same_address(wanted) == same_address(each.url)
    ]
    return exact or [each for each in known if folded in tokenisation.fold(f"{each.name} {each.publisher.name}")]


def same_address(url: str) -> tuple[str, str, str]:
    """The address in one form, whichever way it was written; other words unchanged."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, "", ""
    return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"), parts.query


def _fits(words: str) -> bool:
    first = words.split(" ", 1)[0].lower()
    return not words or first in ("add", "drop", "remove", "delete", "list", "check") or len(words.split()) <= 2


COMMANDS = (
    Command(
        "sources",
        "sources [add URL | drop NAME]",
        "what is read, and how it fares",
        "“sources add URL” reads the feed first and says what it found. Changing what is read is the operator’s.",
        sources,
        fits=_fits,
        aliases=("feeds",),
    ),
)
