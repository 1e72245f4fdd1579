"""What a timer costs as a row, step by step of its life, beside the least SQL for the same."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import LiteralString, NamedTuple

import psycopg
from psycopg.rows import DictRow

from morfx.adapters.postgres.connection import WORKSPACE
from morfx.adapters.postgres.timers import TIMERS
from morfx.adapters.postgres.turns import TURNS
from morfx.domain.identifier import ConversationId, SessionId, TimerId, WorkspaceId, new_id
from morfx.domain.timer import Timer
from tests.load.meter import Meter

TIMES = 300
WAITING = 10_000
#: As long as AWS's own.
TOKEN = "t" * 600

FLOOR: LiteralString = "CREATE TABLE floor (id uuid PRIMARY KEY, due_at timestamptz, token text)"
#: In the order of a timer's life; the last two are its two ends.
BY_HAND: dict[str, LiteralString] = {
    "arm": "INSERT INTO floor VALUES (%(id)s, %(due_at)s)",
    "keep token": "UPDATE floor SET token = %(token)s WHERE id = %(id)s",
    "relevel": "UPDATE floor SET due_at = %(due_at)s WHERE id = %(id)s",
    "expire": "DELETE FROM floor WHERE id = %(id)s",
    "cancel": "DELETE FROM floor WHERE id = %(other)s",
}
OURS: dict[str, LiteralString] = {
    "arm": TURNS["arm"],
    "keep token": TIMERS["keep_token"],
    "relevel": TURNS["keep_timer"],
    "expire": TURNS["end_timer"],
    "cancel": TURNS["disarm"],
}
SESSION = "SELECT id, workspace_id, conversation_id FROM agent_sessions WHERE workspace_id = %s"
SESSIONS = """
    INSERT INTO agent_sessions (id, agent_id, conversation_id, contact_id, workspace_id, status,
                                end_reason)
    SELECT gen_random_uuid(), 'waiting', conversation_id, contact_id, workspace_id, 'closed', 'idle'
      FROM agent_sessions, generate_series(1, %s)
     WHERE id = %s"""
TIMERS_OF_THEM = """
    INSERT INTO timers (id, workspace_id, conversation_id, session_id, purpose, level, generation,
                        status, armed_at, due_at, task_token)
    SELECT gen_random_uuid(), workspace_id, conversation_id, id, 'promos', 3, 1, 'armed', now(),
           now(), %s
      FROM agent_sessions
     WHERE agent_id = 'waiting'"""
FLOOR_OF_THEM = """
    INSERT INTO floor SELECT gen_random_uuid(), now(), %s FROM generate_series(1, %s)"""
SIZES = "SELECT pg_total_relation_size('timers') AS ours, pg_total_relation_size('floor') AS floor"


class Comparison(NamedTuple):
    ours: Meter
    floor: Meter
    #: Bytes of a waiting timer with its indexes.
    ours_waiting: int
    floor_waiting: int


def compare(
    functions: psycopg.Connection[DictRow],
    rows: psycopg.Connection[DictRow],
    workspace_id: WorkspaceId,
) -> Comparison:
    """``functions``: bound by row-level security, as the doors are; ``rows``: sees everything."""
    [session] = rows.execute(SESSION, [workspace_id])
    ours, floor = Meter(rows), Meter(rows)
    rows.execute(FLOOR)
    for number in range(TIMES):
        _walk(functions, ours, _timer(session, 2 * number + 100))
        _by_hand(rows, floor)
    return Comparison(ours, floor, *_bytes_waiting(rows, session))


def show(cost: Comparison) -> None:
    columns = ("a second", "by hand", "WAL bytes", "by hand")
    print(f"\n{'timer row':<20}" + "".join(f"{column:>13}" for column in columns))
    for step in OURS:
        usual, least = cost.ours.usual(step), cost.floor.usual(step)
        print(
            f"{step:<20}{1000 / usual.milliseconds:13.0f}{1000 / least.milliseconds:13.0f}"
            f"{usual.log_bytes:13.0f}{least.log_bytes:13.0f}"
        )
    print("each is one statement of one round trip, beside the naming of the workspace")
    print(f"waiting: {cost.ours_waiting} bytes with indexes, {cost.floor_waiting} by hand")


def _walk(connection: psycopg.Connection[DictRow], meter: Meter, timer: Timer) -> None:
    """One timer is armed, waits, moves and fires; another is cancelled."""
    facts = {
        **asdict(timer),
        "token": TOKEN,
        "rang_at": None,
        "expired_id": timer.id,
        "expired_because": "reminded",
        "void_because": None,
        "kept_id": None,
        "disarmed_because": "superseded",
        "now": timer.due_at,
    }
    another = replace(timer, id=TimerId(new_id()), generation=timer.generation + 1)
    for step, query in OURS.items():
        if step == "cancel":
            _run(connection, timer, OURS["arm"], asdict(another))
        with meter.step(step):
            _run(connection, timer, query, facts)


def _run(
    connection: psycopg.Connection[DictRow],
    timer: Timer,
    query: LiteralString,
    facts: Mapping[str, object],
) -> None:
    with connection.pipeline():
        connection.execute(WORKSPACE["enter"], {"workspace_id": str(timer.workspace_id)})
        connection.execute(query, facts)


def _by_hand(connection: psycopg.Connection[DictRow], meter: Meter) -> None:
    facts = {"id": new_id(), "other": new_id(), "due_at": datetime.now(UTC), "token": TOKEN}
    connection.execute(BY_HAND["arm"], {**facts, "id": facts["other"]})
    for step, command in BY_HAND.items():
        with meter.step(step):
            connection.execute(command, facts)


def _timer(session: DictRow, generation: int) -> Timer:
    now = datetime.now(UTC)
    return Timer(
        id=TimerId(new_id()),
        workspace_id=WorkspaceId(session["workspace_id"]),
        conversation_id=ConversationId(session["conversation_id"]),
        session_id=SessionId(session["id"]),
        purpose="data-collection",
        level=0,
        generation=generation,
        status="armed",
        end_reason=None,
        armed_at=now,
        due_at=now + timedelta(seconds=600),
    )


def _bytes_waiting(rows: psycopg.Connection[DictRow], session: DictRow) -> tuple[int, int]:
    rows.execute("TRUNCATE timers, floor")
    rows.execute(SESSIONS, [WAITING, session["id"]])
    rows.execute(TIMERS_OF_THEM, [TOKEN])
    rows.execute(FLOOR_OF_THEM, [TOKEN, WAITING])
    [sizes] = rows.execute(SIZES)
    return sizes["ours"] // WAITING, sizes["floor"] // WAITING
