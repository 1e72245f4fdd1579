"""Where a turn reads and commits: two round trips."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Literal

import psycopg

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.commit import (
    account_parameters,
    order_parameters,
    session_parameters,
    turn_parameters,
)
from morfx.adapters.postgres.connection import Connection, Cursor, Database
from morfx.adapters.postgres.drafts import DRAFTS
from morfx.adapters.postgres.errors import ConversationMoved
from morfx.adapters.postgres.reading import reading_from, timer_from
from morfx.domain.conversation import Reading
from morfx.domain.errors import (
    ConversationBusy,
    OrderNotWritten,
    Rejected,
    VersionConflictError,
)
from morfx.domain.identifier import TurnId
from morfx.domain.session import Session
from morfx.domain.timer import Timer
from morfx.domain.turn import CustomerWrote, TimerExpired, TurnCommit, Wake

TURNS = sql.load("turns.sql")

#: Longer than the turn function's own timeout (template.yaml), so that a living turn keeps it.
LEASE = timedelta(seconds=40)

#: A customer who never stops typing is answered after this long all the same.
PATIENCE = timedelta(seconds=15)


class PostgresTurns:
    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(
        self, wake: Wake, *, turn_id: TurnId, now: datetime
    ) -> Reading | Literal["nothing_unread", "superseded"]:
        parameters = {
            "conversation_id": wake.conversation_id,
            "turn_id": turn_id,
            "now": now,
            "lease_until": now + LEASE,
            "impatient_since": now - PATIENCE,
            "inbound_seq": wake.inbound_seq if isinstance(wake, CustomerWrote) else None,
            "timer_id": wake.timer_id if isinstance(wake, TimerExpired) else None,
        }
        with self._database.batch(wake.workspace_id) as connection:
            claimed = connection.execute(TURNS["claim"], parameters)
        row = claimed.fetchone()
        if row is None:
            return self._why_not(wake, parameters)
        return reading_from(row, wake=wake, turn_id=turn_id)

    def commit(self, turn: TurnCommit) -> tuple[Timer, ...] | None:
        written: list[Cursor] = []
        try:
            with self._database.batch(turn.reading.workspace_id) as connection:
                connection.execute(TURNS["conclude"], turn_parameters(turn))
                if turn.session:
                    _write_session(connection, turn, turn.session, written)
                moved = _move_timers(connection, turn)
                connection.execute(TURNS["record"], turn_parameters(turn))
                if turn.reading.watched:
                    connection.execute(DRAFTS["remove"], turn_parameters(turn))
                if turn.handoff_reason:
                    connection.execute(TURNS["hand_over"], turn_parameters(turn))
                if turn.calls:
                    connection.execute(TURNS["account"], turn_parameters(turn))
        except ConversationMoved:
            return None
        except (psycopg.Error, VersionConflictError) as error:
            if turn.order and _is_refused(written):
                raise OrderNotWritten(_constraint(error)) from error
            raise
        timers = [timer_from(row) for cursor in moved for row in cursor]
        return tuple(timer for timer in timers if timer.task_token)

    def release(self, reading: Reading) -> None:
        with self._database.batch(reading.workspace_id) as connection:
            connection.execute(
                TURNS["release"],
                {"conversation_id": reading.conversation_id, "turn_id": reading.turn_id},
            )

    def keep_account(self, turn: TurnCommit) -> None:
        with self._database.batch(turn.reading.workspace_id) as connection:
            connection.execute(TURNS["account"], account_parameters(turn))

    def _why_not(
        self, wake: Wake, parameters: dict[str, Any]
    ) -> Literal["nothing_unread", "superseded"]:
        with self._database.batch(wake.workspace_id) as connection:
            found = connection.execute(TURNS["standing"], parameters)
        row = found.fetchone()
        if row is None:
            raise Rejected("no such conversation", conversation_id=str(wake.conversation_id))
        if row["nothing_unread"] and isinstance(wake, CustomerWrote):
            return "nothing_unread"
        if row["superseded"] and not row["busy"]:
            return "superseded"
        # Held, or given back since we asked: whoever gives up a wake nobody else has, loses it.
        raise ConversationBusy(conversation_id=str(wake.conversation_id))


def _write_session(
    connection: Connection, turn: TurnCommit, session: Session, written: list[Cursor]
) -> None:
    """Everything that belongs to the session; its order comes last."""
    if turn.ended:
        connection.execute(TURNS["save_session"], session_parameters(turn, turn.ended))
    written.append(connection.execute(TURNS["save_session"], session_parameters(turn, session)))
    if turn.bubbles:
        written.append(connection.execute(TURNS["promise"], turn_parameters(turn)))
    if turn.order:
        order = order_parameters(turn, turn.order)
        written.append(connection.execute(TURNS["place_order"], order))


def _is_refused(written: list[Cursor]) -> bool:
    """Whether it was the last statement that failed: those before it have their results."""
    return [cursor.pgresult is None for cursor in written] == [*[False] * (len(written) - 1), True]


def _constraint(error: BaseException) -> str:
    """What refused it, without the row's data."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    refused = cause if isinstance(cause, psycopg.Error) else psycopg.Error()
    return refused.diag.constraint_name or refused.sqlstate or type(cause).__name__


def _move_timers(connection: Connection, turn: TurnCommit) -> list[Cursor]:
    """Each cursor has the rows whose executions may have to be told."""
    parameters, moved = turn_parameters(turn), []
    if turn.expired:
        moved.append(connection.execute(TURNS["end_timer"], parameters))
    if turn.disarmed_because:
        moved.append(connection.execute(TURNS["disarm"], parameters))
    if turn.kept:
        moved.append(connection.execute(TURNS["keep_timer"], asdict(turn.kept)))
    if turn.armed:
        connection.execute(TURNS["arm"], asdict(turn.armed))
    return moved
