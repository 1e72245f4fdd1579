"""Queues feed functions as on AWS: group by group, several groups at once, without idle seconds.

MiniStack takes one batch at a time from a FIFO queue, so one slow customer delays every other. Its
queues already lock a message group while any of its messages is in flight, so batches taken at
once never share a group and order inside a group is kept, whatever the batch size.
"""

import threading
from collections.abc import Callable
from typing import Any

from local.emulator.corrections.atomic_queues import replace_action
from local.emulator.ministack import functions, queues


def apply(environments_per_function: int) -> None:
    """No mapping takes more batches than its function has environments."""

    def concurrency(mapping: dict[str, Any], *_: Any, **__: Any) -> int:
        wanted = (mapping.get("ScalingConfig") or {}).get("MaximumConcurrency")
        return min(wanted or environments_per_function, environments_per_function)

    functions._sqs_esm_concurrency = concurrency
    # A failed batch waits out its visibility timeout; the other groups need not wait with it.
    functions._ESM_BACKOFF_SECONDS = 0.0
    replace_action("_act_send_message", _waking_when_due(queues._act_send_message))


def _waking_when_due(send: Callable[..., Any]) -> Callable[..., Any]:
    """A delayed message is taken when its delay ends, not at the poller's next idle second."""

    def send_message(data: dict[str, Any], url: str) -> Any:
        result = send(data, url)
        delay = queues.queue_delay(queues._get_q(data.get("QueueUrl", url)))
        if delay:
            _later(delay, queues.esm_wake.set)
        return result

    return send_message


def _later(seconds: float, action: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
