"""Saved sessions: a name by which to find them again; their rows stay as all others do."""

from datetime import datetime

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Database
from morfx.domain.errors import SessionNotFoundError
from morfx.domain.identifier import SessionId, WorkspaceId

BOOKMARKS = sql.load("bookmarks.sql")


class PostgresBookmarks:
    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self, name: str, *, session_id: SessionId, workspace_id: WorkspaceId, now: datetime
    ) -> None:
        parameters = {"name": name, "session_id": session_id, "now": now}
        with self._database.batch(workspace_id) as connection:
            kept = connection.execute(BOOKMARKS["put"], parameters)
        if kept.fetchone() is None:
            raise SessionNotFoundError(session_id=str(session_id))

    def remove(self, session_id: SessionId, *, workspace_id: WorkspaceId) -> None:
        with self._database.batch(workspace_id) as connection:
            connection.execute(BOOKMARKS["remove"], {"session_id": session_id})
