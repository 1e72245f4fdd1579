"""A batch is one commit: all of it lands, or none of it does."""

import psycopg
import pytest
from psycopg.rows import DictRow

from tests.road import Road

RENAME = "UPDATE workspaces SET name = 'half done'"


def name(all_rows: psycopg.Connection[DictRow], road: Road) -> str:
    query = "SELECT name FROM workspaces WHERE id = %s"
    [row] = all_rows.execute(query, [road.shop.workspace_id])
    return str(row["name"])


@pytest.mark.parametrize(
    ("query", "parameters", "error"),
    [
        ("SELECT %(text)s::text", {"text": "\x00"}, psycopg.DataError),
        ("SELECT %(missing)s", {}, psycopg.ProgrammingError),
        ("SELECT %(thing)s", {"thing": object()}, psycopg.ProgrammingError),
        ("SELECT 1 / 0", {}, psycopg.DataError),
    ],
    ids=["not storable", "missing", "not adaptable", "refused by Postgres"],
)
def test_a_statement_that_cannot_be_sent_undoes_those_before_it(
    road: Road,
    all_rows: psycopg.Connection[DictRow],
    query: str,
    parameters: dict[str, object],
    error: type[Exception],
) -> None:
    with pytest.raises(error), road.database.batch(road.shop.workspace_id) as connection:
        connection.execute(RENAME)
        connection.execute(query, parameters)

    assert name(all_rows, road) == road.shop.name
    road.converse("hola")


def test_an_error_between_two_statements_undoes_the_first(
    road: Road, all_rows: psycopg.Connection[DictRow]
) -> None:
    with pytest.raises(LookupError), road.database.batch(road.shop.workspace_id) as connection:
        connection.execute(RENAME)
        raise LookupError

    assert name(all_rows, road) == road.shop.name
    assert road.converse("hola")
