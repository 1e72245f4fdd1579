"""Two shops in which one story after another is played, under a witness, with its faults."""

import json
import random
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import LiteralString, TypeVar
from urllib.parse import quote
from uuid import uuid4

import psycopg
from psycopg.rows import DictRow, dict_row

from morfx import wiring
from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.adapters.postgres.connection import Database
from morfx.adapters.postgres.shopkeeper import PostgresShopkeeper
from morfx.adapters.postgres.standing import PostgresStandings
from morfx.adapters.whatsapp import inbound
from morfx.agents.somnio import SOMNIO
from morfx.domain.errors import (
    Retryable,
    SessionError,
)
from morfx.domain.identifier import WorkspaceId
from morfx.domain.shop import ShopFile
from morfx.engine.mind import Mind
from morfx.engine.registry import Registry
from morfx.settings import OnboardSettings
from morfx.simulator.agenda import VirtualClock
from morfx.simulator.calendar import instant
from morfx.simulator.customer import Customer, status
from morfx.simulator.doors import Rows
from morfx.simulator.house import House, OwnUpkeep
from morfx.simulator.scenario import HumanAct
from morfx.simulator.whatsapp import Delivered
from morfx.tools.catalogue import TOOLBOX
from tests.chaos.faults import DoorDied, Faults, MortalDatabase, brittle
from tests.chaos.invariants import INVARIANTS, Aftermath
from tests.chaos.story import (
    CUSTOMERS,
    Acts,
    Happening,
    Reports,
    Restarts,
    Says,
    Story,
)
from tests.chaos.trouble import ChaoticHouse, MoodyWhatsApp
from tests.chaos.witness import (
    Witness,
    WitnessedInbox,
    WitnessedOutbox,
    WitnessedSessions,
    WitnessedTurns,
)

Answer = TypeVar("Answer")

PEOPLE = tuple(
    Customer(f"57300{place + 1:07}", f"Cliente {place + 1}") for place in range(CUSTOMERS)
)
SOMNIO_FILE = Path(__file__).parent.parent.parent / "events/onboard/somnio.json"
FAST = "-c synchronous_commit=off -c plan_cache_mode=force_generic_plan"
CLEAR: tuple[LiteralString, ...] = (
    "DELETE FROM contacts WHERE workspace_id = ANY(%(shops)s)",
    "DELETE FROM webhook_events WHERE workspace_id = ANY(%(shops)s)",
    "UPDATE workspace_agent_config SET agent_enabled = true"
    " WHERE workspace_id = ANY(%(shops)s) AND NOT agent_enabled",
    # The story before may have ended at a later instant than this one begins.
    "UPDATE channels SET tokens = NULL, tokens_at = NULL, taken_on = NULL, taken_that_day = 0,"
    " paused_until = NULL, paused_because = NULL"
    " WHERE workspace_id = ANY(%(shops)s) AND tokens_at IS NOT NULL",
)
AFTERMATH = (Path(__file__).parent / "aftermath.sql").read_text("utf-8")

#: Seconds after the last happening until everything must have come to an end.
CALM = 45 * 60


@dataclass(frozen=True, slots=True)
class Violation:
    invariant: str
    detail: str


