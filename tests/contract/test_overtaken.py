"""An answer that could not leave while the customer's next message was answered: it is still the
only answer to its question, and nothing is answered twice for its sake."""

from dataclasses import dataclass, field

from morfx.domain.content import Text
from morfx.domain.delivery import Outgoing, PromisedTurn
from morfx.domain.errors import Unavailable
from tests.road import Road


@dataclass
class Slow:
    """WhatsApp, while whose first call the customer writes again and is answered; then it fails."""

    road: Road
    meanwhile: str
    sent: list[str] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> str:
        if self.meanwhile:
            more, self.meanwhile = self.meanwhile, ""
            self.road.write(more)
            self.road.run_turns()
            self.road.send(self.road.executions.sequences[-1])
            raise Unavailable
        assert isinstance(outgoing.content, Text)
        self.sent.append(outgoing.content.text)
        return f"wamid.{len(self.sent)}"


def overtake(road: Road) -> tuple[Slow, PromisedTurn]:
    """The answer to "cuánto vale?" is put back after that to "cómo se toma?" was read."""
    slow = Slow(road, "y cómo se toma?")
    road.messenger = slow  # type: ignore[assignment]
    road.write("cuánto vale?")
    road.run_turns()
    [first] = road.executions.sequences
    try:
        road.send(first)
    except Unavailable:
        return slow, first
    raise AssertionError("it was sent")


def answers(slow: Slow) -> list[str]:
    """What each message the customer got is about."""
    topics = {"$77.900": "price", "1 comprimido": "dose", "gratis a toda Colombia.": "delivery"}
    return sorted(topic for text in slow.sent for part, topic in topics.items() if part in text)


def test_a_third_message_neither_stops_it_nor_reopens_what_was_answered(road: Road) -> None:
    slow, _ = overtake(road)
    road.write("hacen envíos?")
    road.run_turns()
    road.send_all()

    assert answers(slow).count("dose") == 1
    assert answers(slow).count("price") == 1
    assert [text for text in slow.sent if "Coordinadora" in text]


def test_another_answer_that_is_stopped_does_not_stop_it(road: Road) -> None:
    slow, _ = overtake(road)
    road.write("hacen envíos?")
    road.run_turns()
    road.write("y es seguro?")
    road.run_turns()
    road.send_all()

    assert answers(slow).count("dose") == 1
    assert answers(slow).count("price") == 1
    assert [text for text in slow.sent if "Coordinadora" in text]
    assert [text for text in slow.sent if "bien tolerados" in text]
