"""Load the settings from bellwether.toml and the environment, and report everything that is wrong with them at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from bot.model import setting_layers, times
from bot.model.complaints import ENV_FILE, Origins, Wanted, complaint, unknown, unreadable
from bot.model.errors import SettingsError
from bot.model.setting_values import (
    CHATS,
    MAILBOX,
    PEOPLE,
    Address,
    Mailbox,
    Number,
    Seconds,
    Whole,
    Words,
    host_name,
    matching,
    place_to_listen,
    price_table,
    time_of_day,
    time_zone,
    weekdays,
)

APP = "bellwether"
CONFIG_NAME = "bellwether.toml"
PREFIX = "BELLWETHER_"
CHAT_PLATFORMS = ("slack", "telegram", "mail")


class Section(BaseModel):
    """A table of the settings file: frozen, unknown keys are errors. docs/settings.md describes every key."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PipelineSettings(Section):
    """[pipeline]: reading the sources."""

    every: Seconds = 900  # between two cycles
    window: Seconds = 3 * 86400  # an entry older than this when first seen is not read
    live: Seconds = 14 * 86400  # a signal without news for so long is closed
    in_flight: Annotated[Whole, Field(ge=1, le=64)] = 12  # requests at once, at most one per host
    host_pause: Number = 1.0  # seconds between two requests to one host
    timeout: Seconds = 20
    max_bytes: Annotated[Whole, Field(ge=10_000)] = 8_000_000  # of a body, after decompression
    pages_per_source: Annotated[Whole, Field(ge=0)] = 8  # article pages fetched in one cycle
    pages: bool = True
    workers: Annotated[Whole, Field(ge=0, le=16)] = 2  # processes that parse what was fetched; 0: this one does


class KeepSettings(Section):
    """[keep]: how long what nobody was told of stays; what was told, asked about or is cited stays for good."""

    articles: Seconds = 365 * 86400  # articles that no signal cites
    signals: Seconds = 730 * 86400  # closed signals that nobody was told of or asked about


class BriefSettings(Section):
    """[brief]: what a new channel starts from, and how briefs are told."""

    at: Annotated[time, BeforeValidator(time_of_day), Wanted("a time of day, such as “07:30”")] = time(7, 30)
    timezone: Annotated[str, BeforeValidator(time_zone), Wanted("a time zone by its city, such as “Europe/Rome”")] = (
        Field(default_factory=times.system_zone)
    )
    days: Annotated[tuple[str, ...], BeforeValidator(weekdays), Wanted("weekdays, such as “mon-fri” or “mon,wed”")] = (
        times.DAYS[:5]
    )
    bar: Annotated[Whole, Field(ge=1, le=10)] = 6
    most: Annotated[Whole, Field(ge=1, le=50)] = 5
    catch_up: Seconds = 6 * 3600  # how late a brief is still told
    alerts: Annotated[Whole, Field(ge=0)] = 3  # at most, per channel and day


Price = tuple[Number, Number, Number]
"""US dollars per million tokens: of input, of output, of input read from the cache."""

PRICES: Mapping[str, Price] = {
    "claude-haiku-5-5": (0.10, 0.50, 0.01),
    "claude-sonnet-5-5": (2.0, 10.0, 0.10),
    "claude-opus-5-5": (4.0, 20.0, 0.20),
}
"""The list prices of October 2026; `analyst.prices` adds to them or replaces them."""


class AnalystSettings(Section):
    """[analyst]: who reads, with which models, at what cost."""

    kind: Literal["auto", "claude", "extractive"] = "auto"
    triage_model: str = "claude-haiku-5-5"
    analysis_model: str = "claude-sonnet-5-5"
    answer_model: str = "claude-sonnet-5-5"
    daily_budget_usd: Number = 1.0
    patience: Seconds = 120  # for one complete reply
    lanes: Annotated[Whole, Field(ge=1, le=32)] = 6  # requests at once; a model on one's own machine takes 1
    prices: Annotated[
        dict[str, Price],
        BeforeValidator(price_table),
        Wanted("models with three prices each, in, out and cached, such as “claude-haiku-5-5 0.10/0.50/0.01”"),
    ] = Field(default_factory=dict)

    def price(self, model: str) -> Price:
        """The price by the settings, else the list price; an unknown model counts as the dearest of the list."""
        return self.prices.get(model) or PRICES.get(model) or max(PRICES.values())


