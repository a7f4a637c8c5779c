"""Nouns become messages: the brief, a signal whole, its reasoning, its strength, its evidence; and the machine's shape.

Pure. A quote shown is only ever `Evidence.quote`; what was read or composed without a model says so, quietly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot import evidence as proof
from bot import text, when
from bot.messages import Block, Bullets, Card, Choice, Choices, Heading, Message, Paragraph, Quote, Run, plain
from bot.pipeline import strength as scoring
from bot.types import (
    Account,
    Brief,
    BriefItem,
    Channel,
    Edition,
    Evidence,
    QuestionRecord,
    Quiet,
    Revision,
    Signal,
    SignalArticle,
    Stance,
    Strength,
    TextOrigin,
    Unable,
)

NAME = "The Bellwether"
MODELLESS = "extractive"  # the name of the analyst that is no model
FALLBACK = 180  # characters; what a notification shows
SHOWN_LEFT_OUT = 3
BEST_QUOTE = 320  # characters; a longer quote stands on a card only where there is no other
LEAST_QUOTE = 60  # characters; a shorter one seldom says anything by itself
WHY_ARTICLES = 3  # articles whose reasoning a "why?" reads out; “show” has them all

MOST = {"consequence": 4, "evidence": 2, "novelty": 2, "corroboration": 2}
"""The most points of each part, from the design's table."""

_UNSAID = {
    "consequence": ("a wording", "a firm", "a market", "a market, widely", "an order of things"),
    "evidence": ("hearsay: no named source, figure or direct statement", "some of it named or in figures", "named"),
    "novelty": ("a repetition", "a development of a known story", "first seen"),
    "corroboration": ("one publisher so far", "two independent publishers", "three or more independent publishers"),
}
"""What a part's points mean, said where no facts are recorded; from the design's table."""


# --- words ---------------------------------------------------------------------------------------------------------


