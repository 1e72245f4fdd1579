"""A timer's execution waits, is told how the row stands, or runs out."""

from dataclasses import replace
from datetime import datetime, timedelta

from morfx.domain import wake
from morfx.domain.timer import Timer, TimerInput
from morfx.domain.turn import TimerExpired
from morfx.ports import Clock, Executions, Queue, TimerRows


def await_customer(
    waited: TimerInput, token: str, *, timers: TimerRows, executions: Executions, clock: Clock
) -> str:
    """Keep the token the execution waits under; where the row has moved already, tell it so.

    So nothing is missed between "decided" and "armed". Returns ``waiting`` or why it does not.
    """
    timer = timers.keep_token(waited, token)
    return _moved(timer, waited, token, executions, clock) or "waiting"


def expire(
    waited: TimerInput,
    token: str,
    *,
    timers: TimerRows,
    executions: Executions,
    turns: Queue,
    clock: Clock,
    early: timedelta = timedelta(0),
    rang_at: datetime | None = None,
) -> str:
    """Queue the expiry behind the customer's messages; the turn that acts tells the execution.

    ``early``: how long before its instant an expiry sets out, since the queue delays it.
    ``rang_at``: when the execution's own wait was over, which says how punctual the clock is.
    Returns ``expired`` or why it is void.
    """
    timer = timers.keep_token(waited, token, rang_at=rang_at)
    moved = _moved(timer, waited, token, executions, clock)
    if moved:
        return moved
    if clock.now() < timer.due_at - early:
        executions.tell(replace(timer, task_token=token), now=clock.now())
        return "not_due"
    expired = TimerExpired(
        workspace_id=waited.workspace_id,
        conversation_id=timer.conversation_id,
        timer_id=waited.timer_id,
        generation=waited.generation,
    )
    turns.send_many([wake.envelope(expired, attempt=_attempt(timer))])
    return "expired"


def _moved(
    timer: Timer, waited: TimerInput, token: str, executions: Executions, clock: Clock
) -> str | None:
    """Why the row waits for something else than the execution knows, which is told so; one of an
    earlier generation ends, whatever the present one waits for."""
    moved = timer.moved(waited)
    if moved == "superseded":
        timer = replace(timer, status="cancelled", end_reason=moved)
    if moved:
        executions.tell(replace(timer, task_token=token), now=clock.now())
    return moved


def _attempt(timer: Timer) -> str:
    """An expiry is queued once for each instant that it waited for."""
    return f"r{timer.restarts}-{timer.due_at:%Y%m%dT%H%M%S.%f}"
