"""Meta's webhook: what is answered 200 here is in the inbound queue."""

import os
from base64 import b64decode
from functools import cache

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from morfx import wiring
from morfx.settings import MessageHandlerSettings

logger, metrics, api = Logger(), Metrics(namespace="MorfX"), APIGatewayHttpResolver()
handler = logger.inject_lambda_context(correlation_id_path="requestContext.requestId")(api.resolve)
# Wired by the first request: the door opens in a tenth of a second, and without its settings.
webhook = cache(wiring.webhook)


@api.get("/health")
def health() -> Response[str]:
    return Response(200, "text/plain", "ok")


@api.route("/webhooks/whatsapp", method=["GET", "POST"])
def whatsapp() -> Response[str]:
    endpoint = webhook(MessageHandlerSettings.from_environment(os.environ))
    request = api.current_event
    if request.http_method == "GET":
        answer = endpoint.verify(request.query_string_parameters)
    else:
        body = (b64decode if request.is_base64_encoded else str.encode)(request.body or "")
        answer = endpoint.receive(body, request.headers.get("x-hub-signature-256"))
    logger.info("webhook answered", status=answer.status, counts=answer.counts)
    for name, count in answer.counts.items():
        metrics.add_metric(name=name, unit="Count", value=count)
    if answer.refusal:
        metrics.add_dimension(name="reason", value=answer.refusal)
    metrics.flush_metrics()
    return Response(answer.status, "text/plain", answer.text)
