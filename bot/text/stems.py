"""Stems: what the forms of one word share, so that “bans”, “banned” and “banning” are one word to all who compare.

Endings that make a word's forms are cut (-s, -ed, -ing), those that make another word (-er, -ment, -ation) are kept.
The Snowball stemmer cuts both, and cost accuracy: `python -m tests.bench linking DATA/linking/ecb-short.jsonl` printed
an F1 of 0.900 with it and 0.915 with this, `python -m tests.bench answers` 0.857 and 0.905 rightly refused (tuning).
"""

from __future__ import annotations

SUFFIXES = {
    "nl": "ingen heden ing ende end en er es e s",
    "de": "ungen ern em en er es e n s",
    "fr": "ements ement ations ation ees es ee er ez e s x",
    "es": "aciones acion mente ando iendo adas ados ada ado ar er ir es as os a o e s",
    "it": "azioni azione mente ando endo are ere ire ate ati ata ato a e i o",
    "pl": "eniach aniach owania owanie eniem aniem enie anie enia ania eniu aniu ymi ami imi ach ego emu owi "
    "ych ich iej om ej ym im em ie ia iu ow a e i o u y",
    "pt": "acoes acao mente ando endo adas ados ada ado ar er ir es as os a o e s",
}
"""By language (ISO 639-1) the endings cut from folded words, the longest first, where at least four letters stay."""

_FORMS = {
    "fell": "fall", "fallen": "fall", "rose": "rise", "risen": "rise", "sold": "sell", "bought": "buy", "grew": "grow",
    "women": "woman", "died": "die", "used": "use", "aged": "age", "agreed": "agree", "movies": "movie",
}  # fmt: skip
"""Forms of common English words of the news that no rule below finds."""
_WHOLE = frozenset(["united", "during", "news", "being", "nothing", "something", "according", "accordingly"])
"""English words that only look like such forms."""


def stem(word: str, language: str = "en") -> str:
    """The stem of a lower-case word, which need not be a word itself: “filing” and “file” are “fil”.

    `language` is ISO 639-1; a word of a language without rules is its own stem.
    """
    return _english(word) if language == "en" else _light(word, language)


def _light(word: str, language: str) -> str:
    for suffix in SUFFIXES.get(language, "").split():
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


def _english(word: str) -> str:
    """Step 1 of Porter (1980), and the final e and double l of his step 5."""
    if len(word) < 4 or word in _WHOLE:
        return word
    found = _unending(_singular(_FORMS.get(word, word)))
    if found.endswith("ll") and len(found) > 4:
        return found[:-1]
    return found[:-1] if found.endswith("e") and len(found) > 3 else found


def _singular(word: str) -> str:
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    return word[:-2] if word.endswith(("sses", "ches", "shes", "xes", "zes")) else word[:-1]


def _unending(word: str) -> str:
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    if not word.endswith(("ing", "ed")) or word.endswith("eed"):
        return word
    root = word[:-3] if word.endswith("ing") else word[:-2]
    if len(root) < 3 or not any(vowel in root for vowel in "aeiouy"):
        return word
    doubled = len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz"  # “banning”, but “adding” and “innings”
    return root[:-1] if doubled else root
