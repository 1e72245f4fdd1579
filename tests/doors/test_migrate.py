"""Migrate: the schema is brought up to date once, and CloudFormation always hears how it went."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.fakes.aws import Document, FakeAws
from tests.fakes.lambda_context import FakeContext
from tests.street import ROOT, event, open_door

NAMES = sorted(path.stem for path in (ROOT / "functions/migrate/migrations").glob("*.sql"))

OpenDoor = Callable[[], ModuleType]


@pytest.fixture
def empty_url(owner_url: str, superuser_url: str) -> Iterator[str]:
    """The owner's way into a database without a schema."""
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(superuser_url, autocommit=True) as server:
        database, owner = sql.Identifier(name), sql.Identifier("morfx_owner")
        server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
        yield f"{owner_url.rsplit('/', 1)[0]}/{name}"
        server.execute(sql.SQL("DROP DATABASE {}").format(database))


@pytest.fixture
def migrate(empty_url: str, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenDoor]:
    """Opens the door onto the empty database."""
    for name, value in (aws.environment | {"MIGRATIONS_DATABASE_URL": empty_url}).items():
        monkeypatch.setenv(name, value)
    opened: list[ModuleType] = []

    def open_it() -> ModuleType:
        opened.append(open_door("migrate"))
        return opened[-1]

    yield open_it
    for door in opened:
        [owner] = door.migrate.args
        owner.close()


def deployed(aws: FakeAws, request: str, door: ModuleType) -> Document:
    """CloudFormation creates, updates or deletes the resource; what it hears."""
    asked = {**event(f"migrate/{request}"), "ResponseURL": f"{aws.url}/answer"}
    try:
        door.handler(asked, FakeContext())
    finally:
        heard: Document = json.loads(aws.objects["answer"])
        for name in ("StackId", "RequestId", "LogicalResourceId"):
            assert heard[name] == asked[name]
    return heard


def test_an_operator_hears_what_was_applied_and_the_second_time_nothing(
    migrate: OpenDoor,
) -> None:
    door = migrate()
    assert door.handler(event("migrate/direct"), FakeContext()) == {"applied": NAMES}
    assert door.handler(event("migrate/direct"), FakeContext()) == {"applied": []}


def test_two_deployments_at_once_apply_everything_once(migrate: OpenDoor) -> None:
    doors = [migrate(), migrate()]
    with ThreadPoolExecutor(2) as pool:
        applied = list(pool.map(lambda door: door.migrate(door.MIGRATIONS), doors))
    assert sorted(applied, key=len) == [[], NAMES]


def test_a_broken_migration_leaves_nothing_half_applied(
    migrate: OpenDoor, empty_url: str, tmp_path: Path
) -> None:
    (tmp_path / "0001_good.sql").write_text("CREATE TABLE good (id integer);")
    (tmp_path / "0002_bad.sql").write_text("CREATE TABLE bad (id nonsense);")
    door = migrate()
    with pytest.raises(psycopg.errors.UndefinedObject):
        door.migrate(tmp_path)
    with psycopg.connect(empty_url) as connection:
        found = connection.execute("SELECT to_regclass('good'), to_regclass('schema_migrations')")
        assert found.fetchone() == (None, None)


@pytest.mark.parametrize("request_type", ["create", "update"])
def test_a_deployment_hears_of_success(migrate: OpenDoor, aws: FakeAws, request_type: str) -> None:
    heard = deployed(aws, request_type, migrate())
    assert (heard["Status"], heard["PhysicalResourceId"]) == ("SUCCESS", "migrations")


def test_removing_the_stack_changes_no_table(
    migrate: OpenDoor, aws: FakeAws, empty_url: str
) -> None:
    assert deployed(aws, "delete", migrate())["Status"] == "SUCCESS"
    with psycopg.connect(empty_url) as connection:
        found = connection.execute("SELECT to_regclass('schema_migrations')")
        assert found.fetchone() == (None,)


def test_a_deployment_hears_of_failure_and_of_no_password(
    migrate: OpenDoor, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIGRATIONS_DATABASE_URL", "postgresql://owner:hush@127.0.0.1:9/morfx")
    with pytest.raises(Exception, match="Postgres did not answer"):
        deployed(aws, "create", migrate())
    heard = json.loads(aws.objects["answer"])
    assert (heard["Status"], heard["Reason"]) == ("FAILED", "Unavailable: Postgres did not answer")


def test_the_owners_password_comes_from_its_secret(
    migrate: OpenDoor, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.secrets["managed"] = json.dumps({"username": "morfx_owner", "password": "hush"})
    monkeypatch.setenv("MIGRATIONS_SECRET_ARN", "managed")
    assert migrate().handler({}, FakeContext()) == {"applied": NAMES}
    assert aws.count("GetSecretValue") == 1