def count(number: int, noun: str) -> str:
    """ "1 article", "2 articles", "3 entries" """
    many = f"{noun[:-1]}ies" if noun.endswith("ry") else f"{noun}s"
    return f"{number} {noun if number == 1 else many}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c" """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


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
    spans = text.sentences(words)
    return " ".join(words[start:end] for start, end in spans[:most]) if spans else words


def voices(signal: Signal) -> str:
    """ "3 articles, 2 publishers"; wire copies are no voices."""
    own = originals(signal)
    publishers = {each.publisher.key for each in own}
    return count(len(own), "article") + (f", {count(len(publishers), 'publisher')}" if len(own) > 1 else "")


def originals(signal: Signal) -> tuple[SignalArticle, ...]:
    """The articles that are no wire copies, of several versions of one the last; all, where there is nothing else."""
    own = [each for each in signal.articles if each.stance is not Stance.COPY]
    newest = {(each.publisher.key, each.link or each.article_id): each for each in own}
    return tuple(newest.values()) or signal.articles


def tags(signal: Signal) -> tuple[str, ...]:
    return (*map(str, signal.dimensions), *signal.topics, *signal.places)


def sum_words(strength: Strength) -> str:
    """ "8 = 4 consequence + 2 evidence + 2 novelty + 0 corroboration" """
    parts = strength.parts()
    points = sum(part.points for _, part in parts)
    floor = " (the floor; the parts make 0)" if points < strength.total else ""
    return f"{strength.total}{floor} = " + " + ".join(f"{part.points} {name}" for name, part in parts)


# --- quotes --------------------------------------------------------------------------------------------------------


def quote(
    of: Evidence, publisher: str, link: str | None, note: str | None = None, language: str | None = None
) -> Quote:
    """The evidence as shown: its words, its anchor within them, and a link that lands on them."""
    span = (of.anchor_start - of.start, of.anchor_end - of.start)
    return Quote(of.quote, span, publisher, proof.fragment(link, of.quote) if link else None, note, language)


def member_quote(article: SignalArticle, of: Evidence) -> Quote:
    return quote(of, article.publisher.name, article.link, _note(article), article.language)


def contrary_quote(signal: Signal, of: Evidence) -> Quote:
    """A quote that speaks against the signal; its article may have none of its own in it."""
    article = next((each for each in signal.articles if each.article_id == of.article_id), None)
    return member_quote(article, of) if article else quote(of, f"article {of.article_id}", None)


def _note(article: SignalArticle) -> str | None:
    notes = {TextOrigin.SUMMARY: "from the summary", TextOrigin.TITLE: "from the headline"}
    stances = {Stance.CONTRADICTS: "contradicts", Stance.CORRECTS: "corrects"}
    said = [words for words in (notes.get(article.text_from), stances.get(article.stance)) if words]
    return ", ".join(said) or None


def best_quote(signal: Signal, *, latest: bool = False) -> Quote | None:
    """The quote of the article that counts most; with `latest`, of the article that last changed the signal.

    Of several, the first of a handy length that does not stand in the analysis anyway. None: no quote could be cut.
    """
    said = first_sentences(signal.analysis)
    changed_by = next((each.article_id for each in reversed(signal.revisions) if each.article_id), None)

    def rank(article: SignalArticle) -> tuple[bool, bool, int, float]:
        whole = article.text_from in (TextOrigin.FEED, TextOrigin.PAGE)
        newest = latest and article.article_id == changed_by
        points = article.consequence.points + article.substance.points
        return not newest, not whole, -points, -article.published.timestamp()

    for article in sorted(originals(signal), key=rank):
        if article.evidence:
            best = min(article.evidence, key=lambda each: (each.quote in said, not _handy(each.quote)))
            return member_quote(article, best)
    return None


def _handy(words: str) -> bool:
    """Whether a quote says enough to stand alone, and no more than a card holds."""
    return LEAST_QUOTE <= len(words) <= BEST_QUOTE


# --- the brief -----------------------------------------------------------------------------------------------------


def brief_message(edition: Edition, channel: Channel) -> Message:
    """What a channel is told: its cards; or, quiet or unable, one line."""
    if not isinstance(edition, Brief):
        return line_message(edition)
    now = _instant(edition, channel)
    blocks: list[Block | None] = [
        Heading(f"{NAME} · {when.full_day(edition.on)}"),
        para(account_words(edition), quiet=True),
        *(para(strong("Correction."), f" {words}") for words in edition.corrections),
        *(card(item, now) for item in edition.items),
        _left_out(edition.account),
        _without_model(edition.items),
        para(edition.account.note, quiet=True) if edition.account.note else None,
    ]
    return message(*blocks, fallback=_brief_fallback(edition))


def _instant(edition: Brief, channel: Channel) -> datetime:
    """As of when momentum is shown: the slot, or the last change where the brief is looked at later."""
    slot = when.slot(edition.on, channel.settings.at, channel.settings.timezone)
    return max([slot, *(item.signal.changed for item in edition.items)])


def alert_message(item: BriefItem, now: datetime) -> Message:
    """A signal told at once."""
    signal = item.signal
    return message(
        Heading(f"{NAME} · at once"),
        replace(card(item, now), number=None),
        _without_model([item]),
        fallback=f"{NAME}: {signal.title} ({signal.strength.total})",
    )


def _without_model(items: Iterable[BriefItem]) -> Paragraph | None:
    if not any(item.signal.composed_by == MODELLESS for item in items):
        return None
    return para("Composed without a model: titles and sentences are the sources’ own.", quiet=True)


def account_words(edition: Edition) -> str:
    """ "3 signals · 412 articles from 38 sources · 2 muted"; sources that failed are named where some did."""
    account = edition.account
    read = account.sources - account.failed_sources
    pieces = [count(len(edition.items), "signal")] if isinstance(edition, Brief) else []
    pieces.append(f"{count(account.articles, 'article')} from {count(read, 'source')}")
    if account.failed_sources:
        pieces.append(f"{account.failed_sources} not read")
    if account.muted:
        pieces.append(f"{account.muted} muted")
    return " · ".join(pieces)


def card(item: BriefItem, now: datetime) -> Card:
    """A signal of a brief, compact."""
    signal = item.signal
    return Card(
        signal_id=signal.id,
        number=item.number,
        title=signal.title,
        strength=signal.strength.total,
        trend="↑" if scoring.momentum(signal, now) else "",
        tags=tags(signal),
        voices=voices(signal),
        delta=item.delta,
        analysis=first_sentences(signal.analysis),
        quote=best_quote(signal, latest=item.delta != "new"),
        actions=(
            Choice("Why?", f"why s{signal.id}"),
            Choice("Evidence", f"evidence s{signal.id}"),
            Choice("Mute …", f"mute from s{signal.id}"),
        ),
    )


def _left_out(account: Account) -> Paragraph | None:
    """What reached the bar and stood behind the most a brief may hold: left out, but never unsaid."""
    behind = [near for near in account.nearest if near.lacked == "room"]
    if not behind:
        return None
    titles = "; ".join(f"{near.title} ({near.strength}, s{near.signal_id})" for near in behind[:SHOWN_LEFT_OUT])
    more = f"; and {len(behind) - SHOWN_LEFT_OUT} more" if len(behind) > SHOWN_LEFT_OUT else ""
    return para(f"Also above the bar, left out for room: {titles}{more}.", quiet=True)


def _brief_fallback(edition: Brief) -> str:
    titles = " · ".join(f"{item.number} {item.signal.title}" for item in edition.items)
    head = f"{NAME}, {when.full_day(edition.on)}: {count(len(edition.items), 'signal')}. "
    return opening(message(para(head + titles), fallback=head))


def line_message(edition: Quiet | Unable) -> Message:
    """A quiet morning, or one on which we could not look, in one line with its account."""
    state = "Quiet" if isinstance(edition, Quiet) else "Unable to look"
    head = f"{state} · {when.full_day(edition.on)}."
    note = f" {edition.account.note}" if edition.account.note else ""
    words = f" {edition.account.reason or ''} {account_words(edition)}." + nearest_words(edition.account) + note
    return message(para(strong(head), words))


def nearest_words(account: Account) -> str:
    named = [f"{near.title} ({near.strength}, s{near.signal_id}, short of {near.lacked})" for near in account.nearest]
    return f" Nearest: {'; '.join(named)}." if named else ""


# --- a signal whole ------------------------------------------------------------------------------------------------


def signal_message(signal: Signal, zone: str) -> Message:
    """The whole signal, laid out as the reference signal is; dates in the zone."""
    blocks: list[Block | None] = [
        Heading(signal.title),
        para(_signal_line(signal)),
        para(" · ".join(tags(signal))) if tags(signal) else None,
        _head("Analysis"),
        *(para(words) for words in _paragraphs(signal.analysis)),
        _composed(signal),
        _head("Key actors") if signal.actors else None,
        para(" · ".join(signal.actors)) if signal.actors else None,
        _head("Source article" if len(originals(signal)) == 1 else "Source articles"),
        *(block for article in originals(signal) for block in article_blocks(article, zone)),
        _copies(signal),
        *_contrary(signal),
        *_change_mind(signal),
        para(f"Confidence {confidence_words(signal)} First seen {when.full_day(signal.detected_on)}.", quiet=True),
        actions(signal, "why", "strength", "evidence"),
    ]
    return message(*blocks)


def _signal_line(signal: Signal) -> str:
    articles = count(len(originals(signal)), "article")
    return f"str {signal.strength.total} · {when.dated(signal.detected_on)} · {articles} · s{signal.id}"


def article_blocks(article: SignalArticle, zone: str) -> list[Block]:
    """A source article with its quotes and the reasoning from it."""
    there = when.local(article.published, zone)
    head = para(strong(article.title, article.link), f" {article.publisher.name}, {when.full_day(there.date())}")
    blocks: list[Block] = [head]
    if partial := _partial(article):
        blocks.append(partial)
    blocks += [member_quote(article, each) for each in article.evidence]
    if article.reasoning:
        blocks.append(_head("Reasoning from this article"))
        blocks += [para(words) for words in article.reasoning]
    if article.read_by == MODELLESS:
        blocks.append(para("Read without a model.", quiet=True))
    return blocks


def _partial(article: SignalArticle) -> Paragraph | None:
    if article.text_from not in (TextOrigin.SUMMARY, TextOrigin.TITLE):
        return None
    had = "summary" if article.text_from is TextOrigin.SUMMARY else "headline"
    why = f" {article.text_note}" if article.text_note else ""
    return para(f"Only the {had} could be read.{why}", quiet=True)


def _copies(signal: Signal) -> Paragraph | None:
    copies = [each for each in signal.articles if each.stance is Stance.COPY and each not in originals(signal)]
    names = listed(list(dict.fromkeys(each.publisher.name for each in copies)))
    return para(f"The same text was also carried by {names}.", quiet=True) if copies else None


def _contrary(signal: Signal) -> list[Block]:
    if not signal.contrary:
        return []
    return [_head("What speaks against it"), *(contrary_quote(signal, each) for each in signal.contrary)]


def _change_mind(signal: Signal) -> list[Block]:
    return [_head("What would change our mind"), para(signal.change_mind)] if signal.change_mind else []


def _composed(signal: Signal) -> Paragraph | None:
    return para("Composed without a model.", quiet=True) if signal.composed_by == MODELLESS else None


def _head(words: str) -> Paragraph:
    return para(strong(words))


def _paragraphs(words: str) -> list[str]:
    return [piece.strip() for piece in words.split("\n\n") if piece.strip()]


def confidence_words(signal: Signal) -> str:
    """ "moderate: a single publisher." """
    return f"{signal.confidence.level}: {signal.confidence.reason.rstrip('.')}."


def actions(signal: Signal, *commands: str) -> Choices:
    """Buttons that type these commands with the signal's id."""
    labels = {"why": "Why?", "strength": "Strength", "evidence": "Evidence", "show": "All of it"}
    chosen = tuple(Choice(labels[each], f"{each} s{signal.id}") for each in commands)
    return Choices((*chosen, Choice("Mute …", f"mute from s{signal.id}")))


