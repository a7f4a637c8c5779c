"""The brief as a message: its account, a card for each signal, what was left out; alerts and quiet mornings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.briefing.views.wording import (
    MODELLESS,
    NAME,
    count,
    message,
    opening,
    para,
    shown_title,
    strong,
)
from bot.model import locales, times
from bot.model.brief import Account, Brief, BriefItem, Edition, Quiet, Unable
from bot.model.channel import Channel, Watch
from bot.model.messages import Block, Choice, Choices, Heading, Message, Paragraph

SHOWN_LEFT_OUT = 3


# --- the brief -----------------------------------------------------------------------------------------------------


def brief_message(edition: Edition, channel: Channel) -> Message:
    """What a channel is told: its cards; or, quiet or unable, one line."""
    language = channel.settings.language
    from bot.briefing.views.card_view import card, source_line  # with all that is said of signals
    from bot.briefing.views.correction_view import together, words

    if not isinstance(edition, Brief):
        return line_message(edition, language)
    now = _instant(edition, channel)
    blocks: list[Block | None] = [
        Heading(f"{NAME} · {locales.full_day(edition.on, language)}"),
        para(account_words(edition), quiet=True),
        *(para(strong("Correction."), f" {words(each)}") for each in together(edition.corrections)),
        *(block for item in edition.items for block in (card(item, now), source_line(item.signal))),
        _left_out(edition.account),
        _without_model(edition.items),
        para(edition.account.note, quiet=True) if edition.account.note else None,
    ]
    return message(*blocks, fallback=_brief_fallback(edition, language))


def _instant(edition: Brief, channel: Channel) -> datetime:
    """As of when momentum is shown: the slot, or the last change where the brief is looked at later."""
    slot = times.slot(edition.on, channel.settings.at, channel.settings.timezone)
    return max([slot, *(item.signal.changed for item in edition.items)])


def alert_message(item: BriefItem, now: datetime, watch: Watch | None = None) -> Message:
    """A signal told at once, because it is strong or (`watch`) watched."""
    from bot.briefing.views.card_view import card, source_line

    signal = item.signal
    why = f"watched: {watch.name}" if watch else "at once"
    return message(
        Heading(f"{NAME} · {why}"),
        replace(card(item, now), number=None),
        source_line(signal),
        _without_model([item]),
        Choices((Choice("Stop watching", f"unwatch w{watch.number}"),)) if watch else None,
        fallback=f"{watch.name if watch else NAME}: {shown_title(signal)} ({signal.strength.total})",
    )


def _without_model(items: Iterable[BriefItem]) -> Paragraph | None:
    if not any(item.signal.composed_by == MODELLESS for item in items):
        return None
    return para("Composed without a model: titles and sentences are the sources’ own.", quiet=True)


def account_words(edition: Edition) -> str:
    """ "3 signals · 412 articles from 38 sources · 2 muted"; sources that failed are named where some did."""
    account = edition.account
    read = account.sources - account.failed_sources
    pieces = [count(len(edition.items), "signal")] if isinstance(edition, Brief) else []
    pieces.append(f"{count(account.articles, 'article')} from {count(read, 'source')}")
    if account.failed_sources:
        pieces.append(f"{account.failed_sources} not read")
    if account.muted:
        pieces.append(f"{account.muted} muted")
    return " · ".join(pieces)


def _left_out(account: Account) -> Paragraph | None:
    """What reached the bar and stood behind the most a brief may hold: left out, but never unsaid."""
    behind = [near for near in account.nearest if near.lacked == "room"]
    if not behind:
        return None
    titles = "; ".join(f"{shown_title(near)} ({near.strength}, s{near.signal_id})" for near in behind[:SHOWN_LEFT_OUT])
    more = f"; and {len(behind) - SHOWN_LEFT_OUT} more" if len(behind) > SHOWN_LEFT_OUT else ""
    return para(f"Also above the bar, left out for room: {titles}{more}.", quiet=True)


def _brief_fallback(edition: Brief, language: str | None) -> str:
    titles = " · ".join(f"{item.number} {shown_title(item.signal)}" for item in edition.items)
    head = f"{NAME}, {locales.full_day(edition.on, language)}: {count(len(edition.items), 'signal')}. "
    return opening(message(para(head + titles), fallback=head))


def line_message(edition: Quiet | Unable, language: str | None) -> Message:
    """A quiet morning, or one on which we could not look, in one line with its account; its date in the language."""
    state = "Quiet" if isinstance(edition, Quiet) else "Unable to look"
    head = f"{state} · {locales.full_day(edition.on, language)}."
    note = f" {edition.account.note}" if edition.account.note else ""
    said = f" {edition.account.reason or ''} {account_words(edition)}." + nearest_words(edition.account) + note
    return message(para(strong(head), said))


def nearest_words(account: Account) -> str:
    named = [
        f"{shown_title(near)} ({near.strength}, s{near.signal_id}, short of {near.lacked})" for near in account.nearest
    ]
    return f" Nearest: {'; '.join(named)}." if named else ""
