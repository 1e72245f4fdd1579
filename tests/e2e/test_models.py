"""The house with a model: Claude, by the real SDK, at a fake of the Messages API."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.house import RunningHouse, eventually, new_customer
from tests.fakes import messages_api
from tests.fakes.messages_api import MessagesApi, Reply
from tests.fakes.messages_rules import SAMPLING
from tests.reader import answer

HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"
#: Longer than one model gets.
SLOW = messages_api.text(answer(("precio", 97)), delay=11)
OTHER_KEYS = messages_api.text({"intent": "precio", "confidence": 97})


@pytest.fixture(scope="module")
def api() -> Iterator[MessagesApi]:
    with MessagesApi(answer=lambda _: messages_api.text(answer(("precio", 97)))) as running:
        yield running


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, api: MessagesApi) -> Iterator[RunningHouse]:
    environment = {"ANTHROPIC_API_KEY": api.key, "ANTHROPIC_BASE_URL": api.url}
    running = RunningHouse(tmp_path_factory.mktemp("models"), environment).start()
    yield running
    running.stop()


def ask(house: RunningHouse, customer: str) -> list[str]:
    """The customer asks the price; what they were told, all in all."""
    before = len(house.delivered(customer))
    house.write("¿Qué precio tiene?", customer=customer)
    eventually(lambda: len(house.delivered(customer)) > before)
    return house.delivered(customer)


def ledger(house: RunningHouse, customer: str) -> list[dict[str, Any]]:
    return house.rows(
        "SELECT component, model, outcome, cost, cache_read_tokens FROM model_calls"
        " JOIN conversations ON conversations.id = conversation_id WHERE external_id = %s"
        " ORDER BY model_calls.created_at, model_calls.id",
        customer,
    )


def test_a_common_turn_makes_exactly_one_call(house: RunningHouse, api: MessagesApi) -> None:
    first, second = new_customer(), new_customer()
    told = [*ask(house, first), *ask(house, second)]

    assert all("$77.900" in text for text in told)
    one, other = api.requests
    assert one.prefix == other.prefix != b"[]"
    assert one.body["output_config"]["format"]["type"] == "json_schema"
    assert not set(SAMPLING) & set(one.body)
    assert "¿Qué precio tiene?" in one.said
    [call] = ledger(house, second)
    assert (call["component"], call["model"], call["outcome"]) == ("comprehension", HAIKU, "ok")
    assert call["cost"] > 0
    assert call["cache_read_tokens"] > 0


FIRST, REPAIR = ("comprehension", HAIKU), ("repair", HAIKU)
SECOND = ("second_model", SONNET, "ok")
#: What goes wrong → the replies, and what the ledger says of it. What lasts stands last: it opens
#: the circuit.
FAILURES = {
    "429": ([messages_api.RATE_LIMIT], [(*FIRST, "saturation"), SECOND]),
    "500": ([messages_api.INTERNAL], [(*FIRST, "unavailable"), SECOND]),
    "529": ([messages_api.OVERLOADED], [(*FIRST, "saturation"), SECOND]),
    "slow": ([SLOW], [(*FIRST, "timeout"), SECOND]),
    "cut": ([messages_api.cut()], [(*FIRST, "unavailable"), SECOND]),
    "refusal": ([messages_api.refusal()], [(*FIRST, "refusal"), SECOND]),
    "invalid JSON": ([messages_api.broken_json()], [(*FIRST, "invalid"), (*REPAIR, "ok")]),
    "schema-breaking": ([OTHER_KEYS], [(*FIRST, "invalid"), (*REPAIR, "ok")]),
    "401": (
        [messages_api.AUTHENTICATION, messages_api.AUTHENTICATION],
        [(*FIRST, "authentication"), ("second_model", SONNET, "authentication")],
    ),
}


@pytest.mark.parametrize(("replies", "said"), FAILURES.values(), ids=FAILURES)
def test_whatever_fails_the_customer_is_answered_and_the_ledger_says_what_happened(
    house: RunningHouse,
    api: MessagesApi,
    replies: list[Reply],
    said: list[tuple[str, str, str]],
) -> None:
    customer = new_customer()
    ask(house, customer)  # a good call, which closes the circuit again
    api.script(*replies)
    told = ask(house, customer)

    assert "$77.900" in told[-1]
    kept = [(row["component"], row["model"], row["outcome"]) for row in ledger(house, customer)]
    assert sorted(kept) == sorted([(*FIRST, "ok"), *said])
