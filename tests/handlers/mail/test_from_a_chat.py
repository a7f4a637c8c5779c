"""A subscription by mail is run from a chat: by an operator of the bot, and by nobody else."""

from __future__ import annotations

from functools import partial

from bot.model.stores import Store
from tests.clock import FakeClock
from tests.handlers.bot import running
from tests.servers.mail import READERS, mail_server
from tests.servers.slack import slack_server

ANNA, DESK = READERS
OLGA = "U0OLGA0001"


async def test_an_operator_runs_a_subscription_from_a_chat(store: Store, clock: FakeClock) -> None:
    """By its address; what changes is said to the operator, and mailed to nobody."""
    async with mail_server() as server, slack_server() as slack:
        given = {**slack.settings, **server.settings, "operator": {"users": [f"slack:{OLGA}"]}}
        async with running(store, clock, "slack", "mail", **given) as bot:
            bot.delivered = lambda: not slack.unacked
            for address in READERS:
                await bot.until(partial(store.channels.find, "mail", address))
            await bot.at_rest()
            await bot.until(lambda: store.outbox.idle("mail"))
            mailed = len(server.mails)
            assert mailed == len(READERS)  # what a new subscription is told about itself
            await slack.says("olga", "@olga", f"for {ANNA}: bar 8")
            await bot.at_rest()
            anna, desk = await store.channels.find("mail", ANNA), await store.channels.find("mail", DESK)
            assert anna
            assert desk
            assert (anna.settings.bar, desk.settings.bar) == (8, 6)
            assert ANNA in slack.messages("@olga")[-1].words
            await slack.says("ben", "@ben", f"for {DESK}: bar 9")
            await bot.at_rest()
            assert await store.channels.find("mail", DESK) == desk
            assert "You run no channel" in slack.messages("@ben")[-1].words
            assert len(server.mails) == mailed
