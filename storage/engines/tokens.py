"""Words as SQLite's FTS5 indexes them with `porter unicode61 remove_diacritics 2`, for an index that is not SQLite's.

    letters and digits → lower case → a Latin letter without its accent → Porter's stem

The stems are those of M. F. Porter, “An algorithm for suffix stripping”, Program 14(3), 1980, with the two changes the
author made later (`-bli`, `-logi`). tests/storage/test_search.py compares all of it with FTS5 itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

_TOKEN = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u0331])*")
_LONGEST = 64  # bytes of a word that is stemmed, as in FTS5
_LONGEST_KEPT = 500  # characters, below the 2,046 bytes of a lexeme in PostgreSQL


def tokens(text: str) -> Iterator[str]:
    """The words of the text in their order, each as it is indexed."""
    return map(_indexed, _TOKEN.findall(text))


@lru_cache(maxsize=8192)
def _indexed(word: str) -> str:
    folded = word.lower() if word.isascii() else "".join(map(_folded, word))
    size = len(folded.encode())
    return stem(folded) if 3 <= size <= _LONGEST else folded[:_LONGEST_KEPT]


def _folded(letter: str) -> str:
    """In lower case, without its accent where the letter below it is one of a to z; "" for an accent alone."""
    if unicodedata.combining(letter):
        return ""
    plain = letter.casefold()
    plain = plain if len(plain) == 1 else letter.lower()
    base = unicodedata.normalize("NFD", plain)[:1]
    return base if base.isascii() else plain


# --- Porter's stems ------------------------------------------------------------------------------------------------

_SECOND = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "logi": "log", "bli": "ble",
    "alli": "al", "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate", "ator": "ate",
    "alism": "al", "iveness": "ive", "fulness": "ful", "ousness": "ous", "aliti": "al", "iviti": "ive",
    "biliti": "ble",
}  # fmt: skip
_THIRD = {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}
_FOURTH = {"sion": "s", "tion": "t"} | dict.fromkeys(
    "al ance ence er ic able ible ant ement ment ent ou ism ate iti ous ive ize".split(),  # noqa: SIM905 - a table
    "",
)
_MENDED = {"at": "ate", "bl": "ble", "iz": "ize"}


def stem(word: str) -> str:
    """The word, in lower case and without accents, without its English endings."""
    word = _without_past(_without_plural(word))
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(_replaced(_replaced(word, _SECOND, 0), _THIRD, 0), _FOURTH, 1)
    return _without_e(word)


def _without_plural(word: str) -> str:
    if any(word.endswith(ending) and len(word) > len(ending) for ending in ("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _without_past(word: str) -> str:
    """Without -eed, -ed and -ing."""
    if word.endswith("eed") and len(word) > 3:
        return word[:-1] if _measure(word[:-3]) > 0 else word
    ending = next((each for each in ("ed", "ing") if word.endswith(each)), None)
    if ending is None or not _has_vowel(word.removesuffix(ending)):
        return word
    rest = word.removesuffix(ending)
    if rest[-2:] in _MENDED:
        return rest[:-2] + _MENDED[rest[-2:]]
    if rest[-1] == rest[-2:-1] and rest[-1] not in "aeioulsz":
        return rest[:-1]
    return rest + "e" if _measure(rest) == 1 and _is_short(rest) else rest


def _replaced(word: str, endings: Mapping[str, str], least: int) -> str:
    """With its longest ending replaced, where what stands before it measures more than `least`."""
    for start in range(max(len(word) - 7, 0), len(word) - 1):
        if (given := endings.get(word[start:])) is not None:
            rest = word[:start] + given if given in {"s", "t"} else word[:start]
            return word[:start] + given if _measure(rest) > least else word
    return word


def _without_e(word: str) -> str:
    """Without a silent -e and a second -l."""
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _is_short(word[:-1])):
            word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word


def _shape(word: str) -> str:
    """The word's bytes as v(owel) or c(onsonant), as FTS5 looks at them; a y is a vowel after a consonant."""
    shape = ""
    for letter in word:
        is_vowel = letter in "aeiou" or (letter == "y" and shape[-1:] == "c")
        shape += "v" if is_vowel else "c" * len(letter.encode())
    return shape


def _measure(word: str) -> int:
    """How often vowels are followed by consonants."""
    return _shape(word).count("vc")


def _has_vowel(word: str) -> bool:
    return any(letter in "aeiou" or (letter == "y" and at > 0) for at, letter in enumerate(word))


def _is_short(word: str) -> bool:
    """Whether it ends in consonant, vowel, consonant, the last not w, x or y."""
    return _shape(word)[-3:] == "cvc" and word[-1] not in "wxy"
