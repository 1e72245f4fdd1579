import anthropic
import httpx2
import pytest
from botocore.exceptions import ProfileNotFound

from morfx.adapters.claude.failure import PREDICATES, outcome_of
from morfx.domain.errors import CredentialMissing

REQUEST = httpx2.Request("POST", "https://api.example/v1/messages")


def answered(
    status: int, kind: str = "", message: str = "", *, code: str = "", body: object = None
) -> anthropic.APIStatusError:
    """The SDK's own error for an HTTP answer."""
    details = {"details": {"error_code": code}} if code else {}
    body = body or {"type": "error", "error": {"type": kind, "message": message, **details}}
    response = httpx2.Response(status, json=body, request=REQUEST)
    client = anthropic.Anthropic(api_key="k")
    try:
        return client._make_status_error_from_response(response)
    finally:
        client.close()


INVALID = "invalid_request_error"
TABLE = [
    ("billing", answered(402, "billing_error", "payment issue")),
    ("billing", answered(400, INVALID, "Your credit balance is too low")),
    ("billing", answered(400, INVALID, "You have reached your specified API usage limits")),
    ("billing", answered(429, "rate_limit_error", "x", code="enforced_spend_limit_reached")),
    ("billing", answered(429, "rate_limit_error", "x", code="contract_spend_limit_reached")),
    ("saturation", answered(429, "rate_limit_error", "slow down")),
    ("saturation", answered(429, "rate_limit_error", "x", code="ramp_limit_exceeded")),
    ("saturation", answered(529, "overloaded_error", "overloaded")),
    ("saturation", answered(429, body={"message": "Too many tokens, please wait"})),
    ("timeout", anthropic.APITimeoutError(REQUEST)),
    ("timeout", answered(408, "timeout_error", "too late")),
    ("timeout", answered(504, "timeout_error", "too late")),
    ("capacity", answered(413, "request_too_large", "too large")),
    ("capacity", answered(400, INVALID, "prompt is too long: 1100000 tokens")),
    ("capacity", answered(400, body={"message": "Input is too long for requested model."})),
    ("schema", answered(400, INVALID, "The compiled grammar is too large")),
    ("schema", answered(400, INVALID, "output_config.format: Extra inputs are not permitted")),
    ("schema", answered(400, INVALID, "messages: field required")),
    ("schema", answered(422, INVALID, "unprocessable")),
    ("authentication", answered(401, "authentication_error", "invalid x-api-key")),
    ("authentication", answered(403, "permission_error", "not yours")),
    ("authentication", CredentialMissing("no key")),
    ("authentication", RuntimeError("Could not resolve AWS credentials from session")),
    ("authentication", ProfileNotFound(profile="x")),
    ("unavailable", anthropic.APIConnectionError(request=REQUEST)),
    ("unavailable", answered(500, "api_error", "oops")),
    ("unavailable", answered(503, "api_error", "away")),
    ("unavailable", answered(404, "not_found_error", "model: claude-9")),
    ("invalid", ValueError("no JSON")),
]


@pytest.mark.parametrize(
    ("outcome", "error"), TABLE, ids=[f"{outcome}-{n}" for n, (outcome, _) in enumerate(TABLE)]
)
def test_every_failure_of_the_sdk_has_its_name(outcome: str, error: Exception) -> None:
    assert outcome_of(error) == outcome


def test_every_predicate_is_tried() -> None:
    assert {outcome for outcome, _ in PREDICATES} | {"unavailable"} == {row[0] for row in TABLE}
