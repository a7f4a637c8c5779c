"""A question about a signal becomes an answer: what was recorded is read out, the rest is looked for in its sources.

    question | which kind?  | recorded: why, how strong, evidence, who, what changed, what contradicts …   no analyst
             |              | free: analyst.answer → each quote checked against the stored text → shown
             | kept by thread, with the rest of what was too long

Where the sources do not answer, that is the answer, with what came nearest.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot import retrieval, views, when
from bot.evidence import holds
from bot.messages import Audience, Block, Message, Reply, plain, to_json
from bot.ports import Analyst, Store
from bot.types import (
    Answer,
    AnswerPart,
    Channel,
    Dossier,
    Evidence,
    QuestionRecord,
    Signal,
    SignalArticle,
    SignalState,
    Stance,
)
from bot.views import count, listed, message, para, strong

SHORT = 1800  # characters of an answer; `more` gives the rest
LONG = 6000  # of a whole signal
LIST = 2600  # of a list
HISTORY = 6  # earlier questions of a thread that are context
KEPT = 4000  # characters of an answer that are kept
TRIED = 3  # signals of the archive that match a question about none in particular
PUT = 4  # signals such a question is put to
NEAREST = 2  # quotes shown where the sources do not say
RELATED = 5
LOOKED_AT = 20  # signals of the archive among which related ones are chosen
SHARED = 2  # words that related signals share at the least


@dataclass(frozen=True)
class Asked:
    """Where a question was asked, and what answering it needs."""

    store: Store
    analyst: Analyst
    channel: Channel
    thread: str  # "": plainly in the channel
    asker: str
    said: str  # the words as they were said, which are kept
    now: datetime

    @property
    def zone(self) -> str:
        return self.channel.settings.timezone


# --- what is asked ---------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    WHY = "why"
    STRENGTH = "strength"
    EVIDENCE = "evidence"
    WHO = "who"
    CHANGED = "changed"
    CONTRARY = "contrary"
    MIND = "mind"
    STILL = "still"
    RELATED = "related"
    FREE = "free"


_IT = r"(?:it|this|that|the\ (?:signal|story|claim|news)|this\ (?:signal|story|claim|one)|here)"
_STRONG = r"(?:strong|weak|high|low)(?:er)?|more|less|an?\ \d{1,2}|\d{1,2}"
_STRENGTH = r"(?:its|the|this|that)\ (?:strength|score)"
_TOLD = r"(?:say|said|report|reported|tell|told|confirm|confirmed|cover|covered|carry|carried|have|had|back)"
_HOUSES = r"(?:sources|publishers|articles|papers|outlets|newspapers)"
_PATTERNS = {
    Kind.MIND: r"""
        .*\bchange\ (?:your|our|my|its)\ minds?\b.* | .*\b(?:falsif|disprove)\w*.*""",
    Kind.CONTRARY: rf"""
        (?:and\ |but\ )?(?:what|who|which\ \w+|does\ any(?:one|thing|body)|is\ there\ any(?:one|thing))(?:\ else)?
            (?:\ (?:that|who))?
            \ (?:contradict|disput|den(?:y|ies)|disagree|doubt|speaks?\ against|(?:is\ )?against)\w*.*
        | (?:is|was)\ {_IT}\ (?:contradicted|disputed|denied|corrected|doubted)\b.*
        | (?:any\ )?(?:contradictions?|counter[- ]?evidence|contrary\ evidence|denials?|corrections?|doubts?)
            (?:\ about\ {_IT})?
        | (?:is|are)\ there\ (?:any\ )?(?:contradictions?|denials?|corrections?|doubts?)(?:\ about\ {_IT})?
        | what(?:'s|\ is)\ (?:uncertain|unclear|disputed|doubtful)(?:\ about\ {_IT})?""",
    Kind.STRENGTH: rf"""
        (?:and\ )?(?:how|so|why\ so|why\ only|why\ not|not)\ (?:strong|weak)\w*\b.*
        | (?:what(?:'s|\ is)\ )?(?:(?:its|the|this|that|your)\ )?(?:strength|score|confidence)(?:\ (?:of|in)\ {_IT})?
        | how\ (?:sure|certain|confident)\b.* | how\ (?:reliable|solid|credible|trustworthy)\ is\ {_IT}
        | is\ {_IT}\ (?:sure|certain|reliable|credible|confirmed|corroborated)
        | why\ (?:an?\ )?(?:only\ |not\ )?(?:\d{{1,2}}|higher|lower|more|less)(?:\ (?:and\ not|than)\ .*)?
        | why\ (?:(?:is|was|are)(?:n't|\ not)?)\ (?:{_IT}|{_STRENGTH})(?:\ (?:only|just|so|not|rated|scored|any))*
            \ (?:{_STRONG})
        | why\ (?:is\ (?:the|your)\ confidence\ )?(?:so\ |only\ )?(?:low|moderate|high)(?:\ confidence)?
        | why\ are(?:n't|\ not)?\ you(?:\ not)?\ (?:so\ |more\ )?(?:un)?(?:sure|certain|confident)
        | what\ would\ (?:make|take)\ (?:{_IT}|{_STRENGTH})(?:\ to\ (?:be|reach|get\ to))?\ (?:{_STRONG})""",
    Kind.STILL: rf"""
        (?:is|does)\ {_IT}\ still\ .* | still\ (?:true|valid|so|right|standing)""",
    Kind.RELATED: rf"""
        (?:what(?:'s|\ is)?\ )?(?:else\ )?(?:is\ )?related.* | similar(?:\ signals|\ stories)?
        | (?:what|which)(?:\ (?:other|else|signals|stories))*\ (?:is|are)\ (?:connected|linked|similar|like)\b.*
        | (?:is|are)\ (?:{_IT}|there)\ (?:anything\ |any\ signals\ |other\ signals\ )?
            (?:related|connected|linked|similar)\ to\ (?:anything|something|other|another|{_IT}).*
        | (?:is\ there\ )?anything\ (?:else\ )?(?:related|connected|similar|like\ {_IT}).*""",
    Kind.CHANGED: rf"""
        what(?:'s|\ has|\ is)?\ (?:changed|new|happened\ since)(?:\ {_IT}|\ (?:about|with|in)\ {_IT})?(?:\ since.*)?
        | (?:has|did)\ (?:anything|something|much|{_IT})\ change(?:d)?(?:\ since.*)?
        | (?:what|when)\ (?:was|were|did)\ {_IT}\ (?:first\ )?(?:seen|reported|noticed|detected|start|begin|told)
        | when\ (?:was|is)\ {_IT}(?:\ from)? | how\ (?:old|recent|new)\ is\ {_IT} | since\ when | when
        | who\ (?:reported|said|told|published|had)\ (?:{_IT}\ )?first
        | (?:its\ |the\ )?(?:strength\ )?(?:history|timeline|development)(?:\ of\ (?:{_IT}|{_STRENGTH}|its\ strength))?
        | (?:any\ |the\ |what(?:'s|\ is|\ are)\ the\ )?(?:news|updates?|latest)(?:\ news)?(?:\ (?:on|about|of)\ {_IT})?
        | (?:is\ there\ )?anything\ new(?:\ (?:on|about)\ {_IT})?(?:\ since.*)?
        | how\ (?:did|has)\ (?:{_IT}|{_STRENGTH})\ (?:develop|chang|evolv|gr[eo]w)\w*(?:\ .*)?
        | how\ often\ has\ {_IT}\ changed
        | (?:why|when|how\ much)\ (?:did|has)\ {_STRENGTH}
            \ (?:ris|rose|fall|fell|go|gone|drop|chang|gr[eo]w|increas)\w*.*
        | what\ (?:moved|raised|lowered|changed)\ (?:{_IT}|{_STRENGTH})
        | when\ did\ (?:the\ |a\ |an)?(?:first|second|third|next|other|another)\ (?:publisher|source|paper)\b.*""",
    Kind.WHO: rf"""
        (?:and\ )?who(?:\ else)? | who(?:(?:'s|\ is|\ are)\ (?:else\ )?(?:involved|behind\ {_IT}|affected|concerned))
        | (?:which|what)\ (?:companies|firms|actors|countries)(?:\ are\ (?:involved|affected|concerned)(?:\ .*)?)?
        | who\ (?:else\ )?does\ {_IT}\ (?:affect|concern)
        | (?:who\ are\ )?(?:the\ )?(?:key\ )?(?:actors|players) | who\ are\ they""",
    Kind.EVIDENCE: rf"""
        (?:the\ |your\ |its\ |what(?:'s|\ is|\ are)\ (?:the|your|its)\ )?
            (?:evidence|proof|quotes?|sources?|articles|links?)(?:\ (?:for\ |of\ |behind\ )?{_IT})?
        | says\ who | who\ says(?:\ so|\ {_IT})? | (?:according\ to|from)\ whom | where\ (?:is|does)\ {_IT}\ come\ from
        | how\ do\ you\ know(?:\ {_IT})?
        | (?:which|what|how\ many)\ {_HOUSES}(?:\ (?:are\ there|{_TOLD}(?:\ {_IT}|\ so)?))?""",
    Kind.WHY: rf"""
        (?:but\ |and\ )?why(?:\ (?:is|does)\ {_IT}(?:\ matter|\ important|\ relevant|\ interesting|\ so|\ a\ signal)?
            |\ so|\ {_IT})?
        | why\ should\ (?:i|we|anyone|anybody)\ care(?:\ about\ {_IT})? | what\ does\ {_IT}\ mean
        | what(?:'s|\ is)\ (?:the\ point|{_IT}\ about)
        | how\ come | (?:what(?:'s|\ is)\ )?(?:the\ |your\ )?(?:reason(?:s|ing)?|logic)(?:\ behind\ {_IT})?
        | explain(?:\ {_IT})? | so\ what | because""",
}
_KINDS = tuple((found, re.compile(pattern, re.VERBOSE)) for found, pattern in _PATTERNS.items())
"""Whole questions of the kinds that are read from the record; the first that fits, most particular first."""
_PREFACE = re.compile(
    r"^(?:(?:and|but|ok|well) (?=why|what|how|is|has|when|who))?"
    r"(?:(?:can|could) you )?(?:(?:show|give|tell) (?:me|us) )?"
)
"""What may stand before a question without being part of it."""


