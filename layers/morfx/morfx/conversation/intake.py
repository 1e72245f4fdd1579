"""A customer wrote, or the provider told how a message of ours fared."""

import logging
from dataclasses import dataclass
from typing import Literal

from morfx.domain import wake
from morfx.domain.errors import MalformedWebhook
from morfx.domain.inbound import Accepted, Reception, Route, Unplaced
from morfx.domain.message import InboundMessage
from morfx.domain.turn import CustomerWrote
from morfx.ports import Clock, Inbox, Queue, WebhookParser

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class IntakeOutcome:
    outcome: Literal["received", "duplicate", "status"] | Unplaced
    reception: Reception | None = None


def take_in(
    item: Accepted,
    *,
    inbox: Inbox,
    parser: WebhookParser,
    turns: Queue,
    clock: Clock,
) -> IntakeOutcome:
    """Store one accepted item and wake a turn for it. What cannot be placed is kept, and said.

    Taking the same item in again stores nothing and wakes the turn again if it is still unread.
    """
    route = inbox.route(item.account) if item.account else None
    try:
        if item.kind == "unknown":
            return _keep(item, "unknown_kind", inbox=inbox, route=route)
        if route is None:
            return _keep(item, "unknown_number", inbox=inbox, route=None)
        if item.kind == "status":
            return _apply_status(item, route, inbox=inbox, parser=parser)
        message = parser.message(item.raw, item.profile)
    except MalformedWebhook as error:
        return _keep(item, "malformed", inbox=inbox, route=route, detail=str(error))
    return receive(item, message, route=route, inbox=inbox, turns=turns, clock=clock)


def receive(
    item: Accepted,
    message: InboundMessage,
    *,
    route: Route,
    inbox: Inbox,
    turns: Queue,
    clock: Clock,
) -> IntakeOutcome:
    """Store one message of a known channel and wake a turn for it, whoever runs that turn."""
    reception = inbox.receive(item, message, route=route, now=clock.now())
    if reception.unread:
        arrival = CustomerWrote(
            workspace_id=route.workspace_id,
            conversation_id=reception.conversation_id,
            inbound_seq=reception.seq,
        )
        turns.send_many([wake.envelope(arrival)])
    return IntakeOutcome(
        outcome="received" if reception.is_new else "duplicate", reception=reception
    )


def _apply_status(
    item: Accepted, route: Route, *, inbox: Inbox, parser: WebhookParser
) -> IntakeOutcome:
    update = parser.status(item.raw)
    matched = inbox.apply_status(update, route=route)
    if update.failure and update.failure.family == "pause_number":
        said = {"reason": update.failure.title, "phone_number_id": item.account}
        logger.error("number paused", extra=said)
    if matched:
        return IntakeOutcome(outcome="status")
    return _keep(item, "unmatched_status", inbox=inbox, route=route)


def _keep(
    item: Accepted,
    outcome: Unplaced,
    *,
    inbox: Inbox,
    route: Route | None,
    detail: str | None = None,
) -> IntakeOutcome:
    inbox.keep(item, outcome, route=route, detail=detail)
    logger.warning("kept, not placed: %s", outcome, extra={"detail": detail})
    return IntakeOutcome(outcome=outcome)
