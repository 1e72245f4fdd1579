"""The console's door: so far the sandbox, where a person speaks as a customer."""

import os
from base64 import b64decode
from pathlib import Path

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from morfx import wiring
from morfx.settings import ConsoleSettings

logger, api = Logger(), APIGatewayHttpResolver()
handler = logger.inject_lambda_context(correlation_id_path="requestContext.requestId")(api.resolve)
sandbox = wiring.console(ConsoleSettings.from_environment(os.environ), Path(__file__).parent)


@api.get("/sandbox")
def page() -> Response[str]:
    return Response(**sandbox.page(api.current_event.query_string_parameters))


@api.get("/sandbox/assets/<name>")
def asset(name: str) -> Response[str]:
    return Response(**sandbox.asset(name))


@api.get("/sandbox/<account>/conversation")
def conversation(account: str) -> Response[str]:
    return Response(**sandbox.conversation(account, api.current_event.query_string_parameters))


@api.get("/sandbox/<account>/scenario")
def scenario(account: str) -> Response[str]:
    return Response(**sandbox.scenario(account, api.current_event.query_string_parameters))


@api.post("/sandbox/<account>/<action>")
def act(account: str, action: str) -> Response[str]:
    request = api.current_event
    form = (b64decode if request.is_base64_encoded else str.encode)(request.body or "")
    from_page = request.headers.get("hx-request") == "true"
    host = request.request_context.domain_name
    return Response(**sandbox.act(account, action, form, host=host, from_page=from_page))
