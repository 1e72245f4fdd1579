"""What became of the messages the Graph API stand-in took, told to the webhook as Meta does."""

import hmac
import json
import queue
import threading
import time
import urllib.request

from local.graph_messages import Shown

STATUSES = ("sent", "delivered", "read")

#: How many statuses one webhook carries at most, and how often it is posted until it is taken.
BATCH, ATTEMPTS = 50, 20


class Delivered(Shown):
    """One accepted message."""

    id: str
    phone_number_id: str
    to: str
    reference: str
    at: str


class StatusReports:
    """Posts signed status webhooks, in order, several at once when it lags behind."""

    def __init__(self, webhook_url: str, app_secret: str) -> None:
        self._webhook_url = webhook_url
        self._app_secret = app_secret.encode()
        self._waiting: queue.Queue[tuple[str, dict[str, object]]] = queue.Queue()
        self._stopping = threading.Event()
        # The house talks to itself: a proxy of the environment is not for it.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def start(self) -> None:
        """Post from now on, in a thread of its own."""
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        """Post no more."""
        self._stopping.set()

    def of(self, message: Delivered) -> None:
        """Report that the message was sent, delivered and read."""
        for status in STATUSES:
            report: dict[str, object] = {
                "id": message["id"],
                "status": status,
                "timestamp": str(int(time.time())),
                recipient_field(message, "recipient_id", "recipient_user_id"): message["to"],
            }
            if message["reference"]:
                report["biz_opaque_callback_data"] = message["reference"]
            self._waiting.put((message["phone_number_id"], report))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                batch = [self._waiting.get(timeout=0.2)]
            except queue.Empty:
                continue
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get())
            self._post(_webhook(batch))

    def _post(self, payload: dict[str, object]) -> None:
        body = json.dumps(payload).encode("ascii")
        signature = "sha256=" + hmac.new(self._app_secret, body, "sha256").hexdigest()
        request = urllib.request.Request(  # noqa: S310 - the house's own address
            self._webhook_url,
            data=body,
            headers={"Content-Type": "application/json", "X-Hub-Signature-256": signature},
        )
        for attempt in range(ATTEMPTS):
            try:
                self._opener.open(request, timeout=10).close()
            except OSError:  # refused, or nobody there: Meta, too, tries again
                if self._stopping.wait(min(2.0, 0.1 * 2**attempt)):
                    return
            else:
                return
        print(f"the webhook takes no statuses: {self._webhook_url}", flush=True)


def recipient_field(message: Delivered, phone: str, user: str) -> str:
    """Which of two fields names the recipient: the phone's or the business-scoped user id's."""
    return phone if message["to"].isdigit() else user


def _webhook(batch: list[tuple[str, dict[str, object]]]) -> dict[str, object]:
    numbers = dict.fromkeys(number for number, _ in batch)
    changes = [
        {
            "field": "messages",
            "value": {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": number, "phone_number_id": number},
                "statuses": [report for of, report in batch if of == number],
            },
        }
        for number in numbers
    ]
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "0", "changes": changes}],
    }
