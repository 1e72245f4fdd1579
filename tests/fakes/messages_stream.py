"""A message as the Messages API streams it: server-sent events in their order."""

import json
from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]

#: Characters of one delta.
PIECE = 16


def events(message: Document) -> Iterator[str]:
    """The message, event by event; the final usage comes with the reason it ended."""
    opening = {**message, "content": [], "stop_reason": None}
    opening["usage"] = {**message["usage"], "output_tokens": 1}
    yield _event("message_start", message=opening)
    yield _event("ping")
    for number, block in enumerate(message["content"]):
        yield _event("content_block_start", index=number, content_block=_begun(block))
        for delta in _deltas(block):
            yield _event("content_block_delta", index=number, delta=delta)
        yield _event("content_block_stop", index=number)
    ending = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    yield _event("message_delta", delta=ending, usage=message["usage"])
    yield _event("message_stop")


def _begun(block: Document) -> Document:
    return {**block, "text": ""} if block["type"] == "text" else {**block, "input": {}}


def _deltas(block: Document) -> Iterator[Document]:
    if block["type"] == "text":
        for piece in _pieces(block["text"]):
            yield {"type": "text_delta", "text": piece}
    else:
        for piece in _pieces(json.dumps(block["input"], ensure_ascii=False)):
            yield {"type": "input_json_delta", "partial_json": piece}


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + PIECE] for start in range(0, len(text), PIECE))


def _event(kind: str, **data: object) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **data}, ensure_ascii=False)}\n\n"
