"""AWS as boto3 sees it, on one port: the calls MorfX makes, recorded, and failing when told to.

``AWS_ENDPOINT_URL`` points at ``FakeAws.url``. Queues, buckets and state machines need no creating.
"""

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Document = dict[str, Any]


class Refusal(Exception):
    """The call fails with this error code and HTTP status."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass
class FakeAws:
    #: Secret name or ARN to its text.
    secrets: dict[str, str] = field(default_factory=dict)
    #: "bucket/key" to bytes.
    objects: dict[str, bytes] = field(default_factory=dict)
    #: SendMessageBatch entries as queued (a known deduplication id is not), with their QueueUrl.
    messages: list[Document] = field(default_factory=list)
    #: Execution ARN to its StartExecution request, with ``status``.
    executions: dict[str, Document] = field(default_factory=dict)
    #: Every call: ("SendMessageBatch", request body).
    calls: list[tuple[str, Document]] = field(default_factory=list)
    url: str = ""
    _refusals: dict[str, deque[Refusal | set[int]]] = field(default_factory=dict)

    def __enter__(self) -> "FakeAws":
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to talk to this instead of AWS."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def refuse(self, action: str, *refusals: Refusal | set[int]) -> None:
        """The next calls of the action fail, one by one; a set: only the entries so numbered."""
        self._refusals.setdefault(action, deque()).extend(refusals)

    def count(self, action: str) -> int:
        """How often the action was called."""
        return sum(called == action for called, _ in self.calls)

    def bodies(self, queue_url: str) -> list[Document]:
        """The queue's message bodies, in order."""
        return [json.loads(m["MessageBody"]) for m in self.messages if m["QueueUrl"] == queue_url]

    def answer(self, action: str, request: Document) -> Document:
        """What AWS answers; Refusal where it would not do it."""
        self.calls.append((action, request))
        waiting = self._refusals.get(action)
        refusal = waiting.popleft() if waiting else set[int]()
        if isinstance(refusal, Refusal):
            raise refusal
        if action == "SendMessageBatch":
            return self._send_batch(request, refusal)
        actions = {
            "GetSecretValue": self._get_secret,
            "StartExecution": self._start,
            "DescribeExecution": self._describe,
        }
        return actions[action](request) if action in actions else {}

    def _get_secret(self, request: Document) -> Document:
        if request["SecretId"] not in self.secrets:
            raise Refusal("ResourceNotFoundException")
        return {"SecretString": self.secrets[request["SecretId"]]}

    def _send_batch(self, request: Document, refused: set[int]) -> Document:
        successful, failed = [], []
        for index, entry in enumerate(request["Entries"]):
            if index in refused:
                failed.append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
                continue
            successful.append({"Id": entry["Id"], "MessageId": entry["Id"], "MD5OfMessageBody": ""})
            message = {**entry, "QueueUrl": request["QueueUrl"]}
            known = {(m["QueueUrl"], m["MessageDeduplicationId"]) for m in self.messages}
            if (message["QueueUrl"], message["MessageDeduplicationId"]) not in known:
                self.messages.append(message)
        return {"Successful": successful, "Failed": failed}

    def _start(self, request: Document) -> Document:
        machine = request["stateMachineArn"].replace(":stateMachine:", ":execution:")
        arn = f"{machine}:{request['name']}"
        known = self.executions.get(arn)
        if known and (known["input"] != request["input"] or known["status"] != "RUNNING"):
            raise Refusal("ExecutionAlreadyExists")
        self.executions[arn] = {**request, "executionArn": arn, "status": "RUNNING"}
        return {"executionArn": arn, "startDate": 0}

    def _describe(self, request: Document) -> Document:
        if request["executionArn"] not in self.executions:
            raise Refusal("ExecutionDoesNotExist")
        return self.executions[request["executionArn"]]


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def __init__(self, aws: FakeAws) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.aws = aws


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        action = self.headers["X-Amz-Target"].split(".")[-1]
        try:
            answer = self.server.aws.answer(action, json.loads(self._content()))
        except Refusal as refusal:
            self._write(refusal.status, json.dumps({"__type": refusal.code}).encode())
        else:
            self._write(200, json.dumps(answer).encode())

    def do_PUT(self) -> None:
        self.server.aws.objects[self.path.lstrip("/")] = self._content()
        self._write(200, b"")

    def do_GET(self) -> None:
        found = self.server.aws.objects.get(self.path.lstrip("/"))
        self._write(404 if found is None else 200, found or b"")

    def _content(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _write(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""