# --- why, how strong, on what evidence -------------------------------------------------------------------------------


def why_message(signal: Signal, zone: str) -> Message:
    """The recorded reasoning: what the evidence shows, article by article with quotes, the sum, what is uncertain."""
    chosen = reasoned(signal)
    left = len(originals(signal)) - len(chosen)
    blocks: list[Block | None] = [
        para(strong(signal.title), f" s{signal.id}"),
        para(first_sentences(signal.analysis)),
        *(block for article in chosen for block in _why_blocks(article, zone)),
        para(f"{count(left, 'more article')} in “show s{signal.id}”.", quiet=True) if left else None,
        para(strong("Strength"), f" {sum_words(signal.strength)}."),
        para(strong("Confidence"), f" {confidence_words(signal)}"),
        *_contrary(signal),
        para(strong("What would change our mind"), f" {signal.change_mind or 'The record does not say.'}"),
        _unmodelled(signal, chosen),
        actions(signal, "strength", "evidence", "show"),
    ]
    return message(*blocks)


def reasoned(signal: Signal) -> tuple[SignalArticle, ...]:
    """The articles a "why?" reads out: the first, and the newest that changed the signal."""
    own = originals(signal)
    changing = [each for each in own[1:] if each.stance is not Stance.REPEATS] or list(own[1:])
    newest = sorted(changing, key=lambda each: each.joined)[-(WHY_ARTICLES - 1) :]
    return (*own[:1], *newest)


