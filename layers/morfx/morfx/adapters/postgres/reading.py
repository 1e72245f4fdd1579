"""The row a turn reads, as the domain's words."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from morfx.domain.completeness import FIELDS
from morfx.domain.comprehension import PastTurn
from morfx.domain.content import Media
from morfx.domain.conversation import Pack, Reading, Shop, Spending, Switches, Template
from morfx.domain.identifier import AgentId, OrderId, SessionId, TemplateId, TurnId
from morfx.domain.message import UnreadMessage
from morfx.domain.order_standing import OrderStanding
from morfx.domain.session import IntentSeen, Session, SessionState
from morfx.domain.timer import Timer
from morfx.domain.turn import Wake

Row = dict[str, Any]

_TIMER_FIELDS = tuple(Timer.__dataclass_fields__)


def reading_from(row: Row, *, wake: Wake, turn_id: TurnId) -> Reading:
    return Reading(
        workspace_id=wake.workspace_id,
        conversation_id=wake.conversation_id,
        contact_id=row["contact_id"],
        turn_id=turn_id,
        read_seq=row["read_seq"],
        switches=switches_from(row),
        unread=tuple(_unread(message) for message in row["unread"]),
        session=session_from(row) if row["session_id"] else None,
        shop=_shop(row),
        timer=timer_from_json(row["timer"]) if row["timer"] else None,
        timer_generation=row["timer_generation"],
        waiting=timer_from_json(row["waiting"]) if row["waiting"] else None,
        last_order=_order(row["last_order"]) if row["last_order"] else None,
        contact_phone=row["contact_phone"],
        history=tuple(PastTurn(**turn) for turn in row["history"]),
        carried_data=row["datos_capturados"] or {},
        carried_summary=row["summary"],
        watched=row["watched"],
        spending=Spending(
            contact_today=row["contact_today"],
            contact_daily_cap=row["contact_daily_cost_cap"],
            workspace_this_month=row["workspace_this_month"],
            workspace_monthly_cap=row["workspace_monthly_cost_cap"],
        ),
    )


def switches_from(row: Row) -> Switches:
    names = ("agent_enabled", "bot_state", "muted_until", "opted_out", "kill_switch")
    return Switches(**{name: row[name] for name in names})


def media_from(document: Row | None) -> Media | None:
    return Media(**document) if document else None


def timer_from(row: Row) -> Timer:
    return Timer(**{name: row[name] for name in _TIMER_FIELDS})


def timer_from_json(row: Row) -> Timer:
    ids = {
        name: UUID(row[name]) for name in ("id", "workspace_id", "conversation_id", "session_id")
    }
    instants = {
        name: datetime.fromisoformat(row[name]) if row[name] else None
        for name in ("armed_at", "due_at", "paused_at")
    }
    return timer_from(row | ids | instants)


def _unread(message: Row) -> UnreadMessage:
    received_at = datetime.fromisoformat(message["received_at"])
    return UnreadMessage(**message | {"received_at": received_at})


def _order(row: Row) -> OrderStanding:
    same = (
        "status", "stage", "meaning", "pack", "currency", "carrier", "tracking_number",
    )  # fmt: skip
    return OrderStanding(
        **{name: row[name] for name in same},
        id=OrderId(UUID(row["id"])),
        session_id=SessionId(UUID(row["session_id"])),
        total=Decimal(row["total"]),
        delivery={name: row[name] for name in FIELDS if row[name]},
        created_at=datetime.fromisoformat(row["created_at"]),
    )


def session_from(row: Row) -> Session:
    return Session(
        id=SessionId(row["session_id"]),
        agent_id=AgentId(row["conversational_agent_id"]),
        version=row["version"],
        status=row["status"],
        mode=row["current_mode"],
        last_activity_at=row["last_activity_at"],
        end_reason=row["end_reason"],
        tokens_used=row["tokens_used"],
        turns=row["turns"],
        state=SessionState(
            intents_vistos=tuple(_intent_seen(seen) for seen in row["intents_vistos"]),
            templates_enviados=tuple(row["templates_enviados"]),
            datos_capturados=row["datos_capturados"],
            pack_seleccionado=row["pack_seleccionado"],
            cotizado={pack: Decimal(price) for pack, price in row["cotizado"].items()},
            proactive_started_at=row["proactive_started_at"],
            first_data_at=row["first_data_at"],
            min_data_at=row["min_data_at"],
            ofrecer_promos_at=row["ofrecer_promos_at"],
            pending_question=row["pending_question"],
            summary=row["summary"],
            summarised_to=row["summarised_to"],
        ),
    )


def _intent_seen(seen: Row) -> IntentSeen:
    return IntentSeen(**seen | {"timestamp": datetime.fromisoformat(seen["timestamp"])})


def _shop(row: Row) -> Shop:
    return Shop(
        agent_id=AgentId(row["conversational_agent_id"]),
        handoff_message=row["handoff_message"],
        timer_preset=row["timer_preset"],
        response_speed=row["response_speed"],
        templates=tuple(_template(template) for template in row["templates"]),
        packs=tuple(Pack(**pack | {"price": Decimal(pack["price"])}) for pack in row["packs"]),
        opt_out_message=row["opt_out_message"],
        opt_in_message=row["opt_in_message"],
        timer_seconds={int(level): seconds for level, seconds in row["timer_seconds"].items()},
        silence_choices={int(level): choice for level, choice in row["silence_choices"].items()},
    )


def _template(template: Row) -> Template:
    named = {"id": TemplateId(UUID(template["id"])), "media": media_from(template["media"])}
    return Template(**template | named)
