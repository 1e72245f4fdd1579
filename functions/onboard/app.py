"""Operator's door: a shop's number, texts and prices, as its file says."""

import os
from typing import Any

from aws_lambda_powertools import Logger

from morfx import wiring
from morfx.settings import OnboardSettings

logger = Logger()
put_shop = wiring.onboarding(OnboardSettings.from_environment(os.environ))


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    shop = put_shop(event)
    logger.info("shop put", workspace_id=str(shop.workspace_id))
    return {"workspace_id": str(shop.workspace_id), "templates": len(shop.templates)}
