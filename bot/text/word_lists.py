"""Word lists: function words, parts of names, frequencies of common news words, and words of denial or withdrawal."""

from __future__ import annotations

import re
from functools import cache


def word_set(text: str) -> frozenset[str]:
    """The words of a blank-separated list."""
    return frozenset(text.split())


_STOPWORDS = {
    "en": """
        a about above according after again against all almost along already also although always am among amid an and
        another any anyone anything are aren't around as at away be became because become been before behind being
        below between beyond both but by came can can't cannot could couldn't despite did didn't do does doesn't doing
        don't done down due during each either else enough even ever every everyone everything few for from further
        get gets getting go goes going got had hadn't has hasn't have haven't having he he'd he'll her here hers
        herself him himself his how however i i'd i'll i'm i've if in indeed instead into is isn't it it'd it'll its
        itself just last later least less let lets like likely many may maybe me meanwhile might mine more most mostly
        much must my myself near nearly neither never next no nobody none nor not nothing now of off often on once one
        ones only onto or other others our ours out over own per perhaps quite rather really same seem seemed seems
        she she'd she'll should shouldn't since so some someone something soon still such than that the their theirs
        them themselves then there therefore these they they'd they'll they're they've this those though through
        throughout thus to together too toward towards under until unless up upon us using very via was wasn't we we'd
        we'll we're we've well went were weren't what whatever when where whether which while who whom whose why will
        with within without won't would wouldn't yes yet you you'd you'll you're you've your yours yourself said say
        says saying told mr mrs ms dr didnt doesnt dont cant couldnt isnt wasnt wont wouldnt im ive youre theyre weve
        hes shes thats whats
    """,
    "de": """
        ab aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bereits bis da dabei
        dadurch damit dann das dass dazu dein dem den denn der deren des dessen die dies diese diesem diesen dieser
        dieses doch dort du durch ein eine einem einen einer eines er es etwa etwas für fur gegen hat hatte hatten
        haben habe hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jedoch jetzt kann kein
        keine keinen können konnen könnte konnte man mehr mit mich mir muss müssen mussen nach nicht nichts noch nun
        nur ob oder ohne schon sehr sein seine seinem seinen seiner seit sich sie sind so soll sollen sollte sondern
        sowie über uber um und uns unter viel vom von vor war waren was weil weiter weitere welche wenn wer werde
        werden wie wieder will wir wird wo wurde wurden zu zum zur zwar zwischen laut sagte
    """,
    "fr": """
        a afin ai ainsi alors après apres au aucun aura aussi autre autres aux avait avaient avant avec avoir ayant
        bien car ce cela celle celles celui ces cet cette ceux chez comme comment contre dans de depuis des deux dont
        du donc elle elles en encore entre est et étaient etaient était etait étant etant été ete être etre eu eux
        fait faire font il ils je jusqu la le les leur leurs lors lui mais me même meme mes moins mon ne ni non nos
        notre nous on ont or ou où par parce pas pendant peu peut plus pour pourquoi puis qu quand que quel quelle qui
        quoi sa sans se selon sera seront ses si soit son sont sous sur ta tandis tant te tous tout toute toutes très
        tres trop tu un une vers voir vos votre vous y dit
    """,
    "es": """
        a al algo ante antes aún aun aunque así asi cada como con contra cual cuando de del desde donde dos durante e
        el él ella ellas ellos en entre era eran es esa esas ese eso esos esta está están estan estas este esto estos
        ha había habia han hasta hay la las le les lo los más mas me mi mientras muy nada ni no nos nosotros o otra
        otras otro otros para pero poco por porque pues que qué quien se sea según segun ser si sí sido sin sobre solo
        sólo son su sus también tambien tan tanto te tener tiene tienen todo toda todos todas tras tu un una unas uno
        unos y ya yo fue fueron puede dijo
    """,
    "it": """
        a ad agli ai al alla alle allo anche ancora avere aveva bene c che chi ci come con contro cosa così cosi cui
        da dagli dai dal dalla dalle dallo degli dei del della delle dello di dopo dove due e è ed era erano essere fa
        fra gli ha hanno i il in infatti io la le lei li lo loro lui ma mentre mi molto ne negli nei nel nella nelle
        nello no noi non nostro o ogni oggi ora per perché perche più piu poi prima proprio può puo quale quando
        quanto quella quelle quelli quello questa queste questi questo qui sarà sara se secondo sei sempre senza si
        sia solo sono sta stata stati stato su sua sue sui sul sulla sulle suo suoi tra tutti tutto un una uno verso
        vi
    """,
    "nl": """
        aan al alle alleen allemaal als altijd andere anders ben bij binnen blijft bleek boven daar daarom dan dat de
        deze die dit doen door dus echter een eens en enkele er ging gaat geen haar had hadden heb hebben heeft hem
        hen het hier hij hoe hun ik in is ja je jullie kan komt konden krijgt kunnen kon laat maar maken meer men met
        mij moet moeten moest na naar niet niets nog nu of om omdat onder ons onze ook op over per pas sinds sommige
        tegen terwijl toch toen tot tussen u uit van vanaf vanwege veel via volgens voor vooral waar waarom wanneer
        waren was wat we wel werd werden wie wij wil willen word worden wordt zal ze zegt zei zelf zich zij zijn zo
        zoals zonder zou zouden zult zullen aldus
    """,
    "pl": """
        a aby albo ale ani aż bardzo bez bo by być był była było byli były będzie będą chce choć ci co czego czy czyli
        dla dlatego do gdy gdyby gdzie go i ich ile im inne innych iż ja jak jakie jako jaki je jednak jednym jedno
        jego jej jest jeszcze jeśli jeżeli już każdy kiedy kto która które którego której który których którym którzy
        lub ma mają mi mimo mnie może mogą można mu my na nad nam nas nasz nawet nich nie nią nim nimi niż no o obok
        od on ona one oni oraz pan pani po pod podczas ponad ponieważ poza przed przez przy również są się sobie
        swoje swój swoją swoich ta tak także taki takie tam te tego tej temu ten też to tych tym tylko tu ty u w we
        według więc wobec wszystko wszystkie wszystkich wśród z za zaś ze że został została zostały
        powiedział powiedziała podał podała
    """,
    "pt": """
        a à ao aos após apos aquela aquele as às assim até ate com como contra cada da das de dela dele deles depois
        desde do dos e é ela elas ele eles em enquanto entre era eram essa essas esse esses esta está estão estao este
        estes eu foi foram há ha isso isto já ja lhe mais mas me mesmo meu muito na nas não nao nem no nos nós o onde
        os ou para pela pelas pelo pelos pode por porque qual quando que quem se segundo sem ser será sera seu seus só
        so sobre sua suas são sao também tambem tem têm ter um uma umas uns você voce disse
    """,
}

