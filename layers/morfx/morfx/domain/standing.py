"""How a conversation stands: what a scenario may expect of it, and a transcript shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from morfx.domain.conversation import BotState
from morfx.domain.identifier import AgentId, ConversationId, OrderId, SessionId, WorkspaceId
from morfx.domain.intervention import Seen
from morfx.domain.message import OutboundStatus, Purpose
from morfx.domain.session import EndReason, SessionStatus
from morfx.domain.timer import TimerStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingTimer:
    level: int
    status: TimerStatus
    end_reason: str | None
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingBubble:
    text: str
    purpose: Purpose
    status: OutboundStatus
    status_reason: str | None
    created_at: datetime
    provider_message_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingOrder:
    id: OrderId
    status: str
    #: As the shop calls it; None of an order that was never put into one.
    stage: str | None
    pack: str
    total: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingEvent:
    type: str
    payload: Mapping[str, str | int | float | None]
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    workspace_id: UUID
    conversation_id: UUID
    agent_id: str
    #: The live session and its version; None where there is none.
    session_id: UUID | None
    version: int | None
    bot_state: BotState
    #: Of the newest session, live or ended; None where there was never one.
    mode: str | None
    status: SessionStatus | None
    end_reason: EndReason | None
    data: Mapping[str, str]
    pack: str | None
    #: All of the conversation, oldest first.
    orders: tuple[StandingOrder, ...]
    #: Why the newest turn said nothing; None where it spoke.
    silence_reason: str | None
    #: Reasons of the tasks left for a person, oldest first.
    tasks: tuple[str, ...]
    #: All there ever were, oldest first.
    timers: tuple[StandingTimer, ...]
    bubbles: tuple[StandingBubble, ...]
    events: tuple[StandingEvent, ...]

    @property
    def seen(self) -> Seen:
        """As a person sees the conversation who now acts on it."""
        return Seen(
            workspace_id=WorkspaceId(self.workspace_id),
            conversation_id=ConversationId(self.conversation_id),
            agent_id=AgentId(self.agent_id),
            session_id=SessionId(self.session_id) if self.session_id else None,
            version=self.version,
        )
