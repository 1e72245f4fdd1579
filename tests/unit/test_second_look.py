import pytest

from morfx.adapters.scripted.comprehender import ScriptedComprehender
from morfx.domain.comprehension import DECLINED, IntentReading, ModelCall, PastTurn
from morfx.domain.deadline import Deadline
from morfx.domain.errors import NotUnderstood
from morfx.engine.breaker import Breaker
from morfx.engine.second_look import SecondLook, better_founded, unfounded
from morfx.simulator.agenda import VirtualClock
from tests.reader import CONTEXT, reading

SAID = ["soy Ana, de bogota, cll 12 no 3 - 4, mi cel es 300 123 4567"]
FIRST_CALL = ModelCall(
    component="comprehension", provider="p", model="haiku", outcome="ok", milliseconds=1
)
SECOND_CALL = ModelCall(
    component="second_look", provider="p", model="sonnet", outcome="ok", milliseconds=1
)


def test_two_that_say_the_same_are_as_sure_as_the_surer() -> None:
    first = reading(("precio", 75), confidence=75)
    second = reading(("precio", 68), confidence=68)
    kept = better_founded(first, second, SAID)

    assert kept.confidence == 75
    assert kept.intents == second.intents


def test_a_reading_that_invents_data_loses_even_when_it_is_surer() -> None:
    plain = reading(confidence=61, fields={"nombre": "Ana"})
    inventive = reading(confidence=99, fields={"nombre": "Ana", "ciudad": "Medellín"})

    assert better_founded(plain, inventive, SAID) is plain
    assert better_founded(inventive, plain, SAID) is plain


def test_else_the_surer_one_is_kept() -> None:
    price, delivery = reading(("precio", 80), confidence=80), reading(("envio", 70), confidence=70)
    assert better_founded(price, delivery, SAID) is price
    assert better_founded(delivery, price, SAID) is price


def test_between_equals_the_stronger_model_is_believed() -> None:
    price, delivery = reading(("precio", 80), confidence=80), reading(("envio", 80), confidence=80)
    assert better_founded(price, delivery, SAID) is delivery


@pytest.mark.parametrize(
    ("value", "invented"),
    [
        ("Ana", 0),
        ("Bogotá, D.C.", 0),
        ("Calle 12 # 3-4", 0),
        ("573001234567", 0),
        (DECLINED, 0),
        ("Medellín", 1),
        ("573009998877", 1),
    ],
)
def test_normalised_data_is_founded_on_the_words_and_numbers_it_came_from(
    value: str, invented: int
) -> None:
    assert unfounded(reading(fields={"x": value}), SAID) == invented


def look(stronger: ScriptedComprehender, *, seconds: float = 20) -> tuple[SecondLook, Deadline]:
    clock = VirtualClock()
    second = SecondLook(stronger=stronger, breaker=Breaker(clock), clock=clock)
    return second, Deadline.within(seconds, now=clock.now())


def test_the_second_reader_is_told_what_the_first_wavered_between() -> None:
    first = reading(
        ("precio", 70),
        confidence=70,
        alternatives=(IntentReading(intent="envio", confidence=40),),
        calls=(FIRST_CALL,),
    )
    stronger = ScriptedComprehender(
        script={}, otherwise=reading(("envio", 92), confidence=92, calls=(SECOND_CALL,))
    )
    second, deadline = look(stronger)
    kept = second(first, SAID, CONTEXT, deadline=deadline)

    note = "A first reading (pregunta) wavered between: precio (70), envio (40)."
    assert stronger.asked[0][1].history == (PastTurn(role="system", content=note),)
    assert kept.intents[0].intent == "envio"
    assert kept.calls == (FIRST_CALL, SECOND_CALL)


def test_the_first_reading_stands_where_the_second_fails_and_the_ledger_says_so() -> None:
    first = reading(("precio", 70), confidence=70, calls=(FIRST_CALL,))
    second, deadline = look(
        ScriptedComprehender(script={}, otherwise=NotUnderstood("timeout", (SECOND_CALL,)))
    )
    kept = second(first, SAID, CONTEXT, deadline=deadline)

    assert (kept.intents, kept.confidence) == (first.intents, 70)
    assert kept.calls == (FIRST_CALL, SECOND_CALL)


def test_the_calls_of_a_second_reading_count_even_when_it_is_not_kept() -> None:
    first = reading(("precio", 80), confidence=80, calls=(FIRST_CALL,))
    second, deadline = look(
        ScriptedComprehender(
            script={}, otherwise=reading(("envio", 60), confidence=60, calls=(SECOND_CALL,))
        )
    )
    kept = second(first, SAID, CONTEXT, deadline=deadline)

    assert kept.intents == first.intents
    assert kept.calls == (FIRST_CALL, SECOND_CALL)


def test_there_is_no_second_look_without_time_for_it() -> None:
    stronger = ScriptedComprehender(script={})
    second, deadline = look(stronger, seconds=1)
    kept = second(reading(confidence=70), SAID, CONTEXT, deadline=deadline)

    assert [call.outcome for call in kept.calls] == ["no_time"]
    assert stronger.asked == []
