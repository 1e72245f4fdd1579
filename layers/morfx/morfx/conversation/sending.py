"""The next promised bubble leaves, or is refused with a reason."""

import logging
from functools import partial

from morfx.conversation.send_gate import refusal
from morfx.domain.delivery import PromisedTurn, SendOutcome, Settlement, TakenBubble
from morfx.domain.errors import CredentialMissing, DeliveryUncertain, Retryable, SendRejected
from morfx.ports import Clock, Messenger, Outbox

logger = logging.getLogger(__name__)


def send_next(
    turn: PromisedTurn, *, outbox: Outbox, messenger: Messenger, clock: Clock
) -> SendOutcome:
    """Send the turn's next bubble.

    Raises Unavailable or Throttled after putting it back, where surely nothing was sent.
    """
    taken = outbox.take(turn, partial(refusal, now=clock.now()), now=clock.now())
    if taken is None:
        return SendOutcome(outcome="done")
    if taken.refusal:
        logger.info("bubble refused", extra={"reason": taken.refusal})
        return SendOutcome(
            outcome="refused",
            reason=taken.refusal,
            remaining=taken.remaining,
            wait_seconds=0,
        )
    try:
        settlement = _deliver(taken, messenger)
    except Retryable:
        outbox.put_back(taken.message_id, turn=turn)
        raise
    outbox.settle(taken.message_id, settlement, turn=turn, now=clock.now())
    return _outcome(taken, settlement, clock)


def _deliver(taken: TakenBubble, messenger: Messenger) -> Settlement:
    try:
        provider_message_id = messenger.send_text(
            phone_number_id=taken.phone_number_id,
            to=taken.to,
            text=taken.text,
            buttons=taken.buttons,
            reference=str(taken.message_id),
        )
    except DeliveryUncertain:
        return Settlement(status="uncertain", reason="no_answer")
    except CredentialMissing:
        return Settlement(status="failed", reason="credential_missing")
    except SendRejected as error:
        code = error.context.get("provider_code")
        return Settlement(
            status="failed", reason=str(error), error_code=code if isinstance(code, int) else None
        )
    return Settlement(status="sent", provider_message_id=provider_message_id)


def _outcome(taken: TakenBubble, settlement: Settlement, clock: Clock) -> SendOutcome:
    reply_time_ms = None
    if settlement.status == "sent" and taken.answers_since:
        reply_time_ms = int((clock.now() - taken.answers_since).total_seconds() * 1000)
    return SendOutcome(
        outcome=settlement.status,
        reason=settlement.reason,
        remaining=taken.remaining,
        wait_seconds=taken.wait_seconds,
        reply_time_ms=reply_time_ms,
    )
