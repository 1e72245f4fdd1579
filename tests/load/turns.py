"""What a turn costs: intake, turn and send in one process on real Postgres, beside SQL by hand.

python -m tests.load.turns [messages]
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
from tests.load.by_hand import ByHand
from tests.load.doors import Doors
from tests.load.meter import STEPS, Meter
from tests.load.wire import Wire
from tests.street import ROOT, SETTINGS, event

TEXTS = ("Hola", "qué precio tiene?", "y el envío cuánto demora?")
CUSTOMERS = [str(573000000000 + number) for number in range(20)]
WHOLE = "whole road"


def walk(doors: Doors, meter: Meter, customer: str, text: str) -> None:
    """One message of a customer, until its answer has left."""
    arrival = doors.arrival(customer, text)
    with meter.step("intake"):
        doors.invoke("intake", arrival)
    wake = doors.wake()
    with meter.step("turn"):
        doors.invoke("turn", wake)
    promise = doors.promise()
    with meter.step("send"):
        doors.send(promise)


def write(hand: ByHand, meter: Meter, text: str) -> None:
    """The same, by hand."""
    facts = hand.prepare(text)
    for step, transaction in zip(STEPS, (hand.hear, hand.decide, hand.send), strict=True):
        with meter.step(step):
            transaction(facts)


def compare(doors: Doors, hand: ByHand, road: Meter, floor: Meter, messages: int) -> None:
    """By turns, so that both meet the same machine."""
    talk = zip(cycle(CUSTOMERS), cycle(TEXTS), strict=False)
    for customer, text in islice(talk, messages):
        walk(doors, road, customer, text)
        write(hand, floor, text)


def acquainted(shop: ShopFile, database_url: str, watcher: psycopg.Connection[DictRow]) -> Doors:
    """Doors whose customers have all written before."""
    os.environ["DATABASE_URL"] = database_url
    doors = Doors(shop)
    for customer in CUSTOMERS:
        walk(doors, Meter(watcher), customer, "Hola")
    return doors


def measure(database: Database, messages: int) -> tuple[Meter, Meter, Meter, Meter]:
    """Time and log of the road and of the floor, then what either says to Postgres."""
    shop = prepare(database)
    with (
        connect(database.url) as watcher,
        connect(database.url) as connection,
        Wire(database.functions_url) as wire,
        Wire(database.url) as hand_wire,
        connect(hand_wire.url) as tapped,
        quiet(),
    ):
        timed = Meter(watcher), Meter(watcher)
        doors = acquainted(shop, database.functions_url, watcher)
        compare(doors, ByHand.of(connection, shop), *timed, messages)
        counted = Meter(watcher, wire), Meter(watcher, hand_wire)
        doors = acquainted(shop, wire.url, watcher)
        compare(doors, ByHand.of(tapped, shop), *counted, len(CUSTOMERS))
    return *timed, *counted


def show(road: Meter, floor: Meter, said: Meter, said_by_hand: Meter) -> None:
    columns = ("p50 ms", "p95 ms", "round trips", "statements", "WAL bytes")
    print(f"{'':<24}" + "".join(f"{column:>13}" for column in columns))
    for who, meter, traffic in (("", road, said), (" by hand", floor, said_by_hand)):
        for name in (*STEPS, WHOLE):
            half, sent = meter.half(name), traffic.half(name)
            print(
                f"{name + who:<24}{half.milliseconds:13.2f}{meter.slow(name):13.2f}"
                f"{sent.round_trips:13}{sent.statements:13}{half.log_bytes:13}"
            )
    ours, least = road.half(WHOLE), floor.half(WHOLE)
    turns = len(road.of(WHOLE))
    seconds = sum(cost.milliseconds for cost in road.of(WHOLE)) / 1000
    print(f"\n{turns} turns in {seconds:.1f} s: {turns / seconds:.0f} turns/s in one process")
    print(
        f"of the floor: time × {ours.milliseconds / least.milliseconds:.1f},"
        f" log × {ours.log_bytes / least.log_bytes:.1f}"
    )


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
            show(*measure(Database.ours(postgres.url), messages))
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
