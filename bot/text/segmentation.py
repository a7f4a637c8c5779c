"""Split a text into sentences, as offsets, with rules for abbreviations, initials, ordinals and direct speech."""

from __future__ import annotations

import re

from bot.model.evidence import Span
from bot.text.word_lists import word_set

# --- sentences -----------------------------------------------------------------------------------------------------

LONGEST = 2000
"""Code points of a sentence; what goes on for longer is no prose, and is divided at blanks."""
_CLOSERS = "”’\"'»›)\\]}」』】）》〉“‘"
_STOP = re.compile(f"(?:[.!?…‽]+|[。！？｡．]+|[।॥؟۔።])(?:[{_CLOSERS}]|[ \u00a0\u202f][»›](?!\\w)|\\[\\d{{1,3}}\\])*")
_FULL_WIDTH = frozenset("。！？｡．")
_OPENERS = re.compile("[\"'“‘„‚«‹([{¿¡「『【（《〈*•–—-]*[ \u00a0\u202f]?")
_LINE = re.compile(r"[^\n]+")
_WORD_BEFORE = re.compile(r"[^\s(\[{“”\"„«‘‚/—–]*\Z")
_WORD_AFTER = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_DOTTED = re.compile(r"(?:[^\W\d_]\.){1,5}[^\W\d_]\Z")
_LIST_MARK = re.compile(r"\s*[(\[]?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})\Z")
_SPEECH = re.compile(
    r"(?:[\w’'.-]+ ){0,3}?(?:said|says|say|asked|asks|told|added|adds|wrote|writes|tweeted|replied|warned|joked|"
    r"shouted|wondered|sagte|fragte|schrieb|twitterte|dit|demande|écrit|powiedział|powiedziała|pytał|pytała|napisał|napisała)\b"
)
_LOWER_BRAND = re.compile(r"[a-z]{1,2}[A-Z]")
_ORDINAL_LANGUAGES = frozenset(("de", "pl", "cs", "sk", "da", "no", "fi", "tr", "hu", "hr", "sl", "et", "lv", "nl"))

_NEVER = word_set(  # abbreviations after which no sentence ends: titles, forms of address, connectives
    """
    mr mrs ms mx dr prof profs sen sens rep reps gov govs gen lt col sgt cpl capt cpt cmdr adm maj rev fr hon messrs
    mme mmes mlle mlles mm sra srta sres dña d sig sigg dott dottssa ing avv on hr frl dipl dhr mevr drs mgr pres supt
    det insp atty pvt brig amb treas assoc asst pte vs v cf viz e.g eg i.e ie z.b u.a d.h bzw evtl ggf inkl exkl zzgl
    bspw sog vgl usf i.d.r u.u p.ej ej p.ex c.-à-d m.a.w bijv o.a d.w.z m.b.t i.v.m p.es cfr cosidd approx ca circa
    aprox avg est resp seg segg np tzn tzw tj m.in tj hab płk gen ks ul św im ppłk mjr red örn bkz vd ste
    """
)
_BEFORE_NUMBER = word_set(  # abbreviations after which no sentence ends if a number follows
    """
    no nos nr nrs nº núm num n p pp pg pgs pag pág págs s fig figs vol vols ch chap sec sect art arts par para paras
    abs ziff kap tab ed eds op sc cap tel ext apt rm § jan feb febr mar mär apr avr abr jun jul juil aug ago août sep
    sept oct okt ott nov dec dez dic déc gen mag giu lug fév janv ene dom lun mon tue tues wed thu thur thurs fri sat
    sun bd av
    """
)
_MAY_END = word_set(  # abbreviations after which a sentence ends if the next word typically starts one
    """
    inc corp co cos ltd llc plc bros jr esq etc usw dept univ assn natl intl govt mfg ave blvd rd sq ft lb lbs oz mi
    hrs hr min mins secs mio mrd mill tsd tys mln mld godz proc no nos ph.d phd m.d b.a m.a d.c u.s u.k u.n e.u u.s.a
    a.m p.m a.d b.c a.k.a
    s.a s.p.a s.r.l n.v b.v a.g e.v s.l ltda cía cia ee.uu ss.aa jan feb apr aug sept sep oct nov dec okt dez calif
    fla tex ariz colo conn mass mich minn miss mo mont neb nev okla ore penn pa tenn va vt wash wis ala ark ga ill ind
    kan ky la md del st al min dir sec sr
    """
)
_CAPITALISED = word_set(
    "on hr ing mass miss wash ill la pa md ore ark ind ala del va min no sun mon sat mar dom lun mo ga ky"
)  # abbreviations that are ordinary words when written in lower case
_STARTERS = {  # words that often start a sentence and seldom follow an abbreviation within one
    "en": word_set(
        """
        the a an this that these those it its he she they we i you his her their our my your there here in on at by for
        from with without as if when while where what who why how but and or nor so yet after before since until
        although though however meanwhile moreover according both each every some many most all no not one two three
        last next earlier later then now still even also only under over about during despite because between among
        through instead shares analysts officials investors
        """
    ),
    "de": word_set(
        """
        der die das ein eine einer er sie es wir ihr ich im in am an auf bei mit nach seit von vor zu zum zur und aber
        doch denn wenn weil dass als auch noch nur so da dort dieser diese dieses damit dabei dazu danach zudem jedoch
        allerdings
        """
    ),
    "fr": word_set(
        """
        le la les un une des il elle ils elles on nous vous ce cette ces cet en dans sur sous pour par avec sans mais
        ou et donc or ni car selon après avant depuis si quand lorsque comme
        """
    ),
    "es": word_set(
        """
        el la los las un una unos unas lo se su sus este esta estos estas ese esa eso pero y o en con sin para por
        según tras desde cuando como donde mientras también además
        """
    ),
    "it": word_set(
        """
        il lo la i gli le un uno una nel nella nei nelle sul sulla per con ma e ed o se in quando mentre secondo dopo
        prima anche inoltre questo questa questi queste
        """
    ),
    "pt": word_set(
        """
        o a os as um uma no na nos nas do da em de com mas e ou se quando enquanto segundo também ele ela eles elas
        """
    ),
    "pl": word_set(
        """
        w we z ze na do od po za o u i a ale to ten ta te on ona oni jak gdy jednak także również według dla przez przed
        """
    ),
    "nl": word_set(
        """
        de het een dit dat deze die hij zij ze wij we er en maar want of als toen nadat voor na met bij ook volgens in
        """
    ),
}


