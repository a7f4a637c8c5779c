"""Decide by word order whether a name does something: "Nordline said …", "was closed by the ministry"."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise

from bot.analysts.lexical.counting import is_person
from bot.model.article import Article
from bot.text.proper_names import names
from bot.text.word_lists import CALENDAR, stopwords, word_set
from bot.text.word_relations import PAST, stems

_WORD = re.compile(r"[^\W_]+(?:[’'.&-][^\W_]+)*")
_SUBJECT_WINDOW = 7
"""How many words before a verb are searched for its subject. By judgement; measured by
`python -m tests.bench answers`."""
_FINITE_VERB = re.compile(
    rf"(?:has|have|had|is|are|was|were|will|would|can|could|may|might|must|says?|said|told|{'|'.join(PAST.values())}"
    r"|\w{2,}(?:ed|[^s]s))"
)
_ACRONYM = re.compile(r"\b[A-Z]{2,6}\b")
_APPOSITION_BEHIND_NAME = r"(?: \([^)]{1,40}\))?(?:, [^,.;]{1,80},)?"
_FURTHER_NAMES = r"(?:(?: and|,| or) (?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*){0,3}"
_OPTIONAL_ADVERB = r"(?: (?:also|now|still|already|only|never|not|\w+ly))?"
_PREPOSITION_BEFORE_NAME = re.compile(
    r"\b(?:of|in|on|at|to|from|by|with|for|against|between|over|about|near|under|than|and|than)(?: the)?$"
)


def does(sentence: str, is_verb: Callable[[str], bool]) -> bool:
    """Whether a name or a word for persons stands in the agent position of the verb: before it, or after "by".

    `is_verb` gets the stems of each word and says whether one is the verb.
    """
    words = _WORD.findall(sentence)
    for at, word in enumerate(words):
        if any(map(is_verb, stems(word))):
            before, behind = words[max(0, at - _SUBJECT_WINDOW) : at], words[at + 1 : at + 6]
            if "by" in behind and any(map(_somebody, behind[behind.index("by") :])):
                return True
            if any(map(_somebody, before)) and not _is_passive(word, before, behind):
                return True
    return False


def undergoes(sentence: str, is_verb: Callable[[str], bool]) -> bool:
    """Whether the verb is in the passive voice without an agent: “the minister was arrested”."""
    words = _WORD.findall(sentence)
    found = [
        (word, words[max(0, at - 2) : at], words[at + 1 : at + 6])
        for at, word in enumerate(words)
        if any(map(is_verb, stems(word)))
    ]
    return bool(found) and all(_is_passive(*each) and "by" not in each[2] for each in found)


def _is_passive(verb: str, before: Sequence[str], behind: Sequence[str]) -> bool:
    """Whether a verb with these neighbours is in the passive voice: behind a form of “be”, or, as in headlines, before
    “after” or “amid” without a form of “have”."""
    if verb.endswith("ing"):
        return False
    if any(word.lower() in _FORMS_OF_BE for word in before[-2:]):
        return True
    return (
        bool(behind)
        and behind[0].lower() in {"after", "amid"}
        and not any(w.lower() in _FORMS_OF_HAVE for w in before[-2:])
    )


_FORMS_OF_BE = word_set("is are was were be been being am get got")
_FORMS_OF_HAVE = word_set("has have had")


def _somebody(word: str) -> bool:
    lower = word.lower()
    return (word[0].isupper() and not _is_function_word(word)) or lower in _ORGANISATION_NOUNS or is_person(lower)


def names_another(sentence: str, is_named: Callable[[str], bool]) -> bool:
    """Whether a name or a word for persons stands in the sentence that is none of those named in the question: not what
    one of these is called (“party leader Kolb”), nor what something is (“opposition challenge”, “in April”)."""
    words = _WORD.findall(sentence)
    return any(
        _somebody(word)
        and not any(map(is_named, stems(word)))
        and word.lower() not in CALENDAR
        and (word[0].isupper() or not (any(map(is_named, stems(after))) or after.lower() in _DOINGS))
        for word, after in pairwise((*words[1:], ""))
    )


_DOINGS = word_set(
    "challenge campaign rally protest deal plan victory win defeat claim bid vote majority support leader"
)
"""Nouns before which that of an organisation says whose they are."""


_ORGANISATION_NOUNS = word_set("""
    ministry government board court union company firm authority commission council parliament party army police
    regulator bank agency group minister president mayor judge association federation committee senate navy state
    city panel owner founder maker supplier contractor opposition coalition cabinet prosecutor watchdog
