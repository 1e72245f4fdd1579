"""What was promised and not kept in time."""

from datetime import datetime

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import WORKSPACE, Database
from morfx.adapters.postgres.reading import timer_from
from morfx.domain.delivery import PromisedTurn
from morfx.domain.identifier import WorkspaceId
from morfx.domain.relay import (
    MAX_RELAYS,
    NEGLECTED_AFTER,
    OVERDUE_AFTER,
    RESTARTS_A_MINUTE,
    Neglected,
)
from morfx.domain.session import IDLE_AFTER
from morfx.domain.turn import CustomerWrote

UPKEEP = sql.load("upkeep.sql")


class PostgresUpkeep:
    def __init__(self, database: Database) -> None:
        self._database = database

    def workspace_ids(self) -> list[WorkspaceId]:
        with self._database.transaction() as connection:
            return [row["id"] for row in connection.execute(WORKSPACE["ids"])]

    def close_stale(self, workspace_id: WorkspaceId, *, now: datetime) -> int:
        parameters = {"now": now, "idle_since": now - IDLE_AFTER}
        with self._database.batch(workspace_id) as connection:
            closed = connection.execute(UPKEEP["close_stale"], parameters)
        [row] = closed.fetchall()
        return int(row["closed"])

    def neglected(self, workspace_id: WorkspaceId, *, now: datetime) -> Neglected:
        parameters = {
            "now": now,
            "neglected_since": now - NEGLECTED_AFTER,
            "overdue_since": now - OVERDUE_AFTER,
            "max_relays": MAX_RELAYS,
            "max_restarts": RESTARTS_A_MINUTE,
        }
        with self._database.batch(workspace_id) as connection:
            lost = connection.execute(UPKEEP["lose_senders"], parameters)
            unread = connection.execute(UPKEEP["unread"], parameters)
            wait = connection.execute(UPKEEP["longest_wait"], parameters)
            promised = connection.execute(UPKEEP["promised"], parameters)
            overdue = connection.execute(UPKEEP["overdue"], parameters)
        return Neglected(
            unread=tuple(CustomerWrote(workspace_id=workspace_id, **row) for row in unread),
            promised=tuple(PromisedTurn(workspace_id=workspace_id, **row) for row in promised),
            overdue=tuple(timer_from(row) for row in overdue),
            uncertain=lost.rowcount,
            longest_wait=wait.fetchall()[0]["seconds"],
        )
