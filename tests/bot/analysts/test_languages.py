"""The embedded analyst beyond English: a language is known, its kinds of text, and its stories. All are made up."""

# ruff: noqa: E501 - a case is one line, so that a table reads as a table

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from bot.analysts.extractive import Extractive
from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.finding import ArticleKind, Finding, Reading, Rejection, Stance, Unread
from bot.model.signal import Dossier
from bot.signals import quoting
from bot.signals.consolidation import consolidate
from bot.signals.joining import join, open_signal
from bot.signals.likeness import LiveIndex
from bot.signals.linking import decide, taken
from bot.text import evidence as proof
from bot.text import languages
from bot.text.language_detection import recognise
from bot.text.segmentation import sentences
from tests import make
from tests.clock import MORNING

STORIES = {
    "de": (
        ("Nordkern halbiert sein Wasserstoffnetz", "Der Netzbetreiber Nordkern baut nur die Hälfte der geplanten Wasserstoffleitungen zwischen Regensburg und Duisburg, weil Stahlwerke keine Verträge unterschrieben haben."),
        ("Wasserstoff: Nordkern streicht Leitungen nach Duisburg", "Die Wasserstoffleitung von Regensburg nach Duisburg wird nicht vor 2035 gebaut. Nordkern fehlen die Verträge mit den Stahlwerken, sagte ein Sprecher des Netzbetreibers."),
        ("Hafenarbeiter in Marrowick streiken gegen ferngesteuerte Kräne", "Die Hafenarbeiter in Marrowick haben die Arbeit niedergelegt, weil Calderbeck Ports die Kranführer in eine Leitwarte verlegt."),
        ("Streik gegen Fernsteuerung legt Hafen von Marrowick lahm", "Seit Montag stehen im Hafen von Marrowick die Kräne still. Calderbeck Ports will die Kranführer durch eine Leitwarte ersetzen, die Gewerkschaft streikt."),
    ),
    "fr": (
        ("Nordkern réduit de moitié son réseau d’hydrogène", "Le gestionnaire Nordkern ne construira que la moitié des conduites d’hydrogène prévues entre Ratisbonne et Duisbourg, faute de contrats avec les aciéries."),
        ("Hydrogène : les conduites de Nordkern vers Duisbourg repoussées", "La conduite d’hydrogène entre Ratisbonne et Duisbourg ne sera pas construite avant 2035. Nordkern n’a pas de contrats avec les aciéries, selon un porte-parole."),
        ("Les dockers de Marrowick en grève contre les grues télécommandées", "Les dockers de Marrowick ont cessé le travail parce que Calderbeck Ports déplace les grutiers dans une salle de contrôle."),
        ("À Marrowick, la grève des dockers paralyse les grues", "Depuis lundi, les grues de Marrowick sont à l’arrêt. Calderbeck Ports veut remplacer les grutiers par une salle de contrôle, les dockers sont en grève."),
    ),
    "es": (
        ("Nordkern reduce a la mitad su red de hidrógeno", "El operador Nordkern solo construirá la mitad de los conductos de hidrógeno previstos entre Ratisbona y Duisburgo, porque las acerías no han firmado contratos."),
        ("Hidrógeno: Nordkern aplaza los conductos hasta Duisburgo", "El conducto de hidrógeno entre Ratisbona y Duisburgo no se construirá antes de 2035. Nordkern no tiene contratos con las acerías, dijo un portavoz."),
        ("Los estibadores de Marrowick van a la huelga contra las grúas remotas", "Los estibadores de Marrowick dejaron el trabajo porque Calderbeck Ports traslada a los gruistas a una sala de control."),
        ("La huelga de estibadores paraliza las grúas de Marrowick", "Desde el lunes las grúas de Marrowick están paradas. Calderbeck Ports quiere sustituir a los gruistas por una sala de control y los estibadores siguen en huelga."),
    ),
    "it": (
        ("Nordkern dimezza la sua rete dell’idrogeno", "Il gestore Nordkern costruirà solo la metà delle condotte per l’idrogeno previste tra Ratisbona e Duisburg, perché le acciaierie non hanno firmato contratti."),
        ("Idrogeno, Nordkern rinvia le condotte per Duisburg", "La condotta dell’idrogeno tra Ratisbona e Duisburg non sarà costruita prima del 2035. A Nordkern mancano i contratti con le acciaierie, ha detto un portavoce."),
        ("I portuali di Marrowick in sciopero contro le gru telecomandate", "I portuali di Marrowick hanno smesso di lavorare perché Calderbeck Ports sposta i gruisti in una sala di controllo."),
        ("Lo sciopero dei portuali ferma le gru di Marrowick", "Da lunedì le gru di Marrowick sono ferme. Calderbeck Ports vuole sostituire i gruisti con una sala di controllo e i portuali sono in sciopero."),
    ),
    "pt": (
        ("Nordkern corta pela metade sua rede de hidrogênio", "A operadora Nordkern vai construir só metade dos dutos de hidrogênio previstos entre Regensburg e Duisburg, porque as siderúrgicas não assinaram contratos."),
        ("Hidrogênio: Nordkern adia dutos até Duisburg", "O duto de hidrogênio entre Regensburg e Duisburg não será construído antes de 2035. A Nordkern não tem contratos com as siderúrgicas, disse um porta-voz."),
        ("Estivadores de Marrowick entram em greve contra guindastes remotos", "Os estivadores de Marrowick pararam de trabalhar porque a Calderbeck Ports transfere os operadores de guindastes para uma sala de controle."),
        ("Greve de estivadores paralisa os guindastes de Marrowick", "Desde segunda-feira os guindastes de Marrowick estão parados. A Calderbeck Ports quer trocar os operadores por uma sala de controle, e os estivadores seguem em greve."),
    ),
    "pl": (
        ("Nordkern zmniejsza o połowę sieć wodorową", "Operator Nordkern zbuduje tylko połowę planowanych rurociągów wodorowych między Ratyzboną a Duisburgiem, ponieważ huty nie podpisały kontraktów."),
        ("Wodór: Nordkern rezygnuje z rurociągów do Duisburga", "Rurociągi wodorowe z Ratyzbony do Duisburga nie powstaną przed 2035 rokiem. Nordkern nie ma kontraktów z hutami, powiedział rzecznik operatora."),
        ("Dokerzy w Marrowick strajkują przeciw zdalnym dźwigom", "Dokerzy w Marrowick przerwali pracę, ponieważ Calderbeck Ports przenosi operatorów dźwigów do centrum sterowania."),
        ("Strajk dokerów paraliżuje dźwigi w Marrowick", "Od poniedziałku dźwigi w Marrowick stoją. Calderbeck Ports chce zastąpić operatorów dźwigów centrum sterowania, a dokerzy strajkują."),
    ),
    "nl": (
        ("Nordkern halveert zijn waterstofnet", "Netbeheerder Nordkern bouwt maar de helft van de geplande waterstofleidingen tussen Regensburg en Duisburg, omdat de staalfabrieken geen contracten hebben getekend."),
        ("Waterstof: Nordkern stelt leidingen naar Duisburg uit", "De waterstofleiding tussen Regensburg en Duisburg wordt niet voor 2035 gebouwd. Nordkern heeft geen contracten met de staalfabrieken, zei een woordvoerder van de netbeheerder."),
        ("Havenarbeiders in Marrowick staken tegen kranen op afstand", "De havenarbeiders in Marrowick hebben het werk neergelegd, omdat Calderbeck Ports de kraanmachinisten naar een controlekamer verplaatst."),
        ("Staking van havenarbeiders legt kranen van Marrowick stil", "Sinds maandag staan de kranen van Marrowick stil. Calderbeck Ports wil de kraanmachinisten vervangen door een controlekamer en de havenarbeiders staken."),
    ),
}  # fmt: skip