""")
"""Nouns in the singular for organisations and officials, which can be the subject of a verb."""


def _is_function_word(word: str) -> bool:
    return not word.isupper() and word.lower() in stopwords("en")


_SAYING_VERB = re.compile(
    r"(?:says?|said|saying|told|tells?|argu\w+|warn\w*|call\w*|add(?:s|ed)|ask\w*|insist\w*|wrote|writes|den(?:y"
    r"|ies|ied)"
    r"|declin\w+|claim\w*|announc\w*|promis\w+|pledg\w+|want\w*|accus\w+|demand\w*|vow\w*|urg\w+|describ\w+|continu\w+|repl\w+"
    r"|explain\w*"
    r"|expect\w*|believ\w+|think\w*|fear\w*|criti\w+|praise\w*|reject\w*|disput\w*|estimat\w+|stress\w*|acknowledg\w+"
    r"|address\w*|announced|welcom\w+|doubt\w*|plan\w*|nod(?:s|ded)|referenced|sag\w+|dit|dijo|disse|zei|detto)"
)
_INVERTIBLE_SAYING_VERB = re.compile(
    r"says?|said|add(?:s|ed)|wrote|writes|argue[sd]|explain(?:s|ed)|insist(?:s|ed)|continue[sd]|repl(?:y|ies|ied)"
    r"|announced|sag\w+|dit|dijo|disse|zei|detto"
)
"""Verbs that the speaker may follow (“said the minister”); what follows “accused” is who is accused."""
_PRONOUNS = frozenset({"he", "she"})


def speaks(sentence: str, is_named: Callable[[str], bool], *, pronouns: bool) -> bool:
    """Whether somebody says something in the sentence, outside what is quoted: a name, with `pronouns` also “he” or
    “she”, stands before a verb of saying without another name between, or right behind it.

    `is_named` gets the stems of each word and says whether it is of the name.
    """
    unquoted = _QUOTATION.sub(" ", sentence)
    spoken = (_SPOKEN_WORD.findall(each) for each in (_APPOSITION.sub(" ", unquoted), unquoted))
    return any(_speaks(words, is_named, pronouns=pronouns) for words in spoken)


def _speaks(words: Sequence[str], is_named: Callable[[str], bool], *, pronouns: bool) -> bool:
    for at, word in enumerate(words):
        if _SAYING_VERB.fullmatch(word.lower()) and not (at and words[at - 1].lower() in _FORMS_OF_BE):
            before, behind = words[max(0, at - SPEAKER_WINDOW) : at], words[at + 1 : at + 1 + SPEAKER_WINDOW]
            inverts = _INVERTIBLE_SAYING_VERB.fullmatch(word.lower()) is not None
            if _speaker_stands_before(before, is_named, pronouns=pronouns) or (
                inverts and _speaker_stands_behind(behind, is_named)
            ):
                return True
    return False


def _speaker_stands_before(before: Sequence[str], is_named: Callable[[str], bool], *, pronouns: bool) -> bool:
    """Whether the last name or pronoun before a verb is the one that is meant."""
    subjects = [word for word in before if word[0].isupper() or word.lower() in _PRONOUNS]
    return bool(subjects) and _is_the_speaker(subjects[-1], is_named, pronouns=pronouns)


def _speaker_stands_behind(behind: Sequence[str], is_named: Callable[[str], bool]) -> bool:
    """Whether the speaker stands behind the verb: “said the minister's lawyer, Sten Aker”."""
    if not behind or behind[0].lower() in _NOT_A_SPEAKER:
        return False
    return any(_is_the_speaker(word, is_named, pronouns=False) for word in behind)


def _is_the_speaker(word: str, is_named: Callable[[str], bool], *, pronouns: bool) -> bool:
    if word.endswith(("’s", "'s", "s’", "s'")):
        return False
    return any(map(is_named, stems(word))) or (pronouns and word.lower() in _PRONOUNS)


_REFERS_BACK = re.compile(
    r"\W*(?:(?:and|but|so|now|then) )?(?:it|its|they|their|he|his|she|her|this|that|these|those|the [a-z]+)\b",
    re.IGNORECASE,
)


