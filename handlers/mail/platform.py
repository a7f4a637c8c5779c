"""Opens mail as a platform: the server tried, the subscriptions taken from the settings; and checks it for `doctor`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.model.clock import SystemClock
from bot.model.errors import PlatformError, PlatformUnreachable
from bot.model.messages import Message
from bot.model.ports import Inbox
from bot.model.run import Diagnosis
from bot.model.settings import MailSettings, Settings
from bot.model.threads import in_daemon_thread
from handlers.mail import smtp
from handlers.mail.composing import domain_of
from handlers.mail.mailing import NAME, Mailing
from handlers.mail.smtp import MailServer, ServerRefusal, ServerUnreachable

PORTS = {"starttls": 587, "tls": 465, "none": 25}
AMENDS = Mailing.amends
"""Whether what was said there can be changed afterwards, whichever process has said it."""


def cut(message: Message) -> tuple[Message, ...]:
    """Always one part: a mail may be long."""
    return (message,)


@asynccontextmanager
async def open_platform(settings: Settings, inbox: Inbox) -> AsyncIterator[Mailing]:
    """The addresses of the settings, by a server that lets us in; PlatformError, a sentence to show a person, where it
    does not, and PlatformUnreachable where it cannot be reached."""
    server = server_of(settings.mail)
    if not settings.mail.addresses:
        raise PlatformError("Mail has a server, and nobody to write to: name them in [mail] addresses.", platform=NAME)
    try:
        await _try(server)
    except ServerRefusal as error:
        raise PlatformError(f"Mail cannot be used by {server}: {error}.", platform=NAME) from None
    except ServerUnreachable as error:
        raise PlatformUnreachable(f"Mail cannot be reached at {server}: {error}.", platform=NAME) from None
    mailing = Mailing(settings.mail, sender_of(settings.mail), server, inbox, SystemClock(settings.now).now)
    await mailing.subscribe()
    yield mailing


def sender_of(mail: MailSettings) -> str:
    """Whom mail is from; PlatformError where the settings do not say."""
    sender = mail.sender or (mail.user if mail.user and "@" in mail.user else None)
    if sender is None:
        raise PlatformError("Mail has a server, and no sender: name an address in [mail] sender.", platform=NAME)
    return sender


def server_of(mail: MailSettings) -> MailServer:
    """The server of the settings; PlatformError where something is lacking, or the password would go open."""
    password = mail.password.get_secret_value() if mail.password else ""
    server = MailServer(
        host=mail.server or "",
        port=mail.port or PORTS[mail.security],
        security=mail.security,
        user=mail.user,
        password=password,
        greeting=domain_of(sender_of(mail)),
    )
    if mail.user and not password:
        raise PlatformError("Mail has a user, and BELLWETHER_MAIL__PASSWORD is not set.", platform=NAME)
    if mail.user and mail.security == "none" and not server.is_local:
        raise PlatformError("Mail would send the password unencrypted: set [mail] security.", platform=NAME)
    return server


async def _try(server: MailServer) -> None:
    """Sign in and leave. Raises ServerUnreachable and ServerRefusal."""

    def visit() -> None:
        with smtp.signed_in(server):
            pass

    await in_daemon_thread(visit, "bellwether-mail")


# --- doctor --------------------------------------------------------------------------------------------------------


async def diagnose(settings: Settings) -> AsyncIterator[Diagnosis]:
    """Check that the server lets us in, and that there is somebody to write to. Raises PlatformError."""
    server = server_of(settings.mail)
    try:
        await _try(server)
    except ServerRefusal as error:
        yield Diagnosis("Mail server", False, f"{server}: {error}", "check [mail], and BELLWETHER_MAIL__PASSWORD")
    except ServerUnreachable as error:
        yield Diagnosis("Mail server", False, f"{server}: {error}", "ask again once there is a network")
    else:
        yield Diagnosis("Mail server", True, f"{server} lets us in as {server.user or 'anybody'}")
    number = len(settings.mail.addresses)
    advice = "" if number else "name them in [mail] addresses"
    yield Diagnosis("Mail addresses", number > 0, f"{number} to write to", advice)
