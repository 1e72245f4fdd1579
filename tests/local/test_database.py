"""Functions enter any database as a role that row-level security binds."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from local.database import Database
from local.postgres import Postgres

PASSWORD = "p@ss/word"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    folder = tmp_path_factory.mktemp("somebodys")
    running = Postgres.start(folder / "data", folder / "log", 0)
    yield running
    running.stop()


def test_in_our_own_server_the_owner_is_no_superuser(server: Postgres) -> None:
    ours = Database.ours(server.url)
    assert _abilities(ours.owner_url) == ("morfx_owner", False, False)
    assert _abilities(ours.functions_url) == ("morfx_app", False, False)


def test_preparing_it_again_changes_nothing(server: Postgres) -> None:
    assert Database.ours(server.url) == Database.ours(server.url)


def test_in_a_given_database_functions_get_a_role_and_keep_its_password(
    server: Postgres, tmp_path: Path
) -> None:
    with psycopg.connect(server.url, autocommit=True) as superuser:
        superuser.execute(sql.SQL("CREATE ROLE boss LOGIN CREATEROLE PASSWORD {}").format(PASSWORD))
        superuser.execute("DROP ROLE IF EXISTS morfx_app")
        superuser.execute("CREATE DATABASE shop OWNER boss")
    url = f"postgresql://boss:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}/shop"
    given = Database.given(url, tmp_path / "password")
    assert _abilities(given.functions_url) == ("morfx_app", False, False)
    assert Database.given(url, tmp_path / "password") == given


def _abilities(url: str) -> tuple[str, bool, bool]:
    """(role, superuser, bypasses row-level security) of whoever logs in by this URL."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT current_user::text, rolsuper, rolbypassrls"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row is not None
    name, superuser, bypasses = row
    return name, superuser, bypasses
