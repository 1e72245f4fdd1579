"""What a customer buys: one order per session, one line at its pack's price (decisions 16, 17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from morfx.domain.conversation import Pack
from morfx.domain.session import OrderStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    status: OrderStatus
    pack: Pack
    #: Customer data by field name, as captured; what was refused is left out.
    delivery: Mapping[str, str]

    @property
    def total(self) -> Decimal:
        """What the customer was quoted: the pack's price, whatever it holds."""
        return self.pack.price