def _article(id: int, title: str, text: str, language: str, link: str | None = None) -> Article:
    base = make.article(id, text, title=title, language=language, sentences=sentences(text, language), sha256=f"{id}")
    name = f"Paper {id}"
    return replace(base, publisher=make.publisher(name), link=link or f"https://{id}.example/{id}")


async def _read(article: Article) -> Reading:
    (reading,) = await Extractive().read([article])
    return reading


@pytest.mark.parametrize("language", STORIES)
def test_the_language_is_recognised(language: str) -> None:
    """Two sentences say which language they are in."""
    assert [recognise(f"{title}. {text}") for title, text in STORIES[language]] == [language] * 4


@pytest.mark.parametrize("language", STORIES)
async def test_stories_are_linked_within_their_language(language: str) -> None:
    """Two stories told twice each are read as news, and are two signals."""
    index, signals = LiveIndex(), {}
    for id_, (title, text) in enumerate(STORIES[language], 1):
        article = _article(id_, title, text, language)
        finding = await _read(article)
        assert isinstance(finding, Finding), finding
        assert decide(finding, article, index.candidates(finding, article)).signal_id in {None, 1, 3}
        signals[id_] = open_signal(id_, article, finding, (), None, MORNING)
        index.update(signals[id_], article, finding)
    assert consolidate(signals.values(), index) == ((2, 1), (4, 3))