def kind(question: str) -> Kind:
    """What is asked: one of the kinds the record answers, or a free question."""
    folded = " ".join(question.lower().replace("’", "'").split()).strip(" ?!.…,;:")
    folded = _PREFACE.sub("", folded)
    return next((found for found, pattern in _KINDS if pattern.fullmatch(folded)), Kind.FREE)


# --- answering -------------------------------------------------------------------------------------------------------


async def answer(question: str, signal: Signal, asked: Asked) -> AsyncIterator[Reply]:
    """What is said to a question about a signal; several replies are one answer as it grows."""
    match kind(question):
        case Kind.FREE:
            async for reply in _put(question, await _dossiers((signal.id,), asked), asked):
                yield reply
        case Kind.RELATED:
            yield await kept(asked, await _related(signal, asked), signal_id=signal.id)
        case found:
            shown = _recorded(found, signal, asked.zone)
            yield await kept(asked, shown, signal_id=signal.id, cited=quoted(shown, signal))


def _recorded(found: Kind, signal: Signal, zone: str) -> Message:
    """The answer that stands in the record; no analyst is asked."""
    match found:
        case Kind.STRENGTH:
            return views.strength_message(signal, zone)
        case Kind.EVIDENCE:
            return views.evidence_message(signal, zone)
        case Kind.WHO:
            return _who(signal)
        case Kind.CHANGED:
            return _changed(signal, zone)
        case Kind.CONTRARY:
            return _contrary(signal)
        case Kind.MIND:
            return _mind(signal)
        case Kind.STILL:
            return _still(signal, zone)
        case _:
            return views.why_message(signal, zone)


