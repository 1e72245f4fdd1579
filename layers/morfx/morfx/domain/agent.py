"""An agent as data, with the one small pure policy that data cannot say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from morfx.domain.comprehension import Comprehension
from morfx.domain.conversation import Shop
from morfx.domain.identifier import AgentId
from morfx.domain.session import Session
from morfx.domain.turn import Decision

Band = Literal["proceed", "reanalyze", "clarify", "handoff"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelSettings:
    """How one component asks a model."""

    #: A name of domain/language_models.json; empty takes the component's default.
    model: str = ""
    system_prompt: str
    max_tokens: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """From which confidence (0-100) each band begins (facts/agent.md §1.9)."""

    proceed: float = 85
    reanalyze: float = 60
    clarify: float = 40
    handoff: float = 0

    def band(self, confidence: float) -> Band:
        if confidence >= self.proceed:
            return "proceed"
        if confidence >= self.reanalyze:
            return "reanalyze"
        return "clarify" if confidence >= self.clarify else "handoff"


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    #: For the model: what the customer means.
    meaning: str
    #: For the customer, on a reply button: at most 20 characters (WhatsApp's limit).
    label: str
    #: Name of the shop's texts that answer it.
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One piece of customer data."""

    #: For the model: what belongs into it.
    meaning: str
    #: For the customer, in a list of what is missing.
    label: str
    #: ``required`` for an order; ``asked`` for, and an order goes without; ``taken`` when given.
    need: Literal["required", "asked", "taken"] = "taken"


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUp:
    """What an agent does about silence on one level of timer/LEVELS."""

    #: The state in which the level may hold.
    waits_in: str
    #: Name of the texts said when the timer runs out, unless the agent's ``on_silence`` decides.
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Speech:
    """Names of the texts an agent needs that answer no intent."""

    #: Nothing certain was understood.
    clarification: str
    #: Only pictures, voice or the like came.
    unreadable: str
    #: An order could not be written; said before the shop's own words of handing over. An agent
    #: that makes no orders needs none.
    order_failed: str | None = None
    #: Whatever there was to say has been said; without one, or after it, a person takes over.
    repeated: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Agent:
    id: AgentId
    name: str
    description: str
    intent_detector: ModelSettings
    orchestrator: ModelSettings
    tools: tuple[str, ...] = ()
    states: tuple[str, ...]
    initial_state: str
    #: State → the states it may change to; a state may always stay.
    transitions: Mapping[str, frozenset[str]]
    thresholds: Thresholds = field(default_factory=Thresholds)
    #: Tokens one session may use (facts/agent.md §1.7).
    token_budget: int = 50_000
    intents: Mapping[str, Intent]
    #: Customer data by name.
    fields: Mapping[str, Field] = field(default_factory=dict)
    #: The packs a customer may choose.
    packs: tuple[str, ...] = ()
    speech: Speech
    #: Names of further texts its policy says.
    policy_texts: frozenset[str] = frozenset()
    #: Level → what is done when a timer of it runs out.
    timers: Mapping[int, FollowUp] = field(default_factory=dict)
    #: What to answer: itself, the state, what was understood and the shop's data give a decision.
    decide: "Callable[[Agent, Session, Comprehension, Shop], Decision]"
    #: What to do when a timer of a level runs out; None says the follow-up's texts.
    on_silence: "Callable[[Agent, Session, int, Shop], Decision] | None" = None

    @property
    def texts(self) -> frozenset[str]:
        """Names under which a shop must have texts for the agent to speak."""
        answers = {intent.answer for intent in self.intents.values()}
        some = filter(None, (self.speech.repeated, self.speech.order_failed))
        speech = {self.speech.clarification, self.speech.unreadable, *some}
        follow_ups = {follow_up.says for follow_up in self.timers.values()}
        return frozenset(answers | speech | follow_ups | self.policy_texts)

    def answer_to(self, name: str) -> str:
        """Name of the texts that answer an intent; a name of texts is its own."""
        return self.intents[name].answer if name in self.intents else name

    def fields_of(self, *needs: str) -> tuple[str, ...]:
        """Names of the fields that are ``required``, ``asked`` or ``taken``, as declared."""
        return tuple(name for name, field in self.fields.items() if field.need in needs)
