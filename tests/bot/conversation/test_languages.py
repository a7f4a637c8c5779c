"""The commonest requests in German, French, Spanish and Italian are understood as the English ones are."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.conversation.plain_words import propose
from bot.model.channel import ChannelSettings

SETTINGS = ChannelSettings(timezone="Europe/Rome")
SEEDS = Path(__file__).parents[3] / "seeds" / "requests"
LANGUAGES = ("de", "fr", "es", "it")
MEANT: dict[str, tuple[str, str, str, str]] = {
    "hello": ("Guten Morgen zusammen", "Bonjour à tous !", "¡Hola!", "Buongiorno a tutti"),
    "help": ("Hilfe", "aide-moi", "ayuda por favor", "come funziona?"),
    "brief": ("Was gibt’s Neues?", "quoi de neuf ?", "¿Qué hay de nuevo?", "che c'è di nuovo?"),
    "at": ("Wann kommt der nächste Brief?", "C'est quand ?", "¿Cuándo llega el próximo?", "quando arriva?"),
    "sources": ("was liest du?", "tes sources", "¿qué fuentes usas?", "quali fonti leggi?"),
    "the clock": ("Wie spät ist es?", "Quelle heure est-il ?", "¿Qué hora es?", "Che ora è?"),
    "pause": ("hör bitte auf", "arrête de m'envoyer des messages", "deja de enviarme mensajes", "basta così"),
    "most 3": ("das ist zu viel", "c'est trop long", "demasiados", "troppi messaggi"),
    "bar 8": ("nur noch das Wichtigste", "seulement l'essentiel", "solo lo más importante",
              "solo le cose più importanti"),
    "bar 5": ("mehr Meldungen bitte", "pas assez", "más noticias", "di più per favore"),
    "at 09:00": ("um 9 Uhr bitte", "à 9h s'il te plaît", "a las 9 por favor", "alle 9 invece"),
    "at 08:30": ("schick es um 8:30", "envoie-le à 8h30", "mejor a las 8:30", "mandalo alle 8:30"),
    "at 08:00": ("etwas später", "un peu plus tard", "más tarde por favor", "più tardi"),
    "at 07:00": ("früher bitte", "plus tôt", "más temprano", "un po' prima"),
    "at mon-thu": ("bitte nicht freitags", "pas le vendredi", "no los viernes", "non il venerdì"),
    "at tue,thu": ("nur dienstags und donnerstags", "seulement le mardi et le jeudi", "solo los martes y jueves",
                   "solo il martedì e il giovedì"),
    "at sat,sun": ("nur am Wochenende", "seulement le week-end", "solo los fines de semana", "solo nei weekend"),
    "at daily": ("täglich bitte", "tous les jours", "todos los días", "ogni giorno"),
    "at mon": ("einmal die Woche", "une fois par semaine", "una vez a la semana", "ogni settimana"),
    "mute crypto": ("crypto interessiert mich nicht", "je ne veux plus de crypto", "no me interesa el crypto",
                    "basta con il crypto"),
    "mute Nordline": ("bitte nichts mehr über Nordline", "plus rien sur Nordline", "ya no quiero saber de Nordline",
                      "non voglio più sentire parlare di Nordline"),
}  # fmt: skip
SAID: dict[str, tuple[str, str, str, str]] = {
    "You are welcome": ("vielen Dank!", "Merci beaucoup", "muchas gracias", "grazie mille"),
    "I am The Bellwether": ("Bist du ein Mensch?", "qui es-tu ?", "¿Eres un robot?", "chi sei?"),
    "Very well": ("Wie geht's?", "ça va ?", "¿qué tal?", "come stai?"),
    "Until soon": ("tschüss", "à demain", "hasta luego", "buonanotte"),
    "Jokes I cannot": ("erzähl uns einen Witz", "raconte-moi une blague", "cuéntame un chiste",
                       "racconta una barzelletta"),
    "All right": ("alles klar", "d'accord", "vale", "va bene"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "command"), [(said, command) for command, every in MEANT.items() for said in every], ids=str
)
def test_a_request_is_understood(said: str, command: str) -> None:
    """The first command that is offered, or run where it only reads, is the one of the English request."""
    found = propose(said, SETTINGS)
    assert found is not None
    assert found.commands[0] == command


@pytest.mark.parametrize(("said", "words"), [(said, words) for words, every in SAID.items() for said in every], ids=str)
def test_talk_is_met_with_its_sentence(said: str, words: str) -> None:
    """Thanks, a farewell, a question about the bot."""
    found = propose(said, SETTINGS)
    assert found is not None
    assert words in found.words


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_knows_the_commonest_twenty(language: str) -> None:
    """Each request has a meaning of its own."""
    means = [each["means"] for each in tomllib.loads((SEEDS / f"{language}.toml").read_text("utf-8"))["request"]]
    assert len(means) == len(set(means)) >= 20


@pytest.mark.parametrize(
    "said",
    [
        "why did the port close?", "Nordline", "copper prices", "water rights in Kesa", "what does Ines Karlsen say",
        "trade between France and Spain", "Warum streiken die Hafenarbeiter?", "qui a vendu les droits d'eau ?",
        "¿por qué bajan los precios?", "perché il porto è chiuso?",
    ],
)  # fmt: skip
def test_a_question_is_no_request_in_any_language(said: str) -> None:
    """What asks for the news or names something in it is left to the evidence."""
    assert propose(said, SETTINGS) is None
