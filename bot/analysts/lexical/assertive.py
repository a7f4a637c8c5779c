"""Whether a headline reads as a claim: it says plainly that somebody does something. No question, teaser or pun does.

    headline | asks, teases, orders, labels? | a finite verb after its subject? | a reason (“as …”, “after …”)?

It is decided by rules and a list of the verbs that headlines use, without a model. A claim with its reason, “X is doing
Y as Z”, makes the best title of a signal. Measured on 200 labelled headlines by tests/bot/analysts/test_assertive.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bot.analysts.lexical.finite_verbs import has_finite_verb
from bot.analysts.lexical.token_features import folded
from bot.analysts.lexical.words import tokens
from bot.text.cache import cached
from bot.text.word_lists import word_set

LEAST_WORDS = 4
NONE, PLAIN, REASONED = 0, 1, 2
"""The values of `assertion`."""


_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_TEASING_OPENING = re.compile(
    r"^\W*(?:why|how|what|when|who|where|which|whose|is|are|was|were|do|does|did|can|could|should|would|will|has"
    r"|have|warum|wieso|wie|was|wer|wo|pourquoi|comment|quand|qui|que|où|por qué|cómo|cuándo|quién|qué|perché|come"
    r"|quando|chi|cosa|por que|como|quem|waarom|hoe|wat|wie|waar|inside|meet|watch|listen|look|see|read|remember"
    r"|imagine|say|think|forget|introducing|welcome|hello|goodbye|farewell|in pictures|in photos|photos?|video"
    r"|letters?|obituary|quiz|review|profile|timeline|recap|explained|explainer|factbox"
    r"|mapping|reimagining|rethinking|remembering|exploring|understanding|facing|moment|all about|the best|the worst"
    r"|best \w+ (?:to|for|of|in)|top (?:\d+|ten|five)|here[’']?s?|there[’']s|let[’']?s?|live|please|thanks?|dear"
    r"|don[’']t|never|stop|get|try|make|take|give|go|keep|find|buy|save|use|learn|enjoy|discover|this is|these are"
    r"|it[’']s|that[’']s|so you|if you|from \w+ to)\b(?![’'-])",
    re.IGNORECASE,
)
_WORDPLAY = re.compile(
    r"\b(?:you|your|you[’']re|you[’']ll|yourself|i|i[’']m|my|me|we[’']re|won[’']t believe|need to know"
    r"|to know about|guess|this (?:one|simple|weird|trick|woman|man|photo|video|is)|the one thing|things to"
    r"|ways to|reasons (?:to|why)|tips for|secrets? (?:of|to|behind)|everything we know|all you|a love letter"
    r"|a tale of|tale of two|the story (?:of|behind)|lessons? from|an? (?:open letter to|guide|brief history)"
    r"|the (?:curious|strange|quiet|secret|hidden) (?:case|art|life|world))\b",
    re.IGNORECASE,
)
_REASON_CLAUSE = re.compile(
    r"\b(?:as|after|because|amid|following|despite|while|since|to (?:curb|cut|avoid|meet|fight|protect|stem|boost)"
    r"|over|when|in (?:response|protest|favour|favor) |due to|thanks to|so that|before|until|weil|nachdem|wegen"
    r"|alors que|après|car|tras|porque|después|dopo|perché|mentre|após|enquanto|omdat|nadat|vanwege)\s+\S+",
    re.IGNORECASE,
)
_LISTICLE_OPENING = re.compile(
    r"^\W*(?:the )?(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten) (?:\w+ ){0,3}(?:that|to|you|we)\b",
    re.IGNORECASE,
)
_ALWAYS_FINITE = word_set(
    """
    is are was were has have had will would may might must can cannot could should isn't aren't won't doesn't don't
    didn't hasn't fell rose grew shrank sank hit beat won lost sold bought paid held made told took gave saw left
    led met began broke chose drew drove froze sang rang sprang stole spoke swam wore tore woke fled bled fed flew
    forgot fought found got kept knew laid lent meant sent set shed shot shut sought spent split spread stood struck
    sued swept swore taught thought threw tore understood withdrew wrote backs bars bans cuts
    """
)
_VERBS = word_set(
    """
    airlift abandon abduct abolish absorb abuse accept accompany accuse achieve acquire adapt add adjust admire
    admit adopt advance afford agree aid aim allege allow alter amend amount anger announce answer anticipate
    apologise apologize appeal appear apply appoint approve argue arm arrest arrive ask assassinate assemble assert
    assess assign assist assume assure attach attack attend attract attribute authorise authorize avoid await award
    back backfire balloon ban bankroll bar batter become beef begin belong bemoan besiege bet betray bind blame
    blast bleed bless block board bolster bomb book boom boost borrow bow boycott brace breach brief brighten bring
    broadcast broker brush buck buckle build burn burst buy bypass call calm campaign cancel cap capitulate capture
    carry cease celebrate censor censure certify chair challenge champion charge chart chase check cheer choke
    choose cite claim clamp clap clash clean clear climb clinch cling clip close collapse collide combine come
    command commemorate commission commit compare compel compete complain complete comply compound compress conceal
    concede conclude condemn condition conduct confirm confiscate confront consider consolidate contain contest
    continue contradict contribute control convene convert convict convince cook cooperate coordinate copy corner
    correct cost counter court cover crack crash create criticise criticize crown crumble crush cultivate curb cure
    curtail cut damage dampen dangle dash date daunt dazzle deal debate debunk debut decide declare decline decry
    dedicate deepen default defeat defend defer deflate defund defuse defy delay delete deliver demand demolish
    demote denounce deny depart depend deploy deport depose deride describe desert design designate destroy detail
    detain detect deter deteriorate determine devalue devastate develop die differ dim dip direct disagree disappear
    disappoint disband discard discipline disclose discover discuss dismantle dismiss disown disperse displace
    dispute disqualify disrupt distance distribute ditch dive divert dock document dodge dominate donate double
    downgrade downplay draft drag drain draw dread drive drop dwarf dwindle earmark earn ease echo edge educate
    eject elect elevate eliminate embrace emerge emphasise emphasize employ empower empty enable enact encounter
    encourage end endanger endorse endure enforce engage engulf enlist enrich ensnare ensure entangle enter entice
    envision equip erase erode escalate escape escort espouse establish evacuate evict evolve examine exceed
    exchange excuse execute exempt exhaust exit exonerate expand expect expel expire explain explode explore export
    expose express extend extinguish extort extract extradite eye fabricate face fade fail fall fault favour fear
    feature feed fend fetch fight file fill find fine finish fire fix flag flare flash flatter flee flex flirt float
    flock flood flourish fly follow foment forbid force forecast foresee forge forgive forgo form formalise
    formalize foster free freeze fret frown frustrate fuel fulfil fulfill fume function fund funnel gain gather
    gauge generate get give go govern grab grant grapple greet grill grip ground grow guarantee guide hack hail halt
    halve hammer hamper hand handle hang harass harden harm harvest hasten haul heal hear heat heed heighten help
    herald hesitate hide highlight hijack hinder hint hire hit hoard hold honor honour host house hunt hurt identify
    ignore illuminate imagine impeach imperil implement implicate imply import impose imprison improve incite
    incorporate increase incur indict infect inflate influence inform infuriate inherit initiate inject injure
    insist inspect inspire install instruct intend intensify intercept interfere interrogate intervene interview
    intimidate introduce invade invalidate invent invest investigate invite involve isolate issue jail jeopardise
    jeopardize join jolt judge jump justify keep kick kidnap kill know label lack lag land lash laud launch lay lead
    leak leap learn leave legalise legalize lend let liberate license lift liken limit linger link list litter live
    lobby lock look loom loot lose lower lure maintain make manage mandate manipulate march mark market mask
    massacre master match mature maul measure meddle meet melt mend mention merge migrate minimise minimize
    mishandle mislead miss mistake mobilise mobilize mock modify monitor mop mount mourn move muddy mull multiply
    murder muscle muse muster mute name narrow nationalise nationalize near need neglect negotiate nominate note
    notify nudge obey object obliterate observe obstruct obtain occupy occur offer offset omit open operate oppose
    orchestrate order organise organize originate oust outgrow outlaw outline outlive outnumber outpace outsell
    outshine outstrip outweigh overcome overhaul overlook override oversee overtake overthrow overturn overwhelm own
    pack paint pardon parry participate pass patrol pause pay peak penalise penalize perform perish permit persist
    persuade pick pin pivot plan plant play plead pledge plot plunge poach point poise poison police pose possess
    postpone pour practise praise preach precede predict prepare preserve preside press pressure presume prevail
    prevent probe proceed process proclaim procure produce prohibit proliferate prolong promise prompt propel
    propose prosecute protect protest prove provide provoke prune publish pull pump punish purchase purge pursue
    push put puzzle quadruple qualify quarrel quash quell query question quit quote race radicalise rage raid raise
    rake rally ransack rape rate ratify rattle reach react reaffirm realise realize reap rearm reassert reassess
    reassure rebound rebuff rebuild rebuke recall recapture recede receive reckon reclaim recognise recognize
    recommend reconcile reconsider reconstruct record recoup recover recruit rectify redefine redirect redraw reduce
    refer refine reflect refrain refuse refute regain regard register regret regulate rehabilitate reiterate reject
    rejoin rekindle relaunch relax relay release relent relieve relinquish relocate rely remain remark remember
    remind remove render renege renew renounce renovate rent reopen reorganise repatriate repay repeal repel replace
    replenish reply report represent reprimand request require rescue research resemble reserve reshape reshuffle
    resign resist resolve resort respond restart restate restock restore restrict restructure result resume
    resurface resurrect retain retaliate rethink retire retool retract retreat retrieve return reunite reuse revamp
    reveal reverse review revise revisit revive revoke revolt reward rewrite ride rip rise rival roar rob rock roll
    rotate rout rule run rush sabotage sack safeguard salute salvage sanction save say scale scare scatter schedule
    scold scour scout scramble scrap scrape scream screen scrub scrutinise scrutinize sculpt seal search secure see
    seek seize select sell send sense sentence separate serve set settle shake shape share sharpen shatter shed
    shelve shield shift shine ship shock shoot shop shore shorten shout shove showcase shower shrink shrug shuffle
    shun shut shutter side sideline sign silence simmer simplify sing sink sit situate sketch skip skirt skyrocket
    slam slap slash slaughter slay slice slide slip slow slump smash smear smuggle snap snatch sneak sniff snub soar
    socialise soften solicit solve sour sow span spare spark spearhead specify spell spend spike spill spin splash
    split sponsor spot sprawl spray spread sprint spur spurn squander squash squeeze stab stabilise stage stall
    stamp stand star stare start starve state station stay steal steer stem step stifle stir stockpile stoke stop
    store strain strand streamline strengthen stress stretch strike strip struggle strut stumble stun subdue submit
    subpoena subsidise subsidize substitute subtract succeed sue suffer suggest suit summon supply support suppress
    surface surge surpass surprise surrender surround survey survive suspect suspend sustain swallow swamp swap
    swarm sweep swell swing switch swoop symbolise tackle take talk tamper tank tap target taste tax teach team tear
    tease teem tell temper tend terrify test testify thank thaw thin threaten thrive throng thwart tick tidy tie
    tighten tilt tolerate top topple torch torment torpedo torture toss toughen tour tout track trade trail
    transform trap trash traumatise travel treat tremble trick trickle trigger trim triple trounce trump try tuck
    tumble turn tweak unblock uncover undercut undergo underline undermine underpin underscore understand undertake
    undo unfold unfreeze unify unite unleash unlock unmask unnerve unpack unravel unseat unsettle unveil unwind
    update upend upgrade uphold upset urge use usher vacate validate vanish vary venture verify veto vie view
    violate visit voice void volunteer vote vouch vow wade wage wait waive walk wander wane want warm warn wash
    watch water wave weaken wear weather weave weigh welcome whip widen wield win wipe withdraw wither withhold
    witness woo work worry worsen worship wound wrangle wrap wreak wreck wrestle write yield zoom
    """
)
_ALSO_NOUNS = word_set(
    """
    aid aids arm arms attempt blast blasts board boards bomb bombs boom booms boycott boycotts breach breaches brief
    briefs broadcast broadcasts call calls campaign campaigns capture chair chairs champion champions charge charges
    chart charts chase check checks claim claims command commands commission commissions compound condition
    conditions conduct contest contests control controls corner corners cost costs counter court courts cover covers
    crack cracks crash crashes crown crowns crush dash date dates deal deals debate debates debut debuts default
    defaults defeat defeats desert deserts design designs detail details direct dispute disputes distance dock docks
    document documents draft drafts drag dread echo echoes edge edges escort escorts estimate exchange exchanges
    exempt express extract eye eyes fall falls fault faults fear fears feature features fight fights fine fines fire
    fires fix flag flags flare flash float flock form forms foster frown function functions gain gains gauge grab
    grill grip ground grounds guarantee guarantees guide guides hack hacks hail hammer hand handle hands harm
    harvest harvests haul heat help hide highlight highlights host hosts house houses hunt hunts influence interview
    interviews issue issues jolt judge judges jump jumps kick label labels land lands lash lead leads leak leaks
    leap license link links list lists litter live lock look looks loot lure march marches mark market markets marks
    mask masks master masters match matches measure measures meet mock monitor monitors move moves murder murders
    muscle mute name names need needs note notes object objects offer offers offset open order orders outline
    outlines pack packs paint pardon pardons pass patrol patrols pay peak peaks pivot plan plans plant plants play
    plays plead point points poison police pose pour practice praise press pressure price probe probes process
    processes protest protests pump pumps purchase purchases purge push puzzle puzzles query question questions
    quote quotes race races rage raid raids rake rallies rally rape rapes rate rates rattle rearm rebuke record
    records recruit recruits refine regard regards register regret relaunch relay release remark remarks rent rents
    reply report reports request requests research reserve reserves resort resorts result results return returns
    review reviews revolt revolts reward rewards ride rip rise rises roar rock roll rout rule rules run runs rush
    sabotage sack sale scale scare schedule scout scramble scream screen screens search searches select sense set
    sets shape shapes shield shields shift shifts shine shock shocks shop shops shore shout show shower showers
    shows side sides sign signs silence sketch slap slaughter slice slide slip smash smear snap span spare spark
    spell spike spill spills spin splash split sponsor sponsors spot spots spray sprint squash stab stage stamp
    stamps stand star stare stars start starts state states station stations stay steer step steps stir stock store
    stores strain stress stretch strike strikes string study suit suits supplies supply support surface surge
    surprise surprises survey surveys suspect suspects swamp swap swarm swell swing talk talks tank tanks target
    targets taste tax taxes team teams temper test tests tick tilt top tops torch torpedo torture toss tour tours
    track tracks trade trades trail trap traps trash travel travels treat treats trick trump try turn turns update
    updates upgrade upgrades upset use uses venture ventures view views visit visits voice voices void volunteer
    volunteers vote votes wage wages wait walk walks want wash watch watches water waters wave waves wear weather
    welcome whip win wins work works worries worry wound wounds wrap wreck yield yields
    """
)


@cache
def _finite_forms() -> frozenset[str]:
    """Third person and past of the verbs, and their plain form where it is no noun too."""
    found = set(_ALWAYS_FINITE)
    for verb in _VERBS:
        stem = verb.removesuffix("e")
        third = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
        past = {f"{stem}ed", f"{verb}{verb[-1]}ed"}
        if verb.endswith("y") and verb[-2] not in "aeiou":
            third, past = verb[:-1] + "ies", {verb[:-1] + "ied"}
        found |= {verb, third, *past}
    return frozenset(found)


def assertion(title: str, language: str | None = "en") -> int:
    """NONE, PLAIN or REASONED: no claim, a claim, or a claim with its reason.

    Of other languages (None: as English) what asks, teases, is very short, or where there are word lists has no finite
    verb, is known for no claim.
    """
    claimed = _predicate(title, language)
    if claimed is None:
        return NONE
    return REASONED if _REASON_CLAUSE.search(claimed) else PLAIN


def asserts(title: str, language: str | None = "en", *, infinitive: bool = True) -> bool:
    """Whether it is a claim at all, with a reason or without; of a sentence of a text, which says no “X to do Y” for
    “X will do Y”, without the infinitive."""
    return _predicate(title, language, infinitive) is not None


@cached(1 << 12)  # a signal's titles are asked about again with each article that joins it
def _predicate(title: str, language: str | None, infinitive: bool = True) -> str | None:
    """The words from the verb on, a blank between two; None: it is no claim."""
    words = _WORD.findall(title)
    if len(words) < LEAST_WORDS or "!" in title or title.rstrip("”’\"')» ").endswith(("?", "…", "...")):
        return None
    if teases(title, language) or _LISTICLE_OPENING.match(title):
        return None
    if language not in {"en", None}:
        return " ".join(words[1:]) if has_finite_verb(words, language) else None
    at = _verb_position(words, infinitive)
    return None if at is None else " ".join(words[at:])


def teases(title: str, language: str | None = "en") -> bool:
    """Whether it asks, promises or puns, also behind a colon: “How a strike began”, “‘Enough:’ Inside a mill”."""
    puns = language in {"en", None} and _plays_on_words(title)  # “i” and “my” are other words in other languages
    return puns or _TEASING_OPENING.match(title) is not None or _teases_behind_colon(title)


def _teases_behind_colon(title: str) -> bool:
    return any(_TEASING_BEHIND_COLON.match(title, match.end()) for match in _COLON.finditer(title))


_COLON = re.compile(r":[’'”\"]?\s+|[’”]\s+(?=Inside )")
_TEASING_BEHIND_COLON = re.compile(
    r"(?:why|how|what|inside|meet|when|where|the (?:story|tale) (?:of|behind)"
    r"|an? (?:life|look|guide|timeline|history|chance)"
    r"|warum|wie|was|pourquoi|comment|por qué|cómo|perché|come|por que|como|waarom|hoe|symptoms|everything)\b",
    re.IGNORECASE,
)


def _plays_on_words(title: str) -> bool:
    """Whether it teases or puns; a cheap test for typical words comes first."""
    return not _WORDPLAY_HINTS.isdisjoint(tokens(folded(title))) and _WORDPLAY.search(title) is not None


_WORDPLAY_HINTS = word_set(
    """
    you your yourself i my me we won know guess this thing things ways reasons tips secret secrets letter tale story
    lesson lessons guide brief case art life world
    """
)
"""Each match of _WORDPLAY holds at least one of these words."""


def _verb_position(words: Sequence[str], infinitive: bool) -> int | None:
    """Where the first finite verb with something before and after it stands."""
    lower, finite = [word.lower().replace("’", "'") for word in words], _finite_forms()
    for at in range(1, len(words)):
        word, last = lower[at], at == len(words) - 1
        if word in _ALWAYS_FINITE and not last:
            return at
        if infinitive and not last and at <= _LONGEST_SUBJECT and _is_future_infinitive(lower[at - 1 : at + 2]):
            return at
        if word in finite and _is_verb_here(words, lower, at):
            return at
        if _looks_finite(words, at):
            return at
    return None


def may_begin_with_a_name(sentence: str) -> bool:
    """Whether the first word of an English sentence may be a name by what follows it: its verb, its possession, another
    name, or no verb at all: “Micron fell …”, “Micron and Samsung …”; not “Rival subsidies are …”."""
    words = _WORD.findall(sentence)
    if words and (words[0].endswith(("’s", "'s")) or words[1:2] == ["and"]):
        return True
    return (_verb_position(words, infinitive=False) or 1) == 1


_LONGEST_SUBJECT = 6
"""Words that a subject before “to” may have: “U.S. and Iran to hold talks”."""
_NOUNS_BEFORE_INFINITIVE = word_set(
    """
    ability attempt attempts battle bid bids calls campaign case chance decision deal effort efforts fight failure hope
    hopes hurry journey move moves need offer opportunity order pact plan plans pledge power pressure promise push quest
    race reason reasons refusal request right rights rush scheme strategy struggle tries vow war way ways will
    """
)
"""Nouns behind which “to” begins no claim: “new plans to cut rents”."""


def _is_future_infinitive(words: Sequence[str]) -> bool:
    """“U.S. to hold” for “U.S. will hold”."""
    return words[1] == "to" and words[2] in _finite_forms() and words[0] not in _NOUNS_BEFORE_INFINITIVE


_NOUN_OPENERS = word_set(
    """
    the a an of in on for to from by with at and or its their his her our new more this that these those no over
    into as than under between against per any some all every each another
    """
)
_OBJECT_OPENERS = word_set(
    """
    the a an its their his her to as on in for from by with at against after over up down off out back into than
    that all no more most only new half two three four five six it them him amid despite because before while until
    further again below above beyond through across ahead behind away when who first
    """
)


def _is_verb_here(words: Sequence[str], lower: Sequence[str], at: int) -> bool:
    """Whether a word that may be a verb is one here: not behind an article or preposition; and where it is a noun as
    often, only before what opens an object, a number or a name."""
    if lower[at - 1] in _NOUN_OPENERS or lower[at - 1].endswith("'s"):
        return False
    if at > 1 and lower[at - 1].endswith("ly") and lower[at - 2] in _NOUN_OPENERS:
        return False  # “a widely awaited speech”
    if lower[at] in _ATTRIBUTIVE_PARTICIPLES and "".join(lower[at + 1 : at + 2]) not in _OBJECT_OPENERS:
        return False
    if at == len(words) - 1:
        return lower[at] not in _ALSO_NOUNS and not lower[at].endswith("ing")
    following = words[at + 1]
    opens = lower[at + 1] in _OBJECT_OPENERS or following[0].isdigit() or following[0].isupper()
    # A plural acts without, a single one with an -s: “thieves target copper”, “the opposition wins seats”.
    plural = _is_plural(lower[at - 1]) or "and" in lower[max(0, at - 2) : at - 1]
    agrees = plural != lower[at].endswith("s")
    named = words[at - 1][0].isupper() and not words[at][0].isupper() and lower[at].endswith("s")  # “Texas plans to”
    return lower[at] not in _ALSO_NOUNS or agrees or (opens and named)


def _is_plural(word: str) -> bool:
    return word in _IRREGULAR_PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "is")))


_IRREGULAR_PLURALS = word_set("police people men women children troops cattle media data criteria")


_ATTRIBUTIVE_PARTICIPLES = word_set(
    "certified approved backed led owned branded based sponsored listed linked trained born"
)
"""Participles that make a name an attribute: “RSW certified wool”."""


def _looks_finite(words: Sequence[str], at: int) -> bool:
    """“Nordkern halves …”: a small-letter word in -s or -ed between a name and an object."""
    word, before = words[at], words[at - 1]
    if (
        not word.endswith(("s", "ed"))
        or at == len(words) - 1
        or not word.islower()
        or not before[0].isupper()
        or word.endswith(("ss", "us", "is"))
        or word in _ATTRIBUTIVE_PARTICIPLES
        or word in _ALSO_NOUNS
    ):
        return False
    return words[at + 1].lower() in _OBJECT_OPENERS or words[at + 1][0].isupper()
