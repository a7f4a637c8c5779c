"""Questions and answers; each sentence of an answer says what it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.model.evidence import Evidence


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """A question and its answer, stored by thread."""

    id: int
    channel_id: int
    thread: str
    asker: str  # the name of who asked
    question: str
    answer: str
    signal_id: int | None  # None: about no one signal
    at: datetime
    cited: tuple[Evidence, ...] = field(default=())
    rest: str | None = None  # JSON of the part of a long answer that is not shown yet; None: all is shown


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """A sentence of an answer and what it rests on; with nothing, it connects others or is a marked inference."""

    text: str
    cites: tuple[Evidence, ...] = ()
    inference: bool = False
    record: tuple[str, ...] = ()  # lines of the signal's record (bot.briefing.views.strength_view.record_lines)
    headline: int | None = None  # id of the article whose headline `text` is; it is shown as its publisher's headline


@dataclass(frozen=True, slots=True)
class Answer:
    """An analyst's answer. If `silent`, the sources do not say, and `parts` has what comes nearest."""

    parts: tuple[AnswerPart, ...]
    silent: bool = False
    final: bool = True  # False: more of it is coming
    answered_by: str = "extractive"
