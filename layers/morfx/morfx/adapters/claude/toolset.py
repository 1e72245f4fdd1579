"""Our tools as the Messages API names and describes them, and their results as it reads them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from morfx.adapters.claude.prompt import encoded
from morfx.domain.orchestration import ToolOffer
from morfx.ports import Tools

if TYPE_CHECKING:
    from anthropic.types import ToolParam, ToolResultBlockParam, ToolUseBlock


def api_name(name: str) -> str:
    """``shop.pack_prices.read`` → ``shop__pack_prices__read``: the API allows no dots.

    Reversible, because no name has two underscores in a row, or one beside a dot.
    """
    return name.replace(".", "__")


def own_name(name: str) -> str:
    """The name that ``api_name`` was given."""
    return name.replace("__", ".")


def described(offers: Iterable[ToolOffer]) -> "list[ToolParam]":
    return [
        {
            "name": api_name(offer.name),
            "description": offer.description,
            "input_schema": {**offer.schema, "type": "object"},
        }
        for offer in offers
    ]


def used(uses: "Sequence[ToolUseBlock]", tools: Tools) -> "list[ToolResultBlockParam]":
    """Every tool the model asked for, used once, in order; what went wrong is its to read."""
    return [_result(use, tools) for use in uses]


def _result(use: "ToolUseBlock", tools: Tools) -> "ToolResultBlockParam":
    result = tools.run(own_name(use.name), getattr(use, "input", None))
    return {
        "type": "tool_result",
        "tool_use_id": use.id,
        "content": encoded(result.document),
        "is_error": result.error is not None,
    }
