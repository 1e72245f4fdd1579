"""Time stands still for what waits in a session, and goes on from there."""

from morfx.domain.identifier import SessionId, WorkspaceId
from morfx.domain.timer import Timer
from morfx.ports import Clock, Executions, TimerRows


def pause(
    session_id: SessionId,
    *,
    workspace_id: WorkspaceId,
    timers: TimerRows,
    executions: Executions,
    clock: Clock,
) -> list[Timer]:
    """Stop the clock of the session's timer; its execution is told, and ends. Returns what was
    paused: nothing, where nothing waits."""
    now = clock.now()
    paused = timers.pause(session_id, workspace_id=workspace_id, now=now)
    for timer in paused:
        executions.tell(timer, now=now)
    return paused


def resume(
    session_id: SessionId,
    *,
    workspace_id: WorkspaceId,
    timers: TimerRows,
    executions: Executions,
    clock: Clock,
) -> list[Timer]:
    """Let the session's paused timer wait for what was left of its time, in an execution of its
    own. Where Step Functions does not answer, housekeeping starts that later."""
    now = clock.now()
    resumed = timers.resume(session_id, workspace_id=workspace_id, now=now)
    for timer in resumed:
        executions.start_timer(timer, now=now)
    return resumed
