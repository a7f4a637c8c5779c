"""A signal's text: number its quotes for the request, and make the composition from the reply. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from bot.analysts.claude.checks import Support, complaints, plain
from bot.analysts.claude.prompts import prompt
from bot.analysts.claude.reading import NAME, actors_in, aliases, whole
from bot.analysts.claude.requests import Outcome, Replied, Request
from bot.analysts.claude.schemas import LONGEST_TITLE, ComposeReply, parsed, schema, too_long
from bot.analysts.lexical import telling
from bot.analysts.lexical.words import orders
from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.finding import Pick, Stance
from bot.model.signal import Composition, Dossier, Signal, SignalArticle
from bot.text.evidence import cut

MOST_TOKENS = 6_000  # with room for thinking; some 900 are said
EFFORT = "medium"
MEMBERS = 8  # articles that are shown, the newest
MORE = 10  # sentences that are shown of an article besides its quotes
ROOM = 6_000  # characters of all sentences together
MOST_CONTRARY = 3
REVISIONS = 5  # changes of the signal that are shown, the last
FACTS = 3  # that are shown of each part of the strength
REASONED = 3  # articles whose reasoning is asked for at once, the newest
MOST_TOPICS, MOST_PLACES, MOST_DIMENSIONS, MOST_ACTING = 3, 4, 3, 5  # labels of a signal as a whole
_Label = TypeVar("_Label")


@dataclass(frozen=True, slots=True)
class NumberedQuotes:
    """What Claude is shown: every sentence with a number, and the quote that each number stands for."""

    articles: tuple[dict[str, object], ...]
    evidence: dict[int, Evidence]
    quoted: frozenset[int]  # the numbers of the signal's own quotes
    ids: tuple[int, ...] = ()  # the id of each article, in the order of `articles`
    reason_on: tuple[int, ...] = ()  # the places in `articles` of those whose reasoning is to be written


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reply gives, unsupported sentences already removed."""

    composition: Composition | None  # None: the reply cannot be used
    wrong: tuple[str, ...] = ()  # what to ask the model to correct


