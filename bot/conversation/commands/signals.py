"""Commands about signals: show, why, strength, evidence, signals, brief, useful, useless, more."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial

from bot.briefing.views import brief_view, card_view, evidence_view, list_view, signal_view, strength_view, wording
from bot.briefing.views.web_links import with_links
from bot.conversation import answer_view, keeping
from bot.conversation.commands import replay
from bot.conversation.meaning import earlier, remember_numbers, short, which
from bot.conversation.paging import SIZE, Page, page
from bot.conversation.request import Command, Request, at_most, one, show, tell
from bot.model import times
from bot.model.brief import Brief
from bot.model.echoing import echo
from bot.model.messages import Audience, Message, Reply, from_json
from bot.model.question import QuestionRecord
from bot.model.signal import Signal

_NOW = frozenset(("", "now", "as of now", "me", "again"))
_ANSWER = re.compile(r"q(\d{1,15})", re.ASCII)
View = Callable[[Signal, str], Message]


async def _read_out(request: Request, command: str, view: View, limit: int = keeping.SHORT) -> Reply:
    meant = await which(request, command)
    if meant.signal is None:
        return meant.ask or tell(f"Name a signal: “{command} 1”, or “{command} s42”.")
    shown = view(meant.signal, request.zone)
    cited = answer_view.quoted(shown, meant.signal)
    return await keeping.kept(request, shown, signal_id=meant.signal.id, cited=cited, limit=limit)


async def _show(request: Request) -> Reply:
    view = partial(signal_view.signal_message, address=request.context.settings.web.address)
    return await _read_out(request, "show", view, keeping.LONG)


async def _strength(request: Request) -> Reply:
    whole = "detail" in request.words.lower()
    view = strength_view.details_message if whole else strength_view.strength_message
    return await _read_out(request, "strength", view)


async def _evidence(request: Request) -> Reply:
    return await _read_out(request, "evidence", evidence_view.evidence_message, keeping.LIST)


async def why(request: Request) -> AsyncIterator[Reply]:
    """The reasoning that was recorded; with a question, an answer from the evidence."""
    meant = await which(request, "why", question=True)
    if meant.signal is None:
        yield meant.ask or tell("Name a signal: “why 1”, or “why s42”.")
        return
    from bot.conversation.question import understand

    question = replace(understand(f"why {meant.rest}".strip()), earlier=await earlier(request))
    if meant.sure or not question.free:
        question = replace(question, signal=meant.signal)
    else:
        question = replace(question, first=(meant.signal.id,))
    from bot.conversation import answers

    async for reply in answers.answer(question, request):
        yield reply


async def _signals(request: Request) -> Reply:
    """A page of the archive, newest first, or of what matches the words."""
    asked = page(request.words)
    found = await _matching(asked, request)
    shown = found[:SIZE]
    if not shown:
        return tell(f"No signal matches {echo(asked.words)}." if asked.words else "There are no signals here.")
    about = f"Signals about {echo(asked.words)}, the nearest first:" if asked.words else "The newest signals:"
    listed = list_view.signals_message(shown, asked.title(about, "signals", len(shown)), request.zone)
    turns = asked.turns("signals", more=len(found) > SIZE)
    whole = wording.message(*listed.blocks, turns)
    only = shown[0].id if len(shown) == 1 and asked.number == 1 else None
    return await keeping.kept(request, whole, signal_id=only, limit=keeping.LONG)


async def _matching(asked: Page, request: Request) -> tuple[Signal, ...]:
    """The signals of the page, and one more where there is a next page."""
    if asked.words:
        return (await request.store.signals.search(asked.words, asked.wanted))[asked.first :]
    return await request.store.signals.latest(SIZE + 1, asked.first)


async def _brief(request: Request) -> Reply:
    """The brief as of now, nothing in which counts as told; with a day, that day's as it was told."""
    today = times.local(request.now, request.zone).date()
    if request.words.lower() not in _NOW:
        return await replay.retold(request, today)
    from bot.briefing import briefs

    edition = await briefs.edition(request.store, request.channel, today, request.now)
    if isinstance(edition, Brief):
        await remember_numbers(request, {item.number: item.signal.id for item in edition.items})
    message = with_links(brief_view.brief_message(edition, request.channel), request.context.settings.web.address)
    return show(message, audience=Audience.ASKER)


