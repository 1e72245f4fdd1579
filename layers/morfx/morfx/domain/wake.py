"""Wakes on their way through the FIFO queue of turns: one group per conversation."""

import json
from typing import Any
from uuid import UUID

from morfx.domain.envelope import Envelope
from morfx.domain.errors import MalformedRequest
from morfx.domain.identifier import ConversationId, TimerId, WorkspaceId
from morfx.domain.turn import CustomerWrote, TimerExpired, Wake


def envelope(wake: Wake, *, attempt: str = "") -> Envelope:
    """The wake, to be queued once; a new ``attempt`` lets the same wake through again."""
    body: dict[str, object] = {
        "workspace_id": str(wake.workspace_id),
        "conversation_id": str(wake.conversation_id),
    }
    if isinstance(wake, CustomerWrote):
        body |= {"kind": "customer_message", "inbound_seq": wake.inbound_seq}
        name = f"{wake.conversation_id}:{wake.inbound_seq}"
    else:
        body |= {
            "kind": "timer_expired",
            "timer_id": str(wake.timer_id),
            "generation": wake.generation,
        }
        name = f"{wake.timer_id}:g{wake.generation}"
    return Envelope(
        body=json.dumps(body),
        group=str(wake.conversation_id),
        deduplication_id=f"{name}:{attempt}" if attempt else name,
    )


def read(body: str) -> Wake:
    """The wake in a queue record; raise MalformedRequest naming what is wrong."""
    try:
        return _wake(json.loads(body))
    except (KeyError, TypeError, ValueError) as exc:
        raise MalformedRequest(f"not a wake: {exc!r}") from exc


def _wake(fields: dict[str, Any]) -> Wake:
    workspace_id = WorkspaceId(UUID(fields["workspace_id"]))
    conversation_id = ConversationId(UUID(fields["conversation_id"]))
    if fields["kind"] == "customer_message":
        return CustomerWrote(
            workspace_id=workspace_id,
            conversation_id=conversation_id,
            inbound_seq=int(fields["inbound_seq"]),
        )
    if fields["kind"] == "timer_expired":
        return TimerExpired(
            workspace_id=workspace_id,
            conversation_id=conversation_id,
            timer_id=TimerId(UUID(fields["timer_id"])),
            generation=int(fields["generation"]),
        )
    raise ValueError(fields["kind"])
