"""What is said of one article and of a signal without a model: observations, in sentences that can be pointed to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from zlib import crc32

from bot.analysts.lexical.amounts import MEANINGS
from bot.analysts.lexical.assertive import REASONED, assertion, asserts
from bot.analysts.lexical.claims import headline, lead_clause
from bot.analysts.lexical.picks import heaviest
from bot.analysts.lexical.salience import Sentence
from bot.analysts.lexical.words import Scan
from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.finding import ArticleKind, Part, Stance
from bot.model.signal import Composition, Dossier, SignalArticle

READ_BY = "extractive"

_OPENINGS = (
    "The article is about {actors}.",
    "At the centre of the article stand {actors}.",
    "The article names {actors}.",
    "The report turns on {actors}.",
)
_OPENINGS_ONE = (
    "The article is about {actors}.",
    "At the centre of the article stands {actors}.",
    "The article names {actors}.",
    "The report turns on {actors}.",
)
_FIGURES = (
    "It gives the figure “{figure}”.",
    "It puts a figure to it: “{figure}”.",
    "The figure it gives is “{figure}”.",
    "It counts “{figure}”.",
)
_SOURCES = (
    "For what it says it names {source}.",
    "It rests on {source}, whom it names.",
    "The source it names is {source}.",
    "It relies on {source} by name.",
)
_WEIGHTS = (
    "Its own words speak for its weight: {facts}.",
    "Its weight is read from its wording: {facts}.",
    "It was weighed by its wording: {facts}.",
    "Its weight rests on how it puts things: {facts}.",
)
_LIMITS = (
    "Read without a model: these are observations, and the article’s own sentences above say more.",
    "This was read without a model, so nothing is inferred beyond what is quoted.",
    "Read without a model; why it happened is left to the quotes.",
    "A model did not read this: what is said here stands in the text itself.",
)


def reasoning(
    scan: Scan,
    actors: Sequence[str],
    chosen: Sequence[Sentence],
    weight: Part,
    support: Part,
    *,
    labels: Sequence[str] = (),
) -> tuple[str, ...]:
    """Two paragraphs of observation on one article, with the words its labels rest on.

    The wording varies with the text, and is the same every time.
    """
    say = _Voice(crc32(scan.article.text.encode()))
    observed = _observed(scan, actors, chosen, support, say)
    words = list(dict.fromkeys(fact.partition(":")[0] for fact in weight.facts))
    weighed = say(_WEIGHTS, facts=_listed(words)) if words else "Nothing in its wording speaks for a change of weight."
    filed = (
        f" It is filed by its words: {_listed([label.replace(': of', ', of') for label in labels])}." if labels else ""
    )
    return (observed, f"{weighed}{filed} {say(_LIMITS)}")


def _observed(scan: Scan, actors: Sequence[str], chosen: Sequence[Sentence], support: Part, say: _Voice) -> str:
    first: list[str] = []
    if actors:
        first.append(say(_OPENINGS if len(actors) > 1 else _OPENINGS_ONE, actors=_listed(actors[:3])))
    figures = [amount for sentence in chosen for amount in sentence.amounts]
    if figures:
        figure = heaviest(figures)
        first.append(say(_FIGURES, figure=scan.article.text[figure.start : figure.end]))
    source = next((fact.removeprefix("a named source: ") for fact in support.facts if "named source" in fact), None)
    if source:
        first.append(say(_SOURCES, source=source))
    if any("direct statement" in fact for fact in support.facts):
        first.append("It quotes somebody directly.")
    return " ".join(first) or "The article names nobody and gives no figure in the sentences quoted here."


class _Voice:
    """Chooses among ways to say a thing, by a seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __call__(self, ways: Sequence[str], **words: str) -> str:
        self._seed, index = divmod(self._seed, len(ways))
        return ways[index].format(**words)


def _listed(words: Sequence[str]) -> str:
    """a, b and c"""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


# --- composing -----------------------------------------------------------------------------------------------------


MOST_SENTENCES = 4
_AGAINST = {Stance.CONTRADICTS: "Against it,", Stance.CORRECTS: "Corrected by"}


