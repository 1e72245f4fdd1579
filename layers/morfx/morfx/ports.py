"""What MorfX needs from the world outside, as Protocols."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from morfx.domain.api_key import ApiKey, ListedKey, WrittenKey
from morfx.domain.comprehension import Comprehension, Context, PastTurn
from morfx.domain.conversation import Reading
from morfx.domain.delivery import (
    GateFacts,
    Hold,
    Outgoing,
    PromisedTurn,
    Settlement,
    TakenBubble,
    Verdict,
)
from morfx.domain.envelope import Envelope
from morfx.domain.exchange import Exchange, SaidBubble, SessionView
from morfx.domain.identifier import (
    AgentId,
    ConversationId,
    MessageId,
    OrderId,
    SessionId,
    StageId,
    TurnId,
    UserId,
    WorkspaceId,
)
from morfx.domain.inbound import Accepted, Reception, Route, Unplaced
from morfx.domain.intervention import Intervention
from morfx.domain.message import InboundMessage, StatusUpdate
from morfx.domain.orchestration import Orchestration, Question, ToolOffer, ToolResult
from morfx.domain.order_standing import StageMeaning
from morfx.domain.relay import Neglected
from morfx.domain.session import Session
from morfx.domain.shop import ShopFile
from morfx.domain.standing import Standing
from morfx.domain.summary import Summary
from morfx.domain.timer import Pace, Preset, Timer, TimerInput
from morfx.domain.transcript import ReceivingNumber, Transcript
from morfx.domain.turn import TurnCommit, Wake


class Clock(Protocol):
    def now(self) -> datetime:
        """The current instant, in UTC."""

    def sleep(self, seconds: float) -> None:
        """Let time pass."""


class WebhookParser(Protocol):
    def message(self, raw: object, profile: object) -> InboundMessage:
        """Read a message, or raise MalformedWebhook naming the field."""

    def status(self, raw: object) -> StatusUpdate:
        """Read a status, or raise MalformedWebhook naming the field."""


class Inbox(Protocol):
    """Where what customers send is stored."""

    def route(self, account: str) -> Route | None:
        """Whose receiving number this is."""

    def receive(
        self, item: Accepted, message: InboundMessage, *, route: Route, now: datetime
    ) -> Reception:
        """Store the message in one commit: identity, contact, conversation, waiting bubbles
        stopped. The same provider message again changes nothing."""

    def apply_status(self, update: StatusUpdate, *, route: Route) -> bool:
        """Move an outbound message up to this status; False where no such message is ours.

        A failure that concerns the number or the customer's window is noted there too.
        """

    def keep(
        self, item: Accepted, outcome: Unplaced, *, route: Route | None, detail: str | None = None
    ) -> None:
        """Keep the raw item and why it could not be placed."""


class Turns(Protocol):
    """Where a turn reads and commits."""

    def claim(
        self, wake: Wake, *, turn_id: TurnId, now: datetime
    ) -> Reading | Literal["nothing_unread", "superseded"]:
        """Take the conversation and read it, in one round trip.

        ``superseded``: a newer message has its own wake coming. Raises ConversationBusy while
        another turn holds the lease.
        """

    def commit(self, turn: TurnCommit) -> tuple[Timer, ...] | None:
        """Write everything, or nothing and None where the customer wrote meanwhile.

        Returns the timers it ended or moved whose executions wait under a token. Raises
        VersionConflictError where another writer changed the session, OrderNotWritten where it
        makes an order that cannot be.
        """

    def release(self, reading: Reading) -> None:
        """Give the conversation back unchanged."""

    def keep_account(self, turn: TurnCommit) -> None:
        """Write into the ledger what a turn that was not committed has asked of models."""


class Sessions(Protocol):
    """Sessions, for whoever acts on one from outside a turn."""

    def get(self, session_id: SessionId, *, workspace_id: WorkspaceId) -> Session:
        """The session, live or ended; raise SessionNotFoundError where there is none."""

    def active(
        self, conversation_id: ConversationId, *, agent_id: AgentId, workspace_id: WorkspaceId
    ) -> Session | None:
        """The live session of a conversation with an agent."""

    def intervene(self, intervention: Intervention) -> tuple[Timer, ...]:
        """Write everything in one commit; returns the timers it ended whose executions wait under
        a token.

        Raises VersionConflictError where the session is not as it was read, SessionError where the
        bot is so already.
        """


class Orders(Protocol):
    """Orders, for the people of the shop; ``by``: who acts, and must be a member."""

    def move(
        self,
        order_id: OrderId,
        to: StageId | StageMeaning,
        *,
        workspace_id: WorkspaceId,
        by: UserId | None,
        now: datetime,
    ) -> None:
        """Put it into the stage, or into the first of its pipeline that means this; raise
        MalformedRequest where there is no such order or stage."""

    def track(
        self,
        order_id: OrderId,
        *,
        carrier: str,
        tracking_number: str,
        workspace_id: WorkspaceId,
        by: UserId | None,
        now: datetime,
    ) -> None:
        """Note who carries it; raise MalformedRequest where there is no such order."""


class Outbox(Protocol):
    """Where promised bubbles wait."""

    def take(
        self, turn: PromisedTurn, judge: Callable[[GateFacts], Verdict], *, now: datetime
    ) -> TakenBubble | None:
        """Take the turn's next bubble for sending, or store the gate's verdict; None when done.

        Raises ConversationBusy while an earlier bubble of the turn is on its way.
        """

    def put_back(
        self, message_id: MessageId, hold: Hold | None = None, *, turn: PromisedTurn, now: datetime
    ) -> None:
        """Let a bubble that surely was not sent wait again, and note whom else that concerns."""

    def settle(
        self, message_id: MessageId, result: Settlement, *, turn: PromisedTurn, now: datetime
    ) -> None:
        """Write how sending it ended."""


class TimerRows(Protocol):
    def keep_token(
        self, waited: TimerInput, token: str, *, rang_at: datetime | None = None
    ) -> Timer:
        """Store the token under which the execution waits, and when its clock rang, where the row
        still waits for what the execution knows; return the row, or raise Rejected."""

    def armed(self, *, workspace_id: WorkspaceId, limit: int) -> list[Timer]:
        """The workspace's timers that still wait, the next due first."""

    def waiting(self, session_id: SessionId, *, workspace_id: WorkspaceId) -> Timer | None:
        """The session's timer that waits, armed or paused."""

    def pause(
        self, session_id: SessionId, *, workspace_id: WorkspaceId, now: datetime
    ) -> list[Timer]:
        """Stop the clock of what waits in the session."""

    def resume(
        self, session_id: SessionId, *, workspace_id: WorkspaceId, now: datetime
    ) -> list[Timer]:
        """Let what was paused go on, each as a new generation."""

    def restart(self, timer: Timer) -> Timer:
        """Count one more lost execution; past the limit the timer is given up, visibly."""


