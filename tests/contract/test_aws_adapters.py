"""Queue, secrets and objects, over the protocol AWS speaks."""

import time
from collections.abc import Iterator

import pytest

from morfx.adapters.objects.s3 import S3Objects
from morfx.adapters.secrets import secrets_manager
from morfx.adapters.secrets.secrets_manager import SecretsManager
from morfx.adapters.sqs.queue import SqsFifo
from morfx.domain.envelope import Envelope
from morfx.domain.errors import CredentialMissing, Unavailable
from tests.fakes.aws import FakeAws, Refusal

QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/inbound.fifo"
DOWN = Refusal("ServiceUnavailable", 503)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with FakeAws() as fake:
        for name, value in fake.environment.items():
            monkeypatch.setenv(name, value)
        yield fake


def envelope(name: str, group: str = "g") -> Envelope:
    return Envelope(body=f'"{name}"', group=group, deduplication_id=name)


def queued(aws: FakeAws) -> list[str]:
    return [message["MessageDeduplicationId"] for message in aws.messages]


def test_messages_are_queued_with_their_group_and_id(aws: FakeAws) -> None:
    SqsFifo(QUEUE).send_many([envelope("a", "g"), envelope("b", "h")])
    (entry, _) = aws.messages
    assert (entry["MessageBody"], entry["MessageGroupId"], entry["QueueUrl"]) == ('"a"', "g", QUEUE)
    assert aws.count("SendMessageBatch") == 1


def test_nothing_to_queue_asks_nothing_of_the_queue(aws: FakeAws) -> None:
    SqsFifo(QUEUE).send_many([])
    assert aws.calls == []


def test_a_refused_message_is_tried_once_more(aws: FakeAws) -> None:
    aws.refuse("SendMessageBatch", {1})
    SqsFifo(QUEUE).send_many([envelope("a", "g"), envelope("b", "h"), envelope("c", "i")])
    assert queued(aws) == ["a", "c", "b"]


def test_a_message_that_stays_refused_is_not_overtaken_in_its_group(aws: FakeAws) -> None:
    aws.refuse("SendMessageBatch", {0}, {0})
    with pytest.raises(Unavailable):
        SqsFifo(QUEUE).send_many([envelope("a"), envelope("b"), envelope("c")])
    assert queued(aws) == []


def test_a_queue_that_is_down_is_unavailable(aws: FakeAws) -> None:
    aws.refuse("SendMessageBatch", DOWN, DOWN)
    with pytest.raises(Unavailable):
        SqsFifo(QUEUE).send_many([envelope("a")])


def test_a_queue_that_is_briefly_down_is_asked_again(aws: FakeAws) -> None:
    aws.refuse("SendMessageBatch", DOWN)
    SqsFifo(QUEUE).send_many([envelope("a")])
    assert queued(aws) == ["a"]


def test_a_secret_is_fetched_once(aws: FakeAws) -> None:
    aws.secrets["whatsapp"] = '{"app_secret": "s"}'
    secrets = SecretsManager()
    assert [secrets.get("whatsapp") for _ in range(3)] == [{"app_secret": "s"}] * 3
    assert aws.count("GetSecretValue") == 1


def test_a_rotated_secret_is_noticed_after_five_minutes(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.secrets["whatsapp"] = '{"app_secret": "old"}'
    secrets = SecretsManager()
    secrets.get("whatsapp")
    aws.secrets["whatsapp"] = '{"app_secret": "new"}'
    assert secrets.get("whatsapp") == {"app_secret": "old"}
    later = time.monotonic() + secrets_manager.MEMORY
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert secrets.get("whatsapp") == {"app_secret": "new"}


def test_a_secret_that_is_not_there_is_named(aws: FakeAws) -> None:
    with pytest.raises(CredentialMissing, match="morfx/whatsapp/111"):
        SecretsManager().get("morfx/whatsapp/111")


@pytest.mark.parametrize("text", ["", "not json: s3cr3t", '["s3cr3t"]'])
def test_a_secret_that_is_no_object_is_refused_without_quoting_it(aws: FakeAws, text: str) -> None:
    aws.secrets["whatsapp"] = text
    with pytest.raises(CredentialMissing) as error:
        SecretsManager().get("whatsapp")
    assert "s3cr3t" not in f"{error.value} {error.value.__cause__} {error.value.__context__}"


def test_secrets_that_cannot_be_asked_for_are_unavailable(aws: FakeAws) -> None:
    aws.refuse("GetSecretValue", DOWN, DOWN)
    with pytest.raises(Unavailable):
        SecretsManager().get("whatsapp")


def test_what_is_kept_comes_back_byte_for_byte(aws: FakeAws) -> None:
    objects = S3Objects("oversize")
    objects.put("a-key", bytes(range(256)) * 8000)
    assert objects.get("a-key") == bytes(range(256)) * 8000
    assert list(aws.objects) == ["oversize/a-key"]


def test_what_is_not_there_is_unavailable(aws: FakeAws) -> None:
    with pytest.raises(Unavailable):
        S3Objects("oversize").get("a-key")
