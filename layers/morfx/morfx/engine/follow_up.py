"""Which timer waits after a turn: armed anew, going on, on another level, or none."""

from dataclasses import replace
from datetime import timedelta

from morfx.domain import completeness
from morfx.domain.agent import Agent
from morfx.domain.identifier import TimerId, new_id
from morfx.domain.session import Session
from morfx.domain.timer import LEVELS, PATIENCE, Timer
from morfx.domain.turn import TurnCommit


def level_of(session: Session, agent: Agent, *, ordered: bool) -> int | None:
    """The first level of the agent's that holds now; an order leaves nothing to wait for."""
    if ordered:
        return None
    data = completeness.standing(
        agent.fields_of("required"), session.data, session.state.datos_capturados
    )
    pack = session.state.pack_seleccionado is not None
    for level in sorted(agent.timers):
        waits_here = agent.timers[level].waits_in == session.mode
        if waits_here and LEVELS[level].holds(data, pack=pack):
            return level
    return None


def with_follow_up(turn: TurnCommit, session: Session, agent: Agent) -> TurnCommit:
    """The turn with the one timer that shall wait after it; every other one ends."""
    ordered = turn.order is not None or session.order is not None
    level = level_of(session, agent, ordered=ordered) if session.status == "active" else None
    if level is None:
        return replace(turn, disarmed_because=_why_none(session, ordered=ordered))
    turn = replace(turn, disarmed_because="superseded")
    waiting = turn.reading.waiting
    if (
        waiting is None
        or waiting.session_id != session.id
        or waiting.purpose != LEVELS[level].purpose
        or waiting == turn.expired
    ):
        return replace(turn, armed=_armed(turn, session, level))
    return replace(turn, kept=_going_on(waiting, turn, level))


def _why_none(session: Session, *, ordered: bool) -> str:
    if session.end_reason:
        return f"session_{session.end_reason}"
    return "ordered" if ordered else "nothing_awaited"


def _armed(turn: TurnCommit, session: Session, level: int) -> Timer:
    reading = turn.reading
    same_session = reading.session is not None and reading.session.id == session.id
    return Timer(
        id=TimerId(new_id()),
        workspace_id=reading.workspace_id,
        conversation_id=reading.conversation_id,
        session_id=session.id,
        purpose=LEVELS[level].purpose,
        level=level,
        generation=reading.timer_generation + 1 if same_session else 1,
        status="armed",
        end_reason=None,
        armed_at=turn.at,
        due_at=turn.at + timedelta(seconds=reading.shop.seconds(level)),
    )


def _going_on(waiting: Timer, turn: TurnCommit, level: int) -> Timer:
    """On its level it goes on counting, and on one that counts on from there; never so that it
    runs out while the customer may still be typing."""
    if waiting.status == "paused":
        return replace(waiting, level=level)
    shop, now = turn.reading.shop, turn.at
    duration = timedelta(seconds=shop.seconds(level))
    if level == waiting.level:
        due_at = waiting.due_at
    elif LEVELS[level].counts_on:
        due_at = waiting.armed_at + duration
    else:
        return replace(waiting, level=level, due_at=now + duration)
    patience = min(timedelta(seconds=PATIENCE[shop.timer_preset]), duration)
    return replace(waiting, level=level, due_at=max(due_at, now + patience))
