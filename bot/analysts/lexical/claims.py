"""What an article claims, in its own words: its headline without the trimmings, or its lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from bot.analysts.lexical.assertive import LEAST_WORDS, asserts, teases
from bot.analysts.lexical.markers import CORRECTION, CORRECTION_LABELS
from bot.analysts.lexical.prefilter import found
from bot.model.article import Article
from bot.model.finding import Stance
from bot.signals.quoting import hangs
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
    """The headline, or where it asks, puns or says too little, the main clause of the lead cut as it stands.

    Of a headline that ends in a question, what it says before; a lead too long to read stands behind a headline that
    names the matter.
    """
    title = headline(article.title, article.publisher.name)
    for words in (title, _before_question(title)):
        if asserts(words, article.language):
            return words
    lead = lead_clause(article)
    speaks = len(title.split()) >= LEAST_WORDS and not title.endswith(("?", "…", "..."))
    plain = speaks and not teases(title, article.language)
    if lead and asserts(lead, article.language, infinitive=False) and (len(lead) <= _LONG_CLAIM or not plain):
        return lead
    return title if speaks else lead or title


def says_nothing(article: Article) -> bool:
    """Whether the headline breaks off and neither it nor a first sentence claims anything: a remark beside a link."""
    title = headline(article.title, article.publisher.name)
    if not title.endswith(("…", "...")):
        return False
    lead = lead_clause(article)
    return not (lead and asserts(lead, article.language, infinitive=False))


def _before_question(title: str) -> str:
    """“Tribes buy the river - can this help?” → “Tribes buy the river”; "" where it is no such headline."""
    match = _QUESTION_BEHIND.match(title) if title.endswith("?") else None
    return match[1] if match else ""


_QUESTION_BEHIND = re.compile(r"(.{20,}?)(?:\.|\s[-–—]|;)\s[^.;–—]*\?$")


def lead_clause(article: Article) -> str | None:
    """The main clause, verbatim, of the first whole sentence that claims something, else of the first; None: none."""
    leads = (_clause(sentence, article.language) for sentence in _leads(article))
    first = next(leads, None)
    if first is None:
        return None
    claiming = (lead for lead in chain([first], leads) if _claims(lead, article.language))
    return next(claiming, first).rstrip(".! ") or None


def _claims(lead: str, language: str | None) -> bool:
    return asserts(lead, language, infinitive=False) and not hangs(lead)


def _leads(article: Article) -> Iterator[str]:
    """The whole sentences among the first three, without line breaks."""
    for start, end in article.sentences[:3]:
        sentence = _unquoted(" ".join(article.text[start:end].split()))
        whole = len(sentence.split()) >= _LEAST_LEAD and sentence[-1:] in '.!”"'
        if whole and not sentence.lower().startswith(("by ", "photo")):
            yield sentence


_LEAST_LEAD = 6  # words


def _unquoted(sentence: str) -> str:
    """Without the quotation marks around all of it, or around a beginning or an end that has no other mark."""
    for opening, closing in ("“”", '""'):
        inner = sentence.strip(opening + closing)
        if inner != sentence and inner.count(opening) == inner.count(closing) and inner.count('"') % 2 == 0:
            return inner
    return sentence


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
    before which somebody does something already, else up to a reason, else without the clause of time that opens it.
    Never cut before its verb, nor in brackets."""
    cut = _SOURCED.sub("", sentence)
    cut = cut if asserts(cut, language) else sentence
    if len(cut) <= _LONG_CLAIM:
        return cut
    borders = [at for mark in (", ", "; ", " – ", " — ") for at in _places(cut, mark) if at >= _SHORT_CLAIM]
    borders.sort(key=lambda at: (_PARTICIPLE.match(cut, at) is None, -at))
    reasons = [match.start() for match in _REASONS.finditer(cut, _SHORT_CLAIM, _LONG_CLAIM)]
    whole = (cut[:at] for at in (*borders, *reversed(reasons)) if _is_whole(cut[:at]))
    found = next((words for words in whole if asserts(_main(words), language, infinitive=False)), None)
    return found or _without_opening(cut, language)


def _without_opening(clause: str, language: str | None) -> str:
    """“As the harvest begins, Corvane hires …” → “Corvane hires …”; as it is where that begins in small letters."""
    match = _WHILE.match(clause)
    rest = clause[match.end() :] if match else ""
    return rest if rest[:1].isupper() and asserts(rest, language, infinitive=False) else clause


_WHILE = re.compile(
    r"(?:as|while|after|since|alors que|après que|mientras|mentre|enquanto|gdy)\b[^,]*,\s", re.IGNORECASE
)
"""A clause of time before the main one, which says its own without it; a condition (“if …”) is none."""
_PARTICIPLE = re.compile(r", [a-z]{3,}ing ")  # what it begins may be left out before anything else
_REASONS = re.compile(
    r" (?:as|after|because|amid|according to|weil|nachdem|car|après|porque|tras|perché|dopo|omdat|nadat) "
)


def _is_whole(words: str) -> bool:
    """Whether no bracket, quotation or aside between dashes is open at its end."""
    dashes = words.count(" — ") + words.count(" – ")
    pairs = (("“", "”"), ("(", ")"), ("«", "»"))
    return dashes % 2 == 0 and words.count('"') % 2 == 0 and all(words.count(a) == words.count(b) for a, b in pairs)


def _places(text: str, mark: str) -> list[int]:
    return [match.start() for match in re.finditer(mark, text[:_LONG_CLAIM])]


def _main(clause: str) -> str:
    """The clause without what stands before its subject or beside it, whose verb is not its own; "" where that is all:
    “In a speech that was awaited”, “Corvane, which makes chips”."""
    match = _SUBORDINATE.match(clause)
    if match is None and _ADVERBIAL.match(clause):
        return clause.partition(", ")[2]
    main = clause[match.end() :] if match else clause
    return _OPEN_ASIDE.sub("", _ASIDE.sub(" ", main))


_ADVERBIAL = re.compile(
    r"(?:in|at|on|with|under|during|despite|by|for|from|im|in|am|bei|mit|trotz|dans|en|au|à|avec|sous|malgré|con|durante"
    r"|nel|nella|com|op|met|bij|ondanks)\s",
    re.IGNORECASE,
)
_BESIDE = (
    r", (?:an?|the|who|whose|which|where|der|die|das|ein|eine|un|une|qui|que|quien|el|la|che|uma?|een|dat)\b"
    r"(?:[^,]|,(?=\d))*"
)
_ASIDE, _OPEN_ASIDE = re.compile(rf"{_BESIDE}, "), re.compile(rf"{_BESIDE}$")


def stance(article: Article) -> Stance | None:
    """What title and lead say the article is: a denial or a correction; None: nothing of the kind."""
    lead = " ".join(article.text[start:end] for start, end in article.sentences[:1])
    last = article.text[article.sentences[-1][0] :] if article.sentences else ""
    if CORRECTION.search(article.title) or found(_CORRECTED_TEXT, _CORRECTED_HINTS, f"{lead}\n{last}"):
        return Stance.CORRECTS
    if contrary(f"{article.title}\n{lead}"):
        return Stance.CONTRADICTS
    return None
