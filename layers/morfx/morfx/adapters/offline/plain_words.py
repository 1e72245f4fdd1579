"""Words that leave no doubt of what is meant, whatever else they look like."""

import re
from collections.abc import Mapping

#: What is done, what it may be mistaken for, and the words.
_SIGNS = tuple(
    (act, mistaken_for, re.compile(words))
    for act, mistaken_for, words in (
        (
            "como_se_toma",
            "contenido_envase",
            r"\bcuant[oa]s? .{0,30}\b(?:al dia|por dia|diari[oa]s?|por noche|cada noche|me (?:la|lo)?s? ?tomo)\b",
        ),
        (
            "contraindicaciones",
            "sisirve",
            r"\b(?:embaraz\w+|lactan\w+|amamant\w+|hipertens\w+|presion alta|diabet\w+|epilep\w+|anticoagul\w+)\b.{0,60}\?",
        ),
        ("sisirve", "modopago", r"\b(?:es|son|sea|sera|seria) (?:muy |bien |de verdad )?efectiv[oa]s?\b"),
        ("duda", "nada", r"\b(?:mejor lo|mejor la|dejeme|dejame|voy a|tengo que) (?:pienso|pensar\w*)\b"),
    )
)  # fmt: skip


def weigh(odds: dict[str, float], plain_text: str) -> None:
    """Raise what is plainly meant, and lower what it is mistaken for."""
    for act, mistaken_for in _meant(plain_text).items():
        odds[act] = max(odds[act], 0.9)
        odds[mistaken_for] = min(odds[mistaken_for], 0.3)


def _meant(plain_text: str) -> Mapping[str, str]:
    return {act: mistaken for act, mistaken, words in _SIGNS if words.search(plain_text)}
