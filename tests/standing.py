"""An order as a turn finds it."""

from datetime import UTC, datetime
from decimal import Decimal

from morfx.domain.identifier import OrderId, SessionId, new_id
from morfx.domain.order_standing import OrderStanding, OrderStatus, StageMeaning

ANA = {"nombre": "Ana", "ciudad": "Cali", "direccion": "Calle 5 # 3-20"}


def standing(
    status: OrderStatus = "confirmed",
    meaning: StageMeaning | None = "new",
    pack: str = "2x",
    session_id: SessionId | None = None,
    tracking: tuple[str, str] | None = None,
    **data: str,
) -> OrderStanding:
    """``tracking``: carrier and number."""
    carrier, number = tracking or (None, None)
    return OrderStanding(
        id=OrderId(new_id()),
        session_id=session_id or SessionId(new_id()),
        status=status,
        stage=meaning,
        meaning=meaning,
        pack=pack,
        total=Decimal("109900.00"),
        currency="COP",
        carrier=carrier,
        tracking_number=number,
        delivery={**ANA, **data},
        created_at=datetime.now(UTC),
    )
