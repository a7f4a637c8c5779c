"""What an article claims, in its own words: its headline without the trimmings, or its lead."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.analysts.lexical.assertive import LEAST_WORDS, asserts
from bot.analysts.lexical.markers import CORRECTION, CORRECTION_LABELS
from bot.analysts.lexical.prefilter import found
from bot.model.article import Article
from bot.model.finding import Stance
from bot.text.word_lists import contrary

_WIRE_PREFIXES = "update|corrected|refile|rpt|wrapup|exclusive|breaking|factbox|insight|focus|live"
_PREFIXES = (
    "breaking|breaking news|exclusive|updated?|updates|live|watch|video|listen|podcast|photos|in pictures|analysis"
    "|explainer"
    "|explained|report|opinion|comment|editorial|feature|interview|news|just in"
    "|developing|sponsored|press release|eilmeldung|exklusiv|kommentar|analyse|exclusif|en direct|exclusiva|en vivo"
    "|ultima ora|diretta"
    "|liveticker|liveblog|direct|en directo|reportage|entretien|entrevista|intervista|hintergrund|meinung|anzeige"
    "|opinie|opinión|opinione|vidéo|vídeo|última hora|persbericht|pressemitteilung|comunicato stampa"
    "|nota de prensa"
)
_PREFIX = re.compile(
    rf"^\W*(?:(?:(?:{_WIRE_PREFIXES})\s?\d*-|(?:{_PREFIXES}|{CORRECTION_LABELS})\s?[:|–—]|(?:{_PREFIXES})\s-\s)\s*)+",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\s(?:[|•·»]|[-–—]{1,2})\s([^|•·]{2,40})$")
_CREDITS = r"Reuters|AP|AFP|dpa|ANSA|Bloomberg|video|photos?|update\s?\d*|exclusive|paywall|\w+\.(?:com|org|net)"
_PARENTHESES = re.compile(rf"\s*\((?:{_CREDITS}|{CORRECTION_LABELS})\)\s*$", re.IGNORECASE)
_CORRECTED_TEXT = re.compile(
    r"an earlier version of this (?:article|story|report)"
    r"|this (?:article|story|report) (?:has been|was) (?:corrected|amended)"
    r"|we (?:wrongly|incorrectly|mistakenly) (?:reported|stated|said)"
    r"|corrects (?:the )?(?:figure|name|number|paragraph|earlier)"
    r"|in einer (?:früheren|vorherigen|ersten) (?:version|fassung) dieses (?:artikels|textes|berichts)"
    r"|une version (?:précédente|antérieure) de cet article|una versión anterior de (?:este artículo|esta noticia)"
    r"|una versione precedente di questo articolo|uma versão anterior deste (?:artigo|texto)"
    r"|een eerdere versie van dit artikel|wcześniejsza wersja tego (?:artykułu|tekstu)",
    re.IGNORECASE,
)
_CORRECTED_HINTS = (
    "version",
    "versión",
    "versione",
    "versão",
    "wersja",
    "fassung",
    "correct",
    "amended",
    "wrongly",
    "mistakenly",
)
"""At least one stands, in small letters, in every text that _CORRECTED_TEXT could match."""
_OUTLET_WORDS = frozenset(
    {
        "Times", "News", "Post", "Guardian", "Journal", "Herald", "Tribune", "Telegraph", "Gazette", "Ledger",
        "Courier",
        "Observer", "Review", "Standard", "Chronicle", "Mail", "Mirror", "Independent", "Reuters", "Bloomberg", "BBC",
        "Online", "Magazine", "Daily", "Today", "Wire", "Dispatch", "Economist", "Zeitung", "Spiegel", "Welt", "Monde",
        "CNN", "Figaro", "País", "Mundo", "Repubblica", "Sera", "Globo", "Folha",
    }
)  # fmt: skip
_SHORT_CLAIM, _LONG_CLAIM = 40, 160
_TRIMMINGS = "|•·»-–—:"
"""One of these marks stands in every prefix and before every suffix."""


@lru_cache(maxsize=1 << 12)  # asked for again as often as what it claims
def headline(title: str, publisher: str = "") -> str:
    """The headline without what is not part of it: “UPDATE 2-”, “Live:”, “ - The Guardian”, “(Reuters)”.

    A suffix is taken for a publisher's where it is its name, or short and capitalised after a dash or bar.
    """
    plain = " ".join(title.split())
    if ")" in plain:
        plain = _PARENTHESES.sub("", plain)
    if not any(map(plain.__contains__, _TRIMMINGS)):
        return plain
    match = _SUFFIX.search(plain)
    if match and _is_outlet(match.group(1), publisher, plain[match.start() :].strip()[0]):
        plain = plain[: match.start()]
    bare = _PREFIX.sub("", plain)
    return (bare if len(bare.split()) >= 2 else plain).strip()


def _is_outlet(suffix: str, publisher: str, mark: str) -> bool:
    folded = suffix.lower().removeprefix("the ")
    if publisher and folded == publisher.lower().removeprefix("the "):
        return True
    words = suffix.split()
    named = len(words) <= 4 and all(word[0].isupper() or word in ("of", "the", "&") for word in words)
    return named and (mark in "|•·»" or words[-1].rstrip(".") in _OUTLET_WORDS or "." in suffix or len(words) == 1)


def claim(article: Article) -> str:
    """The headline, or where it asks, puns or says too little, the main clause of the lead cut as it stands."""
    title = headline(article.title, article.publisher.name)
    if asserts(title, article.language):
        return title
    lead = lead_clause(article)
    if lead and asserts(lead, article.language):
        return lead
    speaks = len(title.split()) >= LEAST_WORDS and not title.endswith(("?", "…", "..."))
    return title if speaks else lead or title


def lead_clause(article: Article) -> str | None:
    """The first whole sentence's main clause, verbatim, without its last full stop; None where there is none."""
    for start, end in article.sentences[:3]:
        sentence = " ".join(article.text[start:end].split()).strip('“”"')
        words = sentence.split()
        if len(words) >= 6 and sentence[-1:] in '.!”"' and not sentence.lower().startswith(("by ", "photo")):
            return _clause(sentence, article.language).rstrip(".! ")
    return None


