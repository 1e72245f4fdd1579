"""A session with thousands of turns beside a new one: what a message costs on both."""

from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import psycopg
from psycopg.rows import DictRow

from tests.road import FORGET, Road

YOUNG, OLD = 5, 5_000

AGE = Path(__file__).with_suffix(".sql").read_bytes()
PAGES = """
SELECT sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0)
           + coalesce(toast_blks_hit + toast_blks_read, 0)) AS pages,
       pg_current_wal_insert_lsn() - '0/0' AS log
  FROM pg_statio_user_tables
"""


class Cost(NamedTuple):
    milliseconds: float
    #: Of tables and indexes, looked at.
    pages: float
    log_bytes: float


class Comparison(NamedTuple):
    young: Cost
    old: Cost


def age(road: Road, rows: psycopg.Connection[DictRow], customer: str, turns: int) -> None:
    """Give the customer's session so many turns more, and let Postgres know of them."""
    road.write("Hola, quiero comprar", customer=customer)
    road.run_turns()
    road.send_all()
    facts = {"workspace_id": road.shop.workspace_id, "now": road.clock.now()}
    rows.execute(AGE, {**facts, "customer": customer, "turns": turns})
    rows.execute("VACUUM ANALYZE")


def compare(road: Road, rows: psycopg.Connection[DictRow], *, messages: int = 12) -> Comparison:
    """What one message, its answer and the sending cost in a young session and in an old one."""
    customers = {"573990000005": YOUNG, "573990005000": OLD}
    for customer, turns in customers.items():
        age(road, rows, customer, turns)
    costs: dict[str, list[Cost]] = {customer: [] for customer in customers}
    for _ in range(messages):
        for customer, taken in costs.items():
            taken.append(_walk(road, rows, customer))
    return Comparison(*map(_usual, costs.values()))


def _walk(road: Road, rows: psycopg.Connection[DictRow], customer: str) -> Cost:
    rows.execute(FORGET)
    pages, log = _counted(road, rows)
    started = perf_counter()
    road.write("qué precio tiene?", customer=customer)
    road.run_turns()
    road.send_all()
    milliseconds = (perf_counter() - started) * 1000
    more_pages, more_log = _counted(road, rows)
    return Cost(milliseconds, more_pages - pages, more_log - log)


def _counted(road: Road, rows: psycopg.Connection[DictRow]) -> tuple[int, int]:
    """Pages looked at and log written so far; a backend tells what it did only when asked to."""
    with road.database.transaction() as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
    [counted] = rows.execute(PAGES).fetchall()
    return int(counted["pages"]), int(counted["log"])


def _usual(costs: list[Cost]) -> Cost:
    """The median of the later half: statements are prepared, pages have been written whole."""
    later = costs[len(costs) // 2 :]
    return Cost(*map(median, zip(*later, strict=True)))
