"""Reading an article: make the request, and the reading (finding or rejection) from the reply. Pure functions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.analysts.claude.checks import Support, complaints, plain
from bot.analysts.claude.prompts import prompt
from bot.analysts.claude.requests import Outcome, Replied, Request
from bot.analysts.claude.schemas import MOST_ACTORS, MOST_LABELS, Named, ReadReply, out_of_range, parsed, schema
from bot.analysts.lexical import claims, kinds
from bot.analysts.lexical.words import orders
from bot.model.article import Article
from bot.model.finding import Finding, Part, Pick, Reading, Rejection, Stance
from bot.model.label import CategoryKind
from bot.text import taxonomy as taxonomies
from bot.text.evidence import spans_of
from bot.text.tokenisation import fold

NAME = "claude"
_NAME = re.compile(r"[^\W\d_][\w’'.&-]*(?: [\w’'.&-]+){0,5}")
SHOWN = 12_000  # characters of an article that are shown, so that one enormous text cannot spend the day's budget
MOST_TOKENS = 2_000
EFFORT = "low"
UNEXPLAINED = "as Claude judged it"
"""Stands in place of a reason that was unsupported."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reply gives, unsupported sentences already removed."""

    reading: Reading | None  # None: the reply cannot be used
    wrong: tuple[str, ...] = ()  # what to ask the model to correct, once


def request(article: Article, model: str, wrong: Sequence[str] = ()) -> Request:
    """The request to read the article; `wrong`: what to correct in the last reply."""
    asked: dict[str, object] = {"article": _shown(article)}
    if wrong:
        asked["wrong"] = list(wrong)
    text = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
    block = {"type": "text", "text": text}
    return Request("read", model, prompt("read"), (block,), MOST_TOKENS, EFFORT, schema(ReadReply))


def _shown(article: Article) -> dict[str, object]:
    return {
        "title": article.title,
        "publisher": article.publisher.name,
        "published": article.published.date().isoformat(),
        "language": article.language or "unknown",
        "sentences": [[number, " ".join(article.sentence(number).split())] for number in shown(article)],
    }


def shown(article: Article) -> range:
    """The numbers of the sentences that are shown: from the first, up to SHOWN characters."""
    size = 0
    for number, (start, end) in enumerate(article.sentences):
        size += end - start
        if size > SHOWN and number:
            return range(number)
    return range(len(article.sentences))


def draft(outcome: Outcome, article: Article) -> Draft:
    """The reading in a reply; only what the article supports."""
    if not isinstance(outcome, Replied):
        return Draft(None, (outcome.why,))
    reply = parsed(ReadReply, outcome.text)
    if isinstance(reply, str):
        return Draft(None, (reply,))
    if wrong := out_of_range(reply, len(shown(article))):
        return Draft(None, tuple(wrong))
    if reply.verdict == "rejection":
        # its reason is shown in our own words: a model's may repeat what the article told it to say
        return Draft(Rejection(article.id, reply.reason, kinds.WORDS[reply.reason], NAME))
    return _finding(reply, article)


def whole(article: Article, named: Iterable[Named] = (), step: str = "read") -> Support:
    """Support by all that was shown of the article in the step; `named`: names the reply may write in its own way."""
    said = " ".join((article.title, *(article.sentence(number) for number in shown(article))))
    known = (article.publisher.name, *aliases(named, said))
    return Support(said, known, beside=article.text, prompt=prompt(step), openers=False)


def _finding(reply: ReadReply, article: Article) -> Draft:
    picks = [pick for pick in reply.picks if not _orders_machines(article, pick.first, pick.last)]
    if not picks:
        return Draft(None, ("picks: a sentence that speaks to readers or machines is no evidence",))
    text = whole(article, reply.actors)
    headed = replace(text, openers=True)  # a claim may open with a name
    reasoning = tuple(kept for paragraph in reply.reasoning if (kept := text.supported(paragraph)))
    wrong = complaints((("claim", reply.claim, headed), *(("reasoning", each, text) for each in reply.reasoning)))
    if not reasoning:
        return Draft(None, tuple(wrong))
    labels = taxonomies.load()
    finding = Finding(
        article_id=article.id,
        claim=plain(reply.claim).rstrip(".") if not headed.unsupported(reply.claim) else claims.claim(article),
        dimensions=tuple(dict.fromkeys(reply.dimensions))[:3],
        topics=_labels(reply.topics, CategoryKind.TOPIC, labels),
        places=_labels(reply.places, CategoryKind.PLACE, labels),
        actors=actors_in(reply.actors, f"{article.title}\n{article.text}"),
        picks=tuple(Pick(pick.first, pick.last, anchor=pick.anchor or None) for pick in picks),
        reasoning=reasoning,
        consequence=Part(reply.consequence, (_why(reply.consequence_why, text),)),
        substance=Part(reply.evidence, (_why(reply.evidence_why, text),)),
        kind=reply.kind,
        read_by=NAME,
        stance=None if reply.stance == "none" else Stance(reply.stance),
    )
    return Draft(finding, tuple(wrong))


def _orders_machines(article: Article, first: int, last: int) -> bool:
    """Whether one of the sentences gives orders to a machine (prompt injection)."""
    return any(orders(article.sentence(number)) for number in range(first, last + 1))


def _why(words: str, support: Support) -> str:
    return support.supported(words).rstrip(".") or UNEXPLAINED


def _labels(given: Iterable[str], kind: CategoryKind, labels: taxonomies.Taxonomy) -> tuple[str, ...]:
    """The labels the taxonomy knows, as it spells them; others are dropped, or every article would add its own."""
    found = (labels.label(each) for each in given)
    return tuple(dict.fromkeys(label.value for label in found if label and label.kind is kind))[:MOST_LABELS]


def actors_in(given: Sequence[Named], text: str) -> tuple[str, ...]:
    """The names that are in the text, in the reply's order, without places."""
    labels = taxonomies.load()
    standing = [each for each in given if spans_of(each.written, text) and not labels.is_place(each.name)]
    named = [plain(each.name) if _same(each) else plain(each.written) for each in standing]
    return tuple(dict.fromkeys(named))[:MOST_ACTORS]


def aliases(given: Iterable[Named], said: str) -> tuple[str, ...]:
    """The names a reply uses for ones written otherwise in `said`, if the two can be the same name."""
    return tuple(each.name for each in given if _same(each) and spans_of(each.written, said))


def _same(named: Named) -> bool:
    """Whether the name equals or is part of what is written, or is a plain name for one in another script."""
    name, written = fold(named.name), fold(named.written)
    return bool(name and written) and (name in written or (not _latin(written) and bool(_NAME.fullmatch(named.name))))


def _latin(words: str) -> bool:
    return any("a" <= letter <= "z" for letter in words)