def sentences(text: str, language: str | None = None) -> tuple[Span, ...]:
    """[start, end) of each sentence of a cleaned text, in code points: ordered, disjoint, not empty, no outer blanks.

    A stop, with closing quotes and brackets after it, ends a sentence if blank space follows (a full-width stop always
    does), unless the next word is in lower case or the stop belongs to an abbreviation, an initial, an ordinal (in
    languages that write them with a stop) or a list number. The end of a line always ends a sentence, so a headline
    without a stop is one. None is longer than LONGEST. `language` is ISO 639-1; None is treated as English.
    """
    found: list[Span] = []
    for line in _LINE.finditer(text):
        start, last = line.span()
        for stop in _STOP.finditer(text, start, last):
            end = stop.end()
            if end < last and _ends(text, start, stop, last, language):
                _add(found, text, start, end)
                start = end
        _add(found, text, start, last)
    return tuple(found)


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    while end - start > LONGEST:
        border = text.rfind(" ", start + 1, start + LONGEST) + 1 or start + LONGEST
        _add(found, text, start, border)
        start = border
    piece = text[start:end]
    kept = piece.lstrip()
    if kept:
        start += len(piece) - len(kept)
        found.append((start, start + len(kept.rstrip())))


def _ends(text: str, start: int, stop: re.Match[str], last: int, language: str | None) -> bool:
    """Whether the stop ends the sentence begun at `start`; the stop must not be the last thing in its line."""
    at, end = stop.start(), stop.end()
    first = text[at]
    if first in _FULL_WIDTH:
        return first != "．" or not text[end].isdigit()
    if not text[end].isspace():
        return False
    opener = _OPENERS.match(text, end + 1, last)
    after = opener.end() if opener else end + 1
    following = text[after] if after < last else ""
    if following.islower() and not _LOWER_BRAND.match(text, after):
        return False
    if text[at:end] == ".":
        return _full_stop_ends(text, start, at, after, language)
    return not (end - at > 1 and first in "!?…‽" and _SPEECH.match(text, after, min(last, after + 60)))


def _full_stop_ends(text: str, start: int, at: int, after: int, language: str | None) -> bool:
    """Whether the single full stop at offset `at` ends the sentence; the next word is at offset `after`."""
    match = _WORD_BEFORE.search(text, max(start, at - 24), at)
    word = match.group() if match else ""
    if not word:
        return True
    if word.isdigit():
        if _LIST_MARK.fullmatch(text, start, at):
            return False
        return not (len(word) <= 2 and language in _ORDINAL_LANGUAGES and not _starter(text, after, language))
    folded = word.lower()
    if folded in _BEFORE_NUMBER and text[after : after + 1].isdigit():
        return False
    if folded in _CAPITALISED and word == folded:
        return True
    if folded in _NEVER or (folded == "m" and language == "fr"):
        return False
    if folded in _MAY_END or _initial(word) or _DOTTED.match(word):
        return _starter(text, after, language) and not (len(word) == 1 and _LIST_MARK.fullmatch(text, start, at))
    return True


def _initial(word: str) -> bool:
    return (len(word) == 1 and word.isalpha()) or (len(word) == 3 and word[1] == "-" and word[0].isupper())


def _starter(text: str, after: int, language: str | None) -> bool:
    """Whether the next word typically starts a sentence, rather than continuing a name or a place."""
    match = _WORD_AFTER.match(text, after)
    starters = _STARTERS.get(language or "en", _STARTERS["en"])
    return match is None or match.group().lower().partition("’")[0].partition("'")[0] in starters
