"""An order that cannot be written: nothing of its turn is kept, and nobody is told that it was."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from morfx.domain.errors import OrderNotWritten, Unavailable
from tests.orders import AllRows, events, move, only, plan, rows
from tests.road import Road


@pytest.mark.parametrize("meaning", ["shipped", "won", "lost"])
def test_an_order_that_meanwhile_has_left_or_is_over_is_not_changed(
    bought: Road, all_rows: AllRows, meaning: str
) -> None:
    turn = plan(bought, "la dirección es Carrera 10 # 20-30")
    move(bought, only(all_rows, bought, "orders")["id"], meaning)
    before = {
        table: rows(all_rows, bought, table)
        for table in ("orders", "order_products", "notes", "messages", "agent_sessions", "contacts")
    }

    with pytest.raises(OrderNotWritten) as refusal:
        bought.turns.commit(turn)

    assert refusal.value.reason == "order_closed"
    assert {table: rows(all_rows, bought, table) for table in before} == before


def test_a_person_who_ships_while_the_customer_corrects_wins(
    bought: Road, all_rows: AllRows
) -> None:
    turn = plan(bought, "la dirección es Carrera 10 # 20-30")
    move(bought, only(all_rows, bought, "orders")["id"], "shipped")

    with pytest.raises(OrderNotWritten):
        bought.turns.commit(turn)
    assert only(all_rows, bought, "orders")["direccion"] == "Calle 5 # 3-20"


@pytest.fixture
def refuse(superuser_url: str, road: Road) -> Iterator[Callable[[str, str], None]]:
    """Lets a table of this shop refuse every row, in these words."""
    tables: list[sql.Identifier] = []
    with psycopg.connect(superuser_url, autocommit=True) as connection:

        def refuse(table: str, using: str) -> None:
            tables.append(sql.Identifier(table))
            connection.execute(
                sql.SQL(
                    "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql"
                    " AS $$ BEGIN RAISE EXCEPTION 'no' {}; END $$"
                ).format(sql.SQL(using))
            )
            connection.execute(
                sql.SQL(
                    "CREATE TRIGGER refuse BEFORE INSERT ON {} FOR EACH ROW"
                    " WHEN (NEW.workspace_id = {}) EXECUTE FUNCTION refuse()"
                ).format(tables[-1], sql.Literal(road.shop.workspace_id))
            )

        yield refuse
        for table in tables:
            connection.execute(sql.SQL("DROP TRIGGER refuse ON {}").format(table))
        connection.execute("DROP FUNCTION IF EXISTS refuse")


def assert_told_honestly(road: Road, all_rows: AllRows, said: list[str], why: str) -> None:
    assert "no pude dejar registrado tu pedido" in said[0]
    assert said[1].startswith("Dame un momento")
    assert not any("confirmado" in text for text in said)
    assert only(all_rows, road, "conversations")["bot_state"] == "off"
    task = only(all_rows, road, "tasks")
    assert task["reason"] == "order_failed"
    assert task["detail"].startswith(f"No se pudo registrar el pedido: {why}")
    assert "Quiere 2 × ELIXIR DEL SUEÑO por $109.900." in task["detail"]
    assert "Calle 5 # 3-20" in task["detail"]
    assert "Cliente: sí, confirmo" in task["detail"]
    session = only(all_rows, road, "agent_sessions")
    assert (session["status"], session["current_mode"]) == ("handed_off", "resumen")


@pytest.mark.parametrize(
    ("table", "using", "why"),
    [
        ("orders", "", "la base de datos lo rechazó (P0001)"),
        (
            "orders",
            "USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_limit'",
            "la base de datos lo rechazó (orders_limit)",
        ),
        ("order_products", "USING ERRCODE = 'unique_violation'", "la base de datos lo rechazó"),
        ("order_tags", "", "la base de datos lo rechazó (P0001)"),
        ("notes", "", "la base de datos lo rechazó (P0001)"),
    ],
)
def test_an_order_that_cannot_be_written_is_not_announced_and_a_person_is_told_which(
    summed_up: Road,
    all_rows: AllRows,
    refuse: Callable[[str, str], None],
    table: str,
    using: str,
    why: str,
) -> None:
    refuse(table, using)
    said = summed_up.converse("sí, confirmo")

    assert_told_honestly(summed_up, all_rows, said, why)
    assert rows(all_rows, summed_up, "orders") == []
    assert events(all_rows, summed_up) == []


def test_a_pipeline_without_a_stage_for_new_orders_is_told_honestly(
    summed_up: Road, all_rows: AllRows
) -> None:
    all_rows.execute(
        "DELETE FROM pipeline_stages WHERE workspace_id = %s AND meaning = 'new'",
        [summed_up.shop.workspace_id],
    )
    said = summed_up.converse("sí, confirmo")

    assert_told_honestly(summed_up, all_rows, said, "el embudo de ventas no tiene una etapa")
    assert rows(all_rows, summed_up, "orders") == []


def test_a_failure_of_something_else_is_no_failure_of_the_order(
    summed_up: Road, all_rows: AllRows, refuse: Callable[[str, str], None]
) -> None:
    refuse("turn_proofs", "")
    summed_up.write("sí, confirmo")
    [woken] = summed_up.wakes()

    with pytest.raises(psycopg.errors.RaiseException):
        summed_up.turn(woken)
    assert rows(all_rows, summed_up, "tasks") == []


def test_a_passing_fault_while_the_order_is_written_goes_back_to_the_queue(
    summed_up: Road, all_rows: AllRows, refuse: Callable[[str, str], None]
) -> None:
    refuse("orders", "USING ERRCODE = 'deadlock_detected'")
    summed_up.write("sí, confirmo")
    [woken] = summed_up.wakes()

    with pytest.raises(Unavailable):
        summed_up.turn(woken)
    assert rows(all_rows, summed_up, "tasks") == []


def test_models_are_not_asked_again_for_an_order_that_failed(
    summed_up: Road, refuse: Callable[[str, str], None]
) -> None:
    heard: list[object] = []
    offline = summed_up.mind.offline

    class Counting:
        def comprehend(self, texts: object, context: object) -> object:
            heard.append(texts)
            return offline.comprehend(texts, context)  # type: ignore[arg-type]

    summed_up.mind = replace(summed_up.mind, offline=Counting())  # type: ignore[arg-type]
    refuse("orders", "")
    summed_up.converse("sí, confirmo")

    assert len(heard) == 1
