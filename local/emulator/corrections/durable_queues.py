"""A message accepted is a message kept, even when the emulator is killed the moment after.

MiniStack writes its queues down only when it is asked to stop.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any, SupportsIndex

from local.emulator.corrections.atomic_queues import replace_action
from local.emulator.corrections.queue_journal import (
    DEDUPLICATION_SECONDS,
    Message,
    QueueJournal,
)
from local.emulator.ministack import provisioners, queues


def apply(journal: QueueJournal) -> None:
    replace_action("_act_create_queue", _creating(queues._act_create_queue, journal))
    template_queue = provisioners._RESOURCE_HANDLERS["AWS::SQS::Queue"]
    template_queue["create"] = _creating_from_template(template_queue["create"], journal)


class _Messages(list[Message]):
    """The messages of one queue; every change goes to the journal first."""

    def __init__(self, queue: str, journal: QueueJournal, messages: Iterable[Message]) -> None:
        super().__init__(messages)
        self._queue = queue
        self._journal = journal

    def append(self, message: Message) -> None:
        self._journal.entered(self._queue, message)
        super().append(message)

    def remove(self, message: Message) -> None:
        self._journal.left(self._queue, message["id"])
        super().remove(message)

    def pop(self, index: SupportsIndex = -1) -> Message:
        self._journal.left(self._queue, self[index]["id"])
        return super().pop(index)

    def clear(self) -> None:
        self.keep([])

    def keep(self, kept: list[Message]) -> None:
        """Become `kept`, a selection of what is here."""
        kept_ids = {message["id"] for message in kept}
        for message in self:
            if message["id"] not in kept_ids:
                self._journal.left(self._queue, message["id"])
        self[:] = kept


class _Queue(dict[str, Any]):
    """MiniStack's record of a queue. It replaces the list of messages to take some out."""

    def __setitem__(self, key: str, value: Any) -> None:
        if key == "messages":
            self["messages"].keep(value)
        else:
            super().__setitem__(key, value)


def _creating(create: Callable[..., Any], journal: QueueJournal) -> Callable[..., Any]:
    def create_queue(data: dict[str, Any], url: str) -> Any:
        result = create(data, url)
        _make_durable(result["QueueUrl"], journal)
        return result

    return create_queue


def _creating_from_template(
    create: Callable[..., Any], journal: QueueJournal
) -> Callable[..., Any]:
    def create_queue(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        url, attributes = create(logical_id, properties, stack)
        _make_durable(url, journal)
        return url, attributes

    return create_queue


def _make_durable(url: str, journal: QueueJournal) -> None:
    record = queues._queues[url]
    if isinstance(record, _Queue):  # it was there already
        return
    kept = journal.claim(record["name"])
    sequences = [int(message["seq"] or 0) for message in kept.recent.values()]
    record["messages"] = _Messages(
        record["name"], journal, map(_as_never_received, kept.present.values())
    )
    record["dedup_cache"] = {
        message["dedup_cache_key"]: _remembered(message)
        for message in kept.recent.values()
        if message.get("dedup_cache_key")
    }
    record["fifo_seq"] = max(sequences, default=0)
    queues._queues[url] = _Queue(record)
    queues.esm_wake.set()


def _as_never_received(message: Message) -> Message:
    """Whoever was working on it died with the old process."""
    return message | {"receipt_handle": None, "visible_at": min(message["visible_at"], time.time())}


def _remembered(message: Message) -> dict[str, Any]:
    return {
        "expire": message["sent_at"] + DEDUPLICATION_SECONDS,
        "id": message["id"],
        "md5": message["md5_body"],
        "md5a": message["md5_attrs"],
        "seq": message["seq"],
    }
