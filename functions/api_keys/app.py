"""Operator's door: keys with which a workspace's machines speak to its agent."""

import os
from typing import Any

from aws_lambda_powertools import Logger

from morfx import wiring
from morfx.settings import ApiKeysSettings

logger = Logger()
manage_keys = wiring.key_keeping(ApiKeysSettings.from_environment(os.environ))


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """``{"action": "issue" | "revoke" | "list", "workspace_id": …}``; a key is shown once."""
    done = manage_keys(event)
    logger.info("keys", action=event["action"], prefix=done.get("prefix"))
    return done
