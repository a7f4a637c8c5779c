"""A small lexicon of requests in plain words: "stop sending me copper stuff" means `mute copper`.

What people ask of the bot without naming a command is matched whole, by the patterns in seeds/requests.toml and, for
other languages than English, in seeds/requests/. It becomes commands to offer, a command that only reads and is run, or
a sentence about what the bot cannot do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.conversation.slots import Slot, days_words, slot
from bot.conversation.small_talk import CLOCK, SENTENCES
from bot.model import locales, times
from bot.model.channel import ChannelSettings

LONGEST = 120  # characters of a request; what is longer is none, and need not be compared with every pattern
THIS = "mute this"
"""Stands for muting the signal that is talked about."""
HELLO = "hello"
"""Stands for the greeting."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a request in plain words may mean."""

    commands: tuple[str, ...] = ()  # the likeliest first
    words: str = ""  # a sentence before them; "": none
    run: bool = False  # the first command only reads, so it is run at once
    cannot: bool = False  # the sentence says that it cannot be done; the commands are what comes near


def propose(said: str, settings: ChannelSettings) -> Proposal | None:
    """What is requested; None where the words are none of the requests known here."""
    words = _folded(said)
    if len(words) > LONGEST:
        return None
    for form in dict.fromkeys((words, _plain(words))):
        for pattern, make in _lexicon():
            if (match := pattern.fullmatch(form)) and (found := make(match, settings)):
                return found
    return None


def is_polite(said: str) -> bool:
    """Whether the words ask the bot to do something, as "can you …" does."""
    words = _folded(said)
    return _plain(words) != words


def imperative(said: str) -> str:
    """The words without the courtesies that make a request of a command: "can you mute AI" is "mute AI"."""
    return _COURTESY.sub("", " ".join(said.split()))


_SEEDS = Path(__file__).parents[2] / "seeds"
_PART = re.compile(r"\{([a-z_]+)\}")


def _folded(said: str) -> str:
    return " ".join(said.replace("’", "'").split()).strip(" .,;:!?…¡¿")


def _plain(words: str) -> str:
    while (shorter := _COURTESY.sub("", words)) != words:
        words = shorter
    return _CLOSING_COURTESY.sub("", words)


_CLOSING_COURTESY = re.compile(
    r"[, ]+(?:please|pls|thanks|thank you|for me|if you can|if possible|will you|would you)$", re.IGNORECASE
)
_COURTESY = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|afternoon|evening|day))(?: (?:there|all|bot|bellwether))?[,.!]+ "
    r"|(?:thanks|thank you|thx|great|fine)[,.!]+ (?:but |and |now )?"
    r"|(?:hey|ok|okay|so|well|and|but|oh|please|pls|kindly|just|maybe|now)[,.! ]+"
    r"|(?:can|could|would|will) (?:you|u|we)(?: please)?(?: just)? "
    r"|(?:i(?:'d| would)? (?:like|want|need|prefer)|we(?:'d| would)? (?:like|want|need|prefer)) (?:you )?to "
    r"|is it possible to |(?:you )?(?:should|may|might want to) |let's |let us )",
    re.IGNORECASE,
)

# --- what is not wanted ----------------------------------------------------------------------------------------------

_TAIL = re.compile(
    r"(?: (?:stuff|news|stories|story|things|signals|updates|posts|articles|topics?|any ?more|any longer|again|here"
    r"|please|thanks|either|at all))+$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"(?:like )?(?:this|that|it|these|those|them|such|davon|das|ça|cela|esto|eso|questo|quello)"
    r"(?: one| kind| sort| stuff| things)?",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?:the )?(?:briefs?|messages?|anything|everything|here|posts?|it|me|us|nachrichten|briefe|meldungen|nouvelles"
    r"|mensajes|noticias|messaggi|notizie|nada|niente|nichts|tutto|todo)",
    re.IGNORECASE,
)
_MUCH = re.compile(r"(?:so|that|this|too) (?:many|much).*", re.IGNORECASE)
_LONGEST = 5  # words of what is not wanted


def _unwanted(match: re.Match[str], settings: ChannelSettings) -> Proposal | None:
    what = _TAIL.sub("", f" {match['x']}").strip()
    if _MUCH.fullmatch(what):
        return _fewer(match, settings)
    if days := _days(what):
        return _other_days(tuple(day for day in settings.days if day not in days))
    if _PRONOUN.fullmatch(what):
        return Proposal((THIS, f"bar {min(10, settings.bar + 1)}", f"most {max(1, settings.most - 2)}"))
    if not what or _ALL.fullmatch(what):
        return _STOP
    if what.lower() in ("so early", "so late"):
        return _shifted(30 if what.lower() == "so early" else -30, settings)
    return Proposal((f"mute {what}",)) if len(what.split()) <= _LONGEST else None


_STOP = Proposal(("pause", "pause 7d"), "Shall the brief stop here?")


