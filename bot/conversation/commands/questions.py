"""What was asked of the bot and what it answered, for whoever operates it."""

from __future__ import annotations

from bot.briefing.views.wording import count, message, para, strong
from bot.conversation.paging import SIZE, page
from bot.conversation.request import Command, Request, at_most, one, tell
from bot.model import times
from bot.model.channel import Channel
from bot.model.echoing import echo
from bot.model.messages import Audience, Bullets, Reply, Run
from bot.model.question import QuestionRecord

SHOWN = 140  # characters of a question, and of an answer
TERMINAL = "console"  # who sits there has the database itself


async def _questions(request: Request) -> Reply:
    """A page of the newest; of all channels where nobody else reads along, else of this channel."""
    event, asked = request.event, page(request.words.strip(" “”\"'"))
    everywhere = event.private or event.platform == TERMINAL
    channel_id = None if everywhere else request.channel.id
    found = (await request.store.questions.all(asked.wanted, channel_id=channel_id, words=asked.words))[asked.first :]
    about = f" with {echo(asked.words)}" if asked.words else ""
    here = "" if everywhere else " here"
    if not found:
        return tell(f"Nothing{about} was asked{here}, or it was forgotten.")
    lines = tuple([await _line(each, request) for each in found[:SIZE]])
    more = len(found) > SIZE
    newest = f"The newest {len(lines)} questions" if more else count(len(lines), "question")
    head = asked.title(f"{newest}{about}{here}:", "questions", len(lines))
    foot = "“forget” deletes those of the thread it is said in."
    if everywhere:
        foot = f"{foot.rstrip('.')}; `bellwether export --questions` writes all."
    return Reply(message(para(head), Bullets(lines), para(foot), asked.turns("questions", more=more)), Audience.ASKER)


async def _line(record: QuestionRecord, request: Request) -> tuple[Run, ...]:
    """When, where and by whom it was asked; the question, and how the answer begins."""
    there = times.local(record.at, request.zone)
    day = times.day_words(there.date(), times.local(request.now, request.zone).date())
    channel = await request.store.channels.get(record.channel_id)
    asked = strong(f"{day} at {there:%H:%M}, {record.asker} in {_named(channel)}")
    about = f" (s{record.signal_id})" if record.signal_id is not None else ""
    return asked, Run(f": “{_short(record.question)}”{about} — {_short(record.answer)}")


def _named(channel: Channel | None) -> str:
    if channel is None:
        return "a channel that is gone"
    return channel.name if channel.platform == TERMINAL else f"{channel.name} on {channel.platform.title()}"


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1].rpartition(" ")[0] + "…"


COMMANDS = (
    Command(
        "questions",
        "questions [words]",
        "what was asked, by whom and where, and what was answered",
        "The newest, or those with the words, ten a page. Said to me alone, of all channels; in a channel, of it. "
        "“forget” deletes those of a thread.",
        one(_questions),
        fits=at_most(3),
    ),
)
