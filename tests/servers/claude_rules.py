"""What the Messages API refuses: a request is checked as the API would check it, and the complaint is its own.

Only what this project sends, or might send by mistake, is known here; anything else is refused as unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Model:
    """A model as the models endpoint describes it."""

    name: str
    line: str
    most_tokens: int = 128_000
    citations: bool = True
    structured: bool = True
    batch: bool = True
    lifecycle: str = "active"
    thinking: tuple[str, ...] = ("adaptive", "disabled")


MODELS = {
    model.name: model
    for model in (
        Model("claude-haiku-5-5", "haiku"),
        Model("claude-sonnet-5-5", "sonnet", thinking=("adaptive", "between_tools")),
        Model("claude-opus-5-5", "opus", thinking=("adaptive",)),
    )
}


class Refused(Exception):
    """A complaint of the API: its status, the error's type and what is wrong."""

    def __init__(self, words: str, status: int = 400, kind: str = "invalid_request_error") -> None:
        super().__init__(words)
        self.status, self.kind = status, kind


_FIELDS = {
    "model", "max_tokens", "messages", "system", "stream", "stop_sequences", "metadata", "thinking", "tools",
    "tool_choice", "output_config", "service_tier", "cache_control",
}  # fmt: skip
_COUNTED = _FIELDS - {"max_tokens", "stream", "stop_sequences", "metadata", "service_tier"}
_SAMPLING = ("temperature", "top_p", "top_k")
_EFFORTS = ("low", "medium", "high", "xhigh", "max")
_FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"}
_KEYWORDS = {
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "allOf", "$ref",
    "$defs", "description", "title", "format", "minItems", "default",
}  # fmt: skip
MOST_BREAKPOINTS = 4
MOST_OPTIONAL = 24
MOST_UNIONS = 16


def check(body: object, models: Mapping[str, Model] = MODELS, *, counting: bool = False) -> None:
    """Refuse the body of a Messages request (`counting`: of a count_tokens request) where the API would."""
    if not isinstance(body, dict):
        raise Refused("The request body is not valid JSON.")
    for name in _SAMPLING:
        if name in body:
            raise Refused(f"`{name}` is not supported on this model.")
    for name in body:
        if name not in (_COUNTED if counting else _FIELDS):
            raise Refused(f"{name}: Extra inputs are not permitted")
    model = _model(body, models)
    if not counting:
        _tokens(body, model)
    _system(body.get("system"))
    _messages(body.get("messages"))
    _tools(body)
    _thinking(body, model)
    _output(body, model)
    _breakpoints(body)


def _model(body: Json, models: Mapping[str, Model]) -> Model:
    name = body.get("model")
    if not isinstance(name, str):
        raise Refused("model: Field required")
    if name not in models or models[name].lifecycle == "retired":
        raise Refused(f"model: {name}", 404, "not_found_error")
    return models[name]


def _tokens(body: Json, model: Model) -> None:
    most = body.get("max_tokens")
    if not isinstance(most, int) or isinstance(most, bool):
        raise Refused("max_tokens: Field required")
    if not 0 <= most <= model.most_tokens:
        raise Refused(f"max_tokens: {most} > {model.most_tokens}, which is the maximum allowed for {model.name}")


# --- turns and blocks ------------------------------------------------------------------------------------------------


def _system(system: object) -> None:
    if system is None or isinstance(system, str):
        return
    if not isinstance(system, list):
        raise Refused("system: Input should be a valid list")
    for at, block in enumerate(system):
        _text(block, f"system.{at}")


def _messages(messages: object) -> None:
    if not isinstance(messages, list) or not messages:
        raise Refused("messages: at least one message is required")
    for at, message in enumerate(messages):
        _only(message, {"role", "content"}, f"messages.{at}")
        if message.get("role") not in ("user", "assistant"):
            raise Refused(f"messages.{at}.role: Input should be 'user' or 'assistant'")
        _content(message.get("content"), f"messages.{at}.content")
    if messages[-1]["role"] == "assistant":
        raise Refused("This model does not support assistant message prefill: the last message must be the user's.")


