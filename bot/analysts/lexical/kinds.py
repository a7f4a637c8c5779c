"""Classify what kind of text an article is, and decide whether and why it is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from bot.analysts.lexical import markers, prefilter
from bot.analysts.lexical.lexicon_hits import Hits
from bot.analysts.lexical.subjects import LEAST
from bot.analysts.lexical.token_features import AMOUNT, PAID, SELF, rows
from bot.analysts.lexical.words import TITLE, Scan
from bot.model.article import Article
from bot.model.finding import ArticleKind, Dimension, Rejection, Stance

READ_BY = "extractive"

_STAMP = re.compile(r"[\n.]\s+\d{1,2}[:.]\d{2}\s?(?:am|pm|GMT|BST|CET|CEST|ET|UTC)?\b(?!\s?per)")
_FIRST_PERSON = {
    "en": re.compile(r"(?<![\w’'])(?:I|I[’']m|I[’']ve|me|my|myself)(?!\w)"),
    "de": re.compile(r"\b(?:[Ii]ch|mir|mich|[Mm]eine[rnms]?|[Mm]ein)\b"),
    "fr": re.compile(r"\b(?:[Jj]e|[Mm]on|[Mm]oi|[Mm]es)\b|\b[Jj][’']"),
    "es": re.compile(r"\b(?:[Yy]o|mí|[Mm]is|creo|pienso|me)\b"),
    "it": re.compile(r"\b(?:[Ii]o|[Mm]i[oaei]|miei|credo|penso)\b"),
    "pt": re.compile(r"\b(?:[Ee]u|[Mm]inhas?|[Mm]eus?|mim|acho)\b"),
    "pl": re.compile(r"\b(?:[Jj]a|mnie|mi|mną|[Mm]ój|[Mm]oja|[Mm]oje|[Mm]oim|uważam|myślę|sądzę)\b"),
    "nl": re.compile(r"\b(?:[Ii]k|mij|[Mm]ijn)\b"),
}
_SPEECH = re.compile(r"[“„\"][^”“\"]*[”“\"]|[«»][^«»]*[»«]")
_ABOUT = re.compile(
    r"(?:^|\n)\s*About [A-Z]\w+|###"
    r"|(?:^|\n)\s*(?:Über|À propos d[eu’']|Acerca de|Sobre|Informazioni su|Chi è|Over|O firmie)"
    r"\s?[A-ZÀ-Þ][\w&. -]{1,40}\s*(?:$|\n|:)"
)
_ABOUT_HINTS = (
    "About ", "###", "Über", "À propos d", "Acerca de", "Sobre", "Informazioni su", "Chi è", "Over", "O firmie",
)  # fmt: skip
"""Every match of _ABOUT contains one of these."""
_LISTED_BY = 4
"""“Nine cheap desk gadgets” says what it lists within its first words; “Two men arrested in new ways” does not."""
_HEAD, _TAIL = 70, 140
"""Number of tokens at the beginning and the end of a text that are searched for signs of its kind."""

SHORTEST = 12
"""Minimum number of words of title and text together; shorter articles are left out."""
_SUBJECT_STRONG = 7.0
_SUBJECT_RATIO = {"sport": 0.9, "celebrity": 1.2, "service": 0.5}
"""A subject is left out where its words reach this share of the best dimension's."""

WORDS = {
    "sport": "It is about sport.",
    "celebrity": "It is about celebrities or entertainment.",
    "service": "It is a service item, such as a horoscope, a forecast or a puzzle.",
    "press release": "It is a press release: a firm about itself.",
    "opinion": "It is an opinion piece; it argues rather than reports.",
    "live blog": "It is a live blog; its text changes as it goes.",
    "listicle": "It is a list of tips or finds, not news.",
    "sponsored": "It is paid for: an advertisement or a sale.",
    "page": "It is a standing page of a site, such as an imprint or a policy.",
    "puzzle": "It is a quiz or a puzzle.",
    "review": "It reviews or presents a film, a book, a game or the like.",
    "programme": "It announces a programme or an episode.",
    "thin": "There is too little text to read anything from it.",
    "nothing structural": "It reports nothing that changes how a market, a society or a state works.",
}
"""Each reason's sentence for a person."""


def kind(scan: Scan, hits: Hits, stance: Stance | None) -> ArticleKind:
    """Classify by title, link and typical wording; news where nothing else is evident."""
    article = scan.article
    if stance is Stance.CORRECTS:
        return ArticleKind.CORRECTION
    marks = _marks(scan, hits)
    if markers.is_advert(article.title, article.link):
        return ArticleKind.SPONSORED
    if markers.is_ranked(article.title) or (marks["listed in title"] and markers.COUNTED.search(article.title)):
        return ArticleKind.LISTICLE
    return _kind_by_text(scan, marks)


