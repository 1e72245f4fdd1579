"""One turn: claim, read, comprehend, decide, commit once, perform."""

import logging
import random
from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime, timedelta

from morfx.domain.conversation import Reading
from morfx.domain.delivery import PromisedTurn
from morfx.domain.errors import OrderNotWritten, VersionConflictError
from morfx.domain.identifier import TurnId, new_id
from morfx.domain.timer import Timer
from morfx.domain.turn import DomainEvent, TimerExpired, TurnCommit, TurnResult, Wake
from morfx.engine.decision import answer
from morfx.engine.mind import MindOf, Understanding
from morfx.engine.opting import confirm
from morfx.engine.registry import Registry
from morfx.engine.reminder import remind, why_void
from morfx.ports import Clock, Executions, Turns

logger = logging.getLogger(__name__)

#: Tries after another writer was first, before the wake goes back to the queue.
MAX_RETRIES = 3

#: Refusals of its order after which a turn does without; what it reads anew may decide otherwise.
ORDER_TRIES = 2

#: How long a turn waits for the instant of the timer that woke it.
MAX_EARLY = timedelta(seconds=2)

#: Why an expiry does nothing and its timer goes on waiting.
GOES_ON = {"not_due", "paused"}

#: Seconds, at most, between two tries.
RETRY_JITTER = 0.2


def run_turn(
    wake: Wake,
    *,
    turns: Turns,
    agents: Registry,
    mind_of: MindOf,
    executions: Executions,
    clock: Clock,
) -> TurnResult:
    """Answer everything unread in the conversation, or act on the timer that expired.

    Where a newer message arrives before the commit nothing is written, and the wake of that
    message, which is already on its way, answers all of them. Where its order cannot be written,
    the customer is told so and handed over. Raises ConversationBusy while another turn works,
    VersionConflictError or OrderNotWritten after the last retry.
    """
    turn_id = TurnId(new_id())
    refused: TurnCommit | None = None
    #: A retry that reads the same messages does not ask again what they mean.
    known: dict[Hashable, Understanding] = {}
    failures: list[str] = []
    for retries in range(MAX_RETRIES + 1):
        reading = turns.claim(wake, turn_id=turn_id, now=clock.now())
        if not isinstance(reading, Reading):
            _keep_account(refused, turns)
            return TurnResult(outcome=reading, retries=retries)
        if len(failures) >= ORDER_TRIES:
            reading = replace(reading, order_failure=failures[-1])
        _wait_for_the_instant(reading.timer, clock)
        turn = refused = _decide(wake, reading, agents, mind_of, known, clock.now())
        try:
            told = turns.commit(turn)
        except (VersionConflictError, OrderNotWritten) as error:
            turns.release(reading)
            if retries == MAX_RETRIES:
                _keep_account(refused, turns)
                raise
            _make_ready_to_retry(error, failures, clock)
            continue
        if told is None:
            # The next claim tells: a newer message has its wake, or an older one is unread again.
            turns.release(reading)
            continue
        _perform(turn, told, executions=executions, clock=clock)
        return replace(_result(turn), retries=retries)
    _keep_account(refused, turns)
    return TurnResult(outcome="superseded", turn_id=turn_id, retries=MAX_RETRIES)


def _make_ready_to_retry(
    error: VersionConflictError | OrderNotWritten, failures: list[str], clock: Clock
) -> None:
    if isinstance(error, OrderNotWritten):
        logger.error("order not written: %s", error.reason)
        failures.append(error.reason)
    else:
        clock.sleep(random.uniform(0, RETRY_JITTER))  # noqa: S311 - spreads retries, guards nothing


def _keep_account(refused: TurnCommit | None, turns: Turns) -> None:
    """A turn that wrote nothing has still paid for what it asked."""
    if refused and refused.calls:
        turns.keep_account(refused)


def _decide(
    wake: Wake,
    reading: Reading,
    agents: Registry,
    mind_of: MindOf,
    known: dict[Hashable, Understanding],
    now: datetime,
) -> TurnCommit:
    if isinstance(wake, TimerExpired):
        void = why_void(wake, reading, now)
        if void or reading.timer is None or reading.session is None:
            silent = _silent(reading, void or "no_timer", now)
            if void in GOES_ON:
                return replace(silent, kept=reading.timer)
            return replace(silent, expired=reading.timer, void_because=void)
        agent = agents.get(reading.shop.agent_id)
        return remind(reading.timer, reading.session, reading, agent=agent, now=now)
    silence = reading.switches.silence_reason(now)
    if silence in (None, "opted_out") and (confirmed := confirm(reading, agents, now)):
        return confirmed
    if silence:
        return replace(_silent(reading, silence, now), reads_to=reading.last_seq)
    agent = agents.get(reading.shop.agent_id)
    return answer(reading, agent=agent, mind=mind_of(agent), known=known, now=now)


def _wait_for_the_instant(timer: Timer | None, clock: Clock) -> None:
    """Expiries set out early by the queue's delay, and never act before their instant."""
    if timer:
        early = timer.due_at - clock.now()
        if timedelta(0) < early <= MAX_EARLY:
            clock.sleep(early.total_seconds())


def _silent(reading: Reading, reason: str, now: datetime) -> TurnCommit:
    return TurnCommit(
        reading=reading,
        reads_to=reading.read_seq,
        session=None,
        silence_reason=reason,
        proof={"silence_reason": reason},
        events=(DomainEvent(type="turn.silent", payload={"reason": reason}),),
        at=now,
    )


def _perform(
    turn: TurnCommit, told: tuple[Timer, ...], *, executions: Executions, clock: Clock
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
    for timer in told:
        executions.tell(timer, now=clock.now())
    if turn.armed:
        executions.start_timer(turn.armed, now=clock.now())


def _result(turn: TurnCommit) -> TurnResult:
    lateness = None
    if turn.expired and turn.void_because is None:
        lateness = int((turn.at - turn.expired.due_at).total_seconds() * 1000)
    return TurnResult(
        outcome="answered" if turn.bubbles else "silent",
        turn_id=turn.reading.turn_id,
        reason=turn.silence_reason or turn.handoff_reason,
        bubbles=len(turn.bubbles),
        timer_lateness_ms=lateness,
    )
