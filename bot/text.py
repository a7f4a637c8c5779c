"""Texts as they arrive become texts as they are kept: out of HTML, cleaned, split into sentences, language known."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from bot.types import Span

if TYPE_CHECKING:
    from lxml import etree


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def exchanged(text: str, marks: Mapping[str, str]) -> str:
    """The text with others for these characters; one after the other, since str.translate takes many times as long
    over what is not ASCII."""
    for mark, other in marks.items():
        if mark in text:
            text = text.replace(mark, other)
    return text


# --- cleaning ------------------------------------------------------------------------------------------------------

_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # control
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0"  # of no width
    "\u200e\u200f\u202a-\u202e\u2066-\u206f"  # bidirectional
    "\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffc\ufffe\uffff"  # no characters at all, and their like
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"  # invisible tags
)
_JOINED_SCRIPTS = "\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af"
_JOINERS = re.compile(f"(?<![{_JOINED_SCRIPTS}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED_SCRIPTS}])")
_PARAGRAPH = re.compile("(?:[^\\S\n]*\n){2,}[^\\S\n]*|[^\\S\n]*\u2029\\s*")
_BLANKS = re.compile(r"\s+")


def clean(text: str) -> str:
    """The text as it is stored: NFC, one blank between words, "\\n\\n" between paragraphs, nothing invisible.

    Control, bidirectional and zero-width characters go. The joiners U+200C and U+200D are spelling in Arabic, Indic,
    Khmer, Myanmar and Mongolian script and stay between two letters of these; anywhere else they go. A single line
    break is a blank. Cleaning twice is cleaning once.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", _JOINERS.sub("", _DROPPED.sub("", text)))
    paragraphs = (_BLANKS.sub(" ", piece).strip() for piece in _PARAGRAPH.split(text))
    return "\n\n".join(piece for piece in paragraphs if piece)


def one_line(text: str) -> str:
    """The text cleaned, without paragraphs."""
    return clean(text).replace("\n\n", " ")


