"""The stand-in of the Graph API keeps what it took and reports on it as Meta does."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.graph_api import GraphApi
from morfx.adapters.whatsapp import inbound
from morfx.adapters.whatsapp.signature import is_signed
from morfx.adapters.whatsapp.webhook import split
from morfx.domain.message import StatusUpdate

SECRET = "morfx-local-app-secret"
TEXT = {
    "messaging_product": "whatsapp",
    "to": "+57 300 1",
    "type": "text",
    "text": {"body": "hola"},
}


class Shop(ThreadingHTTPServer):
    """A webhook that answers what it is told to and remembers what it was posted."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ShopHandler)
        self.answers: list[int] = []
        self.posts: list[tuple[bytes, str | None]] = []
        self.posted = threading.Semaphore(0)


class ShopHandler(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.answers.pop(0) if self.server.answers else 200
        if status == 200:
            self.server.posts.append((body, self.headers["X-Hub-Signature-256"]))
            self.server.posted.release()
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def api(shop: Shop) -> Iterator[GraphApi]:
    url = f"http://127.0.0.1:{shop.server_port}/webhooks/whatsapp"
    api = GraphApi(webhook_url=url, app_secret=SECRET).start()
    yield api
    api.stop()


def post(url: str, document: object, authorization: str = "Bearer t") -> tuple[int, Any]:
    answer = httpx.post(url, json=document, headers={"Authorization": authorization})
    return answer.status_code, answer.json()


def messages_of(api: GraphApi) -> str:
    return f"{api.url}/v24.0/111/messages"


def test_a_message_is_answered_as_meta_answers(api: GraphApi) -> None:
    status, answer = post(messages_of(api), TEXT)
    assert status == 200
    assert answer["contacts"] == [{"input": "+57 300 1", "wa_id": "573001"}]
    assert answer["messages"] == [{"id": api.delivered[0]["id"]}]


def test_what_became_of_it_is_posted_signed_and_in_order(api: GraphApi, shop: Shop) -> None:
    post(messages_of(api), TEXT | {"biz_opaque_callback_data": "ours"})
    statuses: list[StatusUpdate] = []
    while len(statuses) < 3:
        assert shop.posted.acquire(timeout=5)
        body, signature = shop.posts.pop(0)
        assert is_signed(body, signature, SECRET)
        statuses += [inbound.status(item.raw) for item in split(json.loads(body))]
    assert [update.status for update in statuses] == ["sent", "delivered", "read"]
    assert {update.reference for update in statuses} == {"ours"}
    assert {update.provider_message_id for update in statuses} == {api.delivered[0]["id"]}


def test_a_webhook_that_fails_is_tried_again(api: GraphApi, shop: Shop) -> None:
    shop.answers = [503, 404]
    post(messages_of(api), TEXT)
    assert shop.posted.acquire(timeout=5)


@pytest.mark.parametrize(
    ("document", "status", "code"),
    [
        ([], 400, 100),
        (TEXT | {"messaging_product": "sms"}, 400, 100),
        (TEXT | {"to": ""}, 400, 100),
        (TEXT | {"type": "hologram"}, 400, 131051),
        (TEXT | {"text": {}}, 400, 131008),
        (TEXT | {"text": {"body": "a" * 4097}}, 400, 100),
        (TEXT | {"biz_opaque_callback_data": "a" * 513}, 400, 100),
    ],
)
def test_what_meta_refuses_is_refused_in_its_words(
    api: GraphApi, document: object, status: int, code: int
) -> None:
    refused, answer = post(messages_of(api), document)
    assert (refused, answer["error"]["code"]) == (status, code)
    assert api.delivered == []


def test_nobody_sends_without_a_token(api: GraphApi) -> None:
    status, answer = post(messages_of(api), TEXT, authorization="")
    assert (status, answer["error"]["code"]) == (401, 190)


def test_a_path_without_a_version_leads_nowhere(api: GraphApi) -> None:
    assert post(f"{api.url}/111/messages", TEXT)[0] == 404


def test_faults_are_scripted_over_http_and_used_once(api: GraphApi) -> None:
    assert post(f"{api.url}/_script", {"next": [{"status": 500}, {"error_code": 131047}]})[0] == 200
    assert [post(messages_of(api), TEXT)[0] for _ in range(3)] == [500, 400, 200]


def test_a_fault_nobody_knows_is_refused(api: GraphApi) -> None:
    assert post(f"{api.url}/_script", {"next": [{"explode": True}]})[0] == 400


def test_deliveries_are_listed_and_outlive_a_restart(tmp_path: Path) -> None:
    journal = tmp_path / "delivered.jsonl"
    first = GraphApi(journal=journal).start()
    post(messages_of(first), TEXT | {"text": {"body": "quedó 👍"}})
    first.stop()
    second = GraphApi(journal=journal).start()
    listed = httpx.get(f"{second.url}/_delivered").json()
    second.stop()
    assert listed == first.delivered
    assert listed[0]["text"] == "quedó 👍"
