"""Step Functions: the two state machines, state by state, in virtual time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from morfx.domain.delivery import PromisedTurn, SendOutcome
from morfx.domain.timer import Timer, TimerInput
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


class Tasks(Protocol):
    """The functions the states call."""

    def send(self, turn: PromisedTurn, /) -> SendOutcome: ...

    def await_customer(self, waited: TimerInput, token: str, /) -> None: ...

    def expire(self, waited: TimerInput, /) -> str: ...


@dataclass(slots=True)
class Execution:
    name: str
    running: bool = True
    #: How it ended, for who reads its output.
    outcome: str | None = None
    #: Under which it can be told to stop waiting.
    token: str | None = None
    timeout: Appointment | None = None

    def end(self, outcome: str) -> None:
        self.running, self.outcome, self.token = False, outcome, None


class StateMachines:
    """Executions. A task that raises is tried again as its state says, then caught as it says."""

    def __init__(self, agenda: Agenda, tasks: Tasks) -> None:
        self.executions: dict[str, Execution] = {}
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
            waited = TimerInput(
                workspace_id=timer.workspace_id, timer_id=timer.id, generation=timer.generation
            )
            seconds = timer.seconds_left(now)
            self._agenda.after(0, lambda: self._await_customer(execution, waited, seconds))

    def is_running(self, timer: Timer) -> bool:
        execution = self.executions.get(timer.execution_name)
        return execution is not None and execution.running

    def resolve(self, token: str, outcome: str) -> None:
        for execution in self.executions.values():
            if execution.token == token:
                self._stop_waiting(execution)
                execution.end(outcome)

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
                execution,
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

    # -- data-collection-timer ---------------------------------------------------------------------

    def _await_customer(
        self, execution: Execution, waited: TimerInput, seconds: float, attempt: int = 0
    ) -> None:
        if not execution.running:
            return
        execution.token = uuid4().hex
        execution.timeout = self._wait(execution, waited, seconds)
        try:
            self._tasks.await_customer(waited, execution.token)
        except Exception:
            logger.info("AwaitCustomerData failed", exc_info=True)
            self._stop_waiting(execution)
            self._again(
                execution,
                AWAIT_CUSTOMER,
                attempt,
                lambda: self._await_customer(execution, waited, seconds, attempt + 1),
                otherwise=lambda: self._wait_without_token(execution, waited, seconds),
                patient=True,
            )

    def _wait_without_token(self, execution: Execution, waited: TimerInput, seconds: float) -> None:
        execution.timeout = self._wait(execution, waited, seconds)

    def _wait(self, execution: Execution, waited: TimerInput, seconds: float) -> Appointment:
        return self._agenda.after(
            seconds, lambda: self._expire_timer(execution, waited), patient=True
        )

    def _expire_timer(self, execution: Execution, waited: TimerInput, attempt: int = 0) -> None:
        if not execution.running:
            return
        execution.token = None
        try:
            outcome = self._tasks.expire(waited)
        except Exception:
            logger.info("ExpireTimer failed", exc_info=True)
            self._again(
                execution,
                EXPIRE_TIMER,
                attempt,
                lambda: self._expire_timer(execution, waited, attempt + 1),
                otherwise=lambda: execution.end("failed"),
            )
            return
        if outcome == "not_due":
            self._wait_without_token(execution, waited, 1)
        else:
            execution.end(outcome)

    # -- any of them -------------------------------------------------------------------------------

    def _start(self, name: str) -> Execution | None:
        """A new execution, or None where the name was used already."""
        if name in self.executions:
            return None
        self.executions[name] = Execution(name)
        return self.executions[name]

    def _again(
        self,
        execution: Execution,
        retry: Retry,
        attempt: int,
        action: Callable[[], None],
        *,
        otherwise: Callable[[], None],
        patient: bool = False,
    ) -> None:
        if not execution.running:
            return
        if attempt < retry.max_attempts:
            self._agenda.after(retry.delay(attempt), action, patient=patient)
        else:
            otherwise()

    def _stop_waiting(self, execution: Execution) -> None:
        execution.token = None
        if execution.timeout:
            self._agenda.cancel(execution.timeout)
            execution.timeout = None
