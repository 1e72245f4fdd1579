"""A batch is one commit: all of it lands, or none of it does."""

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx.domain.errors import SessionError
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


@pytest.mark.parametrize("successes", range(8))
def test_what_a_refusal_kept_from_postgres_is_there_the_next_time(
    road: Road, successes: int
) -> None:
    # psycopg prepares what is used again, and takes it for prepared even where it never arrived.
    workspace = road.shop.workspace_id
    for _ in range(successes):
        with road.database.batch(workspace) as connection:
            connection.execute(RENAME)
    with pytest.raises(SessionError), road.database.batch(workspace) as connection:
        connection.execute("SELECT raise_unless(false, 'MX003', 'no')")
        connection.execute(RENAME)

    with road.database.batch(workspace) as connection:
        connection.execute(RENAME)
