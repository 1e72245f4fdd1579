"""Conversations, read for a person to look at: one round trip each."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import WORKSPACE, Database
from morfx.domain.identifier import SessionId
from morfx.domain.inbound import Route
from morfx.domain.text import storable
from morfx.domain.transcript import ReceivingNumber, Transcript

TRANSCRIPTS = sql.load("transcripts.sql")

#: A person looks at the end of a conversation.
MAX_LINES = 100
MAX_EVENTS = 12
MAX_TURNS = 30
MAX_TIMERS = 20
MAX_SAVED = 20

#: Who looks once has looked for so long, and that is written down this often at most.
WATCHED, RENEWAL = timedelta(seconds=15), timedelta(seconds=5)

_TRANSCRIPT = TypeAdapter(Transcript)


class PostgresTranscripts:
    most_lines = MAX_LINES

    def __init__(self, database: Database, *, route: Callable[[str], Route | None]) -> None:
        self._database = database
        self._route = route

    def numbers(self) -> tuple[ReceivingNumber, ...]:
        with self._database.transaction() as connection:
            workspaces = [row["id"] for row in connection.execute(WORKSPACE["ids"])]
        if len(workspaces) != 1:
            return ()
        with self._database.batch(workspaces[0]) as connection:
            found = connection.execute(TRANSCRIPTS["numbers"])
        return tuple(ReceivingNumber(**row) for row in found)

    def read(
        self, account: str, customer: str, *, now: datetime, session_id: SessionId | None = None
    ) -> Transcript | None:
        route = self._route(storable(account))
        if route is None:
            return None
        parameters = {
            "workspace_id": route.workspace_id,
            "channel_id": route.channel_id,
            "customer": storable(customer),
            "session_id": session_id,
            "lines": MAX_LINES,
            "events": MAX_EVENTS,
            "turns": MAX_TURNS,
            "timers": MAX_TIMERS,
            "saved": MAX_SAVED,
            "now": now,
            "watched_until": now + WATCHED,
            "renewal": RENEWAL,
        }
        with self._database.batch(route.workspace_id) as connection:
            found = connection.execute(TRANSCRIPTS["transcript"], parameters)
        row = found.fetchone()
        return _TRANSCRIPT.validate_python(row) if row else None
