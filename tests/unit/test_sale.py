"""The next step of a sale: a table (decisions 11 to 17)."""

from datetime import UTC, datetime

import pytest

from morfx.agents.somnio import SOMNIO
from morfx.agents.somnio.declaration import BOUGHT, COLLECTING, OFFERING, SUMMING_UP, TALKING
from morfx.agents.somnio.sale import Step, next_step
from morfx.domain.identifier import SessionId, new_id
from morfx.domain.session import Session, SessionState

NEEDED = {"nombre": "Ana", "telefono": "3001112233", "ciudad": "Cali", "direccion": "Calle 5"}
ALL = {**NEEDED, "apellido": "Gómez", "barrio": "N/A", "correo": "N/A"}
SOME = {"nombre": "Ana"}
NO_PHONE = {**ALL, "telefono": "N/A"}


def session(mode: str, data: dict[str, str], pack: str | None) -> Session:
    return Session(
        id=SessionId(new_id()),
        agent_id=SOMNIO.id,
        version=1,
        status="active",
        mode=mode,
        last_activity_at=datetime.now(UTC),
        state=SessionState(datos_capturados=data, pack_seleccionado=pack),
    )


#: Mode, data known, pack chosen before, intents, whether the message gave data; the step.
TABLE = [
    # Questions keep the mode.
    (TALKING, {}, None, ["precio"], False, Step(mode=TALKING)),
    (COLLECTING, SOME, None, ["envio"], False, Step(mode=COLLECTING)),
    (OFFERING, ALL, None, ["invima"], False, Step(mode=OFFERING)),
    (TALKING, SOME, None, ["envio"], True, Step(mode=TALKING)),
    (COLLECTING, ALL, None, ["ofrecer_promos"], False, Step(mode=OFFERING)),
    # Whoever wants to buy is asked for what is missing, once.
    (TALKING, {}, None, ["captura_datos_si_compra"], False,
     Step(mode=COLLECTING, says="captura_datos_si_compra")),
    (TALKING, SOME, None, [], True, Step(mode=COLLECTING, says="captura_datos_si_compra")),
    (COLLECTING, SOME, None, [], True, Step(mode=COLLECTING)),
    (COLLECTING, SOME, None, ["captura_datos_si_compra"], False,
     Step(mode=COLLECTING, says="faltan_datos")),
    (COLLECTING, NO_PHONE, None, ["captura_datos_si_compra"], True,
     Step(mode=COLLECTING, says="faltan_datos")),
    # A pack named early is remembered.
    (TALKING, {}, None, ["resumen_2x"], False,
     Step(mode=COLLECTING, says="captura_datos_si_compra", pack="2x")),
    (COLLECTING, ALL, "2x", [], True, Step(mode=SUMMING_UP, says="resumen_2x", pack="2x")),
    # Enough data: what is only asked for may still come; with everything the packs are shown.
    (COLLECTING, NEEDED, None, [], True, Step(mode=COLLECTING, says="datos_recibidos")),
    (COLLECTING, ALL, None, [], True, Step(mode=OFFERING, says="ofrecer_promos")),
    (COLLECTING, NEEDED, None, ["captura_datos_si_compra"], False,
     Step(mode=OFFERING, says="ofrecer_promos")),
    (TALKING, ALL, None, ["captura_datos_si_compra"], False,
     Step(mode=OFFERING, says="ofrecer_promos")),
    # A choice is summed up; what is confirmed before is summed up first.
    (OFFERING, ALL, None, ["resumen_3x"], False,
     Step(mode=SUMMING_UP, says="resumen_3x", pack="3x")),
    (OFFERING, ALL, None, ["compra_confirmada"], False,
     Step(mode=OFFERING, says="ofrecer_promos")),
    (OFFERING, ALL, "1x", ["compra_confirmada"], False,
     Step(mode=SUMMING_UP, says="resumen_1x", pack="1x")),
    (SUMMING_UP, ALL, "1x", ["resumen_2x"], False,
     Step(mode=SUMMING_UP, says="resumen_2x", pack="2x")),
    (SUMMING_UP, ALL, "1x", [], True, Step(mode=SUMMING_UP, says="resumen_1x", pack="1x")),
    # Only a summary can be confirmed, and what is confirmed is one order.
    (SUMMING_UP, ALL, "2x", ["compra_confirmada"], False,
     Step(mode=BOUGHT, says="compra_confirmada", pack="2x", order="confirmed")),
    (BOUGHT, ALL, "2x", ["compra_confirmada"], False,
     Step(mode=BOUGHT, says="pedido_en_curso", pack="2x")),
    (BOUGHT, ALL, "2x", [], True,
     Step(mode=BOUGHT, says="pedido_corregido", pack="2x", order="confirmed")),
    (BOUGHT, ALL, "2x", ["envio"], False, Step(mode=BOUGHT, pack="2x")),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "known", "pack", "intents", "data", "step"), TABLE, ids=str)
def test_the_next_step_of_a_sale(
    mode: str, known: dict[str, str], pack: str | None, intents: list[str], data: bool, step: Step
) -> None:
    assert next_step(SOMNIO, session(mode, known, pack), intents, data=data) == step


def test_every_step_of_the_table_is_a_transition_of_the_agent() -> None:
    moves = {(mode, step.mode) for mode, *_, step in TABLE if mode != step.mode}
    assert moves
    assert all(after in SOMNIO.transitions[before] for before, after in moves)
