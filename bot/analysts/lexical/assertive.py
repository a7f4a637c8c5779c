"""Whether a headline reads as a claim: somebody does something, said plainly, rather than asked, teased or punned.

    headline | asks, teases, orders, labels? | a finite verb after its subject? | a reason (“as …”, “after …”)?

Rules and a list of the verbs that headlines use, no model. A claim with its reason, “X is doing Y as Z”, is the form a
signal's title has at its best.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from bot.analysts.lexical.token_features import folded
from bot.analysts.lexical.words import tokens
from bot.text.word_lists import word_set

LEAST_WORDS = 4
NONE, PLAIN, REASONED = 0, 1, 2
"""What `assertion` answers."""


_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_TEASES = re.compile(
    r"^\W*(?:why|how|what|when|who|where|which|whose|is|are|was|were|do|does|did|can|could|should|would|will|has"
    r"|have|warum|wieso|wie|was|wer|wo|pourquoi|comment|quand|qui|que|où|por qué|cómo|cuándo|quién|qué|perché|come"
    r"|quando|chi|cosa|por que|como|quem|waarom|hoe|wat|wie|waar|inside|meet|watch|listen|look|see|read|remember"
    r"|imagine|say|think|forget|introducing|welcome|hello|goodbye|farewell|in pictures|in photos|photos?|video"
    r"|letters?|obituary|quiz|review|profile|timeline|recap|explained|explainer|factbox|the best|the worst"
    r"|best \w+ (?:to|for|of|in)|top (?:\d+|ten|five)|here[’']?s?|there[’']s|let[’']?s?|live|please|thanks?|dear"
    r"|don[’']t|never|stop|get|try|make|take|give|go|keep|find|buy|save|use|learn|enjoy|discover|this is|these are"
    r"|it[’']s|that[’']s|so you|if you|from \w+ to)\b(?![’'-])",
    re.IGNORECASE,
)
_WINKS = re.compile(
    r"\b(?:you|your|you[’']re|you[’']ll|yourself|i|i[’']m|my|me|we[’']re|won[’']t believe|need to know"
    r"|to know about|guess|this (?:one|simple|weird|trick|woman|man|photo|video|is)|the one thing|things to"
    r"|ways to|reasons (?:to|why)|tips for|secrets? (?:of|to|behind)|everything we know|all you|a love letter"
    r"|a tale of|tale of two|the story (?:of|behind)|lessons? from|an? (?:open letter|guide|brief history)"
    r"|the (?:curious|strange|quiet|secret|hidden) (?:case|art|life|world))\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:as|after|because|amid|following|despite|while|since|to (?:curb|cut|avoid|meet|fight|protect|stem|boost)"
    r"|over|when|in (?:response|protest|favour|favor) |due to|thanks to|so that|before|until|weil|nachdem|wegen"
    r"|alors que|après|car|tras|porque|después|dopo|perché|mentre|após|enquanto|omdat|nadat|vanwege)\s+\S+",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"^\W*(?:the )?(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten) (?:\w+ ){0,3}(?:that|to|you|we)\b",
    re.IGNORECASE,
)
_CERTAIN = word_set(
    """
    is are was were has have had will would may might must can cannot could should isn't aren't won't doesn't don't
    didn't hasn't fell rose grew shrank sank hit beat won lost sold bought paid held made told took gave saw left
    led met began broke chose drew drove froze flew forgot fought found got kept knew laid lent meant sent set shed
    shot shut sought spent split spread stood struck sued swept swore taught thought threw tore understood withdrew
    wrote backs bars bans cuts
    """
)
_VERBS = word_set(
    """
    abandon abolish absorb accept accuse achieve acquire add admit adopt advance agree aim allow announce answer
    appeal appoint approve argue arrest ask assume attack attract avoid award back ban bar become begin bet bind
    blame block book boost borrow bring build burn buy call cancel cap carry cease challenge charge choke choose
    claim clash clear climb close collapse collide combine come commit compress concede condemn confirm consider
    contain continue convict copy cost create crumble curb cure cut damage deal decide declare decline defend defer
    defy delay demand deny deploy depose destroy detain develop die dip disclose discover dismiss displace ditch
    dive divert dominate double drag drain draw drive drop ease elect eliminate embrace emerge enact end endorse
    enforce enter erase erode escape evacuate exceed exit expand expect expel explode export expose extend face fail
    fall favour fear feed fight file fill find fine finish fire flee flood fly force forecast freeze fuel fund gain
    get give go grant grow halt halve hand harden hesitate hint hire hit hold host hurt identify ignore import
    impose improve increase indict inflate injure insist invest investigate invite jail join jump keep kill know
    lack lag land launch lay lead leave lend let lift limit list lobby lock look loom lose lower lure make mandate
    merge miss mount mourn move name narrow nationalise nationalize near need obtain offer open oppose order oust
    outgrow outlaw outlive outpace outsell outstrip outweigh overhaul overtake overturn own pass pause pay permit
    pick pin plan pledge plot plunge poach poise postpone predict prepare press prevent probe produce promise prompt
    propose protect prove provide publish pull punish push put quadruple quash quit race raid raise rally ratify
    rattle reach rebound rebuild recall recede receive recognise recognize record recoup recover redraw reduce
    refuse regain regulate reject release rely remain remove renew reopen repay repeal replace report require rescue
    reshape resign resist restart restock restore restrict restructure resume retire retool retreat return reveal
    reverse revive rewrite ride rise rival rock roll rule run sack sanction save say scale scrap seal secure see
    seek seize sell send sentence serve set settle shake share shed shelve shift ship shrink shun shut shutter
    sideline sign sink skip slam slash slide slip slow slump snap snub soar soften spark spend spike spread spur
    squeeze stabilise stage stall stand start stay steal stem step stockpile stop store strain strengthen strike
    strip struggle stumble stun subsidise subsidize succeed sue suffer suggest supply support surge surpass suspend
    swap sweep swing switch take tap target tax tear tell test thin threaten thwart tie tighten tilt top topple
    toughen trade trail transform treat trigger trim triple tumble turn undercut underpin unravel unveil unwind urge
    use veto vote vow wane want warn weaken weigh widen win withdraw withhold work worry worsen write yield zoom
    """
)
_NOUNS_TOO = word_set(
    """
    plan plans vote votes deal deals cost costs report reports rise rises fall falls strike strikes tax taxes test
    tests trade trades call calls claim claims fear fears fight fights gain gains jump jumps move moves order orders
    price probe probes push record records release return returns rule rules run runs sale surge support supply
    supplies target targets work works worry worries race races raid raids rally rallies lead leads name names need
    needs offer offers open pass pay ride rock roll set sets shift shifts show shows sign signs slide slip snap
    spark spike stage stand start starts stay step steps stock store stores strain study swing trail turn turns use
    uses want win wins yield yields fine fines fire fires hand hands host hosts land lands list lists lock look
    looks press top tops charge charges
    """
)


@cache
def _finite() -> frozenset[str]:
    """Third person and past of the verbs, and their plain form where it is no noun too."""
    found = set(_CERTAIN)
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

    Of languages other than English (None: as English) only what asks, teases or is very short is known for no claim.
    """
    claimed = _claimed(title, language)
    if claimed is None:
        return NONE
    return REASONED if _REASON.search(" ".join(claimed)) else PLAIN


