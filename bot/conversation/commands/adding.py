"""Adding a source by any address that somebody has for it: the feed, its page, the site, a channel, a project."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlsplit

from bot.briefing.views.wording import count, message, para
from bot.conversation.commands.sources import same_address, without_model
from bot.conversation.request import Request, buttons, choice, refuse, say
from bot.model import times
from bot.model.echoing import cut, echo
from bot.model.feed import Fetched, FetchFailed, FetchOutcome, Gone
from bot.model.messages import Reply
from bot.model.secrecy import public_address, redacted
from bot.model.source import Publisher, Source, SourceHealth, SourceOrigin, SourceSpec
from bot.text.languages import NEEDS_MODEL, document_language

_NO_ADDRESS = (
    "{words} is no address: write it as in “sources add example.org” or “sources add https://example.org/feed”."
)
_SAME = 0.5  # share of entries that two feeds have in common from which they are one in two formats
_OFFERED = 6

Found = tuple[str, Fetched]
"""The address of a feed, and what it holds."""


async def add(request: Request, words: str) -> AsyncIterator[Reply]:
    """Read the feed that the address is, or that its site offers, first: what cannot be read is not added."""
    from bot.reading.discovery import complete

    address = complete(words)
    problem = await _duplicate(request, address) if address else _NO_ADDRESS.format(words=echo(words))
    if address is None or problem:
        yield refuse(problem or "")
        return
    yield Reply(message(para(f"Reading {cut(address)} …")), final=False)
    found, why = await _feeds(request, address)
    if not found:
        yield refuse(f"{cut(address)} was not added. {redacted(why)}")
    elif len(found) > 1:
        yield _several(address, found)
    elif problem := await _duplicate(request, found[0][0]):
        yield refuse(problem)
    else:
        yield await _added(request, *found[0])


async def _feeds(request: Request, address: str) -> tuple[list[Found], str]:
    """The feeds that the address stands for, of equal standing; of none why not, in a sentence."""
    from bot.reading.discovery import of_known_site

    first = of_known_site(address) or address
    outcome = await _read(request, first)
    if isinstance(outcome, Fetched):
        return [(outcome.moved_to or first, outcome)], ""
    why = outcome.why if isinstance(outcome, FetchFailed | Gone) else "It answered without a feed."
    if isinstance(outcome, FetchFailed) and outcome.unreachable:
        return [], why
    offered = await request.context.fetcher.offered(address)
    declared = [await _tried(request, each) for each in offered.declared]
    if good := _different([each for each in declared if each]):
        return good, ""
    for each in offered.guessed:
        if tried := await _tried(request, each):
            return [tried], ""
    return [], why


async def _read(request: Request, url: str) -> FetchOutcome:
    return await request.context.fetcher.feed(_candidate(url), SourceHealth(0))


async def _tried(request: Request, url: str) -> Found | None:
    """The feed at an address that may have one; None: it has none, or an empty one."""
    outcome = await _read(request, url)
    return (outcome.moved_to or url, outcome) if isinstance(outcome, Fetched) and outcome.document.entries else None


def _different(found: Sequence[Found]) -> list[Found]:
    """The feeds without those that hold mostly what an earlier one holds."""
    kept: list[Found] = []
    for url, outcome in found:
        links = {each.link or each.title for each in outcome.document.entries}
        held = ({each.link or each.title for each in other.document.entries} for _, other in kept)
        if not any(len(links & other) >= _SAME * min(len(links), len(other)) for other in held):
            kept.append((url, outcome))
    return kept


def _several(address: str, found: Sequence[Found]) -> Reply:
    names = [outcome.document.title or url for url, outcome in found]
    if any(public_address(url) is None for url, _ in found):  # a button would show what is secret in it
        listed = [f"{cut(name)}: {redacted(url)}" for (url, _), name in zip(found, names, strict=True)]
        more = "Which one is to be read? Write “sources add” with its whole address."
        return refuse(f"{cut(address)} has {len(found)} feeds. {more}", *listed[:_OFFERED])
    offered = (
        choice(name if names.count(name) == 1 else url, f"sources add {url}")
        for (url, _), name in zip(found, names, strict=True)
    )
    return refuse(
        f"{cut(address)} has {len(found)} feeds. Which one is to be read?", choices=buttons(*offered)[:_OFFERED]
    )


async def _duplicate(request: Request, url: str) -> str | None:
    known = next(
        (each for each in await request.store.sources.all() if same_address(each.url) == same_address(url)), None
    )
    return f"{known.name} is read already, from that address." if known else None


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
    said = f"Added {source.name} ({publisher.name}): {count(len(entries), 'entry')}"
    if newest and newest.published:
        day = times.full_day(times.local(newest.published, request.zone).date())
        said += f", the newest of {day}: {echo(newest.title)}"
    warned = [_WARNING.format(language=language)] if language and without_model(request) else []
    return say(f"{said}. It is read from the next look on.", *warned)


_WARNING = f"It is in {{language}}, which {NEEDS_MODEL}: until there is one, its articles are counted and not judged."
