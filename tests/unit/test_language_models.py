import json
import re
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from anthropic._data import DEPRECATED_MODELS
from anthropic.types import Model

from morfx.domain.errors import UnknownModel
from morfx.domain.language_model import (
    PRICE_FILE,
    Tokens,
    default_model,
    language_model,
    model_ids,
)

NAMED_BY_THE_SDK: set[str] = set(get_args(get_args(Model)[0]))
DEFAULTS = json.loads(PRICE_FILE.read_text(encoding="utf-8"))["defaults"]


def newest(line: str) -> str:
    """The newest model of a line the SDK names, by its version."""
    names = [
        name for name in NAMED_BY_THE_SDK if re.fullmatch(rf"claude-{line}(-\d{{1,2}})+", name)
    ]
    return max(names, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])


@pytest.mark.parametrize("model", model_ids())
def test_a_model_with_a_price_is_one_the_sdk_names_and_nobody_retires(model: str) -> None:
    assert model in NAMED_BY_THE_SDK
    assert model not in DEPRECATED_MODELS


@pytest.mark.parametrize("component", sorted(DEFAULTS))
def test_a_default_has_a_price(component: str) -> None:
    assert default_model(component).id in model_ids()


def test_the_defaults_are_the_newest_the_sdk_names() -> None:
    assert default_model("comprehension").id == newest("haiku")
    assert default_model("second_look").id == newest("sonnet")
    assert default_model("orchestrator").id == newest("sonnet")


def test_a_model_without_a_price_is_refused_by_name() -> None:
    with pytest.raises(UnknownModel, match="claude-cheap"):
        language_model("claude-cheap")


def test_the_price_file_says_of_which_day_it_is_and_where_it_was_read() -> None:
    document = json.loads(PRICE_FILE.read_text(encoding="utf-8"))
    assert date.fromisoformat(document["dated"]) >= date(2026, 11, 1)
    assert document["source"].startswith("https://")


def test_a_call_costs_what_each_kind_of_token_costs_exactly() -> None:
    tokens = Tokens(input=1_000, output=200, cache_write=3_000, cache_read=50_000)
    assert default_model("comprehension").cost(tokens) == Decimal("0.001075")
    assert default_model("second_look").cost(tokens) == Decimal("0.0165")


def test_a_prompt_over_the_threshold_costs_the_long_prompts_price_throughout() -> None:
    haiku = language_model("claude-haiku-5-5")
    short = Tokens(input=1, cache_read=99_999, output=10)
    long = Tokens(input=2, cache_read=99_999, output=10)
    assert haiku.cost(long) > 4 * haiku.cost(short)


@pytest.mark.parametrize("model", model_ids())
def test_writing_the_cache_costs_more_than_input_and_reading_it_less(model: str) -> None:
    price = language_model(model).price
    assert price.cache_read < price.input < price.cache_write < price.output
