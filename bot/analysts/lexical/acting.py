"""Who does something in a sentence, told by the order of its words: "Nordline said …", "was closed by the ministry"."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.analysts.lexical.answer_types import is_person
from bot.analysts.lexical.word_relations import PAST, stems

_WORD = re.compile(r"[^\W_]+(?:[’'.&-][^\W_]+)*")
_REACH = 7
"""Words before a verb among which its subject is looked for."""
_FINITE = re.compile(
    rf"(?:has|have|had|is|are|was|were|will|would|can|could|may|might|must|says?|said|told|{'|'.join(PAST.values())}"
    r"|\w{2,}(?:ed|[^s]s))"
)
_ASIDE = r"(?: \([^)]{1,40}\))?(?:, [^,.;]{1,80},)?"
_BESIDE = r"(?:(?: and|,| or) (?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*){0,3}"
_ADVERB = r"(?: (?:also|now|still|already|only|never|not|\w+ly))?"
_OBJECT = re.compile(
    r"\b(?:of|in|on|at|to|from|by|with|for|against|between|over|about|near|under|than|and|than)(?: the)?$"
)


def does(sentence: str, is_verb: Callable[[str], bool]) -> bool:
    """Whether a name, or people, stand where the doer of the verb stands: before it, or behind "by".

    `is_verb` is asked of the stem of each word.
    """
    words = _WORD.findall(sentence)
    for at, word in enumerate(words):
        if any(map(is_verb, stems(word))):
            before, behind = words[max(0, at - _REACH) : at], words[at + 1 : at + 6]
            if any(map(_somebody, before)) or ("by" in behind and any(map(_somebody, behind[behind.index("by") :]))):
                return True
    return False


def _somebody(word: str) -> bool:
    return word[0].isupper() or is_person(word.lower())


def acts(name: str, sentence: str) -> bool:
    """Whether the name is the subject of a verb of the sentence, alone or beside other names.

    It is in "Nordline said" and "Nordline, a carrier, has"; it is not in "shares of Nordline" and "Nordline's plan is".
    """
    subject = re.compile(rf"(?<!\w){re.escape(name)}{_BESIDE}{_ASIDE}{_ADVERB} (?P<verb>[^\W\d_]+)")
    return any(
        _FINITE.fullmatch(match["verb"].lower()) and not _OBJECT.search(sentence[: match.start()].rstrip())
        for match in subject.finditer(sentence)
    )
