"""SQS, first in first out."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from morfx.domain.envelope import Envelope
from morfx.domain.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

#: What one request may carry.
MAX_ENTRIES, MAX_BYTES = 10, 1_048_576


class SqsFifo:
    def __init__(self, url: str) -> None:
        self._url = url

    def send_many(self, envelopes: Sequence[Envelope]) -> None:
        """Queue all of them, or raise Unavailable: then some may be in, none out of order."""
        for batch in batches(envelopes):
            failed = self._send(self._send(batch))
            if failed:
                raise Unavailable(f"SQS refused {len(failed)} of {len(batch)} messages")

    def _send(self, batch: list[Envelope]) -> list[Envelope]:
        """Send once and return what was refused."""
        if not batch:
            return []
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {
                        "Id": str(index),
                        "MessageBody": envelope.body,
                        "MessageGroupId": envelope.group,
                        "MessageDeduplicationId": envelope.deduplication_id,
                    }
                    for index, envelope in enumerate(batch)
                ],
            )
        except (BotoCoreError, ClientError) as exc:
            raise Unavailable("SQS did not take the messages") from exc
        return [batch[int(failure["Id"])] for failure in answer.get("Failed", [])]

    @cached_property
    def _client(self) -> "SQSClient":
        import boto3
        from botocore.config import Config

        patience = Config(
            connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2}
        )
        client: SQSClient = boto3.client("sqs", config=patience)
        return client


def batches(envelopes: Sequence[Envelope]) -> Iterator[list[Envelope]]:
    """Requests within SQS's limits, each with one envelope of a group at most.

    SQS may refuse one entry of a batch and take the next: two of one group would change places.
    """
    rounds: list[list[Envelope]] = []
    seen = Counter[str]()
    for envelope in envelopes:
        if seen[envelope.group] == len(rounds):
            rounds.append([])
        rounds[seen[envelope.group]].append(envelope)
        seen[envelope.group] += 1
    for envelopes_of_different_groups in rounds:
        yield from _within_limits(envelopes_of_different_groups)


def _within_limits(envelopes: list[Envelope]) -> Iterator[list[Envelope]]:
    batch: list[Envelope] = []
    size = 0
    for envelope in envelopes:
        length = len(envelope.body.encode())
        if batch and (len(batch) == MAX_ENTRIES or size + length > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(envelope)
        size += length
    yield batch
