"""What is worked out of a word is worked out once, within bounds."""

from __future__ import annotations

from bot.memo import LONGEST, Memo


def counted(most: int) -> tuple[Memo[str], list[str]]:
    """A memo of words in capitals, and what it worked out so far."""
    worked: list[str] = []

    def work(word: str) -> str:
        worked.append(word)
        return word.upper()

    return Memo(work, most), worked


def test_a_word_is_worked_out_once() -> None:
    """Asked for again, it is known."""
    memo, worked = counted(8)
    assert [memo[word] for word in ("chip", "plant", "chip")] == ["CHIP", "PLANT", "CHIP"]
    assert worked == ["chip", "plant"]


def test_what_still_comes_outlives_a_full_table() -> None:
    """Words that come again and again are not worked out anew however many others come; the others are forgotten."""
    memo, worked = counted(8)
    for number in range(100):
        assert memo["chip"] == "CHIP"
        assert memo[f"n{number}"] == f"N{number}"
        assert len(memo) <= 8
    assert worked.count("chip") == 1
    memo["n0"]
    assert worked.count("n0") == 2


def test_what_is_very_long_is_not_kept() -> None:
    """A sentence without blanks will hardly come again."""
    memo, worked = counted(8)
    assert memo["x" * (LONGEST + 1)] == memo["x" * (LONGEST + 1)]
    assert len(worked) == 2
    assert not memo
