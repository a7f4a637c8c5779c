"""Every quote of a signal, each linked to its place in the source."""

from __future__ import annotations

from bot.briefing.views.quote_view import contrary_quote, member_quote
from bot.briefing.views.signal_view import common_note, copies_note, headline, partial_note
from bot.briefing.views.wording import actions, count, message, originals, para, shown_title, small_heading, strong
from bot.model.messages import Block, Message
from bot.model.signal import Signal
from bot.text.listing import listed


def evidence_message(signal: Signal, zone: str) -> Message:
    """Every quote of every article, linked to its place."""
    publishers = listed([each.name for each in signal.publishers])
    told = f"{count(len(originals(signal)), 'article')} by {publishers}."
    common = common_note(originals(signal))
    blocks: list[Block | None] = [para(strong(shown_title(signal)), f" s{signal.id}"), para(told, quiet=True), common]
    for article in originals(signal):
        blocks += [headline(article, zone), None if common else partial_note(article)]
        blocks += [member_quote(article, each) for each in article.evidence]
        if not article.evidence:
            blocks.append(para("No quote could be cut from it.", quiet=True))
    own = {each.article_id for each in originals(signal)}
    outside = [each for each in signal.contrary if each.article_id not in own]
    if outside:
        blocks += [small_heading("What speaks against it"), *(contrary_quote(signal, each) for each in outside)]
    return message(*blocks, copies_note(signal), actions(signal, "why", "strength"))
