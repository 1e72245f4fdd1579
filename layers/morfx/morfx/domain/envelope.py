"""A message for a FIFO queue."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    #: JSON text.
    body: str
    #: Messages of one group are delivered in order, one batch at a time.
    group: str
    #: The same id within five minutes is the same message.
    deduplication_id: str
