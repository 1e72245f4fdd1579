"""The order a session leads to."""

from morfx.domain.comprehension import DECLINED
from morfx.domain.conversation import Shop
from morfx.domain.errors import AgentError
from morfx.domain.order import Order
from morfx.domain.session import OrderStatus, Session


def order_of(session: Session, shop: Shop, *, status: OrderStatus) -> Order:
    """The order of the session's pack, for its data. Raises AgentError where no pack is chosen,
    or one that the shop does not sell."""
    chosen = session.state.pack_seleccionado
    packs = [pack for pack in shop.packs if pack.pack == chosen]
    if not packs:
        raise AgentError(f"no order without a pack of the shop: {chosen}")
    delivery = {name: value for name, value in session.data.items() if value != DECLINED}
    return Order(status=status, pack=packs[0], delivery=delivery)
