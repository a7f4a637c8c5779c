"""Every step is linear: a text of any kind that is longer costs as much more as it is longer."""

from __future__ import annotations

import pytest

from tests.soak.growth import PIECES, STEPS, offenders


@pytest.mark.parametrize("name", STEPS)
def test_no_step_costs_the_square_of_a_text(name: str) -> None:
    """Doubled four times, none of the adversarial texts costs more than 2.5 times as much a doubling."""
    assert len(PIECES) >= 40
    assert list(offenders(name)) == []
