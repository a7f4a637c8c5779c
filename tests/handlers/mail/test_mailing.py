"""The brief by mail, over a real socket: once to each address, and what each reply of the server means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.model import messages
from bot.model.delivery import DeliveryState, NotSent, Permanent, SendOutcome, Sent, Unknown
from bot.model.errors import PlatformError, PlatformUnreachable
from bot.model.outgoing import Delivery
from bot.model.settings import load
from bot.model.stores import Store
from handlers.mail import platform
from handlers.mail.mailing import NAME, Mailing
from tests.clock import MORNING, FakeClock
from tests.handlers.bot import TODAY, Bot, running
from tests.handlers.deaf import Deaf
from tests.servers.mail import CERTIFICATE, HANG_UP, READERS, USER, MailStandIn, mail_server

ANNA, DESK = READERS


def delivery(address: str = ANNA, words: str = "A word.") -> Delivery:
    message = messages.text(words)
    return Delivery("d1", 1, NAME, address, "notice", 1, message, DeliveryState.SENDING, created=MORNING)


@asynccontextmanager
async def opened(stand_in: MailStandIn, **mail: Any) -> AsyncIterator[Mailing]:
    settings = load(mail={**stand_in.settings["mail"], **mail})
    async with platform.open_platform(settings, Deaf()) as mailing:
        yield mailing


async def outcome(**scripts: tuple[str, ...]) -> tuple[SendOutcome, MailStandIn]:
    """What a send comes to where the server replies so, and what came there."""
    async with mail_server() as server, opened(server) as mailing:
        server.scripts |= {{"END": "."}.get(verb, verb): list(replies) for verb, replies in scripts.items()}
        return await mailing.send(delivery()), server


@asynccontextmanager
async def bot(store: Store, clock: FakeClock, **mail: Any) -> AsyncIterator[tuple[Bot, MailStandIn]]:
    async with mail_server() as server, running(store, clock, NAME, mail={**server.settings["mail"], **mail}) as made:
        await made.at_rest()
        yield made, server


# --- as a subscription -----------------------------------------------------------------------------------------------


async def test_the_brief_comes_as_one_mail_to_each_address(store: Store, clock: FakeClock) -> None:
    """After a greeting that asks for no answer: text and HTML of the same brief, from the same blocks."""
    async with bot(store, clock) as (started, server):
        assert sorted(each.recipient for each in server.mails) == [ANNA, DESK]
        assert all("“help”" not in each.body("plain") for each in server.mails)
        server.mails.clear()
        for address in READERS:
            await started.tells(address)
        assert sorted(each.recipient for each in server.mails) == [ANNA, DESK]
        mail = server.mails[0]
        for kind in ("plain", "html"):
            assert all(words in mail.body(kind) for words in ("Friday 27 March", "2 signals", "●"))
            assert "[Why?]" not in mail.body(kind)
        await started.tells(ANNA)
        assert len(server.mails) == 2


async def test_who_was_taken_out_of_the_settings_gets_nothing_more(store: Store, clock: FakeClock) -> None:
    """Nor what was on its way; put in again, the subscription goes on with its settings."""
    async with bot(store, clock):
        pass
    async with bot(store, clock, addresses=(DESK,)) as (started, server):
        assert not (await started.channel(ANNA)).active
        assert (await started.channel(DESK)).active
        mailing = started.platforms[NAME]
        assert await mailing.send(delivery(ANNA)) == Permanent("its address is no longer in [mail] addresses")
        assert server.mails == []
    async with bot(store, clock) as (started, server):
        assert (await started.channel(ANNA)).active
        assert [each.recipient for each in server.mails] == [ANNA]


async def test_a_start_greets_nobody_again(store: Store, clock: FakeClock) -> None:
    """Who has the greeting has it."""
    async with bot(store, clock):
        pass
    async with bot(store, clock) as (_, server):
        assert server.mails == []


async def test_what_may_have_arrived_is_not_sent_again(store: Store, clock: FakeClock) -> None:
    """The connection broke after the mail was handed over: it is unknown, and the same mail never goes twice."""
    async with bot(store, clock, addresses=(ANNA,)) as (started, server):
        server.mails.clear()
        server.scripts["."] = [HANG_UP]
        await started.tells(ANNA)
        channel = await started.channel(ANNA)
        (told,) = await store.outbox.under(channel.id, f"brief:{TODAY.isoformat()}")
        assert told.state is DeliveryState.UNKNOWN

        async def doubted() -> bool:
            return len(server.mails) > 1

        await started.until(doubted)
        await started.at_rest()
        briefs, doubts = server.mails[:1], server.mails[1:]
        assert "Friday 27 March" in briefs[0].body("plain")
        assert ["may not have arrived" in each.body("plain") for each in doubts] == [True]


# --- what replies mean -----------------------------------------------------------------------------------------------


async def test_a_mail_that_is_taken_is_sent() -> None:
    """Its id is that of the delivery, so that one sent twice is the same mail, byte for byte."""
    async with mail_server() as server, opened(server) as mailing:
        assert await mailing.send(delivery()) == Sent("<d1@bellwether.example>")
        assert await mailing.send(delivery()) == Sent("<d1@bellwether.example>")
        assert server.mails[0].raw == server.mails[1].raw
        assert (server.mails[0].sender, server.mails[0].recipient) == (USER, ANNA)


@pytest.mark.parametrize(
    ("scripts", "kind"),
    [
        ({"MAIL": ("451 4.3.0 later",)}, NotSent),
        ({"RCPT": ("450 4.2.0 greylisted",)}, NotSent),
        ({"RCPT": (HANG_UP,)}, NotSent),
        ({"DATA": ("421 4.3.2 closing",)}, NotSent),
        ({"END": ("451 4.3.0 later",)}, NotSent),
        ({"END": (HANG_UP,)}, Unknown),
        ({"EHLO": ("421 4.3.2 closing", "421 4.3.2 closing")}, NotSent),
        ({"AUTH": ("454 4.7.0 later",)}, NotSent),
    ],
)
async def test_what_was_not_taken_is_tried_again_and_what_may_have_been_is_not(
    scripts: dict[str, tuple[str, ...]], kind: type[SendOutcome]
) -> None:
    """Up to the end of the mail nothing has arrived; after it, without a reply, nobody knows."""
    found, server = await outcome(**scripts)
    assert isinstance(found, kind)
    assert len(server.mails) == (kind is Unknown)


@pytest.mark.parametrize(
    ("reply", "ends"),
    [
        ("550 5.1.1 no such user", True),
        ("550 no such user", True),
        ("550 5.2.1 mailbox disabled", True),
        ("552 5.2.2 mailbox full", False),
        ("554 5.7.1 relaying denied", False),
        ("550 5.7.1 blocked", False),
    ],
)
async def test_only_a_mailbox_that_is_not_there_ends_a_subscription(reply: str, ends: bool) -> None:
    """A full one, or a rule of the server, refuses this mail alone; the operator hears the server's own words."""
    found, _ = await outcome(RCPT=(reply,))
    assert found == Permanent(f"the mail server says {reply}", message_only=not ends)


