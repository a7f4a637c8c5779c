"""Commands about signals: show, why, strength, evidence, signals, brief, useful, useless, more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date

from bot.briefing import briefs
from bot.briefing.views import brief_view, card_view, evidence_view, list_view, signal_view, strength_view, wording
from bot.conversation import answer_view, answers, record_answers
from bot.conversation.answer_view import kept
from bot.conversation.meaning import earlier, remember_numbers, which
from bot.conversation.question import understand
from bot.conversation.request import Command, Request, Who, at_most, one, show, tell
from bot.model import times
from bot.model.brief import Brief
from bot.model.messages import Audience, Message, Reply, from_json
from bot.model.signal import Signal

LISTED = 40  # signals a list holds, `more` included

View = Callable[[Signal, str], Message]


async def _read_out(request: Request, command: str, view: View, limit: int = answer_view.SHORT) -> Reply:
    meant = await which(request, command)
    if meant.signal is None:
        return meant.ask or tell(f"Name a signal: “{command} 1”, or “{command} s42”.")
    shown = view(meant.signal, request.zone)
    cited = answer_view.quoted(shown, meant.signal)
    return await kept(request, shown, signal_id=meant.signal.id, cited=cited, limit=limit)


async def _show(request: Request) -> Reply:
    return await _read_out(request, "show", signal_view.signal_message, answer_view.LONG)


async def _strength(request: Request) -> Reply:
    whole = "detail" in request.words.lower()
    view = strength_view.details_message if whole else strength_view.strength_message
    return await _read_out(request, "strength", view)


async def _evidence(request: Request) -> Reply:
    return await _read_out(request, "evidence", evidence_view.evidence_message, record_answers.LIST)


async def why(request: Request) -> AsyncIterator[Reply]:
    """The reasoning that was recorded; with a question, an answer from the evidence."""
    meant = await which(request, "why", question=True)
    if meant.signal is None:
        yield meant.ask or tell("Name a signal: “why 1”, or “why s42”.")
        return
    question = replace(understand(f"why {meant.rest}".strip()), earlier=await earlier(request))
    if meant.sure or not question.free:
        question = replace(question, signal=meant.signal)
    else:
        question = replace(question, first=(meant.signal.id,))
    async for reply in answers.answer(question, request):
        yield reply


async def _signals(request: Request) -> Reply:
    words = request.words
    if words:
        found = await request.store.signals.search(words, LISTED)
        head = f"{wording.count(len(found), 'signal')} about “{words}”, the nearest first:"
    else:
        found = await request.store.signals.latest(LISTED)
        head = "The newest signals:"
    if not found:
        return tell(f"No signal matches “{words}”." if words else "There are no signals yet.")
    listed = list_view.signals_message(found, head, request.zone)
    about = found[0].id if len(found) == 1 else None
    return await kept(request, listed, signal_id=about, limit=record_answers.LIST)


async def _brief(request: Request) -> Reply:
    """The brief as of now, nothing in which counts as told; with a date, that day's as it was told."""
    if on := _date(request.words):
        return await _retold(request, on)
    today = times.local(request.now, request.zone).date()
    edition = await briefs.edition(request.store, request.channel, today, request.now)
    if isinstance(edition, Brief):
        await remember_numbers(request, {item.number: item.signal.id for item in edition.items})
    return show(brief_view.brief_message(edition, request.channel), audience=Audience.ASKER)


async def _retold(request: Request, on: date) -> Reply:
    """A day's stored brief; in the place of the notice that it may not have arrived, where that was pressed."""
    parts = await request.store.briefs.again(request.channel.id, on)
    if not parts:
        return tell(f"There is no brief of {times.dated(on)} here.")
    whole = Message(tuple(block for part in parts for block in part.blocks), parts[0].fallback)
    return show(whole, audience=Audience.HOME if request.event.replaces else Audience.ASKER)


