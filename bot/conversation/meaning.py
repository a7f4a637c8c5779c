"""Find the signal a person means: by number, id, words, thread, quotation or earlier talk; if unclear, ask."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.briefing.views.wording import count, message, para
from bot.conversation.parse import SIGNAL_ID, content
from bot.conversation.request import Request, buttons, choice, refuse, tell
from bot.model.echoing import echo
from bot.model.messages import Audience, Card, Choices, Reply
from bot.model.outgoing import Delivery, told_by
from bot.model.question import QuestionRecord
from bot.model.signal import Signal
from bot.text import tokenisation

_NUMBER = re.compile(
    r"^(?:(?:is|was|signal|number|no\.?|nr\.?|item|story|the|of|for|on|about)\s+)*#?(\d{1,3})(?!\d|[.,]\d|\s*(?:%|per\b|bn\b))\b"
    r"|(?:#|\b(?:signal|number|story)\s+)(\d{1,3})\b",
    re.IGNORECASE,
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1, "top": 1}
_ORDINAL = re.compile(rf"\b(?:the\s+)?({'|'.join(_ORDINALS)})(?:\s+(?:one|signal|story))?$", re.IGNORECASE)
_FILLER = re.compile(
    r"\b(?:the|one|ones|signal|story|about|on|of|for|me|please|is|was|that|this|it|news)\b", re.IGNORECASE
)
_VERB_FIRST = re.compile(
    r"(?:did|do|does|is|are|was|were|has|have|had|will|would|can|could|should|might|may)\s+\w+\s+\w", re.IGNORECASE
)
_COMMAND_ID = re.compile(r"\bs(\d+)\b")

NAMED = 0.5  # share of the words that a signal must contain to be named by them
OFFERED = 6  # most signals offered as buttons
HISTORY = 6  # earlier questions of a thread that are looked at
RECENT = 3  # latest of these that may determine which signal is talked about
LABEL = 60  # characters of a title on a button


@dataclass(frozen=True, slots=True)
class Scene:
    """What words can refer to in a channel and thread: the latest brief, the thread's signal, earlier questions."""

    numbers: Mapping[int, int] = field(default_factory=dict)  # number → signal id, of the brief at hand
    shown: datetime | None = None  # when that brief was shown; None: there is none
    thread: int | None = None  # the signal of the message replied to; None: it is about none or several
    quoted: str | None = None
    last: int | None = None  # the signal last talked about here
    last_at: datetime | None = None
    earlier: tuple[QuestionRecord, ...] = ()  # what was asked here before, the latest last

    @property
    def talked_about(self) -> int | None:
        """The signal last talked about, unless a brief has come since."""
        if self.last is None or self.last_at is None:
            return None
        return self.last if self.shown is None or self.last_at >= self.shown else None


@dataclass(frozen=True, slots=True)
class Meant:
    """The signal that is meant, or the reply if that is not clear."""

    signal: Signal | None
    rest: str = ""  # the words that did not name the signal: a question about it
    sure: bool = True  # False: assumed, as the one last talked about or the only one
    ask: Reply | None = None  # the reply if there is no signal; None without a signal: no signal was named


# --- what is at hand -------------------------------------------------------------------------------------------------


async def gather(request: Request) -> Scene:
    """Look up what the words can refer to in this channel and thread."""
    store, channel, event = request.store, request.channel, request.event
    answered = event.replied or event.thread
    replied = await store.outbox.by_ref(channel.id, answered) if answered else None
    numbers, shown = await _numbers(request, replied)
    about = _about(replied, event.quoted) if replied else None
    thread = await earlier(request)
    last = next((each for each in reversed(thread[-RECENT:]) if each.signal_id is not None), None)
    if event.thread and replied is None and last:
        about = last.signal_id  # a thread that somebody else began: it is about what was asked in it
    return Scene(
        numbers=numbers,
        shown=shown,
        thread=about,
        quoted=event.quoted,
        last=last.signal_id if last else None,
        last_at=last.at if last else None,
        earlier=thread,
    )


async def earlier(request: Request) -> tuple[QuestionRecord, ...]:
    """What was asked and answered before in the thread, the latest last."""
    return tuple(await request.store.questions.thread(request.channel.id, request.place, HISTORY))


async def _numbers(request: Request, replied: Delivery | None) -> tuple[Mapping[int, int], datetime | None]:
    """Signal ids by number in the brief replied to, else in the newest brief shown here; and when it was shown."""
    store, channel = request.store, request.channel
    if replied:
        purpose, _, day = told_by(replied.purpose).partition(":")
        if purpose in ("brief", "again") and (stored := await store.briefs.get(channel.id, date.fromisoformat(day))):
            return dict(stored.numbers), stored.decided
        if cards := {card.number: card.signal_id for card in _cards(replied) if card.number}:
            return cards, None
    last = await store.briefs.last(channel.id)
    looked = await _looked(request)
    if looked and (last is None or looked[1] > last.decided):
        return looked
    return (dict(last.numbers), last.decided) if last else ({}, None)


