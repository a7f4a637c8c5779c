"""Hand one message to the mail server and say what became of it; blocking, for a thread of its own.

connect → EHLO → STARTTLS → AUTH | MAIL FROM → RCPT TO → DATA | the message → reply
nothing has arrived until here                                | from here on, without a reply, nobody knows
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address

from bot.model.delivery import NotSent, Permanent, SendOutcome, Sent, Unknown
from bot.model.harmless import one_line

STEP_SECONDS = 15  # that the server gets for each reply
FAREWELL_SECONDS = 1
TAKE_SECONDS = 60  # that it gets to take the message itself
WORDS = 200  # characters of a server's reply that are repeated

READY, TAKEN = 354, 250  # the replies to DATA, and to the message (RFC 5321, 4.2.3)
CLOSING = 421
OF_RECIPIENT = (550, 551, 553)
"""Replies by which a server without enhanced codes says that there is no such mailbox."""
_ENHANCED = re.compile(r"\s*5\.(\d{1,3})\.\d{1,3}\b")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class ServerUnreachable(Exception):
    """The server cannot be reached, or breaks off; later it may answer."""


class ServerRefusal(Exception):
    """The server does not let us in; trying again helps only once something is changed."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and as whom."""

    host: str
    port: int
    security: str  # "tls" from the start, "starttls", or "none"
    user: str | None  # None: nobody signs in
    password: str
    greeting: str  # the name by which we introduce ourselves

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine."""
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.host == "localhost"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message as it is handed over."""

    sender: str
    recipient: str
    content: bytes  # RFC 5322, in ASCII
    ref: str  # its Message-ID


# --- in and out ------------------------------------------------------------------------------------------------------


@contextmanager
def signed_in(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection over which mail can be handed over. Raises ServerUnreachable and ServerRefusal."""
    client = _connected(server)
    try:
        _sign_in(client, server)
        yield client
    finally:
        _leave(client)


def _leave(client: smtplib.SMTP) -> None:
    """Take leave, unless the connection is broken; nothing depends on how the server answers."""
    if client.sock is not None:
        with suppress(OSError, smtplib.SMTPException):
            _allow(client, FAREWELL_SECONDS)
            client.quit()
    client.close()


def _allow(client: smtplib.SMTP, seconds: float) -> None:
    """Give the server so many seconds for its next replies."""
    if client.sock is not None:
        client.sock.settimeout(seconds)


def _connected(server: MailServer) -> smtplib.SMTP:
    try:
        if server.security == "tls":
            return smtplib.SMTP_SSL(
                server.host, server.port, server.greeting, timeout=STEP_SECONDS, context=ssl.create_default_context()
            )
        return smtplib.SMTP(server.host, server.port, server.greeting, timeout=STEP_SECONDS)
    except ssl.SSLError as error:
        raise ServerRefusal(_tls_words(error)) from None
    except (OSError, smtplib.SMTPException) as error:
        raise ServerUnreachable(_words(error)) from None


def _sign_in(client: smtplib.SMTP, server: MailServer) -> None:
    try:
        client.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            client.starttls(context=ssl.create_default_context())
            client.ehlo_or_helo_if_needed()
        if server.user is not None:
            client.login(server.user, server.password)
    except ssl.SSLError as error:
        raise ServerRefusal(_tls_words(error)) from None
    except smtplib.SMTPNotSupportedError as error:
        raise ServerRefusal(_words(error).rstrip(".")) from None
    except smtplib.SMTPResponseException as error:
        kind = ServerRefusal if error.smtp_code >= 500 else ServerUnreachable
        raise kind(_reply(error.smtp_code, error.smtp_error)) from None
    except (OSError, smtplib.SMTPException) as error:
        raise ServerUnreachable(_words(error)) from None


# --- one message -----------------------------------------------------------------------------------------------------


def hand_over(server: MailServer, envelope: Envelope) -> SendOutcome:
    """Hand the message over, once; every failure is an outcome."""
    try:
        with signed_in(server) as client:
            return _announced(client, envelope) or _transmitted(client, envelope)
    except (ServerUnreachable, ServerRefusal) as error:
        return NotSent(str(error))


def _announced(client: smtplib.SMTP, envelope: Envelope) -> SendOutcome | None:
    """Say whose message comes, for whom, and that it comes; None: the server waits for it."""
    try:
        code, words = client.mail(envelope.sender)
        if code // 100 != 2:
            return _refusal(code, words)
        code, words = client.rcpt(envelope.recipient)
        if code // 100 != 2:
            return _refusal(code, words, of_recipient=_names_recipient(code, words))
        code, words = client.docmd("DATA")
    except (OSError, smtplib.SMTPException) as error:
        return NotSent(_words(error))
    return None if code == READY else _refusal(code, words)


def _transmitted(client: smtplib.SMTP, envelope: Envelope) -> SendOutcome:
    try:
        _allow(client, TAKE_SECONDS)
        client.send(on_the_wire(envelope.content))
        code, words = client.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Unknown(_words(error))
    if code == TAKEN:
        return Sent(envelope.ref)
    return _refusal(code, words) if code >= 400 else Unknown(_reply(code, words))


def on_the_wire(content: bytes) -> bytes:
    """The content with CRLF behind each line, leading dots doubled, and the dot that ends it (RFC 5321, 4.5.2)."""
    lines = _LINE_END.sub(b"\n", content).removesuffix(b"\n")
    return _LEADING_DOT.sub(b"..", lines).replace(b"\n", b"\r\n") + b"\r\n.\r\n"


# --- replies ---------------------------------------------------------------------------------------------------------


def _refusal(code: int, words: bytes, *, of_recipient: bool = False) -> SendOutcome:
    """What a reply means that is no consent: of 4xx, and where it cannot be read, that nothing was taken yet."""
    if code >= 500:
        return Permanent(_reply(code, words), message_only=not of_recipient)
    return NotSent(_reply(code, words))


def _names_recipient(code: int, words: bytes) -> bool:
    """Whether a refusal says that there is no such mailbox: by its enhanced code (RFC 3463: 5.1.x, or 5.2.1 for one
    that is disabled), else by the code."""
    enhanced = re.match(r"\s*5\.(?:1\.\d|2\.1\b)", words.decode("ascii", "replace"))
    if _ENHANCED.match(words.decode("ascii", "replace")):
        return enhanced is not None
    return code in OF_RECIPIENT


def _reply(code: int, words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"the mail server says {code} {one_line(said)[:WORDS]}".rstrip(" .")


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _reply(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return "the mail server does not answer in time"
    told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"the mail server cannot be used: {one_line(told)[:WORDS]}" if told else "the mail server broke off"


def _tls_words(error: ssl.SSLError) -> str:
    why = getattr(error, "verify_message", "") or error.reason or str(error)
    return f"the mail server’s encryption cannot be trusted: {one_line(why)[:WORDS]}"
