"""How long workspaces wait for their customers."""

from datetime import datetime

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Database
from morfx.domain.errors import Rejected
from morfx.domain.identifier import WorkspaceId, new_id
from morfx.domain.timer import Pace, Preset

PACES = sql.load("paces.sql")


class PostgresPaces:
    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, preset: Preset, *, workspace_id: WorkspaceId, now: datetime) -> Pace:
        parameters = {"preset": preset, "event_id": new_id(), "now": now}
        with self._database.batch(workspace_id) as connection:
            found = connection.execute(PACES["set"], parameters)
        row = found.fetchone()
        if row is None:
            raise Rejected("the workspace has no agent yet", workspace_id=str(workspace_id))
        own = {int(level): seconds for level, seconds in row["timer_seconds"].items()}
        return Pace(preset=row["timer_preset"], own=own)
