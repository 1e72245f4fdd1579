"""What a template may name of a conversation: the customer's data, what is missing, the pack."""

from collections.abc import Iterable, Mapping

from morfx.domain import phone
from morfx.domain.agent import Agent
from morfx.domain.completeness import missing, unanswered
from morfx.domain.comprehension import DECLINED
from morfx.domain.conversation import Shop
from morfx.domain.session import Session
from morfx.engine.composition import money, prices


def variables(agent: Agent, session: Session, shop: Shop) -> Mapping[str, str]:
    """By name: the shop's prices; each field that was given; ``nombre_completo`` and ``entrega``,
    what stands on a parcel; while something is missing ``faltantes``, all of it, and ``falta``, the
    first; of the chosen pack ``unidades`` and ``total``; of the latest order ``total_pedido``,
    ``etapa``, ``transportadora`` and ``guia``.
    """
    given = {name: value for name, value in session.data.items() if value != DECLINED}
    wanted = [
        *missing(agent.fields_of("required"), session.data),
        *unanswered(agent.fields_of("asked"), session.data),
    ]
    labels = [agent.fields[name].label for name in wanted]
    lacking = {"falta": labels[0].lower(), "faltantes": _listed(labels)} if labels else {}
    return {
        **prices(shop.packs),
        **_parcel(given),
        **lacking,
        **_pack(session, shop),
        **_order(session),
    }


def _parcel(given: Mapping[str, str]) -> Mapping[str, str]:
    """What was given, and the lines made of it; a line whose first part is missing is none."""
    said = dict(given)
    if "telefono" in said:
        said["telefono"] = phone.readable(said["telefono"])
    if "nombre" in said:
        said["nombre_completo"] = " ".join(filter(None, (said["nombre"], said.get("apellido"))))
    if "direccion" in said:
        barrio = f"barrio {said['barrio']}" if "barrio" in said else None
        said["entrega"] = ", ".join(filter(None, (said["direccion"], barrio, said.get("ciudad"))))
    return said


def _listed(labels: Iterable[str]) -> str:
    return "\n".join(f"• {label}" for label in labels)


def _pack(session: Session, shop: Shop) -> Mapping[str, str]:
    for pack in shop.packs:
        if pack.pack == session.state.pack_seleccionado:
            return {"unidades": str(pack.units), "total": money(pack.price, pack.currency)}
    return {}


def _order(session: Session) -> Mapping[str, str]:
    order = session.last_order
    if order is None:
        return {}
    known = {
        "total_pedido": money(order.total, order.currency),
        "etapa": order.stage,
        "transportadora": order.carrier,
        "guia": order.tracking_number,
    }
    return {name: value for name, value in known.items() if value}
