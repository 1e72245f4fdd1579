"""A customer with a temper, who says something at random that fits where the sale stands."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from morfx.agents.somnio.declaration import (
    BOUGHT,
    CHOICES,
    COLLECTING,
    INFORMS,
    OFFERING,
    SUMMING_UP,
    TALKING,
)
from morfx.simulator.customer import Sends
from tests.walk.person import PIECES, Person, born
from tests.walk.phrases import phrases


@dataclass(frozen=True, kw_only=True, slots=True)
class Says:
    #: Seconds since what happened before.
    after: float
    text: str
    sends: Sends = "text"
    #: Intents it was written for, where that is known.
    means: tuple[str, ...] = ()
    #: Customer data in it, as it is to be kept.
    gives: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Returns:
    """A person gives the conversation back."""

    after: float


@dataclass(frozen=True, slots=True)
class Reprices:
    """The shop asks other prices from now on."""

    after: float


Happening = Says | Returns | Reprices


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What a customer can tell from what they were told."""

    mode: str
    #: Why the last session ended.
    end: str | None
    is_with_a_person: bool


#: How often something is said, by mode.
WEIGHTS: Mapping[str, Mapping[str, float]] = {
    TALKING: {
        "greet": 4,
        "ask": 14,
        "ask again": 2,
        "buy": 9,
        "choose": 3,
        "give it all": 2,
        "give a piece": 2,
        "see packs": 3,
        "say yes": 4,
        "say no": 1,
        "hesitate": 1,
        "lose interest": 1,
    },
    COLLECTING: {
        "give it all": 8,
        "give a piece": 16,
        "mix": 1,
        "ask": 4,
        "ask again": 1,
        "choose": 2,
        "buy": 1,
        "see packs": 1,
        "refuse": 1,
        "say yes": 1,
        "hesitate": 1,
        "lose interest": 0.5,
    },
    OFFERING: {
        "choose": 14,
        "say yes": 2,
        "ask": 4,
        "ask again": 1,
        "see packs": 2,
        "give a piece": 2,
        "correct": 1,
        "confirm": 1,
        "hesitate": 2,
        "say no": 1,
        "lose interest": 1,
    },
    SUMMING_UP: {
        "confirm": 10,
        "say yes": 6,
        "ask": 3,
        "choose": 3,
        "correct": 4,
        "mix": 1,
        "see packs": 1,
        "say no": 1,
        "hesitate": 2,
        "lose interest": 1,
    },
    BOUGHT: {
        "thank": 8,
        "ask": 5,
        "ask again": 1,
        "correct": 3,
        "choose": 1,
        "buy": 1,
        "confirm": 2,
        "say yes": 1,
        "complain": 1,
        "lose interest": 1,
        "hesitate": 0.5,
    },
}
#: … and anywhere.
ANYWHERE: Mapping[str, float] = {
    "thank": 1.5,
    "babble": 0.8,
    "ask two things": 0.5,
    "ask for a person": 0.15,
    "send a picture": 0.4,
    "send a voice note": 0.4,
    "react": 0.3,
    "opt out": 0.05,
}
#: What each temper does more of, and less.
TEMPERS: Mapping[str, Mapping[str, float]] = {
    "eager": {"buy": 3, "give it all": 3, "give a piece": 2, "confirm": 2, "ask": 0.4},
    "curious": {"ask": 3, "ask again": 3, "ask two things": 4},
    "careful": {"hesitate": 4, "correct": 3, "say no": 3, "choose": 1.5},
    "rough": {"babble": 5, "complain": 4, "send a voice note": 4, "refuse": 4, "lose interest": 2},
}
#: Seconds between two messages: typing on, chatting, away for a while, for hours, for days.
PAUSES: tuple[tuple[float, float, float], ...] = (
    (12, 0.2, 0.9),
    (66, 3, 40),
    (12, 60, 500),
    (6, 600, 3000),
    (2, 2 * 3600, 20 * 3600),
    (2, 24.5 * 3600, 40 * 3600),
)


