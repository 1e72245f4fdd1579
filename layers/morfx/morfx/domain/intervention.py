"""A person steps into a conversation: what they saw, and what they change about it."""

from dataclasses import dataclass
from datetime import datetime

from morfx.domain.conversation import BotState
from morfx.domain.identifier import AgentId, ConversationId, SessionId, WorkspaceId
from morfx.domain.session import Session
from morfx.domain.timer import Timer
from morfx.domain.turn import DomainEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A conversation as the person saw it who now acts on it."""

    workspace_id: WorkspaceId
    conversation_id: ConversationId
    agent_id: AgentId
    #: The live session and its version; None where there was none.
    session_id: SessionId | None
    version: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Intervention:
    """One commit. A turn that is under way is put aside: it reads again how things stand."""

    workspace_id: WorkspaceId
    conversation_id: ConversationId
    #: The live session as it shall be, its version that which was read; None where there is none.
    session: Session | None
    #: How the bot shall be, and from which states it may come there; None leaves it as it is.
    bot_state: BotState | None = None
    bot_was: tuple[BotState, ...] = ()
    muted_until: datetime | None = None
    #: Why the timer that waits ends; None lets it wait.
    timers_end: str | None = None
    #: A timer that begins to wait instead.
    armed: Timer | None = None
    #: Why the bubbles that wait are not sent; None lets them leave.
    bubbles_end: str | None = None
    #: Why a person must take over: a task is written.
    handoff_reason: str | None = None
    events: tuple[DomainEvent, ...]
    at: datetime
