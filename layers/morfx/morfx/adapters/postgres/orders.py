"""Orders, for the people of the shop: one round trip each."""

from datetime import datetime
from uuid import UUID

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import WORKSPACE, Database
from morfx.domain.identifier import OrderId, StageId, UserId, WorkspaceId, new_id
from morfx.domain.order_standing import StageMeaning

ORDERS = sql.load("orders.sql")


class PostgresOrders:
    def __init__(self, database: Database) -> None:
        self._database = database

    def move(
        self,
        order_id: OrderId,
        to: StageId | StageMeaning,
        *,
        workspace_id: WorkspaceId,
        by: UserId | None,
        now: datetime,
    ) -> None:
        parameters: dict[str, object] = {
            "order_id": order_id,
            "stage_id": to if isinstance(to, UUID) else None,
            "meaning": None if isinstance(to, UUID) else to,
            "event_ids": sorted((new_id(), new_id())),
            "now": now,
        }
        self._write("move", parameters, workspace_id, by)

    def track(
        self,
        order_id: OrderId,
        *,
        carrier: str,
        tracking_number: str,
        workspace_id: WorkspaceId,
        by: UserId | None,
        now: datetime,
    ) -> None:
        parameters: dict[str, object] = {
            "order_id": order_id,
            "carrier": carrier,
            "tracking_number": tracking_number,
            "event_id": new_id(),
            "now": now,
        }
        self._write("track", parameters, workspace_id, by)

    def _write(
        self,
        query: str,
        parameters: dict[str, object],
        workspace_id: WorkspaceId,
        by: UserId | None,
    ) -> None:
        with self._database.batch(workspace_id) as connection:
            if by is not None:
                connection.execute(WORKSPACE["act_for"], {"user_id": str(by)})
            connection.execute(ORDERS[query], parameters)
