"""Where a process may die or wait: around every call of a port, and between statements."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from morfx.adapters.postgres.connection import Connection, Database
from morfx.simulator.agenda import Agenda
from tests.chaos.story import Crashes, Pauses, Story

#: Seconds after which Lambda ends a function (template.yaml).
FUNCTION_TIMEOUT = 30

Port = TypeVar("Port")


class Crash(BaseException):
    """The process died here. No ``except Exception`` of the code under test may survive it."""


class DoorDied(Exception):
    """What whoever called the function is told."""


class Faults:
    """Counts the points a story passes, and does there what the story says."""

    def __init__(self, story: Story, agenda: Agenda) -> None:
        self.crashes = {h.point: h.after for h in story.happenings if isinstance(h, Crashes)}
        self.pauses = {h.point: h.seconds for h in story.happenings if isinstance(h, Pauses)}
        self._agenda = agenda
        self._points = 0
        #: When each function that is at work was invoked, the outermost first.
        self.invoked: list[float] = []

    def call(self, made: Callable[[], Any]) -> Any:
        """A call between two parts: a process may die on either side of it, or be slow."""
        self._points += 1
        point = self._points
        if point in self.pauses:
            self._agenda.run_for(self.pauses.pop(point))
            self._end_what_takes_too_long()
        if self.crashes.get(point) is False:
            raise Crash(f"before call {point}")
        answer = made()
        if self.crashes.get(point) is True:
            raise Crash(f"after call {point}")
        return answer

    def is_fatal(self) -> bool:
        """Whether the process dies before the statement that is about to be sent."""
        self._points += 1
        return self._points in self.crashes

    def now(self) -> float:
        return self._agenda.clock.time.timestamp()

    def _end_what_takes_too_long(self) -> None:
        if self.invoked and self.now() - self.invoked[-1] > FUNCTION_TIMEOUT:
            raise Crash("timed out")


class Brittle:
    """A part whose every method is a point."""

    def __init__(self, part: object, faults: Faults) -> None:
        self._part, self._faults = part, faults

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if not callable(found):
            return found
        return lambda *args, **named: self._faults.call(lambda: found(*args, **named))


def brittle(part: Port, faults: Faults) -> Port:
    return cast(Port, Brittle(part, faults))


class MortalDatabase(Database):
    """A connection that breaks between two statements when the process dies there."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.faults: Faults | None = None

    def _open(self) -> Connection:
        connection = super()._open()
        if "execute" not in vars(connection):
            connection.prepare_threshold = 0
            execute = connection.execute

            def mortal(query: Any, parameters: Mapping[str, Any] | None = None, **more: Any) -> Any:
                if self.faults and self.faults.is_fatal():
                    connection.close()  # as the kernel does for the dead: nothing more is sent
                    raise Crash("between statements")
                return execute(query, parameters, **more)

            connection.execute = mortal  # type: ignore[method-assign, assignment]
        return connection
