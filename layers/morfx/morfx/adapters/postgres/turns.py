"""Where a turn reads and commits: two round trips."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Literal

from psycopg.types.json import Jsonb

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Connection, Cursor, Database
from morfx.adapters.postgres.errors import ConversationMoved
from morfx.adapters.postgres.reading import reading_from
from morfx.domain.conversation import Reading
from morfx.domain.errors import ConversationBusy, Rejected
from morfx.domain.identifier import TurnId, new_id
from morfx.domain.message import Bubble
from morfx.domain.session import Session
from morfx.domain.turn import CustomerWrote, TimerExpired, TurnCommit, Wake

TURNS = sql.load("turns.sql")

#: Longer than the turn function's own timeout (template.yaml), so that a living turn keeps it.
LEASE = timedelta(seconds=40)

#: A customer who never stops typing is answered after this long all the same.
PATIENCE = timedelta(seconds=15)


class PostgresTurns:
    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(
        self, wake: Wake, *, turn_id: TurnId, now: datetime
    ) -> Reading | Literal["nothing_unread", "superseded"]:
        parameters = {
            "conversation_id": wake.conversation_id,
            "turn_id": turn_id,
            "now": now,
            "lease_until": now + LEASE,
            "impatient_since": now - PATIENCE,
            "inbound_seq": wake.inbound_seq if isinstance(wake, CustomerWrote) else None,
            "timer_id": wake.timer_id if isinstance(wake, TimerExpired) else None,
        }
        with self._database.batch(wake.workspace_id) as connection:
            claimed = connection.execute(TURNS["claim"], parameters)
        row = claimed.fetchone()
        if row is None:
            return self._why_not(wake, parameters)
        return reading_from(row, wake=wake, turn_id=turn_id)

    def commit(self, turn: TurnCommit) -> tuple[str, ...] | None:
        try:
            with self._database.batch(turn.reading.workspace_id) as connection:
                connection.execute(TURNS["conclude"], _turn_parameters(turn))
                if turn.expired:
                    connection.execute(TURNS["end_timer"], _turn_parameters(turn))
                disarmed = _write_session(connection, turn, turn.session) if turn.session else None
                if turn.events:
                    connection.execute(TURNS["note_events"], _event_parameters(turn))
        except ConversationMoved:
            return None
        rows = disarmed.fetchall() if disarmed else []
        return tuple(row["task_token"] for row in rows if row["task_token"])

    def release(self, reading: Reading) -> None:
        with self._database.batch(reading.workspace_id) as connection:
            connection.execute(
                TURNS["release"],
                {"conversation_id": reading.conversation_id, "turn_id": reading.turn_id},
            )

    def _why_not(
        self, wake: Wake, parameters: dict[str, Any]
    ) -> Literal["nothing_unread", "superseded"]:
        with self._database.batch(wake.workspace_id) as connection:
            found = connection.execute(TURNS["standing"], parameters)
        row = found.fetchone()
        if row is None:
            raise Rejected("no such conversation", conversation_id=str(wake.conversation_id))
        if row["nothing_unread"] and isinstance(wake, CustomerWrote):
            return "nothing_unread"
        if row["busy"]:
            raise ConversationBusy(conversation_id=str(wake.conversation_id))
        return "superseded"


def _write_session(connection: Connection, turn: TurnCommit, session: Session) -> Cursor:
    """Everything that belongs to the session; returns the cursor of the timers it stopped."""
    parameters = _turn_parameters(turn)
    if turn.ended:
        connection.execute(TURNS["save_session"], _session_parameters(turn, turn.ended))
    connection.execute(TURNS["save_session"], _session_parameters(turn, session))
    connection.execute(TURNS["save_state"], _state_parameters(turn, session))
    connection.execute(TURNS["add_turns"], parameters)
    if turn.bubbles:
        connection.execute(TURNS["promise"], parameters)
    disarmed = connection.execute(TURNS["disarm"], parameters)
    if turn.armed:
        connection.execute(TURNS["arm"], asdict(turn.armed))
    return disarmed


def _turn_parameters(turn: TurnCommit) -> dict[str, object]:
    reading = turn.reading
    return {
        "workspace_id": reading.workspace_id,
        "conversation_id": reading.conversation_id,
        "turn_id": reading.turn_id,
        "session_id": turn.session.id if turn.session else None,
        "last_seq": reading.last_seq,
        "read_seq": turn.reads_to,
        "claimed_read_seq": reading.read_seq,
        "answers_from_seq": reading.unread[0].seq if reading.unread else None,
        "answers_since": reading.unread[0].received_at if reading.unread else None,
        "turns": Jsonb(_turns(turn)),
        "bubbles": Jsonb([_bubble(bubble) for bubble in turn.bubbles]),
        "expired_id": turn.expired.id if turn.expired else None,
        "void_because": turn.void_because,
        "now": turn.at,
    }


def _turns(turn: TurnCommit) -> list[dict[str, object]]:
    """What the customer said and what we answer; the answer's row is the turn's id."""
    said = [bubble.text for bubble in turn.bubbles if not bubble.cancelled_because]
    turns: list[dict[str, object]] = []
    if turn.heard is not None:
        first = (
            turn.comprehension.intents[0]
            if turn.comprehension and turn.comprehension.intents
            else None
        )
        turns.append(
            {
                "id": str(new_id()),
                "role": "user",
                "content": turn.heard,
                "intent_detected": first.intent if first else None,
                "confidence": first.confidence if first else None,
            }
        )
    if turn.bubbles:
        turns.append(
            {"id": str(turn.reading.turn_id), "role": "assistant", "content": "\n\n".join(said)}
        )
    return [{**row, "place": place} for place, row in enumerate(turns, 1)]


def _bubble(bubble: Bubble) -> dict[str, object]:
    return {
        "id": str(bubble.id),
        "position": bubble.position,
        "text": bubble.text,
        "status": "cancelled" if bubble.cancelled_because else "queued",
        "status_reason": bubble.cancelled_because,
        "purpose": bubble.purpose,
        "template_ids": list(bubble.template_ids),
        "delay_seconds": bubble.delay_seconds,
    }


def _session_parameters(turn: TurnCommit, session: Session) -> dict[str, object]:
    return {
        "id": session.id,
        "agent_id": session.agent_id,
        "conversation_id": turn.reading.conversation_id,
        "contact_id": turn.reading.contact_id,
        "workspace_id": turn.reading.workspace_id,
        "status": session.status,
        "end_reason": session.end_reason,
        "mode": session.mode,
        "last_activity_at": session.last_activity_at,
        "version": session.version,
    }


def _state_parameters(turn: TurnCommit, session: Session) -> dict[str, object]:
    state = session.state
    return {
        "session_id": session.id,
        "workspace_id": turn.reading.workspace_id,
        "intents_vistos": Jsonb(
            [
                {**asdict(seen), "timestamp": seen.timestamp.isoformat()}
                for seen in state.intents_vistos
            ]
        ),
        "datos_capturados": Jsonb(dict(state.datos_capturados)),
        "pack_seleccionado": state.pack_seleccionado,
        "proactive_started_at": state.proactive_started_at,
        "first_data_at": state.first_data_at,
        "min_data_at": state.min_data_at,
        "ofrecer_promos_at": state.ofrecer_promos_at,
    }


def _event_parameters(turn: TurnCommit) -> dict[str, object]:
    events = [
        {"id": str(new_id()), "type": event.type, "payload": dict(event.payload)}
        for event in turn.events
    ]
    return {**_turn_parameters(turn), "events": Jsonb(events)}
