from dataclasses import dataclass, replace

import pytest

from morfx.adapters.scripted.comprehender import Line, ScriptedComprehender
from morfx.domain.comprehension import Comprehension, Context, ModelCall
from morfx.domain.deadline import Deadline
from morfx.domain.errors import NotUnderstood
from morfx.engine.breaker import Breaker
from morfx.engine.chain import ChainedComprehender
from morfx.ports import ModelComprehender
from morfx.simulator.agenda import VirtualClock
from tests.reader import CONTEXT, reading

ASKED = ["cuánto vale?"]
OFFLINE = reading(("precio", 70), confidence=70)


def called(outcome: str, *, model: str = "haiku") -> ModelCall:
    return ModelCall(
        component="comprehension",
        provider="anthropic",
        model=model,
        outcome=outcome,
        milliseconds=9,
    )


def failure(outcome: str, *, model: str = "haiku") -> NotUnderstood:
    return NotUnderstood(outcome, (called(outcome, model=model),))


def success(model: str = "haiku") -> Comprehension:
    return reading(("precio", 95), calls=(called("ok", model=model),))


@dataclass(kw_only=True)
class Slow(ScriptedComprehender):
    """A model whose answers take a while."""

    clock: VirtualClock
    takes: float
    seconds: tuple[float, ...] = ()

    def comprehend(self, texts: object, context: Context, *, seconds: float = 0) -> Comprehension:
        self.seconds += (seconds,)
        self.clock.sleep(min(self.takes, seconds))
        if self.takes > seconds:
            raise failure("timeout", model=self.model)
        return super().comprehend(ASKED, context)


def model(line: Line, name: str = "haiku") -> ScriptedComprehender:
    return ScriptedComprehender(script={}, otherwise=line, provider="anthropic", model=name)


def chain(
    primary: ModelComprehender,
    second: ModelComprehender | None = None,
    *,
    clock: VirtualClock | None = None,
    sure: float | None = None,
) -> ChainedComprehender:
    clock = clock or VirtualClock()
    return ChainedComprehender(
        primary=primary,
        second=second,
        offline=ScriptedComprehender(script={}, otherwise=OFFLINE),
        breaker=Breaker(clock),
        clock=clock,
        sure=sure,
    )


def outcomes(understood: Comprehension) -> list[tuple[str, str]]:
    return [(call.model, call.outcome) for call in understood.calls]


def test_the_first_model_answers_alone() -> None:
    second = model(success("sonnet"), "sonnet")
    understood = chain(model(success()), second).comprehend(ASKED, CONTEXT)

    assert outcomes(understood) == [("haiku", "ok")]
    assert second.asked == []


FAILURES = [
    "saturation", "timeout", "billing", "capacity", "schema", "refusal", "max_tokens", "empty",
    "invalid", "unavailable", "authentication",
]  # fmt: skip


@pytest.mark.parametrize("outcome", FAILURES)
def test_whatever_the_first_model_fails_at_the_second_is_asked(outcome: str) -> None:
    second = model(success("sonnet"), "sonnet")
    understood = chain(model(failure(outcome)), second).comprehend(ASKED, CONTEXT)

    assert outcomes(understood) == [("haiku", outcome), ("sonnet", "ok")]
    assert understood.confidence == 90


@pytest.mark.parametrize("outcome", FAILURES)
def test_whatever_both_fail_at_the_offline_reading_answers_and_asks_for_nobody(
    outcome: str,
) -> None:
    second = model(failure(outcome, model="sonnet"), "sonnet")
    understood = chain(model(failure(outcome)), second).comprehend(ASKED, CONTEXT)

    assert outcomes(understood) == [("haiku", outcome), ("sonnet", outcome)]
    assert replace(understood, calls=()) == replace(OFFLINE, source="scripted")
    assert not understood.wants_human


def test_a_model_that_keeps_failing_is_not_waited_for() -> None:
    primary = model(failure("saturation"))
    whole = chain(primary)
    for _ in range(3):
        understood = whole.comprehend(ASKED, CONTEXT)

    assert outcomes(understood) == [("haiku", "breaker_open")]
    assert len(primary.asked) == 2


@pytest.mark.parametrize("outcome", ["invalid", "empty", "refusal", "max_tokens", "capacity"])
def test_an_answer_that_cannot_be_used_says_nothing_against_the_provider(outcome: str) -> None:
    primary = model(failure(outcome))
    whole = chain(primary)
    for _ in range(5):
        whole.comprehend(ASKED, CONTEXT)

    assert len(primary.asked) == 5


@pytest.mark.parametrize("outcome", ["billing", "authentication", "schema"])
def test_what_no_second_call_can_mend_is_tried_once(outcome: str) -> None:
    primary = model(failure(outcome))
    whole = chain(primary)
    for _ in range(5):
        whole.comprehend(ASKED, CONTEXT)

    assert len(primary.asked) == 1


def test_a_budget_that_stops_a_call_says_nothing_about_the_model() -> None:
    primary = model(NotUnderstood("budget"))
    whole = chain(primary)
    for _ in range(5):
        assert outcomes(whole.comprehend(ASKED, CONTEXT)) == []

    assert len(primary.asked) == 5


def test_two_slow_models_end_within_the_turns_seconds() -> None:
    clock = VirtualClock()
    started = clock.now()
    slow = [
        Slow(script={}, otherwise=success(name), model=name, clock=clock, takes=60)
        for name in ("haiku", "sonnet")
    ]
    understood = chain(slow[0], slow[1], clock=clock).comprehend(ASKED, CONTEXT)

    assert outcomes(understood) == [("haiku", "timeout"), ("sonnet", "timeout")]
    assert slow[0].seconds == slow[1].seconds == (10,)
    assert (clock.now() - started).total_seconds() == 20


def test_no_call_starts_without_two_seconds_for_it() -> None:
    clock = VirtualClock()
    primary = model(success())
    late = Deadline.within(1.9, now=clock.now())
    understood = chain(primary, clock=clock).comprehend(ASKED, CONTEXT, deadline=late)

    assert outcomes(understood) == [("haiku", "no_time")]
    assert primary.asked == []


def test_a_model_gets_what_the_turn_has_left_and_is_not_blamed_for_it() -> None:
    clock = VirtualClock()
    primary = Slow(script={}, otherwise=success(), model="haiku", clock=clock, takes=8)
    whole = chain(primary, clock=clock)
    for _ in range(3):
        late = Deadline.within(5, now=clock.now())
        assert outcomes(whole.comprehend(ASKED, CONTEXT, deadline=late)) == [("haiku", "timeout")]

    assert primary.seconds == (5, 5, 5)


def test_the_fast_path_asks_no_model_where_offline_is_sure() -> None:
    primary = model(success())
    understood = chain(primary, sure=70).comprehend(ASKED, CONTEXT)

    assert outcomes(understood) == []
    assert primary.asked == []


def test_the_fast_path_asks_the_model_where_offline_is_not_sure() -> None:
    understood = chain(model(success()), sure=70.1).comprehend(ASKED, CONTEXT)

    assert outcomes(understood) == [("haiku", "ok")]


def test_a_line_outside_the_script_is_an_error() -> None:
    with pytest.raises(LookupError, match="not in the script"):
        ScriptedComprehender(script={"hola": OFFLINE}).comprehend(["adiós"], CONTEXT)


def test_messages_read_together_are_one_line_of_the_script() -> None:
    scripted = ScriptedComprehender(script={"hola\nprecio": OFFLINE})
    assert scripted.comprehend([" Hola", "PRECIO "], CONTEXT).intents == OFFLINE.intents