def _content(content: object, where: str) -> None:
    if isinstance(content, str):
        if not content.strip():
            raise Refused(f"{where}: text content must be non-empty")
        return
    if not isinstance(content, list) or not content:
        raise Refused(f"{where}: Field required")
    for at, block in enumerate(content):
        kind = block.get("type") if isinstance(block, dict) else None
        if kind == "text":
            _text(block, f"{where}.{at}")
        elif kind == "document":
            _document(block, f"{where}.{at}")
        else:
            raise Refused(f"{where}.{at}: Input tag {kind!r} does not match any of the expected tags")


def _text(block: Any, where: str) -> None:
    _only(block, {"type", "text", "cache_control", "citations"}, where)
    if block.get("type") != "text" or not isinstance(block.get("text"), str):
        raise Refused(f"{where}.text: Field required")
    if not block["text"].strip():
        raise Refused(f"{where}: text content blocks must contain non-whitespace text")
    _cache(block, where)


def _document(block: Any, where: str) -> None:
    _only(block, {"type", "source", "title", "context", "citations", "cache_control"}, where)
    source = block.get("source")
    _only(source, {"type", "content", "data", "media_type"}, f"{where}.source")
    match source.get("type"):
        case "content":
            if not isinstance(source.get("content"), list) or not source["content"]:
                raise Refused(f"{where}.source.content: Field required")
            for at, piece in enumerate(source["content"]):
                _text(piece, f"{where}.source.content.{at}")
        case "text":
            if source.get("media_type") != "text/plain" or not isinstance(source.get("data"), str):
                raise Refused(f"{where}.source: media_type must be text/plain")
        case kind:
            raise Refused(f"{where}.source.type: {kind!r} is not supported here")
    if "citations" in block:
        _only(block["citations"], {"enabled"}, f"{where}.citations")
    _cache(block, where)


def _only(value: Any, known: set[str], where: str) -> None:
    if not isinstance(value, dict):
        raise Refused(f"{where}: Input should be an object")
    for name in value:
        if name not in known:
            raise Refused(f"{where}.{name}: Extra inputs are not permitted")


def documents(body: Json) -> list[Json]:
    """The document blocks of the request, in the order by which citations number them."""
    contents = [message["content"] for message in body["messages"] if isinstance(message["content"], list)]
    return [block for content in contents for block in content if block["type"] == "document"]


def cites(body: Json) -> bool:
    """Whether citations are asked for; refused where only some documents ask."""
    asked = [bool(block.get("citations", {}).get("enabled")) for block in documents(body)]
    if any(asked) and not all(asked):
        raise Refused("Citations must be enabled on all or none of the documents in the request.")
    return any(asked)


# --- caching ---------------------------------------------------------------------------------------------------------


def _cache(block: Json, where: str) -> None:
    control = block.get("cache_control")
    if control is None:
        return
    _only(control, {"type", "ttl"}, f"{where}.cache_control")
    if control.get("type") != "ephemeral" or control.get("ttl", "5m") not in ("5m", "1h"):
        raise Refused(f"{where}.cache_control: type must be 'ephemeral' and ttl '5m' or '1h'")


def breakpoints(body: Json) -> list[Json]:
    """The cache_control markers of the request in its own order: system, then messages."""
    system = body.get("system") if isinstance(body.get("system"), list) else []
    turns = [block for m in body["messages"] if isinstance(m["content"], list) for block in m["content"]]
    return [block["cache_control"] for block in (*(system or ()), *turns) if block.get("cache_control")]


def _breakpoints(body: Json) -> None:
    found = breakpoints(body)
    if len(found) > MOST_BREAKPOINTS:
        raise Refused(f"A maximum of {MOST_BREAKPOINTS} blocks with cache_control may be provided. Found {len(found)}.")
    lives = [control.get("ttl", "5m") for control in found]
    if lives != sorted(lives, key=lambda ttl: ttl != "1h"):
        raise Refused("a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block")


# --- tools, thinking, output -----------------------------------------------------------------------------------------


def _tools(body: Json) -> None:
    choice = body.get("tool_choice")
    if choice is None:
        return
    if not body.get("tools"):
        raise Refused("tool_choice may only be specified while providing tools.")
    if choice.get("type") in ("any", "tool"):
        raise Refused("Forced tool use (`tool_choice` of type any or tool) is not supported on this model.")


