"""The address Meta knows us by: what is answered 200 here is in the inbound queue."""

import hmac
import json
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from morfx.adapters.whatsapp import payload
from morfx.adapters.whatsapp.signature import is_signed
from morfx.adapters.whatsapp.webhook import Item, Kind, split
from morfx.domain.envelope import Envelope
from morfx.domain.errors import CredentialMissing, Retryable
from morfx.domain.identifier import new_id
from morfx.ports import Clock, Objects, Queue, Secrets

_log = logging.getLogger(__name__)

#: Meta's own limit of a webhook, in bytes.
MAX_BODY = 3 * 1024 * 1024

#: SQS takes 1,048,576 bytes; what is larger waits in the object store.
MAX_QUEUED = 1_000_000

Refusal = Literal["verification", "size", "signature", "json", "unavailable"]
_STATUS: dict[Refusal, int] = {
    "verification": 403,
    "size": 413,
    "signature": 401,
    "json": 400,
    "unavailable": 503,  # Meta delivers again, for days
}
_METRICS: dict[Kind, str] = {
    "message": "MessagesAccepted",
    "status": "StatusesAccepted",
    "unknown": "UnknownWebhooks",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What Meta is told, and what is counted."""

    status: int = 200
    text: str = ""
    #: Metric name to number; a refusal is counted by its reason.
    counts: dict[str, int]
    refusal: Refusal | None = None


class Endpoint:
    """The secret holds ``app_secret`` and ``verify_token``."""

    def __init__(
        self, *, secret_name: str, secrets: Secrets, queue: Queue, objects: Objects, clock: Clock
    ) -> None:
        self._secret_name = secret_name
        self._secrets = secrets
        self._queue = queue
        self._objects = objects
        self._clock = clock

    def verify(self, query: Mapping[str, str]) -> Answer:
        """Meta asks, when the address is registered, whether we know the token."""
        token = query.get("hub.verify_token", "").encode("utf-8", "replace")
        challenge = query.get("hub.challenge")
        knows = hmac.compare_digest(token, self._secret("verify_token").encode())
        if not knows or query.get("hub.mode") != "subscribe" or challenge is None:
            return _refused("verification")
        return Answer(text=challenge, counts={"WebhooksVerified": 1})

    def receive(self, body: bytes, signature: str | None) -> Answer:
        """Queue every item of the webhook and answer 200, or say why not."""
        if len(body) > MAX_BODY:
            return _refused("size")
        try:
            if not is_signed(body, signature, self._secret("app_secret")):
                return _refused("signature")
            items = split(payload.read(body))
            self._queue_all(items)
        except payload.NotJson:
            return _refused("json")
        except Retryable:
            _log.warning("webhook not queued", exc_info=True)
            return _refused("unavailable")
        return Answer(counts=dict(Counter(_METRICS[item.kind] for item in items)))

    def _queue_all(self, items: list[Item]) -> None:
        now = self._clock.now()
        self._queue.send_many([self._envelope(item, now) for item in items])

    def _secret(self, name: str) -> str:
        value = self._secrets.get(self._secret_name).get(name)
        if not value:
            raise CredentialMissing(f"the WhatsApp secret has no {name}")
        return value

    def _envelope(self, item: Item, now: datetime) -> Envelope:
        accepted = _accepted(item, now)
        body = json.dumps(accepted)
        if len(body) > MAX_QUEUED:
            key = item.deduplication_id
            self._objects.put(key, body.encode("ascii"))
            body = json.dumps({**accepted, "raw": None, "profile": None, "oversize_key": key})
        return Envelope(body=body, group=item.group, deduplication_id=item.deduplication_id)


def _refused(reason: Refusal) -> Answer:
    return Answer(
        status=_STATUS[reason], text=reason, counts={"WebhooksRejected": 1}, refusal=reason
    )


def _accepted(item: Item, now: datetime) -> dict[str, object]:
    return {
        "kind": item.kind,
        "accepted_id": str(new_id()),
        "accepted_at": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "channel": "whatsapp",
        "phone_number_id": item.phone_number_id,
        "raw": item.raw,
        "profile": item.profile,
    }
