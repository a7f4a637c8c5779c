"""A signal's text: its quotes as Claude is shown them, and the composition made of the reply. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.analysts.claude.checks import Support, complaints, plain
from bot.analysts.claude.prompts import prompt
from bot.analysts.claude.reading import NAME, aliases
from bot.analysts.claude.requests import Outcome, Replied, Request
from bot.analysts.claude.schemas import LONGEST_TITLE, ComposeReply, parsed, schema, too_long
from bot.analysts.lexical import telling
from bot.analysts.lexical.words import orders
from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.finding import Pick, Stance
from bot.model.signal import Composition, Dossier, SignalArticle
from bot.text.evidence import cut

MOST_TOKENS = 3_000
EFFORT = "medium"
MEMBERS = 8  # articles shown, the newest
MORE = 6  # sentences of an article beside its quotes
ROOM = 5_000  # characters of all sentences shown
MOST_CONTRARY = 3


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is laid before the model: every sentence with its number, and the quote each number stands for."""

    articles: tuple[dict[str, object], ...]
    evidence: dict[int, Evidence]
    quoted: frozenset[int]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reply comes to, with what was struck out of it already gone."""

    composition: Composition | None  # None: it cannot be used
    wrong: tuple[str, ...] = ()


def sheet(dossier: Dossier) -> Sheet:
    """The voices of the signal, oldest first: quotes whole, and as many further sentences as there is room for."""
    texts = {article.id: article for article in dossier.texts}
    members = [m for m in dossier.signal.articles if m.stance is not Stance.COPY and m.article_id in texts][-MEMBERS:]
    evidence: dict[int, Evidence] = {}
    quoted = [_numbered(member.evidence, evidence) for member in members]
    known = frozenset(evidence)
    room = ROOM - sum(len(each.quote) for each in evidence.values())
    shown = []
    for member, quotes in zip(members, quoted, strict=True):
        further = _further(texts[member.article_id], member, room // max(1, len(members)))
        shown.append(_article(member, quotes, _numbered(further, evidence)))
    return Sheet(tuple(shown), evidence, known)


def _numbered(quotes: Iterable[Evidence], evidence: dict[int, Evidence]) -> list[list[object]]:
    found: list[list[object]] = []
    for quote in quotes:
        number = len(evidence)
        evidence[number] = quote
        found.append([number, " ".join(quote.quote.split())])
    return found


def _further(article: Article, member: SignalArticle, room: int) -> list[Evidence]:
    """The first sentences that no quote holds; none that speaks to machines."""
    found: list[Evidence] = []
    for number, (start, end) in enumerate(article.sentences):
        if any(each.start < end and start < each.end for each in member.evidence) or orders(article.sentence(number)):
            continue
        quote = cut(article, Pick(number, number))
        room -= end - start
        if room < 0 or len(found) == MORE:
            break
        if quote:
            found.append(quote)
    return found


def _article(member: SignalArticle, quoted: list[list[object]], more: list[list[object]]) -> dict[str, object]:
    return {
        "publisher": member.publisher.name,
        "published": member.published.date().isoformat(),
        "title": member.title,
        "stance": str(member.stance),
        "quoted": quoted,
        "more": more,
    }


def request(dossier: Dossier, laid: Sheet, model: str, wrong: Sequence[str] = ()) -> Request:
    signal = dossier.signal
    asked: dict[str, object] = {
        "signal": {"strength": signal.strength.total, "first_seen": signal.detected_on.isoformat()},
        "articles": laid.articles,
    }
    if wrong:
        asked["wrong"] = list(wrong)
    text = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
    block = {"type": "text", "text": text}
    return Request("compose", model, prompt("compose"), (block,), MOST_TOKENS, EFFORT, schema(ComposeReply))


# --- what a reply comes to -------------------------------------------------------------------------------------------


def draft(outcome: Outcome, dossier: Dossier, laid: Sheet) -> Draft:
    """The composition a reply comes to."""
    if not isinstance(outcome, Replied):
        return Draft(None, (outcome.why,))
    reply = parsed(ComposeReply, outcome.text)
    if isinstance(reply, str):
        return Draft(None, (reply,))
    if wrong := _out_of_range(reply, laid):
        return Draft(None, tuple(wrong))
    contrary = _contrary(reply, dossier, laid)
    support = _support(reply, dossier, laid, contrary)
    written = (("title", reply.title), *(("analysis", each) for each in reply.analysis))
    wrong = complaints([(name, words, support) for name, words in written])
    analysis = "\n\n".join(kept for paragraph in reply.analysis if (kept := support.kept(paragraph)))
    if not analysis:
        return Draft(None, tuple(wrong))
    title = plain(reply.title).rstrip(".") if not support.strange(reply.title) else _other_title(dossier)
    change = replace(support, openers=False).kept(reply.change_mind) or None
    return Draft(Composition(title, analysis, change, contrary, NAME), tuple(wrong))


def _out_of_range(reply: ComposeReply, laid: Sheet) -> list[str]:
    wrong = [f"contrary: there is no sentence {number}" for number in reply.contrary if number not in laid.evidence]
    if len(reply.contrary) > MOST_CONTRARY:
        wrong.append(f"contrary: at most {MOST_CONTRARY}")
    if not 1 <= len(reply.analysis) <= 3:
        wrong.append("analysis: one or two paragraphs")
    return wrong + too_long("title", (reply.title,), LONGEST_TITLE) + too_long("analysis", reply.analysis)


def _contrary(reply: ComposeReply, dossier: Dossier, laid: Sheet) -> tuple[Evidence, ...]:
    """What the model points at, and every quote of an article that contradicts: that is never left out."""
    against = [each for m in dossier.signal.articles if m.stance is Stance.CONTRADICTS for each in m.evidence]
    chosen = [laid.evidence[number] for number in dict.fromkeys(reply.contrary)]
    return tuple({(each.article_id, each.start): each for each in (*against, *chosen)}.values())


def _support(reply: ComposeReply, dossier: Dossier, laid: Sheet, contrary: Sequence[Evidence]) -> Support:
    cited = [laid.evidence[number].quote for number in sorted(laid.quoted)] + [each.quote for each in contrary]
    said = " ".join(cited)
    publishers = [publisher.name for publisher in dossier.signal.publishers]
    beside = " ".join(article.text for article in dossier.texts)
    return Support(said, (*publishers, *aliases(reply.names, said)), beside=beside)


def _other_title(dossier: Dossier) -> str:
    """Instead of one that was struck out: what stood before, or a real headline."""
    signal = dossier.signal
    return signal.title if signal.composed_by == NAME else telling.compose(dossier).title


# --- without asking --------------------------------------------------------------------------------------------------


def sketch(dossier: Dossier) -> Composition:
    """What stands until more is asked: the text composed before; else the opening article's claim and reasoning, as far
    as the signal's quotes bear them; else what the embedded analyst makes of it."""
    signal, embedded = dossier.signal, telling.compose(dossier)
    if signal.composed_by != NAME:
        return replace(embedded, settled=False)
    if signal.analysis:
        return Composition(signal.title, signal.analysis, signal.change_mind, signal.contrary, NAME, settled=False)
    first = next((member for member in signal.articles if member.read_by == NAME), None)
    said = " ".join(each.quote for member in signal.articles for each in member.evidence)
    support = Support(said, tuple(p.name for p in signal.publishers), beside=" ".join(a.text for a in dossier.texts))
    kept = "\n\n".join(filter(None, map(support.kept, first.reasoning if first else ())))
    if not kept:
        return replace(embedded, settled=False)
    return Composition(signal.title, kept, embedded.change_mind, embedded.contrary, NAME, settled=False)