NEWS = {
    "en": "The government banned the export of semiconductors. The law affects the industry and its prices, the minister said.",
    "de": "Die Bundesregierung verbietet die Ausfuhr von Halbleitern. Das Gesetz betrifft die Industrie und ihre Preise, sagte der Minister.",
    "fr": "Le gouvernement interdit l’exportation de puces. La loi touche les entreprises et la bourse, selon le ministre de l’économie.",
    "es": "El gobierno prohíbe la exportación de chips. La ley afecta a las empresas y a la bolsa, dijo el ministro de economía.",
    "it": "Il governo vieta l’esportazione di chip. La legge riguarda le aziende e la borsa, ha detto il ministro dell’economia.",
    "pt": "O governo proíbe a exportação de chips. A lei afeta as empresas e a bolsa, disse o ministro da economia.",
    "pl": "Rząd zakazuje eksportu chipów. Ustawa dotyczy firm i giełdy, powiedział minister gospodarki.",
    "nl": "De regering verbiedt de uitvoer van chips. De wet raakt de bedrijven en de beurs, zei de minister van economie.",
}  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "language", "title"),
    [
        ("opinion", "de", "Kommentar: Das Verbot schadet der Industrie"),
        ("opinion", "fr", "Tribune : l’interdiction des puces est une erreur"),
        ("opinion", "es", "Opinión: la prohibición de los chips es un error"),
        ("opinion", "it", "Editoriale: il divieto dei chip è un errore"),
        ("opinion", "pt", "Opinião: a proibição dos chips é um erro"),
        ("opinion", "nl", "Opinie: het verbod op chips is een fout"),
        ("opinion", "pl", "Komentarz: zakaz eksportu chipów to błąd"),
        ("live blog", "pl", "Rząd zakazuje chipów, relacja na żywo"),
        ("listicle", "pl", "Dziesięć porad na życie bez chipów"),
        ("sponsored", "pl", "Artykuł sponsorowany: chip, który zmienia wszystko"),
        ("press release", "pl", "Informacja prasowa: Voltessa prezentuje chip"),
        ("page", "pl", "Polityka prywatności"),
        ("puzzle", "pl", "Krzyżówka tygodnia"),
        ("review", "pl", "„Chip” to arcydzieło"),
        ("programme", "pl", "Odcinek 12: rząd i chipy"),
        ("live blog", "de", "Liveticker zum Verbot von Halbleitern"),
        ("live blog", "fr", "En direct : le gouvernement interdit les puces"),
        ("live blog", "es", "El gobierno prohíbe los chips, en directo"),
        ("live blog", "it", "Il divieto dei chip in diretta"),
        ("live blog", "pt", "Ao vivo: governo proíbe chips"),
        ("live blog", "nl", "Liveblog: regering verbiedt chips"),
        ("listicle", "de", "Sieben Gründe, warum das Verbot kommt"),
        ("listicle", "fr", "Cinq conseils pour vivre sans puces"),
        ("listicle", "es", "10 consejos para vivir sin chips"),
        ("listicle", "it", "Sette consigli per vivere senza chip"),
        ("listicle", "pt", "Dez dicas para viver sem chips"),
        ("listicle", "nl", "Tien tips voor een leven zonder chips"),
        ("sponsored", "de", "Anzeige: So sparen Sie mit dem neuen Halbleiter"),
        ("sponsored", "fr", "Contenu sponsorisé : la puce qui change tout"),
        ("sponsored", "es", "Contenido patrocinado: el chip que lo cambia todo"),
        ("sponsored", "it", "Contenuto sponsorizzato: il chip che cambia tutto"),
        ("sponsored", "pt", "Conteúdo patrocinado: o chip que muda tudo"),
        ("sponsored", "nl", "Gesponsord: de chip die alles verandert"),
        ("press release", "de", "Pressemitteilung: Voltessa stellt Halbleiter vor"),
        ("press release", "fr", "Communiqué de presse : Voltessa lance une puce"),
        ("press release", "es", "Nota de prensa: Voltessa lanza un chip"),
        ("press release", "it", "Comunicato stampa: Voltessa lancia un chip"),
        ("press release", "pt", "Comunicado à imprensa: Voltessa lança um chip"),
        ("press release", "nl", "Persbericht: Voltessa brengt een chip uit"),
        ("page", "de", "Impressum"),
        ("page", "fr", "Mentions légales"),
        ("page", "es", "Aviso legal"),
        ("page", "it", "Chi siamo"),
        ("page", "pt", "Sobre nós"),
        ("page", "nl", "Over ons"),
        ("puzzle", "de", "Kreuzworträtsel der Woche"),
        ("puzzle", "fr", "Mots croisés : les puces du jour"),
        ("puzzle", "es", "Crucigrama del día"),
        ("puzzle", "it", "Cruciverba della settimana"),
        ("puzzle", "pt", "Palavras cruzadas do dia"),
        ("puzzle", "nl", "Kruiswoordpuzzel van de week"),
        ("review", "de", "„Der Halbleiter“ ist ein Meisterwerk"),
        ("review", "fr", "« La puce » est un chef-d’œuvre"),
        ("review", "es", "«El chip» es una obra maestra"),
        ("review", "it", "«Il chip» è un capolavoro"),
        ("review", "pt", "“O chip” é uma obra-prima"),
        ("review", "nl", "“De chip” is een meesterwerk"),
        ("programme", "de", "Folge 12: Das Verbot der Halbleiter"),
        ("programme", "fr", "Épisode 12 : le gouvernement et les puces"),
        ("programme", "es", "Episodio 12: el gobierno y los chips"),
        ("programme", "it", "Episodio 12: il governo e i chip"),
        ("programme", "pt", "Episódio 12: o governo e os chips"),
        ("programme", "nl", "Aflevering 12: de regering en de chips"),
    ],
)  # fmt: skip
async def test_kinds_are_told_apart_in_other_languages(reason: str, language: str, title: str) -> None:
    """What is no news is left out under its own reason, whatever the language; the same text as news is read."""
    reading = await _read(_article(1, title, NEWS[language], language))
    assert isinstance(reading, Rejection), reading
    assert reading.reason == reason
    plain = await _read(_article(2, NEWS[language].partition(".")[0], NEWS[language], language))
    assert isinstance(plain, Finding)
    assert plain.kind is ArticleKind.NEWS


