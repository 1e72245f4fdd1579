"""Claude reads a customer's messages: one call, and where its answer is useless, one repair."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from morfx.adapters.claude import prompt
from morfx.adapters.claude.answer import answer_schema, read_answer
from morfx.adapters.claude.call import model_call
from morfx.adapters.claude.connection import Connection
from morfx.adapters.claude.failure import outcome_of
from morfx.adapters.claude.message import heard, used
from morfx.domain.comprehension import Comprehension, Context, ModelCall
from morfx.domain.deadline import LEAST_SECONDS, Deadline
from morfx.domain.errors import NotUnderstood
from morfx.domain.language_model import LanguageModel, Tokens
from morfx.domain.vocabulary import Normaliser, Vocabulary
from morfx.ports import Clock

if TYPE_CHECKING:
    from anthropic.types import Message, TextBlockParam

#: Tokens of an answer; the longest sensible one has a few hundred.
MAX_TOKENS = 1_024
#: Outcomes another try may mend. A refusal stays one, and faults of the provider go to the chain.
REPAIRABLE = {"max_tokens", "empty", "invalid"}
_NO_TOKENS = Tokens()


@dataclass(frozen=True, slots=True)
class _Attempt:
    call: ModelCall
    understood: Comprehension | None = None


class ClaudeComprehender:
    """A ModelComprehender."""

    def __init__(
        self,
        model: LanguageModel,
        *,
        connection: Connection,
        vocabulary: Vocabulary,
        normalise: Normaliser,
        clock: Clock,
        component: str = "comprehension",
    ) -> None:
        self._model = model
        self._connection = connection
        self._vocabulary = vocabulary
        self._normalise = normalise
        self._clock = clock
        self._schema = answer_schema(vocabulary)
        self._system = prompt.system(vocabulary, None if connection.structured else self._schema)
        self.component = component

    @property
    def provider(self) -> str:
        return self._connection.provider

    @property
    def model(self) -> str:
        return self._model.id

    def preload(self) -> None:
        """Pay for the SDK's import now, where a snapshot will keep it."""
        self._connection.preload()

    def close(self) -> None:
        """Give the provider's connections back."""
        self._connection.close()

    def comprehend(
        self, texts: Sequence[str], context: Context, *, seconds: float
    ) -> Comprehension:
        deadline = Deadline.within(seconds, now=self._clock.now())
        asked = prompt.question(texts, context)
        first = self._attempt(asked, self.component, MAX_TOKENS, seconds)
        if first.understood:
            return first.understood
        left = deadline.left(self._clock.now())
        if first.call.outcome not in REPAIRABLE or left < LEAST_SECONDS:
            raise NotUnderstood(first.call.outcome, (first.call,))
        repair = prompt.repair(asked, first.call.outcome)
        second = self._attempt(repair, "repair", 2 * MAX_TOKENS, left)
        if second.understood:
            return replace(second.understood, calls=(first.call, second.call))
        raise NotUnderstood(second.call.outcome, (first.call, second.call))

    def _attempt(
        self, asked: "list[TextBlockParam]", component: str, max_tokens: int, seconds: float
    ) -> _Attempt:
        started = self._clock.now()
        try:
            message = self._connection.ask(
                self._model,
                system=self._system,
                messages=[{"role": "user", "content": asked}],
                schema=self._schema if self._connection.structured else None,
                max_tokens=max_tokens,
                seconds=seconds,
            )
        except self._connection.faults() as error:
            outcome = outcome_of(error)
            if outcome == "authentication":
                self._connection.close()
            return _Attempt(self._call(component, outcome, started))
        outcome, understood = self._read(message)
        call = self._call(component, outcome, started, used(message))
        return _Attempt(call, replace(understood, calls=(call,)) if understood else None)

    def _read(self, message: "Message") -> tuple[str, Comprehension | None]:
        outcome, text = heard(message)
        if outcome != "ok":
            return outcome, None
        try:
            return outcome, read_answer(
                text,
                vocabulary=self._vocabulary,
                normalise=self._normalise,
                source=f"claude:{self._model.id}",
            )
        except ValueError:
            return "invalid", None

    def _call(
        self, component: str, outcome: str, started: datetime, tokens: Tokens = _NO_TOKENS
    ) -> ModelCall:
        return model_call(
            self._model,
            provider=self.provider,
            component=component,
            outcome=outcome,
            took=self._clock.now() - started,
            tokens=tokens,
        )
