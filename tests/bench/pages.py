"""Bench: how well article bodies are cut out of real pages and told from other pages, and how fast."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from lxml import html

from bot.model.feed import PageText
from bot.reading.decoding import decode
from bot.reading.gate import refusal
from bot.reading.pages import read_page

_TOKENS = re.compile(r"\w+")


def run(argument: Path) -> dict[str, object]:
    """Over a folder of HASH.html and gold.json ({HASH: {"articleBody", "url"}}): 4-gram precision, recall and F1.

    Precision and recall are means over pages, F1 theirs (the measure of scrapinghub/article-extraction-benchmark).
    `refused`: pages that the gate refuses for their own title and description; `mistaken`: the share of pairs of a page
    with another one's title and description that it lets pass.
    """
    path = argument / "gold.json"
    if not path.is_file():
        return {"absent": f"{argument} holds no gold.json"}
    gold = json.loads(path.read_text(encoding="utf-8"))
    precisions, recalls, seconds = [], [], 0.0
    nothing = 0
    outcomes: list[tuple[str, str, PageText]] = []
    for name, page in gold.items():
        body = (argument / f"{name}.html").read_bytes()
        started = time.process_time()
        found = read_page(body, None, page["url"])
        seconds += time.process_time() - started
        nothing += not isinstance(found, PageText)
        outcomes += [(*_announced(body), found)] if isinstance(found, PageText) else []
        ours, theirs = _grams(found.text if isinstance(found, PageText) else ""), _grams(page["articleBody"])
        shared = sum((ours & theirs).values())
        precisions.append(shared / ours.total() if ours else 0.0)
        recalls.append(shared / theirs.total() if theirs else 0.0)
    precision, recall = sum(precisions) / len(gold), sum(recalls) / len(gold)
    return {
        "pages": len(gold),
        "nothing": nothing,
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / (precision + recall), 4),
        "refused": sum(refusal(title, summary, page) is not None for title, summary, page in outcomes),
        "mistaken": round(_mistaken(outcomes), 4),
        "ms_per_page": round(1000 * seconds / len(gold), 1),
    }


def _announced(body: bytes) -> tuple[str, str]:
    """What a feed would say of the page: its title and its description."""
    parser = html.HTMLParser(encoding="utf-8")
    tree = html.fromstring(decode(body, None).text.encode(), parser=parser)
    said = {str(meta.get("property") or meta.get("name")): meta.get("content") or "" for meta in tree.iter("meta")}
    title = said.get("og:title") or next((str(each.text or "") for each in tree.iter("title")), "")
    return title, said.get("og:description") or said.get("description") or ""


def _mistaken(outcomes: Sequence[tuple[str, str, PageText]]) -> float:
    pairs = [(one, other) for one in outcomes for other in outcomes if one is not other]
    passed = sum(refusal(title, summary, page) is None for (title, summary, _), (_, _, page) in pairs)
    return passed / len(pairs)


def _grams(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    tokens = _TOKENS.findall(text)
    return Counter(tuple(tokens[i : i + size]) for i in range(max(1, len(tokens) - size + 1))) if tokens else Counter()