class Upkeep(Protocol):
    def workspace_ids(self) -> list[WorkspaceId]:
        """Every tenant, for the clock to visit."""

    def close_stale(self, workspace_id: WorkspaceId, *, now: datetime) -> int:
        """Close the sessions that have ended for want of activity; returns how many."""

    def neglected(self, workspace_id: WorkspaceId, *, now: datetime) -> Neglected:
        """What was promised and not kept in time; bubbles of dead senders become uncertain."""


class Shops(Protocol):
    def put(self, shop: ShopFile) -> None:
        """Make the workspace be as the file says, in one commit."""


class Paces(Protocol):
    def set(self, preset: Preset, *, workspace_id: WorkspaceId, now: datetime) -> Pace:
        """Let the workspace wait as the preset says; a change is noted as an event."""


class Bookmarks(Protocol):
    """Sessions that somebody wants to find again."""

    def put(
        self, name: str, *, session_id: SessionId, workspace_id: WorkspaceId, now: datetime
    ) -> None:
        """Keep the session under the name, instead of the one it had; raise SessionNotFoundError
        where the workspace has no such session."""

    def remove(self, session_id: SessionId, *, workspace_id: WorkspaceId) -> None:
        """Keep it no longer; the session itself stays."""


class Queue(Protocol):
    def send_many(self, envelopes: Sequence[Envelope]) -> None:
        """Queue them in order; raise Unavailable unless all are in."""


class Objects(Protocol):
    def put(self, key: str, body: bytes) -> None:
        """Keep the bytes under the key."""

    def get(self, key: str) -> bytes:
        """The bytes kept under the key."""


class Secrets(Protocol):
    def get(self, name: str) -> Mapping[str, str]:
        """The secret's fields; raise CredentialMissing where there is none."""


class Executions(Protocol):
    """The state machines that wait."""

    def start_sequence(self, turn: PromisedTurn, *, attempt: str = "") -> None:
        """Start sending the turn's bubbles; under the same name, once."""

    def start_timer(self, timer: Timer, *, now: datetime) -> None:
        """Start waiting; under the same generation and restart, once."""

    def is_running(self, timer: Timer) -> bool:
        """Whether the timer's execution still waits."""

    def tell(self, timer: Timer, *, now: datetime) -> None:
        """Tell the execution that waits under the timer's token how the row stands: it ends,
        saying why, or waits again; one that already went on is left alone."""


class Messenger(Protocol):
    def send(self, message: Outgoing) -> str:
        """Send, and return the provider's message id.

        Raises Unavailable, Throttled or NumberPaused where nothing was sent, SendRejected (of
        which WindowClosed) or CredentialMissing where it never will be, DeliveryUncertain where
        nobody can tell.
        """


class Comprehender(Protocol):
    def comprehend(self, texts: Sequence[str], context: Context) -> Comprehension:
        """Say what the messages mean, read together. It always answers."""


