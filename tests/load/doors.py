"""Intake, turn and send as Lambda calls them, with everything but Postgres held in memory."""

import json
import os
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any

from morfx import wiring
from morfx.adapters.clock import SystemClock
from morfx.adapters.objects.s3 import S3Objects
from morfx.adapters.postgres.inbox import PostgresInbox
from morfx.adapters.whatsapp import inbound
from morfx.adapters.whatsapp.accepted import read_accepted
from morfx.conversation.intake import IntakeOutcome, take_in
from morfx.domain.shop import ShopFile
from tests.fakes.aws import Document
from tests.fakes.lambda_context import FakeContext
from tests.load.meter import STEPS
from tests.road import HeldExecutions, HeldMessenger, HeldQueue
from tests.street import message, open_door, records


@dataclass
class Doors:
    """Opened onto the database the environment names. Model, queue, state machines and WhatsApp
    answer at once."""

    shop: ShopFile
    queue: HeldQueue = field(default_factory=HeldQueue)
    executions: HeldExecutions = field(default_factory=HeldExecutions)

    def __post_init__(self) -> None:
        self._doors: dict[str, ModuleType] = {name: open_door(name) for name in STEPS}
        intake, turn, send = self._doors.values()
        inbox = PostgresInbox(wiring.database(intake.IntakeSettings.from_environment(os.environ)))
        intake.take_in = partial(self._take_in, inbox)
        turn.run_turn = partial(turn.run_turn, executions=self.executions)
        send.send_next = partial(send.send_next, messenger=HeldMessenger())

    def arrival(self, customer: str, text: str) -> Document:
        """The event of a customer's message."""
        return records(message(self.shop, text, sender=customer))

    def wake(self) -> Document:
        """The event of the only wake that waits."""
        [envelope] = self.queue.waiting
        self.queue.waiting.clear()
        return records(json.loads(envelope.body), pattern="turn/customer_message")

    def promise(self) -> Document:
        """The event of the only message sequence that was started."""
        [turn] = self.executions.sequences
        self.executions.sequences.clear()
        names = ("workspace_id", "conversation_id", "turn_id")
        return {name: str(getattr(turn, name)) for name in names}

    def invoke(self, name: str, event: Document) -> Any:
        return self._doors[name].handler(event, FakeContext())

    def send(self, event: Document) -> None:
        """As the message sequence does it, without the pauses."""
        while self.invoke("send", event)["remaining"]:
            pass

    def _take_in(self, inbox: PostgresInbox, body: str) -> IntakeOutcome:
        return take_in(
            read_accepted(body, objects=S3Objects("unused")),
            inbox=inbox,
            parser=inbound,
            turns=self.queue,
            executions=self.executions,
            clock=SystemClock(),
        )