async def remember_numbers(request: Request, numbers: Mapping[int, int]) -> None:
    """Store the numbers of a brief shown on request, so that `why 2` means what the reader sees."""
    kept = {"at": request.now.isoformat(), "numbers": sorted(numbers.items())}
    await request.store.memory.keep(_memory_name(request), json.dumps(kept))


async def _looked(request: Request) -> tuple[Mapping[int, int], datetime] | None:
    kept = await request.store.memory.recall(_memory_name(request))
    if not kept:
        return None
    found = json.loads(kept)
    return dict(found["numbers"]), datetime.fromisoformat(found["at"])


def _memory_name(request: Request) -> str:
    return f"brief shown:{request.channel.id}"


def _cards(delivery: Delivery) -> list[Card]:
    return [block for block in delivery.message.blocks if isinstance(block, Card)]


def _about(replied: Delivery, quoted: str | None) -> int | None:
    """Id of the signal that one of the bot's messages is about; of several, the one quoted. None if unclear."""
    cards = _cards(replied)
    if quoted and (found := [card.signal_id for card in cards if _says(card, quoted)]):
        return found[0] if len(set(found)) == 1 else None
    ids = {card.signal_id for card in cards} or _named_by_buttons(replied)
    return ids.pop() if len(ids) == 1 else None


def told_in(replied: Delivery) -> frozenset[int]:
    """Ids of the signals that one of the bot's messages tells: those of its cards, or the one that it is about."""
    about = _about(replied, None)
    return frozenset(card.signal_id for card in _cards(replied)) or frozenset(() if about is None else (about,))


def _says(card: Card, quoted: str) -> bool:
    said = " ".join((card.title, card.analysis, card.quote.text if card.quote else ""))
    return tokenisation.fold(quoted) in tokenisation.fold(said)


def _named_by_buttons(replied: Delivery) -> set[int]:
    """Signal ids in the message's buttons; every message about a signal ends with some."""
    commands = [
        each.command for block in replied.message.blocks if isinstance(block, Choices) for each in block.choices
    ]
    return {int(match[1]) for command in commands if (match := _COMMAND_ID.search(command))}


# --- what is meant ---------------------------------------------------------------------------------------------------


async def which(request: Request, command: str, *, question: bool = False) -> Meant:
    """Find the signal that the words mean; if unclear, `ask` is a reply whose buttons send `command` with an id.

    With `question`, words that name no signal are taken as a question about the current one.
    """
    if named := await _by_id(request):
        return named  # a button's command: what else is at hand need not be looked up
    scene = await gather(request)
    if named := await _by_number(request, scene):
        return named
    words = request.words
    if _tokens(words) or (question and words.strip()):
        by_words = await _by_words(request, scene, command, question=question)
        if by_words.signal or by_words.ask or not question:
            return by_words
    found = await at_hand(request, scene, command)
    return replace(found, rest=words if question else "")


async def at_hand(request: Request, scene: Scene, command: str) -> Meant:
    """The signal replied to, else the one last talked about, else the brief's only one; otherwise ask which."""
    for signal_id in (scene.thread, scene.talked_about, _only(scene), None if scene.numbers else scene.last):
        if signal_id is not None and (signal := await request.store.signals.get(signal_id)):
            return Meant(signal, sure=scene.thread is not None)
    numbered = await numbered_signals(request, scene)
    if numbered:
        return Meant(None, ask=ask_which(numbered, command))
    latest = [(None, signal) for signal in await request.store.signals.latest(OFFERED)]
    if not latest:
        return Meant(None, ask=tell("There are no signals yet; “status” says what has been looked at."))
    return Meant(None, ask=ask_which(latest, command))


def _only(scene: Scene) -> int | None:
    return next(iter(scene.numbers.values())) if len(scene.numbers) == 1 else None


async def _by_id(request: Request) -> Meant | None:
    match = SIGNAL_ID.search(request.words)
    if not match:
        return None
    signal = await request.store.signals.get(int(match[1]))
    if signal is None:
        return Meant(None, ask=refuse(f"There is no s{match[1]}; “signals” lists the newest."))
    return Meant(signal, _without(request.words, match))


