"""Scenario files, and a Postgres that lives as long as they are played."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from local.database import Database
from local.postgres import Postgres
from local.settings import ROOT
from morfx import wiring
from morfx.domain.errors import MalformedRequest
from morfx.settings import DatabaseSettings, MigrateSettings
from morfx.simulator import scenario
from morfx.simulator.scenario import Scenario
from morfx.simulator.simulation import Simulation

SHOP_FILE = ROOT / "events/onboard/somnio.json"


def load(path: Path) -> Scenario:
    """The scenario of a file; raise MalformedRequest naming the file and what is wrong in it."""
    try:
        # Every scalar as it is written: off, 21:00 and 1x are words here.
        document = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - builds texts only
    except (OSError, yaml.YAMLError) as error:
        raise MalformedRequest(f"{path.name}: {error}") from error
    return scenario.read(document, name=path.name)


@contextmanager
def simulation(functions_url: str) -> Iterator[Simulation]:
    """Simulations in a database that is migrated."""
    connection = wiring.database(DatabaseSettings(database_url=functions_url))
    try:
        yield wiring.simulation(connection, json.loads(SHOP_FILE.read_text("utf-8")))
    finally:
        connection.close()


@contextmanager
def temporary_database() -> Iterator[Database]:
    """A migrated database that nobody keeps."""
    with TemporaryDirectory(prefix="morfx-simulation-") as folder:
        postgres = Postgres.start(Path(folder) / "data", Path(folder) / "postgres.log", 0)
        try:
            database = Database.ours(postgres.url)
            migrate = wiring.migration(MigrateSettings(migrations_database_url=database.owner_url))
            migrate(ROOT / "functions/migrate/migrations")
            yield database
        finally:
            postgres.stop()
