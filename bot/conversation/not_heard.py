"""Explain from the record why a channel was not told something, or why there was no brief.

"Why did I not get Y?" is answered by the signal of that name (already told, muted, not asked for, below the bar, no
room, too new), else by an article that was left out and why, else by saying that it was never seen.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta

from bot.briefing import briefs, deltas, hearing
from bot.briefing.views import brief_view, wording
from bot.briefing.views.wording import count, message, para, strong
from bot.conversation import keeping
from bot.conversation.commands.mutes import ending_words
from bot.conversation.commands.settings import next_brief
from bot.conversation.parse import content
from bot.conversation.question import Question
from bot.conversation.request import Request
from bot.model import times
from bot.model.brief import Quiet, StoredBrief, Told, Unable
from bot.model.channel import Mute
from bot.model.echoing import echo
from bot.model.finding import PassedOver
from bot.model.messages import Block, Message, Reply
from bot.model.signal import Signal
from bot.signals import strength
from bot.text import tokenisation
from bot.text.listing import listed

LATELY = timedelta(days=14)
"""How far back to search the articles that were left out."""
CANDIDATES = 10  # signals of the archive compared with the words
AKIN = 0.85  # similarity (0 to 1) from which two words count as forms of the same one

_FILLER = re.compile(r"\b(?:the|a|an|any|story|stories|signal|news|article|thing|one|about|of|on|in)\b")


async def answer(question: Question, request: Request) -> AsyncIterator[Reply]:
    """Yield the explanation, stored with the thread like every answer."""
    if not question.missed:
        yield await keeping.kept(request, await _why_quiet(request))
        return
    signal = await _signal(question, request)
    if signal:
        blocks = [para(words) for words in await _reasons(signal, request)]
        about: list[Block] = [
            para(f"s{signal.id}: {wording.shown_title(signal)}", quiet=True),
            wording.actions(signal, "why", "show"),
        ]
        yield await keeping.kept(request, message(*blocks, *about), signal_id=signal.id)
        return
    yield await keeping.kept(request, await _unheard(question.missed, request))


# --- a quiet morning -------------------------------------------------------------------------------------------------


async def _why_quiet(request: Request) -> Message:
    """The outcome of today's brief and its reasons; before it is decided, those of the last one."""
    today = times.local(request.now, request.zone).date()
    last = await request.store.briefs.last(request.channel.id)
    comes = await next_brief(request.store, request.channel, request.now)
    if last is None:
        return message(para(f"No brief was decided here yet. {comes}"))
    late = para(f"Today’s is not decided. {comes}") if last.on != today else None
    if last.outcome == "brief":
        return message(late, para(_not_quiet(last, request)))
    kind = Quiet if last.outcome == "quiet" else Unable
    this = para(f"This was {times.day_words(last.on, today)}:") if late else None
    return message(
        late, this, *brief_view.line_message(kind(last.on, last.account), request.channel.settings.language).blocks
    )


def _not_quiet(last: StoredBrief, request: Request) -> str:
    today = times.local(request.now, request.zone).date()
    day = times.day_words(last.on, today)
    told = f"{count(len(last.numbers), 'signal')} {'was' if len(last.numbers) == 1 else 'were'} told here"
    return f"{day[:1].upper()}{day[1:]} was not quiet: {told} at {times.local(last.decided, request.zone):%H:%M}."


# --- a signal --------------------------------------------------------------------------------------------------------


async def _signal(question: Question, request: Request) -> Signal | None:
    """The signal with the given id, or the one that contains most of the words, if more than half; else None."""
    if question.signal_id is not None:
        return await request.store.signals.get(question.signal_id)
    found = await request.store.signals.search(content(question.missed), CANDIDATES)
    scored = [(_share(question.missed, _fields(signal)), signal) for signal in found]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] > 0.5 else None


def _fields(signal: Signal) -> str:
    labels = (*signal.topics, *signal.places, *signal.actors, *(article.title for article in signal.articles))
    return " . ".join((signal.title, *labels))


def _share(words: str, carried: str) -> float:
    """The share (0 to 1) of the words that `carried` contains in any form."""
    from bot.text.word_relations import likeness

    wanted = set(tokenisation.terms(_FILLER.sub(" ", words)))
    held = set(tokenisation.terms(carried))
    return sum(any(likeness(word, each) >= AKIN for each in held) for word in wanted) / len(wanted) if wanted else 0.0


