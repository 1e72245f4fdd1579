"""Two shops in which one story after another is played, under a witness, with its faults."""

import random
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import uuid4

from morfx.agents.somnio import SOMNIO
from morfx.domain.errors import (
    Retryable,
    SessionError,
)
from morfx.engine.mind import Mind
from morfx.simulator.agenda import VirtualClock
from morfx.simulator.calendar import instant
from morfx.simulator.customer import Customer, status
from morfx.simulator.doors import Rows
from morfx.simulator.house import House
from morfx.simulator.scenario import HumanAct
from morfx.simulator.whatsapp import Delivered
from tests.chaos.faults import DoorDied, Faults, MortalDatabase, brittle
from tests.chaos.ground import Ground, Violation, broken, fast
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
from tests.chaos.witness import Witness, witnessed

PEOPLE = tuple(
    Customer(f"57300{place + 1:07}", f"Cliente {place + 1}") for place in range(CUSTOMERS)
)
#: One with patient timers, one with fast ones and quiet hours.
KINDS = (
    {"quiet_hours_enabled": False, "timer_preset": "real"},
    {"quiet_hours_enabled": True, "timer_preset": "rapido"},
)
#: Seconds after the last happening until everything must have come to an end.
CALM = 45 * 60


class Stage:
    """``functions_url`` is bound by row-level security, ``superuser_url`` sees everything."""

    def __init__(self, functions_url: str, superuser_url: str) -> None:
        self._mortal = MortalDatabase(fast(functions_url))
        self._ground = Ground(functions_url, superuser_url, KINDS, house_database=self._mortal)

    def close(self) -> None:
        self._ground.close()

    def play(self, story: Story) -> list[Violation]:
        """Play the story to its end, and say which invariants it has broken."""
        ground = self._ground
        ground.clear()
        random.seed(story.seed)
        clock = VirtualClock(instant(story.starts, after=VirtualClock().time))
        whatsapp = MoodyWhatsApp(clock)
        house = ground.house(ChaoticHouse, clock, whatsapp, shops=_written_to(story))
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
                shop.phone_number_id for shop in ground.shops if shop.quiet_hours_enabled
            ),
            rows=ground.rows(),
        )
        return broken(end, INVARIANTS)

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
        customer, account = PEOPLE[said.customer], self._ground.shops[said.shop].phone_number_id
        for delay in said.deliveries:
            at = house.clock.time + timedelta(seconds=said.at)
            item = customer.message(said.text, account=account, at=at, sends=said.sends, id=id)
            house.agenda.after(said.at + delay, partial(house.accept, item))
        return id

    def _act(self, acts: Acts, house: House, witness: Witness) -> None:
        account, phone = self._ground.shops[acts.shop].phone_number_id, PEOPLE[acts.customer].phone
        known = witness.names.get((account, phone))
        if acts.act in ("switches off", "switches on"):
            self._ground.shopkeeper.switch(account, enabled=acts.act == "switches on")
            witness.switch(account, enabled=acts.act == "switches on")
        elif known and acts.act == "opts out":
            self._ground.shopkeeper.opt_out(account, phone, now=house.clock.time)
            witness.truth(known).opted_out = True
        elif known:
            self._intervene(acts.act, account, phone, house)

    def _intervene(self, act: HumanAct, account: str, phone: str, house: House) -> None:
        """A person clicks, and clicks no second time where it did not work."""
        standing = self._ground.standings.read(account, phone)
        do = house.doors.hand_off if act == "takes over" else house.doors.return_to_bot
        if standing:
            with suppress(DoorDied, SessionError, Retryable):
                house.invoke("console", lambda: do(standing.seen))


def _written_to(story: Story) -> list[int]:
    return sorted({said.shop for said in story.happenings if isinstance(said, Says)})


def _put_in_danger(house: House, faults: Faults, witness: Witness) -> None:
    """Let the witness stand behind each part, and let every call be one that may go wrong."""
    rows, offline = witnessed(house.doors.rows, witness), house.doors.mind_of(SOMNIO).offline
    mind = Mind(offline=brittle(offline, faults))
    house.doors = replace(
        house.doors,
        rows=Rows(
            inbox=brittle(rows.inbox, faults),
            turns=brittle(rows.turns, faults),
            outbox=brittle(rows.outbox, faults),
            timers=brittle(rows.timers, faults),
            upkeep=brittle(rows.upkeep, faults),
            sessions=brittle(rows.sessions, faults),
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
