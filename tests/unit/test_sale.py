"""The next step of a sale: a table (decisions 11 to 17)."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from morfx.agents.somnio import SOMNIO
from morfx.agents.somnio.declaration import BOUGHT, COLLECTING, OFFERING, SUMMING_UP, TALKING
from morfx.agents.somnio.ordered import news
from morfx.agents.somnio.sale import Heard, Step, next_step
from morfx.domain.identifier import SessionId, new_id
from morfx.domain.order_standing import OrderStatus, StageMeaning
from morfx.domain.session import Session, SessionState
from tests.standing import standing

NEEDED = {"nombre": "Ana", "telefono": "3001112233", "ciudad": "Cali", "direccion": "Calle 5"}
ALL = {**NEEDED, "apellido": "Gómez", "barrio": "N/A", "correo": "N/A"}
SOME = {"nombre": "Ana"}
GIVEN = ("nombre",)
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


def with_order(
    session: Session, status: OrderStatus, meaning: StageMeaning, **known: Any
) -> Session:
    return replace(
        session, last_order=standing(status, meaning, **{"session_id": session.id} | known)
    )


#: Mode, data known, pack chosen before, intents, the fields the message gave; the step.
TABLE = [
    # Questions keep the mode.
    (TALKING, {}, None, ["precio"], (), Step(mode=TALKING)),
    (COLLECTING, SOME, None, ["envio"], (), Step(mode=COLLECTING)),
    (OFFERING, ALL, None, ["invima"], (), Step(mode=OFFERING)),
    (TALKING, SOME, None, ["envio"], GIVEN, Step(mode=TALKING)),
    (COLLECTING, ALL, None, ["ofrecer_promos"], (), Step(mode=OFFERING)),
    # Whoever gives an address beside a question means to buy.
    (TALKING, SOME, None, ["envio"], ("direccion",), Step(mode=COLLECTING, says="faltan_datos")),
    # A question of somebody who has given everything leads on.
    (COLLECTING, ALL, None, ["invima"], (), Step(mode=OFFERING, says="ofrecer_promos")),
    (COLLECTING, ALL, None, ["precio"], (), Step(mode=OFFERING)),
    # Whoever wants to buy is asked for what is missing, once.
    (TALKING, {}, None, ["captura_datos_si_compra"], (),
     Step(mode=COLLECTING, says="captura_datos_si_compra")),
    (TALKING, SOME, None, [], GIVEN, Step(mode=COLLECTING, says="faltan_datos")),
    (COLLECTING, SOME, None, [], GIVEN, Step(mode=COLLECTING)),
    (COLLECTING, SOME, None, ["captura_datos_si_compra"], (),
     Step(mode=COLLECTING, says="faltan_datos")),
    (COLLECTING, NO_PHONE, None, ["captura_datos_si_compra"], (),
     Step(mode=COLLECTING, says="faltan_datos")),
    (COLLECTING, NO_PHONE, None, [], ("telefono",), Step(mode=COLLECTING, says="dato_necesario")),
    (OFFERING, NO_PHONE, None, [], ("telefono",), Step(mode=COLLECTING, says="dato_necesario")),
    # A pack named early is remembered.
    (TALKING, {}, None, ["resumen_2x"], (),
     Step(mode=COLLECTING, says="captura_datos_si_compra", pack="2x")),
    (COLLECTING, ALL, "2x", [], GIVEN, Step(mode=SUMMING_UP, says="resumen_2x", pack="2x")),
    # Enough data: what is only asked for may still come; with everything the packs are shown.
    (COLLECTING, NEEDED, None, [], GIVEN, Step(mode=COLLECTING, says="datos_recibidos")),
    (COLLECTING, ALL, None, [], GIVEN, Step(mode=OFFERING, says="ofrecer_promos")),
    (COLLECTING, NEEDED, None, ["captura_datos_si_compra"], (),
     Step(mode=OFFERING, says="ofrecer_promos")),
    (TALKING, ALL, None, ["captura_datos_si_compra"], (),
     Step(mode=OFFERING, says="ofrecer_promos")),
    # A choice is summed up; what is confirmed before is summed up first.
    (OFFERING, ALL, None, ["resumen_3x"], (),
     Step(mode=SUMMING_UP, says="resumen_3x", pack="3x")),
    (OFFERING, ALL, None, ["compra_confirmada"], (),
     Step(mode=OFFERING, says="ofrecer_promos")),
    (OFFERING, ALL, "1x", ["compra_confirmada"], (),
     Step(mode=SUMMING_UP, says="resumen_1x", pack="1x")),
    (SUMMING_UP, ALL, "1x", ["resumen_2x"], (),
     Step(mode=SUMMING_UP, says="resumen_2x", pack="2x")),
    (SUMMING_UP, ALL, "1x", [], GIVEN, Step(mode=SUMMING_UP, says="resumen_1x", pack="1x")),
    # Only a summary can be confirmed, and what is confirmed is one order.
    (SUMMING_UP, ALL, "2x", ["compra_confirmada"], (),
     Step(mode=BOUGHT, says="compra_confirmada", pack="2x", order="confirmed")),
    (BOUGHT, ALL, "2x", ["compra_confirmada"], (),
     Step(mode=BOUGHT, says="pedido_en_curso", pack="2x")),
    (BOUGHT, ALL, "2x", [], GIVEN,
     Step(mode=BOUGHT, says="pedido_corregido", pack="2x", order="confirmed")),
    (BOUGHT, ALL, "2x", ["envio"], (), Step(mode=BOUGHT, pack="2x")),
    # A pack is changed, and a purchase doubted, by the customer alone.
    (BOUGHT, ALL, "2x", ["resumen_3x"], (),
     Step(mode=BOUGHT, says="pack_cambiado", pack="3x", order="confirmed")),
    (BOUGHT, ALL, "2x", ["resumen_2x"], (), Step(mode=BOUGHT, says="pedido_en_curso", pack="2x")),
    (BOUGHT, ALL, "2x", ["no_interesa"], (),
     Step(mode=BOUGHT, says="cancelar_pedido", pack="2x", handoff="wants_to_cancel")),
    (BOUGHT, ALL, "2x", ["captura_datos_si_compra"], (),
     Step(mode=BOUGHT, says="otro_pedido", pack="2x", handoff="another_order")),
    (OFFERING, ALL, None, ["no_interesa"], (),
     Step(mode=OFFERING, says="no_interesa", ends="lost")),
    # Data beside the packs is noted, and the choice stays open.
    (OFFERING, ALL, None, [], GIVEN, Step(mode=OFFERING, says="datos_recibidos")),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "known", "pack", "intents", "data", "step"), TABLE, ids=str)
def test_the_next_step_of_a_sale(
    mode: str,
    known: dict[str, str],
    pack: str | None,
    intents: list[str],
    data: tuple[str, ...],
    step: Step,
) -> None:
    heard = Heard(intents=intents, data=data)

    assert next_step(SOMNIO, session(mode, known, pack), heard) == step


def test_a_summary_that_was_not_shown_cannot_be_confirmed() -> None:
    heard = Heard(intents=["compra_confirmada"])

    step = next_step(SOMNIO, session(SUMMING_UP, ALL, "2x"), heard, summed_up=False)

    assert step == Step(mode=SUMMING_UP, says="resumen_2x", pack="2x")


def test_an_order_that_silence_made_follows_the_choice_and_goes_with_the_customer() -> None:
    ordered = with_order(session(OFFERING, ALL, "1x"), "provisional", "unconfirmed")

    chosen = next_step(SOMNIO, ordered, Heard(intents=["resumen_3x"]))
    left = next_step(SOMNIO, ordered, Heard(intents=["no_interesa"]))

    assert (chosen.pack, chosen.order) == ("3x", "provisional")
    assert (left.order, left.ends) == ("cancelled", "lost")


def test_every_step_of_the_table_is_a_transition_of_the_agent() -> None:
    moves = {(mode, step.mode) for mode, *_, step in TABLE if mode != step.mode}
    assert moves
    assert all(after in SOMNIO.transitions[before] for before, after in moves)


@pytest.mark.parametrize("heard", [Heard(data=GIVEN), Heard(intents=["resumen_3x"])])
def test_an_order_that_has_left_is_changed_by_a_person_only(heard: Heard) -> None:
    shipped = with_order(session(BOUGHT, ALL, "2x"), "confirmed", "shipped")

    step = next_step(SOMNIO, shipped, heard)

    assert (step.says, step.order, step.handoff) == ("pedido_despachado", None, "order_is_closed")


@pytest.mark.parametrize(
    ("meaning", "tracking", "said"),
    [
        ("new", None, "pedido_en_preparacion"),
        ("unconfirmed", None, "pedido_en_preparacion"),
        ("shipped", None, "pedido_en_camino"),
        ("shipped", ("Envía", "0123"), "pedido_con_guia"),
        ("won", None, "pedido_entregado"),
        ("lost", None, None),
    ],
)
def test_where_an_order_is_depends_on_its_stage(
    meaning: StageMeaning, tracking: tuple[str, str] | None, said: str | None
) -> None:
    ordered = with_order(session(BOUGHT, ALL, "2x"), "confirmed", meaning, tracking=tracking)

    assert news(ordered) == said


def test_an_order_that_was_delivered_is_no_news_in_a_later_session() -> None:
    later = SessionId(new_id())
    returned = with_order(session(TALKING, ALL, None), "confirmed", "won", session_id=later)

    assert news(returned) is None


def test_who_gives_up_an_order_of_before_is_given_to_a_person() -> None:
    before = SessionId(new_id())
    returned = with_order(session(TALKING, ALL, None), "confirmed", "new", session_id=before)
    invited = replace(returned, state=replace(returned.state, pending_question="invitacion"))
    heard = Heard(intents=["no_interesa"])

    assert next_step(SOMNIO, returned, heard).handoff == "wants_to_cancel"
    assert next_step(SOMNIO, invited, heard).ends == "lost"
