"""What a turn costs: intake, turn and send in one process on real Postgres, beside SQL by hand.

python -m tests.load [messages]
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from itertools import cycle, islice
from pathlib import Path

import psycopg
from psycopg.rows import DictRow, dict_row

from local.database import Database
from local.postgres import Postgres
from morfx import wiring
from morfx.domain.shop import ShopFile
from morfx.settings import MigrateSettings, OnboardSettings
from tests.load import old_session
from tests.load.by_hand import ByHand
from tests.load.doors import Doors
from tests.load.meter import ROAD, STEPS, Meter
from tests.load.wire import Wire
from tests.road import Road
from tests.street import ROOT, SETTINGS, event

TEXTS = ("Hola", "qué precio tiene?", "y el envío cuánto demora?")
CUSTOMERS = [str(573000000000 + number) for number in range(20)]


def measure(database: Database, messages: int) -> list[tuple[Meter, Meter]]:
    """The road and the floor: what they cost, then what they say to Postgres."""
    shop = prepare(database)
    with (
        connect(database.url) as watcher,
        Wire(database.functions_url) as wire,
        Wire(database.url) as hand_wire,
        quiet(),
    ):
        cost, said = (
            (Meter(watcher), Meter(watcher)),
            (Meter(watcher, wire), Meter(watcher, hand_wire)),
        )
        compare(shop, (database.functions_url, database.url), cost, messages)
        compare(shop, (wire.url, hand_wire.url), said, len(CUSTOMERS))
    return [cost, said]


def compare(
    shop: ShopFile, urls: tuple[str, str], meters: tuple[Meter, Meter], messages: int
) -> None:
    """Both by turns, so that they meet the same machine, with customers who wrote before."""
    os.environ["DATABASE_URL"], hand_url = urls
    doors, (road, floor) = Doors(shop), meters
    with connect(hand_url) as connection:
        for customer in (*CUSTOMERS, "573999999999"):
            doors.walk(Meter(connection), customer, "Hola")
        hand = ByHand(connection, shop)
        for customer, text in islice(zip(cycle(CUSTOMERS), cycle(TEXTS), strict=False), messages):
            doors.walk(road, customer, text)
            hand.walk(floor, text)


def show(cost: tuple[Meter, Meter], said: tuple[Meter, Meter]) -> None:
    columns = ("p50 ms", "p95 ms", "round trips", "statements", "WAL bytes")
    print(f"{'':<20}" + "".join(f"{column:>13}" for column in columns))
    for who, meter, traffic in zip(("", " by hand"), cost, said, strict=True):
        for name in (*STEPS, ROAD):
            usual, sent = meter.usual(name), traffic.usual(name)
            print(
                f"{name + who:<20}{usual.milliseconds:13.2f}{meter.slow(name):13.2f}"
                f"{sent.round_trips:13.0f}{sent.statements:13.0f}{usual.log_bytes:13.0f}"
            )
    ours, least = (meter.usual(ROAD) for meter in cost)
    times = [turn.milliseconds for turn in cost[0].costs(ROAD)]
    print(f"\n{len(times)} turns, {1000 * len(times) / sum(times):.0f} turns/s in one process")
    time, log = ours.milliseconds / least.milliseconds, ours.log_bytes / least.log_bytes
    print(f"of the floor: {time:.1f} × the time, {log:.1f} × the log")


def measure_ages(database: Database) -> old_session.Comparison:
    """What a message costs in a young session and in an old one."""
    road = Road(database.functions_url, prepare(database))
    with connect(database.url) as rows:
        return old_session.compare(road, rows)


def show_ages(young: old_session.Cost, old: old_session.Cost) -> None:
    print(f"\n{'turns before':<20}{'ms':>13}{'pages':>13}{'WAL bytes':>13}")
    for turns, cost in ((old_session.YOUNG, young), (old_session.OLD, old)):
        print(f"{turns:<20}{cost.milliseconds:13.2f}{cost.pages:13.0f}{cost.log_bytes:13.0f}")


def prepare(database: Database) -> ShopFile:
    """The schema, and Somnio in it."""
    owner = MigrateSettings(migrations_database_url=database.owner_url)
    wiring.migration(owner)(ROOT / "functions/migrate/migrations")
    functions = OnboardSettings(database_url=database.functions_url)
    return wiring.onboarding(functions)(event("onboard/somnio"))


def connect(url: str) -> psycopg.Connection[DictRow]:
    return psycopg.connect(url, autocommit=True, row_factory=dict_row)


@contextmanager
def quiet() -> Iterator[None]:
    """Logs and metrics are written as ever, to nobody."""
    with Path(os.devnull).open("w") as nobody, redirect_stdout(nobody):
        yield


def main() -> None:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    os.environ |= SETTINGS | {"WHATSAPP_API_URL": "unused", "AWS_DEFAULT_REGION": "us-east-1"}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the server is not run by root
        postgres = Postgres.start(Path(folder) / "data", Path(folder) / "postgres.log", 0)
        try:
            database = Database.ours(postgres.url)
            show(*measure(database, messages))
            show_ages(*measure_ages(database))
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
