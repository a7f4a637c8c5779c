"""What a failed call says of itself: whether it may pass, what to tell the operator, and in which words."""

from __future__ import annotations

import textwrap

from bot.analysts.claude.checks import plain

TEMPORARY = frozenset((408, 409, 429))  # and 5xx: errors that may pass in a moment
SPENDING_LIMITS = frozenset(
    ("contract_spend_limit_reached", "enforced_spend_limit_reached", "linked_organization_spend_limit_reached")
)
REFUSED = {
    401: "Claude refuses the key (ANTHROPIC_API_KEY): set one that is valid.",
    402: "The account’s credit with Anthropic is used up.",
    403: "Claude refuses the key (ANTHROPIC_API_KEY): it may not use this.",
    404: "Claude does not know the model “{model}”: set another in [analyst].",
}
"""What the operator is told by the status of an answer."""
REJECTED = (
    "Claude rejects what it is asked in the step “{step}”: {why}. Set another model than “{model}” in [analyst], or "
    "report it; until then the embedded analyst does that step."
)
LONGEST_REASON = 200
"""Characters of an error's message that an operator is shown."""


def never_sent(error: BaseException) -> bool:
    """Whether the request cannot have reached the server."""
    import httpx2

    return isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)


def said(error: BaseException) -> str:
    """What the endpoint says of a rejected request, the parameter's name included, on one line."""
    body = getattr(error, "body", None)
    told = body.get("error") if isinstance(body, dict) else None
    words = told.get("message") if isinstance(told, dict) else None
    return textwrap.shorten(plain(str(words or described(error))), LONGEST_REASON, placeholder=" …").rstrip(". ")


def described(error: BaseException) -> str:
    """The failure in two words."""
    status = getattr(error, "status_code", None)
    return f"status {status}" if status else "no answer"
