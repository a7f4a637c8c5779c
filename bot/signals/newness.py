"""What an article adds to a signal: actors and figures the signal does not have; and which names both share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, filterfalse

from bot.model.article import Article
from bot.model.signal import Signal
from bot.text.cache import BoundedCache, cached
from bot.text.term_weights import prior_rates
from bot.text.tokenisation import chunks, fold, terms, words, words_of_chunk

ACTORS_COMPARED = 5
NOTHING_NEW = "tells more"
_DIGITS = re.compile(r"\d[\w.,]")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def lead_names(actors: Sequence[str], shared: Sequence[str]) -> tuple[str, ...]:
    """Up to three of the shared names, the finding's actors first, leaving out names that are part of another."""
    ordered = sorted(shared, key=lambda name: name not in actors)
    folded = [fold(name) for name in ordered]
    every = "\n".join(folded)
    whole = [name for name, own in zip(ordered, folded, strict=True) if every.count(own) == 1]
    return tuple((whole or ordered)[:3])


def rare_words(article: Article, signal: Signal) -> list[str]:
    """Uncommon words of the article's title, as written, that also occur in the signal's titles."""
    titles = " ".join((signal.title, *(member.title for member in signal.articles)))
    known = set(terms(titles, article.language))
    return [
        word
        for word in dict.fromkeys(words(article.title))
        if (found := terms(word, article.language))
        and found[0] in known
        and found[0] not in prior_rates()
        and word.isalpha()
    ]


def new_actors(actors: Sequence[str], signal: Signal) -> list[str]:
    """The actors that the signal does not name, not even by a longer or shorter form of the name."""
    known = list(map(_SPACED.__getitem__, signal.actors))
    every = "\n".join(known)
    spaced = zip(actors, map(_SPACED.__getitem__, actors), strict=True)
    return [actor for actor, name in spaced if name not in every and not any(map(name.__contains__, known))]


_SPACED = BoundedCache(lambda actor: f" {fold(actor)} ")


def new_figures(said: Iterable[str], signal: Signal) -> set[str]:
    """Figures in the texts `said` that do not occur in the signal's titles, quotes and facts."""
    new = {figure for text in said for figure in _figures_of(text)}
    for text in _known(signal) if new else ():
        new.difference_update(_figures_of(text))
        if not new:
            break
    return new


@cached(1 << 12)  # a signal's texts are asked for again with each article that joins it
def _figures_of(text: str) -> tuple[str, ...]:
    """Words that begin with a digit, except the years 1900 to 2099 and single digits."""
    if not _DIGITS.search(text):
        return ()
    return tuple(chain.from_iterable(map(_FIGURES.__getitem__, filterfalse(str.isalpha, chunks(text)))))


def _figures_in(piece: str) -> tuple[str, ...]:
    found = [word for word in words_of_chunk(piece) if word[0].isdigit() and len(word) > 1]
    return tuple(word for word in found if not (len(word) == 4 and word.isdigit() and word[:2] in ("19", "20")))


_FIGURES = BoundedCache(_figures_in)


def _known(signal: Signal) -> Iterator[str]:
    yield signal.title
    yield signal.analysis
    for member in signal.articles:
        yield member.title
        yield from member.reasoning
        yield from member.consequence.facts
        yield from member.substance.facts
        for evidence in member.evidence:
            yield evidence.quote
