"""Classify a question: its kind, the signal it names, and what it asks.

Most kinds are answered from a signal's record; a free question is answered from the texts of its articles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.conversation.parse import SIGNAL_ID
from bot.model.question import QuestionRecord
from bot.model.signal import Signal


class Kind(StrEnum):
    """What is asked for."""

    WHY = "why"
    STRENGTH = "strength"
    EVIDENCE = "evidence"
    WHO = "who"
    CHANGED = "changed"
    CONTRARY = "contrary"
    MIND = "mind"
    STILL = "still"
    RELATED = "related"
    NOT_HEARD = "not heard"  # why something was not told here, or why it was quiet
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Question:
    """A classified question, passed on from dispatch to the answer.

    `understand` sets what the words alone tell. `signal`, `first`, `last` and `earlier` depend on where it was asked;
    the caller adds them.
    """

    words: str  # as they were said, courtesies aside
    text: str  # without what only says which signal is meant
    kind: Kind
    others: bool = False  # for WHO: asks who else, beside those named before
    missed: str = ""  # of NOT_HEARD: what was not heard of; "": nothing in particular, it was quiet
    signal_id: int | None = None  # of the signal it names by an id
    number: int | None = None  # of the signal it names by its number in the brief at hand
    signal: Signal | None = None  # the one it is about; None: none in particular
    first: tuple[int, ...] = ()  # about none: ids of signals to be asked before the archive is searched
    last: tuple[int, ...] = ()  # and after it
    earlier: tuple[QuestionRecord, ...] = ()  # what was asked before in the thread, the latest last

    @property
    def free(self) -> bool:
        return self.kind is Kind.FREE

    @property
    def goes_on(self) -> bool:
        """Whether it says nothing by itself ("since when?", "who says so?") and follows a free question."""
        return _GOES_ON.fullmatch(_bare(self.text)) is not None and bool(self.earlier) and self._before_was_free

    @property
    def _before_was_free(self) -> bool:
        return understand(self.earlier[-1].question).free

    @property
    def unnumbered(self) -> Question:
        """The same where its number names no signal, so that the number is part of what is asked."""
        return replace(self, text=_joined(_NAMED.sub(" ", self.words)) or self.words, number=None)


# --- which signal is named -------------------------------------------------------------------------------------------

_BEFORE = r"(?:\b(?:in|of|about|for|on|with|behind)\s+)?"
_SAYS_WHICH = re.compile(rf"{_BEFORE}(?:#|\b(?:signal|number|story)\s+)(\d{{1,3}})\b", re.IGNORECASE)
_NAMED = re.compile(rf"{_BEFORE}{SIGNAL_ID.pattern}", re.IGNORECASE)
_LAST_NUMBER = re.compile(rf"\s*{_BEFORE}(?<![\w.,$€£])#?(\d{{1,2}})\s*\?*$", re.IGNORECASE)

# --- kinds answered from the record ----------------------------------------------------------------------------------

_IT = r"(?:it|this|that|the\ (?:signal|story|claim|news)|this\ (?:signal|story|claim|one)|here)"
_STRONG = r"(?:strong|weak|high|low)(?:er)?|more|less|an?\ \d{1,2}|\d{1,2}"
_STRENGTH = r"(?:its|the|this|that)\ (?:strength|score)"
_POINTS = r"(?:an?\ )?\d{1,2}"
_THAN = r"(?:\ points?)?(?:\ (?:and\ not|instead\ of|rather\ than|than)\ .*)?"
_TOLD = r"(?:say|said|report|reported|tell|told|confirm|confirmed|cover|covered|carry|carried|have|had|back)"
_OF_WHAT = (
    rf"(?:is|are|was|do|does|then|really)\ (?:{_IT}|{_STRENGTH}|you|the\ evidence|\#?\d{{1,3}}|s\d+"
    r"|the\ \w+\ (?:one|story|signal))"
)
_HOUSES = r"(?:sources|publishers|articles|papers|outlets|newspapers)"
_PATTERNS = {
    Kind.MIND: r"""
        .*\bchange\ (?:your|our|my|its)\ minds?\b.* | .*\b(?:falsif|disprove)\w*.*""",
    Kind.CONTRARY: rf"""
        (?:and\ |but\ )?(?:what|who|which\ \w+|does\ any(?:one|thing|body)|is\ there\ any(?:one|thing))(?:\ else)?
            (?:\ (?:that|who))?
            \ (?:contradict|disput|den(?:y|ies)|disagree|object|oppos|doubt|speaks?\ against|(?:is\ |are\ )?against)\w*
            (?:\ (?:with\ |to\ |about\ )?{_IT})?(?:\ \d{{1,3}})?
        | (?:is|was)\ {_IT}\ (?:contradicted|disputed|denied|corrected|doubted)\b.*
        | (?:who|does\ any(?:one|body|thing))\ says?\ (?:otherwise|the\ opposite)
        | (?:any\ )?(?:contradictions?|counter[- ]?evidence|contrary\ evidence|denials?|corrections?|doubts?)
            (?:\ about\ {_IT})?
        | (?:is|are)\ there\ (?:any\ )?(?:contradictions?|denials?|corrections?|doubts?)(?:\ about\ {_IT})?
        | what(?:'s|\ is)\ (?:uncertain|unclear|disputed|doubtful)(?:\ about\ {_IT})?""",
    Kind.STRENGTH: rf"""
        (?:and\ )?(?:how|so|why\ so|why\ only|why\ not|not)\ (?:strong|weak)\w*(?:\ {_OF_WHAT}\b.*)?
        | (?:what(?:'s|\ is)\ )?(?:(?:its|the|this|that|your)\ )?(?:strength|score|confidence)(?:\ (?:of|in)\ {_IT})?
        | how\ (?:sure|certain|confident)\b.* | how\ (?:reliable|solid|credible|trustworthy)\ is\ {_IT}
        | is\ {_IT}\ (?:sure|certain|reliable|credible|confirmed|corroborated)
        | why\ (?:an?\ )?(?:(?:only|just|not)\ )?(?:an?\ )?(?:\d{{1,2}}|higher|lower|more|less){_THAN}
        | why\ (?:this|such|so)(?:\ an?)?\ (?:low|high|weak|strong)(?:\ (?:an?\ )?(?:score|strength|confidence))?
        | why\ (?:did|do)\ you\ (?:give|rate|score)\ {_IT}\ (?:(?:only|just)\ )?(?:at\ |with\ )?{_POINTS}{_THAN}
        | why\ (?:does|has)\ {_IT}\ (?:have\ |got\ )?(?:only\ )?an?\ (?:strength|score)\ of\ (?:only\ )?{_POINTS}{_THAN}
        | why\ (?:(?:is|was|are)(?:n't|\ not)?)\ (?:{_IT}|{_STRENGTH})(?:\ (?:only|just|so|not|rated|scored|any))*
            \ (?:{_STRONG}){_THAN}
        | why\ (?:is\ (?:the|your)\ confidence\ )?(?:so\ |only\ )?(?:low|moderate|high)(?:\ confidence)?
        | why\ are(?:n't|\ not)?\ you(?:\ not)?\ (?:so\ |more\ )?(?:un)?(?:sure|certain|confident)
        | what\ would\ (?:make|take)\ (?:{_IT}|{_STRENGTH})(?:\ to\ (?:be|reach|get\ to))?\ (?:{_STRONG})""",
    Kind.STILL: rf"""
        (?:is|does)\ {_IT}\ still\ (?:\w+|going\ on|the\ case|being\ \w+) | still\ (?:true|valid|so|right|standing)""",
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
        (?:and\ )?who(?:\ else)?
        | who(?:(?:\ else)?(?:'s|\ is|\ are)\ (?:else\ )?(?:involved|behind\ {_IT}|affected|concerned))
        | (?:which|what)\ (?:companies|firms|actors)(?:\ are\ (?:involved|affected|concerned)(?:\ .*)?)?
        | who\ (?:else\ )?does\ {_IT}\ (?:affect|concern)
        | (?:who\ are\ )?(?:the\ )?(?:key\ )?(?:actors|players) | who\ are\ they""",
    Kind.EVIDENCE: rf"""
        (?:the\ |your\ |its\ |what(?:'s|\ is|\ are)\ (?:the|your|its)\ )?
            (?:evidence|proof|quotes?|sources?|articles|links?)(?:\ (?:for\ |of\ |behind\ )?{_IT})?
        | who\ (?:else\ )?(?:reports?|reported|tells?|told|published|covers?|covered|carries|carried|announced|announces
            |confirmed|confirms|claims|claimed|said)\ (?:{_IT}|so)
        | says\ who | who\ says(?:\ so|\ {_IT})? | (?:according\ to|from)\ whom | where\ (?:is|does)\ {_IT}\ come\ from
        | how\ do\ (?:you|we|they)\ know(?:\ {_IT})?
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
"""Patterns for whole questions that the record answers; the first match counts, so specific ones come first."""
_GOES_ON = re.compile(r"(?:and )?(?:since )?when|says who|who says (?:so|that|this)|(?:according to|from) whom")
_PREFACE = re.compile(
    r"^(?:(?:and|but|ok|well) (?=why|what|how|is|has|when|who))?"
    r"(?:(?:can|could) you )?(?:(?:show|give|tell) (?:me|us) )?"
)
"""Words before a question that are not part of it."""

# --- why something was not heard -------------------------------------------------------------------------------------

_HEARD = r"(?:get|got|see|seen|receive|received|hear|heard|told|been told)"
_ABOUT = r"(?: (?:anything|something|nothing|a word|the news|news))?(?: (?:of|about|on))?"
_BRIEF = r"(?:the|my|our|this|today's) (?:morning's )?brief"
_POINTS = r"(?:an?\ )?\d{1,2}"
_THAN = r"(?:\ points?)?(?:\ (?:and\ not|instead\ of|rather\ than|than)\ .*)?"
_TOLD = r"(?:tell|told|show|shown|send|sent)(?: me| us)?"
_MISSED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"why (?:did|do|have|am|was|were) (?:i|we) (?:not|never) {_HEARD}{_ABOUT} (?P<words>.+)",
        rf"why (?:didn't|don't|haven't|wasn't|weren't) (?:i|we) {_HEARD}{_ABOUT} (?P<words>.+)",
        rf"why (?:i|we) (?:did|do|have|was|were)(?: not| never|n't) {_HEARD}{_ABOUT} (?P<words>.+)",
        rf"why (?:did you not|didn't you|have you not|haven't you|you didn't) {_TOLD}{_ABOUT} (?P<words>.+)",
        rf"why (?:did|has) (?:nobody|no one) {_TOLD}{_ABOUT} (?P<words>.+)",
        rf"why (?:did|have) (?:i|we|you) miss(?:ed)?{_ABOUT} (?P<words>.+)",
        rf"why (?:was|is|were|are) (?P<words>.+?) (?:not|missing) (?:in|from) {_BRIEF}",
        rf"why (?:wasn't|isn't|weren't|aren't) (?P<words>.+?) in {_BRIEF}",
        rf"why did (?P<words>.+?) not (?:make(?: it into)?|come up in|appear in) {_BRIEF}",
        rf"why didn't (?P<words>.+?) (?:make(?: it into)?|come up in|appear in) {_BRIEF}",
        r"why (?:(?:is|was) there )?(?:nothing|not a word|no (?:news|word|story|signal)) (?:of|about|on) (?P<words>.+)",
        r"why no (?!brief|news|word|story|signal)(?P<words>[\w'-]+ .+)",
    )
)
_QUIET = re.compile(
    r"why (?:is |was |so |it |this |everything |here |today |yesterday |this morning )*quiet.*"
    r"|(?:is|was) (?:it |this |everything |here |today |yesterday |this morning |so )+quiet"
    r"|why (?:(?:is|was) there )?(?:nothing|no (?:brief|news|signals?|word))"
    r"|why (?:is|was) the brief (?:so )?(?:empty|late|missing)"
    r"|why (?:did the brief not|didn't the brief|did no brief) (?:come|arrive)"
)
_WHEN = re.compile(
    r"(?: (?:today|yesterday|here|then|at all|so far|yet|this (?:morning|week)|in (?:the|today's|my|our|this) brief))+$"
)
_WHOLE = re.compile(
    r"(?:(?:a|the|any|my|our|today's|this morning's) )?(?:brief|briefs|anything|something|news|message)"
)
"""Things missed that are not a particular story: a brief, anything, news."""

# --- understanding ---------------------------------------------------------------------------------------------------


def understand(words: str) -> Question:
    """Classify the words; where they were said is not considered."""
    if (missed := _missed(words)) is not None:
        return Question(words, words, Kind.NOT_HEARD, missed=missed, signal_id=_id(words))
    left, said = _joined(_NAMED.sub(" ", _SAYS_WHICH.sub(" ", words))), _SAYS_WHICH.search(words)
    number, last = int(said[1]) if said else None, _LAST_NUMBER.search(left)
    if last and _kind(left[: last.start()]) is not Kind.FREE:  # "what contradicts 3?"; in a free one it may be anything
        left, number = left[: last.start()], number or int(last[1])
    others = re.search(r"\belse\b", left, re.IGNORECASE) is not None
    return Question(words, left or words, _kind(left or words), others, signal_id=_id(words), number=number)


def _id(words: str) -> int | None:
    match = SIGNAL_ID.search(words)
    return int(match[1]) if match else None


def _kind(question: str) -> Kind:
    bare = _bare(question)
    return next((found for found, pattern in _KINDS if pattern.fullmatch(bare)), Kind.FREE)


def _bare(question: str) -> str:
    return _PREFACE.sub("", _folded(question).strip(" .…,;:?!"))


def _missed(words: str) -> str | None:
    """What the asker did not hear of; "" if nothing in particular; None if the question is another one."""
    folded = re.sub(r"^(?:and |but |so )?(?:how come|why)\b", "why", _folded(words).strip(" ?!."))
    bare = _WHEN.sub("", folded)
    for each in dict.fromkeys((bare, folded)):
        if match := next((match for pattern in _MISSED if (match := pattern.fullmatch(each))), None):
            what = _WHEN.sub("", match["words"])
            return "" if _WHOLE.fullmatch(what) else what
    return "" if _QUIET.fullmatch(bare) or _QUIET.fullmatch(folded) else None


def _folded(words: str) -> str:
    return _joined(words.lower().replace("’", "'"))


def _joined(words: str) -> str:
    return " ".join(words.split())
