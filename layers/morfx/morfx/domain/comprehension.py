"""What a customer's unread messages mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

MessageClass = Literal["datos", "pregunta", "mixto", "irrelevante"]

#: Past turns that a model is told word for word; what is older is in the summary.
TOLD = 20

#: A field the customer refuses to give.
DECLINED = "N/A"


@dataclass(frozen=True, kw_only=True, slots=True)
class IntentReading:
    intent: str
    #: 0-100.
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PastTurn:
    role: Literal["user", "assistant", "system"]
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What a message must be read against."""

    mode: str
    #: The last thing the customer was told, which a bare "sí" answers.
    last_bot: str | None = None
    #: Oldest first, at most those to be told.
    history: tuple[PastTurn, ...] = ()
    summary: str | None = None
    known_fields: Mapping[str, str] = field(default_factory=dict)
    pack: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelCall:
    """One call of a model, for the ledger."""

    #: "summary", "comprehension", "second_model", "second_look", "repair" or "orchestrator".
    component: str
    #: "anthropic" or "bedrock".
    provider: str
    model: str
    #: "ok" or the error predicate: saturation, timeout, billing, capacity, schema, refusal,
    #: max_tokens, empty, invalid, unavailable, authentication. A call that was never started, so
    #: that nobody waits for a dead provider, says why: breaker_open, no_time.
    outcome: str
    milliseconds: int
    #: Uncached input.
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    #: USD, from the dated price file.
    cost: Decimal = Decimal(0)

    @property
    def tokens(self) -> int:
        """What counts against a session's budget."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, kw_only=True, slots=True)
class Comprehension:
    message_class: MessageClass
    #: At most two, in the order said, greeting first. Empty: nothing asks for an answer.
    intents: tuple[IntentReading, ...] = ()
    #: What else it may have meant, likeliest first.
    alternatives: tuple[IntentReading, ...] = ()
    #: Normalised customer data by field name (nombre, apellido, telefono, ciudad, departamento,
    #: direccion, barrio, correo, indicaciones_extra); DECLINED where refused.
    fields: Mapping[str, str] = field(default_factory=dict)
    pack: str | None = None
    wants_human: bool = False
    #: 0-100 that this reading is right as a whole: it decides the band.
    confidence: float = 0.0
    #: Which adapter understood it: "offline", "claude:<model>", "scripted".
    source: str
    calls: tuple[ModelCall, ...] = ()
