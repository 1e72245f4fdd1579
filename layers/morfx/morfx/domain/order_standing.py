"""How a customer's order stands, as whoever answers them must know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from morfx.domain.identifier import OrderId, SessionId

#: ``provisional``: a timer made it and a person will confirm it with the customer.
OrderStatus = Literal["provisional", "confirmed", "cancelled"]

#: What a stage of a pipeline is, whatever the shop calls it: ``unconfirmed`` a person must ask the
#: customer, ``new`` and ``open`` the shop has it, ``shipped`` it has left, ``won`` and ``lost`` it
#: is over.
StageMeaning = Literal["unconfirmed", "new", "open", "shipped", "won", "lost"]

#: Where an order is not changed any more.
CLOSED: frozenset[StageMeaning] = frozenset({"shipped", "won", "lost"})

#: What the stage means that an order of this status is put into.
STAGES: Mapping[OrderStatus, StageMeaning] = {
    "provisional": "unconfirmed",
    "confirmed": "new",
    "cancelled": "lost",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderStanding:
    id: OrderId
    session_id: SessionId
    status: OrderStatus
    #: The stage as the shop calls it; None of an order that was never put into one.
    stage: str | None
    meaning: StageMeaning | None
    pack: str | None
    total: Decimal
    currency: str
    #: Who carries it and under which number, once a person has said so.
    carrier: str | None = None
    tracking_number: str | None = None
    #: Customer data by field name, as captured.
    delivery: Mapping[str, str]
    created_at: datetime

    @property
    def has_left(self) -> bool:
        return self.meaning in ("shipped", "won")

    @property
    def may_change(self) -> bool:
        """Whether the customer may still correct it."""
        return self.status != "cancelled" and self.meaning not in CLOSED
