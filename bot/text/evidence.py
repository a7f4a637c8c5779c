"""Turn sentence numbers into verbatim quotes, check quotes against their text, and link to them.

Words that an analyst (a language model, for instance) returns are never shown: they are looked for in the stored text,
and a quote is always text[start:end]. Words that are not found are ignored.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import quote as percent_encode

from bot.model.article import Article
from bot.model.evidence import Evidence, Span
from bot.model.finding import Pick
from bot.text.cleaning import replace_characters

ANCHOR_WORDS = 6
ANCHOR_LENGTH = 80  # code points; a script without blanks would make a whole clause one word
LONGEST_SOUGHT = 500  # code points; longer words are no opening, closing or anchor, and take long to look for
FRAGMENT_EXACT = 160  # code points; a link to a longer quote gives its first and last words only

_DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣-", "-")
_SINGLE = dict.fromkeys("‘’‚‛′ʼ`", "'")
_DOUBLE = dict.fromkeys("“”„‟″«»〝〞", '"')
_ACUTE = "\u0301"  # by itself it is used as an apostrophe, as in “it´s”
_PLAIN = _DASHES | _SINGLE | _DOUBLE
_WORD = re.compile(r"\S+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Kana and Han: scripts that put no blank between words (UAX #29, section 4)."""


# --- normalising, with a map back ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Folded:
    """A text folded for matching; character i of `text` comes from spans[i] of the original.

    One original character may fold to several (a ligature) and several to one (a run of blanks, a letter with its
    combining marks), so a match must begin and end at the limits of a span.
    """

    text: str
    spans: tuple[Span, ...]

    def begins(self, at: int) -> bool:
        """Whether a match may begin at folded offset `at`."""
        return at == 0 or self.spans[at - 1] != self.spans[at]

    def ends(self, at: int) -> bool:
        """Whether a match may end before folded offset `at`."""
        return at == len(self.spans) or self.spans[at - 1] != self.spans[at]


def folded(text: str) -> Folded:
    """Normalise case, compatibility forms, quotes, dashes, zero-width characters and blanks; keep the original offsets.

    Uses NFKD and not NFKC: both make the same texts equal, and decomposing needs no lookahead.
    """
    out: list[str] = []
    spans: list[Span] = []
    for start, end in _clusters(text):
        piece = _fold(text[start:end])
        if out and piece == out[-1] and (piece == " " or (piece == "-" and spans[-1][1] == start)):
            spans[-1] = (spans[-1][0], end)
        else:
            out.extend(piece)
            spans.extend([(start, end)] * len(piece))
    return Folded("".join(out), tuple(spans))


def _clusters(text: str) -> list[Span]:
    """Spans of each character together with the combining marks after it."""
    if text.isascii():
        return [(i, i + 1) for i in range(len(text))]
    starts = [i for i, char in enumerate(text) if i == 0 or not unicodedata.combining(char)]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


@lru_cache(maxsize=4096)
def _fold(cluster: str) -> str:
    """The folded form of one cluster; empty for invisible characters."""
    if cluster.isspace():
        return " "
    plain = "".join(_PLAIN.get(char, char) for char in cluster if not _invisible(char))
    flat = _decomposed(_decomposed(plain).casefold())
    if flat == _ACUTE:
        return "'"
    return "".join(_PLAIN.get(char, " " if char.isspace() else char) for char in flat)


def _decomposed(plain: str) -> str:
    """NFKD, without the blank that it puts before a mark that stands alone (“¯”)."""
    return unicodedata.normalize("NFKD", plain).lstrip(" ")


