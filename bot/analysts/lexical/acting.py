"""Decide by word order whether a name does something: "Nordline said …", "was closed by the ministry"."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from bot.analysts.lexical.counting import is_person
from bot.analysts.lexical.word_relations import PAST, stems
from bot.model.article import Article
from bot.text.proper_names import names

_WORD = re.compile(r"[^\W_]+(?:[’'.&-][^\W_]+)*")
_REACH = 7
"""How many words before a verb are searched for its subject."""
_FINITE = re.compile(
    rf"(?:has|have|had|is|are|was|were|will|would|can|could|may|might|must|says?|said|told|{'|'.join(PAST.values())}"
    r"|\w{2,}(?:ed|[^s]s))"
)
_ACRONYM = re.compile(r"\b[A-Z]{2,6}\b")
_ASIDE = r"(?: \([^)]{1,40}\))?(?:, [^,.;]{1,80},)?"
_BESIDE = r"(?:(?: and|,| or) (?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*){0,3}"
_ADVERB = r"(?: (?:also|now|still|already|only|never|not|\w+ly))?"
_OBJECT = re.compile(
    r"\b(?:of|in|on|at|to|from|by|with|for|against|between|over|about|near|under|than|and|than)(?: the)?$"
)


def does(sentence: str, is_verb: Callable[[str], bool]) -> bool:
    """Whether a name or a word for persons stands in the agent position of the verb: before it, or after "by".

    `is_verb` gets the stems of each word and says whether one is the verb.
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


def doers(article: Article, known: Collection[str] = ()) -> Iterator[tuple[str, int | None]]:
    """Yield each name that does something, with the number of the sentence where it first does (None: the headline).

    A single word that occurs only at the start of sentences is not taken for a name unless it is in `known`.
    """
    seen: set[str] = set()
    for number in (*range(len(article.sentences)), None):
        words = " ".join((article.title if number is None else article.sentence(number)).split())
        for name in (*names(words, article.text), *_ACRONYM.findall(words)):
            if name not in seen and acts(name, words) and (name in known or _is_name(name, number, article)):
                seen.add(name)
                yield name, number


def _is_name(name: str, number: int | None, article: Article) -> bool:
    within = rf"[\w,;:’'”)] (?:the )?{re.escape(name)}\b"
    return number is None or " " in name or name.isupper() or re.search(within, article.text) is not None
