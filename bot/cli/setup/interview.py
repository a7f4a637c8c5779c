"""The steps of `bellwether setup`: each asks, tries what it was given, and writes it; Enter skips it.

platforms → Claude → when → what is read → a greeting where the brief is to come

What a chat platform needs is said by its own folder, `handlers.NAME.setup`; what is wrong with a
token by its `diagnose`.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from pydantic import SecretStr, ValidationError

import handlers
from bot.app.opening import open_app
from bot.app.platforms import platform_module
from bot.briefing.views.wording import NAME, message, para, strong
from bot.cli import checks
from bot.cli.setup import choosing
from bot.cli.setup.dialogue import Dialogue
from bot.cli.setup.files import keep_secrets, keep_settings
from bot.model import times
from bot.model.complaints import ENV_FILE
from bot.model.errors import BellwetherError
from bot.model.messages import Message
from bot.model.run import Diagnosis
from bot.model.settings import CONFIG_NAME, Settings, config_path
from bot.model.setup import PlatformSetup, Secret

CLAUDE = Secret("ANTHROPIC_API_KEY", "Claude’s key", "sk-ant-")
CLAUDE_GUIDE = (
    "With a key a model reads and answers, for at most a dollar a day unless you say otherwise; without, it works too.",
    "Get one at https://console.anthropic.com/settings/keys.",
)
T = TypeVar("T")
SHOWN = 4  # last characters of a secret that are shown
HIDDEN = 16  # a secret shorter than that is not shown at all


def masked(secret: str) -> str:
    """A secret as a person recognises it: its last characters."""
    return f"…{secret[-SHOWN:]}" if len(secret) >= HIDDEN else "set"


def modules() -> tuple[ModuleType, ...]:
    """The module `setup` of each platform's folder that has one, by name."""
    names = sorted(each.name for each in pkgutil.iter_modules(handlers.__path__))
    return tuple(
        importlib.import_module(f"handlers.{name}.setup")
        for name in names
        if importlib.util.find_spec(f"handlers.{name}.setup")
    )


