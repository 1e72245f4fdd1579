"""A shop's change of price or text is heard at once; who was told a price keeps it."""

from decimal import Decimal
from typing import Any

import psycopg
from psycopg.rows import DictRow

from tests.conftest import onboard, shop_file
from tests.road import Road

AllRows = psycopg.Connection[DictRow]
DATA = "Ana Ruiz, 3001112233, Calle 5 # 3-20 barrio Granada, Cali, ana@correo.co"


def change(road: Road, database_url: str, *, price_of_two: str, greeting: str) -> None:
    """The owner hands the shop's file over again."""
    file: dict[str, Any] = shop_file()
    for pack in file["packs"]:
        if pack["pack"] == "2x":
            pack["price"] = price_of_two
    for template in file["templates"]:
        if (template["intent"], template["visit_type"]) == ("hola", "primera_vez"):
            template["content"] = greeting if template["orden"] == 0 else "¿Qué deseas?"
    own = {
        "workspace_id": str(road.shop.workspace_id),
        "phone_number_id": road.shop.phone_number_id,
    }
    road.shop = onboard(database_url, **{**file, **own})


def test_a_new_price_and_a_new_text_are_said_from_the_next_message_on(
    road: Road, database_url: str
) -> None:
    change(road, database_url, price_of_two="119900", greeting="¡Buenas!")

    greeting, promotions = road.converse("hola", "qué promociones tienes?")

    assert greeting.startswith("¡Buenas!")
    assert "$119.900" in promotions
    assert "$35.900" in promotions  # what it saves, now
    assert "$109.900" not in promotions


def test_who_was_told_a_price_buys_at_it(road: Road, database_url: str, all_rows: AllRows) -> None:
    road.converse("cuánto vale?")
    change(road, database_url, price_of_two="119900", greeting="¡Buenas!")

    *_, summary = road.converse("quiero el de 2", DATA)
    road.converse("sí, confirmo")

    assert "$109.900" in summary
    [order] = all_rows.execute(
        "SELECT total FROM orders WHERE workspace_id = %s", [road.shop.workspace_id]
    ).fetchall()
    assert order["total"] == Decimal("109900.00")


def test_a_price_that_was_told_holds_as_long_as_the_session(road: Road, database_url: str) -> None:
    road.converse("cuánto vale?")
    change(road, database_url, price_of_two="119900", greeting="¡Buenas!")
    [same_session] = road.converse("qué promociones tienes?")
    road.clock.sleep(25 * 3600)
    [next_session] = road.converse("qué promociones tienes?")

    assert "$109.900" in same_session
    assert "$119.900" in next_session