# --- out of HTML ---------------------------------------------------------------------------------------------------

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--|<!\[CDATA\[|<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_SILENT = _words(
    """
    script style noscript template svg math figcaption iframe object embed audio video canvas form button select
    textarea title head map
    """
)
_BLOCKS = _words(
    """
    p div section article aside header footer main nav blockquote pre ul ol li dl dt dd table thead tbody tfoot tr
    caption h1 h2 h3 h4 h5 h6 hr figure address details summary center fieldset body html
    """
)
_CELLS = frozenset(("td", "th"))


def html_to_text(markup: str) -> str:
    """What a reader of the markup would read, cleaned; borders of blocks become paragraphs.

    Scripts, styles, forms, frames and captions of figures are left out. Text without markup passes through; markup
    that was escaped once too often is opened twice.
    """
    if not _TAG.search(markup):
        if not _ENTITY.search(markup):
            return clean(markup)
        opened = html.unescape(markup)
        return _from_tree(opened) if _TAG.search(opened) else clean(opened)
    return _from_tree(markup)


def _from_tree(markup: str) -> str:
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    wrapped = "<div>" + _DROPPED.sub("", markup.replace("<![CDATA[", "").replace("]]>", "")) + "</div>"
    root = etree.fromstring(wrapped.encode("utf-8"), parser)
    return "" if root is None else clean("".join(_pieces(root)))


def _pieces(root: etree._Element) -> Iterator[str]:
    """Text of a tree in reading order; iterative, since real markup nests deeper than Python's stack."""
    from lxml import etree

    skipped = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if tag in _SILENT:
            skipped += 1 if event == "start" else -1
            border = ""
        else:
            border = _border(str(tag), event)
        if not skipped:
            yield border
            yield (element.text if event == "start" else element.tail) or ""


def _border(tag: str, event: str) -> str:
    if tag in _BLOCKS:
        return "\n\n"
    if tag == "br":
        return "\n" if event == "start" else ""
    return " " if tag in _CELLS else ""


# --- sentences -----------------------------------------------------------------------------------------------------

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
    r"shouted|wondered|sagte|fragte|schrieb|twitterte|dit|demande|écrit)\b"
)
_LOWER_BRAND = re.compile(r"[a-z]{1,2}[A-Z]")
_ORDINAL_LANGUAGES = frozenset(("de", "pl", "cs", "sk", "da", "no", "fi", "tr", "hu", "hr", "sl", "et", "lv", "nl"))

_NEVER = _words(  # titles and forms of address, joining words: no sentence ends behind them
    """
    mr mrs ms mx dr prof profs sen sens rep reps gov govs gen lt col sgt cpl capt cpt cmdr adm maj rev fr hon messrs
    mme mmes mlle mlles mm sra srta sres dña d sig sigg dott dottssa ing avv on hr frl dipl dhr mevr drs mgr pres supt
    det insp atty pvt brig amb treas assoc asst pte vs v cf viz e.g eg i.e ie z.b u.a d.h bzw evtl ggf inkl exkl zzgl
    bspw sog vgl usf i.d.r u.u p.ej ej p.ex c.-à-d m.a.w bijv o.a d.w.z m.b.t i.v.m p.es cfr cosidd approx ca circa
    aprox avg est resp seg segg np tzn tzw tj örn bkz vd ste
    """
)
_BEFORE_NUMBER = _words(  # no sentence ends between them and a number
    """
    no nos nr nrs nº núm num n p pp pg pgs pag pág págs s fig figs vol vols ch chap sec sect art arts par para paras
    abs ziff kap tab ed eds op sc cap tel ext apt rm § jan feb febr mar mär apr avr abr jun jul juil aug ago août sep
    sept oct okt ott nov dec dez dic déc gen mag giu lug fév janv ene dom lun mon tue tues wed thu thur thurs fri sat
    sun bd av
    """
)
_MAY_END = _words(  # a sentence ends behind them where the next word opens one
    """
    inc corp co cos ltd llc plc bros jr esq etc usw dept univ assn natl intl govt mfg ave blvd rd sq ft lb lbs oz mi
    hrs hr min mins secs mio mrd mill tsd no nos ph.d phd m.d b.a m.a d.c u.s u.k u.n e.u u.s.a a.m p.m a.d b.c a.k.a
    s.a s.p.a s.r.l n.v b.v a.g e.v s.l ltda cía cia ee.uu ss.aa jan feb apr aug sept sep oct nov dec okt dez calif
    fla tex ariz colo conn mass mich minn miss mo mont neb nev okla ore penn pa tenn va vt wash wis ala ark ga ill ind
    kan ky la md del st al min dir sec sr
    """
)
_CAPITALISED = _words(
    "on hr ing mass miss wash ill la pa md ore ark ind ala del va min no sun mon sat mar dom lun mo ga ky"
)  # abbreviations that are words where they begin small
_STARTERS = {  # words that open sentences, and seldom go on after an abbreviation
    "en": _words(
        """
        the a an this that these those it its he she they we i you his her their our my your there here in on at by for
        from with without as if when while where what who why how but and or nor so yet after before since until
        although though however meanwhile moreover according both each every some many most all no not one two three
        last next earlier later then now still even also only under over about during despite because between among
        through instead shares analysts officials investors
        """
    ),
    "de": _words(
        """
        der die das ein eine einer er sie es wir ihr ich im in am an auf bei mit nach seit von vor zu zum zur und aber
        doch denn wenn weil dass als auch noch nur so da dort dieser diese dieses damit dabei dazu danach zudem jedoch
        allerdings
        """
    ),
    "fr": _words(
        """
        le la les un une des il elle ils elles on nous vous ce cette ces cet en dans sur sous pour par avec sans mais
        ou et donc or ni car selon après avant depuis si quand lorsque comme
        """
    ),
    "es": _words(
        """
        el la los las un una unos unas lo se su sus este esta estos estas ese esa eso pero y o en con sin para por
        según tras desde cuando como donde mientras también además
        """
    ),
    "it": _words(
        """
        il lo la i gli le un uno una nel nella nei nelle sul sulla per con ma e ed o se in quando mentre secondo dopo
        prima anche inoltre questo questa questi queste
        """
    ),
    "pt": _words(
        """
        o a os as um uma no na nos nas do da em de com mas e ou se quando enquanto segundo também ele ela eles elas
        """
    ),
    "nl": _words(
        """
        de het een dit dat deze die hij zij ze wij we er en maar want of als toen nadat voor na met bij ook volgens in
        """
    ),
}


def sentences(text: str, language: str | None = None) -> tuple[Span, ...]:
    """[start, end) of each sentence of a cleaned text, in code points: ordered, disjoint, never empty or blank-edged.

    Rules, no model: a stop ends a sentence where blank space follows it (full-width stops end one anywhere), with the
    quotes and brackets that close behind it; unless the next word is in small letters, or the stop belongs to an
    abbreviation, an initial, an ordinal (languages that write them with a stop) or a list's number. A line's end always
    ends a sentence, so a headline without a stop is one. `language` is ISO 639-1; None: as in English.
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
    piece = text[start:end]
    kept = piece.lstrip()
    if kept:
        start += len(piece) - len(kept)
        found.append((start, start + len(kept.rstrip())))


def _ends(text: str, start: int, stop: re.Match[str], last: int, language: str | None) -> bool:
    """Whether the stop ends the sentence begun at `start`; something other than the line's end follows it."""
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
    """A single full stop at `at`, the next word at `after`."""
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
    """Whether the next word opens sentences rather than going on with a name or a place."""
    match = _WORD_AFTER.match(text, after)
    starters = _STARTERS.get(language or "en", _STARTERS["en"])
    return match is None or match.group().lower().partition("’")[0].partition("'")[0] in starters


# --- languages -----------------------------------------------------------------------------------------------------

_LANGUAGE_WORDS = {
    "en": """
        the and of to in is that for was with are his they be at have this from had not but what were there been their
        will would which said has its who after about more than could when over into she you it he an on as by
    """,
    "de": """
        der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass
        sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr
        durch man sein wurde sei hatte kann gegen vom wenn unter ich wir seit
    """,
    "fr": """
        le la les des et est en un une du que dans qui pour sur pas au par plus ce avec il sont ne se aux mais a ou ont
        cette été leur être comme elle ses son sa ces fait deux tout nous vous même après sans selon d'un d'une c'est
        n'a qu'il également depuis
    """,
    "es": """
        de la que el en y los del se las por un para con una su al es lo como más pero sus le ha este sí porque esta
        entre cuando muy sin sobre también hasta hay donde quien desde todo nos durante todos uno les ni contra otros
        ese fue años según dos han está son
    """,
    "it": """
        di e il che la in un è per una sono del con non si della al da dei le nel gli alla più anche ha come dal ma
        nella delle ai lo sul suo questo dalla degli sulla se tra stato essere hanno i due dopo anni alle era nei cui
        secondo o
    """,
    "pt": """
        de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou quando
        muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos seus quem nas foi são está ser há
        anos segundo pelos numa
    """,
    "nl": """
        de het een en van in is dat op te zijn met voor niet die aan er om ook als maar bij door naar uit nog wordt over
        dan worden zou of heeft hebben ze hij was deze kan al wel tot werd meer geen veel tegen volgens onder dit na
        moet
    """,
    "sv": """
        och i att det som en på är av för med till den har de inte om ett var men jag sig från vi så kan han när eller
        nu under också efter vid mot skulle där då ska man detta bli säger mellan över mycket alla in blir hade enligt
    """,
    "pl": """
        w i na z do się nie że to jest o jak po co za od dla przez ale są tym był czy może tego oraz jego ich już tylko
        być ma przed które który która także będzie również pod roku lub by jednak było ze tej
    """,
    "tr": """
        ve bir bu da de için ile olarak çok daha olan gibi kadar en sonra ne var ki ancak ise oldu olduğunu değil her
        göre veya yeni ilk dedi tarafından yüzde büyük iki olduğu etti o nin ın üzerinde
    """,
}
RECOGNISED = frozenset((*_LANGUAGE_WORDS, "ja", "zh", "ko", "ru", "uk", "ar", "he", "hi", "el"))
"""What `recognise` knows; of a text said to be in another language it should not be asked."""
_TOKENS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SCRIPTS = {
    "kana": re.compile("[\u3040-\u30ff]"),
    "han": re.compile("[\u4e00-\u9fff]"),
    "hangul": re.compile("[\uac00-\ud7af]"),
    "cyrillic": re.compile("[\u0400-\u04ff]"),
    "arabic": re.compile("[\u0600-\u06ff]"),
    "hebrew": re.compile("[\u05d0-\u05ea]"),
    "devanagari": re.compile("[\u0900-\u097f]"),
    "greek": re.compile("[\u0370-\u03ff]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f]"),
}
_UKRAINIAN, _RUSSIAN = re.compile("[іїєґІЇЄҐ]"), re.compile("[ыэёъЫЭЁЪ]")
_PERSIAN_OR_URDU = re.compile("[پچژگکیٹڈ]")


@cache
def _word_languages() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for language, words in _LANGUAGE_WORDS.items():
        for word in set(words.split()):
            table[word] = (*table.get(word, ()), language)
    return table


def recognise(text: str) -> str | None:
    """ISO 639-1 of the text's language, by its script or its function words; None where these do not say.

    Known: en, de, fr, es, it, pt, nl, sv, pl, tr by words; ja, zh, ko, ru, uk, ar, he, hi, el by script. The first 3000
    characters are looked at.
    """
    sample = text[:3000]
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS.items()} if not sample.isascii() else {}
    if counts and (script := max(counts, key=lambda name: counts[name])) != "latin" and counts[script] >= 3:
        return _by_script(sample, counts, script)
    return _by_words(sample)


