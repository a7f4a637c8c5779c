"""What a demanding reader asks of a title, a quote, an anchor, an analysis, an actor and an answer, as rules.

Where the judgements say how it is, they are followed; these rules are for what is shown now and was not shown then.
They know English only, as the judged mornings do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from bot.analysts.lexical.assertive import asserts
from bot.analysts.lexical.claims import headline
from bot.model.article import Article
from bot.model.evidence import Evidence
from bot.model.signal import Signal
from bot.text import word_lists
from bot.text.segmentation import sentences
from bot.text.term_weights import prior_rates
from bot.text.tokenisation import fold, terms


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


REFUSED = "The sources do not say"
_WORD = re.compile(r"\w[\w’'.-]*\w|\w")
_OPENERS = re.compile(r"^(?:but|and|yet|so|or|for now|meanwhile|still|however|\d+,)\b", re.IGNORECASE)
_LIGHT_ENDS = frozenset(
    _listed("""
    a an the of in on at to for from by with and or but as than that which who whom is are was were be been being has
    have had do does did will would can could may might must should not no its his her their our your my this these
    those it he she they we i you into over under after before about against between during through more most very
    said says also if when while because so such
""")
)
_SUBORDINATE = frozenset(_listed("as while when since after before although though because if despite amid with"))
_GLUED = re.compile(r"^[\w. ]{2,40}(?: and [\w. ]{2,40})?: ")
LEAST_ANCHOR, MOST_ANCHOR = 2, 9  # words
MOST_ACTORS = 6
FEW = 3  # sentences


def content(words: str) -> frozenset[str]:
    """Stems that carry meaning; "under 16s" are of the age of 16."""
    plain = re.sub(r"\b(\d+)s\b", r"\1", words)
    return frozenset(each for each in terms(plain, "en") if len(each) > 2 or each.isdigit())


# --- titles and quotes ---------------------------------------------------------------------------------------------


def title_stands(signal: Signal, texts: Sequence[Article], strangers: Collection[str]) -> bool:
    """A claim (somebody does something), whole (a headline, or a sentence to its end or to a border of clauses), of an
    article that belongs to the signal."""
    title = signal.title.rstrip(".")
    own = [text for text in texts if text.title not in strangers]
    if not asserts(title) or title.count("“") != title.count("”") or title.count('"') % 2:
        return False
    if any(fold(headline(text.title, text.publisher.name)).startswith(fold(title)) for text in own):
        return True
    leads = (" ".join(text.text[start:end].split()) for text in own for start, end in text.sentences[:3])
    return any(_to_a_border(title, lead) for lead in leads)


def _to_a_border(title: str, sentence: str) -> bool:
    """Whether the sentence begins so and what follows may be left out: it is over, or a reason, a source, or a comma
    with a participle (“…, reflecting a fall in prices”) follows."""
    at = sentence.find(title)
    rest = sentence[at + len(title) :]
    return 0 <= at <= 40 and bool(
        re.match(r"[.!”\"]*$|,? (?:according to|said|says|as|after|because|amid)\b|, [a-z]{3,}ing\b|[;–—]", rest)
    )


def evidences(quote: str, title: str, good: Iterable[str]) -> bool:
    """A quote that a judge took for good, or one that says a third of what the title says and two words of it at
    least, does not merely repeat the title, and does not begin as an aside."""
    folded = fold(quote)
    if any(fold(each) in folded for each in good):
        return True
    wanted = content(title)
    shared = len(wanted & content(quote))
    repeats = folded.strip(" .") == fold(title).strip(" .")
    return shared >= 2 and shared * 3 >= len(wanted) and not repeats and not _OPENERS.match(quote)


# --- anchors -------------------------------------------------------------------------------------------------------


def anchored(evidence: Evidence) -> bool:
    """More than an opening (it does not simply begin the quote unless the quote is short, and has two words or more),
    ends on a telling word, and cuts no name: no capitalised word stands right before or behind a capitalised end."""
    quote, anchor = evidence.quote, evidence.anchor
    words = _WORD.findall(anchor)
    at = quote.find(anchor)
    if not LEAST_ANCHOR <= len(words) <= MOST_ANCHOR and not any(each[0].isdigit() for each in words):
        return False
    if fold(words[-1]) in _LIGHT_ENDS or (at == 0 and not _telling(words, quote)):
        return False
    before, behind = quote[:at].rstrip(" "), quote[at + len(anchor) :]
    follows = re.match(r"[ -]([A-Z][\w’'-]*)", behind)
    cut_behind = words[-1][0].isupper() and follows is not None
    last = re.search(r"([A-Z][\w’'-]*) $", quote[:at])
    cut_before = words[0][0].isupper() and last is not None and (at - len(last[0]) > 0) and len(before) > 0
    mid_word = bool(re.match(r"\w", behind)) or bool(re.search(r"\w$", quote[:at]))
    return not (cut_behind or cut_before or mid_word)


def _telling(words: Sequence[str], quote: str) -> bool:
    """At a quote's beginning only what says something: four words or more of which two are uncommon."""
    telling = [each for each in words if fold(each) not in _LIGHT_ENDS]
    if fold(words[0]) in _SUBORDINATE:
        return False
    return len(_WORD.findall(quote)) <= 8 or (len(words) >= 4 and len(telling) >= 3)


