"""What the Messages API refuses, of what a program might send it by mistake."""

import re
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]

MESSAGES = "/v1/messages"
INVOKE = re.compile(r"/model/(?P<model>[^/]+)/invoke")
SAMPLING = ("temperature", "top_p", "top_k")
#: Models of today: no sampling, no forced tools; what "do not think first" is called.
WITHOUT_THINKING = {
    "claude-haiku-5-5": {"disabled", "adaptive"},
    "claude-sonnet-5-5": {"between_tools", "adaptive"},
    "claude-sonnet-5": {"disabled", "adaptive"},
    "claude-haiku-4-5": {"disabled", "enabled"},
}


class Refusal(Exception):
    def __init__(self, status: int, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.kind = kind
        self.sentence = sentence


def check(path: str, headers: dict[str, str], body: Document, *, key: str) -> None:
    """Raise Refusal where the real one would answer with an error."""
    invoked = INVOKE.fullmatch(path)
    if invoked:
        _check_bedrock(headers, body)
        model = re.sub(r"^(\w+\.)?anthropic\.|-\d{8}-v\d.*$", "", invoked["model"])
    else:
        _check_anthropic(path, headers, key)
        model = body.get("model", "")
    if model not in WITHOUT_THINKING:
        raise Refusal(404, "not_found_error", f"model: {model}")
    for problem in _problems(body, model):
        raise Refusal(400, "invalid_request_error", problem)


def _check_anthropic(path: str, headers: dict[str, str], key: str) -> None:
    if path != MESSAGES:
        raise Refusal(404, "not_found_error", "not found")
    if key not in (headers.get("x-api-key"), headers.get("authorization", "")[len("Bearer ") :]):
        raise Refusal(401, "authentication_error", "invalid x-api-key")
    if "anthropic-version" not in headers:
        raise Refusal(400, "invalid_request_error", "anthropic-version: header is required")


def _check_bedrock(headers: dict[str, str], body: Document) -> None:
    if not headers.get("authorization", "").startswith("AWS4-HMAC-SHA256"):
        raise Refusal(403, "permission_error", "missing authentication token")
    if "format" in body.get("output_config", {}):
        sentence = "output_config.format: Extra inputs are not permitted"
        raise Refusal(400, "invalid_request_error", sentence)


def _problems(body: Document, model: str) -> Iterator[str]:
    yield from (f"{name} is not supported by this model" for name in SAMPLING if name in body)
    if body.get("tool_choice", {}).get("type") in {"any", "tool"}:
        yield "tool_choice: this model does not support forced tool use"
    thinking = body.get("thinking", {}).get("type")
    if thinking and thinking not in WITHOUT_THINKING[model]:
        yield f'"thinking.type.{thinking}" is not supported for this model'
    if body["messages"][-1]["role"] != "user":
        yield "this model does not support assistant message prefill"
    for message in body["messages"]:
        if not message["content"]:
            yield "messages: text content blocks must be non-empty"
    if any(not block["text"] for block in body.get("system") or ()):
        yield "system: text content blocks must be non-empty"
    yield from _schema_problems(body.get("output_config", {}).get("format", {}).get("schema"))


def _schema_problems(schema: object) -> Iterator[str]:
    if isinstance(schema, list):
        for entry in schema:
            yield from _schema_problems(entry)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        yield "output_config.format.schema: additionalProperties must be false"
    for name in ("minimum", "maximum", "maxLength", "maxItems"):
        if name in schema:
            yield f"output_config.format.schema: {name} is not supported"
    for entry in schema.values():
        yield from _schema_problems(entry)
