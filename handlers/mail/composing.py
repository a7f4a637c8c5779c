"""A delivery as a mail: its headers and both of its texts. No I/O; the same delivery is always the same mail."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any

from bot.model.harmless import one_line
from bot.model.outgoing import Delivery
from handlers.mail.rendering import Foot, html, plain_text
from handlers.mail.smtp import Envelope

FROM = "The Bellwether"
LONGEST_LINE = 998  # characters (RFC 5322, 2.1.1)
SUBJECT = 200  # characters


class _Policy(EmailPolicy):
    """As RFC 5322 asks, but that headers in ASCII stay on one line: the library would encode an address that is longer
    than 78 characters, and no program would then know it for one."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        line = f"{name}: {value}"
        if line.isascii() and len(line) <= LONGEST_LINE:
            return f"{line}{self.linesep}".encode()
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n", cte_type="7bit")


def domain_of(address: str) -> str:
    """What stands behind the @."""
    return address.rpartition("@")[2]


def message_id(delivery: Delivery, sender: str) -> str:
    """The same for every attempt, so that a mail program shows a message once that came twice."""
    return f"<{delivery.id}@{domain_of(sender)}>"


def foot_of(contact: str) -> Foot:
    """What stands below every mail: why it comes, and how it is stopped."""
    return Foot(
        "You get this because whoever runs this bot put your address on its list. To get no more of it, write to ",
        contact,
        ": a person reads that, and takes you off.",
    )


def envelope(delivery: Delivery, sender: str, contact: str, now: datetime) -> Envelope:
    """The delivery as it is handed over; `now` dates it where it is not on record when it was stored."""
    ref = message_id(delivery, sender)
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(FROM, addr_spec=sender)
    mail["To"] = Address(addr_spec=delivery.address)
    mail["Reply-To"] = Address(addr_spec=contact)
    mail["Subject"] = one_line(delivery.message.fallback).strip()[:SUBJECT] or FROM
    mail["Date"] = delivery.created or now
    mail["Message-ID"] = ref
    mail["List-Id"] = f"{FROM} <bellwether.{domain_of(sender)}>"
    mail["List-Unsubscribe"] = f"<mailto:{_in_address(contact)}?subject=unsubscribe>"
    mail["Auto-Submitted"] = "auto-generated"
    foot = foot_of(contact)
    mail.set_content(plain_text(delivery.message, foot), cte="quoted-printable")
    mail.add_alternative(html(delivery.message, foot), subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{delivery.id}")
    return Envelope(sender, delivery.address, mail.as_bytes(), ref)


def _in_address(mailbox: str) -> str:
    """As it stands in a mailto: address (RFC 6068)."""
    from urllib.parse import quote

    return quote(mailbox, safe="@!$'*+")
