"""Signals as their readers see them, whoever wrote them: read from TOML, from a page of text, or made from our own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bot.model.article import Article
from bot.model.signal import Signal

_HERE = Path(__file__).parent
_HEADING = re.compile(r"^#{1,4} +(.*)$", re.MULTILINE)
_QUOTE = re.compile(r"^[-*] +[\"“](.+?)[\"”] +\[([^\]]+)\]$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class WrittenArticle:
    """One article of a signal: what is quoted from it, and what is inferred."""

    title: str
    publisher: str
    sentences: tuple[str, ...]  # of its text; empty: the text is not at hand
    quotes: tuple[tuple[str, str], ...]  # (quote, its anchor)
    reasoning: tuple[str, ...]  # paragraphs


@dataclass(frozen=True, slots=True)
class Written:
    """A signal as written."""

    name: str
    title: str
    analysis: str
    actors: tuple[str, ...]
    articles: tuple[WrittenArticle, ...]
    wrong: str = ""  # what is wrong with it; "": nothing is known to be

    @property
    def quotes(self) -> tuple[tuple[str, str], ...]:
        """(quote, anchor) of all articles."""
        return tuple(quote for article in self.articles for quote in article.quotes)

    @property
    def has_texts(self) -> bool:
        """Whether the text of every article is at hand."""
        return all(article.sentences for article in self.articles)


def good() -> tuple[Written, ...]:
    """The signals of good.toml."""
    return tuple(map(_read, _tables("good")))


def bad() -> tuple[Written, ...]:
    """The signals of bad.toml: good ones with fields replaced."""
    known = {each.name: each for each in good()}
    return tuple(_spoilt(known[table["of"]], table) for table in _tables("bad"))


@cache
def _tables(name: str) -> Sequence[Mapping[str, Any]]:
    tables: Sequence[Mapping[str, Any]] = tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8"))["signal"]
    return tables


def _read(table: Mapping[str, Any]) -> Written:
    articles = tuple(map(_article, table["article"]))
    return Written(table["id"], table["title"], _flat(table["analysis"]), tuple(table["actors"]), articles)


def _article(table: Mapping[str, Any]) -> WrittenArticle:
    sentences = tuple(table["text"].strip().splitlines())
    quotes = tuple((sentences[number], anchor) for number, anchor in table["quotes"])
    return WrittenArticle(table["title"], table["publisher"], sentences, quotes, paragraphs(table["reasoning"]))


def _spoilt(whole: Written, table: Mapping[str, Any]) -> Written:
    first, *others = whole.articles
    if "quotes" in table:
        first = replace(first, quotes=tuple((first.sentences[number], anchor) for number, anchor in table["quotes"]))
    if "reasoning" in table:
        first = replace(first, reasoning=paragraphs(table["reasoning"]))
    return replace(
        whole,
        title=table.get("title", whole.title),
        analysis=_flat(table.get("analysis", whole.analysis)),
        actors=tuple(table.get("actors", whole.actors)),
        articles=(first, *others),
        wrong=table["wrong"],
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, each on one line."""
    return tuple(" ".join(each.split()) for each in text.split("\n\n") if each.strip())


def _flat(text: str) -> str:
    return "\n\n".join(paragraphs(text))


# --- our own signals -------------------------------------------------------------------------------------------------


def of_signal(signal: Signal, texts: Mapping[int, Article]) -> Written:
    """A signal of the archive; `texts` by article id."""
    articles = tuple(
        WrittenArticle(
            member.title,
            member.publisher.name,
            tuple(text.sentence(number) for number in range(len(text.sentences))),
            tuple((each.quote, each.anchor) for each in member.evidence),
            member.reasoning,
        )
        for member in signal.articles
        if (text := texts.get(member.article_id)) and member.copy_of is None
    )
    return Written(f"s{signal.id}", signal.title, signal.analysis, signal.actors, articles)


# --- a page ----------------------------------------------------------------------------------------------------------


def of_page(text: str, name: str) -> Written:
    """A signal laid out as a page: **title**, ## Analysis, ## Key actors, ## Source article, quotes, ### Reasoning.

    What stands behind a rule after the reasoning is not read. Raises ValueError if there is no title or no analysis.
    """
    bold = re.search(r"\*\*(.+?)\*\*", text, re.DOTALL)
    parts = _HEADING.split(text)
    sections = [(heading.casefold(), body) for heading, body in zip(parts[1::2], parts[2::2], strict=True)]
    analysis = next((body for heading, body in sections if heading == "analysis"), None)
    if bold is None or analysis is None:
        raise ValueError(f"{name}: no signal: a bold title and a section “Analysis” are needed")
    actors = next((body for heading, body in sections if heading == "key actors"), "")
    articles = _page_articles(sections)
    named = tuple(each.strip() for each in actors.strip().split("·") if each.strip())
    return Written(name, " ".join(bold[1].split()), _flat(analysis), named, articles)


def _page_articles(sections: Sequence[tuple[str, str]]) -> tuple[WrittenArticle, ...]:
    found: list[WrittenArticle] = []
    for heading, body in sections:
        if heading.startswith("source article"):
            quotes = tuple((" ".join(quote.split()), anchor) for quote, anchor in _QUOTE.findall(body))
            found.append(WrittenArticle(body.strip().partition("\n")[0], "", (), quotes, ()))
        elif heading.startswith("reasoning") and found:
            said = paragraphs(body.partition("\n---")[0])
            found[-1] = replace(found[-1], reasoning=said)
    return tuple(found)
