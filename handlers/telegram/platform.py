"""Telegram as a platform: the token tried, the commands registered, polling, and what `doctor` says of it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)

from bot.conversation.commands.table import COMMANDS
from bot.conversation.request import Command
from bot.model.clock import SystemClock
from bot.model.doors import Role
from bot.model.errors import PlatformError, PlatformUnreachable
from bot.model.messages import Message, split
from bot.model.ports import Inbox
from bot.model.run import Diagnosis
from bot.model.settings import Settings
from bot.model.tasks import Tasks
from handlers.telegram import rendering, web
from handlers.telegram.abilities import Abilities, Ability
from handlers.telegram.addresses import chat_name
from handlers.telegram.chats import Chats
from handlers.telegram.events import NAME, Me
from handlers.telegram.pace import Pace
from handlers.telegram.session import Session
from handlers.telegram.web import CallFailed, Moved, Refused, Revoked, Unanswered, call

log = logging.getLogger(__name__)

BOTFATHER = "@BotFather on Telegram"
DESCRIPTION = (
    "A morning brief, composed for you when the sources say something worth saying: a few signals of structural "
    "change, each with verbatim quotes you can check. Ask it “why?” and it shows the evidence; say “mute AI for a "
    "week” and it does."
)
SHORT_DESCRIPTION = "A morning brief, when the sources say something worth saying. Ask it “why?”."
PERSONAL = frozenset(("claim", "for", "forget"))
"""Commands that are not offered in groups."""
FOR_ONE = frozenset(("help", "mutes", "status", "sources"))
"""Commands whose answers concern only who asks."""
AMENDS = Chats.amends
"""Whether what was said there can be changed afterwards, whichever process has said it."""


def cut(message: Message) -> tuple[Message, ...]:
    """Parts that each fit into one message of Telegram, whatever its server can, whichever process sends them."""
    return split(message, rendering.fits)


# --- opening -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def open_platform(settings: Settings, inbox: Inbox, *, pace: Pace | None = None) -> AsyncIterator[Chats]:
    """The bot of the token, polling; PlatformError, one sentence to show a person, where the token cannot be used, and
    PlatformUnreachable where Telegram cannot be reached."""
    token = _token(settings)
    async with AsyncExitStack() as stack:
        bot = web.bot(token, settings.telegram_api_url)
        stack.push_async_callback(bot.shutdown)
        me = await _identity(bot)
        await _set_profile(bot)
        pace = pace or Pace()
        abilities = await _abilities(settings, bot, pace)
        chats = Chats(settings, Session(bot, me, inbox, pace, SystemClock(settings.now).now, abilities))
        await chats.load()
        listening = Tasks()
        stack.push_async_callback(chats.close)
        stack.push_async_callback(listening.close, 0)
        listening.start(chats.listen())
        yield chats


def _token(settings: Settings) -> str:
    if settings.telegram_bot_token is None:
        raise PlatformError("Telegram needs TELEGRAM_BOT_TOKEN, and it is not set.", platform=NAME)
    return settings.telegram_bot_token.get_secret_value()


async def _identity(bot: Bot) -> Me:
    """Who the bot is; PlatformError where the token is refused, PlatformUnreachable where nothing usable answers."""
    try:
        await call(bot.initialize())
    except (Revoked, Refused):
        raise PlatformError(
            f"Telegram does not take TELEGRAM_BOT_TOKEN: copy it again from {BOTFATHER}; "
            "`bellwether doctor` checks it.",
            platform=NAME,
        ) from None
    except (Unanswered, Moved) as error:
        raise PlatformUnreachable(str(error), platform=NAME) from None
    return Me(bot.id, bot.username)


async def _abilities(settings: Settings, bot: Bot, pace: Pace) -> Abilities:
    """What the server knows of what is not everywhere, and the settings want."""
    abilities = Abilities(pace.now)
    if settings.telegram.rich:
        await abilities.ask(bot)
    else:
        abilities.miss(Ability.RICH)
        abilities.miss(Ability.RICH_DRAFT)
    return abilities


async def _set_profile(bot: Bot) -> None:
    """Set what Telegram shows of the bot: its commands, by who may use them, and its descriptions."""
    asking = [each for each in COMMANDS if each.role is Role.READER]
    setting = [each for each in COMMANDS if each.role is not Role.OPERATOR]
    for scope, commands in (
        (BotCommandScopeAllPrivateChats(), setting),
        (BotCommandScopeAllGroupChats(), [each for each in asking if each.name not in PERSONAL]),
        (BotCommandScopeAllChatAdministrators(), [each for each in setting if each.name not in PERSONAL]),
    ):
        shown = [_offered(each, private=isinstance(scope, BotCommandScopeAllPrivateChats)) for each in commands]
        await _set(bot.set_my_commands(shown, scope))
    await _set(bot.set_my_description(DESCRIPTION))
    await _set(bot.set_my_short_description(SHORT_DESCRIPTION))
    await _set(bot.delete_webhook())  # while one is set, Telegram refuses polling


def _offered(command: Command, *, private: bool) -> BotCommand:
    """The command in Telegram's menu; in groups some are seen by who writes them alone, as their answers are."""
    hidden = not private and command.name in FOR_ONE
    return BotCommand(command.name, command.summary[:256], api_kwargs={"is_ephemeral": True} if hidden else None)


async def _set(work: Awaitable[bool]) -> None:
    """Make a call of the profile; without it the bot works all the same."""
    try:
        await call(work)
    except CallFailed as error:
        log.warning("Telegram did not take how the bot introduces itself: %s", error)


# --- doctor --------------------------------------------------------------------------------------------------------


async def diagnose(settings: Settings) -> AsyncIterator[Diagnosis]:
    """Check the token, what the bot may hear in groups, and the chats that the settings name."""
    token = _token(settings)
    bot = web.bot(token, settings.telegram_api_url)
    try:
        await _identity(bot)
    except PlatformUnreachable as error:
        why = str(error).removeprefix("Telegram ")
        yield Diagnosis("Telegram", False, why, "the token was not tried; ask again once there is a network")
    except PlatformError:
        yield Diagnosis("Telegram token", False, "Telegram does not take it", f"copy it again from {BOTFATHER}")
    else:
        yield Diagnosis("Telegram token", True, f"@{bot.username}")
        yield _of_groups(bot)
        for name in settings.telegram.chats:
            yield await _of_chat(bot, name)
    finally:
        await bot.shutdown()


def _of_groups(bot: Bot) -> Diagnosis:
    me = bot.bot
    if not me.can_join_groups:
        advice = f"allow it with /setjoingroups at {BOTFATHER}, if groups are wanted"
        return Diagnosis("Telegram groups", True, "the bot cannot be added to groups", advice)
    hears = "all that is said" if me.can_read_all_group_messages else "commands, mentions and replies to it"
    return Diagnosis("Telegram groups", True, f"in groups it hears {hears}")


async def _of_chat(bot: Bot, name: str) -> Diagnosis:
    try:
        chat = await call(bot.get_chat(chat_name(name)))
    except Unanswered as unanswered:
        return Diagnosis(f"Telegram chat {name}", False, str(unanswered), "ask again later")
    except CallFailed as error:
        advice = "add the bot there, or take it out of the settings"
        return Diagnosis(f"Telegram chat {name}", False, str(error), advice)
    return Diagnosis(f"Telegram chat {name}", True, chat.effective_name or name)
