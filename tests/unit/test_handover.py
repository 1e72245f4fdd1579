"""Who takes a conversation over knows at first sight what it is about."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from morfx.agents.somnio import SOMNIO
from morfx.domain.conversation import Pack, Shop
from morfx.domain.identifier import SessionId, new_id
from morfx.domain.session import Session, SessionState
from morfx.engine.handover import brief
from tests.standing import standing

SHOP = Shop(
    agent_id=SOMNIO.id,
    handoff_message="Te paso con una persona.",
    timer_preset="real",
    response_speed=Decimal(1),
    templates=(),
    packs=(Pack(pack="2x", product="ELIXIR", units=2, price=Decimal(109900), currency="COP"),),
)
STRANGER = Session(
    id=SessionId(new_id()),
    agent_id=SOMNIO.id,
    version=1,
    status="active",
    mode="conversacion",
    last_activity_at=datetime.now(UTC),
    state=SessionState(),
)


def test_of_a_stranger_it_says_that_nothing_is_known() -> None:
    assert brief(SOMNIO, STRANGER, SHOP).splitlines() == [
        "No ha elegido promoción.",
        "Sin pedido todavía.",
        "Sin datos.",
        "Falta: Nombre completo, Número de teléfono, Ciudad o municipio, Dirección completa",
    ]


def test_of_a_sale_it_says_the_pack_the_order_the_data_and_what_was_said_before() -> None:
    data = {"nombre": "Ana", "telefono": "573001112233", "ciudad": "Cali", "correo": "N/A"}
    state = SessionState(datos_capturados=data, pack_seleccionado="2x", summary="Duda del envío.")
    ordered = standing("provisional", session_id=STRANGER.id)
    session = replace(STRANGER, state=state, last_order=ordered)

    assert brief(SOMNIO, session, SHOP).splitlines() == [
        "Quiere 2 × ELIXIR por $109.900.",
        "Tiene un pedido provisional.",
        "Datos: Ana · 573001112233 · Cali · Valle del Cauca",
        "Falta: Dirección completa",
        "Duda del envío.",
    ]
