"""Write the analysis of a signal without a model: a paragraph of a few sentences of its articles, verbatim.

quotes of the articles that speak of the title, then their first sentences, then quotes of the other articles
| neither the card's quote nor the title, nothing twice, none that needs the sentence before it | at most MOST_SENTENCES
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

MOST_SENTENCES, LEAST_SENTENCES = 3, 2
"""How many sentences an analysis has, where the texts have that many which say something new."""
_FIRST_SENTENCES = 8  # how many first sentences of an article are considered where its quotes are too few
_NEAR_TITLE = 0.25  # share of the title's terms that a headline or quote holds if it speaks of the same
_LEAST_WORDS = 5  # a shorter sentence says too little
_OBJECTIONS = {Stance.CONTRADICTS: "{name} contradicts it.", Stance.CORRECTS: "{name} has corrected it."}
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")


class _Sentence(NamedTuple):
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
    """A paragraph on the signal, whose title is the one to be shown; "" where no text has a sentence.

    `speaking` are the articles that tell it, `against` those that contradict or correct it, of which the last is told
    at the end; `texts` are their texts by id. Where there is nothing else, it is the card's quote, and what follows
    on it (“But the blocks keep moving …”).
    """
    shown = quoting.ranked(signal)
    quote = shown[0].evidence.quote if shown else ""
    chosen = _sentences(signal.title, quote, speaking, texts, MOST_SENTENCES - bool(against))
    said = [each.words for each in _in_order(chosen)]
    said = said or _with_what_follows(shown[:1], texts) or [_only_sentence(signal.title, quote, speaking)]
    return " ".join((*said, *_objection(against))).strip()


def _with_what_follows(shown: Sequence[quoting.Quotable], texts: Mapping[int, Article]) -> list[str]:
    """The quote and the sentence after it, which makes sense behind it only; [] where none follows in its paragraph."""
    for article, evidence in shown:
        text = texts.get(article.article_id)
        for start, end in _quotable(text) if text else ():
            if text and start >= evidence.end:
                after = _on_one_line(text.text[start:end])
                same = "\n" not in text.text[evidence.end : start]
                return [_on_one_line(evidence.quote), after] if same and _continues(after) else []
    return []


def _continues(words: str) -> bool:
    whole = words.rstrip(" ”\"’')»").endswith((".", "!")) and len(words) <= quoting.LONGEST
    return whole and len(words.split()) >= _LEAST_WORDS and words[0].isalnum()


def _only_sentence(title: str, quote: str, members: Sequence[SignalArticle]) -> str:
    """The analysis where the texts have one sentence only: that sentence; where it is the title too, the headline."""
    if not quoting.repeats(quote, [title], members[0].language if members else None) or not members:
        return _ended_as_sentence(quote)
    headline = claims.headline(members[0].title, members[0].publisher.name)
    if quoting.repeats(headline, [title], members[0].language):
        return _ended_as_sentence(quote)
    return f"All that could be read of it is one sentence, under the headline: {_with_full_stop(headline)}"


def _with_full_stop(words: str) -> str:
    return words if words.endswith(_SENTENCE_ENDS) else f"{words}."


def _ended_as_sentence(words: str) -> str:
    """At most quoting.LONGEST characters; cut at a clause it ends like a sentence: it is not in quotation marks."""
    if len(words) <= quoting.LONGEST:
        return words
    kept = words[: clauses.clause_end(words, quoting.LONGEST - 1)].rstrip(" ,;:–—")
    inner = kept.rstrip('”"’»')
    return f"{inner.rstrip(',;:')}.{kept[len(inner) :]}"


def _sentences(
    title: str, quote: str, members: Sequence[SignalArticle], texts: Mapping[int, Article], room: int
) -> list[_Sentence]:
    """At most `room` sentences; each further kind is used only while there are fewer than LEAST_SENTENCES."""
    ordered = sorted(members, key=lambda m: (-m.consequence.points - m.substance.points, m.published))
    near = [member for member in ordered if _is_near(title, member)] or ordered
    chosen: list[_Sentence] = []
    for further in (_quoted(near), _first_sentences_of(near, texts), _quoted(ordered)):
        if len(chosen) < LEAST_SENTENCES:
            chosen += _chosen(further, [quote, title, *(each.words for each in chosen)], room - len(chosen))
    return chosen


def _chosen(found: Iterable[_Sentence], said: list[str], room: int) -> list[_Sentence]:
    """The first that stand by themselves and say something beside what is `said`."""
    chosen: list[_Sentence] = []
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
    whole = words.rstrip(" ”\"’')»").endswith(_SENTENCE_ENDS) and len(words) <= quoting.LONGEST
    return whole and len(words.split()) >= _LEAST_WORDS and not quoting.hangs(words, language)


def _is_near(title: str, member: SignalArticle) -> bool:
    """Whether the article speaks of what the title says, in its headline or its quotes."""
    words = (member.title, *(each.quote for each in member.evidence))
    return any(quoting.share(title, each, member.language) >= _NEAR_TITLE for each in words)


def _quoted(ordered: Sequence[SignalArticle]) -> Iterator[_Sentence]:
    """The first quote of each article, then the second ones."""
    most = max((len(member.evidence) for member in ordered), default=0)
    for turn in range(most):
        for member in ordered:
            if turn < len(member.evidence):
                quote = member.evidence[turn]
                yield _Sentence(_on_one_line(quote.quote), member, quote.start)


def _first_sentences_of(members: Sequence[SignalArticle], texts: Mapping[int, Article]) -> Iterator[_Sentence]:
    """The first sentences of each text that may be quoted."""
    for member in members:
        text = texts.get(member.article_id)
        for start, end in _quotable(text) if text else ():
            yield _Sentence(_on_one_line(text.text[start:end]) if text else "", member, start)


def _quotable(text: Article) -> Sequence[Span]:
    """The first sentences; where one of them speaks to a machine reader, neither it nor those around it."""
    first = beginning(text)[:_FIRST_SENTENCES]
    if not any(orders(text.text[start:end]) for start, end in first):
        return first
    allowed = frozenset(scan(text).quotable())
    return [span for number, span in enumerate(first) if number in allowed]


def _in_order(chosen: Sequence[_Sentence]) -> list[_Sentence]:
    """Sentences of one article together, in its own order; articles in the order of their first."""
    order = list(dict.fromkeys(each.article.article_id for each in chosen))
    return sorted(chosen, key=lambda each: (order.index(each.article.article_id), each.start))


def _objection(against: Sequence[SignalArticle]) -> Iterator[str]:
    """Who speaks against it, and its first quote."""
    for member in against[-1:]:
        yield _OBJECTIONS[member.stance].format(name=member.publisher.name)
        if member.evidence:
            yield _shortened(_on_one_line(member.evidence[0].quote))


def _shortened(words: str) -> str:
    return clauses.shortened(words, quoting.LONGEST)


def _on_one_line(words: str) -> str:
    return " ".join(words.split())
