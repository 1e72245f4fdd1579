"""What may happen to a conversation, drawn from a seed: a story is a tuple of happenings, and any
of them can be left out."""

import random
from dataclasses import dataclass
from typing import Literal

from morfx.simulator.customer import Sends
from morfx.simulator.scenario import HumanAct

SHOPS, CUSTOMERS = 2, 2

#: What people write: questions, a purchase, data, small talk, refusals, a wish for a person.
TEXTS = (
    "hola",
    "qué precio tiene?",
    "quiero comprar",
    "me llamo Ana Ruiz, de Cali",
    "mi celular es 3001112233",
    "Calle 10 # 5-20 barrio Centro",
    "y eso cómo se toma?",
    "ok gracias",
    "quiero 2 frascos",
    "hacen envíos?",
    "no me interesa",
    "quiero hablar con una persona",
    "asdf qwer",
)

#: Bogotá: noon; just before quiet hours; a Sunday night; just before sessions are closed.
STARTS = ("viernes 12:00", "viernes 18:50", "domingo 20:55", "sábado 1:50")


@dataclass(frozen=True, kw_only=True, slots=True)
class Says:
    at: float
    customer: int
    shop: int
    text: str
    sends: Sends = "text"
    #: Seconds until the webhook hears of it; more than one: it is told again.
    deliveries: tuple[float, ...] = (0,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Acts:
    """A person of the shop does something about a customer, or about the whole shop."""

    at: float
    customer: int
    shop: int
    act: HumanAct


@dataclass(frozen=True, kw_only=True, slots=True)
class Restarts:
    """Everything stands still for a while, and executions are lost."""

    at: float
    down: float


@dataclass(frozen=True, slots=True)
class Crashes:
    """The process dies at this call or statement of the whole story, or just after it."""

    point: int
    after: bool


@dataclass(frozen=True, slots=True)
class Pauses:
    """This call takes so long, and the world goes on meanwhile."""

    point: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Fails:
    """WhatsApp's answer to the n-th send, and how long it takes to come."""

    send: int
    how: Literal["away", "throttled", "rejects", "loses request", "loses answer"]
    seconds: float


@dataclass(frozen=True, slots=True)
class Mistimes:
    """The n-th execution of a timer."""

    start: int
    how: Literal["lost", "late", "early", "twice"]
    seconds: float


@dataclass(frozen=True, slots=True)
class Redelivers:
    """The queue does not hear that the n-th wake was done with."""

    wake: int


@dataclass(frozen=True, slots=True)
class Reports:
    """WhatsApp tells how the n-th message it took has fared."""

    message: int
    status: Literal["sent", "delivered", "read", "failed"]
    delay: float


Happening = Says | Acts | Restarts | Crashes | Pauses | Fails | Mistimes | Redelivers | Reports


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    seed: int
    starts: str
    happenings: tuple[Happening, ...]

    def without(self, index: int) -> "Story":
        rest = (*self.happenings[:index], *self.happenings[index + 1 :])
        return Story(seed=self.seed, starts=self.starts, happenings=rest)

    def __str__(self) -> str:
        lines = "\n".join(f"  {happening}" for happening in self.happenings)
        return f"{self.starts}\n{lines}"


def draw(seed: int) -> Story:
    """The story of a seed."""
    dice = random.Random(seed)  # noqa: S311 - a story is to be told again
    said = _conversation(dice)
    return Story(
        seed=seed,
        starts=dice.choice(STARTS),
        happenings=(*said, *_people(dice, said), *_troubles(dice)),
    )


def _conversation(dice: random.Random) -> list[Says]:
    at, told = 0.0, []
    shop, customer = dice.randrange(SHOPS), dice.randrange(CUSTOMERS)
    for _ in range(dice.choice((1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 6))):
        if dice.random() < 0.15:
            shop, customer = dice.randrange(SHOPS), dice.randrange(CUSTOMERS)
        kind: Sends = dice.choice(("text",) * 12 + ("image", "reaction"))
        text = dice.choice(TEXTS) if kind == "text" else ""
        told.append(
            Says(
                at=round(at, 1),
                customer=customer,
                shop=shop,
                text=text,
                sends=kind,
                deliveries=_deliveries(dice),
            )
        )
        at += _gap(dice)
    return told


def _gap(dice: random.Random) -> float:
    """Seconds until the customer writes again: typing on, answering, coming back."""
    scale = dice.choice((1, 3, 3, 10, 10, 60, 700))
    return dice.uniform(0, scale) + (86_400 if dice.random() < 0.02 else 0)


def _deliveries(dice: random.Random) -> tuple[float, ...]:
    if dice.random() < 0.8:
        return (0,)
    return tuple(round(dice.uniform(0, 8), 1) for _ in range(dice.choice((1, 2, 2, 3))))


def _people(dice: random.Random, said: list[Says]) -> list[Happening]:
    """What people of the shop do, mostly while an answer is under way."""
    happenings: list[Happening] = []
    if dice.random() < 0.35:
        acts: tuple[HumanAct, ...] = ("takes over", "opts out", "switches off")
        act, about = dice.choice(acts), dice.choice(said)
        at = about.at + dice.uniform(0.5, dice.choice((5, 5, 650)))
        who = {"customer": about.customer, "shop": about.shop}
        happenings.append(Acts(at=round(at, 1), act=act, **who))
        back: dict[HumanAct, HumanAct] = {"takes over": "returns", "switches off": "switches on"}
        if act in back and dice.random() < 0.4:
            later = round(at + dice.uniform(0, 60), 1)
            happenings.append(Acts(at=later, act=back[act], **who))
    if dice.random() < 0.1:
        at = round(said[-1].at + dice.uniform(0, dice.choice((5, 650))), 1)
        down = round(dice.choice((0, 30, 600, 24.5 * 3600)), 1)
        happenings.append(Restarts(at=at, down=down))
    return happenings


def _troubles(dice: random.Random) -> list[Happening]:
    troubles: list[Happening] = []
    for _ in range(dice.choice((0, 1, 1, 2, 3))):
        point = int(2 ** dice.uniform(0, 7))
        troubles.append(
            Crashes(point, dice.random() < 0.5)
            if dice.random() < 0.5
            else Pauses(point, round(dice.uniform(0, 12), 1))
        )
    if dice.random() < 0.35:
        ways = ("away", "away", "throttled", "rejects", "loses request", "loses answer")
        slow = round(dice.choice((0, dice.uniform(0, 8))), 1)
        troubles.append(Fails(dice.randint(1, 4), dice.choice(ways), slow))  # type: ignore[arg-type]
    if dice.random() < 0.3:
        how = dice.choice(("lost", "late", "early", "twice"))
        troubles.append(
            Mistimes(dice.randint(1, 3), how, round(dice.uniform(0, 90), 1))  # type: ignore[arg-type]
        )
    if dice.random() < 0.2:
        troubles.append(Redelivers(dice.randint(1, 5)))
    if dice.random() < 0.4:
        status = dice.choice(("sent", "delivered", "read", "failed"))
        troubles.append(
            Reports(dice.randint(1, 4), status, round(dice.uniform(0, 90), 1))  # type: ignore[arg-type]
        )
    return troubles
