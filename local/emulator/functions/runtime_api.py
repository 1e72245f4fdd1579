"""The Lambda Runtime API of one execution environment, polled by AWS's own runtime client.

GET  …/runtime/invocation/next              waits for the next event
POST …/runtime/invocation/{id}/response     what the handler returned
POST …/runtime/invocation/{id}/error        what it raised
POST …/runtime/init/error                   what importing it raised
"""

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from typing import Any


@dataclass(frozen=True)
class Invocation:
    request_id: str
    event: object
    function_arn: str
    timeout_seconds: float
    trace_id: str | None


@dataclass(frozen=True)
class Taken:
    """The runtime finished importing the handler and took the event; its time starts now."""


@dataclass(frozen=True)
class Returned:
    value: Any


@dataclass(frozen=True)
class Raised:
    error: dict[str, Any]
    while_starting: bool


@dataclass(frozen=True)
class Exited:
    code: int


Progress = Taken | Returned | Raised | Exited


class RuntimeApi:
    """Hands invocations to one runtime process and collects, in order, what becomes of them."""

    def __init__(self) -> None:
        self.progress: SimpleQueue[Progress] = SimpleQueue()
        self._waiting: SimpleQueue[Invocation | None] = SimpleQueue()
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def offer(self, invocation: Invocation) -> None:
        self._waiting.put(invocation)

    def take(self) -> Invocation | None:
        """The next invocation, or None when the environment is being stopped."""
        return self._waiting.get()

    def close(self) -> None:
        """In the background: the server looks up from its socket twice a second."""
        self._waiting.put(None)
        threading.Thread(target=self._shut, daemon=True).start()

    def _shut(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: RuntimeApi) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A killed process breaks its connection; the environment learns of it by its exit."""


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: apart, each event waits 40 ms for a delayed ACK
    server: _Server

    def do_GET(self) -> None:
        invocation = self.server.api.take()
        if invocation is None:
            self.close_connection = True
            return
        self.server.api.progress.put(Taken())
        self._answer(200, json.dumps(invocation.event).encode(), _headers(invocation))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.api.progress.put(_outcome(self.path, body))
        self._answer(202, b"", {})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Silence: every request here is one of our own."""


def _headers(invocation: Invocation) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": str(int((time.time() + invocation.timeout_seconds) * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
    }
    return headers | (
        {"Lambda-Runtime-Trace-Id": invocation.trace_id} if invocation.trace_id else {}
    )


def _outcome(path: str, body: bytes) -> Progress:
    if path.endswith("/response"):
        return Returned(json.loads(body) if body else None)
    return Raised(json.loads(body), while_starting=path.endswith("/init/error"))
