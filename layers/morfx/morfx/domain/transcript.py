"""A conversation as a person looks at it: what was said, what the agent is at, what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from morfx.domain.comprehension import IntentReading
from morfx.domain.content import Media
from morfx.domain.conversation import BotState, Spending
from morfx.domain.message import Purpose
from morfx.domain.order_standing import OrderStatus
from morfx.domain.session import LIVE, EndReason, SessionStatus
from morfx.domain.timer import Pace, TimerPurpose, TimerStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceivingNumber:
    #: Meta's phone_number_id.
    account: str
    display_name: str
    shop: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TranscriptLine:
    id: UUID
    direction: Literal["inbound", "outbound"]
    #: The channel's message type: text, image, reaction …
    type: str
    text: str
    #: Characters that cannot be stored are written \\uXXXX in the text.
    text_escaped: bool
    #: What may be tapped.
    choices: tuple[str, ...]
    #: What the text is the caption of.
    media: Media | None
    #: received, or how far an outbound message has come.
    status: str
    #: Why it waits, was cancelled, failed or is uncertain.
    status_reason: str | None
    #: The provider's number for a failure.
    error_code: int | None
    #: When the provider took it; before that, and for inbound, when it was stored.
    at: datetime
    #: Of the turn that said it, and why; None where the customer did.
    turn_id: UUID | None
    purpose: Purpose | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TranscriptSession:
    id: UUID
    version: int
    agent_id: str
    mode: str
    status: SessionStatus
    end_reason: EndReason | None
    #: Turns so far, the customer's and ours, and the tokens they took.
    turns: int
    tokens_used: int
    #: The customer's data, as given; DECLINED where refused.
    data: Mapping[str, str]
    pack: str | None

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


@dataclass(frozen=True, kw_only=True, slots=True)
class TranscriptTimer:
    purpose: TimerPurpose
    level: int
    status: TimerStatus
    due_at: datetime
    paused_at: datetime | None
    fired_at: datetime | None
    end_reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderLine:
    product: str
    pack: str | None
    units: int
    price: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class TranscriptOrder:
    session_id: UUID
    status: OrderStatus
    total: Decimal
    currency: str
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvenReading:
    """How a turn understood the messages."""

    #: Which adapter: "offline", "claude:<model>", "scripted".
    source: str
    message_class: str
    intents: tuple[IntentReading, ...]
    alternatives: tuple[IntentReading, ...]
    #: Names of the customer data it found.
    fields: tuple[str, ...]
    pack: str | None
    wants_human: bool
    confidence: float
    band: str
    #: Why no model was asked, where one might have been.
    without_model: str | None
    #: How the first look stood, where there was a second.
    first_confidence: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvenTool:
    name: str
    error: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvenSearch:
    """What a model made of an open question."""

    answered: bool
    #: Why its answer was not said.
    failure: str | None
    tools: tuple[ProvenTool, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvenTimer:
    level: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvenTurn:
    """Why a turn did what it did."""

    turn_id: UUID
    at: datetime
    #: The messages it read; none where a timer woke it.
    heard: tuple[str, ...]
    comprehension: ProvenReading | None = None
    orchestration: ProvenSearch | None = None
    branch: str | None = None
    mode: str | None = None
    silence_reason: str | None = None
    handoff_reason: str | None = None
    timer: ProvenTimer | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelUse:
    """What a component has asked of a model in the session; ``turn_``: in the last turn."""

    component: str
    model: str
    calls: int
    #: With what was written to the cache.
    input_tokens: int
    cache_read_tokens: int
    output_tokens: int
    #: USD.
    cost: Decimal
    turn_tokens: int
    turn_cost: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedSession:
    session_id: UUID
    name: str
    #: Of which receiving number and which customer.
    account: str
    customer: str
    saved_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PastEvent:
    type: str
    payload: Mapping[str, str | int | float | None]
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Transcript:
    workspace_id: UUID
    number: ReceivingNumber
    #: Who answers for this number.
    agent_id: str
    pace: Pace
    #: None until the customer has written.
    conversation_id: UUID | None
    bot_state: BotState | None
    #: The number the customer writes from, in E.164.
    contact_phone: str | None
    #: The session that was asked for, else the newest, live or ended.
    session: TranscriptSession | None
    #: The conversation has gone on in another session: everything below is of this one alone.
    is_past: bool
    #: The session's, the newest first; what waits is among them.
    timers: tuple[TranscriptTimer, ...]
    #: The conversation's, oldest first.
    orders: tuple[TranscriptOrder, ...]
    #: The session's turns, newest first.
    turns: tuple[ProvenTurn, ...]
    model_use: tuple[ModelUse, ...]
    spending: Spending
    #: What a turn is writing just now; it is not checked yet and may never be said.
    draft: str | None
    #: The newest ones, oldest first.
    lines: tuple[TranscriptLine, ...]
    #: The newest ones, newest first.
    events: tuple[PastEvent, ...]
    #: The workspace's, newest first.
    saved: tuple[SavedSession, ...]

    @property
    def waiting(self) -> TranscriptTimer | None:
        """The timer that waits."""
        waiting = [timer for timer in self.timers if timer.status in ("armed", "paused")]
        return waiting[0] if waiting else None

    @property
    def order(self) -> TranscriptOrder | None:
        """The session's order."""
        of_session = [
            order for order in self.orders if self.session and order.session_id == self.session.id
        ]
        return of_session[0] if of_session else None
