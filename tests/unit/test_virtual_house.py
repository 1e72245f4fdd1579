"""What stands in for SQS and the clock behaves as they do."""

from datetime import timedelta

import pytest

from morfx.domain.content import Text
from morfx.domain.delivery import Outgoing
from morfx.domain.errors import DeliveryUncertain, Unavailable
from morfx.simulator.agenda import Agenda, VirtualClock
from morfx.simulator.fifo import Fifo
from morfx.simulator.whatsapp import StandInWhatsApp


class Consumer:
    """Keeps what it is given and when; fails as often as it is told to."""

    def __init__(self, agenda: Agenda, failures: int = 0) -> None:
        self.got: list[tuple[str, float]] = []
        self._agenda, self._failures = agenda, failures
        self._start = agenda.clock.time

    def __call__(self, payload: str) -> None:
        self.got.append((payload, (self._agenda.clock.time - self._start).total_seconds()))
        if self._failures:
            self._failures -= 1
            raise Unavailable


@pytest.fixture
def agenda() -> Agenda:
    return Agenda(VirtualClock())


def test_what_is_due_happens_in_order_and_time_jumps_to_it(agenda: Agenda) -> None:
    seen: list[str] = []
    agenda.after(20, lambda: seen.append("later"))
    agenda.after(10, lambda: agenda.after(5, lambda: seen.append("sooner")))
    agenda.run_for(30)
    assert seen == ["sooner", "later"]
    assert agenda.clock.time == VirtualClock().time + timedelta(seconds=30)


def test_rest_is_reached_when_only_what_nobody_waits_for_is_left(agenda: Agenda) -> None:
    seen: list[str] = []
    agenda.after(600, lambda: seen.append("timer"), patient=True)
    agenda.after(3, lambda: seen.append("bubble"))
    agenda.settle()
    assert seen == ["bubble"]
    assert agenda.clock.time == VirtualClock().time + timedelta(seconds=3)


def test_a_cancelled_appointment_is_not_kept(agenda: Agenda) -> None:
    seen: list[str] = []
    agenda.cancel(agenda.after(1, lambda: seen.append("cancelled")))
    agenda.run_for(5)
    assert seen == []


def test_time_may_pass_while_somebody_works(agenda: Agenda) -> None:
    seen: list[str] = []

    def slow() -> None:
        agenda.run_for(10)
        seen.append("slow")

    agenda.after(0, slow)
    agenda.after(5, lambda: seen.append("meanwhile"))
    agenda.run_for(1)
    assert seen == ["meanwhile", "slow"]


def test_a_group_is_delivered_in_order_after_the_delay(agenda: Agenda) -> None:
    consumer = Consumer(agenda)
    queue = Fifo(agenda, consumer, delay_seconds=1, visibility_seconds=45)
    for name in ("a", "b"):
        queue.put(name, group="g", name=name)
    agenda.settle()
    assert consumer.got == [("a", 1), ("b", 1)]


def test_a_failed_delivery_holds_up_its_group_and_no_other(agenda: Agenda) -> None:
    consumer = Consumer(agenda, failures=1)
    queue = Fifo(agenda, consumer, visibility_seconds=45)
    queue.put("a", group="g", name="a")
    queue.put("b", group="g", name="b")
    queue.put("c", group="h", name="c")
    agenda.settle()
    assert consumer.got == [("a", 0), ("c", 0), ("a", 45), ("b", 45)]


def test_a_message_that_fails_five_times_is_put_aside(agenda: Agenda) -> None:
    consumer = Consumer(agenda, failures=9)
    queue = Fifo(agenda, consumer, visibility_seconds=45)
    queue.put("a", group="g", name="a")
    agenda.settle()
    assert len(consumer.got) == 5
    assert queue.dead == ["a"]


def test_a_name_is_queued_once_in_five_minutes(agenda: Agenda) -> None:
    consumer = Consumer(agenda)
    queue = Fifo(agenda, consumer, visibility_seconds=45)
    for seconds in (0, 299, 1):
        agenda.run_for(seconds)
        queue.put("a", group="g", name="a")
    agenda.settle()
    assert consumer.got == [("a", 0), ("a", 300)]


def test_whatsapp_may_take_a_message_and_lose_its_answer() -> None:
    whatsapp = StandInWhatsApp(VirtualClock())
    whatsapp.answers_lost = 1
    message = Outgoing(
        provider="cloud_api",
        phone_number_id="1",
        to="2",
        content=Text(text="hola"),
        reference="r",
    )
    with pytest.raises(DeliveryUncertain):
        whatsapp.send(message)
    whatsapp.send(message)
    assert whatsapp.sent == ["hola", "hola"]
