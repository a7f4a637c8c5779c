"""Mail as `bellwether setup` asks for it, and a first mail that shows that the server and the address work."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

from bot.model.messages import Message
from bot.model.settings import Settings
from bot.model.setup import PlatformSetup, Question, Secret

SETUP = PlatformSetup(
    name="mail",
    title="Mail",
    guide=("The brief for readers who are in no chat. Your mail provider says under “SMTP” what to write here.",),
    questions=(
        Question("server", "Mail server, such as smtp.example.org (Enter skips mail):"),
        Question("sender", "The address that it writes from:"),
        Question("user", "The name it signs in with:", like="sender"),
        Question("security", "Encryption, starttls or tls (none for a server on this machine):"),
        Question("port", "Port, Enter for the usual one:"),
        Question("addresses", "To which addresses does the brief go? (with commas)"),
    ),
    secrets=(Secret("BELLWETHER_MAIL__PASSWORD", "The password"),),
    key="addresses",
    one_way=True,
)


async def greet(settings: Settings, place: str, message: Message) -> str | None:
    """Mail the message to the address, once; why it could not be sent, None: it was."""
    from bot.model.clock import SystemClock
    from bot.model.delivery import DeliveryState, Sent
    from bot.model.errors import PlatformError
    from bot.model.outgoing import Delivery
    from bot.model.threads import in_daemon_thread
    from handlers.mail import platform
    from handlers.mail.composing import envelope
    from handlers.mail.smtp import hand_over

    now = SystemClock(settings.now).now()
    said = Delivery(uuid4().hex, 0, SETUP.name, place, "notice", 1, message, DeliveryState.SENDING, created=now)
    try:
        server, sender = platform.server_of(settings.mail), platform.sender_of(settings.mail)
    except PlatformError as error:
        return str(error).rstrip(".")
    mail = envelope(said, sender, settings.mail.contact or sender, now)
    outcome = await in_daemon_thread(partial(hand_over, server, mail), "bellwether-mail")
    return None if isinstance(outcome, Sent) else outcome.why.rstrip(".")
