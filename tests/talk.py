"""Talking to the bot as a person does: (said, answered) over the real store, with a small made-up archive in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from bot.analysts.extractive import Extractive
from bot.conversation.dispatch import Context, respond
from bot.delivery.operators import Operators
from bot.model.article import Article
from bot.model.brief import Brief
from bot.model.channel import Channel, ChannelSettings
from bot.model.delivery import DeliveryState, Sent
from bot.model.event import Asker, Event, EventKind
from bot.model.evidence import Evidence
from bot.model.feed import Check, FetchFailed, FetchOutcome, NoPage, Offered, PageOutcome
from bot.model.finding import Dimension, Stance
from bot.model.messages import Choice, Choices, Message, Reply, plain
from bot.model.outgoing import Delivery
from bot.model.question import Answer, AnswerPart, QuestionRecord
from bot.model.settings import Settings
from bot.model.settings import load as load_settings
from bot.model.signal import Batch, Dossier, Revision, Signal
from bot.model.source import Source, SourceHealth
from bot.model.stores import Store
from bot.text import segmentation, term_weights
from storage.store import SqlStore
from tests import make
from tests.clock import MORNING, FakeClock
from tests.written_once import written_once

CHIPS = (
    "Memory prices fell by a third this week after Nimbus Memory showed a method that halves what a model stores. "
    "“The shortage everybody paid for was a choice of method,” said Ines Karlsen, an analyst at Arden Bank. "
    "Shares of chip makers lost $40bn in two days. "
    "Arden Bank expects contracts to be renegotiated before the summer."
)
PORT = (
    "Dock workers at Noordhaven stopped work on Monday over the cranes that need no drivers. "
    "The port handles 14 per cent of the region's containers. "
    "“We were told in March that nobody would go,” said Pieter Vos of the Harbour Union."
)
PORT_TWO = (
    "Shipping lines sent 31 vessels past Noordhaven as the strike of the Harbour Union entered its third day. "
    "Nordline said the detour costs $90,000 a ship."
)
WATER = (
    "Growers in the Lumo valley agreed to sell a fifth of their water rights to the city of Kesa. "
    "The price is $310 an acre-foot, said the Lumo Growers Board."
)

ANNA = Asker("U1", "Anna", operator=True)
GUEST = Asker("U2", "Ben", may_set=False)


class Reader(Extractive):
    """The embedded analyst with simpler answers: the sentences that hold most of the words asked, else silence."""

    name = "reader"

    async def answer(self, question: str, dossier: Dossier, history: Sequence[QuestionRecord]) -> AsyncIterator[Answer]:
        every = [
            Evidence(article.id, start, end, start, end, article.text[start:end])
            for article in dossier.texts
            for start, end in segmentation.sentences(article.text)
        ]
        held = [(term_weights.coverage(question, each.quote), each) for each in every]
        best = [each for share, each in sorted(held, key=lambda pair: -pair[0])[:2] if share]
        silent = not best or term_weights.coverage(question, best[0].quote) < 0.5
        if not silent:
            yield Answer((AnswerPart("Looking …", (best[0],)),), final=False, answered_by=self.name)
        yield Answer(tuple(AnswerPart(each.quote, (each,)) for each in best[:1]), silent=silent, answered_by=self.name)


@dataclass
class Web:
    """A way out that knows a few addresses."""

    known: dict[str, FetchOutcome] = field(default_factory=dict)
    offers: dict[str, Offered] = field(default_factory=dict)

    async def feed(self, source: Source, health: SourceHealth) -> FetchOutcome:
        return self.known.get(source.url, FetchFailed("The server answered 404: there is nothing at this address."))

    async def page(self, url: str) -> PageOutcome:
        return NoPage("not asked")

    async def offered(self, url: str) -> Offered:
        return self.offers.get(url, Offered())

    async def document(self, url: str) -> str:
        return ""


@dataclass
class Talk:
    """A channel and somebody in it."""

    store: Store
    clock: FakeClock
    channel: Channel
    context: Context
    web: Web
    heard: list[Reply] = field(default_factory=list)
    _events: int = 0

    async def replies(self, said: str, *, asker: Asker = ANNA, **event: Any) -> list[Reply]:
        """All replies to what is said, those that grow included."""
        self.channel = await self.store.channels.get(self.channel.id) or self.channel
        heard = self.said(said, asker=asker, **event)
        self.heard = [reply async for reply in respond(heard, self.channel, self.context)]
        self.clock.advance(1)
        return self.heard

    def said(self, words: str, *, asker: Asker = ANNA, **event: Any) -> Event:
        """The event of somebody saying this here now."""
        self._events += 1
        return Event(
            platform=self.channel.platform,
            id=f"e{self._events}",
            address=self.channel.address,
            channel_name=self.channel.name,
            asker=asker,
            text=words,
            at=self.clock.now(),
            **event,
        )

    async def say(self, said: str, **event: Any) -> str:
        """What is answered, as plain text."""
        replies = await self.replies(said, **event)
        return "\n".join(plain(reply.message) for reply in replies if reply.final)

    @property
    def buttons(self) -> dict[str, str]:
        """Label → command of the last answer's buttons."""
        return {each.label: each.command for each in choices(self.heard[-1].message)}

    async def settings(self) -> ChannelSettings:
        channel = await self.store.channels.get(self.channel.id)
        assert channel is not None
        return channel.settings

    async def sent(self, message: Message, ref: str, purpose: str = "reply:x") -> None:
        """As if the message had been sent and the platform had given it this id."""
        channel = self.channel
        delivery = Delivery(
            ref, channel.id, channel.platform, channel.address, purpose, 1, message, DeliveryState.PENDING
        )
        await self.store.outbox.put(delivery, self.clock.now())
        while claimed := await self.store.outbox.claim(self.clock.now(), [channel.platform]):
            await self.store.outbox.settle(claimed.id, Sent(claimed.id), None, self.clock.now())


