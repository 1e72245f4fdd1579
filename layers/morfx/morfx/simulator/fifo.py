"""SQS FIFO as consumers see it: order within a group, delay, visibility, dead letters."""

import logging
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from morfx.domain import wake
from morfx.domain.envelope import Envelope
from morfx.domain.turn import Wake
from morfx.simulator.agenda import Agenda

logger = logging.getLogger(__name__)

Payload = TypeVar("Payload")

#: How long SQS remembers a deduplication id.
REMEMBERED = timedelta(minutes=5)

#: Deliveries before a message is put aside (template.yaml).
MAX_RECEIVES = 5


@dataclass(slots=True)
class Queued(Generic[Payload]):
    payload: Payload
    group: str
    visible_at: datetime
    receives: int = 0


class Fifo(Generic[Payload]):
    """Delivers by calling ``consumer``; an error there is a delivery that will come again."""

    def __init__(
        self,
        agenda: Agenda,
        consumer: Callable[[Payload], object],
        *,
        delay_seconds: float = 0,
        visibility_seconds: float,
    ) -> None:
        self.dead: list[Payload] = []
        self._agenda = agenda
        self._consumer = consumer
        self._delay = timedelta(seconds=delay_seconds)
        self._visibility = timedelta(seconds=visibility_seconds)
        self._groups: defaultdict[str, deque[Queued[Payload]]] = defaultdict(deque)
        self._seen: dict[str, datetime] = {}
        #: Groups whose first message is being worked on.
        self._in_flight: set[str] = set()

    def put(self, payload: Payload, *, group: str, name: str) -> None:
        """Queue it, unless its name was queued within five minutes."""
        now = self._agenda.clock.time
        seen = self._seen.get(name)
        if seen is not None and now - seen < REMEMBERED:
            return
        self._seen[name] = now
        queued = Queued(payload, group, now + self._delay)
        self._groups[group].append(queued)
        self._look_at(queued)

    def _look_at(self, queued: Queued[Payload]) -> None:
        self._agenda.at(queued.visible_at, lambda: self._deliver(queued.group))

    def _deliver(self, group: str) -> None:
        """Every message of the group that is visible, the first first."""
        while self._is_ready(group):
            first = self._groups[group][0]
            first.receives += 1
            self._in_flight.add(group)
            done = self._consume(first)
            self._in_flight.discard(group)
            if done:
                self._groups[group].popleft()
                continue
            first.visible_at = self._agenda.clock.time + self._visibility
            self._look_at(first)

    def _is_ready(self, group: str) -> bool:
        waiting = self._groups[group]
        return (
            bool(waiting)
            and group not in self._in_flight
            and waiting[0].visible_at <= self._agenda.clock.time
        )

    def _consume(self, queued: Queued[Payload]) -> bool:
        """Whether it leaves the queue."""
        try:
            self._consumer(queued.payload)
        except Exception:
            logger.info("a delivery failed", exc_info=True)
            if queued.receives < MAX_RECEIVES:
                return False
            self.dead.append(queued.payload)
        return True


class WakeQueue:
    """The queue of turns, as those who fill it know it."""

    def __init__(self, wakes: Fifo[Wake]) -> None:
        self._wakes = wakes

    def send_many(self, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            self._wakes.put(
                wake.read(envelope.body), group=envelope.group, name=envelope.deduplication_id
            )