async def _reasons(signal: Signal, request: Request) -> list[str]:
    """The first reason why this channel was not told the signal.

    If it was told, say when, followed by what would keep later news of it from the channel.
    """
    channel, store = request.channel, request.store
    told = (await store.briefs.told(channel.id)).get(signal.id)
    kept_back = await _kept_back(signal, request)
    if told:
        return [_told(told, signal, request), *kept_back[:1]]
    return kept_back[:1] or [_not_yet(signal, await store.briefs.last(channel.id), request)]


def _told(told: Told, signal: Signal, request: Request) -> str:
    today = times.local(request.now, request.zone).date()
    day = "today" if told.on == today else f"on {times.full_day(told.on)}"
    news = deltas.material(signal, told.at)
    since = "What is new since then comes with the next brief." if news else "Nothing changed since; it is told once."
    return f"It was told here {day}, with a strength of {told.strength}. {since}"


async def _kept_back(signal: Signal, request: Request) -> list[str]:
    """The settings that keep the signal from this channel, in the order in which a brief applies them."""
    settings, now = request.channel.settings, request.now
    members = request.context.taxonomy.members
    mutes = await request.store.channels.mutes(request.channel.id, now)
    found = [_muted(mute, request) for mute in mutes if hearing.carries(signal, mute.label, members)]
    if not hearing.asked_for(settings.only, signal, members):
        found.append(
            f"This channel hears of {listed([each.name for each in settings.only])} alone; “only off” ends that."
        )
    if settings.paused_until and settings.paused_until > now:
        found.append(f"The brief is paused here {ending_words(settings.paused_until, now, request.zone)}.")
    if signal.strength.total < settings.bar:
        lacked = strength.lacked(signal.strength)
        found.append(
            f"Its strength is {signal.strength.total}, below the bar of {settings.bar} here: it is short of {lacked}."
        )
    return found


def _muted(mute: Mute, request: Request) -> str:
    ending = ending_words(mute.until, request.now, request.zone)
    return f"It is muted here: {mute.label.name}, {ending}. “unmute {mute.label.name}” brings it back."


def _not_yet(signal: Signal, last: StoredBrief | None, request: Request) -> str:
    """The reason if no setting keeps it back: the brief was full, it is too new, or it was no longer news."""
    settings = request.channel.settings
    if last and any(near.signal_id == signal.id and near.lacked == briefs.NO_ROOM for near in last.account.nearest):
        return f"It reached the bar of {settings.bar}, but a brief holds at most {count(settings.most, 'signal')} here."
    if last is None or signal.changed > last.decided:
        return "It came after the last brief was decided: it is for the next one."
    day = times.full_day(times.local(signal.opened, request.zone).date())
    return f"It was first seen on {day}, and had no news left for this channel when a brief was decided here."


# --- no signal -------------------------------------------------------------------------------------------------------


async def _unheard(words: str, request: Request) -> Message:
    """The article that was left out and why, or a statement that nothing like it was seen."""
    name = " ".join(_FILLER.sub(" ", words).split()) or words
    over = await request.store.articles.passed_over(request.now - LATELY)
    # There are thousands of articles: they are compared in a thread, so that other events are answered meanwhile.
    share, best = await asyncio.to_thread(_best, words, over)
    if best and share > 0.5:
        return message(*_left_out(best, request.zone))
    looked = await request.store.runs.look(request.now - LATELY, request.now)
    failed = looked.sources - looked.checked
    missing = f" {count(failed, 'source')} could not be read in that time." if failed > 0 else ""
    read = f"None of the {count(looked.articles, 'article')} of the last {LATELY.days} days"
    return message(para(strong("It was never seen."), f" {read} goes by {echo(name)}.{missing}"))


def _best(words: str, over: Sequence[PassedOver]) -> tuple[float, PassedOver | None]:
    """The share of the words in the article that contains most of them, and that article; the first of equals."""
    shares = [_share(words, _passed_words(each)) for each in over]
    best = max(shares, default=0.0)
    return best, over[shares.index(best)] if over else None


def _passed_words(over: PassedOver) -> str:
    return f"{over.title} . {over.reason or ''} . {over.words or ''} . {over.publisher}"


def _left_out(over: PassedOver, zone: str) -> Iterable[Block]:
    day = times.full_day(times.local(over.published, zone).date())
    yield para(strong(over.title, over.link), f" {over.publisher}, {day}")
    if over.reason:
        yield para(f"It was read and rejected ({over.reason}): {over.words or ''}")
    elif over.trouble:
        yield para(f"It could not be read. {over.trouble}")
    else:
        yield para("It is stored, and waits to be read.")