def _why_blocks(article: SignalArticle, zone: str) -> list[Block]:
    day = when.full_day(when.local(article.published, zone).date())
    first = article.reasoning[0] if article.reasoning else ""
    head = para(strong(article.publisher.name, article.link), f", {day}: {first}".rstrip())
    partial = _partial(article)
    blocks: list[Block] = [head, *map(para, article.reasoning[1:]), *([partial] if partial else [])]
    return [*blocks, *(member_quote(article, each) for each in article.evidence[:2])]


def _unmodelled(signal: Signal, articles: Iterable[SignalArticle]) -> Paragraph | None:
    read = any(each.read_by == MODELLESS for each in articles)
    composed = signal.composed_by == MODELLESS
    words = "Read and composed" if read and composed else "Composed" if composed else "Read" if read else ""
    return para(f"{words} without a model.", quiet=True) if words else None


def strength_message(signal: Signal, zone: str) -> Message:
    """The sum read aloud, the facts behind each part, confidence, and how the strength came about."""
    strength = signal.strength
    items = tuple(_part_line(name, part.points, part.facts) for name, part in strength.parts())
    blocks: list[Block | None] = [
        para(strong(signal.title), f" s{signal.id}"),
        para(strong(sum_words(strength))),
        Bullets(items),
        para(strong("Confidence"), f" {confidence_words(signal)}"),
        _head("How it came about") if len(signal.revisions) > 1 else None,
        history(signal, zone) if len(signal.revisions) > 1 else None,
        actions(signal, "why", "evidence"),
    ]
    return message(*blocks, fallback=f"{sum_words(strength)}. {signal.title}")


def _part_line(name: str, points: int, facts: Sequence[str]) -> tuple[Run, ...]:
    said = "; ".join(facts) or _UNSAID[name][min(points, len(_UNSAID[name]) - 1)]
    return strong(f"{name} {points} of {MOST[name]}"), Run(f": {said}")


