"""Deployment's door: bring the schema up to date before new code takes traffic."""

import os
from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger

from morfx import wiring
from morfx.settings import MigrateSettings

logger = Logger()
migrate = wiring.migration(MigrateSettings.from_environment(os.environ))
MIGRATIONS = Path(__file__).with_name("migrations")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, list[str]]:
    """Invoked by an operator with ``{}``, or by CloudFormation as a custom resource."""
    if "ResponseURL" not in event:
        return {"applied": migrate(MIGRATIONS)}
    answer = wiring.deployment_answer(event)
    try:
        applied = [] if event["RequestType"] == "Delete" else migrate(MIGRATIONS)
    except Exception as error:
        # Whatever it was, CloudFormation must hear of it, or the deployment hangs.
        answer("FAILED", f"{type(error).__name__}: {error}")
        raise
    answer("SUCCESS")
    return {"applied": applied}
