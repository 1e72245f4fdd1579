"""What the customer does with a message, by linear scores over hashed features.

The weights are trained by ``training/train.py`` and shipped as one byte each.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any

from morfx.adapters.offline.features import PLACES, hashed, tokens

_WEIGHTS = "acts.bin"


@dataclass(frozen=True)
class Classifier:
    """One linear scorer per act."""

    acts: Sequence[str]
    biases: Sequence[float]
    #: What one step of a weight's byte is worth, by act.
    steps: Sequence[float]
    #: ``PLACES`` rows of one signed byte per act.
    weights: memoryview
    #: The words of the training set, abbreviations written out.
    vocabulary: frozenset[str]
    #: Coefficients of the confidence, by name (see ``confidence``).
    confidence: Mapping[str, float]
    #: SHA-256 of the training set the weights come from.
    corpus: str

    def probabilities(self, text: str) -> dict[str, float]:
        """Act → how likely the text does it, 0 to 1."""
        width = len(self.acts)
        scores = [0.0] * width
        for place, value in hashed(text).items():
            row = self.weights[place * width : (place + 1) * width]
            for act, weight in enumerate(row):
                if weight:
                    scores[act] += weight * value
        return {
            act: 1 / (1 + exp(-max(-30.0, min(30.0, score * step + bias))))
            for act, score, step, bias in zip(
                self.acts, scores, self.steps, self.biases, strict=True
            )
        }

    def strange(self, text: str) -> int:
        """How many of the words were never met in training."""
        return sum(word.isalpha() and word not in self.vocabulary for word in tokens(text))


def packed(header: Mapping[str, Any], weights: bytes) -> bytes:
    """A classifier as it is shipped: one line of JSON, then the weights."""
    return json.dumps(header, sort_keys=True).encode() + b"\n" + weights


def unpacked(blob: bytes) -> Classifier:
    line, weights = blob.split(b"\n", 1)
    header = json.loads(line)
    if len(weights) != PLACES * len(header["acts"]):
        raise ValueError("the weights do not fit their header")
    header["vocabulary"] = frozenset(header["vocabulary"].split())
    return Classifier(weights=memoryview(weights).cast("b"), **header)


@cache
def shipped() -> Classifier:
    return unpacked(files("morfx.adapters.offline").joinpath("data", _WEIGHTS).read_bytes())
