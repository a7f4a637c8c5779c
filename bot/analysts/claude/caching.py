"""Whether prompts are cached: the share of the input that was read from the cache, and where none forms."""

from __future__ import annotations

from collections.abc import Sequence

from bot.analysts.claude.prompts import prompt
from bot.model.run import Spending

BYTES_A_TOKEN = 3.5  # of English prose, about
MINIMUMS = "1,024 to 4,096"
"""Tokens under which a model caches nothing, by model (Anthropic's documentation of prompt caching)."""


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
    steps = ", ".join(f"{step} (some {tokens:,} tokens, {model})" for step, model, tokens in without)
    return f"{words}; none forms for {steps}: a model caches no prompt shorter than its minimum, {MINIMUMS} tokens"