class Stage:
    """``functions_url`` is bound by row-level security, ``superuser_url`` sees everything."""

    def __init__(self, functions_url: str, superuser_url: str) -> None:
        # No test needs what a power cut may lose, nor a plan for each parameter.
        fast = functions_url + "?options=" + quote(FAST)
        self._mortal, self._calm = MortalDatabase(fast), Database(fast)
        self._watch: psycopg.Connection[DictRow] = psycopg.connect(
            superuser_url, autocommit=True, row_factory=dict_row
        )
        self.shops = _shops(fast)
        self._workspaces = [shop.workspace_id for shop in self.shops]
        self._rows, calm_rows = wiring.rows(self._mortal), wiring.rows(self._calm)
        self._standings = PostgresStandings(self._calm, route=calm_rows.inbox.route)
        self._shopkeeper = PostgresShopkeeper(self._calm, route=calm_rows.inbox.route)
        self._agents = Registry([SOMNIO], tools=TOOLBOX.names)
        self._offline = OfflineComprehender()

    def close(self) -> None:
        for connection in (self._mortal, self._calm, self._watch):
            connection.close()

    def play(self, story: Story) -> list[Violation]:
        """Play the story to its end, and say which invariants it has broken."""
        self._clear()
        random.seed(story.seed)
        clock = VirtualClock(instant(story.starts, after=VirtualClock().time))
        whatsapp = MoodyWhatsApp(clock)
        house = ChaoticHouse(
            replace(self._rows, upkeep=OwnUpkeep(self._rows.upkeep, self._written_to(story))),
            parser=inbound,
            agents=self._agents,
            mind_of=lambda _agent: Mind(offline=self._offline),
            standings=self._standings,
            clock=clock,
            whatsapp=whatsapp,
        )
        faults, witness = Faults(story, house.agenda), Witness()
        _put_in_danger(house, faults, witness)
        whatsapp.prepare(story, partial(_report, house), house.agenda.run_for)
        house.prepare(story, faults)
        self._mortal.faults = faults
        accepted = [self._arrange(happening, house, witness) for happening in story.happenings]
        last = max((getattr(happening, "at", 0) for happening in story.happenings), default=0)
        house.agenda.run_until(clock.time + timedelta(seconds=last))
        house.agenda.run_for(CALM)
        self._mortal.faults = None
        end = Aftermath(
            now=clock.time,
            witness=witness,
            delivered=whatsapp.delivered,
            mishaps=house.mishaps,
            accepted=frozenset(filter(None, accepted)),
            quiet_accounts=frozenset(
                shop.phone_number_id for shop in self.shops if shop.quiet_hours_enabled
            ),
            rows=self._watch.execute(AFTERMATH, {"shops": self._workspaces}).fetchall()[0],
        )
        return [
            Violation(invariant.__name__, detail)
            for invariant in INVARIANTS
            for detail in invariant(end)
        ]

    def _written_to(self, story: Story) -> list[WorkspaceId]:
        """Nothing can happen in the other ones."""
        shops = {happening.shop for happening in story.happenings if isinstance(happening, Says)}
        return [self._workspaces[shop] for shop in sorted(shops)]

    def _arrange(self, happening: Happening, house: House, witness: Witness) -> str | None:
        """Put it on the agenda; returns the provider's id of what a customer says."""
        if isinstance(happening, Says):
            return self._say(happening, house)
        if isinstance(happening, Acts):
            house.agenda.after(happening.at, lambda: self._act(happening, house, witness))
        if isinstance(happening, Restarts):
            house.agenda.after(happening.at, lambda: _restart(happening, house))
        return None

    def _say(self, said: Says, house: House) -> str:
        id = f"wamid.{uuid4().hex}"
        customer, account = PEOPLE[said.customer], self.shops[said.shop].phone_number_id
        for delay in said.deliveries:
            at = house.clock.time + timedelta(seconds=said.at)
            item = customer.message(said.text, account=account, at=at, sends=said.sends, id=id)
            house.agenda.after(said.at + delay, partial(house.accept, item))
        return id

    def _act(self, acts: Acts, house: House, witness: Witness) -> None:
        account, phone = self.shops[acts.shop].phone_number_id, PEOPLE[acts.customer].phone
        known = witness.names.get((account, phone))
        if acts.act in ("switches off", "switches on"):
            self._shopkeeper.switch(account, enabled=acts.act == "switches on")
            witness.switch(account, enabled=acts.act == "switches on")
        elif known and acts.act == "opts out":
            self._shopkeeper.opt_out(account, phone, now=house.clock.time)
            witness.truth(known).opted_out = True
        elif known:
            self._intervene(acts.act, account, phone, house)

    def _intervene(self, act: HumanAct, account: str, phone: str, house: House) -> None:
        """A person clicks, and clicks no second time where it did not work."""
        standing = self._standings.read(account, phone)
        do = house.doors.hand_off if act == "takes over" else house.doors.return_to_bot
        if standing:
            with suppress(DoorDied, SessionError, Retryable):
                house.invoke("console", lambda: do(standing.seen))

    def _clear(self) -> None:
        """Nothing of an earlier story is left."""
        with self._watch.pipeline():
            for query in CLEAR:
                self._watch.execute(query, {"shops": self._workspaces})


def _shops(functions_url: str) -> tuple[ShopFile, ...]:
    """One with patient timers, one with fast ones and quiet hours."""
    file = json.loads(SOMNIO_FILE.read_text("utf-8"))
    onboard = wiring.onboarding(OnboardSettings(database_url=functions_url))
    kinds = (
        {"quiet_hours_enabled": False, "timer_preset": "real"},
        {"quiet_hours_enabled": True, "timer_preset": "rapido"},
    )
    return tuple(
        onboard(
            {**file, "workspace_id": str(uuid4()), "phone_number_id": str(uuid4().int)[:15], **kind}
        )
        for kind in kinds
    )


def _put_in_danger(house: House, faults: Faults, witness: Witness) -> None:
    """Let the witness stand behind each part, and let every call be one that may go wrong."""
    rows, offline = house.doors.rows, house.doors.mind_of(SOMNIO).offline
    mind = Mind(offline=brittle(offline, faults))
    house.doors = replace(
        house.doors,
        rows=Rows(
            inbox=brittle(WitnessedInbox(rows.inbox, witness), faults),
            turns=brittle(WitnessedTurns(rows.turns, witness), faults),
            outbox=brittle(WitnessedOutbox(rows.outbox, witness), faults),
            timers=brittle(rows.timers, faults),
            upkeep=brittle(rows.upkeep, faults),
            sessions=brittle(WitnessedSessions(rows.sessions, witness), faults),
            orders=brittle(rows.orders, faults),
        ),
        queue=brittle(house.doors.queue, faults),
        executions=brittle(house.doors.executions, faults),
        messenger=brittle(house.doors.messenger, faults),
        mind_of=lambda _agent: mind,
    )


def _restart(happening: Restarts, house: House) -> None:
    house.clock.sleep(happening.down)
    house.restart()


def _report(house: House, message: Delivered, told: Reports) -> None:
    at = house.clock.time + timedelta(seconds=told.delay)
    item = status(
        told.status,
        provider_message_id=message.provider_message_id,
        reference=message.reference,
        account=message.account,
        at=at,
    )
    house.agenda.at(at, partial(house.accept, item))
