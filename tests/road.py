"""The whole road in one process: the real operations on real Postgres, with the queue, the state
machines and WhatsApp held in memory, so that a test decides when each of them moves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from morfx import wiring
from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.adapters.postgres.connection import Database
from morfx.adapters.whatsapp import inbound
from morfx.agents.somnio import SOMNIO
from morfx.conversation.intake import IntakeOutcome
from morfx.conversation.relay import RelayReport
from morfx.domain import wake
from morfx.domain.delivery import PromisedTurn, SendOutcome
from morfx.domain.envelope import Envelope
from morfx.domain.identifier import new_id
from morfx.domain.inbound import Accepted
from morfx.domain.shop import ShopFile
from morfx.domain.timer import Timer, TimerInput
from morfx.domain.turn import TurnResult, Wake
from morfx.engine.mind import Mind
from morfx.engine.registry import Registry
from morfx.simulator.agenda import VirtualClock
from morfx.simulator.customer import Customer
from morfx.simulator.doors import Doors
from morfx.simulator.whatsapp import StandInWhatsApp
from morfx.tools.catalogue import TOOLBOX

#: Everything may be said for the first time again.
FORGET = "UPDATE session_state SET templates_enviados = '[]'"


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


class Road:
    def __init__(
        self, database_url: str, shop: ShopFile, *, database: Database | None = None
    ) -> None:
        self.shop = shop
        self.database = database or Database(database_url)
        self.clock = VirtualClock()
        self.queue, self.executions = HeldQueue(), HeldExecutions()
        self.messenger = StandInWhatsApp(self.clock)
        self.mind = Mind(offline=OfflineComprehender())
        self.rows = wiring.rows(self.database)
        self.inbox = self.rows.inbox
        self.turns, self.timers = self.rows.turns, self.rows.timers
        self.upkeep = self.rows.upkeep
        self.agents = Registry([SOMNIO], tools=TOOLBOX.names)

    @property
    def doors(self) -> Doors:
        """Opened onto the parts as they are now: a test may swap any of them."""
        return Doors(
            rows=self.rows,
            parser=inbound,
            agents=self.agents,
            mind_of=lambda _agent: self.mind,
            queue=self.queue,
            executions=self.executions,
            messenger=self.messenger,
            clock=self.clock,
        )

    def write(self, text: str, *, customer: str = "573001112233", id: str = "") -> IntakeOutcome:
        """The customer's message arrives and is stored."""
        now = self.clock.now()
        ana = Customer(customer, "Ana")
        return self.doors.take_in(
            ana.message(text, account=self.shop.phone_number_id, at=now, id=id)
        )

    def take_in(self, raw: object, kind: str = "message") -> IntakeOutcome:
        item = Accepted(
            id=new_id(),
            kind=kind,  # type: ignore[arg-type]
            accepted_at=self.clock.now(),
            account=self.shop.phone_number_id,
            raw=raw,
            profile={"profile": {"name": "Ana"}},
        )
        return self.doors.take_in(item)

    def wakes(self) -> list[Wake]:
        """What waits in the queue of turns; taken out of it."""
        waiting, self.queue.waiting = self.queue.waiting, []
        return [wake.read(envelope.body) for envelope in waiting]

    def turn(self, woken: Wake) -> TurnResult:
        return self.doors.turn(woken)

    def run_turns(self) -> list[TurnResult]:
        return [self.turn(woken) for woken in self.wakes()]

    def send(self, turn: PromisedTurn) -> SendOutcome:
        """One step of the turn's message-sequence."""
        return self.doors.send(turn)

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

    def repeat(self, *texts: str) -> list[str]:
        """Like ``converse``, with what was said forgotten each time: no words run out."""
        said = []
        for text in texts:
            with self.database.transaction(self.shop.workspace_id) as connection:
                connection.execute(FORGET)
            said += self.converse(text)
        return said

    def wait_under(self, token: str, timer: Timer) -> None:
        """The timer's execution starts waiting."""
        self.doors.await_customer(_input(timer), token)

    def expire(self, timer: Timer) -> str:
        """The timer's execution has run out."""
        return self.doors.expire(_input(timer), "token of the expiry")

    def keep_house(self, *, after_restart: bool = False) -> RelayReport:
        return self.doors.keep_promises(after_restart=after_restart)


def _input(timer: Timer) -> TimerInput:
    return TimerInput(
        workspace_id=timer.workspace_id,
        timer_id=timer.id,
        generation=timer.generation,
        level=timer.level,
        due_at=timer.due_at,
    )
