"""One attempt at a model, within the time that is left and past its circuit."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from morfx.domain.comprehension import Comprehension, ModelCall
from morfx.domain.deadline import LEAST_SECONDS, Deadline
from morfx.domain.errors import NotUnderstood
from morfx.engine.breaker import Breaker
from morfx.ports import CalledModel, Clock

Answer = TypeVar("Answer")

#: Failures of the provider, not of what was asked.
FAULTS = {"saturation", "timeout", "unavailable", "billing", "authentication", "schema"}
#: Faults that no second call within seconds will see mended.
LASTING = {"billing", "authentication", "schema"}


def attempt(
    model: CalledModel,
    ask: Callable[[float], Answer],
    *,
    deadline: Deadline,
    call_seconds: float,
    breaker: Breaker,
    clock: Clock,
) -> Answer:
    """What the model answers when asked for so many seconds.

    Raises NotUnderstood, with what to write into the ledger.
    """
    left = deadline.left(clock.now())
    if left < LEAST_SECONDS:
        raise _not_started(model, "no_time")
    key = (model.provider, model.model)
    if not breaker.lets_through(key):
        raise _not_started(model, "breaker_open")
    try:
        answer = ask(min(call_seconds, left))
    except NotUnderstood as failure:
        if failure.calls:  # else the model was never asked, which says nothing about it
            _report(failure.outcome, breaker, key, hurried=left < call_seconds)
        raise
    breaker.succeeded(key)
    return answer


def with_calls(understood: Comprehension, before: tuple[ModelCall, ...]) -> Comprehension:
    """The comprehension with the calls that came before its own."""
    return replace(understood, calls=(*before, *understood.calls)) if before else understood


def _report(outcome: str, breaker: Breaker, key: tuple[str, str], *, hurried: bool) -> None:
    if outcome not in FAULTS:
        breaker.succeeded(key)
    elif not (hurried and outcome == "timeout"):  # it got less time than a call is due
        breaker.failed(key, for_good=outcome in LASTING)


def _not_started(model: CalledModel, why: str) -> NotUnderstood:
    call = ModelCall(
        component=model.component,
        provider=model.provider,
        model=model.model,
        outcome=why,
        milliseconds=0,
    )
    return NotUnderstood(why, (call,))