ELISIONS = word_set("""
    l d qu j n s c m t dell nell all dall sull un quest jusqu lorsqu puisqu
""")
"""Elided words before an apostrophe in French and Italian."""

CONNECTORS = word_set("""
    of the de la le du des del della di da do dos das von van der den el y al bin ibn
""")
"""Lower-case words that may occur inside a name."""

CALENDAR = word_set("""
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov
    dec est edt gmt utc pst
""")
"""Capitalised words that are not names of actors."""

AGENCIES = word_set("""
    reuters ap afp dpa ansa efe tass xinhua upi pti bloomberg update exclusive
""")
"""News agencies: they report the news and are not its subject."""

PLACES = word_set("""
    africa african america american americas argentina argentine asia asian athens australia australian austria austrian
    baghdad bangkok bangladesh beijing belgian belgium berlin brasilia brazil brazilian britain british brussels cairo
    california canada canadian caracas chicago chile chilean china chinese colombia colombian congo cuba cuban czech
    danish delhi denmark dubai dublin dutch egypt egyptian england english ethiopia eu europe european finland finnish
    florida france frankfurt french geneva german germany ghana greece greek hague hong kong hungarian hungary india
    indian indonesia indonesian iran iranian iraq iraqi ireland irish islamabad israel israeli istanbul italian italy
    jakarta japan japanese jerusalem johannesburg jordan kabul kenya kenyan kiev korea korean kyiv lagos lebanon london
    los angeles madrid malaysia malaysian manila mexico mexican moscow mumbai nairobi netherlands nigeria nigerian
    norway norwegian ontario ottawa pakistan pakistani palestinian paris pekin peru philippine philippines poland polish
    portugal portuguese pretoria riyadh romania romanian rome russia russian san saudi scotland scottish seoul shanghai
    singapore south spain spanish stockholm sudan sweden swedish swiss switzerland sydney syria syrian taiwan tehran
    texas thai thailand tokyo toronto turkey turkish uk ukraine ukrainian un us usa venezuela vienna vietnam vietnamese
    wales warsaw washington york zealand zurich
    deutschland osterreich schweiz frankreich italien spanien europa bruxelles allemagne france italie espagne italia
    germania francia spagna espana alemania alemanha brasil londres londra mosca moscou pechino pekin
    polska polski polsce niemcy niemiec rosja rosji ukraina ukrainy ukrainie chiny chin francja francji wlochy usa
    warszawa warszawie europy berlinie brukseli
""")
"""Places in so much news that sharing one says little about two stories being the same."""