# --- analyses ------------------------------------------------------------------------------------------------------


def unreadable(analysis: str, quote: str, title: str, available: int) -> str | None:
    """Why an analysis does not read well; None: it does.

    Two to four whole sentences, of which none is the card's quote, the title, or said twice; no publisher glued before
    a sentence; none that begins as an answer to what is not there; none beyond 320 characters. Where the texts have
    fewer than four sentences (`available`), one is enough, and where they have but one it may be the quote.
    """
    body = " ".join(analysis.split())
    found = [body[start:end].strip() for start, end in sentences(body, "en")]
    if not (2 if available > FEW else 1) <= len(found) <= 4:
        return f"{len(found)} sentences"
    if any(_GLUED.match(each) for each in found):
        return "a publisher glued before a sentence"
    if any(len(each) > 320 for each in found):
        return "a sentence too long"
    if quote and available > 1 and fold(quote) in fold(body):
        return "the card's quote again"
    if any(fold(each).strip(" .") == fold(title).strip(" .") for each in found):
        return "the title again"
    if any(not each.rstrip("”\"’' )").endswith((".", "!", "?")) for each in found):
        return "a sentence cut"
    said = [content(each) for each in found]
    pairs = [(one, other) for at, one in enumerate(said) for other in said[at + 1 :]]
    if any(len(one & other) >= 0.6 * min(len(one), len(other)) > 0 for one, other in pairs):
        return "said twice"
    if _OPENERS.match(found[0]) or re.match(r"(?:He|She|It|They|This|That|These|Those)\b", found[0]):
        return "begins in the middle"
    return None


# --- actors --------------------------------------------------------------------------------------------------------


def acts(name: str, texts: Sequence[Article]) -> bool:
    """Whether a name is one: it stands so within a sentence of a text (one of several words may also open it, before a
    small letter: “Ada Lindqvist is in Torvik”), has a word that is uncommon and in no list of days and places, and
    brings no article (byline, publisher)."""
    words = [each.casefold() for each in name.split()]
    if any(name.casefold() in (text.publisher.name.casefold(), text.title.casefold()) for text in texts):
        return False
    if all(each in word_lists.CALENDAR or each in word_lists.PLACES or each in prior_rates() for each in words):
        return False
    opening = rf"|(?:^|[.!?”\"\n] ?){re.escape(name)}(?:[’']s)? [a-z]" if " " in name else ""
    inside = re.compile(rf"[a-z,;] (?:the )?{re.escape(name)}\b{opening}", re.MULTILINE)
    held = [text for text in texts if inside.search(text.text)]
    brings = rf"By {re.escape(name)}|(?:credit|photo): ?{re.escape(name)}|{re.escape(name)} reports"
    return bool(held) and not any(re.search(brings, text.text, re.IGNORECASE) for text in held)


# --- answers -------------------------------------------------------------------------------------------------------


def answered(right: str, question: str, said: str, cited: Sequence[str]) -> bool:
    """Whether an answer holds one alternative of what is right (parted by “/”, “;” or “or”): three fifths of its words,
    in the quotes and headlines that are cited, or, where the record is asked, in what is said."""
    if said.startswith(REFUSED):
        return False
    asks_record = re.search(r"only a \d|contradicts|why .{0,12}\b\d\b", question, re.IGNORECASE) is not None
    if asks_record and right == "the sum, part by part":
        return all(part in said.casefold() for part in ("consequence", "evidence", "novelty"))
    told = said if asks_record else " ".join(cited)
    held = content(told) | _numbers(told)
    if (
        asks_record
        and "none recorded" in right
        and re.search(r"\b(?:nothing|none|no \w+)\b.{0,40}contra", said, re.IGNORECASE)
    ):
        return True
    return any(_held(each, held) for each in re.split(r"\s*/\s*|;\s|\bor\b", re.sub(r"\(.*?\)", "", right)))


_COUNTED = dict(zip(_listed("one two three four five six seven eight nine ten"), map(str, range(1, 11)), strict=True))


def _numbers(words: str) -> frozenset[str]:
    """Numbers in words also as figures."""
    return frozenset(_COUNTED[each] for each in fold(words).split() if each in _COUNTED)


def _held(alternative: str, held: Collection[str]) -> bool:
    wanted = content(alternative) - {"like", "likely", "person", "name"}
    return bool(wanted) and sum(each in held for each in wanted) >= 0.6 * len(wanted)
