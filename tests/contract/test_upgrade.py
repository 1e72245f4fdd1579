"""A shop that was there before a migration goes on after it."""

import shutil
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row

from morfx import wiring
from morfx.settings import MigrateSettings

MIGRATIONS = Path("functions/migrate/migrations")

#: Everything an order hangs on, as it was written before there were stages.
BEFORE = """
INSERT INTO workspaces (id, name) VALUES (%(workspace)s, 'Somnio');
INSERT INTO channels (id, workspace_id, kind, provider_account_id)
VALUES (%(channel)s, %(workspace)s, 'whatsapp', '1');
INSERT INTO contacts (id, workspace_id) VALUES (%(contact)s, %(workspace)s);
INSERT INTO conversations (id, workspace_id, channel_id, contact_id, external_id)
VALUES (%(conversation)s, %(workspace)s, %(channel)s, %(contact)s, '57300');
INSERT INTO tasks (id, workspace_id, conversation_id, contact_id, title, reason)
VALUES (%(task)s, %(workspace)s, %(conversation)s, %(contact)s, 'Atender', 'customer_asked');
"""
ORDER = """
WITH session AS (
  INSERT INTO agent_sessions (id, agent_id, conversation_id, contact_id, workspace_id, status,
                              end_reason)
  VALUES (%(session)s, 'somnio-sales', %(conversation)s, %(contact)s, %(workspace)s, 'closed',
          'won')
  RETURNING id
)
INSERT INTO orders (id, workspace_id, session_id, conversation_id, contact_id, status, total,
                    currency, direccion, barrio, ciudad)
SELECT gen_random_uuid(), %(workspace)s, id, %(conversation)s, %(contact)s, %(status)s, 77900,
       'COP', 'Calle 5', 'Granada', 'Cali'
  FROM session;
"""


@pytest.fixture
def upgraded(superuser_url: str, owner_url: str, tmp_path: Path) -> "psycopg.Connection[DictRow]":
    """A database in which a shop had three orders before 0013."""
    with psycopg.connect(superuser_url, autocommit=True) as server:
        server.execute("CREATE DATABASE upgraded OWNER morfx_owner")
    for path in sorted(MIGRATIONS.glob("*.sql")):
        if path.name < "0013":
            shutil.copy(path, tmp_path)
    settings = MigrateSettings(migrations_database_url=owner_url.removesuffix("morfx") + "upgraded")
    wiring.migration(settings)(tmp_path)
    names = ("workspace", "channel", "contact", "conversation", "task")
    ids = {name: uuid4() for name in names}
    connection = psycopg.connect(
        superuser_url.rsplit("/", 1)[0] + "/upgraded", autocommit=True, row_factory=dict_row
    )
    for statement in BEFORE.strip().split(";\n"):
        connection.execute(statement.encode(), ids)
    for status in ("provisional", "confirmed", "cancelled"):
        connection.execute(ORDER.encode(), ids | {"session": uuid4(), "status": status})
    wiring.migration(settings)(MIGRATIONS)
    return connection


def test_orders_there_were_get_a_stage_and_an_address(
    upgraded: "psycopg.Connection[DictRow]",
) -> None:
    with upgraded:
        orders = upgraded.execute(
            "SELECT status, name, meaning, is_default, shipping_address, shipping_city FROM orders"
            " JOIN (SELECT pipeline_stages.*, is_default FROM pipeline_stages JOIN pipelines"
            " ON pipelines.id = pipeline_id) AS stage ON stage.id = stage_id"
        ).fetchall()

    stages = {row["status"]: (row["name"], row["meaning"], row["is_default"]) for row in orders}
    assert stages == {
        "provisional": ("Falta confirmar", "unconfirmed", True),
        "confirmed": ("Nuevo pedido", "new", True),
        "cancelled": ("Cancelado", "lost", True),
    }
    assert {(row["shipping_address"], row["shipping_city"]) for row in orders} == {
        ("Calle 5, Barrio Granada", "Cali")
    }