COMMON = {
    "en": (
        (0.30, "year new people time first two"),
        (
            0.15,
            """report day week month monday tuesday wednesday thursday friday saturday sunday make made take three state
            country world government company official president back work million percent since add show call number
            set end part way want know long found use help include public national change plan group lead""",
        ),
        (
            0.07,
            """january february march april june july august september october november december today yesterday man
            woman men women home house city police family life day night old high top big good great late early four
            five six seven ten billion dollar cent market business price low rise rose fall fell increase cut grow
            growth rate sale share money pay cost bank financial economy economic trade industry firm deal buy sell
            investor chief executive minister leader party law court case federal american america us united states uk
            britain european china office member program service system power right need come see look think believe
            feel give keep put start begin began open close continue move run turn bring hold meet follow expect
            announce reveal release statement news media medium spokesman spokeswoman press conference source
            interview comment question issue problem decision support force attack kill death die dead child children
            school student health team game play player season win won second third record point best past recent
            current former major large small half several local international general director head author expert
            study research researcher university data result level area north south east west water food story book
            film show star post page photo picture video online internet website site facebook twitter social customer
            user phone technology product launch offer line car drive road air space morning hour minute evening
            weekend place near live left least young full real different possible important clear able hard easy free
            ready main key total average percent percentage higher lower""",
        ),
        (
            0.03,
            """vote election campaign candidate political politics policy republican democrat senate congress parliament
            lawmaker bill budget tax debt crisis war military army soldier security defense defence foreign secretary
            authority agency department committee commission council board judge trial charge arrest suspect prison
            jail accuse sentence guilty victim crime murder shoot shot gun injure hospital doctor patient medical
            treatment drug disease virus risk test rule regulator regulation ban approve reject agree agreement sign
            talk negotiation demand request claim deny denied confirm warn threat threaten fear concern worry hope
            promise try tried fail failure success lose lost loss gain profit revenue quarter earning forecast stock
            index analyst fund investment oil gas energy fuel climate weather storm earthquake fire flood disaster
            damage destroy build building construction project design develop development production produce
            manufacturer factory plant worker employee job employment unemployment union strike wage hire ceo chairman
            manager boss owner partner brand store shop retail consumer customer travel flight plane airport airline
            train ship crash accident search rescue emergency crew passenger driver website app software device mobile
            computer google apple microsoft amazon network digital tech music song album actor actress movie tv
            television show celebrity fan award wedding baby mother father son daughter wife husband friend girl boy
            couple brother sister parent church football coach league cup match goal club race championship final
            score sport british french german russian chinese european japanese indian africa asia europe russia
            france germany japan india london washington york california texas street town county region border
            village send sent receive ask answer speak spoke write wrote read hear heard watch tell learn teach happen
            remain stay leave return reach rise raise drop decline reduce improve push pull stop stand sit walk wait
            serve spend spent allow avoid create consider decide describe discuss explain face focus force handle hit
            join miss note provide prove publish refuse remember replace require respond save share suffer suggest
            draw drew eat fight fly form gather grow hand carry catch check choose break broke idea fact reason
            evidence effort effect impact interest role side step term thing view voice value wall wing word event
            history future information message letter name age body heart mind color black white red blue green gold
            early ago annual daily weekly monthly special latest update live exclusive breaking review top biggest
            largest likely alleged unveil surge plunge soar slump boost amid eye seek aim urge vow set slam blast mull
            probe row bid""",
        ),
    ),
    "de": (
        (
            0.12,
            """jahr jahre neue neuen neuer prozent millionen milliarden euro deutschland deutsche deutschen land
            regierung unternehmen montag dienstag mittwoch donnerstag freitag samstag sonntag ende zeit heute gestern
            woche tag tage menschen zwei drei erste ersten gut gross grosse geht gibt kommt macht bericht sprecher""",
        ),
    ),
    "fr": (
        (
            0.12,
            """an ans annee annees nouveau nouvelle pays france francais francaise gouvernement entreprise pour cent
            million millions milliard milliards euro euros lundi mardi mercredi jeudi vendredi samedi dimanche jour
            jours mois semaine temps president ministre premier premiere monde trois etat groupe marche personnes""",
        ),
    ),
    "es": (
        (
            0.12,
            """ano anos nuevo nueva pais gobierno empresa ciento millon millones euros lunes martes miercoles jueves
            viernes sabado domingo dia dias mes meses semana tiempo presidente ministro primer primera mundo tres
            estado espana espanol espanola personas parte mil""",
        ),
    ),
    "it": (
        (
            0.12,
            """anno anni nuovo nuova paese governo azienda cento milione milioni miliardo miliardi euro lunedi martedi
            mercoledi giovedi venerdi sabato domenica giorno giorni mese mesi settimana tempo presidente ministro
            primo prima mondo tre stato italia italiano italiana persone parte mila""",
        ),
    ),
    "nl": (
        (
            0.12,
            """jaar jaren nieuwe nieuw land procent miljoen miljard euro nederland nederlandse regering kabinet bedrijf
            bedrijven maandag dinsdag woensdag donderdag vrijdag zaterdag zondag week weken maand maanden dag dagen tijd
            mensen twee drie eerste grote groot minister president premier wereld groep deel woordvoerder duizend""",
        ),
    ),
    "pl": (
        (
            0.12,
            """rok roku lata lat nowy nowa nowe nowych kraj kraju procent milion milionow miliard miliardow euro polska
            polski polskiego polsce polskie rzad rzadu firma firmy firm poniedzialek wtorek sroda czwartek piatek sobota
            niedziela dzien dni tydzien miesiac czas ludzi dwa trzy pierwszy pierwsza duzy minister prezydent premier
            swiat swiata czesc rzecznik tysiac tysiecy""",
        ),
    ),
    "pt": (
        (
            0.12,
            """ano anos novo nova pais governo empresa cento milhao milhoes bilhao bilhoes euros euro reais segunda
            terca quarta quinta sexta sabado domingo dia dias mes meses semana tempo presidente ministro primeiro
            primeira mundo tres estado brasil brasileiro portugal pessoas parte mil""",
        ),
    ),
}
"""By language, tiers of (share of news articles that contain each word, the words); round figures by judgement."""


