"""What the shop says of itself."""

from morfx.domain.errors import ToolRetry
from morfx.tools.action import Action, Arguments, NoArguments, Scope

#: Seconds; everything is read already.
AT_HAND = 1.0


class TextsOf(Arguments):
    intent: str


def _prices(scope: Scope, _: NoArguments) -> object:
    return [
        {
            "pack": pack.pack,
            "product": pack.product,
            "units": pack.units,
            "price": f"{pack.price:f}",
            "currency": pack.currency,
        }
        for pack in scope.reading.shop.packs
    ]


def _texts(scope: Scope, asked: TextsOf) -> object:
    texts = scope.texts.get(asked.intent)
    if not texts:
        raise ToolRetry(f"there is no such intent; there are: {', '.join(sorted(scope.texts))}")
    return list(texts)


PRICES_READ = Action(
    name="shop.prices.read",
    description="The packs the shop sells and what each costs in all. There are no other prices.",
    arguments=NoArguments,
    timeout=AT_HAND,
    run=_prices,
)

TEXTS_READ = Action(
    name="shop.texts.read",
    description="What the shop itself answers to an intent, for example envio or invima.",
    arguments=TextsOf,
    timeout=AT_HAND,
    run=_texts,
)