@pytest.mark.parametrize(
    ("reason", "language", "title", "link"),
    [
        ("opinion", "en", "The chip ban will backfire | Opinion", None),
        ("opinion", "en", "The chip ban will backfire | Jane Doe", "https://herald.example/commentisfree/2026/mar/02/chip-ban"),
        ("opinion", "en", "The chip ban will backfire", "https://times.example/2026/03/02/opinion/chip-ban.html"),
        ("opinion", "en", "The Herald view on the chip ban: a costly mistake", None),
        ("opinion", "en", "The chip ban will backfire", "https://market.example/opinion/abc"),
        ("opinion", "en", "OPINION | The chip ban will backfire", None),
        ("opinion", "en", "Letters to the editor: chip ban", None),
        ("opinion", "en", "Editorial: A costly ban", None),
        ("opinion", "en", "Guest essay: A costly ban", None),
        ("opinion", "en", "A costly ban - op-ed", None),
        ("opinion", "en", "Perspective: A costly ban", None),
        ("opinion", "en", "My view: a costly ban", None),
        ("opinion", "de", "Ein teures Verbot – ein Kommentar", None),
        ("opinion", "de", "Kommentar zum Chipverbot: Ein teurer Fehler", None),
        ("opinion", "de", "Leitartikel: Ein teures Verbot", None),
        ("opinion", "de", "Kolumne: Ein teures Verbot", None),
        ("opinion", "de", "Ein teures Verbot | Gastbeitrag", None),
        ("opinion", "de", "Glosse: Das Chipverbot", None),
        ("opinion", "de", "Pro und Contra: Das Chipverbot", None),
        ("opinion", "de", "Ein teures Verbot", "https://www.zeitung.example/meinung/chipverbot"),
        ("opinion", "fr", "« L’interdiction des puces est une erreur » : la tribune de dix économistes", None),
        ("opinion", "fr", "Édito : une interdiction coûteuse", None),
        ("opinion", "fr", "L’édito. Une interdiction coûteuse", None),
        ("opinion", "fr", "TRIBUNE. Une interdiction coûteuse", None),
        ("opinion", "fr", "Une interdiction coûteuse", "https://jour.example/idees/article/2026/03/02/x"),
        ("opinion", "fr", "Point de vue : une interdiction coûteuse", None),
        ("opinion", "fr", "Chronique – Une interdiction coûteuse", None),
        ("opinion", "es", "Una prohibición costosa | Opinión", None),
        ("opinion", "es", "Editorial: Una prohibición costosa", None),
        ("opinion", "es", "Tribuna | Una prohibición costosa", None),
        ("opinion", "es", "Columna: una prohibición costosa", None),
        ("opinion", "es", "Una prohibición costosa", "https://diario.example/opinion/2026-03-02/x.html"),
        ("opinion", "es", "Carta al director: los chips", None),
        ("opinion", "it", "Il commento: un divieto costoso", None),
        ("opinion", "it", "Un divieto costoso | L’editoriale", None),
        ("opinion", "it", "L’analisi e il commento | Un divieto costoso", None),
        ("opinion", "it", "Opinione: un divieto costoso", None),
        ("opinion", "it", "Un divieto costoso", "https://giornale.example/commenti/2026/x"),
        ("live blog", "en", "Chip ban: latest updates", None),
        ("live blog", "en", "Chip ban – live", None),
        ("live blog", "en", "Chip ban LIVE: industry reacts", None),
        ("live blog", "en", "Chip ban live: industry reacts – as it happened", None),
        ("live blog", "en", "Chip ban", "https://herald.example/business/live/2026/mar/02/chip-ban"),
        ("live blog", "en", "Live blog: chip ban", None),
        ("live blog", "de", "Chipverbot im Liveblog", None),
        ("live blog", "de", "Liveblog zum Chipverbot: Industrie protestiert", None),
        ("live blog", "de", "++ Industrie protestiert gegen Verbot ++", None),
        ("live blog", "de", "Newsblog: Industrie protestiert", None),
        ("live blog", "de", "Chipverbot: Alle Entwicklungen im Live-Ticker", None),
        ("live blog", "fr", "Interdiction des puces, en direct : l’industrie proteste", None),
        ("live blog", "fr", "DIRECT. Interdiction des puces : suivez les réactions", None),
        ("live blog", "fr", "Interdiction des puces : suivez notre direct", None),
        ("live blog", "es", "Prohibición de los chips, última hora en directo", None),
        ("live blog", "es", "DIRECTO | La industria protesta", None),
        ("live blog", "es", "Prohibición de chips: minuto a minuto", None),
        ("live blog", "es", "En vivo: la industria protesta", None),
        ("live blog", "it", "Divieto dei chip, la diretta", None),
        ("live blog", "it", "DIRETTA | L’industria protesta", None),
        ("live blog", "it", "Divieto dei chip, le ultime notizie in tempo reale", None),
        ("listicle", "en", "7 things to know about the chip ban", None),
        ("listicle", "en", "The 10 best chips of 2026", None),
        ("listicle", "en", "Five ways to survive the chip ban", None),
        ("listicle", "en", "12 tips for buying chips", None),
        ("listicle", "en", "21 chips you need to buy", None),
        ("listicle", "de", "10 Tipps für den Umgang mit dem Chipverbot", None),
        ("listicle", "de", "Die 5 besten Chips für Einsteiger", None),
        ("listicle", "de", "Fünf Dinge, die Sie über das Chipverbot wissen müssen", None),
        ("listicle", "fr", "Les 10 meilleures puces de 2026", None),
        ("listicle", "fr", "5 choses à savoir sur l’interdiction des puces", None),
        ("listicle", "fr", "Sept raisons d’aimer les puces", None),
        ("listicle", "es", "Los 10 mejores chips de 2026", None),
        ("listicle", "es", "Cinco claves de la prohibición de los chips", None),
        ("listicle", "es", "7 cosas que debes saber sobre los chips", None),
        ("listicle", "it", "I 10 migliori chip del 2026", None),
        ("listicle", "it", "Cinque cose da sapere sul divieto dei chip", None),
        ("listicle", "it", "7 motivi per amare i chip", None),
        ("sponsored", "en", "Sponsored content: The chip that changes everything", None),
        ("sponsored", "en", "Paid post: The chip that changes everything", None),
        ("sponsored", "en", "The chip that changes everything (Advertorial)", None),
        ("sponsored", "en", "Partner content: the chip", None),
        ("sponsored", "en", "The chip that changes everything", "https://example.org/sponsored/chip"),
        ("sponsored", "en", "[Ad] The chip that changes everything", None),
        ("sponsored", "en", "Best deals: 40% off laptops today", None),
        ("sponsored", "de", "Anzeige: Der Chip, der alles ändert", None),
        ("sponsored", "de", "Advertorial: Der Chip, der alles ändert", None),
        ("sponsored", "de", "ANZEIGE – Der Chip", None),
        ("sponsored", "de", "Sponsored Post: Der Chip", None),
        ("sponsored", "de", "Der Chip, der alles ändert (Anzeige)", None),
        ("sponsored", "fr", "Publi-rédactionnel : la puce qui change tout", None),
        ("sponsored", "fr", "Publireportage : la puce qui change tout", None),
        ("sponsored", "fr", "Sponsorisé : la puce qui change tout", None),
        ("sponsored", "fr", "Contenu partenaire : la puce", None),
        ("sponsored", "es", "Publirreportaje: el chip que lo cambia todo", None),
        ("sponsored", "es", "Patrocinado: el chip", None),
        ("sponsored", "es", "Publicidad: el chip", None),
        ("sponsored", "es", "Contenido de marca: el chip", None),
        ("sponsored", "it", "Sponsorizzato: il chip", None),
        ("sponsored", "it", "Pubbliredazionale: il chip", None),
        ("sponsored", "it", "Informazione pubblicitaria: il chip", None),
    ],
)  # fmt: skip
async def test_labels_and_addresses_tell_the_kind(reason: str, language: str, title: str, link: str | None) -> None:
    """However a paper sets its label apart, before or behind the title, in brackets, or in the address."""
    reading = await _read(_article(1, title, NEWS[language], language, link))
    assert isinstance(reading, Rejection), reading
    assert reading.reason == reason


