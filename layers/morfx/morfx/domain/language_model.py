"""The models that may be called, and what a call costs: the dated price file, read once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from morfx.domain.errors import UnknownModel

PRICE_FILE = Path(__file__).with_name("language_models.json")
_MILLION = Decimal(1_000_000)

#: How the request says "do not think first"; empty where the model does not unless asked to.
WithoutThinking = Literal["", "disabled", "between_tools"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """What a call used, as the provider counted it."""

    #: Uncached input.
    input: int = 0
    output: int = 0
    cache_write: int = 0
    cache_read: int = 0

    @property
    def prompt(self) -> int:
        return self.input + self.cache_write + self.cache_read


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """USD per million tokens."""

    input: Decimal
    output: Decimal
    cache_write: Decimal
    cache_read: Decimal

    def cost(self, tokens: Tokens) -> Decimal:
        """USD, exact."""
        return (
            self.input * tokens.input
            + self.output * tokens.output
            + self.cache_write * tokens.cache_write
            + self.cache_read * tokens.cache_read
        ) / _MILLION


@dataclass(frozen=True, kw_only=True, slots=True)
class LanguageModel:
    #: As the Anthropic API names it.
    id: str
    #: As Bedrock names it, without the prefix of an inference profile.
    bedrock: str
    without_thinking: WithoutThinking
    price: Price
    #: Prompt tokens above which ``long_price`` holds for the whole request.
    long_above: int | None = None
    long_price: Price | None = field(default=None)

    def cost(self, tokens: Tokens) -> Decimal:
        """What the call costs, in USD."""
        if self.long_price and self.long_above and tokens.prompt > self.long_above:
            return self.long_price.cost(tokens)
        return self.price.cost(tokens)


def language_model(model_id: str) -> LanguageModel:
    """The model of this id; raise UnknownModel where the price file does not name it."""
    try:
        return _models()[model_id]
    except KeyError:
        raise UnknownModel(f"{model_id} is not in {PRICE_FILE.name}", model=model_id) from None


def default_model(component: str) -> LanguageModel:
    """The model of a component that names none of its own."""
    return language_model(_file()["defaults"][component])


def model_ids() -> tuple[str, ...]:
    """Every model with a price."""
    return tuple(_models())


@cache
def _file() -> Mapping[str, Any]:
    document: dict[str, Any] = json.loads(PRICE_FILE.read_text(encoding="utf-8"))
    return document


@cache
def _models() -> Mapping[str, LanguageModel]:
    return {name: _model(name, entry) for name, entry in _file()["models"].items()}


def _model(name: str, entry: Mapping[str, Any]) -> LanguageModel:
    long = entry.get("long_prompt")
    return LanguageModel(
        id=name,
        bedrock=entry["bedrock"],
        without_thinking=entry["without_thinking"],
        price=_price(entry["price"]),
        long_above=long["above_tokens"] if long else None,
        long_price=_price(long["price"]) if long else None,
    )


def _price(entry: Mapping[str, str]) -> Price:
    return Price(**{kind: Decimal(amount) for kind, amount in entry.items()})
