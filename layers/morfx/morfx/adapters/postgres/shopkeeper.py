"""What a person of the shop does beside the agent (docs/operating.md, Switches)."""

from collections.abc import Callable
from datetime import datetime

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Database
from morfx.domain.errors import Rejected
from morfx.domain.inbound import Route

SHOPKEEPER = sql.load("shopkeeper.sql")


class PostgresShopkeeper:
    def __init__(self, database: Database, *, route: Callable[[str], Route | None]) -> None:
        self._database = database
        self._route = route

    def opt_out(self, account: str, customer: str, *, now: datetime) -> None:
        self._write("opt_out", account, {"customer": customer, "now": now})

    def switch(self, account: str, *, enabled: bool) -> None:
        self._write("switch", account, {"enabled": enabled})

    def _write(self, query: str, account: str, parameters: dict[str, object]) -> None:
        route = self._route(account)
        if route is None:
            raise Rejected("nobody's receiving number", account=account)
        with self._database.batch(route.workspace_id) as connection:
            connection.execute(SHOPKEEPER[query], parameters)
