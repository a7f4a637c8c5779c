"""Words and small blocks that several messages share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.model.messages import QUOTATION_MARKS, Block, Choice, Choices, Message, Paragraph, Run, plain

if TYPE_CHECKING:  # what is said of signals; every message needs the rest of this
    from bot.model.brief import Correction, Near
    from bot.model.signal import Signal, SignalArticle, Strength

NAME = "The Bellwether"
MODELLESS = "extractive"  # the name of the analyst that is no model
FALLBACK = 180  # characters; what a notification shows
LONGEST_TITLE = 160  # characters
MOST_LABELS = 3  # on a card

UNSAID = {
    "consequence": ("a wording", "a firm", "a market", "a market, widely", "an order of things"),
    "evidence": ("hearsay: no named source, figure or direct statement", "some of it named or in figures", "named"),
    "novelty": ("a repetition", "a development of a known story", "first seen"),
    "corroboration": ("one publisher so far", "two independent publishers", "three or more independent publishers"),
}
"""What a part's points mean, said where no facts are recorded; from the design's table."""


LABELS = {
    "why": "Why?",
    "show": "All of it",
    "evidence": "Evidence",
    "strength": "Strength",
    "chart": "Chart",
    "useful": "Useful",
    "useless": "Useless",
}
"""What the buttons are called that type these commands with a signal's id."""


_ENDS = (".”", "!”", "?”", "…”")


# --- words ---------------------------------------------------------------------------------------------------------


def count(number: int, noun: str) -> str:
    """ "1 article", "2 articles", "3 entries" """
    many = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{number} {noun if number == 1 else many}"


def quoted(words: str) -> str:
    """The words in quotation marks, unless they begin with one of their own."""
    return words if words.startswith(QUOTATION_MARKS) else f"“{words}”"


def ended(words: str) -> str:
    """The words with a full stop, unless they end in a sentence that is quoted whole."""
    return words if words.endswith(_ENDS) else f"{words}."


def para(*runs: str | Run, quiet: bool = False) -> Paragraph:
    """A paragraph of plain words and runs."""
    return Paragraph(tuple(Run(each) if isinstance(each, str) else each for each in runs), quiet)


def strong(words: str, link: str | None = None) -> Run:
    return Run(words, strong=True, link=link)


def message(*blocks: Block | None, fallback: str | None = None) -> Message:
    """A message of the blocks there are; its fallback is its first words, unless given."""
    there = tuple(block for block in blocks if block is not None)
    return Message(there, fallback or opening(Message(there, "")))


def opening(of: Message) -> str:
    """The message's first words, for a notification."""
    words = " ".join(plain(Message(tuple(b for b in of.blocks if not isinstance(b, Choices)), "")).split())
    if len(words) <= FALLBACK:
        return words
    return words[: FALLBACK - 1].rpartition(" ")[0].rstrip(" ,;:·") + "…"


def first_sentences(words: str, most: int = 2) -> str:
    """The first sentences of a text, its paragraphs run together."""
    from bot.text import segmentation

    spans = segmentation.sentences(words)
    return " ".join(words[start:end] for start, end in spans[:most]) if spans else words


def voices(signal: Signal) -> str:
    """ "3 publishers"; of one publisher how many articles. Wire copies are no voices."""
    own = originals(signal)
    publishers = {each.publisher.key for each in own}
    return count(len(publishers), "publisher") if len(publishers) > 1 else count(len(own), "article")


def originals(signal: Signal) -> tuple[SignalArticle, ...]:
    """The articles that are no wire copies, of several versions of one the last; all, where there is nothing else."""
    from bot.model.finding import Stance

    own = [each for each in signal.articles if each.stance is not Stance.COPY]
    newest = {(each.publisher.key, each.link or each.article_id): each for each in own}
    return tuple(newest.values()) or signal.articles


def publisher_names(articles: Iterable[SignalArticle]) -> list[str]:
    """The names of the articles' publishers, each once."""
    return list(dict.fromkeys(each.publisher.name for each in articles))


def tags(signal: Signal) -> tuple[str, ...]:
    """All its dimensions, topics and places, in words."""
    return (*map(str, signal.dimensions), *signal.topics, *map(place_name, signal.places))


def labels(signal: Signal) -> tuple[str, ...]:
    """The first of its dimensions, topics and places; where it has none of a kind, the next topic or place."""
    kinds = (tuple(map(str, signal.dimensions)), signal.topics, tuple(map(place_name, signal.places)))
    firsts = [each for kind in kinds for each in kind[:1]]
    further = [each for kind in kinds[1:] for each in kind[1:]]
    wanted = {*firsts, *further[: MOST_LABELS - len(firsts)]}
    return tuple(each for kind in kinds for each in kind if each in wanted)


def place_name(code: str) -> str:
    """ "Germany" for "DE"; a code that the taxonomy does not know stays as it is."""
    from bot.text import taxonomy

    place = taxonomy.load().place(code)
    return place.name if place else code


def shown_title(of: Signal | Near | Correction) -> str:
    """Its title, ended at a clause where it is long."""
    from bot.text import clauses

    return clauses.shortened(of.title, LONGEST_TITLE)


def sum_words(strength: Strength) -> str:
    """ "8 = 4 consequence + 2 evidence + 2 novelty + 0 corroboration" """
    parts = strength.parts()
    points = sum(part.points for _, part in parts)
    floor = " (the floor; the parts make 0)" if points < strength.total else ""
    return f"{strength.total}{floor} = " + " + ".join(f"{part.points} {name}" for name, part in parts)


def small_heading(words: str) -> Paragraph:
    return para(strong(words))


def paragraphs_of(words: str) -> list[str]:
    return [piece.strip() for piece in words.split("\n\n") if piece.strip()]


def confidence_words(signal: Signal) -> str:
    """ "moderate: a single publisher."; how many publishers, without their names, which stand beside the sum."""
    reason = signal.confidence.reason.rstrip(".")
    if reason[:1].isdigit():
        reason = reason.partition(": ")[0]
    return f"{signal.confidence.level}: {reason}."


def without_model(signal: Signal) -> Paragraph | None:
    """Says once what of the signal no model has read or composed; None: a model did both."""
    read = any(each.read_by == MODELLESS for each in signal.articles)
    composed = signal.composed_by == MODELLESS
    words = "Read and composed" if read and composed else "Composed" if composed else "Read" if read else ""
    return para(f"{words} without a model, in the sources’ own words.", quiet=True) if words else None


def actions(signal: Signal, *commands: str) -> Choices:
    """Buttons that type these commands with the signal's id."""
    chosen = tuple(Choice(LABELS[each], f"{each} s{signal.id}") for each in commands)
    return Choices((*chosen, Choice("Mute …", f"mute from s{signal.id}")), signal_id=signal.id)
