"""Keys of the API, and who may use them."""

from datetime import datetime

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Database
from morfx.domain.api_key import ApiKey, ListedKey, WrittenKey
from morfx.domain.errors import MalformedRequest
from morfx.domain.identifier import AgentId, WorkspaceId, new_id

KEYS = sql.load("api_keys.sql")


class PostgresApiKeys:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, prefix: str) -> ApiKey | None:
        with self._database.transaction() as connection:
            row = connection.execute(KEYS["find"], {"prefix": prefix}).fetchone()
        return ApiKey(id=row.pop("api_key_id"), **row) if row else None

    def use(self, key: ApiKey, *, now: datetime) -> AgentId | None:
        with self._database.batch(key.workspace_id) as connection:
            used = connection.execute(KEYS["use"], {"id": key.id, "now": now})
        row = used.fetchone()
        return AgentId(row["agent_id"]) if row else None

    def issue(
        self,
        key: WrittenKey,
        *,
        name: str,
        workspace_id: WorkspaceId,
        expires_at: datetime | None,
        now: datetime,
    ) -> None:
        parameters = {
            "id": new_id(),
            "channel_id": new_id(),
            "workspace_id": workspace_id,
            "name": name,
            "prefix": key.prefix,
            "secret_sha256": key.sha256,
            "expires_at": expires_at,
            "now": now,
        }
        with self._database.batch(workspace_id) as connection:
            connection.execute(KEYS["open_channel"], parameters)
            issued = connection.execute(KEYS["issue"], parameters)
        if issued.fetchone() is None:
            raise MalformedRequest(f"workspace_id: there is no workspace {workspace_id}")

    def revoke(self, prefix: str, *, workspace_id: WorkspaceId, now: datetime) -> bool:
        with self._database.batch(workspace_id) as connection:
            revoked = connection.execute(KEYS["revoke"], {"prefix": prefix, "now": now})
        return revoked.fetchone() is not None

    def list(self, workspace_id: WorkspaceId) -> tuple[ListedKey, ...]:
        with self._database.batch(workspace_id) as connection:
            found = connection.execute(KEYS["list"])
        return tuple(ListedKey(**row) for row in found)
