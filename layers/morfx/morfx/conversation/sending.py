"""The next promised bubble leaves, waits, or is refused with a reason."""

import logging
from datetime import datetime, timedelta
from functools import partial

from morfx.conversation.send_gate import judge
from morfx.domain import wake
from morfx.domain.content import FilledTemplate
from morfx.domain.delivery import (
    Hold,
    PromisedTurn,
    SendOutcome,
    Settlement,
    TakenBubble,
    Verdict,
)
from morfx.domain.errors import (
    CredentialMissing,
    DeliveryUncertain,
    NumberPaused,
    Retryable,
    SendRejected,
    Throttled,
    WindowClosed,
)
from morfx.ports import Clock, Messenger, Outbox, Queue

logger = logging.getLogger(__name__)

#: Seconds before a throttled bubble is tried again: doubled with each attempt, up to the last.
FIRST_PAUSE, LAST_PAUSE = 2.0, 60.0


def send_next(
    turn: PromisedTurn, *, outbox: Outbox, messenger: Messenger, turns: Queue, clock: Clock
) -> SendOutcome:
    """Send the turn's next bubble.

    Raises Unavailable after putting it back, where surely nothing was sent.
    """
    taken = outbox.take(turn, partial(judge, now=clock.now()), now=clock.now())
    if taken is None:
        return SendOutcome(outcome="done")
    if taken.reopened:
        turns.send_many([wake.envelope(taken.reopened, attempt=str(taken.message_id))])
    if taken.verdict.reason:
        return _held_back(taken, taken.verdict, now=clock.now())
    try:
        settlement = _deliver(taken, messenger)
    except (Retryable, WindowClosed) as error:
        return _put_back(taken, error, turn=turn, outbox=outbox, now=clock.now())
    outbox.settle(taken.message_id, settlement, turn=turn, now=clock.now())
    return _settled(taken, settlement, now=clock.now())


def _deliver(taken: TakenBubble, messenger: Messenger) -> Settlement:
    try:
        provider_message_id = messenger.send(taken.outgoing)
    except DeliveryUncertain:
        return Settlement(status="uncertain", reason="no_answer")
    except CredentialMissing:
        return Settlement(status="failed", reason="credential_missing")
    except SendRejected as error:
        is_template = isinstance(taken.outgoing.content, FilledTemplate)
        if isinstance(error, WindowClosed) and not is_template:
            raise
        code = error.context.get("provider_code")
        return Settlement(
            status="failed", reason=str(error), error_code=code if isinstance(code, int) else None
        )
    return Settlement(status="sent", provider_message_id=provider_message_id)


def _put_back(
    taken: TakenBubble,
    error: Retryable | WindowClosed,
    *,
    turn: PromisedTurn,
    outbox: Outbox,
    now: datetime,
) -> SendOutcome:
    """It did not leave: it waits, with whatever else the provider's answer concerns."""
    hold = _hold(taken, error, now)
    outbox.put_back(taken.message_id, hold, turn=turn, now=now)
    if hold is None:
        raise error
    if isinstance(error, NumberPaused):
        logger.error("number paused", extra={"reason": str(error), **error.context})
    return _held_back(taken, hold.verdict, now=now)


def _hold(taken: TakenBubble, error: Retryable | WindowClosed, now: datetime) -> Hold | None:
    """None where the message-sequence's own retries are the way to wait."""
    asked = error.context.get("retry_after_seconds")
    least = asked if isinstance(asked, int | float) else 0.0
    until = now + timedelta(seconds=max(least, _pause(taken.attempts)))
    if isinstance(error, WindowClosed):
        return Hold(verdict=Verdict(reason="window_closed", until=now), concerns="window")
    if isinstance(error, NumberPaused):
        because = str(error.context.get("provider_title"))
        paused = Verdict(reason="number_paused", until=until)
        return Hold(verdict=paused, concerns="number", because=because)
    if isinstance(error, Throttled):
        throttled = Verdict(reason="throttled", until=until)
        is_pair = bool(error.context.get("recipient_only"))
        return Hold(verdict=throttled, concerns="bubble" if is_pair else "pace")
    return None


def _pause(attempts: int) -> float:
    return min(LAST_PAUSE, FIRST_PAUSE * 2.0 ** (attempts - 1))


def _held_back(taken: TakenBubble, verdict: Verdict, *, now: datetime) -> SendOutcome:
    logger.info("bubble held back", extra={"reason": verdict.reason, "until": str(verdict.until)})
    if verdict.until is None:
        return SendOutcome(outcome="refused", reason=verdict.reason, remaining=taken.remaining)
    return SendOutcome(
        outcome="deferred" if verdict.is_beyond_patience(now) else "waiting",
        reason=verdict.reason,
        remaining=taken.remaining + 1,
        wait_seconds=verdict.wait_seconds(now),
    )


def _settled(taken: TakenBubble, settlement: Settlement, *, now: datetime) -> SendOutcome:
    reply_time_ms = None
    if settlement.status == "sent" and taken.answers_since:
        reply_time_ms = int((now - taken.answers_since).total_seconds() * 1000)
    return SendOutcome(
        outcome=settlement.status,
        reason=settlement.reason,
        remaining=taken.remaining,
        wait_seconds=taken.wait_seconds,
        reply_time_ms=reply_time_ms,
    )
