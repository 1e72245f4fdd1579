"""What was promised and not kept in time is promised again, or told to a person."""

import logging
from dataclasses import dataclass
from datetime import datetime

from morfx.domain import wake
from morfx.domain.errors import Rejected
from morfx.domain.identifier import WorkspaceId
from morfx.domain.relay import RESTARTS_A_MINUTE, Neglected
from morfx.domain.timer import Timer
from morfx.ports import Clock, Executions, Queue, TimerRows, Upkeep

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class RelayReport:
    relayed: int
    rearmed: int
    given_up: int
    uncertain: int
    #: Seconds for which the most patient customer has waited for any answer.
    longest_wait: int


def keep_promises(
    *,
    after_restart: bool,
    upkeep: Upkeep,
    timers: TimerRows,
    turns: Queue,
    executions: Executions,
    clock: Clock,
) -> RelayReport:
    """Visit every workspace once.

    ``after_restart``: executions may have died while their timers were not yet due, so each armed
    timer is looked up too.
    """
    now = clock.now()
    reports = []
    for workspace_id in upkeep.workspace_ids():
        neglected = upkeep.neglected(workspace_id, now=now)
        lost = list(neglected.overdue)
        if after_restart:
            lost = _lost(workspace_id, timers=timers, executions=executions)
        restarted = [
            _restart(timer, timers=timers, executions=executions, now=now) for timer in lost
        ]
        reports.append(
            RelayReport(
                relayed=_relay(neglected, turns=turns, executions=executions, now=now),
                rearmed=restarted.count("armed"),
                given_up=restarted.count("given_up"),
                uncertain=neglected.uncertain,
                longest_wait=neglected.longest_wait,
            )
        )
    return RelayReport(
        relayed=sum(report.relayed for report in reports),
        rearmed=sum(report.rearmed for report in reports),
        given_up=sum(report.given_up for report in reports),
        uncertain=sum(report.uncertain for report in reports),
        longest_wait=max((report.longest_wait for report in reports), default=0),
    )


def _relay(neglected: Neglected, *, turns: Queue, executions: Executions, now: datetime) -> int:
    """Wake what is unread and start sending what is unsent, at most once a minute each."""
    minute = f"{now:%Y%m%dT%H%M}"
    turns.send_many([wake.envelope(unread, attempt=minute) for unread in neglected.unread])
    for turn in neglected.promised:
        executions.start_sequence(turn, attempt=minute)
    return len(neglected.unread) + len(neglected.promised)


def _lost(workspace_id: WorkspaceId, *, timers: TimerRows, executions: Executions) -> list[Timer]:
    armed = timers.armed(workspace_id=workspace_id, limit=RESTARTS_A_MINUTE)
    return [timer for timer in armed if not executions.is_running(timer)]


def _restart(timer: Timer, *, timers: TimerRows, executions: Executions, now: datetime) -> str:
    try:
        restarted = timers.restart(timer)
    except Rejected:
        return "moved"
    if restarted.status == "armed":
        executions.start_timer(restarted, now=now)
    else:
        logger.error("timer given up", extra={"timer_id": str(timer.id)})
    return restarted.status
