"""Who saw what really happened: it stands between the parts and keeps its own books, so that
nothing the engine wrote has to be believed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from morfx.domain.delivery import GateFacts, PromisedTurn, TakenBubble, Verdict
from morfx.domain.inbound import Accepted, Reception, Route
from morfx.domain.intervention import Intervention
from morfx.domain.message import InboundMessage
from morfx.domain.timer import Timer
from morfx.domain.turn import TurnCommit
from morfx.ports import Inbox, Outbox, Sessions, Turns
from morfx.simulator.doors import Rows


@dataclass(kw_only=True, slots=True)
class Truth:
    """A conversation as the witness knows it."""

    off: bool = False
    opted_out: bool = False
    last_inbound_at: datetime | None = None
    inbound_seq: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Taking:
    """What was true when a bubble was taken for sending."""

    #: Of all takings, from the first.
    order: int
    at: datetime
    #: Why nothing may be said, as far as the witness knows.
    silenced: str | None
    last_inbound_at: datetime | None
    inbound_seq: int


@dataclass
class Witness:
    conversations: dict[UUID, Truth] = field(default_factory=dict)
    #: Of whom each conversation is: the number written to and the customer.
    names: dict[tuple[str, str], UUID] = field(default_factory=dict)
    shops_off: set[str] = field(default_factory=set)
    #: By bubble: the last time it was taken.
    takings: dict[UUID, Taking] = field(default_factory=dict)

    def truth(self, conversation_id: UUID) -> Truth:
        return self.conversations.setdefault(conversation_id, Truth())

    def switch(self, account: str, *, enabled: bool) -> None:
        (self.shops_off.discard if enabled else self.shops_off.add)(account)

    def account_of(self, conversation_id: UUID) -> str:
        [account] = [name[0] for name, known in self.names.items() if known == conversation_id]
        return account

    def silenced(self, conversation_id: UUID) -> str | None:
        truth = self.truth(conversation_id)
        if self.account_of(conversation_id) in self.shops_off:
            return "switched off"
        if truth.off:
            return "handed off"
        return "opted out" if truth.opted_out else None


class WitnessedInbox:
    def __init__(self, inbox: Inbox, witness: Witness) -> None:
        self._inbox, self._witness = inbox, witness
        self.route, self.apply_status, self.keep = inbox.route, inbox.apply_status, inbox.keep

    def receive(
        self, item: Accepted, message: InboundMessage, *, route: Route, now: datetime
    ) -> Reception:
        received = self._inbox.receive(item, message, route=route, now=now)
        self._witness.names[(item.account or "", message.sender)] = received.conversation_id
        if received.is_new:
            truth = self._witness.truth(received.conversation_id)
            truth.inbound_seq, truth.last_inbound_at = received.seq, now
        return received


class WitnessedTurns:
    def __init__(self, turns: Turns, witness: Witness) -> None:
        self._turns, self._witness = turns, witness
        self.claim, self.release, self.keep_account = (
            turns.claim,
            turns.release,
            turns.keep_account,
        )

    def commit(self, turn: TurnCommit) -> tuple[Timer, ...] | None:
        committed = self._turns.commit(turn)
        if committed is not None and turn.handoff_reason:
            self._witness.truth(turn.reading.conversation_id).off = True
        return committed


class WitnessedSessions:
    def __init__(self, sessions: Sessions, witness: Witness) -> None:
        self._sessions, self._witness = sessions, witness
        self.get, self.active = sessions.get, sessions.active

    def intervene(self, intervention: Intervention) -> tuple[Timer, ...]:
        told = self._sessions.intervene(intervention)
        if intervention.bot_state:
            off = intervention.bot_state == "off"
            self._witness.truth(intervention.conversation_id).off = off
        return told


class WitnessedOutbox:
    def __init__(self, outbox: Outbox, witness: Witness) -> None:
        self._outbox, self._witness = outbox, witness
        self.put_back, self.settle = outbox.put_back, outbox.settle

    def take(
        self, turn: PromisedTurn, judge: Callable[[GateFacts], Verdict], *, now: datetime
    ) -> TakenBubble | None:
        taken = self._outbox.take(turn, judge, now=now)
        if taken and not taken.verdict.reason:
            truth = self._witness.truth(turn.conversation_id)
            self._witness.takings[taken.message_id] = Taking(
                order=len(self._witness.takings),
                at=now,
                silenced=self._witness.silenced(turn.conversation_id),
                last_inbound_at=truth.last_inbound_at,
                inbound_seq=truth.inbound_seq,
            )
        return taken


def witnessed(rows: Rows, witness: Witness) -> Rows:
    """The rows with the witness before them."""
    return replace(
        rows,
        inbox=WitnessedInbox(rows.inbox, witness),
        turns=WitnessedTurns(rows.turns, witness),
        outbox=WitnessedOutbox(rows.outbox, witness),
        sessions=WitnessedSessions(rows.sessions, witness),
    )
