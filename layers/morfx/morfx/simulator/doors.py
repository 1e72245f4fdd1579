"""The doors of the house without Lambda: the same operations, on the parts they are given."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from morfx.conversation.closing import close_stale_sessions
from morfx.conversation.intake import IntakeOutcome, take_in
from morfx.conversation.relay import RelayReport, keep_promises
from morfx.conversation.sending import send_next
from morfx.conversation.sessions import hand_off, mute, return_to_bot
from morfx.crm.orders import move_order, track_order
from morfx.domain.delivery import PromisedTurn, SendOutcome
from morfx.domain.identifier import OrderId, WorkspaceId
from morfx.domain.inbound import Accepted
from morfx.domain.intervention import Seen
from morfx.domain.timer import TimerInput
from morfx.domain.turn import TurnResult, Wake
from morfx.engine.mind import MindOf
from morfx.engine.registry import Registry
from morfx.engine.turn import run_turn
from morfx.ports import (
    Clock,
    Executions,
    Inbox,
    Messenger,
    Orders,
    Outbox,
    Queue,
    Sessions,
    TimerRows,
    Turns,
    Upkeep,
    WebhookParser,
)
from morfx.timers.expiry import await_customer, expire


@dataclass(kw_only=True, slots=True)
class Rows:
    """Where the house keeps what it knows."""

    inbox: Inbox
    turns: Turns
    outbox: Outbox
    timers: TimerRows
    upkeep: Upkeep
    sessions: Sessions
    orders: Orders


@dataclass(kw_only=True, slots=True)
class Doors:
    rows: Rows
    parser: WebhookParser
    agents: Registry
    mind_of: MindOf
    #: Of turns, and what it adds to everything on its way.
    queue: Queue
    queue_delay: timedelta = timedelta(0)
    executions: Executions
    messenger: Messenger
    clock: Clock

    def take_in(self, item: Accepted) -> IntakeOutcome:
        return take_in(
            item,
            inbox=self.rows.inbox,
            parser=self.parser,
            turns=self.queue,
            clock=self.clock,
        )

    def turn(self, woken: Wake) -> TurnResult:
        return run_turn(
            woken,
            turns=self.rows.turns,
            agents=self.agents,
            mind_of=self.mind_of,
            executions=self.executions,
            clock=self.clock,
        )

    def send(self, turn: PromisedTurn) -> SendOutcome:
        return send_next(
            turn,
            outbox=self.rows.outbox,
            messenger=self.messenger,
            turns=self.queue,
            clock=self.clock,
        )

    def await_customer(self, waited: TimerInput, token: str) -> str:
        return await_customer(
            waited,
            token,
            timers=self.rows.timers,
            executions=self.executions,
            clock=self.clock,
        )

    def expire(self, waited: TimerInput, token: str) -> str:
        return expire(
            waited,
            token,
            timers=self.rows.timers,
            executions=self.executions,
            turns=self.queue,
            clock=self.clock,
            early=self.queue_delay,
        )

    def keep_promises(self, *, after_restart: bool = False) -> RelayReport:
        return keep_promises(
            after_restart=after_restart,
            upkeep=self.rows.upkeep,
            timers=self.rows.timers,
            turns=self.queue,
            executions=self.executions,
            clock=self.clock,
        )

    def close_stale_sessions(self) -> int:
        return close_stale_sessions(upkeep=self.rows.upkeep, clock=self.clock)

    def hand_off(self, seen: Seen) -> None:
        hand_off(seen, sessions=self.rows.sessions, executions=self.executions, clock=self.clock)

    def return_to_bot(self, seen: Seen) -> None:
        return_to_bot(
            seen, sessions=self.rows.sessions, executions=self.executions, clock=self.clock
        )

    def mute(self, seen: Seen, *, until: datetime) -> None:
        mute(
            seen,
            until=until,
            sessions=self.rows.sessions,
            executions=self.executions,
            clock=self.clock,
        )

    def ship(
        self, order_id: OrderId, *, workspace_id: WorkspaceId, carrier: str, tracking_number: str
    ) -> None:
        """The order leaves."""
        track_order(
            order_id,
            carrier=carrier,
            tracking_number=tracking_number,
            workspace_id=workspace_id,
            orders=self.rows.orders,
            clock=self.clock,
        )
        move_order(
            order_id,
            "shipped",
            workspace_id=workspace_id,
            orders=self.rows.orders,
            clock=self.clock,
        )