@pytest.mark.parametrize(
    ("language", "title", "link"),
    [
        ("en", "Regulator publishes opinion on merger of chip makers", None),
        ("en", "Editorial staff of chip magazine strike over pay", None),
        ("en", "Live-action studio halts order of chips", None),
        ("en", "Chip stocks enter correction after ban", None),
        ("en", "Ministry declines comment on chip ban", None),
        ("en", "Perspective of chip makers darkens after ban", None),
        ("en", "Chip ban hits the trade in live sound", "https://example.org/live-music/chip-ban"),
        ("en", "State-sponsored hackers attack chip makers", None),
        ("en", "Parliament passes law sponsored by the opposition on chips", None),
        ("en", "Regulator bans sponsored content on chips", None),
        ("en", "Firm offers coupons as chip prices rise", None),
        ("en", "Black Friday sales of chips fall as consumers save", None),
        ("en", "Press release rules tightened by regulator", None),
        ("en", "Live coverage of chip trial banned by government", None),
        ("en", "Bank warned of losses on chips: letter", None),
        ("en", "Two places lose chip plants", None),
        ("it", "Il ministro annuncia in diretta televisiva il divieto dei chip", None),
        ("en", "Chip ban divides the sponsors of the fair", "https://example.org/sponsors/chip-ban"),
        ("de", "Regierung gibt keinen Kommentar zum Verbot ab", None),
        ("de", "Chipfirma stellt Anzeige gegen die Regierung", None),
        ("fr", "Le gouvernement négocie en ligne directe avec les entreprises", None),
        ("fr", "La tribune du stade reste vide, les entreprises protestent", None),
        ("es", "El gobierno pide opinión a las empresas sobre los chips", None),
        ("es", "Contacto directo entre el gobierno y las empresas", None),
        ("it", "Il governo chiede un commento alle aziende sui chip", None),
        ("it", "Linea diretta tra il governo e le aziende dei chip", None),
    ],
)
async def test_the_same_words_elsewhere_are_only_words(language: str, title: str, link: str | None) -> None:
    """News that speaks of an opinion, a comment or something live is read as news."""
    found = await _read(_article(1, title, NEWS[language], language, link))
    assert isinstance(found, Finding), found
    assert found.kind is ArticleKind.NEWS


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "LONDON, March 2, 2026 /PRNewswire/ -- Voltessa, a leading provider of chips, today announced a new chip for industry. About Voltessa Voltessa is a company."),
        ("en", "(BUSINESS WIRE)--Voltessa today announced a new chip for industry and its prices."),
        ("en", "NEW YORK, March 2, 2026 (GLOBE NEWSWIRE) -- Voltessa today announced a new chip for the industry."),
        ("en", "Voltessa today announced the launch of its new chip. “We are excited to partner with industry,” said the CEO. About Voltessa\nVoltessa is the leading provider. Media Contact: press@example.org"),
        ("de", "Berlin, 2. März 2026 (ots) - Voltessa stellt einen neuen Halbleiter für die Industrie vor. Pressekontakt: Voltessa, presse@example.org"),
        ("de", "München (pts) - Voltessa gibt bekannt: neuer Chip für die Industrie. Über Voltessa: Voltessa ist führend. Pressekontakt: Ada"),
        ("fr", "Paris, le 2 mars 2026 – Communiqué de presse. Voltessa annonce une nouvelle puce pour l’industrie. Contact presse : Ada. À propos de Voltessa"),
        ("fr", "Voltessa annonce une nouvelle puce pour les entreprises et la bourse. À propos de Voltessa : leader mondial. Contacts presse : Ada"),
        ("es", "Madrid, 2 de marzo (Europa Press Comunicados) – Comunicado. Voltessa anuncia un nuevo chip para la industria. Contacto de prensa: Ada. Acerca de Voltessa"),
        ("es", "Nota de prensa. Voltessa anuncia un nuevo chip para las empresas y la bolsa. Sobre Voltessa: líder mundial."),
        ("it", "Comunicato stampa. Voltessa annuncia un nuovo chip per le aziende e la borsa. Ufficio stampa: Ada. Informazioni su Voltessa"),
        ("it", "Milano, 2 marzo – Voltessa lancia un nuovo chip per le aziende e la borsa. Contatti per la stampa: Ada. Chi è Voltessa"),
    ],
)  # fmt: skip
async def test_a_press_release_is_known_by_its_text(language: str, text: str) -> None:
    """By the newswire at its head, or the press contact and the “About” at its foot."""
    reading = await _read(_article(1, "Voltessa stellt vor" if language == "de" else "Voltessa", text, language))
    assert isinstance(reading, Rejection), reading
    assert reading.reason == "press release"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "Korrektur: Verbot gilt erst ab Juli"),
        ("en", "Correction: Chip ban starts in July"),
        ("en", "Corrections and clarifications"),
        ("en", "CORRECTED-Chip ban starts in July"),
        ("en", "Clarification: Chip ban starts in July"),
        ("en", "Correction to report on chip ban"),
        ("en", "Chip ban starts in July (corrected)"),
        ("de", "Berichtigung: Verbot gilt ab Juli"),
        ("de", "Richtigstellung: Verbot gilt ab Juli"),
        ("fr", "Rectificatif : l’interdiction vaut en juillet"),
        ("fr", "Correction : l’interdiction vaut en juillet"),
        ("fr", "Erratum : l’interdiction vaut en juillet"),
        ("es", "Corrección: la prohibición rige desde julio"),
        ("es", "Fe de errores: la prohibición rige desde julio"),
        ("es", "Rectificación: la prohibición rige desde julio"),
        ("it", "Rettifica: il divieto vale da luglio"),
        ("it", "Errata corrige: il divieto vale da luglio"),
        ("it", "Correzione: il divieto vale da luglio"),
        ("fr", "Rectificatif : l’interdiction ne vaut qu’à partir de juillet"),
        ("pt", "Correção: a proibição vale a partir de julho"),
        ("nl", "Rectificatie: het verbod geldt pas vanaf juli"),
    ],
)
async def test_a_correction_is_one_in_any_language(language: str, title: str) -> None:
    """It is read, and corrects the signal it joins."""
    found = await _read(_article(1, title, NEWS[language], language))
    assert isinstance(found, Finding)
    assert found.kind is ArticleKind.CORRECTION
    assert found.stance is Stance.CORRECTS
    if ":" in title:
        assert not found.claim.startswith(title.partition(":")[0].strip())


