"""What a template may name of a conversation: the customer's data, what is missing, the pack."""

from collections.abc import Mapping

from morfx.domain.agent import Agent
from morfx.domain.completeness import missing, unanswered
from morfx.domain.comprehension import DECLINED
from morfx.domain.conversation import Shop
from morfx.domain.session import Session
from morfx.engine.composition import money


def variables(agent: Agent, session: Session, shop: Shop) -> Mapping[str, str]:
    """By name: each field that was given, ``faltantes`` while something is missing, and of the
    chosen pack ``unidades`` and ``total``."""
    given = {name: value for name, value in session.data.items() if value != DECLINED}
    wanted = [
        *missing(agent.fields_of("required"), session.data),
        *unanswered(agent.fields_of("asked"), session.data),
    ]
    listed = "\n".join(f"• {agent.fields[name].label}" for name in wanted)
    return {**given, **({"faltantes": listed} if listed else {}), **_pack(session, shop)}


def _pack(session: Session, shop: Shop) -> Mapping[str, str]:
    for pack in shop.packs:
        if pack.pack == session.state.pack_seleccionado:
            return {"unidades": str(pack.units), "total": money(pack.price, pack.currency)}
    return {}
