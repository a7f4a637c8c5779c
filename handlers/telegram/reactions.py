"""Reactions to messages of ours as verdicts: a thumb up is “useful”, a thumb down “useless”. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC

from telegram import MessageReactionUpdated, ReactionType, ReactionTypeEmoji, Update
from telegram.constants import ChatType

from bot.model.event import Asker, Event, EventKind
from handlers.telegram.channels import OurMessage
from handlers.telegram.events import NAME, name_of

VERDICTS = dict.fromkeys("👍❤👏🔥💯👌🏆🙏🤝🤩", "useful") | dict.fromkeys("👎💩🥱😴🤮🖕", "useless")
"""By the emoji. Those that answer to the news itself (sad, angry, surprised) say nothing of how useful it was."""
_VARIATION = "\ufe0f"
"""May follow an emoji, and changes nothing of it."""


def verdict(reaction: MessageReactionUpdated) -> str | None:
    """ "useful" or "useless"; "" where the one given before was taken off; None: there was none, or it stays."""
    before, after = _verdict(reaction.old_reaction), _verdict(reaction.new_reaction)
    return None if before == after else after or ""


def _verdict(shown: Iterable[ReactionType]) -> str | None:
    """Of the last reaction that is a verdict."""
    emoji = [each.emoji.replace(_VARIATION, "") for each in shown if isinstance(each, ReactionTypeEmoji)]
    return next((VERDICTS[each] for each in reversed(emoji) if each in VERDICTS), None)


def rated(update: Update, reaction: MessageReactionUpdated, verdict: str, found: OurMessage) -> Event:
    """The verdict on a message of ours; an admin who reacts in the name of a group is known by that chat's id."""
    if reaction.user is not None:
        asker = Asker(str(reaction.user.id), reaction.user.full_name, may_set=False)
    else:
        chat = reaction.actor_chat or reaction.chat
        asker = Asker(str(chat.id), name_of(chat), may_set=False)
    return Event(
        platform=NAME,
        id=f"update:{update.update_id}",
        address=found.address,
        channel_name=name_of(reaction.chat),
        asker=asker,
        text=verdict,
        at=reaction.date.astimezone(UTC),
        kind=EventKind.RATED,
        private=reaction.chat.type == ChatType.PRIVATE,
        replied=str(found.ref),
    )
