"""What customers send, stored in one commit."""

import json
import re
from datetime import datetime, timedelta
from uuid import UUID

from morfx.adapters.postgres import sql
from morfx.adapters.postgres.connection import Database
from morfx.domain.identifier import new_id
from morfx.domain.inbound import Accepted, Reception, Route, Unplaced
from morfx.domain.message import InboundMessage, StatusUpdate
from morfx.domain.opt_out import opts
from morfx.domain.text import storable

INBOX = sql.load("inbox.sql")

_PHONE = re.compile("[1-9][0-9]{6,14}")


class PostgresInbox:
    def __init__(self, database: Database) -> None:
        self._database = database
        #: A number does not change hands while a container lives.
        self._routes: dict[str, Route] = {}

    def route(self, account: str) -> Route | None:
        if account not in self._routes:
            with self._database.transaction() as connection:
                row = connection.execute(INBOX["route"], {"account": account}).fetchone()
            if row is None:
                return None
            self._routes[account] = Route(**row)
        return self._routes[account]

    def receive(
        self, item: Accepted, message: InboundMessage, *, route: Route, now: datetime
    ) -> Reception:
        parameters = _reception_parameters(item, message, route=route, now=now)
        with self._database.batch(route.workspace_id) as connection:
            for name in ("lock_customer", "ensure_customer", "lock_conversation"):
                connection.execute(INBOX[name], parameters)
            received = connection.execute(INBOX["receive"], parameters)
        [row] = received.fetchall()
        return Reception(
            conversation_id=row["conversation_id"],
            seq=row["seq"],
            is_new=row["is_new"],
            unread=row["is_new"] or row["seq"] > row["read_seq"],
            bubbles_stopped=row["bubbles_stopped"],
        )

    def apply_status(self, update: StatusUpdate, *, route: Route) -> bool:
        parameters = {
            "channel_id": route.channel_id,
            "reference": _message_id(update.reference),
            "provider_message_id": storable(update.provider_message_id),
            "status": update.status,
            "at": update.at,
            "error_code": update.error_code,
            "error_title": storable(update.error_title or "") or None,
        }
        failure = update.failure
        with self._database.batch(route.workspace_id) as connection:
            applied = connection.execute(INBOX["apply_status"], parameters)
            if failure and failure.family == "pause_number":
                paused_until = update.at + timedelta(seconds=failure.seconds)
                pause = {"paused_until": paused_until, "because": failure.title}
                connection.execute(INBOX["pause_number"], parameters | pause)
            if failure and failure.family == "window_closed":
                connection.execute(INBOX["close_window"], parameters)
        [row] = applied.fetchall()
        return bool(row["matched"])

    def keep(
        self, item: Accepted, outcome: Unplaced, *, route: Route | None, detail: str | None = None
    ) -> None:
        parameters = {
            "id": item.id,
            "workspace_id": route.workspace_id if route else None,
            "account": storable(item.account) if item.account else None,
            "kind": item.kind,
            "outcome": outcome,
            "detail": storable(detail) if detail else None,
            "payload": json.dumps(item.raw),
            "accepted_at": item.accepted_at,
        }
        workspace_id = route.workspace_id if route else None
        with self._database.transaction(workspace_id) as connection:
            connection.execute(INBOX["keep"], parameters)


def _reception_parameters(
    item: Accepted, message: InboundMessage, *, route: Route, now: datetime
) -> dict[str, object]:
    sender, phone = storable(message.sender), storable(message.sender_phone or "")
    text = storable(message.text)
    # A number on WhatsApp is its person's; who a caller's customer is, the caller's own id says.
    known_by = (sender, phone) if route.kind == "whatsapp" else (sender,)
    identities = list(dict.fromkeys(filter(None, known_by)))
    return {
        "workspace_id": route.workspace_id,
        "channel_id": route.channel_id,
        "channel_kind": route.kind,
        "account": item.account,
        "sender": sender,
        # Meta recommends the phone while it is known.
        "address": (phone or sender) if route.kind == "whatsapp" else sender,
        "identities": identities,
        "new_identity_ids": [new_id() for _ in identities],
        "new_contact_id": new_id(),
        "new_conversation_id": new_id(),
        "name": storable(message.profile_name or ""),
        "phone": f"+{phone}" if _PHONE.fullmatch(phone) else None,
        "message_id": new_id(),
        "type": storable(message.type),
        "text": text,
        "text_escaped": text != message.text,
        "provider_message_id": storable(message.provider_message_id),
        "sent_at": message.sent_at,
        "opts": opts(message.text),
        "reply_to": storable(message.reply_to) if message.reply_to else None,
        "event_id": item.id,
        "payload": json.dumps(item.raw),
        "accepted_at": item.accepted_at,
        "domain_event_id": new_id(),
        "now": now,
    }


def _message_id(reference: str | None) -> UUID | None:
    """Our id, or None for a reference somebody else gave."""
    try:
        return UUID(reference or "")
    except ValueError:
        return None