def numbered_quotes(dossier: Dossier) -> NumberedQuotes:
    """The signal's articles without copies, oldest first: their quotes, and further sentences up to ROOM characters."""
    texts = {article.id: article for article in dossier.texts}
    members = [m for m in dossier.signal.articles if m.stance is not Stance.COPY and m.article_id in texts][-MEMBERS:]
    evidence: dict[int, Evidence] = {}
    quoted = [_numbered(member.evidence, evidence) for member in members]
    known = frozenset(evidence)
    room = ROOM - sum(len(each.quote) for each in evidence.values())
    shown = []
    for n, (member, quotes) in enumerate(zip(members, quoted, strict=True)):
        further = _further(texts[member.article_id], member, room // max(1, len(members)))
        shown.append({"n": n, **_article(member, quotes, _numbered(further, evidence))})
    ids = tuple(member.article_id for member in members)
    return NumberedQuotes(tuple(shown), evidence, known, ids, _to_reason_on(dossier, members))


def _to_reason_on(dossier: Dossier, members: Sequence[SignalArticle]) -> tuple[int, ...]:
    """The places of the newest members that came after the signal's text was last written."""
    upto = dossier.signal.composed_upto or 0
    new = {each.article_id for each in dossier.signal.revisions if each.number > upto}
    return tuple(n for n, member in enumerate(members) if not upto or member.article_id in new)[-REASONED:]


def _numbered(quotes: Iterable[Evidence], evidence: dict[int, Evidence]) -> list[list[object]]:
    found: list[list[object]] = []
    for quote in quotes:
        number = len(evidence)
        evidence[number] = quote
        found.append([number, " ".join(quote.quote.split())])
    return found


def _further(article: Article, member: SignalArticle, room: int) -> list[Evidence]:
    """The first sentences that are in no quote, without those that give orders to a machine."""
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


def request(dossier: Dossier, sheet: NumberedQuotes, model: str, wrong: Sequence[str] = ()) -> Request:
    """The request for the signal's text; `wrong`: what to correct in the last reply."""
    signal = dossier.signal
    asked: dict[str, object] = {
        "signal": {
            "strength": signal.strength.total,
            "parts": {name: [part.points, *part.facts[:FACTS]] for name, part in signal.strength.parts()},
            "first_seen": signal.detected_on.isoformat(),
            "dimensions": signal.dimensions,
            "topics": signal.topics,
            "places": signal.places,
        },
        "articles": sheet.articles,
        "reason_on": sheet.reason_on,
    }
    if signal.composed_upto is not None:
        asked["earlier"] = {"title": signal.title, "analysis": signal.analysis, "revisions": _revisions(signal)}
    if others := _related(dossier):
        asked["related"] = others
    if wrong:
        asked["wrong"] = list(wrong)
    text = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
    block = {"type": "text", "text": text}
    return Request(
        "compose", model, prompt("compose"), (block,), MOST_TOKENS, EFFORT, schema(ComposeReply), thinks=True
    )


def _revisions(signal: Signal) -> list[list[object]]:
    """[date, strength, why] of the last changes."""
    last = signal.revisions[-REVISIONS:]
    return [[each.at.date().isoformat(), each.strength.total, each.why] for each in last]


def _related(dossier: Dossier) -> list[dict[str, object]]:
    """Related signals, without titles that give orders to a machine."""
    return [
        {
            "id": f"s{each.id}",
            "first_seen": each.detected_on.isoformat(),
            "strength": each.strength.total,
            "title": each.title,
        }
        for each in dossier.related
        if not orders(each.title)
    ]


# --- the reply -------------------------------------------------------------------------------------------------------


def draft(outcome: Outcome, dossier: Dossier, sheet: NumberedQuotes) -> Draft:
    """The composition in a reply; only what the sentences it was shown support."""
    if not isinstance(outcome, Replied):
        return Draft(None, (outcome.why,))
    reply = parsed(ComposeReply, outcome.text)
    if isinstance(reply, str):
        return Draft(None, (reply,))
    if wrong := _out_of_range(reply, sheet):
        return Draft(None, tuple(wrong))
    contrary = _contrary(reply, dossier, sheet)
    support = _support(reply, dossier, sheet, contrary)
    written = [("title", reply.title, support), *(("analysis", each, support) for each in reply.analysis)]
    reasons = _reasons(reply, dossier, sheet)
    wrong = complaints([*written, *(("reasoning", each, of) for _, said, of in reasons for each in said)])
    analysis = "\n\n".join(kept for paragraph in reply.analysis if (kept := support.supported(paragraph)))
    if not analysis:
        return Draft(None, tuple(wrong))
    title = plain(reply.title).rstrip(".") if not support.unsupported(reply.title) else _other_title(dossier)
    change = replace(support, openers=False).supported(reply.change_mind) or None
    supported = [(id_, tuple(filter(None, map(of.supported, said)))) for id_, said, of in reasons]
    reasoning = tuple((id_, said) for id_, said in supported if said)
    labels = _labels(reply, dossier)
    return Draft(Composition(title, analysis, change, contrary, NAME, reasoning=reasoning, **labels), tuple(wrong))


def _reasons(
    reply: ComposeReply, dossier: Dossier, sheet: NumberedQuotes
) -> list[tuple[int, tuple[str, ...], Support]]:
    """(article id, paragraphs, what they may rest on) of each article whose reasoning was asked for."""
    texts = {article.id: article for article in dossier.texts}
    asked = {n: texts[sheet.ids[n]] for n in sheet.reason_on}
    found = {each.n: each.paragraphs for each in reply.reasoning if each.n in asked}
    named = (*reply.names, *reply.actors)
    return [(asked[n].id, said, whole(asked[n], named, "compose")) for n, said in found.items()]


def _labels(reply: ComposeReply, dossier: Dossier) -> Mapping[str, Any]:
    """The labels of the signal as a whole: those it has, in the reply's choice and order, and actors of its texts."""
    signal = dossier.signal
    text = "\n".join(f"{each.title}\n{each.text}" for each in dossier.texts)
    return {
        "dimensions": _chosen(reply.dimensions, signal.dimensions)[:MOST_DIMENSIONS],
        "topics": _chosen(reply.topics, signal.topics)[:MOST_TOPICS],
        "places": _chosen(reply.places, signal.places)[:MOST_PLACES],
        "actors": actors_in(reply.actors, text)[:MOST_ACTING],
    }


def _chosen(given: Iterable[_Label], known: Sequence[_Label]) -> tuple[_Label, ...]:
    return tuple(dict.fromkeys(each for each in given if each in known))


def _out_of_range(reply: ComposeReply, sheet: NumberedQuotes) -> list[str]:
    wrong = [f"contrary: there is no sentence {number}" for number in reply.contrary if number not in sheet.evidence]
    if len(reply.contrary) > MOST_CONTRARY:
        wrong.append(f"contrary: at most {MOST_CONTRARY}")
    if not 1 <= len(reply.analysis) <= 3:
        wrong.append("analysis: one or two paragraphs")
    wrong += [
        f"reasoning: article {each.n} was not asked for" for each in reply.reasoning if each.n not in sheet.reason_on
    ]
    return wrong + too_long("title", (reply.title,), LONGEST_TITLE) + too_long("analysis", reply.analysis)


def _contrary(reply: ComposeReply, dossier: Dossier, sheet: NumberedQuotes) -> tuple[Evidence, ...]:
    """The quotes against the claim: those the model names, and always every quote of an article that contradicts."""
    against = [each for m in dossier.signal.articles if m.stance is Stance.CONTRADICTS for each in m.evidence]
    chosen = [sheet.evidence[number] for number in dict.fromkeys(reply.contrary)]
    return tuple({(each.article_id, each.start): each for each in (*against, *chosen)}.values())


def _support(reply: ComposeReply, dossier: Dossier, sheet: NumberedQuotes, contrary: Sequence[Evidence]) -> Support:
    said = " ".join(each.quote for each in (*sheet.evidence.values(), *contrary))
    publishers = [publisher.name for publisher in dossier.signal.publishers]
    beside = " ".join(article.text for article in dossier.texts)
    known = (*publishers, *aliases((*reply.names, *reply.actors), said))
    return Support(said, known, beside=beside, prompt=prompt("compose"))


def _other_title(dossier: Dossier) -> str:
    """The title in place of an unsupported one: the earlier one, or the embedded analyst's."""
    signal = dossier.signal
    return signal.title if signal.composed_by == NAME else telling.compose(dossier).title


# --- without a call --------------------------------------------------------------------------------------------------


def sketch(dossier: Dossier) -> Composition:
    """The text until Claude is asked for a better one.

    It is the text composed before; else the claim and reasoning of the first article that Claude read, as far as the
    signal's quotes support them; else the embedded analyst's text.
    """
    signal, embedded = dossier.signal, telling.compose(dossier)
    if signal.composed_by != NAME:
        return replace(embedded, settled=False)
    if signal.analysis:
        return Composition(signal.title, signal.analysis, signal.change_mind, signal.contrary, NAME, settled=False)
    first = next((member for member in signal.articles if member.read_by == NAME), None)
    said = " ".join(each.quote for member in signal.articles for each in member.evidence)
    support = Support(said, tuple(p.name for p in signal.publishers), beside=" ".join(a.text for a in dossier.texts))
    kept = "\n\n".join(filter(None, map(support.supported, first.reasoning if first else ())))
    if not kept:
        return replace(embedded, settled=False)
    return Composition(signal.title, kept, embedded.change_mind, embedded.contrary, NAME, settled=False)
