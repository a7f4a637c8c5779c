"""What time is offered to somebody who wants the brief earlier or later."""

from __future__ import annotations

from datetime import time

import pytest

from bot.conversation.plain_words import is_polite, propose
from bot.model.channel import ChannelSettings


@pytest.mark.parametrize(
    ("said", "at", "offered"),
    [
        ("half an hour earlier", time(7, 30), "07:00"),
        ("make it earlier", time(7, 30), "07:00"),
        ("that's too early", time(7, 30), "08:00"),
        ("an hour later please", time(7, 45), "08:45"),
        ("can you send it 90 minutes later", time(7, 30), "09:00"),
        ("2 hours earlier", time(7, 0), "05:00"),
        ("send the brief two hours later", time(23, 45), "01:45"),
        ("2 hours earlier", time(1, 15), "23:15"),
    ],
)
def test_the_time_is_moved_by_what_is_asked_around_the_clock(said: str, at: time, offered: str) -> None:
    """By as much as is said, half an hour where nothing is; past midnight it is a time of the other day."""
    proposal = propose(said, ChannelSettings(at=at))
    assert proposal
    assert proposal.commands == (f"at {offered}",)
    assert not proposal.run


@pytest.mark.parametrize(
    ("said", "polite"),
    [("can you send it an hour later", True), ("make it earlier, please", True), ("make it earlier", False)],
)
def test_what_is_asked_politely_is_known_as_a_request(said: str, polite: bool) -> None:
    """By the courtesies around it."""
    assert is_polite(said) is polite
