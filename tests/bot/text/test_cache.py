"""Tables of what was worked out of words."""

from __future__ import annotations

from bot.text.cache import LONGEST, BoundedCache, cached, forget


def test_a_value_is_worked_out_once() -> None:
    """What was asked for before is not worked out again."""
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    lengths = BoundedCache(length)
    assert [lengths[word] for word in ("tea", "coffee", "tea")] == [3, 6, 3]
    assert asked == ["tea", "coffee"]


def test_memory_is_bounded() -> None:
    """A full table makes room, and answers as before."""
    doubled = BoundedCache(lambda word: word * 2, most=3)
    words = [f"w{number}" for number in range(20)]
    assert [doubled[word] for word in words] == [word * 2 for word in words]
    assert len(doubled) <= 3


def test_what_still_comes_outlives_a_full_table() -> None:
    """A word that comes again and again is worked out once however many others come; the others are forgotten."""
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    lengths = BoundedCache(length, most=8)
    for number in range(100):
        assert (lengths["tea"], lengths[f"n{number}"]) == (3, len(f"n{number}"))
    assert lengths["n0"] == 2
    assert (asked.count("tea"), asked.count("n0")) == (1, 2)


def test_what_is_long_is_not_kept() -> None:
    """A sentence without blanks is answered for and forgotten."""
    lengths = BoundedCache(len)
    assert lengths["x" * (LONGEST + 1)] == LONGEST + 1
    assert not lengths


def test_everything_can_be_forgotten() -> None:
    """Between two looks nothing of it is held; what is asked for again is worked out again."""
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    of_table, of_function = BoundedCache(length, most=1), cached(8)(length)
    for _ in range(2):
        assert (of_table["tea"], of_table["coffee"], of_function("water")) == (3, 6, 5)
        forget()
        assert not of_table
    assert asked == ["tea", "coffee", "water"] * 2
