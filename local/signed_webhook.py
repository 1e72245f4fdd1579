"""A customer's message as Meta posts it: signed over its bytes."""

import hashlib
import hmac
import json
import time
from typing import Any
from uuid import uuid4

import httpx

from local.ready import Ready


def post_text(ready: Ready, text: str, *, customer: str, number: str = "") -> None:
    """Write to the number, or the demo shop's; raises when the webhook does not answer 200."""
    body = json.dumps(_text_webhook(text, customer, number or ready.phone_number_id)).encode()
    signature = hmac.new(ready.app_secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
    url = f"{ready.api}/webhooks/whatsapp"
    httpx.post(url, content=body, headers=headers, timeout=30).raise_for_status()


def _text_webhook(text: str, customer: str, number: str) -> dict[str, Any]:
    message = {
        "from": customer,
        "id": f"wamid.{uuid4().hex}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": number, "phone_number_id": number},
        "contacts": [{"profile": {"name": "Ana"}, "wa_id": customer}],
        "messages": [message],
    }
    changes = [{"field": "messages", "value": value}]
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}
