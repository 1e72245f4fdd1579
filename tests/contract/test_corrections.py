"""What a customer says of the delivery reaches the order that is there already."""

import psycopg
import pytest
from psycopg.rows import DictRow

from tests.road import Road

AllRows = psycopg.Connection[DictRow]
PURCHASE = (
    "quiero 1 frasco",
    "Wilmer Rojas, 3044188304, carrera 77 # 62-60 barrio Centro, Medellín, wilmer@correo.co",
    "sí, confirmo",
)


@pytest.mark.parametrize(
    ("said", "town"),
    [
        ("mejor es para Ocaña", "Ocaña"),
        # Not understood besides, and which of two towns it is must be asked.
        ("qué horario de atención tienen\nmejor es para Ocaña", "Ocaña"),
        ("no, es para Rionegro", "Rionegro"),
    ],
)
def test_a_correction_reaches_the_order_whatever_the_rest_of_the_message_is(
    road: Road, all_rows: AllRows, said: str, town: str
) -> None:
    road.converse(*PURCHASE)

    road.converse(said)

    [order] = all_rows.execute(
        "SELECT status, ciudad FROM orders WHERE workspace_id = %s", [road.shop.workspace_id]
    ).fetchall()
    assert order == {"status": "confirmed", "ciudad": town}
