"""Where promised bubbles wait, are taken under the send gate, and settled."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Connection, Cursor, Database
from morfx.adapters.postgres.reading import media_from, switches_from
from morfx.domain.content import ApprovedTemplate, free_form
from morfx.domain.delivery import (
    GateFacts,
    Hold,
    Outgoing,
    PromisedTurn,
    Settlement,
    TakenBubble,
    Verdict,
)
from morfx.domain.errors import ConversationBusy
from morfx.domain.identifier import MessageId
from morfx.domain.quiet_hours import BOGOTA
from morfx.domain.turn import CustomerWrote

OUTBOX = sql.load("outbox.sql")

#: Seconds over which the bubbles that found the bucket empty come again, each at its own.
BUCKET_SPREAD = 5

_CONCERNS = {"pace": "slow_down", "number": "pause_number", "window": "close_window"}


class PostgresOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    def take(
        self, turn: PromisedTurn, judge: Callable[[GateFacts], Verdict], *, now: datetime
    ) -> TakenBubble | None:
        parameters = {
            "conversation_id": turn.conversation_id,
            "turn_id": turn.turn_id,
            "day_ago": now - timedelta(days=1),
            "today": now.astimezone(BOGOTA).date(),
            "now": now,
        }
        with self._database.batch(turn.workspace_id) as connection:
            connection.execute(OUTBOX["lock_conversation"], parameters)
            row = connection.execute(OUTBOX["next"], parameters).fetchone()
            if row is None:
                return None
            if row["earlier_is_leaving"]:
                raise ConversationBusy("an earlier bubble of the turn is on its way")
            verdict = judge(_gate_facts(row))
            written, reopened = _write(connection, verdict, row, parameters)
        if verdict.reason is None and not written.fetchone():
            verdict = _without_token(row["id"], now)
        return _taken(row, verdict, _reopened(turn, reopened))

    def put_back(
        self, message_id: MessageId, hold: Hold | None = None, *, turn: PromisedTurn, now: datetime
    ) -> None:
        verdict = hold.verdict if hold else Verdict()
        parameters = {
            "id": message_id,
            "not_before": verdict.until,
            "reason": verdict.reason if verdict.is_beyond_patience(now) else None,
            "because": hold.because if hold else None,
            "now": now,
        }
        with self._database.batch(turn.workspace_id) as connection:
            connection.execute(OUTBOX["put_back"], parameters)
            if hold and hold.concerns in _CONCERNS:
                connection.execute(OUTBOX[_CONCERNS[hold.concerns]], parameters)

    def settle(
        self, message_id: MessageId, result: Settlement, *, turn: PromisedTurn, now: datetime
    ) -> None:
        parameters = {
            "id": message_id,
            "status": result.status,
            "reason": result.reason,
            "provider_message_id": result.provider_message_id,
            "error_code": result.error_code,
            "now": now,
        }
        with self._database.batch(turn.workspace_id) as connection:
            connection.execute(OUTBOX["settle"], parameters)


def _write(
    connection: Connection, verdict: Verdict, row: dict[str, Any], parameters: dict[str, Any]
) -> tuple[Cursor, Cursor | None]:
    """Do as the gate says; where that reopens what the turn had read, a second cursor tells."""
    now = parameters["now"]
    judged = {
        **parameters,
        "id": row["id"],
        "channel_id": row["channel_id"],
        "type": "template" if verdict.template else None,
        "reason": verdict.reason,
        "not_before": verdict.until,
    }
    if verdict.reason is None:
        return connection.execute(OUTBOX["take"], judged), None
    if verdict.until:
        if not verdict.is_beyond_patience(now):
            judged["reason"] = None
        return connection.execute(OUTBOX["hold"], judged), None
    refused = connection.execute(OUTBOX["refuse"], judged)
    if not row["newer_inbound"]:
        return refused, None
    return refused, connection.execute(OUTBOX["reopen"], judged)


def _reopened(turn: PromisedTurn, cursor: Cursor | None) -> CustomerWrote | None:
    row = cursor.fetchone() if cursor else None
    if row is None:
        return None
    return CustomerWrote(
        workspace_id=turn.workspace_id,
        conversation_id=turn.conversation_id,
        inbound_seq=row["inbound_seq"],
    )


def _without_token(message_id: MessageId, now: datetime) -> Verdict:
    seconds = 1 + message_id.int % BUCKET_SPREAD
    return Verdict(reason="throttled", until=now + timedelta(seconds=seconds))


def _gate_facts(row: dict[str, Any]) -> GateFacts:
    template = row["approved_template"]
    same = ("purpose", "text", "newer_inbound", "last_inbound_at", "window_closed_at", "not_before")
    asked = ("said_in_turn", "said_at", "quiet_hours_enabled", "in_quiet_hours", "contact_name")
    counted = ("proactive_daily_cap", "proactive_sent")
    return GateFacts(
        message_id=row["id"],
        switches=switches_from(row),
        approved_template=_approved(template) if template else None,
        number_daily_cap=row["daily_cap"],
        number_taken=row["taken_today"],
        number_paused_until=row["paused_until"],
        **{name: row[name] for name in (*same, *asked, *counted)},
    )


def _approved(template: dict[str, Any]) -> ApprovedTemplate:
    return ApprovedTemplate(**template | {"variables": tuple(template["variables"])})


def _taken(row: dict[str, Any], verdict: Verdict, reopened: CustomerWrote | None) -> TakenBubble:
    own = free_form(
        row["text"],
        choices=tuple(row["choices"] or ()),
        label=row["choices_label"],
        media=media_from(row["media"]),
    )
    return TakenBubble(
        message_id=row["id"],
        outgoing=Outgoing(
            provider=row["provider"],
            phone_number_id=row["provider_account_id"],
            to=row["external_id"],
            content=verdict.template or own,
            reference=str(row["id"]),
        ),
        verdict=verdict,
        attempts=row["attempts"] + 1,
        answers_since=row["answers_since"],
        remaining=row["remaining"],
        wait_seconds=row["wait_seconds"],
        reopened=reopened,
    )
