"""Answer a question about a signal, from its record or from the texts of its articles.

    why, strength, evidence, who, what changed …  → read from the stored record; no analyst is asked
    anything else (free)                          → analyst.answer → each quote checked against the stored text

Answers are stored by thread, with the part that was too long to show. If the texts do not answer the question, the
reply says so and shows the nearest quotes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.briefing.views.wording import count, message
from bot.conversation import who_answers
from bot.conversation.answer_view import answer_message, quoted, refusal, verified
from bot.conversation.keeping import kept
from bot.conversation.parse import content
from bot.conversation.question import Kind, Question
from bot.conversation.record_answers import RELATED, contrary, recorded, related, said_by
from bot.conversation.request import Request
from bot.model.brief import Told
from bot.model.messages import Reply
from bot.model.question import Answer
from bot.model.signal import Dossier, Signal
from bot.signals.related import related as related_to
from bot.text import term_weights

TRIED = 3  # archived signals looked up for a question that is about no particular signal
PUT = 4  # most signals whose texts such a question is put to; each may cost a model call


async def answer(question: Question, request: Request) -> AsyncIterator[Reply]:
    """Yield the answer to a question; replies that are not `final` are partial answers.

    A question that is not free must have its `signal` set; otherwise nothing is yielded.
    """
    if question.free:
        async for reply in _ask_each(question, await _dossiers_for(question, request), request):
            yield reply
    elif question.signal:
        going_on = await _gone_on(question, question.signal, request) if question.goes_on else None
        yield going_on or await _read_out(question, question.signal, request)


async def _gone_on(question: Question, signal: Signal, request: Request) -> Reply | None:
    """Answer "who says so?" and "since when?" with regard to the question before; None if nothing answers them so."""
    before = question.earlier[-1]
    if question.kind is Kind.EVIDENCE:
        cited = before.cited if before.signal_id == signal.id else ()
        return await kept(request, said_by(before, signal), signal_id=signal.id, cited=cited) if cited else None
    for dossier in await _dossiers((signal.id,), request):
        async for said in request.analyst.answer(question.text, dossier, question.earlier):
            if said.final and not (checked := verified(said, dossier)).silent:
                return await _answered(checked, dossier, request)
    return None


async def _read_out(question: Question, signal: Signal, request: Request) -> Reply:
    """Answer a question that is not free from the signal's record."""
    if question.kind is Kind.CONTRARY:
        shown, cited = await contrary(signal, request)
        return await kept(request, shown, signal_id=signal.id, cited=cited)
    if question.kind is Kind.RELATED:
        return await kept(request, await related(signal, request), signal_id=signal.id)
    if question.kind is Kind.WHO:
        shown, cited = await who_answers.who(question, signal, request)
        return await kept(request, shown, signal_id=signal.id, cited=cited)
    shown = recorded(question.kind, signal, request.zone)
    return await kept(request, shown, signal_id=signal.id, cited=quoted(shown, signal))


# --- free questions --------------------------------------------------------------------------------------------------


async def _dossiers_for(question: Question, request: Request) -> Sequence[Dossier]:
    """The dossiers to put a free question to: the one of its signal, or at most PUT if it has none.

    Without a signal: those of `question.first`, then matching archived signals and `question.last` (the archive's index
    does not cover the articles' texts). If there are too many, those whose texts contain most of the question.
    """
    if question.signal:
        return await _dossiers((question.signal.id,), request)
    matching = [signal.id for signal in await request.store.signals.search(content(question.text), TRIED)]
    dossiers = await _dossiers(dict.fromkeys((*question.first, *matching, *question.last)), request)
    before = [dossier for dossier in dossiers if dossier.signal.id in question.first]
    rest = [dossier for dossier in dossiers if dossier.signal.id not in question.first]
    if len(dossiers) > PUT:  # each may cost a call
        rest.sort(key=lambda each: -_coverage(question.text, each))
    return (*before, *rest)[:PUT]


async def _dossiers(signal_ids: Iterable[int], request: Request) -> list[Dossier]:
    found = [await request.store.signals.dossier(signal_id) for signal_id in signal_ids]
    dossiers = [dossier for dossier in found if dossier is not None]
    if not request.analyst.understands:  # without a model only the texts are answered from
        return dossiers
    told = await request.store.briefs.told(request.channel.id)
    return [await _with_memory(dossier, told, request) for dossier in dossiers]


async def _with_memory(dossier: Dossier, told: Mapping[int, Told], request: Request) -> Dossier:
    """The dossier with what this channel was told of the signal, and with related signals."""
    near = await related_to(request.store, dossier.signal, RELATED)
    return replace(dossier, related=near, told=told.get(dossier.signal.id))


def _coverage(words: str, dossier: Dossier) -> float:
    """The share (0 to 1) of the words that the dossier's texts contain, weighted by rarity."""
    return term_weights.coverage(words, "\n".join(f"{each.title}. {each.text}" for each in dossier.texts))


async def _ask_each(question: Question, dossiers: Sequence[Dossier], request: Request) -> AsyncIterator[Reply]:
    """Ask one signal's texts after another until one answers; if none does, say so and show what came nearest.

    To a question that was not addressed to the bot there is nothing but a whole answer.
    """
    addressed = request.event.addressed
    silent: list[tuple[Answer, Dossier]] = []
    for dossier in dossiers:
        if addressed:
            request.working(f"reading {count(len(dossier.texts), 'article')}")
        async for said in request.analyst.answer(question.text, dossier, question.earlier):
            checked = verified(said, dossier)
            if not checked.silent and said.final:
                yield await _answered(checked, dossier, request)
                return
            if not checked.silent and addressed:
                yield Reply(answer_message(checked, dossier), final=False, signal_id=dossier.signal.id)
            elif checked.silent and said.final:
                silent.append((checked, dossier))
    if addressed:
        yield await _unanswered(silent, request)


async def _answered(said: Answer, dossier: Dossier, request: Request) -> Reply:
    cites = tuple(cite for part in said.parts for cite in part.cites)
    return await kept(request, answer_message(said, dossier), signal_id=dossier.signal.id, cited=cites)


async def _unanswered(silent: Sequence[tuple[Answer, Dossier]], request: Request) -> Reply:
    near = [pair for pair in silent if any(part.cites for part in pair[0].parts)] or list(silent[:1])
    if not near or (len(silent) > 1 and not near[0][0].parts):
        return await kept(request, message(refusal("Nothing stored comes near the question.")))
    said, dossier = near[0]
    return await kept(request, answer_message(said, dossier), signal_id=dossier.signal.id)
