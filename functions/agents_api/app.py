"""Machines' door: a message to an agent, and what was said to it."""

import os
from base64 import b64decode

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from morfx import wiring
from morfx.settings import AgentsApiSettings

logger, api = Logger(), APIGatewayHttpResolver()
handler = logger.inject_lambda_context(correlation_id_path="requestContext.requestId")(api.resolve)
agents = wiring.agents_api(AgentsApiSettings.from_environment(os.environ))


@api.post("/v1/agents/<agent_id>/messages")
def say(agent_id: str) -> Response[str]:
    request = api.current_event
    body = (b64decode if request.is_base64_encoded else str.encode)(request.body or "")
    key = request.headers.get("idempotency-key")
    return Response(
        **agents.say(agent_id, body, authorization=_authorization(), idempotency_key=key)
    )


@api.get("/v1/agents/<agent_id>/messages")
def said(agent_id: str) -> Response[str]:
    query = api.current_event.query_string_parameters
    return Response(**agents.said(agent_id, query, authorization=_authorization()))


@api.get("/v1/agents/<agent_id>/sessions/<session_id>")
def session(agent_id: str, session_id: str) -> Response[str]:
    return Response(**agents.session(agent_id, session_id, authorization=_authorization()))


def _authorization() -> str | None:
    return api.current_event.headers.get("authorization")