def begins_with_pronoun(words: str) -> bool:
    """Whether the words begin with a pronoun or “the order”: they may mean what was told before."""
    return bool(_REFERS_BACK.match(words))


SPEAKER_WINDOW = 8
"""How many words before a verb of saying, or behind it, its subject may stand."""
_APPOSITION = re.compile(
    r", (?:who|which|an?|the|its|his|her|their)\b[^,]{1,80},"
    r"|(?<=\w) (?:of|from|at) (?:the )?[A-Z][\w&-]*(?: [A-Z][\w&-]*)*"
)
"""What stands between a name and its verb: “Jana Holt, an analyst at Brisk, said”, “Jana Holt of Brisk said”."""
_SPOKEN_WORD = re.compile(r"[^\W_]+(?:[’'.&-][^\W_]+)*(?:(?<=s)[’'](?!\w))?")
_NOT_A_SPEAKER = word_set("it he she they we i you that had has have was were is are to in on at by as")
_QUOTATION = re.compile(r"[“\"][^”\"]*[”\"]?")


def introduces(sentence: str, is_named: Callable[[str], bool]) -> bool:
    """Whether the sentence says who somebody is: “X, the owner of …”, “Mines Minister X”, “X is a …”."""
    for name in names(f"so {sentence}"):
        if any(map(is_named, stems(name))):
            last = re.escape(name)
            if re.search(
                rf"{last}(?:, (?:an?|the|who|its|his|her|their|head|chief|\d+|[A-Z][\w&. -]*[’']s?)\b"
                rf"|,? (?:is|was) (?:an?|the)\b| \()",
                sentence,
            ):
                return True
            if re.search(rf"(?:[a-z]\w+,? |’s |'s ){last}", sentence) and re.search(
                rf"{_ROLE_NOUN}[^.]{{0,60}}{last}", sentence
            ):
                return True
            if re.search(
                rf"{last}[’']s (?:\w+ ){{0,3}}(?:party|company|firm|group|bank|government|movement)\b", sentence
            ):
                return True
            if re.search(rf"{_ROLE_NOUN}", name, re.IGNORECASE):
                return True
    return False


_ROLE_NOUN = (
    r"(?:[Pp]resident|[Mm]inister|[Cc]hancellor|[Ss]ecretary|[Cc]hair\w*|[Cc]hief|[Hh]ead|[Dd]irector|[Ff]ounder"
    r"|[Ll]eader"
    r"|[Ss]pokes\w+|[Oo]wner|[Ee]ditor|[Jj]udge|[Gg]overnor|[Mm]ayor|[Aa]nalyst|[Pp]rofessor|[Cc]aptain|[Gg]eneral"
    r"|[Ll]awyer"
    r"|[Ss]enator|[Ee]nvoy|[Aa]mbassador|[Cc]ommissioner|[Rr]epresentative|[Ee]conomist|[Ee]ngineer|[Mm]anager"
    r"|[Bb]illionaire"
    r"|CEO|[Ww]idow\w*|[Ww]ife|[Hh]usband|[Ss]on|[Dd]aughter|[Mm]other|[Ff]ather|[Bb]rother|[Ss]ister|[Ff]ormer|[Uu]nion|[Ff]irm|[Cc]ompany|[Gg]roup|[Pp]rosecutor|[Cc]andidate|[Ss]peaker)"
)


def acts(name: str, sentence: str) -> bool:
    """Whether the name is the subject of a verb of the sentence, alone or beside other names.

    It is in "Nordline said" and "Nordline, a carrier, has"; it is not in "shares of Nordline" and "Nordline's plan is".
    """
    subject = re.compile(
        rf"(?<!\w){re.escape(name)}{_FURTHER_NAMES}{_APPOSITION_BEHIND_NAME}{_OPTIONAL_ADVERB} (?P<verb>[^\W\d_]+)"
    )
    return any(
        _FINITE_VERB.fullmatch(match["verb"].lower())
        and not _PREPOSITION_BEFORE_NAME.search(sentence[: match.start()].rstrip())
        for match in subject.finditer(sentence)
    )


def subjects(sentence: str, beside: str) -> Iterator[str]:
    """Yield each name that does something in the sentence; `beside` is the text it stands in."""
    return (name for name in names(sentence, beside) if acts(name, sentence))


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