def _who(signal: Signal) -> Message:
    actors = listed(signal.actors) if signal.actors else "The sources name nobody in particular"
    publishers = listed([each.name for each in signal.publishers])
    return message(para(f"{actors}."), para(f"Told by {publishers}.", quiet=True), _about(signal), _buttons(signal))


def _changed(signal: Signal, zone: str) -> Message:
    first = when.full_day(when.local(signal.opened, zone).date())
    words = f"First seen on {first}; it has changed {count(len(signal.revisions) - 1, 'time')} since."
    if len(signal.revisions) < 2:
        words = f"First seen on {first}; nothing has changed since."
    return message(para(words), views.history(signal, zone), _about(signal), _buttons(signal))


def _against(signal: Signal) -> list[Block]:
    """What stands in the record against the signal: contrary quotes, and articles that contradict or correct it."""
    articles = [each for each in signal.articles if each.stance in (Stance.CONTRADICTS, Stance.CORRECTS)]
    shown = {(each.article_id, each.start) for each in signal.contrary}
    blocks: list[Block] = [views.contrary_quote(signal, each) for each in signal.contrary]
    for article in articles:
        fresh = [each for each in article.evidence if (each.article_id, each.start) not in shown]
        blocks += [views.member_quote(article, each) for each in fresh]
    return blocks


def _contrary(signal: Signal) -> Message:
    against = _against(signal)
    if not against:
        return message(
            para("None of its sources contradicts it."), _confidence(signal), _about(signal), _buttons(signal)
        )
    return message(para("This speaks against it:"), *against, _confidence(signal), _about(signal), _buttons(signal))


