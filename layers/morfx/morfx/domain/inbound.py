"""What the webhook accepted, on its way to becoming a message."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from morfx.domain.identifier import ChannelId, ConversationId, WorkspaceId

#: Where a customer writes: a receiving number, or our own API.
ChannelKind = Literal["whatsapp", "api"]

#: Why an accepted item did not become a message or a status.
Unplaced = Literal["unknown_number", "unknown_kind", "malformed", "unmatched_status"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """One message, status or unknown change, answered 200 and queued."""

    id: UUID
    kind: Literal["message", "status", "unknown"]
    accepted_at: datetime
    #: Meta's phone_number_id, where the item names one.
    account: str | None
    #: The item as Meta sent it.
    raw: object
    #: The sender's entry in Meta's ``contacts``, where there is one.
    profile: object


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """The channel a message came through, and whose it is."""

    workspace_id: WorkspaceId
    channel_id: ChannelId
    kind: ChannelKind = "whatsapp"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reception:
    """A stored message: what its commit knows."""

    conversation_id: ConversationId
    seq: int
    is_new: bool
    unread: bool
    #: Bubbles that were waiting and will not be sent.
    bubbles_stopped: int
