"""A pretend customer: what Meta would post if this phone had written, signed as Meta signs."""

import hmac
import json
import secrets
from hashlib import sha256

from morfx.domain.errors import CredentialMissing, Rejected, Unavailable
from morfx.ports import Clock, Secrets

#: Seconds to reach the webhook, and again for its answer: a person is waiting.
PATIENCE = 5.0


class SignedCustomer:
    """Signs with the field ``app_secret`` of the secret ``secret_name``."""

    def __init__(self, *, secret_name: str, secrets: Secrets, clock: Clock) -> None:
        self._secret_name = secret_name
        self._secrets = secrets
        self._clock = clock

    def say(self, text: str, *, phone: str, account: str, webhook_url: str) -> None:
        """Unavailable: the webhook gave no good answer; Rejected: it refused the message."""
        import httpx

        payload = _webhook(text, phone=phone, account=account, at=self._clock.now().timestamp())
        body = json.dumps(payload).encode("ascii")
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": self._signature(body)}
        try:
            response = httpx.post(webhook_url, content=body, headers=headers, timeout=PATIENCE)
        except httpx.RequestError as exc:
            raise Unavailable("the webhook did not answer") from exc
        if response.is_server_error:
            raise Unavailable("the webhook could not queue it", status=response.status_code)
        if not response.is_success:
            raise Rejected("the webhook refused the message", status=response.status_code)

    def _signature(self, body: bytes) -> str:
        app_secret = self._secrets.get(self._secret_name).get("app_secret")
        if not app_secret:
            raise CredentialMissing("the WhatsApp secret has no app_secret")
        return "sha256=" + hmac.new(app_secret.encode(), body, sha256).hexdigest()


def _webhook(text: str, *, phone: str, account: str, at: float) -> dict[str, object]:
    """Meta's notification of one text message."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": account, "phone_number_id": account},
        "contacts": [
            {"profile": {"name": f"Cliente de prueba {phone[-4:]}"}, "wa_id": phone},
        ],
        "messages": [
            {
                "from": phone,
                "id": f"wamid.{secrets.token_urlsafe(24)}",
                "timestamp": str(int(at)),
                "text": {"body": text},
                "type": "text",
            }
        ],
    }
    change = {"value": value, "field": "messages"}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": account, "changes": [change]}],
    }
