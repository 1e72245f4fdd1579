"""Meta's webhook, as API Gateway hands it over."""

import base64
import hmac
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.message_handler import app
from morfx.adapters.whatsapp.accepted import read_accepted
from morfx.adapters.whatsapp.endpoint import MAX_BODY
from morfx.domain.errors import MissingSetting
from tests.fakes.aws import FakeAws, Refusal
from tests.fakes.lambda_context import FakeContext

EVENTS = Path(__file__).parents[2] / "events"
SECRET = "morfx-local-app-secret"
DOWN = Refusal("ServiceUnavailable", 503)


@pytest.fixture
def aws(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    """AWS with the Meta app's secret, and what the template tells this door."""
    aws.secrets["meta-app"] = json.dumps(
        {"app_secret": SECRET, "verify_token": "morfx-local-verify-token"}
    )
    variables = {
        "INBOUND_QUEUE_URL": f"{aws.url}/000000000000/inbound.fifo",
        "OVERSIZE_BUCKET": "oversize",
        "WHATSAPP_SECRET_ARN": "meta-app",
    }
    for name, value in (aws.environment | variables).items():
        monkeypatch.setenv(name, value)
    yield aws
    app.webhook.cache_clear()


def stored(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"message_handler/{name}.json").read_text())
    return event


def posted(body: bytes, signature: str | None = None, encoded: bool = False) -> dict[str, Any]:
    """A POST of these bytes, rightly signed unless told otherwise."""
    event = stored("text_message")
    event["body"] = base64.b64encode(body).decode() if encoded else body.decode()
    event["isBase64Encoded"] = encoded
    right = "sha256=" + hmac.new(SECRET.encode(), body, "sha256").hexdigest()
    event["headers"]["x-hub-signature-256"] = right if signature is None else signature
    return event


def answer(event: dict[str, Any]) -> tuple[int, str]:
    response = app.handler(event, FakeContext())
    return response["statusCode"], response["body"]


def bodies(aws: FakeAws) -> list[dict[str, Any]]:
    return [json.loads(message["MessageBody"]) for message in aws.messages]


class Shelf:
    """The bucket, as intake sees it."""

    def __init__(self, aws: FakeAws) -> None:
        self._objects = aws.objects

    def put(self, key: str, body: bytes) -> None:
        self._objects[f"oversize/{key}"] = body

    def get(self, key: str) -> bytes:
        return self._objects[f"oversize/{key}"]


def webhook_of(*messages: dict[str, Any]) -> bytes:
    value = {"metadata": {"phone_number_id": "111"}, "messages": list(messages)}
    change = {"field": "messages", "value": value}
    entry = [{"id": "1", "changes": [change]}]
    return json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()


def text(body: str, name: str = "wamid.1") -> dict[str, Any]:
    return {
        "id": name,
        "from": "573001",
        "timestamp": "1795262400",
        "type": "text",
        "text": {"body": body},
    }


def test_meta_is_answered_its_challenge_as_plain_text(aws: FakeAws) -> None:
    response = app.handler(stored("verification"), FakeContext())
    assert (response["statusCode"], response["body"]) == (200, "1158201444")
    assert response["headers"]["Content-Type"] == "text/plain"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "wrong"},
        {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": ""},
        {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "ñ"},
        {"hub.mode": "unsubscribe", "hub.challenge": "1"},
        {"hub.mode": "subscribe"},
    ],
    ids=str,
)
def test_nobody_else_is(aws: FakeAws, query: dict[str, str]) -> None:
    right = {"hub.verify_token": "morfx-local-verify-token"}
    event = stored("verification") | {"queryStringParameters": right | query if query else {}}
    assert answer(event)[0] == 403


def test_a_message_is_queued_before_it_is_answered(aws: FakeAws) -> None:
    assert answer(stored("text_message")) == (200, "")
    (body,) = bodies(aws)
    assert (body["kind"], body["channel"], body["phone_number_id"]) == (
        "message",
        "whatsapp",
        "106540352242922",
    )
    assert body["raw"]["text"]["body"] == "Hola, qué precio tiene?"
    assert body["profile"]["profile"]["name"] == "Camila Rojas"
    assert body["accepted_at"].endswith("Z")


@pytest.mark.parametrize("name", ["text_message", "batch", "statuses", "unknown_kind"])
def test_the_queue_holds_what_intakes_events_show(aws: FakeAws, name: str) -> None:
    assert answer(stored(name))[0] == 200
    records = json.loads((EVENTS / f"intake/{name}.json").read_text())["Records"]
    shown = {
        record["attributes"]["MessageDeduplicationId"]: (
            record["attributes"]["MessageGroupId"],
            lasting(json.loads(record["body"])),
        )
        for record in records
    }
    assert shown == {
        message["MessageDeduplicationId"]: (
            message["MessageGroupId"],
            lasting(json.loads(message["MessageBody"])),
        )
        for message in aws.messages
    }


def lasting(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"accepted_id": "", "accepted_at": ""}


def test_a_batch_is_split_into_messages_statuses_and_unknowns(aws: FakeAws) -> None:
    answer(stored("batch"))
    kinds = [body["kind"] for body in bodies(aws)]
    assert sorted(kinds) == ["message"] * 6 + ["status", "unknown"]


def test_a_redelivered_webhook_queues_nothing_new(aws: FakeAws) -> None:
    assert [answer(stored("batch"))[0] for _ in range(3)] == [200, 200, 200]
    assert len(aws.messages) == 8


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", "sha256=" + "0" * 64, "sha1=7ddf6fbdde55b8620496df19cf6294e2e953f724"],
)
def test_an_unsigned_webhook_is_refused_and_nothing_queued(aws: FakeAws, signature: str) -> None:
    assert answer(posted(webhook_of(text("hola")), signature=signature))[0] == 401
    assert aws.messages == []


