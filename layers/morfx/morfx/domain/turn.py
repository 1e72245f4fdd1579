"""A turn: what wakes it, what it decides, and the one commit it makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from morfx.domain.comprehension import Comprehension, ModelCall
from morfx.domain.content import Media
from morfx.domain.conversation import Reading
from morfx.domain.identifier import ConversationId, TimerId, TurnId, WorkspaceId
from morfx.domain.message import Bubble
from morfx.domain.orchestration import Orchestration
from morfx.domain.order import Order
from morfx.domain.order_standing import OrderStatus
from morfx.domain.session import EndReason, Session
from morfx.domain.summary import Summary
from morfx.domain.timer import Timer


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerWrote:
    """A wake: the conversation has an inbound message of this number."""

    workspace_id: WorkspaceId
    conversation_id: ConversationId
    inbound_seq: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TimerExpired:
    """A wake: this generation of a timer has run out."""

    workspace_id: WorkspaceId
    conversation_id: ConversationId
    timer_id: TimerId
    generation: int


Wake = CustomerWrote | TimerExpired


EventType = Literal[
    "bot.muted",
    "bot.returned",
    "session.started",
    "session.close",
    "customer.message",
    "collecting_data.started",
    "promos.offered",
    "proactive.send",
    "order.created",
    "order.confirmed",
    "order.updated",
    "turn.answered",
    "turn.silent",
    "handoff",
    "timer.advanced",
    "timer.restarted",
    "timer_preset.changed",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class DomainEvent:
    """Something that happened, for whom it concerns; carries ids and names, never texts."""

    type: EventType
    payload: Mapping[str, str | int | float | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A bubble as the agent wrote it, before it has an id and a place."""

    text: str
    template_ids: tuple[str, ...] = ()
    delay_seconds: int = 0
    #: It tells the prices of the shop.
    quotes: bool = False
    #: Titles of the answers to tap, at most ten.
    choices: tuple[str, ...] = ()
    #: What the text is the caption of.
    media: Media | None = None
    #: A template variable without a value: the bubble is kept, refused, and never sent.
    unresolved: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What an agent's policy answers to what was understood."""

    mode: str
    #: Which branch of the policy this is, for the proof.
    branch: str
    drafts: tuple[Draft, ...] = ()
    #: The policy has no answer of its own: a model may find one, else the drafts are said.
    open: bool = False
    #: Why nothing is said; given exactly when there are no drafts.
    silence_reason: str | None = None
    #: What the answer asks, for the next message to be read against.
    asks: str | None = None
    #: The pack the customer has chosen with this message.
    pack: str | None = None
    #: The packs were shown with their prices.
    promos_offered: bool = False
    #: An order of the chosen pack is made, or the session's own moves on to this.
    order: OrderStatus | None = None
    #: Why a person must take over; the customer is told with the shop's own words.
    handoff_reason: str | None = None
    #: Why the session ends with this turn.
    end_reason: EndReason | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnCommit:
    """Everything one turn changes. All of it lands, or none of it does.

    It is refused as a whole when a message arrived that ``reading`` does not have.
    """

    reading: Reading
    #: The newest inbound message this turn has dealt with.
    reads_to: int
    #: The session as it shall be; None where the turn may not touch it.
    session: Session | None
    #: A session that ended before this turn began.
    ended: Session | None = None
    heard: str | None = None
    #: Made in this turn of what was said before it.
    summary: Summary | None = None
    comprehension: Comprehension | None = None
    #: What a model made of a question the policy left open.
    orchestration: Orchestration | None = None
    proof: Mapping[str, object] = field(default_factory=dict)
    #: Why a person must take over: the bot is switched off and a task written.
    handoff_reason: str | None = None
    #: What that person must know at first sight.
    brief: str = ""
    bubbles: tuple[Bubble, ...] = ()
    #: The timer that woke the turn, unless it goes on waiting.
    expired: Timer | None = None
    #: Why that timer was not acted upon; None where it was.
    void_because: str | None = None
    #: A timer that begins to wait.
    armed: Timer | None = None
    #: The waiting timer as it goes on: on another level, or until another instant.
    kept: Timer | None = None
    #: Why every other timer of the conversation ends; None leaves them alone.
    disarmed_because: str | None = None
    order: Order | None = None
    #: Why nothing is said; given exactly where there are no bubbles.
    silence_reason: str | None = None
    events: tuple[DomainEvent, ...] = ()
    at: datetime

    @property
    def calls(self) -> tuple[ModelCall, ...]:
        """Every call of a model, in order."""
        asked = (self.summary, self.comprehension, self.orchestration)
        return tuple(call for answer in asked if answer for call in answer.calls)


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnResult:
    """How a wake ended, in words for a log and numbers for a metric."""

    outcome: Literal["answered", "silent", "superseded", "nothing_unread"]
    turn_id: TurnId | None = None
    reason: str | None = None
    bubbles: int = 0
    retries: int = 0
    timer_lateness_ms: int | None = None
