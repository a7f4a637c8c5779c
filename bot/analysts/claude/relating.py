"""Which live signal a finding belongs to: make the request with the candidates, and read the choice. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.analysts.claude.checks import Support
from bot.analysts.claude.prompts import prompt
from bot.analysts.claude.requests import Outcome, Replied, Request
from bot.analysts.claude.schemas import RelateReply, parsed, schema
from bot.model.article import Article
from bot.model.finding import Finding, Stance
from bot.model.signal import Candidate, Relation, Signal
from bot.text.evidence import cut

MOST_TOKENS = 900
EFFORT = "low"
OFFERED = 5  # candidates that are shown, at most
QUOTES, ACTORS = 3, 6  # that are shown of each
NONE = "none"  # the id in a reply that chooses no candidate


def request(
    finding: Finding, article: Article, candidates: Sequence[Candidate], model: str, wrong: Sequence[str] = ()
) -> Request:
    """The request to choose a candidate for the finding; `wrong`: what to correct in the last reply."""
    asked: dict[str, object] = {
        "finding": {
            "claim": finding.claim,
            "actors": finding.actors[:ACTORS],
            "title": article.title,
            "published": article.published.date().isoformat(),
            "quotes": _quotes(finding, article),
        },
        "candidates": [_candidate(candidate.signal) for candidate in candidates[:OFFERED]],
    }
    if wrong:
        asked["wrong"] = list(wrong)
    text = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
    block = {"type": "text", "text": text}
    return Request("relate", model, prompt("relate"), (block,), MOST_TOKENS, EFFORT, schema(RelateReply))


def request_same(one: Signal, other: Signal, model: str) -> Request:
    """The request whether the signal `other` tells the same story as the older one `one`."""
    known = _candidate(other)
    finding = {
        "claim": other.title,
        "actors": known["actors"],
        "title": other.articles[0].title,
        "quotes": known["quotes"],
    }
    asked = {"finding": {**finding, "published": known["last_news"]}, "candidates": [_candidate(one)]}
    text = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
    block = {"type": "text", "text": text}
    return Request("relate", model, prompt("relate"), (block,), MOST_TOKENS, EFFORT, schema(RelateReply))


def same(outcome: Outcome, one: Signal) -> bool | None:
    """The reply to `request_same`: whether the two are one story; None: it cannot be used."""
    reply = parsed(RelateReply, outcome.text) if isinstance(outcome, Replied) else ""
    if isinstance(reply, str) or reply.id not in (NONE, f"s{one.id}"):
        return None
    return reply.id != NONE


def _quotes(finding: Finding, article: Article) -> list[str]:
    quotes = [cut(article, pick) for pick in finding.picks[:QUOTES]]
    return [" ".join(quote.quote.split()) for quote in quotes if quote]


def _candidate(signal: Signal) -> dict[str, object]:
    quotes = [evidence.quote for member in reversed(signal.articles) for evidence in member.evidence]
    return {
        "id": f"s{signal.id}",
        "title": signal.title,
        "actors": signal.actors[:ACTORS],
        "quotes": [" ".join(quote.split()) for quote in quotes[:QUOTES]],
        "last_news": signal.changed.date().isoformat(),
    }


def chosen(
    outcome: Outcome, finding: Finding, article: Article, candidates: Sequence[Candidate]
) -> tuple[Relation | None, str]:
    """(relation, "") or (None, what is wrong with the reply). Only a candidate that was shown can be chosen."""
    if not isinstance(outcome, Replied):
        return None, outcome.why
    reply = parsed(RelateReply, outcome.text)
    if isinstance(reply, str):
        return None, reply
    offered = {f"s{candidate.signal.id}": candidate.signal for candidate in candidates[:OFFERED]}
    if reply.id != NONE and reply.id not in offered:
        return None, f"id: one of {', '.join(offered)}, or “none”"
    if (reply.id == NONE) != (reply.relation == NONE):
        return None, "id and relation: both “none”, or neither"
    why = _why(reply.why, finding, article, offered.get(reply.id))
    if reply.id == NONE:
        return Relation(None, Stance.OPENS, why), ""
    stance = Stance.CORRECTS if finding.stance is Stance.CORRECTS else Stance(reply.relation)
    return Relation(offered[reply.id].id, stance, why), ""


def _why(words: str, finding: Finding, article: Article, signal: Signal | None) -> str:
    known = [article.title, finding.claim, *finding.actors, *_quotes(finding, article)]
    if signal:
        known += [signal.title, *signal.actors, *(each.quote for m in signal.articles for each in m.evidence)]
    support = Support(" ".join(known), beside=article.text, prompt=prompt("relate"), openers=False)
    return support.supported(words) or "as Claude judged it"
