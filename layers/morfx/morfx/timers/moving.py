"""A person moves the instant of the timer that waits: to now, or to what the pace says from now on.

What waited ends and another begins, as a generation of its own: an execution that cannot be told
where it waits (level 2) would hold the old instant.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from morfx.domain.errors import SessionError, SessionNotFoundError
from morfx.domain.identifier import TimerId, new_id
from morfx.domain.intervention import Intervention, Seen
from morfx.domain.session import Session
from morfx.domain.timer import Pace, Timer
from morfx.domain.turn import DomainEvent, EventType
from morfx.ports import Clock, Executions, Sessions, TimerRows


def advance(
    seen: Seen, *, sessions: Sessions, timers: TimerRows, executions: Executions, clock: Clock
) -> Timer:
    """Let the timer that waits be due now; it expires as any other does.

    Raises SessionNotFoundError, SessionError where none waits or it is paused,
    VersionConflictError where the session was written since it was seen.
    """
    session, now = _session(seen, sessions), clock.now()
    waiting = timers.waiting(session.id, workspace_id=seen.workspace_id)
    if waiting is None or waiting.status != "armed":
        raise SessionError("no timer waits in the session", session_id=str(session.id))
    moved = _moved(waiting, due_at=now, now=now)
    session = replace(session, version=seen.version or session.version)
    _carry_out(seen, session, moved, "timer.advanced", sessions, executions)
    return moved


def restart(
    seen: Seen,
    pace: Pace,
    *,
    sessions: Sessions,
    timers: TimerRows,
    executions: Executions,
    clock: Clock,
) -> Timer | None:
    """Let the timer that waits wait anew, for as long as the pace says (facts/agent.md §4.2),
    whatever the session has become since it was seen; a paused one stays paused. Returns it, or
    None where none waits.

    Raises SessionNotFoundError, VersionConflictError where somebody writes the session just now.
    """
    session, now = _session(seen, sessions), clock.now()
    waiting = timers.waiting(session.id, workspace_id=seen.workspace_id)
    if waiting is None:
        return None
    duration = timedelta(seconds=pace.seconds(waiting.level))
    moved = _moved(waiting, due_at=now + duration, now=now)
    _carry_out(seen, session, moved, "timer.restarted", sessions, executions)
    return moved


def _session(seen: Seen, sessions: Sessions) -> Session:
    """Read before its timer is: a turn that moves the timer meanwhile writes the session too."""
    if seen.session_id is None:
        raise SessionNotFoundError
    return sessions.get(seen.session_id, workspace_id=seen.workspace_id)


def _moved(waiting: Timer, *, due_at: datetime, now: datetime) -> Timer:
    return replace(
        waiting,
        id=TimerId(new_id()),
        generation=waiting.generation + 1,
        armed_at=now,
        due_at=due_at,
        paused_at=now if waiting.status == "paused" else None,
        task_token=None,
        restarts=0,
    )


def _carry_out(
    seen: Seen,
    session: Session,
    moved: Timer,
    event: EventType,
    sessions: Sessions,
    executions: Executions,
) -> None:
    """Where Step Functions does not answer, housekeeping starts the execution later."""
    moving = Intervention(
        workspace_id=seen.workspace_id,
        conversation_id=seen.conversation_id,
        session=session,
        timers_end=event.removeprefix("timer."),
        armed=moved,
        events=(DomainEvent(type=event, payload={"purpose": moved.purpose, "level": moved.level}),),
        at=moved.armed_at,
    )
    for ended in sessions.intervene(moving):
        executions.tell(ended, now=moved.armed_at)
    if moved.status == "armed":
        executions.start_timer(moved, now=moved.armed_at)
