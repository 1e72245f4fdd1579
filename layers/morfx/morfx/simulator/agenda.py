"""Virtual time: it stands still while somebody works and jumps to the next thing that is due."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count


@dataclass
class VirtualClock:
    #: A Friday noon in Bogotá: no quiet hours.
    time: datetime = datetime(2026, 11, 20, 17, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass(order=True, slots=True)
class Appointment:
    due: datetime
    #: Of two things due at one instant, the one that was arranged first comes first.
    place: int
    action: Callable[[], object] = field(compare=False)
    #: It lets time pass, and nobody waits for it: a timer, the clock of the house.
    patient: bool = field(compare=False, default=False)


class Agenda:
    """What is due when. An action may arrange more, and may let time pass by running the agenda."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self._heap: list[Appointment] = []
        self._places = count()

    def after(
        self, seconds: float, action: Callable[[], object], *, patient: bool = False
    ) -> Appointment:
        return self.at(self.clock.time + timedelta(seconds=seconds), action, patient=patient)

    def at(
        self, due: datetime, action: Callable[[], object], *, patient: bool = False
    ) -> Appointment:
        """Arrange it; what should have been done already is done as soon as anything is."""
        appointment = Appointment(due, next(self._places), action, patient)
        heapq.heappush(self._heap, appointment)
        return appointment

    def cancel(self, appointment: Appointment) -> None:
        if appointment in self._heap:
            self._heap.remove(appointment)
            heapq.heapify(self._heap)

    def clear(self) -> None:
        self._heap.clear()

    def run_until(self, end: datetime) -> None:
        """Everything that is due until then, in order; then it is then."""
        while self._heap and self._heap[0].due <= end:
            self._do_next()
        self.clock.time = max(self.clock.time, end)

    def run_for(self, seconds: float) -> None:
        self.run_until(self.clock.time + timedelta(seconds=seconds))

    def settle(self) -> None:
        """Everything somebody waits for, with what is due meanwhile."""
        while not all(appointment.patient for appointment in self._heap):
            self._do_next()

    def _do_next(self) -> None:
        appointment = heapq.heappop(self._heap)
        self.clock.time = max(self.clock.time, appointment.due)
        appointment.action()
