"""What a turn costs: intake, turn and send in one process on real Postgres, beside SQL by hand.

python -m tests.load.turns [messages]
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from itertools import cycle, islice
from pathlib import Path
from uuid import uuid4

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


def measure(database: Database, messages: int) -> tuple[Meter, Meter, Meter, Meter]:
    """The road and the floor in turns, so that both meet the same machine; then what they send."""
    shop = prepare(database)
    with ExitStack() as stack:
        watcher = stack.enter_context(connect(database.url))
        wire = stack.enter_context(Wire(database.functions_url))
        hand_wire = stack.enter_context(Wire(database.url))
        stack.enter_context(redirect_stdout(stack.enter_context(Path(os.devnull).open("w"))))
        runs = (
            (database.functions_url, database.url, None, None, messages),
            (wire.url, hand_wire.url, wire, hand_wire, 30),
        )
        meters: list[Meter] = []
        for url, hand_url, tap, hand_tap, count in runs:
            road, floor = Meter(watcher, tap), Meter(watcher, hand_tap)
            with connect(hand_url) as connection:
                drive(Doors.onto(url, shop), ByHand.into(connection, shop), road, floor, count)
            meters += [road, floor]
    road, floor, road_traffic, floor_traffic = meters
    return road, floor, road_traffic, floor_traffic
