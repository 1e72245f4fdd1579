"""A second reading of what the first was not sure of, and which of the two to believe."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from morfx.domain.comprehension import DECLINED, TOLD, Comprehension, Context, PastTurn
from morfx.domain.deadline import Deadline
from morfx.domain.errors import NotUnderstood
from morfx.engine.attempt import attempt, with_calls
from morfx.engine.breaker import Breaker
from morfx.engine.chain import CALL_SECONDS
from morfx.ports import Clock, ModelComprehender

#: Letters or digits that make a word telling.
TELLING = 2


@dataclass(frozen=True, kw_only=True)
class SecondLook:
    """The stronger model reads again, told what the first reading wavered between."""

    stronger: ModelComprehender
    breaker: Breaker
    clock: Clock
    call_seconds: float = CALL_SECONDS

    def __call__(
        self, first: Comprehension, texts: Sequence[str], context: Context, *, deadline: Deadline
    ) -> Comprehension:
        """The better founded reading; the first, where there is no second."""
        doubt = _with_doubt(context, first)
        try:
            second = attempt(
                self.stronger,
                lambda seconds: self.stronger.comprehend(texts, doubt, seconds=seconds),
                deadline=deadline,
                call_seconds=self.call_seconds,
                breaker=self.breaker,
                clock=self.clock,
            )
        except NotUnderstood as failure:
            return replace(first, calls=(*first.calls, *failure.calls))
        kept = better_founded(first, second, texts)
        if kept is first:
            return replace(first, calls=(*first.calls, *second.calls))
        return with_calls(kept, first.calls)


def better_founded(
    first: Comprehension, second: Comprehension, texts: Sequence[str]
) -> Comprehension:
    """Which of two readings of the same messages to keep.

    1. Where both say the same, the second, as sure as the surer of the two.
    2. Else the one with fewer data the customer did not write: a value none of whose words or
       numbers stands in the messages is invented.
    3. Else the surer one.
    4. Else the second: a stronger model, and it knew of the doubt.
    """
    if _meaning(first) == _meaning(second):
        return replace(second, confidence=max(first.confidence, second.confidence))
    invented = unfounded(first, texts), unfounded(second, texts)
    if invented[0] != invented[1]:
        return first if invented[0] < invented[1] else second
    return first if first.confidence > second.confidence else second


def unfounded(reading: Comprehension, texts: Sequence[str]) -> int:
    """How many of its data stand nowhere in the messages."""
    said = _plain(" ".join(texts))
    words, digits = set(_words(said)), re.sub(r"\D", "", said)
    return sum(not _said(value, words, digits) for value in reading.fields.values())


def _said(value: str, words: set[str], digits: str) -> bool:
    number = re.sub(r"\D", "", value)[-10:]
    return (
        value == DECLINED
        or bool(words & set(_words(_plain(value))))
        or (len(number) >= TELLING and number in digits)
    )


def _meaning(reading: Comprehension) -> tuple[object, ...]:
    intents = frozenset(intent.intent for intent in reading.intents)
    return (reading.message_class, intents, dict(reading.fields), reading.pack, reading.wants_human)


def _with_doubt(context: Context, first: Comprehension) -> Context:
    readings = (*first.intents, *first.alternatives)
    named = ", ".join(f"{r.intent} ({r.confidence:.0f})" for r in readings) or "no intent"
    note = f"A first reading ({first.message_class}) wavered between: {named}."
    history = (*context.history, PastTurn(role="system", content=note))
    return replace(context, history=history[-TOLD:])


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text) if len(word) >= TELLING]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))
