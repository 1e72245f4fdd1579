"""One turn: claim, read, comprehend, decide, commit once, perform."""

import logging
import random
from collections.abc import Mapping
from dataclasses import replace

from morfx.domain.agent import Agent
from morfx.domain.conversation import Reading
from morfx.domain.delivery import PromisedTurn
from morfx.domain.errors import VersionConflictError
from morfx.domain.identifier import AgentId, TurnId, new_id
from morfx.domain.turn import TurnCommit, TurnResult, Wake
from morfx.engine.decision import decide
from morfx.ports import Clock, Comprehender, Executions, Turns

logger = logging.getLogger(__name__)

#: Tries after another writer was first, before the wake goes back to the queue.
MAX_RETRIES = 3

#: Seconds, at most, between two tries.
RETRY_JITTER = 0.2


def run_turn(
    wake: Wake,
    *,
    turns: Turns,
    agents: Mapping[AgentId, Agent],
    comprehender: Comprehender,
    executions: Executions,
    clock: Clock,
) -> TurnResult:
    """Answer everything unread in the conversation, or act on the timer that expired.

    Where a newer message arrives before the commit nothing is written, and the wake of that
    message, which is already on its way, answers all of them. Raises ConversationBusy while
    another turn works, VersionConflictError after the last retry.
    """
    turn_id = TurnId(new_id())
    for retries in range(MAX_RETRIES + 1):
        reading = turns.claim(wake, turn_id=turn_id, now=clock.now())
        if not isinstance(reading, Reading):
            return TurnResult(outcome=reading, retries=retries)
        turn = decide(wake, reading, agents=agents, comprehender=comprehender, now=clock.now())
        try:
            disarmed = turns.commit(turn)
        except VersionConflictError:
            turns.release(reading)
            if retries == MAX_RETRIES:
                raise
            clock.sleep(random.uniform(0, RETRY_JITTER))  # noqa: S311 - spreads retries, guards nothing
            continue
        if disarmed is None:
            # The next claim tells: a newer message has its wake, or an older one is unread again.
            turns.release(reading)
            continue
        _perform(turn, disarmed, executions=executions, clock=clock)
        return replace(_result(turn), retries=retries)
    return TurnResult(outcome="superseded", turn_id=turn_id, retries=MAX_RETRIES)


def _perform(
    turn: TurnCommit, disarmed: tuple[str, ...], *, executions: Executions, clock: Clock
) -> None:
    """Start what the commit promised. A crash here loses nothing: the relay finds the rows."""
    reading = turn.reading
    if any(bubble.cancelled_because is None for bubble in turn.bubbles):
        executions.start_sequence(
            PromisedTurn(
                workspace_id=reading.workspace_id,
                conversation_id=reading.conversation_id,
                turn_id=reading.turn_id,
            )
        )
    for token in disarmed:
        executions.resolve(token, "superseded")
    if turn.armed:
        executions.start_timer(turn.armed, now=clock.now())


def _result(turn: TurnCommit) -> TurnResult:
    lateness = None
    if turn.expired and turn.void_because is None:
        lateness = int((turn.at - turn.expired.due_at).total_seconds() * 1000)
    return TurnResult(
        outcome="answered" if turn.bubbles else "silent",
        turn_id=turn.reading.turn_id,
        reason=turn.silence_reason,
        bubbles=len(turn.bubbles),
        timer_lateness_ms=lateness,
    )
