"""Commands about what is read: sources, sources add URL, sources drop NAME."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.briefing.views.wording import MODELLESS, count, message, para, strong
from bot.conversation import record_answers
from bot.conversation.answer_view import kept
from bot.conversation.request import Command, Request, Who, buttons, choice, echo, refuse, say, tell
from bot.model import times
from bot.model.feed import Fetched, FetchFailed, Gone
from bot.model.messages import Audience, Bullets, Reply, Run
from bot.model.source import Publisher, Source, SourceHealth, SourceOrigin, SourceSpec, SourceState
from bot.text import tokenisation
from bot.text.languages import NEEDS_MODEL, document_language, unlisted, unread_words

OPERATOR_ONLY = "Only the operator of this bot may change what it reads; “sources” shows it to everybody."
_ADD = re.compile(r"add\s+<?(?P<url>\S+?)>?(?:\s.*)?", re.IGNORECASE)
_DROP = re.compile(r"(?:drop|remove|delete)\s+(?P<name>.+)", re.IGNORECASE)
_OFFERED = 6
LATELY = timedelta(days=1)
"""How far back articles are counted that could not be read."""


async def sources(request: Request) -> AsyncIterator[Reply]:
    """The list with its health; `add` and `drop` for the operator."""
    changing = re.match(r"(?:add|drop|remove|delete)\b", request.words, re.IGNORECASE)
    if changing and not request.event.asker.operator:
        yield refuse(OPERATOR_ONLY)
    elif match := _ADD.fullmatch(request.words):
        async for reply in _add(request, match["url"]):
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
    failing = [each for each in found if health_of(each, health).failures]
    rest = [each for each in found if each not in failing]
    publishers = len({each.publisher.key for each in found})
    look = await store.runs.look(request.now - LATELY, request.now)
    unread = f" {words}." if (words := unread_words(look.languages)) else ""
    head = f"{count(len(found), 'source')} of {count(publishers, 'publisher')}, {len(failing)} failing.{unread}"
    items = tuple(_line(each, health_of(each, health), request) for each in (*failing, *rest))
    return await kept(
        request,
        message(para(head), *(Bullets((item,)) for item in items)),
        limit=record_answers.LIST,
        audience=Audience.ASKER,
    )


def health_of(source: Source, health: Mapping[int, SourceHealth]) -> SourceHealth:
    return health.get(source.id, SourceHealth(source.id))


def _line(source: Source, health: SourceHealth, request: Request) -> tuple[Run, ...]:
    publisher = f" ({source.publisher.name})" if source.publisher.name.casefold() not in source.name.casefold() else ""
    fared = fares(source, health, request.now, request.zone)
    language = unlisted(source.language, "") if without_model(request) else None
    needs = f"; in {language}, which {NEEDS_MODEL}" if language else ""
    return strong(source.name, source.url), Run(f"{publisher}: {fared}{needs}")


def without_model(request: Request) -> bool:
    """Whether articles are read by the embedded analyst, which knows the languages it has word lists for."""
    return request.context.analyst.name == MODELLESS


def fares(source: Source, health: SourceHealth, now: datetime, zone: str) -> str:
    """How a source fares, in words."""
    if source.state is SourceState.GONE:
        return "gone for good, says its server"
    if health.checked_at is None:
        return "not asked yet"
    if health.failures:
        times = count(health.failures, "time")
        return f"failing, {times} in a row: {health.error or 'it did not answer'}"
    at = _at(health.succeeded_at or health.checked_at, now, zone)
    return f"{count(health.entries, 'entry')}, read {at}"


def _at(instant: datetime, now: datetime, zone: str) -> str:
    there, today = times.local(instant, zone), times.local(now, zone).date()
    day = times.day_words(there.date(), today)
    return f"at {there:%H:%M}" if day == "today" else f"on {day} at {there:%H:%M}"


# --- adding and dropping ---------------------------------------------------------------------------------------------


async def _add(request: Request, url: str) -> AsyncIterator[Reply]:
    """Read the feed first: what cannot be read is not added."""
    if problem := _not_an_address(url) or await _duplicate(request, url):
        yield refuse(problem)
        return
    yield Reply(message(para(f"Reading {url} …")), final=False)
    outcome = await request.context.fetcher.feed(_candidate(url), SourceHealth(0))
    if not isinstance(outcome, Fetched):
        why = outcome.why if isinstance(outcome, FetchFailed | Gone) else "It answered without a feed."
        yield refuse(f"{url} was not added. {why}")
        return
    at = outcome.moved_to or url
    if at != url and (problem := await _duplicate(request, at)):
        yield refuse(problem)
        return
    yield await _added(request, at, outcome)


def _not_an_address(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            return None
    except ValueError:
        pass  # no address at all, which is said below
    return (
        f"{echo(url)} is not the address of a feed: write it whole, as in “sources add https://example.org/feed.xml”."
    )


async def _duplicate(request: Request, url: str) -> str | None:
    known = next((each for each in await request.store.sources.all() if _same(each.url) == _same(url)), None)
    return f"{known.name} is read already, from that address." if known else None


def _same(url: str) -> tuple[str, str, str]:
    """The address in one form, whichever way it was written; other words unchanged."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, "", ""
    return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"), parts.query


