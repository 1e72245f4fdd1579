"""Real Postgres for every test that asks: one server, one schema, a workspace of its own per test."""

import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row

from local.postgres import Postgres
from morfx import wiring
from morfx.domain.shop import ShopFile
from morfx.settings import MigrateSettings, OnboardSettings
from tests.road import Road

ROOT = Path(__file__).parent.parent
MIGRATIONS = ROOT / "functions/migrate/migrations"
SOMNIO = ROOT / "events/onboard/somnio.json"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may lean on what the shell that runs it happens to hold."""
    for name in os.environ:
        if name.startswith(("AWS_", "DATABASE_", "WHATSAPP_", "ANTHROPIC_", "POWERTOOLS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    folder = tmp_path_factory.mktemp("postgres")
    postgres = Postgres.start(folder / "data", folder / "postgres.log", 0)
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE morfx_owner LOGIN CREATEROLE")
        connection.execute("CREATE ROLE morfx_app LOGIN NOBYPASSRLS")
        connection.execute("CREATE DATABASE morfx OWNER morfx_owner")
    yield postgres
    postgres.stop()


def url_of(server: Postgres, role: str, database: str = "morfx") -> str:
    return f"postgresql://{role}@127.0.0.1:{server.port}/{database}"


@pytest.fixture(scope="session")
def superuser_url(server: Postgres) -> str:
    return url_of(server, "postgres")


@pytest.fixture(scope="session")
def owner_url(server: Postgres) -> str:
    """The role that owns the schema; migrated."""
    url = url_of(server, "morfx_owner")
    wiring.migration(MigrateSettings(migrations_database_url=url))(MIGRATIONS)
    return url


@pytest.fixture(scope="session")
def database_url(server: Postgres, owner_url: str) -> str:
    """The role of the functions, bound by row-level security."""
    return url_of(server, "morfx_app")


@pytest.fixture
def all_rows(superuser_url: str, database_url: str) -> Iterator[psycopg.Connection[DictRow]]:
    """Looks past row-level security, as a test must."""
    with psycopg.connect(superuser_url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture
def shop(database_url: str) -> ShopFile:
    return onboard(database_url)


@pytest.fixture
def onboard_shop(database_url: str) -> "partial[ShopFile]":
    """Onboards another Somnio with what is different about it."""
    return partial(onboard, database_url)


@pytest.fixture
def road(database_url: str, shop: ShopFile) -> Iterator[Road]:
    walked = Road(database_url, shop)
    yield walked
    walked.database.close()


def onboard(database_url: str, **changes: object) -> ShopFile:
    file = json.loads(SOMNIO.read_text("utf-8"))
    file |= {"workspace_id": str(uuid4()), "phone_number_id": str(uuid4().int)[:15]}
    settings = OnboardSettings(database_url=database_url)
    return wiring.onboarding(settings)(file | changes)
