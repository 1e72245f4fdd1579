"""What migrations from zero give, read from Postgres' own catalogue."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import DictRow

from morfx import wiring
from morfx.settings import MigrateSettings

MIGRATIONS = Path("functions/migrate/migrations")

AllRows = psycopg.Connection[DictRow]

#: The three tables as the agent's facts give them (facts: agent engine), with the columns that
#: decisions 8, 9, 14 and 25, row-level security and the ledger add.
SEED = {
    "agent_sessions": {
        "id": "uuid", "agent_id": "text", "conversation_id": "uuid", "contact_id": "uuid",
        "workspace_id": "uuid", "version": "integer", "status": "text", "current_mode": "text",
        "created_at": "timestamp with time zone", "updated_at": "timestamp with time zone",
        "last_activity_at": "timestamp with time zone", "end_reason": "text",
        "tokens_used": "integer",
    },
    "agent_turns": {
        "id": "uuid", "session_id": "uuid", "turn_number": "integer", "role": "text",
        "content": "text", "intent_detected": "text", "confidence": "numeric",
        "tools_called": "jsonb", "tokens_used": "integer",
        "created_at": "timestamp with time zone", "workspace_id": "uuid",
    },
    "session_state": {
        "session_id": "uuid", "intents_vistos": "jsonb", "templates_enviados": "jsonb",
        "datos_capturados": "jsonb", "pack_seleccionado": "text", "cotizado": "jsonb",
        "proactive_started_at": "timestamp with time zone",
        "first_data_at": "timestamp with time zone", "min_data_at": "timestamp with time zone",
        "ofrecer_promos_at": "timestamp with time zone",
        "updated_at": "timestamp with time zone", "workspace_id": "uuid",
        "pending_question": "text", "summary": "text", "summarised_to": "integer",
    },
}  # fmt: skip


@pytest.mark.parametrize("table", SEED)
def test_the_agents_tables_have_the_columns_of_the_seed(table: str, all_rows: AllRows) -> None:
    columns = all_rows.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s",
        [table],
    )

    assert {row["column_name"]: row["data_type"] for row in columns} == SEED[table]


def test_migrations_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in MIGRATIONS.glob("*.sql"))

    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_two_deployments_at_once_apply_each_migration_once(
    all_rows: AllRows, owner_url: str
) -> None:
    all_rows.execute("CREATE DATABASE twice OWNER morfx_owner")
    settings = MigrateSettings(migrations_database_url=owner_url.removesuffix("morfx") + "twice")
    with ThreadPoolExecutor(2) as deployments:
        applied = list(deployments.map(lambda _: wiring.migration(settings)(MIGRATIONS), range(2)))

    assert sorted(map(len, applied)) == [0, len(list(MIGRATIONS.glob("*.sql")))]


def test_people_who_read_the_database_read_bogota_time(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SHOW timezone").fetchone() == ("America/Bogota",)


def test_every_updated_at_is_kept_by_a_trigger(all_rows: AllRows) -> None:
    kept = all_rows.execute(
        "SELECT tgrelid::regclass::text AS table FROM pg_trigger WHERE tgname = 'touch_updated_at'"
    ).fetchall()
    have = all_rows.execute(
        "SELECT table_name AS table FROM information_schema.columns"
        " WHERE column_name = 'updated_at' AND table_schema = 'public'"
    ).fetchall()

    assert sorted(row["table"] for row in kept) == sorted(row["table"] for row in have)


def test_one_live_session_a_conversation_and_any_number_of_past_ones(all_rows: AllRows) -> None:
    index = all_rows.execute(
        "SELECT indexdef FROM pg_indexes WHERE indexname = 'agent_sessions_live'"
    ).fetchone()

    assert index is not None
    assert "UNIQUE" in index["indexdef"]
    assert "'active'" in index["indexdef"]
    assert "'paused'" in index["indexdef"]
