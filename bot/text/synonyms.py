"""Synonyms: words that newspapers use for one another, by their stems.

Each line of the table is one group; a word may stand in several. A synonym counts for less than the word itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bot.text.tokenisation import term

_GROUPS = """
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
case probe investigation inquiry
fine penalty payment
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


def of(stem: str) -> frozenset[str]:
    """Stems of the synonyms of a word that is given as its stem; empty: none are known."""
    return _by_stem().get(stem, frozenset())


@cache
def _by_stem() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _GROUPS.strip().splitlines():
        stems = {term(word) or word for word in group.split()}
        for stem in stems:
            found.setdefault(stem, set()).update(stems - {stem})
    return {stem: frozenset(others) for stem, others in found.items()}
