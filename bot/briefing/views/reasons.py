"""Why a part of strength has its points, in one sentence: what the recorded facts come to."""

from __future__ import annotations

from bot.briefing.views.wording import UNSAID
from bot.model.finding import Part
from bot.text.listing import listed

LEVELS = ("a wording", "a firm or an office", "a market or many people", "a whole market or a country")
ORDER = "an order of things"
MOST_HITS = 3
_LABELLED = (": of the topic ", ": of the place ")
_NAMED, _FIGURE, _SPOKEN = "named source: ", "a figure: ", "a direct statement"


def reason(name: str, part: Part) -> str:
    """One sentence; `name` is the part's ("consequence", "evidence", "novelty", "corroboration")."""
    words = {"consequence": _consequence, "evidence": _evidence}.get(name, _facts)(part)
    said = words or UNSAID[name][min(part.points, len(UNSAID[name]) - 1)]
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."


def _consequence(part: Part) -> str:
    """ "shares of every memory maker fell: a market"; what was read in single words is said in them."""
    facts = [fact for fact in part.facts if not any(mark in fact for mark in _LABELLED)]
    hits = list(dict.fromkeys(fact.partition("”")[0] + "”" for fact in facts if fact.startswith("“")))
    phrases = [fact for fact in facts if not fact.startswith("“")]
    said = [f"it says {listed(hits[:MOST_HITS])}"] if hits else []
    said += phrases
    level = ORDER if part.points >= len(LEVELS) else LEVELS[part.points]
    if not part.points:
        return f"{'; '.join(said)}: no more than {level}" if said else ""
    return f"{'; '.join(said)}: {level}" if said else level


def _evidence(part: Part) -> str:
    """ "It names Ana Ruiz, gives a figure (“210”) and quotes somebody directly"; a model's own reason as it stands."""
    said = [words for words in map(_shown, part.facts) if words]
    rest = [fact for fact in part.facts if not _shown(fact)]
    return "; ".join(each for each in (f"it {listed(said)}" if said else "", *rest) if each)


def _shown(fact: str) -> str:
    if _NAMED in fact:
        return f"names {fact.partition(_NAMED)[2]}"
    if fact.startswith(_FIGURE):
        return f"gives a figure ({fact.removeprefix(_FIGURE)})"
    return "quotes somebody directly" if fact.startswith(_SPOKEN) else ""


def _facts(part: Part) -> str:
    return "; ".join(part.facts)
