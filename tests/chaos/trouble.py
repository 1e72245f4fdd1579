"""A house whose processes die and whose timers are mistimed, and a WhatsApp that has its moods."""

from collections.abc import Callable
from typing import TypeVar

from morfx.domain.delivery import Outgoing
from morfx.domain.errors import (
    DeliveryUncertain,
    SendRejected,
    Throttled,
    Unavailable,
)
from morfx.domain.timer import Timer, TimerInput
from morfx.domain.turn import TurnResult, Wake
from morfx.simulator.house import House
from morfx.simulator.whatsapp import Delivered, StandInWhatsApp
from tests.chaos.faults import Crash, DoorDied, Faults
from tests.chaos.story import (
    Fails,
    Mistimes,
    Redelivers,
    Reports,
    Story,
)

Answer = TypeVar("Answer")


class ChaoticHouse(House):
    """Its processes die, its queue delivers twice, its timers are mistimed."""

    def prepare(self, story: Story, faults: Faults) -> None:
        self._faults = faults
        self._mistimed = {h.start: h for h in story.happenings if isinstance(h, Mistimes)}
        self._redelivered = {h.wake for h in story.happenings if isinstance(h, Redelivers)}
        self._wakes_done = self._timers_started = 0
        self._start_timer = self.machines.start_timer
        self.machines.start_timer = self._mistime  # type: ignore[method-assign]

    def invoke(self, door: str, call: Callable[[], Answer]) -> Answer:
        self._faults.invoked.append(self._faults.now())
        try:
            return super().invoke(door, call)
        except Crash as crash:
            raise DoorDied(str(crash)) from None
        finally:
            self._faults.invoked.pop()

    def turn(self, woken: Wake) -> TurnResult:
        result = super().turn(woken)
        self._wakes_done += 1
        if self._wakes_done in self._redelivered:
            raise DoorDied("the queue was not told")
        return result

    def _mistime(self, timer: Timer, *, now: object) -> None:
        self._timers_started += 1
        trouble = self._mistimed.get(self._timers_started)

        def start() -> None:
            self._start_timer(timer, now=self.clock.time)

        if trouble is None:
            start()
        elif trouble.how == "late":
            self.agenda.after(trouble.seconds, start, patient=True)
        elif trouble.how != "lost":
            start()
            left = (timer.due_at - self.clock.time).total_seconds()
            again = left / 2 if trouble.how == "early" else left + trouble.seconds
            self.agenda.after(again, lambda: self._expire_at_will(timer), patient=True)

    def _expire_at_will(self, timer: Timer) -> None:
        waited = TimerInput(
            workspace_id=timer.workspace_id,
            timer_id=timer.id,
            generation=timer.generation,
            level=timer.level,
            due_at=timer.due_at,
        )
        try:
            self.expire(waited, "of nobody")
        except (DoorDied, Unavailable):
            return


class MoodyWhatsApp(StandInWhatsApp):
    """Fails as the story says, and tells how messages fared."""

    def prepare(
        self,
        story: Story,
        report: Callable[[Delivered, Reports], None],
        wait: Callable[[float], None],
    ) -> None:
        self._troubles = {h.send: h for h in story.happenings if isinstance(h, Fails)}
        self._wait = wait
        self._reports = {h.message: h for h in story.happenings if isinstance(h, Reports)}
        self._report = report
        self._sends = 0

    def send(self, outgoing: Outgoing) -> str:
        self._sends += 1
        trouble = self._troubles.get(self._sends)
        if trouble:
            self._wait(trouble.seconds)
        if trouble and trouble.how in _REFUSALS:
            raise _REFUSALS[trouble.how]()
        provider_message_id = super().send(outgoing)
        told = self._reports.get(len(self.delivered))
        if told:
            self._report(self.delivered[-1], told)
        if trouble and trouble.how == "loses answer":
            raise DeliveryUncertain
        return provider_message_id


_REFUSALS: dict[str, Callable[[], Exception]] = {
    "away": Unavailable,
    "throttled": Throttled,
    "rejects": lambda: SendRejected("Re-engagement message", provider_code=131047),
    "loses request": DeliveryUncertain,
}
