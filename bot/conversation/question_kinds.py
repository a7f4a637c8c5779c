"""Which kind of question is asked: one the record answers, or a free one."""

from __future__ import annotations

import re
from enum import StrEnum

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
