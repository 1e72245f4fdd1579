"""A stand-in of Meta's Graph API on one machine: takes messages, keeps them, reports on them.

It speaks the protocol of the real one: bearer token, shape of the request, errors in Meta's JSON,
and a signed webhook for every change of a message's status. So does 360dialog, at /messages and by
a key in a header, which here is the number's own id. Beside that, for the sandbox and tests:

    GET  /_delivered   what was accepted, oldest first
    POST /_script      {"next": [fault, …]}: how the next requests to send shall go

A fault is a set of: ``status`` and ``error_code`` (an error answer), ``retry_after`` (its header),
``body`` (accepted, but answered with this text), ``hang_seconds`` (accepted, answered that much
later), ``close_after_accept`` and ``close_before_accept`` (no answer). ``{}`` is no fault.
"""

import argparse
import base64
import json
import re
import secrets
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from local.graph_messages import Refused, check, shown
from local.status_reports import Delivered, StatusReports, recipient_field

MESSAGES = re.compile(r"/v\d+\.\d+/(?P<number>[^/?]+)/messages")
FAULTS = {
    "status", "error_code", "retry_after", "body", "hang_seconds",
    "close_after_accept", "close_before_accept",
}  # fmt: skip


class GraphApi:
    """The server, between ``start`` and ``stop``."""

    def __init__(
        self,
        port: int = 0,
        *,
        webhook_url: str | None = None,
        app_secret: str = "",
        journal: Path | None = None,
    ) -> None:
        self._journal = journal
        self._lock = threading.Lock()
        self._delivered: list[Delivered] = _read(journal)
        self._faults: deque[dict[str, object]] = deque()
        self._reports = StatusReports(webhook_url, app_secret) if webhook_url else None
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> "GraphApi":
        """Answer from now on, in threads of its own."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        if self._reports:
            self._reports.start()
        return self

    def stop(self) -> None:
        """Answer no more; statuses not reported yet are dropped."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        if self._reports:
            self._reports.stop()

    def serve_forever(self) -> None:
        """Answer until interrupted."""
        if self._reports:
            self._reports.start()
        self._server.serve_forever()

    @property
    def delivered(self) -> list[Delivered]:
        """What was accepted, oldest first."""
        with self._lock:
            return list(self._delivered)

    def script(self, *faults: dict[str, object]) -> None:
        """How the next requests to send shall go, one fault each."""
        for fault in faults:
            unknown = set(fault) - FAULTS
            if unknown:
                raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
        with self._lock:
            self._faults.extend(faults)

    def next_fault(self) -> dict[str, object]:
        """The fault of the request at hand; empty: none."""
        with self._lock:
            return self._faults.popleft() if self._faults else {}

    def accept(self, phone_number_id: str, body: dict[str, object]) -> dict[str, object]:
        """Keep the message, report on it, and answer what Meta answers."""
        message = _message(phone_number_id, body)
        with self._lock:
            self._delivered.append(message)
            if self._journal:
                with self._journal.open("a", encoding="ascii") as lines:
                    lines.write(json.dumps(message) + "\n")
        if self._reports:
            self._reports.of(message)
        contact = {
            "input": body.get("to") or body["recipient"],
            recipient_field(message, "wa_id", "user_id"): message["to"],
        }
        return {
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [{"id": message["id"]}],
        }


class _Server(ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = True

    def __init__(self, address: tuple[str, int], api: GraphApi) -> None:
        super().__init__(address, _Handler)
        self.api = api


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/_delivered":
            self._answer(200, self.server.api.delivered)
        else:
            self._answer(404, Refused(404, 2500, "Unknown path components").document())

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            if self.path == "/_script":
                self.server.api.script(*json.loads(content)["next"])
                self._answer(200, {"ok": True})
            else:
                self._send_message(content)
        except Refused as refusal:
            self._answer(refusal.status, refusal.document(), refusal.retry_after)
        except (ValueError, KeyError, TypeError) as error:
            self._answer(400, Refused(400, 100, f"Invalid parameter: {error}").document())

    def _send_message(self, content: bytes) -> None:
        number = self._sender()
        body = json.loads(content)
        check(body)
        self._follow(self.server.api.next_fault(), number, body)

    def _sender(self) -> str:
        """The sending number: of Meta's path, or the one whose 360dialog key is its own id."""
        if self.path == "/messages":
            key = self.headers.get("D360-API-KEY")
            if not key:
                raise Refused(401, 401, "Invalid api_key")
            return key
        path = MESSAGES.fullmatch(self.path)
        if not path:
            raise Refused(404, 2500, "Unknown path components")
        if not re.fullmatch(r"Bearer \S+", self.headers.get("Authorization") or ""):
            raise Refused(401, 190, "Invalid OAuth access token - Cannot parse access token")
        return path["number"]

    def _follow(
        self, fault: dict[str, object], phone_number_id: str, body: dict[str, object]
    ) -> None:
        if "close_before_accept" in fault:
            self._hang_up()
            return
        if "error_code" in fault or ("status" in fault and "body" not in fault):
            raise _scripted(fault)
        answer = self.server.api.accept(phone_number_id, body)
        self.server.api.stopping.wait(_number(fault, "hang_seconds", 0))
        if "close_after_accept" in fault:
            self._hang_up()
        elif "body" in fault:
            self._write(int(_number(fault, "status", 200)), str(fault["body"]).encode())
        else:
            self._answer(200, answer)

    def _answer(self, status: int, document: object, retry_after: object = None) -> None:
        self._write(status, json.dumps(document).encode("ascii"), retry_after)

    def _write(self, status: int, content: bytes, retry_after: object = None) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(content)))
            if retry_after is not None:
                self.send_header("Retry-After", str(retry_after))
            self.end_headers()
            self.wfile.write(content)
        except ConnectionError:
            self.close_connection = True  # the caller did not wait

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a path names a number."""


def _message(phone_number_id: str, body: dict[str, object]) -> Delivered:
    phone = re.sub(r"\D", "", str(body.get("to", "")))
    now = time.time()
    return Delivered(
        id="wamid." + base64.b64encode(secrets.token_bytes(33)).decode(),
        phone_number_id=phone_number_id,
        to=phone or str(body["recipient"]),
        **shown(body),
        reference=str(body.get("biz_opaque_callback_data", "")),
        at=time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z",
    )


def _scripted(fault: dict[str, object]) -> Refused:
    status = int(_number(fault, "status", 400))
    usual = {429: 130429, 401: 190}.get(status, 131000 if status >= 500 else 100)
    code = int(_number(fault, "error_code", usual))
    return Refused(status, code, "Scripted fault", fault.get("retry_after"))


def _number(fault: dict[str, object], name: str, otherwise: float) -> float:
    value = fault.get(name, otherwise)
    return value if isinstance(value, int | float) else otherwise


def _read(journal: Path | None) -> list[Delivered]:
    if journal is None or not journal.exists():
        return []
    return [json.loads(line) for line in journal.read_text("ascii").splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description="A stand-in of Meta's Graph API.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--webhook-url", help="where status webhooks are posted")
    parser.add_argument("--app-secret", default="", help="what those are signed with")
    parser.add_argument("--journal", type=Path, help="keeps what was delivered, JSON lines")
    options = parser.parse_args()
    api = GraphApi(
        options.port,
        webhook_url=options.webhook_url,
        app_secret=options.app_secret,
        journal=options.journal,
    )
    print(f"Graph API stand-in on {api.url}", flush=True)
    with suppress(KeyboardInterrupt):
        api.serve_forever()


if __name__ == "__main__":
    main()
