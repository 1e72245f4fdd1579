"""The Messages API as the Anthropic SDK sees it, on one port: JSON and server-sent events.

``ANTHROPIC_BASE_URL`` (or ``base_url``) points at ``MessagesApi.url``; Bedrock's runtime is the
same server, by ``/model/<id>/invoke``. Requests that the real one refuses are refused.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from tests.fakes.messages_rules import Refusal, check
from tests.fakes.messages_stream import events

Document = dict[str, Any]

#: A prefix's tokens, roughly; and the smallest the real one would cache is not simulated.
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, kw_only=True)
class Reply:
    """How one request goes."""

    content: tuple[Document, ...] = ()
    stop_reason: str = "end_turn"
    #: An error answer instead: HTTP status and body.
    status: int = 200
    error: Document | None = None
    #: A body that is sent as it is.
    body: bytes | None = None
    #: Seconds until the answer starts.
    delay: float = 0
    #: Close the connection in the middle of the answer.
    cut: bool = False
    #: Seconds between the events of a stream.
    pause: float = 0
    #: Events of a stream that are sent; None sends all.
    events: int | None = None
    #: An error that the stream breaks off with, after those.
    breaks: Document | None = None
    retry_after: int | None = None


def text(said: object, *, stop_reason: str = "end_turn", delay: float = 0) -> Reply:
    """The model says this; what is no string, as JSON."""
    written = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    return Reply(content=({"type": "text", "text": written},), stop_reason=stop_reason, delay=delay)


def tool_use(name: str, arguments: Document) -> Reply:
    """The model calls a tool."""
    block = {"type": "tool_use", "id": f"toolu_{name}", "name": name, "input": arguments}
    return Reply(content=(block,), stop_reason="tool_use")


def error(status: int, kind: str, message: str, *, code: str | None = None) -> Reply:
    """An error as the API writes it."""
    details = {"details": {"error_code": code}} if code else {}
    document = {"type": "error", "error": {"type": kind, "message": message, **details}}
    return Reply(status=status, error=document, retry_after=1 if status == 429 else None)


def refusal() -> Reply:
    return Reply(stop_reason="refusal")


def empty() -> Reply:
    return Reply()


def broken_json() -> Reply:
    """A body that says it is JSON and is not."""
    return Reply(body=b'{"id": "msg_1", "content": [')


def cut() -> Reply:
    """The connection is closed half way."""
    return Reply(content=({"type": "text", "text": "x" * 400},), cut=True)


AUTHENTICATION = error(401, "authentication_error", "invalid x-api-key")
PERMISSION = error(403, "permission_error", "your key may not use this model")
RATE_LIMIT = error(429, "rate_limit_error", "too many requests")
INTERNAL = error(500, "api_error", "internal server error")
OVERLOADED = error(529, "overloaded_error", "overloaded")
BILLING = error(402, "billing_error", "there is an issue with your payment")
NO_CREDIT = error(400, "invalid_request_error", "Your credit balance is too low to access the API.")
SPENT = error(429, "rate_limit_error", "limit reached", code="enforced_spend_limit_reached")
TOO_LONG = error(400, "invalid_request_error", "prompt is too long: 1200000 tokens > 1000000")
GRAMMAR = error(400, "invalid_request_error", "the compiled grammar is too large, simplify it")
AWAY = error(503, "api_error", "service unavailable")


@dataclass(frozen=True, kw_only=True)
class Request:
    path: str
    headers: dict[str, str]
    #: As it came over the wire.
    raw: bytes
    #: The client's end of the connection it came over.
    port: int

    @property
    def body(self) -> Document:
        document: Document = json.loads(self.raw)
        return document

    @property
    def prefix(self) -> bytes:
        """Everything up to the last cache breakpoint of tools and system, to the byte."""
        return json.dumps(_prefix(self.body), ensure_ascii=False).encode()

    @property
    def said(self) -> str:
        """The text of the last message's first block."""
        content = self.body["messages"][-1]["content"]
        return content if isinstance(content, str) else str(content[0]["text"])