async def _by_number(request: Request, scene: Scene) -> Meant | None:
    match = _NUMBER.search(request.words) or (_ORDINAL.search(request.words) if scene.numbers else None)
    if not match:
        return None
    word = next(group for group in match.groups() if group)
    number = int(word) if word.isdigit() else _ORDINALS[word.lower()]
    number = max(scene.numbers, default=0) if number < 0 else number
    if number in scene.numbers and (signal := await request.store.signals.get(scene.numbers[number])):
        return Meant(signal, _without(request.words, match))
    if not scene.numbers:
        words = f"No brief is at hand here, so I do not know number {number}; name a signal by its id, such as s42."
        return Meant(None, ask=tell(words, choices=buttons(choice("Brief now", "brief"))))
    return Meant(None, ask=no_number(number, scene))


def no_number(number: int, scene: Scene) -> Reply:
    """The answer where the brief at hand has no signal of that number."""
    there = f"it has {count(len(scene.numbers), 'signal')}"
    return tell(f"There is no number {number} in the brief at hand: {there}.")


def _without(words: str, match: re.Match[str]) -> str:
    left = f"{words[: match.start()]} {words[match.end() :]}"
    return " ".join(left.split()).strip(" ,:;-–—")


async def _by_words(request: Request, scene: Scene, command: str, *, question: bool) -> Meant:
    """The signal that the words name best, of the current ones, else of the archive; ask if several do equally."""
    near = [signal for _, signal in await numbered_signals(request, scene)]
    talked = [await request.store.signals.get(each) for each in (scene.thread, scene.last) if each is not None]
    near.extend(signal for signal in talked if signal)
    found = named(request.words, near)
    if question and scene.thread is not None and not any(fully(request.words, signal) for signal in found):
        return Meant(None)  # in the thread of a signal a question is about that, whichever else its words touch
    if not found:
        found = named(request.words, await request.store.signals.search(content(request.words), OFFERED))
        if question and near:  # rather a question about what is at hand, unless all of it names another
            found = [signal for signal in found if fully(request.words, signal)]
    if question and len(found) > 1:  # “did it end?”: of those it may be about, the one last talked about
        found = [signal for signal in found if signal.id == scene.talked_about] or found
    if len(found) == 1:
        return Meant(found[0], request.words if question and not fully(request.words, found[0]) else "")
    if found:
        return Meant(None, ask=ask_which([(None, signal) for signal in found], command))
    if question:
        return Meant(None)
    meant = content(request.words) or request.words
    return Meant(None, ask=refuse(f"No signal goes by {echo(meant)}; “signals” and a word searches the archive."))


def named(words: str, signals: Iterable[Signal]) -> list[Signal]:
    """The signals that contain the largest share of the words, if at least NAMED; several if equal."""
    tokens = _tokens(words)
    scored = {signal.id: (_share(tokens, signal), signal) for signal in signals}
    best = max((share for share, _ in scored.values()), default=0.0)
    return [signal for share, signal in scored.values() if share == best] if best >= NAMED else []


def fully(words: str, signal: Signal) -> bool:
    """Whether all of the words serve to name the signal, so that no question is in them ("did X fall" is one)."""
    return not _VERB_FIRST.match(words) and _share(_tokens(words), signal) == 1.0


def _tokens(words: str) -> set[str]:
    return set(tokenisation.terms(_FILLER.sub(" ", words)))


def _share(tokens: set[str], signal: Signal) -> float:
    if not tokens:
        return 0.0
    fields: Sequence[str] = (
        signal.title,
        *signal.dimensions,
        *signal.topics,
        *signal.places,
        *signal.actors,
        *(publisher.name for publisher in signal.publishers),
        *(article.title for article in signal.articles),
    )
    carried = set(tokenisation.terms(" . ".join(fields)))
    return len(tokens & carried) / len(tokens)


async def numbered_signals(request: Request, scene: Scene) -> list[tuple[int | None, Signal]]:
    """The signals of the brief at hand, each with its number."""
    found = [(number, await request.store.signals.get(scene.numbers[number])) for number in sorted(scene.numbers)]
    return [(number, signal) for number, signal in found if signal]


def ask_which(signals: Sequence[tuple[int | None, Signal]], command: str) -> Reply:
    """ "Which one do you mean?", with a button for each; `command` holds the id where it says {}, else at its end."""
    typed = command if "{}" in command else f"{command} {{}}"
    offered = buttons(
        *(
            choice(f"{number} {short(signal.title)}" if number else short(signal.title), typed.format(f"s{signal.id}"))
            for number, signal in signals
        )
    )
    return Reply(message(para("Which one do you mean?"), Choices(offered)), Audience.THREAD)


def short(title: str) -> str:
    """The title in at most LABEL characters, for a button."""
    return title if len(title) <= LABEL else title[: LABEL - 1].rpartition(" ")[0] + "…"
