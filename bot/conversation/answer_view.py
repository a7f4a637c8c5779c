"""Turn an answer into a message: check its quotes against the stored texts, and lay it out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.briefing.views import quote_view, strength_view, wording
from bot.briefing.views.wording import message, para, strong
from bot.model.article import Article, TextOrigin
from bot.model.evidence import Evidence
from bot.model.finding import Stance
from bot.model.messages import Block, Message
from bot.model.question import Answer, AnswerPart
from bot.model.signal import ConfidenceLevel, Dossier, Signal, SignalArticle
from bot.text import tokenisation
from bot.text.evidence import holds
from bot.text.listing import listed

SURE = 3  # publishers quoted from which an answer has high confidence
HEADLINE_ALONE = " has it in a headline alone: "  # between a publisher and the headline it is cited by
NEAREST = 2  # quotes shown when the sources do not answer


def verified(said: Answer, dossier: Dossier) -> Answer:
    """The answer without quotes missing from the stored texts, lines missing from the record and unknown headlines.

    A part whose quotes and lines are all removed is dropped; an answer left with none of them is marked silent.
    """
    texts = {article.id: article for article in dossier.texts}
    record = frozenset(strength_view.dossier_lines(dossier))
    parts = tuple(part for each in said.parts if (part := _checked(each, texts, record)))
    return replace(said, parts=parts, silent=said.silent or not any(map(_has_support, parts)))


def _has_support(part: AnswerPart) -> bool:
    return bool(part.cites or part.record or part.headline is not None)


def _checked(part: AnswerPart, texts: Mapping[int, Article], record: Collection[str]) -> AnswerPart | None:
    if part.headline is not None:
        return part if part.headline in texts and texts[part.headline].title == part.text else None
    cites = tuple(each for each in part.cites if each.article_id in texts and holds(each, texts[each.article_id].text))
    lines = tuple(each for each in part.record if each in record)
    rested = part.cites or part.record
    return None if rested and not (cites or lines) else replace(part, cites=cites, record=lines)


# --- as a message ----------------------------------------------------------------------------------------------------


def answer_message(said: Answer, dossier: Dossier) -> Message:
    """The answer as a message: its parts with linked quotes, the confidence, the signal and buttons."""
    signal = dossier.signal
    members = {each.article_id: each for each in signal.articles}
    if said.silent:
        return _silent(signal, [cite for part in said.parts for cite in part.cites])
    blocks: list[Block] = []
    for part in said.parts:
        blocks += _part_blocks(part, signal, members)
    without = said.answered_by == wording.MODELLESS
    return message(
        *blocks,
        _answer_confidence(said, signal),
        para("Found by its words, without a model.", quiet=True) if without else None,
        about_line(signal),
        answer_buttons(signal),
    )


def refusal(why: str = "") -> Block:
    """The sentence that begins every refusal, with the reason if known."""
    said = strong("The sources do not say.")
    return para(said, f" {why}") if why else para(said)


def confidence_line(signal: Signal) -> Block:
    return para(f"Confidence {wording.confidence_words(signal)}", quiet=True)


def about_line(signal: Signal) -> Block:
    return para(f"s{signal.id}: {wording.shown_title(signal)}", quiet=True)


def answer_buttons(signal: Signal) -> Block:
    return wording.actions(signal, "why", "evidence")


def _part_blocks(part: AnswerPart, signal: Signal, members: Mapping[int, SignalArticle]) -> list[Block]:
    if part.headline is not None:
        return [headline(members[part.headline])] if part.headline in members else []
    quotes = [_cited(each, signal, members) for each in part.cites]
    quotes += [para(f"On record: {line}", quiet=True) for line in part.record]
    said = part.text.strip()
    if not said or any(tokenisation.words(said) == tokenisation.words(each.quote) for each in part.cites):
        return quotes
    return [para(f"{said} (our inference)" if part.inference else said), *quotes]


def cited(cites: Iterable[Evidence], signal: Signal) -> list[Block]:
    """Quotes with their publishers and links."""
    members = {each.article_id: each for each in signal.articles}
    return [_cited(each, signal, members) for each in cites]


def _cited(cite: Evidence, signal: Signal, members: Mapping[int, SignalArticle]) -> Block:
    article = members.get(cite.article_id)
    return quote_view.member_quote(article, cite) if article else quote_view.contrary_quote(signal, cite)


# --- how sure an answer is -------------------------------------------------------------------------------------------


def _answer_confidence(said: Answer, signal: Signal) -> Block:
    """The confidence line, from the publishers quoted; the signal's own confidence if nobody is quoted."""
    ids = [cite.article_id for part in said.parts for cite in part.cites]
    ids += [part.headline for part in said.parts if part.headline is not None]
    members = [each for each in signal.articles if each.article_id in ids]
    if not members:
        return confidence_line(signal)
    level, reason = _confidence(members, signal)
    return para(f"Confidence {level}: {reason}.", quiet=True)


def _confidence(members: Sequence[SignalArticle], signal: Signal) -> tuple[ConfidenceLevel, str]:
    """High: three publishers quoted. Moderate: two, or one full article. Low: less, or another one contradicts."""
    voices = list({each.publisher.key: each.publisher.name for each in members}.values())
    against = [each.publisher.name for each in signal.articles if each.stance is Stance.CONTRADICTS]
    against = [each for each in dict.fromkeys(against) if each not in voices]
    if against:
        return ConfidenceLevel.LOW, f"{listed(voices)} said so, and {listed(against)} contradicts"
    if len(voices) > 1:
        level = ConfidenceLevel.HIGH if len(voices) >= SURE else ConfidenceLevel.MODERATE
        return level, f"{wording.count(len(voices), 'publisher')} are quoted, {listed(voices)}"
    if all(each.text_from in (TextOrigin.SUMMARY, TextOrigin.TITLE) for each in members):
        return ConfidenceLevel.LOW, f"only {voices[0]} says so, and only its summary could be read"
    return ConfidenceLevel.MODERATE, f"only {voices[0]} says so"


def headline(article: SignalArticle) -> Block:
    """A headline, labelled as such because it is not a quote from the text."""
    return para(f"{article.publisher.name}{HEADLINE_ALONE}", strong(article.title, article.link))


def _silent(signal: Signal, nearest: Sequence[Evidence]) -> Message:
    quotes = cited(nearest[:NEAREST], signal)
    near = para("What came nearest, without answering it:") if quotes else None
    return message(refusal(), near, *quotes, about_line(signal), answer_buttons(signal))


def quoted(shown: Message, signal: Signal) -> tuple[Evidence, ...]:
    """The signal's evidence that a message quotes, whole or in part."""
    said = {block.text for block in shown.blocks if block.kind == "quote"}
    every = (*(each for article in signal.articles for each in article.evidence), *signal.contrary)
    return tuple(each for each in every if any(text in each.quote for text in said))
