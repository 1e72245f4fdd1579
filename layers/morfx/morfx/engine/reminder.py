"""A timer ran out: what a turn does about it, if it is still of any use."""

from dataclasses import replace
from datetime import datetime

from morfx.domain.agent import Agent
from morfx.domain.conversation import Reading, Shop
from morfx.domain.session import Session
from morfx.domain.timer import TOO_LATE, Timer
from morfx.domain.turn import Decision, DomainEvent, TimerExpired, TurnCommit
from morfx.engine.answering import NOTHING_NEW, say
from morfx.engine.decision import carry_out, quoted
from morfx.engine.lifecycle import continued


def why_void(wake: TimerExpired, reading: Reading, now: datetime) -> str | None:
    """Law 4: is the generation current, the session live, the bot on, nothing newer said?"""
    timer = reading.timer
    if timer is None:
        return "no_timer"
    if timer.generation != wake.generation:
        return "superseded"
    if timer.status != "armed":
        return timer.end_reason or timer.status
    if reading.session is None or reading.session.id != timer.session_id:
        return "session_ended"
    if reading.unread:
        return "customer_replied"
    if now < timer.due_at:
        return "not_due"
    if now - timer.due_at > TOO_LATE:
        return "too_late"
    return reading.switches.silence_reason(now)


def remind(
    timer: Timer, session: Session, reading: Reading, *, agent: Agent, now: datetime
) -> TurnCommit:
    """Do what the agent declared for this level."""
    session, reading = continued(session, reading), quoted(reading, session)
    session = replace(session, state=replace(session.state, proactive_started_at=now))
    decide = agent.on_silence or _say
    decision = decide(agent, session, timer.level, reading.shop)
    spoken = () if decision.silence_reason else (_proactive(timer),)
    turn = TurnCommit(
        reading=reading,
        reads_to=reading.read_seq,
        session=session,
        expired=replace(timer, status="fired", end_reason=decision.branch),
        events=spoken,
        at=now,
    )
    return carry_out(turn, session, agent, decision, purpose="proactive")


def _proactive(timer: Timer) -> DomainEvent:
    return DomainEvent(
        type="proactive.send", payload={"purpose": timer.purpose, "level": timer.level}
    )


def _say(agent: Agent, session: Session, level: int, shop: Shop) -> Decision:
    drafts = say(agent.timers[level].says, agent=agent, session=session, shop=shop)
    return Decision(
        mode=session.mode,
        branch="reminded",
        drafts=drafts,
        silence_reason=None if drafts else NOTHING_NEW,
        asks=session.state.pending_question,
    )
