"""What customers send, as Meta hands it over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import uuid4

from morfx.domain.identifier import new_id
from morfx.domain.inbound import Accepted

Sends = Literal["text", "image", "audio", "reaction"]


@dataclass(frozen=True, slots=True)
class Customer:
    #: WhatsApp's digits.
    phone: str
    name: str

    def raw(self, said: str, *, at: datetime, sends: Sends = "text", id: str = "") -> object:
        """A message in Meta's words; ``said`` is its text, caption or emoji."""
        content: dict[str, dict[str, str]] = {
            "text": {"body": said},
            "image": {"id": uuid4().hex, "mime_type": "image/jpeg", "caption": said},
            "audio": {"id": uuid4().hex, "mime_type": "audio/ogg"},
            "reaction": {"message_id": "wamid.reacted", "emoji": said},
        }
        return {
            "from": self.phone,
            "id": id or f"wamid.{uuid4().hex}",
            "timestamp": str(int(at.timestamp())),
            "type": sends,
            sends: content[sends],
        }

    def message(
        self, said: str, *, account: str, at: datetime, sends: Sends = "text", id: str = ""
    ) -> Accepted:
        """The message as the webhook accepted it."""
        return Accepted(
            id=new_id(),
            kind="message",
            accepted_at=at,
            account=account,
            raw=self.raw(said, at=at, sends=sends, id=id),
            profile={"profile": {"name": self.name}, "wa_id": self.phone},
        )


def status(
    status: Literal["sent", "delivered", "read", "failed"],
    *,
    provider_message_id: str,
    reference: str,
    account: str,
    at: datetime,
) -> Accepted:
    """How a message of ours fared, as Meta tells it."""
    failure = {"errors": [{"code": 131026, "title": "Message undeliverable"}]}
    return Accepted(
        id=new_id(),
        kind="status",
        accepted_at=at,
        account=account,
        raw={
            "id": provider_message_id,
            "status": status,
            "timestamp": str(int(at.timestamp())),
            "biz_opaque_callback_data": reference,
            **(failure if status == "failed" else {}),
        },
        profile=None,
    )