class CalledModel(Protocol):
    """Whoever calls a language model: it costs time and money, and may fail."""

    @property
    def provider(self) -> str:
        """Who runs the model."""

    @property
    def model(self) -> str:
        """Which model."""

    @property
    def component(self) -> str:
        """What the ledger calls its calls."""


class ModelComprehender(CalledModel, Protocol):
    """A comprehender that calls a language model."""

    def comprehend(
        self, texts: Sequence[str], context: Context, *, seconds: float
    ) -> Comprehension:
        """Answer within the seconds, or raise NotUnderstood with the calls that were made."""


class Summarizer(CalledModel, Protocol):
    def summarise(
        self, turns: Sequence[PastTurn], earlier: str | None, *, seconds: float
    ) -> Summary:
        """Sum up the turns and what was summed up earlier, within the seconds, or raise
        NotUnderstood with the calls that were made."""


class Tools(Protocol):
    """What a model may use in one turn. Whose data it is, the session says and never the model."""

    @property
    def offers(self) -> tuple[ToolOffer, ...]:
        """What there is to use."""

    def run(self, name: str, arguments: object) -> ToolResult:
        """Use it. A wrong name or argument is a result too, for the model to read."""


class Listener(Protocol):
    def __call__(self, text: str, /) -> None:
        """Hear the whole text so far of what is being written."""


class Orchestrator(CalledModel, Protocol):
    def reply(
        self,
        question: Question,
        *,
        tools: Tools,
        seconds: float,
        listener: Listener | None = None,
    ) -> Orchestration:
        """Answer within the seconds, using tools on the way, or raise NotUnderstood with the
        calls that were made. Somebody who listens is told while it is written."""


class Drafts(Protocol):
    def write(self, reading: Reading, text: str) -> None:
        """Show whoever watches what the turn is writing, instead of what it had written before."""


class Transcripts(Protocol):
    """Conversations, for a person to look at."""

    @property
    def most_lines(self) -> int:
        """Lines that are read of one at most, the newest."""

    def numbers(self) -> tuple[ReceivingNumber, ...]:
        """The receiving numbers of the only workspace; none where there are several workspaces,
        because one tenant's numbers are no business of another's."""

    def read(
        self, account: str, customer: str, *, now: datetime, session_id: SessionId | None = None
    ) -> Transcript | None:
        """What this customer and this receiving number said to each other, and how the session of
        this id stands, by default the newest; None where the number is nobody's. The conversation
        counts as watched for some seconds."""


class PretendCustomer(Protocol):
    def say(self, text: str, *, phone: str, account: str, webhook_url: str) -> None:
        """Write to a receiving number through our own webhook, signed as Meta signs.

        Raises Unavailable where the webhook gave no good answer, Rejected where it refused.
        """


class Standings(Protocol):
    """How conversations stand, for whoever simulates them."""

    def read(self, account: str, customer: str) -> Standing | None:
        """This customer at this receiving number; None where they never wrote."""

    def attention_at(self, workspace_id: WorkspaceId) -> datetime | None:
        """Before when housekeeping surely finds nothing to do, as things stand; None: ever."""


class Shopkeeper(Protocol):
    """What a person of the shop does beside the agent, and not about one conversation."""

    def opt_out(self, account: str, customer: str, *, now: datetime) -> None:
        """Note that the customer wants no messages."""

    def switch(self, account: str, *, enabled: bool) -> None:
        """Switch the shop's agent on or off."""


class ApiKeys(Protocol):
    """Who may speak to us by which key."""

    def find(self, prefix: str) -> ApiKey | None:
        """The key of this prefix, of whatever workspace."""

    def use(self, key: ApiKey, *, now: datetime) -> AgentId | None:
        """The agent of the key's workspace; None where the key is used too often now."""

    def issue(
        self,
        key: WrittenKey,
        *,
        name: str,
        workspace_id: WorkspaceId,
        expires_at: datetime | None,
        now: datetime,
    ) -> None:
        """Keep the key's hash, and open the workspace's API channel with its first key; raise
        MalformedRequest where there is no such workspace."""

    def revoke(self, prefix: str, *, workspace_id: WorkspaceId, now: datetime) -> bool:
        """End the key; False where the workspace has none of this prefix."""

    def list(self, workspace_id: WorkspaceId) -> tuple[ListedKey, ...]:
        """The workspace's keys, the oldest first."""


class Exchanges(Protocol):
    """What was written and said over a workspace's API channel."""

    def find(self, provider_message_id: str, *, route: Route) -> Exchange | None:
        """The message its sender calls so."""

    def keep(
        self, exchange: Exchange, answer: Mapping[str, object], *, route: Route
    ) -> Mapping[str, object]:
        """Keep what the sender is told, and return it; what is kept already stands."""

    def session(
        self, session_id: SessionId, *, agent_id: AgentId, route: Route
    ) -> SessionView | None:
        """The session, if it is of this agent and channel."""

    def said(
        self, *, after: int, customer: str | None, limit: int, route: Route
    ) -> tuple[SaidBubble, ...]:
        """What was said since the bubble of this number, in order."""