_SOURCED = re.compile(
    r"(?:,[’”\"]? (?:said|says|sagte|dijo|disse|zei|a déclaré|ha detto|powiedział|powiedziała|podał|podała) "
    r"|,? (?:according to|laut|selon|según"
    r"|secondo|segundo|volgens|według|zdaniem) )[^,]{3,80}\.?$"
)
_SUBORDINATE = re.compile(
    r"(?:as|when|while|after|before|since|if|although|though|because|asked|once|als|während|nachdem|wenn"
    r"|alors que|après|lorsque|mientras|cuando|tras|mentre|quando|dopo|enquanto|após|terwijl|nadat|toen|gdy|kiedy"
    r"|ponieważ|jeśli|podczas gdy)\b[^,]*,\s",
    re.IGNORECASE,
)


def _clause(sentence: str, language: str | None = "en") -> str:
    """Without a trailing “, according to …” or “, said …”; where it is still long, up to the last border of clauses
    before which somebody does something already. Never cut before its verb."""
    cut = _SOURCED.sub("", sentence)
    cut = cut if asserts(cut, language) else sentence
    if len(cut) <= _LONG_CLAIM:
        return cut
    borders = [at for mark in (", ", "; ", " – ", " — ") for at in _places(cut, mark) if at >= _SHORT_CLAIM]
    whole = (cut[:at] for at in sorted(borders, reverse=True) if asserts(_main(cut[:at]), language))
    return next(whole, cut)


def _places(text: str, mark: str) -> list[int]:
    return [match.start() for match in re.finditer(mark, text[:_LONG_CLAIM])]


def _main(clause: str) -> str:
    """The clause without a subordinate one before it, whose verb is not its own."""
    match = _SUBORDINATE.match(clause)
    return clause[match.end() :] if match else clause


def stance(article: Article) -> Stance | None:
    """What title and lead say the article is: a denial or a correction; None: nothing of the kind."""
    lead = " ".join(article.text[start:end] for start, end in article.sentences[:1])
    last = article.text[article.sentences[-1][0] :] if article.sentences else ""
    if CORRECTION.search(article.title) or found(_CORRECTED_TEXT, _CORRECTED_HINTS, f"{lead}\n{last}"):
        return Stance.CORRECTS
    if contrary(f"{article.title}\n{lead}"):
        return Stance.CONTRADICTS
    return None
