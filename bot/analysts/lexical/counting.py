"""What a question with "how many" or "how much" asks for, and whether a sentence gives a number for it."""

from __future__ import annotations

import re

from bot.analysts.lexical import foreign_words
from bot.analysts.lexical.amounts import amounts
from bot.text import synonyms
from bot.text.tokenisation import fold, term, terms, words
from bot.text.word_lists import word_set
from bot.text.word_relations import stems

NUMBER_WORD = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?"
    r"|dozens?|scores|half|a third|a quarter|a tenth|a fifth)"
)
_NUMBER_WORD_PATTERN = re.compile(NUMBER_WORD)
_HOW_MANY = re.compile(r"\bhow many ([\w'’-]+(?: [\w'’-]+)?)", re.IGNORECASE)
_FOREIGN_HOW_MANY = re.compile(foreign_words.COUNTED, re.IGNORECASE)
_FOREIGN_PERSON = re.compile(fold(foreign_words.PERSONS))
_FOREIGN_NUMBER = re.compile(fold(foreign_words.NUMBER_WORD))
_VERB = re.compile(r"(?:were|was|are|is|have|has|had|will|would|could|can|do|does|did|of)\b", re.IGNORECASE)
_FUNCTION_WORD = re.compile(
    r"the|an?|it|in|at|for|of|to|on|by|from|with|him|her|them|this|that|his|their"
    r"|its",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\w+s$|people$|children$|men$|women$", re.IGNORECASE)
_PEOPLE = frozenset(stems("people person man woman child"))
_JOBS = frozenset(stems("job post position"))
_PERSON_NOUN = re.compile(
    r"(?:\w{3,}(?:ers|ors|ists|ians|eers|ees)|people|men|women|children|\w*men|students|patients|residents|migrants"
    r"|tenants|pupils|soldiers|troops|officials|deaths|victims|members|families)"
)
_NOT_PERSONS = re.compile(
    r"(?:papers|numbers|orders|containers|quarters|letters|met(?:er|re)s|kilomet(?:er|re)s|cent(?:er|re)s|waters"
    r"|borders"
    r"|towers|powers|matters|others|offers|tankers|sensors|reactors|trees|degrees|fees|tractors|motors|errors"
    r"|factors)"
)
_UNITS = frozenset(
    stems("""
    pence cents dollars euros pounds yen yuan rupees percent per cent degrees metres meters kilometres kilometers miles
    acres hectares tonnes tons litres liters barrels megawatts gigawatts seconds minutes hours days weeks months years
""")
)
"""A number right before one of these says how much, and not how many people or things."""
_PER_CENT = re.compile(r"(\d) ?%")
_WORDS_BEHIND, _WORDS_BEFORE = 4, 3
"""Words behind and before a number among which what it counts is looked for: "14 ships", "killed thousands"."""


def counted(question: str, language: str = "en") -> frozenset[str]:
    """Of "how many …": the stems of what is counted; empty: it is not said. `language` is that of the question."""
    if language != "en":
        foreign = _FOREIGN_HOW_MANY.search(question)
        return frozenset(terms(foreign[1], language)) if foreign else frozenset()
    match = _HOW_MANY.search(question)
    if not match or _VERB.match(match[1]):
        return frozenset()
    first, _, second = match[1].partition(" ")
    if _PLURAL.fullmatch(first):
        return frozenset(stems(first))
    return frozenset() if not second or _FUNCTION_WORD.fullmatch(second) else frozenset(stems(match[1]))


def counts_persons(question: str, language: str = "en") -> bool:
    """Whether it is asked how many people, workers or children there are."""
    if language != "en":
        foreign = _FOREIGN_HOW_MANY.search(question)
        return foreign is not None and bool(_FOREIGN_PERSON.fullmatch(fold(foreign[1])))
    match = _HOW_MANY.search(question)
    return match is not None and is_person(match[1].split()[0].lower())


def counts(things: frozenset[str], sentence: str, language: str = "en") -> bool:
    """Whether the sentence puts a number to what is counted, under this name or another; where it is not said what is
    counted, whether there is a figure at all."""
    if not things:
        return bool(amounts(sentence, 0, len(sentence)))
    found = words(_PER_CENT.sub(r"\1 percent", sentence))
    numbers = [at for at, word in enumerate(found) if _is_number(word, language)]
    if not things.isdisjoint(_JOBS) and any(word.startswith("employ") for word in found):
        things = things | _PEOPLE  # whom somebody employs has a job there
    return any(
        _names_one_of(things, _neighbours(found, at), language) for at in numbers if not _measures(found, at, things)
    )


def _is_number(word: str, language: str) -> bool:
    foreign = language != "en" and _FOREIGN_NUMBER.fullmatch(word) is not None
    return word[0].isdigit() or foreign or _NUMBER_WORD_PATTERN.fullmatch(word) is not None


def _measures(found: list[str], at: int, things: frozenset[str]) -> bool:
    """Whether the number says how much of a unit, "85 pence", and not how many of something; unless that is asked."""
    behind = frozenset(stems(found[at + 1])) if at + 1 < len(found) else frozenset()
    return bool(behind & _UNITS) and things.isdisjoint(behind)


def _neighbours(found: list[str], at: int) -> list[str]:
    return [*found[max(0, at - _WORDS_BEFORE) : at], *found[at + 1 : at + 1 + _WORDS_BEHIND]]


def _names_one_of(things: frozenset[str], near: list[str], language: str) -> bool:
    if language != "en":
        people = not things.isdisjoint(terms(foreign_words.PEOPLE, language))
        return any(term(word, language) in things or (people and _FOREIGN_PERSON.fullmatch(word)) for word in near)
    wanted = things.union(*(synonyms.of(stem) for stem in things))
    if any((term(word) or word) in wanted for word in near):
        return True
    return not things.isdisjoint(_PEOPLE) and any(map(is_person, near))


def is_person(word: str) -> bool:
    """Whether a word in the plural means persons, told by its ending: "miners", "refugees"."""
    return bool(_PERSON_NOUN.fullmatch(word)) and not _NOT_PERSONS.fullmatch(word)


# --- how much of what ------------------------------------------------------------------------------------------------

_HOW_MUCH = re.compile(r"\bhow much ([\w’-]+)", re.IGNORECASE)
_NOT_A_SUBSTANCE = word_set(
    "money cash do does did is are was were will would has have had more less of the a it they he she can could"
)
_QUANTITY_OF = re.compile(
    r"\d[\d,.]*(?: (?:million|billion|thousand))? ?(?:\w+ )?(?:tonnes?|tons?|barrels?|litres?|liters?|gallons?|kilos?"
    r"|kilogrammes?|kilograms?|bushels?|ounces?|acre-feet|cubic \w+|megawatts?|gigawatts?|hectares?"
    r"|acres?) of ([\w’-]+)",
    re.IGNORECASE,
)


def measured(question: str) -> frozenset[str]:
    """Of "how much cobalt …": the stem of what is measured; empty for money, and where it is not said."""
    match = _HOW_MUCH.search(question)
    return frozenset(stems(match[1])) if match and match[1].lower() not in _NOT_A_SUBSTANCE else frozenset()


def measures_another(things: frozenset[str], sentence: str) -> bool:
    """Whether each quantity in the sentence that says of what it is, is of something else."""
    found = [frozenset(stems(match[1])) for match in _QUANTITY_OF.finditer(sentence)]
    wanted = things.union(*(synonyms.of(stem) for stem in things))
    return bool(things and found) and all(wanted.isdisjoint(each) for each in found)
