"""SQS door: a conversation is woken, one turn answers all that is unread."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities import batch
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from morfx import wiring
from morfx.domain import wake
from morfx.settings import TurnSettings

logger, metrics = Logger(), Metrics()
processor = batch.SqsFifoPartialProcessor(
    skip_group_on_error=True,
    logger=logger,  # type: ignore[arg-type] # a logging.Logger in all but name
)
run_turn = wiring.turn(TurnSettings.from_environment(os.environ))
COUNTED_AS = {"answered": "Turns", "silent": "TurnsSilent", "superseded": "TurnsSuperseded"}


def run_record(record: SQSRecord) -> None:
    metrics.add_metric("WakesDelivered", "Count", 1)
    woken = wake.read(record.body)
    logger.append_keys(conversation_id=str(woken.conversation_id))
    turn = run_turn(woken)
    logger.info("turn ended", outcome=turn.outcome, reason=turn.reason, turn_id=str(turn.turn_id))
    metrics.add_metric(COUNTED_AS.get(turn.outcome, "WakesInVain"), "Count", 1)
    metrics.add_metric("OrdersFailed", "Count", int(turn.reason == "order_failed"))
    metrics.add_metric("TurnRetries", "Count", turn.retries)
    if turn.timer_lateness_ms is not None:
        metrics.add_metric("TimersFired", "Count", 1)
        metrics.add_metric("TimerLateness", "Milliseconds", turn.timer_lateness_ms)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    return batch.process_partial_response(
        event=event, record_handler=run_record, processor=processor, context=context
    )