def compose(dossier: Dossier) -> Composition:
    """A real headline, whole sentences, what contradicts them, and what to watch for."""
    signal = dossier.signal
    speaking = [m for m in signal.articles if m.stance not in (Stance.CONTRADICTS, Stance.CORRECTS, Stance.COPY)]
    members = speaking or list(signal.articles)
    against = [m for m in signal.articles if m.stance in (Stance.CONTRADICTS, Stance.CORRECTS)]
    contrary = tuple(m.evidence[0] for m in against if m.evidence)
    title = _title(members, dossier.texts) or signal.title
    return Composition(
        title=title,
        analysis=_analysis(title, members, against, dossier.texts) or signal.analysis,
        change_mind=_change_mind(members, against),
        contrary=contrary,
        composed_by=READ_BY,
    )


def _title(members: Sequence[SignalArticle], texts: Sequence[Article]) -> str | None:
    """The headline that says most: a claim, if it may be with its reason, of news, with figures, not too long.

    Where no headline makes a claim, the main clause of a lead that does.
    """
    titles = [(headline(m.title, m.publisher.name), m) for m in members if m.title.strip()]
    if not any(asserts(title, member.language) for title, member in titles):
        titles += _leads(members, texts)
    weighed = [(_weight(title, member), title, member) for title, member in titles]
    least = max((weight for weight, _, _ in weighed), default=0.0) - _CLAIM_COUNTS * REASONED
    near = [each for each in weighed if each[0] >= least]  # of no other the claim matters
    best = max(near, key=lambda each: _informative(*each), default=None)
    return best[1] if best else None


def _leads(members: Sequence[SignalArticle], texts: Sequence[Article]) -> list[tuple[str, SignalArticle]]:
    """The main clauses of leads that make a claim."""
    by_id = {article.id: article for article in texts}
    held = ((member, by_id[member.article_id]) for member in members if member.article_id in by_id)
    leads = ((lead_clause(article), member) for member, article in held)
    return [(lead, member) for lead, member in leads if lead and asserts(lead, member.language)]


_GOOD_LENGTH = range(6, 17)
_CLAIM_COUNTS = 2.0


def _informative(weight: float, title: str, member: SignalArticle) -> tuple[float, float]:
    return weight + _CLAIM_COUNTS * assertion(title, member.language), -member.published.timestamp()


def _weight(title: str, member: SignalArticle) -> float:
    """How much it says, whether it is a claim left aside."""
    words = title.split()
    value = min(len(words), 14) / 2.0 + 1.5 * (len(words) in _GOOD_LENGTH)
    value += 1.0 * any(map(str.isdigit, title)) + member.consequence.points
    return value - 8.0 * title.endswith("?") - 6.0 * (member.kind is not ArticleKind.NEWS) - 3.0 * (":" in title)


def _analysis(
    title: str, members: Sequence[SignalArticle], against: Sequence[SignalArticle], texts: Sequence[Article]
) -> str:
    """Whole sentences of the articles as they stand, the weightiest article's first; what contradicts them last.

    The quote that evidences the title is left for the reader's eye beside it: it is not said here too, unless there
    is nothing else.
    """
    ordered = sorted(members, key=lambda m: (-m.consequence.points - m.substance.points, m.published))
    kept = _evidencing(title, ordered)
    room = MOST_SENTENCES - bool(against)
    chosen = _chosen(_told(ordered), kept, title, room)
    if len(chosen) < FEWEST:
        chosen = _chosen([*_told(ordered), *_further(ordered, texts)], kept, title, FEWEST)
    if not chosen and kept:
        chosen = [(kept.article_id, kept.start, kept.quote)]
    rank = {member.article_id: at for at, member in enumerate(ordered)}
    lines = [" ".join(words for _, _, words in sorted(chosen, key=lambda each: (rank[each[0]], each[1])))]
    lines += [
        f"{_AGAINST[m.stance]} {m.publisher.name}: {_line(m.evidence[0].quote)}" for m in against[-1:] if m.evidence
    ]
    return "\n\n".join(filter(None, lines))


FEWEST, LONGEST = 2, 320
_Told = tuple[int, int, str]
"""An article, where a sentence of it begins, and its words on one line."""
_ASIDE = re.compile(
    r"(?:but|and|yet|so|or|for now|meanwhile|still|however|he|she|it|they|this|that|these|those|his|her|their|its|here"
    r"|aber|und|doch|er|sie|es|mais|et|il|elle|ils|pero|y|él|ella|ma|e|lui|lei|mas|ele|ela|maar|en|hij|zij)\b",
    re.IGNORECASE,
)
"""How a sentence begins that leans on the one before it."""
_NOTICE = re.compile(
    r"\b(?:image credit|has (?:more|details|the story)|(?:talks|speaks|spoke) (?:to|with)|NPR|sign up|read more)\b"
)


