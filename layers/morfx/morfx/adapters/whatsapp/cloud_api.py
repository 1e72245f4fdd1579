"""Messages out, through Meta's Cloud API: one request a call, and the truth about how it ended."""

import json
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote

from morfx.adapters.whatsapp.webhook import name_at, part
from morfx.domain.errors import (
    CredentialMissing,
    DeliveryUncertain,
    SendRejected,
    Throttled,
    Unavailable,
)
from morfx.ports import Secrets

if TYPE_CHECKING:
    import httpx

_log = logging.getLogger(__name__)

#: Meta's codes for "slower": call, account, throughput, spam and pair rate limits.
_THROTTLING = {4, 80007, 130429, 131048, 131056}
#: Codes of a service that is down or overloaded and took nothing. The neighbouring "unknown
#: error" codes (1, 131000) do not promise that, nor does a bare 5xx.
_DOWN = {2, 131016}
#: Codes that mean the access token, not the message, is refused.
_AUTHORIZATION = {0, 3, 10, 190, *range(200, 300)}

#: A business-scoped user id: country, "ENT" for a parent business, an opaque name.
_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]+")


class CloudApi:
    """Sends with the token of the receiving number the customer wrote to, and no other.

    It is the field ``access_token`` of the secret ``<secret_prefix><phone_number_id>``.
    """

    def __init__(
        self,
        *,
        base_url: str,
        version: str,
        secrets: Secrets,
        secret_prefix: str,
        connect_seconds: float = 3.0,
        answer_seconds: float = 12.0,
    ) -> None:
        self._url = f"{base_url.rstrip('/')}/{version}"
        self._secrets = secrets
        self._secret_prefix = secret_prefix
        self._connect_seconds = connect_seconds
        self._answer_seconds = answer_seconds

    def send_text(
        self,
        *,
        phone_number_id: str,
        to: str,
        text: str,
        reference: str,
        buttons: Sequence[str] = (),
    ) -> str:
        """Send and return the provider's message id. ``to``: a WhatsApp or business-scoped id.

        Status webhooks of the message carry ``reference``. Raises Unavailable or Throttled where
        nothing was sent, SendRejected or CredentialMissing where it never will be,
        DeliveryUncertain where nobody can tell.
        """
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "recipient" if _USER_ID.fullmatch(to) else "to": to,
            **(_with_buttons(text, buttons) if buttons else _text(text)),
            "biz_opaque_callback_data": reference,
        }
        token = self._access_token(phone_number_id)
        with _translated():
            response = self._http.post(
                f"{self._url}/{quote(phone_number_id, safe='')}/messages",
                # ASCII: a lone surrogate has no UTF-8.
                content=json.dumps(body).encode("ascii"),
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            )
        if not response.is_success:
            _refuse(response, phone_number_id)
        return _provider_message_id(response)

    def _access_token(self, phone_number_id: str) -> str:
        name = f"{self._secret_prefix}{phone_number_id}"
        token = self._secrets.get(name).get("access_token")
        if not token:
            raise CredentialMissing(f"the secret {name} has no access_token", secret=name)
        return token

    @cached_property
    def _http(self) -> "httpx.Client":
        import httpx

        return httpx.Client(
            timeout=httpx.Timeout(self._answer_seconds, connect=self._connect_seconds),
            # A connection kept through a freeze of the function may be dead, and what is written
            # into a dead connection is uncertain for ever.
            limits=httpx.Limits(max_keepalive_connections=0),
        )


def _text(text: str) -> dict[str, object]:
    return {"type": "text", "text": {"preview_url": False, "body": text}}


def _with_buttons(text: str, titles: Sequence[str]) -> dict[str, object]:
    """Reply buttons: at most three, of at most 20 characters (Meta's limits)."""
    buttons = [{"type": "reply", "reply": {"id": title, "title": title}} for title in titles]
    interactive = {"type": "button", "body": {"text": text}, "action": {"buttons": buttons}}
    return {"type": "interactive", "interactive": interactive}


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
        raise Unavailable("Meta could not be reached") from exc
    except httpx.RequestError as exc:
        raise DeliveryUncertain("the connection to Meta broke after the request left") from exc


def _provider_message_id(response: "httpx.Response") -> str:
    messages = part(_document(response), "messages")
    name = name_at(messages[0], "id") if isinstance(messages, list) and messages else None
    if name is None:
        raise DeliveryUncertain("Meta's answer names no message", status=response.status_code)
    return name


def _refuse(response: "httpx.Response", phone_number_id: str) -> NoReturn:
    error = part(_document(response), "error")
    number = part(error, "code")
    code = number if isinstance(number, int) else None
    facts: dict[str, object] = {"status": response.status_code, "provider_code": code}
    if code in _THROTTLING or response.status_code == 429:
        pause = _retry_after(response)
        raise Throttled("Meta asks us to slow down", retry_after_seconds=pause, **facts)
    if code in _DOWN:
        raise Unavailable("Meta takes no messages now", **facts)
    if response.status_code >= 500:
        raise DeliveryUncertain("Meta failed without saying whether it sent", **facts)
    if code in _AUTHORIZATION:
        _log.error(
            "Meta refuses the access token of a receiving number",
            extra={"action": "token_refused", "phone_number_id": phone_number_id, **facts},
        )
    raise SendRejected("Meta refused the message", provider_title=_title(error), **facts)


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
