"""Checks for an operator: `audit` (does every quote match its text?) and `doctor` (what is wrong?)."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from bot.analysts.claude.requests import ModelInfo
from bot.app.application import App
from bot.app.platforms import platform_module
from bot.briefing.views.wording import count
from bot.model import settings
from bot.model.complaints import ENV_FILE
from bot.model.errors import PlatformError
from bot.model.evidence import AuditRow
from bot.model.run import Diagnosis
from bot.model.secrecy import redacted
from bot.model.settings import CHAT_PLATFORMS, database_url
from bot.model.source import SourceHealth, SourceState
from bot.model.stores import Signals
from bot.text import evidence
from storage.engine import located
from storage.privacy import is_open_to_others

WEEK = timedelta(days=7)

# --- audit ---------------------------------------------------------------------------------------------------------


async def audit(signals: Signals) -> tuple[int, tuple[str, ...]]:
    """(number of stored quotes checked, a sentence for each that is not what its text holds at its offsets)."""
    checked, wrong = 0, []
    async for row in signals.audit():
        checked += 1
        if why := _fault(row):
            wrong.append(f"s{row.signal_id}, article {row.evidence.article_id}: {why} “{row.evidence.quote}”")
    return checked, tuple(wrong)


def _fault(row: AuditRow) -> str | None:
    if hashlib.sha256(row.text.encode()).hexdigest() != row.sha256:
        return "the stored text is not the one that was stored:"
    if not evidence.holds(row.evidence, row.text):
        return "the quote does not stand in the text:"
    return None


# --- doctor --------------------------------------------------------------------------------------------------------


async def diagnose(app: App) -> AsyncIterator[Diagnosis]:
    """One Diagnosis each of settings, database, sources, cycles, platforms and Claude, in that order."""
    yield _of_settings(app)
    if found := _of_env_file():
        yield found
    yield await _of_database(app)
    for found in await app.store.diagnose():
        yield found
    yield await _of_sources(app)
    yield await _of_runs(app)
    async for found in _of_platforms(app):
        yield found
    async for found in of_claude(app):
        yield found
    if found := await of_cache(app):
        yield found


def _of_settings(app: App) -> Diagnosis:
    path, brief = settings.config_path(), app.settings.brief
    where = f"read from {path}" if path else "no settings file; all as the environment and the defaults say"
    at = f"briefs at {brief.at:%H:%M} ({brief.timezone}), {'-'.join((brief.days[0], brief.days[-1]))}, bar {brief.bar}"
    return Diagnosis("settings", True, f"{where}; {at}")


def _of_env_file() -> Diagnosis | None:
    """What is wrong with the file of secrets; None: nothing, or there is none."""
    if not is_open_to_others(Path(ENV_FILE)):
        return None
    return Diagnosis("secrets", False, f"others on this machine may read {ENV_FILE}", f"run: chmod 600 {ENV_FILE}")


async def _of_database(app: App) -> Diagnosis:
    checked, wrong = await audit(app.store.signals)
    where = "the sample edition's own" if app.sample else redacted(database_url(app.settings))
    what = f"{where}; {count(checked, 'stored quote')}, {len(wrong)} of them not as in their text"
    address = located(database_url(app.settings))
    path = Path(address.database or "")
    is_file = address.get_backend_name() == "sqlite"
    if is_file and not (wrong or app.sample) and is_open_to_others(path):
        advice = f"run: chmod 600 {shlex.quote(str(path))}"
        return Diagnosis("database", False, f"{what}; others on this machine may read it", advice)
    return Diagnosis("database", not wrong, what, "run `bellwether audit` and report what it lists" if wrong else "")


async def _of_sources(app: App) -> Diagnosis:
    health = await app.store.sources.health()
    active = [source for source in await app.store.sources.all() if source.state is SourceState.ACTIVE]
    failing = [source.name for source in active if _fails(health.get(source.id))]
    what = f"{count(len(active), 'source')}, {len(failing)} failing"
    if not active:
        return Diagnosis("sources", False, what, "add one: bellwether sources add URL")
    advice = f"see why with `bellwether sources check`: {', '.join(failing[:5])}" if failing else ""
    return Diagnosis("sources", 2 * len(failing) < len(active), what, advice)


def _fails(health: SourceHealth | None) -> bool:
    return health is not None and health.failures > 0


async def _of_runs(app: App) -> Diagnosis:
    last = await app.store.runs.last()
    if last is None:
        return Diagnosis("looking", False, "the sources were never read", "start it: bellwether run")
    what = f"last at {last.finished:%Y-%m-%d %H:%M} UTC: {count(last.articles, 'new article')}, {last.failed} failed"
    return Diagnosis("looking", True, what)


async def _of_platforms(app: App) -> AsyncIterator[Diagnosis]:
    """Ask the module of each platform that is set up."""
    for name in CHAT_PLATFORMS:
        if name not in app.settings.chat_platforms:
            yield Diagnosis(name.title(), True, "not used: it is not set up")
            continue
        try:
            async for found in platform_module(name).diagnose(app.settings):
                yield found
        except PlatformError as error:
            yield Diagnosis(name.title(), False, str(error))


async def of_claude(app: App) -> AsyncIterator[Diagnosis]:
    """What Anthropic's models endpoint says of each model in use."""
    from bot.analysts.claude.analyst import Claude

    claude = app.context.analyst
    if not isinstance(claude, Claude):
        why = "no key is set" if not app.settings.anthropic_api_key else "the settings or the sample edition say so"
        yield Diagnosis("Claude", True, f"not used: {why}; the embedded analyst reads")
        return
    for found in await claude.model_infos():
        yield _of_model(found, app.settings)


async def of_listening(listen: str, *, is_open: bool) -> Diagnosis:
    """Whether pages can be served at "host:port"; `is_open`: without a token."""
    from bot.web.admission import LOOPBACK
    from bot.web.guarding import host_and_port, why_not

    if why := await why_not(listen):
        return Diagnosis("Pages", False, f"{listen} cannot be used ({why})", "name another port")
    is_public = is_open and not host_and_port(listen)[0].startswith((*LOOPBACK, "localhost"))
    advice = "without a token whoever reaches this machine can read them" if is_public else ""
    return Diagnosis("Pages", True, f"{listen} is free", advice)


async def of_cache(app: App) -> Diagnosis | None:
    """Whether the prompts of the last week's calls were cached; None: there were no calls."""
    from bot.analysts.claude import caching

    spent = await app.store.calls.spent(app.clock.now() - WEEK)
    return Diagnosis("Claude cache", True, caching.described(spent)) if spent else None


def _of_model(found: ModelInfo, given: settings.Settings) -> Diagnosis:
    price = given.analyst.prices.get(found.model) or settings.PRICES.get(found.model)
    priced = "${}/${}/${} a million tokens".format(*price) if price else "no price known, counted as the dearest"
    advice = "" if price else "name its price in [analyst] prices"
    if found.wrong:
        # Another vendor's endpoint may not describe its models; whether they work shows at the first article.
        well = bool(given.anthropic_base_url) and "key" not in found.wrong
        return Diagnosis(f"Claude {found.model}", well, found.wrong.rstrip("."), advice or "see [analyst] and the key")
    lacks = [name for name, can in (("schemas", found.structured), ("citations", found.citations)) if can is False]
    state = found.lifecycle or "its state is not said"
    what = f"{state}; {priced}" + (f"; without {' and '.join(lacks)}" if lacks else "")
    well = state != "retired" and "schemas" not in lacks
    return Diagnosis(f"Claude {found.model}", well, what, advice if well else "name another model in [analyst]")
