"""Detect the language of a text by its script and its function words."""

from __future__ import annotations

import re
from functools import cache

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
        być ma przed które który która także będzie również pod roku lub by jednak było ze tej między ponieważ według
        gdy aby żeby więc też jej została zostały został podczas powiedział powiedziała których której
    """,
    "tr": """
        ve bir bu da de için ile olarak çok daha olan gibi kadar en sonra ne var ki ancak ise oldu olduğunu değil her
        göre veya yeni ilk dedi tarafından yüzde büyük iki olduğu etti o nin ın üzerinde
    """,
}
RECOGNISED = frozenset((*_LANGUAGE_WORDS, "ja", "zh", "ko", "ru", "uk", "ar", "he", "hi", "el"))
"""Languages `recognise` can return; do not ask it about a text declared to be in another one."""
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
    """ISO 639-1 code of the text's language, from its first 3000 characters; None if undecided.

    By function words: en, de, fr, es, it, pt, nl, sv, pl, tr. By script: ja, zh, ko, ru, uk, ar, he, hi, el.
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
    """The language with most function words in the text; None if they are few or another language has nearly as many.

    A word that several languages share counts for each as a fraction.
    """
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
