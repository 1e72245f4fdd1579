"""SQS door: accepted items become messages and statuses, in the order they came."""

import os
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities import batch
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from morfx import wiring
from morfx.settings import IntakeSettings

logger, metrics = Logger(), Metrics()
processor = batch.SqsFifoPartialProcessor(
    skip_group_on_error=True,
    logger=logger,  # type: ignore[arg-type] # a logging.Logger in all but name
)
take_in = wiring.intake(IntakeSettings.from_environment(os.environ))

COUNTED_AS = {
    "received": "MessagesReceived",
    "duplicate": "DuplicatesDropped",
    "status": "StatusesApplied",
    "unknown_number": "UnknownReceivingNumber",
}


def take_in_record(record: SQSRecord) -> None:
    metrics.add_metric("ItemsDelivered", "Count", 1)
    taken = take_in(record.body)
    conversation = taken.reception.conversation_id if taken.reception else None
    logger.info("item taken in", outcome=taken.outcome, conversation_id=conversation)
    metrics.add_metric(COUNTED_AS.get(taken.outcome, "ItemsKeptUnplaced"), "Count", 1)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    return batch.process_partial_response(
        event=event, record_handler=take_in_record, processor=processor, context=context
    )
