"""Sending one bubble: what the send gate must know, and how it went."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from morfx.domain.conversation import Switches
from morfx.domain.identifier import ConversationId, MessageId, TurnId, WorkspaceId
from morfx.domain.message import Purpose


@dataclass(frozen=True, kw_only=True, slots=True)
class PromisedTurn:
    """A turn whose bubbles are rows and not yet, or not all, sent."""

    workspace_id: WorkspaceId
    conversation_id: ConversationId
    turn_id: TurnId


@dataclass(frozen=True, kw_only=True, slots=True)
class GateFacts:
    """Everything the send gate asks, read under the conversation's lock at send time."""

    purpose: Purpose
    switches: Switches
    last_inbound_at: datetime | None
    #: The customer wrote something this bubble's turn has not read.
    newer_inbound: bool
    quiet_hours_enabled: bool
    proactive_daily_cap: int
    #: Proactive bubbles this contact was sent in the last 24 hours.
    proactive_sent: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenBubble:
    """A bubble taken for sending, or refused, with what is left of its turn."""

    message_id: MessageId
    phone_number_id: str
    to: str
    text: str
    #: Titles of reply buttons.
    buttons: tuple[str, ...]
    refusal: str | None
    #: Since when the customer waits for this answer; None where the shop speaks first.
    answers_since: datetime | None
    remaining: int
    #: Seconds before the next bubble of the turn.
    wait_seconds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """How sending a bubble ended."""

    status: Literal["sent", "failed", "uncertain"]
    provider_message_id: str | None = None
    reason: str | None = None
    error_code: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SendOutcome:
    """What the message-sequence reads to go on, and what the metrics count."""

    outcome: Literal["sent", "refused", "failed", "uncertain", "done"]
    reason: str | None = None
    remaining: int = 0
    wait_seconds: int = 0
    reply_time_ms: int | None = None
