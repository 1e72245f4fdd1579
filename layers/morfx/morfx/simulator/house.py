"""All doors under one roof and one virtual clock, with the queues and machines between them."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from morfx.domain.delivery import PromisedTurn, SendOutcome
from morfx.domain.errors import Retryable, SessionError
from morfx.domain.identifier import WorkspaceId
from morfx.domain.inbound import Accepted
from morfx.domain.quiet_hours import BOGOTA
from morfx.domain.relay import Neglected
from morfx.domain.timer import TimerInput
from morfx.domain.turn import TurnResult, Wake
from morfx.engine.mind import MindOf
from morfx.engine.registry import Registry
from morfx.ports import Standings, Upkeep, WebhookParser
from morfx.simulator.agenda import Agenda, Appointment, VirtualClock
from morfx.simulator.doors import Doors, Rows
from morfx.simulator.fifo import Fifo, WakeQueue
from morfx.simulator.state_machines import StateMachines
from morfx.simulator.whatsapp import StandInWhatsApp

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

#: Seconds, as template.yaml has them.
DEBOUNCE, TURNS_VISIBILITY, INBOUND_VISIBILITY = 1, 45, 60

#: In Bogotá: when sessions that ended unseen are closed.
NIGHT_HOUR = 2

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mishap:
    """A door failed in a way that no second try mends."""

    at: datetime
    door: str
    error: Exception


class OwnUpkeep:
    """The upkeep of some workspaces only: others live by other clocks."""

    def __init__(self, upkeep: Upkeep, workspace_ids: Sequence[WorkspaceId]) -> None:
        self._upkeep = upkeep
        self._workspace_ids = list(workspace_ids)

    def workspace_ids(self) -> list[WorkspaceId]:
        return self._workspace_ids

    def close_stale(self, workspace_id: WorkspaceId, *, now: datetime) -> int:
        return self._upkeep.close_stale(workspace_id, now=now)

    def neglected(self, workspace_id: WorkspaceId, *, now: datetime) -> Neglected:
        return self._upkeep.neglected(workspace_id, now=now)


class House:
    """``rows.upkeep`` names the workspaces that live here."""

    def __init__(
        self,
        rows: Rows,
        *,
        parser: WebhookParser,
        agents: Registry,
        mind_of: MindOf,
        standings: Standings,
        clock: VirtualClock,
        whatsapp: StandInWhatsApp,
    ) -> None:
        self.clock, self.whatsapp = clock, whatsapp
        self.agenda = Agenda(self.clock)
        self.machines = StateMachines(self.agenda, self, queue_delay=timedelta(seconds=DEBOUNCE))
        self.wakes = Fifo[Wake](
            self.agenda, self.turn, delay_seconds=DEBOUNCE, visibility_seconds=TURNS_VISIBILITY
        )
        self.inbound = Fifo[Accepted](
            self.agenda, self.take_in, visibility_seconds=INBOUND_VISIBILITY
        )
        self.doors = Doors(
            rows=rows,
            parser=parser,
            agents=agents,
            mind_of=mind_of,
            queue=WakeQueue(self.wakes),
            queue_delay=timedelta(seconds=DEBOUNCE),
            executions=self.machines,
            messenger=self.whatsapp,
            clock=self.clock,
        )
        self.mishaps: list[Mishap] = []
        self._standings = standings
        self._workspace_ids = rows.upkeep.workspace_ids()
        self._next_tick: Appointment | None = None
        self._arrange_night()

    # -- what happens to it ------------------------------------------------------------------------

    def accept(self, item: Accepted) -> None:
        """The webhook answered 200: the item is in the inbound queue."""
        sender = item.raw.get("from") if isinstance(item.raw, dict) else None
        self.inbound.put(item, group=f"{item.account}:{sender}", name=str(item.id))

    def restart(self) -> None:
        """Executions are lost and looked up; queues and rows stay."""
        self.machines.lose_all()
        self._look_after(after_restart=True)

    # -- its doors ---------------------------------------------------------------------------------

    def take_in(self, item: Accepted) -> None:
        self.invoke("intake", lambda: self.doors.take_in(item))

    def turn(self, woken: Wake) -> TurnResult:
        return self.invoke("turn", lambda: self.doors.turn(woken))

    def send(self, turn: PromisedTurn) -> SendOutcome:
        return self.invoke("send", lambda: self.doors.send(turn))

    def await_customer(self, waited: TimerInput, token: str) -> str:
        return self.invoke("timer", lambda: self.doors.await_customer(waited, token))

    def expire(self, waited: TimerInput, token: str) -> str:
        return self.invoke("timer", lambda: self.doors.expire(waited, token))

    def invoke(self, door: str, call: Callable[[], Answer]) -> Answer:
        """Run a door. Whatever it did, housekeeping comes within the minute."""
        try:
            return call()
        except (Retryable, SessionError):  # passing trouble; what a person is told
            raise
        except Exception as error:
            self.mishaps.append(Mishap(at=self.clock.time, door=door, error=error))
            raise
        finally:
            self._arrange_tick(self.clock.time)

    # -- its clock ---------------------------------------------------------------------------------

    def _arrange_tick(self, after: datetime) -> None:
        """Housekeeping on the first full minute after this instant, unless it comes before."""
        due = after.replace(second=0, microsecond=0) + MINUTE
        if self._next_tick and self._next_tick.due <= due:
            return
        if self._next_tick:
            self.agenda.cancel(self._next_tick)
        self._next_tick = self.agenda.at(due, self._tick, patient=True)

    def _tick(self) -> None:
        """Minutes in which there is surely nothing to do are skipped: nothing would follow."""
        self._next_tick = None
        self._look_after()
        attention = self._attention_at()
        if self._next_tick:
            self.agenda.cancel(self._next_tick)
            self._next_tick = None
        if attention:
            self._arrange_tick(max(attention, self.clock.time))

    def _look_after(self, *, after_restart: bool = False) -> None:
        try:
            self.invoke(
                "housekeeping", lambda: self.doors.keep_promises(after_restart=after_restart)
            )
        except Exception:
            logger.info("housekeeping failed", exc_info=True)

    def _attention_at(self) -> datetime | None:
        asked = map(self._standings.attention_at, self._workspace_ids)
        return min((at for at in asked if at), default=None)

    def _arrange_night(self) -> None:
        local = self.clock.time.astimezone(BOGOTA)
        night = local.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
        night = night if night > local else night + timedelta(days=1)
        self.agenda.at(night.astimezone(self.clock.time.tzinfo), self._night, patient=True)

    def _night(self) -> None:
        self._arrange_night()
        try:
            self.invoke("housekeeping", self.doors.close_stale_sessions)
        except Exception:
            logger.info("the night was not kept", exc_info=True)
