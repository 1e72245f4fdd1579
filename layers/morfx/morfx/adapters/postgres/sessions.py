"""Sessions, for whoever acts on one from outside a turn: one round trip each."""

from dataclasses import asdict

from psycopg.types.json import Jsonb

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.commit import events_of
from morfx.adapters.postgres.connection import Cursor, Database
from morfx.adapters.postgres.reading import session_from, timer_from
from morfx.adapters.postgres.turns import TURNS
from morfx.domain.errors import SessionNotFoundError
from morfx.domain.identifier import AgentId, ConversationId, SessionId, WorkspaceId, new_id
from morfx.domain.intervention import Intervention
from morfx.domain.session import Session
from morfx.domain.timer import Timer

SESSIONS = sql.load("sessions.sql")


class PostgresSessions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, session_id: SessionId, *, workspace_id: WorkspaceId) -> Session:
        found = self._find(workspace_id, session_id=session_id)
        if found is None:
            raise SessionNotFoundError(session_id=str(session_id))
        return found

    def active(
        self, conversation_id: ConversationId, *, agent_id: AgentId, workspace_id: WorkspaceId
    ) -> Session | None:
        return self._find(workspace_id, conversation_id=conversation_id, agent_id=agent_id)

    def intervene(self, intervention: Intervention) -> tuple[Timer, ...]:
        parameters = _parameters(intervention)
        stopped: Cursor | None = None
        with self._database.batch(intervention.workspace_id) as connection:
            connection.execute(SESSIONS["switch"], parameters)
            if intervention.session:
                connection.execute(SESSIONS["write"], parameters)
            if intervention.bubbles_end:
                connection.execute(SESSIONS["stop_bubbles"], parameters)
            if intervention.timers_end:
                stopped = connection.execute(TURNS["disarm"], parameters)
            if intervention.armed:
                connection.execute(TURNS["arm"], asdict(intervention.armed))
            if intervention.handoff_reason:
                connection.execute(TURNS["hand_over"], parameters)
            connection.execute(SESSIONS["note"], parameters)
        timers = [timer_from(row) for row in stopped or ()]
        return tuple(timer for timer in timers if timer.task_token)

    def _find(self, workspace_id: WorkspaceId, **named: object) -> Session | None:
        nobody = dict.fromkeys(("session_id", "conversation_id", "agent_id"))
        with self._database.batch(workspace_id) as connection:
            found = connection.execute(SESSIONS["find"], nobody | named)
        row = found.fetchone()
        return session_from(row) if row else None


def _parameters(intervention: Intervention) -> dict[str, object]:
    session = intervention.session
    return {
        "workspace_id": intervention.workspace_id,
        "conversation_id": intervention.conversation_id,
        "session_id": session.id if session else None,
        "version": session.version if session else None,
        "status": session.status if session else None,
        "end_reason": session.end_reason if session else None,
        "bot_state": intervention.bot_state,
        "bot_was": list(intervention.bot_was),
        "muted_until": intervention.muted_until,
        "disarmed_because": intervention.timers_end,
        "kept_id": None,
        "bubbles_end": intervention.bubbles_end,
        "task_id": new_id(),
        "handoff_reason": intervention.handoff_reason,
        "brief": "",
        "events": Jsonb(events_of(intervention.events)),
        "now": intervention.at,
    }
