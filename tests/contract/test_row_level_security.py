"""Postgres keeps tenants apart: the tests read its catalogue, so that no table is forgotten."""

from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import DictRow

from morfx.adapters.scripted.comprehender import ScriptedComprehender
from morfx.domain.comprehension import Comprehension, ModelCall
from morfx.domain.shop import ShopFile
from morfx.engine.mind import Mind
from tests.road import Road

AllRows = psycopg.Connection[DictRow]

#: What is no tenant's: the list of migrations, and what stops them all.
SHARED = {"schema_migrations", "kill_switch"}


def tenant_tables(all_rows: AllRows) -> dict[str, str]:
    """Every other table, with the column that names its workspace."""
    rows = all_rows.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    tables = {row["relname"] for row in rows} - SHARED
    return {table: "id" if table == "workspaces" else "workspace_id" for table in tables}


def enter(connection: psycopg.Connection, workspace_id: object, user_id: object = "") -> None:
    connection.execute(
        "SELECT set_config('morfx.workspace_id', %s, true), set_config('morfx.user_id', %s, true)",
        [str(workspace_id), str(user_id)],
    )


def count(connection: psycopg.Connection, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


@pytest.fixture
def lived_in(shop: ShopFile, road: Road, all_rows: AllRows) -> ShopFile:
    """A shop with at least one row in every tenant table."""
    road.converse(
        "quiero comprar", "Ana Gómez, 3001112233, Calle 5 # 3-20, Cali", "el de 2", "sí, confirmo"
    )
    call = ModelCall(component="c", provider="p", model="m", outcome="ok", milliseconds=1)
    asks = Comprehension(
        message_class="pregunta", wants_human=True, source="scripted", calls=(call,)
    )
    road.mind = Mind(offline=ScriptedComprehender(script={}, otherwise=asks))
    road.converse("un asesor por favor")
    all_rows.execute(
        "INSERT INTO workspace_members (workspace_id, user_id, role) VALUES (%s, %s, 'owner')",
        [shop.workspace_id, uuid4()],
    )
    all_rows.execute(
        "INSERT INTO contact_tags (contact_id, tag_id, workspace_id)"
        " SELECT contacts.id, tags.id, workspace_id FROM contacts JOIN tags USING (workspace_id)"
        " WHERE workspace_id = %s",
        [shop.workspace_id],
    )
    all_rows.execute(
        "INSERT INTO drafts (conversation_id, workspace_id, turn_id, text)"
        " SELECT id, workspace_id, %s, 'Ho' FROM conversations WHERE workspace_id = %s",
        [uuid4(), shop.workspace_id],
    )
    all_rows.execute(
        "INSERT INTO api_keys (id, workspace_id, name, prefix, secret_sha256)"
        " VALUES (%s, %s, 'web', %s, sha256('secret'))",
        [uuid4(), shop.workspace_id, uuid4().hex],
    )
    all_rows.execute(
        "INSERT INTO api_answers (message_id, workspace_id, answer)"
        " SELECT id, workspace_id, '{}' FROM messages WHERE workspace_id = %s LIMIT 1",
        [shop.workspace_id],
    )
    all_rows.execute(
        "INSERT INTO saved_sessions (session_id, workspace_id, name)"
        " SELECT id, workspace_id, 'Una venta' FROM agent_sessions WHERE workspace_id = %s",
        [shop.workspace_id],
    )
    return shop


def test_the_functions_role_can_bypass_nothing(all_rows: AllRows) -> None:
    role = all_rows.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = 'morfx_app'"
    ).fetchone()
    owned = all_rows.execute("SELECT relname FROM pg_class WHERE relowner = 'morfx_app'::regrole")

    assert role == {"rolsuper": False, "rolbypassrls": False, "rolcreaterole": False}
    assert owned.fetchall() == []


def test_every_tenant_table_forces_row_level_security(all_rows: AllRows) -> None:
    unforced = all_rows.execute(
        "SELECT relname FROM pg_class WHERE relname = ANY (%s)"
        " AND NOT (relrowsecurity AND relforcerowsecurity)",
        [list(tenant_tables(all_rows))],
    )

    assert unforced.fetchall() == []


def test_a_workspace_sees_its_own_rows_in_every_table(
    lived_in: ShopFile, database_url: str, all_rows: AllRows
) -> None:
    with psycopg.connect(database_url) as connection:
        enter(connection, lived_in.workspace_id)
        empty = [table for table in tenant_tables(all_rows) if not count(connection, table)]

    assert empty == []


def test_another_workspace_sees_none_of_them_in_any_table(
    lived_in: ShopFile, database_url: str, all_rows: AllRows
) -> None:
    with psycopg.connect(database_url) as connection:
        enter(connection, uuid4())
        leaking = [table for table in tenant_tables(all_rows) if count(connection, table)]

    assert leaking == []


def test_without_a_workspace_every_table_is_empty(
    lived_in: ShopFile, database_url: str, all_rows: AllRows
) -> None:
    with psycopg.connect(database_url) as connection:
        leaking = [table for table in tenant_tables(all_rows) if count(connection, table)]

    assert leaking == []


def test_another_workspace_can_change_nothing(
    lived_in: ShopFile, database_url: str, all_rows: AllRows
) -> None:
    with psycopg.connect(database_url) as connection:
        enter(connection, uuid4())
        for table, column in tenant_tables(all_rows).items():
            update = sql.SQL("UPDATE {} SET {} = {}").format(
                sql.Identifier(table), sql.Identifier(column), sql.Identifier(column)
            )
            assert connection.execute(update).rowcount == 0


def test_a_row_cannot_be_written_into_another_workspace(
    lived_in: ShopFile, database_url: str
) -> None:
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        psycopg.connect(database_url) as connection,
    ):
        enter(connection, uuid4())
        connection.execute(
            "INSERT INTO contacts (id, workspace_id) VALUES (%s, %s)",
            [uuid4(), lived_in.workspace_id],
        )


def test_a_person_sees_a_workspace_only_as_its_member(
    lived_in: ShopFile, database_url: str, all_rows: AllRows
) -> None:
    [member] = all_rows.execute(
        "SELECT user_id FROM workspace_members WHERE workspace_id = %s", [lived_in.workspace_id]
    )
    with psycopg.connect(database_url) as connection:
        enter(connection, lived_in.workspace_id, member["user_id"])
        assert count(connection, "contacts") == 1
        enter(connection, lived_in.workspace_id, uuid4())
        assert count(connection, "contacts") == 0


def test_a_number_says_only_whose_it_is(
    onboard_shop: Callable[..., ShopFile], database_url: str
) -> None:
    shop = onboard_shop()
    with psycopg.connect(database_url) as connection:
        owner = connection.execute(
            "SELECT workspace_id FROM channel_of('whatsapp', %s)", [shop.phone_number_id]
        ).fetchone()
        nobody = connection.execute("SELECT * FROM channel_of('whatsapp', 'none')").fetchone()

    assert (owner, nobody) == ((shop.workspace_id,), None)