class SlackSettings(Section):
    """[slack]."""

    channels: Annotated[Words, matching(r"#?[^\s#]+"), Wanted("names or ids of channels, such as “#signals”")] = ()
    # names or ids of channels in which the bot starts by itself
    settings_by: Literal["members", "admins"] = "members"  # who may change a channel's settings


class TelegramSettings(Section):
    """[telegram]."""

    chats: Annotated[Words, matching(r"-?\d+|@?[a-z]\w+"), CHATS] = ()
    # ids or @names of chats that need no permission, and in which the bot starts by itself
    settings_by: Literal["members", "admins"] = "admins"  # who may change a group's settings
    rich: bool = True  # whether rich messages are sent, which old apps cannot show


class MailSettings(Section):
    """[mail]: the brief by mail, where a server is named."""

    server: Annotated[
        str | None, BeforeValidator(host_name), Wanted("the name of a mail server, such as “smtp.example.org”")
    ] = None  # None: nothing is mailed
    port: Annotated[Whole, Field(ge=1, le=65535)] | None = None  # None: the usual one of `security`
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None  # None: the server asks for no name
    password: SecretStr | None = None
    sender: Mailbox = None  # whom the mail is from; None: `user`, which is an address then
    contact: Mailbox = None  # a person's, who reads what readers write; None: the sender's
    addresses: Annotated[Words, matching(MAILBOX), Wanted("mail addresses, such as “anna@example.org”")] = ()


class OperatorSettings(Section):
    """[operator]."""

    users: Annotated[Words, matching(r"(?:slack:)?[UW][A-Z0-9]{5,}|(?:telegram:)?\d+"), PEOPLE] = ()
    # "slack:U042", "telegram:42", or an id alone


class WebSettings(Section):
    """[web]: the archive as pages."""

    listen: Annotated[
        str | None,
        BeforeValidator(lambda value: None if value is None else place_to_listen(value)),
        Wanted("where to listen, such as “127.0.0.1:8080”"),
    ] = None  # None: no pages are served
    address: Address = None  # where readers find the pages; None: messages lead to none
    token: SecretStr | None = None  # asked for once by a browser; None: the pages are open
    operator_door: bool = False  # whether others than this machine may ask for /healthz, /readyz and /metrics


class ScheduleSettings(Section):
    """[schedule]."""

    tick: Seconds = 20  # between two checks of what is due


class LogSettings(Section):
    """[log]."""

    format: Literal["text", "json", "auto"] = "text"  # auto: JSON where standard error is no terminal


class Settings(BaseModel):
    """All settings; made by `load`. The environment overrides the file."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, validate_default=True)

    database_url: str = ""  # "": SQLite in the user's data folder
    sources: str = ""  # "": the starter sources
    pipeline: PipelineSettings = PipelineSettings()
    keep: KeepSettings = KeepSettings()
    brief: BriefSettings = Field(default_factory=BriefSettings)
    analyst: AnalystSettings = AnalystSettings()
    slack: SlackSettings = SlackSettings()
    telegram: TelegramSettings = TelegramSettings()
    mail: MailSettings = MailSettings()
    operator: OperatorSettings = OperatorSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    now: Annotated[datetime | None, Wanted("an instant, such as 2026-03-27T07:30:00Z")] = (
        None  # where the clock starts, in tests; None: the system's time
    )
    allow_private_hosts: bool = False
    anthropic_api_key: SecretStr | None = Field(None, validation_alias="ANTHROPIC_API_KEY")
    anthropic_base_url: Address = Field(None, validation_alias="ANTHROPIC_BASE_URL")
    slack_bot_token: SecretStr | None = Field(None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, validation_alias="SLACK_APP_TOKEN")
    slack_api_url: Address = Field(None, validation_alias="SLACK_API_URL")
    telegram_bot_token: SecretStr | None = Field(None, validation_alias="TELEGRAM_BOT_TOKEN")
    telegram_api_url: Address = Field(None, validation_alias="TELEGRAM_API_URL")

    @property
    def chat_platforms(self) -> tuple[str, ...]:
        """The names of the platforms whose tokens, or whose server, are set."""
        used = {
            "slack": self.slack_bot_token or self.slack_app_token,
            "telegram": self.telegram_bot_token,
            "mail": self.mail.server,
        }
        return tuple(name for name in CHAT_PLATFORMS if used[name])

    @property
    def reads_with_model(self) -> bool:
        """Whether a model reads: if it is asked for, or nothing is and its key is set. SettingsError where it is asked
        for without a key."""
        kind, key = self.analyst.kind, self.anthropic_api_key
        if kind == "claude" and not key:
            raise SettingsError(
                "analyst.kind is “claude”, and ANTHROPIC_API_KEY is not set; set it, or set analyst.kind to "
                "“extractive”."
            )
        return kind != "extractive" and bool(key)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The tokens and keys, and the passwords in the addresses of the settings and of the environment's proxies."""
        given = [*(getattr(self, name) for name in type(self).model_fields), self.web.token, self.mail.password]
        proxies = (value for name, value in os.environ.items() if name.lower().endswith("_proxy"))
        addresses = (*(each for each in given if isinstance(each, str)), *proxies)
        passwords = (password for each in addresses if (password := _password(each)))
        return (*(each.get_secret_value() for each in given if isinstance(each, SecretStr)), *passwords)


