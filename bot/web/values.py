"""What a page shows of signals, as plain values: computed by the views of the chats, laid out by the templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from bot.briefing.strength_days import daily, strengths
from bot.briefing.views import signal_view, strength_view, wording
from bot.briefing.views.card_view import added
from bot.briefing.views.quote_view import member_quote
from bot.briefing.views.reasons import reason
from bot.briefing.views.web_links import signal_path
from bot.model import times
from bot.model.label import CategoryKind, Label
from bot.model.messages import Paragraph, Quote, Run
from bot.model.signal import Signal, SignalArticle
from bot.signals.strength import MAXIMUM
from bot.web.addresses import label_path

CHART = (640, 150)  # width and height in the units of its picture
BASE = 124  # where its bars stand, in the same units from the top
STEP = 10.5  # units a point of strength
HIGHEST = 10


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    name: str
    path: str | None  # within the archive; None: it has no page


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a chart, in its units."""

    x: float
    y: float
    width: float
    height: float
    value: int
    said: str  # "27 March 2026: 8"
    moved: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Strength by day as bars."""

    bars: tuple[Bar, ...]
    first: str
    last: str
    said: str  # what it shows, in a sentence


@dataclass(frozen=True, slots=True)
class ArticleValues:
    """A source article with its quotes and the reasoning from it."""

    title: str
    link: str | None
    publisher: Link
    day: date
    note: Paragraph | None  # that only a part of it could be read
    quotes: tuple[Quote, ...]
    reasoning_title: str
    facts: tuple[tuple[Run, ...], ...]  # found without a model
    paragraphs: tuple[str, ...]  # a model's


@dataclass(frozen=True, slots=True)
class PartValues:
    """A part of strength, with why it has its points."""

    name: str
    points: int
    most: int
    reason: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A signal in a list."""

    id: int
    path: str
    title: str
    strength: int
    day: date  # first seen
    changed: date
    tags: tuple[Link, ...]
    voices: str
    lead: str  # the first sentence that adds to the title; "": none does


@dataclass(frozen=True, slots=True)
class SignalValues:
    """A signal whole."""

    line: Line
    long_title: str | None  # where the shown one is cut
    articles_said: str
    state: str
    analysis: tuple[str, ...]
    actors: tuple[Link, ...]
    common_note: Paragraph | None
    articles: tuple[ArticleValues, ...]
    copies: Paragraph | None
    has_contrary: bool
    contrary_names: str
    contrary: tuple[Quote, ...]
    change_mind: str | None
    sum: str
    parts: tuple[PartValues, ...]
    confidence: str
    modelless: Paragraph | None
    chart: Chart
    history: tuple[tuple[Run, ...], ...]
    related: tuple[Line, ...]


def signal_values(signal: Signal, zone: str, related: Sequence[Line] = ()) -> SignalValues:
    """All that the signal's page shows; dates in the zone."""
    own = wording.originals(signal)
    common = signal_view.common_note(own)
    names, quotes = signal_view.contrary(signal)
    cut = wording.shown_title(signal) != signal.title
    return SignalValues(
        line=line(signal, zone),
        long_title=signal.title if cut else None,
        articles_said=wording.count(len(own), "article"),
        state=str(signal.state),
        analysis=tuple(wording.paragraphs_of(signal.analysis)),
        actors=tuple(_link(Label(CategoryKind.ACTOR, each, each)) for each in signal.actors),
        common_note=common,
        articles=tuple(_article(each, zone, noted=common is not None) for each in own),
        copies=signal_view.copies_note(signal),
        has_contrary=bool(signal.contrary),
        contrary_names=names,
        contrary=quotes,
        change_mind=signal.change_mind,
        sum=wording.sum_words(signal.strength),
        parts=_parts(signal),
        confidence=wording.confidence_words(signal),
        modelless=wording.without_model(signal),
        chart=chart(signal, zone),
        history=strength_view.history(signal, zone).items,
        related=tuple(related),
    )


def line(signal: Signal, zone: str) -> Line:
    """The signal as lists show it; dates in the zone."""
    return Line(
        id=signal.id,
        path=signal_path(signal.id),
        title=wording.shown_title(signal),
        strength=signal.strength.total,
        day=signal.detected_on,
        changed=times.local(signal.changed, zone).date(),
        tags=tags(signal),
        voices=wording.voices(signal),
        lead=added(signal, "", 1),
    )