def test_a_webhook_signed_with_sha1_only_is_refused(aws: FakeAws) -> None:
    event = stored("text_message")
    del event["headers"]["x-hub-signature-256"]
    assert answer(event)[0] == 401


def test_the_stored_forgery_is_refused(aws: FakeAws) -> None:
    assert answer(stored("bad_signature"))[0] == 401


@pytest.mark.parametrize("body", [b"", b"hola", b'{"a": NaN}', b"[" * 100_000])
def test_what_is_not_json_is_refused(aws: FakeAws, body: bytes) -> None:
    assert answer(posted(body))[0] == 400
    assert aws.messages == []


def test_a_request_without_a_body_is_refused(aws: FakeAws) -> None:
    event = posted(b"")
    del event["body"]
    assert answer(event)[0] == 400


def test_bytes_that_are_no_text_are_refused(aws: FakeAws) -> None:
    assert answer(posted(b"\xff\xfe\x00", encoded=True))[0] == 400


def test_a_body_that_came_encoded_is_signed_over_its_own_bytes(aws: FakeAws) -> None:
    body = json.dumps(json.loads(webhook_of(text("qué"))), ensure_ascii=False).encode()
    assert answer(posted(body, encoded=True))[0] == 200
    assert bodies(aws)[0]["raw"]["text"]["body"] == "qué"


@pytest.mark.parametrize(
    "written",
    ["", "\x00", "\ud83d", "‫שלום‬", "👩‍👩‍👧", "ñ" * 65_536],
    ids=["empty", "nul", "surrogate", "rtl", "emoji", "64k"],
)
def test_any_text_reaches_the_queue_as_written(aws: FakeAws, written: str) -> None:
    assert answer(posted(webhook_of(text(written))))[0] == 200
    assert bodies(aws)[0]["raw"]["text"]["body"] == written


def test_three_megabytes_are_split_and_what_is_too_large_waits_aside(aws: FakeAws) -> None:
    messages = [text("a" * 1_200_000, "1"), text("hola", "2"), text("ñ" * 200_000, "3")]
    body = webhook_of(*messages)
    assert answer(posted(body.ljust(MAX_BODY)))[0] == 200
    assert all(len(message["MessageBody"]) <= 1_048_576 for message in aws.messages)
    accepted = [
        read_accepted(message["MessageBody"], objects=Shelf(aws)) for message in aws.messages
    ]
    assert [item.raw for item in accepted] == messages
    assert len(aws.objects) == 2


def test_a_byte_more_is_too_large(aws: FakeAws) -> None:
    assert answer(posted(b" " * (MAX_BODY + 1)))[0] == 413
    assert aws.calls == []


@pytest.mark.parametrize("document", [[], {"object": "page"}, 5, None, "hola"])
def test_a_signed_document_of_no_known_shape_is_accepted_and_kept(
    aws: FakeAws, document: object
) -> None:
    assert answer(posted(json.dumps(document).encode()))[0] == 200
    (body,) = bodies(aws)
    assert (body["kind"], body["raw"]) == ("unknown", document)


def test_meta_is_asked_to_come_again_while_the_queue_is_down(aws: FakeAws) -> None:
    aws.refuse("SendMessageBatch", DOWN, DOWN)
    assert answer(stored("text_message"))[0] == 503
    assert answer(stored("text_message"))[0] == 200
    assert len(aws.messages) == 1


def test_meta_is_asked_to_come_again_while_the_secret_is_out_of_reach(aws: FakeAws) -> None:
    aws.refuse("GetSecretValue", DOWN, DOWN)
    assert answer(stored("text_message"))[0] == 503


def test_one_item_that_cannot_be_queued_is_enough_to_ask_again(aws: FakeAws) -> None:
    aws.refuse("SendMessageBatch", {1}, {0})
    assert answer(stored("batch"))[0] == 503


def test_a_missing_setting_is_named(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WHATSAPP_SECRET_ARN")
    with pytest.raises(MissingSetting, match="WHATSAPP_SECRET_ARN"):
        answer(stored("text_message"))


def test_the_house_says_it_is_well(aws: FakeAws) -> None:
    assert answer(stored("health")) == (200, "ok")


def metrics(printed: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in printed.splitlines()]
    return [line for line in lines if "_aws" in line]


def test_what_is_accepted_is_counted_by_kind(
    aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(stored("batch"))
    (counted,) = metrics(capsys.readouterr().out)
    names = ["MessagesAccepted", "StatusesAccepted", "UnknownWebhooks"]
    assert [counted[name] for name in names] == [[6], [1], [1]]


def test_what_is_refused_is_counted_by_reason(
    aws: FakeAws, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(stored("bad_signature"))
    (counted,) = metrics(capsys.readouterr().out)
    assert (counted["WebhooksRejected"], counted["reason"]) == ([1], "signature")


def test_logs_carry_the_request_and_nothing_of_anybody(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(app.logger.registered_handler, "stream", written)
    answer(stored("batch"))
    aws.refuse("SendMessageBatch", DOWN, DOWN)
    answer(stored("text_message"))
    assert '"correlation_id":"UJ8Zqh3-IAMEV2Q="' in written.getvalue()
    for secret in ("573001234567", "Camila", "precio", "Leticia", SECRET):
        assert secret not in written.getvalue() + caplog.text


def test_the_door_opens_without_the_model_or_the_database() -> None:
    heavy = "{'anthropic', 'psycopg', 'pydantic', 'boto3', 'httpx'}"
    code = f"import functions.message_handler.app, sys; print({heavy} & set(sys.modules) or '')"
    path = {"PYTHONPATH": ":".join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, check=True)
    assert run.stdout.strip() == b""
