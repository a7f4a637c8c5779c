"""Parse a question: what sort of thing it asks for, about whom, and in which words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.analysts.lexical import answer_types, counting, foreign_words, future, type_matching
from bot.analysts.lexical.answer_types import OF_ANYTHING, WORDLESS, AnswerType, type_words
from bot.text.proper_names import names
from bot.text.tokenisation import fold, term, terms, words
from bot.text.word_lists import stopwords, word_set
from bot.text.word_relations import LIGHT, is_place, one_spelling, stems


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is looked for. A question of names alone has no terms beside them."""

    text: str  # the question, with the one before where it goes on from that
    type: AnswerType
    terms: tuple[str, ...]  # stems of what it says, each once, the names' included
    names: tuple[frozenset[str], ...]  # the stems of each name in it
    doers: tuple[frozenset[str], ...]  # of these, those who are asked to have done it: "did Ines Karlsen …"
    things: frozenset[str]  # of "how many …": stems of what is counted
    persons: bool  # whether those are persons
    kind: frozenset[str]  # of "which ports …", "how much water …": the stem of what is asked for
    typed: Mapping[str, AnswerType]  # of the terms those that only name a sort of thing, with that sort
    ahead: bool  # whether it asks what is to come
    language: str = "en"  # ISO 639-1, in which it is asked
    measured: frozenset[str] = frozenset()  # of "how much cobalt …": the stem of what is measured
    act: str = ""  # of "how much cobalt does China use?": the stem of the verb; "": none stands at its end
    verbs: frozenset[str] = frozenset()  # of "what does Spain plan?": the stem of what is done
    deed: str = ""  # of "who founded it?": the stem of the verb
    passive: bool = False  # "who was arrested?": whoever has suffered it
    identity: bool = False  # "who is Ines Karlsen?"
    subject: frozenset[str] = frozenset()  # of "what will the port do?": the stems of who says, plans or does it
    planned: bool = False  # "what does the port plan?": its subject is to plan or foresee something
    closed: bool = False  # "did they agree?": yes or no, of what is or was
    said: frozenset[str] = frozenset()  # where it goes on from the one before: the stems of its own words


_FRAME = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how|much|many|long|far|old|often|large|big|is|are|was|were|be"
    r"|been|do|does"
    r"|did|has|have|had|will|would|can|could|should|the|a|an|it|this|that|there|article|articles|source|sources|say"
    r"|says"
    r"|said|tell|tells|told|think|thinks|me|us|about|please|signal|exactly|happen|happens|happened|anything|anyone"
    r"|any|thing"
    r"|things|else|and|but|so|instead|compared|true|really|average|affected|affects?|involved|concerned|new|latest"
    r"|current|alleged|supposed|so-called"
    r"|(?<=\bthe )(?:two|three)|(?<=\bhow )(?:high|low|strong|deep|fast|soon|heavy|small|serious|likely|hot|cold))\b",
    re.IGNORECASE,
)
_EVER = re.compile(r"(?<=\w )before(?=\W*$)", re.IGNORECASE)
"""“Was he poisoned before?” asks for an earlier time, and not for what came before something."""
_TOPIC = re.compile(r"\b(?:what|how) about (.+)", re.IGNORECASE)
_KIND = re.compile(r"\b(?:which|how much) ([\w'’-]+)", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:and|but|or|also|und|et|y|e)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|has|have|had|will|would|can"
    r"|could|should)\b",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"^(?:[Aa]nd |[Bb]ut )?[Ww]ho(?:'s|’s| is| are"
    r"| was) (?!.*[’']s \w)(?P<name>[A-Z][\w’'-]*(?: [\w’'-]+)*)\W*$"
)
_DONE = re.compile(
    r"\b(?:do|does|did|will|would) (?:[\w’'.-]+ ){1,4}?(?P<verb>[a-z]+)"
    r"(?: (?:about|to|for|in|on|against|from|with|of|at)\b.*)?\W*$"
)
_DEED = re.compile(
    r"\b(?:who|which (?:\w+ )?(?:laws?|acts?|treat(?:y|ies)|rules?)) (?:else |has |have |had |will )?(?P<verb>[a-z]+)",
    re.IGNORECASE,
)
_AGED = re.compile(r"\b[Hh]ow old (?:is|was) (?P<name>[A-Z][\w.&-]*(?: [A-Z][\w.&-]*)*)\W*$")
_PASSIVE = re.compile(
    r"\bwho(?:m| else)? (?:is|are|was|were|has been|have been|got|will be)\b(?! \w+ing\b)", re.IGNORECASE
)
_POINTS_AT = re.compile(r"\b(?:it|them|they|him|her|he|she|those|these|its|their|his)\b", re.IGNORECASE)
_ACT = re.compile(
    r"\b[Hh]ow (?:much|many)\b.*?\b(?:do|does|did|has|have|had|will|would|can"
    r"|could) (?:[\w’'-]+ ){1,4}?(?P<verb>[a-z]+)"
    r"(?: (?:in|from|to|at|for|by|with|on|a|an|per|each|every|last|this|so far)\b.*)?\W*$"
)
_DOER = re.compile(
    r"\b(?:[Dd]o|[Dd]oes|[Dd]id|[Hh]as|[Hh]ave|[Hh]ad|[Ww]ill|[Ww]ould|[Cc]an|[Cc]ould|[Mm]ay|[Mm]ight"
    r"|[Mm]ust|[Ss]hould) (?:the )?(?P<name>[A-Z][\w.&-]*(?: [A-Z][\w.&-]*)*) (?P<verb>[a-z]+)"
)
_SUBJECT = re.compile(
    r"\b(?:do|does|did|has|have|had|will|would|is|are) (?P<name>[\w’'&.-]+(?: (?!to\b)[\w’'&.-]+){0,4}?)"
    r" (?:do|doing|done|say|said|plan(?:ning)?|planned|intend|want|expect|propose|aim|hope|fear|think|argue|claim"
    r"|demand|promise|warn|forecast|predict|going to do)\b",
    re.IGNORECASE,
)
"""Whom a question asks to have said, planned or done something: closed by a verb that leaves no doubt where it ends."""
_PLANNED = re.compile(
    r"\bwhat\b.* (?:plan|planning|intend|intending|propose|proposing|aim|hope|forecast|predict|going to do)\W*"
    r"(?:(?:to|for|about|against|in|next|with)\b.*)?$",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"^(?:and |but |so )?(?:did|do|does|has|have|had|is|are|was|were)\b", re.IGNORECASE)
