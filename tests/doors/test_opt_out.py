"""Who asks not to be written to any more is told so once, and then hears nothing."""

import pytest

from tests.street import Street


@pytest.mark.parametrize("word", ["STOP", "baja", "¡Baja!", "No me escriban más."])
def test_a_stop_word_opts_out_and_is_confirmed_once_in_the_shops_words(
    street: Street, word: str
) -> None:
    street.converse(word)
    assert street.row("contacts")["opted_out_at"]
    assert [sent["text"] for sent in street.graph.delivered] == [street.shop.opt_out_message]
    street.write("qué precio tiene?")
    street.turn()
    assert len(street.bubbles) == 1
    assert street.row("agent_sessions")["end_reason"] == "lost"


def test_to_opt_out_twice_is_confirmed_twice_and_dated_once(street: Street) -> None:
    street.converse("STOP")
    before = street.row("contacts")["opted_out_at"]
    street.converse("stop")
    assert street.row("contacts")["opted_out_at"] == before
    assert len(street.graph.delivered) == 2


def test_who_opts_in_again_is_answered_again(street: Street) -> None:
    street.converse("baja")
    street.converse("ALTA")
    assert street.row("contacts")["opted_out_at"] is None
    assert street.graph.delivered[-1]["text"] == street.shop.opt_in_message
    street.converse("qué precio tiene?")
    assert "$77.900" in street.graph.delivered[-1]["text"]


@pytest.mark.parametrize(
    "text", ["vivo en la parte baja", "ya no me interesa", "paren de escribir", "stop 5 minutos"]
)
def test_a_stop_word_within_a_sentence_is_no_stop_word(street: Street, text: str) -> None:
    street.write(text)
    assert street.row("contacts")["opted_out_at"] is None


def test_what_was_promised_before_does_not_reach_who_opted_out(street: Street) -> None:
    street.converse("quiero comprar")
    street.expire()
    street.write("STOP")
    assert street.statuses[-1] == "cancelled: newer_inbound"
    assert street.send()["outcome"] == "done"


def test_a_customer_of_a_person_opts_out_without_a_word_of_the_bot(street: Street) -> None:
    street.converse("Hola")
    street.change("conversations", bot_state="off")
    street.write("STOP")
    street.turn()
    assert street.row("contacts")["opted_out_at"]
    assert len(street.bubbles) == 1
