"""Finite verbs in languages other than English: what makes a headline a claim.

    auxiliaries and verbs that headlines use | endings that hardly anything but a verb has | the deeds of seeds/deeds

“Regierung verbietet Ausfuhr” claims something, “Neue Regeln für die Ausfuhr” names a matter. No grammar: a word behind
an article is none, nor one with a noun's ending, and a participle passes (“Drei Minister entlassen”), since headlines
leave its auxiliary out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.analysts.lexical import deed_lists
from bot.text.word_lists import word_set

_VERBS: Mapping[str, frozenset[str]] = {
    "de": word_set(
        """
        ist sind war waren wird werden wurde wurden hat haben hatte hatten will wollen wollte wollten kann können konnte
        konnten darf dürfen muss müssen soll sollen sollte sollten mag gibt gab geht ging gehen kommt kam kommen bleibt
        bleiben blieb steht stehen stand liegt liegen lässt lassen ließ hält halten hielt nimmt nehmen nahm zieht ziehen
        zog macht machen sieht sehen sah findet finden fand fällt fallen fiel steigt steigen stieg sinkt sinken sank
        droht drohen fehlt fehlen gilt tritt trat verliert verlor gewinnt gewann stirbt starb bricht brach trifft traf
        """
    ),
    "fr": word_set(
        """
        est sont était étaient sera seront a ont avait avaient aura auront va vont veut veulent peut peuvent pourrait
        pourraient doit doivent devrait devraient fait font dit disent met mettent prend prennent tient reste restent
        devient deviennent perd perdent vend vendent rend rejette adopte adoptent annonce annoncent accuse accusent
        demande demandent refuse refusent menace menacent dénonce dénoncent appelle appellent approuve approuvent
        supprime suppriment ferme ferment lance lancent ouvre ouvrent gagne gagnent quitte quittent augmente augmentent
        baisse baissent recule reculent progresse chute chutent grimpe grimpent bondit condamne condamnent arrête
        arrêtent vote votent signe signent achète achètent rachète lève abandonne promet promettent reçoit craint
        craignent défend défendent suspend impose imposent limite relance réduit réduisent interdit interdisent paralyse
        paralysent démissionne manifestent protestent meurt meurent tue tuent frappe frappent attaque attaquent repousse
        repoussent renonce renoncent nomme élit choisit confirme confirment affirme affirment prévoit prévoient coûte
        coûtent crée créent investit licencie envisage envisagent durcit divise inquiète passe passent
        """
    ),
    "es": word_set(
        """
        es son era eran será serán fue fueron está están estaba estaban ha han había habían hay va van quiere quieren
        puede pueden podría podrían debe deben hace hacen hizo dice dicen dijo pide piden tiene tienen sigue siguen
        queda quedan llega llegan sale salen sube suben baja bajan cae caen crece crecen pierde pierden gana ganan
        cierra cierran abre abren compra compran vende venden acusa acusan aprueba aprueban rechaza rechazan anuncia
        anuncian advierte advierten exige exigen denuncia denuncian deja dejan muere mueren mata matan detiene detienen
        condena condenan pone ponen da dan recibe reciben firma firman lanza lanzan retira retiran suspende suspenden
        prohíbe prohíben reduce reducen aplaza aplazan paraliza paralizan amenaza amenazan defiende defienden promete
        dimite dimiten renuncia investiga investigan busca buscan logra logran evita evitan teme temen eleva elevan
        recorta recortan pagará paga pagan obliga obligan elige eligen vota votan
        """
    ),
    "it": word_set(
        """
        è sono era erano sarà saranno ha hanno aveva avevano avrà avranno va vanno vuole vogliono può possono potrebbe
        potrebbero deve devono fa fanno dice dicono chiede chiedono dà danno resta restano tiene viene vengono sale
        salgono scende scendono cala calano crolla crollano cresce crescono perde perdono vince vincono chiude chiudono
        apre aprono compra comprano vende vendono accusa accusano approva approvano respinge boccia annuncia annunciano
        avverte denuncia lascia lasciano muore muoiono uccide arresta arrestano condanna mette mettono prende prendono
        firma firmano lancia lanciano ritira sospende vieta vietano riduce riducono rinvia rinviano ferma fermano blocca
        bloccano minaccia minacciano difende promette indaga cerca cercano evita teme temono alza taglia tagliano paga
        pagano obbliga sceglie vota votano dimezza conferma smentisce aumenta aumentano scioperano protestano licenzia
        """
    ),
    "pt": word_set(
        """
        é são era eram será serão foi foram está estão estava estavam tem têm tinha há vai vão quer querem pode podem
        poderia poderiam deve devem faz fazem fez diz dizem disse pede pedem fica ficam chega chegam sai saem sobe sobem
        cai caem cresce crescem perde perdem ganha ganham fecha fecham abre abrem compra compram vende vendem acusa
        acusam aprova aprovam rejeita rejeitam anuncia anunciam alerta exige exigem denuncia denunciam deixa deixam
        morre morrem mata matam prende prendem condena condenam põe dá dão recebe assina assinam lança retira suspende
        suspendem proíbe proíbem reduz reduzem adia adiam paralisa ameaça ameaçam defende promete renuncia investiga
        busca buscam evita demite teme temem eleva corta cortam paga pagam obriga escolhe vota votam entra entram bate
        volta
        """
    ),
    "nl": word_set(
        """
        is zijn was waren wordt worden werd werden heeft hebben had hadden wil willen wilde kan kunnen kon konden mag
        mogen moet moeten moest zal zullen zou zouden gaat gaan ging komt komen kwam blijft blijven bleef staat staan
        ligt liggen laat laten liet houdt houden neemt nemen nam trekt trekken maakt maken ziet zien vindt vinden valt
        vallen viel stijgt stijgen daalt dalen dreigt dreigen eist eisen zegt zeggen vraagt vragen krijgt krijgen geeft
        geven verliest wint sluit sluiten opent koopt kopen verkoopt verkopen schrapt schrappen verbiedt verbieden stopt
        stoppen bouwt bouwen waarschuwt waarschuwen beschuldigt weigert weigeren keurt sterft treedt stapt breekt haalt
        halen zet zetten stelt stellen legt leggen halveert staken betaalt betalen verlaagt verhoogt kiest kiezen stemt
        stemmen groeit groeien krimpt ontslaat onderzoekt verdenkt arresteert veroordeelt tekent tekenen
        """
    ),
    "pl": word_set(
        """
        jest są był była było byli były będzie będą ma mają miał chce chcą może mogą musi muszą powinien powinna idzie
        rośnie rosną spada spadają traci tracą zyskuje zamyka otwiera kupuje sprzedaje oskarża żąda żądają ostrzega
        ostrzegają odrzuca przyjmuje ogłasza grozi grożą zakazuje zapowiada odchodzi umiera ginie giną zabija zatrzymuje
        skazuje podpisuje wycofuje zawiesza ogranicza zmniejsza zwiększa podnosi obniża płaci płacą broni bronią szuka
        wybiera głosuje strajkują protestują rezygnuje uważa mówi mówią nie
        """
    ),
}
_ENDS: Mapping[str, re.Pattern[str]] = {
    "de": re.compile(r"[a-zäöüß]{2,}(?:t|te|ten)"),
    "fr": re.compile(r"[a-zà-ÿ]{2,}(?:era|eront|ira|iront|ées?|és)"),
    "es": re.compile(r"[a-zà-ÿ]{2,}(?:ó|aron|ieron|yeron|rá|rán|aba|aban|ados?|adas?|idos?|idas?)"),
    "it": re.compile(r"[a-zà-ÿ]{2,}(?:ò|arono|irono|erono|rà|ranno|avano|evano|at[oaie]|ut[oaie])"),
    "pt": re.compile(r"[a-zà-ÿ]{2,}(?:ou|eu|iu|aram|eram|iram|rá|rão|ados?|adas?|idos?|idas?)"),
    "nl": re.compile(r"ge[a-z]{2,}(?:d|t|en)|[a-z]{3,}eert"),
    "pl": re.compile(
        r"[a-ząćęłńóśźż]{2,}(?:[aeęiyą]ł|[aęiy](?:ła|li|ły|ło)|uje|ują|ywa|ywają|ają|eje|eją|[ao]n[aoiey])"
    ),
}
_NO_VERBS = word_set(
    """
    nicht mit seit erst fast selbst statt laut jetzt damit somit gut weit hart zuletzt bereit insgesamt dort fort sofort
    acht echt recht oft heute gestern letzte letzten erste ersten zweite zweiten dritte dritten beste besten meiste
    meisten größte größten höchste höchsten nächste nächsten rechte rechten gesamte gesamten bekannte bekannten estado
    estados partido partidos mercado mercados sentido grado lado abogado abogados diputado diputados unidos unidas
    pasado pasada medida medidas vida salida comida soldado soldados cada nada toda todo todos todas década décadas
    crédito estrada entrada saída cidade resultado resultados feriado meu seu europeu museu stato stati mercato mercati
    sindacato senato prato reato dato dati minuto aiuto aiuti istituto contenuto privato privata mandato deputato
    deputati candidato candidati sentì quasi para contra contro sobre entre opéra caméra blé café thé côté été degré
    traité comité employés salariés réfugiés députés député députée société sociétés marché marchés année années idée
    idées armée armées entrée santé sécurité liberté qualité réalité majorité autorités musée musées journée soirée
    durée lycée procédés
    """
)
"""What only ends as verbs do."""
_NOUN = re.compile(
    r".+(?:ung|heit|keit|schaft|tion|sion|ité|iété|auté|ción|sión|zione|sione|ção|são|cja|anie|enie|mento|ment|dad|dade|tà|ità|ing)s?"
)
_DETERMINERS = word_set(
    """
    der die das den dem des ein eine einen einem einer eines le la les l un une du au aux ce cette ces son sa ses leur
    leurs el los las lo una unos unas al del su sus este esta il i gli dello della dei degli delle allo alla ai o os as
    um uma uns umas do da dos no na nos nas seu sua het een de van in di d en à
    """
)


def has_finite_verb(words: Sequence[str], language: str | None) -> bool:
    """Whether one of the words of a headline or sentence is a verb that may carry a claim; True for a language without
    lists, of which nothing is known."""
    verbs = _VERBS.get(language or "")
    if verbs is None or language is None:
        return True
    apart = [piece for word in words for piece in _APOSTROPHE.split(word) if piece]  # “n’a”
    lower = [word.lower() for word in apart]
    deeds = deed_lists.load(language)
    nouns = [language == "de" and at > 0 and word[0].isupper() for at, word in enumerate(apart)]
    return any(
        word in verbs or (at > 0 and (_is_formed(lower, at, language) or _is_deed(lower, at, deeds)))
        for at, word in enumerate(lower)
        if not nouns[at]
    )


_APOSTROPHE = re.compile("[’']")


def _is_formed(lower: Sequence[str], at: int, language: str) -> bool:
    """Whether a word has the ending of a verb or a participle, and does not stand where a noun does."""
    word = lower[at]
    if word in _NO_VERBS or lower[at - 1] in _DETERMINERS or _NOUN.fullmatch(word):
        return False
    return _ENDS[language].fullmatch(word) is not None


def _is_deed(lower: Sequence[str], at: int, deeds: deed_lists.DeedLists | None) -> bool:
    """Whether a word is of the lists of deeds, and neither a noun by its ending nor behind an article."""
    if deeds is None or lower[at] in _NO_VERBS or lower[at - 1] in _DETERMINERS or _NOUN.fullmatch(lower[at]):
        return False
    return any(entry.group.startswith("deed") and not entry.weight for entry in deeds.at(lower, at))
