"""Three shops in which customers walk, one after the other, under a witness."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import yaml

from morfx.domain.inbound import Accepted
from morfx.domain.shop import ShopFile
from morfx.engine.composition import money
from morfx.simulator import play
from morfx.simulator.agenda import VirtualClock
from morfx.simulator.calendar import instant
from morfx.simulator.house import House
from morfx.simulator.scenario import Step
from morfx.simulator.whatsapp import StandInWhatsApp
from tests.chaos.ground import Ground, Violation, broken, shop_file
from tests.chaos.witness import Witness, witnessed
from tests.walk.customer import Happening, Reprices, Returns, Says, View, Walker
from tests.walk.invariants import INVARIANTS, Ending

#: What silence leads to is different in each.
KINDS: tuple[Mapping[str, object], ...] = (
    {"name": "somnio", "timer_preset": "real"},
    {"name": "somnio", "timer_preset": "rapido", "quiet_hours_enabled": True},
    {
        "name": "somnio",
        "timer_preset": "real",
        "response_speed": "0.2",
        "silence_choices": {"3": "remind", "4": "nothing"},
    },
)
#: Each amount belongs to one pack, in the shop file as after a change of prices.
RAISED = {"1x": "82900", "2x": "114900", "3x": "149900"}
STARTS = ("viernes 12:00", "martes 9:00", "sábado 14:30", "domingo 20:30", "lunes 23:40")

#: So long nobody says anything at the end: the second night closes every session.
SILENCE = 50 * 3600

VIEW = """
SELECT current_mode, end_reason, bot_state
  FROM agent_sessions JOIN conversations ON conversations.id = conversation_id
 WHERE agent_sessions.workspace_id = ANY(%(shops)s)
 ORDER BY agent_sessions.created_at DESC LIMIT 1"""
TEXTS = "SELECT id, intent FROM agent_templates WHERE workspace_id = ANY(%(shops)s)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    seed: int
    starts: str
    #: Which kind of shop.
    shop: int
    happenings: tuple[Happening, ...] = ()

    def without(self, index: int) -> "Walk":
        rest = (*self.happenings[:index], *self.happenings[index + 1 :])
        return replace(self, happenings=rest)

    def __str__(self) -> str:
        """As the steps of a scenario."""
        steps = [
            _step(happening, at=f"+{happening.after}s").model_dump(exclude_defaults=True)
            for happening in self.happenings
            if not isinstance(happening, Reprices)
        ]
        shops = {str(KINDS[self.shop]["name"]): dict(KINDS[self.shop])}
        document = {"starts": self.starts, "shops": shops, "steps": steps}
        return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)


@dataclass(frozen=True, kw_only=True)
class Walked:
    """A walk at its end."""

    walk: Walk
    end: Ending
    violations: list[Violation]
    #: Of one that breaks an invariant.
    transcript: str


class ListeningHouse(House):
    """It notes what the webhook took."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.accepted: list[str] = []

    def accept(self, item: Accepted) -> None:
        if isinstance(item.raw, dict):
            self.accepted.append(item.raw["id"])
        super().accept(item)


