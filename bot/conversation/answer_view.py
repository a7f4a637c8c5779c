"""An answer as a message: parts with their citations, checked once more; and how it is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.briefing.views import quote_view, shortening, strength_view, wording
from bot.briefing.views.wording import message, para, strong
from bot.conversation.asked import Asked, about_line, answer_buttons, confidence_line
from bot.model.evidence import Evidence
from bot.model.messages import Audience, Block, Message, Reply, plain, to_json
from bot.model.question import Answer, AnswerPart, QuestionRecord
from bot.model.signal import Dossier, Signal, SignalArticle
from bot.text import tokenisation
from bot.text.evidence import holds

SHORT = 1800  # characters of an answer; `more` gives the rest
LONG = 6000  # of a whole signal
KEPT = 4000  # characters of an answer that are kept
NEAREST = 2  # quotes shown where the sources do not say


def content(words: str) -> str:
    """The words that carry meaning, to search the archive by: it matches whatever it is given."""
    return " ".join(word for word in tokenisation.words(words) if tokenisation.term(word))


def verified(said: Answer, dossier: Dossier) -> Answer:
    """The answer with only the quotes that stand in the stored texts, and the lines that stand in the record.

    A sentence that loses all it rests on goes too.

    What is left without anything is silence: the first law.
    """
    texts = {article.id: article.text for article in dossier.texts}
    record = frozenset(strength_view.record_lines(dossier.signal))
    parts = tuple(part for each in said.parts if (part := _checked(each, texts, record)))
    return replace(said, parts=parts, silent=said.silent or not any(part.cites or part.record for part in parts))


def _checked(part: AnswerPart, texts: Mapping[int, str], record: Collection[str]) -> AnswerPart | None:
    cites = tuple(each for each in part.cites if holds(each, texts.get(each.article_id, "")))
    lines = tuple(each for each in part.record if each in record)
    rested = part.cites or part.record
    return None if rested and not (cites or lines) else replace(part, cites=cites, record=lines)


def answer_message(said: Answer, dossier: Dossier) -> Message:
    """The answer, its quotes with their links, then what is uncertain."""
    signal = dossier.signal
    members = {each.article_id: each for each in signal.articles}
    if said.silent:
        return _silent(signal, [cite for part in said.parts for cite in part.cites], members)
    blocks: list[Block] = []
    for part in said.parts:
        blocks += _part_blocks(part, signal, members)
    without = said.answered_by == wording.MODELLESS
    return message(
        *blocks,
        confidence_line(signal),
        para("Found by its words, without a model.", quiet=True) if without else None,
        about_line(signal),
        answer_buttons(signal),
    )


def _part_blocks(part: AnswerPart, signal: Signal, members: Mapping[int, SignalArticle]) -> list[Block]:
    quotes = [_cited(each, signal, members) for each in part.cites]
    quotes += [para(f"On record: {line}", quiet=True) for line in part.record]
    said = part.text.strip()
    if not said or any(tokenisation.words(said) == tokenisation.words(each.quote) for each in part.cites):
        return quotes
    return [para(f"{said} (our inference)" if part.inference else said), *quotes]


def _cited(cite: Evidence, signal: Signal, members: Mapping[int, SignalArticle]) -> Block:
    article = members.get(cite.article_id)
    return quote_view.member_quote(article, cite) if article else quote_view.contrary_quote(signal, cite)


def _silent(signal: Signal, nearest: Sequence[Evidence], members: Mapping[int, SignalArticle]) -> Message:
    quotes = [_cited(each, signal, members) for each in nearest[:NEAREST]]
    near = para("What came nearest, without answering it:") if quotes else None
    return message(para(strong("The sources do not say.")), near, *quotes, about_line(signal), answer_buttons(signal))


# --- memory ----------------------------------------------------------------------------------------------------------


async def kept(
    asked: Asked,
    whole: Message,
    *,
    signal_id: int | None = None,
    cited: Iterable[Evidence] = (),
    limit: int = SHORT,
    audience: Audience = Audience.THREAD,
) -> Reply:
    """The reply with as much of the answer as is short, kept by thread with the rest for `more`."""
    shown, rest = shortening.shorten(whole, limit)
    record = QuestionRecord(
        id=0,
        channel_id=asked.channel.id,
        thread=asked.thread,
        asker=asked.asker,
        question=asked.said,
        answer=plain(shown)[:KEPT],
        signal_id=signal_id,
        at=asked.now,
        cited=tuple(cited),
        rest=to_json(rest) if rest else None,
    )
    await asked.store.questions.add(record)
    return Reply(shown, audience, signal_id=signal_id)


def quoted(shown: Message, signal: Signal) -> tuple[Evidence, ...]:
    """The evidence of the signal that a message quotes, in whole or trimmed to a clause."""
    said = {block.text for block in shown.blocks if block.kind == "quote"}
    every = (*(each for article in signal.articles for each in article.evidence), *signal.contrary)
    return tuple(each for each in every if any(text in each.quote for text in said))