def record_lines(signal: Signal) -> tuple[str, ...]:
    """What is recorded of a signal beside its sources' words, a sentence a line; days are those of UTC."""
    strength = signal.strength
    return (
        f"The signal: {signal.title}.",
        f"Its strength is {sum_words(strength)}.",
        *("".join(run.text for run in _part_line(name, each.points, each.facts)) for name, each in strength.parts()),
        f"Confidence {confidence_words(signal)}",
        f"First seen on {when.dated(signal.opened.date())}; it is {signal.state}.",
        *(_revision_words(signal, each) for each in signal.revisions),
        *(f"What would change our mind: {words}" for words in (signal.change_mind,) if words),
        *(
            f"Reasoning from {article.publisher.name}, {when.dated(article.published.date())}: {words}"
            for article in originals(signal)
            for words in article.reasoning
        ),
    )


def _revision_words(signal: Signal, revision: Revision) -> str:
    article = next((each for each in signal.articles if each.article_id == revision.article_id), None)
    by = f" ({article.title}, {article.publisher.name})" if article else ""
    return f"{when.dated(revision.at.date())}: strength {revision.strength.total}, {revision.why}{by}."


def history(signal: Signal, zone: str) -> Bullets:
    """Each revision with its day, the strength it left, and why."""
    return Bullets(tuple(_revision_line(signal, number, zone) for number in range(len(signal.revisions))))


def _revision_line(signal: Signal, number: int, zone: str) -> tuple[Run, ...]:
    revision = signal.revisions[number]
    earlier = [each.strength.total for each in signal.revisions[:number] if each.brought_from is None]
    before = earlier[-1] if earlier and revision.brought_from is None else None
    after = revision.strength.total
    moved = f"{before} → {after}" if before not in (None, after) else str(after)
    there = when.local(revision.at, zone)
    as_what = f"as s{revision.brought_from}: " if revision.brought_from is not None else ""
    return Run(f"{when.full_day(there.date())}, {there:%H:%M}: "), strong(moved), Run(f", {as_what}{revision.why}")


def evidence_message(signal: Signal, zone: str) -> Message:
    """Every quote of every article, linked to its place."""
    houses = listed([each.name for each in signal.publishers])
    told = f"{count(len(originals(signal)), 'article')} by {houses}."
    blocks: list[Block | None] = [para(strong(signal.title), f" s{signal.id}"), para(told, quiet=True)]
    for article in originals(signal):
        there = when.local(article.published, zone)
        day = f" {article.publisher.name}, {when.full_day(there.date())}"
        blocks += [para(strong(article.title, article.link), day), _partial(article)]
        blocks += [member_quote(article, each) for each in article.evidence]
        if not article.evidence:
            blocks.append(para("No quote could be cut from it.", quiet=True))
    own = {each.article_id for each in originals(signal)}
    outside = [each for each in signal.contrary if each.article_id not in own]
    if outside:
        blocks += [_head("What speaks against it"), *(contrary_quote(signal, each) for each in outside)]
    return message(*blocks, _copies(signal), actions(signal, "why", "strength"))


# --- lists and lines -------------------------------------------------------------------------------------------------


def signals_message(signals: Sequence[Signal], head: str, zone: str) -> Message:
    """Signals by id, strength, title and day of the last change."""
    return message(para(head), Bullets(tuple(signal_line(signal, zone) for signal in signals)))


def signal_line(signal: Signal, zone: str) -> tuple[Run, ...]:
    day = when.local(signal.changed, zone).date()
    tail = f" · {signal.strength.total} · {when.full_day(day)} · {voices(signal)} · {signal.state}"
    return strong(f"s{signal.id}  {signal.title}"), Run(tail)


def next_brief_words(on: date, instant: datetime, zone: str) -> str:
    """ "The next brief comes on Monday 30 March at 07:30 (Europe/Rome)." """
    there = when.local(instant, zone)
    # A time the clocks skip may be made up for on the next date: then that is the day a reader must look.
    day = when.full_day(max(on, there.date()))
    return f"The next brief comes on {day} at {there:%H:%M} ({zone.removeprefix('Etc/')})."


def greeting_message(next_brief: str) -> Message:
    """What the bot says where it is new, once."""
    return message(
        para(
            strong(NAME),
            " reads many sources around the clock and sends one brief in the morning, only when they say something "
            "worth saying.",
        ),
        para(f"{next_brief} “at 07:30 Europe/Rome mon-fri” changes when, “bar” and “most” how much."),
        para(
            "Ask “why 1?” and it shows the evidence and the reasoning; say “mute AI for a week” and it does. "
            "“help” lists the rest."
        ),
        Choices((Choice("Brief now", "brief"), Choice("Help", "help"))),
    )


