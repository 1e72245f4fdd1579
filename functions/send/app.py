"""Step Functions door: the turn's next bubble leaves, or is refused with a reason."""

import os
from dataclasses import asdict
from typing import Any
from uuid import UUID

from aws_lambda_powertools import Logger, Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit

from morfx import wiring
from morfx.domain.delivery import PromisedTurn
from morfx.domain.errors import Retryable
from morfx.domain.identifier import ConversationId, TurnId, WorkspaceId
from morfx.settings import SendSettings

logger, metrics = Logger(), Metrics()
send_next = wiring.sending(SendSettings.from_environment(os.environ))


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    turn = PromisedTurn(
        workspace_id=WorkspaceId(UUID(event["workspace_id"])),
        conversation_id=ConversationId(UUID(event["conversation_id"])),
        turn_id=TurnId(UUID(event["turn_id"])),
    )
    logger.append_keys(conversation_id=event["conversation_id"], turn_id=event["turn_id"])
    try:
        sent = send_next(turn)
    except Retryable:
        metrics.add_metric("SendRetries", "Count", 1)
        raise
    logger.info("bubble", outcome=sent.outcome, reason=sent.reason)
    counted = f"Bubbles{sent.outcome.capitalize()}"
    metrics.add_metric(counted, "Count", 1)
    if sent.reply_time_ms is not None:
        metrics.add_metric("ReplyTime", "Milliseconds", sent.reply_time_ms)
    if sent.outcome in ("refused", "deferred"):
        with single_metric(counted, MetricUnit.Count, 1) as by_reason:
            by_reason.add_dimension("reason", str(sent.reason))
    return asdict(sent)