async def test_a_refused_mail_is_refused_for_good() -> None:
    """Whatever the server has against its content, it will have again."""
    found, _ = await outcome(END=("554 5.6.0 not this",))
    assert found == Permanent("the mail server says 554 5.6.0 not this", message_only=True)


async def test_few_connections_at_once() -> None:
    """Servers refuse a client that opens many; the rest waits for its turn."""
    async with mail_server() as server, opened(server) as mailing:
        outcomes = await asyncio.gather(*(mailing.send(delivery(words=f"Word {n}.")) for n in range(12)))
        assert outcomes == [Sent("<d1@bellwether.example>")] * 12
        assert len(server.mails) == 12


# --- opening ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        ({"password": "wrong"}, "535 5.7.8 wrong name or password"),
        ({"password": None}, "BELLWETHER_MAIL__PASSWORD is not set"),
        ({"addresses": ()}, "nobody to write to"),
        ({"user": "bell", "sender": None}, "no sender"),
        ({"security": "starttls"}, "STARTTLS extension not supported by server"),
        ({"server": "mail.example"}, "would send the password unencrypted"),
    ],
)
async def test_what_will_not_work_is_said_in_a_sentence(mail: dict[str, Any], why: str) -> None:
    """Of the settings or of the server; a password never goes over an open line."""
    async with mail_server() as server:
        with pytest.raises(PlatformError, match=why) as caught:
            async with opened(server, **mail):
                pass
        assert not isinstance(caught.value, PlatformUnreachable)
        assert str(caught.value).endswith(".")


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_an_encrypted_line_is_used_where_the_server_can_be_trusted(
    security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password goes nowhere before; a certificate that nobody vouches for is refused, and said so."""
    async with mail_server(security=security) as server:
        with pytest.raises(PlatformError, match="cannot be trusted: self-signed certificate"):
            async with opened(server):
                pass
        assert not any(each.startswith("AUTH") for each in server.said)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        async with opened(server) as mailing:
            assert await mailing.send(delivery()) == Sent("<d1@bellwether.example>")
        assert len(server.mails) == 1


async def test_a_server_out_of_reach_is_tried_again() -> None:
    """It may come back; nothing is wrong with the settings."""
    async with mail_server() as server:
        settings = dict(server.settings["mail"])
    with pytest.raises(PlatformUnreachable):
        async with platform.open_platform(load(mail=settings), Deaf()):
            pass


async def test_doctor_tries_the_server() -> None:
    """It signs in, and says as whom, or why not."""
    async with mail_server() as server:
        found = [each async for each in platform.diagnose(load(**server.settings))]
        assert [each.well for each in found] == [True, True]
        assert f"lets us in as {USER}" in found[0].what
        wrong = load(mail={**server.settings["mail"], "password": "wrong", "addresses": ()})
        assert [each.well async for each in platform.diagnose(wrong)] == [False, False]
    away = [each async for each in platform.diagnose(load(**server.settings))]
    assert not away[0].well
    assert server.mails == []
