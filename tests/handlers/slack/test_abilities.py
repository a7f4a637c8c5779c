"""What Slack refuses is left alone for a day, and only that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.slack.abilities import BLOCKS, Abilities, Feature
from tests.clock import FakeClock


def test_a_refusal_holds_for_a_day() -> None:
    """Of that feature alone."""
    clock = FakeClock()
    abilities = Abilities(clock.now)
    abilities.refused(Feature.TABLE, "invalid_blocks")
    assert not abilities.has(Feature.TABLE)
    assert abilities.blocks("C0SIGN0002") == BLOCKS - {Feature.TABLE}
    clock.advance(timedelta(days=1).total_seconds())
    assert abilities.has(Feature.TABLE)


def test_a_refusal_of_a_kind_of_conversation() -> None:
    """It says nothing of the others."""
    abilities = Abilities(FakeClock().now)
    abilities.refused(Feature.STREAM, "channel_type_not_supported", "C0SIGN0002")
    assert not abilities.has(Feature.STREAM, "C0OTHER001")
    assert abilities.has(Feature.STREAM, "D0ANNA0001")
    abilities.refused(Feature.TABLE, "invalid_blocks", "https://hooks.slack.example/1")
    assert abilities.blocks("https://hooks.slack.example/2") == BLOCKS - {Feature.TABLE}
    assert abilities.blocks("C0OTHER001") == BLOCKS


@pytest.mark.parametrize(
    "error", ["channel_not_found", "is_archived", "token_revoked", "thread_not_found", "user_not_found"]
)
def test_a_refusal_of_one_call(error: str) -> None:
    """Where that message, thread, person or token was at fault, the feature is tried again."""
    abilities = Abilities(FakeClock().now)
    abilities.refused(Feature.STREAM, error)
    assert abilities.has(Feature.STREAM)
