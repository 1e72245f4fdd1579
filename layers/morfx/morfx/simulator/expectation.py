"""Whether what was expected is so; each check says what it found instead."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from morfx.domain.standing import Standing, StandingBubble
from morfx.simulator.scenario import Expectation
from morfx.simulator.whatsapp import Delivered


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What an expectation is compared with."""

    #: What the customer got, and what was promised to them, since the expectation before.
    delivered: Sequence[Delivered]
    bubbles: Sequence[StandingBubble]
    #: None where the customer never wrote.
    standing: Standing | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Disappointment:
    #: Counted from one.
    step: int
    field: str
    expected: object
    found: object


def disappointments(step: int, expected: Expectation, found: Found) -> Iterator[Disappointment]:
    for field in sorted(expected.model_fields_set):
        wanted = getattr(expected, field)
        check = _ON_TEXTS.get(field)
        if check:
            texts = [message.text for message in found.delivered]
            if not check(wanted, texts):
                yield Disappointment(step=step, field=field, expected=wanted, found=texts)
            continue
        actual = _FACTS[field](found)
        if isinstance(actual, Mapping):
            actual = {name: value for name, value in actual.items() if name in wanted}
        if actual != wanted:
            yield Disappointment(step=step, field=field, expected=wanted, found=actual)


def _said(wanted: Sequence[str], texts: Sequence[str]) -> bool:
    """An empty list wants silence."""
    if not wanted:
        return not texts
    return all(any(_in(part, text) for text in texts) for part in wanted)


def _in_order(wanted: Sequence[str], texts: Sequence[str]) -> bool:
    rest = iter(texts)
    return all(any(_in(part, text) for text in rest) for part in wanted)


def _not_said(unwanted: Sequence[str], texts: Sequence[str]) -> bool:
    return not any(_in(part, text) for part in unwanted for text in texts)


def _in(part: str, text: str) -> bool:
    return part.casefold() in text.casefold()


_ON_TEXTS: dict[str, Callable[[Sequence[str], Sequence[str]], bool]] = {
    "said": _said,
    "in_order": _in_order,
    "not_said": _not_said,
}

_FACTS: dict[str, Callable[[Found], object]] = {
    "messages": lambda found: len(found.delivered),
    "buttons": lambda found: found.delivered[-1].choices if found.delivered else (),
    "bubbles": lambda found: tuple(map(_standing_of, found.bubbles)),
    "mode": lambda found: found.standing and found.standing.mode,
    "data": lambda found: found.standing.data if found.standing else {},
    "pack": lambda found: found.standing and found.standing.pack,
    "orders": lambda found: _orders(found.standing),
    "stages": lambda found: _stages(found.standing),
    "bot": lambda found: found.standing and found.standing.bot_state,
    "timers": lambda found: _timers(found, armed=True),
    "ended_timers": lambda found: _timers(found, armed=False),
    "silence": lambda found: found.standing and found.standing.silence_reason,
    "end": lambda found: (found.standing and found.standing.end_reason) or "no",
    "tasks": lambda found: found.standing.tasks if found.standing else (),
}


def _standing_of(bubble: StandingBubble) -> str:
    reason = bubble.status_reason
    return f"{bubble.status}: {reason}" if reason else bubble.status


def _orders(standing: Standing | None) -> tuple[str, ...]:
    orders = standing.orders if standing else ()
    return tuple(f"{order.status} {order.pack} {order.total.normalize():f}" for order in orders)


def _stages(standing: Standing | None) -> tuple[str | None, ...]:
    return tuple(order.stage for order in standing.orders) if standing else ()


def _timers(found: Found, *, armed: bool) -> tuple[str, ...]:
    timers = found.standing.timers if found.standing else ()
    if armed:
        return tuple(f"L{timer.level}" for timer in timers if timer.status == "armed")
    return tuple(f"L{timer.level} {timer.end_reason}" for timer in timers if timer.end_reason)