class Walker:
    """Whoever walks: the same seed says the same wherever the sale stands the same."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a walk is to be told again
        self._temper = TEMPERS[self.dice.choice(list(TEMPERS))]
        self._person, self._other = born(self.dice), born(self.dice)
        self._left = self.dice.choice((3, 6, 9, 12, 12, 15, 18, 24))
        self._reprices = self.dice.random() < 0.3
        self._asked: str | None = None
        self._given: set[str] = set()
        self._acts: Mapping[str, Callable[[str], Says]] = {
            "greet": lambda mode: self._phrase("hola", mode),
            "ask": self._ask,
            "ask again": self._ask_again,
            "ask two things": lambda mode: self._phrase("dos cosas", mode),
            "buy": lambda mode: self._phrase("captura_datos_si_compra", mode),
            "choose": lambda mode: self._phrase(self.dice.choice(list(CHOICES)), mode),
            "see packs": lambda mode: self._phrase(
                "info_promociones" if mode in (TALKING, COLLECTING) else "ofrecer_promos", mode
            ),
            "give it all": lambda _mode: self._said(
                self._person.whole(self.dice), gives=self._person.known
            ),
            "give a piece": lambda _mode: self._piece(self._person),
            "correct": self._correct,
            "mix": lambda mode: self._phrase("mixto", mode),
            "refuse": lambda _mode: self._said(
                self.dice.choice(("no tengo correo", "el barrio no lo sé", "no doy mi teléfono"))
            ),
            "confirm": lambda mode: self._phrase("compra_confirmada", mode),
            "say yes": lambda _mode: self._said(
                self.dice.choice(("sí", "si", "ok", "dale", "listo", "👍", "si por favor", "bueno"))
            ),
            "say no": lambda _mode: self._said(self.dice.choice(("no", "nop", "no todavía"))),
            "hesitate": lambda mode: self._phrase("no_confirmado", mode),
            "lose interest": lambda mode: self._phrase("no_interesa", mode),
            "thank": lambda mode: self._phrase("nada", mode),
            "babble": lambda mode: self._phrase("disparate", mode),
            "complain": lambda mode: self._phrase("persona", mode),
            "ask for a person": lambda mode: self._phrase("persona", mode),
            "send a picture": lambda _mode: self._said("", sends="image"),
            "send a voice note": lambda _mode: self._said("", sends="audio"),
            "react": lambda _mode: self._said("👍", sends="reaction"),
            "opt out": lambda _mode: self._said("no me escriban más"),
        }

    def pause(self) -> float:
        """How long until the next thing happens."""
        [(_, shortest, longest)] = self.dice.choices(PAUSES, [pause[0] for pause in PAUSES])
        return round(self.dice.uniform(shortest, longest), 1)

    def next(self, view: View | None) -> Happening | None:
        """What happens now; None: nothing any more."""
        self._left -= 1
        if view and view.mode == BOUGHT and view.end is None:
            self._left = min(self._left, 4)
        if self._left < 0:
            return None
        if self._reprices and view and view.mode in (OFFERING, SUMMING_UP):
            self._reprices = False
            return Reprices(0)
        if view and view.is_with_a_person:
            return self._while_a_person_answers()
        mode = view.mode if view and view.end is None else TALKING
        if view is None and self.dice.random() < 0.6:
            return self._acts["greet"](mode)
        likely = {**ANYWHERE, **WEIGHTS[mode]}
        weights = [weight * self._temper.get(act, 1) for act, weight in likely.items()]
        [act] = self.dice.choices(list(likely), weights)
        return self._acts[act](mode)

    def _while_a_person_answers(self) -> Happening | None:
        if self.dice.random() < 0.4:
            return Returns(0)
        self._left = min(self._left, 1)
        return self._phrase("nada", TALKING)

    def _said(
        self,
        text: str,
        *,
        sends: Sends = "text",
        means: tuple[str, ...] = (),
        gives: Mapping[str, str] | None = None,
    ) -> Says:
        return Says(after=0, text=text, sends=sends, means=means, gives=gives or {})

    def _phrase(self, purpose: str, mode: str) -> Says:
        phrase = self.dice.choice(phrases(purpose, mode))
        return self._said(phrase.text, means=phrase.means, gives=phrase.gives)

    def _ask(self, mode: str) -> Says:
        self._asked = self.dice.choice(sorted(INFORMS))
        return self._phrase(self._asked, mode)

    def _ask_again(self, mode: str) -> Says:
        return self._phrase(self._asked, mode) if self._asked else self._ask(mode)

    def _piece(self, who: Person) -> Says:
        """Something that was not given yet; where a town lies only after the town."""
        left = [field for field in PIECES if field not in self._given]
        if "ciudad" not in self._given:
            left.remove("departamento")
        field = self.dice.choice(left or PIECES)
        self._given.add(field)
        known = {name: value for name, value in who.known.items() if name == field}
        return self._said(who.piece(field, self.dice), gives=known)

    def _correct(self, mode: str) -> Says:
        """Now it is to go to somebody else, or elsewhere."""
        self._person, self._other = self._other, self._person
        self._given.clear()
        said = self._piece(self._person)
        return replace(said, text=f"{self.dice.choice(('mejor', 'perdón,', 'no,'))} {said.text}")
