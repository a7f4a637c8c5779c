"""Wire copies: one text in several papers."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.article import Article
from bot.signals.copies import COMMON, CopyIndex
from tests import make
from tests.clock import MORNING

_ONSETS, _MIDDLES, _ENDS = (
    ("ba", "ko", "li", "mu", "re", "so", "ta", "vi"),
    ("n", "r", "st", "l"),
    ("a", "eck", "ing", "o"),
)
_VOCABULARY = ["".join(syllables) for syllables in product(_ONSETS, _MIDDLES, _ENDS)]


def _text(seed: int, length: int = 300) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choice(_VOCABULARY) for _ in range(length))


def _article(id: int, text: str, name: str = "Tidewire", **fields: object) -> Article:
    fields.setdefault("link", f"https://{name.lower()}.example/{id}")
    return make.article(id, text, publisher=make.publisher(name), **fields)


@pytest.fixture
def index() -> CopyIndex:
    """A hundred originals of one agency, ids 1 to 100."""
    filled = CopyIndex()
    for number in range(1, 101):
        filled.add(_article(number, _text(number, 60 + 5 * number)))
    return filled


def _cut(text: str, share: float) -> str:
    words = text.split()
    return " ".join(words[: int(len(words) * share)])


def _edited(text: str, seed: int) -> str:
    """15 % of the words changed."""
    rng, words = random.Random(seed), text.split()
    for at in rng.sample(range(len(words)), round(0.15 * len(words))):
        words[at] = f"edit{rng.randrange(1000)}"
    return " ".join(words)


@pytest.mark.parametrize(
    "change",
    [
        lambda text, number: text,
        lambda text, number: text.upper().replace(" ", "  "),
        lambda text, number: (
            f"{text} Sign up for our newsletter. All rights reserved by the Harbour City Courier group."
        ),
        lambda text, number: _cut(text, 0.5),
        lambda text, number: " ".join(text.split()[:60]),
        _edited,
    ],
    ids=["verbatim", "typography", "boilerplate", "first half", "lede", "edited"],
)
def test_a_copy_is_found_whatever_was_done_to_it(index: CopyIndex, change: object) -> None:
    """Whole, with boilerplate, cut short or edited here and there: all hundred are found under their original."""
    found = [index.original_of(_article(1000 + number, change(_text(number, 60 + 5 * number), number), "Courier"))  # type: ignore[operator]
             for number in range(1, 101)]  # fmt: skip
    assert found == list(range(1, 101))


def test_the_longer_text_may_come_second(index: CopyIndex) -> None:
    """Containment is of the smaller in the larger: a lede first, the whole story after it, is one text."""
    whole = _text(7777, 400)
    index.add(_article(500, _cut(whole, 0.3)))
    assert index.original_of(_article(501, whole, "Courier")) == 500


@settings(max_examples=60)
@given(st.integers(1000, 10**9), st.integers(25, 300))
def test_another_text_is_no_copy(seed: int, length: int) -> None:
    """Texts of the same words in another order are not copies."""
    known = CopyIndex()
    known.add(_article(1, _text(1)))
    assert known.original_of(_article(2, _text(seed, length), "Courier")) is None


def test_a_story_told_in_other_words_with_the_same_quote_is_no_copy() -> None:
    """A shared quotation of a fifth of the text leaves two voices."""
    quote = _text(5, 40)
    known = CopyIndex()
    known.add(_article(1, f"{_text(1, 160)} {quote}"))
    assert known.original_of(_article(2, f"{quote} {_text(2, 160)}", "Courier")) is None


@pytest.mark.parametrize(
    ("one", "other", "copy"),
    [
        ("Nordkern halves its network.", "NORDKERN halves its network", True),
        ("Nordkern halves its network.", "Nordkern halves its network today", False),
        ("Markets wrap", "Markets wrap", False),
        ("", "", False),
    ],
)
def test_a_short_text_is_a_copy_only_where_it_is_equal(one: str, other: str, copy: bool) -> None:
    """Under 20 words only equality after folding counts, and three words say nothing."""
    known = CopyIndex()
    known.add(_article(1, one, title=one))
    found = known.original_of(_article(2, other, "Courier", title=other))
    assert (found == 1) is copy


def test_a_new_version_is_no_copy_but_a_second_source_of_the_publisher_is(index: CopyIndex) -> None:
    """The same link of the same publisher, or what replaces an article, is a version; another link is a copy."""
    first = _article(700, _text(700), link="https://tidewire.example/a")
    index.add(first)
    later = replace(first, id=701, text=first.text + " And more.")
    assert index.original_of(later) is None
    assert index.original_of(replace(later, link="https://tidewire.example/moved", replaces=700)) is None
    assert index.original_of(replace(later, link="https://tidewire.example/sport/a")) == 700
    assert index.original_of(replace(first, publisher=make.publisher("Courier"), id=702)) == 700


def test_a_copy_of_a_copy_is_a_copy_of_the_first() -> None:
    """A copy group has one original, its first article."""
    known, text = CopyIndex(), _text(1)
    known.add(_article(1, text))
    known.add(_article(2, text, "Courier", copy_of=1))
    assert known.original_of(_article(3, text, "Gazette")) == 1


def test_nothing_is_a_copy_of_itself(index: CopyIndex) -> None:
    """An article that is remembered already, seen again, is an original."""
    assert index.original_of(_article(5, _text(5, 85))) is None


def test_old_texts_are_forgotten(index: CopyIndex) -> None:
    """What was published before the instant no longer finds copies, and is gone from memory."""
    index.add(_article(900, _text(900), published=MORNING - timedelta(days=9)))
    copy = _article(901, _text(900), "Courier")
    assert index.original_of(copy) == 900
    index.forget_before(MORNING - timedelta(days=4))
    assert index.original_of(copy) is None
    assert len(index) == 100
    index.forget_before(MORNING)
    assert len(index) == 0


def test_a_short_text_that_returns_after_being_forgotten_is_an_original() -> None:
    """What was forgotten proposes nothing, and remembered again it is what later ones copy."""
    known, words = CopyIndex(), "Nordkern halves its network."
    known.add(_article(1, words, title=words, published=MORNING - timedelta(days=9)))
    known.add(_article(2, words, "Post", title=words, published=MORNING - timedelta(days=8)))
    known.forget_before(MORNING - timedelta(days=4))
    returned = _article(3, words, "Courier", title=words)
    assert known.original_of(returned) is None
    known.add(returned)
    assert known.original_of(_article(4, words, "Gazette", title=words)) == 3


def test_what_is_left_is_found_when_another_with_the_same_words_is_forgotten() -> None:
    """Forgetting one text of several that share their words leaves the others as they were."""
    known = CopyIndex()
    for number, days in ((1, 9), (2, 1), (3, 0)):
        known.add(_article(number, f"{_text(1, 60)} {_text(number, 50)}", published=MORNING - timedelta(days=days)))
    copy = _article(10, f"{_text(1, 60)} {_text(2, 50)}", "Courier")
    assert known.original_of(copy) == 2
    known.forget_before(MORNING - timedelta(days=4))
    assert known.original_of(copy) == 2
    known.forget_before(MORNING - timedelta(hours=1))
    assert known.original_of(copy) == 3
    known.forget_before(MORNING + timedelta(days=1))
    assert known.original_of(copy) is None


def test_an_edited_text_is_a_copy_only_where_its_words_stand_in_order() -> None:
    """Of two texts with a third of their runs of words in common, the one that keeps the order of the rest is one."""
    known, words = CopyIndex(), _text(1, 120).split()
    known.add(_article(1, " ".join(words)))
    edited = [f"edit{at}" if at % 5 == 0 else word for at, word in enumerate(words)]
    assert known.original_of(_article(2, " ".join(edited), "Courier")) == 1
    assert known.original_of(_article(3, " ".join([*words[60:100], *_text(9, 80).split()]), "Gazette")) is None


def test_from_half_of_its_runs_of_words_on_a_text_is_a_copy() -> None:
    """Of 40 runs of three words 20 are enough, wherever the other words stand; with 19 it is another text."""
    known, words, others = CopyIndex(), _text(1, 42).split(), _text(2, 42).split()
    known.add(_article(1, " ".join(words)))
    assert known.original_of(_article(2, " ".join([*words[:22], *others[:20]]), "Courier")) == 1
    assert known.original_of(_article(3, " ".join([*words[:21], *others[:21]]), "Gazette")) is None


def test_from_three_tenths_on_it_is_one_where_three_quarters_of_its_words_stand_in_order() -> None:
    """Of 40 runs of three words 12 are enough where 32 of 42 words keep their order; with 11 it is another text."""
    known, words = CopyIndex(), _text(1, 42).split()
    known.add(_article(1, " ".join(words)))

    def edited(*places: int) -> str:
        return " ".join("edit" if at in places else word for at, word in enumerate(words))

    assert known.original_of(_article(2, edited(0, *range(4, 40, 4)), "Courier")) == 1
    assert known.original_of(_article(3, edited(1, *range(4, 40, 4)), "Gazette")) is None


def test_memory_is_bounded() -> None:
    """Beyond its limit the index forgets what was added first."""
    known = CopyIndex(most=3)
    for number in range(1, 6):
        known.add(_article(number, _text(number)))
    assert len(known) == 3
    assert known.original_of(_article(10, _text(1), "Courier")) is None
    assert known.original_of(_article(11, _text(5), "Courier")) == 5


def test_boilerplate_that_everyone_carries_makes_no_copies() -> None:
    """A notice that stands under many texts proves nothing, even where it is most of a text."""
    known, notice = CopyIndex(), _text(3, 60)
    for number in range(1, COMMON + 5):
        known.add(_article(number, f"{_text(number * 7, 80)} {notice}"))
    assert known.original_of(_article(500, f"{_text(99, 30)} {notice}", "Courier")) is None
    assert known.original_of(_article(501, f"{_text(7, 80)} {notice}", "Courier")) == 1
