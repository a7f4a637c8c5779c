"""The steps of `bellwether setup`: each asks, tries what it was given, and writes it; Enter skips it.

platforms → Claude → when → what is read → pages → a greeting where the brief is to come

What a chat platform needs is said by its own folder, `handlers.NAME.setup`; what is wrong with a
token by its `diagnose`.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

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
from bot.model.complaints import ENV_FILE, wanted
from bot.model.errors import BellwetherError
from bot.model.messages import Message
from bot.model.run import Diagnosis
from bot.model.settings import CONFIG_NAME, Section, Settings, config_path
from bot.model.setup import PlatformSetup, Question, Secret

CLAUDE = Secret("ANTHROPIC_API_KEY", "Claude’s key", "sk-ant-")
CLAUDE_GUIDE = (
    "With a key a model reads and answers, for at most a dollar a day unless you say otherwise; without, it works too.",
    "Get one at https://console.anthropic.com/settings/keys.",
)
WEB_GUIDE = (
    "Every signal as a page, served while the bot runs. 127.0.0.1:8080 is for this machine and a web server on it;",
    "0.0.0.0:8080 for whoever reaches this machine. With an address, each signal in a chat leads to its page.",
)
WEB = (
    Question("listen", "Where to listen, such as 127.0.0.1:8080 (Enter skips it):"),
    Question("address", "The address at which readers find it, such as https://signals.example.org:"),
)
WEB_TOKEN = Secret("BELLWETHER_WEB__TOKEN", "A token, if readers are to be asked for one")
Diagnosed = Callable[[Settings], AsyncIterator[Diagnosis]]
T = TypeVar("T")
SHOWN = 4  # last characters of a secret that are shown
HIDDEN = 16  # a secret shorter than that is not shown at all


def masked(secret: str) -> str:
    """A secret as a person recognises it: its last characters."""
    return f"…{secret[-SHOWN:]}" if len(secret) >= HIDDEN else "set"


def modules() -> tuple[ModuleType, ...]:
    """The module `setup` of each platform's folder that has one, by name, those behind in which nobody can answer."""
    names = sorted(each.name for each in pkgutil.iter_modules(handlers.__path__))
    found = (
        importlib.import_module(f"handlers.{name}.setup")
        for name in names
        if importlib.util.find_spec(f"handlers.{name}.setup")
    )
    return tuple(sorted(found, key=lambda module: module.SETUP.one_way))


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
        await self._web()
        for module in modules():
            await self._greeting(module)
        say("\nThat is all. `bellwether run` starts it; `bellwether doctor` checks everything at any time.")
        chats = {module.SETUP.name for module in modules() if not module.SETUP.one_way}
        if chats.intersection(self.settings.chat_platforms) and not self.settings.operator.users:
            say("At its first start it prints a code: write “claim CODE” to it, and you are its operator.")

    # --- what is tried

    async def _platform(self, setup: PlatformSetup) -> None:
        async def diagnosed(given: Settings) -> AsyncIterator[Diagnosis]:
            async for found in platform_module(setup.name).diagnose(given):
                yield found

        self._begin(setup.title, setup.guide, setup.secrets)
        if await self._tried(setup.secrets, diagnosed, setup.name, setup.questions) and setup.place:
            await self._places(setup)

    async def _claude(self) -> None:
        async def diagnosed(given: Settings) -> AsyncIterator[Diagnosis]:
            async with open_app(given, reads=False) as app:
                async for found in checks.of_claude(app):
                    yield found

        self._begin("Claude", CLAUDE_GUIDE, (CLAUDE,))
        await self._tried((CLAUDE,), diagnosed)

    async def _web(self) -> None:
        async def diagnosed(given: Settings) -> AsyncIterator[Diagnosis]:
            listen = given.web.listen
            if listen and listen != self.settings.web.listen:  # the bot that runs now may hold the present one
                yield await checks.of_listening(listen, is_open=given.web.token is None)

        self._begin("Pages", () if self.settings.web.listen else WEB_GUIDE, ())
        await self._tried((WEB_TOKEN,), diagnosed, "web", WEB)

    def _begin(self, title: str, guide: Sequence[str], secrets: Sequence[Secret]) -> None:
        """The title of a step; how to get what it asks for, unless all of it is set."""
        self._dialogue.say(f"\n{title}")
        if not secrets or not all(map(self._present, secrets)):
            for line in guide:
                self._dialogue.say(f"  {line}")

    async def _tried(
        self, secrets: Sequence[Secret], diagnosed: Diagnosed, table: str = "", questions: Sequence[Question] = ()
    ) -> bool:
        """Ask until it is taken, or skipped; whether all secrets are set then. Only what was taken is written."""
        draft = self.settings
        while True:
            draft = await self._answered(draft, table, questions)
            if questions and not getattr(getattr(draft, table), questions[0].key):
                return False
            given = await self._asked(secrets)
            changed = _with_secrets(draft, given)
            if changed == self.settings:
                break
            if await self._is_taken(changed, diagnosed):
                self._keep_changes(changed, given, table, questions)
                break
            if not questions:
                self._dialogue.say("  Try again, or skip it with Enter.")
            elif not await self._dialogue.confirm("Try again?", default=True):
                break
        return all(map(self._present, secrets))

    async def _answered(self, settings: Settings, table: str, questions: Sequence[Question]) -> Settings:
        """The settings with what was typed; without an answer to the first question no other one is asked."""
        for each in questions:
            section = getattr(settings, table)
            present = getattr(section, each.key) or (getattr(section, each.like) if each.like else None)
            section = await self._value(section, each, _shown(present))
            settings = settings.model_copy(update={table: section})
            if not getattr(section, questions[0].key):
                break
        return settings

    async def _value(self, section: Section, question: Question, default: str) -> Section:
        """The table of the settings with what was typed, asked until it can be used; as it is where nothing was."""
        while typed := await self._dialogue.ask(question.words, default):
            try:
                return type(section).model_validate({**section.model_dump(), question.key: typed})
            except ValidationError:
                field = type(section).model_fields[question.key]
                self._dialogue.say(f"  “{typed}” cannot be used; write {wanted(field, (question.key,))}.")
        return section

    async def _asked(self, secrets: Sequence[Secret]) -> dict[Secret, str]:
        """What was typed, by secret; {}: nothing."""
        given = {}
        for each in secrets:
            present = self._present(each)
            hint = f"now {masked(present)}; Enter keeps it" if present else "Enter skips it"
            begins = f" ({each.begins}…)" if each.begins else ""
            if typed := await self._dialogue.secret(f"{each.label}{begins}, {hint}:"):
                given[each] = typed
        return given

    def _present(self, secret: Secret) -> str:
        value: Any = reduce(getattr, secret.path, self.settings)
        return value.get_secret_value() if value else ""

    async def _is_taken(self, settings: Settings, diagnosed: Diagnosed) -> bool:
        """Try what was given, and say how each part of it fares; whether it is to be kept."""
        well = True
        try:
            async for found in diagnosed(settings):
                advice = f" — {found.advice}" if found.advice else ""
                self._dialogue.say(f"  {'ok   ' if found.well else 'wrong'}  {found.about}: {found.what}{advice}")
                well = well and found.well
        except BellwetherError as error:
            self._dialogue.say(f"  wrong  {error}")
            well = False
        return well or await self._dialogue.confirm("Keep it all the same?", default=False)

    def _keep_changes(
        self, changed: Settings, given: Mapping[Secret, str], table: str, questions: Sequence[Question]
    ) -> None:
        """Write the secrets that were given, and the keys of the table that are not as they were."""
        if given:
            keep_secrets(self._env, {each.variable: value for each, value in given.items()})
            self._say_kept(given)
        before, after = (getattr(each, table, None) for each in (self.settings, changed))
        values = {each.key: getattr(after, each.key) for each in questions}
        new = {key: _plain(value) for key, value in values.items() if value != getattr(before, key)}
        if new:
            self._keep({(table, key): value for key, value in new.items()})
        self.settings = changed

    def _say_kept(self, given: Iterable[Secret]) -> None:
        self._dialogue.say(f"  Kept in {self._env}, readable by you alone.")
        for each in given:
            if os.environ.get(each.variable):
                self._dialogue.say(f"  {each.variable} is set in the environment too, and that goes first.")

    # --- settings

    async def _places(self, setup: PlatformSetup) -> None:
        """Where the brief comes on the platform."""
        section = getattr(self.settings, setup.name)
        present = _shown(getattr(section, setup.key))
        changed = await self._value(section, Question(setup.key, setup.place), present)
        if changed != section:
            self._keep({(setup.name, setup.key): _plain(getattr(changed, setup.key))})
            self.settings = self.settings.model_copy(update={setup.name: changed})

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
        if setup.name not in self.settings.chat_platforms:
            return
        greeting = hello(self.settings, one_way=setup.one_way)
        for place in getattr(getattr(self.settings, setup.name), setup.key):
            if await self._dialogue.confirm(f"Say hello in {place} by {setup.title} now?", default=True):
                why = await module.greet(self.settings, place, greeting)
                self._dialogue.say(f"  Not said in {place}: {why}." if why else f"  Said in {place}.")


def hello(settings: Settings, *, one_way: bool) -> Message:
    """What is said once in each place where the brief is to come; `one_way`: where nobody can write back."""
    brief = settings.brief
    when = f"At {brief.at:%H:%M} ({brief.timezone}), when the sources say something worth saying."
    return message(
        para("Hello from ", strong(NAME), ": it works, and this is where the brief will come."),
        para(when if one_way else f"{when} Write “help” once I run."),
    )


def _with_secrets(settings: Settings, given: Mapping[Secret, str]) -> Settings:
    for secret, value in given.items():
        *table, key = secret.path
        holder = getattr(settings, table[0]) if table else settings
        holder = holder.model_copy(update={key: SecretStr(value)})
        settings = settings.model_copy(update={table[0]: holder}) if table else holder
    return settings


def _plain(value: object) -> object:
    """As it stands in the settings file."""
    return list(value) if isinstance(value, tuple) else value


def _shown(value: object) -> str:
    """As a person would type it."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
