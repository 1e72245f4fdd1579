"""What models cost so far, by the ledger and by the totals that are kept with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
from psycopg.rows import DictRow

from tests.contract.test_bands import call, mind, read, rows
from tests.road import Road

AllRows = psycopg.Connection[DictRow]


def totals(all_rows: AllRows, road: Road, table: str, period: str) -> dict[date, Decimal]:
    query = psycopg.sql.SQL(
        "SELECT {period}, sum(cost) AS cost FROM {table} WHERE workspace_id = %s GROUP BY {period}"
    ).format(table=psycopg.sql.Identifier(table), period=psycopg.sql.Identifier(period))
    found = all_rows.execute(query, [road.shop.workspace_id]).fetchall()
    return {row[period]: row["cost"] for row in found}


def test_the_totals_are_kept_by_bogotas_days_and_months(road: Road, all_rows: AllRows) -> None:
    mind(road, read("precio", 95, calls=(call(10, cost="0.01"), call(10, cost="0.02"))))
    road.clock.time = datetime(2026, 12, 1, 4, 59, tzinfo=UTC)
    road.converse("precio")
    road.clock.time = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)
    road.converse("precio", "precio")

    spent = {date(2026, 11, 30): Decimal("0.03"), date(2026, 12, 1): Decimal("0.06")}
    assert totals(all_rows, road, "contact_spending", "day") == spent
    months = {date(2026, 11, 1): Decimal("0.03"), date(2026, 12, 1): Decimal("0.06")}
    assert totals(all_rows, road, "workspace_spending", "month") == months


def test_a_new_day_gives_a_contact_its_whole_cap_again(road: Road, all_rows: AllRows) -> None:
    all_rows.execute(
        "UPDATE workspace_agent_config SET contact_daily_cost_cap = 0.01 WHERE workspace_id = %s",
        [road.shop.workspace_id],
    )
    model = mind(road, read("precio", 95, calls=(call(10, cost="0.02"),)))
    road.converse("precio", "precio")
    road.clock.sleep(13 * 3600)
    road.converse("precio")

    assert len(model.asked) == 2


def test_customers_who_are_answered_at_once_add_up(
    road: Road, all_rows: AllRows, database_url: str
) -> None:
    def talk(customer: str) -> None:
        own = Road(database_url, road.shop)
        mind(own, read("precio", 95, calls=(call(10, cost="0.001"),)))
        for _ in range(5):
            own.write("precio", customer=customer)
            own.run_turns()
        own.database.close()

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(talk, [f"57300111000{number}" for number in range(4)]))

    ledger = sum(row["cost"] for row in rows(all_rows, road, "model_calls"))
    assert ledger == Decimal("0.020")
    assert sum(totals(all_rows, road, "workspace_spending", "month").values()) == ledger
    assert sum(totals(all_rows, road, "contact_spending", "day").values()) == ledger