def _kind_by_text(scan: Scan, marks: Counter[str]) -> ArticleKind:
    article = scan.article
    if markers.opens_as_advert(article.text) or (_may_hold(scan, PAID) and markers.discloses(article.text)):
        return ArticleKind.SPONSORED
    if marks["live in title"] or markers.is_live(article.title, article.link) or _is_ticker(scan):
        return ArticleKind.LIVE_BLOG
    if markers.is_release(article.title, article.text) or _is_release(article, marks):
        return ArticleKind.PRESS_RELEASE
    if marks["column"] or _is_opinion(scan):
        return ArticleKind.OPINION
    return ArticleKind.ANALYSIS if markers.is_analysis(article.title) else ArticleKind.NEWS


def _is_release(article: Article, marks: Counter[str]) -> bool:
    """Whether it is a press release. Boasts alone are not enough: news quotes firms that praise themselves, too."""
    signed = marks["release"] + prefilter.found(_ABOUT, _ABOUT_HINTS, article.text[-900:])
    return signed >= 1 and signed + min(marks["boast"], 3) / 2 >= 1.5


def _is_ticker(scan: Scan) -> bool:
    """Whether entries with their times follow each other."""
    return _may_hold(scan, AMOUNT, _ENTRIES, in_a_row=2) and len(_STAMP.findall(scan.article.text[:4000])) >= _ENTRIES


_ENTRIES = 4


def _may_hold(scan: Scan, hint: int, least: int = 1, *, in_a_row: int = 1) -> bool:
    """Cheap test whether `least` words carry the hint (`in_a_row` consecutive), before an expensive search."""
    return bool(scan.shunned) or rows(scan.hints, hint, in_a_row) >= least


def _marks(scan: Scan, hits: Hits) -> Counter[str]:
    """How often each kind's words stand at the ends of the text (a firm's boasts: anywhere), and in the title."""
    head, tail = scan.title[1] + _HEAD, len(scan.raw) - _TAIL
    found: Counter[str] = Counter()
    for group in _KIND_LISTS:
        for at, _ in hits.get(group, ()):
            if scan.where[at] == TITLE and (group != "listed" or at <= _LISTED_BY):
                found[f"{group} in title"] += 1
            if at < head or at >= tail or group == "boast":
                # A newswire's own mark at the top settles it; the same words below may be someone else's release.
                found[group] += 2 if group == "release" and at < head else 1
    return found


_KIND_LISTS = ("live", "column", "release", "boast", "listed")


def _is_opinion(scan: Scan) -> bool:
    """A column says so in title or link, or its author speaks in the first person outside quotation marks."""
    article = scan.article
    if markers.is_opinion(article.title, article.link):
        return True
    person = _FIRST_PERSON.get(article.language or "en", _FIRST_PERSON["en"])
    if person is _FIRST_PERSON["en"] and not _may_hold(scan, SELF, _SPEAKS):
        return False
    sample = article.text[:3000]
    if len(person.findall(sample)) < _SPEAKS:
        return False
    said = _SPEECH.sub("", sample)
    return len(person.findall(said)) >= max(_SPEAKS, len(said) // 250)


_SPEAKS = 5


_KIND_REASONS = {
    ArticleKind.SPONSORED: "sponsored",
    ArticleKind.LIVE_BLOG: "live blog",
    ArticleKind.PRESS_RELEASE: "press release",
    ArticleKind.OPINION: "opinion",
    ArticleKind.LISTICLE: "listicle",
}


def reason(scan: Scan, kind: ArticleKind, sums: Mapping[str, float]) -> str | None:
    """Why the article is left out, a key of WORDS; None: it is read."""
    if kind in _KIND_REASONS:
        return _KIND_REASONS[kind]
    if standing := _is_no_report(scan.article):
        return standing
    best = max(sums.get(dimension, 0.0) for dimension in Dimension)
    for subject, ratio in _SUBJECT_RATIO.items():
        strength = sums.get(subject, 0.0)
        if strength >= _SUBJECT_STRONG and strength >= ratio * best:
            return subject
    if len(scan.raw) < SHORTEST or not scan.quotable():
        return "thin"
    return "nothing structural" if best < LEAST else None


def _is_no_report(article: Article) -> str | None:
    """By title and first sentence: what reports nothing, whatever its words are about."""
    title, lead = article.title, article.text[slice(*article.sentences[0])] if article.sentences else ""
    if markers.is_page(title):
        return "page"
    if not markers.may_report_nothing(f"{title}\n{lead}"):
        return None
    if markers.is_puzzle(title, lead):
        return "puzzle"
    if markers.presents_work(title, lead):
        return "review"
    return "programme" if markers.is_programme(title, lead) else None


def rejection(article: Article, reason: str) -> Rejection:
    return Rejection(article.id, reason, WORDS[reason], READ_BY)
