"""The parameters of a request: those that a model takes, by its documentation and by what it rejected before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.analysts.claude.requests import Request

THINKING_OFF = ("disabled", "between_tools", "adaptive")
"""What keeps a model from thinking before it replies, in the order in which it is tried; with the last it thinks."""
DOCUMENTED = {"claude-sonnet-5-5": "between_tools", "claude-opus-5-5": "adaptive"}
"""Models that reject the first of them (their pages “What’s new” under platform.claude.com/docs/en/models)."""
ROOM_TO_THINK = 4_000
"""Output tokens beyond those of the reply for a model that cannot be kept from thinking."""


class AcceptedParameters:
    """What each model has taken so far; what it rejects is left out, or said otherwise, from then on."""

    def __init__(self) -> None:
        self.no_extensions = False  # another vendor's endpoint, which knows no schemas, efforts and caches
        self._thinking_off: dict[str, str] = dict(DOCUMENTED)
        self._rejected: set[tuple[str, str]] = set()  # (model, parameter)

    def of(self, request: Request) -> dict[str, Any]:
        """The parameters with which the request is sent."""
        params: dict[str, Any] = {
            "model": request.model,
            "max_tokens": self.most(request),
            "messages": [{"role": "user", "content": list(request.content)}],
        }
        if self.no_extensions:
            said = [{"role": "user", "content": [_unmarked(block) for block in request.content]}]
            return {**params, "messages": said, "system": request.system}
        thinking, output = self._thinking(request), self._output(request)
        return {
            **params,
            "system": [_system(request)],
            **({"thinking": {"type": thinking}} if thinking else {}),
            **({"output_config": output} if output else {}),
        }

    def most(self, request: Request) -> int:
        """Output tokens the request may take, with room for thinking where the model cannot be kept from it."""
        kept = request.thinks or self._thinking(request) in THINKING_OFF[:-1]
        return request.most if kept else request.most + ROOM_TO_THINK

    def learn(self, request: Request, why: str) -> bool:
        """Note which parameter was rejected, by the endpoint's words; returns whether asking again may help."""
        model, thinking = request.model, self._thinking(request)
        if thinking and "thinking" in why:
            if thinking == THINKING_OFF[-1]:
                self._rejected.add((model, "thinking"))
            else:
                self._thinking_off[model] = THINKING_OFF[THINKING_OFF.index(thinking) + 1]
            return True
        if "effort" in why and (model, "effort") not in self._rejected:
            self._rejected.add((model, "effort"))
            return True
        return False

    def _thinking(self, request: Request) -> str | None:
        """The kind of thinking that is asked for; None: the parameter is left out."""
        if (request.model, "thinking") in self._rejected:
            return None
        return "adaptive" if request.thinks else self._thinking_off.get(request.model, THINKING_OFF[0])

    def _output(self, request: Request) -> dict[str, Any]:
        effort = {} if (request.model, "effort") in self._rejected else {"effort": request.effort}
        shape = {"format": {"type": "json_schema", "schema": request.schema}} if request.schema else {}
        return {**effort, **shape}


def _system(request: Request) -> dict[str, Any]:
    """The system prompt, kept for an hour; as briefly as the content where that is kept too: a write costs less so."""
    brief = any("cache_control" in block for block in request.content)
    control = {"type": "ephemeral"} if brief else {"type": "ephemeral", "ttl": "1h"}
    return {"type": "text", "text": request.system, "cache_control": control}


def _unmarked(block: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name != "cache_control"}
