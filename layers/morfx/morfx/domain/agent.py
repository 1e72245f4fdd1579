"""An agent as data, with the two small pure policies that data cannot say."""

from collections.abc import Callable
from dataclasses import dataclass

from morfx.domain.comprehension import Comprehension
from morfx.domain.conversation import Shop
from morfx.domain.identifier import AgentId
from morfx.domain.session import Session
from morfx.domain.timer import Timer
from morfx.domain.turn import Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class Agent:
    id: AgentId
    name: str
    description: str
    initial_mode: str
    #: Mode → the modes it may change to; a mode may always stay.
    transitions: dict[str, frozenset[str]]
    #: Names under which a shop must have texts for it to speak.
    texts: frozenset[str]
    #: What to answer: state, what was understood and the shop's data give a decision.
    decide: Callable[[Session, Comprehension, Shop], Decision]
    #: What to say when a timer of this session ran out.
    on_expiry: Callable[[Session, Timer, Shop], Decision]