def _mind(signal: Signal) -> Message:
    words = signal.change_mind or "The record does not say what would change our mind."
    return message(para(words), _confidence(signal), _about(signal), _buttons(signal))


def _still(signal: Signal, zone: str) -> Message:
    newest = max(signal.articles, key=lambda each: each.published)
    day = when.full_day(when.local(newest.published, zone).date())
    news = f"The last news of it came on {day} ({newest.publisher.name})."
    life = {
        SignalState.NEW: "It is new.",
        SignalState.DEVELOPING: "It is still developing.",
        SignalState.FADING: "It has brought no news for days.",
        SignalState.CLOSED: "It is closed: it has brought no news for so long that it is no longer followed.",
    }[signal.state]
    against = _against(signal)
    verdict = "Parts of it are contradicted or corrected:" if against else "Nothing stored contradicts it."
    return message(
        para(f"{verdict} {life} {news}" if not against else f"{life} {news} {verdict}"),
        *against,
        _confidence(signal),
        _about(signal),
        _buttons(signal),
    )


async def _related(signal: Signal, asked: Asked) -> Message:
    candidates = await asked.store.signals.near(_subject(signal), LOOKED_AT)
    found = [each for each in candidates if each.id != signal.id and _akin(each, signal)][:RELATED]
    if not found:
        return message(para("Nothing else in the archive is related to it."), _about(signal), _buttons(signal))
    return message(
        *views.signals_message(found, "Nearest to it in the archive:", asked.zone).blocks,
        _about(signal),
        _buttons(signal),
    )


def _subject(signal: Signal) -> str:
    return " . ".join((signal.title, *signal.actors, *signal.topics))


def _akin(one: Signal, other: Signal) -> bool:
    """Whether they share a few of the words that say what they are about."""
    return len(set(retrieval.terms(_subject(one))) & set(retrieval.terms(_subject(other)))) >= SHARED


def _confidence(signal: Signal) -> Block:
    return para(f"Confidence {views.confidence_words(signal)}", quiet=True)


def _about(signal: Signal) -> Block:
    return para(f"s{signal.id}: {signal.title}", quiet=True)


def _buttons(signal: Signal) -> Block:
    return views.actions(signal, "why", "evidence")


# --- free questions --------------------------------------------------------------------------------------------------


async def answer_widely(
    question: str, asked: Asked, *, first: Sequence[int] = (), last: Sequence[int] = ()
) -> AsyncIterator[Reply]:
    """A question about no signal in particular: put to those of `first`, then to those of the archive that match it
    and those of `last`, whose texts may say what the archive's index does not hold; of many to those whose texts hold
    most of it."""
    matching = [signal.id for signal in await asked.store.signals.search(content(question), TRIED)]
    dossiers = await _dossiers(dict.fromkeys((*first, *matching, *last)), asked)
    before = [dossier for dossier in dossiers if dossier.signal.id in first]
    rest = [dossier for dossier in dossiers if dossier.signal.id not in first]
    if len(dossiers) > PUT:  # each may cost a call
        rest.sort(key=lambda each: -_held(question, each))
    async for reply in _put(question, (*before, *rest)[:PUT], asked):
        yield reply


async def _dossiers(signal_ids: Iterable[int], asked: Asked) -> list[Dossier]:
    found = [await asked.store.signals.dossier(signal_id) for signal_id in signal_ids]
    return [dossier for dossier in found if dossier is not None]


def _held(question: str, dossier: Dossier) -> float:
    """The share of the question that stands in the texts."""
    return retrieval.coverage(question, "\n".join(f"{each.title}. {each.text}" for each in dossier.texts))


async def _put(question: str, dossiers: Sequence[Dossier], asked: Asked) -> AsyncIterator[Reply]:
    """The question put to one signal after another until one answers; else that none does, and what came nearest."""
    history = await asked.store.questions.thread(asked.channel.id, asked.thread, HISTORY)
    silent: list[tuple[Answer, Dossier]] = []
    for dossier in dossiers:
        async for said in asked.analyst.answer(question, dossier, history):
            checked = verified(said, dossier)
            if not checked.silent and said.final:
                yield await _answered(checked, dossier, asked)
                return
            if not checked.silent:
                yield Reply(answer_message(checked, dossier), final=False, signal_id=dossier.signal.id)
            elif said.final:
                silent.append((checked, dossier))
    yield await _unanswered(silent, asked)


async def _answered(said: Answer, dossier: Dossier, asked: Asked) -> Reply:
    cites = tuple(cite for part in said.parts for cite in part.cites)
    return await kept(asked, answer_message(said, dossier), signal_id=dossier.signal.id, cited=cites)


