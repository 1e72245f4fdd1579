"""Timers that are armed at once in a running house: how late each fires, by its own row.

python -m tests.load.at_once [timers] [seconds]     beside `make run`
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from uuid import uuid4

import psycopg
from psycopg.rows import DictRow, dict_row

from local.aws import Aws
from local.ready import Ready
from local.signed_webhook import post_text
from morfx import wiring
from morfx.adapters.postgres.reading import timer_from
from morfx.adapters.stepfunctions.executions import StepFunctions
from morfx.domain.shop import ShopFile
from morfx.settings import OnboardSettings
from tests.conftest import shop_file

CUSTOMERS_AT_ONCE = 8
PATIENCE_SECONDS = 300
TIMERS = "SELECT * FROM timers WHERE workspace_id = %s ORDER BY id"
#: The next generation of a timer, due in so many seconds from now.
ARM = """
    UPDATE timers SET generation = generation + 1, task_token = NULL, armed_at = now(),
                      due_at = now() + make_interval(secs => %s)
     WHERE id = %s
    RETURNING *"""
ENDED = """
    SELECT status, armed_at, extract(epoch FROM lateness)::float AS late,
           extract(epoch FROM rang_at - (due_at - interval '1 second'))::float AS rang_late
      FROM timers WHERE workspace_id = %s"""
REMINDERS = """
    SELECT count(*) AS sent FROM messages
     WHERE workspace_id = %s AND purpose = 'proactive' AND provider_message_id IS NOT NULL"""


def open_shop(ready: Ready) -> ShopFile:
    """A shop of its own."""
    settings = OnboardSettings(database_url=ready.functions_database_url)
    shop = wiring.onboarding(settings)(shop_file(response_speed="0"))
    token = {"access_token": uuid4().hex}
    Aws(ready.aws_endpoint_url).create_secret(f"morfx/whatsapp/{shop.phone_number_id}", token)
    return shop


def ask(ready: Ready, shop: ShopFile, customers: int) -> None:
    """So many customers want to buy, and are asked for their data."""

    def want(number: int) -> None:
        customer = f"5731{number:08}"
        post_text(ready, "quiero comprar", customer=customer, number=shop.phone_number_id)

    with ThreadPoolExecutor(CUSTOMERS_AT_ONCE) as writers:
        list(writers.map(want, range(customers)))


def arm(
    connection: psycopg.Connection[DictRow], ready: Ready, rows: list[DictRow], seconds: int
) -> None:
    """All of them anew, as fast as Step Functions takes them."""
    os.environ |= Aws(ready.aws_endpoint_url).environment
    executions = StepFunctions(
        data_collection_timer_arn=ready.outputs["DataCollectionTimerArn"],
        queue_delay=timedelta(seconds=1),
    )
    executions.is_running(timer_from(rows[0]))  # so that no client is built while the clock runs

    def start(row: DictRow) -> None:
        [armed] = connection.execute(ARM, [seconds, row["id"]])
        executions.start_timer(timer_from(armed), now=datetime.now(UTC))

    with ThreadPoolExecutor(CUSTOMERS_AT_ONCE) as starters:
        list(starters.map(start, rows))


def watch(connection: psycopg.Connection[DictRow], shop: ShopFile, timers: int) -> list[DictRow]:
    """The rows, once all have ended and every reminder was sent, or the patience is over."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        rows = connection.execute(ENDED, [shop.workspace_id]).fetchall()
        [reminders] = connection.execute(REMINDERS, [shop.workspace_id])
        fired = sum(row["status"] == "fired" for row in rows)
        if fired == reminders["sent"] == timers or time.monotonic() > deadline:
            print(f"{len(rows)} armed, {fired} fired, {reminders['sent']} reminders sent")
            return rows
        time.sleep(0.5)


def show(rows: list[DictRow]) -> None:
    armed = [row["armed_at"].timestamp() for row in rows]
    print(f"armed within {max(armed) - min(armed):.1f} s")
    for what, name in (("clocks rang", "rang_late"), ("turns acted", "late")):
        late = [1000 * row[name] for row in rows if row[name] is not None]
        slow = quantiles(late, n=20)[-1]
        print(f"{what} p50 {median(late):.0f} ms late, p95 {slow:.0f} ms, most {max(late):.0f} ms")


def main() -> None:
    given = [int(argument) for argument in sys.argv[1:]]
    timers, seconds = given + [200, 3][len(given) :]
    ready = Ready.of_running_house(os.environ)
    shop = open_shop(ready)
    with psycopg.connect(ready.database_url, autocommit=True, row_factory=dict_row) as connection:
        ask(ready, shop, timers)
        while len(rows := connection.execute(TIMERS, [shop.workspace_id]).fetchall()) < timers:
            time.sleep(1)
        time.sleep(10)  # the answers leave
        arm(connection, ready, rows, seconds)
        show(watch(connection, shop, timers))


if __name__ == "__main__":
    main()
