"""What a title or an address says about the kind of its text, in eight languages.

A label is a word set apart: before a colon, dash or bar (“Kommentar: …”), in capitals before a full stop
(“TRIBUNE. …”), at the end after such a mark (“… | Opinión”) or in brackets (“… (Anzeige)”). The same word elsewhere
is only a word.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.analysts.lexical.prefilter import found
from bot.analysts.lexical.token_features import folded

_ARTICLE = (
    r"(?:(?:the|a|an|my|our|guest|der|die|das|ein|eine|mein|le|la|les|une?|notre|el|una|il|lo|de|het|een|o|os)\s"
    r"|l[’'])?"
)
_ON = r"(?:\s(?:on|about|zu|zum|zur|über|sur|sobre|su|sul|sulla|over)\s.{3,60})?"
_BEFORE = re.compile(r"\W*(.{2,70}?)\s?[:|\-–—](?!\w)")
_CAPITALS = re.compile(r"\W*((?:L[’'])?[^\W\d_a-zß-ÿ][^.a-zß-ÿ]{2,30})\.\s")
_BEHIND = re.compile(r".*(?:[:|–—]\s*|-\s+)(\S.{1,40})$")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]{2,40})[)\]]\W*$|^\[([^\]]{2,40})\]")
_WORDS = 4  # of a title that is nothing but a label


def _label(words: str) -> re.Pattern[str]:
    """Of one of the words, alternatives in small letters, with or without an article and what it is on."""
    return re.compile(rf"{_ARTICLE}(?:{words}){_ON}", re.IGNORECASE)


@lru_cache(maxsize=64)
def _set_apart(title: str) -> tuple[str, ...]:
    """What stands in a title as a label does."""
    found = [match[1] or match[2] for match in _BRACKETS.finditer(title)] if "(" in title or "[" in title else []
    marked = any(map(title.__contains__, ":|-–—"))
    patterns = (_BEFORE, _CAPITALS, _BEHIND) if marked else (_CAPITALS,) if "." in title else ()
    found += [match[1] for pattern in patterns if (match := pattern.match(title))]
    if title.count(" ") < _WORDS:
        found.append(title)
    return tuple(each.strip(" .…") for each in found)


def _labelled(title: str, label: re.Pattern[str]) -> bool:
    apart = _set_apart(title)
    return bool(apart) and any(label.fullmatch(each) for each in apart)


_OPINION = _label(
    "opinions?|comment|commentary|editorial|op-?ed|column|viewpoint|letters to the editor|the view"
    "|perspective|view|essay|kommentare?|meinung|standpunkt|gastbeitrag|gastkommentar|leitartikel|kolumne|glosse"
    "|pro und contra|pro & contra|leserbriefe?|tribune|chronique|éditorial|édito|edito|point de vue|opinion"
    "|carte blanche|opinión|columna|tribuna|cartas? al director|carta abierta|opinion[ei]|editoriale|commento"
    "|l[’']analisi e il commento|lettere|opinião|coluna|opinie|commentaar|column|opinia|komentarz|felieton"
    "|wstępniak|list do redakcji"
)
_VIEW = re.compile(
    r"^\W*the [\w ]{2,25} view (?:on|of)\b|^\W*l[’']édito\.\s|^\W*(?:letters?|leader)\s?[:|]"
    r"|^\W*(?:letters to the editor|cartas al director)\b|^\W*why i[’']?(?:m|ve)?\b"
    r"|[:,»”]\s(?:la|une) (?:tribune|chronique) d(?:e|u|es|’|')",
    re.IGNORECASE,
)
_VIEW_HINTS = ("view", "dito", "letter", "leader", "cartas", "why i", "tribune", "chronique")
_OPINION_LINK = re.compile(
    r"/(?:opinions?|comment(?:isfree|ary|ators|s-analysis)?|op-?eds?|editorials?|columns?|columnists?|viewpoints?|letters"
    r"|voices|meinung(?:en)?|kommentare?|kolumnen?|leitartikel|gastbeitr(?:ag|aege)|standpunkte?|idees|tribunes?"
    r"|chroniques?|editos?|points?-de-vue|opinion(?:es|i|e)|columnas?|tribunas?|editoriales?|commenti?|editoriali?"
    r"|opiniao|colunas?|opinie|columnisten|felietony|komentarze)/",
    re.IGNORECASE,
)

_LIVE = _label(
    "live|live (?:updates?|coverage|feed|reporting|blog)|live-?ticker|news-?blog|news-?ticker|(?:en |le )?direct"
    "|(?:en )?directo|en vivo|minuto a minuto|(?:in |la )?diretta|la diretta live|ao vivo|na żywo|relacja na żywo"
    "|relacja live"
)
_LIVE_WORDS = re.compile(
    r"(?-i:\bLIVE)\s*[:|]|^\W*\+{2,3}\s.*\s\+{2,3}\W*$|\b(?:latest|live) updates\b"
    r"|\b(?:suivez|suivre) (?:notre|le|ce|en) direct\b|,\s(?:la )?diretta\W*$"
    r"|,\s(?:en direct|en directo|en vivo|in diretta|ao vivo)\s?[:|–—-]"
    r"|\b(?:en direct|en directo|en vivo|in diretta|ao vivo|na żywo|in tempo reale|en tiempo real|em tempo real)\W*$",
    re.IGNORECASE,
)
_LIVE_HINTS = ("live", "++", "updates", "direct", "vivo", "diretta", "na żywo", "tempo real", "tiempo real")
_LIVE_LINK = re.compile(
    r"/(?:live|en-?direct|directo|en-?vivo|diretta|dirette|ao-vivo)/|live-?blog|live-?ticker|live-updates|newsblog/",
    re.IGNORECASE,
)

_ADVERT = _label(
    "ad|advert|advertisement|advertisement feature|advertorial|sponsored|paid (?:partnership|promotion)|presented by"
    "|(?:sponsor|sponsored|paid|partner|promoted|brand|branded) (?:content|post|story|article|feature)"
    "|anzeige|werbung|gesponsert|(?:gesponserter|bezahlter) beitrag|bezahlte partnerschaft"
    "|publicité|publi-?rédactionnel|publi-?reportage|sponsorisé|contenu (?:partenaire|de marque|sponsorisé)"
    "|communication payante|publicidad|patrocinado|contenido (?:de marca|patrocinado)|publirreportaje|remitido"
    "|pubblicità|sponsorizzato|informazione pubblicitaria|contenuto (?:promozionale|di marca|sponsorizzato)"
    "|messaggio promozionale|pubbliredazionale|publicidade|conteúdo (?:de marca|patrocinado)|publieditorial"
    "|advertentie|gesponsord|gesponsorde inhoud|betaalde samenwerking|publireportaje|materiał (?:sponsorowany"
    "|partnera|promocyjny)"
    "|artykuł sponsorowany|tekst sponsorowany|reklama"
)
_ADVERT_LINK = re.compile(
    r"/(?:sponsored|sponsor(?:ed)?-content|sponsor-?post|paid-?(?:post|content|program)|partner-?content"
    r"|brand-?(?:studio|voice|content)|branded-content|advertorials?|anzeigen?|publi-?(?:reportages?|redactionnels?)"
    r"|publirr?eportajes?|contenido-de-marca|sponsorizzat[oi]|pubbliredazionali?)/",
    re.IGNORECASE,
)

_DISCLOSED = re.compile(
    r"\bthis (?:article|post|story|content|page|advertisement) (?:is|was|contains?|includes?|has been)\b[^.\n]{0,60}"
    r"(?:sponsored|paid (?:for|post|content|partnership|promotion)|affiliate|advertis|in partnership with)"
    r"|\b(?:may|we) (?:earn|receive|get) (?:an? )?(?:small )?(?:affiliate )?commission|\bbrought to you by [A-Z]"
    r"|(?:^|\n)\W*(?:sponsored|presented|paid for|promoted) by [A-Z]"
    r"|\bdieser (?:artikel|beitrag|text) (?:ist|enthält|wurde)\b[^.\n]{0,60}(?:gesponsert|bezahlt|werbung|affiliate)"
    r"|\bcet article (?:est|a été|contient)\b[^.\n]{0,60}(?:sponsoris|partenariat|affili|publicit)"
    r"|\beste (?:artículo|contenido) (?:es|ha sido|contiene)\b[^.\n]{0,60}(?:patrocinad|publicitari|afiliad)"
    r"|\bquesto (?:articolo|contenuto) (?:è|contiene)\b[^.\n]{0,60}(?:sponsorizzat|promozional|affiliat|pubblicit)"
    r"|\beste (?:artigo|conteúdo) (?:é|foi|contém)\b[^.\n]{0,60}(?:patrocinad|publicitári|afiliad)"
    r"|\bdit artikel (?:is|bevat|werd)\b[^.\n]{0,60}(?:gesponsord|betaald|affiliate|advert)"
    r"|\bten (?:artykuł|materiał|tekst) (?:jest|zawiera|powstał)\b[^.\n]{0,60}(?:sponsorowan|płatn|reklam|afiliac)",
    re.IGNORECASE,
)
_HINTS = (
    "sponsor", "commission", "brought to", "paid", "affili", "promoted by", "presented by", "gesponsert", "bezahlt",
    "werbung", "partenariat", "publicit", "patrocin", "afiliad", "pubblicit", "promozional", "betaald", "advert",
    "płatn", "reklam", "afiliac",
    "in partnership",
)  # fmt: skip
"""At least one stands in every text that _DISCLOSED could match,"""
PAID_WORD = re.compile("|".join(max(hint.split(), key=len) for hint in _HINTS))
"""and so does a word in which this is found."""
_HEAD, _TAIL = 400, 700
"""Characters at the ends of a text where it says who paid for it."""
_FIRST_LINE = re.compile(r"[^\n]{1,60}")
_DEAL = re.compile(
    r"\b(?:best (?:\S+ ){0,4}deals|deals? of the day|(?:discount|promo|coupon) code|save up to|percent off|\d+ ?% off"
    r"|(?-i:[Uu]se (?:the )?code [A-Z0-9]{4,})|[$£€]\d+ off|rabattcode|gutscheincode|schnäppchen|code promo|bons plans"
    r"|código de descuento|codice sconto|cupom de desconto|kortingscode)(?!\w)"
    r"|\b(?:black friday|cyber monday|prime day)\b[^:]{0,40}\b(?:deals?|offers?|discounts?|bargains?|angebote|offres"
    r"|ofertas|offerte|aanbiedingen)\b",
    re.IGNORECASE,
)
_DEAL_HINTS = (
    "deal", "code", "save", "off", "schn", "bons plans", "descuento", "sconto", "cupom", "friday", "monday", "prime",
)  # fmt: skip

_RELEASES = (
    "press release|news release|media release|pressemitteilung|presseinformation|communiqué de presse|communiqué"
    "|comunicado(?: de prensa)?|nota de prensa|comunicato stampa|comunicado à imprensa|persbericht"
    "|informacja prasowa|komunikat prasowy"
)
_RELEASE = _label(_RELEASES)
_RELEASE_HEAD = re.compile(rf"(?:[^\n]{{0,40}}[-–—:]\s*)?\W*(?:{_RELEASES})\s*[.:\n–—-]", re.IGNORECASE)

_ANALYSIS = _label(
    "analysis|analyse|explainer|explained|in depth|deep dive|long read|background|factbox|q&a|hintergrund|décryptage"
    "|análisis|analisi|l[’']analisi|análise|achtergrond|analiza"
)
_ANALYSIS_WORDS = re.compile(
    r"^\W*(?:what we know|what to know|why|how|warum|wieso|pourquoi|comment|por qué|perché|por que|waarom|hoe"
    r"|dlaczego)\s",
    re.IGNORECASE,
)

_NUMBERS = (
    "three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|drei|vier|fünf|sechs|sieben|acht|neun|zehn"
    "|trois|quatre|cinq|sept|huit|neuf|dix|tres|cuatro|cinco|siete|ocho|nueve|diez|quattro|cinque|sette|otto|nove|dieci"
    "|três|quatro|sete|oito|dez|drie|vijf|zes|zeven|negen|tien"
    "|trzy|cztery|pięć|sześć|siedem|osiem|dziewięć|dziesięć"
)
COUNTED = re.compile(
    rf"^\W*(?:(?:the|our|here are|these are|these|die|diese|les|ces|los|las|estos|estas|i|le|os|as|de|deze)\s)*"
    rf"(?:top\s|best\s)*(?:[3-9]|\d{{2,3}}|{_NUMBERS})\s",
    re.IGNORECASE,
)
"""A title that begins with a number of something; “two ways” are no list."""
_RANKED = re.compile(
    r"^\W*(?:the )?(?:top (?:\d+|ten|five)\b|best [\w-]+(?: [\w-]+)? (?:of|for|to|in|you can)\b)"
    r"|\byou(?: won[’']t believe|[’']ll (?:love|want)| need to (?:buy|try|see|own))\b",
    re.IGNORECASE,
)

_CORRECTIONS = (
    "corrections?|corrected|clarifications?|corrections (?:and|&) clarifications|erratum|errata|korrektur|korrigiert"
    "|berichtigung|richtigstellung|rectificatif|correctif|corrigé|mise au point|corrección|corregido|rectificación"
    "|fe de err(?:ores|atas)|rettifica|correzione|corretto|errata corrige|correção|rectificatie|correctie"
    "|sprostowanie|korekta"
)
CORRECTION = re.compile(
    rf"^\W*(?:{_CORRECTIONS})\b\s*\d*\s?(?:[:|\-–—(]|$)|\((?:{_CORRECTIONS})\)\W*$"
    r"|^\W*corrections? to (?:our|an?|the)?\s?(?:earlier |previous )?(?:report|story|article|headline)\b",
    re.IGNORECASE,
)
CORRECTION_LABELS = _CORRECTIONS
"""Alternatives of a pattern, to be cut off a headline."""


def is_opinion(title: str, link: str | None) -> bool:
    return bool(_labelled(title, _OPINION) or found(_VIEW, _VIEW_HINTS, title) or (link and _OPINION_LINK.search(link)))


def is_live(title: str, link: str | None) -> bool:
    return bool(_labelled(title, _LIVE) or found(_LIVE_WORDS, _LIVE_HINTS, title) or (link and _LIVE_LINK.search(link)))


def is_advert(title: str, link: str | None) -> bool:
    return bool(_labelled(title, _ADVERT) or sells(title) or (link and _ADVERT_LINK.search(link)))


def is_ranked(title: str) -> bool:
    return found(_RANKED, ("top ", "best ", "you"), title)


def sells(title: str) -> bool:
    """Whether the title sells something; the days of sales themselves are news to a retailer."""
    return found(_DEAL, _DEAL_HINTS, title)


def opens_as_advert(text: str) -> bool:
    """Whether a text says in its first line that somebody paid for it."""
    line = _FIRST_LINE.match(text)
    return line is not None and line.end() < len(text) and _labelled(line[0], _ADVERT)


def discloses(text: str) -> bool:
    """Whether it says so at its ends; only where a word of it shows PAID_WORD."""
    return any(found(_DISCLOSED, _HINTS, end) for end in (text[:_HEAD], text[-_TAIL:]))


def is_release(title: str, text: str) -> bool:
    """Whether it is labelled as one; “said in a press release” is no label."""
    return bool(_labelled(title, _RELEASE) or _RELEASE_HEAD.match(text, 0, _HEAD))


def is_analysis(title: str) -> bool:
    return bool(_labelled(title, _ANALYSIS) or _ANALYSIS_WORDS.search(title))


_PAGES = re.compile(
    r"(?:about(?: us| me| this site)?|(?:\w+ )?(?:privacy|cookie|acceptable use) policy|terms of (?:use|service)"
    r"|terms and conditions|contact(?: us)?|imprint|colophon|site ?map|tags|archives?|projects|credentials"
    r"|guest ?book|blog ?roll|(?:website )?links"
    r"|curriculum vitae|impressum|datenschutz(?:erklärung)?|nutzungsbedingungen|über (?:uns|mich)|kontakt"
    r"|mentions légales|politique de confidentialité|conditions d[’']utilisation|à propos|aviso legal"
    r"|política de (?:privacidad|privacidade|cookies)|términos y condiciones|quiénes somos|acerca de|contacto|contato"
    r"|chi siamo|informativa sulla privacy|note legali|contatti|termos de uso|quem somos|sobre (?:nós|nosotros|mim)"
    r"|over (?:ons|mij)|privacy(?:beleid|verklaring)|algemene voorwaarden|o nas"
    r"|polityka prywatności|regulamin)",
    re.IGNORECASE,
)
_PUZZLES = re.compile(
    r"^\W*(?:the |our |this )?(?:\w+[’']?s? ){0,3}(?:quiz|crossword|sudoku|word search|brain ?teaser)\b"
    r"\W*(?:$|[:|–—-]|of )"
    r"|[:|–—-]\s?(?:a |the |our )?(?:\w+ )?quiz\W*$"
    r"|\b(?:test your(?:self| knowledge)|take (?:this|our|the) (?:\w+ )?quiz|how well do you know|word search game)\b"
    r"|\b(?:teste(?:n sie)? (?:ihr|dein) wissen|testez vos connaissances|pon a prueba tus conocimientos"
    r"|mettiti alla prova|metti alla prova|teste seus conhecimentos|test je kennis|kreuzworträtsel|mots croisés"
    r"|crucigrama|cruciverba|palavras cruzadas|kruiswoordpuzzel|krzyżówka|sprawdź swoją wiedzę)\b",
    re.IGNORECASE,
)
_PUZZLE_HINTS = (
    "quiz", "crossword", "sudoku", "word search", "teaser", "test your", "how well", "wissen", "connaissances",
    "conocimientos", "prova", "conhecimentos", "kennis", "kruiswoord", "rätsel", "mots crois", "cruci", "cruzadas",
    "krzyż", "wiedz",
)  # fmt: skip
_WORKS = (
    "film|movie|documentary|(?:tv |web |drama |comedy )?series|novel|memoir|album|musical|video game|podcast|sitcom"
    "|collection of (?:essays|stories|poems)|graphic novel|roman|serie|série|película|novela|romanzo|raccolta|filme"
    "|documental|documentaire|documentario|documentário|dokumentarfilm|videospiel"
)
_PRESENTS = re.compile(
    rf"^(?:[^.!?:;]{{1,60}})\b(?:is|ist|est|es|è|é)\s(?:an?|ein|eine|une?|una|uma?|een|the|um)\s"
    rf"(?:[\w’-]+\s){{0,4}}?(?:{_WORKS})\b"
    r"|\b(?:is|was|ist|est|es|è|é) (?:an? |ein |une? |una |uma |een )"
    r"(?:\w+ )?(?:masterpiece|must-see|must-read|meisterwerk|chef-d[’']œuvre|obra maestra|capolavoro|obra-prima"
    r"|meesterwerk)\b|\bto arcydzieło\b"
    r"|^\W*(?:\w+ ){0,3}review\s?[:|–—]|[:|–—]\s(?:\w+ )?review\W*$|★{2}",
    re.IGNORECASE,
)
_WORK_HINTS = (
    "film", "movie", "documenta", "series", "novel", "memoir", "album", "musical", "game", "podcast", "sitcom",
    "collection", "roman", "serie", "série", "película", "raccolta", "videospiel", "master", "must-", "meister",
    "œuvre", "maestra", "capolavoro", "obra-prima", "meesterwerk", "arcydzieło", "review", "★",
)  # fmt: skip
_PROGRAMMES = re.compile(
    r"^\W*\d{1,2}/\d{1,2}(?:/\d{2,4})?: |^\W*(?:ep(?:isode)?\.?|folge|épisode|episodio|episódio|aflevering"
    r"|odcinek)\s?#?\d+"
    r"|\b(?:in|on) (?:this|today[’']s|this week[’']s) (?:episode|show|podcast)\b|\bthis week it[’']s\b"
    r"|\bin dieser folge\b|\bdans cet épisode\b|\ben este episodio\b|\bin questo episodio\b|\bneste episódio\b"
    r"|\bin deze aflevering\b|\bw tym odcinku\b",
    re.IGNORECASE,
)
_PROGRAMME_HINTS = (
    "/",
    "episod",
    "episód",
    "ep.",
    "ep ",
    "folge",
    "épisode",
    "aflevering",
    "odcin",
    "show",
    "podcast",
    "this week it",
)


_REPORTS_NOTHING = (*_PUZZLE_HINTS, *_WORK_HINTS, *_PROGRAMME_HINTS)


def may_report_nothing(words: str) -> bool:
    """Cheap test whether is_page, is_puzzle or presents_work can be true of the words."""
    return any(map(folded(words).__contains__, _REPORTS_NOTHING))


def is_page(title: str) -> bool:
    """Whether it is a standing page of a site: an imprint, a policy, a list of links."""
    return _PAGES.fullmatch(title.strip(" .:|")) is not None


def is_puzzle(title: str, lead: str) -> bool:
    return found(_PUZZLES, _PUZZLE_HINTS, title) or found(_PUZZLES, _PUZZLE_HINTS, lead)


def presents_work(title: str, lead: str) -> bool:
    """Whether it reviews or presents a film, a book, an album or the like."""
    return found(_PRESENTS, _WORK_HINTS, title) or found(_PRESENTS, _WORK_HINTS, lead)


def is_programme(title: str, lead: str) -> bool:
    """Whether it announces an episode or a broadcast."""
    return found(_PROGRAMMES, _PROGRAMME_HINTS, title) or found(_PROGRAMMES, _PROGRAMME_HINTS, lead)