_NO_ACT = word_set("have get do make take go be been cost pay paid earn spend spent mean change last worth want need")
_ADDED = {AnswerType.HOW_OLD: (term("age"),), AnswerType.OBJECTOR: (term("object"),)}
"""Terms that are asked for without being said."""
_SIGNAL = re.compile(r"\bs\d+\b")
FEW = 2  # content words under which a question that goes on needs the one before to be understood


def readings(question: str, earlier: Sequence[str] = (), languages: Iterable[str] = ()) -> tuple[Inquiry, ...]:
    """What the question may mean, the likeliest first; `earlier` are the thread's questions before it, the latest last.

    A question stands for itself; one that says nothing by itself ("how many?") goes on from the one before. "And in
    Germany?" and "who pays for it?" go on if that is answered, and else stand for themselves. `languages` (ISO 639-1)
    are those of the texts: in one of them, or in English, it is asked.
    """
    language = foreign_words.language_of(question, languages)
    own = len(stems(core(question, language), language))
    alone = inquiry(question, language)
    if not earlier or own >= FEW or _TOPIC.search(question):
        return (alone,)
    elliptic = _GOES_ON.match(question) or not _asks(question, language)
    points = _POINTS_AT.search(question) and not LIGHT.issuperset(alone.terms)
    if own and not elliptic and not points:
        return (alone,)
    joined = _joined(question, _SIGNAL.sub("", earlier[-1]), language)
    if alone.type in OF_ANYTHING:
        return (alone, joined)
    return (joined, alone) if own or alone.type in WORDLESS else (joined,)


def _asks(question: str, language: str) -> bool:
    if language == "en":
        return bool(_ASKS.search(question))
    return not foreign_words.asking_words(language).isdisjoint(words(question))


def inquiry(question: str, language: str = "en") -> Inquiry:
    """The question taken apart, by itself."""
    match = _TOPIC.search(question)
    return _inquiry(core(match[1]), "", language) if match else _inquiry(core(question, language), question, language)


