"""Answer text that is no command.

A mistyped command is offered corrected, a bare reference shows its signal, and the rest is a question about a signal.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

from bot.briefing.views import list_view, wording
from bot.conversation import answers
from bot.conversation.commands.table import NAMES, TABLE
from bot.conversation.keeping import LIST, kept
from bot.conversation.meaning import Scene, at_hand, gather, named, no_number
from bot.conversation.parse import content, near_miss, trimmed
from bot.conversation.question import Question
from bot.conversation.request import Request, buttons, choice, say, tell
from bot.conversation.small_talk import TALK, is_about_bot
from bot.model.echoing import echo
from bot.model.messages import Reply
from bot.model.signal import Signal

_ASKING = re.compile(
    r"\?\s*$|^(?:and|but|so|who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|will|would|can|could"
    r"|should|has|have|tell|explain|any|since|according)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"#?\d{1,2}|s\d{1,9}|(?:the )?(?:first|second|third|fourth|fifth|last)(?: (?:one|signal|story))?", re.IGNORECASE
)
SHORT = 3  # words up to which text that asks nothing is taken for a name or a command


async def answer(question: Question, request: Request) -> AsyncIterator[Reply]:
    """Yield the replies to free text; `request.words` is the text as it was written."""
    words = request.words
    if not request.event.addressed:
        async for reply in _ask(question, await gather(request), request):
            yield reply
    elif not words:
        yield tell("Say a command or a question; “help” lists the commands.")
    elif offered := _corrected(words):
        yield offered
    elif _REFERENCE.fullmatch(trimmed(words)):
        async for reply in TABLE["show"].run(request.saying(trimmed(words))):
            yield reply
    else:
        async for reply in _ask(question, await gather(request), request):
            yield reply


async def _ask(question: Question, scene: Scene, request: Request) -> AsyncIterator[Reply]:
    """Treat up to SHORT words that ask nothing as a name; answer anything else as a question."""
    words, addressed = request.words, request.event.addressed
    if addressed and scene.thread is None and len(words.split()) <= SHORT and not _ASKING.search(words):
        yield await _named_or_unknown(request)
        return
    understood = await _about(question, scene, request)
    if isinstance(understood, Reply):
        if addressed:
            yield understood
        return
    about_bot = is_about_bot(words)
    if not addressed or not understood.free or (_ASKING.search(words) and not about_bot):
        async for reply in answers.answer(understood, request):
            yield reply
        return
    answered = False
    async for reply in answers.answer(understood, unaddressed(request)):
        answered = True
        yield reply
    if not answered:
        yield say(TALK) if about_bot else _not_understood(scene)


def is_known(words: str) -> bool:
    """Whether the words are a mistyped command or a bare reference to a signal, which need no interpretation."""
    return _corrected(words) is not None or _REFERENCE.fullmatch(trimmed(words)) is not None


def unaddressed(request: Request) -> Request:
    """The same request, answered only if the sources really say."""
    return replace(request, event=replace(request.event, addressed=False))


async def _about(question: Question, scene: Scene, request: Request) -> Question | Reply:
    """Add to the question the signal that is meant, or return a reply if it needs one and none is clear.

    A free question without a signal gets those to ask: the one last talked about and those of the current brief.
    """
    if question.number is not None and question.number not in scene.numbers:
        if not question.free and scene.numbers:
            return no_number(question.number, scene)
        question = question.unnumbered if question.free else question
    question = replace(question, earlier=scene.earlier)
    signal = await _meant(question, scene, request)
    if signal is None and not question.free:
        meant = await at_hand(request, scene, "why")
        if meant.signal is None:
            return meant.ask or tell("Name a signal: “why 1”, or “why s42”.")
        signal = meant.signal
    if signal:
        return replace(question, signal=signal)
    first = (scene.talked_about,) if scene.talked_about is not None else ()
    return replace(question, first=first, last=tuple(scene.numbers.values()))


async def _meant(question: Question, scene: Scene, request: Request) -> Signal | None:
    """The signal by id or number, else the one replied to, else the brief's that the words name; else None."""
    get = request.store.signals.get
    if question.signal_id is not None:
        return await get(question.signal_id)
    if question.number is not None and question.number in scene.numbers:
        return await get(scene.numbers[question.number])
    if scene.thread is not None:
        return await get(scene.thread)
    near = [signal for number in sorted(scene.numbers) if (signal := await get(scene.numbers[number]))]
    found = named(request.words, near)
    return found[0] if len(found) == 1 else None


def _corrected(words: str) -> Reply | None:
    """An offer of the command that the first word may misspell, where the words after it fit that command."""
    first, _, rest = words.partition(" ")
    name = near_miss(first.strip("/?!.,:;"), NAMES)
    if name is None or not TABLE[name].fits(trimmed(rest)):
        return None
    meant = f"{name} {trimmed(rest)}".strip()
    return tell(f"I do not know {echo(first)}. Did you mean {echo(meant)}?", choices=buttons(choice(meant, meant)))


async def _named_or_unknown(request: Request) -> Reply:
    """The signals named by a few words that ask nothing, else the commands that may have been meant."""
    words = trimmed(request.words)
    found = named(words, await request.store.signals.search(content(words), 10))
    if found:
        listed = list_view.signals_message(
            found, f"{wording.count(len(found), 'signal')} about {echo(words)}:", request.zone
        )
        about = found[0].id if len(found) == 1 else None
        return await kept(request, listed, signal_id=about, limit=LIST)
    return tell(f"I do not know {echo(words)}, and no signal goes by it.", choices=_HELP)


_HELP = buttons(choice("Help", "help"), choice("Brief now", "brief"))


def _not_understood(scene: Scene) -> Reply:
    """To what asks nothing and has no answer in the sources."""
    about = scene.thread or scene.talked_about
    why = (choice("Why?", f"why s{about}"),) if about is not None else ()
    return tell(
        "I am not sure what you would like. Ask me about a signal, or say what to change.",
        choices=buttons(*why, *_HELP),
    )
