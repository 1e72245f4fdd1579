"""How sure a reading is as a whole, 0 to 100, so that it means something.

A logistic curve over a few plain facts about the reading, fitted to held-out folds of the
development corpus by ``training/train.py``.
"""

from math import exp, log

from morfx.adapters.offline.acts import LIKELY, Acts
from morfx.adapters.offline.classifier import Classifier
from morfx.adapters.offline.extraction.reading import Extraction
from morfx.adapters.offline.intents import Meaning, Said


def confidence(
    meaning: Meaning,
    found: Extraction,
    said: Said,
    acts: Acts,
    classifier: Classifier,
) -> float:
    coefficients = classifier.confidence
    facts_known = facts(meaning, found, said, acts, classifier)
    score = sum(coefficients.get(name, 0.0) * value for name, value in facts_known.items())
    return round(100 / (1 + exp(-max(-30.0, min(30.0, score)))), 1)


def facts(
    meaning: Meaning, found: Extraction, said: Said, acts: Acts, classifier: Classifier
) -> dict[str, float]:
    """What the curve is drawn over."""
    taken = [odds for act, odds in acts.odds.items() if act in acts.done]
    left = [odds for act, odds in acts.odds.items() if act not in acts.done]
    bare = bool(said.answer)
    words = len(said.plain.split())
    return {
        "constant": 1.0,
        "bare": float(bare),
        "weakest": 0.0 if bare else _logit(min(taken, default=LIKELY)),
        "rival": 0.0 if bare else _logit(max(left, default=0.0)),
        "acts": 0.0 if bare else float(len(acts.done) - 1),
        "fields": float(min(len(found.fields), 4)),
        "corrected": float(found.corrected),
        "words": 0.0 if bare else min(words, 30) / 10,
        "strange": 0.0 if bare else float(min(classifier.strange(said.plain), 4)),
        "silent": float(not meaning.intents and not found.fields),
    }


def _logit(odds: float) -> float:
    odds = min(0.995, max(0.005, odds))
    return log(odds / (1 - odds))
