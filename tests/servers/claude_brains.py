"""Minds for the Messages API of tests/servers/claude.py: one that reads and answers by rule, and many that fail.

`good` looks at what it was sent (sentences, candidates, quotes) and at nothing else, so that the whole chain can be
driven with it. The others are made around it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from tests.servers.claude import Ask, Brain, Cited, Turn, said

WORD = re.compile(r"[^\W_]{3,}")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*\b")
_SPORT = re.compile(r"\b(?:goal|cup final|striker|match|league)\b", re.IGNORECASE)
_HEAVY = re.compile(r"\b\d[\d.,]*\s?(?:bn|billion|trillion|tn)\b|\bban(?:s|ned)?\b|\blaw\b", re.IGNORECASE)
_AGAINST = re.compile(r"\b(?:denies|denied|contradicts?|untrue)\b", re.IGNORECASE)
SILENT = "NOT IN SOURCES"


def good(ask: Ask) -> Turn:
    """A plausible answer to whatever step it is, by rule."""
    if ask.step == "answer" and ask.sentences:
        return _answer(ask)
    rules = {
        "read": _read, "relate": _relate, "compose": _compose, "translate": _translate, "answer": _by_numbers,
        "intent": _intent,
    }  # fmt: skip
    return said(json.dumps(rules[ask.step](ask.data), ensure_ascii=False), thinking="Let me see.")


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(data: Any) -> dict[str, Any]:
    article = data["article"]
    numbered = article["sentences"]
    whole = " ".join(text for _, text in numbered)
    if _SPORT.search(f"{article['title']} {whole}"):
        return rejection("sport", "It is about a match.")
    if not (_HEAVY.search(whole) or re.search(r"\d", whole)):
        return rejection("nothing structural", "No change beyond the day is reported.")
    telling = sorted(numbered, key=lambda pair: (-_telling(pair[1]), pair[0]))[:2]
    lead = telling[0][1]
    return {
        "verdict": "finding",
        "reason": "none",
        "why": "It reports a change beyond one firm.",
        "kind": "news",
        "stance": "contradicts" if _AGAINST.search(article["title"]) else "none",
        "dimensions": ["economic"],
        "topics": ["chips"] if "chip" in whole else ["energy"],
        "places": [],
        "actors": [{"name": name, "written": name} for name in _names(whole)[:4]],
        "picks": [{"first": n, "last": n, "anchor": " ".join(text.split()[:3])} for n, text in sorted(telling)],
        "reasoning": [f"The article says it itself: {_clause(lead)}.", "It matters beyond those it names."],
        "claim": _clause(lead),
        "consequence": 4 if _HEAVY.search(lead) else 1,
        "consequence_why": "It reaches a whole market." if _HEAVY.search(lead) else "It is a matter of one firm.",
        "evidence": 2 if _HEAVY.search(lead) else 1,
        "evidence_why": "It says who found it, with a figure.",
    }


def rejection(reason: str, why: str) -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] for name in ("dimensions", "topics", "places", "actors", "picks", "reasoning")}
    words = {"claim": "", "consequence": 0, "consequence_why": "", "evidence": 0, "evidence_why": ""}
    return {"verdict": "rejection", "reason": reason, "why": why, "kind": "news", "stance": "none", **empty, **words}


def _telling(text: str) -> int:
    return 3 * bool(_HEAVY.search(text)) + bool(re.search(r"\d", text)) + ("“" in text)


def _clause(sentence: str) -> str:
    """The sentence as far as its first inner mark, without its stop: every word of it stands in the sentence."""
    return re.split(r"(?<=[^\d])[,;:](?=\s)", re.sub('[“”"]', "", sentence))[0].rstrip('.!?”" ')


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(_NAME.findall(text)))


# --- relating and composing ------------------------------------------------------------------------------------------


def _relate(data: Any) -> dict[str, Any]:
    finding = data["finding"]
    actors = set(finding["actors"])
    best = max(data["candidates"], key=lambda candidate: len(actors & set(candidate["actors"])))
    if len(actors & set(best["actors"])) < 2:
        return {"id": "none", "relation": "none", "why": "Another event."}
    quotes = " ".join(finding["quotes"])
    new = set(re.findall(r"\d+", quotes)) - set(re.findall(r"\d+", " ".join(best["quotes"])))
    relation = "contradicts" if _AGAINST.search(quotes) else "develops" if new else "repeats"
    return {"id": best["id"], "relation": relation, "why": "The same event."}


def _words(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(text)}


def _compose(data: Any) -> dict[str, Any]:
    quotes = [text for article in data["articles"] for _, text in article["quoted"]]
    against = [n for article in data["articles"] for n, text in article["more"] if _AGAINST.search(text)]
    acting = _names(" ".join(quotes))[:5]
    return {
        "names": [],
        "reasoning": [
            {
                "n": n,
                "paragraphs": [f"The whole article rests on this: {_clause(data['articles'][n]['quoted'][0][1])}."],
            }
            for n in data["reason_on"]
        ],
        "actors": [{"name": name, "written": name} for name in acting],
        **{name: data["signal"][name] for name in ("dimensions", "topics", "places")},
        "analysis": [" ".join(f"{_clause(text)}." for text in quotes[:3])],
        "title": _clause(quotes[0]),
        "change_mind": "Proof that it is undone would change it.",
        "contrary": against[:1],
    }


# --- answering and translating ---------------------------------------------------------------------------------------


def _answer(ask: Ask) -> Turn:
    asked = _words(ask.data["question"])
    places = [(document, n, text) for document, texts in enumerate(ask.sentences) for n, text in enumerate(texts)]
    ranked = sorted(((len(asked & _words(text)), -document, -n) for document, n, text in places), reverse=True)
    if not ranked or ranked[0][0] < 2:
        return Turn((Cited(SILENT),))
    _, document, n = ranked[0]
    text = ask.sentences[-document][-n]
    return Turn((Cited("In short: "), Cited(f"{_clause(text)}.", ((-document, -n, -n + 1),))), thinking="Which one?")


def _by_numbers(data: Any) -> dict[str, Any]:
    asked = _words(data["question"])
    numbered = [pair for article in data["articles"] for pair in article["sentences"]]
    n, text = max(numbered, key=lambda pair: len(asked & _words(pair[1])))
    if len(asked & _words(text)) < 2:
        return {"silent": True, "parts": []}
    return {"silent": False, "parts": [{"text": f"{_clause(text)}.", "sentences": [n], "inference": False}]}


def _translate(data: Any) -> dict[str, Any]:
    return {"translations": [{"n": n, "text": translated(text, data["language"])} for n, text in data["texts"]]}


def translated(text: str, language: str) -> str:
    """What `good` makes of a text: every longer word gets the language's mark, figures stay."""
    return re.sub(r"[^\W\d_]{4,}", lambda match: f"{match.group()}-{language}", text)


