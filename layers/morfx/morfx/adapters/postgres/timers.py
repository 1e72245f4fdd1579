"""Timer rows: the truth that Step Functions clocks."""

from datetime import datetime

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Database
from morfx.adapters.postgres.reading import timer_from
from morfx.domain.errors import Rejected
from morfx.domain.identifier import SessionId, WorkspaceId
from morfx.domain.relay import MAX_RESTARTS
from morfx.domain.timer import Timer, TimerInput

TIMERS = sql.load("timers.sql")


class PostgresTimers:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_token(
        self, waited: TimerInput, token: str, *, rang_at: datetime | None = None
    ) -> Timer:
        parameters = {
            "id": waited.timer_id,
            "generation": waited.generation,
            "level": waited.level,
            "due_at": waited.due_at,
            "token": token,
            "rang_at": rang_at,
        }
        return self._one("keep_token", parameters, waited.workspace_id)

    def armed(self, *, workspace_id: WorkspaceId, limit: int) -> list[Timer]:
        return self._all("armed", {"limit": limit}, workspace_id)

    def waiting(self, session_id: SessionId, *, workspace_id: WorkspaceId) -> Timer | None:
        found = self._all("waiting", {"session_id": session_id}, workspace_id)
        return found[0] if found else None

    def pause(
        self, session_id: SessionId, *, workspace_id: WorkspaceId, now: datetime
    ) -> list[Timer]:
        return self._all("pause", {"session_id": session_id, "now": now}, workspace_id)

    def resume(
        self, session_id: SessionId, *, workspace_id: WorkspaceId, now: datetime
    ) -> list[Timer]:
        return self._all("resume", {"session_id": session_id, "now": now}, workspace_id)

    def restart(self, timer: Timer) -> Timer:
        parameters = {"id": timer.id, "restarts": timer.restarts, "limit": MAX_RESTARTS}
        return self._one("restart", parameters, timer.workspace_id)

    def _all(
        self, query: str, parameters: dict[str, object], workspace_id: WorkspaceId
    ) -> list[Timer]:
        with self._database.batch(workspace_id) as connection:
            found = connection.execute(TIMERS[query], parameters)
        return [timer_from(row) for row in found]

    def _one(self, query: str, parameters: dict[str, object], workspace_id: WorkspaceId) -> Timer:
        with self._database.batch(workspace_id) as connection:
            found = connection.execute(TIMERS[query], parameters)
        row = found.fetchone()
        if row is None:
            raise Rejected("no such timer, or it has moved", timer_id=str(parameters["id"]))
        return timer_from(row)
