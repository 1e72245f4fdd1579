"""What customers say to a shop, and what the shop says back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from morfx.domain.content import Media
from morfx.domain.identifier import MessageId
from morfx.domain.provider_failure import ProviderFailure

#: Decision 28. ``uncertain``: the request left and no answer came; a status callback settles it.
OutboundStatus = Literal[
    "queued", "sending", "uncertain", "sent", "delivered", "read", "failed", "cancelled"
]

#: Why a bubble is sent. Quiet hours and the per-contact cap bind ``proactive`` (decision 29); only
#: ``handoff`` may be said after the bot was switched off by the same turn, only ``opt_out`` to who
#: wants to hear no more.
Purpose = Literal["reply", "proactive", "handoff", "opt_out"]


@dataclass(frozen=True, kw_only=True, slots=True)
class InboundMessage:
    provider_message_id: str
    #: WhatsApp id, or the business-scoped user id where Meta gives no phone.
    sender: str
    sender_phone: str | None
    profile_name: str | None
    #: Meta's message type: text, image, interactive, reaction …
    type: str
    #: What the person wrote or chose; empty where they did neither.
    text: str
    sent_at: datetime
    #: Provider id of the message this one answers.
    reply_to: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusUpdate:
    provider_message_id: str
    #: Our own message id, as given to the provider when sending.
    reference: str | None
    status: Literal["sent", "delivered", "read", "failed"]
    at: datetime
    error_code: int | None
    error_title: str | None
    #: What the error code means for what is sent next.
    failure: ProviderFailure | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadMessage:
    """An inbound message no turn has answered yet."""

    seq: int
    type: str
    text: str
    received_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Bubble:
    """One message promised to the customer by a turn."""

    id: MessageId
    position: int
    text: str
    purpose: Purpose
    #: The templates its text was made of; they count as sent when the provider takes it.
    template_ids: tuple[str, ...]
    #: Seconds to wait before sending, counted from the bubble before it.
    delay_seconds: int
    #: Titles of the answers to tap, at most ten.
    choices: tuple[str, ...] = ()
    #: What the text is the caption of.
    media: Media | None = None
    #: Kept for the record, never sent: why.
    cancelled_because: str | None = None
