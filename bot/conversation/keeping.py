"""Store an answer with its question, and show as much of it as fits one message: `more` gives the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.briefing.views import shortening
from bot.conversation.request import Request
from bot.model.messages import Audience, Message, Reply, plain, to_json
from bot.model.question import QuestionRecord

if TYPE_CHECKING:
    from bot.model.evidence import Evidence

SHORT = 1800  # characters shown of an answer; `more` gives the rest
LIST = 2600  # characters shown of a list
LONG = 6000  # characters shown of a whole signal
KEPT = 4000  # characters stored of an answer


async def kept(
    request: Request,
    whole: Message,
    *,
    signal_id: int | None = None,
    cited: Iterable[Evidence] = (),
    limit: int = SHORT,
    audience: Audience = Audience.THREAD,
) -> Reply:
    """Store the answer with its question under the thread, and return it as a reply.

    At most about `limit` characters are shown; the rest is stored for `more`. `cited` is the evidence it quotes.
    """
    shown, rest = shortening.shorten(whole, limit)
    record = QuestionRecord(
        id=0,
        channel_id=request.channel.id,
        thread=request.place,
        asker=request.event.asker.name or request.event.asker.id,
        question=request.event.text,
        answer=plain(shown)[:KEPT],
        signal_id=signal_id,
        at=request.now,
        cited=tuple(cited),
        rest=to_json(rest) if rest else None,
    )
    number = await request.store.questions.add(record)
    shown = shortening.with_more(shown, f"{shortening.MORE} q{number}") if rest else shown
    return Reply(shown, audience, signal_id=signal_id)
