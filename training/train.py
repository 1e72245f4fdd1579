"""Train the offline comprehension: ``python -m training.train`` writes the weights it ships.

Everything random has a fixed seed: the same corpus gives the same bytes.
"""

import math
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

import morfx.adapters.offline
from morfx.adapters.offline.classifier import Classifier, packed, unpacked
from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.adapters.offline.confidence import facts
from morfx.adapters.offline.features import PLACES, hashed, tokens
from training import corpus
from training.corpus import Example, Labelled
from training.score import is_right

WEIGHTS = Path(morfx.adapters.offline.__file__).parent / "data" / "acts.bin"
_STRENGTH = 12.0
_SEED = 7
#: Of the utterances, for drawing the confidence.
_SHARE_KNOWN = 0.1
#: Taken off the confidence, in logits: the rules, too, know these messages better than new ones.
_CAUTION = 0.8


def fit(examples: Sequence[Example], confidence: Mapping[str, float]) -> Classifier:
    """One logistic regression per act, rounded to bytes as it is shipped."""
    acts = sorted({act for example in examples for act in example.acts})
    rows = _matrix(examples)
    steps, biases, columns = [], [], []
    for act in acts:
        wanted = np.array([act in example.acts for example in examples])
        model = LogisticRegression(C=_STRENGTH, solver="liblinear", random_state=_SEED, tol=0.01)
        model.fit(rows, wanted)
        weights = model.coef_[0]
        step = float(np.abs(weights).max()) / 127
        columns.append(np.round(weights / step).astype(np.int8))
        steps.append(round(step, 7))
        biases.append(round(float(model.intercept_[0]), 5))
    words = {word for example in examples for word in tokens(example.text) if word.isalpha()}
    header = {
        "acts": acts,
        "biases": biases,
        "steps": steps,
        "vocabulary": " ".join(sorted(words)),
        "confidence": dict(confidence),
        "corpus": corpus.fingerprint(),
    }
    return unpacked(packed(header, np.stack(columns, axis=1).tobytes()))


def folds(messages: Sequence[Labelled], share: float = 1.0) -> list[Classifier]:
    """One classifier per fold, trained without it, on a share of the utterances."""
    return [
        fit(corpus.examples([m for m in messages if corpus.fold_of(m) != fold], share), {})
        for fold in range(corpus.FOLDS)
    ]


def fit_confidence(messages: Sequence[Labelled]) -> dict[str, float]:
    """The curve of ``confidence``.

    Drawn over readings of messages their model has not seen, by models that know only a part of
    the utterances: what a new customer writes is further from the training set than a fold is.
    """
    models = folds(messages, _SHARE_KNOWN)
    known, right = [], []
    for message in messages:
        model = models[corpus.fold_of(message)]
        read = OfflineComprehender(model).read([message.text], message.context)
        known.append(facts(read.meaning, read.found, read.said, read.acts, model))
        right.append(is_right(message.gold, read.comprehension))
    names = list(known[0])
    rows = np.array([[fact[name] for name in names] for fact in known])
    model = LogisticRegression(C=0.5, solver="liblinear", random_state=_SEED, fit_intercept=False)
    model.fit(rows, np.array(right))
    curve = dict(zip(names, (float(value) for value in model.coef_[0]), strict=True))
    curve["constant"] -= _CAUTION
    return {name: round(value, 4) for name, value in curve.items()}


def train() -> bytes:
    """The weights as shipped."""
    messages = corpus.labelled()
    model = fit(corpus.examples(messages), fit_confidence(messages))
    header = {
        "acts": list(model.acts),
        "biases": list(model.biases),
        "steps": list(model.steps),
        "vocabulary": " ".join(sorted(model.vocabulary)),
        "confidence": dict(model.confidence),
        "corpus": model.corpus,
    }
    return packed(header, model.weights.tobytes())


@cache
def _features(text: str) -> list[tuple[int, float]]:
    """Kept over the folds: most texts are in all of them."""
    return sorted(hashed(text).items())


def _matrix(examples: Sequence[Example]) -> csr_matrix:
    data, columns, starts = [], [], [0]
    for example in examples:
        for place, weight in _features(example.text):
            columns.append(place)
            data.append(weight)
        starts.append(len(columns))
    return csr_matrix((data, columns, starts), shape=(len(examples), PLACES))


if __name__ == "__main__":
    WEIGHTS.write_bytes(train())
    sys.stdout.write(f"{WEIGHTS.name}: {math.ceil(WEIGHTS.stat().st_size / 1024)} KiB\n")
