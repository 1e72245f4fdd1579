"""A customer who goes on writing while an answer is leaving: nothing is dropped or said in vain."""

import pytest

from morfx.domain.delivery import Outgoing
from morfx.domain.errors import Unavailable
from tests.street import Street


def interrupted(street: Street, text: str) -> None:
    """While the next bubble is leaving the customer writes; then it turns out not to have left."""

    class Busy:
        def send(self, _: Outgoing) -> str:
            street.write(text)
            raise Unavailable

    street.swap("send", messenger=Busy())
    with pytest.raises(Unavailable):
        street.send()
    street.doors.pop("send")


def said(street: Street, text: str) -> bool:
    return any(text in message["text"] for message in street.graph.delivered)


def test_a_message_before_the_first_bubble_cancels_it_and_all_is_read_again(
    street: Street,
) -> None:
    street.answer("qué precio tiene?")
    street.answer("Hola")
    assert street.statuses == ["cancelled: newer_inbound", "queued"]
    assert street.read[-1] == "qué precio tiene?\nHola"


def test_a_message_after_the_first_bubble_does_not_reopen_what_was_answered(
    street: Street,
) -> None:
    street.answer("quiero comprar")
    street.send()
    street.answer("Hola")
    assert street.statuses == ["sent", "cancelled: newer_inbound", "queued"]
    assert street.read[-1] == "Hola"


def test_a_message_while_a_bubble_that_never_left_was_leaving_drops_nothing(
    street: Street,
) -> None:
    street.answer("qué precio tiene?")
    interrupted(street, "Hola")
    assert street.send()["reason"] == "newer_inbound"
    street.turn()
    assert street.read[-1] == "qué precio tiene?\nHola"
    street.send()
    assert said(street, "$77.900")


def test_what_is_unread_again_is_woken_at_once_though_its_own_wake_is_gone(
    street: Street,
) -> None:
    street.answer("qué precio tiene?")
    first = street.sequences[-1]
    interrupted(street, "Hola")
    street.turn()
    street.aws.messages.clear()
    street.invoke("send", first)
    [wake] = street.wakes
    assert (wake["kind"], wake["inbound_seq"]) == ("customer_message", 2)
    street.turn()
    assert street.read[-1] == "qué precio tiene?\nHola"


def test_a_refusal_that_reopens_nothing_wakes_nobody(street: Street) -> None:
    street.answer("quiero comprar")
    street.send()
    street.change("conversations", inbound_seq=2)
    street.aws.messages.clear()
    assert street.send()["reason"] == "newer_inbound"
    assert street.wakes == []


def test_what_a_later_turn_promised_is_decided_anew_with_what_never_left(street: Street) -> None:
    street.answer("qué precio tiene?")
    first = street.sequences[-1]
    interrupted(street, "Hola")
    street.turn()
    assert street.invoke("send", first)["reason"] == "newer_inbound"
    assert street.statuses == ["cancelled: newer_inbound"] * 2
    assert street.conversation["read_seq"] == 0


def test_an_answer_that_never_left_leaves_though_a_later_one_was_faster(street: Street) -> None:
    street.answer("qué precio tiene?")
    first = street.sequences[-1]
    interrupted(street, "Hola")
    street.turn()
    street.send()
    assert street.invoke("send", first)["outcome"] == "sent"
    assert said(street, "$77.900")


def test_a_reminder_that_never_left_does_not_stop_the_answer_to_a_reply(street: Street) -> None:
    street.converse("quiero comprar")
    street.expire()
    reminder = street.sequences[-1]
    interrupted(street, "qué precio tiene?")
    street.turn()
    assert street.invoke("send", reminder)["reason"] == "newer_inbound"
    assert street.send()["outcome"] == "sent"
    assert said(street, "$77.900")


def test_a_reminder_that_never_left_does_not_follow_the_reply(street: Street) -> None:
    street.converse("quiero comprar")
    street.expire()
    reminder = street.sequences[-1]
    interrupted(street, "qué precio tiene?")
    street.turn()
    street.send()
    assert street.invoke("send", reminder)["reason"] == "newer_inbound"
    assert not said(street, "Sigo pendiente de tus datos")
