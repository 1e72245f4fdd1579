"""Sending one bubble: what the send gate must know, what it says, and how it went."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Literal

from morfx.domain.content import ApprovedTemplate, Content, FilledTemplate
from morfx.domain.conversation import Switches
from morfx.domain.identifier import ConversationId, MessageId, TurnId, WorkspaceId
from morfx.domain.message import Purpose
from morfx.domain.turn import CustomerWrote

#: Who carries a number's messages.
Provider = Literal["cloud_api", "360dialog"]

#: A message-sequence waits this long itself; for a longer wait it ends, and housekeeping starts
#: another when the time has come.
SEQUENCE_PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class PromisedTurn:
    """A turn whose bubbles are rows and not yet, or not all, sent."""

    workspace_id: WorkspaceId
    conversation_id: ConversationId
    turn_id: TurnId


@dataclass(frozen=True, kw_only=True, slots=True)
class GateFacts:
    """Everything the send gate asks, read under the conversation's lock at send time."""

    message_id: MessageId
    purpose: Purpose
    text: str
    switches: Switches
    #: The customer wrote something this bubble's turn has not read.
    newer_inbound: bool
    last_inbound_at: datetime | None
    #: When the provider said that the window is closed.
    window_closed_at: datetime | None
    #: What may be said of this purpose when it is.
    approved_template: ApprovedTemplate | None
    contact_name: str
    #: The turn has said just this already.
    said_in_turn: bool
    #: When another turn said just this, since the customer last wrote.
    said_at: datetime | None
    quiet_hours_enabled: bool
    in_quiet_hours: Literal["defer", "refuse"]
    proactive_daily_cap: int
    #: Proactive bubbles this contact was sent in the last 24 hours.
    proactive_sent: int
    number_daily_cap: int
    #: Bubbles of this number taken for sending today.
    number_taken: int
    number_paused_until: datetime | None
    #: Until when this bubble waits, whatever for.
    not_before: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the gate says: the bubble leaves now, leaves later, or never."""

    #: Why not now; None where it leaves.
    reason: str | None = None
    #: When to ask again; None where it never leaves.
    until: datetime | None = None
    #: What leaves in the bubble's place.
    template: FilledTemplate | None = None

    def is_beyond_patience(self, now: datetime) -> bool:
        """Whether the bubble waits for longer than its message-sequence does."""
        return self.until is not None and self.until - now > SEQUENCE_PATIENCE

    def wait_seconds(self, now: datetime) -> int:
        return max(0, ceil((self.until - now).total_seconds())) if self.until else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """One message as the provider is to send it."""

    #: ``api``: nobody carries it; it is said when it can be read.
    provider: Provider | Literal["api"]
    #: Meta's phone_number_id of the sending number.
    phone_number_id: str
    #: A WhatsApp or business-scoped id; on the API, the caller's own.
    to: str
    content: Content
    #: Our own id; status webhooks carry it.
    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenBubble:
    """A bubble taken for sending, or held back, with what is left of its turn."""

    outgoing: Outgoing
    message_id: MessageId
    verdict: Verdict
    #: How often it was taken, this time included.
    attempts: int
    #: Since when the customer waits for this answer; None where the shop speaks first.
    answers_since: datetime | None
    #: Bubbles of the turn after this one.
    remaining: int
    #: Seconds before the next bubble of the turn.
    wait_seconds: int
    #: What the turn had read is unread again, and wants a wake.
    reopened: CustomerWrote | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """A bubble did not leave: when to try again, and whom else that concerns."""

    verdict: Verdict
    #: ``pace``: the number sends nothing for so long. ``number``: it is paused, visibly.
    #: ``window``: the customer's window is closed.
    concerns: Literal["bubble", "pace", "number", "window"] = "bubble"
    #: The provider's name for what it refuses the number for.
    because: str | None = None


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

    #: ``waiting``: ask again after ``wait_seconds``. ``deferred``: later than a sequence lives.
    outcome: Literal["sent", "refused", "failed", "uncertain", "waiting", "deferred", "done"]
    reason: str | None = None
    remaining: int = 0
    wait_seconds: int = 0
    reply_time_ms: int | None = None