async def _judge(request: Request, *, useful: bool) -> Reply:
    word = "useful" if useful else "useless"
    meant = await which(request, word)
    if meant.signal is None:
        return meant.ask or tell(f"Name a signal: “{word} 1”.")
    signal, store = meant.signal, request.store
    await store.channels.judge(request.channel.id, signal.id, request.event.asker.id, useful, request.now)
    yes, no = await store.channels.verdicts(signal.id)
    return tell(f"Noted: “{short(signal.title)}” was {word} to you. So far {yes} found it useful, {no} useless.")


async def _useful(request: Request) -> Reply:
    return await _judge(request, useful=True)


async def _useless(request: Request) -> Reply:
    return await _judge(request, useful=False)


async def _more(request: Request) -> Reply:
    """The rest of the answer that the button names, else of the thread's last; of a card what else there is."""
    if match := _ANSWER.fullmatch(request.words):
        return await _rest(await request.store.questions.get(int(match[1])), request)
    if request.words:
        meant = await which(request, "more")
        return show(card_view.more_message(meant.signal)) if meant.signal else meant.ask or tell("Name a signal.")
    thread = await request.store.questions.thread(request.channel.id, request.place, 1)
    return await _rest(thread[-1] if thread else None, request)


async def _rest(answered: QuestionRecord | None, request: Request) -> Reply:
    if answered is None or answered.channel_id != request.channel.id:
        return tell("There is no more: no answer is kept here.")
    if answered.rest is None:
        return tell("There is no more: the last answer here was shown whole.")
    whole = from_json(answered.rest)
    return await keeping.kept(request, whole, signal_id=answered.signal_id, limit=keeping.LIST)


COMMANDS = (
    Command(
        "show",
        "show [signal]",
        "the whole signal: analysis, actors, articles, quotes, reasoning",
        "A signal is named by its number in the brief at hand, its id (s42), or a few of its words.",
        one(_show),
        begins_questions=True,  # "show me the history"
    ),
    Command(
        "why",
        "why [signal] [question]",
        "the reasoning and the quotes; with a question, an answer from the evidence",
        "“why 2”, “why s42”, “why the chips one?”, or a question: “why did the price fall?”",
        why,
        aliases=("explain",),
    ),
    Command(
        "strength",
        "strength [signal]",
        "the sum, part by part, with the facts behind each",
        "Strength is 1 to 10: consequence 0-4, evidence 0-2, novelty 0-2, corroboration 0-2. "
        "“strength s42 details” lists the words and figures behind each.",
        one(_strength),
    ),
    Command(
        "evidence",
        "evidence [signal]",
        "every quote, linked to its place in the source",
        "Each link lands on the sentence in browsers that know text fragments.",
        one(_evidence),
        aliases=("quotes",),
    ),
    Command(
        "signals",
        "signals [words]",
        "the archive, newest first, or those that match",
        "“signals” lists the newest, “signals rare earths” those that match; ten a page, with buttons for the others.",
        one(_signals),
        aliases=("archive", "search", "find"),
    ),
    Command(
        "brief",
        "brief [day]",
        "the brief as of now, for you to look at; with a day, that day’s as it was told",
        "Looking counts as telling nobody anything: the morning’s brief is not changed by it. A day is “yesterday”, "
        "“friday”, “27 march” or “2026-03-27”; what has changed since stands under each signal.",
        one(_brief),
        fits=replay.is_day,
        aliases=("today",),
    ),
    Command(
        "useful",
        "useful [signal]",
        "your verdict, kept",
        "A newer verdict of yours replaces the one before; “status” counts them. On Telegram a 👍 or 👎 on the "
        "message says the same; in a group I must be an admin to see it.",
        one(_useful),
        fits=at_most(3),
    ),
    Command(
        "useless",
        "useless [signal]",
        "your verdict, kept",
        "A newer verdict of yours replaces the one before; “status” counts them. On Telegram a 👍 or 👎 on the "
        "message says the same; in a group I must be an admin to see it.",
        one(_useless),
        fits=at_most(3),
    ),
    Command(
        "more",
        "more",
        "the rest of a long answer",
        "Of the last answer given in this thread; “more s42” offers what else there is of a signal.",
        one(_more),
        fits=at_most(1),
    ),
)
