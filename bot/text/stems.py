"""A word's light stem, so that “bans”, “banned” and “banning” are one."""

from __future__ import annotations

import re

_VOWEL = re.compile(r"[aeiouyäöüáéíóúàèâêîôû]")


def stem(word: str) -> str:
    """A light stem of a lower-case word, so that “bans”, “banned” and “banning” are one.

    Plural, -ed and -ing as in steps 1a and 1b of Porter (1980), without his measure; a final e or y is evened out.
    """
    if len(word) < 4:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    word = _singular(word)
    for suffix in ("ing", "ed"):
        root = word.removesuffix(suffix)
        if root != word and len(root) > 2 and _VOWEL.search(root):
            word = root[:-1] if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz" else root
            break
    if len(word) > 3 and word[-1] in "ey":
        return word[:-1] + ("i" if word[-1] == "y" else "")
    return word


_IRREGULAR = {
    "according": "according", "accordingly": "according", "united": "united", "during": "during", "news": "news",
    "fell": "fall", "fallen": "fall", "rose": "rise", "risen": "rise", "sold": "sell", "bought": "buy", "grew": "grow",
    "women": "woman", "banks": "bank", "being": "being", "nothing": "nothing", "something": "something",
}  # fmt: skip


def _singular(word: str) -> str:
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes", "zes")):
        return word[:-2]
    return word[:-1]
