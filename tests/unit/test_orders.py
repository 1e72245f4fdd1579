"""What an order says of itself, and of how it came about."""

from dataclasses import replace
from decimal import Decimal

import pytest

from morfx.crm.orders import FAILURES, NAMES, events_of, unwritten
from morfx.domain.completeness import FIELDS
from morfx.domain.conversation import Pack
from morfx.domain.identifier import OrderId, new_id
from morfx.domain.order import Order
from morfx.domain.order_standing import OrderStanding, OrderStatus, StageMeaning
from tests.standing import ANA, standing

TWO = Pack(pack="2x", product="ELIXIR", units=2, price=Decimal(109_900), currency="COP")


def order(
    before: OrderStanding | None = None, status: OrderStatus = "confirmed", **data: str
) -> Order:
    return Order(
        id=OrderId(new_id()), status=status, pack=TWO, delivery={**ANA, **data}, before=before
    )


def with_data(data: dict[str, str]) -> Order:
    return replace(order(), delivery=ANA | data)


def test_a_pack_costs_its_price_however_many_units_it_holds() -> None:
    assert order().total == Decimal(109_900)


@pytest.mark.parametrize(
    ("data", "address"),
    [
        ({}, "Calle 5 # 3-20"),
        ({"barrio": "Granada"}, "Calle 5 # 3-20, Barrio Granada"),
        ({"direccion": "", "barrio": "Granada"}, "Barrio Granada"),
    ],
)
def test_an_address_is_street_and_barrio(data: dict[str, str], address: str) -> None:
    assert with_data(data).address == address


def test_a_recipient_may_have_one_name_or_none() -> None:
    assert order().recipient == "Ana"
    assert order(apellido="Gómez").recipient == "Ana Gómez"
    assert order(nombre="").recipient is None


@pytest.mark.parametrize(
    ("changed", "types"),
    [
        (order(), ["order.created", "order.confirmed"]),
        (order(status="provisional"), ["order.created"]),
        (order(standing("provisional")), ["order.confirmed"]),
        (order(standing("provisional"), "provisional"), []),
        (order(standing()), []),
        (order(standing(pack="1x")), ["order.updated"]),
        (order(standing(), direccion="Calle 6"), ["order.updated"]),
        (order(standing(barrio="Granada")), ["order.updated"]),
        (order(standing("provisional", pack="1x")), ["order.confirmed", "order.updated"]),
    ],
    ids=str,
)
def test_what_happened_is_told_with_the_orders_id_alone(changed: Order, types: list[str]) -> None:
    told = events_of(changed)
    assert [event.type for event in told] == types
    assert all(event.payload == {"order_id": str(changed.id)} for event in told)


@pytest.mark.parametrize(
    ("status", "meaning", "may_change"),
    [
        ("confirmed", "new", True),
        ("confirmed", "open", True),
        ("provisional", "unconfirmed", True),
        ("confirmed", None, True),
        ("confirmed", "shipped", False),
        ("confirmed", "won", False),
        ("cancelled", "lost", False),
        ("cancelled", None, False),
    ],
)
def test_an_order_changes_until_it_leaves_or_is_over(
    status: OrderStatus, meaning: StageMeaning | None, may_change: bool
) -> None:
    found = standing(status, meaning)
    assert found.may_change == may_change
    assert found.has_left == (meaning in ("shipped", "won"))


def test_every_field_has_a_name_for_people() -> None:
    assert set(NAMES) == set(FIELDS)


@pytest.mark.parametrize("reason", [*FAILURES, "orders_total_check"])
def test_why_an_order_could_not_be_written_is_a_sentence(reason: str) -> None:
    told = unwritten(reason)
    assert told.startswith("No se pudo registrar el pedido: ")
    assert FAILURES.get(reason, reason) in told