def _invisible(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f"


def spans_of(words: str, text: str) -> list[Span]:
    """Spans of `text` where `words` occur after folding; whole words only, in order, overlaps included.

    None of words longer than LONGEST_SOUGHT.
    """
    if len(words) > LONGEST_SOUGHT:
        return []
    even, sought = _folded_in_place(text), _folded_in_place(words)
    if even is not None and sought is not None:
        return _places(sought.strip(), even)
    needle = folded(words).text.strip()
    if not needle:
        return []
    hay = folded(text)
    found: list[Span] = []
    at = hay.text.find(needle)
    while at >= 0:
        end = at + len(needle)
        if hay.begins(at) and hay.ends(end) and _whole(hay.text, at, end):
            found.append((hay.spans[at][0], hay.spans[end - 1][1]))
        at = hay.text.find(needle, at + 1)
    return found


def _folded_in_place(text: str) -> str | None:
    """The folded text if folding provably keeps every offset (the common, fast case); else None."""
    plain = text.replace("`", "'")
    if not plain.isascii():
        plain = replace_characters(plain, _PLAIN)
    if plain.isascii() and plain.isprintable() and "  " not in plain and "--" not in plain:
        return plain.lower()
    return None


def _places(needle: str, hay: str) -> list[Span]:
    found: list[Span] = []
    at = hay.find(needle) if needle else -1
    while at >= 0:
        end = at + len(needle)
        if _whole(hay, at, end):
            found.append((at, end))
        at = hay.find(needle, at + 1)
    return found


def _whole(text: str, start: int, end: int) -> bool:
    return _border(text, start) and _border(text, end)


def _border(text: str, at: int) -> bool:
    """Whether offset `at` lies between words: “able” is not found inside “unable”."""
    if at in (0, len(text)):
        return True
    left, right = text[at - 1], text[at]
    if not text.isascii() and (_UNSPACED.match(left) or _UNSPACED.match(right)):
        return True
    return not (left.isalnum() and right.isalnum())


# --- cutting ---------------------------------------------------------------------------------------------------------


def cut(article: Article, pick: Pick) -> Evidence | None:
    """The quote that `pick` points at, never empty; None if the article has no such sentences."""
    if not 0 <= pick.first <= pick.last < len(article.sentences):
        return None
    start, end = _trim(article.text, article.sentences[pick.first], article.sentences[pick.last], pick)
    start, end = _stripped(article.text, start, end)
    if start >= end:
        return None
    anchor_start, anchor_end = _anchor(article.text[start:end], pick.anchor)
    return Evidence(article.id, start, end, start + anchor_start, start + anchor_end, article.text[start:end])


def _trim(text: str, first: Span, last: Span, pick: Pick) -> Span:
    """The sentences cut to the pick's opening and closing words, where these are found in the first and last one."""
    start, end = first[0], last[1]
    if not 0 <= start < end <= len(text):
        return 0, 0
    opened = _opened(text, start, end, first[1], pick.opening)
    return opened[0], _closed(text, opened, end, last[0], pick.closing)


def _opened(text: str, start: int, end: int, before: int, words: str | None) -> Span:
    """Span of the opening words if they begin before offset `before`; else the empty span at `start`."""
    found = spans_of(words, text[start:end]) if words else []
    if found and start + found[0][0] < before:
        return start + found[0][0], start + found[0][1]
    return start, start


def _closed(text: str, opened: Span, end: int, after: int, words: str | None) -> int:
    """The end of the last closing words that end beyond offset `after` and not within the opening ones; else `end`."""
    found = spans_of(words, text[opened[0] : end]) if words else []
    ends = [opened[0] + stop for _, stop in found]
    return max((stop for stop in ends if stop >= opened[1] and stop > after), default=end)


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _anchor(quote: str, words: str | None) -> Span:
    """Span within the quote to highlight: the anchor words if found, else the quote's first words."""
    if words and (found := spans_of(words, quote)):
        return found[0]
    return _opening(quote)


def _opening(quote: str) -> Span:
    words = [m.span() for m in islice(_WORD.finditer(quote), ANCHOR_WORDS)]
    fitting = [end for _, end in words if end - words[0][0] <= ANCHOR_LENGTH]
    end = fitting[-1] if fitting else _cluster_end(quote, ANCHOR_LENGTH)
    inner = _bare(quote, words[0][0], end)
    return inner if inner[0] < inner[1] else (words[0][0], end)


def _cluster_end(text: str, at: int) -> int:
    """The first offset from `at` on that does not separate a letter from its combining marks."""
    while at < len(text) and unicodedata.combining(text[at]):
        at += 1
    return at


def _bare(text: str, start: int, end: int) -> Span:
    """The span without blanks and punctuation at its ends."""
    while start < end and _mark(text[start]):
        start += 1
    while start < end and _mark(text[end - 1]):
        end -= 1
    return start, end


def _mark(char: str) -> bool:
    return char.isspace() or unicodedata.category(char)[0] in "PZ"


# --- checking and linking ------------------------------------------------------------------------------------------


def holds(evidence: Evidence, text: str) -> bool:
    """Whether the text has the quote at its offsets and the anchor lies inside the quote."""
    inside = 0 <= evidence.start <= evidence.anchor_start < evidence.anchor_end <= evidence.end <= len(text)
    return inside and text[evidence.start : evidence.end] == evidence.quote


def fragment(link: str, quote: str) -> str:
    """The link with a text fragment that scrolls to the quote; the link alone if the quote has no words.

    Syntax and the characters to encode: WICG, "URL Fragment Text Directives" (https://wicg.github.io/scroll-to-text-fragment/).
    A long quote, or one across paragraphs, is given by its first and last words.
    """
    start, end = _bare(quote, 0, len(quote))
    if start >= end:
        return link
    directive = ",".join(_encoded(piece) for piece in _ends(quote[start:end]))
    base, mark, place = link.partition("#")
    place = place.partition(":~:")[0] if mark else ""
    return f"{base}#{place}:~:text={directive}"


def _ends(words: str) -> tuple[str, ...]:
    if len(words) <= FRAGMENT_EXACT and "\n" not in words:
        return (words,)
    pieces = [m.span() for m in _WORD.finditer(words)]
    if len(pieces) < 2 * ANCHOR_WORDS:
        half = min(len(words) // 2, FRAGMENT_EXACT // 4)
        first, last = words[:half].partition("\n")[0], words[-half:].rpartition("\n")[2]
    else:
        first = words[: pieces[ANCHOR_WORDS - 1][1]].partition("\n")[0]
        last = words[pieces[-ANCHOR_WORDS][0] :].rpartition("\n")[2]
    return (first.strip(), last.strip())


def _encoded(words: str) -> str:
    """Percent-encoded; "-", "," and "&" are syntax inside a directive, so they are encoded too."""
    flat = " ".join(words.split())
    return percent_encode(flat, safe="", errors="replace").replace("-", "%2D")