def choices(message: Message) -> tuple[Choice, ...]:
    return tuple(each for block in message.blocks if isinstance(block, Choices) for each in block.choices)


async def open_talk(store: Store, clock: FakeClock, **settings: Any) -> Talk:
    """A channel in Rome in a store whose four sources were read just now."""
    given = ChannelSettings(timezone="Europe/Rome", **settings)
    channel, _ = await store.channels.ensure("console", "local", "this terminal", given, clock.now())
    web = Web()
    operators = Operators(store, (), {}, clock)
    context = Context(store, Reader(), clock, _settings(), web, operators)
    return Talk(store, clock, channel, context, web)


@cache
def _settings() -> Settings:
    """Those of a bot for which nothing is set, which no test of a dialogue changes: reading them takes 2 ms."""
    return load_settings()


async def checked(store: Store, at: datetime = MORNING) -> None:
    """Every source was read well at that time."""
    for source in await store.sources.all():
        health = SourceHealth(source.id, checked_at=at, succeeded_at=at, due_at=at + timedelta(hours=1), entries=9)
        await store.sources.record(Check(health), at)


async def archive(store: Store, now: datetime = MORNING) -> tuple[Signal, ...]:
    """Three signals: chips (8, one publisher), a port strike (7, two publishers), water rights (5, below the bar)."""
    if isinstance(store, SqlStore):
        return await written_once(store, now, lambda: _archive(store, now))
    return await _archive(store, now)


async def _archive(store: Store, now: datetime) -> tuple[Signal, ...]:
    drafts = (
        _article("Nimbus method halves memory need and sinks chip prices", CHIPS, "Meridian Times", now, hours=3),
        _article("Noordhaven dockers strike over driverless cranes", PORT, "Asahi Ledger", now, hours=30),
        _article("Ships pass Noordhaven by as strike enters third day", PORT_TWO, "Gazette do Sul", now, hours=4),
        _article("Lumo growers sell water rights to Kesa", WATER, "Kesa Courier", now, hours=5),
    )
    chips, port, port_two, water = await make.stored(store, *drafts)
    await checked(store, now)
    signals = (
        _signal(41, "Nimbus Memory’s method is ending the memory shortage premium", (chips,), now, (4, 2, 2, 0)),
        _signal(42, "Driverless cranes are closing Noordhaven as dockers strike", (port, port_two), now, (3, 2, 1, 1)),
        _signal(43, "Cities are buying water rights from growers", (water,), now, (2, 1, 2, 0)),
    )
    kept = (
        replace(signals[0], actors=("Nimbus Memory", "Arden Bank"), topics=("AI", "chips"), places=("US",)),
        replace(
            signals[1],
            actors=("Harbour Union", "Nordline"),
            dimensions=(Dimension.ECONOMIC, Dimension.SOCIAL),
            topics=("trade",),
            places=("NL",),
        ),
        replace(
            signals[2],
            actors=("Lumo Growers Board",),
            dimensions=(Dimension.ENVIRONMENTAL,),
            topics=("water",),
            places=("KE",),
        ),
    )
    readings = tuple(make.finding(each.id) for each in (chips, port, port_two, water))
    await store.signals.save(Batch(readings=readings, signals=kept), now)
    return kept


def _article(title: str, words: str, publisher: str, now: datetime, *, hours: int) -> Article:
    who = make.publisher(publisher)
    return make.article(
        1,
        words,
        title=title,
        publisher=who,
        link=f"https://{who.key}/{hours}",
        published=now - timedelta(hours=hours),
        fetched=now - timedelta(hours=hours - 1),
    )


def _signal(
    id: int, title: str, articles: Sequence[Article], now: datetime, parts: tuple[int, int, int, int]
) -> Signal:
    members = tuple(
        make.member(
            each,
            evidence=(make.evidence(each, 0), make.evidence(each, 1)),
            reasoning=(f"The article tells of it: {each.title}.",),
            stance=Stance.DEVELOPS if number else Stance.OPENS,
        )
        for number, each in enumerate(articles)
    )
    strength = make.strength(*parts)
    first = members[0].joined
    revisions = [
        Revision(id, 1, first, "first seen", Stance.OPENS, make.strength(*parts[:3], 0), members[0].article_id)
    ]
    for number, member in enumerate(members[1:], 2):
        why = f"a second publisher confirms ({member.publisher.name})"
        revisions.append(Revision(id, number, member.joined, why, Stance.DEVELOPS, strength, member.article_id))
    return make.signal(
        id,
        now,
        title=title,
        analysis=" ".join(each.sentence(0) for each in articles),
        strength=strength,
        articles=members,
        revisions=tuple(revisions),
        opened=first,
        changed=members[-1].joined,
        detected_on=first.date(),
        change_mind="A second publisher that finds the opposite.",
    )


async def told(talk: Talk, brief: Brief) -> None:
    """As if the channel had been told this brief."""
    from bot.briefing.views.brief_view import brief_message

    await talk.store.briefs.record(talk.channel, brief, (brief_message(brief, talk.channel),), talk.clock.now())


JOINED = EventKind.JOINED