def _thinking(body: Json, model: Model) -> None:
    thinking = body.get("thinking")
    if thinking is None:
        return
    kind = thinking.get("type")
    if kind not in ("adaptive", "disabled", "between_tools", "enabled"):
        raise Refused(f"thinking: Input tag {kind!r} does not match any of the expected tags")
    if kind not in model.thinking:
        raise Refused(f"“thinking.type.{kind}” is not supported for this model.")
    if kind == "between_tools" and body.get("output_config", {}).get("effort") in ("xhigh", "max"):
        raise Refused("thinking: between_tools takes no effort above high")


def _output(body: Json, model: Model) -> None:
    config = body.get("output_config")
    cited = cites(body)
    if cited and not model.citations:
        raise Refused(f"citations are not supported by {model.name}")
    if config is None:
        return
    _only(config, {"effort", "format"}, "output_config")
    if config.get("effort") not in (None, *_EFFORTS):
        raise Refused(f"output_config.effort: Input should be one of {', '.join(_EFFORTS)}")
    shape = config.get("format")
    if shape is None:
        return
    _only(shape, {"type", "schema"}, "output_config.format")
    if shape.get("type") != "json_schema" or not isinstance(shape.get("schema"), dict):
        raise Refused("output_config.format: type must be 'json_schema', with a schema")
    if not model.structured:
        raise Refused(f"structured outputs are not supported by {model.name}")
    if cited:
        raise Refused("output_config.format: structured outputs cannot be used with citations")
    _schema(shape["schema"])


def _schema(schema: Json) -> None:
    unions = optional = 0
    for node, where in _nodes(schema, "schema"):
        for name in node:
            if name not in _KEYWORDS:
                raise Refused(f"output_config.format.{where}: For this type, property '{name}' is not supported")
        if node.get("type") == "object":
            if node.get("additionalProperties") is not False:
                raise Refused(f"output_config.format.{where}: 'additionalProperties' must be explicitly set to false")
            optional += len(set(node.get("properties", {})) - set(node.get("required", ())))
        if node.get("minItems", 0) not in (0, 1):
            raise Refused(f"output_config.format.{where}: 'minItems' must be 0 or 1")
        if "format" in node and node["format"] not in _FORMATS:
            raise Refused(f"output_config.format.{where}: format {node['format']!r} is not supported")
        unions += "anyOf" in node or isinstance(node.get("type"), list)
    if optional > MOST_OPTIONAL:
        raise Refused(f"output_config.format.schema: too many optional parameters ({optional} > {MOST_OPTIONAL})")
    if unions > MOST_UNIONS:
        raise Refused(f"output_config.format.schema: too many unions ({unions} > {MOST_UNIONS})")
    _terminates(schema)


def _nodes(node: Json, where: str) -> Iterator[tuple[Json, str]]:
    yield node, where
    for name in ("properties", "$defs"):
        for key, child in node.get(name, {}).items():
            yield from _nodes(child, f"{where}.{key}")
    for name in ("anyOf", "allOf"):
        for at, child in enumerate(node.get(name, ())):
            yield from _nodes(child, f"{where}.{name}.{at}")
    if isinstance(node.get("items"), dict):
        yield from _nodes(node["items"], f"{where}.items")


def _terminates(schema: Json) -> None:
    """Refuse a definition that leads back to itself, or to nowhere."""
    defined = schema.get("$defs", {})
    leads = {
        name: {each["$ref"].rpartition("/")[2] for each, _ in _nodes(node, name) if "$ref" in each}
        for name, node in defined.items()
    }
    for name, led_to in leads.items():
        seen, queue = set[str](), set(led_to)
        while queue:
            at = queue.pop()
            if at == name:
                raise Refused("output_config.format.schema: recursive schemas are not supported")
            if at not in seen and at in leads:
                seen.add(at)
                queue |= leads[at]
    for node, where in _nodes(schema, "schema"):
        if "$ref" in node and node["$ref"].rpartition("/")[2] not in defined:
            raise Refused(f"output_config.format.{where}: unresolved reference {node['$ref']}")
