"""What an agent understands with: models while they may be asked, rules always."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from morfx.domain.agent import Agent, Band
from morfx.domain.comprehension import Comprehension, Context, ModelCall
from morfx.domain.conversation import Reading
from morfx.domain.deadline import Deadline
from morfx.domain.errors import BudgetExceededError
from morfx.domain.orchestration import Orchestration
from morfx.domain.session import Session
from morfx.domain.summary import Summary
from morfx.engine import budget
from morfx.engine.chain import TURN_SECONDS, ChainedComprehender
from morfx.engine.open_question import OpenQuestions
from morfx.engine.second_look import SecondLook
from morfx.engine.summary import Summaries, to_sum_up
from morfx.ports import Comprehender


@dataclass(frozen=True, kw_only=True, slots=True)
class Mind:
    #: Never asks a model.
    offline: Comprehender
    #: Models first, rules when they are away; None where no model is configured.
    models: ChainedComprehender | None = None
    #: The stronger model, for what the first look left in doubt.
    second_look: SecondLook | None = None
    #: Asked what the agent's policy leaves open.
    open_questions: OpenQuestions | None = None
    #: Sums up what is too long ago to be told word for word.
    summaries: Summaries | None = None


class MindOf(Protocol):
    def __call__(self, agent: Agent, /) -> Mind:
        """The mind that knows this agent's intents."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Understanding:
    comprehension: Comprehension
    band: Band
    #: Why no model was asked, where one might have been.
    without_model: str | None = None
    #: How the first look stood, where there was a second.
    first_confidence: float | None = None
    #: Made before reading; None where none was due.
    summary: Summary | None = None
    #: What was found for an open question; None where none was asked.
    orchestration: Orchestration | None = None

    @property
    def calls(self) -> tuple[ModelCall, ...]:
        """What it took so far, an open question apart."""
        return (*(self.summary.calls if self.summary else ()), *self.comprehension.calls)


def understand(
    texts: Sequence[str],
    context: Context,
    *,
    agent: Agent,
    session: Session,
    reading: Reading,
    mind: Mind,
    now: datetime,
) -> Understanding:
    """Read the messages, and once more with the stronger model where the first look is in doubt.

    Past the budget it goes on without models: the customer is answered all the same.
    """
    if mind.models is None:
        return _understood(mind.offline.comprehend(texts, context), agent)
    deadline = Deadline.within(TURN_SECONDS, now=now)
    summary: Summary | None = None
    try:
        budget.check(agent, session, reading.spending)
        past = to_sum_up(session, reading)
        if mind.summaries and past:
            summary = mind.summaries(past, context.summary, deadline=deadline)
            context = replace(context, summary=summary.text or context.summary)
            budget.check(agent, session, reading.spending, calls=summary.calls)
    except BudgetExceededError as error:
        offline = _understood(mind.offline.comprehend(texts, context), agent)
        return replace(offline, without_model=str(error), summary=summary)
    first = _understood(mind.models.comprehend(texts, context, deadline=deadline), agent)
    if first.band != "reanalyze" or mind.second_look is None:
        return replace(first, summary=summary)
    kept = _understood(
        mind.second_look(first.comprehension, texts, context, deadline=deadline), agent
    )
    return replace(kept, first_confidence=first.comprehension.confidence, summary=summary)


def _understood(comprehension: Comprehension, agent: Agent) -> Understanding:
    founded = _without_doubts(comprehension, agent.thresholds.reanalyze)
    return Understanding(comprehension=founded, band=agent.thresholds.band(founded.confidence))


def _without_doubts(comprehension: Comprehension, floor: float) -> Comprehension:
    """A doubtful intent beside a founded one is an alternative: it must not spoil the answer."""
    founded = tuple(reading for reading in comprehension.intents if reading.confidence >= floor)
    doubtful = tuple(reading for reading in comprehension.intents if reading not in founded)
    if not (founded and doubtful):
        return comprehension
    return replace(
        comprehension,
        intents=founded,
        alternatives=doubtful + comprehension.alternatives,
        confidence=min(reading.confidence for reading in founded),
    )