async def test_who_speaks_in_the_first_person_gives_an_opinion() -> None:
    """A German column without a label is known by its “ich”."""
    text = (
        "Ich habe die Regierung gewählt. Ich glaube, mir hat das Gesetz nichts gebracht. Meine Firma zahlt höhere Preise, "
        "und ich frage mich, wem die Wirtschaft gehört. Mein Minister schweigt."
    )
    reading = await _read(_article(1, "Die Regierung und ich", text, "de"))
    assert isinstance(reading, Rejection)
    assert reading.reason == "opinion"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Oxlade will cut 1,200 jobs in the chip industry, the company said in a press release on Monday. “In my view, it is wrong,” said the minister."),
        ("en", "Oxlade raised prices of its revolutionary, award-winning, cutting-edge chips. Companies in the industry protested, and shares fell."),
        ("en", "State-sponsored hackers attacked companies of the chip industry, the government said. They were paid for it."),
        ("de", "Die Bundesregierung verbietet die Ausfuhr von Halbleitern, wie es in einer Pressemitteilung heißt. Das Gesetz betrifft die Industrie, sagte der Minister."),
        ("fr", "Le gouvernement interdit les puces, selon un communiqué de presse. Les entreprises et la bourse protestent."),
        ("es", "El gobierno prohíbe los chips, según una nota de prensa. Las empresas y la bolsa protestan."),
        ("it", "Il governo vieta i chip, si legge in un comunicato stampa. Le aziende e la borsa protestano."),
    ],
)  # fmt: skip
async def test_news_that_cites_a_release_is_news(language: str, text: str) -> None:
    """A firm’s release, its praise of itself, or hackers in a state’s pay may be spoken of."""
    found = await _read(_article(1, "Oxlade", text, language))
    assert isinstance(found, Finding), found
    assert found.kind is ArticleKind.NEWS


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Sponsored\n\nThe chip that changes everything is here. The industry and its customers love its price."),
        ("en", "The chip that changes everything is here. The industry loves its price.\n\nWe may earn a commission from links on this page."),
        ("en", "This article is paid for by Voltessa. The chip that changes everything is here, and the industry loves it."),
        ("de", "Anzeige\n\nDer Halbleiter, der alles ändert, ist da. Die Industrie und ihre Kunden lieben den Preis."),
        ("fr", "Cet article a été rédigé en partenariat avec Voltessa. La puce change tout pour les entreprises et la bourse."),
        ("es", "Este contenido ha sido patrocinado por Voltessa. El chip lo cambia todo para las empresas y la bolsa."),
        ("it", "Questo articolo contiene link di affiliazione pubblicitari. Il chip cambia tutto per le aziende e la borsa."),
    ],
)  # fmt: skip
async def test_a_text_that_says_who_paid_is_sponsored(language: str, text: str) -> None:
    """By a label on its first line, or a sentence at one of its ends."""
    reading = await _read(_article(1, "Voltessa", text, language))
    assert isinstance(reading, Rejection), reading
    assert reading.reason == "sponsored"


@pytest.mark.parametrize(
    ("title", "text", "actors"),
    [
        (*STORIES["de"][0], {"Nordkern"}),
        (*STORIES["de"][2], {"Calderbeck Ports"}),
        ("Deutsche Leihbank streicht 3.500 Stellen", "Die Deutsche Leihbank streicht 3.500 Stellen, wie Vorstandschef Jonas Berg am Donnerstag in Torvik sagte. Die Gewerkschaft Mavera kritisierte die Pläne. Der Umsatz fiel um zwei Milliarden Euro.", {"Deutsche Leihbank", "Jonas Berg", "Mavera"}),
        ("Bundeskartellamt untersagt Fusion von Osage und Tegmark", "Das Bundeskartellamt hat die Fusion untersagt. Osage will klagen, teilte das Unternehmen mit. Verbraucher müssten sonst mit höheren Preisen rechnen.", {"Bundeskartellamt", "Osage"}),
        ("Die Forschung wird gekürzt", "Die Forschung kostet 300 Millionen Euro, heißt es von BioNTec. Die Börse und die Unternehmen hatten es erwartet.", {"BioNTec"}),
        ("EZB senkt den Leitzins", "Die Zentralbank senkt den Leitzins, sagte EZB-Präsidentin Ada Lindqvist. Die Börse und die Unternehmen hatten es erwartet.", {"EZB", "Ada Lindqvist"}),
    ],
)  # fmt: skip
async def test_german_nouns_do_not_act(title: str, text: str, actors: set[str]) -> None:
    """Capitalised as they are: names stand bare, behind a noun, or begin with an adjective."""
    found = await _read(_article(1, title, text, "de"))
    assert isinstance(found, Finding), found
    assert set(found.actors) == actors


FOREIGN = {
    "ja": ("政府が半導体の輸出を禁止", "政府は月曜日、半導体の輸出を禁止する法律を発表した。大臣は価格が上がると述べた。"),
    "ar": ("الحكومة تحظر تصدير الرقائق", "أعلنت الحكومة يوم الاثنين حظر تصدير الرقائق. وقال الوزير إن الأسعار سترتفع."),
    "ru": ("Правительство запретило вывоз чипов", "Правительство объявило в понедельник о запрете вывоза чипов. Цены вырастут, сказал министр."),
    "cs": ("Vláda zakázala vývoz čipů", "Vláda v pondělí oznámila zákaz vývozu čipů. Ceny porostou, řekl ministr."),
    None: ("کومەت هەناردەکردنی چیپی قەدەغە کرد", "کومەت ڕۆژی دووشەممە هەناردەکردنی چیپی قەدەغە کرد و نرخەکان بەرز دەبنەوە."),
}  # fmt: skip