@dataclass
class MessagesApi:
    #: What a request is answered that no script waits for.
    answer: Callable[[Document], Reply] = field(default=lambda _: text("{}"))
    key: str = "test-key"
    #: Requests that reached the API, in order, refused ones too.
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    _script: deque[Reply] = field(default_factory=deque)
    _cached: set[bytes] = field(default_factory=set)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def __enter__(self) -> "MessagesApi":
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def script(self, *replies: Reply) -> None:
        """How the next requests go, one by one."""
        self._script.extend(replies)

    def reply(self, request: Request) -> Reply:
        """What this request gets."""
        self.requests.append(request)
        try:
            check(request.path, request.headers, request.body, key=self.key)
        except Refusal as refused:
            return error(refused.status, refused.kind, refused.sentence)
        return self._script.popleft() if self._script else self.answer(request.body)

    def message(self, request: Request, reply: Reply) -> Document:
        """The answer as a whole message."""
        said = json.dumps(reply.content, ensure_ascii=False)
        return {
            "id": f"msg_{next(self._numbers):06}",
            "type": "message",
            "role": "assistant",
            "model": request.body.get("model", ""),
            "content": list(reply.content),
            "stop_reason": reply.stop_reason,
            "stop_sequence": None,
            "usage": self._usage(request, output=len(said) // CHARACTERS_PER_TOKEN),
        }

    def _usage(self, request: Request, *, output: int) -> Document:
        prefix = request.prefix if _prefix(request.body) else b""
        cached = len(prefix) // CHARACTERS_PER_TOKEN
        known = prefix in self._cached
        self._cached.add(prefix)
        return {
            "input_tokens": len(request.raw) // CHARACTERS_PER_TOKEN - cached,
            "output_tokens": output,
            "cache_creation_input_tokens": 0 if known else cached,
            "cache_read_input_tokens": cached if known else 0,
        }


def _prefix(body: Document) -> list[Document]:
    system = body.get("system") or []
    blocks = [*body.get("tools", []), *(system if isinstance(system, list) else [])]
    marked = [number for number, block in enumerate(blocks) if "cache_control" in block]
    return blocks[: marked[-1] + 1] if marked else []


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: MessagesApi) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api

    def handle_error(self, *_: object) -> None:
        """A client that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(
            path=self.path,
            headers=headers,
            raw=self.rfile.read(length),
            port=self.client_address[1],
        )
        reply = self.server.api.reply(request)
        time.sleep(reply.delay)
        if reply.error is not None:
            self._send(json.dumps(reply.error).encode(), reply)
        elif reply.body is not None:
            self._send(reply.body, reply)
        elif request.body.get("stream"):
            message = self.server.api.message(request, reply)
            self._stream(list(events(message))[: reply.events], reply)
        else:
            message = self.server.api.message(request, reply)
            self._send(json.dumps(message, ensure_ascii=False).encode(), reply)

    def _stream(self, events: list[str], reply: Reply) -> None:
        if reply.breaks is not None:
            events.append(f"event: error\ndata: {json.dumps(reply.breaks)}\n\n")
        if not reply.pause:
            self._send("".join(events).encode(), reply, kind="text/event-stream")
            return
        self._head(reply, kind="text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for event in events:
            self.wfile.write(event.encode())
            time.sleep(reply.pause)
        self.close_connection = True

    def _head(self, reply: Reply, *, kind: str) -> None:
        self.send_response(reply.status)
        self.send_header("content-type", kind)
        self.send_header("request-id", "req_fake")

    def _send(self, body: bytes, reply: Reply, *, kind: str = "application/json") -> None:
        self._head(reply, kind=kind)
        self.send_header("content-length", str(len(body)))
        if reply.retry_after is not None:
            self.send_header("retry-after", str(reply.retry_after))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if reply.cut else body)
        if reply.cut:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Tests read ``requests``, not a log."""