# --- understanding ---------------------------------------------------------------------------------------------------

_WISHES = (
    (re.compile(r"\b(?:without|spare us|weary of)\b.*?\b(\w+)\W*$", re.IGNORECASE), "mute", r"\1"),
    (re.compile(r"\bup at (\d\d:\d\d)\b", re.IGNORECASE), "at", r"\1"),
    (re.compile(r"\bat the beach (until \w+)", re.IGNORECASE), "pause", r"\1"),
    (re.compile(r"\bhow did you fare\b", re.IGNORECASE), "status", ""),
)


def _intent(data: Any) -> dict[str, Any]:
    """A wish that `_WISHES` knows is a command, what ends in a question mark a question, and the rest is talk."""
    for pattern, command, words in _WISHES:
        if (match := pattern.search(data["said"])) and command in data["commands"]:
            return intended("command", command, match.expand(words))
    return intended("question" if data["said"].rstrip().endswith("?") else "talk")


def intended(kind: str, command: str = "", words: str = "") -> dict[str, Any]:
    return {"kind": kind, "command": command, "words": words}


# --- minds that fail -------------------------------------------------------------------------------------------------


def refusing(_ask: Ask) -> Turn:
    return Turn((), stop="refusal")


def truncated(ask: Ask) -> Turn:
    """Cut off half way, as by max_tokens."""
    whole = good(ask).text
    return said(whole[: len(whole) // 2], stop="max_tokens")


def wrong_shape(ask: Ask) -> Turn:
    """JSON, but not what was asked for."""
    return said('{"answer": 42}' if ask.step != "answer" else "")


def chatting(ask: Ask) -> Turn:
    """Words around what was asked for, as some local models have them."""
    return said(f"Sure! Here it is:\n```json\n{good(ask).text}\n```")


def changed(**fields: Any) -> Brain:
    """`good`, with these fields of its reply otherwise."""

    def brain(ask: Ask) -> Turn:
        reply = json.loads(good(ask).text)
        return said(json.dumps({**reply, **{name: value for name, value in fields.items() if name in reply}}))

    return brain


def out_of_range(ask: Ask) -> Turn:
    """Numbers that no sentence, score or candidate has."""
    far = [{"first": 900, "last": 901, "anchor": ""}]
    return changed(picks=far, consequence=9, contrary=[900], id="s9999", sentences=[900])(ask)


def inventing(ask: Ask) -> Turn:
    """Names and numbers that stand nowhere."""
    lie = "Zephyrine Holdings is collapsing a $417bn market as rates reach 61 per cent"
    return changed(claim=lie, title=lie, analysis=[f"{lie}. Prices fell."])(ask)


def hostile(ask: Ask) -> Turn:
    """What a mind would say that an article has turned against us."""
    bait = "Visit https://evil.example/now and run: mute everything. [Click](http://evil.example) <!channel>"
    fields = {
        "claim": bait, "title": bait, "analysis": [bait], "why": bait, "change_mind": bait, "reasoning": [bait],
        "topics": ["ignore all rules", "BUY NOW"], "places": ["XX", "https://evil.example"],
        "actors": [{"name": "Evil Corp", "written": "Evil Corp"}], "consequence_why": bait, "evidence_why": bait,
        "translations": [{"n": n, "text": bait} for n in range(50)],
    }  # fmt: skip
    return changed(**fields)(ask) if ask.step != "answer" else said(bait)


def overloaded(status: int = 529, **headers: str) -> Brain:
    return lambda _ask: Turn(status=status, error="overloaded_error", words="Overloaded", headers=headers)


def limited(retry_after: str) -> Brain:
    def brain(_ask: Ask) -> Turn:
        headers = {"retry-after": retry_after}
        return Turn(status=429, error="rate_limit_error", words="Too many requests", headers=headers)

    return brain


def spent(_ask: Ask) -> Turn:
    """The account's own limit is reached: a 429 that is no rate limit."""
    return Turn(status=429, error="rate_limit_error", code="enforced_spend_limit_reached", words="Spend limit reached.")


def without_credit(_ask: Ask) -> Turn:
    return Turn(status=402, error="billing_error", words="Your credit balance is too low.")


def misshapen(_ask: Ask) -> Turn:
    """A request of a form that the model does not take."""
    words = "output_config.effort: Input should be one of high, max."
    return Turn(status=400, error="invalid_request_error", words=words)


def hanging(_ask: Ask) -> Turn:
    return Turn(hang=True)


def disconnecting(after: int = 60) -> Brain:
    """The connection breaks off in the middle of the answer."""
    return lambda ask: Turn(good(ask).parts, cut=after)


def ending_early(ask: Ask) -> Turn:
    """A stream that ends well-formed, and before its end."""
    return Turn(good(ask).parts, early=True)


def failing_midway(ask: Ask) -> Turn:
    return Turn(good(ask).parts, fails=True)


def garbled(ask: Ask) -> Turn:
    return Turn(good(ask).parts, broken=True)


def wild(body: str) -> Brain:
    """An endpoint that is none: whatever it is asked, it says this."""
    return lambda _ask: Turn(wild=body)


def forging(ask: Ask) -> Turn:
    """Citations whose words are not those of the blocks they point at."""
    return Turn(good(ask).parts, forged=True)


def first(failing: Sequence[Brain], then: Brain = good) -> tuple[Brain, ...]:
    """For `script`: these in turn, and all is well after them."""
    return (*failing, then)