def _password(address: str) -> str | None:
    try:
        return urlsplit(address).password
    except ValueError:
        return None


def config_path(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The settings file: BELLWETHER_CONFIG, else ./bellwether.toml, else the user's; None: there is none."""
    if named := environ.get(PREFIX + "CONFIG"):
        return Path(named)
    for folder in (Path.cwd(), Path(platformdirs.user_config_dir(APP))):
        if (path := folder / CONFIG_NAME).is_file():
            return path
    return None


def database_url(settings: Settings) -> str:
    """The configured database, else the path of the SQLite file in the user's data folder."""
    return settings.database_url or str(data_folder() / "bellwether.db")


def data_folder() -> Path:
    """The folder of the databases, unless BELLWETHER_DATABASE_URL names another."""
    return Path(platformdirs.user_data_dir(APP))


def load(**given: Any) -> Settings:
    """The settings; `given` overrides them. Raises ValueError that lists everything wrong with them, one a line."""
    origins = Origins(PREFIX, config_path(), os.environ)
    tables = _tables(origins.path) if origins.path else {}
    problems = _unknown_names(origins, tables)
    try:
        settings = Settings.model_validate(_values(given, tables))
    except ValidationError as error:
        told = [complaint(each, Settings, origins) for each in error.errors()]
        raise ValueError("\n".join(dict.fromkeys((*problems, *told)))) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(unreadable(Path(ENV_FILE), error)) from None
    if problems:
        raise ValueError("\n".join(problems))
    return settings


def _values(given: Mapping[str, Any], tables: Mapping[str, Any]) -> dict[str, Any]:
    """What is set anywhere, by the names of the variables of secrets, and the names of the other settings."""
    fields = Settings.model_fields
    keys = {name: str(field.validation_alias or name) for name, field in fields.items()}
    variables = {key.lower() if key.isupper() else (PREFIX + key).lower(): key for key in keys.values()}
    sections = frozenset(name for name, field in fields.items() if _is_section(field.annotation))
    layers = (os.environ, setting_layers.of_env_file(Path(ENV_FILE)))
    return setting_layers.merged(
        {keys.get(name, name): value for name, value in given.items()},
        *(setting_layers.of_variables(each, variables, sections) for each in layers),
        tables,
    )


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


def _unknown_names(origins: Origins, tables: Mapping[str, Any]) -> list[str]:
    """A sentence for each name that is set and not known, so that a misspelt one does not go unnoticed."""
    fields = {name for name, field in Settings.model_fields.items() if field.validation_alias is None}
    variables = {PREFIX + name.upper() for name in fields} | {PREFIX + "CONFIG"}
    strange = [
        unknown(name, name.partition("__")[0], variables)
        for name in sorted(origins.environ)
        if name.startswith(PREFIX) and name.partition("__")[0] not in variables
    ]
    return strange + [unknown(origins.of((key,)), key, fields) for key in tables if key not in fields]


def _tables(path: Path) -> dict[str, Any]:
    """What the settings file holds. Raises ValueError with a sentence where it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(unreadable(path, error)) from None