@pytest.mark.parametrize("language", FOREIGN)
async def test_what_has_no_word_lists_is_unread_and_says_so(language: str | None) -> None:
    """It is not judged to be nothing: it could not be read, and the reason names its language."""
    title, text = FOREIGN[language]
    article = replace(_article(1, title, text, "en"), language=language)
    reading = await _read(article)
    assert isinstance(reading, Unread)
    assert reading.why == f"It is in {languages.name(language)}, which needs a model to be read."


LEADS = {
    "de": (
        ("Bundesregierung verbietet die Ausfuhr von Halbleitern", "Die Bundesregierung verbietet ab Juli die Ausfuhr von Halbleitern nach Norland. Aber die Industrie wehrt sich. „Das kostet uns 4 Milliarden Euro im Jahr“, sagte die Chefin des Verbands, Ines Kolb. Das Gesetz betrifft 300 Firmen."),
        ("Verbot der Ausfuhr von Halbleitern trifft 300 Firmen", "Das Verbot der Bundesregierung, Halbleiter auszuführen, trifft 300 Firmen, teilte der Verband mit. Der Minister rechnet mit höheren Preisen."),
    ),
    "fr": (
        ("Le gouvernement interdit l’exportation de puces électroniques", "Le gouvernement interdit dès juillet l’exportation de puces électroniques vers la Norlande. Mais l’industrie proteste. « Cela nous coûtera 4 milliards d’euros par an », a déclaré la présidente du syndicat, Inès Colbert. La loi touche 300 entreprises."),
        ("L’interdiction d’exporter des puces électroniques touche 300 entreprises", "L’interdiction d’exporter des puces électroniques touche 300 entreprises, selon le syndicat. Le ministre de l’économie attend une hausse des prix."),
    ),
    "es": (
        ("El gobierno prohíbe la exportación de chips", "El gobierno prohíbe desde julio la exportación de chips a Norlandia. Pero la industria protesta. “Nos costará 4.000 millones de euros al año”, dijo la presidenta de la patronal, Inés Colom. La ley afecta a 300 empresas."),
        ("La prohibición de exportar chips afecta a 300 empresas", "La prohibición del gobierno de exportar chips afecta a 300 empresas, según la patronal. El ministro de economía espera precios más altos."),
    ),
    "it": (
        ("Il governo vieta l’esportazione di chip", "Il governo vieta da luglio l’esportazione di chip verso la Norlandia. Ma l’industria protesta. «Ci costerà 4 miliardi di euro l’anno», ha detto la presidente dell’associazione, Ines Colli. La legge riguarda 300 aziende."),
        ("Il divieto di esportare chip colpisce 300 aziende", "Il divieto del governo di esportare chip colpisce 300 aziende, secondo l’associazione. Il ministro dell’economia prevede prezzi più alti."),
    ),
    "pt": (
        ("O governo proíbe a exportação de chips", "O governo proíbe a partir de julho a exportação de chips para a Norlândia. Mas a indústria protesta. “Vai nos custar 4 mil milhões de euros por ano”, disse a presidente da associação, Inês Colaço. A lei afeta 300 empresas."),
        ("Proibição de exportar chips afeta 300 empresas", "A proibição do governo de exportar chips afeta 300 empresas, segundo a associação. O ministro da economia espera preços mais altos."),
    ),
    "nl": (
        ("Regering verbiedt de uitvoer van halfgeleiders", "De regering verbiedt vanaf juli de uitvoer van halfgeleiders naar Norland. Maar de industrie protesteert. “Dat kost ons 4 miljard euro per jaar”, zei de voorzitter van het verbond, Ines Kolk. De wet raakt 300 bedrijven."),
        ("Verbod op uitvoer van halfgeleiders raakt 300 bedrijven", "Het verbod van de regering om halfgeleiders uit te voeren raakt 300 bedrijven, volgens het verbond. De minister van economie verwacht hogere prijzen."),
    ),
    "pl": (
        ("Rząd zakazuje eksportu półprzewodników", "Rząd zakazuje od lipca eksportu półprzewodników do Norlandii. Ale przemysł protestuje. „Będzie nas to kosztować 4 miliardy euro rocznie”, powiedziała prezeska związku, Inga Kolska. Ustawa dotyczy 300 firm."),
        ("Zakaz eksportu półprzewodników dotyczy 300 firm", "Rządowy zakaz eksportu półprzewodników dotyczy 300 firm, podał związek. Minister gospodarki spodziewa się wyższych cen."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LEADS)
async def test_a_signal_reads_well_in_every_language(language: str) -> None:
    """Two voices are one signal; its title is a headline, the card's quote evidences it and is whole, the analysis is
    sentences of the sources without that quote, without asides, and the parts of strength have reasons."""
    articles = [_article(n, title, text, language) for n, (title, text) in enumerate(LEADS[language], 1)]
    findings = [await _read(each) for each in articles]
    assert all(isinstance(each, Finding) for each in findings)
    members = []
    for article, finding in zip(articles, findings, strict=True):
        assert isinstance(finding, Finding)
        cut = tuple(quote for pick in finding.picks if (quote := proof.cut(article, pick)))
        fields = {"consequence": finding.consequence, "substance": finding.substance, "reasoning": finding.reasoning}
        members.append(make.member(article, evidence=cut, **fields))
    signal = make.signal(articles=tuple(members))
    made = await Extractive().compose(Dossier(signal, tuple(articles)))
    signal = replace(signal, title=made.title, analysis=made.analysis)
    assert made.title in [title for title, _ in LEADS[language]]
    best = quoting.ranked(signal)[0].evidence.quote
    assert best in {articles[0].sentence(0), articles[1].sentence(0)}
    assert not quoting.hangs(best, language)
    assert best not in made.analysis
    assert articles[0].sentence(1) not in made.analysis
    assert any(article.sentence(n) in made.analysis for article in articles for n in range(len(article.sentences)))
    assert any("300" in line or "4" in line for line in members[0].reasoning)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "Institut zieht seine Studie zurück"),
        ("de", "Sender entschuldigt sich für Bericht"),
        ("fr", "L’institut rétracte son étude"),
        ("fr", "La chaîne s’excuse pour son reportage"),
        ("es", "El instituto se retracta de su estudio"),
        ("es", "El diario rectifica"),
        ("it", "L’istituto ritratta lo studio"),
        ("it", "L’emittente si scusa per il servizio"),
        ("pt", "Instituto retira o estudo"),
        ("pt", "Emissora pede desculpas por reportagem"),
        ("pl", "Instytut wycofuje swój raport"),
        ("pl", "Nadawca przeprasza za reportaż"),
        ("nl", "Instituut trekt zijn studie in"),
        ("nl", "Omroep biedt excuses aan"),
    ],
)
async def test_what_is_taken_back_is_contrary_in_any_language(language: str, title: str) -> None:
    """A withdrawal, a retraction and an apology speak against what was told before."""
    reading = await _read(_article(1, title, NEWS[language], language))
    assert isinstance(reading, Finding)
    assert reading.stance is Stance.CONTRADICTS


