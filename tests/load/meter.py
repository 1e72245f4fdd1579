"""What each step of a turn costs, each time it is taken."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter

import psycopg
from psycopg.rows import DictRow

from tests.load.wire import Wire

#: The functions a message goes through.
STEPS = ("intake", "turn", "send")


@dataclass(frozen=True)
class Cost:
    milliseconds: float = 0.0
    #: Bytes of write-ahead log.
    log_bytes: int = 0
    round_trips: int = 0
    statements: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.milliseconds + other.milliseconds,
            self.log_bytes + other.log_bytes,
            self.round_trips + other.round_trips,
            self.statements + other.statements,
        )


@dataclass
class Meter:
    """Time and log always; what crosses the wire, where one is tapped (and then time is not)."""

    #: A connection of its own, to look at the log.
    watcher: psycopg.Connection[DictRow]
    wire: Wire | None = None
    costs: dict[str, list[Cost]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        if self.wire:
            self.wire.take()
        before, started = self._position(), perf_counter()
        yield
        elapsed = perf_counter() - started
        log_bytes = self._position() - before
        traffic = self.wire.take() if self.wire else None
        self.costs[name].append(
            Cost(
                elapsed * 1000,
                log_bytes,
                traffic.round_trips if traffic else 0,
                traffic.statements if traffic else 0,
            )
        )

    def of(self, name: str) -> list[Cost]:
        """The costs of a step, or of all three together."""
        if name in STEPS:
            return self.costs[name]
        turns = zip(*(self.costs[step] for step in STEPS), strict=True)
        return [sum(turn, Cost()) for turn in turns]

    def half(self, name: str) -> Cost:
        """Half of the times the step cost no more than this."""
        costs = self.of(name)
        return Cost(
            median(cost.milliseconds for cost in costs),
            round(median(cost.log_bytes for cost in costs)),
            round(median(cost.round_trips for cost in costs)),
            round(median(cost.statements for cost in costs)),
        )

    def slow(self, name: str) -> float:
        """Milliseconds that one in twenty exceeds."""
        return quantiles((cost.milliseconds for cost in self.of(name)), n=20)[-1]

    def _position(self) -> int:
        [row] = self.watcher.execute("SELECT pg_current_wal_insert_lsn() - '0/0' AS bytes")
        return int(row["bytes"])