class Interview:
    """One run through the steps. `settings` are the present ones; what is answered goes to files in `folder`."""

    def __init__(self, dialogue: Dialogue, settings: Settings, folder: Path) -> None:
        self._dialogue = dialogue
        self.settings = settings
        self._env = folder / ENV_FILE
        self._file = config_path() or folder / CONFIG_NAME

    async def run(self) -> None:
        """All steps. Raises OSError where a file cannot be written."""
        say = self._dialogue.say
        say("Each question can be skipped with Enter, and all of this can be run again.")
        for module in modules():
            await self._platform(module.SETUP)
        await self._claude()
        await self._when()
        await self._sources()
        for module in modules():
            await self._greeting(module)
        say("\nThat is all. `bellwether run` starts it; `bellwether doctor` checks everything at any time.")
        chats = {module.SETUP.name for module in modules()}.intersection(self.settings.chat_platforms)
        if chats and not self.settings.operator.users:
            say("At its first start it prints a code: write “claim CODE” to it, and you are its operator.")

    # --- tokens

    async def _platform(self, setup: PlatformSetup) -> None:
        async def diagnosed(given: Settings) -> AsyncIterator[Diagnosis]:
            async for found in platform_module(setup.name).diagnose(given):
                yield found

        self._begin(setup.title, setup.guide, setup.secrets)
        if await self._secrets(setup.secrets, diagnosed):
            await self._places(setup)

    async def _claude(self) -> None:
        async def diagnosed(given: Settings) -> AsyncIterator[Diagnosis]:
            async with open_app(given, reads=False) as app:
                async for found in checks.of_claude(app):
                    yield found

        self._begin("Claude", CLAUDE_GUIDE, (CLAUDE,))
        await self._secrets((CLAUDE,), diagnosed)

    def _begin(self, title: str, guide: Sequence[str], secrets: Sequence[Secret]) -> None:
        """The title of a step; how to get what it asks for, unless all of it is set."""
        self._dialogue.say(f"\n{title}")
        if not all(map(self._present, secrets)):
            for line in guide:
                self._dialogue.say(f"  {line}")

    async def _secrets(
        self, secrets: Sequence[Secret], diagnosed: Callable[[Settings], AsyncIterator[Diagnosis]]
    ) -> bool:
        """Ask until they are taken, or skipped; whether they are all set then. Only what was taken is written."""
        while given := await self._asked(secrets):
            changed = self.settings.model_copy(update={name.lower(): SecretStr(value) for name, value in given.items()})
            if await self._is_well(changed, diagnosed) or await self._dialogue.confirm(
                "Keep it all the same?", default=False
            ):
                keep_secrets(self._env, given)
                self.settings = changed
                self._say_kept(given)
                break
            self._dialogue.say("  Try again, or skip it with Enter.")
        return all(map(self._present, secrets))

    async def _asked(self, secrets: Sequence[Secret]) -> dict[str, str]:
        """What was typed, by variable; {}: nothing."""
        given = {}
        for each in secrets:
            present = self._present(each)
            hint = f"now {masked(present)}; Enter keeps it" if present else "Enter skips it"
            begins = f" ({each.begins}…)" if each.begins else ""
            if typed := await self._dialogue.secret(f"{each.label}{begins}, {hint}:"):
                given[each.variable] = typed
        return given

    def _present(self, secret: Secret) -> str:
        value: SecretStr | None = getattr(self.settings, secret.variable.lower())
        return value.get_secret_value() if value else ""

    async def _is_well(self, settings: Settings, diagnosed: Callable[[Settings], AsyncIterator[Diagnosis]]) -> bool:
        """Try what was given, and say how each part of it fares."""
        well = True
        try:
            async for found in diagnosed(settings):
                advice = f" — {found.advice}" if found.advice else ""
                self._dialogue.say(f"  {'ok   ' if found.well else 'wrong'}  {found.about}: {found.what}{advice}")
                well = well and found.well
        except BellwetherError as error:
            self._dialogue.say(f"  wrong  {error}")
            return False
        return well

    def _say_kept(self, given: Mapping[str, str]) -> None:
        self._dialogue.say(f"  Kept in {self._env}, readable by you alone.")
        for name in given:
            if os.environ.get(name):
                self._dialogue.say(f"  {name} is set in the environment too, and that goes first.")

    # --- settings

    async def _places(self, setup: PlatformSetup) -> None:
        """Where the brief comes on the platform."""
        section = getattr(self.settings, setup.name)
        now = getattr(section, setup.key)
        while typed := await self._dialogue.ask(setup.place, ", ".join(now)):
            try:
                changed = type(section).model_validate({**section.model_dump(), setup.key: typed})
            except ValidationError:
                self._dialogue.say("  That is no name of a place there: write names or ids, with commas between them.")
                continue
            if changed != section:
                self._keep({(setup.name, setup.key): list(getattr(changed, setup.key))})
                self.settings = self.settings.model_copy(update={setup.name: changed})
            return

    async def _when(self) -> None:
        """The time of day and the zone of a new channel's brief."""
        self._dialogue.say("\nWhen the brief comes")
        brief = self.settings.brief
        at = await self._until_valid("Time of day:", f"{brief.at:%H:%M}", times.clock_time) or brief.at
        zone = await self._until_valid("Time zone, by its city:", brief.timezone, times.zone_name) or brief.timezone
        if (at, zone) != (brief.at, brief.timezone):
            self._keep({("brief", "at"): f"{at:%H:%M}", ("brief", "timezone"): zone})
            self.settings = self.settings.model_copy(
                update={"brief": brief.model_copy(update={"at": at, "timezone": zone})}
            )

    async def _until_valid(self, question: str, default: str, read: Callable[[str], T]) -> T | None:
        """Ask until `read` takes what is typed; None: nothing was typed."""
        while typed := await self._dialogue.ask(question, default):
            try:
                return read(typed)
            except ValueError as error:
                self._dialogue.say(f"  {error}")
        return None

    async def _sources(self) -> None:
        """Which of the starter sources are read, by interest; a list of one's own is left as it is."""
        self._dialogue.say("\nWhat is read")
        path = self._file.with_name(choosing.FILE)
        if (own := self.settings.sources) and not choosing.is_ours(own):
            self._dialogue.say(f"  Your own list, {own}; it stays as it is.")
            return
        if path.exists() and not choosing.is_ours(str(path)):
            self._dialogue.say(f"  {path} is there already and is not read; name it as `sources` in {self._file.name}.")
            return
        before = choosing.chosen(own)
        picked = await self._dialogue.choose("What are you interested in?", choosing.offered(), before)
        if picked and set(picked) != set(before):
            choosing.write(path, picked)
            self._keep({("sources",): str(path)})
            self.settings = self.settings.model_copy(update={"sources": str(path)})
            self._dialogue.say(f"  {choosing.count(picked)} sources, in {path}.")

    def _keep(self, values: Mapping[tuple[str, ...], object]) -> None:
        keep_settings(self._file, values)
        self._dialogue.say(f"  Kept in {self._file}.")

    # --- a greeting

    async def _greeting(self, module: ModuleType) -> None:
        """Say hello where the brief is to come, so that it is seen to work."""
        setup: PlatformSetup = module.SETUP
        if not all(map(self._present, setup.secrets)):
            return
        for place in getattr(getattr(self.settings, setup.name), setup.key):
            if await self._dialogue.confirm(f"Say hello in {place} on {setup.title} now?", default=True):
                why = await module.greet(self.settings, place, hello(self.settings))
                self._dialogue.say(f"  Not said in {place}: {why}." if why else f"  Said in {place}.")


def hello(settings: Settings) -> Message:
    """What is said once in each place where the brief is to come."""
    brief = settings.brief
    return message(
        para("Hello from ", strong(NAME), ": it works, and this is where the brief will come."),
        para(
            f"At {brief.at:%H:%M} ({brief.timezone}), when the sources say something worth saying. Write “help” once I "
            "run."
        ),
    )
