"""What an agent can understand, as its declaration says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: Customer data as written to customer data as stored, by field name. What it cannot make sense
#: of it leaves out.
Normaliser = Callable[[Mapping[str, str]], Mapping[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    #: The system prompt of the agent's intent detector: who the shop is, how its customers talk.
    instructions: str
    #: Intent → what a customer means by it.
    intents: Mapping[str, str]
    #: Field of customer data → what belongs into it.
    fields: Mapping[str, str]
    #: The packs a customer may choose.
    packs: tuple[str, ...] = ()
