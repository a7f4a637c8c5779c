"""Answer "who is involved?" and "who else?" with the actors and the sentences in which they are the subject."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.briefing.views import quote_view
from bot.briefing.views.wording import message, para
from bot.conversation.answer_view import about_line, answer_buttons, headline, refusal
from bot.conversation.question import Question
from bot.conversation.request import Request
from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.finding import Pick
from bot.model.messages import Block, Message
from bot.model.signal import Signal
from bot.text.evidence import cut
from bot.text.listing import listed
from bot.text.tokenisation import fold

QUOTED = 3  # most actors whose sentence is quoted
HEADLINE = 3  # how many texts a headline naming an actor counts as
NAMED = 6  # most actors listed for "who else?"


@dataclass(frozen=True, slots=True)
class _Act:
    """A name and the sentence in which it is the subject; `evidence` is None if that is a headline."""

    name: str
    article: Article
    evidence: Evidence | None


async def who(question: Question, signal: Signal, request: Request) -> tuple[Message, tuple[Evidence, ...]]:
    """The answer (with `question.others`, only those not named before) and the evidence it quotes."""
    dossier = await request.store.signals.dossier(signal.id)
    found = list(_acts(dossier.texts if dossier else (), signal.actors))
    if question.others:
        before = fold(" ".join((signal.title, *(each.answer for each in question.earlier))))
        found = [each for each in found if not _named(each.name, before)][:NAMED]
        if not found:
            nobody = refusal("They name nobody else who does something in it.")
            return message(nobody, _on_record(signal), about_line(signal), answer_buttons(signal)), ()
        head = listed([each.name for each in found])
    else:
        found = [each for each in found if each.name in signal.actors]
        head = listed(signal.actors) if signal.actors else "The sources name nobody in particular"
    shown = _distinct(found)[:QUOTED]
    told = para(f"Told by {listed([each.name for each in signal.publishers])}.", quiet=True)
    blocks = [block for each in shown for block in _shown(each, signal)]
    cited = tuple(each.evidence for each in shown if each.evidence)
    record = _on_record(signal) if question.others else None
    return message(para(f"{head}."), *blocks, record, told, about_line(signal), answer_buttons(signal)), cited


def _on_record(signal: Signal) -> Block | None:
    """A line with all recorded actors, shown with answers that leave out those named before; None without any."""
    return para(f"On record as involved: {listed(signal.actors)}.", quiet=True) if signal.actors else None


def _acts(texts: Sequence[Article], actors: Collection[str]) -> Iterator[_Act]:
    """One act per name, most mentioned names first; a sentence is preferred to a headline."""
    from bot.analysts.lexical.acting import doers

    acts = [(name, article, number) for article in texts for name, number in doers(article, actors)]
    acts.sort(key=lambda act: (-_mentions(act[0], texts), act[2] is None))
    seen: list[str] = []
    for name, article, number in acts:
        if not any(_named(name, each) for each in seen):
            seen.append(fold(name))
            yield _Act(name, article, None if number is None else cut(article, Pick(number, number)))


def _mentions(name: str, texts: Sequence[Article]) -> int:
    """How many articles name it, each headline counting as HEADLINE."""
    return sum(HEADLINE * (name in each.title) + (name in each.text) for each in texts)


def _named(name: str, words: str) -> bool:
    """Whether the folded `words` contain every word of the name, or the whole name."""
    return all(word in words.split() or fold(name) in words for word in fold(name).split())


def _distinct(acts: Iterable[_Act]) -> list[_Act]:
    """One act per sentence, keeping the first."""
    return list({(each.article.id, each.evidence): each for each in reversed(list(acts))}.values())[::-1]


def _shown(act: _Act, signal: Signal) -> Iterator[Block]:
    member = next((each for each in signal.articles if each.article_id == act.article.id), None)
    if member:
        yield quote_view.member_quote(member, act.evidence) if act.evidence else headline(member)
