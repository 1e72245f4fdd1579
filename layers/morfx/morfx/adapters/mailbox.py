"""What is said over our own API: nobody carries it, it lies ready to be read."""

from morfx.domain.delivery import Outgoing
from morfx.ports import Messenger


class Mailbox:
    def send(self, message: Outgoing) -> str:
        """Said already: the row is what callers read. The name is none a caller may give."""
        return f"said/{message.reference}"


class Posted:
    """Sends each message the way of its channel."""

    def __init__(self, *, api: Messenger, numbers: Messenger) -> None:
        self._api = api
        self._numbers = numbers

    def send(self, message: Outgoing) -> str:
        return (self._api if message.provider == "api" else self._numbers).send(message)
