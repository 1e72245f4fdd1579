"""The offline comprehension never reads worse than this; the shipped weights are the trained."""

import json
from pathlib import Path

import pytest

from morfx.adapters.offline.classifier import packed, shipped, unpacked
from morfx.domain.comprehension import Comprehension, IntentReading
from training import corpus, evaluate, score


def above_floor(figures: dict[str, float | int | None]) -> None:
    """The floor the project promises: 85 % intents, 88 % class, 0.88 fields."""
    floors = {"intents_exact": 0.85, "class_accuracy": 0.88, "fields_micro_f1": 0.88}
    for name, floor in floors.items():
        assert (figures[name] or 0) >= floor, figures
    assert (figures["wants_human_recall"] or 0) >= 0.95, figures
    assert (figures["wants_human_false_rate"] or 0) <= 0.02, figures


def test_the_shipped_weights_come_from_this_corpus() -> None:
    assert shipped().corpus == corpus.fingerprint(), "make train"


def test_the_development_corpus_is_read_above_the_floor_by_models_that_have_not_seen_it() -> None:
    pytest.importorskip("sklearn", reason="only the training environment has scikit-learn")
    predictions = evaluate.cross_validated()

    above_floor(evaluate.figures(predictions))
    bands = evaluate.reliability(predictions)
    sure, right = bands["85-100 proceed"]
    assert right / sure >= 0.95
    shares = [right / count for count, right in bands.values() if count >= 20]
    assert shares == sorted(shares, reverse=True)


def test_no_blind_message_but_a_commonplace_is_in_the_training_set() -> None:
    known = {example.text for example in corpus.utterances()}
    labelled = {message.text for message in corpus.labelled()}

    blind = corpus.messages(corpus.BLIND)
    assert not [
        m.text for m in blind if len(m.text) > 20 and (m.text in labelled or m.text in known)
    ]


def test_weights_that_do_not_fit_their_header_are_refused() -> None:
    model = shipped()
    header = {"acts": list(model.acts), "vocabulary": ""}

    with pytest.raises(ValueError, match="do not fit"):
        unpacked(packed(header, b"\x00"))


def test_a_file_without_labels_is_predicted_and_counts_nothing(tmp_path: Path) -> None:
    asked, said = tmp_path / "asked.jsonl", tmp_path / "said.jsonl"
    asked.write_text(json.dumps({"id": "x1", "text": "hola, precio?"}) + "\n", "utf-8")

    evaluate.main({"corpus": str(asked), "predictions": str(said)})

    [line] = said.read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "id": "x1",
        "class": "pregunta",
        "intents": ["hola", "precio"],
        "fields": {},
        "pack": None,
        "wants_human": False,
    }


def comprehension(*intents: str, **fields: str) -> Comprehension:
    return Comprehension(
        message_class="mixto",
        intents=tuple(IntentReading(intent=name, confidence=90) for name in intents),
        fields=fields,
        source="scripted",
    )


GOLD = {
    "class": "mixto",
    "intents": ["hola", "envio"],
    "fields": {"ciudad": "Bogotá, D.C.", "direccion": "Calle 5 # 3-20 Apartamento 2"},
    "pack": None,
    "wants_human": False,
    "note": "alt intents: envio; opt fields: barrio=Centro",
}


@pytest.mark.parametrize(
    ("said", "right"),
    [
        (
            comprehension(
                "envio", "hola", ciudad="bogota", direccion="apartamento 2, calle 5 # 3-20"
            ),
            True,
        ),
        (comprehension("envio", ciudad="Bogotá", direccion="Calle 5 # 3 20 Apartamento 2"), True),
        (
            comprehension(
                "envio",
                ciudad="Bogotá",
                direccion="Calle 5 # 3-20 Apartamento 2",
                barrio="centro",
                departamento="Cundinamarca",
            ),
            True,
        ),
        (comprehension("hola", ciudad="Bogotá", direccion="Calle 5 # 3-20 Apartamento 2"), False),
        (comprehension("envio", ciudad="Cali", direccion="Calle 5 # 3-20 Apartamento 2"), False),
        (comprehension("envio", ciudad="Bogotá"), False),
        (
            comprehension(
                "envio", ciudad="Bogotá", direccion="Calle 5 # 3-20 Apartamento 2", barrio="Sur"
            ),
            False,
        ),
    ],
)
def test_a_reading_is_right_as_the_label_guide_says(said: Comprehension, right: bool) -> None:
    assert score.is_right(GOLD, said) is right
