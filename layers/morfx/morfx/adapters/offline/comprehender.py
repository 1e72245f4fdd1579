"""Comprehension without a model: what a few plain rules are sure of."""

import re
import unicodedata
from collections.abc import Sequence

from morfx.domain.comprehension import Comprehension, Context, IntentReading

#: How sure a rule is when it matches, 0-100.
CONFIDENCE = 90.0

#: Intent → how a Colombian says it, without accents, in the order answers are given.
_RULES = (
    ("hola", r"\b(hola+|holi+|buen[oa]s?( (dias?|tardes?|noches?))?|saludos|que mas)\b"),
    (
        "precio",
        r"\b(precios?|valor|(cuanto|que) (vale|cuesta|sale|valen|cuestan|es)|a como|costo)\b",
    ),
    (
        "captura_datos_si_compra",
        r"(?<!no )\b((quiero|quisiera|deseo|voy a|me gustaria) "
        r"(comprar|comprarl[oa]s?|pedir|pedirl[oa]s?|uno|adquirir|ordenar)"
        r"|(lo|los|la) (compro|quiero|llevo)|hacer (un|el|mi) pedido)\b",
    ),
)
_COMPILED = tuple((intent, re.compile(pattern)) for intent, pattern in _RULES)


class OfflineComprehender:
    """A comprehender: greeting, price, wish to buy; everything else is not understood."""

    def comprehend(self, texts: Sequence[str], context: Context) -> Comprehension:
        said = plain(" \n ".join(texts))
        intents = tuple(
            IntentReading(intent=intent, confidence=CONFIDENCE)
            for intent, pattern in _COMPILED
            if pattern.search(said)
        )
        return Comprehension(
            message_class="pregunta",
            intents=intents,
            wants_human="asesor" in said,
            confidence=CONFIDENCE if intents else 50.0,
            source="offline",
        )


def plain(text: str) -> str:
    """Lower case, without accents, one space between words."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    letters = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return " ".join(letters.split())
