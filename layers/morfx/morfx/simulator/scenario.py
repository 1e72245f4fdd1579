"""A scenario as its file says it: shops, and who does what when, and what must follow."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from morfx.domain.comprehension import Comprehension, IntentReading, MessageClass
from morfx.domain.errors import MalformedRequest
from morfx.simulator.agenda import VirtualClock
from morfx.simulator.calendar import duration, instant
from morfx.simulator.customer import Sends

HumanAct = Literal[
    "takes over",
    "mutes for an hour",
    "returns",
    "switches off",
    "switches on",
    "opts out",
    "ships the order",
]
ProviderAct = Literal["rejects", "is away", "loses its answer", "delivered", "read", "failed"]

#: What a step may be; exactly one.
ACTORS = ("customer", "human", "provider", "clock", "house", "expect")


def _instant(text: str) -> str:
    instant(text, after=VirtualClock().time)
    return text


def _duration(text: str) -> str:
    duration(text)
    return text


def _listed(value: object) -> object:
    """One text is a list of one; "nothing" is a list of none."""
    if value == "nothing":
        return []
    return [value] if isinstance(value, str) else value


When = Annotated[str, AfterValidator(_instant)]
Span = Annotated[str, AfterValidator(_duration)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Understood(_Part):
    """How a model reads a message, instead of the offline reader."""

    message_class: MessageClass = Field("pregunta", alias="class")
    #: Intent → confidence, 0-100.
    intents: dict[str, float] = {}
    alternatives: dict[str, float] = {}
    fields: dict[str, str] = {}
    pack: str | None = None
    wants_human: bool = False
    #: Of the whole; by default that of the least sure intent.
    confidence: float | None = None

    def comprehension(self) -> Comprehension:
        sure = min(self.intents.values(), default=95.0)
        return Comprehension(
            message_class=self.message_class,
            intents=_readings(self.intents),
            alternatives=_readings(self.alternatives),
            fields=self.fields,
            pack=self.pack,
            wants_human=self.wants_human,
            confidence=sure if self.confidence is None else self.confidence,
            source="scripted",
        )


class Expectation(_Part):
    """What must be so by now. What was said counts from the expectation before this one."""

    #: Parts of texts, each in some message the customer got.
    said: Texts | None = None
    #: Parts of texts, in the order in which the customer read them.
    in_order: Texts | None = None
    #: Parts of texts that no message has.
    not_said: Texts | None = None
    #: How many messages the customer got.
    messages: int | None = None
    #: On the last message the customer got.
    buttons: Texts | None = None
    #: How the bubbles promised meanwhile stand: "sent", "cancelled: newer_inbound" …
    bubbles: Texts | None = None
    mode: str | None = None
    #: Customer data that must be known, by field.
    data: dict[str, str] | None = None
    pack: str | None = None
    #: As "confirmed 2x 109900", the oldest first.
    orders: Texts | None = None
    #: Names of the stages they stand in, in the same order.
    stages: Texts | None = None
    bot: Literal["on", "muted", "off"] | None = None
    #: Armed timers by level: L0 …
    timers: Texts | None = None
    #: How timers have ended, the oldest first: "L0 expired" …
    ended_timers: Texts | None = None
    #: Why the last turn said nothing.
    silence: str | None = None
    #: Why the newest session ended; "no" where it lives.
    end: str | None = None
    #: Reasons of the tasks left for a person.
    tasks: Texts | None = None


class Step(_Part):
    #: When; without it, once everything before has come to rest.
    at: When | None = None
    #: A customer's text, caption or emoji.
    customer: str | None = None
    sends: Sends = "text"
    #: Which customer; for an expectation and a person's act too.
    by: str = "Ana"
    #: The shop written to, by its name in the file.
    to: str = ""
    understood: Understood | None = None
    human: HumanAct | None = None
    provider: ProviderAct | None = None
    #: So long nothing happens but what is due.
    clock: Span | None = None
    house: Literal["restarts"] | None = None
    expect: Expectation | None = None

    @model_validator(mode="after")
    def _one_actor(self) -> "Step":
        named = [actor for actor in ACTORS if getattr(self, actor) is not None]
        if len(named) != 1:
            raise ValueError(f"a step is one of {', '.join(ACTORS)}; this is {named or 'none'}")
        if self.understood and self.customer is None:
            raise ValueError("only a customer's words can be understood")
        return self


class Scenario(_Part):
    #: What it shows, in a sentence.
    title: str
    starts: When = "viernes 12:00"
    #: Shops by name, each with what differs from the shop file at hand; the first is written to.
    shops: Annotated[dict[str, dict[str, object]], Field(min_length=1)] = {"somnio": {}}
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _known_shops(self) -> "Scenario":
        for place, step in enumerate(self.steps, 1):
            if step.to and step.to not in self.shops:
                raise ValueError(f"step {place}: to: no shop is called {step.to!r}")
        return self

    def start(self) -> datetime:
        return instant(self.starts, after=VirtualClock().time)


def read(document: object, *, name: str) -> Scenario:
    """The scenario in a parsed file; raise MalformedRequest naming file, step and field."""
    try:
        return Scenario.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        where = _place(first["loc"])
        raise MalformedRequest(": ".join(filter(None, (name, where, reason)))) from error


def _place(path: tuple[int | str, ...]) -> str:
    """ "step 3: expect.said": steps are counted as a reader counts them."""
    if len(path) > 1 and path[0] == "steps":
        field = ".".join(map(str, path[2:]))
        return f"step {int(path[1]) + 1}" + (f": {field}" if field else "")
    return ".".join(map(str, path))


def _readings(named: Mapping[str, float]) -> tuple[IntentReading, ...]:
    return tuple(
        IntentReading(intent=intent, confidence=confidence) for intent, confidence in named.items()
    )