def _by_script(sample: str, counts: dict[str, int], script: str) -> str | None:
    match script:
        case "kana" | "han":
            return "ja" if counts["kana"] * 10 > counts["han"] else "zh"
        case "hangul":
            return "ko"
        case "cyrillic":
            ukrainian, russian = len(_UKRAINIAN.findall(sample)), len(_RUSSIAN.findall(sample))
            return None if ukrainian == russian else "uk" if ukrainian > russian else "ru"
        case "arabic":
            return None if len(_PERSIAN_OR_URDU.findall(sample)) * 30 > counts["arabic"] else "ar"
        case _:
            return {"hebrew": "he", "devanagari": "hi", "greek": "el"}.get(script)


def _by_words(sample: str) -> str | None:
    """The language whose function words the text has most of: at least two, and clearly more than another's."""
    table = _word_languages()
    tokens = [token.replace("’", "'") for token in _TOKENS.findall(sample.lower())]
    scores: dict[str, float] = {}
    for token in tokens:
        languages = table.get(token, ())
        for language in languages:
            scores[language] = scores.get(language, 0.0) + 1 / len(languages)
    ranked = sorted(((score, language) for language, score in scores.items()), reverse=True)
    if not ranked or ranked[0][0] < max(1.5, 0.1 * len(tokens)):
        return None
    if len(ranked) > 1 and ranked[0][0] < 1.3 * ranked[1][0]:
        return None
    return ranked[0][1]


def web_address(link: str | None) -> str | None:
    """The address with whatever could end or bend it percent-encoded; None: it is none of the web's."""
    if not link or not link.lower().startswith(("http://", "https://")):
        return None
    return quote(link, safe="%/:=&?~#+!$,;'@()*[]")


_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def inert(words: str) -> str:
    """Without control characters, line feeds apart, and without marks that reorder text: what may be shown anywhere."""
    if words.isprintable():
        return words
    return "".join(c for c in words if c == "\n" or not (unicodedata.category(c) in ("Cc", "Cs") or c in _REORDERING))
