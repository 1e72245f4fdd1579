"""A stand-in of WhatsApp: it takes what it is given, and misbehaves on request."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from morfx.domain.content import Attachment, Choices, Content, FilledTemplate
from morfx.domain.delivery import Outgoing
from morfx.domain.errors import DeliveryUncertain
from morfx.ports import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """What a customer got."""

    provider_message_id: str
    at: datetime
    #: Meta's phone_number_id of the sender.
    account: str
    to: str
    content: Content
    #: Our own id of the message.
    reference: str

    @property
    def text(self) -> str:
        """What the customer reads, as far as we know it; of a template its name."""
        if isinstance(self.content, FilledTemplate):
            return self.content.name
        return self.content.caption if isinstance(self.content, Attachment) else self.content.text

    @property
    def choices(self) -> tuple[str, ...]:
        """What they may tap."""
        return self.content.titles if isinstance(self.content, Choices) else ()


class StandInWhatsApp:
    def __init__(self, clock: Clock) -> None:
        self.delivered: list[Delivered] = []
        #: Raised instead of the next sends, first first.
        self.failures: list[Exception] = []
        #: So many of the next sends are delivered, and nobody is told.
        self.answers_lost = 0
        self._clock = clock

    @property
    def sent(self) -> list[str]:
        """The texts, oldest first."""
        return [message.text for message in self.delivered]

    @property
    def contents(self) -> list[Content]:
        """The messages, oldest first."""
        return [message.content for message in self.delivered]

    @property
    def choices(self) -> tuple[str, ...]:
        """Of the last message delivered."""
        return self.delivered[-1].choices if self.delivered else ()

    def delivered_to(self, phone: str, *, account: str) -> list[Delivered]:
        """What this customer got from this number, oldest first."""
        return [m for m in self.delivered if (m.account, m.to) == (account, phone)]

    def send(self, outgoing: Outgoing) -> str:
        if self.failures:
            raise self.failures.pop(0)
        message = Delivered(
            provider_message_id=f"wamid.{uuid4().hex}",
            at=self._clock.now(),
            account=outgoing.phone_number_id,
            to=outgoing.to,
            content=outgoing.content,
            reference=outgoing.reference,
        )
        self.delivered.append(message)
        if self.answers_lost:
            self.answers_lost -= 1
            raise DeliveryUncertain
        return message.provider_message_id
