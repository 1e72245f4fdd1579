"""Queue actions are atomic.

MiniStack sends and deletes from several threads, and a delete rebuilds the whole list: a message
sent in between is lost.
"""

import functools
import threading
from collections.abc import Callable
from typing import Any

from local.emulator.ministack import queues

_ACTIONS = (
    "_act_send_message",
    "_act_delete_message",
    "_act_delete_message_batch",
    "_act_change_visibility",
    "_act_change_visibility_batch",
    "_act_purge_queue",
    "_collect_msgs",
    "_dlq_sweep",
    "_expire_retained",
    "_refresh_counts",
)


def apply() -> None:
    queues._queues_lock = lock = threading.RLock()
    for name in _ACTIONS:
        replace_action(name, _holding(lock, getattr(queues, name)))


def replace_action(name: str, replacement: Callable[..., Any]) -> None:
    """Under its name in the module and, when it is an API action, in the table of those."""
    original = getattr(queues, name)
    setattr(queues, name, replacement)
    for api_name, handler in queues._HANDLERS.items():
        if handler is original:
            queues._HANDLERS[api_name] = replacement


def _holding(lock: threading.RLock, action: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(action)
    def locked(*args: Any, **kwargs: Any) -> Any:
        with lock:
            return action(*args, **kwargs)

    return locked
