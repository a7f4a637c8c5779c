"""What is said without a command: a slip of the fingers is offered mended, the rest is a question from the evidence."""

from __future__ import annotations

import difflib
import re
from collections.abc import AsyncIterator

from bot.briefing.views import list_view, wording
from bot.conversation import answer_view, answers, question_kinds, record_answers
from bot.conversation.answer_view import kept
from bot.conversation.commands.signals import asked
from bot.conversation.commands.table import NAMES, TABLE
from bot.conversation.meaning import ID, Scene, at_hand, gather, named
from bot.conversation.parse import near_miss, trimmed
from bot.conversation.request import Request, buttons, choice, tell
from bot.model.messages import Reply
from bot.model.signal import Signal

_SAYS_WHICH = re.compile(r"(?:#|\b(?:signal|number|story)\s+)(\d{1,3})\b", re.IGNORECASE)
_ASKING = re.compile(
    r"\?\s*$|^(?:and|but|so|who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|will|would|can|could"
    r"|should|has|have|tell|explain|any|since|according)\b",
    re.IGNORECASE,
)
_LAST_NUMBER = re.compile(
    r"\s*(?:\b(?:in|of|about|for|on|with|behind)\s+)?(?<![\w.,$€£])#?(\d{1,2})\s*\?*$", re.IGNORECASE
)
_REFERENCE = re.compile(
    r"#?\d{1,2}|s\d{1,9}|(?:the )?(?:first|second|third|fourth|fifth|last)(?: (?:one|signal|story))?", re.IGNORECASE
)
SHORT = 3  # words up to which what is no question is taken for a name or a command


def asks(words: str) -> bool:
    """Whether words that nobody addressed to us are a question all the same."""
    return words.rstrip().endswith("?") or question_kinds.kind(words) is not question_kinds.Kind.FREE


async def ask(request: Request) -> AsyncIterator[Reply]:
    """Answer free text: about the signal meant, else from the archive."""
    words = request.words
    if not words:
        yield tell("Say a command or a question; “help” lists the commands.")
        return
    if offered := _mended(words):
        yield offered
        return
    if _REFERENCE.fullmatch(trimmed(words)):
        async for reply in TABLE["show"].run(request.saying(trimmed(words))):
            yield reply
        return
    scene = await gather(request)
    question = bool(_ASKING.search(words))
    if not question and scene.thread is None and len(words.split()) <= SHORT:
        yield await _named_or_unknown(request)
        return
    async for reply in _answered(request, scene):
        yield reply


async def _answered(request: Request, scene: Scene) -> AsyncIterator[Reply]:
    """The signal meant is asked; where none is, the one last talked about, the archive and the brief at hand are."""
    words, signal = request.words, await _meant(request, scene)
    if signal is None and question_kinds.kind(words) is not question_kinds.Kind.FREE:
        meant = await at_hand(request, scene, "why")
        if meant.signal is None:
            yield meant.ask or tell("Name a signal: “why 1”, or “why s42”.")
            return
        signal = meant.signal
    if signal is None:
        first = (scene.talked_about,) if scene.talked_about is not None else ()
        replies = answers.answer_widely(words, asked(request), first=first, last=tuple(scene.numbers.values()))
    else:
        replies = answers.answer(_question(words), signal, asked(request))
    async for reply in replies:
        yield reply


def _numbered(words: str) -> re.Match[str] | None:
    """The number that ends a question the record answers: "what contradicts 3?"; in a free one it may be anything."""
    match = _LAST_NUMBER.search(words)
    return match if match and question_kinds.kind(words[: match.start()]) is not question_kinds.Kind.FREE else None


def _question(words: str) -> str:
    """The question without what only said which signal is meant."""
    left = " ".join(ID.sub(" ", _SAYS_WHICH.sub(" ", words)).split())
    if match := _numbered(left):
        left = left[: match.start()]
    return left or words


def _mended(words: str) -> Reply | None:
    """A first word near a command, with words that fit it, is offered as that command."""
    first, _, rest = words.partition(" ")
    name = near_miss(first.strip("/?!.,:;"), NAMES)
    if name is None or not TABLE[name].fits(trimmed(rest)):
        return None
    meant = f"{name} {trimmed(rest)}".strip()
    return tell(f"I do not know “{first}”. Did you mean “{meant}”?", choices=buttons(choice(meant, meant)))


async def _meant(request: Request, scene: Scene) -> Signal | None:
    """By id or number, else the one replied to, else the one at hand that the words name; None: none in particular."""
    get = request.store.signals.get
    if match := ID.search(request.words):
        return await get(int(match[1]))
    if (match := _SAYS_WHICH.search(request.words)) and int(match[1]) in scene.numbers:
        return await get(scene.numbers[int(match[1])])
    if (match := _numbered(request.words)) and int(match[1]) in scene.numbers:
        return await get(scene.numbers[int(match[1])])
    if scene.thread is not None:
        return await get(scene.thread)
    near = [signal for number in sorted(scene.numbers) if (signal := await get(scene.numbers[number]))]
    found = named(request.words, near)
    return found[0] if len(found) == 1 else None


async def _named_or_unknown(request: Request) -> Reply:
    """A few words that ask nothing: the signals that go by them, else what could have been meant."""
    words = trimmed(request.words)
    found = named(words, await request.store.signals.search(answer_view.content(words), 10))
    if found:
        listed = list_view.signals_message(
            found, f"{wording.count(len(found), 'signal')} about “{words}”:", request.zone
        )
        about = found[0].id if len(found) == 1 else None
        return await kept(asked(request), listed, signal_id=about, limit=record_answers.LIST)
    first = words.partition(" ")[0].strip("/").lower()
    nearest = difflib.get_close_matches(first, NAMES, n=3, cutoff=0.5)
    hint = f" The nearest commands: {', '.join(nearest)}." if nearest else ""
    offered = buttons(*(choice(f"help {name}", f"help {name}") for name in nearest), choice("help", "help"))
    return tell(f"I do not know “{words}”, and no signal goes by it.{hint}", choices=offered)
