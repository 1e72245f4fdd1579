"""A timer ran out: what a turn does about it, if it is still of any use."""

from dataclasses import replace
from datetime import datetime

from morfx.domain.agent import Agent
from morfx.domain.conversation import Reading
from morfx.domain.session import Session
from morfx.domain.timer import Timer
from morfx.domain.turn import Decision, DomainEvent, TimerExpired, TurnCommit
from morfx.engine.composition import compose, texts_for
from morfx.engine.decision import carry_out


def why_void(wake: TimerExpired, reading: Reading, now: datetime) -> str | None:
    """Law 4: is the generation current, the session live, the bot on, nothing newer said?"""
    timer = reading.timer
    if timer is None:
        return "no_timer"
    if timer.generation != wake.generation:
        return "superseded"
    if timer.end_reason:
        return timer.end_reason
    if reading.session is None or reading.session.id != timer.session_id:
        return "session_ended"
    if reading.unread:
        return "customer_replied"
    return reading.switches.silence_reason(now)


def remind(
    timer: Timer, session: Session, reading: Reading, *, agent: Agent, now: datetime
) -> TurnCommit:
    """Say what the agent declared for this level."""
    session = replace(session, state=replace(session.state, proactive_started_at=now))
    turn = TurnCommit(
        reading=reading,
        reads_to=reading.read_seq,
        session=session,
        expired=timer,
        events=(DomainEvent(type="timer.fired", payload={"level": timer.level}),),
        at=now,
    )
    texts = texts_for(agent.timers[timer.level], reading.shop, session.state)
    decision = Decision(
        mode=session.mode,
        branch=f"timer:{timer.level}",
        drafts=compose(texts, reading.shop),
        asks=session.state.pending_question,
    )
    return carry_out(turn, session, agent, decision, purpose="proactive")