def tags(signal: Signal) -> tuple[Link, ...]:
    """Its dimensions, topics and places, each leading to its page."""
    filed = (
        (CategoryKind.DIMENSION, tuple(map(str, signal.dimensions))),
        (CategoryKind.TOPIC, signal.topics),
        (CategoryKind.PLACE, signal.places),
    )
    return tuple(_link(Label(kind, value, value)) for kind, values in filed for value in values)


def label_name(label: Label) -> str:
    """The label as a reader knows it; a place by its name."""
    return wording.place_name(label.value) if label.kind is CategoryKind.PLACE else label.name


def _link(label: Label) -> Link:
    return Link(label_name(label), label_path(label))


def label_links(labels: Iterable[Label]) -> tuple[Link, ...]:
    """Links to the labels' pages, by name."""
    return tuple(sorted(map(_link, labels), key=lambda link: link.name.casefold()))


def _article(article: SignalArticle, zone: str, *, noted: bool) -> ArticleValues:
    publisher = article.publisher
    modelless = article.read_by == wording.MODELLESS
    return ArticleValues(
        title=article.title,
        link=article.link,
        publisher=_link(Label(CategoryKind.PUBLISHER, publisher.key, publisher.name)),
        day=times.local(article.published, zone).date(),
        note=None if noted else signal_view.partial_note(article),
        quotes=tuple(member_quote(article, each) for each in article.evidence),
        reasoning_title=signal_view.reasoning_title(article),
        facts=tuple(map(signal_view.fact, article.reasoning)) if modelless else (),
        paragraphs=() if modelless else article.reasoning,
    )


def _parts(signal: Signal) -> tuple[PartValues, ...]:
    return tuple(
        PartValues(name, part.points, MAXIMUM[name], reason(name, part), part.facts)
        for name, part in signal.strength.parts()
    )


# --- over time -----------------------------------------------------------------------------------------------------


def chart(signal: Signal, zone: str) -> Chart:
    """Strength by day up to the last change, so that the picture changes with the signal and not with the day."""
    moves = strengths(signal, zone)
    last = max((on for on, _, _ in moves), default=signal.detected_on)
    last = max(last, times.local(signal.changed, zone).date())
    values = daily(moves, last)
    first = last - timedelta(days=len(values) - 1)
    moved = {on for on, _, _ in moves}
    step = CHART[0] / len(values)
    wide = min(48.0, step * 0.7)
    bars = tuple(
        Bar(
            round(step * (at + 0.5) - wide / 2, 1),
            BASE - STEP * value,
            round(wide, 1),
            STEP * value,
            value,
            f"{times.dated(day)}: {value}",
            day in moved,
        )
        for at, value in enumerate(values)
        for day in (first + timedelta(days=at),)
    )
    whole = f"Strength by day, from {times.dated(first)} ({values[0]}) to {times.dated(last)} ({values[-1]})."
    return Chart(bars, times.dated(first), times.dated(last), whole)


@dataclass(frozen=True, slots=True)
class Dot:
    """A signal in a picture of several, in its units."""

    x: float
    y: float
    path: str
    said: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Signals by the day they were first seen and by strength."""

    dots: tuple[Dot, ...]
    first: str
    last: str


def timeline(lines: Sequence[Line]) -> Timeline | None:
    """The signals of a list over time; None: fewer than two days, of which there is nothing to see."""
    days = [each.day for each in lines]
    if not days or min(days) == max(days):
        return None
    first, last = min(days), max(days)
    step = (CHART[0] - 24) / (last - first).days
    dots = (
        Dot(
            round(12 + (each.day - first).days * step, 1),
            BASE - STEP * each.strength,
            each.path,
            f"{each.title}, {each.strength}, {times.dated(each.day)}",
        )
        for each in lines
    )
    return Timeline(tuple(dots), times.dated(first), times.dated(last))


@dataclass(frozen=True, slots=True)
class Month:
    """The signals of a list that belong to one month."""

    name: str  # "": the list is of no months
    lines: tuple[Line, ...]


def months(lines: Sequence[Line], day: Callable[[Line], date]) -> tuple[Month, ...]:
    """A list in its order, which is that of `day`, with a heading a month."""
    grouped = groupby(lines, key=lambda each: f"{day(each):%B} {day(each).year}")
    return tuple(Month(name, tuple(group)) for name, group in grouped)
