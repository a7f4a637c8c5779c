"""A question about a signal becomes an answer: what was recorded is read out, the rest is looked for in its sources.

    question | which kind?  | recorded: why, how strong, evidence, who, what changed, what contradicts …   no analyst
             |              | free: analyst.answer → each quote checked against the stored text → shown
             | kept by thread, with the rest of what was too long

Where the sources do not answer, that is the answer, with what came nearest.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence

from bot.briefing.views.wording import message, para, strong
from bot.conversation.answer_view import answer_message, content, kept, quoted, verified
from bot.conversation.asked import Asked
from bot.conversation.question_kinds import Kind, kind
from bot.conversation.record_answers import HISTORY, recorded, related
from bot.model.messages import Reply
from bot.model.question import Answer
from bot.model.signal import Dossier, Signal
from bot.text import term_weights

TRIED = 3  # signals of the archive that match a question about none in particular
PUT = 4  # signals such a question is put to


# --- answering -------------------------------------------------------------------------------------------------------


async def answer(question: str, signal: Signal, asked: Asked) -> AsyncIterator[Reply]:
    """What is said to a question about a signal; several replies are one answer as it grows."""
    match kind(question):
        case Kind.FREE:
            async for reply in _put(question, await _dossiers((signal.id,), asked), asked):
                yield reply
        case Kind.RELATED:
            yield await kept(asked, await related(signal, asked), signal_id=signal.id)
        case found:
            shown = recorded(found, signal, asked.zone)
            yield await kept(asked, shown, signal_id=signal.id, cited=quoted(shown, signal))


# --- free questions --------------------------------------------------------------------------------------------------


async def answer_widely(
    question: str, asked: Asked, *, first: Sequence[int] = (), last: Sequence[int] = ()
) -> AsyncIterator[Reply]:
    """A question about no signal in particular: put to those of `first`, then to those of the archive that match it
    and those of `last`, whose texts may say what the archive's index does not hold; of many to those whose texts hold
    most of it."""
    matching = [signal.id for signal in await asked.store.signals.search(content(question), TRIED)]
    dossiers = await _dossiers(dict.fromkeys((*first, *matching, *last)), asked)
    before = [dossier for dossier in dossiers if dossier.signal.id in first]
    rest = [dossier for dossier in dossiers if dossier.signal.id not in first]
    if len(dossiers) > PUT:  # each may cost a call
        rest.sort(key=lambda each: -_held(question, each))
    async for reply in _put(question, (*before, *rest)[:PUT], asked):
        yield reply


async def _dossiers(signal_ids: Iterable[int], asked: Asked) -> list[Dossier]:
    found = [await asked.store.signals.dossier(signal_id) for signal_id in signal_ids]
    return [dossier for dossier in found if dossier is not None]


def _held(question: str, dossier: Dossier) -> float:
    """The share of the question that stands in the texts."""
    return term_weights.coverage(question, "\n".join(f"{each.title}. {each.text}" for each in dossier.texts))


async def _put(question: str, dossiers: Sequence[Dossier], asked: Asked) -> AsyncIterator[Reply]:
    """The question put to one signal after another until one answers; else that none does, and what came nearest."""
    history = await asked.store.questions.thread(asked.channel.id, asked.thread, HISTORY)
    silent: list[tuple[Answer, Dossier]] = []
    for dossier in dossiers:
        async for said in asked.analyst.answer(question, dossier, history):
            checked = verified(said, dossier)
            if not checked.silent and said.final:
                yield await _answered(checked, dossier, asked)
                return
            if not checked.silent:
                yield Reply(answer_message(checked, dossier), final=False, signal_id=dossier.signal.id)
            elif said.final:
                silent.append((checked, dossier))
    yield await _unanswered(silent, asked)


async def _answered(said: Answer, dossier: Dossier, asked: Asked) -> Reply:
    cites = tuple(cite for part in said.parts for cite in part.cites)
    return await kept(asked, answer_message(said, dossier), signal_id=dossier.signal.id, cited=cites)


async def _unanswered(silent: Sequence[tuple[Answer, Dossier]], asked: Asked) -> Reply:
    near = [pair for pair in silent if any(part.cites for part in pair[0].parts)] or list(silent[:1])
    if not near or (len(silent) > 1 and not near[0][0].parts):
        words = para(strong("The sources do not say."), " Nothing stored comes near the question.")
        return await kept(asked, message(words))
    said, dossier = near[0]
    return await kept(asked, answer_message(said, dossier), signal_id=dossier.signal.id)
