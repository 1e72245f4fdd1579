"""A conversation as a person looks at it: what was said, what the agent is at, what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from morfx.domain.conversation import BotState
from morfx.domain.session import LIVE, EndReason, SessionStatus


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
    #: received, or how far an outbound message has come.
    status: str
    #: Why it was cancelled, failed or is uncertain.
    status_reason: str | None
    #: The provider's number for a failure.
    error_code: int | None
    #: When the provider took it; before that, and for inbound, when it was stored.
    at: datetime


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

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmedTimer:
    purpose: str
    level: int
    due_at: datetime


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
    #: None until the customer has written.
    conversation_id: UUID | None
    bot_state: BotState | None
    #: The newest session, live or ended.
    session: TranscriptSession | None
    timers: tuple[ArmedTimer, ...]
    #: What a turn is writing just now; it is not checked yet and may never be said.
    draft: str | None
    #: The newest ones, oldest first.
    lines: tuple[TranscriptLine, ...]
    #: The newest ones, newest first.
    events: tuple[PastEvent, ...]
