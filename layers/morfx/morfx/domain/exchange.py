"""A message over the API and what became of it, as the rows tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from morfx.domain.content import Media
from morfx.domain.identifier import ConversationId, MessageId, SessionId, TurnId
from morfx.domain.message import OutboundStatus, Purpose
from morfx.domain.order_standing import OrderStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class PromisedBubble:
    id: MessageId
    position: int
    type: str
    text: str
    choices: tuple[str, ...]
    media: Media | None
    status: OutboundStatus
    #: Why it was refused, failed or waits.
    status_reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadIntent:
    intent: str
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelUse:
    """What one model read and wrote in a turn; ``input`` counts what came from a cache too."""

    model: str
    input: int
    output: int
    #: US dollars.
    cost: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """A message, and the turn that has answered it, where one has."""

    id: MessageId
    conversation_id: ConversationId
    seq: int
    customer: str
    text: str
    #: A turn has dealt with it, and nothing has undone that since.
    answered: bool
    turn_id: TurnId | None
    session_id: SessionId | None
    silence_reason: str | None
    handoff_reason: str | None
    intents: tuple[ReadIntent, ...] = ()
    bubbles: tuple[PromisedBubble, ...] = ()
    models: tuple[ModelUse, ...] = ()
    #: What its sender was told before.
    answer: Mapping[str, object] | None = None

    @property
    def is_open(self) -> bool:
        """It is not answered yet, or not all of its answer is said or refused."""
        waits = any(bubble.status in ("queued", "sending") for bubble in self.bubbles)
        return waits or not self.answered


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionOrder:
    id: str
    status: OrderStatus
    total: Decimal
    currency: str
    pack: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingTimer:
    level: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionView:
    """A session as its caller may see it."""

    id: SessionId
    conversation_id: ConversationId
    customer: str
    status: str
    end_reason: str | None
    mode: str
    tokens_used: int
    data: Mapping[str, str] = field(default_factory=dict)
    pack: str | None
    order: SessionOrder | None
    timer: WaitingTimer | None
    created_at: datetime
    last_activity_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SaidBubble:
    """A bubble a caller can read, of whichever turn."""

    #: Its place among all that was said on the channel: read on from here.
    said_no: int
    id: MessageId
    conversation_id: ConversationId
    customer: str
    purpose: Purpose
    type: str
    text: str
    choices: tuple[str, ...]
    media: Media | None
    said_at: datetime
