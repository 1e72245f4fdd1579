"""Every question of the shop's texts is one that the offline reader can read an answer against."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from morfx.adapters.offline.comprehender import OfflineComprehender
from morfx.adapters.offline.question import Asked, asked
from morfx.agents.somnio import SOMNIO
from morfx.domain.comprehension import Context, PastTurn

SHOP = json.loads(Path("events/onboard/somnio.json").read_text("utf-8"))
QUESTIONS = [text for text in SHOP["templates"] if "?" in text["content"]]

#: What each asks; ``nothing``: no yes or no could answer it.
KINDS: dict[tuple[str, str, int], Asked] = {
    ("hola", "primera_vez", 1): "hear_promotions",
    ("hola", "siguientes", 1): "more_questions",
    ("ofrecer_promos", "primera_vez", 0): "which_pack",
    ("ofrecer_promos", "siguientes", 0): "which_pack",
    ("ofrecer_promos", "breve", 0): "which_pack",
    ("elegir_pack", "primera_vez", 0): "which_pack",
    ("elegir_pack", "siguientes", 0): "which_pack",
    ("elegir_pack", "breve", 0): "which_pack",
    ("recordatorio_promos", "primera_vez", 0): "which_pack",
    ("recordatorio_promos", "siguientes", 0): "which_pack",
    ("invitacion", "primera_vez", 0): "buy",
    ("invitacion", "siguientes", 0): "buy",
    ("invitacion", "breve", 0): "buy",
    ("invitacion", "breve", 1): "buy",
    **{
        (f"resumen_{pack}", visit, orden): "confirm"
        for pack in ("1x", "2x", "3x")
        for visit, orden in (("primera_vez", 1), ("siguientes", 0), ("breve", 0), ("breve", 1))
    },
    ("retomar_resumen", "primera_vez", 0): "confirm",
    ("retomar_resumen", "siguientes", 0): "confirm",
    ("recordatorio_confirmacion", "primera_vez", 0): "confirm",
    ("recordatorio_confirmacion", "siguientes", 0): "confirm",
    ("no_confirmado", "primera_vez", 0): "see_promotions",
    ("fallback", "primera_vez", 0): "person",
    ("fallback", "siguientes", 0): "person",
    ("fallback", "breve", 0): "person",
    ("reclamo", "primera_vez", 0): "person",
    ("reclamo", "siguientes", 0): "person",
    ("pedido_entregado", "primera_vez", 0): "person",
    ("aclaracion", "primera_vez", 0): "nothing",
    ("aclaracion", "siguientes", 0): "nothing",
    ("aclaracion", "breve", 0): "nothing",
    ("no_texto", "primera_vez", 0): "nothing",
    ("no_texto", "siguientes", 0): "nothing",
    ("ya_respondido", "siguientes", 0): "more_questions",
}
#: Ask for a field, whichever is missing.
FOR_A_FIELD = {("retomar_datos", "primera_vez", 0), ("retomar_datos", "siguientes", 0)}


def place(text: Mapping[str, object]) -> tuple[str, str, int]:
    return str(text["intent"]), str(text["visit_type"]), int(str(text["orden"]))


def test_every_question_of_the_shop_is_in_the_table() -> None:
    assert {place(text) for text in QUESTIONS} == KINDS.keys() | FOR_A_FIELD


@pytest.mark.parametrize(
    "text", [text for text in QUESTIONS if place(text) in KINDS], ids=lambda text: str(place(text))
)
def test_a_question_is_read_as_what_it_asks(text: dict[str, str]) -> None:
    summary = (
        "Va a nombre de Ana Ruiz, a Calle 5 # 3-20, barrio Granada, Cali, teléfono 300 111 2233"
    )
    answered = "Pagas al recibirlo."

    assert asked(text["content"]) == KINDS[place(text)]
    assert asked(f"{answered}\n\n{text['content']}") == KINDS[place(text)]
    if KINDS[place(text)] == "confirm":
        assert asked(f"{summary}.\n\n{text['content']}") == "confirm"


@pytest.mark.parametrize("field", [*SOMNIO.fields_of("required", "asked"), "departamento"])
def test_a_question_for_a_field_is_read_as_asking_for_that_field(field: str) -> None:
    label = SOMNIO.fields[field].label.lower()
    for text in QUESTIONS:
        if place(text) in FOR_A_FIELD:
            assert asked(text["content"].replace("{{falta}}", label)) == field


def told(*said: str) -> tuple[PastTurn, ...]:
    return tuple(PastTurn(role="assistant", content=text) for text in said)


@pytest.mark.parametrize(
    ("text", "mode", "intents"),
    [
        ("dale", "resumen", ["compra_confirmada"]),
        ("listo", "resumen", ["compra_confirmada"]),
        ("ok gracias", "resumen", []),
        ("👍", "resumen", []),
        ("listo", "compra_confirmada", []),
    ],
)
def test_a_yes_after_a_mere_answer_is_one_to_the_question_before_it(
    text: str, mode: str, intents: list[str]
) -> None:
    said = told("Dos frascos. ¿Lo confirmas?", "Sí, contra entrega 👍")
    context = Context(mode=mode, last_bot=said[-1].content, history=said)

    understood = OfflineComprehender().comprehend([text], context)

    assert [reading.intent for reading in understood.intents] == intents
