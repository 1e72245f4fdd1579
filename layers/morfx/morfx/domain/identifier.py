"""The names of things: typed ids, and UUIDv7 to make new ones."""

import os
import time
from typing import NewType
from uuid import UUID

WorkspaceId = NewType("WorkspaceId", UUID)
ChannelId = NewType("ChannelId", UUID)
ContactId = NewType("ContactId", UUID)
ConversationId = NewType("ConversationId", UUID)
SessionId = NewType("SessionId", UUID)
TurnId = NewType("TurnId", UUID)
MessageId = NewType("MessageId", UUID)
TimerId = NewType("TimerId", UUID)
TemplateId = NewType("TemplateId", UUID)
OrderId = NewType("OrderId", UUID)
StageId = NewType("StageId", UUID)
UserId = NewType("UserId", UUID)
ApiKeyId = NewType("ApiKeyId", UUID)
AgentId = NewType("AgentId", str)


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): sorts by the millisecond it was made in (decision 4)."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    high = milliseconds << 16 | 0x7000 | random >> 68
    low = 0b10 << 62 | random & (1 << 62) - 1
    return UUID(int=high << 64 | low)
