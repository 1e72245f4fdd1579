"""A question that no text of the shop answers, and what a model made of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from morfx.domain.comprehension import Context, ModelCall


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    #: Who answers and by which rules; never to be told.
    instructions: str
    #: What the shop says of itself: its prices and texts.
    knowledge: str
    #: The unread messages, and what they must be read against.
    texts: tuple[str, ...]
    context: Context
    #: Tokens one step of the answer may have.
    max_tokens: int
    #: Tokens all steps may have together.
    budget: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolOffer:
    """A tool as a model gets to know it."""

    #: Dotted: ``shop.prices.read``.
    name: str
    description: str
    #: JSON schema of its arguments.
    schema: Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolResult:
    data: object = None
    #: What the model did wrong or what failed, for it to read; None where it went well.
    error: str | None = None

    @property
    def document(self) -> dict[str, object]:
        """As it is kept and as the model reads it."""
        if self.error is not None:
            return {"success": False, "error": self.error}
        return {"success": True, "data": self.data}


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolCall:
    """One use of a tool, for the record."""

    name: str
    input: object
    result: ToolResult


@dataclass(frozen=True, kw_only=True, slots=True)
class Orchestration:
    """What asking a model gave."""

    #: What it would tell the customer; empty where nothing usable came.
    text: str = ""
    #: Why nothing usable came.
    failure: str | None = None
    calls: tuple[ModelCall, ...] = ()
    tools_called: tuple[ToolCall, ...] = ()
