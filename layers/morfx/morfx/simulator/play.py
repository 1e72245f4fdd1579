"""A scenario played in the house, step by step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from morfx.domain.errors import MalformedRequest, SendRejected, Unavailable
from morfx.domain.intervention import Seen
from morfx.domain.shop import ShopFile
from morfx.domain.standing import StandingEvent
from morfx.ports import Shopkeeper, Standings
from morfx.simulator.calendar import duration, instant
from morfx.simulator.customer import Customer, status
from morfx.simulator.expectation import Disappointment, Found, disappointments
from morfx.simulator.house import House
from morfx.simulator.scenario import ACTORS, Expectation, HumanAct, ProviderAct, Scenario, Step
from morfx.simulator.story import Line, Story
from morfx.simulator.whatsapp import Delivered

#: Who carries what a person ships, and under which number.
CARRIER, GUIDE = "Coordinadora", "54321001"

#: Events that say what nobody says.
TOLD = {
    "proactive.send": "writes because the customer is silent",
    "turn.silent": "says nothing",
    "handoff": "gives the conversation to a person",
    "session.close": "closes the session",
}


def play(
    scenario: Scenario,
    *,
    house: House,
    shops: Mapping[str, ShopFile],
    standings: Standings,
    shopkeeper: Shopkeeper,
) -> Story:
    """Play it to its end; what is expected and not so is in the story."""
    stage = Stage(house=house, shops=shops, standings=standings, shopkeeper=shopkeeper)
    for number, step in enumerate(scenario.steps, 1):
        stage.play(number, step)
    return stage.story(scenario.title)


@dataclass(kw_only=True)
class Stage:
    house: House
    shops: Mapping[str, ShopFile]
    standings: Standings
    shopkeeper: Shopkeeper
    customers: dict[str, Customer] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    disappointments: list[Disappointment] = field(default_factory=list)
    #: Until where the expectations so far have looked, by conversation: delivered, bubbles.
    seen: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def play(self, number: int, step: Step) -> None:
        agenda = self.house.agenda
        if step.at:
            agenda.run_until(instant(step.at, after=agenda.clock.time))
        else:
            agenda.settle()
        actor = next(actor for actor in ACTORS if getattr(step, actor) is not None)
        if actor == "expect":
            self._check(number, step, step.expect or Expectation())
        else:
            getattr(self, f"_{actor}")(step)

    def story(self, title: str) -> Story:
        told = [line for pair in self.seen for line in self._told(*pair)]
        return Story(
            title=title,
            lines=sorted([*told, *self.lines], key=lambda line: line.at),
            disappointments=self.disappointments,
            mishaps=self.house.mishaps,
        )

    # -- who acts ----------------------------------------------------------------------------------

    def _customer(self, step: Step) -> None:
        said, customer = step.customer or "", self._person(step)
        now = self.house.clock.now()
        account = self._shop(step).phone_number_id
        self.house.accept(customer.message(said, account=account, at=now, sends=step.sends))
        self._note(customer.name, said if step.sends == "text" else f"[{step.sends}] {said}")

    def _human(self, step: Step) -> None:
        account, phone = self._shop(step).phone_number_id, self._person(step).phone
        now, doors, keeper = self.house.clock.now(), self.house.doors, self.shopkeeper
        acts: dict[HumanAct, Callable[[], None]] = {
            "takes over": lambda: doors.hand_off(self._seen(account, phone)),
            "returns": lambda: doors.return_to_bot(self._seen(account, phone)),
            "mutes for an hour": lambda: doors.mute(
                self._seen(account, phone), until=now + timedelta(hours=1)
            ),
            "ships the order": lambda: self._ship(account, phone),
            "opts out": lambda: keeper.opt_out(account, phone, now=now),
            "switches off": lambda: keeper.switch(account, enabled=False),
            "switches on": lambda: keeper.switch(account, enabled=True),
        }
        if step.human:
            self.house.invoke("console", acts[step.human])
            self._note("a person", step.human)

    def _seen(self, account: str, phone: str) -> Seen:
        standing = self.standings.read(account, phone)
        if standing is None:
            raise MalformedRequest("a person can only act on who has written already")
        return standing.seen

    def _ship(self, account: str, phone: str) -> None:
        standing = self.standings.read(account, phone)
        if standing is None or not standing.orders:
            raise MalformedRequest("there is no order to ship")
        self.house.doors.ship(
            standing.orders[-1].id,
            workspace_id=standing.seen.workspace_id,
            carrier=CARRIER,
            tracking_number=GUIDE,
        )

    def _provider(self, step: Step) -> None:
        acts: dict[ProviderAct, Callable[[], None]] = {
            "rejects": lambda: self.house.whatsapp.failures.append(
                SendRejected("Re-engagement message", provider_code=131047)
            ),
            "is away": lambda: self.house.whatsapp.failures.append(Unavailable()),
            "loses its answer": self._lose_answer,
        }
        if step.provider in acts:
            acts[step.provider]()
        elif step.provider:
            self._report(step)
        self._note("WhatsApp", step.provider or "")

    def _clock(self, step: Step) -> None:
        self.house.agenda.run_for(duration(step.clock or "+0s").total_seconds())

    def _house(self, step: Step) -> None:
        self._note("the house", step.house or "")
        self.house.restart()

    def _lose_answer(self) -> None:
        self.house.whatsapp.answers_lost += 1

    def _report(self, step: Step) -> None:
        """The status of the last message the customer got."""
        message = self._delivered(step)[-1]
        if step.provider in ("delivered", "read", "failed"):
            self.house.accept(
                status(
                    step.provider,
                    provider_message_id=message.provider_message_id,
                    reference=message.reference,
                    account=message.account,
                    at=self.house.clock.now(),
                )
            )

    # -- what is so --------------------------------------------------------------------------------

    def _check(self, number: int, step: Step, expected: Expectation) -> None:
        customer, account = self._person(step), self._shop(step).phone_number_id
        standing = self.standings.read(account, customer.phone)
        delivered = self._delivered(step)
        bubbles = standing.bubbles if standing else ()
        pair = (account, customer.phone)
        said, promised = self.seen.get(pair, (0, 0))
        self.seen[pair] = (len(delivered), len(bubbles))
        found = Found(delivered=delivered[said:], bubbles=bubbles[promised:], standing=standing)
        self.disappointments += disappointments(number, expected, found)

    def _delivered(self, step: Step) -> list[Delivered]:
        account, phone = self._shop(step).phone_number_id, self._person(step).phone
        everything = self.house.whatsapp.delivered
        return [
            message for message in everything if (message.account, message.to) == (account, phone)
        ]

    def _person(self, step: Step) -> Customer:
        """Each name has a number of its own, and its conversation a place in the story."""
        if step.by not in self.customers:
            self.customers[step.by] = Customer(f"57300{len(self.customers) + 1:07}", step.by)
        customer = self.customers[step.by]
        self.seen.setdefault((self._shop(step).phone_number_id, customer.phone), (0, 0))
        return customer

    def _shop(self, step: Step) -> ShopFile:
        return self.shops[step.to] if step.to else next(iter(self.shops.values()))

    # -- what is told ------------------------------------------------------------------------------

    def _note(self, who: str, what: str) -> None:
        self.lines.append(Line(at=self.house.clock.now(), who=who, what=what))

    def _told(self, account: str, phone: str) -> list[Line]:
        """What this customer got, and what happened unsaid."""
        [shop] = [name for name, shop in self.shops.items() if shop.phone_number_id == account]
        lines = [
            Line(at=message.at, who=shop, what=_with_buttons(message))
            for message in self.house.whatsapp.delivered_to(phone, account=account)
        ]
        standing = self.standings.read(account, phone)
        if standing is None:
            return lines
        lines += [
            Line(at=event.occurred_at, who="·", what=_what(event))
            for event in standing.events
            if event.type in TOLD
        ]
        lines += [
            Line(at=bubble.created_at, who="·", what=f"not sent: {bubble.status_reason}")
            for bubble in standing.bubbles
            if bubble.status == "cancelled"
        ]
        return lines


def _what(event: StandingEvent) -> str:
    detail = ", ".join(f"{value}" for value in event.payload.values())
    return f"{TOLD[event.type]} ({detail})"


def _with_buttons(message: Delivered) -> str:
    return message.text + "".join(f"\n[{title}]" for title in message.choices)
