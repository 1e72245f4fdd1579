"""Every failure of the provider ends in an answer within the turn's time, and is in the ledger."""

from collections.abc import Iterator
from time import monotonic

import pytest

from morfx.adapters.clock import SystemClock
from morfx.adapters.scripted.comprehender import ScriptedComprehender
from morfx.domain.comprehension import ModelCall
from morfx.engine.breaker import Breaker
from morfx.engine.chain import ChainedComprehender
from tests.fakes import messages_api
from tests.fakes.messages_api import MessagesApi, Reply
from tests.reader import CONTEXT, answer, reader, reading

TURN_SECONDS = 6.0
HAIKU, SONNET = "claude-haiku-5-5", "claude-sonnet-5-5"
SLOW = messages_api.text(answer(), delay=4)


@pytest.fixture
def api() -> Iterator[MessagesApi]:
    with MessagesApi() as running:
        yield running


@pytest.fixture
def chain(api: MessagesApi) -> Iterator[ChainedComprehender]:
    haiku, sonnet = reader(api), reader(api, model=SONNET)
    yield ChainedComprehender(
        primary=haiku,
        second=sonnet,
        offline=ScriptedComprehender(script={}, otherwise=reading(("precio", 60))),
        breaker=Breaker(SystemClock()),
        clock=SystemClock(),
        turn_seconds=TURN_SECONDS,
        call_seconds=2.0,
    )
    haiku.close()
    sonnet.close()


def rows(calls: tuple[ModelCall, ...]) -> list[tuple[str, str, str]]:
    return [(call.component, call.model, call.outcome) for call in calls]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (messages_api.AUTHENTICATION, "authentication"),
        (messages_api.RATE_LIMIT, "saturation"),
        (messages_api.OVERLOADED, "saturation"),
        (messages_api.INTERNAL, "unavailable"),
        (messages_api.BILLING, "billing"),
        (messages_api.GRAMMAR, "schema"),
        (messages_api.refusal(), "refusal"),
        (messages_api.cut(), "unavailable"),
        (SLOW, "timeout"),
    ],
)
def test_a_provider_that_fails_throughout_leaves_the_offline_reading(
    reply: Reply, outcome: str, api: MessagesApi, chain: ChainedComprehender
) -> None:
    api.script(reply, reply)
    started = monotonic()
    understood = chain.comprehend(["cuánto vale?"], CONTEXT)

    assert monotonic() - started < TURN_SECONDS
    assert understood.source == "scripted"
    assert understood.intents[0].intent == "precio"
    assert rows(understood.calls) == [
        ("comprehension", HAIKU, outcome),
        ("comprehension", SONNET, outcome),
    ]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (messages_api.empty(), "empty"),
        (messages_api.broken_json(), "invalid"),
        (messages_api.text({"intent": "precio"}), "invalid"),
        (messages_api.text("{", stop_reason="max_tokens"), "max_tokens"),
    ],
)
def test_useless_answers_are_repaired_where_time_allows_then_passed_on(
    reply: Reply, outcome: str, api: MessagesApi, chain: ChainedComprehender
) -> None:
    api.script(reply, messages_api.text(answer(("precio", 93))))
    understood = chain.comprehend(["cuánto vale?"], CONTEXT)

    assert rows(understood.calls)[0] == ("comprehension", HAIKU, outcome)
    assert rows(understood.calls)[1][2] == "ok"
    assert understood.confidence == 93


def test_the_second_model_answers_where_the_first_is_saturated(
    api: MessagesApi, chain: ChainedComprehender
) -> None:
    api.script(messages_api.OVERLOADED, messages_api.text(answer(("precio", 93))))
    understood = chain.comprehend(["cuánto vale?"], CONTEXT)

    assert understood.source == f"claude:{SONNET}"
    assert rows(understood.calls) == [
        ("comprehension", HAIKU, "saturation"),
        ("comprehension", SONNET, "ok"),
    ]
