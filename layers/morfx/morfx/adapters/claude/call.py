"""A call of Claude as a row of the ledger."""

from datetime import timedelta

from morfx.domain.comprehension import ModelCall
from morfx.domain.language_model import LanguageModel, Tokens

_NOTHING = Tokens()


def model_call(
    model: LanguageModel,
    *,
    provider: str,
    component: str,
    outcome: str,
    took: timedelta,
    tokens: Tokens = _NOTHING,
) -> ModelCall:
    return ModelCall(
        component=component,
        provider=provider,
        model=model.id,
        outcome=outcome,
        milliseconds=max(0, round(took.total_seconds() * 1000)),
        input_tokens=tokens.input,
        output_tokens=tokens.output,
        cache_read_tokens=tokens.cache_read,
        cache_write_tokens=tokens.cache_write,
        cost=model.cost(tokens),
    )
