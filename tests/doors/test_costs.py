"""What a turn may cost, in counts: no machine makes these smaller or larger."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx.domain.shop import ShopFile
from tests.load.doors import Doors
from tests.load.meter import Cost, Meter
from tests.load.wire import Wire

Rows = psycopg.Connection[DictRow]


@pytest.fixture
def wire(database_url: str) -> Iterator[Wire]:
    with Wire(database_url) as wire:
        yield wire


@pytest.fixture
def doors(environment: None, wire: Wire, shop: ShopFile, monkeypatch: pytest.MonkeyPatch) -> Doors:
    monkeypatch.setenv("DATABASE_URL", wire.url)
    return Doors(shop)


def costs(doors: Doors, meter: Meter, step: str, text: str) -> list[Cost]:
    """What the step cost in each turn of a customer who has written before."""
    for _ in range(9):
        doors.walk(meter, "573001234567", text)
    return meter.costs(step)[1:]


def test_the_tap_counts_waits_and_commands(wire: Wire) -> None:
    with psycopg.connect(wire.url, autocommit=True) as connection:
        with connection.pipeline():
            connection.execute("SELECT 1")
            connection.execute("SELECT %s", [2])
        assert wire.take() == (1, 2)
        with connection.transaction():
            connection.execute("SELECT %s", [3])
        assert wire.take() == (3, 3)


@pytest.mark.parametrize("text", ["qué precio tiene?", "quiero comprar"])
def test_a_turn_is_at_most_three_round_trips_and_twelve_statements(
    doors: Doors, wire: Wire, all_rows: Rows, text: str
) -> None:
    for cost in costs(doors, Meter(all_rows, wire), "turn", text):
        assert cost.round_trips <= 3
        assert cost.statements <= 12


class Remembering(Meter):
    """Its customers are not told everything again: a sale has a second step."""

    def forget(self) -> None:
        pass


def test_an_order_costs_no_turn_more_than_that(
    doors: Doors, wire: Wire, all_rows: Rows, shop: ShopFile
) -> None:
    meter = Remembering(all_rows, wire)
    data = "Ana Gómez, 3001112233, Calle 5 # 3-20, Cali"
    for text in ("quiero comprar", data, "quiero 2 frascos", "sí, confirmo"):
        doors.walk(meter, "573001234567", text)
    [placed] = all_rows.execute(
        "SELECT count(*) FROM orders WHERE workspace_id = %s", [shop.workspace_id]
    )
    assert placed["count"] == 1
    assert meter.costs("turn")[-1].round_trips <= 3
    assert meter.costs("turn")[-1].statements <= 12


def test_a_message_is_taken_in_in_one_round_trip(doors: Doors, wire: Wire, all_rows: Rows) -> None:
    for cost in costs(doors, Meter(all_rows, wire), "intake", "Hola"):
        assert (cost.round_trips, cost.statements) == (1, 5)


def test_a_bubble_leaves_in_three_round_trips(doors: Doors, wire: Wire, all_rows: Rows) -> None:
    # Look and take, each under the same lock, and write how it ended.
    for cost in costs(doors, Meter(all_rows, wire), "send", "Hola"):
        assert (cost.round_trips, cost.statements) == (3, 6)


def test_a_turn_writes_little_log(doors: Doors, all_rows: Rows) -> None:
    # The least of them: any other may have met a checkpoint and written whole pages.
    turns = costs(doors, Meter(all_rows), "turn", "Hola")
    # By hand the same rows take 2.7 kB; the proof of why adds half a kilobyte.
    assert min(cost.log_bytes for cost in turns) < 5_500


def test_row_level_security_is_part_of_the_plan_and_not_called_for_each_row(
    database_url: str,
) -> None:
    # Postgres inlines a policy's function only if that is one expression without a sub-select.
    with psycopg.connect(database_url) as connection:
        plan = connection.execute("EXPLAIN SELECT FROM messages").fetchall()
    assert "current_setting" in str(plan)
    assert "is_workspace_member" not in str(plan)