def _evidencing(title: str, ordered: Sequence[SignalArticle]) -> Evidence | None:
    """The quote that says most of what the title says; of equals one of the article whose headline it is."""
    wanted = _longer_words(title)

    def shared(pair: tuple[SignalArticle, Evidence]) -> tuple[int, bool]:
        member, evidence = pair
        own = headline(member.title, member.publisher.name) == title
        return len(wanted & _longer_words(evidence.quote)) + own, not _ASIDE.match(evidence.quote)

    pairs = [(member, evidence) for member in ordered for evidence in member.evidence]
    return max(pairs, key=shared)[1] if pairs else None


def _told(ordered: Sequence[SignalArticle]) -> list[_Told]:
    """The quotes, one of each article first, then a second of each."""
    most = max((len(member.evidence) for member in ordered), default=0)
    turns = [member.evidence[turn] for turn in range(most) for member in ordered if turn < len(member.evidence)]
    return [(each.article_id, each.start, _line(each.quote)) for each in turns]


def _further(ordered: Sequence[SignalArticle], texts: Sequence[Article]) -> list[_Told]:
    """The first sentences of the articles, where their quotes are too few."""
    by_id = {article.id: article for article in texts}
    held = [by_id[member.article_id] for member in ordered if member.article_id in by_id]
    return [(each.id, start, _line(each.text[start:end])) for each in held for start, end in each.sentences[:_LEADING]]


_LEADING = 6


def _chosen(told: Iterable[_Told], kept: Evidence | None, title: str, room: int) -> list[_Told]:
    """Up to so many that stand alone and say something new beside the title and the quote."""
    chosen: list[_Told] = []
    said = [_longer_words(kept.quote)] if kept else []
    for article_id, start, words in told:
        longer = _longer_words(words)
        if len(chosen) < room and _stands(words, title) and _fresh(longer, said):
            chosen.append((article_id, start, words))
            said.append(longer)
    return chosen


def _stands(words: str, title: str) -> bool:
    """Whether the sentence is whole, no longer than is read in one breath, no question, and leans on no other."""
    ends = words.rstrip("”\"’»' )").endswith((".", "!"))
    own = words.strip(' .“”"').casefold() != title.strip(' .“”"').casefold()
    return ends and own and len(words) <= LONGEST and not _ASIDE.match(words) and not _NOTICE.search(words)


def _fresh(words: frozenset[str], said: Iterable[frozenset[str]]) -> bool:
    """Whether a sentence of these words says something new: less than half of the shorter's stand in the other."""
    return all(len(words & other) < 0.5 * (min(len(words), len(other)) or 1) for other in said)


def _longer_words(text: str) -> frozenset[str]:
    return frozenset(word.strip(".,;:“”\"'’()").lower() for word in text.split() if len(word) > 3)


def _line(words: str) -> str:
    return " ".join(words.split())


def _change_mind(members: Sequence[SignalArticle], against: Sequence[SignalArticle]) -> str:
    """What would move the strength, from what is known: never a prediction."""
    figure = "" if any(member.stance is Stance.CORRECTS for member in against) else _figure(members)
    dispute = f"It is disputed or corrected already, by {_listed(_names(against))}." if against else ""
    return " ".join(words for words in (dispute, _voices(members), figure) if words)


def _names(members: Iterable[SignalArticle]) -> list[str]:
    return list(dict.fromkeys(member.publisher.name for member in members))


def _voices(members: Sequence[SignalArticle]) -> str:
    names = _names(members)
    if len(names) == 1:
        return f"A second publisher that reports the same would strengthen it; so far only {names[0]} does."
    return f"A denial by those it names, or a correction by {_listed(names[:3])}, would weaken it."


def _figure(members: Sequence[SignalArticle]) -> str:
    facts = [words for m in members for words, _, sense in map(_parted, m.consequence.facts) if sense in MEANINGS]
    return f"A much smaller figure than {facts[0]} would weaken it." if facts else ""


def _parted(fact: str) -> tuple[str, str, str]:
    return fact.partition(": ")
