"""python -m local.timers SESSION: the timers of a session, as the running house's rows and state
machines tell them."""

import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import DictRow, dict_row

from local.aws import Aws
from local.ready import NoHouse, Ready

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

BOGOTA = ZoneInfo("America/Bogota")
MACHINES = {"data-collection": "DataCollectionTimerArn", "promos": "PromosTimerArn"}
TIMERS = "SELECT * FROM timers WHERE session_id = %s ORDER BY generation"
NO_SESSION = "SESSION must be the id of a row of agent_sessions, not {!r}"


def main(session: str) -> int:
    try:
        wanted, ready = UUID(session), Ready.of_running_house(os.environ)
    except ValueError:
        print(NO_SESSION.format(session), file=sys.stderr)
        return 2
    except NoHouse as error:
        print(error, file=sys.stderr)
        return 1
    with psycopg.connect(ready.database_url, row_factory=dict_row) as connection:
        timers = connection.execute(TIMERS, [wanted]).fetchall()
    machines = Aws(ready.aws_endpoint_url).state_machines()
    for timer in timers:
        print(described(timer))
        for line in executions_of(timer, ready, machines):
            print(line)
    if not timers:
        print("No timer was ever armed in this session.", file=sys.stderr)
    return 0 if timers else 1


def described(timer: DictRow) -> str:
    """The row: what was waited for, until when, and how it ended."""
    ended = timer["end_reason"] or "waits"
    late = f", {seconds(timer['lateness'])} s late" if timer["lateness"] is not None else ""
    return (
        f"g{timer['generation']}  {timer['purpose']}, level {timer['level']}: "
        f"armed {clock(timer['armed_at'])}, due {clock(timer['due_at'])}{late}"
        f" → {timer['status']}: {ended}"
    )


def executions_of(timer: DictRow, ready: Ready, machines: "SFNClient") -> Iterator[str]:
    """Its executions, one a restart, with the states each went through."""
    machine = ready.outputs[MACHINES[timer["purpose"]]]
    name = f"{timer['purpose']}-{timer['session_id']}-g{timer['generation']}"
    for restart in range(timer["restarts"] + 1):
        own = f"{name}-r{restart}" if restart else name
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{own}"
        try:
            found = machines.describe_execution(executionArn=arn)
        except machines.exceptions.ExecutionDoesNotExist:
            yield f"    {own}  not found"
            continue
        yield f"    {own}  {found['status']}"
        history = machines.get_execution_history(executionArn=arn, maxResults=200)
        yield from map(_entered, filter(_is_entry, history["events"]))


def _is_entry(event: Any) -> bool:
    return str(event["type"]).endswith("StateEntered")


def _entered(event: Any) -> str:
    return f"      {clock(event['timestamp'])}  {event['stateEnteredEventDetails']['name']}"


def clock(instant: datetime) -> str:
    return f"{instant.astimezone(BOGOTA):%H:%M:%S}"


def seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.2f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