def _stop(_match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    return _STOP


# --- when ------------------------------------------------------------------------------------------------------------


_BETWEEN_DAYS = re.compile(
    r"\b(?:on|every|each|the|or|am|an|jeden|den|und|les?|chaque|tous|et|los|el|cada|todos|y|di|il|la|ogni|tutti|i|nei|nel"
    r"|al|tutte|e)\b"
)


@cache
def _foreign_days() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Weekdays in other languages than English: (as it is typed in English, what is said for it)."""
    return tuple(
        (day, re.compile(rf"\b(?:{said})(?!\w)", re.IGNORECASE))
        for table in _tables()[1:]
        for day, said in table["days"].items()
    )


def _days(words: str) -> tuple[str, ...]:
    """The weekdays that the words name; none where they say anything else."""
    for day, pattern in _foreign_days():
        words = pattern.sub(day, words)
    try:
        return times.weekdays(" ".join(_BETWEEN_DAYS.sub(" ", words.lower()).split()))
    except ValueError:
        return ()


def _other_days(days: Iterable[str]) -> Proposal:
    wanted = frozenset(days)
    chosen = tuple(day for day in times.DAYS if day in wanted)
    return Proposal((f"at {days_words(chosen).replace(', ', ',')}",)) if chosen else _STOP


def _timed(match: re.Match[str], _settings: ChannelSettings) -> Proposal | None:
    try:
        found = slot(match["when"])
    except ValueError:
        return None
    return Proposal((f"at {_typed(found)}",)) if found.at or found.days else None


def _typed(found: Slot) -> str:
    days = days_words(found.days).replace(", ", ",") if found.days else ""
    at = f"{found.at:%H:%M}" if found.at else ""
    return " ".join(each for each in (at, found.zone or "", days) if each)


def _on_days(match: re.Match[str], _settings: ChannelSettings) -> Proposal | None:
    days = _days(match["days"])
    return _other_days(days) if days else None


def _also_on(match: re.Match[str], settings: ChannelSettings) -> Proposal | None:
    days = _days(match["days"])
    return _other_days((*settings.days, *days)) if days else None


def _not_on(match: re.Match[str], settings: ChannelSettings) -> Proposal | None:
    days = _days(match["days"])
    return _other_days(day for day in settings.days if day not in days) if days else None


def _weekly(_match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    return _other_days(("mon",))


def _daily(_match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    return _other_days(times.DAYS)


_EARLIER = frozenset(("earlier", "sooner", "früher", "tôt", "temprano", "pronto", "presto", "prima"))
_AMOUNTS = {"half an hour": 30, "an hour": 60, "one hour": 60, "two hours": 120, "much": 60, "a lot": 60}


def _moved(match: re.Match[str], settings: ChannelSettings) -> Proposal:
    amount = (match.groupdict().get("amount") or "").lower()
    number = re.match(r"(\d+) (minute|hour)", amount)
    minutes = int(number[1]) * (60 if number[2] == "hour" else 1) if number else _AMOUNTS.get(amount, 30)
    return _shifted(-minutes if match["way"].lower() in _EARLIER else minutes, settings)


def _too(match: re.Match[str], settings: ChannelSettings) -> Proposal:
    return _shifted(30 if match["way"].lower() == "early" else -30, settings)


def _shifted(minutes: int, settings: ChannelSettings) -> Proposal:
    total = (settings.at.hour * 60 + settings.at.minute + minutes) % (24 * 60)
    return Proposal((f"at {total // 60:02}:{total % 60:02}",))


# --- how much --------------------------------------------------------------------------------------------------------


def _fewer(_match: re.Match[str], settings: ChannelSettings) -> Proposal:
    return Proposal((f"most {max(1, settings.most - 2)}", f"bar {min(10, settings.bar + 1)}"))


def _less_of_this(_match: re.Match[str], settings: ChannelSettings) -> Proposal:
    return Proposal((THIS, *_fewer(_match, settings).commands[::-1]))


def _further(_match: re.Match[str], settings: ChannelSettings) -> Proposal:
    return Proposal((f"bar {max(1, settings.bar - 1)}", f"most {settings.most + 2}"))


def _strongest(_match: re.Match[str], settings: ChannelSettings) -> Proposal:
    return Proposal((f"bar {min(10, max(8, settings.bar + 1))}", f"most {min(3, settings.most)}"))


_VALUES = {"limit": "most", "maximum": "most", "max": "most", "alerts": "alert", "threshold": "bar"}


def _value(match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    what = match["what"].lower()
    return Proposal((f"{_VALUES.get(what, what)} {match['n']}",))


def _at_most(match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    return Proposal((f"most {match['n']}",))


# --- to read ---------------------------------------------------------------------------------------------------------


def _runs(command: str) -> _Make:
    """What only reads is run at once."""

    def make(_match: re.Match[str], _settings: ChannelSettings) -> Proposal:
        return Proposal((command,), run=True)

    return make


def _says(words: str) -> _Make:
    """What wants a word and nothing else."""

    def make(_match: re.Match[str], _settings: ChannelSettings) -> Proposal:
        return Proposal(words=words)

    return make


def _brief_of(match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    return Proposal((f"brief {match['day']}",), run=True)


_TASKS = {
    "mute": "mute", "silence": "mute", "hide": "mute", "block": "mute", "unmute": "unmute", "pause": "pause",
    "stop": "pause", "resume": "resume", "change": "at", "set": "at", "move": "at", "add": "sources", "undo": "undo",
    "subscribe": "start", "start": "start", "unsubscribe": "pause", "search": "signals", "find": "signals",
}  # fmt: skip


def _how_to(match: re.Match[str], _settings: ChannelSettings) -> Proposal | None:
    name = _TASKS.get(match["task"].lower())
    return Proposal((f"help {name}",), run=True) if name else None


def _spoken(match: re.Match[str], _settings: ChannelSettings) -> Proposal | None:
    code = locales.language(match["language"])
    return Proposal((f"language {code}",)) if code else None


# --- what it cannot do -----------------------------------------------------------------------------------------------


def _watch(match: re.Match[str], _settings: ChannelSettings) -> Proposal | None:
    what = _TAIL.sub("", f" {match['x']}").strip()
    if _PRONOUN.fullmatch(what):
        return Proposal(("watch it",))
    return Proposal((f"watch {what}",)) if what and not _ALL.fullmatch(what) else None


def _unwatch(match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    return Proposal((f"unwatch {_TAIL.sub('', ' ' + match['x']).strip()}",))


def _week(_match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    words = "I cannot sum up a week, but I can list the newest signals or show today’s brief."
    return Proposal(("signals", "brief"), words, cannot=True)


def _cannot(_match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    words = "That I cannot do: I read sources, send one brief a day, and answer questions about its signals."
    return Proposal(("help", "brief"), words, cannot=True)


def _what_about(match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    return Proposal((f"why {match['n']}",), run=True)


def _away(match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    return Proposal((f"pause {match['x'] or '7d'}",))


def _only_about(match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    return Proposal((f"only {_TAIL.sub('', ' ' + match['x']).strip()}",))


def _new_source(_match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    words = "I cannot find a source by its name: give me its address, as in “sources add https://example.org/feed.xml”."
    return Proposal(("sources",), words, cannot=True)


def _twice(_match: re.Match[str], _settings: ChannelSettings) -> Proposal:
    words = "I cannot send more than one brief a day, but I can tell at once what is strong."
    return Proposal(("alert 8", "brief"), words, cannot=True)


# --- the table -------------------------------------------------------------------------------------------------------

_Make = Callable[[re.Match[str], ChannelSettings], Proposal | None]

_MEANINGS: Mapping[str, _Make] = {
    "greeting": _runs(HELLO), "help": _runs("help"), "all commands": _runs("help all"), "brief": _runs("brief"),
    "next brief": _runs("at"), "sources": _runs("sources"), "thanks": _says("You are welcome."),
    "heard": _says("All right."), "stop": _stop, "unwanted": _unwanted, "fewer": _fewer, "less of this": _less_of_this,
    "more of this": _further, "strongest": _strongest, "at most": _at_most, "a value": _value,
    "too early or late": _too, "earlier or later": _moved, "also on days": _also_on, "on days": _on_days,
    "not on days": _not_on,
    "daily": _daily, "weekly": _weekly, "more often": _twice, "at a time": _timed, "language": _spoken,
    "brief of a day": _brief_of, "briefs": _runs("briefs"),
    "more": _runs("more"), "what about": _what_about, "away": _away, "only about": _only_about,
    "new source": _new_source, "week": _week, "watch": _watch,
    "unwatch": _unwatch, "watches": _runs("watches"), "how to": _how_to, "impossible": _cannot,
    "time": _runs(CLOCK), **{kind: _says(words) for kind, words in SENTENCES.items()},
}  # fmt: skip
"""What makes a proposal of each request of seeds/requests.toml."""


@cache
def _lexicon() -> tuple[tuple[re.Pattern[str], _Make], ...]:
    """Each pattern with what makes a proposal of its match, in the order of the files, the English one first."""
    found: list[tuple[re.Pattern[str], _Make]] = []
    for table in _tables():
        for request in table["request"]:
            parts, make = {**request.get("part", {}), **table["part"]}, _MEANINGS[request["means"]]
            lines = filter(None, request["said"].split("\n"))
            found += [(re.compile(_whole(line, parts), re.IGNORECASE), make) for line in lines]
    return tuple(found)


@cache
def _tables() -> tuple[Mapping[str, Any], ...]:
    """The files of requests: English, then a file a language."""
    files = (_SEEDS / "requests.toml", *sorted((_SEEDS / "requests").glob("*.toml")))
    return tuple(tomllib.loads(each.read_text("utf-8")) for each in files)


def _whole(pattern: str, parts: Mapping[str, str]) -> str:
    """The pattern with its {parts} in place."""
    filled = _PART.sub(lambda match: parts[match[1]], pattern)
    return filled if filled == pattern else _whole(filled, parts)
