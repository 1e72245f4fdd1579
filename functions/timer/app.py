"""Step Functions door: a timer's execution waits under a token, or has run out."""

import os
from datetime import datetime
from typing import Any
from uuid import UUID

from aws_lambda_powertools import Logger

from morfx import wiring
from morfx.domain.identifier import TimerId, WorkspaceId
from morfx.domain.timer import TimerInput
from morfx.settings import TimerSettings

logger = Logger()
settings = TimerSettings.from_environment(os.environ)
await_customer, expire = wiring.awaiting(settings), wiring.expiry(settings)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    waited = TimerInput(
        workspace_id=WorkspaceId(UUID(event["timer"]["workspace_id"])),
        timer_id=TimerId(UUID(event["timer"]["timer_id"])),
        generation=event["timer"]["generation"],
        level=event["timer"]["level"],
        due_at=datetime.fromisoformat(event["timer"]["due_at"]),
    )
    logger.append_keys(timer_id=str(waited.timer_id), generation=waited.generation)
    if event["action"] == "await":
        outcome = await_customer(waited, event["task_token"])
    else:
        rang_at = datetime.fromisoformat(event["rang_at"])
        outcome = expire(waited, event["task_token"], rang_at=rang_at)
    logger.info("timer", action=event["action"], outcome=outcome)
    return {"outcome": outcome}
