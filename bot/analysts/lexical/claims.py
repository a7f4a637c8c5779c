"""What an article claims, in its own words: its headline without labels and credits, or its lead."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from bot.analysts.lexical.assertive import LEAST_WORDS, asserts, teases
from bot.analysts.lexical.markers import CORRECTION, CORRECTION_LABELS
from bot.analysts.lexical.prefilter import found
from bot.analysts.lexical.words import Scan
from bot.model.article import Article
from bot.model.finding import Stance
from bot.signals.quoting import hangs
from bot.text.word_lists import contrary

_WIRE_PREFIXES = "update|corrected|refile|rpt|wrapup|exclusive|breaking|factbox|insight|focus|live"
_LABELS = (
    "breaking|breaking news|exclusive|updated?|updates|live|watch|video|listen|podcast|photos|in pictures|analysis"
    "|explainer"
    "|explained|report|opinion|comment|editorial|feature|interview|news|just in"
    "|developing|sponsored|press release|eilmeldung|exklusiv|kommentar|analyse|exclusif|en direct|exclusiva|en vivo"
    "|ultima ora|diretta"
    "|liveticker|liveblog|direct|en directo|reportage|entretien|entrevista|intervista|hintergrund|meinung|anzeige"
    "|opinie|opinión|opinione|vidéo|vídeo|última hora|persbericht|pressemitteilung|comunicato stampa"
    "|nota de prensa"
)
_PREFIX_LABELS = re.compile(
    rf"^\W*(?:(?:(?:{_WIRE_PREFIXES})\s?\d*-|(?:{_LABELS}|{CORRECTION_LABELS})\s?[:|–—]|(?:{_LABELS})\s-\s)\s*)+",
    re.IGNORECASE,
)
_LAST_PART = re.compile(r"\s(?:[|•·»]|[-–—]{1,2})\s([^|•·]{2,40})$")
_AGENCY_CREDITS = r"Reuters|AP|AFP|dpa|ANSA|Bloomberg|video|photos?|update\s?\d*|exclusive|paywall|\w+\.(?:com|org|net)"
_CREDIT_IN_BRACKETS = re.compile(rf"\s*\((?:{_AGENCY_CREDITS}|{CORRECTION_LABELS})\)\s*$", re.IGNORECASE)
_CORRECTION_NOTE = re.compile(
    r"an earlier version of this (?:article|story|report)"
    r"|this (?:article|story|report) (?:has been|was) (?:corrected|amended|withdrawn|retracted|taken down)"
    r"|we (?:have )?(?:withdrawn|withdrew|retracted|retract) (?:this|the|our|an earlier) (?:article|story|report)"
    r"|we (?:wrongly|incorrectly|mistakenly) (?:reported|stated|said)"
    r"|corrects (?:the )?(?:figure|name|number|paragraph|earlier)"
    r"|in einer (?:früheren|vorherigen|ersten) (?:version|fassung) dieses (?:artikels|textes|berichts)"
    r"|une version (?:précédente|antérieure) de cet article|una versión anterior de (?:este artículo|esta noticia)"
    r"|una versione precedente di questo articolo|uma versão anterior deste (?:artigo|texto)"
    r"|een eerdere versie van dit artikel|wcześniejsza wersja tego (?:artykułu|tekstu)",
    re.IGNORECASE,
)
_CORRECTION_HINTS = (
    "version",
    "versión",
    "versione",
    "versão",
    "wersja",
    "fassung",
    "correct",
    "amended",
    "withdr",
    "retract",
    "taken down",
    "wrongly",
    "mistakenly",
)
"""Each match of _CORRECTION_NOTE holds at least one of these, in lower case."""
_OUTLET_WORDS = frozenset(
    {
        "Times", "News", "Post", "Guardian", "Journal", "Herald", "Tribune", "Telegraph", "Gazette", "Ledger",
        "Courier",
        "Observer", "Review", "Standard", "Chronicle", "Mail", "Mirror", "Independent", "Reuters", "Bloomberg", "BBC",
        "Online", "Magazine", "Daily", "Today", "Wire", "Dispatch", "Economist", "Zeitung", "Spiegel", "Welt", "Monde",
        "CNN", "Figaro", "País", "Mundo", "Repubblica", "Sera", "Globo", "Folha",
    }
)  # fmt: skip
_LEAST_CLAIM, _MOST_CLAIM = 40, 160
"""Characters of a claim that is cut out of a longer sentence; one of 160 is still read at a glance. By judgement;
`python -m tests.bench judged FOLDER` prints the share of titles that are whole claims."""
_MARKS_OF_LABELS = "|•·»-–—:"
"""Each match of _PREFIX_LABELS holds one of these marks, and each publisher at the end stands behind one."""


@lru_cache(maxsize=1 << 12)  # asked for again as often as what it claims
def headline(title: str, publisher: str = "") -> str:
    """The headline without labels and credits: “UPDATE 2-”, “Live:”, “ - The Guardian”, “(Reuters)”.

    A suffix is taken for a publisher's where it is its name, or short and capitalised after a dash or bar.
    """
    plain = " ".join(title.split())
    if ")" in plain:
        plain = _CREDIT_IN_BRACKETS.sub("", plain)
    if not any(map(plain.__contains__, _MARKS_OF_LABELS)):
        return plain
    match = _LAST_PART.search(plain)
    if match and _is_outlet(match.group(1), publisher, plain[match.start() :].strip()[0]):
        plain = plain[: match.start()]
    bare = _PREFIX_LABELS.sub("", plain)
    return (bare if len(bare.split()) >= 2 else plain).strip()


def _is_outlet(suffix: str, publisher: str, mark: str) -> bool:
    folded = suffix.lower().removeprefix("the ")
    if publisher and folded == publisher.lower().removeprefix("the "):
        return True
    words = suffix.split()
    named = len(words) <= 4 and all(word[0].isupper() or word in ("of", "the", "&") for word in words)
    return named and (mark in "|•·»" or words[-1].rstrip(".") in _OUTLET_WORDS or "." in suffix or len(words) == 1)


def claim(article: Article) -> str:
    """The headline; where it asks, plays on words or says too little, the main clause of the lead, verbatim.

    Of a headline that ends in a question, what it says before; a lead too long to read stands behind a headline that
    names the matter.
    """
    title = headline(article.title, article.publisher.name)
    for words in (title, _statement_before_question(title)):
        if asserts(words, article.language):
            return words
    lead = lead_clause(article)
    speaks = len(title.split()) >= LEAST_WORDS and not title.endswith(("?", "…", "..."))
    plain = speaks and not teases(title, article.language)
    if lead and asserts(lead, article.language, infinitive=False) and (len(lead) <= _MOST_CLAIM or not plain):
        return lead
    return title if speaks else lead or title


def says_nothing(article: Article) -> bool:
    """Whether the headline breaks off (“…”) and neither it nor the lead claims anything, as in a remark on a link."""
    title = headline(article.title, article.publisher.name)
    if not title.endswith(("…", "...")):
        return False
    lead = lead_clause(article)
    return not (lead and asserts(lead, article.language, infinitive=False))


def _statement_before_question(title: str) -> str:
    """“Tribes buy the river - can this help?” → “Tribes buy the river”; "" where it is no such headline."""
    match = _STATEMENT_AND_QUESTION.match(title) if title.endswith("?") else None
    return match[1] if match else ""


_STATEMENT_AND_QUESTION = re.compile(r"(.{20,}?)(?:\.|\s[-–—]|;)\s[^.;–—]*\?$")


def lead_clause(article: Article) -> str | None:
    """The main clause, verbatim, of the first whole sentence that claims something, else of the first; None: none."""
    leads = (_main_claim(sentence, article.language) for sentence in _lead_sentences(article))
    first = next(leads, None)
    if first is None:
        return None
    claiming = (lead for lead in chain([first], leads) if _claims(lead, article.language))
    return next(claiming, first).rstrip(".! ") or None


def _claims(lead: str, language: str | None) -> bool:
    return asserts(lead, language, infinitive=False) and not hangs(lead)


def _lead_sentences(article: Article) -> Iterator[str]:
    """The whole sentences among the first three, without line breaks."""
    for start, end in article.sentences[:3]:
        sentence = _without_outer_quotes(" ".join(article.text[start:end].split()))
        whole = len(sentence.split()) >= _LEAST_LEAD_WORDS and sentence[-1:] in '.!”"'
        if whole and not sentence.lower().startswith(("by ", "photo")):
            yield sentence


_LEAST_LEAD_WORDS = 6  # words


def _without_outer_quotes(sentence: str) -> str:
    """Without the quotation marks around all of it, or around a beginning or an end that has no other mark."""
    for opening, closing in ("“”", '""'):
        inner = sentence.strip(opening + closing)
        if inner != sentence and inner.count(opening) == inner.count(closing) and inner.count('"') % 2 == 0:
            return inner
    return sentence


_TRAILING_ATTRIBUTION = re.compile(
    r"(?:,[’”\"]? (?:said|says|sagte|dijo|disse|zei|a déclaré|ha detto|powiedział|powiedziała|podał|podała) "
    r"|,? (?:according to|laut|selon|según"
    r"|secondo|segundo|volgens|według|zdaniem) )[^,]{3,80}\.?$"
)
_OPENING_SUBORDINATE_CLAUSE = re.compile(
    r"(?:as|when|while|after|before|since|if|although|though|because|asked|once|als|während|nachdem|wenn"
    r"|alors que|après|lorsque|mientras|cuando|tras|mentre|quando|dopo|enquanto|após|terwijl|nadat|toen|gdy|kiedy"
    r"|ponieważ|jeśli|podczas gdy)\b[^,]*,\s",
    re.IGNORECASE,
)


def _main_claim(sentence: str, language: str | None = "en") -> str:
    """The sentence without a trailing “, according to …” or “, said …”, shortened where it is still too long.

    It then ends at the last border between clauses before which it has a verb, else before the reason (“because …”),
    else it begins behind a temporal clause. It is never cut before its verb or inside brackets."""
    cut = _TRAILING_ATTRIBUTION.sub("", sentence)
    cut = cut if asserts(cut, language) else sentence
    if len(cut) <= _MOST_CLAIM:
        return cut
    borders = [at for mark in (", ", "; ", " – ", " — ") for at in _positions(cut, mark) if at >= _LEAST_CLAIM]
    borders.sort(key=lambda at: (_PARTICIPIAL_CLAUSE.match(cut, at) is None, -at))
    reasons = [match.start() for match in _REASON_CONJUNCTION.finditer(cut, _LEAST_CLAIM, _MOST_CLAIM)]
    whole = (cut[:at] for at in (*borders, *reversed(reasons)) if _is_balanced(cut[:at]))
    found = next((words for words in whole if asserts(_main_clause(words), language, infinitive=False)), None)
    return found or _without_temporal_clause(cut, language)


def _without_temporal_clause(clause: str, language: str | None) -> str:
    """“As the harvest begins, Corvane hires …” → “Corvane hires …”; as it is where that begins in small letters."""
    match = _OPENING_TEMPORAL_CLAUSE.match(clause)
    rest = clause[match.end() :] if match else ""
    return rest if rest[:1].isupper() and asserts(rest, language, infinitive=False) else clause


_OPENING_TEMPORAL_CLAUSE = re.compile(
    r"(?:as|while|after|since|alors que|après que|mientras|mentre|enquanto|gdy)\b[^,]*,\s", re.IGNORECASE
)
"""A temporal clause before the main clause. It can be left out without changing what is claimed; “if …” cannot."""
_PARTICIPIAL_CLAUSE = re.compile(r", [a-z]{3,}ing ")  # “, reflecting a fall in prices”: the first to be left out
_REASON_CONJUNCTION = re.compile(
    r" (?:as|after|because|amid|according to|weil|nachdem|car|après|porque|tras|perché|dopo|omdat|nadat) "
)


def _is_balanced(words: str) -> bool:
    """Whether no bracket, quotation mark or pair of dashes is left open at the end."""
    dashes = words.count(" — ") + words.count(" – ")
    pairs = (("“", "”"), ("(", ")"), ("«", "»"))
    return dashes % 2 == 0 and words.count('"') % 2 == 0 and all(words.count(a) == words.count(b) for a, b in pairs)


def _positions(text: str, mark: str) -> list[int]:
    return [match.start() for match in re.finditer(mark, text[:_MOST_CLAIM])]


def _main_clause(clause: str) -> str:
    """The clause without adverbials, subordinate clauses and appositions, since a verb in one of those is not its own.

    "" where nothing is left: “In a speech that was awaited”."""
    match = _OPENING_SUBORDINATE_CLAUSE.match(clause)
    if match is None and _OPENING_ADVERBIAL.match(clause):
        return clause.partition(", ")[2]
    main = clause[match.end() :] if match else clause
    return _OPEN_APPOSITION.sub("", _CLOSED_APPOSITION.sub(" ", main))


_OPENING_ADVERBIAL = re.compile(
    r"(?:in|at|on|with|under|during|despite|by|for|from|im|in|am|bei|mit|trotz|dans|en|au|à|avec|sous|malgré|con|durante"
    r"|nel|nella|com|op|met|bij|ondanks)\s",
    re.IGNORECASE,
)
_APPOSITION = (
    r", (?:an?|the|who|whose|which|where|der|die|das|ein|eine|un|une|qui|que|quien|el|la|che|uma?|een|dat)\b"
    r"(?:[^,]|,(?=\d))*"
)
_CLOSED_APPOSITION, _OPEN_APPOSITION = re.compile(rf"{_APPOSITION}, "), re.compile(rf"{_APPOSITION}$")


def stance(scan: Scan) -> Stance | None:
    """What title and lead say the article is: a denial or a correction; None: nothing of the kind."""
    article = scan.article
    lead = " ".join(article.text[start:end] for start, end in article.sentences[:1])
    last = article.text[article.sentences[-1][0] :] if article.sentences else ""
    if CORRECTION.search(article.title) or found(_CORRECTION_NOTE, _CORRECTION_HINTS, f"{lead}\n{last}"):
        return Stance.CORRECTS
    may_deny = scan.shunned or any(word.contrary for word in scan.words[: bisect_right(scan.where, 0)])
    if may_deny and contrary(f"{article.title}\n{lead}"):
        return Stance.CONTRADICTS
    return None
