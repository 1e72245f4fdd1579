"""What was written and said over the API, and what it led to."""

import json
from collections.abc import Mapping

from pydantic import TypeAdapter

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Database
from morfx.domain.exchange import Exchange, SaidBubble, SessionView
from morfx.domain.identifier import AgentId, SessionId
from morfx.domain.inbound import Route

EXCHANGES = sql.load("exchanges.sql")

_EXCHANGE = TypeAdapter(Exchange)
_SESSION = TypeAdapter(SessionView)
_SAID = TypeAdapter(tuple[SaidBubble, ...])


class PostgresExchanges:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, provider_message_id: str, *, route: Route) -> Exchange | None:
        parameters = {
            "channel_id": route.channel_id,
            "provider_message_id": provider_message_id,
        }
        with self._database.batch(route.workspace_id) as connection:
            found = connection.execute(EXCHANGES["exchange"], parameters)
        row = found.fetchone()
        return _EXCHANGE.validate_python(row) if row else None

    def keep(
        self, exchange: Exchange, answer: Mapping[str, object], *, route: Route
    ) -> Mapping[str, object]:
        parameters = {
            "message_id": exchange.id,
            "workspace_id": route.workspace_id,
            "answer": json.dumps(answer),
        }
        with self._database.batch(route.workspace_id) as connection:
            kept = connection.execute(EXCHANGES["keep"], parameters)
        [row] = kept.fetchall()
        told: Mapping[str, object] = row["answer"]
        return told

    def session(
        self, session_id: SessionId, *, agent_id: AgentId, route: Route
    ) -> SessionView | None:
        parameters = {
            "session_id": session_id,
            "agent_id": agent_id,
            "channel_id": route.channel_id,
        }
        with self._database.batch(route.workspace_id) as connection:
            found = connection.execute(EXCHANGES["session"], parameters)
            ordered = connection.execute(EXCHANGES["order"], parameters)
        row = found.fetchone()
        if row is None:
            return None
        return _SESSION.validate_python({**row, "order": ordered.fetchone()})

    def said(
        self, *, after: int, customer: str | None, limit: int, route: Route
    ) -> tuple[SaidBubble, ...]:
        parameters = {
            "channel_id": route.channel_id,
            "after": after,
            "customer": customer,
            "limit": limit,
        }
        with self._database.batch(route.workspace_id) as connection:
            found = connection.execute(EXCHANGES["said"], parameters)
        return _SAID.validate_python(found.fetchall())
