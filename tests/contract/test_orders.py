"""Orders: one a session, complete, in a stage a person sees, and known to the next turn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from threading import Barrier
from uuid import uuid4

import psycopg
import pytest

from morfx.adapters.postgres.commit import order_parameters
from morfx.adapters.postgres.connection import Database
from morfx.adapters.postgres.turns import TURNS
from morfx.crm.orders import track_order
from morfx.domain.errors import MalformedRequest
from morfx.domain.identifier import OrderId, UserId, new_id
from morfx.domain.timer import Timer
from tests.orders import (
    CHOICES,
    DATA,
    AllRows,
    events,
    last_order,
    move,
    notes,
    only,
    plan,
    rows,
    stage,
    stages,
)
from tests.road import Road

# -- what is written ------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", CHOICES)
def test_an_order_is_one_line_at_the_price_that_was_quoted(
    road: Road, all_rows: AllRows, pack: str
) -> None:
    road.converse("quiero comprar", DATA)
    summary = " ".join(road.converse(CHOICES[pack]))
    road.converse("sí, confirmo")

    order, line = only(all_rows, road, "orders"), only(all_rows, road, "order_products")
    [product] = [row for row in rows(all_rows, road, "products") if row["id"] == line["product_id"]]
    assert order["total"] == line["price"] == product["price"]
    assert f"${order['total']:,.0f}".replace(",", ".") in summary
    assert (line["pack"], line["sku"]) == (pack, product["sku"])


def test_an_order_says_where_it_goes_and_what_whoever_delivers_must_know(
    bought: Road, all_rows: AllRows
) -> None:
    order = only(all_rows, bought, "orders")

    assert order["shipping_address"] == "Calle 5 # 3-20, Barrio Granada"
    assert (order["shipping_city"], order["shipping_department"]) == ("Cali", "Valle del Cauca")
    assert order["telefono"].endswith("3109998877")
    assert order["description"] == order["indicaciones_extra"]
    assert order["carrier"] is order["tracking_number"] is None


def test_the_contact_is_described_by_the_order_and_stays_who_they_are(
    bought: Road, all_rows: AllRows
) -> None:
    contact = only(all_rows, bought, "contacts")

    assert contact["name"] == "Ana Gómez"
    assert contact["email"] == "ana@correo.co"
    assert contact["address"] == "Calle 5 # 3-20, Barrio Granada"
    assert (contact["city"], contact["department"]) == ("Cali", "Valle del Cauca")
    # Who writes is not whoever's number was dictated.
    assert contact["phone"] == "+573001112233"


def test_what_an_order_leaves_out_takes_nothing_from_the_contact(
    road: Road, all_rows: AllRows
) -> None:
    road.converse("hola")
    all_rows.execute(
        "UPDATE contacts SET email = 'vieja@correo.co' WHERE workspace_id = %s",
        [road.shop.workspace_id],
    )
    road.converse("quiero comprar", "Ana Gómez, 3109998877, Calle 5 # 3-20, Cali, no tengo correo")
    road.converse("quiero 1 frasco", "sí, confirmo")

    assert only(all_rows, road, "orders")["correo"] is None
    assert only(all_rows, road, "contacts")["email"] == "vieja@correo.co"


def test_a_confirmed_order_is_new_tagged_noted_and_told(bought: Road, all_rows: AllRows) -> None:
    assert stage(all_rows, bought) == ("Nuevo pedido", "new")
    [tag] = all_rows.execute(
        "SELECT name FROM order_tags JOIN tags ON tags.id = tag_id"
        " WHERE order_tags.workspace_id = %s",
        [bought.shop.workspace_id],
    )
    assert tag["name"] == "WPP"
    assert notes(all_rows, bought) == [
        "Pedido confirmado de 2x. El cliente escribió: «sí, confirmo»"
    ]
    assert events(all_rows, bought) == ["order.created", "order.confirmed"]


def test_a_correction_changes_the_one_order_and_is_kept_beside_what_was(
    bought: Road, all_rows: AllRows
) -> None:
    before = only(all_rows, bought, "orders")
    bought.converse("perdón, la dirección es Carrera 10 # 20-30")

    after = only(all_rows, bought, "orders")
    assert after["id"] == before["id"]
    assert after["direccion"] == "Carrera 10 # 20-30"
    assert stage(all_rows, bought) == ("Nuevo pedido", "new")
    assert events(all_rows, bought)[2:] == ["order.updated"]
    [_, note] = notes(all_rows, bought)
    assert note.startswith("Corrigió: dirección. El cliente escribió: «perdón")
    [created, updated] = [
        row for row in rows(all_rows, bought, "activity") if row["order_id"] == after["id"]
    ]
    assert (created["action"], updated["action"]) == ("created", "updated")
    assert updated["changes"]["direccion"] == ["Calle 5 # 3-20", "Carrera 10 # 20-30"]
    assert "total" not in updated["changes"]


def test_saying_the_same_again_changes_notes_and_tells_nothing(
    bought: Road, all_rows: AllRows
) -> None:
    told = events(all_rows, bought)
    bought.converse("la dirección es Calle 5 # 3-20")

    assert events(all_rows, bought) == told
    assert len(notes(all_rows, bought)) == 1


def let_silence_order(road: Road, all_rows: AllRows) -> None:
    [row] = [row for row in rows(all_rows, road, "timers") if row["status"] == "armed"]
    timer = Timer(**{name: row[name] for name in Timer.__dataclass_fields__})
    road.clock.time = timer.due_at.astimezone(UTC)
    assert road.expire(timer) == "expired"
    road.run_turns()
    road.send_all()


def test_a_provisional_order_waits_for_a_person_until_the_customer_confirms_it(
    summed_up: Road, all_rows: AllRows
) -> None:
    let_silence_order(summed_up, all_rows)
    first = only(all_rows, summed_up, "orders")
    assert (first["status"], *stage(all_rows, summed_up)) == (
        "provisional", "Falta confirmar", "unconfirmed",
    )  # fmt: skip

    summed_up.converse("mejor quiero 3 frascos", "sí, confirmo")

    order = only(all_rows, summed_up, "orders")
    assert (order["id"], order["status"], int(order["total"])) == (
        first["id"], "confirmed", 139_900,
    )  # fmt: skip
    assert stage(all_rows, summed_up) == ("Nuevo pedido", "new")
    assert events(all_rows, summed_up) == ["order.created", "order.updated", "order.confirmed"]
    assert notes(all_rows, summed_up) == [
        "Pedido provisional de 2x: el cliente dejó de responder.",
        "Cambió de 2x a 3x. El cliente escribió: «mejor quiero 3 frascos»",
        "Pedido confirmado de 3x. El cliente escribió: «sí, confirmo»",
    ]
    changes = [row["changes"] for row in rows(all_rows, summed_up, "activity")]
    assert any(change.get("pack") == ["2x", "3x"] for change in changes)
    assert len(rows(all_rows, summed_up, "order_tags")) == 1


def test_a_provisional_order_that_the_customer_does_not_want_is_cancelled_where_people_see_it(
    summed_up: Road, all_rows: AllRows
) -> None:
    let_silence_order(summed_up, all_rows)
    summed_up.converse("no, ya no me interesa")

    assert only(all_rows, summed_up, "orders")["status"] == "cancelled"
    assert stage(all_rows, summed_up) == ("Cancelado", "lost")
    assert events(all_rows, summed_up) == ["order.created", "order.updated"]
    assert notes(all_rows, summed_up)[1].startswith("Pedido cancelado por el cliente.")


def test_a_stage_that_a_person_chose_stays_when_the_customer_corrects_their_data(
    bought: Road, all_rows: AllRows
) -> None:
    order = only(all_rows, bought, "orders")
    move(bought, order["id"], stages(all_rows, bought)["Confirmado"])
    bought.converse("la dirección es Carrera 10 # 20-30")

    assert stage(all_rows, bought) == ("Confirmado", "open")
    assert only(all_rows, bought, "orders")["direccion"] == "Carrera 10 # 20-30"


def test_many_writers_at_once_make_one_order_with_one_line(
    summed_up: Road, all_rows: AllRows, database_url: str
) -> None:
    turn = plan(summed_up, "sí, confirmo")
    assert turn.order
    assert turn.session
    parameters = order_parameters(turn, turn.order)
    start = Barrier(8)

    def place(_: int) -> None:
        database = Database(database_url)
        mine = parameters | {"order_id": new_id(), "note_id": new_id()}
        start.wait()
        with database.batch(summed_up.shop.workspace_id) as connection:
            connection.execute(TURNS["place_order"], mine)
        database.close()

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(place, range(8)))

    only(all_rows, summed_up, "orders")
    only(all_rows, summed_up, "order_products")
    assert len(rows(all_rows, summed_up, "order_tags")) == 1


# -- what is read ---------------------------------------------------------------------------------


def test_a_turn_reads_how_the_customers_latest_order_stands(bought: Road) -> None:
    order = last_order(bought)

    assert order
    assert (order.status, order.stage, order.meaning) == ("confirmed", "Nuevo pedido", "new")
    assert (order.pack, int(order.total), order.currency) == ("2x", 109_900, "COP")
    assert order.delivery["direccion"] == "Calle 5 # 3-20"
    assert order.may_change
    assert not order.has_left


def test_an_order_is_still_known_in_the_next_session_and_is_not_that_sessions_own(
    bought: Road, all_rows: AllRows
) -> None:
    bought.clock.sleep(2 * 24 * 3600)
    bought.converse("hola")
    turn = plan(bought, "quiero comprar")

    assert turn.session
    assert turn.reading.last_order
    assert turn.reading.last_order.pack == "2x"
    assert turn.session.order is None


def test_a_tracking_number_is_read_by_the_next_turn(bought: Road, all_rows: AllRows) -> None:
    order_id = only(all_rows, bought, "orders")["id"]
    bought.doors.ship(
        OrderId(order_id),
        workspace_id=bought.shop.workspace_id,
        carrier="Envía",
        tracking_number="0145",
    )
    order = last_order(bought)

    assert order
    assert (order.carrier, order.tracking_number) == ("Envía", "0145")
    assert order.has_left
    assert not order.may_change
    assert events(all_rows, bought)[2:] == ["order.updated", "order.updated"]


# -- what a person does ---------------------------------------------------------------------------


def test_the_status_follows_the_stage(bought: Road, all_rows: AllRows) -> None:
    order_id = only(all_rows, bought, "orders")["id"]
    seen = []
    for meaning in ("unconfirmed", "open", "lost", "won"):
        move(bought, order_id, meaning)
        seen.append(only(all_rows, bought, "orders")["status"])

    assert seen == ["provisional", "confirmed", "cancelled", "confirmed"]
    assert events(all_rows, bought)[2:].count("order.confirmed") == 2


def member(all_rows: AllRows, road: Road) -> UserId:
    person = UserId(uuid4())
    all_rows.execute(
        "INSERT INTO workspace_members (workspace_id, user_id, role) VALUES (%s, %s, 'agent')",
        [road.shop.workspace_id, person],
    )
    return person


def test_a_member_moves_an_order_and_the_history_says_who(bought: Road, all_rows: AllRows) -> None:
    person = member(all_rows, bought)
    order_id = only(all_rows, bought, "orders")["id"]
    move(bought, order_id, "shipped", by=person)

    assert stage(all_rows, bought) == ("En camino", "shipped")
    assert rows(all_rows, bought, "activity")[-1]["user_id"] == person


def test_nobody_moves_an_order_of_a_workspace_that_is_not_theirs(
    bought: Road, all_rows: AllRows
) -> None:
    order_id = only(all_rows, bought, "orders")["id"]
    with pytest.raises(MalformedRequest, match="no such order"):
        move(bought, order_id, "shipped", by=UserId(uuid4()))
    with pytest.raises(MalformedRequest, match="no such order"):
        move(bought, order_id, "shipped", workspace_id=uuid4())
    with pytest.raises(MalformedRequest, match="no such order"):
        track_order(
            OrderId(order_id),
            carrier="Envía",
            tracking_number="1",
            workspace_id=bought.shop.workspace_id,
            by=UserId(uuid4()),
            orders=bought.rows.orders,
            clock=bought.clock,
        )

    assert stage(all_rows, bought) == ("Nuevo pedido", "new")


def test_an_order_does_not_go_into_a_stage_that_is_not_there(
    bought: Road, all_rows: AllRows
) -> None:
    with pytest.raises(MalformedRequest, match="stage"):
        move(bought, only(all_rows, bought, "orders")["id"], uuid4())


# -- tasks ----------------------------------------------------------------------------------------


def test_a_task_is_about_one_thing(bought: Road, all_rows: AllRows) -> None:
    order = only(all_rows, bought, "orders")
    with pytest.raises(psycopg.errors.CheckViolation):
        all_rows.execute(
            "INSERT INTO tasks (id, workspace_id, conversation_id, order_id, title, reason)"
            " VALUES (%s, %s, %s, %s, 'x', 'x')",
            [uuid4(), order["workspace_id"], order["conversation_id"], order["id"]],
        )