def _joined(question: str, before: str, language: str) -> Inquiry:
    """The question as going on from the one before: its name takes the place of the other's."""
    own_sort = answer_types.asked_for(question, language) is not AnswerType.ANY or _asks(question, language)
    sort = question if own_sort else before
    named = names(_lowered(question))
    own = core(question, language)
    for name in names(_lowered(before)) if named else ():
        before = before.replace(name, " ")
    joined = _inquiry(f"{core(before, language)} {own}", sort, language)
    doers = joined.names if named and _DOER.search(sort) else joined.doers
    return replace(joined, doers=doers, said=frozenset(stems(own, language)))


def _inquiry(own: str, asked: str, language: str = "en") -> Inquiry:
    wanted = answer_types.asked_for(one_spelling(asked), language)
    said = tuple(dict.fromkeys((*_terms(own, language), *_ADDED.get(wanted, ()))))
    return Inquiry(
        text=asked,
        type=wanted,
        terms=said,
        names=_names(own, said, language),
        doers=_doers(asked, said),
        subject=_subject(asked, said),
        planned=_PLANNED.search(asked) is not None,
        closed=_CLOSED.match(asked) is not None,
        things=counting.counted(asked, language),
        persons=counting.counts_persons(asked, language),
        kind=frozenset(_kind(own, asked)) - type_words(wanted),
        typed=answer_types.kinds_named(wanted, said),
        ahead=future.about_future(asked, language),
        language=language,
        measured=counting.measured(asked),
        act=_act(asked),
        verbs=frozenset(term(each["verb"]) for each in (*_DOER.finditer(asked), *_DONE.finditer(asked))).intersection(
            said
        ),
        deed=_deed(asked, said),
        passive=_PASSIVE.search(asked) is not None,
        identity=_IDENTITY.match(asked) is not None,
    )


def _names(own: str, said: Iterable[str], language: str) -> tuple[frozenset[str], ...]:
    """The stems of each name, and of each country however it is written."""
    found = [stemmed for name in names(_lowered(own)) if (stemmed := frozenset(stems(name, language)))]
    return (*found, *(frozenset({each}) for each in said if is_place(each) and not any(each in name for name in found)))


def _act(question: str) -> str:
    """The stem of the verb with which "how much … does somebody do" ends."""
    match = _ACT.search(question)
    return term(match["verb"].lower()) if match and match["verb"].lower() not in _NO_ACT else ""


def _doers(question: str, said: Sequence[str]) -> tuple[frozenset[str], ...]:
    found = (*_DOER.finditer(question), *_AGED.finditer(question))
    return tuple(name for each in found if (name := frozenset(stems(each["name"]))) <= set(said))


def _subject(question: str, said: Sequence[str]) -> frozenset[str]:
    match = _SUBJECT.search(question)
    return frozenset(stems(match["name"])).intersection(said) if match else frozenset()


def _deed(question: str, said: Sequence[str]) -> str:
    match = _DEED.search(question)
    stem = term(match["verb"].lower()) if match else ""
    return stem if stem in said else ""


def _terms(own: str, language: str) -> list[str]:
    return stems(own) if language == "en" else terms(own, language)


def core(question: str, language: str = "en") -> str:
    """The question without the words that only ask."""
    plain = question.replace("’", "'").replace("'s ", " ")
    if language != "en":
        empty = foreign_words.asking_words(language) | stopwords(language)
        return " ".join(each for each in plain.split() if fold(each.strip("¿?,")) not in empty)
    return _FRAME.sub(" ", one_spelling(_EVER.sub("previously", plain)))


def _lowered(question: str) -> str:
    """The first word is capitalised for its place alone."""
    return question[:1].lower() + question[1:]


def _kind(own: str, question: str) -> list[str]:
    match = _KIND.search(question)
    return [stem for stem in stems(match[1]) if stem in stems(own)] if match else []


def fits(asked: Inquiry, sentence: str) -> bool:
    """Whether the sentence holds the sort of thing that is asked for."""
    return type_matching.holds(asked.type, sentence, asked.language)


def counts(asked: Inquiry, sentence: str) -> bool:
    """Whether the sentence puts a number to what is counted: "how many ships" and "14 ships"."""
    return counting.counts(asked.things, sentence, asked.language)


def satisfied(asked: Inquiry, sentence: str) -> frozenset[str]:
    """The words naming a sort of thing that need not stand in the sentence: it holds such a thing."""
    return frozenset(stem for stem, sort in asked.typed.items() if _has(asked, sort, sentence))


def _has(asked: Inquiry, sort: AnswerType, sentence: str) -> bool:
    if sort is AnswerType.HOW_MANY:
        return counts(asked, sentence)
    return type_matching.holds(sort, sentence, asked.language)
