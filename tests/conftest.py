"""Real Postgres for every test that asks: one server, one schema, a workspace for each test."""

import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from psycopg.rows import DictRow, dict_row

from local.database import Database
from local.postgres import Postgres
from morfx import wiring
from morfx.domain.shop import ShopFile
from morfx.settings import MigrateSettings, OnboardSettings
from tests.road import Road

# Machines are shared: how long an example takes says nothing.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

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
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("postgres")
    postgres = Postgres.start(folder / "data", folder / "postgres.log", 0)
    yield Database.ours(postgres.url)
    postgres.stop()


@pytest.fixture(scope="session")
def superuser_url(server: Database) -> str:
    return server.url


@pytest.fixture(scope="session")
def owner_url(server: Database) -> str:
    """The role that owns the schema; migrated."""
    wiring.migration(MigrateSettings(migrations_database_url=server.owner_url))(MIGRATIONS)
    return server.owner_url


@pytest.fixture(scope="session")
def database_url(server: Database, owner_url: str) -> str:
    """The role of the functions, bound by row-level security."""
    return server.functions_url


@pytest.fixture
def all_rows(superuser_url: str, database_url: str) -> Iterator[psycopg.Connection[DictRow]]:
    """Looks past row-level security, as a test must."""
    with psycopg.connect(superuser_url, autocommit=True, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture
def owner(owner_url: str) -> Iterator[psycopg.Connection]:
    """An operator at work."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
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


def shop_file(**changes: object) -> dict[str, object]:
    """Another Somnio's file, and what is different about it."""
    file = json.loads(SOMNIO.read_text("utf-8"))
    own = {"workspace_id": str(uuid4()), "phone_number_id": str(uuid4().int)[:15]}
    return {**file, **own, **changes}


def onboard(database_url: str, **changes: object) -> ShopFile:
    return wiring.onboarding(OnboardSettings(database_url=database_url))(shop_file(**changes))
