"""The order a session leads to, and what a person of the shop does with it afterwards."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from morfx.domain.comprehension import DECLINED
from morfx.domain.conversation import Reading
from morfx.domain.errors import AgentError
from morfx.domain.identifier import OrderId, StageId, UserId, WorkspaceId, new_id
from morfx.domain.order import Order
from morfx.domain.order_standing import OrderStatus, StageMeaning
from morfx.domain.session import Session
from morfx.domain.turn import DomainEvent, EventType
from morfx.ports import Clock, Orders

#: Customer data as a person of the shop reads its names.
NAMES: Mapping[str, str] = {
    "nombre": "nombre",
    "apellido": "apellido",
    "telefono": "teléfono",
    "ciudad": "ciudad",
    "departamento": "departamento",
    "direccion": "dirección",
    "barrio": "barrio",
    "correo": "correo",
    "indicaciones_extra": "indicaciones",
}

#: Why an order was not written, as a person of the shop reads it.
FAILURES: Mapping[str, str] = {
    "order_closed": "el pedido que ya tenía fue despachado o está cerrado",
    "no_stage": "el embudo de ventas no tiene una etapa para pedidos nuevos",
}

#: Characters of a customer's words that a note repeats.
MAX_QUOTE = 500


def order_of(
    session: Session, reading: Reading, *, status: OrderStatus, heard: str | None = None
) -> Order:
    """The order of the session's pack, for its data: the one it has already, else a new one. A
    confirmed order stays confirmed. ``heard``: the words that led to it.

    Raises AgentError where no pack is chosen, or one that the shop does not sell.
    """
    chosen = session.state.pack_seleccionado
    packs = [pack for pack in reading.shop.packs if pack.pack == chosen]
    if not packs:
        raise AgentError(f"no order without a pack of the shop: {chosen}")
    before = session.order
    order = Order(
        id=before.id if before else OrderId(new_id()),
        status="confirmed" if before and before.status == "confirmed" else status,
        pack=packs[0],
        delivery={name: value for name, value in session.data.items() if value != DECLINED},
        before=before,
    )
    return replace(order, note=_note(order, heard))


def events_of(order: Order) -> tuple[DomainEvent, ...]:
    """What happened to the order, with its id alone."""
    before = order.before
    confirmed = order.status == "confirmed" and (before is None or before.status != "confirmed")
    types: tuple[EventType | None, ...] = (
        None if before else "order.created",
        "order.confirmed" if confirmed else None,
        "order.updated" if _has_other_content(order) else None,
    )
    return tuple(
        DomainEvent(type=type_, payload={"order_id": str(order.id)}) for type_ in types if type_
    )


def unwritten(reason: str) -> str:
    """That the order could not be written and why, for the person who must do it."""
    why = FAILURES.get(reason, f"la base de datos lo rechazó ({reason})")
    return f"No se pudo registrar el pedido: {why}."


def move_order(
    order_id: OrderId,
    to: StageId | StageMeaning,
    *,
    workspace_id: WorkspaceId,
    by: UserId | None = None,
    orders: Orders,
    clock: Clock,
) -> None:
    """Put the order into a stage, or into the first of its pipeline that means this; its status
    follows. Where a person acts they must be a member of the workspace: orders.edit is every
    role's.

    Raises MalformedRequest where there is no such order or stage for them.
    """
    orders.move(order_id, to, workspace_id=workspace_id, by=by, now=clock.now())


def track_order(
    order_id: OrderId,
    *,
    carrier: str,
    tracking_number: str,
    workspace_id: WorkspaceId,
    by: UserId | None = None,
    orders: Orders,
    clock: Clock,
) -> None:
    """Note who carries the order and under which number. Raises MalformedRequest as above."""
    orders.track(
        order_id,
        carrier=carrier,
        tracking_number=tracking_number,
        workspace_id=workspace_id,
        by=by,
        now=clock.now(),
    )


def _note(order: Order, heard: str | None) -> str | None:
    happened = list(_happenings(order, heard))
    if not happened:
        return None
    quoted = [f"El cliente escribió: «{heard[:MAX_QUOTE]}»"] if heard else []
    return " ".join((*happened, *quoted))


def _happenings(order: Order, heard: str | None) -> Iterator[str]:
    before, pack = order.before, order.pack.pack
    if before is None and order.status == "provisional":
        silence = "" if heard else ": el cliente dejó de responder"
        yield f"Pedido provisional de {pack}{silence}."
    elif order.status == "confirmed" and (before is None or before.status != "confirmed"):
        yield f"Pedido confirmado de {pack}."
    elif order.status == "cancelled":
        yield "Pedido cancelado por el cliente."
    if before and before.pack != pack:
        yield f"Cambió de {before.pack} a {pack}."
    if order.corrected:
        yield f"Corrigió: {', '.join(NAMES[name] for name in order.corrected)}."


def _has_other_content(order: Order) -> bool:
    before = order.before
    if before is None:
        return False
    cancelled = order.status == "cancelled" != before.status
    other = (before.pack, before.total) != (order.pack.pack, order.total)
    return cancelled or other or bool(order.corrected)
