"""Answers read from a signal's record: what changed, what contradicts it, what would change the assessment."""

from __future__ import annotations

from bot.briefing.views import evidence_view, list_view, quote_view, strength_view, why_view
from bot.briefing.views.wording import count, message, para
from bot.conversation.answer_view import about_line, answer_buttons, cited, confidence_line, quoted
from bot.conversation.question import Kind
from bot.conversation.request import Request
from bot.model import times
from bot.model.evidence import Evidence
from bot.model.finding import Stance
from bot.model.messages import Block, Message
from bot.model.question import QuestionRecord
from bot.model.signal import Signal, SignalState
from bot.signals.related import related as related_to
from bot.text import tokenisation

RELATED = 5  # most related signals shown
AGAINST = 2  # further quotes of one article that contradicts
ON_THE_MATTER = 2  # terms of the title that such a quote has


def recorded(found: Kind, signal: Signal, zone: str) -> Message:
    """The answer of this kind from the signal's record; no analyst is asked. `zone` is an IANA time zone."""
    match found:
        case Kind.STRENGTH:
            return strength_view.strength_message(signal, zone)
        case Kind.EVIDENCE:
            return evidence_view.evidence_message(signal, zone)
        case Kind.CHANGED:
            return _changed(signal, zone)
        case Kind.MIND:
            return _change_mind(signal)
        case Kind.STILL:
            return _still(signal, zone)
        case _:
            return why_view.why_message(signal)


def _changed(signal: Signal, zone: str) -> Message:
    first = times.full_day(times.local(signal.opened, zone).date())
    words = f"First seen on {first}; it has changed {count(len(signal.revisions) - 1, 'time')} since."
    if len(signal.revisions) < 2:
        words = f"First seen on {first}; nothing has changed since."
    return message(para(words), strength_view.history(signal, zone), about_line(signal), answer_buttons(signal))


def _against(signal: Signal) -> list[Block]:
    """Its contrary evidence, and the best further quotes of each article that contradicts or corrects it."""
    articles = [each for each in signal.articles if each.stance in (Stance.CONTRADICTS, Stance.CORRECTS)]
    shown = {(each.article_id, each.start) for each in signal.contrary}
    blocks: list[Block] = [quote_view.contrary_quote(signal, each) for each in signal.contrary]
    for article in articles:
        fresh = [each for each in article.evidence if (each.article_id, each.start) not in shown]
        telling = [each for each in fresh if _on_the_matter(each, signal)] if shown else fresh
        blocks += [quote_view.member_quote(article, each) for each in telling[:AGAINST]]
    return blocks


def _on_the_matter(evidence: Evidence, signal: Signal) -> bool:
    """Whether the quote says something of what the signal's title claims, beside the names in it."""
    named = {term for actor in signal.actors for term in tokenisation.terms(actor)}
    claimed = set(tokenisation.terms(signal.title)) - named
    return len(claimed.intersection(tokenisation.terms(evidence.quote))) >= ON_THE_MATTER


async def contrary(signal: Signal, request: Request) -> tuple[Message, tuple[Evidence, ...]]:
    """What contradicts the signal, or who objects in its own texts, and the evidence that is quoted."""
    if against := _against(signal):
        shown = message(
            para("This speaks against it:"),
            *against,
            confidence_line(signal),
            about_line(signal),
            answer_buttons(signal),
        )
        return shown, quoted(shown, signal)
    from bot.analysts.lexical.answering import objections

    dossier = await request.store.signals.dossier(signal.id)
    found = objections(dossier) if dossier else ()
    shown = message(
        para("None of its sources contradicts it."),
        para("But somebody in them objects:") if found else None,
        *cited(found, signal),
        confidence_line(signal),
        about_line(signal),
        answer_buttons(signal),
    )
    return shown, found


def said_by(record: QuestionRecord, signal: Signal) -> Message:
    """Who says what was answered before: its quotes again, with their publishers."""
    return message(*cited(record.cited, signal), about_line(signal), answer_buttons(signal))


def _change_mind(signal: Signal) -> Message:
    words = signal.change_mind or "The record does not say what would change our mind."
    return message(para(words), confidence_line(signal), about_line(signal), answer_buttons(signal))


def _still(signal: Signal, zone: str) -> Message:
    newest = max(signal.articles, key=lambda each: each.published)
    day = times.full_day(times.local(newest.published, zone).date())
    news = f"The last news of it came on {day} ({newest.publisher.name})."
    life = {
        SignalState.NEW: "It is new.",
        SignalState.DEVELOPING: "It is still developing.",
        SignalState.FADING: "It has brought no news for days.",
        SignalState.CLOSED: "It is closed: it has brought no news for so long that it is no longer followed.",
    }[signal.state]
    against = _against(signal)
    verdict = "Parts of it are contradicted or corrected:" if against else "Nothing stored contradicts it."
    return message(
        para(f"{verdict} {life} {news}" if not against else f"{life} {news} {verdict}"),
        *against,
        confidence_line(signal),
        about_line(signal),
        answer_buttons(signal),
    )


async def related(signal: Signal, request: Request) -> Message:
    """A message with the archived signals most similar to this one."""
    found = await related_to(request.store, signal, RELATED)
    if not found:
        return message(
            para("Nothing else in the archive is related to it."), about_line(signal), answer_buttons(signal)
        )
    return message(
        *list_view.signals_message(found, "Nearest to it in the archive:", request.zone).blocks,
        about_line(signal),
        answer_buttons(signal),
    )