def asserts(title: str, language: str | None = "en") -> bool:
    """Whether it is a claim at all, with a reason or without."""
    return _claimed(title, language) is not None


@lru_cache(maxsize=1 << 12)  # a signal's titles are asked about again with each article that joins it
def _claimed(title: str, language: str | None) -> Sequence[str] | None:
    """The words from the verb on; None: it is no claim."""
    words = _WORD.findall(title)
    if len(words) < LEAST_WORDS or "!" in title or title.rstrip("”’\"')» ").endswith(("?", "…", "...")):
        return None
    if _TEASES.match(title) or _winks(title) or _COUNTED.match(title):
        return None
    at = _verb(words) if language in {"en", None} else 1
    return None if at is None else words[at:]


def _winks(title: str) -> bool:
    """Whether it teases or puns; a cheap test for typical words comes first."""
    return not _WINK_WORDS.isdisjoint(tokens(folded(title))) and _WINKS.search(title) is not None


_WINK_WORDS = word_set(
    """
    you your yourself i my me we won know guess this thing things ways reasons tips secret secrets letter tale story
    lesson lessons guide brief case art life world
    """
)
"""One of them is a word of whatever _WINKS finds."""


def _verb(words: Sequence[str]) -> int | None:
    """Where the first finite verb with something before and after it stands."""
    lower, finite = [word.lower().replace("’", "'") for word in words], _finite()
    for at in range(1, len(words)):
        word, last = lower[at], at == len(words) - 1
        if word in _CERTAIN and not last:
            return at
        if word == "to" and not last and lower[at + 1] in finite and at <= 6:
            return at
        if word in finite and _acts(words, lower, at):
            return at
        if _looks_finite(words, at):
            return at
    return None


_BEFORE_NOUNS = word_set(
    """
    the a an of in on for to from by with at and or its their his her our new more this that these those no over
    into as than under between against per any some all every each another
    """
)
_OPENS_OBJECT = word_set(
    """
    the a an its their his her to as on in for from by with at against after over up down off out back into than
    that all no more most only new half two three four five six it them him amid despite because before while until
    further again below above beyond through across ahead behind away when who first
    """
)


def _acts(words: Sequence[str], lower: Sequence[str], at: int) -> bool:
    """Whether a word that may be a verb is one here: not behind an article or preposition; and where it is a noun as
    often, only before what opens an object, a number or a name."""
    if lower[at - 1] in _BEFORE_NOUNS or lower[at - 1].endswith("'s"):
        return False
    if at == len(words) - 1:
        return lower[at] not in _NOUNS_TOO and not lower[at].endswith("ing")
    following = words[at + 1]
    opens = lower[at + 1] in _OPENS_OBJECT or following[0].isdigit() or following[0].isupper()
    # A plural acts without, a single one with an -s: “thieves target copper”, “the opposition wins seats”.
    agrees = lower[at - 1].endswith("s") != lower[at].endswith("s")
    return opens or agrees or lower[at] not in _NOUNS_TOO


def _looks_finite(words: Sequence[str], at: int) -> bool:
    """“Nordkern halves …”: a small-letter word in -s or -ed between a name and an object."""
    word, before = words[at], words[at - 1]
    if (
        not word.endswith(("s", "ed"))
        or at == len(words) - 1
        or not word.islower()
        or not before[0].isupper()
        or word.endswith(("ss", "us", "is"))
    ):
        return False
    return words[at + 1].lower() in _OPENS_OBJECT or words[at + 1][0].isupper()
