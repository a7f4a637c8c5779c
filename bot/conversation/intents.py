"""Propose the command that words mean which neither the parser nor the lexicon knows, with the help of a model.

    words | a value and more behind a command? → that command is offered
          | a question plainly? → none | the analyst says what they mean | a question? → none | talk? → a sentence
          | a command: in the table, with words that fit it and that were said? → offered as a button

Nothing is run here: whatever the words hold, and whatever the model makes of them, a person presses the button or not.
"""

from __future__ import annotations

from bot.conversation import questions
from bot.conversation.commands.previews import PREVIEWS, preview
from bot.conversation.commands.table import COMMANDS, TABLE
from bot.conversation.fillers import without_fillers
from bot.conversation.parse import Said, lasting, parse, several
from bot.conversation.plain_words import Proposal
from bot.conversation.question import Question
from bot.conversation.request import Command, Request, choice
from bot.conversation.running import changes
from bot.conversation.small_talk import TALK
from bot.model.doors import Role
from bot.model.intent import Intent, IntentKind
from bot.text import tokenisation

LONGEST = 400  # characters; what is longer is no wish in passing, and not worth a call
MORE = 8  # words behind a command from which it is a sentence that only begins like one
LEAD = "Do you mean this?"
_NAMING = frozenset(("mute", "unmute", "only"))
"""Commands that change something and take names; those of others can only be of a closed set, which is checked."""
_OFFERED = {
    each.name: each for each in COMMANDS if each.role is not Role.OPERATOR and each.name not in ("claim", "for")
}


async def proposed(parsed: Said, question: Question, request: Request) -> Proposal | None:
    """What is proposed for `request.words`; None: they are a question, or nothing usable is known of them."""
    if typed := await _begun(parsed, request):
        return Proposal(tuple(typed), LEAD)
    said = request.words
    if not request.analyst.understands or not question.free or not 0 < len(said) <= LONGEST or questions.is_known(said):
        return None
    known = {name: f"{each.usage}: {each.summary}" for name, each in _OFFERED.items()}
    intent = await request.analyst.intent(said, known)
    if intent is None or intent.kind is IntentKind.QUESTION:
        return None
    return Proposal(words=TALK) if intent.kind is IntentKind.TALK else await _command(intent, request)


async def _begun(said: Said, request: Request) -> list[str]:
    """The command that the text begins with and its value, where more follows ("bar 7 for this week"), and the commands
    that follow ("bar 7 and most 3").
    """
    command, value = TABLE.get(said.name or ""), said.words.split(" ", 1)[0].rstrip(",.;:")
    if command is None or not command.takes_value or not value[:1].isdigit() or len(said.words.split()) > MORE:
        return []
    parts = (parse(part, TABLE) for part in several(said.words)[1:])
    more = [(TABLE[part.name], without_fillers(part.words, TABLE[part.name])) for part in parts if part.name]
    meant = [(command, value), *((each, words) for each, words in more if changes(each, words) and words)]
    obeyed = [f"{each.name} {words}" for each, words in meant if await _is_obeyed(each, request.saying(words))]
    return obeyed if obeyed[:1] == [f"{command.name} {value}"] else []


async def _command(intent: Intent, request: Request) -> Proposal | None:
    """The command as it would be typed; None where it is none of the table's, or could not be obeyed."""
    typed = f"{intent.command} {intent.words}".strip()
    said = parse(typed, TABLE)
    command = _OFFERED.get(said.name or "")
    if command is None or command.name != intent.command or choice(typed, typed) is None:
        return None
    obeyed = await _is_obeyed(command, request.saying(said.words))
    return Proposal((typed,), LEAD) if obeyed and _is_said(command, said.words, request) else None


async def _is_obeyed(command: Command, request: Request) -> bool:
    """Whether the words can be the command's arguments."""
    if not command.fits(request.words) or (command.alone and request.words):
        return False
    if not changes(command, request.words):
        return True
    return command.role is not Role.OPERATOR and (
        command.name not in PREVIEWS or bool(await preview(command.name, request))
    )


def _is_said(command: Command, words: str, request: Request) -> bool:
    """Whether the names behind the command were said, or are categories: a model may bring in none of its own."""
    if command.name in PREVIEWS and command.name not in _NAMING:
        return True
    names = lasting(words, request.now, request.zone).what if command.name in _NAMING else words
    said = set(tokenisation.terms(request.words))
    taxonomy = request.context.taxonomy
    return all(taxonomy.label(name) or said.issuperset(tokenisation.terms(name)) for name in several(names))
