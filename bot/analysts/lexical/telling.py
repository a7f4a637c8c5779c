"""What is said of one article, and of a signal, without a model: facts that can be pointed to in the texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.analysts.lexical import summarising
from bot.analysts.lexical.amounts import MEANINGS
from bot.analysts.lexical.assertive import REASONED, assertion, asserts
from bot.analysts.lexical.claims import headline, lead_clause
from bot.analysts.lexical.salience import Sentence
from bot.analysts.lexical.weigh import REACH_WORDS
from bot.analysts.lexical.words import Scan
from bot.model.article import Article
from bot.model.finding import ArticleKind, Part, Stance
from bot.model.signal import Composition, Dossier, SignalArticle
from bot.signals import quoting
from bot.text import taxonomy
from bot.text.listing import listed

READ_BY = "extractive"


def reasoning(
    scan: Scan,
    actors: Sequence[str],
    chosen: Sequence[Sentence],
    weight: Part,
    support: Part,
    *,
    labels: Sequence[str] = (),
) -> tuple[str, ...]:
    """What one article shows, as facts in a list, a line each: “Who says so: Ana Ruiz.”

    `weight` and `support` are its parts of strength, `labels` the facts that named its topics and places (“memory
    chip”: of the topic chips), whose words stand with the strength. A line without anything to say is left out.
    """
    text = scan.article.text
    figures = [text[amount.start : amount.end] for sentence in chosen for amount in sentence.amounts]
    lines = (
        ("What happens", [words for words in _happenings(weight) if words not in map(_quoted, figures)]),
        ("Figures", list(map(_quoted, figures))[:MOST_FIGURES]),
        ("Who acts", actors[:MOST_NAMED]),
        ("Who says so", _sources(support)),
        ("About", [_labelled(label, TOPIC) for label in labels if TOPIC in label]),
        ("Where", [_labelled(label, PLACE) for label in labels if PLACE in label]),
    )
    return tuple(f"{name}: {listed(list(dict.fromkeys(facts)))}." for name, facts in lines if facts)


MOST_FIGURES, MOST_NAMED = 3, 3
TOPIC, PLACE = ": of the topic ", ": of the place "


def _happenings(weight: Part) -> list[str]:
    """The words for what is done, without those that only say how far it reaches (“world”)."""
    return [_words(fact) for fact in weight.facts if not fact.endswith(tuple(REACH_WORDS.values()))]


def _quoted(words: str) -> str:
    return f"“{words}”"


def _words(fact: str) -> str:
    return fact.partition(": ")[0]


def _sources(support: Part) -> list[str]:
    """Who is named as saying it, and whether in a direct statement; empty: nobody is."""
    named = [fact.partition(": ")[2] for fact in support.facts if "named source" in fact][:1]
    spoken = any("direct statement" in fact for fact in support.facts)
    return [f"{name}, in a direct statement" if spoken else name for name in named]


def _labelled(label: str, kind: str) -> str:
    """“Germany’s”: of the place DE → Germany"""
    name = label.partition(kind)[2]
    place = taxonomy.load().place(name) if kind == PLACE else None
    return place.name if place else name


# --- composing -----------------------------------------------------------------------------------------------------


def compose(dossier: Dossier) -> Composition:
    """A real headline, sentences of the articles, what contradicts them, and what to watch for."""
    signal = dossier.signal
    speaking = [m for m in signal.articles if m.stance not in (Stance.CONTRADICTS, Stance.CORRECTS, Stance.COPY)]
    members = speaking or list(signal.articles)
    against = [m for m in signal.articles if m.stance in (Stance.CONTRADICTS, Stance.CORRECTS)]
    contrary = tuple(m.evidence[0] for m in against if m.evidence)
    title = _title(members, dossier.texts) or signal.title
    texts = {text.id: text for text in dossier.texts}
    return Composition(
        title=title,
        analysis=summarising.analysis(replace(signal, title=title), members, against, texts) or signal.analysis,
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
        titles += _lead_clauses(members, texts)
    central = _centrality(members)
    weighed = [(_weight(title, member) + central(title, member), title, member) for title, member in titles]
    least = max((weight for weight, _, _ in weighed), default=0.0) - _CLAIM_WEIGHT * REASONED
    near = [each for each in weighed if each[0] >= least]  # of no other the claim matters
    best = max(near, key=lambda each: _informative(*each), default=None)
    return best[1] if best else None


def _lead_clauses(members: Sequence[SignalArticle], texts: Sequence[Article]) -> list[tuple[str, SignalArticle]]:
    """The main clauses of leads that make a claim."""
    by_id = {article.id: article for article in texts}
    held = ((member, by_id[member.article_id]) for member in members if member.article_id in by_id)
    leads = ((lead_clause(article), member) for member, article in held)
    return [(lead, member) for lead, member in leads if lead and asserts(lead, member.language)]


def _centrality(members: Sequence[SignalArticle]) -> Callable[[str, SignalArticle], float]:
    """Return a function that says how much of a title the other headlines say too, from 0 to _CENTRALITY_WEIGHT.

    It is 0 where a title has only one other to compare with: two articles do not show what many have in common."""
    voices = [(member.article_id, member.title) for member in members[-_COMPARED:]]

    def share(title: str, member: SignalArticle) -> float:
        others = [words for number, words in voices if number != member.article_id]
        shares = [quoting.share(title, words, member.language) for words in others]
        return _CENTRALITY_WEIGHT * sum(shares) / len(shares) if len(shares) > 1 else 0.0

    return share


_CENTRALITY_WEIGHT = 8.0
"""Measured, like the weights below, by `python -m tests.bench judged FOLDER`."""
_COMPARED = 5
"""How many of the latest articles are compared, so that a signal of many costs no more."""
_GOOD_LENGTH_WORDS = range(6, 17)
_CLAIM_WEIGHT = 2.0


def _informative(weight: float, title: str, member: SignalArticle) -> tuple[float, float]:
    return weight + _CLAIM_WEIGHT * assertion(title, member.language), -member.published.timestamp()


def _weight(title: str, member: SignalArticle) -> float:
    """How much it says, whether it is a claim left aside."""
    words = title.split()
    value = min(len(words), 14) / 2.0 + 1.5 * (len(words) in _GOOD_LENGTH_WORDS)
    value += 1.0 * any(map(str.isdigit, title)) + member.consequence.points
    return value - 8.0 * title.endswith("?") - 6.0 * (member.kind is not ArticleKind.NEWS) - 3.0 * (":" in title)


def _change_mind(members: Sequence[SignalArticle], against: Sequence[SignalArticle]) -> str:
    """What would move the strength, in one sentence: never a prediction, and never what has come already."""
    names = _names(members)
    disputed = listed(_names(member for member in against if member.stance is Stance.CONTRADICTS))
    if disputed:
        return f"{disputed} already contradicts it; a confirmation by those it names would strengthen it again."
    if len(names) == 1:
        return f"A second publisher that reports the same would strengthen it; so far only {names[0]} does."
    doubts = ["a denial by those it names"]
    doubts += [] if against else ["a correction", *_smaller_figures(members)]
    words = listed(doubts, "or")
    return f"{words[0].upper()}{words[1:]} would weaken it."


def _smaller_figures(members: Sequence[SignalArticle]) -> list[str]:
    facts = [words for m in members for words, _, sense in map(_parted, m.consequence.facts) if sense in MEANINGS]
    return [f"a much smaller figure than {words}" for words in facts[:1]]


def _names(members: Iterable[SignalArticle]) -> list[str]:
    return list(dict.fromkeys(member.publisher.name for member in members))


def _parted(fact: str) -> tuple[str, str, str]:
    return fact.partition(": ")
