"""``make eval``: how well the offline comprehension understands a corpus.

Without a file: cross-validation on the development corpus in five fixed folds, each read by a
model trained without it. With a file: the shipped model. The last line printed is one JSON object.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.domain.completeness import FIELDS
from morfx.domain.comprehension import Comprehension
from training import corpus, score
from training.corpus import Labelled

_BANDS = (
    (85, "85-100 proceed"),
    (60, "60-84 reanalyze"),
    (40, "40-59 clarify"),
    (0, "0-39 hand off"),
)


@dataclass(frozen=True, slots=True)
class Prediction:
    message: Labelled
    read: Comprehension

    @property
    def intents(self) -> frozenset[str]:
        return frozenset(reading.intent for reading in self.read.intents)

    def line(self) -> str:
        return json.dumps(
            {
                "id": self.message.gold["id"],
                "class": self.read.message_class,
                "intents": [reading.intent for reading in self.read.intents],
                "fields": dict(self.read.fields),
                "pack": self.read.pack,
                "wants_human": self.read.wants_human,
            },
            ensure_ascii=False,
        )


def cross_validated() -> list[Prediction]:
    """The development corpus, each message read by the model that has not seen it."""
    from training.train import (
        fit_confidence,
        folds,
    )  # scikit-learn: only where something is trained

    messages = corpus.messages(corpus.DEVELOPMENT)
    learnt = corpus.labelled()
    models = folds(learnt)
    curve = fit_confidence(learnt)
    readers = [OfflineComprehender(replace(model, confidence=curve)) for model in models]
    return [
        Prediction(m, readers[corpus.fold_of(m)].comprehend([m.text], m.context)) for m in messages
    ]


def predicted(path: Path) -> list[Prediction]:
    comprehender = OfflineComprehender()
    return [
        Prediction(message, comprehender.comprehend([message.text], message.context))
        for message in corpus.messages(path)
    ]


def figures(predictions: Iterable[Prediction]) -> dict[str, float | int | None]:
    """The seven figures, over the labelled messages."""
    labelled = [prediction for prediction in predictions if "class" in prediction.message.gold]
    hits: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    for prediction in labelled:
        gold, read = prediction.message.gold, prediction.read
        note = score.read_note(gold.get("note"))
        hits["class"] += score.class_right(gold, read.message_class, note)
        hits["intents"] += score.intents_right(gold, prediction.intents, note)
        hits["pack"] += read.pack == gold["pack"]
        hits["human", gold["wants_human"], read.wants_human] += 1  # type: ignore[index]
        for _, outcome in score.compare_fields(gold, read.fields):
            fields.update(score.counts(outcome))
    asked = hits["human", True, True] + hits["human", True, False]  # type: ignore[index]
    did_not = hits["human", False, True] + hits["human", False, False]  # type: ignore[index]
    return {
        "n": len(labelled),
        "class_accuracy": _share(hits["class"], len(labelled)),
        "intents_exact": _share(hits["intents"], len(labelled)),
        "fields_micro_f1": round(score.f1(fields), 4),
        "pack_accuracy": _share(hits["pack"], len(labelled)),
        "wants_human_recall": _share(hits["human", True, True], asked),  # type: ignore[index]
        "wants_human_false_rate": _share(hits["human", False, True], did_not),  # type: ignore[index]
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def report(predictions: Sequence[Prediction]) -> list[str]:
    labelled = [prediction for prediction in predictions if "class" in prediction.message.gold]
    parts = (_errors, _field_table, _confusion, _reliability)
    return [line for part in parts for line in part(labelled)]


def reliability(predictions: Iterable[Prediction]) -> dict[str, tuple[int, int]]:
    """Band → messages in it, and how many of them were read rightly."""
    found = {name: (0, 0) for _, name in _BANDS}
    for prediction in predictions:
        band = next(name for floor, name in _BANDS if prediction.read.confidence >= floor)
        count, right = found[band]
        found[band] = (count + 1, right + score.is_right(prediction.message.gold, prediction.read))
    return found


def _errors(predictions: Sequence[Prediction]) -> list[str]:
    lines = []
    for prediction in predictions:
        gold, read = prediction.message.gold, prediction.read
        if not score.is_right(gold, read):
            said = [reading.intent for reading in read.intents]
            wrong = [pair for pair in score.compare_fields(gold, read.fields) if pair[1] != "right"]
            lines.append(
                f"{prediction.message.id} {gold['text']!r}\n    {gold['class']} {gold['intents']} "
                f"{gold['pack']} {gold['wants_human']} | read {read.message_class} {said} "
                f"{read.pack} {read.wants_human} {wrong} at {read.confidence}"
            )
    return ["-- read wrongly", *lines]


def _field_table(predictions: Sequence[Prediction]) -> list[str]:
    """Per field: how many of the values read are right, how many of those said are read."""
    table: dict[str, Counter[str]] = {name: Counter() for name in FIELDS}
    for prediction in predictions:
        for name, outcome in score.compare_fields(prediction.message.gold, prediction.read.fields):
            table[name].update(score.counts(outcome))
    lines = [
        f"{name:20}{score.precision(row):10.3f}{score.recall(row):8.3f}{score.f1(row):8.3f}"
        f"{row['right'] + row['missed']:6}"
        for name, row in {**table, "all": sum(table.values(), Counter())}.items()
    ]
    return ["-- fields", f"{'':20} precision  recall      f1     n", *lines]


def _confusion(predictions: Sequence[Prediction]) -> list[str]:
    pairs: Counter[str] = Counter()
    for prediction in predictions:
        gold = prediction.message.gold
        if not score.intents_right(gold, prediction.intents, score.read_note(gold.get("note"))):
            named = "+".join(sorted(gold["intents"])) or "[]"
            pairs[f"{named} -> {'+'.join(sorted(prediction.intents)) or '[]'}"] += 1
    return ["-- intents confused", *(f"{count:4} {pair}" for pair, count in pairs.most_common(20))]


def _reliability(predictions: Sequence[Prediction]) -> list[str]:
    rows = reliability(predictions).items()
    return [
        "-- confidence: messages and share read rightly",
        *(
            f"{band:18}{count:5}{right / count if count else 0:8.1%}"
            for band, (count, right) in rows
        ),
    ]


def main(arguments: Mapping[str, Any]) -> None:
    path = arguments["corpus"]
    predictions = predicted(Path(path)) if path else cross_validated()
    if arguments["predictions"]:
        lines = "".join(prediction.line() + "\n" for prediction in predictions)
        Path(arguments["predictions"]).write_text(lines, "utf-8")
    for line in report(predictions):
        sys.stdout.write(line + "\n")
    sys.stdout.write(json.dumps(figures(predictions)) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", default="")
    parser.add_argument("--predictions", default="")
    main(vars(parser.parse_args()))
