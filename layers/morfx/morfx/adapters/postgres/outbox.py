"""Where promised bubbles wait, are taken under the send gate, and settled."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Database
from morfx.adapters.postgres.reading import switches_from
from morfx.domain.delivery import GateFacts, PromisedTurn, Settlement, TakenBubble
from morfx.domain.errors import ConversationBusy
from morfx.domain.identifier import MessageId

OUTBOX = sql.load("outbox.sql")


class PostgresOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    def take(
        self, turn: PromisedTurn, refusal: Callable[[GateFacts], str | None], *, now: datetime
    ) -> TakenBubble | None:
        parameters = {
            "conversation_id": turn.conversation_id,
            "turn_id": turn.turn_id,
            "day_ago": now - timedelta(days=1),
        }
        with self._database.transaction(turn.workspace_id) as connection:
            with connection.pipeline():
                connection.execute(OUTBOX["lock_conversation"], parameters)
                found = connection.execute(OUTBOX["next"], parameters)
            row = found.fetchone()
            if row is None:
                return None
            if row["earlier_is_leaving"]:
                raise ConversationBusy("an earlier bubble of the turn is on its way")
            taken = _taken(row, refusal(_gate_facts(row)))
            verdict = {"id": row["id"], "refusal": taken.refusal, "now": now}
            connection.execute(OUTBOX["refuse" if taken.refusal else "take"], verdict)
            if row["newer_inbound"]:
                connection.execute(OUTBOX["reopen"], verdict)
        return taken

    def put_back(self, message_id: MessageId, *, turn: PromisedTurn) -> None:
        with self._database.batch(turn.workspace_id) as connection:
            connection.execute(OUTBOX["put_back"], {"id": message_id})

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


def _gate_facts(row: dict[str, Any]) -> GateFacts:
    return GateFacts(
        purpose=row["purpose"],
        switches=switches_from(row),
        last_inbound_at=row["last_inbound_at"],
        newer_inbound=row["newer_inbound"],
        quiet_hours_enabled=row["quiet_hours_enabled"],
        proactive_daily_cap=row["proactive_daily_cap"],
        proactive_sent=row["proactive_sent"],
    )


def _taken(row: dict[str, Any], refusal: str | None) -> TakenBubble:
    return TakenBubble(
        message_id=row["id"],
        phone_number_id=row["provider_account_id"],
        to=row["external_id"],
        text=row["text"],
        buttons=tuple(row["buttons"] or ()),
        refusal=refusal,
        answers_since=row["answers_since"],
        remaining=row["remaining"],
        wait_seconds=row["wait_seconds"],
    )
