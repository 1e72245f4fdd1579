"""Claude answers a question the policy left open, using tools: a few calls, one text."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from morfx.adapters.claude import prompt, toolset
from morfx.adapters.claude.call import model_call
from morfx.adapters.claude.connection import Connection
from morfx.adapters.claude.failure import outcome_of
from morfx.adapters.claude.message import heard, tool_uses, used
from morfx.domain.comprehension import ModelCall
from morfx.domain.deadline import LEAST_SECONDS, Deadline
from morfx.domain.errors import NotUnderstood
from morfx.domain.language_model import LanguageModel, Tokens
from morfx.domain.orchestration import Orchestration, Question
from morfx.ports import Clock, Listener, Tools

if TYPE_CHECKING:
    from anthropic.types import (
        Message,
        MessageParam,
        TextBlockParam,
        ToolParam,
        ToolResultBlockParam,
        ToolUseBlock,
    )

#: Calls of the model for one answer.
STEPS = 5

TASK = "Write the message that answers the unread messages of the data above."
LAST_STEP = "No tool can be used any more. Write the message now, from what you know."
_NO_TOKENS = Tokens()


@dataclass(frozen=True, slots=True)
class _Step:
    call: ModelCall
    text: str = ""
    message: "Message | None" = None
    uses: "tuple[ToolUseBlock, ...]" = ()


class ClaudeOrchestrator:
    """An Orchestrator."""

    component = "orchestrator"

    def __init__(self, model: LanguageModel, *, connection: Connection, clock: Clock) -> None:
        self._model = model
        self._connection = connection
        self._clock = clock

    @property
    def provider(self) -> str:
        return self._connection.provider

    @property
    def model(self) -> str:
        return self._model.id

    def reply(
        self,
        question: Question,
        *,
        tools: Tools,
        seconds: float,
        listener: Listener | None = None,
    ) -> Orchestration:
        deadline = Deadline.within(seconds, now=self._clock.now())
        system, offers = _system(question), toolset.described(tools.offers)
        asked = [prompt.said(question.texts, question.context), _text(TASK)]
        messages: list[MessageParam] = [{"role": "user", "content": asked}]
        calls: tuple[ModelCall, ...] = ()
        for steps_left in reversed(range(STEPS)):
            left = deadline.left(self._clock.now())
            if left < LEAST_SECONDS:
                raise NotUnderstood("no_time", calls)
            if _tokens(calls) > question.budget:
                raise NotUnderstood("budget", calls)
            step = self._step(system, messages, offers, question.max_tokens, left, listener)
            calls += (step.call,)
            if step.call.outcome != "ok":
                raise NotUnderstood(step.call.outcome, calls)
            if not step.uses or step.message is None:
                return Orchestration(text=step.text.strip(), calls=calls)
            if steps_left:
                results = toolset.used(step.uses, tools)
                messages += _next(step.message, results, last=steps_left == 1)
        raise NotUnderstood("steps", calls)

    def _step(
        self,
        system: "list[TextBlockParam]",
        messages: "list[MessageParam]",
        offers: "list[ToolParam]",
        max_tokens: int,
        seconds: float,
        listener: Listener | None,
    ) -> _Step:
        started = self._clock.now()
        try:
            message = self._connection.ask(
                self._model,
                system=system,
                messages=messages,
                tools=offers,
                max_tokens=max_tokens,
                seconds=seconds,
                listener=listener,
            )
        except self._connection.faults() as error:
            outcome = outcome_of(error)
            if outcome == "authentication":
                self._connection.close()
            return _Step(self._call(outcome, started))
        outcome, text = heard(message)
        uses = tool_uses(message)
        if uses and outcome == "empty":
            outcome = "ok"
        return _Step(self._call(outcome, started, used(message)), text, message, uses)

    def _call(self, outcome: str, started: datetime, tokens: Tokens = _NO_TOKENS) -> ModelCall:
        return model_call(
            self._model,
            provider=self.provider,
            component=self.component,
            outcome=outcome,
            took=self._clock.now() - started,
            tokens=tokens,
        )


def _tokens(calls: tuple[ModelCall, ...]) -> int:
    """What was used, and what another step as large as the last would use."""
    each = [call.input_tokens + call.output_tokens for call in calls]
    return sum(each) + sum(each[-1:])


def _system(question: Question) -> "list[TextBlockParam]":
    """The same bytes for every customer of the shop, and so read from the cache."""
    shop = _text(question.knowledge)
    shop["cache_control"] = {"type": "ephemeral"}
    return [_text(question.instructions), shop]


def _next(
    message: "Message", results: "list[ToolResultBlockParam]", *, last: bool
) -> "list[MessageParam]":
    """What the model said, and what its tools gave."""
    more = [_text(LAST_STEP)] if last else []
    return [
        {"role": "assistant", "content": message.content},
        {"role": "user", "content": [*results, *more]},
    ]


def _text(text: str) -> "TextBlockParam":
    return {"type": "text", "text": text}
