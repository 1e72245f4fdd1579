"""Meta's error codes, and what each means for what is sent next.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
(May 2026). The same codes come as the answer to a request and, later, in a status webhook.
"""

from morfx.domain.provider_failure import Family, ProviderFailure

_MINUTE, _HOUR = 60, 3600

#: Meta lets one number send one other number a message every six seconds, beyond a burst.
_PAIR_SECONDS = 6

#: By family: code → Meta's title, and seconds until asking again makes sense.
_BY_FAMILY: dict[Family, dict[int, tuple[str, int]]] = {
    "down": {
        2: ("API service", 0),
        131016: ("Service unavailable", 0),
        133004: ("Server temporarily unavailable", 0),
    },
    "uncertain": {
        1: ("API unknown", 0),
        131000: ("Something went wrong", 0),
    },
    "slow_down": {
        4: ("API too many calls", _MINUTE),
        80007: ("Rate limit issues", _MINUTE),
        130429: ("Rate limit hit", 1),
    },
    "pair_rate": {
        131056: ("Pair rate limit hit", _PAIR_SECONDS),
    },
    "pause_number": {
        0: ("Authentication exception", 15 * _MINUTE),
        3: ("API method", 15 * _MINUTE),
        10: ("Permission denied", 15 * _MINUTE),
        33: ("The business phone number has been deleted", _HOUR),
        190: ("Access token has expired", 15 * _MINUTE),
        368: ("Temporarily blocked for policy violations", _HOUR),
        131005: ("Access denied", 15 * _MINUTE),
        131031: ("Account has been locked", _HOUR),
        131042: ("Business eligibility payment issue", _HOUR),
        131045: ("Incorrect certificate", _HOUR),
        131048: ("Spam rate limit hit", _HOUR),
        133010: ("Phone number not registered", _HOUR),
        **dict.fromkeys(range(200, 300), ("API permission", 15 * _MINUTE)),
    },
    "window_closed": {
        131047: ("Re-engagement message", 0),
    },
    "reject": {
        100: ("Invalid parameter", 0),
        130472: ("User's number is part of an experiment", 0),
        130497: ("Business account is restricted from messaging users in this country", 0),
        131008: ("Required parameter is missing", 0),
        131009: ("Parameter value is not valid", 0),
        131021: ("Recipient cannot be sender", 0),
        131026: ("Message undeliverable", 0),
        131030: ("Recipient not in allowed list", 0),
        131049: ("Meta chose not to deliver", 0),
        131050: ("User has stopped marketing messages", 0),
        131051: ("Unsupported message type", 0),
        131052: ("Media download error", 0),
        131053: ("Media upload error", 0),
        132000: ("Template parameter count mismatch", 0),
        132001: ("Template does not exist", 0),
        132005: ("Template hydrated text too long", 0),
        132007: ("Template format character policy violated", 0),
        132012: ("Template parameter format mismatch", 0),
        132015: ("Template is paused", 0),
        132016: ("Template is disabled", 0),
    },
}

FAILURES: dict[int, ProviderFailure] = {
    code: ProviderFailure(family=family, title=title, seconds=seconds)
    for family, codes in _BY_FAMILY.items()
    for code, (title, seconds) in codes.items()
}

#: By HTTP status, where no code we know says more. A bare 5xx does not promise that nothing left.
_BY_STATUS: dict[int, Family] = {401: "pause_number", 429: "slow_down"}


def failure_of(code: int | None, *, status: int) -> ProviderFailure:
    """What an answer with this code and HTTP status means."""
    if code in FAILURES:
        return FAILURES[code]
    family = _BY_STATUS.get(status, "uncertain" if status >= 500 else "reject")
    return ProviderFailure(family=family, title=f"HTTP {status}", seconds=_MINUTE)
