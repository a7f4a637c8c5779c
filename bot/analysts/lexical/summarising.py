"""The analysis of a signal without a model: a few sentences of its articles as they stand, that read as one paragraph.

quotes of the articles near the title, then sentences around them, then quotes of the others
| not the card's quote, not the title, nothing twice, none that hangs on one before it | at most MOST
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.analysts.lexical import claims
from bot.analysts.lexical.words import beginning, orders, scan
from bot.model.article import Article
from bot.model.evidence import Span
from bot.model.finding import Stance
from bot.model.signal import Signal, SignalArticle
from bot.signals import quoting
from bot.text import clauses

MOST, LEAST = 3, 2
"""Sentences of an analysis, as far as the texts have so many that say something new."""
_AROUND = 8  # of an article, so many first sentences are looked at where its quotes are too few
_NEAR = 0.25  # the share of the title that a headline or a quote says which speaks of the same
_WORDS = 5  # a shorter sentence says too little
_AGAINST = {Stance.CONTRADICTS: "{name} contradicts it.", Stance.CORRECTS: "{name} has corrected it."}
_ENDS = (".", "!", "?", "…", "。", "！", "？")


class _Said(NamedTuple):
    """A sentence and where it stands."""

    words: str
    article: SignalArticle
    start: int


def analysis(
    signal: Signal,
    speaking: Sequence[SignalArticle],
    against: Sequence[SignalArticle],
    texts: Mapping[int, Article],
) -> str:
    """A paragraph on the signal (whose title is the one to be shown); "" where there is no sentence at all.

    `speaking` are the articles that tell it, `against` those that contradict or correct it, of which the last is told
    at the end; `texts` are their texts by id. Where there is nothing else, it is the card's quote.
    """
    shown = quoting.ranked(signal)
    quote = shown[0].evidence.quote if shown else ""
    chosen = _sentences(signal.title, quote, speaking, texts, MOST - bool(against))
    said = [each.words for each in _in_order(chosen)] or [_alone(signal.title, quote, speaking)]
    return " ".join((*said, *_objection(against))).strip()


def _alone(title: str, quote: str, members: Sequence[SignalArticle]) -> str:
    """Where the texts have a single sentence: that one, up to a clause that ends; where it is the title too, what they
    call it."""
    if not quoting.repeats(quote, [title], members[0].language if members else None) or not members:
        return _ended(quote)
    headline = claims.headline(members[0].title, members[0].publisher.name)
    if quoting.repeats(headline, [title], members[0].language):
        return _ended(quote)
    return f"All that could be read of it is one sentence, under the headline: {_stopped(headline)}"


def _stopped(words: str) -> str:
    return words if words.endswith(_ENDS) else f"{words}."


def _ended(words: str) -> str:
    """At most quoting.LONGEST characters; cut at a clause it ends like a sentence: it is not in quotation marks."""
    if len(words) <= quoting.LONGEST:
        return words
    kept = words[: clauses.clause_end(words, quoting.LONGEST - 1)].rstrip(" ,;:–—")
    inner = kept.rstrip('”"’»')
    return f"{inner.rstrip(',;:')}.{kept[len(inner) :]}"


def _sentences(
    title: str, quote: str, members: Sequence[SignalArticle], texts: Mapping[int, Article], room: int
) -> list[_Said]:
    """At most `room` sentences; a further place is looked through only while there are fewer than LEAST."""
    ordered = sorted(members, key=lambda m: (-m.consequence.points - m.substance.points, m.published))
    near = [member for member in ordered if _is_near(title, member)] or ordered
    chosen: list[_Said] = []
    for further in (_quoted(near), _around(near, texts), _quoted(ordered)):
        if len(chosen) < LEAST:
            chosen += _chosen(further, [quote, title, *(each.words for each in chosen)], room - len(chosen))
    return chosen


def _chosen(found: Iterable[_Said], said: list[str], room: int) -> list[_Said]:
    """The first that stand by themselves and say something beside what is `said`."""
    chosen: list[_Said] = []
    for each in found:
        if len(chosen) == room:
            break
        language = each.article.language
        if _stands(each.words, language) and not quoting.repeats(each.words, said, language):
            chosen.append(each)
            said.append(each.words)
    return chosen


def _stands(words: str, language: str | None) -> bool:
    """Whether it is a whole sentence of its own, and no longer than reads well."""
    whole = words.rstrip(" ”\"’')»").endswith(_ENDS) and len(words) <= quoting.LONGEST
    return whole and len(words.split()) >= _WORDS and not quoting.hangs(words, language)


def _is_near(title: str, member: SignalArticle) -> bool:
    """Whether the article speaks of what the title says, in its headline or its quotes."""
    words = (member.title, *(each.quote for each in member.evidence))
    return any(quoting.share(title, each, member.language) >= _NEAR for each in words)


def _quoted(ordered: Sequence[SignalArticle]) -> Iterator[_Said]:
    """The first quote of each article, then the second ones."""
    most = max((len(member.evidence) for member in ordered), default=0)
    for turn in range(most):
        for member in ordered:
            if turn < len(member.evidence):
                quote = member.evidence[turn]
                yield _Said(_line(quote.quote), member, quote.start)


def _around(members: Sequence[SignalArticle], texts: Mapping[int, Article]) -> Iterator[_Said]:
    """The first sentences of each text that may be quoted."""
    for member in members:
        text = texts.get(member.article_id)
        for start, end in _quotable(text) if text else ():
            yield _Said(_line(text.text[start:end]) if text else "", member, start)


def _quotable(text: Article) -> Sequence[Span]:
    """The first sentences; where one of them speaks to a machine reader, neither it nor those around it."""
    first = beginning(text)[:_AROUND]
    if not any(orders(text.text[start:end]) for start, end in first):
        return first
    allowed = frozenset(scan(text).quotable())
    return [span for number, span in enumerate(first) if number in allowed]


def _in_order(chosen: Sequence[_Said]) -> list[_Said]:
    """Sentences of one article together, in its own order; articles in the order of their first."""
    order = list(dict.fromkeys(each.article.article_id for each in chosen))
    return sorted(chosen, key=lambda each: (order.index(each.article.article_id), each.start))


def _objection(against: Sequence[SignalArticle]) -> Iterator[str]:
    """Who speaks against it, and its first quote."""
    for member in against[-1:]:
        yield _AGAINST[member.stance].format(name=member.publisher.name)
        if member.evidence:
            yield _whole(_line(member.evidence[0].quote))


def _whole(words: str) -> str:
    return clauses.shortened(words, quoting.LONGEST)


def _line(words: str) -> str:
    return " ".join(words.split())