class Stage:
    def __init__(self, functions_url: str, superuser_url: str) -> None:
        self._ground = Ground(functions_url, superuser_url, KINDS)
        self._intents = {str(row["id"]): row["intent"] for row in self._ground.look(TEXTS)}
        #: The file of the shop that has raised its prices, as it was.
        self._repriced: dict[str, Any] | None = None

    def close(self) -> None:
        self._ground.close()

    def improvise(self, seed: int, *, tell: bool = False) -> Walked:
        """The walk of a seed."""
        walker = Walker(seed)
        walk = Walk(
            seed=seed,
            starts=walker.dice.choice(STARTS),
            shop=walker.dice.randrange(len(KINDS)),
        )
        return self._walk(walk, pause=walker.pause, next_=walker.next, tell=tell)

    def play(self, walk: Walk) -> list[Violation]:
        """The same walk again, and which invariants it breaks."""
        return self.again(walk).violations

    def again(self, walk: Walk) -> Walked:
        left = list(reversed(walk.happenings))
        return self._walk(
            walk,
            pause=lambda: left[-1].after if left else 0,
            next_=lambda _view: left.pop() if left else None,
        )

    def _walk(
        self,
        walk: Walk,
        *,
        pause: Callable[[], float],
        next_: Callable[[View | None], Happening | None],
        tell: bool = False,
    ) -> Walked:
        house = self._opened(walk)
        witness = Witness()
        house.doors = replace(house.doors, rows=witnessed(house.doors.rows, witness))
        stage = play.Stage(
            house=house,
            shops={self._shop(walk).name: self._shop(walk)},
            standings=self._ground.standings,
            shopkeeper=self._ground.shopkeeper,
        )
        done: list[Happening] = []
        while True:
            after = pause()
            house.agenda.run_for(after)
            happening = next_(self._view())
            if happening is None:
                break
            done.append(replace(happening, after=after))
            if isinstance(happening, Reprices):
                self._raise_prices(walk)
            else:
                stage.play(len(done), _step(happening))
        house.agenda.run_for(SILENCE)
        walk = replace(walk, happenings=tuple(done))
        end = self._ending(walk, house, witness)
        violations = broken(end, INVARIANTS)
        story = stage.story(f"seed {walk.seed}") if violations or tell else None
        return Walked(
            walk=walk,
            end=end,
            violations=violations,
            transcript="\n".join(story.spoken()) if story else "",
        )

    def _opened(self, walk: Walk) -> ListeningHouse:
        """The shop as it was, and nobody there."""
        self._ground.clear()
        if self._repriced:
            self._ground.put(self._repriced)
            self._repriced = None
        random.seed(walk.seed)
        clock = VirtualClock(instant(walk.starts, after=VirtualClock().time))
        return self._ground.house(ListeningHouse, clock, StandInWhatsApp(clock), shops=[walk.shop])

    def _shop(self, walk: Walk) -> ShopFile:
        return self._ground.shops[walk.shop]

    def _raise_prices(self, walk: Walk) -> None:
        shop = self._shop(walk)
        own = {"workspace_id": str(shop.workspace_id), "phone_number_id": shop.phone_number_id}
        self._repriced = before = shop_file(**KINDS[walk.shop], **own)
        packs = [{**pack, "price": RAISED[pack["pack"]]} for pack in before["packs"]]
        self._ground.put({**before, "packs": packs})

    def _view(self) -> View | None:
        rows = self._ground.look(VIEW)
        if not rows:
            return None
        [row] = rows
        return View(
            mode=row["current_mode"],
            end=row["end_reason"],
            is_with_a_person=row["bot_state"] == "off",
        )

    def _ending(self, walk: Walk, house: ListeningHouse, witness: Witness) -> Ending:
        shop = self._shop(walk)
        return Ending(
            now=house.clock.time,
            witness=witness,
            delivered=house.whatsapp.delivered,
            mishaps=house.mishaps,
            accepted=frozenset(house.accepted),
            quiet_accounts=frozenset({shop.phone_number_id} if shop.quiet_hours_enabled else ()),
            rows=self._ground.rows(),
            said=[happening for happening in walk.happenings if isinstance(happening, Says)],
            intents=self._intents,
            packs={pack.pack: pack for pack in shop.packs},
            amounts={
                **{money(pack.price, pack.currency): pack.pack for pack in shop.packs},
                **{money(Decimal(price), "COP"): pack for pack, price in RAISED.items()},
            },
        )


def _step(happening: Says | Returns, *, at: str = "+0s") -> Step:
    if isinstance(happening, Returns):
        return Step(at=at, human="returns")
    return Step(at=at, customer=happening.text, sends=happening.sends)
