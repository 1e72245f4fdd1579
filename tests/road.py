"""The whole road in one process: the real operations on real Postgres, with the queue, the state
machines and WhatsApp held in memory, so that a test decides when each of them moves."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.adapters.postgres.connection import Database
from morfx.adapters.postgres.inbox import PostgresInbox
from morfx.adapters.postgres.outbox import PostgresOutbox
from morfx.adapters.postgres.timers import PostgresTimers
from morfx.adapters.postgres.turns import PostgresTurns
from morfx.adapters.postgres.upkeep import PostgresUpkeep
from morfx.adapters.whatsapp import inbound
from morfx.agents.somnio import SOMNIO
from morfx.conversation.intake import IntakeOutcome, take_in
from morfx.conversation.relay import RelayReport, keep_promises
from morfx.conversation.sending import send_next
from morfx.domain import wake
from morfx.domain.delivery import PromisedTurn, SendOutcome
from morfx.domain.envelope import Envelope
from morfx.domain.inbound import Accepted
from morfx.domain.shop import ShopFile
from morfx.domain.timer import Timer, TimerInput
from morfx.domain.turn import TurnResult, Wake
from morfx.engine.mind import Mind
from morfx.engine.registry import Registry
from morfx.engine.turn import run_turn
from morfx.timers.expiry import await_customer, expire
from morfx.tools.catalogue import TOOLBOX


@dataclass
class VirtualClock:
    #: A Friday noon in Bogotá: no quiet hours.
    time: datetime = datetime(2026, 11, 20, 17, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class HeldQueue:
    waiting: list[Envelope] = field(default_factory=list)

    def send_many(self, envelopes: Sequence[Envelope]) -> None:
        self.waiting += envelopes


@dataclass
class HeldExecutions:
    sequences: list[PromisedTurn] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    #: Task tokens given back, with what the execution was told.
    resolved: list[tuple[str, str]] = field(default_factory=list)
    running: bool = True

    def start_sequence(self, turn: PromisedTurn, *, attempt: str = "") -> None:
        self.sequences.append(turn)

    def start_timer(self, timer: Timer, *, now: datetime) -> None:
        self.timers.append(timer)

    def is_running(self, timer: Timer) -> bool:
        return self.running

    def tell(self, timer: Timer, *, now: datetime) -> None:
        self.resolved.append((str(timer.task_token), timer.end_reason or "waiting"))


@dataclass
class HeldMessenger:
    sent: list[str] = field(default_factory=list)
    #: Of the last message sent.
    buttons: tuple[str, ...] = ()
    #: Raised instead of the next sends, first first.
    failures: list[Exception] = field(default_factory=list)

    def send_text(
        self,
        *,
        phone_number_id: str,
        to: str,
        text: str,
        reference: str,
        buttons: Sequence[str] = (),
    ) -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(text)
        self.buttons = tuple(buttons)
        return f"wamid.{uuid4().hex}"


class Road:
    def __init__(
        self, database_url: str, shop: ShopFile, *, database: Database | None = None
    ) -> None:
        self.shop = shop
        self.database = database or Database(database_url)
        self.clock = VirtualClock()
        self.queue, self.executions = HeldQueue(), HeldExecutions()
        self.messenger = HeldMessenger()
        self.mind = Mind(offline=OfflineComprehender())
        self.agents = Registry([SOMNIO], tools=TOOLBOX.names)
        self.inbox = PostgresInbox(self.database)
        self.turns = PostgresTurns(self.database)
        self.outbox = PostgresOutbox(self.database)
        self.timers = PostgresTimers(self.database)
        self.upkeep = PostgresUpkeep(self.database)

    def write(self, text: str, *, customer: str = "573001112233", id: str = "") -> IntakeOutcome:
        """The customer's message arrives and is stored."""
        raw = {
            "from": customer,
            "id": id or f"wamid.{uuid4().hex}",
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": text},
        }
        return self.take_in(raw)

    def take_in(self, raw: object, kind: str = "message") -> IntakeOutcome:
        item = Accepted(
            id=uuid4(),
            kind=kind,  # type: ignore[arg-type]
            accepted_at=self.clock.now(),
            account=self.shop.phone_number_id,
            raw=raw,
            profile={"profile": {"name": "Ana"}},
        )
        return take_in(
            item,
            inbox=self.inbox,
            parser=inbound,
            turns=self.queue,
            clock=self.clock,
        )

    def wakes(self) -> list[Wake]:
        """What waits in the queue of turns; taken out of it."""
        waiting, self.queue.waiting = self.queue.waiting, []
        return [wake.read(envelope.body) for envelope in waiting]

    def turn(self, woken: Wake) -> TurnResult:
        return run_turn(
            woken,
            turns=self.turns,
            agents=self.agents,
            mind_of=lambda _agent: self.mind,
            executions=self.executions,
            clock=self.clock,
        )

    def run_turns(self) -> list[TurnResult]:
        return [self.turn(woken) for woken in self.wakes()]

    def send(self, turn: PromisedTurn) -> SendOutcome:
        """One step of the turn's message-sequence."""
        return send_next(turn, outbox=self.outbox, messenger=self.messenger, clock=self.clock)

    def send_all(self) -> list[SendOutcome]:
        """Every started message-sequence to its end."""
        outcomes: list[SendOutcome] = []
        for turn in self.executions.sequences:
            outcomes.append(self.send(turn))
            while outcomes[-1].remaining:
                self.clock.sleep(outcomes[-1].wait_seconds)
                outcomes.append(self.send(turn))
        self.executions.sequences.clear()
        return outcomes

    def converse(self, *texts: str) -> list[str]:
        """Each text is written and answered before the next; returns what was said."""
        before = len(self.messenger.sent)
        for text in texts:
            self.write(text)
            self.run_turns()
            self.send_all()
        return self.messenger.sent[before:]

    def wait_under(self, token: str, timer: Timer) -> None:
        """The timer's execution starts waiting."""
        await_customer(
            _input(timer),
            token,
            timers=self.timers,
            executions=self.executions,
            clock=self.clock,
        )

    def expire(self, timer: Timer) -> str:
        """The timer's execution has run out."""
        return expire(
            _input(timer),
            "token of the expiry",
            timers=self.timers,
            executions=self.executions,
            turns=self.queue,
            clock=self.clock,
        )

    def keep_house(self, *, after_restart: bool = False) -> RelayReport:
        return keep_promises(
            after_restart=after_restart,
            upkeep=self.upkeep,
            timers=self.timers,
            turns=self.queue,
            executions=self.executions,
            clock=self.clock,
        )


def _input(timer: Timer) -> TimerInput:
    return TimerInput(
        workspace_id=timer.workspace_id,
        timer_id=timer.id,
        generation=timer.generation,
        level=timer.level,
        due_at=timer.due_at,
    )
