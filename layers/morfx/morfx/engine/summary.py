"""When a session's past is summed up: at its beginning over the last one, and each twenty turns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from morfx.domain.comprehension import TOLD, PastTurn
from morfx.domain.conversation import Reading
from morfx.domain.deadline import Deadline
from morfx.domain.errors import NotUnderstood
from morfx.domain.session import Session
from morfx.domain.summary import Summary
from morfx.engine.attempt import attempt
from morfx.engine.breaker import Breaker
from morfx.ports import Clock, Summarizer

#: Of the turn's own; without a summary the customer is answered all the same.
SECONDS = 4.0


@dataclass(frozen=True, kw_only=True)
class Summaries:
    """Never fails: without an answer the earlier summary stays."""

    summarizer: Summarizer
    breaker: Breaker
    clock: Clock
    seconds: float = SECONDS

    def __call__(
        self, turns: Sequence[PastTurn], earlier: str | None, *, deadline: Deadline
    ) -> Summary:
        try:
            return attempt(
                self.summarizer,
                lambda seconds: self.summarizer.summarise(turns, earlier, seconds=seconds),
                deadline=deadline,
                call_seconds=self.seconds,
                breaker=self.breaker,
                clock=self.clock,
            )
        except NotUnderstood as failure:
            return Summary(calls=failure.calls)


def to_sum_up(session: Session, reading: Reading) -> tuple[PastTurn, ...]:
    """The turns that are to be summed up now, if any.

    What was tried counts as done: a model that is away is not asked in every turn.
    """
    if session.version == 0:
        return reading.history
    since = session.turns - session.state.summarised_to
    return reading.history[-since:] if since >= TOLD else ()


def summarised(session: Session, summary: Summary) -> Session:
    """The session with the new summary of all its turns so far."""
    state = replace(
        session.state,
        summary=summary.text or session.state.summary,
        summarised_to=session.turns,
    )
    return replace(session, state=state)
