"""A timer's execution waits, is told to stop waiting, or runs out."""

from datetime import datetime

from morfx.domain import wake
from morfx.domain.timer import Timer, TimerInput
from morfx.domain.turn import TimerExpired
from morfx.ports import Clock, Executions, Queue, TimerRows


def await_customer(
    waited: TimerInput, token: str, *, timers: TimerRows, executions: Executions
) -> None:
    """Keep the token the execution waits under; where the row has moved already, end the wait.

    So nothing is missed between "decided" and "armed".
    """
    timer = timers.keep_token(waited, token)
    moved = _why_void(timer, waited)
    if moved:
        executions.resolve(token, moved)


def expire(waited: TimerInput, *, timers: TimerRows, turns: Queue, clock: Clock) -> str:
    """Queue the expiry behind the customer's messages; returns ``expired`` or why it is void."""
    timer = timers.get(waited)
    moved = _why_void(timer, waited) or _too_early(timer, clock.now())
    if moved:
        return moved
    expired = TimerExpired(
        workspace_id=waited.workspace_id,
        conversation_id=timer.conversation_id,
        timer_id=waited.timer_id,
        generation=waited.generation,
    )
    turns.send_many([wake.envelope(expired, attempt=f"r{timer.restarts}")])
    return "expired"


def _why_void(timer: Timer, waited: TimerInput) -> str | None:
    """Why this generation no longer waits, or None while it does."""
    if timer.generation != waited.generation:
        return "superseded"
    return timer.end_reason


def _too_early(timer: Timer, now: datetime) -> str | None:
    """An execution of rounded seconds may wake just before the instant; never act before it."""
    return None if now >= timer.due_at else "not_due"
