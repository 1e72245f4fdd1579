"""Warm execution environments, bounded: a burst waits for a free one, it forks no hundred."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from local.emulator.functions.environment import ExecutionEnvironment

IDLE_SECONDS = 120.0


class ThrottledError(Exception):
    """No environment came free in time."""


class Pool:
    """At most `limit` environments per function; others wait `patience` seconds, then throttle."""

    def __init__(self, limit: int, patience: float) -> None:
        self.limit = limit
        self._patience = patience
        self._idle: dict[str, list[ExecutionEnvironment]] = defaultdict(list)
        self._busy: dict[str, list[ExecutionEnvironment | None]] = defaultdict(list)
        self._changed = threading.Condition()
        self._closed = False

    @contextmanager
    def lease(
        self, function: str, start: Callable[[], ExecutionEnvironment]
    ) -> Iterator[ExecutionEnvironment]:
        """A free environment of the function, or a new one, for one invocation."""
        environment = self._take(function, start)
        try:
            yield environment
        finally:
            self._give_back(function, environment)

    def stop_idle(self, longer_than: float = IDLE_SECONDS) -> None:
        """Let the surplus of a burst go; each function keeps its last one warm."""
        with self._changed:
            surplus = [
                environment
                for idle in self._idle.values()
                for environment in idle[:-1]
                if time.monotonic() - environment.idle_since > longer_than
            ]
            for idle in self._idle.values():
                idle[:] = [environment for environment in idle if environment not in surplus]
        for environment in surplus:
            environment.stop()

    def close(self, patience: float) -> None:
        """Take no more, let those at work finish for `patience` seconds, then stop everything."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not any(self._busy.values()), patience)
            everyone = [one for idle in self._idle.values() for one in idle]
            everyone += [one for busy in self._busy.values() for one in busy if one]
        for environment in everyone:
            environment.stop()

    def _take(
        self, function: str, start: Callable[[], ExecutionEnvironment]
    ) -> ExecutionEnvironment:
        environment = self._reserve(function)
        if environment is not None:
            return environment
        try:
            environment = start()
        except BaseException:
            self._release(function, None)
            raise
        with self._changed:
            self._busy[function].remove(None)
            self._busy[function].append(environment)
        return environment

    def _reserve(self, function: str) -> ExecutionEnvironment | None:
        """A warm environment, or None: room has been kept for a new one."""
        patience_ends = time.monotonic() + self._patience
        with self._changed:
            while True:
                if self._closed:
                    raise ThrottledError(function)
                warm = self._warm(function)
                if warm or len(self._busy[function]) < self.limit:
                    self._busy[function].append(warm)
                    return warm
                if not self._changed.wait(max(0.0, patience_ends - time.monotonic())):
                    raise ThrottledError(function)

    def _warm(self, function: str) -> ExecutionEnvironment | None:
        idle = self._idle[function]
        while idle:
            environment = idle.pop()
            if environment.usable:
                return environment
            environment.stop()
        return None

    def _give_back(self, function: str, environment: ExecutionEnvironment) -> None:
        if not environment.usable:
            environment.stop()
        self._release(function, environment)

    def _release(self, function: str, environment: ExecutionEnvironment | None) -> None:
        with self._changed:
            self._busy[function].remove(environment)
            if environment is not None and environment.usable:
                self._idle[function].append(environment)
            self._changed.notify_all()
