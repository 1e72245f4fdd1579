"""What tests of orders do and look at: one customer of one road, who buys."""

from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import DictRow

from morfx.agents.somnio import SOMNIO
from morfx.crm.orders import move_order
from morfx.domain.conversation import Reading
from morfx.domain.identifier import OrderId, StageId, TurnId, new_id
from morfx.domain.order_standing import OrderStanding
from morfx.domain.turn import TurnCommit
from morfx.engine.decision import answer
from tests.road import Road

AllRows = psycopg.Connection[DictRow]

DATA = "Ana Gómez, 3109998877, Calle 5 # 3-20 barrio Granada, Cali, ana@correo.co"
CHOICES = {"1x": "quiero 1 frasco", "2x": "quiero 2 frascos", "3x": "quiero 3 frascos"}


def rows(all_rows: AllRows, road: Road, table: str) -> list[DictRow]:
    order = "occurred_at" if table == "domain_events" else "created_at"
    query = sql.SQL("SELECT * FROM {} WHERE workspace_id = %s ORDER BY {}").format(
        sql.Identifier(table), sql.Identifier(order)
    )
    return all_rows.execute(query, [road.shop.workspace_id]).fetchall()


def only(all_rows: AllRows, road: Road, table: str) -> DictRow:
    [row] = rows(all_rows, road, table)
    return row


def stage(all_rows: AllRows, road: Road) -> tuple[str, str]:
    """Name and meaning of the stage of the only order."""
    [row] = all_rows.execute(
        "SELECT name, meaning FROM orders JOIN pipeline_stages ON pipeline_stages.id = stage_id"
        " WHERE orders.workspace_id = %s",
        [road.shop.workspace_id],
    )
    return row["name"], row["meaning"]


def stages(all_rows: AllRows, road: Road) -> dict[str, StageId]:
    return {row["name"]: StageId(row["id"]) for row in rows(all_rows, road, "pipeline_stages")}


def events(all_rows: AllRows, road: Road) -> list[str]:
    happened = [
        row for row in rows(all_rows, road, "domain_events") if row["type"].startswith("order.")
    ]
    assert all(set(row["payload"]) <= {"order_id", "stage_id"} for row in happened)
    return [row["type"] for row in sorted(happened, key=lambda row: row["id"])]


def notes(all_rows: AllRows, road: Road) -> list[str]:
    return [row["content"] for row in sorted(rows(all_rows, road, "notes"), key=lambda r: r["id"])]


def plan(road: Road, text: str) -> TurnCommit:
    """What the turn of this text would commit, having claimed the conversation."""
    road.write(text)
    [woken] = road.wakes()
    now = road.clock.now()
    reading = road.turns.claim(woken, turn_id=TurnId(new_id()), now=now)
    assert isinstance(reading, Reading)
    return answer(reading, agent=SOMNIO, mind=road.mind, known={}, now=now)


def last_order(road: Road) -> OrderStanding | None:
    turn = plan(road, "hola")
    road.turns.release(turn.reading)
    return turn.reading.last_order


def move(road: Road, order_id: UUID, to: object, **more: object) -> None:
    move_order(
        OrderId(order_id),
        to,  # type: ignore[arg-type]
        **{  # type: ignore[arg-type]
            "workspace_id": road.shop.workspace_id,
            "orders": road.rows.orders,
            "clock": road.clock,
            **more,
        },
    )