def _date(words: str) -> date | None:
    try:
        return date.fromisoformat(words.strip())
    except ValueError:
        return None


async def _judge(request: Request, *, useful: bool) -> Reply:
    word = "useful" if useful else "useless"
    meant = await which(request, word)
    if meant.signal is None:
        return meant.ask or tell(f"Name a signal: “{word} 1”.")
    signal, store = meant.signal, request.store
    await store.channels.judge(request.channel.id, signal.id, request.event.asker.id, useful, request.now)
    yes, no = await store.channels.verdicts(signal.id)
    return tell(f"Noted: s{signal.id} was {word} to you. So far {yes} found it useful, {no} useless.")


async def _useful(request: Request) -> Reply:
    return await _judge(request, useful=True)


async def _useless(request: Request) -> Reply:
    return await _judge(request, useful=False)


async def _more(request: Request) -> Reply:
    if request.words:  # the button of a card: what else there is of its signal
        meant = await which(request, "more")
        return show(card_view.more_message(meant.signal)) if meant.signal else meant.ask or tell("Name a signal.")
    thread = await request.store.questions.thread(request.channel.id, request.place, 1)
    if not thread or thread[-1].rest is None:
        return tell("There is no more: the last answer here was shown whole.")
    last = thread[-1]
    return await kept(request, from_json(last.rest or ""), signal_id=last.signal_id, limit=record_answers.LIST)


COMMANDS = (
    Command(
        "show",
        "show [signal]",
        "the whole signal: analysis, actors, articles, quotes, reasoning",
        "A signal is named by its number in the brief at hand, its id (s42), or a few of its words.",
        Who.ASKER,
        one(_show),
        begins_questions=True,  # "show me the history"
    ),
    Command(
        "why",
        "why [signal] [question]",
        "the reasoning and the quotes; with a question, an answer from the evidence",
        "“why 2”, “why s42”, “why the chips one?”, or a question: “why did the price fall?”",
        Who.ASKER,
        why,
        aliases=("explain",),
    ),
    Command(
        "strength",
        "strength [signal]",
        "the sum, part by part, with the facts behind each",
        "Strength is 1 to 10: consequence 0-4, evidence 0-2, novelty 0-2, corroboration 0-2. "
        "“strength s42 details” lists the words and figures behind each.",
        Who.ASKER,
        one(_strength),
    ),
    Command(
        "evidence",
        "evidence [signal]",
        "every quote, linked to its place in the source",
        "Each link lands on the sentence in browsers that know text fragments.",
        Who.ASKER,
        one(_evidence),
        aliases=("quotes",),
    ),
    Command(
        "signals",
        "signals [words]",
        "the archive, newest first, or those that match",
        "“signals” lists the newest, “signals rare earths” those that match.",
        Who.ASKER,
        one(_signals),
        aliases=("archive", "search", "find"),
    ),
    Command(
        "brief",
        "brief",
        "the brief as of now, for you to look at",
        "Looking counts as telling nobody anything: the morning’s brief is not changed by it. With a date, as in "
        "“brief 2026-03-27”, it is that day’s, as it was told here.",
        Who.ASKER,
        one(_brief),
        fits=at_most(3),
        aliases=("today",),
    ),
    Command(
        "useful",
        "useful [signal]",
        "your verdict, kept",
        "A newer verdict of yours replaces the one before; “status” counts them.",
        Who.ASKER,
        one(_useful),
        fits=at_most(3),
    ),
    Command(
        "useless",
        "useless [signal]",
        "your verdict, kept",
        "A newer verdict of yours replaces the one before; “status” counts them.",
        Who.ASKER,
        one(_useless),
        fits=at_most(3),
    ),
    Command(
        "more",
        "more",
        "the rest of a long answer",
        "Of the last answer given in this thread; “more s42” offers what else there is of a signal.",
        Who.ASKER,
        one(_more),
        fits=at_most(1),
    ),
)
