"""What a person who takes over must know before reading the conversation (decision 23)."""

from morfx.domain.agent import Agent
from morfx.domain.completeness import missing
from morfx.domain.comprehension import DECLINED
from morfx.domain.conversation import Shop
from morfx.domain.order_standing import OrderStatus
from morfx.domain.session import Session
from morfx.engine.composition import money

_ORDERS: dict[OrderStatus | None, str] = {
    None: "Sin pedido todavía.",
    "provisional": "Tiene un pedido provisional.",
    "confirmed": "Tiene un pedido confirmado.",
    "cancelled": "Su pedido se canceló.",
}


def brief(agent: Agent, session: Session, shop: Shop) -> str:
    """In Spanish, a line each: what they want, the order, their data, what it lacks, and the
    summary of what was said longer ago."""
    given = [value for value in session.data.values() if value != DECLINED]
    lacking = [
        agent.fields[name].label for name in missing(agent.fields_of("required"), session.data)
    ]
    lines = (
        _wanted(session, shop),
        _ORDERS[session.order.status if session.order else None],
        f"Datos: {' · '.join(given)}" if given else "Sin datos.",
        f"Falta: {', '.join(lacking)}" if lacking else None,
        session.state.summary,
    )
    return "\n".join(line for line in lines if line)


def _wanted(session: Session, shop: Shop) -> str:
    for pack in shop.packs:
        if pack.pack == session.state.pack_seleccionado:
            return f"Quiere {pack.units} × {pack.product} por {money(pack.price, pack.currency)}."
    return "No ha elegido promoción."
