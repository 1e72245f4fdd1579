"""Intake, turn and send as Lambda calls them, with everything but Postgres held in memory."""

import json
import os
from functools import partial
from typing import Any

from morfx import wiring
from morfx.adapters.clock import SystemClock
from morfx.adapters.objects.s3 import S3Objects
from morfx.adapters.postgres.inbox import PostgresInbox
from morfx.adapters.whatsapp import inbound
from morfx.adapters.whatsapp.accepted import read_accepted
from morfx.conversation.intake import IntakeOutcome, take_in
from morfx.domain.shop import ShopFile
from morfx.simulator.whatsapp import StandInWhatsApp
from tests.fakes.aws import Document
from tests.fakes.lambda_context import FakeContext
from tests.load.meter import STEPS, Meter
from tests.road import HeldExecutions, HeldQueue
from tests.street import message, open_door, records


class Doors:
    """Opened onto the database the environment names. Model, queue, state machines and WhatsApp
    answer at once."""

    def __init__(self, shop: ShopFile) -> None:
        self._shop = shop
        self._queue, self._executions = HeldQueue(), HeldExecutions()
        self._doors: dict[str, Any] = {name: open_door(name) for name in STEPS}
        intake, turn, send = self._doors.values()
        settings = intake.IntakeSettings.from_environment(os.environ)
        intake.take_in = partial(self._take_in, PostgresInbox(wiring.database(settings)))
        turn.run_turn = partial(turn.run_turn, executions=self._executions)
        send.send_next = partial(
            send.send_next, messenger=StandInWhatsApp(SystemClock()), turns=self._queue
        )

    def walk(self, meter: Meter, customer: str, text: str) -> None:
        """One message of a customer, until its answer has left."""
        meter.forget()
        arrival = records(message(self._shop, text, sender=customer))
        with meter.step("intake"):
            self._invoke("intake", arrival)
        envelope = self._queue.waiting.pop()
        wake = records(json.loads(envelope.body), pattern="turn/customer_message")
        with meter.step("turn"):
            self._invoke("turn", wake)
        turn = self._executions.sequences.pop()
        names = ("workspace_id", "conversation_id", "turn_id")
        sequence = {name: str(getattr(turn, name)) for name in names}
        with meter.step("send"):
            while self._invoke("send", sequence)["remaining"]:
                pass

    def _invoke(self, name: str, event: Document) -> Any:
        return self._doors[name].handler(event, FakeContext())

    def _take_in(self, inbox: PostgresInbox, body: str) -> IntakeOutcome:
        return take_in(
            read_accepted(body, objects=S3Objects("unused")),
            inbox=inbox,
            parser=inbound,
            turns=self._queue,
            clock=SystemClock(),
        )
