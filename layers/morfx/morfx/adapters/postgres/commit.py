"""A turn's commit as the parameters of its queries."""

from collections.abc import Sequence
from dataclasses import asdict

from psycopg.types.json import Jsonb

from morfx.domain.completeness import FIELDS
from morfx.domain.comprehension import ModelCall
from morfx.domain.identifier import new_id
from morfx.domain.message import Bubble
from morfx.domain.order import Order
from morfx.domain.order_standing import CLOSED, STAGES
from morfx.domain.session import Session
from morfx.domain.turn import DomainEvent, TurnCommit

Parameters = dict[str, object]


def turn_parameters(turn: TurnCommit) -> Parameters:
    reading = turn.reading
    return {
        **account_parameters(turn),
        "session_id": turn.session.id if turn.session else None,
        "last_seq": reading.last_seq,
        "read_seq": turn.reads_to,
        "claimed_read_seq": reading.read_seq,
        "answers_from_seq": reading.unread[0].seq if reading.unread else None,
        "answers_since": reading.unread[0].received_at if reading.unread else None,
        "turns": Jsonb(_turns(turn)),
        "bubbles": Jsonb([_bubble(bubble) for bubble in turn.bubbles]),
        "events": Jsonb(events_of(turn.events)),
        "proof": Jsonb(dict(turn.proof)),
        "handoff_reason": turn.handoff_reason,
        "brief": turn.brief,
        "task_id": new_id(),
        "expired_id": turn.expired.id if turn.expired else None,
        "expired_because": turn.expired.end_reason if turn.expired else None,
        "void_because": turn.void_because,
        "kept_id": turn.kept.id if turn.kept else None,
        "disarmed_because": turn.disarmed_because,
    }


def account_parameters(turn: TurnCommit) -> Parameters:
    """What the ledger is told. A session that only this turn would have begun is not there."""
    reading = turn.reading
    return {
        "workspace_id": reading.workspace_id,
        "conversation_id": reading.conversation_id,
        "contact_id": reading.contact_id,
        "session_id": reading.session.id if reading.session else None,
        "turn_id": reading.turn_id,
        "calls": Jsonb(
            [{**asdict(call), "id": str(new_id()), "cost": str(call.cost)} for call in turn.calls]
        ),
        "now": turn.at,
    }


def session_parameters(turn: TurnCommit, session: Session) -> Parameters:
    state = session.state
    return {
        "id": session.id,
        "agent_id": session.agent_id,
        "conversation_id": turn.reading.conversation_id,
        "contact_id": turn.reading.contact_id,
        "workspace_id": turn.reading.workspace_id,
        "status": session.status,
        "end_reason": session.end_reason,
        "mode": session.mode,
        "tokens_used": session.tokens_used,
        "last_activity_at": session.last_activity_at,
        "version": session.version,
        "intents_vistos": Jsonb(
            [
                {**asdict(seen), "timestamp": seen.timestamp.isoformat()}
                for seen in state.intents_vistos
            ]
        ),
        "datos_capturados": Jsonb(dict(state.datos_capturados)),
        "pack_seleccionado": state.pack_seleccionado,
        "cotizado": Jsonb({pack: str(price) for pack, price in state.cotizado.items()}),
        "proactive_started_at": state.proactive_started_at,
        "first_data_at": state.first_data_at,
        "min_data_at": state.min_data_at,
        "ofrecer_promos_at": state.ofrecer_promos_at,
        "pending_question": state.pending_question,
        "summary": state.summary,
        "summarised_to": state.summarised_to,
    }


def order_parameters(turn: TurnCommit, order: Order) -> Parameters:
    fields = dict.fromkeys(FIELDS, None) | dict(order.delivery)
    return {
        **{name: fields[name] for name in FIELDS},
        **asdict(order.pack),
        "order_id": order.id,
        "is_new": order.before is None,
        "workspace_id": turn.reading.workspace_id,
        "session_id": turn.session.id if turn.session else None,
        "conversation_id": turn.reading.conversation_id,
        "contact_id": turn.reading.contact_id,
        "status": order.status,
        "total": order.total,
        "stage": STAGES[order.status],
        "closed": sorted(CLOSED),
        "recipient": order.recipient,
        "address": order.address,
        "city": order.city,
        "department": order.department,
        "note_id": new_id(),
        "note": order.note,
        "now": turn.at,
    }


def _turns(turn: TurnCommit) -> list[dict[str, object]]:
    """What the customer said and what we answer; the answer's row is the turn's id."""
    if turn.session is None:
        return []
    turns = [] if turn.heard is None else [_heard(turn, turn.heard)]
    said = [bubble.text for bubble in turn.bubbles if not bubble.cancelled_because]
    if turn.bubbles:
        content = "\n\n".join(said)
        answer = {"id": str(turn.reading.turn_id), "role": "assistant", "content": content}
        turns.append({**answer, **_used(turn)})
    return [{"tools_called": [], **row, "place": place} for place, row in enumerate(turns, 1)]


def _used(turn: TurnCommit) -> dict[str, object]:
    """What finding the answer took, beyond understanding the question."""
    asked = turn.orchestration
    return {
        "tokens_used": _tokens(asked.calls) if asked else 0,
        "tools_called": [
            {"name": used.name, "input": used.input, "result": used.result.document}
            for used in (asked.tools_called if asked else ())
        ],
    }


def _tokens(calls: Sequence[ModelCall]) -> int:
    return sum(call.tokens for call in calls)


def _heard(turn: TurnCommit, heard: str) -> dict[str, object]:
    read = turn.comprehension
    first = read.intents[0] if read and read.intents else None
    return {
        "id": str(new_id()),
        "role": "user",
        "content": heard,
        "intent_detected": first.intent if first else None,
        "confidence": first.confidence if first else None,
        "tokens_used": _tokens(read.calls) if read else 0,
    }


def _bubble(bubble: Bubble) -> dict[str, object]:
    return {
        "id": str(bubble.id),
        "position": bubble.position,
        "text": bubble.text,
        "type": _type(bubble),
        "choices": list(bubble.choices) or None,
        "media": asdict(bubble.media) if bubble.media else None,
        "status": "cancelled" if bubble.cancelled_because else "queued",
        "status_reason": bubble.cancelled_because,
        "purpose": bubble.purpose,
        "template_ids": list(bubble.template_ids),
        "delay_seconds": bubble.delay_seconds,
    }


def _type(bubble: Bubble) -> str:
    """The channel's message type."""
    if bubble.media:
        return bubble.media.kind
    return "interactive" if bubble.choices else "text"


def events_of(events: Sequence[DomainEvent]) -> list[dict[str, object]]:
    """Their ids sort as they happened."""
    ids = sorted(str(new_id()) for _ in events)
    return [
        {"id": id, "type": event.type, "payload": dict(event.payload)}
        for id, event in zip(ids, events, strict=True)
    ]
