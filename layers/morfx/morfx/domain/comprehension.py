"""What a customer's unread messages mean."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class IntentReading:
    intent: str
    #: 0-100.
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Comprehension:
    #: In the order said, greeting first. Empty: nothing that asks for an answer was understood.
    intents: tuple[IntentReading, ...]
    #: Which adapter understood it.
    source: str
    #: Why nothing needs an answer, where nothing does.
    silence_reason: str | None = None
