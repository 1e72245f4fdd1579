"""What a customer buys: one order per session, one line at its pack's price (decisions 16, 17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from morfx.domain.conversation import Pack
from morfx.domain.identifier import OrderId
from morfx.domain.order_standing import OrderStanding, OrderStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    id: OrderId
    status: OrderStatus
    pack: Pack
    #: Customer data by field name, as captured; what was refused is left out.
    delivery: Mapping[str, str]
    #: The same order as it was; None where there is none yet.
    before: OrderStanding | None = None
    #: What happened to it, for a person of the shop; None where nothing did.
    note: str | None = None

    @property
    def total(self) -> Decimal:
        """What the customer was quoted: the pack's price, whatever it holds."""
        return self.pack.price

    @property
    def recipient(self) -> str | None:
        given = (self.delivery.get("nombre"), self.delivery.get("apellido"))
        return " ".join(filter(None, given)) or None

    @property
    def address(self) -> str | None:
        """Street and barrio; the town stands beside it."""
        street, barrio = self.delivery.get("direccion"), self.delivery.get("barrio")
        return ", ".join(filter(None, (street, barrio and f"Barrio {barrio}"))) or None

    @property
    def city(self) -> str | None:
        return self.delivery.get("ciudad")

    @property
    def department(self) -> str | None:
        return self.delivery.get("departamento")

    @property
    def corrected(self) -> tuple[str, ...]:
        """Names of the customer data that differ from before."""
        known = self.before.delivery if self.before else self.delivery
        names = dict.fromkeys((*known, *self.delivery))
        return tuple(name for name in names if known.get(name) != self.delivery.get(name))
