"""The whole sales end the same way where Claude reads them, at one call a turn."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx.simulator.simulation import Simulation
from tests import claude_sales
from tests.claude_sales import HEAD, SALES, line, read_well, sell
from tests.fakes.messages_api import MessagesApi, Reply, broken_json, empty, text

AllRows = psycopg.Connection[DictRow]


@pytest.fixture(scope="module")
def api() -> Iterator[MessagesApi]:
    with MessagesApi(answer=read_well) as running:
        yield running


@pytest.fixture(scope="module")
def simulation(database_url: str, api: MessagesApi) -> Iterator[Simulation]:
    with claude_sales.simulation(database_url, api) as opened:
        yield opened


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[list[str]]:
    lines: list[str] = [HEAD]
    yield lines
    print("\n" + "\n".join(lines))


@pytest.mark.parametrize("file", SALES, ids=lambda file: file.stem)
def test_a_sale_read_by_claude_ends_the_same_way(
    simulation: Simulation, all_rows: AllRows, table: list[str], file: Path
) -> None:
    sale = sell(file, simulation, all_rows)
    table.append(line(file, sale))

    assert sale.story.went_well, f"\n{sale.story.transcript()}"
    assert sale.used["readings"] == sale.used["turns"] == sale.understood > 0
    # Besides, a summary where a session went before or has grown long.
    assert sale.used["calls"] == sale.used["readings"] + sale.used["summaries"]
    assert sale.used["summaries"] <= 1
    assert sale.used["input"] > 0
    assert sale.used["output"] > 0
    assert sale.used["cost"] > 0


@pytest.mark.parametrize(
    "useless", [broken_json(), text("datos: Yeison"), empty()], ids=["broken", "prose", "empty"]
)
def test_no_data_is_lost_where_a_model_answers_no_json(
    simulation: Simulation, api: MessagesApi, all_rows: AllRows, useless: Reply
) -> None:
    [file] = [file for file in SALES if file.stem == "piece_by_piece"]
    api.script(useless, useless)
    sale = sell(file, simulation, all_rows)

    assert sale.story.went_well, f"\n{sale.story.transcript()}"
    assert sale.used["readings"] < sale.used["turns"]
