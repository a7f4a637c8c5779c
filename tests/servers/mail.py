"""A mail server on a real socket that refuses what real ones refuse: commands out of order, a client that is not signed
in, bare line feeds, lines that are too long, letters that are not ASCII, headers that lack what each mail must have.
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

CERTIFICATE = Path(__file__).with_name("mail_certificate.pem")
"""Of this stand-in alone, for 127.0.0.1, with its key; nobody trusts it but who is told to."""
USER, PASSWORD = "bell@bellwether.example", "open sesame"
READERS = ("anna@readers.example", "desk@readers.example")
LONGEST = 1000  # octets of a line, its end included (RFC 5321, 4.5.3.1.6)
NEEDED = ("From", "To", "Date", "Message-ID", "Subject")
_ADDRESS = re.compile(r"<([^<>\s]+@[^<>\s]+)>(.*)", re.IGNORECASE)
HANG_UP = "hang up"
"""A reply that breaks off the connection instead."""


@dataclass
class Delivered:
    """A mail as it came."""

    sender: str
    recipient: str
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        found = message_from_bytes(self.raw, policy=default)
        assert isinstance(found, EmailMessage)
        return found

    def body(self, kind: str) -> str:
        part = self.mail.get_body((kind,))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")


@dataclass
class MailStandIn:
    """The server: what came, what was said, and what it is to reply next instead of what it would."""

    port: int = 0
    security: str = "none"
    mails: list[Delivered] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    scripts: dict[str, list[str]] = field(default_factory=dict)  # by command ("." for a mail): the next replies
    offers: tuple[str, ...] = ("AUTH PLAIN", "8BITMIME", "ENHANCEDSTATUSCODES")

    @property
    def settings(self) -> dict[str, Any]:
        mail = {"server": "127.0.0.1", "port": self.port, "security": self.security, "user": USER, "password": PASSWORD}
        return {"mail": {**mail, "addresses": READERS}}

    def next(self, verb: str, reply: str) -> str:
        script = self.scripts.get(verb)
        return script.pop(0) if script else reply


class _Talk:
    """One connection."""

    def __init__(self, server: MailStandIn, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._greeted = self._known = False
        self._sender: str | None = None
        self._recipients: list[str] = []

    async def run(self) -> None:
        if not await self._reply("", self._server.next("", "220 mail.example ready")):
            return
        while line := await self._reader.readline():
            words = line.decode("utf-8", "replace").removesuffix("\r\n")
            verb = words.partition(" ")[0].upper()
            self._server.said.append(words)
            if not await self._reply(verb, await self._answer(verb, words)) or verb == "QUIT":
                return

    async def _reply(self, verb: str, reply: str) -> bool:
        """Whether the connection goes on."""
        if reply == HANG_UP:
            return False
        self._writer.write(reply.encode() + b"\r\n")
        await self._writer.drain()
        if verb == "STARTTLS" and reply.startswith("220"):
            await self._writer.start_tls(_context())
            self._greeted = False
        if verb == "DATA" and reply.startswith("354"):
            raw = await self._reader.readuntil(b"\r\n.\r\n")
            return await self._reply(".", self._taken(raw))
        return not reply.startswith("421")

    async def _answer(self, verb: str, words: str) -> str:
        if verb == "STARTTLS" and "STARTTLS" in self._server.offers:
            return "220 2.0.0 begin"
        handlers = {"EHLO": self._ehlo, "AUTH": self._auth, "MAIL": self._mail, "RCPT": self._rcpt, "DATA": self._data}
        if verb in ("QUIT", "RSET", "NOOP"):
            return "221 2.0.0 bye" if verb == "QUIT" else "250 2.0.0 ok"
        if verb not in handlers:
            return "500 5.5.2 unknown command"
        reply = handlers[verb](words)
        reply = reply if reply.startswith("5") else self._server.next(verb, reply)
        self._known = self._known or reply.startswith("235")
        return reply

    def _ehlo(self, words: str) -> str:
        self._greeted = True
        if not re.fullmatch(r"EHLO (?:[\w-]+\.)+[\w-]+|EHLO \[[\d.]+\]", words, re.IGNORECASE):
            return "501 5.5.4 that is no name"
        *offers, last = ("mail.example", *self._server.offers)
        return "".join(f"250-{each}\r\n" for each in offers) + f"250 {last}"

    def _auth(self, words: str) -> str:
        if self._server.security != "none" and self._writer.get_extra_info("ssl_object") is None:
            return "530 5.7.0 must issue a STARTTLS command first"
        if words.upper().startswith("AUTH PLAIN "):
            given = base64.b64decode(words[11:]).decode().split("\0")
            if given[1:] == [USER, PASSWORD]:
                return "235 2.7.0 welcome"
        return "535 5.7.8 wrong name or password"

    def _mail(self, words: str) -> str:
        found = _ADDRESS.search(words)
        if not self._greeted or not found:
            return "503 5.5.1 say hello first" if not self._greeted else "501 5.1.7 bad sender"
        if not self._known:
            return "530 5.7.0 authentication required"
        self._sender, self._recipients = found[1], []
        return "250 2.1.0 ok"

    def _rcpt(self, words: str) -> str:
        found = _ADDRESS.search(words)
        if self._sender is None or not found:
            return "503 5.5.1 who sends it?" if self._sender is None else "501 5.1.3 bad address"
        self._recipients.append(found[1])
        return "250 2.1.5 ok"

    def _data(self, _words: str) -> str:
        return "354 go on" if self._recipients else "503 5.5.1 to whom?"

    def _taken(self, raw: bytes) -> str:
        if wrong := _fault(raw):
            return f"554 5.6.0 {wrong}"
        content = re.sub(rb"(?m)^\.\.", b".", raw.removesuffix(b".\r\n"))
        reply = self._server.next(".", "250 2.0.0 taken")
        if reply.startswith("2") or reply == HANG_UP:  # taken, though the client may never hear of it
            self._server.mails += [Delivered(self._sender or "", each, content) for each in self._recipients]
        return reply


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def _fault(raw: bytes) -> str | None:
    """What is wrong with a mail as it came over the wire; None: nothing."""
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        return "bare line feed or carriage return"
    if any(len(line) + 2 > LONGEST for line in raw.split(b"\r\n")):
        return "line too long"
    if not raw.isascii():
        return "8-bit letters that were not announced"
    headers = message_from_bytes(raw, policy=default)
    lacking = [name for name in NEEDED if len(headers.get_all(name, ())) != 1]
    return f"not exactly one each of {', '.join(lacking)}" if lacking else None


@asynccontextmanager
async def mail_server(*, security: str = "none", **scripts: Sequence[str]) -> AsyncIterator[MailStandIn]:
    """The server, listening; `scripts` are its next replies by command. It takes a password only once the connection is
    as `security` says."""
    stand_in = MailStandIn(scripts={verb: list(replies) for verb, replies in scripts.items()})
    stand_in.security = security
    if security == "starttls":
        stand_in.offers = (*stand_in.offers, "STARTTLS")
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        talks.add(task)
        with suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await _Talk(stand_in, reader, writer).run()
        writer.close()
        talks.discard(task)

    server = await asyncio.start_server(
        talk, "127.0.0.1", 0, limit=1 << 22, ssl=_context() if security == "tls" else None
    )
    stand_in.port = server.sockets[0].getsockname()[1]
    try:
        yield stand_in
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


@asynccontextmanager
async def serve() -> AsyncIterator[dict[str, Any]]:
    """For the contract test: the settings that lead to it."""
    async with mail_server() as stand_in:
        yield stand_in.settings
