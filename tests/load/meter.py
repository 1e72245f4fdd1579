"""What each step of a turn costs, each time it is taken."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from time import perf_counter
from typing import NamedTuple

import psycopg
from psycopg.rows import DictRow

from tests.load.wire import Wire
from tests.road import FORGET

#: The functions a message goes through, and all of them together.
STEPS = ("intake", "turn", "send")
ROAD = "whole road"


class Cost(NamedTuple):
    milliseconds: float
    #: Of write-ahead log.
    log_bytes: float
    round_trips: float = 0
    statements: float = 0


class Meter:
    """``watcher``: a connection to look at the log by. Where a wire is tapped, time says little."""

    def __init__(self, watcher: psycopg.Connection[DictRow], wire: Wire | None = None) -> None:
        self._watcher = watcher
        self._wire = wire
        self._costs: dict[str, list[Cost]] = defaultdict(list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what is done inside."""
        if self._wire:
            self._wire.take()
        before, started = self._position(), perf_counter()
        yield
        milliseconds = (perf_counter() - started) * 1000
        sent = self._wire.take() if self._wire else (0, 0)
        self._costs[name].append(Cost(milliseconds, self._position() - before, *sent))

    def forget(self) -> None:
        self._watcher.execute(FORGET)

    def costs(self, name: str) -> list[Cost]:
        if name != ROAD:
            return self._costs[name]
        turns = zip(*(self._costs[step] for step in STEPS), strict=True)
        return [Cost(*map(sum, zip(*turn, strict=True))) for turn in turns]

    def usual(self, name: str) -> Cost:
        """The median of each figure."""
        return Cost(*map(median, zip(*self.costs(name), strict=True)))

    def slow(self, name: str) -> float:
        """Milliseconds that one in twenty exceeds."""
        return quantiles((cost.milliseconds for cost in self.costs(name)), n=20)[-1]

    def _position(self) -> int:
        [row] = self._watcher.execute("SELECT pg_current_wal_insert_lsn() - '0/0' AS bytes")
        return int(row["bytes"])