async def _unanswered(silent: Sequence[tuple[Answer, Dossier]], asked: Asked) -> Reply:
    near = [pair for pair in silent if any(part.cites for part in pair[0].parts)] or list(silent[:1])
    if not near or (len(silent) > 1 and not near[0][0].parts):
        words = para(strong("The sources do not say."), " Nothing stored comes near the question.")
        return await kept(asked, message(words))
    said, dossier = near[0]
    return await kept(asked, answer_message(said, dossier), signal_id=dossier.signal.id)


def content(words: str) -> str:
    """The words that carry meaning, to search the archive by: it matches whatever it is given."""
    return " ".join(word for word in retrieval.words(words) if retrieval.term(word))


def verified(said: Answer, dossier: Dossier) -> Answer:
    """The answer with only the quotes that stand in the stored texts, and the lines that stand in the record.

    A sentence that loses all it rests on goes too.

    What is left without anything is silence: the first law.
    """
    texts = {article.id: article.text for article in dossier.texts}
    record = frozenset(views.record_lines(dossier.signal))
    parts = tuple(part for each in said.parts if (part := _checked(each, texts, record)))
    return replace(said, parts=parts, silent=said.silent or not any(part.cites or part.record for part in parts))


def _checked(part: AnswerPart, texts: Mapping[int, str], record: Collection[str]) -> AnswerPart | None:
    cites = tuple(each for each in part.cites if holds(each, texts.get(each.article_id, "")))
    lines = tuple(each for each in part.record if each in record)
    rested = part.cites or part.record
    return None if rested and not (cites or lines) else replace(part, cites=cites, record=lines)


def answer_message(said: Answer, dossier: Dossier) -> Message:
    """The answer, its quotes with their links, then what is uncertain."""
    signal = dossier.signal
    members = {each.article_id: each for each in signal.articles}
    if said.silent:
        return _silent(signal, [cite for part in said.parts for cite in part.cites], members)
    blocks: list[Block] = []
    for part in said.parts:
        blocks += _part_blocks(part, signal, members)
    without = said.answered_by == views.MODELLESS
    return message(
        *blocks,
        _confidence(signal),
        para("Found by its words, without a model.", quiet=True) if without else None,
        _about(signal),
        _buttons(signal),
    )


def _part_blocks(part: AnswerPart, signal: Signal, members: Mapping[int, SignalArticle]) -> list[Block]:
    quotes = [_cited(each, signal, members) for each in part.cites]
    quotes += [para(f"On record: {line}", quiet=True) for line in part.record]
    said = part.text.strip()
    if not said or any(retrieval.words(said) == retrieval.words(each.quote) for each in part.cites):
        return quotes
    return [para(f"{said} (our inference)" if part.inference else said), *quotes]


def _cited(cite: Evidence, signal: Signal, members: Mapping[int, SignalArticle]) -> Block:
    article = members.get(cite.article_id)
    return views.member_quote(article, cite) if article else views.contrary_quote(signal, cite)


def _silent(signal: Signal, nearest: Sequence[Evidence], members: Mapping[int, SignalArticle]) -> Message:
    quotes = [_cited(each, signal, members) for each in nearest[:NEAREST]]
    near = para("What came nearest, without answering it:") if quotes else None
    return message(para(strong("The sources do not say.")), near, *quotes, _about(signal), _buttons(signal))


# --- memory ----------------------------------------------------------------------------------------------------------


async def kept(
    asked: Asked,
    whole: Message,
    *,
    signal_id: int | None = None,
    cited: Iterable[Evidence] = (),
    limit: int = SHORT,
    audience: Audience = Audience.THREAD,
) -> Reply:
    """The reply with as much of the answer as is short, kept by thread with the rest for `more`."""
    shown, rest = views.shorten(whole, limit)
    record = QuestionRecord(
        id=0,
        channel_id=asked.channel.id,
        thread=asked.thread,
        asker=asked.asker,
        question=asked.said,
        answer=plain(shown)[:KEPT],
        signal_id=signal_id,
        at=asked.now,
        cited=tuple(cited),
        rest=to_json(rest) if rest else None,
    )
    await asked.store.questions.add(record)
    return Reply(shown, audience, signal_id=signal_id)


def quoted(shown: Message, signal: Signal) -> tuple[Evidence, ...]:
    """The evidence of the signal that a message quotes."""
    said = {block.text for block in shown.blocks if block.kind == "quote"}
    every = (*(each for article in signal.articles for each in article.evidence), *signal.contrary)
    return tuple(each for each in every if each.quote in said)