def shorten(whole: Message, limit: int) -> tuple[Message, Message | None]:
    """The message cut at a border of blocks to about `limit` characters, and the rest; None: all was short enough.

    Buttons stay with the first part; a headline never ends it. A first block over the limit stands alone.
    """
    buttons = tuple(block for block in whole.blocks if isinstance(block, Choices))
    blocks = [block for block in whole.blocks if not isinstance(block, Choices)]
    taken, size = 0, 0
    while taken < len(blocks) and (not taken or size + _size(blocks[taken]) <= limit):
        size += _size(blocks[taken])
        taken += 1
    if taken >= len(blocks):
        return whole, None
    while taken > 1 and _is_head(blocks[taken - 1]):
        taken -= 1
    rest = Message(tuple(blocks[taken:]), opening(Message(tuple(blocks[taken:]), "")))
    more = para("There is more: “more”.", quiet=True)
    return Message((*blocks[:taken], more, *_with_more(buttons)), whole.fallback), rest


def _with_more(buttons: Sequence[Choices]) -> tuple[Choices, ...]:
    chosen = tuple(choice for block in buttons for choice in block.choices)
    return (Choices((Choice("More", "more"), *chosen)),)


def _size(block: Block) -> int:
    return len(plain(Message((block,), "")))


def _is_head(block: Block) -> bool:
    if isinstance(block, Heading):
        return True
    return isinstance(block, Paragraph) and all(run.strong for run in block.runs)


# --- for programs ----------------------------------------------------------------------------------------------------


def edition_json(edition: Edition) -> dict[str, Any]:
    """The edition in the shape programs rely on (version 1): see “What a program may rely on” in the README."""
    outcome = {Brief: "brief", Quiet: "quiet", Unable: "unable"}[type(edition)]
    items = edition.items if isinstance(edition, Brief) else ()
    return {
        "version": 1,
        "outcome": outcome,
        "date": edition.on.isoformat(),
        "account": _account_json(edition.account),
        "signals": [signal_json(item.signal, number=item.number, delta=item.delta) for item in items],
    }


def _account_json(account: Account) -> dict[str, Any]:
    return {
        "articles": account.articles,
        "sources": account.sources,
        "publishers": account.publishers,
        "failed_sources": account.failed_sources,
        "muted": account.muted,
        "reason": account.reason,
        "nearest": [
            {"id": f"s{near.signal_id}", "title": near.title, "strength": near.strength, "lacked": near.lacked}
            for near in account.nearest
        ],
        "note": account.note,
    }


def signal_json(signal: Signal, *, number: int | None = None, delta: str | None = None) -> dict[str, Any]:
    """One signal in that shape; outside a brief it has no number and no delta (null)."""
    return {
        "id": f"s{signal.id}",
        "number": number,
        "title": signal.title,
        "strength": signal.strength.total,
        "parts": {name: part.points for name, part in signal.strength.parts()},
        "confidence": str(signal.confidence.level),
        "dimensions": [str(each) for each in signal.dimensions],
        "topics": list(signal.topics),
        "places": list(signal.places),
        "actors": list(signal.actors),
        "detected_on": signal.detected_on.isoformat(),
        "delta": delta,
        "analysis": signal.analysis,
        "composed_by": signal.composed_by,
        "change_mind": signal.change_mind,
        "contrary": [_quote_json(each) for each in signal.contrary],
        "revisions": [
            {"at": _stamp(each.at), "strength": each.strength.total, "why": each.why} for each in signal.revisions
        ],
        "articles": [_article_json(each) for each in signal.articles],
    }


def _article_json(article: SignalArticle) -> dict[str, Any]:
    return {
        "read_by": article.read_by,
        "title": article.title,
        "publisher": article.publisher.name,
        "link": article.link,
        "published": _stamp(article.published),
        "reasoning": "\n\n".join(article.reasoning),
        "quotes": [_quote_json(each) for each in article.evidence],
    }


def _quote_json(of: Evidence) -> dict[str, Any]:
    return {"text": of.quote, "anchor": of.anchor, "start": of.start, "end": of.end}


def question_json(record: QuestionRecord, channel: Channel | None) -> dict[str, Any]:
    """What was asked and answered; `channel` is where."""
    return {
        "at": _stamp(record.at),
        "platform": channel.platform if channel else None,
        "channel": channel.name if channel else None,
        "thread": record.thread or None,
        "asker": record.asker,
        "question": record.question,
        "signal": f"s{record.signal_id}" if record.signal_id is not None else None,
        "answer": record.answer,
        "quotes": [_quote_json(each) for each in record.cited],
    }


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
