"""How conversations stand, for the simulator."""

from collections.abc import Callable
from datetime import datetime

from pydantic import TypeAdapter

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Database
from morfx.domain.identifier import WorkspaceId
from morfx.domain.inbound import Route
from morfx.domain.relay import MAX_RELAYS, OVERDUE_AFTER
from morfx.domain.standing import Standing

STANDING = sql.load("standing.sql")

_STANDING = TypeAdapter(Standing)


class PostgresStandings:
    def __init__(self, database: Database, *, route: Callable[[str], Route | None]) -> None:
        self._database = database
        self._route = route

    def read(self, account: str, customer: str) -> Standing | None:
        route = self._route(account)
        if route is None:
            return None
        parameters = {
            "workspace_id": route.workspace_id,
            "channel_id": route.channel_id,
            "customer": customer,
        }
        with self._database.batch(route.workspace_id) as connection:
            found = connection.execute(STANDING["standing"], parameters)
        row = found.fetchone()
        return _STANDING.validate_python(row) if row else None

    def attention_at(self, workspace_id: WorkspaceId) -> datetime | None:
        parameters = {"max_relays": MAX_RELAYS, "overdue_after": OVERDUE_AFTER}
        with self._database.batch(workspace_id) as connection:
            found = connection.execute(STANDING["attention"], parameters)
        [row] = found.fetchall()
        at: datetime | None = row["at"]
        return at
