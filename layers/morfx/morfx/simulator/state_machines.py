"""Step Functions: the state machines, state by state, in virtual time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import uuid4

from morfx.domain.delivery import PromisedTurn, SendOutcome
from morfx.domain.timer import Timer, TimerInput, whole_seconds
from morfx.simulator.agenda import Agenda, Appointment

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Retry:
    """How a state tries again (statemachines/*.asl.yaml); jitter is left out."""

    interval: float
    max_attempts: int
    max_delay: float

    def delay(self, attempt: int) -> float:
        return min(self.interval * 2.0**attempt, self.max_delay)


SEND_BUBBLE = Retry(interval=2, max_attempts=7, max_delay=60)
AWAIT_CUSTOMER = Retry(interval=1, max_attempts=4, max_delay=5)
EXPIRE_TIMER = Retry(interval=1, max_attempts=8, max_delay=30)


#: Seconds for which an expiry waits for the turn that acts on it.
TURN_OUTSTANDING = 300

#: The level that waits without being told: the data suffices.
UNTOLD = 2


class Tasks(Protocol):
    """The functions the states call."""

    def send(self, turn: PromisedTurn, /) -> SendOutcome: ...

    def await_customer(self, waited: TimerInput, token: str, /) -> str: ...

    def expire(self, waited: TimerInput, token: str, /) -> str: ...


@dataclass(slots=True)
class Execution:
    name: str
    running: bool = True
    #: How it ended, for who reads its output.
    outcome: str | None = None
    #: Under which it can be told how its row stands.
    token: str | None = None
    #: When it goes on untold.
    timeout: Appointment | None = None

    def end(self, outcome: str) -> None:
        self.running, self.outcome, self.token = False, outcome, None


class StateMachines:
    """Executions. A task that raises is tried again as its state says, then caught as it says."""

    def __init__(self, agenda: Agenda, tasks: Tasks, *, queue_delay: timedelta) -> None:
        self.executions: dict[str, Execution] = {}
        self._queue_delay = queue_delay
        self._agenda = agenda
        self._tasks = tasks

    # -- what the engine asks for ------------------------------------------------------------------

    def start_sequence(self, turn: PromisedTurn, *, attempt: str = "") -> None:
        name = f"{turn.turn_id}-{attempt}" if attempt else str(turn.turn_id)
        execution = self._start(name)
        if execution:
            self._agenda.after(0, lambda: self._send_bubble(execution, turn))

    def start_timer(self, timer: Timer, *, now: datetime) -> None:
        execution = self._start(timer.execution_name)
        if execution:
            self._agenda.after(0, lambda: self._which_level(execution, timer, now))

    def is_running(self, timer: Timer) -> bool:
        execution = self.executions.get(timer.execution_name)
        return execution is not None and execution.running

    def tell(self, timer: Timer, *, now: datetime) -> None:
        if timer.task_token is None:
            return
        for execution in self.executions.values():
            if execution.token == timer.task_token:
                self._hear(execution, timer, now)

    def lose_all(self) -> None:
        """Every running execution is gone, as after a restart of what keeps them."""
        for execution in self.executions.values():
            if execution.running:
                self._stop_waiting(execution)
                execution.end("lost")

    # -- message-sequence --------------------------------------------------------------------------

    def _send_bubble(self, execution: Execution, turn: PromisedTurn, attempt: int = 0) -> None:
        if not execution.running:
            return
        try:
            sent = self._tasks.send(turn)
        except Exception:
            logger.info("SendBubble failed", exc_info=True)
            self._again(
                SEND_BUBBLE,
                attempt,
                lambda: self._send_bubble(execution, turn, attempt + 1),
                otherwise=lambda: execution.end("ProviderOutOfReach"),
            )
            return
        if sent.remaining:
            self._agenda.after(sent.wait_seconds, lambda: self._send_bubble(execution, turn))
        else:
            execution.end("SequenceDone")

    # -- data-collection-timer and promos-timer ----------------------------------------------------

    def _which_level(self, execution: Execution, timer: Timer, now: datetime) -> None:
        if not execution.running:
            return
        wake_at = timer.due_at - self._queue_delay
        waited = TimerInput(
            workspace_id=timer.workspace_id,
            timer_id=timer.id,
            generation=timer.generation,
            level=timer.level,
            due_at=timer.due_at,
        )
        if timer.level == UNTOLD:
            self._wait_for_the_instant(execution, waited, wake_at)
        else:
            seconds = whole_seconds(wake_at, now)
            self._await_customer(execution, waited, wake_at, seconds)

    def _hear(self, execution: Execution, timer: Timer, now: datetime) -> None:
        """It ends, or waits again: on the level and until the instant that the row says."""
        self._stop_waiting(execution)
        if timer.status == "armed":
            self._agenda.after(0, lambda: self._which_level(execution, timer, now))
        else:
            execution.end(timer.end_reason or timer.status)

    def _await_customer(
        self,
        execution: Execution,
        waited: TimerInput,
        wake_at: datetime,
        seconds: float,
        attempt: int = 0,
    ) -> None:
        if not execution.running:
            return
        token = self._wait_under_token(
            execution,
            seconds,
            lambda: self._wait_for_the_instant(execution, waited, wake_at),
        )
        try:
            self._tasks.await_customer(waited, token)
        except Exception:
            logger.info("AwaitCustomerData failed", exc_info=True)
            if execution.token == token:
                self._stop_waiting(execution)
                self._again(
                    AWAIT_CUSTOMER,
                    attempt,
                    lambda: self._await_customer(execution, waited, wake_at, seconds, attempt + 1),
                    otherwise=lambda: self._wait_for_the_instant(execution, waited, wake_at),
                )

    def _wait_for_the_instant(
        self, execution: Execution, waited: TimerInput, wake_at: datetime
    ) -> None:
        execution.token = None
        execution.timeout = self._agenda.at(
            wake_at, lambda: self._expire(execution, waited), patient=True
        )

    def _expire(self, execution: Execution, waited: TimerInput, attempt: int = 0) -> None:
        if not execution.running:
            return
        token = self._wait_under_token(
            execution, TURN_OUTSTANDING, lambda: execution.end("TurnOutstanding")
        )
        try:
            self._tasks.expire(waited, token)
        except Exception:
            logger.info("an expiry failed", exc_info=True)
            if execution.token == token:
                self._stop_waiting(execution)
                self._again(
                    EXPIRE_TIMER,
                    attempt,
                    lambda: self._expire(execution, waited, attempt + 1),
                    otherwise=lambda: execution.end("failed"),
                )

    def _wait_under_token(
        self, execution: Execution, seconds: float, otherwise: Callable[[], None]
    ) -> str:
        """Until it is told, and no longer than so many seconds."""
        execution.token = uuid4().hex
        execution.timeout = self._agenda.after(seconds, otherwise, patient=True)
        return execution.token

    # -- any of them -------------------------------------------------------------------------------

    def _start(self, name: str) -> Execution | None:
        """A new execution, or None where the name was used already."""
        if name in self.executions:
            return None
        self.executions[name] = Execution(name)
        return self.executions[name]

    def _again(
        self,
        retry: Retry,
        attempt: int,
        action: Callable[[], None],
        *,
        otherwise: Callable[[], None],
    ) -> None:
        if attempt < retry.max_attempts:
            self._agenda.after(retry.delay(attempt), action)
        else:
            otherwise()

    def _stop_waiting(self, execution: Execution) -> None:
        execution.token = None
        if execution.timeout:
            self._agenda.cancel(execution.timeout)
            execution.timeout = None
