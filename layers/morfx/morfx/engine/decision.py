"""What a turn will commit, decided without writing anything."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from morfx.domain.agent import Agent
from morfx.domain.comprehension import Comprehension
from morfx.domain.conversation import Reading
from morfx.domain.errors import AgentError, AgentNotFoundError
from morfx.domain.identifier import AgentId, MessageId, SessionId, TimerId, new_id
from morfx.domain.message import Bubble, Purpose
from morfx.domain.session import IntentSeen, Session, SessionState
from morfx.domain.timer import DURATIONS, Timer
from morfx.domain.turn import Decision, DomainEvent, Draft, TimerExpired, TurnCommit, Wake
from morfx.ports import Comprehender


def decide(
    wake: Wake,
    reading: Reading,
    *,
    agents: Mapping[AgentId, Agent],
    comprehender: Comprehender,
    now: datetime,
) -> TurnCommit:
    """Raises AgentNotFoundError, AgentError where the agent's declaration is broken."""
    if isinstance(wake, TimerExpired):
        return _on_expiry(wake, reading, agents=agents, now=now)
    silence = reading.switches.silence_reason(now)
    if silence:
        return replace(_silent(reading, silence, now), reads_to=reading.last_seq)
    agent = _agent(reading, agents)
    session, ended = _live_session(reading, agent, now)
    comprehension = comprehender.comprehend(reading.unread)
    decision = agent.decide(session, comprehension, reading.shop)
    turn = TurnCommit(
        reading=reading,
        reads_to=reading.last_seq,
        session=None,
        ended=ended,
        heard="\n".join(message.text for message in reading.unread),
        comprehension=comprehension,
        events=_session_events(session, ended),
        at=now,
    )
    session = _seen(session, comprehension, now)
    return _with_decision(turn, session, agent, decision, purpose="reply")


def _on_expiry(
    wake: TimerExpired, reading: Reading, *, agents: Mapping[AgentId, Agent], now: datetime
) -> TurnCommit:
    timer, session = reading.timer, reading.session
    void = _why_not_act(wake, reading, now)
    if void or timer is None or session is None:
        return replace(_silent(reading, void or "no_timer", now), expired=timer, void_because=void)
    agent = _agent(reading, agents)
    turn = TurnCommit(
        reading=reading,
        reads_to=reading.read_seq,
        session=None,
        expired=timer,
        events=(
            DomainEvent(
                type="timer.fired", payload={"purpose": timer.purpose, "level": timer.level}
            ),
        ),
        at=now,
    )
    decision = agent.on_expiry(session, timer, reading.shop)
    session = replace(session, state=replace(session.state, proactive_started_at=now))
    return _with_decision(turn, session, agent, decision, purpose="proactive")


def _why_not_act(wake: TimerExpired, reading: Reading, now: datetime) -> str | None:
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


def _agent(reading: Reading, agents: Mapping[AgentId, Agent]) -> Agent:
    try:
        return agents[reading.shop.agent_id]
    except KeyError:
        raise AgentNotFoundError(agent_id=reading.shop.agent_id) from None


def _live_session(reading: Reading, agent: Agent, now: datetime) -> tuple[Session, Session | None]:
    """The session to go on with, and the one that ended for want of activity (decision 9)."""
    previous = reading.session
    if previous and not previous.is_idle(now):
        return replace(previous, last_activity_at=now), None
    ended = replace(previous, status="closed", end_reason="idle") if previous else None
    session = Session(
        id=SessionId(new_id()),
        agent_id=agent.id,
        version=0,
        status="active",
        mode=agent.initial_mode,
        last_activity_at=now,
        state=SessionState(datos_capturados=previous.state.datos_capturados if previous else {}),
    )
    return session, ended


def _session_events(session: Session, ended: Session | None) -> tuple[DomainEvent, ...]:
    events = []
    if ended:
        events.append(DomainEvent(type="session.close", payload={"reason": ended.end_reason}))
    if session.version == 0:
        events.append(DomainEvent(type="session.started", payload={"agent_id": session.agent_id}))
    return tuple(events)


def _seen(session: Session, comprehension: Comprehension, now: datetime) -> Session:
    known = session.state.intents_vistos
    more = tuple(
        IntentSeen(intent=reading.intent, orden=orden, timestamp=now)
        for orden, reading in enumerate(comprehension.intents, len(known) + 1)
    )
    return replace(session, state=replace(session.state, intents_vistos=known + more))


def _silent(reading: Reading, reason: str, now: datetime) -> TurnCommit:
    return TurnCommit(
        reading=reading,
        reads_to=reading.read_seq,
        session=None,
        silence_reason=reason,
        events=(DomainEvent(type="turn.silent", payload={"reason": reason}),),
        at=now,
    )


def _with_decision(
    turn: TurnCommit, session: Session, agent: Agent, decision: Decision, *, purpose: Purpose
) -> TurnCommit:
    allowed = agent.transitions.get(session.mode, frozenset()) | {session.mode}
    if decision.mode not in allowed:
        raise AgentError(f"{agent.id}: no transition from {session.mode} to {decision.mode}")
    if bool(decision.drafts) == bool(decision.silence_reason):
        raise AgentError(f"{agent.id}: a decision either speaks or says why it is silent")
    session = replace(session, mode=decision.mode)
    reason = decision.silence_reason
    spoken = DomainEvent(
        type="turn.silent" if reason else "turn.answered",
        payload={"reason": reason} if reason else {"bubbles": len(decision.drafts)},
    )
    return replace(
        turn,
        session=session,
        silence_reason=reason,
        bubbles=tuple(
            _bubble(draft, place, turn, purpose) for place, draft in enumerate(decision.drafts)
        ),
        armed=_arm(turn, session, decision.timer_level),
        events=(*turn.events, spoken),
    )


def _bubble(draft: Draft, position: int, turn: TurnCommit, purpose: Purpose) -> Bubble:
    return Bubble(
        id=MessageId(new_id()),
        position=position,
        text=draft.text,
        purpose=purpose,
        template_ids=draft.template_ids,
        delay_seconds=round(draft.delay_seconds * turn.reading.shop.response_speed),
        cancelled_because=f"unresolved_variable: {draft.unresolved}" if draft.unresolved else None,
    )


def _arm(turn: TurnCommit, session: Session, level: int | None) -> Timer | None:
    if level is None:
        return None
    seconds = DURATIONS[level][turn.reading.shop.timer_preset]
    return Timer(
        id=TimerId(new_id()),
        workspace_id=turn.reading.workspace_id,
        conversation_id=turn.reading.conversation_id,
        session_id=session.id,
        purpose="data-collection",
        level=level,
        generation=turn.reading.timer_generation + 1,
        status="armed",
        end_reason=None,
        armed_at=turn.at,
        due_at=turn.at + timedelta(seconds=seconds),
    )
