"""What it means when a call of Claude fails: one predicate per kind, asked in order.

Anthropic asks not to match on the wording of errors, so classes, types and codes come first; words
decide only where the API gives nothing else (a 400 may be money, size or shape).
"""

from collections.abc import Callable

from morfx.domain.errors import CredentialMissing

_SPENDING_CODES = {
    "contract_spend_limit_reached",
    "enforced_spend_limit_reached",
    "linked_organization_billing_unavailable",
    "linked_organization_spend_limit_reached",
}
_SPENDING_WORDS = ("credit balance", "spend limit", "spending limit", "usage limit", "billing")
_SIZE_WORDS = ("prompt is too long", "input is too long", "context window", "too many tokens")
_SHAPE_WORDS = ("output_config", "schema", "grammar")
_CREDENTIAL_WORDS = ("credentials", "authentication method")


def is_billing(error: Exception) -> bool:
    """Nobody pays: no credit, or a limit of spending is reached."""
    return (
        _status(error) == 402
        or _type(error) == "billing_error"
        or getattr(error, "error_code", None) in _SPENDING_CODES
        or (_status(error) in {400, 403, 429} and _says(error, _SPENDING_WORDS))
    )


def is_timeout(error: Exception) -> bool:
    """No answer in time, ours or theirs."""
    from anthropic import APITimeoutError
    from httpx2 import TimeoutException

    return (
        isinstance(error, APITimeoutError | TimeoutException)
        or _status(error) in {408, 504}
        or _type(error) == "timeout_error"
    )


def is_saturation(error: Exception) -> bool:
    """Too many requests: ours, or everybody's."""
    return _status(error) in {429, 529} or _type(error) in {"rate_limit_error", "overloaded_error"}


def is_capacity(error: Exception) -> bool:
    """More than the model can take in."""
    return _status(error) == 413 or (_status(error) == 400 and _says(error, _SIZE_WORDS))


def is_schema(error: Exception) -> bool:
    """The request's shape is refused: a schema too large, or anything else that is ours to mend."""
    return _status(error) in {400, 422} or (
        _type(error) == "invalid_request_error" and _says(error, _SHAPE_WORDS)
    )


def is_authentication(error: Exception) -> bool:
    """Nobody knows us, or we may not."""
    from anthropic import CredentialsError

    return (
        isinstance(error, CredentialMissing | CredentialsError)
        or _status(error) in {401, 403}
        or _type(error) in {"authentication_error", "permission_error"}
        or (isinstance(error, RuntimeError | TypeError) and _says(error, _CREDENTIAL_WORDS))
        or type(error).__module__.startswith("botocore")
    )


def is_invalid(error: Exception) -> bool:
    """It answered, and the answer is no message."""
    from anthropic import APIResponseValidationError

    return isinstance(error, APIResponseValidationError | ValueError)


#: The first that holds names the failure.
PREDICATES: tuple[tuple[str, Callable[[Exception], bool]], ...] = (
    ("billing", is_billing),
    ("timeout", is_timeout),
    ("saturation", is_saturation),
    ("capacity", is_capacity),
    ("authentication", is_authentication),
    ("schema", is_schema),
    ("invalid", is_invalid),
)


def outcome_of(error: Exception) -> str:
    """The failure's name; ``unavailable`` where none other holds: no connection, 404, 5xx."""
    return next((outcome for outcome, holds in PREDICATES if holds(error)), "unavailable")


def _status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _type(error: Exception) -> str | None:
    kind = getattr(error, "type", None)
    return kind if isinstance(kind, str) else None


def _says(error: Exception, words: tuple[str, ...]) -> bool:
    text = f"{error} {getattr(error, 'body', '')}".casefold()
    return any(word in text for word in words)
