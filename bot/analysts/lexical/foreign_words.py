"""Words of German, Spanish, French, Italian, Dutch and Portuguese by which questions, and what answers them, are known.

Each constant is a regular expression for all of them together: it is tried where the question is asked in one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from bot.text.tokenisation import fold
from bot.text.word_lists import stopwords

# --- what a question asks for ----------------------------------------------------------------------------------------

ASKS_HOW_MANY = r"\bwie ?viele?\b|\bcombien\b|\bcuánt[oa]s?\b|\bquant[oiaei]s?\b|\bhoeveel\b"
ASKS_HOW_LONG = r"\bwie lange\b|\bcombien de temps\b|\bcuánto tiempo\b|\b(?:per )?quanto tempo\b|\bhoe ?lang\b"
ASKS_WHEN = (
    r"\bwann\b|\bseit wann\b|\bquand\b|\bcuándo\b|\bquando\b|\bwanneer\b|\ban welchem tag\b|\bquel jour\b|\bqué día\b"
)
ASKS_WHO = (
    r"\bwer\b|\bwen\b|\bwem\b|\bqui\b|\bquién(?:es)?\b|\bchi\b|\bquem\b|^wie (?!viele?\b|lange\b|hoch\b|groß\b|oft\b)"
)
ASKS_WHERE = r"\bwo\b|\bwohin\b|\boù\b|\bdónde\b|\bdove\b|\bonde\b|\bwaar\b(?!om)"
ASKS_WHY = r"\bwarum\b|\bwieso\b|\bweshalb\b|\bpourquoi\b|\bpor qu[eé]\b|\bperché\b|\bwaarom\b"
ASKS_COUNTRY = (
    r"\bwelche[sn]? (?:länder|land|staaten)\b|\bquels? pays\b|\bqué pa[ií]s(?:es)?\b|\bqual[ei]? paes[ei]\b"
    r"|\bqua(?:l|is) pa[ií]s(?:es)?\b|\bwelke? land(?:en)?\b"
)
ASKS_SAID = (
    r"\bwas (?:sagt|sagte|sagen|erklärt)\w*\b|\bwas hat .* gesagt\b|\bque dit\b|\bqu'(?:a|ont) .*dit\b"
    r"|\bqué (?:dijo|dice)\b"
    r"|\b(?:che )?cosa (?:dice|ha detto)\b|\bo que (?:disse|diz)\b|\bwat zei\b|\bwat zegt\b"
)
_BY_LANGUAGE = {
    "de": "wer wen wem wann wo wohin warum wieso weshalb was welche welcher welches welchen wie viel viele hoch groß",
    "es": "quién quiénes qué cuándo dónde cuánto cuánta cuántos cuántas cuál cuáles",
    "fr": "qui que quoi quand où pourquoi combien quel quelle quels quelles",
    "it": "chi che cosa quando dove perché quanto quanta quanti quante quale quali",
    "nl": "wie wat wanneer waar waarom hoeveel hoe welk welke",
    "pt": "quem que quando onde quanto quanta quantos quantas qual quais",
}
"""Words that only ask, by language."""


@cache
def asking_words(language: str) -> frozenset[str]:
    """The words that only ask, folded; none for English."""
    return frozenset(fold(_BY_LANGUAGE.get(language, "")).split())


def language_of(question: str, languages: Iterable[str]) -> str:
    """In which of the languages (ISO 639-1) or in English it is asked: of which it has the most function words."""
    found = fold(question).replace("'", " ").replace("?", " ").replace("¿", " ").split()
    known = dict.fromkeys(("en", *(each for each in languages if each in _BY_LANGUAGE)))
    return max(known, key=lambda each: sum(word in stopwords(each) | asking_words(each) for word in found))


# --- what a sentence holds -------------------------------------------------------------------------------------------

_MONTHS = (
    "Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre"
    "|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gennaio"
    "|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro|fevereiro|março|maio|junho|julho|setembro"
    "|outubro|novembro|dezembro|januari|februari|maart|mei|juni|juli|augustus|oktober|december"
)
_WEEKDAYS = (
    "Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes"
    "|martes|miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
    "|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag"
    "|zondag"
)
DATES = (
    rf"(?:{_MONTHS}|{_WEEKDAYS}|heute|gestern|morgen|Jahresende|aujourd'hui|hier|demain|hoy|ayer|mañana|oggi|ieri"
    rf"|domani|hoje"
    r"|ontem|amanhã|vandaag|gisteren)"
)
NUMBER_WORD = (
    r"zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|hunderte?|tausende?|Millionen|Dutzende|deux|trois"
    r"|quatre|cinq|sept"
    r"|huit|neuf|dix|douze|centaines|milliers|dizaines|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|cientos"
    r"|miles|decenas"
    r"|due|quattro|cinque|sei|sette|otto|nove|dieci|centinaia|migliaia|decine|dois|duas|três|quatro|sete|oito|dez"
    r"|centenas"
    r"|milhares|dezenas|twee|drie|vijf|zes|zeven|negen|tien|honderden|duizenden|tientallen"
)
_SPANS = (
    "Stunden?|Tagen?|Wochen?|Monaten?|Jahren?|Jahre|heures?|jours?|semaines?|mois|ans|années|horas?|días?|semanas?|meses|años?"
    "|ore|giorni|settimane?|mesi|anni|dias?|anos?|uur|dagen|weken|maanden|jaar"
)
LENGTH = (
    rf"(?:\d[\d,.]*|{NUMBER_WORD}|ein(?:e[mnr]?)?|une?|un[ao]?|een) (?:{_SPANS})"
    rf"|(?:bis|jusqu'\w+|hasta|fino|até|tot) (?:\w+ ){{0,3}}(?:{_MONTHS}|\d{{4}})"
)
MONEY = r"Euro|Dollars?|Pfund|Franken|Yen|livres|dólares|euro|dollari|sterline|libras|ponden|dollar|reais|pesos"
SPOKEN = (
    r"sag(?:t|te|ten|en)|erklär(?:t|te|ten)|teilte|kündigt\w* an|warn(?:t|te)|forder(?:t|te|n)|betont\w*|dit"
    r"|déclar\w+|affirm\w+"
    r"|annonc\w+|selon|dij(?:o|eron)|dice|afirm\w+|asegur\w+|declar\w+|según|ha detto|hanno detto|dichiar\w+"
    r"|secondo|disse(?:ram)?"
    r"|diz|segundo|zei(?:den)?|zegt|volgens|verklaar\w*"
)
CAUSE = (
    r"weil|wegen|aufgrund|auf Grund|begründ\w+|Grund|Ursache|denn|parce que|en raison|à cause|faute de|car|afin de"
    r"|pour \w+er"
    r"|porque|por causa|debido a|a causa|culp\w+|devido a|ya que|perché|a causa|per via|dovut[oaie]|colpa|omdat"
    r"|vanwege|wegens"
    r"|oorzaak|reden"
)
PLACE_BEFORE = (
    r"in|im|bei|nach|aus|nahe|à|au|aux|en|dans|près de|de|del|desde|cerca de|a|ad|nel|nella|da|em|no|na|perto de|te"
    r"|op"
)
PERSONS = (
    r"Menschen|Personen|Leute|Arbeiter|Beschäftigte[nr]?|Mitarbeiter|Kinder|Frauen|Männer|Tote|Verletzte|Schüler"
    r"|Bewohner"
    r"|personnes|gens|salariés|ouvriers|enfants|femmes|hommes|morts|blessés|élèves|habitants|personas|trabajadores"
    r"|empleados"
    r"|niños|mujeres|hombres|muertos|heridos|alumnos|habitantes|persone|lavoratori|dipendenti|bambini|donne|uomini"
    r"|morti"
    r"|feriti|abitanti|pessoas|trabalhadores|funcionários|crianças|mulheres|homens|mortos|feridos|alunos|mensen"
    r"|personen"
    r"|werknemers|arbeiders|kinderen|vrouwen|mannen|doden|gewonden|leerlingen|bewoners"
)
PEOPLE = "Menschen Personen Leute personnes gens personas gente persone pessoas mensen personen"
COUNTED = r"\b(?:wie ?viele|combien d(?:e |')|cuánt[oa]s|quant[iea]|quant[oa]s|hoeveel) ?([^\W\d_]+)"
OBJECTS = (
    r"bestreite\w*|bestritt\w*|dementier\w*|kritisier\w*|lehn(?:t|te|ten|en)\b.*\bab|wies\b.*\bzurück"
    r"|weist\b.*\bzurück|dément\w*"
    r"|contest\w+|rejet\w+|critiqu\w+|dénonc\w+|s'oppos\w+|nieg\w+|neg[oó]u?|rechaz\w+|critic\w+|desmi\w+"
    r"|se opon\w+|smenti\w+"
    r"|respin\w+|rejeit\w+|ontken\w*|betwist\w*|verwerp\w*|bekritiseer\w*"
)

# --- what is to come -------------------------------------------------------------------------------------------------

ASKS_FUTURE = (
    r"^(?:wird|werden)\b|\b(?:wer|was|wann|wo|welche\w*|wie|warum)\b.* (?:wird|werden)\b(?!.*\b(?:ge\w+t|ge\w+en"
    r"|betroffen)\b)"
    r"|\b(?:nächste[nsr]?|kommende[nsr]?) (?:Woche|Monat|Jahr)|\bin zukunft\b"
    r"|\b(?:va|vont)(?:-(?:t-)?(?:il|elle|ils|elles))? \w+(?:er|ir|re)\b|\b(?:prochaine?s?|à l'avenir)\b"
    r"|\b\w+(?:era|eront|ira|iront)\b"
    r"|\b(?:va|van) a \w+r\b|\b(?:próxim[oa]s?|en el futuro)\b|\b\w{3,}rán?\b"
    r"|\bprossim[oaie]\b|\bin futuro\b|\b\w{3,}(?:erà|irà|eranno|iranno)\b"
    r"|\b(?:vai|vão) \w+r\b|\bno futuro\b|\b\w{3,}rão\b"
    r"|\b(?:zal|zullen)\b|\bvolgende? (?:week|maand|jaar)\b|\bin de toekomst\b"
)
AHEAD = (
    r"wird|werden|will|wollen|soll|sollen|plan\w+|künftig|kündigt\w* an|voraussichtlich|erwart\w+|bis Jahresende|va"
    r"|vont|devrai\w+"
    r"|prévo\w+|prévu\w*|prévoi\w+|\w+(?:era|eront|ira|iront)|van? a \w+r|prevé\w*|previst\w+|\w{3,}rán?|espera\w*"
    r"|\w{3,}(?:erà|irà|eranno|iranno)|prevede|vai|vão|deve(?:rá|rão)?|\w{3,}rão|zal|zullen|wil|willen|verwacht\w*"
    r"|gaat|gaan"
)
