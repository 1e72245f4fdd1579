"""What models cost so far, by the ledger and by the totals that are kept with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import psycopg
import pytest
from psycopg.rows import DictRow

from local import costs
from morfx.domain.shop import ShopFile
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


@pytest.mark.parametrize(
    ("view", "lines"),
    [
        ("turn_costs", [(1, 10, 5), (1, 10, 5), (1, 10, 5)]),
        ("session_costs", [(1, 10, 5), (2, 20, 10)]),
        ("contact_costs", [(1, 10, 5), (2, 20, 10)]),
        ("daily_costs", [(1, 10, 5), (2, 20, 10)]),
        ("workspace_costs", [(3, 30, 15)]),
    ],
)
def test_cost_is_told_by_turn_session_contact_day_and_workspace_to_whom_it_concerns(
    road: Road,
    onboard_shop: "partial[ShopFile]",
    database_url: str,
    view: str,
    lines: list[tuple[int, ...]],
) -> None:
    for other, customers in ((onboard_shop(), "1"), (road.shop, "112")):
        there = Road(database_url, other)
        mind(there, read("precio", 95, calls=(call(10, cost="0.005"),)))
        for customer in customers:
            there.write("precio", customer=f"57300111000{customer}")
            there.run_turns()
            there.clock.sleep(6 * 3600)
        there.database.close()

    query = psycopg.sql.SQL("SELECT calls, input_tokens, cost * 1000 AS cost FROM {} ORDER BY cost")
    with road.database.transaction(road.shop.workspace_id) as connection:
        told = connection.execute(query.format(psycopg.sql.Identifier(view))).fetchall()
    assert [tuple(line.values()) for line in told] == lines


def test_the_house_prints_all_accounts(
    road: Road, superuser_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    mind(road, read("precio", 95, calls=(call(12345, cost="900"),)))
    road.converse("precio")
    with psycopg.connect(superuser_url) as connection:
        costs.show(connection)

    printed = capsys.readouterr().out
    assert str(road.shop.workspace_id) in printed
    assert "12345" in printed
    assert [line.split()[0] for line in printed.splitlines() if line.endswith("USD")] == [
        "workspace", "day", "contact", "session", "turn",
    ]  # fmt: skip
