"""Circuits that spare a customer the wait for a model that is away."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from morfx.ports import Clock

#: Who runs the model, and which.
Key = tuple[str, str]

#: Failures in a row that open a circuit.
FAILURES = 2
OPEN_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Circuit:
    """Closed while ``opened_at`` is None. An open one lets a single probe through each time its
    seconds are over: success closes it, failure or silence leaves it open for as long again."""

    failures: int = 0
    opened_at: datetime | None = None

    def lets_through(self, now: datetime, *, open_seconds: float) -> bool:
        if self.opened_at is None:
            return True
        return now - self.opened_at >= timedelta(seconds=open_seconds)

    def probing(self, now: datetime) -> "Circuit":
        """With one call on its way; an open circuit lets no second one through meanwhile."""
        return self if self.opened_at is None else replace(self, opened_at=now)

    def failed(self, now: datetime, *, limit: int) -> "Circuit":
        count = self.failures + 1
        opened = self.opened_at is not None or count >= limit
        return Circuit(failures=count, opened_at=now if opened else None)


class Breaker:
    """The circuits of one process, by provider and model."""

    def __init__(
        self, clock: Clock, *, failures: int = FAILURES, open_seconds: float = OPEN_SECONDS
    ) -> None:
        self._clock = clock
        self._failures = failures
        self._open_seconds = open_seconds
        self._circuits: dict[Key, Circuit] = {}

    def lets_through(self, key: Key) -> bool:
        """Whether a call may start; where it may, it counts as started."""
        circuit, now = self._circuits.get(key, Circuit()), self._clock.now()
        if not circuit.lets_through(now, open_seconds=self._open_seconds):
            return False
        self._circuits[key] = circuit.probing(now)
        return True

    def succeeded(self, key: Key) -> None:
        """The model is there, whatever it said."""
        self._circuits.pop(key, None)

    def failed(self, key: Key, *, for_good: bool = False) -> None:
        """The model is away; ``for_good``: one such failure is enough."""
        circuit = self._circuits.get(key, Circuit())
        limit = 1 if for_good else self._failures
        self._circuits[key] = circuit.failed(self._clock.now(), limit=limit)
