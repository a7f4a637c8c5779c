"""Whether titles report one act: the same done to the same object in the same place, by whatever verb it is said.

Two publishers often tell one event by synonyms ("Prices of bread soar in Ruritania", "Ruritanian food prices are
surging"), so that their titles share too few words to be compared by them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import NamedTuple

from bot.signals.tokens import key
from bot.text import word_relations
from bot.text.term_weights import prior_rates
from bot.text.tokenisation import term

_ACTS = """
soar surge jump climb rise rocket skyrocket spike
fall drop plunge tumble slump sink decline plummet
ban prohibit outlaw forbid bar prohibition
quit resign resignation
cut slash reduce reduction
oust impeach topple
investigate probe inquiry investigation
repeal revoke scrap abolish rescind
strike walkout
sign agree
approve pass adopt
launch unveil
buy acquire takeover acquisition
sue lawsuit
fine penalise penalize
halt suspend pause suspension
recall withdraw withdrawal
nationalise nationalize seize
postpone delay defer
"""
"""Verbs, and their nouns, that newspapers use for one act, a line an act. Violence, accidents and arrests are left out:
there are several of one kind in a country in a day."""
_ANYBODY = """
government president minister premier police court parliament official authority lawmaker senator judge army troop
people man woman child worker party leader chief firm company state nation
"""
"""Who may do anything or have it done to them: no object by which an act is known."""
_COMMON = 0.1
"""A word in more than this share of news articles is no object either."""


class TitleAct(NamedTuple):
    """What titles say, by term keys: acts (as lines of _ACTS), codes of places, and objects."""

    acts: frozenset[int]
    places: frozenset[str]
    objects: frozenset[int]

    def is_same(self, other: TitleAct) -> bool:
        """Whether both name an act and an object in common, and the same places, of which there is one at least."""
        if not self.places or self.places != other.places:
            return False
        return not (self.acts.isdisjoint(other.acts) or self.objects.isdisjoint(other.objects))


def of_titles(titled: Collection[int]) -> TitleAct:
    """What titles say whose terms have these keys; English only."""
    acts, places, no_objects = _act_keys(), _place_keys(), _no_objects()
    return TitleAct(
        frozenset(acts[each] for each in titled if each in acts),
        frozenset(places[each] for each in titled if each in places),
        frozenset(each for each in titled if each > 0 and each not in no_objects),
    )


@cache
def _act_keys() -> Mapping[int, int]:
    """The line of _ACTS by the key of each word in it."""
    return {key(stem): at for at, line in enumerate(_ACTS.strip().splitlines()) for stem in _stems(line)}


@cache
def _place_keys() -> Mapping[int, str]:
    return {key(stem): code for stem, code in word_relations.places().items()}


@cache
def _no_objects() -> frozenset[int]:
    common = {key(each) for each, rate in prior_rates().items() if rate > _COMMON}
    return frozenset({*_act_keys(), *_place_keys(), *common, *map(key, _stems(_ANYBODY))})


def _stems(words: str) -> list[str]:
    return [term(word) or word for word in words.split()]