@pytest.mark.parametrize("language", LEADS)
async def test_a_story_told_by_two_voices_is_one_signal_with_its_sum(language: str) -> None:
    """Two publishers in one language: joined, corroborated, with a rule that reaches a market, and with exact quotes."""
    index = LiveIndex()
    first, second = (_article(n, title, text, language) for n, (title, text) in enumerate(LEADS[language], 1))
    finding, other = await _read(first), await _read(second)
    assert isinstance(finding, Finding)
    assert isinstance(other, Finding)
    signal = open_signal(1, first, finding, _quotes(first, finding), None, MORNING)
    index.update(signal, first, finding)
    later = open_signal(2, second, other, _quotes(second, other), None, MORNING)
    relation = decide(other, second, index.candidates(other, second))
    if relation.signal_id is None:
        index.update(later, second, other)
        assert consolidate([signal, later], index) == ((2, 1),)
    signal = join(signal, second, other, _quotes(second, other), taken(other, signal), MORNING)
    assert signal.strength.corroboration.points == 1
    assert signal.strength.consequence.points >= 2
    assert signal.strength.evidence.points >= 1
    for member, article in zip(signal.articles, (first, second), strict=True):
        assert all(each.quote == article.text[each.start : each.end] for each in member.evidence)


def _quotes(article: Article, finding: Finding) -> tuple[Evidence, ...]:
    return tuple(quote for pick in finding.picks if (quote := proof.cut(article, pick)))


ALIKE = tomllib.loads((Path(__file__).parent / "told_alike.toml").read_text("utf-8"))
LISTED = sorted(languages.LISTED)


@pytest.mark.parametrize("story", ALIKE)
def test_a_story_weighs_alike_in_every_language(story: str) -> None:
    """Its strength is within one of what it is in English, and so is how far it reaches."""
    assert sorted(ALIKE[story]) == LISTED
    points = {language: _weighed(language, *told) for language, told in ALIKE[story].items()}
    for language, (consequence, substance) in points.items():
        assert abs(consequence - points["en"][0]) <= 1, (language, points)
        assert abs(consequence + substance - sum(points["en"])) <= 1, (language, points)


def _weighed(language: str, title: str, text: str) -> tuple[int, int]:
    """The points of consequence and substance; of what is left out none."""
    found = Extractive().reading(_article(1, title, text, language))
    return (found.consequence.points, found.substance.points) if isinstance(found, Finding) else (0, 0)


TENTATIVE = {
    "de": "Parlament könnte die Ausfuhr von Halbleitern verbieten",
    "fr": "Le parlement pourrait interdire l’exportation de semi-conducteurs",
    "es": "El parlamento podría prohibir la exportación de semiconductores",
    "it": "Il parlamento potrebbe vietare l’esportazione di semiconduttori",
    "nl": "Parlement zou de uitvoer van halfgeleiders kunnen verbieden",
    "pt": "Parlamento poderia proibir a exportação de semicondutores",
    "pl": "Parlament może zakazać eksportu półprzewodników",
}


@pytest.mark.parametrize("language", TENTATIVE)
def test_what_may_be_weighs_less_in_every_language(language: str) -> None:
    """A title that holds it for possible takes off a point, whatever the lead says."""
    title, text = ALIKE["ban"][language]
    assert _weighed(language, TENTATIVE[language], text)[0] == _weighed(language, title, text)[0] - 1


BLOWS = {
    "de": ("Norland bombardiert den Iran", "Norland bombardiert die Jury"),
    "fr": ("La Norlande menace l’Iran", "La Norlande menace le jury"),
    "es": ("Norlandia ataca a Irán", "Norlandia ataca el guion"),
    "it": ("La Norlandia attacca l’Iran", "La Norlandia attacca la trama"),
    "nl": ("Norland bombardeert Iran", "Norland bombardeert de jury"),
    "pt": ("Norlândia ataca o Irã", "Norlândia ataca o enredo"),
    "pl": ("Norlandia bombarduje Iran", "Norlandia bombarduje jury"),
}


@pytest.mark.parametrize("language", BLOWS)
def test_a_blow_weighs_by_whether_a_country_stands_behind_it(language: str) -> None:
    """The same verb is force against a state, or next to nothing."""
    state, jury = (_weighed(language, title, ALIKE["visit"][language][1])[0] for title in BLOWS[language])
    assert state >= 3
    assert jury <= 1
