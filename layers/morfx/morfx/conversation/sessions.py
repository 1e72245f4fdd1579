"""What a person may do with a conversation, whatever its agent is at: each of it one versioned
write that stops what no longer holds."""

from dataclasses import replace
from datetime import datetime

from morfx.domain.errors import SessionError, SessionNotFoundError, VersionConflictError
from morfx.domain.intervention import Intervention, Seen
from morfx.domain.session import LIVE, EndReason, Session
from morfx.domain.turn import DomainEvent
from morfx.ports import Clock, Executions, Sessions

#: Why a person must take over, where it was a person who said so.
TAKEN_OVER = "taken_over"


def close(
    seen: Seen,
    *,
    reason: EndReason = "manual",
    sessions: Sessions,
    executions: Executions,
    clock: Clock,
) -> None:
    """End the session; the customer's next message begins another.

    Raises SessionNotFoundError, SessionError where it has ended already, VersionConflictError where
    it was written since it was seen.
    """
    if seen.session_id is None or seen.version is None:
        raise SessionNotFoundError
    session = sessions.get(seen.session_id, workspace_id=seen.workspace_id)
    if session.status not in LIVE:
        raise SessionError("the session has ended already", session_id=str(session.id))
    closing = Intervention(
        workspace_id=seen.workspace_id,
        conversation_id=seen.conversation_id,
        session=replace(session, version=seen.version, status="closed", end_reason=reason),
        timers_end=f"session_{reason}",
        events=(_closed(reason),),
        at=clock.now(),
    )
    _carry_out(closing, sessions, executions)


def hand_off(seen: Seen, *, sessions: Sessions, executions: Executions, clock: Clock) -> None:
    """Give the conversation to a person: the bot is off until given back, and a task says why.

    Raises SessionError where a person has it already, VersionConflictError.
    """
    session = _live(seen, sessions)
    handoff = DomainEvent(type="handoff", payload={"reason": TAKEN_OVER})
    handing = Intervention(
        workspace_id=seen.workspace_id,
        conversation_id=seen.conversation_id,
        session=session and replace(session, status="handed_off", end_reason="handoff"),
        bot_state="off",
        bot_was=("on", "muted"),
        timers_end="session_handoff",
        bubbles_end="handed_off",
        handoff_reason=TAKEN_OVER,
        events=(handoff, _closed("handoff")) if session else (handoff,),
        at=clock.now(),
    )
    _carry_out(handing, sessions, executions)


def return_to_bot(seen: Seen, *, sessions: Sessions, executions: Executions, clock: Clock) -> None:
    """Let the bot answer again from the next message on.

    Raises SessionError where it does already, VersionConflictError.
    """
    returning = Intervention(
        workspace_id=seen.workspace_id,
        conversation_id=seen.conversation_id,
        session=_live(seen, sessions),
        bot_state="on",
        bot_was=("off", "muted"),
        events=(DomainEvent(type="bot.returned"),),
        at=clock.now(),
    )
    _carry_out(returning, sessions, executions)


def mute(
    seen: Seen, *, until: datetime, sessions: Sessions, executions: Executions, clock: Clock
) -> None:
    """Let the bot be silent until then; it goes on listening.

    Raises SessionError where that is over already or a person has the conversation,
    VersionConflictError.
    """
    now = clock.now()
    if until <= now:
        raise SessionError("the end of the silence is in the past", until=until.isoformat())
    muting = Intervention(
        workspace_id=seen.workspace_id,
        conversation_id=seen.conversation_id,
        session=_live(seen, sessions),
        bot_state="muted",
        bot_was=("on", "muted"),
        muted_until=until,
        timers_end="muted",
        bubbles_end="muted",
        events=(DomainEvent(type="bot.muted", payload={"until": until.isoformat()}),),
        at=now,
    )
    _carry_out(muting, sessions, executions)


def _live(seen: Seen, sessions: Sessions) -> Session | None:
    """The live session, if it stands as it was seen."""
    if seen.session_id is None:
        session = sessions.active(
            seen.conversation_id, agent_id=seen.agent_id, workspace_id=seen.workspace_id
        )
    else:
        session = sessions.get(seen.session_id, workspace_id=seen.workspace_id)
    if session and (session.status not in LIVE or session.version != seen.version):
        raise VersionConflictError(conversation_id=str(seen.conversation_id))
    return session


def _closed(reason: EndReason) -> DomainEvent:
    return DomainEvent(type="session.close", payload={"reason": reason})


def _carry_out(intervention: Intervention, sessions: Sessions, executions: Executions) -> None:
    for timer in sessions.intervene(intervention):
        executions.tell(timer, now=intervention.at)
