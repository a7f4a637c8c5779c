"""Whether prompts are cached: the share of the input that was read from the cache, and where none forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.analysts.claude.prompts import prompt
from bot.model.run import Spending

BYTES_A_TOKEN = 3.2
"""Of English prose, about: a million tokens are 555,000 words (platform.claude.com/docs, the models' overview)."""
MINIMUMS: Mapping[str, int] = {
    "claude-haiku-5-5": 512,
    "claude-sonnet-5-5": 512,
    "claude-opus-5-5": 512,
    "claude-opus-5": 512,
    "claude-sonnet-5": 1_024,
    "claude-sonnet-4-6": 1_024,
    "claude-opus-4-8": 1_024,
    "claude-opus-4-7": 2_048,
    "claude-opus-4-6": 4_096,
    "claude-haiku-4-5": 4_096,
}
"""Tokens under which a model caches nothing, without saying so (“Cache limitations” of the documentation of prompt
caching, platform.claude.com/docs, October 2026)."""
MOST = max(MINIMUMS.values())
"""What is assumed of a model that is not in the list."""


def share(spent: Sequence[Spending]) -> float:
    """The share (0 to 1) of all input tokens that was read from the cache; 0.0 if nothing was asked."""
    reads = sum(each.cache_reads for each in spent)
    return reads / max(1, reads + sum(each.tokens_in + each.cache_writes for each in spent))


def uncached(spent: Sequence[Spending]) -> tuple[tuple[str, str, int], ...]:
    """(step, model, tokens of its prompt, about) wherever calls neither wrote to the cache nor read from it."""
    without = [each for each in spent if not each.cache_reads and not each.cache_writes]
    return tuple((each.step, each.model, prompt_tokens(each.step)) for each in without)


def prompt_tokens(step: str) -> int:
    """About how many tokens the constant prompt of the step has."""
    return round(len(prompt(step).encode()) / BYTES_A_TOKEN)


def described(spent: Sequence[Spending]) -> str:
    """Share and uncached steps in words for an operator."""
    words = f"{share(spent):.0%} of the week’s input was read from it"
    if not (without := uncached(spent)):
        return words
    steps = "; ".join(f"{step}, some {tokens:,} tokens ({_floor(model)})" for step, model, tokens in without)
    return f"{words}; no cache forms for {steps}"


def _floor(model: str) -> str:
    least = MINIMUMS.get(model)
    return f"{model} caches from {least:,} on" if least else f"from how many on {model} caches is not known"
