"""How far one word stands for another: the same word, an irregular form, a relative, a synonym."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from bot.text import taxonomy as taxonomies
from bot.text.tokenisation import fold, term, terms

# Words that newspapers use for one another; matched by their stems, and worth less than the word itself.
_SAME = """
cost price pay paid payment fee worth spend spent earn wage salary income
job post work position role employ
worker people staff employee labour labor
people person resident inhabitant
employ work hire people
firm company group maker manufacturer producer business operator
manufacturer maker producer
manufacture make build produce
ship vessel boat
truck lorry vehicle
cut reduce lower fall shrink slash
rise increase grow climb up
fall drop decline lose lost sink down
lose lost loss shed
deny dispute contradict reject
dispute contest challenge
decide decision rule ruling order adopt vote verdict
regulator commission authority watchdog
stop halt suspend idle
delay postpone defer late re-phase
fear warn worry
end settle settlement agreement conclude
settlement agreement deal
build construct
plant factory site
buy purchase acquire
buyer customer
competitor rival
find found discover detect confirm identify
choose chose pick select
share stock
error mistake wrong
divert redirect reroute
dead die died death
tenant resident renter
patient people
doctor physician
farmer grower
insurance cover policy
household family home
document paper plan report
strike walkout stoppage
minister ministry government
president chair chairman head
yield rate
wait queue delay
copy replicate offer
withdraw cancel pull
develop build write
happen occur
machine system equipment
leave left
begin began start
hold held
keep kept
give gave
take took
make made
grow grew
rise rose
fall fell
buy bought
sell sold
win won
send sent
bring brought
lead led
meet met
go went
come came
become became
write wrote
speak spoke
lend lent
shut close
remove oust impeach dismiss depose topple sack expel unseat eject
resign quit leave depart step
appoint name nominate
replace succeed successor appoint name
arrest detain jail hold arrested
release free freed
jail prison imprison
accuse charge indict blame allege suspect suspicion accusation allegation
kill slay dead death die died deadly fatal
murder kill assassinate
injure hurt wound injury
victim casualty dead
rescue save pull evacuate
sink capsize founder
crash collide collision
attack strike raid bomb shell assault
fight challenge contest oppose resist
oppose object reject
reject refuse decline rebuff
ban forbid outlaw prohibit bar proscribe
ban disqualify exclude suspend
allow permit let
pass approve adopt endorse enact
repeal revoke scrap abolish overturn rescind
break broke broken breach violate infringe violation
sue suing lawsuit court
convict sentence guilty
investigate probe inquiry examine investigation
sign agree agreement deal pact accord treaty
sign signatory joint issue
meet talk meeting summit negotiate negotiation round
visit travel trip tour enter
announce declare reveal unveil
call describe label
criticise criticize condemn slam denounce criticism
praise laud welcome
support back endorse favour favor
promise pledge vow
demand require insist ask seek want
plan intend aim propose proposal
protest demonstrate demonstration march rally
protester demonstrator marcher
election vote poll ballot
candidate contender challenger
opponent rival opposition
win victory triumph
join enter accede
fine penalty punish
sanction penalty embargo
invest spend investment
borrow loan debt
hire employ recruit
fire dismiss sack
expand grow extend
launch start open begin
test trial pilot
help aid assist support
flee escape leave
damage destroy harm
spread transmit pass jump
cause blame reason
effect impact consequence
vaccinate vaccination vaccine
infect infection catch caught virus ill confirm
disease illness
outbreak epidemic
poison toxin
child children kid minor
lawmaker parliament legislator deputy congress
parliament congress assembly legislature senate
judge court tribunal
soldier troop army military force
police officer
union confederation federation
ceasefire truce
war conflict invasion
migrant refugee immigrant
corruption graft bribery bribe
steal theft rob stolen
fraud embezzle launder
kidnap abduct hostage
fire blaze
earthquake quake tremor
storm hurricane cyclone
flood deluge
weapon arms
missile rocket
car vehicle automobile
aircraft plane jet
ferry ship boat
medicine drug treatment
school pupil student
study research paper
scientist researcher
tariff duty levy tax
profit earnings
revenue sales turnover
takeover merger acquisition buy acquire
shortage scarcity
app platform
spokesman spokeswoman spokesperson
envoy ambassador diplomat
aide adviser advisor
leave exit quit withdraw pull
drop revoke scrap repeal abandon
speak speech address remark say tell
criticise criticize rebuke blast attack lambast
case lawsuit suit appeal challenge claim
bring file lodge
ban halt embargo moratorium stop suspend prohibition curb
last stay remain continue
build open complete finish construct
pay fund finance reimburse compensate subsidise
use consume burn need require
rule deem declare judge find
own belong owner hold
export ship sell
import buy
mine extract produce output
evict eviction
shut closure close
redundant redundancy layoff dismissal dismiss cut eliminate
end scuttle abandon terminate
previous prior earlier former
stage call organise organize
replace switch swap
limit cap ceiling restrict
regulate rule law
disagree oppose object dispute deny reject doubt
mother mom mum
father dad
run lead head manage
rule reign govern power office
host hold take
lawyer attorney counsel solicitor
phone telephone
customer consumer client shopper subscriber user
promise pledge vow commit
give provide offer supply grant donate hand
carry deliver transport haul
catch contract
register enrol activate subscribe join
shelve postpone cancel abandon scrap
moon lunar
sea marine maritime naval ocean
boss ceo leader chief head
want seek vow hope wish
scheme programme program plan project
law legislation act bill
illegal unlawful offence offense crime
"""
PAST = {
    "lose": "lost", "fall": "fell", "rise": "rose", "buy": "bought", "sell": "sold", "pay": "paid", "make": "made",
    "take": "took", "win": "won", "grow": "grew", "begin": "began", "leave": "left", "find": "found", "hold": "held",
    "keep": "kept", "build": "built", "spend": "spent", "send": "sent", "bring": "brought", "lead": "led",
    "meet": "met", "give": "gave", "go": "went", "come": "came", "become": "became", "write": "wrote",
    "speak": "spoke", "choose": "chose", "drive": "drove", "shut": "shut", "draw": "drew", "know": "knew",
    "shrink": "shrank", "strike": "struck", "steal": "stole", "throw": "threw", "catch": "caught", "feel": "felt",
    "flee": "fled", "fly": "flew", "freeze": "froze", "deal": "dealt", "seek": "sought", "fight": "fought",
    "bear": "bore", "drink": "drank", "sink": "sank", "tear": "tore", "swear": "swore", "hear": "heard",
    "see": "saw", "think": "thought", "break": "broke", "teach": "taught", "run": "ran", "get": "got",
}  # fmt: skip
"""Irregular verbs: what they are in print."""
_PARTICIPLES = """
take taken, give given, know known, see seen, break broken, write written, speak spoken, choose chosen, drive
driven, draw drawn, begin begun, shrink shrunk, strike stricken, steal stolen, throw thrown, fly flown, freeze
frozen, bear borne, drink drunk, sink sunk, swear sworn, go gone, do done, show shown, ride ridden, hide hidden,
forbid forbidden
"""


def others(stem: str) -> frozenset[str]:
    """Stems of words that newspapers use for it."""
    return _others().get(stem, frozenset())


@cache
def _others() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _SAME.strip().splitlines():
        stems = {term(word) or word for word in line.split()}
        for stem in stems:
            found.setdefault(stem, set()).update(stems - {stem})
    return {stem: frozenset(others) for stem, others in found.items()}


@cache
def _forms() -> Mapping[str, frozenset[str]]:
    """Irregular forms, both ways."""
    pairs = [(term(one) or one, term(past) or past) for one, past in PAST.items()]
    pairs += [(term(one), term(past)) for one, past in (each.split() for each in _PARTICIPLES.split(","))]
    found: dict[str, set[str]] = {}
    for one, past in pairs:
        found.setdefault(one, set()).add(past)
        found.setdefault(past, set()).add(one)
    return {stem: frozenset(others) for stem, others in found.items()}


LIGHT = frozenset(
    terms("go come take took part put give want need do set bring turn use used next other may might call")
)
"""Stems of words that say little by themselves."""


SAME_PLACE = 0.85


def is_place(stem: str) -> bool:
    """Whether it is the stem of a country's or a region's name, or of what belongs to it: "Spain", "Spanish"."""
    return stem in places()


@cache
def places() -> Mapping[str, str]:
    """Codes of places by the stems of their one-word names."""
    found: dict[str, str] = {}
    for place in taxonomies.load().places:
        for word in (place.name, *place.words):
            if word.isalpha():
                found.setdefault(term(fold(word)) or word, place.code)
    return {**found, "usa": "US", "uk": "GB"}


SPELLED = 0.95


def spelled_alike(one: str, other: str) -> bool:
    """Whether two names may be one in two spellings: “Zelensky” and “Zelenskiy”."""
    common = min(len(one), len(other)) - 1
    return common >= 6 and abs(len(one) - len(other)) <= 2 and one[:common] == other[:common]


def likeness(wanted: str, held: str) -> float:
    """How far a word that stands in a text is the one asked for: 1 itself, less for a form, a relative, a synonym."""
    if wanted == held:
        return 1.0
    if held in _forms().get(wanted, ()) or wanted + wanted[-1:] == held or held + held[-1:] == wanted:
        return 1.0  # “boycott” and what is left of “boycotted” differ by a letter that is doubled before an ending
    if (place := places().get(wanted)) and place == places().get(held):
        return SAME_PLACE
    if _relatives(wanted, held) or held.removeprefix("un") == wanted:
        return 0.85
    alike = _forms().get(wanted, frozenset()) | {wanted}
    return 0.7 if any(held in _others().get(each, ()) for each in alike) else 0.0


def nearest(wanted: str, held: frozenset[str]) -> float:
    """The highest likeness, 0 to 1, of a wanted stem to one of those in `held`; 0 if none stands for it."""
    if wanted in held:
        return 1.0
    near = _known_for(wanted) & held
    if (start := wanted[:_START]) in _starts(held):
        near |= {each for each in held if each.startswith(start)}
    return max([likeness(wanted, each) for each in near], default=0.0)


_START = 4  # letters that a word and its relatives have in common


@lru_cache(maxsize=1 << 6)  # a quote is compared with all words of a title, one after the other
def _starts(held: frozenset[str]) -> frozenset[str]:
    return frozenset([each[:_START] for each in held])


@lru_cache(maxsize=1 << 12)
def _known_for(wanted: str) -> frozenset[str]:
    """Every stem that may stand for the wanted one; those that begin like it are left out."""
    alike = _forms().get(wanted, frozenset()) | {wanted}
    others = {each for form in alike for each in _others().get(form, ())}
    same_place = _place_stems().get(places().get(wanted, ""), ())
    return frozenset({*alike, *others, *same_place, f"un{wanted}", wanted[:-1]})  # “war” of “warr(ed)”


@cache
def _place_stems() -> Mapping[str, frozenset[str]]:
    """The stems of one-word names by the code of their place."""
    found: dict[str, set[str]] = {}
    for stem, code in places().items():
        found.setdefault(code, set()).add(stem)
    return {code: frozenset(stems) for code, stems in found.items()}


def _relatives(one: str, other: str) -> bool:
    """ "manufacture" and "manufacturer", "insurer" and "insurance": the same but for how they end."""
    if one[:_START] != other[:_START] or {one, other} in _STRANGERS:
        return False
    return not _bases(one).isdisjoint(_bases(other))


@lru_cache(maxsize=1 << 12)
def _bases(stem: str) -> frozenset[str]:
    """The stem, and what is left of it without a suffix that makes one word of another."""
    most = 2 if len(stem) < 7 else 6
    ends = (ending for ending in _ENDINGS if stem.endswith(ending) and len(ending) <= most)
    return frozenset((stem, *(stem[: -len(end)] for end in ends if len(stem) - len(end) >= 4)))


_ENDINGS = (
    "er", "or", "ed", "ing", "ment", "ion", "tion", "ation", "al", "ern", "an", "ian", "ity", "ive", "ly", "anc", "enc",
    "ant", "ent", "ist", "abl", "e", "at", "y",
)  # fmt: skip
_STRANGERS = ({"found", "founder"}, {"port", "portal"}, {"form", "former"}, {"part", "party"}, {"organ", "organist"})
"""Words that only look akin."""
_WRITTEN = (
    (re.compile(r"\bfound(?:ed|s)\b", re.IGNORECASE), "founder"),
    (re.compile(r"\b(?:U\.S\.(?:A\.)?|USA?|United States(?: of America)?)(?!\w)"), "Usa"),
    (re.compile(r"\b(?:U\.K\.|UK|United Kingdom)(?!\w)"), "Uk"),
    (re.compile(r"\bEuropean Union\b"), "EU"),
    (re.compile(r"\b(?:CEO|[Cc]hief [Ee]xecutive(?: [Oo]fficer)?)\b"), "ceo"),
    (re.compile(r"\b(?:CFO|[Cc]hief [Ff]inancial [Oo]fficer|[Ff]inance [Cc]hief)\b"), "cfo"),
    (re.compile(r"\b(?:IPO|[Ii]nitial [Pp]ublic [Oo]ffering|stock market (?:listing|debut|flotation))\b"), "ipo"),
    (re.compile(r"\b(?:GDP|[Gg]ross [Dd]omestic [Pp]roduct)\b"), "gdp"),
    (re.compile(r"\bsign(?:s|ed|ing)? up\b"), "register"),
    (re.compile(r"\b(?:lay|lays|laid|laying) off\b|\blay-?offs?\b"), "layoff"),
    (re.compile(r"\bstep(?:s|ped|ping)? down\b"), "resign"),
    (re.compile(r"\bcall(?:s|ed|ing)? off\b"), "cancel"),
    (re.compile(r"\b(?:put|puts|putting) off\b"), "postpone"),
    (re.compile(r"\bturn(?:s|ed|ing)? down\b"), "reject"),
    (re.compile(r"\b(?:go|goes|going|went) public\b"), "ipo"),
    (re.compile(r"\b(?:AI|[Aa]rtificial [Ii]ntelligence)\b"), "AI"),
    (re.compile(r"\bWHO\b|\bWorld Health Organi[sz]ation\b"), "Whorganisation"),
)
"""What would be taken for another word, or for none, by its letters alone, and names that are written in two ways."""


def stems(text: str, language: str = "en") -> list[str]:
    """The content terms of a text; to found a firm is not to find one, and the US is not us.

    `language` is ISO 639-1. Of a text in another language than English the stems as in English stand there as well, so
    that names are found from either.
    """
    text = one_spelling(text)
    return terms(text) if language == "en" else [*terms(text, language), *terms(text)]


def one_spelling(text: str) -> str:
    """The text with each of _WRITTEN in the one spelling that is compared."""
    for pattern, written in _WRITTEN:
        text = pattern.sub(written, text)
    return text
