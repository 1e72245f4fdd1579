"""Messages out, through Meta's Cloud API or 360dialog: one request a call, and how it ended."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote

from morfx.adapters.whatsapp.failures import failure_of
from morfx.adapters.whatsapp.request import body_of
from morfx.adapters.whatsapp.webhook import name_at, part
from morfx.domain.delivery import Outgoing
from morfx.domain.errors import (
    CredentialMissing,
    DeliveryUncertain,
    MorfxError,
    NumberPaused,
    SendRejected,
    Throttled,
    Unavailable,
    WindowClosed,
)
from morfx.domain.provider_failure import Family
from morfx.ports import Secrets

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, kw_only=True, slots=True)
class Carrier:
    """Where a provider takes messages, and how it knows whose they are."""

    #: With ``{number}`` where the sending number's id belongs.
    messages_url: str
    #: Field of the number's secret with its credential.
    credential: str
    #: Header that carries it, and what stands before it there.
    header: str
    prefix: str = ""


def carriers(*, cloud_api_url: str, version: str, dialog360_url: str) -> Mapping[str, Carrier]:
    """Both speak Meta's protocol; 360dialog knows the number by its key."""
    meta, dialog360 = cloud_api_url.rstrip("/"), dialog360_url.rstrip("/")
    return {
        "cloud_api": Carrier(
            messages_url=f"{meta}/{version}/{{number}}/messages",
            credential="access_token",
            header="Authorization",
            prefix="Bearer ",
        ),
        "360dialog": Carrier(
            messages_url=f"{dialog360}/messages", credential="api_key", header="D360-API-KEY"
        ),
    }


class CloudApi:
    """Sends with the credential of the receiving number the customer wrote to, and no other.

    It is a field of the secret ``<secret_prefix><phone_number_id>``.
    """

    def __init__(
        self,
        carriers: Mapping[str, Carrier],
        *,
        secrets: Secrets,
        secret_prefix: str,
        connect_seconds: float = 3.0,
        answer_seconds: float = 12.0,
    ) -> None:
        self._carriers = carriers
        self._secrets = secrets
        self._secret_prefix = secret_prefix
        self._connect_seconds = connect_seconds
        self._answer_seconds = answer_seconds

    def send(self, message: Outgoing) -> str:
        """Send and return the provider's message id.

        Raises Unavailable, Throttled or NumberPaused where nothing was sent, SendRejected (of
        which WindowClosed) or CredentialMissing where it never will be, DeliveryUncertain where
        nobody can tell.
        """
        number = message.phone_number_id
        carrier = self._carriers[message.provider]
        credential = carrier.prefix + self._credential(number, carrier.credential)
        with _translated():
            response = self._http.post(
                carrier.messages_url.format(number=quote(number, safe="")),
                # ASCII: a lone surrogate has no UTF-8.
                content=json.dumps(body_of(message)).encode("ascii"),
                headers={carrier.header: credential, "Content-Type": "application/json"},
            )
        if not response.is_success:
            _refuse(response, number)
        return _provider_message_id(response)

    def _credential(self, phone_number_id: str, field: str) -> str:
        name = f"{self._secret_prefix}{phone_number_id}"
        credential = self._secrets.get(name).get(field)
        if not credential:
            raise CredentialMissing(f"the secret {name} has no {field}", secret=name)
        return credential

    @cached_property
    def _http(self) -> "httpx.Client":
        import httpx

        return httpx.Client(
            timeout=httpx.Timeout(self._answer_seconds, connect=self._connect_seconds),
            # A connection kept through a freeze of the function may be dead, and what is written
            # into a dead connection is uncertain for ever.
            limits=httpx.Limits(max_keepalive_connections=0),
        )


@contextmanager
def _translated() -> Iterator[None]:
    import httpx

    never_left = (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.ProxyError,
        httpx.LocalProtocolError,
        httpx.UnsupportedProtocol,
    )
    try:
        yield
    except never_left as exc:
        raise Unavailable("WhatsApp could not be reached") from exc
    except httpx.RequestError as exc:
        raise DeliveryUncertain("the connection to WhatsApp broke after the request left") from exc


def _provider_message_id(response: "httpx.Response") -> str:
    messages = part(_document(response), "messages")
    name = name_at(messages[0], "id") if isinstance(messages, list) and messages else None
    if name is None:
        raise DeliveryUncertain("WhatsApp's answer names no message", status=response.status_code)
    return name


#: What is raised for each family of failures.
_RAISED: dict[Family, tuple[type[MorfxError], str]] = {
    "down": (Unavailable, "WhatsApp takes no messages now"),
    "uncertain": (DeliveryUncertain, "WhatsApp failed without saying whether it sent"),
    "slow_down": (Throttled, "WhatsApp asks the number to slow down"),
    "pair_rate": (Throttled, "WhatsApp asks for a pause towards this customer"),
    "pause_number": (NumberPaused, "WhatsApp takes nothing of this number"),
    "window_closed": (WindowClosed, "WhatsApp says the customer's window is closed"),
    "reject": (SendRejected, "WhatsApp refused the message"),
}


def _refuse(response: "httpx.Response", phone_number_id: str) -> NoReturn:
    error = part(_document(response), "error")
    number = part(error, "code")
    code = number if isinstance(number, int) else None
    failure = failure_of(code, status=response.status_code)
    raised, sentence = _RAISED[failure.family]
    raise raised(
        sentence,
        status=response.status_code,
        provider_code=code,
        provider_title=_title(error) or failure.title,
        phone_number_id=phone_number_id,
        retry_after_seconds=_retry_after(response) or failure.seconds or None,
        recipient_only=failure.family == "pair_rate",
    )


def _document(response: "httpx.Response") -> object:
    try:
        document: object = response.json()
    except (ValueError, RecursionError):
        return None
    return document


def _title(error: object) -> str:
    """Meta's sentence, without anything that could be somebody's number."""
    return re.sub(r"\d{7,}", "…", name_at(error, "message") or "")[:200]


def _retry_after(response: "httpx.Response") -> float | None:
    seconds = response.headers.get("retry-after", "")
    return float(seconds) if re.fullmatch(r"\d{1,6}", seconds) else None