def _candidate(url: str) -> Source:
    host = urlsplit(url).hostname or url
    return Source(0, url, host, Publisher(host, host), None, (), 1.0)


async def _added(request: Request, url: str, outcome: Fetched) -> Reply:
    from bot.reading.publishers import Publishers

    document = outcome.document
    publisher = Publishers.load().of(url)
    code, language = document_language(document.language, [each.title for each in document.entries])
    spec = SourceSpec(url, name=document.title, language=document.language or code)
    source = await request.store.sources.add(spec, publisher, SourceOrigin.OPERATOR, request.now)
    entries = document.entries
    newest = max(
        (each for each in entries if each.published), key=lambda each: each.published or request.now, default=None
    )
    said = f"Added {source.name} ({publisher.name}): {len(entries)} entries"
    if newest and newest.published:
        day = times.full_day(times.local(newest.published, request.zone).date())
        said += f", the newest of {day}: “{newest.title}”"
    warned = [_WARNING.format(language=language)] if language and without_model(request) else []
    return say(f"{said}. It is read from the next look on.", *warned)


_WARNING = f"It is in {{language}}, which {NEEDS_MODEL}: until there is one, its articles are counted and not judged."


async def _drop(request: Request, name: str) -> Reply:
    chosen = _matching(name, await request.store.sources.all())
    if not chosen:
        return refuse(f"No source is called {echo(name)}; “sources” lists them.")
    if len(chosen) > 1:
        offered = buttons(*(choice(each.name, f"sources drop #{each.id}") for each in chosen[:_OFFERED]))
        return refuse("Which one is to be dropped?", choices=offered)
    source = chosen[0]
    await request.store.sources.drop(source.id)
    return say(
        f"{source.name} is not read any more. What was read of it stays. “sources add {source.url}” brings it back."
    )


def _matching(name: str, known: Sequence[Source]) -> list[Source]:
    """By #id, by address, by name, else by a part of the name or the publisher's."""
    wanted = name.strip().strip("“”\"'<>")
    if re.fullmatch(r"#\d+", wanted):
        return [each for each in known if each.id == int(wanted[1:])]
    folded = tokenisation.fold(wanted)
    exact = [each for each in known if folded == tokenisation.fold(each.name) or _same(wanted) == _same(each.url)]
    return exact or [each for each in known if folded in tokenisation.fold(f"{each.name} {each.publisher.name}")]


def _fits(words: str) -> bool:
    first = words.split(" ", 1)[0].lower()
    return not words or first in ("add", "drop", "remove", "delete", "list", "check") or len(words.split()) <= 2


COMMANDS = (
    Command(
        "sources",
        "sources [add URL | drop NAME]",
        "what is read, and how it fares",
        "“sources add URL” reads the feed first and says what it found. Changing what is read is the operator’s.",
        Who.ASKER,
        sources,
        fits=_fits,
        aliases=("feeds",),
    ),
)
