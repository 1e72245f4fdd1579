"""What an agent remembers of a conversation between two messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from morfx.domain.completeness import inferred
from morfx.domain.comprehension import DECLINED
from morfx.domain.identifier import AgentId, SessionId
from morfx.domain.order_standing import OrderStanding

SessionStatus = Literal["active", "paused", "closed", "handed_off"]
EndReason = Literal["won", "lost", "idle", "handoff", "manual"]

#: What may still become something.
LIVE: frozenset[SessionStatus] = frozenset({"active", "paused"})

#: A session without activity for this long has ended (decision 9).
IDLE_AFTER = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class IntentSeen:
    intent: str
    #: 1-based, in the order seen; goes on counting past sightings that are forgotten.
    orden: int
    timestamp: datetime
    #: The newest message it was seen in. A turn that is put back makes its messages unread again,
    #: and what was seen in them is seen anew.
    seq: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionState:
    #: Oldest first, of each intent at most the newest three.
    intents_vistos: tuple[IntentSeen, ...] = ()
    #: Texts the provider accepted (engine/variation); only sending adds to it.
    templates_enviados: tuple[str, ...] = ()
    #: What the customer said, nothing inferred: a corrected ciudad takes its departamento along.
    datos_capturados: Mapping[str, str] = field(default_factory=dict)
    pack_seleccionado: str | None = None
    #: Pack → price the customer was told: it holds as long as the session.
    cotizado: Mapping[str, Decimal] = field(default_factory=dict)
    proactive_started_at: datetime | None = None
    first_data_at: datetime | None = None
    min_data_at: datetime | None = None
    ofrecer_promos_at: datetime | None = None
    #: What the last answer asked, so that a bare "sí" can be read against it.
    pending_question: str | None = None
    #: What models are told of the last session and of turns that are too long ago.
    summary: str | None = None
    #: The turn up to which the summary has been made.
    summarised_to: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    id: SessionId
    agent_id: AgentId
    #: Rises by one with every write; 0 has not been written yet.
    version: int
    status: SessionStatus
    mode: str
    last_activity_at: datetime
    state: SessionState
    end_reason: EndReason | None = None
    #: Tokens of all model calls so far.
    tokens_used: int = 0
    #: Turns so far, the customer's and ours.
    turns: int = 0
    #: What the shop knew of the customer before they said it: the number they write from.
    known_before: Mapping[str, str] = field(default_factory=dict)
    #: Its order or, where it has none, the customer's latest.
    last_order: OrderStanding | None = None

    @property
    def order(self) -> OrderStanding | None:
        """Its own order (decision 17)."""
        last = self.last_order
        return last if last and last.session_id == self.id else None

    @property
    def data(self) -> Mapping[str, str]:
        """The customer's data, said or known before, and the departamento that follows from it.

        Refusing to say what is known before does not make it unknown.
        """
        said = {
            name: value
            for name, value in self.state.datos_capturados.items()
            if value != DECLINED or name not in self.known_before
        }
        return inferred({**self.known_before, **said})

    def is_idle(self, now: datetime) -> bool:
        return now - self.last_activity_at >= IDLE_AFTER
