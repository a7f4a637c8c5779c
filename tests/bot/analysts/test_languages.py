"""The embedded analyst beyond English: a language is known, its kinds of text, and its stories. All are made up."""

# ruff: noqa: E501 - a case is one line, so that a table reads as a table

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.analysts.extractive import Extractive
from bot.pipeline.link import LiveIndex, consolidate, decide, open_signal
from bot.text import recognise, sentences
from bot.types import Article, ArticleKind, Finding, Reading, Rejection, Stance
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
    "nl": (
        ("Nordkern halveert zijn waterstofnet", "Netbeheerder Nordkern bouwt maar de helft van de geplande waterstofleidingen tussen Regensburg en Duisburg, omdat de staalfabrieken geen contracten hebben getekend."),
        ("Waterstof: Nordkern stelt leidingen naar Duisburg uit", "De waterstofleiding tussen Regensburg en Duisburg wordt niet voor 2035 gebouwd. Nordkern heeft geen contracten met de staalfabrieken, zei een woordvoerder van de netbeheerder."),
        ("Havenarbeiders in Marrowick staken tegen kranen op afstand", "De havenarbeiders in Marrowick hebben het werk neergelegd, omdat Calderbeck Ports de kraanmachinisten naar een controlekamer verplaatst."),
        ("Staking van havenarbeiders legt kranen van Marrowick stil", "Sinds maandag staan de kranen van Marrowick stil. Calderbeck Ports wil de kraanmachinisten vervangen door een controlekamer en de havenarbeiders staken."),
    ),
}  # fmt: skip


def _article(id: int, title: str, text: str, language: str, **fields: object) -> Article:
    base = make.article(id, text, title=title, language=language, sentences=sentences(text, language), sha256=f"{id}")
    name = f"Paper {id}"
    return replace(base, publisher=make.publisher(name), link=f"https://{id}.example/{id}", **fields)  # type: ignore[arg-type]


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
    "de": "Die Bundesregierung verbietet die Ausfuhr von Halbleitern. Das Gesetz betrifft die Industrie und ihre Preise, sagte der Minister.",
    "fr": "Le gouvernement interdit l’exportation de puces. La loi touche les entreprises et la bourse, selon le ministre de l’économie.",
    "es": "El gobierno prohíbe la exportación de chips. La ley afecta a las empresas y a la bolsa, dijo el ministro de economía.",
    "it": "Il governo vieta l’esportazione di chip. La legge riguarda le aziende e la borsa, ha detto il ministro dell’economia.",
    "pt": "O governo proíbe a exportação de chips. A lei afeta as empresas e a bolsa, disse o ministro da economia.",
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
    ("language", "title"),
    [
        ("de", "Korrektur: Verbot gilt erst ab Juli"),
        ("fr", "Rectificatif : l’interdiction ne vaut qu’à partir de juillet"),
        ("es", "Corrección: la prohibición rige desde julio"),
        ("it", "Rettifica: il divieto vale da luglio"),
        ("pt", "Correção: a proibição vale a partir de julho"),
        ("nl", "Rectificatie: het verbod geldt pas vanaf juli"),
    ],
)
async def test_a_correction_is_one_in_other_languages(language: str, title: str) -> None:
    """It is read, and corrects the signal it joins."""
    found = await _read(_article(1, title, NEWS[language], language))
    assert isinstance(found, Finding)
    assert found.kind is ArticleKind.CORRECTION
    assert found.stance is Stance.CORRECTS
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
