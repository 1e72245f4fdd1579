"""What is understood without a model: the figures it must reach, and that it never fails."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.domain.comprehension import Context
from training import corpus, evaluate

CONVERSATION = Context(mode="conversacion")


@pytest.fixture(scope="module")
def blind() -> dict[str, Any]:
    """The figures on messages that nothing was trained on."""
    return evaluate.figures(evaluate.predicted(corpus.FOLDER / "blind.jsonl"))


@pytest.mark.parametrize(
    ("figure", "floor"),
    [("intents_exact", 0.85), ("class_accuracy", 0.88), ("fields_micro_f1", 0.88),
     ("wants_human_recall", 0.95)],
)  # fmt: skip
def test_messages_never_seen_before_are_understood(
    blind: dict[str, Any], figure: str, floor: float
) -> None:
    assert blind[figure] >= floor


def test_hardly_anybody_is_taken_for_asking_for_a_person(blind: dict[str, Any]) -> None:
    assert blind["wants_human_false_rate"] <= 0.02


def test_what_it_is_sure_of_is_right() -> None:
    predictions = evaluate.predicted(corpus.FOLDER / "blind.jsonl")
    count, right = evaluate.reliability(predictions)["85-100 proceed"]

    assert count >= 50
    assert right / count >= 0.95


@pytest.mark.parametrize(
    ("texts", "intents"),
    [
        (["Hola, qué precio tiene?"], ["hola", "precio"]),
        (["hola", "oye", "una pregunta", "qué precio", "tiene?"], ["hola", "precio"]),
        (["quiero comprar"], ["captura_datos_si_compra"]),
        (["¿hacen envíos a Pasto?"], ["envio"]),
    ],
)
def test_the_commonest_questions_are_understood_surely(
    texts: list[str], intents: list[str]
) -> None:
    read = OfflineComprehender().comprehend(texts, CONVERSATION)

    assert [reading.intent for reading in read.intents] == intents
    assert read.confidence >= 85


@pytest.mark.parametrize(
    ("said", "last_bot", "intent"),
    [
        ("sí", "¿Deseas comprar el ELIXIR DEL SUEÑO?", "captura_datos_si_compra"),
        (
            "dale",
            "Sería 1X por $77.900 con envío gratis. ¿Confirmas tu compra?",
            "compra_confirmada",
        ),
    ],
)
def test_a_bare_yes_is_read_against_what_was_asked(said: str, last_bot: str, intent: str) -> None:
    context = Context(mode="conversacion", last_bot=last_bot)
    read = OfflineComprehender().comprehend([said], context)

    assert [reading.intent for reading in read.intents] == [intent]


@given(st.lists(st.text(), max_size=5), st.none() | st.text())
def test_no_text_makes_it_fail(texts: list[str], last_bot: str | None) -> None:
    context = Context(mode="conversacion", last_bot=last_bot)

    assert 0 <= OfflineComprehender().comprehend(texts, context).confidence <= 100


@pytest.mark.parametrize("unit", ["x", "calle ", "no ", "3 ", "a@", "# ", "si, ", "(", "\n"])
def test_a_very_long_message_is_read_no_slower_than_its_beginning(unit: str) -> None:
    read = OfflineComprehender().comprehend([unit * 100_000], CONVERSATION)

    assert read.source == "offline"
