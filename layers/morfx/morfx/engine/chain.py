"""Who reads the messages: the first model, else the second, else nobody's model. Never silence."""

from collections.abc import Sequence
from dataclasses import dataclass

from morfx.domain.comprehension import Comprehension, Context, ModelCall
from morfx.domain.deadline import Deadline
from morfx.domain.errors import NotUnderstood
from morfx.engine.attempt import attempt, with_calls
from morfx.engine.breaker import Breaker
from morfx.ports import Clock, Comprehender, ModelComprehender

#: Of a turn's 30 seconds; the rest is for reading, committing and a second look's answer.
TURN_SECONDS = 20.0
#: What one model gets at most, so that the next still has its turn.
CALL_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class ChainedComprehender:
    """A Comprehender. Whatever a model fails at, somebody answers: a failure is never a handoff."""

    primary: ModelComprehender
    second: ModelComprehender | None
    offline: Comprehender
    breaker: Breaker
    clock: Clock
    turn_seconds: float = TURN_SECONDS
    call_seconds: float = CALL_SECONDS
    #: The fast path: what the offline reading is at least this sure of (0-100) asks no model.
    sure: float | None = None

    def comprehend(
        self, texts: Sequence[str], context: Context, *, deadline: Deadline | None = None
    ) -> Comprehension:
        """``deadline``: the turn's own, where it already runs."""
        deadline = deadline or Deadline.within(self.turn_seconds, now=self.clock.now())
        if self.sure is not None:
            quick = self.offline.comprehend(texts, context)
            if quick.confidence >= self.sure:
                return quick
        calls: tuple[ModelCall, ...] = ()
        for model in filter(None, (self.primary, self.second)):
            try:
                understood = self._attempt(model, texts, context, deadline)
            except NotUnderstood as failure:
                calls += failure.calls
            else:
                return with_calls(understood, calls)
        return with_calls(self.offline.comprehend(texts, context), calls)

    def _attempt(
        self,
        model: ModelComprehender,
        texts: Sequence[str],
        context: Context,
        deadline: Deadline,
    ) -> Comprehension:
        return attempt(
            model,
            lambda seconds: model.comprehend(texts, context, seconds=seconds),
            deadline=deadline,
            call_seconds=self.call_seconds,
            breaker=self.breaker,
            clock=self.clock,
        )
