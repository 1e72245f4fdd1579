"""Clock door: what was promised and not kept in time is promised again."""

import os
from dataclasses import asdict
from typing import Any

from aws_lambda_powertools import Logger, Metrics

from morfx import wiring
from morfx.settings import HousekeepingSettings

logger, metrics = Logger(), Metrics()
settings = HousekeepingSettings.from_environment(os.environ)
keep_promises, close_stale_sessions = wiring.housekeeping(settings), wiring.closing(settings)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    if event.get("close_stale_sessions"):
        closed = close_stale_sessions()
        metrics.add_metric("SessionsClosed", "Count", closed)
        return {"closed": closed}
    report = keep_promises(after_restart=bool(event.get("after_restart")))
    metrics.add_metric("Relayed", "Count", report.relayed)
    metrics.add_metric("Rearmed", "Count", report.rearmed)
    metrics.add_metric("TimersGivenUp", "Count", report.given_up)
    metrics.add_metric("BubblesUncertain", "Count", report.uncertain)
    metrics.add_metric("LongestWait", "Seconds", report.longest_wait)
    logger.info("promises looked after", **asdict(report))
    return asdict(report)