DENIALS = (
    r"den(?:y|ies|ied|ying)(?! (?:bail|entry|access|asylum|visas?|a visa|permission|boarding|parole|entrance|coverage))"
    r"|disput(?:es|ing)|(?:is|are|was|were|been|hotly) disputed|disputed (?:by|the|that|those|his|her|its|their)"
    r"|(?<!not )contradict(?:s|ed|ing)?|rebut(?:s|ted)?|refut(?:es?|ed)"
    r"|reject(?:s|ed) (?:claims?|reports?|allegations?)|dismiss(?:es|ed) (?:claims?|reports?|rumou?rs?|talk)"
    r"|no truth|not true|false (?:report|claim)s?|debunk(?:s|ed)|casts? doubt"
    r"|contrary to (?:earlier |previous )?reports?"
    r"|widerspricht|dementiert|bestreitet|dément|contredit|desmiente|niega|smentisce|nega|desmente|ontkent|ontkennen"
    r"|spreekt tegen|weerspreekt|zaprzecza(?:ją|ł|ła|li)?|dementuj(?:e|ą)|zdementował[ai]?"
)
"""Regular expression alternatives for denials."""
_SAID = (
    "report|study|paper|claim|allegation|finding|statement|article|forecast|warning|recommendation|accusation|story"
    "|estimate|figure|approval|announcement|prediction|result"
)
WITHDRAWALS = (
    rf"(?:withdr(?:aws?|ew|awn)|retract(?:s|ed|ing)?|recant(?:s|ed)?|recalls?|recalled|takes? back|took back)"
    rf" (?:\w+ ){{0,4}}(?:{_SAID})s?|retract(?:s|ed) (?:it|them)"
    rf"|(?:{_SAID})s? (?:is |are |was |were )?(?:withdrawn|retracted)"
    rf"|apologi[sz](?:es|ed) (?:for|over)|overturn(?:s|ed)|walk(?:s|ed) back|backtrack(?:s|ed)|retraction of"
    r"|zieht (?:\w+ ){1,6}zurück|zog (?:\w+ ){1,6}zurück|zurückgezogen|widerruft|widerrief|nimmt (?:\w+ ){1,5}zurück"
    r"|entschuldigt sich für|hebt (?:\w+ ){1,4}auf|aufgehoben"
    r"|se rétracte|rétracte|revient sur|s[’']excuse (?:pour|d)"
    r"|retire (?:son|sa|ses) (?:étude|rapport|article|accusations?)"
    r"|se retracta|rectifica|se disculpa por"
    r"|retira (?:su|sus|el|la) (?:informe|estudio|artículo|acusación|acusaciones)|revoca"
    r"|ritratta|si scusa per|ritira (?:il|lo|la|le|gli|l[’'])\s?(?:rapporto|studio|articolo|accuse?)|annulla il"
    r"|retrata-se|se retrata|pede desculpas? (?:por|pel)|retira (?:o|a|os|as) (?:relatório|estudo|artigo|acusaç)|revoga"
    r"|trekt (?:\w+ ){1,5}in\b|ingetrokken|herroept|biedt (?:\w+ ){0,2}excuses aan|komt terug op"
    r"|wycof(?:uje|ują|ał|ała|ano) (?:\w+ ){0,3}(?:się z|badani|raport|artykuł|oskarżeni|zarzut|oświadczeni)"
    r"|odwołuje (?:\w+ ){0,2}(?:oskarżeni|zarzut|oświadczeni|słowa)|przeprasza za|przeprosił[ai]? za|prostuje"
    r"|sprostował[ai]?|unieważnia"
)
"""Regular expression alternatives for withdrawing a statement or decision."""
_CONTRARY = re.compile(rf"\b(?:{DENIALS}|{WITHDRAWALS})", re.IGNORECASE)
_CONTRARY_HINTS = (
    "deny", "denie", "dém", "disput", "contrad", "contrar", "contred", "rebut", "refut", "reject", "dismiss",
    "no truth", "not true", "false ", "debunk", "doubt", "widerspr", "dement", "bestreitet", "desm", "nieg",
    "smentisce",
    "nega", "ontken", "spreekt", "withdr", "retract", "recant", "recall", "back", "apologi", "overturn", "zurück",
    "widerr", "entschuldigt", "auf", "rétract", "revient", "excuse", "retire", "retira", "rectifica", "disculpa",
    "revoc", "ritra", "scusa", "ritir", "annulla", "retrata", "desculpa", "revoga", "trekt", "ingetrokken", "herroept",
    "terug", "zaprzecz", "dement", "wycof", "odwołuje", "przepr", "prost", "unieważ",
)  # fmt: skip
"""Every text that _CONTRARY matches contains one of these in lower case; checking them first saves the slow search."""
_CONTRARY_WORD = re.compile("|".join(max(hint.split(), key=len) for hint in _CONTRARY_HINTS))


def may_be_contrary(word: str) -> bool:
    """Whether a word, in small letters, holds what one at least does of every text of which `contrary` is true."""
    return _CONTRARY_WORD.search(word) is not None


def contrary(text: str) -> bool:
    """Whether the text reports a denial or a withdrawal of a statement or decision."""
    lower = text.lower()
    return any(map(lower.__contains__, _CONTRARY_HINTS)) and _CONTRARY.search(text) is not None


@cache
def stopwords(language: str) -> frozenset[str]:
    """The function words of a language (ISO 639-1), folded, with and without apostrophes; empty if unknown."""
    listed = word_set(_STOPWORDS.get(language, ""))
    return listed | frozenset(word.replace("'", "") for word in listed)
