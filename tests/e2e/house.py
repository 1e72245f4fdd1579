"""A local house as its user has it: started with the command of `make run`, spoken to over HTTP."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import uuid4

import httpx
import psycopg
from psycopg.rows import dict_row

ROOT = Path(__file__).parents[2]

Found = TypeVar("Found")


def eventually(look: Callable[[], Found | None], *, seconds: float = 45) -> Found:
    """What ``look`` finds, as soon as it is anything; fails when the time is over."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return found


def text_message(text: str, *, customer: str, number: str, id: str | None = None) -> dict[str, Any]:
    """Meta's webhook for one text."""
    message = {
        "from": customer,
        "id": id or f"wamid.{uuid4().hex}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "573001234567", "phone_number_id": number},
        "contacts": [{"profile": {"name": "Ana"}, "wa_id": customer}],
        "messages": [message],
    }
    changes = [{"field": "messages", "value": value}]
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": changes}],
    }


def new_customer() -> str:
    return f"57300{uuid4().int % 10**7:07d}"


@dataclass
class RunningHouse:
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    ready: dict[str, Any] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """As `make run` does, beside any other house: own folder, any free ports."""
        bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {"MORFX_LOCAL_DIR": str(self.folder), "PORT": "0", "PYTHONPATH": str(ROOT)}
        with (self.folder / "house.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local"],
                cwd=ROOT,
                env=bare | own | self.environment,
                stdout=log,
                stderr=log,
            )
        file = self.folder / "ready.json"
        eventually(lambda: file.exists() or self._has_ended(), seconds=120)
        self.ready = json.loads(file.read_text())
        return self

    def _has_ended(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "house.log").read_text()[-3000:]
        return False

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            assert self._process.wait(60) == 0, (self.folder / "house.log").read_text()[-3000:]
            self._process = None

    def kill(self, name: str) -> None:
        """``kill -9`` of one of its processes."""
        os.kill(self.ready["pids"][name], signal.SIGKILL)

    def wait_until_ended(self) -> None:
        """A house that lost one of its parts ends by itself."""
        assert self._process is not None
        self._process.wait(60)
        self._process = None

    def post(self, payload: object, *, secret: str | None = None) -> httpx.Response:
        """Post a webhook, signed as Meta signs."""
        body = json.dumps(payload).encode()
        key = (secret or self.ready["app_secret"]).encode()
        signature = f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}"
        return self.post_raw(body, {"X-Hub-Signature-256": signature})

    def post_raw(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        return httpx.post(
            f"{self.ready['api']}/webhooks/whatsapp",
            content=body,
            headers={"Content-Type": "application/json", **headers},
            timeout=30,
        )

    def write(self, text: str, *, customer: str, id: str | None = None) -> None:
        """A customer writes to the demo shop, and Meta is told 200."""
        number = self.ready["phone_number_id"]
        answer = self.post(text_message(text, customer=customer, number=number, id=id))
        assert answer.status_code == 200, answer.text

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.ready["database_url"], row_factory=dict_row) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def outbound(self, customer: str) -> list[dict[str, Any]]:
        return self.rows(
            "SELECT messages.* FROM messages JOIN conversations c ON c.id = conversation_id"
            " WHERE external_id = %s AND direction = 'outbound'"
            " ORDER BY messages.created_at, position",
            customer,
        )

    def delivered(self, customer: str) -> list[str]:
        """The texts WhatsApp has taken for this customer."""
        taken = httpx.get(f"{self.ready['whatsapp_api_url']}/_delivered", timeout=10).json()
        return [message["text"] for message in taken if message["to"] == customer]

    def answers(self, customer: str, *, seconds: float = 45) -> list[str]:
        """What was delivered, as soon as anything is."""
        return eventually(lambda: self.delivered(customer), seconds=seconds)
