"""Answers as JSON. Money is a decimal in a string, instants are ISO 8601 in UTC."""

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal

from morfx.domain.agent import Agent
from morfx.domain.completeness import missing
from morfx.domain.content import Media
from morfx.domain.exchange import (
    Exchange,
    ModelUse,
    PromisedBubble,
    SaidBubble,
    SessionOrder,
    SessionView,
    WaitingTimer,
)

Document = dict[str, object]


def answer_of(
    exchange: Exchange, session: SessionView | None, *, agent: Agent, message_id: str
) -> Document:
    """What was said to a message, why, and where its session stands now."""
    return {
        "session_id": str(exchange.session_id) if exchange.session_id else None,
        "conversation_id": str(exchange.conversation_id),
        "message_id": message_id,
        "messages": [_promised(bubble) for bubble in exchange.bubbles],
        **_standing(session, agent),
        "silence_reason": exchange.silence_reason,
        "handoff_reason": exchange.handoff_reason,
        "intents": [asdict(intent) for intent in exchange.intents],
        "tokens": _tokens(exchange.models),
    }


def session_of(session: SessionView, *, agent: Agent) -> Document:
    return {
        "session_id": str(session.id),
        "conversation_id": str(session.conversation_id),
        "customer": session.customer,
        "status": session.status,
        "end_reason": session.end_reason,
        **_standing(session, agent),
        "tokens_used": session.tokens_used,
        "created_at": _instant(session.created_at),
        "last_activity_at": _instant(session.last_activity_at),
    }


def page_of(said: tuple[SaidBubble, ...], *, after: int, limit: int) -> Document:
    """``after``: where to read on, also when nothing is there yet."""
    return {
        "messages": [_said(bubble) for bubble in said],
        "after": said[-1].said_no if said else after,
        "more": len(said) == limit,
    }


def _standing(session: SessionView | None, agent: Agent) -> Document:
    data = session.data if session else {}
    return {
        "mode": session.mode if session else None,
        "data": dict(data),
        "missing": list(missing(agent.fields_of("required"), data)),
        "pack": session.pack if session else None,
        "order": _order(session.order) if session and session.order else None,
        "timer": _timer(session.timer) if session and session.timer else None,
    }


def _promised(bubble: PromisedBubble) -> Document:
    said: Document = {
        "id": str(bubble.id),
        "position": bubble.position,
        **_content(bubble.type, bubble.text, bubble.choices, bubble.media),
        "status": bubble.status,
    }
    return said | {"reason": bubble.status_reason} if bubble.status_reason else said


def _said(bubble: SaidBubble) -> Document:
    return {
        "number": bubble.said_no,
        "id": str(bubble.id),
        "conversation_id": str(bubble.conversation_id),
        "customer": bubble.customer,
        "purpose": bubble.purpose,
        **_content(bubble.type, bubble.text, bubble.choices, bubble.media),
        "said_at": _instant(bubble.said_at),
    }


def _content(type: str, text: str, choices: tuple[str, ...], media: Media | None) -> Document:
    content: Document = {"type": type, "text": text}
    if choices:
        content["choices"] = list(choices)
    if media:
        content["media"] = asdict(media)
    return content


def _order(order: SessionOrder) -> Document:
    return {**asdict(order), "total": str(order.total)}


def _timer(timer: WaitingTimer) -> Document:
    return {"level": timer.level, "due_at": _instant(timer.due_at)}


def _tokens(models: tuple[ModelUse, ...]) -> Document:
    return {
        "input": sum(used.input for used in models),
        "output": sum(used.output for used in models),
        "cost": str(sum((used.cost for used in models), Decimal(0))),
        "models": {
            used.model: {"input": used.input, "output": used.output, "cost": str(used.cost)}
            for used in models
        },
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
